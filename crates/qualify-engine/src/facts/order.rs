//! An order of events that depends on their content alone: where events of one instant must be told apart.

use super::values::total_order;
use qualify_model::{Column, EventColumns, UNKNOWN, text};
use qualify_plan::Plan;
use std::cmp::Ordering;
use std::sync::Arc;

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

    /// How two events compare by what they say, each given by its columns and its row. Those that are equal in all that
    /// is read are equal.
    pub fn compare(&self, a: (&EventColumns, usize), b: (&EventColumns, usize)) -> Ordering {
        let kinds = a.0.kinds[a.1].cmp(&b.0.kinds[b.1]);
        if kinds.is_ne() {
            return kinds;
        }
        let columns = self.of_kind.get(a.0.kinds[a.1] as usize).map_or(&[][..], Vec::as_slice);
        let mut orders = columns.iter().filter_map(|column| {
            let (of_a, of_b) = (a.0.properties.get(*column as usize)?, b.0.properties.get(*column as usize)?);
            Some(compare((of_a, a.1), (of_b, b.1)))
        });
        orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

/// How the values of two rows compare, of columns of one type; an unknown one comes first.
pub(crate) fn compare(a: (&Column, usize), b: (&Column, usize)) -> Ordering {
    let ((of_a, a), (of_b, b)) = (a, b);
    match (of_a, of_b) {
        (Column::YesNo(x), Column::YesNo(y)) => known_first(x[a] != 1, y[b] != 1, || x[a].cmp(&y[b])),
        (Column::Number { values: x, known: of_x }, Column::Number { values: y, known: of_y }) => {
            let known = |of: &Option<Vec<u8>>, row: usize| of.as_ref().is_none_or(|known| known[row] != 0);
            known_first(known(of_x, a), known(of_y, b), || x[a].cmp(&y[b]))
        }
        (Column::Text { codes: x, dictionary: of_x }, Column::Text { codes: y, dictionary: of_y }) => {
            let (a, b) = (x[a], y[b]);
            known_first(a != UNKNOWN, b != UNKNOWN, || {
                if a == b && Arc::ptr_eq(of_x, of_y) {
                    return Ordering::Equal;
                }
                compare_texts(&of_x[a as usize], &of_y[b as usize])
            })
        }
        (Column::List { codes: x, dictionary: of_x }, Column::List { codes: y, dictionary: of_y }) => {
            let (a, b) = (x[a], y[b]);
            known_first(a != UNKNOWN, b != UNKNOWN, || {
                if a == b && Arc::ptr_eq(of_x, of_y) {
                    return Ordering::Equal;
                }
                compare_lists(&of_x[a as usize], &of_y[b as usize])
            })
        }
        _ => Ordering::Equal, // both are of one type
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
