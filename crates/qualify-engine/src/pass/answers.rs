//! What is done for the listed events of a block: newest instants, fading, sums, different values, sequences.

mod different;
mod factors;
mod newest;
mod sequences;
mod sums;

use super::cells::Cells;
use super::layout::{Layout, Work};
use super::lists::Lists;
use super::sweep::Swept;
use different::Different;
use factors::Factors;
use newest::Newest;
use qualify_model::EventColumns;
use qualify_plan::{Bound, Plan};
use qualify_vm::{SlotColumn, Slots, run_task};
use sequences::Sequences;
use sums::Sums;
pub(super) use sums::extent;

/// What the work is done with.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a> {
    pub plan: &'a Plan,
    pub bound: &'a Bound,
    pub layout: &'a Layout,
    pub cells: &'a Cells,
    pub lists: &'a Lists,
    /// All events of the batch.
    pub events: &'a EventColumns,
    /// Where the block's events start in it.
    pub start: usize,
    /// The times of the block's events.
    pub times: &'a [i64],
    /// For each event of the block its cell.
    pub cell_of: &'a [u32],
    /// Which events are whose, one more than there are leads.
    pub offsets: &'a [u32],
    /// Whether the events of each lead stand in the order of their times.
    pub is_by_time: bool,
    /// The spot and the column whose sums were swept, and these.
    pub sums: Option<((usize, usize), &'a Swept)>,
    pub leads: usize,
}

/// Room that is used again for each block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    sums: Sums,
    different: Different,
    sequences: Sequences,
    counts: Vec<i64>,
    events: Vec<u32>,
}

impl Scratch {
    /// Does all work of a block.
    pub fn answer(&mut self, block: &Block<'_>, slots: &mut Slots) {
        let columns = &mut slots.columns;
        self.sequences.begin();
        for work in &block.layout.work {
            match work {
                Work::Newest { spot, slot } => {
                    run_task(Newest { block, spot: *spot, column: &mut columns[*slot] });
                }
                Work::Factors { spot, curve, slot } => {
                    let curve = &block.bound.curves[*curve];
                    let (column, events) = (&mut columns[*slot], &mut self.events);
                    run_task(Factors { block, spot: *spot, curve, column, events });
                }
                Work::Total { spot, column, slot } => {
                    self.sums.take(block, *spot, *column);
                    let (before, after) = columns.split_at_mut(*slot + 1);
                    self.sums.put_total(&mut before[*slot], &mut after[0]);
                }
                Work::Sum { spot, column, slot } => {
                    self.sums.take(block, *spot, *column);
                    self.sums.put_wide(&mut columns[*slot]);
                    sums::count_known(block, *spot, *column, &mut self.counts);
                    put(&self.counts, &mut columns[*slot + 1]);
                }
                Work::Different { spot, column, slot } => {
                    self.different.count(block, *spot, *column, &mut self.counts);
                    put(&self.counts, &mut columns[*slot]);
                }
                Work::Sequence { spots, fact, slot } => {
                    let steps = &block.plan.facts[*fact].steps;
                    self.sequences.count(block, spots, steps, &mut self.counts);
                    put(&self.counts, &mut columns[*slot]);
                }
            }
        }
    }
}

/// Known numbers, one for each lead.
fn put(numbers: &[i64], column: &mut SlotColumn) {
    if let SlotColumn::Number { values, known } = column {
        values[..numbers.len()].copy_from_slice(numbers);
        known[..numbers.len()].fill(1);
    }
}

impl<'a> Block<'a> {
    /// The events of a lead, as places in the block.
    #[inline(always)]
    fn events_of(&self, row: usize) -> std::ops::Range<usize> {
        (self.offsets[row] - self.offsets[0]) as usize..(self.offsets[row + 1] - self.offsets[0]) as usize
    }

    /// The block's part of a column of the batch's events.
    #[inline(always)]
    fn part<T>(&self, column: &'a [T]) -> &'a [T] {
        &column[self.start..self.start + self.times.len()]
    }
}
