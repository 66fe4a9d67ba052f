//! Which values the rows of a table have taken so far, and which row took each. A value is taken once, so that a table
//! of `n` ranges costs `n log n`.

use super::interval::{Interval, Intervals};
use std::collections::BTreeMap;

/// The values of a subject, parted into those that are left and those that a row took.
pub(super) struct Taken {
    /// From the least value of each part to its greatest; the parts are disjoint, here and below.
    left: BTreeMap<i128, i128>,
    /// The same with the row that took the part.
    by: BTreeMap<i128, (i128, usize)>,
    /// All values are multiples of it.
    grain: i128,
}

impl Taken {
    /// Nothing of `base` is taken.
    pub(super) fn new(base: &Intervals, grain: i128) -> Taken {
        let left = base.snapped(grain).parts().iter().map(|part| (part.low, part.high)).collect();
        Taken { left, by: BTreeMap::new(), grain: grain.max(1) }
    }

    /// What no row has taken.
    pub(super) fn left(&self) -> Intervals {
        Intervals::sorted(self.left.iter().map(|(low, high)| Interval::new(*low, *high)).collect())
    }

    /// Gives a row all that is left of its values; these are multiples of the grain.
    pub(super) fn take(&mut self, values: &Intervals, row: usize) {
        for part in values.parts() {
            while let Some((low, high)) = last_until(&self.left, part.high).filter(|(_, h)| *h >= part.low) {
                self.left.remove(&low);
                if high > part.high {
                    self.left.insert(part.high.saturating_add(self.grain), high);
                }
                let cut = low < part.low;
                if cut {
                    self.left.insert(low, part.low.saturating_sub(self.grain));
                }
                self.by.insert(low.max(part.low), (high.min(part.high), row));
                if cut {
                    break;
                }
            }
        }
    }

    /// Nothing is left of these values.
    pub(super) fn wholly(&self, values: &Intervals) -> bool {
        let touches = |part: &Interval| last_until(&self.left, part.high).is_some_and(|(_, h)| h >= part.low);
        !values.parts().iter().any(touches)
    }

    /// The rows that took some of these values, a row several times if it took several parts.
    pub(super) fn rows_of(&self, values: &Intervals) -> impl Iterator<Item = usize> {
        let of = |part: &Interval| {
            let low = part.low;
            let parts = self.by.range(..=part.high).rev();
            parts.take_while(move |(_, (high, _))| *high >= low).map(|(_, (_, row))| *row)
        };
        values.parts().iter().flat_map(of)
    }
}

/// The last part that begins at `most` or before.
fn last_until(parts: &BTreeMap<i128, i128>, most: i128) -> Option<(i128, i128)> {
    parts.range(..=most).next_back().map(|(low, high)| (*low, *high))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(parts: &[(i128, i128)]) -> Intervals {
        parts.iter().fold(Intervals::none(), |all, (a, b)| all.join(&Intervals::of(Interval::new(*a, *b))))
    }

    #[test]
    fn a_value_is_taken_once() {
        let mut taken = Taken::new(&set(&[(0, 100)]), 1);
        taken.take(&set(&[(10, 20), (40, 50)]), 0);
        taken.take(&set(&[(15, 45)]), 1);
        assert_eq!(taken.left(), set(&[(0, 9), (51, 100)]));
        assert!(taken.wholly(&set(&[(12, 50)])) && !taken.wholly(&set(&[(50, 51)])));
        let rows = |values: &[(i128, i128)]| taken.rows_of(&set(values)).collect::<Vec<_>>();
        assert_eq!(rows(&[(12, 18)]), [0]);
        assert_eq!(rows(&[(18, 48)]), [0, 1, 0]);
        assert_eq!(rows(&[(0, 9), (60, 70)]), [] as [usize; 0]);
    }

    #[test]
    fn what_is_left_agrees_with_taking_away_from_the_set() {
        // a plain generator of numbers, always the same
        let mut state = 7_u64;
        let mut next = |most: i128| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            i128::from(state >> 33) % most
        };
        for grain in [1, 10] {
            for _ in 0..300 {
                let base = set(&[(next(50), 100 + next(300)), (500, 500 + next(300))]).snapped(grain);
                let (mut left, mut taken) = (base.clone(), Taken::new(&base, grain));
                for row in 0..12 {
                    let (a, b) = (next(900), next(900));
                    let values = set(&[(a, a + next(200)), (b, b + next(9))]).snapped(grain);
                    assert_eq!(taken.wholly(&values), left.meet(&values).is_empty());
                    taken.take(&values, row);
                    left = left.without(&values).snapped(grain);
                    assert_eq!(taken.left(), left);
                }
            }
        }
    }
}
