//! Rules that give points.

use super::{Computed, EachRule, Extent, Lowered, Lowering, Number, Scope};
use crate::Instruction as I;
use crate::*;
use qualify_model::decay::{HALVING_ONE, SHARE_ONE};
use qualify_model::{Decay, Expr, ExprKind, LetId, Points, RuleId, RuleKind, Set, Target, Term, Type};
use std::collections::HashSet;

/// What a rule gives.
pub(crate) struct RulePoints {
    pub(crate) rule: RuleId,
    /// Whether it fires: true where it does.
    pub(crate) fired: T,
    /// Units of 1e-4 points with their sign, held in 64 bits; unknown ones are 0.
    pub(crate) points: Number,
}

impl<'m> Lowering<'m> {
    /// None for rules that change a sum.
    pub(crate) fn rule(&mut self, id: RuleId) -> Lowered<Option<RulePoints>> {
        let rule = &self.model.rules[id.index()];
        let scope = Scope::of(rule.home);
        let (fired, points, negative, up_to) = match &rule.kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                let fired = self.truth(condition, scope)?;
                let points = self.once(condition, amount, decay.as_ref(), up_to.is_some(), scope)?;
                (fired, points, amount.negative, up_to.as_ref())
            }
            RuleKind::ForEach { term, amount, limit, decay, up_to } => {
                let (limit, decay) = (limit.as_ref(), decay.as_ref());
                let each = EachRule { different: None, term, amount, limit, decay };
                let given = self.for_each(each, rule.home)?;
                (given.fired, given.points, amount.negative, up_to.as_ref())
            }
            RuleKind::ForEachDifferent { property, term, amount, limit, decay, up_to } => {
                let (limit, decay) = (limit.as_ref(), decay.as_ref());
                let each = EachRule { different: Some(property), term, amount, limit, decay };
                let given = self.for_each(each, rule.home)?;
                (given.fired, given.points, amount.negative, up_to.as_ref())
            }
            RuleKind::Table(table) => {
                let cell = self.table(table, &Type::Number(qualify_model::NumberKind::Points), scope)?;
                (cell.fired, Number::Plain(cell.points), false, None)
            }
            RuleKind::Multiply { .. } | RuleKind::Cap { .. } | RuleKind::Set { .. } => return Ok(None),
        };
        let most = match up_to {
            Some(most) => self.constant_points(most)?,
            None => None,
        };
        let bounded = match most {
            Some(most) => {
                let most = self.plain(most);
                self.least(points, most)
            }
            None => points,
        };
        let signed = if negative { self.negative(bounded) } else { bounded };
        let points = self.end(signed);
        Ok(Some(RulePoints { rule: id, fired, points }))
    }

    /// `when C add N`: once, by the age of the newest event of its happening.
    fn once(
        &mut self,
        condition: &'m Expr,
        amount: &'m Points,
        decay: Option<&'m Decay>,
        bounded: bool,
        scope: Scope,
    ) -> Lowered<Number> {
        let points = self.points(&amount.value, scope)?;
        let Some(decay) = decay else {
            return Ok(if bounded { self.or_zero(points) } else { points });
        };
        let points = self.or_zero(points);
        let mut happenings = Happenings { lowering: &*self, found: Vec::new(), seen: HashSet::new() };
        happenings.expr(condition, scope.home);
        let happenings = happenings.found;
        self.faded(points, decay, &happenings, scope)
    }

    /// What is left of points, rounded.
    fn faded(
        &mut self,
        points: Number,
        decay: &'m Decay,
        happenings: &[(&'m Term, Target)],
        scope: Scope,
    ) -> Lowered<Number> {
        let mut newest = self.unknown_number();
        for (term, home) in happenings {
            let next = self.newest(term, *home)?;
            let both = self.maximum(newest, next);
            let one = self.if_known(newest, next);
            newest = self.if_known(both, one);
        }
        let since = match &decay.from {
            Some(from) => self.in_hand(from, happenings, newest, scope)?,
            None => Computed::Number(Number::Plain(newest)),
        };
        let Computed::Number(since) = since else { return self.unsupported("an age", decay.span) };
        let since = self.units(since);
        let curve = self.curve_of(&decay.curve)?;
        // without an instant nothing is left of it, without an event all
        let all_if_unknown = decay.from.is_none();
        let unless = match &decay.unless {
            Some(unless) => match self.in_hand(unless, happenings, newest, scope)? {
                Computed::Truth(unless) => self.is_true(unless),
                _ => self.no(),
            },
            None => self.no(),
        };
        if let PlanCurve::LosingPoints { .. } = self.plan.constants.curves[curve.index()] {
            let held = self.held(points);
            let units = self.units(points);
            let extent = self.graph().extent(units.0).hull(Extent::known(0, 0));
            let unknown = self.graph().extent(since.0).unknown;
            let extent = extent.or_unknown(unknown);
            let left = self.fitting(I::LosingPoints { to: ToN(0), curve, points: units, since }, extent);
            let rest = if all_if_unknown { units } else { self.number_constant(0) };
            let left = self.if_known(left, rest);
            let left = self.select(unless, units, left);
            return Ok(self.with_flag(left, held));
        }
        let one = match &self.plan.constants.curves[curve.index()] {
            PlanCurve::Halving { .. } => HALVING_ONE,
            PlanCurve::LosingShare { .. } | PlanCurve::Dropping { .. } => SHARE_ONE,
            PlanCurve::Fading { over: qualify_model::Length::Exact(us) } => (*us).max(1),
            PlanCurve::Fading { .. } => return self.unsupported("a fading over calendar time", decay.span),
            PlanCurve::LosingPoints { .. } | PlanCurve::Nothing => 1,
        };
        let unknown = self.graph().extent(since.0).unknown;
        let extent = Extent::known(0, one as i128).or_unknown(unknown);
        let factor = match self.graph().extent(since.0) {
            never if never.low > never.high => self.unknown_number(),
            _ => self.fitting(I::Factor { to: ToN(0), curve, since }, extent),
        };
        let (all, nothing) = (self.number_constant(one), self.number_constant(0));
        let factor = self.if_known(factor, if all_if_unknown { all } else { nothing });
        let factor = self.select(unless, all, factor);
        Ok(self.share_of(points, factor, one as i128))
    }

    /// An expression about the newest event of the happenings, if there is one; then about no event.
    fn in_hand(
        &mut self,
        expr: &'m Expr,
        happenings: &[(&'m Term, Target)],
        newest: N,
        scope: Scope,
    ) -> Lowered<Computed> {
        let without = self.age_value(expr, scope)?;
        if !super::value::reads_event(expr) || happenings.is_empty() {
            return Ok(without);
        }
        let [(term, home)] = happenings else {
            return self.unsupported("an age of several events", expr.span);
        };
        let of_event = self.of_newest(term, *home, &mut |this| {
            Ok(vec![match this.age_value(expr, scope)? {
                Computed::Truth(truth) => truth.register(),
                Computed::Number(number) => this.units(number).register(),
                _ => this.unknown_number().register(),
            }])
        })?;
        let happened = self.known_number(newest);
        Ok(match (of_event.first(), without) {
            (Some(Register(RegisterType::Truth, a)), Computed::Truth(b)) => {
                Computed::Truth(self.select_truth(happened, T(*a), b))
            }
            (Some(Register(RegisterType::Number, a)), Computed::Number(b)) => {
                Computed::Number(self.choose(happened, Number::Plain(N(*a)), b))
            }
            _ => return self.unsupported("an age", expr.span),
        })
    }

    /// The instant of a time or date, or a condition.
    fn age_value(&mut self, expr: &'m Expr, scope: Scope) -> Lowered<Computed> {
        Ok(match &expr.ty {
            Type::YesNo => Computed::Truth(self.truth(expr, scope)?),
            _ => Computed::Number(Number::Plain(self.instant(expr, scope)?)),
        })
    }
}

/// Finds the happenings that a condition wants, also behind the names of `let`s; those below `not` are none.
struct Happenings<'l, 'm> {
    lowering: &'l Lowering<'m>,
    found: Vec<(&'m Term, Target)>,
    seen: HashSet<LetId>,
}

impl<'m> Happenings<'_, 'm> {
    fn expr(&mut self, expr: &'m Expr, home: Target) {
        match &expr.kind {
            ExprKind::Happens(term) => self.found.push((term, home)),
            ExprKind::Let(id) if self.seen.insert(*id) => {
                let definition = &self.lowering.model.lets[id.index()];
                self.expr(&definition.value, definition.within.map_or(Target::Total, Target::Score));
            }
            ExprKind::And(parts)
            | ExprKind::Or(parts)
            | ExprKind::Min(parts)
            | ExprKind::Max(parts)
            | ExprKind::HowMany(_, parts)
            | ExprKind::AggregateOf(_, parts) => parts.iter().for_each(|part| self.expr(part, home)),
            ExprKind::Compare(_, a, b) | ExprKind::Arithmetic(_, a, b) | ExprKind::IfKnown(a, b) => {
                [a, b].into_iter().for_each(|part| self.expr(part, home));
            }
            ExprKind::Between(a, b, c) | ExprKind::Clamp(a, b, c) | ExprKind::If(a, b, c) => {
                [a, b, c].into_iter().for_each(|part| self.expr(part, home));
            }
            ExprKind::In(value, set) => {
                self.expr(value, home);
                if let Set::Attribute(list) = set {
                    self.expr(list, home);
                }
            }
            ExprKind::Weighted(parts) => {
                parts.iter().flat_map(|(c, v)| [c, v]).for_each(|part| self.expr(part, home));
            }
            ExprKind::Text(_, inner, _)
            | ExprKind::Part(_, inner)
            | ExprKind::Known(inner)
            | ExprKind::Negate(inner)
            | ExprKind::Round(inner)
            | ExprKind::Convert(inner)
            | ExprKind::DaysSince(inner)
            | ExprKind::InWindow(inner, _) => self.expr(inner, home),
            ExprKind::Table(table) => self.expr(&table.subject, home),
            _ => {}
        }
    }
}
