//! Conditions: true, false or unknown. Only true fires.

use crate::evaluation::{Evaluation, Scope};
use crate::value::is_countable;
use qualify_model::{Comparison, Expr, ExprKind, Quantity, SegmentId, StageId, Truth, Type, Value, exact};
use std::cmp::Ordering;

impl Evaluation<'_> {
    /// Whether a condition holds.
    pub(crate) fn truth(&self, expr: &Expr, scope: Scope) -> Truth {
        let truth = self.truth_of(expr, scope);
        if let Some(watch) = self.watch {
            watch.condition(expr, truth);
        }
        truth
    }

    fn truth_of(&self, expr: &Expr, scope: Scope) -> Truth {
        match &expr.kind {
            ExprKind::And(parts) => self.first_decides(parts, Truth::False, Truth::and, scope),
            ExprKind::Or(parts) => self.first_decides(parts, Truth::True, Truth::or, scope),
            ExprKind::Not(inner) => !self.truth(inner, scope),
            ExprKind::HowMany(quantity, parts) => self.how_many_hold(quantity, parts, scope),
            ExprKind::Compare(comparison, a, b) => self.comparison(*comparison, a, b, scope),
            ExprKind::Between(value, low, high) => {
                let at_least = self.comparison(Comparison::GreaterOrEqual, value, low, scope);
                at_least.and(self.comparison(Comparison::LessOrEqual, value, high, scope))
            }
            ExprKind::In(value, set) => match self.value(value, scope) {
                Some(known) => self.is_in(&known, &value.ty, set, scope),
                None => Truth::Unknown,
            },
            ExprKind::Text(test, value, needles) => match self.value(value, scope) {
                Some(known) => self.text_test(*test, &known, &value.ty, needles, scope),
                None => Truth::Unknown,
            },
            ExprKind::Known(inner) => self.value(inner, scope).is_some().into(),
            ExprKind::Happens(term) => self.happens(term, scope),
            ExprKind::InWindow(value, windows) => match self.instant(value, scope) {
                Some(instant) => {
                    let each = windows.iter().map(|window| self.interval(window, scope));
                    let each = each.map(|interval| Truth::from(interval.map(|i| i.contains(instant))));
                    each.fold(Truth::True, Truth::and)
                }
                None => Truth::Unknown,
            },
            ExprKind::Segment(id) => self.segment(*id),
            ExprKind::StageIs(stages) => self.stage_is(stages),
            ExprKind::StageAtLeast(stage) => self.stage_at_least(*stage),
            ExprKind::StageHolds(stage) => self.stage_holds(*stage),
            ExprKind::CurrentStageAtLeast(stage) => self.current_stage_at_least(*stage),
            ExprKind::RouteIs(routes) => match self.concluded {
                Some(outcome) => {
                    let name = outcome.route.as_deref();
                    routes.iter().any(|id| Some(self.model.routes[id.index()].name.as_str()) == name).into()
                }
                None => Truth::Unknown, // only tests ask
            },
            ExprKind::StatusIs(status) => match self.concluded {
                Some(outcome) => (outcome.status == *status).into(),
                None => Truth::Unknown, // only tests ask
            },
            _ => match self.fact(expr, scope) {
                Some(Value::YesNo(holds)) => holds.into(),
                _ => Truth::Unknown,
            },
        }
    }

    /// `and`, `or`: the rest need not be looked at once one decides.
    fn first_decides(
        &self,
        parts: &[Expr],
        deciding: Truth,
        join: fn(Truth, Truth) -> Truth,
        scope: Scope,
    ) -> Truth {
        let mut all = !deciding;
        for part in parts {
            all = join(all, self.truth(part, scope));
            if all == deciding {
                break;
            }
        }
        all
    }

    /// `at least 2 of (…)`: the answer if it is the same however the unknown ones fall.
    fn how_many_hold(&self, quantity: &Quantity, parts: &[Expr], scope: Scope) -> Truth {
        let each: Vec<Truth> = parts.iter().map(|part| self.truth(part, scope)).collect();
        let count = |wanted| each.iter().filter(|truth| **truth == wanted).count() as i64;
        let (hold, unknown) = (count(Truth::True), count(Truth::Unknown));
        let answer = self.satisfies(quantity, hold, scope);
        let same = (hold..=hold + unknown).all(|n| self.satisfies(quantity, n, scope) == answer);
        if same { answer } else { Truth::Unknown }
    }

    /// Whether a count satisfies a quantity.
    pub(crate) fn satisfies(&self, quantity: &Quantity, n: i64, scope: Scope) -> Truth {
        let against = |bound: &Expr, holds: fn(Ordering) -> bool| {
            let bound = self.operand(bound, scope);
            let ordering =
                bound.map(|(bound, decimals)| exact::compare((n as i128, 0), (bound.units, decimals)));
            Truth::from(ordering.map(holds))
        };
        match quantity {
            Quantity::AtLeast(bound) => against(bound, Ordering::is_ge),
            Quantity::AtMost(bound) => against(bound, Ordering::is_le),
            Quantity::Exactly(bound) => against(bound, Ordering::is_eq),
            Quantity::MoreThan(bound) => against(bound, Ordering::is_gt),
            Quantity::FewerThan(bound) => against(bound, Ordering::is_lt),
            Quantity::Between(low, high) => against(low, Ordering::is_ge).and(against(high, Ordering::is_le)),
        }
    }

    /// Compares exactly; numbers of different kinds too, dates with times.
    fn comparison(&self, comparison: Comparison, a: &Expr, b: &Expr, scope: Scope) -> Truth {
        let both_dates = a.ty == Type::Date && b.ty == Type::Date;
        let ordering = if is_countable(&a.ty) && is_countable(&b.ty) && !both_dates {
            let (a, b) = (self.operand(a, scope), self.operand(b, scope));
            a.zip(b).map(|((a, a_decimals), (b, b_decimals))| {
                exact::compare((a.units, a_decimals), (b.units, b_decimals))
            })
        } else {
            let (a_value, b_value) = (self.value(a, scope), self.value(b, scope));
            a_value.zip(b_value).and_then(|(x, y)| self.compare((&x, &a.ty), (&y, &b.ty)))
        };
        Truth::from(ordering.map(|ordering| holds(comparison, ordering)))
    }

    pub(crate) fn segment(&self, id: SegmentId) -> Truth {
        let segment = &self.model.segments[id.index()];
        match self.concluded {
            Some(outcome) => outcome.segments.contains(&segment.name).into(),
            None => {
                let compute = || self.truth(&segment.condition, self.everything());
                self.segments[id.index()].get(Truth::Unknown, compute)
            }
        }
    }

    fn stage_is(&self, stages: &[StageId]) -> Truth {
        self.result_stage().is_some_and(|stage| stages.contains(&stage)).into()
    }

    fn stage_at_least(&self, wanted: StageId) -> Truth {
        self.result_stage().is_some_and(|stage| self.stands_at_least(stage, wanted)).into()
    }

    /// The stage that comes out; none for a lead that is disqualified.
    fn result_stage(&self) -> Option<StageId> {
        match self.concluded {
            Some(outcome) => self.stage_named(outcome.stage.as_deref()?),
            None if !self.disqualified().is_empty() => None,
            None => self.staged().stage,
        }
    }
}

/// Whether two values that compare so satisfy a comparison.
pub(crate) fn holds(comparison: Comparison, ordering: Ordering) -> bool {
    match comparison {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    }
}
