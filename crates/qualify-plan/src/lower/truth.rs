//! Conditions.

use super::{Computed, Lowered, Lowering, Number, Scope};
use crate::Instruction as I;
use crate::*;
use qualify_diagnostics::Span;
use qualify_model::*;

impl<'m> Lowering<'m> {
    /// Whether a condition holds.
    pub(crate) fn truth(&mut self, expr: &'m Expr, scope: Scope) -> Lowered<T> {
        if self.is_of_lead(expr) {
            let truth = self.of_lead(|this| this.truth(expr, scope))?;
            return Ok(self.lead_truth(truth));
        }
        match &expr.kind {
            ExprKind::And(parts) => {
                let parts = self.truths(parts, scope)?;
                Ok(self.all(parts))
            }
            ExprKind::Or(parts) => {
                let parts = self.truths(parts, scope)?;
                Ok(self.any(parts))
            }
            ExprKind::Not(inner) => {
                let inner = self.truth(inner, scope)?;
                Ok(self.not(inner))
            }
            ExprKind::HowMany(quantity, parts) => {
                let quantity = self.quantity(quantity)?;
                let parts = self.truths(parts, scope)?;
                Ok(self.how_many(quantity, parts))
            }
            ExprKind::Compare(how, a, b) => self.comparison(*how, a, b, scope),
            ExprKind::Between(value, low, high) => {
                let at_least = self.comparison(Comparison::GreaterOrEqual, value, low, scope)?;
                let at_most = self.comparison(Comparison::LessOrEqual, value, high, scope)?;
                Ok(self.and(at_least, at_most))
            }
            ExprKind::In(value, set) => {
                let computed = self.value(value, scope)?;
                self.is_in((computed, &value.ty), set, value.span, scope)
            }
            ExprKind::Text(test, value, needles) => {
                let computed = self.value(value, scope)?;
                self.text_test(*test, (computed, &value.ty), needles, value.span, scope)
            }
            ExprKind::Known(inner) => {
                let inner = self.value(inner, scope)?;
                Ok(self.known(inner))
            }
            ExprKind::Happens(term) => self.happens(term, scope.home),
            ExprKind::InWindow(value, windows) => self.in_windows(value, windows, scope),
            ExprKind::Segment(id) => self.segment(*id),
            ExprKind::StageIs(stages) => self.stage_is(stages),
            ExprKind::StageAtLeast(stage) => self.stage_at_least(*stage),
            ExprKind::StageHolds(stage) => self.stage_holds(*stage),
            ExprKind::CurrentStageAtLeast(stage) => Ok(self.current_stage_at_least(*stage)),
            ExprKind::RouteIs(_) | ExprKind::StatusIs(_) => Ok(self.constant_truth(Truth::Unknown)), // only tests ask
            ExprKind::If(condition, then, otherwise) => {
                let condition = self.truth(condition, scope)?;
                let (then, otherwise) = (self.truth(then, scope)?, self.truth(otherwise, scope)?);
                Ok(self.select_truth(condition, then, otherwise))
            }
            ExprKind::IfKnown(first, second) => {
                let (first, second) = (self.truth(first, scope)?, self.truth(second, scope)?);
                Ok(self.if_known_truth(first, second))
            }
            ExprKind::AggregateOf(aggregate, parts) => {
                let parts = self.truths(parts, scope)?;
                Ok(self.truth_of(*aggregate, parts))
            }
            _ => match self.fact(expr, scope)? {
                Computed::Truth(truth) => Ok(truth),
                _ => Ok(self.constant_truth(Truth::Unknown)),
            },
        }
    }

    fn truths(&mut self, parts: &'m [Expr], scope: Scope) -> Lowered<Vec<T>> {
        parts.iter().map(|part| self.truth(part, scope)).collect()
    }

    /// The largest, smallest, first or latest of those that are known.
    fn truth_of(&mut self, aggregate: Aggregate, parts: Vec<T>) -> T {
        let unknown = self.constant_truth(Truth::Unknown);
        if matches!(aggregate, Aggregate::Total | Aggregate::Average) {
            return unknown;
        }
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else { return unknown };
        parts.fold(first, |a, b| {
            let either = match aggregate {
                Aggregate::Largest => self.or(a, b),
                Aggregate::Smallest => self.and(a, b),
                Aggregate::Latest => return self.if_known_truth(b, a),
                _ => return self.if_known_truth(a, b),
            };
            let known = self.if_known_truth(a, b);
            self.if_known_truth(either, known)
        })
    }

    /// The least and the greatest count that satisfies a quantity; none does if the first is greater.
    pub(crate) fn quantity(&mut self, quantity: &'m Quantity) -> Lowered<(i64, i64)> {
        let mut bound = |expr: &'m Expr| -> Lowered<(i128, i128)> {
            let number = self.of_lead(|this| this.number(expr, Scope::of(Target::Total)))?;
            let unit = exact::power_of_ten(decimals(&expr.ty));
            match self.of_lead(|this| this.constant(number)) {
                Some(n) => Ok((n.div_euclid(unit), -(-n).div_euclid(unit))), // floor and ceiling
                None => self.unsupported("a count that is not constant", expr.span),
            }
        };
        let (least, most) = (i64::MIN as i128, i64::MAX as i128);
        let (low, high) = match quantity {
            Quantity::AtLeast(n) => (bound(n)?.1, most),
            Quantity::AtMost(n) => (least, bound(n)?.0),
            Quantity::Exactly(n) => {
                let (floor, ceiling) = bound(n)?;
                (ceiling, floor)
            }
            Quantity::MoreThan(n) => (bound(n)?.0 + 1, most),
            Quantity::FewerThan(n) => (least, bound(n)?.1 - 1),
            Quantity::Between(low, high) => (bound(low)?.1, bound(high)?.0),
        };
        let held = |n: i128| n.clamp(least, most) as i64;
        Ok(if low > high { (1, 0) } else { (held(low), held(high)) })
    }

    fn comparison(&mut self, how: Comparison, a: &'m Expr, b: &'m Expr, scope: Scope) -> Lowered<T> {
        let both_dates = a.ty == Type::Date && b.ty == Type::Date;
        if is_countable(&a.ty) && is_countable(&b.ty) && !both_dates {
            let (x, y) = (self.operand(a, scope)?, self.operand(b, scope)?);
            return Ok(self.compare_exactly(how, x, y));
        }
        let (x, y) = (self.value(a, scope)?, self.value(b, scope)?);
        self.compare_values(how, (x, &a.ty), (y, &b.ty), a.span)
    }

    /// Compares two values as values: numbers are held in 64 bits.
    pub(crate) fn compare_values(
        &mut self,
        how: Comparison,
        a: (Computed, &Type),
        b: (Computed, &Type),
        span: Span,
    ) -> Lowered<T> {
        match (a.0, b.0) {
            (Computed::Number(x), Computed::Number(y)) => {
                let (x, y) = (self.units(x), self.units(y));
                let (x, y) = match (a.1, b.1) {
                    (Type::Date, Type::Time) => (self.start_of_day(x), y),
                    (Type::Time, Type::Date) => (x, self.start_of_day(y)),
                    // words of two vocabularies compare as texts only where one of them is a text
                    _ => (x, y),
                };
                let (x, y) = (Number::Plain(x), Number::Plain(y));
                Ok(self.compare_exactly(how, (x, decimals(a.1)), (y, decimals(b.1))))
            }
            (Computed::Truth(x), Computed::Truth(y)) => Ok(self.compare_truths(how, x, y)),
            (Computed::List(x), Computed::List(y)) => {
                let extent = super::Extent::TRUTH;
                Ok(self.new_truth(I::CompareLists { to: ToT(0), how, a: x, b: y }, extent))
            }
            _ => match (self.as_text(a.0, a.1), self.as_text(b.0, b.1)) {
                (Some(x), Some(y)) => Ok(self.compare_texts(how, x, y)),
                _ => self.unsupported("a comparison", span),
            },
        }
    }

    fn compare_truths(&mut self, how: Comparison, a: T, b: T) -> T {
        let (both, neither) = (self.and(a, b), {
            let (a, b) = (self.not(a), self.not(b));
            self.and(a, b)
        });
        match how {
            Comparison::Equal => self.or(both, neither),
            Comparison::NotEqual => {
                let equal = self.or(both, neither);
                self.not(equal)
            }
            _ => {
                let (a, b) = (self.truth_number(a), self.truth_number(b));
                self.compare(how, a, b)
            }
        }
    }

    /// 1 where it is true, 0 where it is false.
    pub(super) fn truth_number(&mut self, a: T) -> N {
        let unknown = !self.is_certain(a);
        self.fitting(I::TruthNumber { to: ToN(0), a }, super::Extent::known(0, 1).or_unknown(unknown))
    }

    /// The instant of a time or a date: a date is its first moment.
    pub(crate) fn instant(&mut self, expr: &'m Expr, scope: Scope) -> Lowered<N> {
        match self.value(expr, scope)? {
            Computed::Number(number) => {
                let units = self.units(number);
                match &expr.ty {
                    Type::Time => Ok(units),
                    Type::Date => Ok(self.start_of_day(units)),
                    _ => Ok(self.unknown_number()),
                }
            }
            _ => Ok(self.unknown_number()),
        }
    }

    /// The first instant of a local day.
    pub(crate) fn start_of_day(&mut self, a: N) -> N {
        let extent = self.graph().extent(a.0);
        if extent.low > extent.high {
            return a;
        }
        let start = |day: i128| {
            let day = day.clamp(i32::MIN as i128, i32::MAX as i128) as i32;
            self.zone.start_of_day(day) as i128
        };
        let extent = super::Extent { low: start(extent.low), high: start(extent.high), ..extent };
        self.fitting(I::StartOfDay { to: ToN(0), a }, extent)
    }

    /// A time or date lies in all the windows.
    fn in_windows(&mut self, value: &'m Expr, windows: &'m [Window], scope: Scope) -> Lowered<T> {
        let instant = self.instant(value, scope)?;
        let unknown = self.graph().extent(instant.0).unknown;
        let (mut fixed, mut each, mut of_events) = (Vec::new(), Vec::new(), false);
        for window in windows {
            let (anchor, before) = match window {
                Window::Since(anchor) => (anchor, false),
                Window::Before(anchor) => (anchor, true),
                other => {
                    fixed.extend(self.fixed_window(other));
                    continue;
                }
            };
            let how = if before { Comparison::Less } else { Comparison::GreaterOrEqual };
            each.push(match anchor {
                Anchor::Value(anchor) => {
                    let anchor = self.instant(anchor, scope)?;
                    self.compare(how, instant, anchor)
                }
                Anchor::LastEvent(step) => {
                    of_events = true;
                    let (happened, newest) = self.of_lead(|this| this.last_event(step, scope.home))?;
                    let (happened, newest) = match self.event {
                        Some(_) => (self.lead_truth(happened), self.lead_units(newest)),
                        None => (happened, newest),
                    };
                    let compared = self.compare(how, instant, newest);
                    let without = self.constant_truth(Truth::from(!before));
                    self.select_truth(happened, compared, without)
                }
            });
        }
        if !fixed.is_empty() || each.is_empty() {
            let windows = self.windows_at(fixed);
            let extent = super::Extent::KNOWN_TRUTH.or_unknown(unknown);
            each.push(self.new_truth(I::InWindows { to: ToT(0), a: instant, windows }, extent));
        }
        let all = self.all(each);
        if of_events && unknown {
            let known = self.known_number(instant);
            let open = self.constant_truth(Truth::Unknown);
            return Ok(self.select_truth(known, all, open));
        }
        Ok(all)
    }

    /// A window that is the same for all leads, params put in; none for the others.
    pub(crate) fn fixed_window(&self, window: &Window) -> Option<FixedWindow> {
        let length = |length: &Length| calendar::param_length(length, &self.model.params);
        Some(match window {
            Window::Within(within) => FixedWindow::Within(length(within)),
            Window::InTheNext(next) => FixedWindow::InTheNext(length(next)),
            Window::Between(near, far) => FixedWindow::Between(length(near), length(far)),
            Window::MoreThanAgo(ago) => FixedWindow::MoreThanAgo(length(ago)),
            Window::InPeriod { last, unit } => FixedWindow::InPeriod { last: *last, unit: *unit },
            Window::Since(_) | Window::Before(_) => return None,
        })
    }
}

/// Types whose values are counts of a unit.
pub(crate) fn is_countable(ty: &Type) -> bool {
    matches!(ty, Type::Number(_) | Type::Date | Type::Time | Type::Duration)
}

/// Digits behind the point of a unit of the type.
pub(crate) fn decimals(ty: &Type) -> u32 {
    match ty {
        Type::Number(kind) => kind.decimals(),
        _ => 0,
    }
}
