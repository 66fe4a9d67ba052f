//! Sums of a property over the events of each lead in a spot.

use super::{Block, put};
use qualify_model::{Column, exact};
use qualify_vm::{SlotColumn, Task, run_task};

/// Of fewer events sums are taken in 128 bits without a look at the values.
const FEW: usize = 64;

/// The sums of one block: in 64 bits where they cannot run over, else in 128.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    narrow: Vec<i64>,
    wide: Vec<i128>,
    is_wide: bool,
    /// The sum of all events before each of the block; the first is 0.
    until: Vec<i64>,
}

impl Sums {
    /// Takes the sums of a column of numbers; 0 where the batch has none.
    pub fn take(&mut self, block: &Block<'_>, spot: usize, column: usize) {
        self.is_wide = false;
        self.narrow.clear();
        self.narrow.resize(block.leads, 0);
        let Some(Column::Number { values, .. }) = block.events.properties.get(column) else { return };
        let values = block.part(values); // unknown ones hold 0
        if values.len() < FEW {
            return self.take_wide(block, spot, values);
        }
        let (sums, mut bits) = (&mut self.narrow, 0);
        let swept = block.sums.filter(|(of, _)| *of == (spot, column));
        match (swept, block.cells.asking(spot)) {
            (Some((_, swept)), _) => {
                sums.copy_from_slice(&swept.sums);
                bits = swept.bits;
            }
            (None, Some(means)) => {
                let until = &mut self.until;
                run_task(AskEach { block, means, values, until, sums, bits: &mut bits });
            }
            (None, None) => {
                let of = |event: usize| {
                    bits |= extent(values[event]);
                    values[event]
                };
                run_task(AddUp { block, spot, sums, of });
            }
        }
        // no value is beyond 2^(64 - zeros): times their number that must stay below 2^63
        if bits.leading_zeros() > 2 + values.len().max(1).ilog2() {
            return;
        }
        self.take_wide(block, spot, values);
    }

    fn take_wide(&mut self, block: &Block<'_>, spot: usize, values: &[i64]) {
        self.is_wide = true;
        self.wide.clear();
        self.wide.resize(block.leads, 0);
        AddUp { block, spot, sums: &mut self.wide, of: |event: usize| values[event] as i128 }.run();
    }

    /// The sums held within 64 bits, and whether each had to be.
    pub fn put_total(&self, sums: &mut SlotColumn, held: &mut SlotColumn) {
        if self.is_wide {
            for (row, (value, is_held)) in self.wide.iter().map(|sum| exact::hold(*sum)).enumerate() {
                sums.set_number(row, Some(value));
                held.set_truth(row, 2 * is_held as u8);
            }
            return;
        }
        put(&self.narrow, sums);
        if let SlotColumn::Truth(held) = held {
            held[..self.narrow.len()].fill(0);
        }
    }

    /// The sums in 128 bits.
    pub fn put_wide(&self, column: &mut SlotColumn) {
        match self.is_wide {
            true => self.wide.iter().enumerate().for_each(|(row, sum)| column.set_wide(row, Some(*sum))),
            false => {
                let sums = self.narrow.iter().enumerate();
                sums.for_each(|(row, sum)| column.set_wide(row, Some(*sum as i128)));
            }
        }
    }
}

/// How many values of a column are known among the events of a spot.
pub(super) fn count_known(block: &Block<'_>, spot: usize, column: usize, counts: &mut Vec<i64>) {
    counts.clear();
    counts.resize(block.leads, 0);
    match block.events.properties.get(column) {
        Some(Column::Number { known: None, .. }) => run_task(AddUp { block, spot, sums: counts, of: |_| 1 }),
        Some(Column::Number { known: Some(known), .. }) => {
            let known = block.part(known);
            run_task(AddUp { block, spot, sums: counts, of: |event| known[event] as i64 });
        }
        _ => {}
    }
}

/// All bits that are set in a value; in a negative one those that are not.
#[inline(always)]
pub(in crate::pass) fn extent(value: i64) -> i64 {
    value ^ (value >> 63)
}

/// Adds up a number of each event of a spot for each lead. Of a spot that most events may stand in each event is
/// asked, of others those on the lists.
struct AddUp<'a, 'b, T, F> {
    block: &'b Block<'a>,
    spot: usize,
    sums: &'b mut [T],
    of: F,
}

impl<T: Sum, F: FnMut(usize) -> T> Task for AddUp<'_, '_, T, F> {
    #[inline(always)]
    fn run(self) {
        let AddUp { block, spot, sums, mut of } = self;
        let block = *block;
        let Some(means) = block.cells.asking(spot) else {
            for event in block.lists.in_spot(block.cells, spot).flatten() {
                sums[block.lists.rows[*event as usize] as usize].add(of(*event as usize));
            }
            return;
        };
        for (row, sum) in sums.iter_mut().enumerate() {
            // a sum of its own stays in a register
            let mut of_lead = T::default();
            let events = block.events_of(row);
            for (event, cell) in events.clone().zip(&block.cell_of[events]) {
                let value = of(event);
                of_lead.add(if means[*cell as usize] != 0 { value } else { T::default() });
            }
            *sum = of_lead;
        }
    }
}

/// Sums in 64 bits that may run over, over a spot that most events may stand in. All that came before, at the end of a
/// lead and at the end of the one before: the difference is its sum, and no lead makes the processor guess its end.
struct AskEach<'a, 'b> {
    block: &'b Block<'a>,
    means: &'b [i64],
    values: &'b [i64],
    until: &'b mut Vec<i64>,
    sums: &'b mut [i64],
    /// The [`extent`] of all values.
    bits: &'b mut i64,
}

impl Task for AskEach<'_, '_> {
    #[inline(always)]
    fn run(self) {
        let AskEach { block, means, values, until, sums, bits } = self;
        let (mut sum, mut all) = (0i64, 0);
        until.resize(values.len() + 1, 0);
        for ((until, cell), value) in until[1..].iter_mut().zip(block.cell_of).zip(values) {
            sum = sum.wrapping_add(value & means[*cell as usize]);
            all |= extent(*value);
            *until = sum;
        }
        *bits = all;
        for (of_lead, row) in sums.iter_mut().zip(0..) {
            let events = block.events_of(row);
            *of_lead = until[events.end].wrapping_sub(until[events.start]);
        }
    }
}

/// A number that takes sums.
trait Sum: Copy + Default {
    /// Of 64 bits it may run over: who asks for the sum looks whether it can have.
    fn add(&mut self, other: Self);
}

impl Sum for i64 {
    #[inline(always)]
    fn add(&mut self, other: i64) {
        *self = self.wrapping_add(other);
    }
}

impl Sum for i128 {
    #[inline(always)]
    fn add(&mut self, other: i128) {
        *self += other;
    }
}
