//! The names that a model has so far, and what a place in it may read.
//!
//! Not in here: writing.

use super::super::facts::LENGTHS;
use super::Author;
use qualify_model::{Attribute, Type, Value};

/// Names by what they stand for.
#[derive(Default)]
pub(super) struct Names {
    /// Params that are numbers.
    pub params: Vec<String>,
    /// Params that are small whole numbers.
    pub counts: Vec<String>,
    /// Params that are fixed lengths of time.
    pub lengths: Vec<String>,
    /// Params that are lengths of the calendar.
    pub calendar_lengths: Vec<String>,
    /// Params that are text.
    pub texts: Vec<String>,
    /// Params that are shares.
    pub shares: Vec<String>,
    /// Lists of texts.
    pub text_lists: Vec<String>,
    /// Lists of numbers.
    pub number_lists: Vec<String>,
    /// Lets that are conditions on facts.
    pub conditions: Vec<String>,
    /// Lets that are numbers of facts.
    pub numbers: Vec<String>,
    /// Lets of the block at hand.
    pub local_conditions: Vec<String>,
    /// Lets of the block at hand.
    pub local_numbers: Vec<String>,
    /// Lets that read scores and grades.
    pub late_conditions: Vec<String>,
    /// Lets that read scores and grades.
    pub late_numbers: Vec<String>,
    /// Named scores.
    pub scores: Vec<String>,
    /// Grade sets and their labels.
    pub grades: Vec<(String, Vec<String>)>,
    /// Segments.
    pub segments: Vec<String>,
    /// Stages of the ladder.
    pub stages: Vec<String>,
    /// Side stages.
    pub side_stages: Vec<String>,
}

/// What may be read where something is written.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// An event is in hand.
    pub hand: Option<Hand>,
    /// Event terms may stand here.
    pub events: bool,
    /// So many of the first scores.
    pub scores: usize,
    /// The total.
    pub total: bool,
    /// So many of the first grade sets.
    pub grades: usize,
    /// So many of the first segments.
    pub segments: usize,
    /// Lets that read scores and grades.
    pub late: bool,
    /// The result stage.
    pub stage: bool,
    /// So many of the first stages by their name alone.
    pub earlier_stages: usize,
}

/// An event in hand.
#[derive(Clone, Copy)]
pub(super) struct Hand {
    /// Its type; none: any.
    pub kind: Option<usize>,
    /// Nothing but the event may be read.
    pub filter: bool,
    /// `times` may be read.
    pub times: bool,
}

impl Place {
    /// Attributes, events, and names of such.
    pub fn facts() -> Place {
        Place {
            hand: None,
            events: true,
            scores: 0,
            total: false,
            grades: 0,
            segments: 0,
            late: false,
            stage: false,
            earlier_stages: 0,
        }
    }

    /// The same without event terms.
    pub fn quiet(self) -> Place {
        Place { events: false, ..self }
    }

    /// Inside `where (…)`.
    pub fn filter(kind: Option<usize>) -> Place {
        let hand = Some(Hand { kind, filter: true, times: false });
        Place { hand, events: false, ..Place::facts() }
    }

    /// Whether nothing but the event in hand may be read.
    pub fn is_filter(self) -> bool {
        self.hand.is_some_and(|hand| hand.filter)
    }
}

/// A value that a path names.
#[derive(Clone)]
pub(super) struct Named {
    pub path: String,
    pub ty: Type,
    pub range: Option<(i64, i64)>,
}

fn range(attribute: &Attribute) -> Option<(i64, i64)> {
    match attribute.range {
        Some((Value::Number(low), Value::Number(high))) => Some((low, high)),
        _ => None,
    }
}

impl Author<'_> {
    /// The attributes and properties that may be read, of those types.
    pub(super) fn values(&self, at: Place, wanted: impl Fn(&Type) -> bool) -> Vec<Named> {
        let mut found = Vec::new();
        if !at.is_filter() {
            for attribute in &self.schema.attributes {
                found.push(Named {
                    path: attribute.path(),
                    ty: attribute.ty.clone(),
                    range: range(attribute),
                });
            }
        }
        if let Some(hand) = at.hand {
            // mostly what the event says
            let repeat = if hand.filter { 1 } else { 3 };
            for _ in 0..repeat {
                found.extend(self.properties(hand.kind));
            }
            found.push(Named { path: "event.time".into(), ty: Type::Time, range: None });
        }
        found.retain(|named| wanted(&named.ty) && named.ty != Type::Stage);
        found
    }

    /// The properties of an event in hand; of any type those that all which have them agree on.
    pub(super) fn properties(&self, kind: Option<usize>) -> Vec<Named> {
        let mut found: Vec<Named> = Vec::new();
        for (number, event) in self.schema.events.iter().enumerate() {
            if kind.is_some_and(|kind| kind != number) {
                continue;
            }
            for property in &event.properties {
                let path = format!("event.{}", property.name);
                let clash = self.schema.events.iter().any(|other| {
                    let same = other.properties.iter().find(|p| p.name == property.name);
                    kind.is_none() && same.is_some_and(|p| p.ty != property.ty)
                });
                if !clash && found.iter().all(|named| named.path != path) {
                    found.push(Named { path, ty: property.ty.clone(), range: None });
                }
            }
        }
        found
    }

    /// One value of these types, if there is one.
    pub(super) fn value_of(&mut self, at: Place, wanted: impl Fn(&Type) -> bool) -> Option<Named> {
        let found = self.values(at, wanted);
        (!found.is_empty()).then(|| self.dice.one(&found).clone())
    }

    /// One of the names, if there is one.
    pub(super) fn name(&mut self, names: impl Fn(&Names) -> Vec<String>) -> Option<String> {
        let names = names(&self.names);
        (!names.is_empty()).then(|| self.dice.one(&names).clone())
    }

    /// A fixed length of time.
    pub(super) fn exact_length(&mut self) -> String {
        match self.dice.below(12) {
            0 => self.dice.word(&["24 hours", "3 days", "2 weeks", "90 seconds"]).into(),
            1 => self.name(|names| names.lengths.clone()).unwrap_or("10d".into()),
            _ => self.dice.one(LENGTHS).0.into(),
        }
    }

    /// A length of time, fixed or of the calendar.
    pub(super) fn length(&mut self) -> String {
        match self.dice.below(12) {
            0 => self.dice.word(&["1 month", "3 months", "1 quarter", "1 year", "2 years"]).into(),
            1 => self.dice.word(&["1 business day", "3 business days", "10 business days"]).into(),
            2 => self.dice.word(&["1 business hour", "5 business hours", "30 business hours"]).into(),
            3 => self.name(|names| names.calendar_lengths.clone()).unwrap_or("2 months".into()),
            _ => self.exact_length(),
        }
    }
}
