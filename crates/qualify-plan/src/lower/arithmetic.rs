//! Numbers: narrow where it is proven that no step can leave 64 bits, else wide.

use super::{Extent, Lowering, Number};
use crate::Instruction as I;
use crate::*;
use qualify_model::{Comparison, Truth, exact};

const MIN: i128 = i64::MIN as i128;
const MAX: i128 = i64::MAX as i128;

fn fits(n: i128) -> bool {
    (MIN..=MAX).contains(&n)
}

impl Extent {
    fn never(self) -> bool {
        self.low > self.high
    }

    fn map(self, change: impl Fn(i128) -> i128) -> Extent {
        if self.never() {
            return self;
        }
        let (a, b) = (change(self.low), change(self.high));
        Extent { low: a.min(b), high: a.max(b), ..self }
    }

    fn join(self, other: Extent, join: impl Fn(i128, i128) -> i128) -> Extent {
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

/// Narrow numbers. Where a result may not fit, `None`.
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

    fn two(&mut self, a: N, b: N) -> (Extent, Extent) {
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

/// What the high part of a wide number counts.
const PART: i128 = 1 << 62;

/// Wide numbers in parts that fit 64 bits, as arguments of event programs do.
impl Lowering<'_> {
    /// How many times [`PART`] a wide number is, and the rest, which fits and has the flag.
    pub(crate) fn parts(&mut self, a: W) -> (W, Number) {
        let extent = self.graph().extent(a.0);
        let held = self.held(Number::Wide(a));
        let times = extent.map(|n| exact::divide_rounded(n, PART).unwrap_or(0));
        let high = self.graph().wide(I::DivideWideConstant { to: ToW(0), a, by: PART }, times);
        let b = self.times_part(high, times);
        // no more than half a part, since the quotient is rounded
        let rest = Extent { low: -PART / 2, high: PART / 2, ..extent };
        let a = self.graph().wide(I::SubtractWide { to: ToW(0), a, b }, rest);
        let low = self.fitting(I::Narrow { to: ToN(0), a }, rest);
        (high, self.with_flag(low, held))
    }

    fn times_part(&mut self, a: W, times: Extent) -> W {
        let b = self.number_constant(PART as i64);
        self.graph().wide(I::Scale { to: ToW(0), a, b }, times.map(|n| n.saturating_mul(PART)))
    }

    /// The number of which these are the parts.
    pub(crate) fn of_parts(&mut self, high: Number, low: Number, extent: Extent) -> Number {
        let times = self.extent(high);
        let high = self.wide(high);
        let (a, b) = (self.times_part(high, times), self.wide(low));
        self.new_wide(I::AddWide { to: ToW(0), a, b }, extent)
    }
}

/// Numbers of any width.
impl Lowering<'_> {
    pub(crate) fn plain(&mut self, value: i64) -> Number {
        Number::Plain(self.number_constant(value))
    }

    pub(crate) fn unknown(&mut self) -> Number {
        Number::Plain(self.unknown_number())
    }

    pub(crate) fn extent(&mut self, a: Number) -> Extent {
        match a {
            Number::Plain(n) | Number::Held(n, _) => self.graph().extent(n.0),
            Number::Wide(w) => self.graph().extent(w.0),
        }
    }

    pub(crate) fn constant(&mut self, a: Number) -> Option<i128> {
        match a {
            Number::Plain(_) => self.extent(a).constant(),
            _ => None,
        }
    }

    /// The same as a wide number with its flag.
    pub(crate) fn wide(&mut self, a: Number) -> W {
        let extent = self.extent(a);
        match a {
            Number::Wide(w) => w,
            Number::Held(a, held) => self.graph().wide(I::WidenHeld { to: ToW(0), a, held }, extent),
            Number::Plain(a) => match extent.constant() {
                Some(value) => self.graph().wide(I::WideConstant { to: ToW(0), value }, extent),
                None => self.graph().wide(I::Widen { to: ToW(0), a }, extent),
            },
        }
    }

    fn new_wide(&mut self, instruction: Instruction, extent: Extent) -> Number {
        if extent.never() {
            return self.unknown();
        }
        Number::Wide(self.graph().wide(instruction, extent))
    }

    /// A wide number whose flag is never set.
    fn is_flagless(&mut self, a: W) -> bool {
        self.graph().is_flagless(a)
    }

    /// The flag of a number: where it was held; never unknown.
    pub(crate) fn held(&mut self, a: Number) -> Option<T> {
        match a {
            Number::Plain(_) => None,
            Number::Held(_, held) => (self.always(held) != Some(Truth::False)).then_some(held),
            Number::Wide(a) if self.is_flagless(a) => None,
            Number::Wide(a) => Some(self.new_truth(I::Held { to: ToT(0), a }, Extent::KNOWN_TRUTH)),
        }
    }

    pub(crate) fn with_flag(&mut self, a: N, held: Option<T>) -> Number {
        match held {
            Some(held) if self.always(held) != Some(Truth::False) => Number::Held(a, held),
            _ => Number::Plain(a),
        }
    }

    /// Held in 64 bits.
    pub(crate) fn end(&mut self, a: Number) -> Number {
        let Number::Wide(w) = a else { return a };
        let extent = self.extent(a);
        if extent.is_narrow() {
            let narrow = self.fitting(I::Narrow { to: ToN(0), a: w }, extent);
            let held = self.held(a);
            return self.with_flag(narrow, held);
        }
        let bounded = extent.map(|n| n.clamp(MIN, MAX));
        let ended = self.graph().wide(I::End { to: ToW(0), a: w }, bounded);
        let narrow = self.fitting(I::Narrow { to: ToN(0), a: ended }, bounded);
        let held = self.held(Number::Wide(ended));
        self.with_flag(narrow, held)
    }

    /// The units, held in 64 bits.
    pub(crate) fn units(&mut self, a: Number) -> N {
        match self.end(a) {
            Number::Plain(n) | Number::Held(n, _) => n,
            Number::Wide(_) => self.unknown_number(), // not behind an end
        }
    }

    /// A change of one number that keeps its flag.
    fn change(
        &mut self,
        a: Number,
        narrow: impl FnOnce(&mut Self, N) -> Option<N>,
        wide: impl FnOnce(&mut Self, W, Extent) -> Number,
    ) -> Number {
        let changed = match a {
            Number::Plain(n) => narrow(self, n).map(Number::Plain),
            Number::Held(n, held) => narrow(self, n).map(|n| Number::Held(n, held)),
            Number::Wide(_) => None,
        };
        changed.unwrap_or_else(|| {
            let (extent, w) = (self.extent(a), self.wide(a));
            wide(self, w, extent)
        })
    }

    /// Both in 64 bits, with the flag of what comes of them: only where one that is always known joins it, so that
    /// the flag is false where the result is unknown.
    fn both_narrow(&mut self, a: Number, b: Number) -> Option<(N, N, Option<T>)> {
        match (a, b) {
            (Number::Plain(x), Number::Plain(y)) => Some((x, y, None)),
            (Number::Held(x, held), Number::Plain(y)) if !self.graph().extent(y.0).unknown => {
                Some((x, y, Some(held)))
            }
            (Number::Plain(x), Number::Held(y, held)) if !self.graph().extent(x.0).unknown => {
                Some((x, y, Some(held)))
            }
            _ => None,
        }
    }

    /// A join of two numbers, unknown if one is.
    fn join(
        &mut self,
        a: Number,
        b: Number,
        narrow: impl FnOnce(&mut Self, N, N) -> Option<N>,
        wide: impl FnOnce(W, W) -> Instruction,
        bounds: fn(i128, i128) -> i128,
    ) -> Number {
        let joined = match self.both_narrow(a, b) {
            Some((x, y, held)) => narrow(self, x, y).map(|n| self.with_flag(n, held)),
            None => None,
        };
        joined.unwrap_or_else(|| {
            let extent = self.extent(a).join(self.extent(b), bounds);
            let (a, b) = (self.wide(a), self.wide(b));
            self.new_wide(wide(a, b), extent)
        })
    }

    pub(crate) fn plus(&mut self, a: Number, b: Number) -> Number {
        let wide = |a, b| I::AddWide { to: ToW(0), a, b };
        self.join(a, b, Self::add, wide, i128::saturating_add)
    }

    pub(crate) fn minus(&mut self, a: Number, b: Number) -> Number {
        let wide = |a, b| I::SubtractWide { to: ToW(0), a, b };
        self.join(a, b, Self::subtract, wide, i128::saturating_sub)
    }

    pub(crate) fn least(&mut self, a: Number, b: Number) -> Number {
        let wide = |a, b| I::MinimumWide { to: ToW(0), a, b };
        self.join(a, b, |this, a, b| Some(this.minimum(a, b)), wide, i128::min)
    }

    pub(crate) fn greatest(&mut self, a: Number, b: Number) -> Number {
        let wide = |a, b| I::MaximumWide { to: ToW(0), a, b };
        self.join(a, b, |this, a, b| Some(this.maximum(a, b)), wide, i128::max)
    }

    pub(crate) fn negative(&mut self, a: Number) -> Number {
        self.change(a, Self::negate, |this, a, extent| {
            this.new_wide(I::NegateWide { to: ToW(0), a }, extent.map(|n| n.saturating_neg()))
        })
    }

    /// From so many decimals to so many, rounded half away from zero if they are fewer.
    pub(crate) fn rescale(&mut self, a: Number, from: u32, into: u32) -> Number {
        if from == into {
            return a;
        }
        let narrow = |this: &mut Self, a| match into > from {
            true => this.times(a, exact::power_of_ten(into - from)),
            false => this.divide_by(a, exact::power_of_ten(from - into)),
        };
        self.change(a, narrow, |this, a, extent| {
            let extent = extent.map(|n| exact::rescale(n, from, into));
            this.new_wide(I::Rescale { to: ToW(0), a, from: from as u8, into: into as u8 }, extent)
        })
    }

    /// `exact::multiply` of both, held in 64 bits first.
    pub(crate) fn product(&mut self, a: (Number, u32), b: (Number, u32), decimals: u32) -> Number {
        let from = a.1 + b.1;
        let narrow = |this: &mut Self, a: N, b: N| match this.multiply(a, b) {
            Some(product) => match this.rescale(Number::Plain(product), from, decimals) {
                Number::Plain(n) => Some(n),
                _ => None,
            },
            None if from > decimals => this.multiply_divide(a, b, exact::power_of_ten(from - decimals)),
            None => None,
        };
        let (a, b) = (self.end(a.0), self.end(b.0));
        if let Some((x, y, held)) = self.both_narrow(a, b)
            && let Some(product) = narrow(self, x, y)
        {
            return self.with_flag(product, held);
        }
        let extent = self.extent(a).join(self.extent(b), i128::saturating_mul);
        let (a, b) = (self.wide(a), self.wide(b));
        let product = self.new_wide(I::MultiplyWide { to: ToW(0), a, b }, extent);
        self.rescale(product, from, decimals)
    }

    /// `exact::divide` of both, held in 64 bits first; unknown where `b` is zero.
    pub(crate) fn quotient(&mut self, a: (Number, u32), b: (Number, u32), decimals: u32) -> Number {
        let (x, y) = (self.end(a.0), self.end(b.0));
        let up = decimals + b.1;
        let (times, by) = match up >= a.1 {
            true => (exact::power_of_ten(up - a.1), 1),
            false => (1, exact::power_of_ten(a.1 - up)),
        };
        if self.constant(y) == Some(0) {
            return self.unknown();
        }
        let certain = !self.extent(y).unknown && self.extent(y).constant().is_some();
        if let Some((n, d, held)) = self.both_narrow(x, y)
            && (held.is_none() || certain)
            && let Some(narrow) = self.narrow_quotient(n, d, times, by)
        {
            return self.with_flag(narrow, held);
        }
        // at least one unit is what divides
        let p = self.extent(x);
        let most =
            |e: Extent| if e.never() { 0 } else { e.low.saturating_abs().max(e.high.saturating_abs()) };
        let most = exact::divide_rounded(most(p).saturating_mul(times), by).unwrap_or(0);
        let extent = Extent { low: -most, high: most, unknown: true };
        let (a_decimals, b_decimals, decimals) = (a.1 as u8, b.1 as u8, decimals as u8);
        let (a, b) = (self.wide(x), self.wide(y));
        self.new_wide(I::DivideWide { to: ToW(0), a, b, a_decimals, b_decimals, decimals }, extent)
    }

    fn narrow_quotient(&mut self, a: N, b: N, times: i128, by: i128) -> Option<N> {
        let (x, y) = self.two(a, b);
        if let Some(divisor) = y.constant() {
            if divisor == 0 {
                return Some(self.unknown_number());
            }
            // the same fraction in its lowest terms
            let divisor = divisor.checked_mul(by)?;
            let common = common(times, divisor.abs());
            let (times, divisor) = (times / common, divisor / common);
            if times == 1 {
                return self.divide_by(a, divisor);
            }
            if !fits(times) {
                return None;
            }
            let times = self.number_constant(times as i64);
            return self.multiply_divide(a, times, divisor);
        }
        let (numerator, denominator) = (self.times(a, times)?, self.times(b, by)?);
        let top = self.graph().extent(numerator.0);
        if top.never() || y.never() {
            return Some(self.unknown_number());
        }
        let most = top.low.saturating_abs().max(top.high.saturating_abs());
        let least_divisor = if y.low > 0 {
            y.low
        } else if y.high < 0 {
            -y.high
        } else {
            1
        }
        .saturating_mul(by);
        let most = exact::divide_rounded(most, least_divisor).unwrap_or(most);
        let may_be_zero = y.low <= 0 && y.high >= 0;
        let low = if top.low >= 0 && y.low >= 0 { 0 } else { -most };
        let extent = Extent { low, high: most, unknown: x.unknown || y.unknown || may_be_zero };
        self.new_number(I::Divide { to: ToN(0), a: numerator, b: denominator }, extent)
    }

    /// Divided by a constant that is not zero, rounded half away from zero.
    pub(crate) fn divided(&mut self, a: Number, by: i128) -> Number {
        if by == 1 {
            return a;
        }
        self.change(
            a,
            |this, a| this.divide_by(a, by),
            |this, a, extent| {
                let extent = extent.map(|n| exact::divide_rounded(n, by).unwrap_or(0));
                this.new_wide(I::DivideWideConstant { to: ToW(0), a, by }, extent)
            },
        )
    }

    /// `then` where the condition is true, `otherwise` where it is false, else unknown.
    pub(crate) fn choose(&mut self, condition: T, then: Number, otherwise: Number) -> Number {
        match self.always(condition) {
            Some(Truth::True) => return then,
            Some(Truth::False) => return otherwise,
            Some(Truth::Unknown) => return self.unknown(),
            None => {}
        }
        if let (Number::Plain(then), Number::Plain(otherwise)) = (then, otherwise) {
            return Number::Plain(self.select(condition, then, otherwise));
        }
        let certain = self.is_certain(condition);
        let extent = self.extent(then).hull(self.extent(otherwise)).or_unknown(!certain);
        let (then, otherwise) = (self.wide(then), self.wide(otherwise));
        self.new_wide(I::SelectWide { to: ToW(0), condition, then, otherwise }, extent)
    }

    /// The first if it is known, else the second.
    pub(crate) fn first_known(&mut self, a: Number, b: Number) -> Number {
        let (x, y) = (self.extent(a), self.extent(b));
        if !x.unknown {
            return a;
        }
        if x.never() {
            return b;
        }
        match (a, b) {
            (Number::Plain(a), Number::Plain(b)) => Number::Plain(self.if_known(a, b)),
            (Number::Held(a, held), Number::Plain(b)) => Number::Held(self.if_known(a, b), held),
            _ => {
                let (a, b) = (self.wide(a), self.wide(b));
                self.new_wide(I::IfKnownWide { to: ToW(0), a, b }, x.but_known().hull(y))
            }
        }
    }

    /// 0 where it is unknown.
    pub(crate) fn or_zero(&mut self, a: Number) -> Number {
        if !self.extent(a).unknown {
            return a;
        }
        match a {
            Number::Plain(n) => Number::Plain(self.zero_unknown(n)),
            Number::Held(n, held) => Number::Held(self.zero_unknown(n), held),
            Number::Wide(w) => {
                let extent = self.extent(a).but_known().hull(Extent::known(0, 0));
                self.new_wide(I::ZeroUnknownWide { to: ToW(0), a: w }, extent)
            }
        }
    }

    /// The same where the condition, which is never unknown, is true; else unknown.
    pub(crate) fn only_where(&mut self, a: Number, condition: T) -> Number {
        match a {
            Number::Plain(n) => Number::Plain(self.known_where(n, condition)),
            Number::Held(n, held) => {
                let held = self.and(held, condition);
                let n = self.known_where(n, condition);
                self.with_flag(n, Some(held))
            }
            Number::Wide(w) => {
                let extent = self.extent(a).or_unknown(true);
                self.new_wide(I::WideWhere { to: ToW(0), a: w, condition }, extent)
            }
        }
    }

    /// A sum of `from` decimals over a count as an average of `into` decimals.
    pub(crate) fn average(&mut self, sum: Number, count: N, from: u32, into: u32) -> Number {
        let up = exact::power_of_ten(into.saturating_sub(from));
        let down = exact::power_of_ten(from.saturating_sub(into));
        if let Number::Plain(sum) = sum
            && let Some(average) = self.narrow_quotient(sum, count, up, down)
        {
            return Number::Plain(average);
        }
        let extent = self.extent(sum).map(|n| exact::rescale(n, from, into)).hull(Extent::known(0, 0));
        let unknown = self.graph().extent(count.0).low <= 0;
        let a = self.wide(sum);
        let average = I::Average { to: ToW(0), a, count, from: from as u8, into: into as u8 };
        self.new_wide(average, extent.or_unknown(unknown))
    }

    /// Compares numbers of different decimals exactly.
    pub(crate) fn compare_exactly(&mut self, how: Comparison, a: (Number, u32), b: (Number, u32)) -> T {
        if let Some(constant) = self.constant(b.0) {
            return self.compare_scaled(how, a, (constant, b.1));
        }
        if let Some(constant) = self.constant(a.0) {
            return self.compare_scaled(turned(how), b, (constant, a.1));
        }
        let finer = a.1.max(b.1);
        let (x, y) = (self.rescale(a.0, a.1, finer), self.rescale(b.0, b.1, finer));
        match (x, y) {
            (Number::Plain(x) | Number::Held(x, _), Number::Plain(y) | Number::Held(y, _)) => {
                self.compare(how, x, y)
            }
            _ => self.compare_wide(how, x, y),
        }
    }

    fn compare_wide(&mut self, how: Comparison, x: Number, y: Number) -> T {
        let unknown = self.extent(x).unknown || self.extent(y).unknown;
        let (a, b) = (self.wide(x), self.wide(y));
        self.new_truth(I::CompareWide { to: ToT(0), how, a, b }, Extent::KNOWN_TRUTH.or_unknown(unknown))
    }

    /// Compares with a constant: it is brought to the decimals of the number, and rounded to the side that
    /// decides the same.
    fn compare_scaled(&mut self, how: Comparison, a: (Number, u32), b: (i128, u32)) -> T {
        let (number, decimals) = a;
        let (number, wide) = match number {
            Number::Plain(n) | Number::Held(n, _) => (n, false),
            Number::Wide(_) if !self.extent(number).is_narrow() => (N(0), true),
            Number::Wide(_) => (self.units(number), false),
        };
        if wide {
            let finer = decimals.max(b.1);
            let number = self.rescale(a.0, decimals, finer);
            let value = exact::rescale(b.0, b.1, finer);
            let constant =
                self.graph().wide(I::WideConstant { to: ToW(0), value }, Extent::known(value, value));
            return self.compare_wide(how, number, Number::Wide(constant));
        }
        if b.1 <= decimals {
            return self.compare_constant(how, number, exact::rescale(b.0, b.1, decimals));
        }
        let unit = exact::power_of_ten(b.1 - decimals);
        let floor = b.0.div_euclid(unit);
        let is_whole = b.0.rem_euclid(unit) == 0;
        let ceiling = if is_whole { floor } else { floor + 1 };
        match how {
            Comparison::Equal if !is_whole => self.in_numbers(number, Vec::new()),
            Comparison::NotEqual if !is_whole => {
                let equal = self.in_numbers(number, Vec::new());
                self.not(equal)
            }
            Comparison::Less | Comparison::GreaterOrEqual => self.compare_constant(how, number, ceiling),
            _ => self.compare_constant(how, number, floor),
        }
    }
}

/// The greatest common divisor of two numbers above zero.
fn common(a: i128, b: i128) -> i128 {
    if b == 0 { a.max(1) } else { common(b, a % b) }
}

/// Shares of points.
impl Lowering<'_> {
    /// So much of a number of 64 bits as a factor from nothing to `one` says, rounded.
    pub(crate) fn share_of(&mut self, points: Number, factor: N, one: i128) -> Number {
        let held = self.held(points);
        let units = self.units(points);
        let share = self.multiply_divide(units, factor, one);
        let share = share.unwrap_or(units); // no more than the points, which fit
        self.with_flag(share, held)
    }
}
