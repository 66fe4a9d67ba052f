//! Wide numbers in parts that fit 64 bits, as arguments of event programs do.

use super::{Extent, Lowering, Number};
use crate::Instruction as I;
use crate::*;
use qualify_model::exact;

/// What the high part of a wide number counts.
const PART: i128 = 1 << 62;

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
