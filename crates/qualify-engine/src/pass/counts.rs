//! Counts: how many events of each lead stand in each spot that is only counted.

use super::cells::{Adds, Cells, LANES};
use super::layout::{Layout, Spot};
use super::reached::Fired;
use crate::batch_program::BatchProgram;
use qualify_vm::{SlotColumn, Slots, Task, run_task};

/// Events after which bytes could run over.
pub(super) const FLUSH: usize = 255;

/// The counts of a group for the leads of a block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// Those of each lead as bytes, held at the most that a byte can be.
    pub rows: Vec<Adds>,
    /// Those of each lead of more than [`FLUSH`] events, with its row.
    long: Vec<(usize, [u32; LANES])>,
}

impl Counts {
    /// Of no lead.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.long.clear();
    }

    /// Adds those of the next lead, of [`FLUSH`] events at most.
    #[inline(always)]
    pub fn push(&mut self, counts: Adds) {
        self.rows.push(counts);
    }

    /// Adds those of the next lead, of more events: what each of them adds.
    #[inline(always)]
    pub fn push_long(&mut self, mut events: impl ExactSizeIterator<Item = Adds>) {
        let mut sums = [0u32; LANES];
        while events.len() > 0 {
            let counts = sum(events.by_ref().take(FLUSH));
            for (lane, sum) in sums.iter_mut().enumerate() {
                *sum += (counts[lane / 8] >> (lane % 8 * 8) & 255) as u32;
            }
        }
        let mut held = Adds::default();
        for (lane, count) in sums.iter().enumerate() {
            held[lane / 8] |= ((*count).min(255) as u64) << (lane % 8 * 8);
        }
        self.long.push((self.rows.len(), sums));
        self.rows.push(held);
    }
}

/// The events of a block, and room for what is found of them.
pub(crate) struct Counting<'a> {
    pub layout: &'a Layout,
    /// The cells of the events.
    pub cells: &'a [u32],
    /// Which are whose: `offsets[row] - first` and on.
    pub offsets: &'a [u32],
    /// Those of the first group, if the events were swept.
    pub counts: &'a mut Counts,
    pub is_swept: bool,
}

impl Counting<'_> {
    /// Counts the events of each lead. With a `program` for batches, what that needs of the counts.
    pub fn run(self, program: Option<&BatchProgram>, lookups: &Cells, slots: &mut Slots, fired: &mut Fired) {
        let Counting { layout, cells, offsets, counts, is_swept } = self;
        if lookups.adds.is_empty() && !layout.counts.is_empty() {
            return listed(layout, lookups, cells, offsets, slots);
        }
        if let Some(program) = program {
            program.begin(slots, offsets.len() - 1);
        }
        for (number, (group, adds)) in layout.counts.chunks(LANES).zip(&lookups.adds).enumerate() {
            if program.is_none() && offsets.len() == 2 && cells.len() <= FLUSH {
                one(group, &sum(of_cells(adds, cells)), slots);
                continue;
            }
            if number > 0 || !is_swept {
                run_task(CountLeads { adds, cells, offsets, counts });
            }
            let is_read = |lane: &usize| program.is_none_or(|program| program.is_read[number * LANES + lane]);
            let mut wanted = group.iter().enumerate().filter(|(lane, _)| is_read(lane)).peekable();
            if wanted.peek().is_some() {
                run_task(Put { wanted, counts, slots });
            }
            if let Some(program) = program {
                program.reach(number, &counts.rows, slots, fired);
            }
        }
    }
}

/// Puts the counts of the one lead.
fn one(group: &[(Spot, usize)], counts: &Adds, slots: &mut Slots) {
    for (lane, (_, slot)) in group.iter().enumerate() {
        slots.columns[*slot].set_number(0, Some((counts[lane / 8] >> (lane % 8 * 8) & 255) as i64));
    }
}

/// The counts of a group for each lead.
struct CountLeads<'a> {
    adds: &'a [Adds],
    cells: &'a [u32],
    offsets: &'a [u32],
    counts: &'a mut Counts,
}

impl Task for CountLeads<'_> {
    #[inline(always)]
    fn run(self) {
        let CountLeads { adds, cells, offsets, counts } = self;
        counts.clear();
        for ends in offsets.windows(2) {
            let events = &cells[(ends[0] - offsets[0]) as usize..(ends[1] - offsets[0]) as usize];
            match events.len() {
                0..=FLUSH => counts.push(sum(of_cells(adds, events))),
                _ => counts.push_long(of_cells(adds, events)),
            }
        }
    }
}

/// Puts counts into their slots.
struct Put<'a, W> {
    /// Lanes of the group, with their spots and slots.
    wanted: W,
    counts: &'a Counts,
    slots: &'a mut Slots,
}

impl<'a, W: Iterator<Item = (usize, &'a (Spot, usize))>> Task for Put<'_, W> {
    #[inline(always)]
    fn run(self) {
        let Put { wanted, counts: Counts { rows, long }, slots } = self;
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

/// What each event of some cells adds.
#[inline(always)]
pub(super) fn of_cells<'a>(adds: &'a [Adds], cells: &'a [u32]) -> impl ExactSizeIterator<Item = Adds> + 'a {
    cells.iter().map(|cell| adds[*cell as usize])
}

/// Adds up what [`FLUSH`] events add at most; all bytes at once.
#[inline(always)]
fn sum(events: impl Iterator<Item = Adds>) -> Adds {
    // four words of their own stay in registers
    let (mut a, mut b, mut c, mut d) = (0u64, 0u64, 0u64, 0u64);
    for adds in events {
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
