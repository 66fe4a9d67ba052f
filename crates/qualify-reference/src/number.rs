//! Numbers: exact, wide until they are held at the end of an expression.

use crate::evaluation::{Evaluation, Scope};
use crate::value::{decimals, units};
use qualify_model::{Aggregate, Expr, ExprKind, Operator, Truth, Type, Value, calendar, exact};

/// A number before its end: so many units of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wide {
    pub(crate) units: i128,
    /// It, or a number that it was computed from, was held at an end of the 64-bit range.
    pub(crate) held: bool,
}

impl Wide {
    pub(crate) fn new(units: impl Into<i128>) -> Wide {
        Wide { units: units.into(), held: false }
    }

    /// The number at its end: within 64 bits.
    pub(crate) fn end(self) -> Wide {
        let (units, held) = exact::hold(self.units);
        Wide { units: units as i128, held: self.held || held }
    }

    fn map(self, change: impl FnOnce(i128) -> i128) -> Wide {
        Wide { units: change(self.units), ..self }
    }

    fn join(self, other: Wide, join: impl FnOnce(i128, i128) -> i128) -> Wide {
        Wide { units: join(self.units, other.units), held: self.held || other.held }
    }
}

impl Evaluation<'_> {
    /// The number that a countable expression comes to, in the units of its type; none if it is unknown.
    pub(crate) fn number(&self, expr: &Expr, scope: Scope) -> Option<Wide> {
        let to = &expr.ty;
        match &expr.kind {
            ExprKind::Let(id) => {
                let named = self.named(*id)?;
                Some(Wide { units: units(&named.value)? as i128, held: named.held })
            }
            ExprKind::Times => scope.times.map(Wide::new),
            ExprKind::Score(id) => {
                let value = self.score_of(*id);
                if scope.formula { Some(value.unwrap_or(Wide::new(0))) } else { value }
            }
            ExprKind::Total => self.total_value(),
            ExprKind::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b, to, scope),
            ExprKind::Negate(a) => Some(self.number_as(a, to, scope)?.map(i128::saturating_neg)),
            ExprKind::Weighted(parts) => self.weighted(parts, to, scope),
            ExprKind::Min(parts) => {
                self.all(parts, to, scope)?.into_iter().reduce(|a, b| a.join(b, i128::min))
            }
            ExprKind::Max(parts) => {
                self.all(parts, to, scope)?.into_iter().reduce(|a, b| a.join(b, i128::max))
            }
            ExprKind::Clamp(value, low, high) => {
                let at_least =
                    self.number_as(value, to, scope)?.join(self.number_as(low, to, scope)?, i128::max);
                Some(at_least.join(self.number_as(high, to, scope)?, i128::min))
            }
            ExprKind::Round(value) => {
                let from = decimals(&value.ty);
                let whole = |units| exact::rescale(exact::rescale(units, from, 0), 0, decimals(to));
                Some(self.number(value, scope)?.map(whole))
            }
            ExprKind::Convert(value) => self.number_as(value, to, scope),
            ExprKind::If(condition, then, otherwise) => match self.truth(condition, scope) {
                Truth::True => self.number_as(then, to, scope),
                Truth::False => self.number_as(otherwise, to, scope),
                Truth::Unknown => None,
            },
            ExprKind::IfKnown(first, second) => {
                self.number_as(first, to, scope).or_else(|| self.number_as(second, to, scope))
            }
            ExprKind::AggregateOf(aggregate, parts) => self.aggregate_of(*aggregate, parts, to, scope),
            ExprKind::Table(table) => self.number_as(self.cell(table, scope)?, to, scope),
            ExprKind::Count(term) => Some(Wide::new(self.matching(term, scope)?.len() as i64)),
            ExprKind::CountDifferent(property, term) => {
                Some(Wide::new(self.different_values(property, term, scope)? as i64))
            }
            ExprKind::Aggregate(aggregate @ (Aggregate::Total | Aggregate::Average), property, term) => {
                self.sum_of_events(*aggregate, property, term, to, scope)
            }
            ExprKind::Aggregate(aggregate, property, term) => {
                let chosen = units(&self.choose_of_events(*aggregate, property, term, scope)?)?;
                Some(Wide::new(exact::rescale(chosen as i128, decimals(&property.ty), decimals(to))))
            }
            ExprKind::DaysSinceLast(term) => {
                let newest = *self.matching(term, scope)?.last()?;
                Some(Wide::new(calendar::days_since(self.of.as_of, self.event(newest).time)))
            }
            ExprKind::DaysWith(term) => {
                Some(Wide::new(self.different_days(&self.matching(term, scope)?) as i64))
            }
            ExprKind::DaysSince(value) => match self.value(value, scope)? {
                Value::Date(day) => Some(Wide::new(self.of.zone.day(self.of.as_of) as i64 - day as i64)),
                Value::Time(instant) => Some(Wide::new(calendar::days_since(self.of.as_of, instant))),
                _ => None,
            },
            _ => units(&self.fact(expr, scope)?).map(Wide::new),
        }
    }

    /// A number in the units of another type, rounded if they are coarser; a date read as a time is its first
    /// instant.
    pub(crate) fn number_as(&self, expr: &Expr, to: &Type, scope: Scope) -> Option<Wide> {
        let number = self.number(expr, scope)?;
        Some(match (&expr.ty, to) {
            (Type::Number(from), Type::Number(to)) => {
                number.map(|units| exact::rescale(units, from.decimals(), to.decimals()))
            }
            (Type::Date, Type::Time | Type::Duration) => number.map(|day| self.start_of_day(day)),
            _ => number,
        })
    }

    /// A number with the decimals of its units; a date as the instant of its start.
    pub(crate) fn operand(&self, expr: &Expr, scope: Scope) -> Option<(Wide, u32)> {
        let to = if expr.ty == Type::Date { &Type::Time } else { &expr.ty };
        Some((self.number_as(expr, to, scope)?, decimals(&expr.ty)))
    }

    fn start_of_day(&self, day: i128) -> i128 {
        self.of.zone.start_of_day(day.clamp(i32::MIN as i128, i32::MAX as i128) as i32) as i128
    }

    fn all(&self, parts: &[Expr], to: &Type, scope: Scope) -> Option<Vec<Wide>> {
        parts.iter().map(|part| self.number_as(part, to, scope)).collect()
    }

    fn arithmetic(&self, operator: Operator, a: &Expr, b: &Expr, to: &Type, scope: Scope) -> Option<Wide> {
        let ((a, a_decimals), (b, b_decimals)) = (self.operand(a, scope)?, self.operand(b, scope)?);
        Some(match operator {
            Operator::Add | Operator::Subtract => {
                let finer = a_decimals.max(b_decimals);
                let a = a.map(|units| exact::rescale(units, a_decimals, finer));
                let b = b.map(|units| exact::rescale(units, b_decimals, finer));
                let sum = match operator {
                    Operator::Add => a.join(b, i128::saturating_add),
                    _ => a.join(b, i128::saturating_sub),
                };
                sum.map(|units| exact::rescale(units, finer, decimals(to)))
            }
            Operator::Multiply | Operator::Divide => {
                let (a, b) = (a.end(), b.end());
                // held in 64 bits just now
                let factors = ((a.units as i64, a_decimals), (b.units as i64, b_decimals));
                let units = match operator {
                    Operator::Multiply => exact::multiply(factors.0, factors.1, decimals(to)),
                    _ => exact::divide(factors.0, factors.1, decimals(to))?,
                };
                Wide { units, held: a.held || b.held }
            }
        })
    }

    /// Each coefficient times its value, exact, rounded once.
    fn weighted(&self, parts: &[(Expr, Expr)], to: &Type, scope: Scope) -> Option<Wide> {
        let finest = parts.iter().map(|(c, v)| decimals(&c.ty) + decimals(&v.ty)).max().unwrap_or(0);
        let mut sum = Wide::new(0);
        for (coefficient, value) in parts {
            let (c, c_decimals) = self.operand(coefficient, scope)?;
            let (v, v_decimals) = self.operand(value, scope)?;
            let product = c.end().join(v.end(), |c, v| c * v); // 64 bits each
            let product = product.map(|units| exact::rescale(units, c_decimals + v_decimals, finest));
            sum = sum.join(product, i128::saturating_add);
        }
        Some(sum.map(|units| exact::rescale(units, finest, decimals(to))))
    }

    /// `total of (a, b)` and its like: of those that are known.
    fn aggregate_of(&self, aggregate: Aggregate, parts: &[Expr], to: &Type, scope: Scope) -> Option<Wide> {
        let known = || parts.iter().filter_map(|part| self.number_as(part, to, scope));
        match aggregate {
            Aggregate::Total => known().reduce(|a, b| a.join(b, i128::saturating_add)),
            Aggregate::Average => {
                let known: Vec<(Wide, u32)> =
                    parts.iter().filter_map(|part| self.operand(part, scope)).collect();
                let finest = known.iter().map(|(_, decimals)| *decimals).max()?;
                let each = known.iter().map(|(n, from)| n.map(|units| exact::rescale(units, *from, finest)));
                let sum = each.reduce(|a, b| a.join(b, i128::saturating_add))?;
                Some(average(sum, known.len(), finest, decimals(to)))
            }
            Aggregate::Largest => known().reduce(|a, b| a.join(b, i128::max)),
            Aggregate::Smallest => known().reduce(|a, b| a.join(b, i128::min)),
            Aggregate::First => known().next(),
            Aggregate::Latest => known().last(),
        }
    }
}

/// A sum over a count that is not zero, rounded once to the decimals of the result.
pub(crate) fn average(sum: Wide, count: usize, from: u32, to: u32) -> Wide {
    let up = exact::power_of_ten(to.saturating_sub(from));
    let down = exact::power_of_ten(from.saturating_sub(to));
    sum.map(|units| exact::divide_rounded(units.saturating_mul(up), count as i128 * down).unwrap_or(0))
}
