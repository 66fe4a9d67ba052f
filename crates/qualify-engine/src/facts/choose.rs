//! The largest, smallest, first or latest known value of events.

use super::keys::{Keys, Read};
use super::order::{compare_lists, compare_texts};
use qualify_model::{Aggregate, EventColumns};
use qualify_vm::{ListValue, SlotColumn};
use std::cmp::Ordering;

/// The event with the value that is chosen; `events` by time with their instants. At one instant `latest` takes
/// the greatest value and `first` the least.
pub(crate) fn choose(
    aggregate: Aggregate,
    column: u32,
    events: &mut dyn DoubleEndedIterator<Item = (i64, usize)>,
    keys: &Keys,
    batch: &EventColumns,
) -> Option<usize> {
    let known = |event: usize| keys.read(column, batch, event).is_some();
    let order = |a: usize, b: usize| compare(keys.read(column, batch, a), keys.read(column, batch, b));
    let least = |a: usize, b: usize| if order(b, a).is_lt() { b } else { a };
    let greatest = |a: usize, b: usize| if order(b, a).is_gt() { b } else { a };
    let mut chosen: Option<(i64, usize)> = None;
    let mut offer = |time: i64, event: usize, pick: &dyn Fn(usize, usize) -> usize| {
        chosen = Some(chosen.map_or((time, event), |(first, so_far)| (first, pick(so_far, event))));
    };
    match aggregate {
        Aggregate::Largest => {
            events.filter(|(_, event)| known(*event)).for_each(|(time, event)| offer(time, event, &greatest));
        }
        Aggregate::Smallest => {
            events.filter(|(_, event)| known(*event)).for_each(|(time, event)| offer(time, event, &least));
        }
        Aggregate::First => {
            let mut edge = None;
            for (time, event) in events.filter(|(_, event)| known(*event)) {
                if *edge.get_or_insert(time) != time {
                    break;
                }
                offer(time, event, &least);
            }
        }
        Aggregate::Latest => {
            let mut edge = None;
            for (time, event) in events.rev().filter(|(_, event)| known(*event)) {
                if *edge.get_or_insert(time) != time {
                    break;
                }
                offer(time, event, &greatest);
            }
        }
        Aggregate::Total | Aggregate::Average => {}
    }
    chosen.map(|(_, event)| event)
}

pub(crate) fn compare(a: Option<Read<'_>>, b: Option<Read<'_>>) -> Ordering {
    match (a, b) {
        (Some(Read::Truth(a)), Some(Read::Truth(b))) => a.cmp(&b),
        (Some(Read::Number(a)), Some(Read::Number(b))) => a.cmp(&b),
        (Some(Read::Text(a)), Some(Read::Text(b))) => compare_texts(a, b),
        (Some(Read::List(a, i)), Some(Read::List(b, j))) => compare_lists(&a[i as usize], &b[j as usize]),
        _ => Ordering::Equal, // known values of one column are of one type
    }
}

/// Writes a value, or that there is none, into a slot.
pub(crate) fn put(slot: &mut SlotColumn, row: usize, value: Option<Read<'_>>) {
    match slot {
        SlotColumn::Truth(_) => {
            let truth = if let Some(Read::Truth(truth)) = value { truth } else { 1 };
            slot.set_truth(row, truth);
        }
        SlotColumn::Number { .. } => {
            slot.set_number(row, if let Some(Read::Number(number)) = value { Some(number) } else { None });
        }
        SlotColumn::Wide { .. } => slot.set_wide(row, None),
        SlotColumn::Text(_) => {
            slot.set_text(row, if let Some(Read::Text(text)) = value { Some(text.clone()) } else { None });
        }
        SlotColumn::List(_) => {
            let list = match value {
                Some(Read::List(lists, code)) => Some(ListValue { dictionary: lists.clone(), code }),
                _ => None,
            };
            slot.set_list(row, list);
        }
    }
}
