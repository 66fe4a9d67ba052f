//! Counts: how many events of each lead stand in each spot that is only counted.

use super::cells::{Cells, LANES};
use super::layout::Layout;
use qualify_vm::{SlotColumn, Slots};

/// Events after which bytes could run over.
const FLUSH: usize = 255;

/// Counts the events of each lead. `cells` are those of the block's events, `offsets` say which are whose:
/// `offsets[row] - first` and on.
pub(crate) fn count(
    layout: &Layout,
    lookups: &Cells,
    cells: &[u32],
    offsets: &[u32],
    slots: &mut Slots,
    rows: &mut Vec<[u8; LANES]>,
) {
    if layout.counts.is_empty() {
        return;
    }
    if lookups.adds.is_empty() {
        return listed(layout, lookups, cells, offsets, slots);
    }
    for (group, adds) in lookups.adds.iter().enumerate() {
        rows.clear();
        let mut long = Vec::new();
        for (row, ends) in offsets.windows(2).enumerate() {
            let events = &cells[(ends[0] - offsets[0]) as usize..(ends[1] - offsets[0]) as usize];
            if events.len() > FLUSH {
                long.push((row, sum_long(adds, events)));
                rows.push([0; LANES]);
            } else {
                rows.push(sum(adds, events));
            }
        }
        let slots_of_group = layout.counts[group * LANES..].iter().take(LANES).map(|(_, slot)| *slot);
        for (lane, slot) in slots_of_group.enumerate() {
            let SlotColumn::Number { values, known } = &mut slots.columns[slot] else { continue };
            let values = &mut values[..rows.len()];
            values.iter_mut().zip(rows.iter()).for_each(|(value, row)| *value = row[lane] as i64);
            known[..rows.len()].fill(1);
            long.iter().for_each(|(row, sums)| values[*row] = sums[lane] as i64);
        }
    }
}

/// Adds up to [`FLUSH`] events; all bytes at once.
#[inline(always)]
fn sum(adds: &[[u8; LANES]], events: &[u32]) -> [u8; LANES] {
    let mut sums = [0u8; LANES];
    for cell in events {
        let add = &adds[*cell as usize];
        for (sum, add) in sums.iter_mut().zip(add) {
            *sum = sum.wrapping_add(*add);
        }
    }
    sums
}

fn sum_long(adds: &[[u8; LANES]], events: &[u32]) -> [u32; LANES] {
    let mut sums = [0u32; LANES];
    for part in events.chunks(FLUSH) {
        sums.iter_mut().zip(sum(adds, part)).for_each(|(sum, add)| *sum += add as u32);
    }
    sums
}

/// With very many counts: each event adds to those of its cell.
fn listed(layout: &Layout, lookups: &Cells, cells: &[u32], offsets: &[u32], slots: &mut Slots) {
    let leads = offsets.len() - 1;
    for (_, slot) in &layout.counts {
        if let SlotColumn::Number { values, known } = &mut slots.columns[*slot] {
            values[..leads].fill(0);
            known[..leads].fill(1);
        }
    }
    for (row, ends) in offsets.windows(2).enumerate() {
        for cell in &cells[(ends[0] - offsets[0]) as usize..(ends[1] - offsets[0]) as usize] {
            for count in &lookups.listed[*cell as usize] {
                let slot = layout.counts[*count as usize].1;
                if let SlotColumn::Number { values, .. } = &mut slots.columns[slot] {
                    values[row] += 1;
                }
            }
        }
    }
}
