//! What the tests of a model cover: which rules, rows, lines, stages and routes they reach, and both outcomes of each
//! condition and of each of its parts. Only tests count, and each counts once, however often it looks.
//!
//! The reference interpreter says what was looked at while it scored; nothing is inferred. What an evaluation never
//! asks for (the second part of an `or` whose first part holds) is not covered by it.
//!
//! Not in here: how a table of it looks (the command line).

mod items;
mod lcov;
mod record;
mod unknown;

pub use lcov::lcov;

use crate::place::Place;
use crate::trials::NameFilter;
use qualify_diagnostics::Sources;
use qualify_model::{Entry, Model, RuleId};
use qualify_reference::Interpreter;
use record::Record;
use serde::Serialize;

/// What the tests cover, in the order of the text.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// How many tests were counted.
    pub tests: u32,
    /// Everything that a test can reach.
    pub items: Vec<Item>,
}

/// What can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A rule: it fired, or it did not. A table that is a rule: see its rows.
    Rule,
    /// A row of a table, `otherwise` and `unknown` among them: it was the one that matched.
    Row,
    /// A line of a grade set: it was the one that held.
    Grade,
    /// A stage: it was the result.
    Stage,
    /// A route: it was taken.
    Route,
    /// A segment: the lead was in it, or not.
    Segment,
    /// `exclude`: it held, or not.
    Exclude,
    /// `disqualify`: it held, or not.
    Disqualify,
    /// `ignore`: an event was left out, or none was.
    Ignore,
    /// A condition with a name: `let`.
    Let,
    /// `for leads where (…)` of a score: the lead belongs to it, or not.
    Population,
}

impl Kind {
    /// All, in the order in which they are reported.
    pub const ALL: [Kind; 11] = [
        Kind::Rule,
        Kind::Row,
        Kind::Grade,
        Kind::Stage,
        Kind::Route,
        Kind::Segment,
        Kind::Exclude,
        Kind::Disqualify,
        Kind::Ignore,
        Kind::Let,
        Kind::Population,
    ];

    /// Whether a test must also show the item not reached: of rows, lines, stages and routes another one is always
    /// the answer, so nothing more is to be shown.
    fn both_ways(self) -> bool {
        !matches!(self, Kind::Row | Kind::Grade | Kind::Stage | Kind::Route | Kind::Let)
    }
}

/// Something that tests can reach.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// The author's words.
    pub text: String,
    /// Where.
    pub place: Place,
    /// In how many tests it was reached: fired, matched, taken.
    pub reached: u32,
    /// In how many tests it was looked at and not reached.
    pub missed: u32,
    /// The only condition has no parts: it is all that decides.
    pub whole: bool,
    /// The conditions that decide, part by part; none of an unconditional line.
    pub conditions: Vec<Condition>,
}

/// A condition that has no parts, and what it came to.
#[derive(Clone, Debug, Serialize)]
pub struct Condition {
    /// The author's words.
    pub text: String,
    /// Where.
    pub place: Place,
    /// In how many tests it was true.
    pub yes: u32,
    /// In how many tests it was false.
    pub no: u32,
    /// In how many tests it was unknown; none if it can never be.
    pub unknown: Option<u32>,
}

/// How much of something is covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// What tests show.
    pub covered: u32,
    /// What there is.
    pub all: u32,
}

impl Share {
    fn add(&mut self, covered: bool) {
        self.covered += u32::from(covered);
        self.all += 1;
    }
}

impl Item {
    /// Whether tests show all there is of it, but for what is unknown.
    pub fn is_covered(&self) -> bool {
        let own = self.own();
        own.covered == own.all && self.conditions.iter().all(|c| c.yes > 0 && c.no > 0)
    }

    /// The item itself, without its conditions; nothing where a condition says the same.
    fn own(&self) -> Share {
        let mut share = Share::default();
        if self.whole && self.kind.both_ways() {
            return share;
        }
        if self.kind != Kind::Let {
            share.add(self.reached > 0);
        }
        if self.kind.both_ways() {
            share.add(self.missed > 0);
        }
        share
    }
}

impl Coverage {
    /// How many items of a kind are reached, of those there are.
    pub fn reached(&self, kind: Kind) -> Share {
        let mut share = Share::default();
        self.items.iter().filter(|item| item.kind == kind).for_each(|item| share.add(item.reached > 0));
        share
    }

    /// How many outcomes of conditions are shown: each can be true and false.
    pub fn outcomes(&self) -> Share {
        let mut share = Share::default();
        for condition in self.items.iter().flat_map(|item| &item.conditions) {
            share.add(condition.yes > 0);
            share.add(condition.no > 0);
        }
        share
    }

    /// How many of the conditions that can be unknown are shown to be.
    pub fn unknowns(&self) -> Share {
        let mut share = Share::default();
        let can_be = self.items.iter().flat_map(|item| &item.conditions).filter_map(|c| c.unknown);
        can_be.for_each(|unknown| share.add(unknown > 0));
        share
    }

    /// Everything together, but for what is unknown.
    pub fn total(&self) -> Share {
        let mut total = self.outcomes();
        for own in self.items.iter().map(Item::own) {
            total.covered += own.covered;
            total.all += own.all;
        }
        total
    }
}

/// Counts what the wanted tests cover.
pub fn of(model: &Model, sources: &Sources, wanted: &NameFilter, as_of: i64) -> Coverage {
    let mut items = items::of(model);
    let mut count = 0;
    for test in model.tests.iter().filter(|test| wanted.takes(&test.name)) {
        let interpreter = Interpreter::new(model, test.as_of.unwrap_or(as_of));
        let record = Record::default();
        let outcome = interpreter.score_watched(&interpreter.lead_of(test), &record);
        let fired = |id: RuleId| {
            outcome.ledger.iter().any(|line| matches!(line.entry, Entry::Rule { rule, .. } if rule == id))
        };
        let scored = outcome.score.is_some();
        items.iter_mut().for_each(|item| item.count(&record, &fired, scored));
        count += 1;
    }
    let mut items: Vec<Item> = items.into_iter().map(|item| item.done(sources)).collect();
    items.sort_by(|a, b| a.place.cmp(&b.place)); // stable: on one line in the order of the model
    Coverage { tests: count, items }
}
