//! What is left of the points of each event in a spot, added up lead by lead.

use super::Block;
use qualify_model::decay::Halving;
use qualify_plan::BoundCurve;
use qualify_vm::{SlotColumn, Task};

/// So many factors are computed at a time.
const MANY: usize = 64;

/// Fewer than so many are added one by one.
const FEW: usize = MANY / 4;

/// Puts the sums of the curve's numerators into a number column.
pub(super) struct Factors<'a, 'b> {
    pub block: &'b Block<'a>,
    pub spot: usize,
    pub curve: &'b BoundCurve,
    pub column: &'b mut SlotColumn,
    /// Room for the sums of the lists before.
    pub before: &'b mut Vec<i64>,
}

impl Task for Factors<'_, '_> {
    #[inline(always)]
    fn run(self) {
        let block = *self.block;
        let SlotColumn::Number { values, known } = self.column else { return };
        let values = &mut values[..block.leads];
        values.fill(0);
        known[..block.leads].fill(1);
        let (rows, as_of) = (&block.lists.rows[..], block.bound.as_of);
        let before = self.before;
        let halving = match self.curve {
            BoundCurve::Halving(halving) => Some(halving),
            _ => None,
        };
        let (wide, narrow) = (halving.and_then(Halving::wide), halving.and_then(Halving::quick));
        for list in block.lists.in_spot(block.cells, self.spot) {
            let (Some(first), Some(last)) = (list.first(), list.last()) else { continue };
            if list.len() < FEW {
                for event in list {
                    let factor = self.curve.numerator(as_of, block.times[*event as usize]);
                    values[rows[*event as usize] as usize] += factor;
                }
                continue;
            }
            let of_list = rows[*first as usize] as usize..rows[*last as usize] as usize + 1;
            before.resize(block.leads, 0);
            before[of_list.clone()].copy_from_slice(&values[of_list]);
            let times = block.times;
            // nothing in the list lies after `as of`
            let age = |event: u32| as_of.wrapping_sub(times[event as usize]) as u64 / 1_000;
            match (wide, narrow) {
                (Some(wide), _) => add(list, rows, before, values, |events, factors| {
                    let mut ages = [0; MANY];
                    ages.iter_mut().zip(events).for_each(|(cell, event)| *cell = age(*event));
                    // a loop of its own over all of them, which becomes one of vector instructions
                    factors.iter_mut().zip(&ages).for_each(|(factor, age)| *factor = wide.factor(*age));
                }),
                (None, Some(narrow)) => add(list, rows, before, values, |events, factors| {
                    let each = factors.iter_mut().zip(events);
                    each.for_each(|(factor, event)| *factor = narrow.factor(age(*event)));
                }),
                (None, None) => add(list, rows, before, values, |events, factors| {
                    let numerator = |event: u32| self.curve.numerator(as_of, times[event as usize]);
                    factors.iter_mut().zip(events).for_each(|(factor, event)| *factor = numerator(*event));
                }),
            }
        }
    }
}

/// Adds the factors of a list to what was there before. `put` is given some events and puts their factors.
#[inline(always)]
fn add(
    list: &[u32],
    rows: &[u16],
    before: &[i64],
    values: &mut [i64],
    put: impl Fn(&[u32], &mut [i64; MANY]),
) {
    // of equal lengths, so that to look into one is to look into the other
    let before = &before[..values.len()];
    let mut factors = [0; MANY];
    // the sum of a lead is held in a register and written over and over: nothing waits for memory
    let (mut of_lead, mut last) = (0i64, 0);
    for events in list.chunks(MANY) {
        put(events, &mut factors);
        for (event, factor) in events.iter().zip(&factors) {
            let row = rows[*event as usize];
            let is_same = -((row == last) as i64); // all bits or none
            of_lead = (of_lead & is_same) + factor;
            last = row;
            values[row as usize] = before[row as usize] + of_lead;
        }
    }
}
