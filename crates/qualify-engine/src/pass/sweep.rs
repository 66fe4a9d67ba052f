//! The ordinary case in one sweep: events whose classes and buckets are looked up in tables are classified, counted and
//! summed at once, so that of each event everything is fetched from memory while the one before is worked on.
//!
//! It gives what [`classify`](super::Pass), [`refine`](super::buckets::Buckets::refine), [`counts`](super::counts) and
//! [`sums`](super::answers) give one after the other, which do the rest.
//!
//! Some cells are found at a time, which vector instructions do for many; then these are added up one by one, over all
//! events and not lead by lead. What all events up to a lead's last one come to, less what those up to the last one of the
//! lead before came to, is the lead's. So no lead makes the processor guess where its events end.

use super::answers::extent;
use super::buckets::{SingleEdges, Table};
use super::cells::{Adds, COUNTED, Line};
use super::counts::{Counts, FLUSH, of_cells};
use super::objects::FlatClasses;
use qualify_vm::Task;
use std::ops::Range;

/// Fewer events are not swept: one lead's are done as well step by step.
pub(super) const FEW: usize = 64;

/// Cells that are found at a time.
const MANY: usize = 32;

/// Events of a block; see [`super::answers::Block`].
pub(super) struct Sweep<'a, const SUMS: bool> {
    pub classes: FlatClasses<'a>,
    pub table: &'a Table,
    pub times: &'a [i64],
    /// For each event the row of its lead.
    pub rows: &'a [u16],
    pub offsets: &'a [u32],
    /// For each cell what its events add to the first group of counts.
    pub adds: &'a [Adds],
    /// For each cell all that its events add.
    pub lines: &'a [Line],
    /// With `SUMS` a number of each event.
    pub numbers: &'a [i64],
    pub swept: &'a mut Swept,
}

/// What a sweep finds.
#[derive(Clone, Debug, Default)]
pub(super) struct Swept {
    /// For each event its cell.
    pub cell_of: Vec<u32>,
    /// The first group of counts.
    pub counts: Counts,
    /// Whether a number was added up.
    pub has_sums: bool,
    /// For each lead the sum of its numbers, which may have run over.
    pub sums: Vec<i64>,
    /// The [`extent`] of all numbers.
    pub bits: i64,
    /// Whether the events of each lead stand in the order of their times.
    pub is_by_time: bool,
    /// For each lead what all events up to its last one come to.
    until: Vec<Line>,
}

impl<const SUMS: bool> Task for Sweep<'_, SUMS> {
    #[inline(always)]
    fn run(self) {
        let Sweep { classes, table, times, rows, offsets, adds, lines, numbers, swept } = self;
        swept.cell_of.resize(times.len(), 0);
        swept.until.clear();
        swept.until.resize(offsets.len() - 1, Line::default());
        let (cells, until) = (&mut swept.cell_of[..], &mut swept.until[..]);
        let looks = Looks { classes, table: table.single_edges() };
        let mut all = Sums { lines, until, sum: Line::default(), bits: Default::default() };
        // the first few one by one, so that before each of the others there is one
        let few = times.len().min(times.len().saturating_sub(1) % MANY + 1);
        for event in 0..few {
            let part = event..event + 1;
            let found = looks.find::<1>(part.clone(), times);
            let numbers = if SUMS { &numbers[part.clone()] } else { &[0] };
            all.add(&found, &mut cells[part.clone()], numbers, &rows[part]);
        }
        let mut is_back = has_step_back(&times[..few], &times[1.min(few)..few], rows, &rows[1.min(few)..]);
        for from in (few..times.len()).step_by(MANY) {
            let (part, before) = (from..from + MANY, from - 1..from + MANY - 1);
            let found = looks.find::<MANY>(part.clone(), times);
            let numbers = if SUMS { &numbers[part.clone()] } else { &[0; MANY] };
            let row = &rows[part.clone()];
            is_back |= has_step_back(&times[before.clone()], &times[part.clone()], &rows[before], row);
            all.add(&found, &mut cells[part], numbers, row);
        }
        swept.bits = all.bits.iter().fold(0, |all, bits| all | bits);
        swept.has_sums = SUMS;
        swept.is_by_time = !is_back;
        swept.part(offsets, adds);
    }
}

impl Swept {
    /// From what all events come to, to what those of each lead do.
    #[inline(always)]
    fn part(&mut self, offsets: &[u32], adds: &[Adds]) {
        let Swept { cell_of, counts, sums, until, .. } = self;
        counts.clear();
        sums.clear();
        let mut before = Line::default();
        for (ends, until) in offsets.windows(2).zip(until) {
            let events = (ends[0] - offsets[0]) as usize..(ends[1] - offsets[0]) as usize;
            let now = if events.is_empty() { before } else { *until };
            let of_lead: Line = std::array::from_fn(|word| now[word].wrapping_sub(before[word]));
            before = now;
            sums.push(of_lead[COUNTED] as i64);
            match events.len() {
                0..=FLUSH => counts.push(std::array::from_fn(|word| of_lead[word])),
                _ => counts.push_long(of_cells(adds, &cell_of[events])),
            }
        }
    }
}

/// Whether an event of a lead stands behind a later one: given all but the last, all but the first, and their leads.
#[inline(always)]
fn has_step_back(before: &[i64], times: &[i64], lead_before: &[u16], leads: &[u16]) -> bool {
    let mut any = false;
    for ((before, time), (lead_before, lead)) in before.iter().zip(times).zip(lead_before.iter().zip(leads)) {
        any |= (time < before) & (lead == lead_before);
    }
    any
}

/// What is looked up.
#[derive(Clone, Copy)]
struct Looks<'a> {
    classes: FlatClasses<'a>,
    table: SingleEdges<'a>,
}

impl Looks<'_> {
    /// The cells of `N` events.
    #[inline(always)]
    fn find<const N: usize>(self, events: Range<usize>, times: &[i64]) -> [u32; N] {
        let Looks { classes, table } = self;
        // of its own, so that nothing that is looked up can be where it is put
        let mut cells = [0; N];
        let kinds = &classes.kinds[events.clone()];
        let events = kinds.iter().zip(&classes.codes[events.clone()]).zip(&times[events]);
        for (cell, ((kind, code), time)) in cells.iter_mut().zip(events) {
            *cell = classes.class(*kind, *code) * table.count + table.bucket(*time);
        }
        cells
    }
}

/// What all events so far come to.
struct Sums<'a> {
    lines: &'a [Line],
    /// That up to the last event of each lead.
    until: &'a mut [Line],
    sum: Line,
    /// The [`extent`] of all numbers, which is put together in the end.
    bits: [i64; 8],
}

impl Sums<'_> {
    #[inline(always)]
    fn add(&mut self, found: &[u32], cells: &mut [u32], numbers: &[i64], rows: &[u16]) {
        /// All bits where a line counts, none where it adds up numbers.
        const COUNTS: Line = [!0, !0, !0, !0, 0, 0, 0, 0];
        for numbers in numbers.chunks(self.bits.len()) {
            self.bits.iter_mut().zip(numbers).for_each(|(bits, number)| *bits |= extent(*number));
        }
        let mut sum = self.sum;
        for (((found, cell), number), row) in found.iter().zip(cells).zip(numbers).zip(rows) {
            *cell = *found;
            // there is always one of both; to say it this way is the least that can be said
            if let (Some(line), Some(until)) =
                (self.lines.get(*found as usize), self.until.get_mut(*row as usize))
            {
                for word in 0..sum.len() {
                    sum[word] = sum[word].wrapping_add((*number as u64 | COUNTS[word]) & line[word]);
                }
                *until = sum;
            }
        }
        self.sum = sum;
    }
}
