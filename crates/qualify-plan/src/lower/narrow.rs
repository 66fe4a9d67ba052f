//! Numbers of 64 bits, where it is proven that no step can leave them. Where a result may not fit there is none.

use super::{Extent, Lowering};
use crate::Instruction as I;
use crate::*;
use qualify_model::{Comparison, Truth, exact};

pub(super) const MIN: i128 = i64::MIN as i128;
pub(super) const MAX: i128 = i64::MAX as i128;

pub(super) fn fits(n: i128) -> bool {
    (MIN..=MAX).contains(&n)
}

impl Extent {
    pub(super) fn never(self) -> bool {
        self.low > self.high
    }

    pub(super) fn map(self, change: impl Fn(i128) -> i128) -> Extent {
        if self.never() {
            return self;
        }
        let (a, b) = (change(self.low), change(self.high));
        Extent { low: a.min(b), high: a.max(b), ..self }
    }

    pub(super) fn join(self, other: Extent, join: impl Fn(i128, i128) -> i128) -> Extent {
        if self.never() || other.never() {
            return Extent::UNKNOWN;
        }
        let corners =
            [(self.low, other.low), (self.low, other.high), (self.high, other.low), (self.high, other.high)];
        let values = corners.map(|(a, b)| join(a, b));
        Extent {
            low: values.into_iter().min().unwrap_or(i128::MIN),
            high: values.into_iter().max().unwrap_or(i128::MAX),
            unknown: self.unknown || other.unknown,
        }
    }
}

impl Lowering<'_> {
    pub(crate) fn number_constant(&mut self, value: i64) -> N {
        let extent = Extent::known(value as i128, value as i128);
        self.graph().number(I::NumberConstant { to: ToN(0), value }, extent)
    }

    pub(crate) fn unknown_number(&mut self) -> N {
        self.graph().number(I::NumberUnknown { to: ToN(0) }, Extent::UNKNOWN)
    }

    pub(crate) fn constant_of(&mut self, a: N) -> Option<i64> {
        self.graph().extent(a.0).constant().map(|value| value as i64) // narrow
    }

    /// Puts a number into the graph, or what it always is; none if it may leave 64 bits.
    pub(crate) fn new_number(&mut self, instruction: Instruction, extent: Extent) -> Option<N> {
        if extent.never() {
            return Some(self.unknown_number());
        }
        if !extent.is_narrow() {
            return None;
        }
        match extent.constant() {
            Some(value) => Some(self.number_constant(value as i64)),
            None => Some(self.graph().number(instruction, extent)),
        }
    }

    /// As above, where the result is known to fit.
    pub(crate) fn fitting(&mut self, instruction: Instruction, extent: Extent) -> N {
        let held = Extent { low: extent.low.max(MIN), high: extent.high.min(MAX), ..extent };
        let extent = if extent.never() { extent } else { held };
        match self.new_number(instruction, extent) {
            Some(number) => number,
            None => self.unknown_number(), // cannot be: it was held just now
        }
    }

    pub(super) fn two(&mut self, a: N, b: N) -> (Extent, Extent) {
        (self.graph().extent(a.0), self.graph().extent(b.0))
    }

    pub(crate) fn add(&mut self, a: N, b: N) -> Option<N> {
        let (x, y) = self.two(a, b);
        let extent = x.join(y, i128::saturating_add);
        match (x.constant(), y.constant()) {
            (Some(0), _) => Some(b),
            (_, Some(0)) => Some(a),
            (Some(c), _) => self.new_number(I::AddConstant { to: ToN(0), a: b, b: c as i64 }, extent),
            (_, Some(c)) => self.new_number(I::AddConstant { to: ToN(0), a, b: c as i64 }, extent),
            _ => self.new_number(I::Add { to: ToN(0), a, b }, extent),
        }
    }

    pub(crate) fn subtract(&mut self, a: N, b: N) -> Option<N> {
        let (x, y) = self.two(a, b);
        let extent = x.join(y, i128::saturating_sub);
        match (x.constant(), y.constant()) {
            (_, Some(0)) => Some(a),
            (_, Some(c)) if fits(-c) => {
                self.new_number(I::AddConstant { to: ToN(0), a, b: -c as i64 }, extent)
            }
            _ => self.new_number(I::Subtract { to: ToN(0), a, b }, extent),
        }
    }

    pub(crate) fn multiply(&mut self, a: N, b: N) -> Option<N> {
        let (x, y) = self.two(a, b);
        let extent = x.join(y, i128::saturating_mul);
        match (x.constant(), y.constant()) {
            (Some(1), _) => Some(b),
            (_, Some(1)) => Some(a),
            (Some(c), _) => self.new_number(I::MultiplyConstant { to: ToN(0), a: b, b: c as i64 }, extent),
            (_, Some(c)) => self.new_number(I::MultiplyConstant { to: ToN(0), a, b: c as i64 }, extent),
            _ => self.new_number(I::Multiply { to: ToN(0), a, b }, extent),
        }
    }

    pub(crate) fn times(&mut self, a: N, factor: i128) -> Option<N> {
        if !fits(factor) {
            return None;
        }
        let factor = self.number_constant(factor as i64);
        self.multiply(a, factor)
    }

    pub(crate) fn negate(&mut self, a: N) -> Option<N> {
        let extent = self.graph().extent(a.0).map(|n| n.saturating_neg());
        self.new_number(I::Negate { to: ToN(0), a }, extent)
    }

    /// The quotient by a constant that is not zero, rounded half away from zero.
    pub(crate) fn divide_by(&mut self, a: N, by: i128) -> Option<N> {
        if by == 1 {
            return Some(a);
        }
        if !fits(by) || by == 0 {
            return None;
        }
        let extent = self.graph().extent(a.0).map(|n| exact::divide_rounded(n, by).unwrap_or(0));
        self.new_number(I::DivideConstant { to: ToN(0), a, by: by as i64 }, extent)
    }

    /// The product over a constant that is not zero, rounded half away from zero.
    pub(crate) fn multiply_divide(&mut self, a: N, b: N, by: i128) -> Option<N> {
        if let Some(product) = self.multiply(a, b) {
            return self.divide_by(product, by);
        }
        if !fits(by) || by == 0 {
            return None;
        }
        let (x, y) = self.two(a, b);
        let extent = x.join(y, |x, y| exact::divide_rounded(x.saturating_mul(y), by).unwrap_or(0));
        self.new_number(I::MultiplyDivide { to: ToN(0), a, b, by: by as i64 }, extent)
    }

    pub(crate) fn minimum(&mut self, a: N, b: N) -> N {
        let (x, y) = self.two(a, b);
        if !x.never() && !y.never() {
            if a == b || (x.high <= y.low && !y.unknown) {
                return a;
            }
            if y.high <= x.low && !x.unknown {
                return b;
            }
        }
        let extent = x.join(y, i128::min);
        match (x.constant(), y.constant()) {
            (Some(c), _) => self.fitting(I::MinimumConstant { to: ToN(0), a: b, b: c as i64 }, extent),
            (_, Some(c)) => self.fitting(I::MinimumConstant { to: ToN(0), a, b: c as i64 }, extent),
            _ => self.fitting(I::Minimum { to: ToN(0), a, b }, extent),
        }
    }

    pub(crate) fn maximum(&mut self, a: N, b: N) -> N {
        let (x, y) = self.two(a, b);
        if !x.never() && !y.never() {
            if a == b || (x.low >= y.high && !y.unknown) {
                return a;
            }
            if y.low >= x.high && !x.unknown {
                return b;
            }
        }
        let extent = x.join(y, i128::max);
        match (x.constant(), y.constant()) {
            (Some(c), _) => self.fitting(I::MaximumConstant { to: ToN(0), a: b, b: c as i64 }, extent),
            (_, Some(c)) => self.fitting(I::MaximumConstant { to: ToN(0), a, b: c as i64 }, extent),
            _ => self.fitting(I::Maximum { to: ToN(0), a, b }, extent),
        }
    }

    pub(crate) fn select(&mut self, condition: T, then: N, otherwise: N) -> N {
        match self.always(condition) {
            Some(Truth::True) => return then,
            Some(Truth::False) => return otherwise,
            Some(Truth::Unknown) => return self.unknown_number(),
            None => {}
        }
        let certain = self.is_certain(condition);
        if then == otherwise && certain {
            return then;
        }
        let (x, y) = self.two(then, otherwise);
        self.fitting(
            I::SelectNumber { to: ToN(0), condition, then, otherwise },
            x.hull(y).or_unknown(!certain),
        )
    }

    pub(crate) fn if_known(&mut self, a: N, b: N) -> N {
        let (x, y) = self.two(a, b);
        if !x.unknown || a == b || (y.never() && !x.never()) {
            return a;
        }
        if x.never() {
            return b;
        }
        if y.constant() == Some(0) {
            return self.zero_unknown(a);
        }
        self.fitting(I::IfKnownNumber { to: ToN(0), a, b }, x.but_known().hull(y))
    }

    pub(crate) fn zero_unknown(&mut self, a: N) -> N {
        let extent = self.graph().extent(a.0);
        if !extent.unknown {
            return a;
        }
        let extent = extent.but_known().hull(Extent::known(0, 0));
        self.fitting(I::ZeroUnknown { to: ToN(0), a }, extent)
    }

    /// `a` where the condition is true, else unknown.
    pub(crate) fn known_where(&mut self, a: N, condition: T) -> N {
        match self.always(condition) {
            Some(Truth::True) => return a,
            Some(_) => return self.unknown_number(),
            None => {}
        }
        let extent = self.graph().extent(a.0).or_unknown(true);
        self.fitting(I::KnownWhere { to: ToN(0), a, condition }, extent)
    }

    /// `a`, and where the condition is true the points more; unknown points are 0.
    pub(crate) fn add_where(&mut self, a: N, condition: T, points: N) -> Option<N> {
        match self.always(condition) {
            Some(Truth::True) => {
                let points = self.zero_unknown(points);
                return self.add(a, points);
            }
            Some(_) => return Some(a),
            None => {}
        }
        let (x, y) = self.two(a, points);
        let extent = x.join(y.but_known().hull(Extent::known(0, 0)), i128::saturating_add);
        match y.constant() {
            Some(0) => Some(a),
            Some(points) => {
                self.new_number(I::AddIf { to: ToN(0), a, condition, points: points as i64 }, extent)
            }
            None => self.new_number(I::AddWhere { to: ToN(0), a, condition, points }, extent),
        }
    }

    /// A piecewise constant function of a number, made as small as what is proven of the number allows.
    pub(crate) fn bins(&mut self, a: N, bins: Bins) -> N {
        let extent = self.graph().extent(a.0);
        if extent.never() {
            return self.number_or_unknown(bins.unknown);
        }
        let mut small = Bins { unknown: bins.unknown, ..Bins::default() };
        for (place, value) in bins.values.iter().enumerate() {
            let from = if place == 0 { MIN } else { bins.edges.get(place - 1).map_or(MAX, |e| *e as i128) };
            let to = bins.edges.get(place).map_or(MAX, |edge| *edge as i128 - 1);
            if to < extent.low || from > extent.high || small.values.last() == Some(value) {
                continue;
            }
            if !small.values.is_empty() {
                small.edges.push(from as i64); // an edge
            }
            small.values.push(*value);
        }
        if let [value] = small.values.as_slice()
            && (*value == small.unknown || !extent.unknown)
        {
            return self.number_or_unknown(*value);
        }
        let mut all = small.values.clone();
        all.extend(extent.unknown.then_some(small.unknown));
        let known = || all.iter().flatten().map(|value| *value as i128);
        let (Some(low), Some(high)) = (known().min(), known().max()) else { return self.unknown_number() };
        let extent = Extent { low, high, unknown: all.contains(&None) };
        let bins = self.bins_at(small);
        self.graph().number(I::Bins { to: ToN(0), a, bins }, extent)
    }

    /// A function of a place from 0 on; `unknown` for an unknown one.
    pub(crate) fn by_place(&mut self, a: N, values: Vec<Option<i64>>, unknown: Option<i64>) -> N {
        let same = |(place, value): (usize, &Option<i64>)| *value == Some(place as i64);
        if unknown.is_none() && values.iter().enumerate().all(same) {
            return a;
        }
        let edges = (1..values.len() as i64).collect();
        self.bins(a, Bins { edges, values, unknown })
    }

    fn number_or_unknown(&mut self, value: Option<i64>) -> N {
        match value {
            Some(value) => self.number_constant(value),
            None => self.unknown_number(),
        }
    }

    /// Compares with a constant of the same unit, however large.
    pub(crate) fn compare_constant(&mut self, how: Comparison, a: N, b: i128) -> T {
        let extent = self.graph().extent(a.0);
        if extent.never() {
            return self.constant_truth(Truth::Unknown);
        }
        let (low, high) = (extent.low, extent.high);
        let (always, never) = match how {
            Comparison::Equal => (low == b && high == b, b < low || b > high),
            Comparison::NotEqual => (b < low || b > high, low == b && high == b),
            Comparison::Less => (high < b, low >= b),
            Comparison::LessOrEqual => (high <= b, low > b),
            Comparison::Greater => (low > b, high <= b),
            Comparison::GreaterOrEqual => (low >= b, high < b),
        };
        let (how, b, known) = match (always, never) {
            (true, _) => (Comparison::GreaterOrEqual, i64::MIN, Extent::known(2, 2)),
            (_, true) => (Comparison::Less, i64::MIN, Extent::known(0, 0)),
            _ => (how, b as i64, Extent::KNOWN_TRUTH), // between the bounds
        };
        self.new_truth(I::CompareConstant { to: ToT(0), how, a, b }, known.or_unknown(extent.unknown))
    }

    pub(crate) fn compare(&mut self, how: Comparison, a: N, b: N) -> T {
        let (x, y) = self.two(a, b);
        if let Some(b) = y.constant() {
            return self.compare_constant(how, a, b);
        }
        if let Some(a) = x.constant() {
            return self.compare_constant(turned(how), b, a);
        }
        let unknown = x.unknown || y.unknown;
        if x.never() || y.never() {
            return self.constant_truth(Truth::Unknown);
        }
        self.new_truth(I::CompareNumbers { to: ToT(0), how, a, b }, Extent::KNOWN_TRUTH.or_unknown(unknown))
    }

    /// Whether a number is from `low` to `high`.
    pub(crate) fn within(&mut self, a: N, (low, high): (i64, i64)) -> T {
        if low == high {
            return self.compare_constant(Comparison::Equal, a, low as i128);
        }
        let at_least = self.compare_constant(Comparison::GreaterOrEqual, a, low as i128);
        let at_most = self.compare_constant(Comparison::LessOrEqual, a, high as i128);
        self.and(at_least, at_most)
    }

    /// Whether a number is one of these.
    pub(crate) fn in_numbers(&mut self, a: N, numbers: Vec<i64>) -> T {
        let extent = self.graph().extent(a.0);
        if extent.never() {
            return self.constant_truth(Truth::Unknown);
        }
        let mut inside: Vec<i64> =
            numbers.into_iter().filter(|n| extent.low <= *n as i128 && *n as i128 <= extent.high).collect();
        inside.sort_unstable();
        inside.dedup();
        let size = extent.high - extent.low + 1;
        match inside.as_slice() {
            [] => self.compare_constant(Comparison::Less, a, MIN),
            [one] => self.compare_constant(Comparison::Equal, a, *one as i128),
            all if all.len() as i128 == size => self.compare_constant(Comparison::GreaterOrEqual, a, MIN),
            // neighbours at an end of the range: one comparison is enough
            [first, .., last]
                if *last as i128 - *first as i128 + 1 == inside.len() as i128
                    && (*first as i128 == extent.low || *last as i128 == extent.high) =>
            {
                self.within(a, (*first, *last))
            }
            _ => {
                let set = self.numbers(inside);
                let extent = Extent::KNOWN_TRUTH.or_unknown(extent.unknown);
                self.new_truth(I::InNumbers { to: ToT(0), a, set }, extent)
            }
        }
    }

    /// The place of the first condition that is true; unknown if none is.
    pub(crate) fn first(&mut self, conditions: Vec<T>) -> N {
        self.place_of(conditions, true)
    }

    /// The place of the last condition that is true; unknown if none is.
    pub(crate) fn last(&mut self, conditions: Vec<T>) -> N {
        self.place_of(conditions, false)
    }

    fn place_of(&mut self, conditions: Vec<T>, first: bool) -> N {
        let mut open: Vec<(usize, T)> = Vec::new();
        let mut certain = false;
        let ordered: Vec<(usize, T)> = conditions.into_iter().enumerate().collect();
        let ordered: Vec<(usize, T)> = if first { ordered } else { ordered.into_iter().rev().collect() };
        for (place, condition) in ordered {
            match self.always(condition) {
                Some(Truth::True) => {
                    open.push((place, condition));
                    certain = true;
                    break;
                }
                Some(_) => {}
                None => open.push((place, condition)),
            }
        }
        if !first {
            open.reverse();
        }
        let (places, conditions): (Vec<usize>, Vec<T>) = open.into_iter().unzip();
        let place = match conditions.as_slice() {
            [] => return self.unknown_number(),
            [_] if certain => self.number_constant(0),
            _ => {
                let extent = Extent { low: 0, high: conditions.len() as i128 - 1, unknown: !certain };
                let instruction = if first {
                    I::First { to: ToN(0), conditions }
                } else {
                    I::Last { to: ToN(0), conditions }
                };
                self.graph().number(instruction, extent)
            }
        };
        self.by_place(place, places.into_iter().map(|place| Some(place as i64)).collect(), None)
    }
}

/// The comparison with its sides changed.
pub(crate) fn turned(how: Comparison) -> Comparison {
    match how {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}
