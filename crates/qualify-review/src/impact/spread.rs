//! How scores lie: least, greatest, mean, quartiles, bars.

use super::Points;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whole points from `-DENSE` to `DENSE` are counted in a plain row.
const DENSE: i64 = 4096;

/// Units of a point.
const POINT: i64 = 10_000;

/// About so many bars.
const BARS: i64 = 20;

/// Scores as they come, by whole points below them.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    dense: Vec<u64>,
    far: BTreeMap<i64, u64>,
    n: u64,
    sum: i128,
    least: i64,
    greatest: i64,
}

impl Counted {
    pub fn new() -> Counted {
        let dense = vec![0; 2 * DENSE as usize];
        Counted { dense, far: BTreeMap::new(), n: 0, sum: 0, least: i64::MAX, greatest: i64::MIN }
    }

    pub fn add(&mut self, units: i64) {
        let whole = units.div_euclid(POINT);
        match usize::try_from(whole + DENSE).ok().and_then(|at| self.dense.get_mut(at)) {
            Some(n) => *n += 1,
            // far out, neighbours share a place: there may be as many different scores as leads
            None => *self.far.entry(whole.div_euclid(DENSE) * DENSE).or_default() += 1,
        }
        self.n += 1;
        self.sum += i128::from(units);
        self.least = self.least.min(units);
        self.greatest = self.greatest.max(units);
    }

    /// Whole points and how many leads have them, rising.
    fn counts(&self) -> impl Iterator<Item = (i64, u64)> {
        let dense = self.dense.iter().enumerate().map(|(at, n)| (at as i64 - DENSE, *n));
        let far = self.far.iter().map(|(whole, n)| (*whole, *n));
        let mut all: Vec<(i64, u64)> = dense.chain(far).filter(|(_, n)| *n > 0).collect();
        all.sort_unstable();
        all.into_iter()
    }

    pub fn mean(&self) -> i64 {
        let mean = qualify_model::exact::divide_rounded(self.sum, i128::from(self.n)).unwrap_or(0);
        qualify_model::exact::hold(mean).0
    }

    pub fn sum(&self) -> i128 {
        self.sum
    }

    fn quantile(&self, of_hundred: u64) -> i64 {
        let wanted = (self.n * of_hundred).div_ceil(100).max(1);
        let mut seen = 0;
        for (whole, n) in self.counts() {
            seen += n;
            if seen >= wanted {
                return whole.saturating_mul(POINT);
            }
        }
        0
    }

    pub fn spread(&self) -> Spread {
        let held = |units: i64| if self.n == 0 { Points(0) } else { Points(units) };
        Spread {
            leads: self.n,
            least: held(self.least),
            quarter: Points(self.quantile(25)),
            median: Points(self.quantile(50)),
            three_quarters: Points(self.quantile(75)),
            greatest: held(self.greatest),
            mean: Points(self.mean()),
        }
    }
}

/// Figures of a score over leads that have it.
#[derive(Clone, Debug, Serialize)]
pub struct Spread {
    /// So many leads have it.
    pub leads: u64,
    /// The least.
    pub least: Points,
    /// A quarter of the leads has no more; in whole points, as the two that follow.
    pub quarter: Points,
    /// Half.
    pub median: Points,
    /// Three quarters.
    pub three_quarters: Points,
    /// The greatest.
    pub greatest: Points,
    /// The mean, rounded to what points hold.
    pub mean: Points,
}

/// Bars over both models.
#[derive(Clone, Debug, Serialize)]
pub struct Histogram {
    /// Whole points that a bar is wide.
    pub width: i64,
    /// Where the first bar begins, in whole points.
    pub from: i64,
    /// Leads in each bar before.
    pub before: Vec<u64>,
    /// Leads in each bar after.
    pub after: Vec<u64>,
}

impl Histogram {
    pub(crate) fn of(before: &Counted, after: &Counted) -> Histogram {
        let ends = |counted: &Counted| {
            let mut wholes = counted.counts().map(|(whole, _)| whole);
            let first = wholes.next();
            first.map(|first| (first, wholes.last().unwrap_or(first)))
        };
        let (low, high) = match (ends(before), ends(after)) {
            (Some(a), Some(b)) => (a.0.min(b.0), a.1.max(b.1)),
            (Some(a), None) | (None, Some(a)) => a,
            (None, None) => (0, 0),
        };
        let mut width = 1;
        // 1, 2, 5, 10, 20, 50 …
        for factor in [2, 5, 10].into_iter().cycle().scan((1i64, 0), |(decade, n), factor| {
            let width = decade.saturating_mul(factor);
            *n += 1;
            if *n % 3 == 0 {
                *decade = decade.saturating_mul(10);
            }
            Some(width)
        }) {
            if (high - low) / width < BARS {
                break;
            }
            width = factor;
        }
        let from = low.div_euclid(width) * width;
        let bars = ((high - from) / width + 1) as usize;
        let fill = |counted: &Counted| {
            let mut out = vec![0; bars];
            for (whole, n) in counted.counts() {
                let at = ((whole - from).div_euclid(width)).clamp(0, bars as i64 - 1);
                out[at as usize] += n;
            }
            out
        };
        Histogram { width, from, before: fill(before), after: fill(after) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_hold_every_lead() {
        let check = |scores: &[i64], width: i64, from: i64| {
            let mut counted = Counted::new();
            scores.iter().for_each(|points| counted.add(points * POINT));
            let bars = Histogram::of(&counted, &Counted::new());
            assert_eq!((bars.width, bars.from), (width, from), "{scores:?}");
            assert_eq!(bars.before.iter().sum::<u64>(), scores.len() as u64, "{scores:?}");
            assert!(bars.before.len() <= BARS as usize + 1, "{scores:?}");
        };
        check(&[], 1, 0);
        check(&[0, 5, 19], 1, 0);
        check(&[0, 5, 20], 2, 0);
        check(&[-7, 93], 10, -10);
        check(&[0, 100_000_000], 5_000_000, 0);
    }
}
