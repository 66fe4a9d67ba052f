//! An order of events that depends on their content alone: where events of one instant must be told apart.

use super::values::total_order;
use qualify_model::{Column, EventColumns, UNKNOWN, text};
use qualify_plan::Plan;
use std::cmp::Ordering;

/// For each type of event the columns of its properties, in the order of their places.
#[derive(Clone, Debug)]
pub(crate) struct Contents {
    of_kind: Vec<Vec<u32>>,
}

impl Contents {
    pub fn new(plan: &Plan) -> Contents {
        let columns = |kind: usize| {
            let read = plan.needs.properties.iter().enumerate();
            let mut of_kind: Vec<(u32, u32)> = read
                .filter_map(|(column, property)| Some(((*property.places.get(kind)?)?, column as u32)))
                .collect();
            of_kind.sort_unstable();
            of_kind.into_iter().map(|(_, column)| column).collect()
        };
        Contents { of_kind: (0..plan.schema.events.len()).map(columns).collect() }
    }

    /// How two events of a batch compare by what they say. Those that are equal in all that is read are equal.
    pub fn compare(&self, events: &EventColumns, a: usize, b: usize) -> Ordering {
        let kinds = events.kinds[a].cmp(&events.kinds[b]);
        if kinds.is_ne() {
            return kinds;
        }
        let columns = self.of_kind.get(events.kinds[a] as usize).map_or(&[][..], Vec::as_slice);
        let read = columns.iter().filter_map(|column| events.properties.get(*column as usize));
        read.map(|column| compare(column, a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

/// How the values of two rows compare; an unknown one comes first.
pub(crate) fn compare(column: &Column, a: usize, b: usize) -> Ordering {
    match column {
        Column::YesNo(values) => known_first(values[a] != 1, values[b] != 1, || values[a].cmp(&values[b])),
        Column::Number { values, known } => {
            let known = |row: usize| known.as_ref().is_none_or(|known| known[row] != 0);
            known_first(known(a), known(b), || values[a].cmp(&values[b]))
        }
        Column::Text { codes, dictionary } => {
            let (a, b) = (codes[a], codes[b]);
            known_first(a != UNKNOWN, b != UNKNOWN, || {
                if a == b {
                    return Ordering::Equal;
                }
                compare_texts(&dictionary[a as usize], &dictionary[b as usize])
            })
        }
        Column::List { codes, dictionary } => {
            let (a, b) = (codes[a], codes[b]);
            known_first(a != UNKNOWN, b != UNKNOWN, || {
                if a == b {
                    return Ordering::Equal;
                }
                compare_lists(&dictionary[a as usize], &dictionary[b as usize])
            })
        }
    }
}

/// By the folded form, then as they came.
pub(crate) fn compare_texts(a: &str, b: &str) -> Ordering {
    text::compare(a, b).then_with(|| a.cmp(b))
}

/// Element by element.
pub(crate) fn compare_lists(a: &[qualify_model::Value], b: &[qualify_model::Value]) -> Ordering {
    let each = a.iter().zip(b).map(|(a, b)| total_order(a, b)).find(|order| order.is_ne());
    each.unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn known_first(a: bool, b: bool, both: impl FnOnce() -> Ordering) -> Ordering {
    if a && b { both() } else { a.cmp(&b) }
}
