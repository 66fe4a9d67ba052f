//! Numbers of expressions, in the units of their types.

use super::truth::{decimals, is_countable};
use super::{Computed, Extent, Lowered, Lowering, Number, Scope};
use crate::Instruction as I;
use crate::*;
use qualify_model::*;

impl<'m> Lowering<'m> {
    /// The number that a countable expression comes to.
    pub(crate) fn number(&mut self, expr: &'m Expr, scope: Scope) -> Lowered<Number> {
        if self.is_of_lead(expr) {
            let number = self.of_lead(|this| this.number(expr, scope))?;
            return Ok(self.lead_number(number));
        }
        let to = &expr.ty;
        Ok(match &expr.kind {
            ExprKind::Let(id) => match self.named(*id)? {
                Computed::Number(number) => number,
                _ => self.unknown(),
            },
            ExprKind::Times => match self.event {
                Some(_) => Number::Plain(self.fitting(
                    I::LoadTimes { to: ToN(0) },
                    Extent::known(1, super::event_program::MOST_EVENTS),
                )),
                None => self.unknown(),
            },
            ExprKind::Score(id) => {
                let value = self.score_of(*id)?;
                if scope.formula { self.or_zero(value) } else { value }
            }
            ExprKind::Total => self.total()?,
            ExprKind::Arithmetic(operator, a, b) => {
                let (a, b) = (self.operand(a, scope)?, self.operand(b, scope)?);
                self.arithmetic(*operator, a, b, decimals(to))
            }
            ExprKind::Negate(a) => {
                let a = self.number_as(a, to, scope)?;
                self.negative(a)
            }
            ExprKind::Weighted(parts) => self.weighted(parts, decimals(to), scope)?,
            ExprKind::Min(parts) => self.of_all(parts, to, Self::least, scope)?,
            ExprKind::Max(parts) => self.of_all(parts, to, Self::greatest, scope)?,
            ExprKind::Clamp(value, low, high) => {
                let (value, low) = (self.number_as(value, to, scope)?, self.number_as(low, to, scope)?);
                let at_least = self.greatest(value, low);
                let high = self.number_as(high, to, scope)?;
                self.least(at_least, high)
            }
            ExprKind::Round(value) => {
                let number = self.number(value, scope)?;
                let whole = self.rescale(number, decimals(&value.ty), 0);
                self.rescale(whole, 0, decimals(to))
            }
            ExprKind::Convert(value) => self.number_as(value, to, scope)?,
            ExprKind::If(condition, then, otherwise) => {
                let condition = self.truth(condition, scope)?;
                let then = self.number_as(then, to, scope)?;
                let otherwise = self.number_as(otherwise, to, scope)?;
                self.choose(condition, then, otherwise)
            }
            ExprKind::IfKnown(first, second) => {
                let (first, second) = (self.number_as(first, to, scope)?, self.number_as(second, to, scope)?);
                self.first_known(first, second)
            }
            ExprKind::AggregateOf(aggregate, parts) => self.number_of(*aggregate, parts, to, scope)?,
            ExprKind::Table(table) => Number::Plain(self.table(table, to, scope)?.points),
            ExprKind::Count(term) => self.count(term, scope.home)?,
            ExprKind::CountDifferent(property, term) => self.count_different(property, term, scope.home)?,
            ExprKind::Aggregate(aggregate, property, term) => {
                match self.aggregate(*aggregate, property, term, to, scope.home)? {
                    Computed::Number(number) => number,
                    _ => self.unknown(),
                }
            }
            ExprKind::DaysSinceLast(term) => self.days_since_last(term, scope.home)?,
            ExprKind::DaysWith(term) => self.days_with(term, scope.home)?,
            ExprKind::DaysSince(value) => self.days_since(value, scope)?,
            _ => match self.fact(expr, scope)? {
                Computed::Number(number) => number,
                _ => self.unknown(),
            },
        })
    }

    /// A number in the units of another type, rounded if they are coarser; a date read as a time is its first
    /// instant.
    pub(crate) fn number_as(&mut self, expr: &'m Expr, to: &Type, scope: Scope) -> Lowered<Number> {
        let number = self.number(expr, scope)?;
        Ok(match (&expr.ty, to) {
            (Type::Number(from), Type::Number(to)) => self.rescale(number, from.decimals(), to.decimals()),
            (Type::Date, Type::Time | Type::Duration) => {
                let day = self.units(number);
                Number::Plain(self.start_of_day(day))
            }
            _ => number,
        })
    }

    /// In points, held in 64 bits.
    pub(crate) fn points(&mut self, expr: &'m Expr, scope: Scope) -> Lowered<Number> {
        let number = self.number_as(expr, &Type::Number(NumberKind::Points), scope)?;
        Ok(self.end(number))
    }

    /// A constant number of points; none if it is unknown.
    pub(crate) fn constant_points(&mut self, expr: &'m Expr) -> Lowered<Option<i64>> {
        let points = self.points(expr, Scope::of(Target::Total))?;
        let units = self.units(points);
        if units == self.unknown_number() {
            return Ok(None);
        }
        match self.constant_of(units) {
            Some(points) => Ok(Some(points)),
            None => self.unsupported("a bound that is not constant", expr.span),
        }
    }

    /// A number with the decimals of its units; a date as the instant of its start.
    pub(crate) fn operand(&mut self, expr: &'m Expr, scope: Scope) -> Lowered<(Number, u32)> {
        let to = if expr.ty == Type::Date { &Type::Time } else { &expr.ty };
        Ok((self.number_as(expr, to, scope)?, decimals(&expr.ty)))
    }

    fn arithmetic(&mut self, operator: Operator, a: (Number, u32), b: (Number, u32), to: u32) -> Number {
        match operator {
            Operator::Add | Operator::Subtract => {
                let finer = a.1.max(b.1);
                let (a, b) = (self.rescale(a.0, a.1, finer), self.rescale(b.0, b.1, finer));
                let sum = if operator == Operator::Add { self.plus(a, b) } else { self.minus(a, b) };
                self.rescale(sum, finer, to)
            }
            Operator::Multiply => self.product(a, b, to),
            Operator::Divide => self.quotient(a, b, to),
        }
    }

    /// Each coefficient times its value, exact, rounded once.
    fn weighted(&mut self, parts: &'m [(Expr, Expr)], to: u32, scope: Scope) -> Lowered<Number> {
        let finest = parts.iter().map(|(c, v)| decimals(&c.ty) + decimals(&v.ty)).max().unwrap_or(0);
        let mut sum = self.plain(0);
        for (coefficient, value) in parts {
            let (c, v) = (self.operand(coefficient, scope)?, self.operand(value, scope)?);
            let product = self.product(c, v, c.1 + v.1);
            let product = self.rescale(product, c.1 + v.1, finest);
            sum = self.plus(sum, product);
        }
        Ok(self.rescale(sum, finest, to))
    }

    fn of_all(
        &mut self,
        parts: &'m [Expr],
        to: &Type,
        join: fn(&mut Self, Number, Number) -> Number,
        scope: Scope,
    ) -> Lowered<Number> {
        let mut all: Option<Number> = None;
        for part in parts {
            let number = self.number_as(part, to, scope)?;
            all = Some(match all {
                Some(all) => join(self, all, number),
                None => number,
            });
        }
        Ok(all.unwrap_or_else(|| self.unknown()))
    }

    /// `total of (a, b)` and its like: of those that are known.
    fn number_of(
        &mut self,
        aggregate: Aggregate,
        parts: &'m [Expr],
        to: &Type,
        scope: Scope,
    ) -> Lowered<Number> {
        if aggregate == Aggregate::Average {
            return self.average_of(parts, decimals(to), scope);
        }
        let mut all: Option<Number> = None;
        for part in parts {
            let b = self.number_as(part, to, scope)?;
            let Some(a) = all else {
                all = Some(b);
                continue;
            };
            all = Some(match aggregate {
                Aggregate::First => self.first_known(a, b),
                Aggregate::Latest => self.first_known(b, a),
                _ => {
                    let both = match aggregate {
                        Aggregate::Largest => self.greatest(a, b),
                        Aggregate::Smallest => self.least(a, b),
                        _ => self.plus(a, b),
                    };
                    let one = self.first_known(a, b);
                    self.first_known(both, one)
                }
            });
        }
        Ok(all.unwrap_or_else(|| self.unknown()))
    }

    fn average_of(&mut self, parts: &'m [Expr], to: u32, scope: Scope) -> Lowered<Number> {
        let each = parts.iter().map(|part| self.operand(part, scope)).collect::<Lowered<Vec<_>>>()?;
        // the finest of all serves as well as the finest of the known ones: what is divided is exact
        let Some(finest) = each.iter().map(|(_, decimals)| *decimals).max() else {
            return Ok(self.unknown());
        };
        let (mut sum, mut count) = (self.plain(0), self.number_constant(0));
        for (number, decimals) in each {
            let known = self.known(Computed::Number(number));
            let one = self.number_constant(1);
            count = self.add_where(count, known, one).unwrap_or(count); // far below 64 bits
            let number = self.rescale(number, decimals, finest);
            let number = self.or_zero(number);
            sum = self.plus(sum, number);
        }
        Ok(self.average(sum, count, finest, to))
    }

    fn days_since(&mut self, value: &'m Expr, scope: Scope) -> Lowered<Number> {
        let Computed::Number(number) = self.value(value, scope)? else { return Ok(self.unknown()) };
        let a = self.units(number);
        let unknown = self.graph().extent(a.0).unknown;
        let days = |most: i128| Extent { low: -most, high: most, unknown };
        Ok(match &value.ty {
            Type::Date => Number::Plain(self.fitting(I::DaysSinceDate { to: ToN(0), a }, days(1 << 33))),
            Type::Time => Number::Plain(self.fitting(I::DaysSince { to: ToN(0), a }, days(1 << 32))),
            _ => self.unknown(),
        })
    }
}

/// A value of an expression of a type; numbers are held in 64 bits.
impl<'m> Lowering<'m> {
    pub(crate) fn value(&mut self, expr: &'m Expr, scope: Scope) -> Lowered<Computed> {
        match &expr.ty {
            Type::YesNo => Ok(Computed::Truth(self.truth(expr, scope)?)),
            ty if is_countable(ty) => {
                let number = self.number(expr, scope)?;
                Ok(Computed::Number(self.end(number)))
            }
            _ => self.fact(expr, scope),
        }
    }
}
