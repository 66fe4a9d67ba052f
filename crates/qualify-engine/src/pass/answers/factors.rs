//! What is left of the points of each event in a spot, added up lead by lead.

use super::Block;
use qualify_model::decay::milliseconds;
use qualify_plan::BoundCurve;
use qualify_vm::{SlotColumn, Task};

/// Parts of the events that are added up side by side. Neighbours are often of one lead, and to add to its sum must wait
/// until what was added before is there; events of another part need not.
const PARTS: usize = 4;

/// Events of each part at a time.
const EACH: usize = 16;

/// So many factors are computed at a time.
const MANY: usize = PARTS * EACH;

/// A number for each.
type Parts = [[i64; EACH]; PARTS];

/// Puts the sums of the curve's numerators into a number column.
pub(super) struct Factors<'a, 'b> {
    pub block: &'b Block<'a>,
    pub spot: usize,
    pub curve: &'b BoundCurve,
    pub column: &'b mut SlotColumn,
    /// Room for the events of the spot.
    pub events: &'b mut Vec<u32>,
}

impl Task for Factors<'_, '_> {
    #[inline(always)]
    fn run(self) {
        let Factors { block, spot, curve, column, events } = self;
        let SlotColumn::Number { values, known } = column else { return };
        let values = &mut values[..block.leads];
        values.fill(0);
        known[..block.leads].fill(1);
        events.clear();
        block.lists.in_spot(block.cells, spot).for_each(|list| events.extend_from_slice(list));
        let (events, rows, times) = (&events[..], &block.lists.rows[..], block.times);
        let as_of = block.bound.as_of;
        // nothing on the lists lies after `as of`
        let age = |time: i64| as_of.wrapping_sub(time) as u64;
        let whole = match curve {
            BoundCurve::Halving(halving) if let Some(wide) = halving.wide() => {
                add(events, rows, times, values, |times, factors| {
                    let each = factors.as_flattened_mut().iter_mut().zip(times.as_flattened());
                    each.for_each(|(factor, time)| *factor = wide.factor(milliseconds(age(*time))));
                })
            }
            BoundCurve::Halving(halving) if let Some(narrow) = halving.quick() => {
                add(events, rows, times, values, |times, factors| {
                    let each = factors.as_flattened_mut().iter_mut().zip(times.as_flattened());
                    each.for_each(|(factor, time)| *factor = narrow.factor(age(*time) / 1_000));
                })
            }
            curve => add(events, rows, times, values, |times, factors| {
                let each = factors.as_flattened_mut().iter_mut().zip(times.as_flattened());
                each.for_each(|(factor, time)| *factor = curve.numerator(as_of, *time));
            }),
        };
        for event in &events[whole..] {
            let event = *event as usize;
            values[rows[event] as usize] += curve.numerator(as_of, times[event]);
        }
    }
}

/// Adds up the factors of events for their leads; gives how many were added: the last few are left. `put` is given the
/// times of some events and puts their factors.
#[inline(always)]
fn add(
    events: &[u32],
    rows: &[u16],
    times: &[i64],
    values: &mut [i64],
    put: impl Fn(&Parts, &mut Parts),
) -> usize {
    let length = events.len() / MANY * EACH;
    let part = |part: usize| events[part * length..(part + 1) * length].as_chunks::<EACH>().0;
    let parts: [_; PARTS] = std::array::from_fn(part);
    let (mut some, mut factors) = ([[0; EACH]; PARTS], [[0; EACH]; PARTS]);
    for at in 0..length / EACH {
        let parts: [&[u32; EACH]; PARTS] = std::array::from_fn(|part| &parts[part][at]);
        for (times_of, events) in some.iter_mut().zip(parts) {
            for (time, event) in times_of.iter_mut().zip(events) {
                *time = times[*event as usize];
            }
        }
        put(&some, &mut factors);
        for i in 0..EACH {
            for (factors, events) in factors.iter().zip(parts) {
                values[rows[events[i] as usize] as usize] += factors[i];
            }
        }
    }
    length * PARTS
}
