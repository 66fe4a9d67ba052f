//! The ordinary case in one sweep: events whose classes and buckets are looked up in tables are classified, counted and
//! summed at once, so that of each event everything is fetched from memory while the one before is worked on.
//!
//! It gives what [`classify`](super::Pass), [`refine`](super::buckets::Buckets::refine), [`counts`](super::counts) and
//! [`sums`](super::answers) give one after the other, which do the rest.

use super::answers::extent;
use super::buckets::{SingleEdges, Table};
use super::cells::{Adds, LANES};
use super::counts::{FLUSH, add_lanes, held};
use super::objects::FlatClasses;
use qualify_vm::Task;

/// Fewer events are not swept: one lead's are done as well step by step.
pub(super) const FEW: usize = 64;

/// Events of a block; see [`super::answers::Block`].
pub(super) struct Sweep<'a, const SUMS: bool> {
    pub classes: FlatClasses<'a>,
    pub table: &'a Table,
    pub times: &'a [i64],
    pub offsets: &'a [u32],
    /// For each cell what its events add to the first group of counts.
    pub adds: &'a [Adds],
    /// With `SUMS` a number of each event, and for each cell all bits (-1) if it is to be added up.
    pub summed: (&'a [i64], &'a [i64]),
    pub swept: &'a mut Swept,
}

/// What a sweep finds.
#[derive(Clone, Debug, Default)]
pub(super) struct Swept {
    /// For each event its cell.
    pub cell_of: Vec<u32>,
    /// For each lead the first group of counts, held at the most that a byte can be.
    pub counts: Vec<Adds>,
    /// Whether a number was added up.
    pub has_sums: bool,
    /// For each lead the sum of its numbers, which may have run over.
    pub sums: Vec<i64>,
    /// The [`extent`] of all numbers.
    pub bits: i64,
    /// Whether the events of each lead stand in the order of their times.
    pub is_by_time: bool,
}

impl<const SUMS: bool> Task for Sweep<'_, SUMS> {
    #[inline(always)]
    fn run(self) {
        let Sweep { classes, table, times, offsets, adds, summed: (numbers, means), swept } = self;
        let Swept { cell_of, counts, has_sums, sums, bits, is_by_time } = swept;
        *has_sums = SUMS;
        cell_of.resize(times.len(), 0);
        counts.clear();
        sums.clear();
        let looks = Looks { classes, table: table.single_edges(), adds, means };
        let (mut all, mut back, first) = (0, false, offsets[0]);
        for ends in offsets.windows(2) {
            let (mut from, to) = ((ends[0] - first) as usize, (ends[1] - first) as usize);
            let is_short = to - from <= FLUSH;
            let mut found = OfLead { before: i64::MIN, ..OfLead::default() };
            let mut lanes = [0; LANES];
            loop {
                let part = from..to.min(from + FLUSH);
                let events = Events {
                    kinds: &classes.kinds[part.clone()],
                    codes: &classes.codes[part.clone()],
                    times: &times[part.clone()],
                    numbers: if SUMS { &numbers[part.clone()] } else { &[] },
                };
                found.counts = Adds::default();
                from = part.end;
                found = looks.sweep::<SUMS>(events, &mut cell_of[part], found);
                if is_short {
                    break;
                }
                add_lanes(&mut lanes, found.counts);
                if from == to {
                    found.counts = held(&lanes);
                    break;
                }
            }
            counts.push(found.counts);
            sums.push(found.sum);
            all |= found.bits;
            back |= found.back;
        }
        *bits = all;
        *is_by_time = !back;
    }
}

/// What is looked up.
#[derive(Clone, Copy)]
struct Looks<'a> {
    classes: FlatClasses<'a>,
    table: SingleEdges<'a>,
    adds: &'a [Adds],
    means: &'a [i64],
}

/// Columns of some events.
#[derive(Clone, Copy)]
struct Events<'a> {
    kinds: &'a [u16],
    codes: &'a [u32],
    times: &'a [i64],
    numbers: &'a [i64],
}

/// What was found in the events of a lead so far.
#[derive(Clone, Copy, Default)]
struct OfLead {
    counts: Adds,
    sum: i64,
    bits: i64,
    /// Whether an event stands behind a later one.
    back: bool,
    /// The time of the last event.
    before: i64,
}

impl Looks<'_> {
    #[inline(always)]
    fn sweep<const SUMS: bool>(self, events: Events<'_>, cells: &mut [u32], mut found: OfLead) -> OfLead {
        let Looks { classes, table, adds, means } = self;
        let count = cells.len();
        let Events { kinds, codes, times, numbers } = events;
        let (kinds, codes, times) = (&kinds[..count], &codes[..count], &times[..count]);
        for i in 0..count {
            let cell = classes.class(kinds[i], codes[i]) * table.count + table.bucket(times[i]);
            cells[i] = cell;
            // there is no cell beyond; to say it this way lets many events be looked up at once
            if let Some(adds) = adds.get(cell as usize) {
                for (count, adds) in found.counts.iter_mut().zip(adds) {
                    *count = count.wrapping_add(*adds);
                }
            }
            if SUMS && let (Some(number), Some(means)) = (numbers.get(i), means.get(cell as usize)) {
                found.sum = found.sum.wrapping_add(number & means);
                found.bits |= extent(*number);
            }
            found.back |= times[i] < found.before;
            found.before = times[i];
        }
        found
    }
}
