//! Counts what is different, row by row.

use super::attribution::{Attribution, Counting as Attributing};
use super::matrix::{Flow, Matrix};
use super::movers::{Mover, Top, rank};
use super::places::{Places, merged, numbers};
use super::run::{Ends, Setting};
use super::side::Found;
use super::spread::{Counted, Histogram, Spread};
use super::volume::{Counting as Weeks, Volume};
use super::{Impact, Points};
use qualify_model::{Model, PointColumn};
use serde::Serialize;

/// Something with the name it has in the model.
#[derive(Clone, Debug, Serialize)]
pub struct Named<T> {
    /// The name.
    pub name: String,
    /// What is told of it.
    #[serde(flatten)]
    pub value: T,
}

/// Leads that went from one place to another.
#[derive(Clone, Debug, Serialize)]
pub struct Moves {
    /// Leads that are elsewhere now.
    pub changed: u64,
    /// What happened to each place.
    pub flows: Vec<Flow>,
}

/// What happened to a score.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreChange {
    /// Leads with more.
    pub up: u64,
    /// Leads with less.
    pub down: u64,
    /// The sum of all differences.
    pub sum: Points,
    /// The largest gain of a lead; 0 if none has more.
    pub most_up: Points,
    /// The largest loss, below 0; 0 if none has less.
    pub most_down: Points,
    /// Scores before.
    pub before: Spread,
    /// Scores after.
    pub after: Spread,
    /// Both in bars.
    pub histogram: Histogram,
}

/// A score as it is counted. A lead without the score counts with 0 points in differences.
struct Scores {
    before: Counted,
    after: Counted,
    up: u64,
    down: u64,
    most_up: i64,
    most_down: i64,
}

impl Scores {
    fn new() -> Scores {
        Scores { before: Counted::new(), after: Counted::new(), up: 0, down: 0, most_up: 0, most_down: 0 }
    }

    /// Whether it is different.
    fn add(&mut self, old: Option<i64>, new: Option<i64>) -> bool {
        old.into_iter().for_each(|units| self.before.add(units));
        new.into_iter().for_each(|units| self.after.add(units));
        let change = new.unwrap_or(0).saturating_sub(old.unwrap_or(0));
        match change {
            1.. => self.up += 1,
            ..0 => self.down += 1,
            0 => {}
        }
        self.most_up = self.most_up.max(change);
        self.most_down = self.most_down.min(change);
        old != new
    }

    fn finish(&self) -> ScoreChange {
        let sum = qualify_model::exact::hold(self.after.sum() - self.before.sum()).0;
        ScoreChange {
            up: self.up,
            down: self.down,
            sum: Points(sum),
            most_up: Points(self.most_up),
            most_down: Points(self.most_down),
            before: self.before.spread(),
            after: self.after.spread(),
            histogram: Histogram::of(&self.before, &self.after),
        }
    }
}

/// Labels of both models in one list.
struct Labelled {
    name: String,
    /// The columns in both.
    columns: (Option<usize>, Option<usize>),
    old: Vec<usize>,
    new: Vec<usize>,
    matrix: Matrix,
}

impl Labelled {
    fn new(
        name: &str,
        columns: (Option<usize>, Option<usize>),
        old: &[String],
        new: &[String],
        none: &str,
    ) -> Labelled {
        let mut names = merged(old, new);
        let (a, b) = (numbers(old, &names), numbers(new, &names));
        names.push(none.to_string());
        Labelled { name: name.to_string(), columns, old: a, new: b, matrix: Matrix::new(names) }
    }

    /// Whether it is different.
    fn add(&mut self, old: u16, new: u16, key: &dyn Fn() -> String) -> bool {
        let at = |numbers: &[usize], label: u16| numbers[(label as usize).min(numbers.len() - 1)];
        let (from, to) = (at(&self.old, old), at(&self.new, new));
        self.matrix.add(from, to, key);
        from != to
    }

    fn finish(&self) -> Moves {
        let mut flows = self.matrix.flows();
        flows.retain(|flow| flow.before + flow.after > 0 || !flow.name.starts_with('('));
        Moves { changed: self.matrix.moved(), flows }
    }
}

/// A segment of either model.
struct Segment {
    columns: (Option<usize>, Option<usize>),
    matrix: Matrix,
}

/// Everything that is counted.
pub(crate) struct Gather {
    leads: u64,
    changed: u64,
    score: Scores,
    scores: Vec<(String, Ends, Scores)>,
    stages: Matrix,
    places: Places,
    routes: Labelled,
    grades: Vec<Labelled>,
    segments: Vec<(String, Segment)>,
    segment_changes: u64,
    pub top: Top<()>,
    weeks: Weeks,
    attributing: Attributing,
}

/// A row of one side.
#[derive(Clone, Copy)]
pub(crate) struct At<'f> {
    pub found: &'f Found,
    pub row: usize,
}

impl Gather {
    pub fn new(setting: &Setting<'_>, as_of: i64, earlier: &[i64]) -> Gather {
        let (old, new) = (setting.both.old, setting.both.new);
        // with a set that only one side has, every lead with a label loses it or gains it
        let sets = |model: &Model| model.grades.iter().map(|set| set.name.clone()).collect::<Vec<_>>();
        let grades = merged(&sets(old), &sets(new)).into_iter().map(|name| {
            let place = |model: &Model| model.grades.iter().position(|set| set.name == name);
            let columns = (place(old), place(new));
            let labels = |model: &Model, at: Option<usize>| {
                at.map_or_else(Vec::new, |at| model.grades[at].labels.clone())
            };
            let (was, is) = (labels(old, columns.0), labels(new, columns.1));
            Labelled::new(&name, columns, &was, &is, "(no grade)")
        });
        let names = |model: &Model| model.segments.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
        let (was, is) = (names(old), names(new));
        let segments = merged(&was, &is).into_iter().map(|name| {
            let place = |all: &[String]| all.iter().position(|other| *other == name);
            let matrix = Matrix::new(vec![name.clone(), "(outside)".to_string()]);
            (name.clone(), Segment { columns: (place(&was), place(&is)), matrix })
        });
        let routes = |model: &Model| model.routes.iter().map(|route| route.name.clone()).collect::<Vec<_>>();
        Gather {
            leads: 0,
            changed: 0,
            score: Scores::new(),
            scores: setting.scores.iter().map(|(name, ends)| (name.clone(), *ends, Scores::new())).collect(),
            stages: Matrix::new(setting.places.names.clone()),
            places: setting.places.clone(),
            routes: Labelled::new("route", (None, None), &routes(old), &routes(new), "(no route)"),
            grades: grades.collect(),
            segments: segments.collect(),
            segment_changes: 0,
            top: Top::default(),
            weeks: Weeks::new(setting, as_of, earlier),
            attributing: Attributing::new(setting),
        }
    }

    /// A lead: what both sides found of it, its key, when it was created.
    pub fn add(&mut self, old: At<'_>, new: At<'_>, key: &dyn Fn() -> String, created: Option<i64>) {
        let (a, b) = (old.found, new.found);
        let (i, j) = (old.row, new.row);
        self.leads += 1;
        let mut different = self.score.add(a.total.get(i), b.total.get(j));
        for (_, columns, scores) in &mut self.scores {
            let points = |named: &[PointColumn], at: Option<usize>, row: usize| named[at?].get(row);
            different |= scores.add(points(&a.named, columns.0, i), points(&b.named, columns.1, j));
        }
        let (from, to) = (a.place[i] as usize, b.place[j] as usize);
        self.stages.add(from, to, key);
        different |= from != to;
        different |= self.routes.add(a.route[i], b.route[j], key);
        for set in &mut self.grades {
            let label = |columns: &[Vec<u16>], at: Option<usize>, row: usize| {
                at.map_or(u16::MAX, |at| columns[at][row])
            };
            let (was, is) = (label(&a.grades, set.columns.0, i), label(&b.grades, set.columns.1, j));
            different |= set.add(was, is, key);
        }
        let mut crossed = false;
        for (_, segment) in &mut self.segments {
            let outside = |columns: &[Vec<u8>], at: Option<usize>, row: usize| {
                usize::from(at.is_none_or(|at| columns[at][row] == 0))
            };
            let (was, is) =
                (outside(&a.segments, segment.columns.0, i), outside(&b.segments, segment.columns.1, j));
            segment.matrix.add(was, is, key);
            crossed |= was != is;
        }
        self.segment_changes += u64::from(crossed);
        self.changed += u64::from(different || crossed);
        let rank = rank(old, new);
        if self.top.may_hold(rank) {
            self.top.offer(rank, key(), || ());
        }
        self.weeks.add(old, new, created);
        self.attributing.add(old, new);
    }

    pub fn finish(self, as_of: String, movers: Vec<Mover>) -> Impact {
        let volume: Option<Volume> = self.weeks.finish();
        let attribution: Option<Attribution> = self.attributing.finish(&self.places);
        let mut stage_flows = self.stages.flows();
        stage_flows.retain(|flow| flow.before + flow.after > 0 || !flow.name.starts_with('('));
        Impact {
            as_of,
            leads: self.leads,
            changed: self.changed,
            score: self.score.finish(),
            scores: self
                .scores
                .iter()
                .map(|(name, _, s)| Named { name: name.clone(), value: s.finish() })
                .collect(),
            stages: self.stages,
            stage_flows,
            routes: self.routes.finish(),
            grades: self
                .grades
                .iter()
                .map(|set| Named { name: set.name.clone(), value: set.finish() })
                .collect(),
            segments: self
                .segments
                .iter()
                .map(|(_, segment)| segment.matrix.flows().swap_remove(0))
                .collect(),
            segment_changes: self.segment_changes,
            movers,
            volume,
            attribution,
        }
    }
}

/// The points of a row, or none.
pub(crate) fn points_of(column: &PointColumn, row: usize) -> i64 {
    column.get(row).unwrap_or(0)
}
