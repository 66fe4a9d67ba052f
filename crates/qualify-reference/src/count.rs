//! Counts of a term's events: times, times per value or period, different days.

use crate::evaluation::{Evaluation, Scope};
use crate::value::key;
use qualify_model::{Count, Quantity, Truth};
use std::collections::HashMap;
use std::hash::Hash;

impl Evaluation<'_> {
    /// Whether there are as many events as a count wants.
    pub(crate) fn counted(&self, count: &Count, events: &[u32], scope: Scope) -> Truth {
        match count {
            Count::Times(quantity) => self.satisfies(quantity, events.len() as i64, scope),
            Count::DifferentDays(quantity) => {
                self.satisfies(quantity, self.different_days(events) as i64, scope)
            }
            Count::TimesPerValue(quantity, property) => {
                let values = events.iter().filter_map(|i| self.property(self.event(*i), property));
                self.any_group(quantity, values.map(|value| key(&value)), scope)
            }
            Count::TimesPerPeriod(quantity, unit) => {
                let times = events.iter().map(|index| self.event(*index).time);
                self.any_group(quantity, times.map(|time| self.of.zone.period_number(*unit, time)), scope)
            }
        }
    }

    /// Whether one of the groups that have events has as many as the quantity wants.
    fn any_group<K: Hash + Eq>(
        &self,
        quantity: &Quantity,
        keys: impl Iterator<Item = K>,
        scope: Scope,
    ) -> Truth {
        let mut sizes = HashMap::new();
        for key in keys {
            *sizes.entry(key).or_insert(0i64) += 1;
        }
        sizes.into_values().map(|size| self.satisfies(quantity, size, scope)).fold(Truth::False, Truth::or)
    }
}
