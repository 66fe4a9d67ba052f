//! Numbers, in the units of the type of their expression.

use super::condition::decimals;
use super::{Encoder, FARTHEST, Here, Sym};
use crate::proof::circuit::{FALSE, TRUE};
use crate::proof::int::{Int, Sum};
use crate::proof::three::{Num, Three};
use qualify_model::calendar::DAY_US;
use qualify_model::*;

impl<'m> Encoder<'_, 'm> {
    /// The number that an expression comes to; of a word its number, of a date its day.
    pub(crate) fn number(&mut self, expr: &'m Expr, here: Here) -> Num {
        let num = self.exact(expr, here);
        match num {
            Some(num) if num.int.low >= -FARTHEST && num.int.high <= FARTHEST => num,
            _ => self.number_beyond(expr, here),
        }
    }

    /// A number that is not looked into.
    fn number_beyond(&mut self, expr: &'m Expr, here: Here) -> Num {
        let (label, parts) = self.described(expr, here);
        self.any_number("a number of a kind that is not looked into", expr, label, &parts, here)
    }

    fn exact(&mut self, expr: &'m Expr, here: Here) -> Option<Num> {
        use ExprKind::*;
        let to = &expr.ty;
        let model = self.model(here);
        Some(match &expr.kind {
            Constant(value) => Num::constant(units(value)?),
            Param(id) => Num::constant(units(&model.params[id.index()].value)?),
            Unknown => Num::unknown(),
            Let(id) => match self.named(*id, here) {
                Sym::Num(num) => num,
                _ => return None,
            },
            Attribute(_) | Property(_) => {
                let source = self.source(expr, here)?;
                self.number_of(source, here)?
            }
            Score(id) => {
                let value = self.score(*id, here.which);
                if here.formula {
                    let int = self.c.gated(value.known, &value.int);
                    return Some(Num { known: TRUE, int });
                }
                value
            }
            Total => self.total_score(here.which),
            Arithmetic(operator, a, b) => return self.arithmetic(*operator, a, b, to, here),
            Negate(a) => {
                let Num { known, int } = self.number_as(a, to, here)?;
                Num { known, int: self.c.linear(&[(-1, &int)]) }
            }
            Weighted(parts) => return self.weighted(parts, to, here),
            Min(parts) | Max(parts) => {
                let least = matches!(expr.kind, Min(_));
                let mut all = Vec::new();
                for part in parts {
                    all.push(self.number_as(part, to, here)?);
                }
                let known = self.c.and(all.iter().map(|num| num.known));
                let mut all = all.into_iter().map(|num| num.int);
                let first = all.next()?;
                let int = all
                    .fold(first, |a, b| if least { self.c.least(&a, &b) } else { self.c.greatest(&a, &b) });
                Num { known, int }
            }
            Clamp(value, low, high) => {
                let [value, low, high] = [value, low, high].map(|part| self.number_as(part, to, here));
                let (value, low, high) = (value?, low?, high?);
                let int = self.c.greatest(&value.int, &low.int);
                let int = self.c.least(&int, &high.int);
                Num { known: self.c.and([value.known, low.known, high.known]), int }
            }
            Round(value) => {
                let Num { known, int } = self.number(value, here);
                let whole = self.rescaled(&int, decimals(&value.ty), 0);
                Num { known, int: self.rescaled(&whole, 0, decimals(to)) }
            }
            Convert(value) => self.number_as(value, to, here)?,
            If(condition, a, b) => {
                let condition = self.truth(condition, here);
                let (a, b) = (self.number_as(a, to, here)?, self.number_as(b, to, here)?);
                self.chosen(condition, &a, &b)
            }
            IfKnown(a, b) => {
                let (a, b) = (self.number_as(a, to, here)?, self.number_as(b, to, here)?);
                self.chosen(Three::certain(a.known), &a, &b)
            }
            Table(table) => {
                let cells = self.cells(table, to, here)?;
                self.cell_value(&cells)
            }
            DaysSince(value) => return self.days_since(value, here),
            Count(term) => self.count(term, here),
            CountDifferent(property, term) => self.different(property, term, here),
            DaysWith(term) => self.days_with(term, here),
            DaysSinceLast(term) => self.days_since_last(term, here),
            Aggregate(kind, property, term) => self.aggregate(expr, *kind, property, term, here),
            _ => return None,
        })
    }

    fn chosen(&mut self, condition: Three, a: &Num, b: &Num) -> Num {
        let (yes, no) = (self.c.and([condition.yes, a.known]), self.c.and([condition.no, b.known]));
        Num { known: self.c.or([yes, no]), int: self.c.choose_int(condition.yes, &a.int, &b.int) }
    }

    /// A number in units of other decimals; what they do not hold is rounded half away from zero.
    pub(super) fn rescaled(&mut self, int: &Int, from: u32, to: u32) -> Int {
        if from <= to {
            let times = exact::power_of_ten(to - from);
            return Int {
                scale: int.scale * times,
                low: int.low * times,
                high: int.high * times,
                ..int.clone()
            };
        }
        self.rounded(int, exact::power_of_ten(from - to))
    }

    /// A number as another type.
    pub(super) fn number_as(&mut self, expr: &'m Expr, to: &Type, here: Here) -> Option<Num> {
        let Num { known, int } = self.number(expr, here);
        Some(match (&expr.ty, to) {
            (Type::Number(from), Type::Number(to)) => {
                Num { known, int: self.rescaled(&int, from.decimals(), to.decimals()) }
            }
            (Type::Date, Type::Time | Type::Duration) => {
                // elsewhere than in UTC days do not begin at multiples of a day
                if self.model(here).timezone != "UTC" {
                    return None;
                }
                Num { known, int: self.c.linear(&[(DAY_US.into(), &int)]) }
            }
            _ => Num { known, int },
        })
    }

    /// A number; a date as the instant of its start.
    pub(super) fn operand(&mut self, expr: &'m Expr, here: Here) -> Option<Num> {
        let to = if expr.ty == Type::Date { &Type::Time } else { &expr.ty };
        self.number_as(expr, to, here)
    }

    fn arithmetic(
        &mut self,
        operator: Operator,
        a: &'m Expr,
        b: &'m Expr,
        to: &Type,
        here: Here,
    ) -> Option<Num> {
        let (x, y) = (self.operand(a, here)?, self.operand(b, here)?);
        let (from_a, from_b) = (decimals(&a.ty), decimals(&b.ty));
        let known = self.c.and([x.known, y.known]);
        let int = match operator {
            Operator::Add | Operator::Subtract => {
                let finer = from_a.max(from_b);
                let (x, y) = (self.rescaled(&x.int, from_a, finer), self.rescaled(&y.int, from_b, finer));
                let sign = if operator == Operator::Add { 1 } else { -1 };
                let sum = self.c.linear(&[(1, &x), (sign, &y)]);
                self.rescaled(&sum, finer, decimals(to))
            }
            Operator::Multiply => {
                let (x, y) = (self.held(x.int), self.held(y.int));
                let (times, int) = match (x.fixed(), y.fixed()) {
                    (Some(times), _) => (times, y),
                    (_, Some(times)) => (times, x),
                    _ => return None,
                };
                let product = self.product(times, &int)?;
                self.rescaled(&product, from_a + from_b, decimals(to))
            }
            Operator::Divide => {
                let (x, y) = (self.held(x.int), self.held(y.int));
                let by = y.fixed()?;
                if by == 0 {
                    return Some(Num { known: FALSE, int: Int::constant(0) });
                }
                // x / 10^a / (by / 10^b) in units of 10^-to
                let up = exact::power_of_ten(from_b + decimals(to)) * by.signum();
                let product = self.product(up, &x)?;
                self.rounded(&product, by.abs().checked_mul(exact::power_of_ten(from_a))?)
            }
        };
        Some(Num { known, int })
    }

    /// So many times a number, unless it is too large to look into.
    fn product(&mut self, times: i128, int: &Int) -> Option<Int> {
        let reach = int.low.abs().max(int.high.abs()).checked_mul(times.abs())?;
        (reach <= FARTHEST).then(|| self.c.linear(&[(times, int)]))
    }

    fn weighted(&mut self, parts: &'m [(Expr, Expr)], to: &Type, here: Here) -> Option<Num> {
        let finest = parts.iter().map(|(c, v)| decimals(&c.ty) + decimals(&v.ty)).max().unwrap_or(0);
        let (mut sum, mut known) = (Sum::default(), Vec::new());
        for (coefficient, value) in parts {
            let (times, value_num) = (self.operand(coefficient, here)?, self.operand(value, here)?);
            known.extend([times.known, value_num.known]);
            let held = self.held(value_num.int);
            let product = self.product(times.int.fixed()?, &held)?;
            sum.add(&self.rescaled(&product, decimals(&coefficient.ty) + decimals(&value.ty), finest), 1);
        }
        let total = self.c.total(&sum, None);
        Some(Num { known: self.c.and(known), int: self.rescaled(&total, finest, decimals(to)) })
    }

    fn days_since(&mut self, value: &'m Expr, here: Here) -> Option<Num> {
        let Num { known, int: age } = self.aged(value, here)?;
        if self.behind(value, here).ty == Type::Time {
            return Some(Num { known, int: self.floored(&age, DAY_US.into()) });
        }
        // local days between a date and the day of the instant
        let label = "days since a date".to_string();
        let part = Sym::Num(Num { known, int: age });
        let reach = 4_000_000;
        let what = "the days since a date";
        let int = self.any_points(what, value.span, label, &[part], (-reach, reach), here);
        Some(Num { known, int })
    }
}

/// A constant in the units of its type.
fn units(value: &Value) -> Option<i128> {
    Some(match value {
        Value::Number(n) | Value::Time(n) | Value::Duration(n) => (*n).into(),
        Value::Date(day) => (*day).into(),
        Value::Word(word) => (*word).into(),
        Value::YesNo(yes) => i128::from(*yes),
        _ => return None,
    })
}
