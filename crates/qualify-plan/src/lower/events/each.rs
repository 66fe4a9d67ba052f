//! `for each`: what it asks of events, and the points that come of the answer.

use super::ask::{Events, behind};
use super::walk::reads_event;
use crate::lower::event_program::COUNT;
use crate::lower::{Arguments, EachRule, Extent, Given, Lowered, Lowering, Number};
use crate::{Ask, CurveAt, Each, Instruction, N, PlanCurve, RegisterType, T, ToN, ToT, ToW, W};
use qualify_model::decay::{HALVING_ONE, SHARE_ONE};
use qualify_model::{CalendarUnit, Comparison, Decay, Length, Limit, Target};

/// What all of so many values come to.
pub(super) fn of_all(each: Extent, most: i128) -> Extent {
    let low = each.low.min(0).saturating_mul(most);
    let high = each.high.max(0).saturating_mul(most);
    Extent::known(low, high)
}

impl<'m> Lowering<'m> {
    pub(super) fn each(&mut self, rule: EachRule<'m>, home: Target) -> Lowered<Given> {
        let mut events = self.events_of(rule.term, home)?;
        let curve = match rule.decay {
            Some(decay) => Some(self.curve_of(&decay.curve)?),
            None => None,
        };
        let plain_decay = rule.decay.is_none_or(|decay| decay.from.is_none() && decay.unless.is_none());
        if rule.limit.is_none() && !reads_event(&rule.amount.value) && plain_decay {
            match (rule.different, curve) {
                (None, None) => {
                    let count = self.count_of(events);
                    return self.each_alike(rule, home, count, count, 1);
                }
                (Some(property), None) => {
                    let count = self.different(property, events);
                    return self.each_alike(rule, home, count, count, 1);
                }
                (None, Some(curve)) => {
                    if let Some(one) = self.small_denominator(curve) {
                        let unknown = events.unknown;
                        let answers = [RegisterType::Number, RegisterType::Number];
                        let slot = self.ask(events, Ask::Factors(curve.0), &answers);
                        let left = of_all(Extent::known(0, one as i128), COUNT.high).or_unknown(unknown);
                        let factors = self.slot_number(slot, left);
                        let count = self.slot_number(behind(slot, 1), COUNT.or_unknown(unknown));
                        return self.each_alike(rule, home, factors, count, one);
                    }
                }
                (Some(_), Some(_)) => {}
            }
        }
        self.each_by_itself(rule, home, &mut events, curve)
    }

    /// The same points for all: how many are left of one, over `one`, times the points.
    fn each_alike(
        &mut self,
        rule: EachRule<'m>,
        home: Target,
        left: N,
        count: N,
        one: i64,
    ) -> Lowered<Given> {
        let points = self.lead_points(&rule.amount.value, home)?;
        let (points, held) = self.ended(points);
        let (left, count) = (self.zero_if_unknown(left), self.zero_if_unknown(count));
        let points = self.zero_if_unknown(points);
        let fired = self.count_compares(Comparison::GreaterOrEqual, count, 1);
        let each = self.leads.extent(points.0);
        let product = of_all(each, self.leads.extent(left.0).high);
        let result = of_all(each, self.leads.extent(count.0).high);
        let number = if product.is_narrow() {
            let product = match each.constant() {
                Some(points) => {
                    let b = points as i64; // a narrow product of it
                    Instruction::MultiplyConstant { to: ToN(0), a: left, b }
                }
                None => Instruction::Multiply { to: ToN(0), a: left, b: points },
            };
            if one == 1 {
                self.leads.number(product, result)
            } else {
                self.rounded_product(left, points, one, result)
            }
        } else if result.is_narrow() {
            self.rounded_product(left, points, one, result)
        } else {
            let wide = self.leads.wide(Instruction::Product { to: ToW(0), a: left, b: points }, product);
            let divided = Instruction::DivideWideConstant { to: ToW(0), a: wide, by: one as i128 };
            let wide = if one == 1 { wide } else { self.leads.wide(divided, result) };
            return Ok(Given { points: self.held_wide(wide, held, fired), fired });
        };
        let points = match held {
            None => Number::Plain(number),
            Some(held) => Number::Held(number, self.both_hold(held, fired)),
        };
        Ok(Given { points, fired })
    }

    fn rounded_product(&mut self, a: N, b: N, by: i64, extent: Extent) -> N {
        self.leads.number(Instruction::MultiplyDivide { to: ToN(0), a, b, by }, extent)
    }

    /// A wide number that was held on the way where both are true.
    fn held_wide(&mut self, wide: W, held: Option<T>, fired: T) -> Number {
        let Some(held) = held else { return Number::Wide(wide) };
        let extent = self.leads.extent(wide.0);
        let held = self.both_hold(held, fired);
        let zero =
            self.leads.number(Instruction::NumberConstant { to: ToN(0), value: 0 }, Extent::known(0, 0));
        let flag = Instruction::WidenHeld { to: ToW(0), a: zero, held };
        let flag = self.leads.wide(flag, Extent::known(0, 0));
        Number::Wide(self.leads.wide(Instruction::AddWide { to: ToW(0), a: wide, b: flag }, extent))
    }

    fn each_by_itself(
        &mut self,
        rule: EachRule<'m>,
        home: Target,
        events: &mut Events,
        curve: Option<CurveAt>,
    ) -> Lowered<Given> {
        let EachRule { different, term, amount, limit, decay } = rule;
        let limit = match limit {
            Some(limit) => Some(self.each_limit(limit, term.span)?),
            None => None,
        };
        let mut arguments = std::mem::take(&mut events.arguments);
        let mut each = Extent::ANY;
        let mut never_held = false;
        let points = self.event_program(&mut arguments, &mut |lowering| {
            let points = lowering.event_points(&amount.value, home)?;
            let (points, held) = lowering.ended(points);
            each = lowering.graph().extent(points.0);
            never_held = held.is_none();
            let held = match held {
                Some(held) => held,
                None => {
                    let no = Instruction::TruthConstant { to: ToT(0), value: 0 };
                    lowering.graph().truth(no, Extent::known(0, 0))
                }
            };
            Ok(vec![points.register(), held.register()])
        })?;
        let (from, unless) = match decay {
            Some(decay) => self.age_programs(decay, home, &mut arguments)?,
            None => (None, None),
        };
        events.arguments = arguments;
        let different = different.map(|property| self.property_column(property));
        let one = match curve {
            Some(curve) => self.curve_denominator(curve),
            None => 1,
        };
        let ask = Each { different, points, limit, curve: curve.map(|curve| curve.0), from, unless };
        let answers = [RegisterType::Wide, RegisterType::Number, RegisterType::Truth];
        let slot = self.ask(events.clone(), Ask::Each(Box::new(ask)), &answers);
        let most = match limit {
            Some((most, None)) => (most as i128).clamp(0, COUNT.high),
            _ => COUNT.high,
        };
        let result = of_all(each, most);
        let faded = of_all(result, one as i128);
        let wide = self.slot_wide(slot, faded);
        let count = self.slot_number(behind(slot, 1), Extent::known(0, most));
        let fired = self.count_compares(Comparison::GreaterOrEqual, count, 1);
        let wide = match one {
            1 => wide,
            one => {
                let divided = Instruction::DivideWideConstant { to: ToW(0), a: wide, by: one as i128 };
                self.leads.wide(divided, result)
            }
        };
        if never_held {
            let points = if result.is_narrow() {
                Number::Plain(self.leads.number(Instruction::Narrow { to: ToN(0), a: wide }, result))
            } else {
                Number::Wide(wide)
            };
            return Ok(Given { points, fired });
        }
        let held = self.slot_truth(behind(slot, 2), Extent::KNOWN_TRUTH);
        Ok(Given { points: self.held_wide(wide, Some(held), fired), fired })
    }

    fn age_programs(
        &mut self,
        decay: &'m Decay,
        home: Target,
        arguments: &mut Arguments,
    ) -> Lowered<(Option<u32>, Option<u32>)> {
        let from = match &decay.from {
            None => None,
            Some(from) => Some(self.event_program(arguments, &mut |lowering| {
                Ok(vec![lowering.event_instant(from, home)?.register()])
            })?),
        };
        let unless = match &decay.unless {
            None => None,
            Some(unless) => Some(self.event_program(arguments, &mut |lowering| {
                Ok(vec![lowering.event_truth(unless, home)?.register()])
            })?),
        };
        Ok((from, unless))
    }

    fn each_limit(
        &self,
        limit: &Limit,
        span: qualify_diagnostics::Span,
    ) -> Lowered<(i64, Option<CalendarUnit>)> {
        match self.constant_units(&limit.count) {
            Some((units, _)) => Ok((units.clamp(i64::MIN as i128, i64::MAX as i128) as i64, limit.per)),
            None => self.unsupported("a limit that is no constant", span),
        }
    }

    /// What one is counted as, where sums of factors stay below 64 bits.
    fn small_denominator(&self, curve: CurveAt) -> Option<i64> {
        match self.plan.constants.curves[curve.index()] {
            PlanCurve::Halving { .. } => Some(HALVING_ONE),
            PlanCurve::LosingShare { .. } | PlanCurve::Dropping { .. } => Some(SHARE_ONE),
            _ => None,
        }
    }

    /// As [`BoundCurve::denominator`](crate::BoundCurve::denominator) says; the lengths of curves are exact.
    fn curve_denominator(&self, curve: CurveAt) -> i64 {
        match &self.plan.constants.curves[curve.index()] {
            PlanCurve::Halving { .. } => HALVING_ONE,
            PlanCurve::LosingShare { .. } | PlanCurve::Dropping { .. } => SHARE_ONE,
            PlanCurve::Fading { over: Length::Exact(us) } => (*us).max(1),
            PlanCurve::Fading { .. } | PlanCurve::LosingPoints { .. } | PlanCurve::Nothing => 1,
        }
    }

    pub(super) fn surely(&mut self, a: T) -> T {
        if !self.leads.extent(a.0).unknown {
            return a;
        }
        self.leads.truth(Instruction::IsTrue { to: ToT(0), a }, Extent::KNOWN_TRUTH)
    }

    fn zero_if_unknown(&mut self, a: N) -> N {
        let extent = self.leads.extent(a.0);
        if !extent.unknown {
            return a;
        }
        let zero = extent.hull(Extent::known(0, 0)).but_known();
        self.leads.number(Instruction::ZeroUnknown { to: ToN(0), a }, zero)
    }
}
