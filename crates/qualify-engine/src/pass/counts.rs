//! Counts: how many events of each lead stand in each spot that is only counted.

use super::cells::{Adds, Cells, LANES};
use super::layout::{Layout, Spot};
use qualify_vm::{SlotColumn, Slots, Task, run_task};

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
    rows: &mut Vec<Adds>,
) {
    if lookups.adds.is_empty() && !layout.counts.is_empty() {
        return listed(layout, lookups, cells, offsets, slots);
    }
    for (group, adds) in layout.counts.chunks(LANES).zip(&lookups.adds) {
        if offsets.len() == 2 && cells.len() <= FLUSH {
            one(group, &sum(adds, cells), slots);
            continue;
        }
        run_task(Group { group, adds, cells, offsets, slots, rows });
    }
}

/// Puts the counts of the one lead.
fn one(group: &[(Spot, usize)], counts: &Adds, slots: &mut Slots) {
    for (lane, (_, slot)) in group.iter().enumerate() {
        slots.columns[*slot].set_number(0, Some((counts[lane / 8] >> (lane % 8 * 8) & 255) as i64));
    }
}

/// The counts of a group.
struct Group<'a> {
    group: &'a [(Spot, usize)],
    adds: &'a [Adds],
    cells: &'a [u32],
    offsets: &'a [u32],
    slots: &'a mut Slots,
    rows: &'a mut Vec<Adds>,
}

impl Task for Group<'_> {
    #[inline(always)]
    fn run(self) {
        let Group { group, adds, cells, offsets, slots, rows } = self;
        let leads = offsets.len() - 1;
        rows.clear();
        rows.resize(leads, Adds::default());
        let mut long = Vec::new();
        for (row, ends) in offsets.windows(2).enumerate() {
            let events = &cells[(ends[0] - offsets[0]) as usize..(ends[1] - offsets[0]) as usize];
            match events.len() {
                0..=FLUSH => rows[row] = sum(adds, events),
                _ => long.push((row, sum_long(adds, events))),
            }
        }
        for (lane, (_, slot)) in group.iter().enumerate() {
            let SlotColumn::Number { values, known } = &mut slots.columns[*slot] else { continue };
            let (word, shift) = (lane / 8, lane % 8 * 8);
            let values = &mut values[..leads];
            values.iter_mut().zip(rows.iter()).for_each(|(v, row)| *v = (row[word] >> shift & 255) as i64);
            known[..leads].fill(1);
            long.iter().for_each(|(row, sums)| values[*row] = sums[lane] as i64);
        }
    }
}

/// Adds up to [`FLUSH`] events; all bytes at once.
#[inline(always)]
fn sum(adds: &[Adds], events: &[u32]) -> Adds {
    // four words of their own stay in registers
    let (mut a, mut b, mut c, mut d) = (0u64, 0u64, 0u64, 0u64);
    for cell in events {
        let adds = &adds[*cell as usize];
        a = a.wrapping_add(adds[0]);
        b = b.wrapping_add(adds[1]);
        c = c.wrapping_add(adds[2]);
        d = d.wrapping_add(adds[3]);
    }
    [a, b, c, d]
}

#[inline(always)]
fn sum_long(adds: &[Adds], events: &[u32]) -> [u32; LANES] {
    let mut sums = [0u32; LANES];
    for part in events.chunks(FLUSH) {
        let part = sum(adds, part);
        sums.iter_mut()
            .enumerate()
            .for_each(|(lane, all)| *all += (part[lane / 8] >> (lane % 8 * 8) & 255) as u32);
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
