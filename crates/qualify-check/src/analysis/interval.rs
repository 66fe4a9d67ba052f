//! Intervals and sets of intervals of whole numbers, with infinite ends: what values an expression can have.
//!
//! Numbers of all kinds are held in millionths, so that they compare exactly; other types in their own units
//! (a word by its place in the vocabulary, a text by a number given to it).

/// No lower end.
pub(super) const LOWEST: i128 = i128::MIN;
/// No upper end.
pub(super) const HIGHEST: i128 = i128::MAX;
/// One, in millionths.
pub(super) const ONE: i128 = 1_000_000;

/// All from `low` to `high`, both included; nothing if `low > high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) low: i128,
    pub(super) high: i128,
}

impl Interval {
    pub(super) const ALL: Interval = Interval { low: LOWEST, high: HIGHEST };
    pub(super) const NONE: Interval = Interval { low: HIGHEST, high: LOWEST };
    pub(super) const ZERO: Interval = Interval { low: 0, high: 0 };

    pub(super) fn new(low: i128, high: i128) -> Interval {
        Interval { low, high }
    }

    pub(super) fn point(value: i128) -> Interval {
        Interval { low: value, high: value }
    }

    pub(super) fn is_empty(self) -> bool {
        self.low > self.high
    }

    pub(super) fn is_finite(self) -> bool {
        self.low != LOWEST && self.high != HIGHEST
    }

    /// The least interval that holds both.
    pub(super) fn hull(self, other: Interval) -> Interval {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Interval { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// What is in both.
    pub(super) fn meet(self, other: Interval) -> Interval {
        Interval { low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    pub(super) fn plus(self, other: Interval) -> Interval {
        if self.is_empty() || other.is_empty() {
            return Interval::NONE;
        }
        Interval { low: add_ends(self.low, other.low), high: add_ends(self.high, other.high) }
    }

    pub(super) fn negate(self) -> Interval {
        if self.is_empty() { self } else { Interval { low: flip(self.high), high: flip(self.low) } }
    }

    /// The product of two numbers in millionths, rounded to a multiple of `grain`.
    pub(super) fn times(self, other: Interval, grain: i128) -> Interval {
        self.corners(other, |a, b| multiply(a, b, grain))
    }

    /// The quotient; a divisor of zero is left out (its quotient is unknown).
    pub(super) fn over(self, other: Interval, grain: i128, divisor_grain: i128) -> Interval {
        if other.low < 0 && other.high > 0 {
            return if self.is_empty() { self } else { Interval::ALL };
        }
        let mut divisor = other;
        if divisor.low == 0 {
            divisor.low = divisor_grain;
        }
        if divisor.high == 0 {
            divisor.high = -divisor_grain;
        }
        self.corners(divisor, |a, b| divide(a, b, grain))
    }

    /// Rounded to a multiple of `grain`, half away from zero.
    pub(super) fn rounded(self, grain: i128) -> Interval {
        if self.is_empty() {
            return self;
        }
        Interval { low: round_end(self.low, grain), high: round_end(self.high, grain) }
    }

    fn corners(self, other: Interval, f: impl Fn(i128, i128) -> i128) -> Interval {
        if self.is_empty() || other.is_empty() {
            return Interval::NONE;
        }
        let ends = [
            f(self.low, other.low),
            f(self.low, other.high),
            f(self.high, other.low),
            f(self.high, other.high),
        ];
        ends.iter().fold(Interval::NONE, |all, end| all.hull(Interval::point(*end)))
    }
}

fn infinite(end: i128) -> bool {
    end == LOWEST || end == HIGHEST
}

fn infinity(negative: bool) -> i128 {
    if negative { LOWEST } else { HIGHEST }
}

fn flip(end: i128) -> i128 {
    match end {
        LOWEST => HIGHEST,
        HIGHEST => LOWEST,
        end => -end,
    }
}

/// Adds two ends of the same side; infinite if one is.
fn add_ends(a: i128, b: i128) -> i128 {
    if infinite(a) {
        return a;
    }
    if infinite(b) {
        return b;
    }
    a.saturating_add(b)
}

fn round_end(end: i128, grain: i128) -> i128 {
    if infinite(end) || grain <= 1 {
        return end;
    }
    let half = grain / 2;
    let shifted = if end < 0 { end.saturating_sub(half) } else { end.saturating_add(half) };
    shifted / grain * grain
}

fn multiply(a: i128, b: i128, grain: i128) -> i128 {
    if a == 0 || b == 0 {
        return 0;
    }
    let negative = (a < 0) != (b < 0);
    if infinite(a) || infinite(b) {
        return infinity(negative);
    }
    match a.checked_mul(b) {
        // the product has twelve decimals; rounding it at once to the grain is what the engines do
        Some(product) => round_end(product, grain.saturating_mul(ONE)) / ONE,
        None => infinity(negative),
    }
}

fn divide(a: i128, b: i128, grain: i128) -> i128 {
    if a == 0 || b == 0 {
        return 0;
    }
    let negative = (a < 0) != (b < 0);
    if infinite(b) {
        return if infinite(a) { infinity(negative) } else { 0 };
    }
    if infinite(a) {
        return infinity(negative);
    }
    let part = b.unsigned_abs().saturating_mul(grain.unsigned_abs());
    match a.unsigned_abs().checked_mul(2 * ONE.unsigned_abs()) {
        // rounded once to the grain, half away from zero, like the engines do
        Some(double) => {
            let grains = double.saturating_add(part) / part.saturating_mul(2);
            let size = i128::try_from(grains).unwrap_or(HIGHEST).saturating_mul(grain);
            if negative { -size } else { size }
        }
        None => infinity(negative),
    }
}

/// A set of whole numbers: disjoint intervals in rising order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Intervals(Vec<Interval>);

impl Intervals {
    pub(super) fn none() -> Intervals {
        Intervals(Vec::new())
    }

    pub(super) fn of(interval: Interval) -> Intervals {
        if interval.is_empty() { Intervals::none() } else { Intervals(vec![interval]) }
    }

    pub(super) fn points(values: impl IntoIterator<Item = i128>) -> Intervals {
        let mut values: Vec<Interval> = values.into_iter().map(Interval::point).collect();
        values.sort_unstable_by_key(|i| i.low);
        Intervals::joined(values, 1)
    }

    /// Of intervals that are disjoint and rise already.
    pub(super) fn sorted(parts: Vec<Interval>) -> Intervals {
        Intervals(parts)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn parts(&self) -> &[Interval] {
        &self.0
    }

    /// From the least to the greatest.
    pub(super) fn hull(&self) -> Interval {
        match (self.0.first(), self.0.last()) {
            (Some(first), Some(last)) => Interval { low: first.low, high: last.high },
            _ => Interval::NONE,
        }
    }

    pub(super) fn meet(&self, other: &Intervals) -> Intervals {
        let (mut out, mut i, mut j) = (Vec::new(), 0, 0);
        while i < self.0.len() && j < other.0.len() {
            let (a, b) = (self.0[i], other.0[j]);
            let both = a.meet(b);
            if !both.is_empty() {
                out.push(both);
            }
            if a.high < b.high { i += 1 } else { j += 1 }
        }
        Intervals(out)
    }

    pub(super) fn join(&self, other: &Intervals) -> Intervals {
        let mut all = [self.0.as_slice(), other.0.as_slice()].concat();
        all.sort_unstable_by_key(|i| i.low);
        Intervals::joined(all, 1)
    }

    /// All whole numbers that are not in it.
    pub(super) fn complement(&self) -> Intervals {
        let (mut out, mut from) = (Vec::new(), Some(LOWEST));
        for part in &self.0 {
            if let Some(low) = from
                && part.low != LOWEST
                && low < part.low
            {
                out.push(Interval::new(low, part.low - 1));
            }
            from = (part.high != HIGHEST).then(|| part.high + 1);
        }
        if let Some(low) = from {
            out.push(Interval::new(low, HIGHEST));
        }
        Intervals(out)
    }

    /// What is in it and not in `other`.
    pub(super) fn without(&self, other: &Intervals) -> Intervals {
        self.meet(&other.complement())
    }

    /// Only the multiples of `grain`; neighbours are joined.
    pub(super) fn snapped(&self, grain: i128) -> Intervals {
        if grain <= 1 {
            return self.clone();
        }
        let snap = |part: &Interval| {
            let up = part.low.div_euclid(grain) + i128::from(part.low.rem_euclid(grain) != 0);
            let low = if part.low == LOWEST { LOWEST } else { up.saturating_mul(grain) };
            let down = part.high.div_euclid(grain).saturating_mul(grain);
            let high = if part.high == HIGHEST { HIGHEST } else { down };
            Some(Interval { low, high }).filter(|i| !i.is_empty())
        };
        Intervals::joined(self.0.iter().filter_map(snap).collect(), grain)
    }

    /// Joins sorted intervals that touch: whose distance is at most `grain`.
    fn joined(sorted: Vec<Interval>, grain: i128) -> Intervals {
        let mut out: Vec<Interval> = Vec::with_capacity(sorted.len());
        for part in sorted.into_iter().filter(|i| !i.is_empty()) {
            match out.last_mut() {
                Some(last) if part.low <= last.high.saturating_add(grain) => {
                    last.high = last.high.max(part.high);
                }
                _ => out.push(part),
            }
        }
        Intervals(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(parts: &[(i128, i128)]) -> Intervals {
        parts.iter().fold(Intervals::none(), |all, (a, b)| all.join(&Intervals::of(Interval::new(*a, *b))))
    }

    #[test]
    fn sets_meet_join_and_turn_round() {
        assert_eq!(set(&[(1, 3), (4, 6)]), set(&[(1, 6)]));
        assert_eq!(set(&[(1, 5), (8, 9)]).meet(&set(&[(4, 8)])), set(&[(4, 5), (8, 8)]));
        assert_eq!(set(&[(1, 5)]).complement(), set(&[(LOWEST, 0), (6, HIGHEST)]));
        assert_eq!(set(&[(LOWEST, HIGHEST)]).complement(), Intervals::none());
        assert_eq!(Intervals::none().complement(), set(&[(LOWEST, HIGHEST)]));
        assert_eq!(set(&[(1, 9)]).without(&set(&[(3, 4)])), set(&[(1, 2), (5, 9)]));
    }

    #[test]
    fn only_multiples_of_the_grain_count() {
        assert_eq!(set(&[(1, 9)]).snapped(10), Intervals::none());
        assert_eq!(set(&[(1, 25)]).snapped(10), set(&[(10, 20)]));
        let holes = set(&[(-5, 0), (10, 12)]).snapped(10);
        assert_eq!(holes.hull(), Interval::new(0, 10));
        assert_eq!(holes.parts().len(), 1);
    }

    #[test]
    fn products_round_once_and_never_overflow() {
        let half = Interval::point(ONE / 2);
        assert_eq!(half.times(Interval::new(ONE, 3 * ONE), ONE), Interval::new(ONE, 2 * ONE));
        assert_eq!(Interval::ALL.times(Interval::ZERO, 1), Interval::ZERO);
        assert_eq!(Interval::new(ONE, HIGHEST).negate(), Interval::new(LOWEST, -ONE));
        let big = Interval::point(i128::MAX / 2);
        assert_eq!(big.times(big, 1).high, HIGHEST);
        assert_eq!(Interval::point(ONE).over(Interval::new(0, 2 * ONE), 1, ONE).low, ONE / 2);
    }
}
