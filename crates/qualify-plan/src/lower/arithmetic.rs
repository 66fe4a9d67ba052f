//! Numbers of any width: narrow where it is proven that no step can leave 64 bits, else wide.

use super::narrow::{MAX, MIN};
use super::{Extent, Lowering, Number};
use crate::Instruction as I;
use crate::*;
use qualify_model::{Truth, exact};

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

    pub(super) fn new_wide(&mut self, instruction: Instruction, extent: Extent) -> Number {
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
    pub(super) fn both_narrow(&mut self, a: Number, b: Number) -> Option<(N, N, Option<T>)> {
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
}
