//! What is known of periods of the calendar while events pass by in the order of their times.

use std::collections::BTreeMap;

/// Periods that may still have more. Clocks that are set back lead into an earlier period again, but not further back
/// than a day or two, and no period is shorter than an hour.
const OPEN: usize = 64;

/// The periods that were met last.
#[derive(Clone, Debug)]
pub(super) struct Periods<T> {
    open: BTreeMap<i64, T>,
}

impl<T> Default for Periods<T> {
    fn default() -> Periods<T> {
        Periods { open: BTreeMap::new() }
    }
}

impl<T: Default> Periods<T> {
    /// What is known of a period, by its number.
    pub fn at(&mut self, period: i64) -> &mut T {
        self.open.entry(period).or_default()
    }

    /// A period that has no more to come, if there is one.
    pub fn ended(&mut self) -> Option<T> {
        if self.open.len() <= OPEN { None } else { self.open.pop_first().map(|(_, known)| known) }
    }

    /// How many may still have more.
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// What is known of those.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.open.values()
    }

    /// The same, taken.
    pub fn rest(self) -> impl Iterator<Item = T> {
        self.open.into_values()
    }
}
