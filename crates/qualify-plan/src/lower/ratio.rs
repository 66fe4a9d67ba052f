//! Products, quotients, and comparisons of numbers of different decimals.

use super::narrow::{fits, turned};
use super::{Extent, Lowering, Number};
use crate::Instruction as I;
use crate::*;
use qualify_model::{Comparison, exact};

/// Products and quotients.
impl Lowering<'_> {
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

    pub(super) fn narrow_quotient(&mut self, a: N, b: N, times: i128, by: i128) -> Option<N> {
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

    /// So much of a number of 64 bits as a factor from nothing to `one` says, rounded.
    pub(crate) fn share_of(&mut self, points: Number, factor: N, one: i128) -> Number {
        let held = self.held(points);
        let units = self.units(points);
        let share = self.multiply_divide(units, factor, one);
        let share = share.unwrap_or(units); // no more than the points, which fit
        self.with_flag(share, held)
    }
}

/// Comparisons.
impl Lowering<'_> {
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
