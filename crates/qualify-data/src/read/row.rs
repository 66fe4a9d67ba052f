//! One row while it is read: where it is, and what is wrong with it.

use crate::cell::Cell;
use crate::convert::{Converter, Reading};
use crate::problem::{Collector, Outside, Problem, ProblemKind};
use crate::table::BadRow;
use qualify_model::Value;

/// A column that is read as an attribute or property.
pub(crate) struct Reader<'a> {
    /// The place of the attribute or property.
    pub place: usize,
    /// The column's place in the file.
    pub column: usize,
    /// The column's name.
    pub name: String,
    /// What messages call it: `firmographics.size`, `visited.page`.
    pub subject: String,
    pub converter: Converter<'a>,
}

/// Where a row is, and its problems so far.
pub(super) struct RowState<'a> {
    pub file: &'a str,
    pub number: u64,
    pub problems: Vec<Problem>,
    /// Values that are not allowed: they count if the row is taken.
    pub warnings: Vec<Outside>,
}

impl<'a> RowState<'a> {
    pub fn new(file: &'a str, number: u64) -> RowState<'a> {
        RowState { file, number, problems: Vec::new(), warnings: Vec::new() }
    }

    /// Adds a problem of this row.
    pub fn problem(
        &mut self,
        kind: ProblemKind,
        column: &str,
        value: Option<&str>,
        message: impl Into<String>,
    ) {
        let mut problem = Problem::new(kind, self.file, message).row(self.number).column(column);
        problem.value = value.map(str::to_string);
        self.problems.push(problem);
    }

    /// Adds help to the last problem.
    pub fn help(&mut self, help: Option<String>) {
        if let Some(last) = self.problems.last_mut() {
            last.help = help;
        }
    }

    /// The value of a cell; what is wrong with it becomes a problem or a warning.
    pub fn value(
        &mut self,
        reader: &mut Reader<'_>,
        cell: &Cell<'_>,
        collector: &Collector,
    ) -> Option<Value> {
        let Reading { value, trouble } = reader.converter.read(cell);
        let Some(trouble) = trouble else { return value };
        if trouble.unreadable() {
            let message = format!("expected {} for `{}`", trouble.expected, reader.subject);
            self.problem(trouble.kind, &reader.name, Some(&trouble.value), message);
            self.help(trouble.help);
        } else {
            let outside = Outside {
                kind: trouble.kind,
                subject: reader.subject.clone(),
                column: reader.name.clone(),
                expected: trouble.expected,
                value: trouble.value,
                nearest: trouble.nearest,
                file: self.file.to_string(),
                row: self.number,
            };
            match collector.outside(outside) {
                Ok(warning) => self.warnings.push(warning),
                Err(problem) => self.problems.push(*problem),
            }
        }
        value
    }

    /// The row is taken: what is odd about it counts.
    pub fn taken(self, collector: &mut Collector) {
        self.warnings.into_iter().for_each(|w| collector.warn(w));
    }
}

/// A row that could not be taken apart, as a problem.
pub(super) fn bad_row(file: &str, bad: BadRow, collector: &mut Collector) {
    let problem = Problem::new(bad.kind, file, bad.message).row(bad.number).help(bad.help);
    collector.reject(vec![problem], || bad.raw);
}
