//! What is odd about the data without being wrong: gathered part by part, told in the order of the data.

use super::order::lock;
use crate::problem::{Collector, Outside, ProblemKind};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// The odd values of one part: equal ones once, in the order they came up.
#[derive(Default)]
pub(super) struct Notes {
    values: Vec<(Outside, u64)>,
    places: HashMap<(ProblemKind, String, String, String), usize>,
}

impl Notes {
    /// Adds a value.
    pub fn add(&mut self, outside: Outside) {
        let place = (outside.kind, outside.subject.clone(), outside.column.clone(), outside.value.clone());
        let next = self.values.len();
        let at = *self.places.entry(place).or_insert(next);
        match self.values.get_mut(at) {
            Some((_, count)) => *count += 1,
            None => self.values.push((outside, 1)),
        }
    }

    /// Nothing is odd.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// The place of a part in the data: leads before events, then the unit, then the part of it.
pub(super) type Part = (u8, usize, usize);

/// Those of all parts.
#[derive(Default)]
pub(super) struct AllNotes(Mutex<BTreeMap<Part, Notes>>);

impl AllNotes {
    /// Adds those of a part.
    pub fn add(&self, part: Part, notes: Notes) {
        if !notes.is_empty() {
            lock(&self.0).insert(part, notes);
        }
    }

    /// Tells them all.
    pub fn tell(self, collector: &mut Collector) {
        let parts = self.0.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (outside, count) in parts.into_values().flat_map(|n| n.values) {
            collector.warn_times(outside, count);
        }
    }
}
