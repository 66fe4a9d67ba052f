//! Counts: how many events of each lead stand in each spot that is only counted.

use super::cells::{Adds, Cells, LANES};
use super::layout::{Layout, Spot};
use super::reached::Fired;
use crate::batch_program::BatchProgram;
use qualify_vm::{SlotColumn, Slots, Task, run_task};

/// Events after which bytes could run over.
pub(super) const FLUSH: usize = 255;

/// Counts the events of each lead. `cells` are those of the block's events, `offsets` say which are whose:
/// `offsets[row] - first` and on. With a `program` for batches, what that needs of the counts. `rows` has those of the first
/// group, if they were swept.
pub(crate) fn count(
    layout: &Layout,
    program: Option<&BatchProgram>,
    lookups: &Cells,
    (cells, offsets): (&[u32], &[u32]),
    slots: &mut Slots,
    (rows, fired): (&mut Vec<Adds>, &mut Fired),
    is_swept: bool,
) {
    if lookups.adds.is_empty() && !layout.counts.is_empty() {
        return listed(layout, lookups, cells, offsets, slots);
    }
    if let Some(program) = program {
        program.begin(slots, offsets.len() - 1);
    }
    for (number, (group, adds)) in layout.counts.chunks(LANES).zip(&lookups.adds).enumerate() {
        if program.is_none() && offsets.len() == 2 && cells.len() <= FLUSH {
            one(group, &sum(adds, cells), slots);
            continue;
        }
        if number > 0 || !is_swept {
            run_task(CountLeads { adds, cells, offsets, rows });
        }
        let is_read = |lane: &usize| program.is_none_or(|program| program.is_read[number * LANES + lane]);
        let mut wanted = group.iter().enumerate().filter(|(lane, _)| is_read(lane)).peekable();
        if wanted.peek().is_some() {
            run_task(Put { wanted, adds, cells, offsets, rows, slots });
        }
        if let Some(program) = program {
            program.reach(number, rows, slots, fired);
        }
    }
}

/// Puts the counts of the one lead.
fn one(group: &[(Spot, usize)], counts: &Adds, slots: &mut Slots) {
    for (lane, (_, slot)) in group.iter().enumerate() {
        slots.columns[*slot].set_number(0, Some((counts[lane / 8] >> (lane % 8 * 8) & 255) as i64));
    }
}

/// The counts of a group, a byte for each; those of leads with many events are held at the most that a byte can be.
struct CountLeads<'a> {
    adds: &'a [Adds],
    cells: &'a [u32],
    offsets: &'a [u32],
    rows: &'a mut Vec<Adds>,
}

impl Task for CountLeads<'_> {
    #[inline(always)]
    fn run(self) {
        let CountLeads { adds, cells, offsets, rows } = self;
        rows.clear();
        for ends in offsets.windows(2) {
            let events = &cells[(ends[0] - offsets[0]) as usize..(ends[1] - offsets[0]) as usize];
            rows.push(match events.len() {
                0..=FLUSH => sum(adds, events),
                _ => held(&sum_long(adds, events)),
            });
        }
    }
}

/// Puts counts into their slots.
struct Put<'a, W> {
    /// Lanes of the group, with their spots and slots.
    wanted: W,
    adds: &'a [Adds],
    cells: &'a [u32],
    offsets: &'a [u32],
    rows: &'a [Adds],
    slots: &'a mut Slots,
}

impl<'a, W: Iterator<Item = (usize, &'a (Spot, usize))>> Task for Put<'_, W> {
    #[inline(always)]
    fn run(self) {
        let Put { wanted, adds, cells, offsets, rows, slots } = self;
        let ends = offsets.windows(2).enumerate();
        let long = ends.filter(|(_, ends)| ends[1] - ends[0] > FLUSH as u32).map(|(row, ends)| {
            let events = (ends[0] - offsets[0]) as usize..(ends[1] - offsets[0]) as usize;
            (row, sum_long(adds, &cells[events]))
        });
        let long: Vec<_> = long.collect();
        for (lane, (_, slot)) in wanted {
            let SlotColumn::Number { values, known } = &mut slots.columns[*slot] else { continue };
            let (word, shift) = (lane / 8, lane % 8 * 8);
            let values = &mut values[..rows.len()];
            values.iter_mut().zip(rows).for_each(|(v, row)| *v = (row[word] >> shift & 255) as i64);
            known[..rows.len()].fill(1);
            long.iter().for_each(|(row, sums)| values[*row] = sums[lane] as i64);
        }
    }
}

/// Counts as bytes, each held at the most that a byte can be.
pub(super) fn held(counts: &[u32; LANES]) -> Adds {
    let mut bytes = Adds::default();
    for (lane, count) in counts.iter().enumerate() {
        bytes[lane / 8] |= ((*count).min(255) as u64) << (lane % 8 * 8);
    }
    bytes
}

/// Adds counts in bytes to sums.
#[inline(always)]
pub(super) fn add_lanes(sums: &mut [u32; LANES], counts: Adds) {
    for (lane, sum) in sums.iter_mut().enumerate() {
        *sum += (counts[lane / 8] >> (lane % 8 * 8) & 255) as u32;
    }
}

/// The counts of any number of events.
#[inline(always)]
fn sum_long(adds: &[Adds], events: &[u32]) -> [u32; LANES] {
    let mut sums = [0u32; LANES];
    for part in events.chunks(FLUSH) {
        add_lanes(&mut sums, sum(adds, part));
    }
    sums
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
