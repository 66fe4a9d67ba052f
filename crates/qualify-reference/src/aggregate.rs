//! Totals, averages, extremes, first and latest of a property over events.

use crate::evaluation::{Evaluation, Scope};
use crate::number::{Wide, average};
use crate::value::{decimals, key, total_order, units};
use qualify_model::{Aggregate, Property, Term, Type, Value};
use std::collections::HashSet;

impl Evaluation<'_> {
    /// The known values of a property over the events of a term, from the oldest to the newest, each with its
    /// instant; none if the term is unknown.
    fn known_values(&self, property: &Property, term: &Term, scope: Scope) -> Option<Vec<(i64, Value)>> {
        let events = self.matching(term, scope)?;
        let known = events.into_iter().map(|index| self.event(index));
        Some(known.filter_map(|event| Some((event.time, self.property(event, property)?))).collect())
    }

    /// `total of E.p` and `average of E.p`, held at the end of the sum. A total of none is 0.
    pub(crate) fn sum_of_events(
        &self,
        aggregate: Aggregate,
        property: &Property,
        term: &Term,
        to: &Type,
        scope: Scope,
    ) -> Option<Wide> {
        let values = self.known_values(property, term, scope)?;
        let sum =
            Wide::new(values.iter().filter_map(|(_, value)| units(value)).map(i128::from).sum::<i128>());
        if aggregate == Aggregate::Average && values.is_empty() {
            return None;
        }
        let count = if aggregate == Aggregate::Average { values.len() } else { 1 };
        Some(average(sum, count, decimals(&property.ty), decimals(to)).end())
    }

    /// The largest, smallest, first or latest known value over events. At one instant, `latest` takes the
    /// greatest and `first` the least.
    pub(crate) fn choose_of_events(
        &self,
        aggregate: Aggregate,
        property: &Property,
        term: &Term,
        scope: Scope,
    ) -> Option<Value> {
        let mut values = self.known_values(property, term, scope)?;
        let edge = match aggregate {
            Aggregate::First => values.first()?.0,
            Aggregate::Latest => values.last()?.0,
            _ => return self.choose(aggregate, values.into_iter().map(|(_, value)| value).collect()),
        };
        values.retain(|(time, _)| *time == edge);
        let at_edge = values.into_iter().map(|(_, value)| value);
        match aggregate {
            Aggregate::First => at_edge.min_by(total_order),
            _ => at_edge.max_by(total_order),
        }
    }

    /// The largest, smallest, first or latest of known values in order; no others are asked for here.
    pub(crate) fn choose(&self, aggregate: Aggregate, values: Vec<Value>) -> Option<Value> {
        let mut values = values.into_iter();
        match aggregate {
            Aggregate::Largest => values.max_by(total_order),
            Aggregate::Smallest => values.min_by(total_order),
            Aggregate::First => values.next(),
            Aggregate::Latest => values.next_back(),
            Aggregate::Total | Aggregate::Average => None,
        }
    }

    /// How many different known values a property has over events.
    pub(crate) fn different_values(&self, property: &Property, term: &Term, scope: Scope) -> Option<usize> {
        let values = self.known_values(property, term, scope)?;
        Some(values.iter().map(|(_, value)| key(value)).collect::<HashSet<_>>().len())
    }

    /// On how many different local days events happened.
    pub(crate) fn different_days(&self, events: &[u32]) -> usize {
        let mut days: Vec<i32> =
            events.iter().map(|index| self.of.zone.day(self.event(*index).time)).collect();
        days.sort_unstable();
        days.dedup();
        days.len()
    }
}
