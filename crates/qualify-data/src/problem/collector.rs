//! Gathers problems while files are read: counts, the first of each kind, and the file of rejected rows.

use super::{Example, Group, Problem, ProblemKind, Warning};
use crate::read::Rejects;
use std::collections::{BTreeMap, HashMap};

/// How many of each kind are kept.
pub(crate) const KEPT: usize = 10;

/// Problems and warnings so far.
pub(crate) struct Collector {
    strict: bool,
    rejects: Option<Rejects>,
    leave_out: bool,
    groups: BTreeMap<ProblemKind, Group>,
    warnings: Vec<Warning>,
    warning_places: HashMap<(ProblemKind, String, String), usize>,
    /// Rows that were put aside or would have been.
    pub(crate) rejected: u64,
}

/// A value that is readable but not allowed.
pub(crate) struct Outside {
    pub kind: ProblemKind,
    pub subject: String,
    pub column: String,
    pub expected: String,
    pub value: String,
    pub nearest: Option<String>,
    pub file: String,
    pub row: u64,
}

impl Collector {
    /// Nothing yet. `strict` makes problems of warnings; with `rejects` or `leave_out` bad rows are put aside.
    pub(crate) fn new(strict: bool, rejects: Option<Rejects>, leave_out: bool) -> Collector {
        Collector {
            strict,
            leave_out: leave_out || rejects.is_some(),
            rejects,
            groups: BTreeMap::new(),
            warnings: Vec::new(),
            warning_places: HashMap::new(),
            rejected: 0,
        }
    }

    /// Whether bad rows are put aside and the others used.
    pub(crate) fn keeps_rejects(&self) -> bool {
        self.leave_out
    }

    /// Adds a problem of a file or of the manifest.
    pub(crate) fn add(&mut self, problem: Problem) {
        let kind = problem.kind;
        let group = self.groups.entry(kind).or_insert_with(|| Group { kind, count: 0, first: Vec::new() });
        group.count += 1;
        if group.first.len() < KEPT {
            group.first.push(problem);
        }
    }

    /// Counts so many more problems of a kind, the first ones of which were added.
    pub(crate) fn add_more(&mut self, kind: ProblemKind, count: u64) {
        if let Some(group) = self.groups.get_mut(&kind) {
            group.count += count;
        }
    }

    /// Adds the problems of one row, which is put aside; `raw` gives its text.
    pub(crate) fn reject(&mut self, problems: Vec<Problem>, raw: impl FnOnce() -> String) {
        if problems.is_empty() {
            return;
        }
        self.rejected += 1;
        if let Some(rejects) = &mut self.rejects {
            rejects.add(&problems, &raw());
        }
        problems.into_iter().for_each(|p| self.add(p));
    }

    /// A value that is not allowed: the problem that it is when data is strict, or else what to
    /// [warn](Collector::warn) of when its row is taken.
    pub(crate) fn outside(&self, outside: Outside) -> Result<Outside, Box<Problem>> {
        if !self.strict {
            return Ok(outside);
        }
        let message = match &outside.nearest {
            Some(near) => format!("expected {}; did you mean `{near}`?", outside.expected),
            None => format!("expected {}", outside.expected),
        };
        let problem = Problem::new(outside.kind, outside.file, message);
        Err(Box::new(problem.row(outside.row).column(outside.column).value(outside.value)))
    }

    /// Counts the value.
    pub(crate) fn warn(&mut self, outside: Outside) {
        self.warn_times(outside, 1);
    }

    /// Counts the value, which came up so many times.
    pub(crate) fn warn_times(&mut self, outside: Outside, count: u64) {
        let place = (outside.kind, outside.subject.clone(), outside.column.clone());
        let at = *self.warning_places.entry(place).or_insert_with(|| {
            self.warnings.push(Warning {
                kind: outside.kind,
                subject: outside.subject,
                column: outside.column,
                count: 0,
                expected: outside.expected,
                examples: Vec::new(),
            });
            self.warnings.len() - 1
        });
        let warning = &mut self.warnings[at];
        warning.count += count;
        if let Some(example) = warning.examples.iter_mut().find(|e| e.value == outside.value) {
            example.count += count;
        } else if warning.examples.len() < KEPT {
            warning.examples.push(Example {
                value: outside.value,
                count,
                file: outside.file,
                row: outside.row,
                nearest: outside.nearest,
            });
        }
    }

    /// Something that no row can be blamed for went wrong, or something did and bad rows are not put aside.
    pub(crate) fn fatal(&self) -> bool {
        self.groups.keys().any(|kind| !kind.of_a_row() || !self.leave_out)
    }

    /// Anything at all is wrong.
    pub(crate) fn wrong(&self) -> bool {
        !self.groups.is_empty()
    }

    /// The problems in the order of their codes.
    pub(crate) fn take_groups(&mut self) -> Vec<Group> {
        std::mem::take(&mut self.groups).into_values().collect()
    }

    /// The warnings in the order they came up.
    pub(crate) fn take_warnings(&mut self) -> Vec<Warning> {
        self.warning_places.clear();
        std::mem::take(&mut self.warnings)
    }

    /// Puts the file of rejected rows in place.
    pub(crate) fn finish_rejects(&mut self) -> Result<(), Box<Problem>> {
        self.rejects.take().map_or(Ok(()), Rejects::finish)
    }
}
