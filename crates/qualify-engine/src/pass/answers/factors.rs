//! What is left of the points of each event in a spot, added up lead by lead.

use super::Block;
use qualify_model::decay::Halving;
use qualify_plan::BoundCurve;
use qualify_vm::{SlotColumn, Task};

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
            BoundCurve::Halving { every } => Halving::new(*every).quick(),
            _ => None,
        };
        for list in block.lists.in_spot(block.cells, self.spot) {
            let (Some(first), Some(last)) = (list.first(), list.last()) else { continue };
            let of_list = rows[*first as usize] as usize..rows[*last as usize] as usize + 1;
            before.resize(block.leads, 0);
            before[of_list.clone()].copy_from_slice(&values[of_list]);
            match (halving, self.curve) {
                (Some(halving), _) => add(list, rows, block.times, before, values, |time| {
                    // nothing in the list lies after `as of`
                    halving.factor(as_of.wrapping_sub(time) as u64 / 1_000)
                }),
                (None, curve) => {
                    add(list, rows, block.times, before, values, |time| curve.numerator(as_of, time))
                }
            }
        }
    }
}

/// Adds the factors of a list to what was there before.
#[inline(always)]
fn add(
    list: &[u32],
    rows: &[u16],
    times: &[i64],
    before: &[i64],
    values: &mut [i64],
    factor: impl Fn(i64) -> i64,
) {
    // of equal lengths, so that to look into one is to look into the other
    let (times, before) = (&times[..rows.len()], &before[..values.len()]);
    // the sum of a lead is held in a register and written over and over: nothing waits for memory
    let (mut of_lead, mut last) = (0i64, 0);
    for event in list {
        let row = rows[*event as usize];
        let is_same = -((row == last) as i64); // all bits or none
        of_lead = (of_lead & is_same) + factor(times[*event as usize]);
        last = row;
        values[row as usize] = before[row as usize] + of_lead;
    }
}
