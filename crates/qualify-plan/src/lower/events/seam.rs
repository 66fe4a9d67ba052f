//! What event terms need of expressions.

use crate::lower::{Extent, Lowered, Lowering, Number, Scope};
use crate::{CurveAt, Instruction, N, PlanCurve, T, TextsAt, ToN, ToT, ToW};
use qualify_model::{Curve, Expr, ExprKind, NumberKind, Target, Type, Value, exact};

impl<'m> Lowering<'m> {
    /// A condition on the event in hand.
    pub(super) fn event_truth(&mut self, expr: &'m Expr, home: Target) -> Lowered<T> {
        self.truth(expr, Scope::of(home))
    }

    /// Points of the event in hand, in units of 1e-4.
    pub(super) fn event_points(&mut self, expr: &'m Expr, home: Target) -> Lowered<Number> {
        self.points(expr, Scope::of(home))
    }

    /// A time or date of the event in hand, a date as its first instant.
    pub(super) fn event_instant(&mut self, expr: &'m Expr, home: Target) -> Lowered<N> {
        self.instant(expr, Scope::of(home))
    }

    /// Points of the lead, in units of 1e-4.
    pub(super) fn lead_points(&mut self, expr: &'m Expr, home: Target) -> Lowered<Number> {
        self.of_lead(|this| this.points(expr, Scope::of(home)))
    }

    /// A time or date of the lead, a date as its first instant.
    pub(super) fn lead_instant(&mut self, expr: &'m Expr, home: Target) -> Lowered<N> {
        self.of_lead(|this| this.instant(expr, Scope::of(home)))
    }

    /// How points fade, among the constants.
    pub(crate) fn curve_of(&mut self, curve: &'m Curve) -> Lowered<CurveAt> {
        let share = |expr: &Expr| {
            let (units, decimals) = self.constant_units(expr)?;
            i64::try_from(exact::rescale(units, decimals, NumberKind::Number.decimals())).ok()
        };
        let curve = match curve {
            Curve::Halving { every, by_day } => {
                PlanCurve::Halving { every: self.lower_length(every), by_day: *by_day }
            }
            Curve::Fading { over } => PlanCurve::Fading { over: self.lower_length(over) },
            Curve::LosingShare { share: lost, every } => match share(lost) {
                Some(share) => PlanCurve::LosingShare { share, every: self.lower_length(every) },
                None => PlanCurve::Nothing,
            },
            Curve::LosingPoints { amount, every } => match self.constant_units(amount) {
                Some((units, decimals)) => {
                    let amount = exact::hold(exact::rescale(units, decimals, 4)).0;
                    PlanCurve::LosingPoints { amount, every: self.lower_length(every) }
                }
                None => PlanCurve::Nothing,
            },
            Curve::Dropping { steps } => {
                let steps: Option<Vec<_>> = steps
                    .iter()
                    .map(|(left, after)| Some((share(left)?, self.lower_length(after))))
                    .collect();
                steps.map_or(PlanCurve::Nothing, |steps| PlanCurve::Dropping { steps })
            }
        };
        Ok(self.curve_at(curve))
    }

    /// A list of texts among the constants.
    pub(super) fn event_texts(&mut self, texts: Vec<String>) -> TextsAt {
        self.texts(texts)
    }

    /// The units and decimals of a number that is the same for all leads.
    pub(super) fn constant_units(&self, expr: &Expr) -> Option<(i128, u32)> {
        let of = |ty: &Type| match ty {
            Type::Number(kind) => kind.decimals(),
            _ => 0,
        };
        match &expr.kind {
            ExprKind::Constant(Value::Number(units)) => Some((*units as i128, of(&expr.ty))),
            ExprKind::Param(id) => match &self.model.params[id.index()].value {
                Value::Number(units) => Some((*units as i128, of(&expr.ty))),
                _ => None,
            },
            ExprKind::Convert(inner) => {
                let (units, decimals) = self.constant_units(inner)?;
                Some((exact::rescale(units, decimals, of(&expr.ty)), of(&expr.ty)))
            }
            ExprKind::Negate(inner) => {
                let (units, decimals) = self.constant_units(inner)?;
                Some((-units, decimals))
            }
            _ => None,
        }
    }

    /// A number at its end: in 64 bits, and where it was held.
    pub(super) fn ended(&mut self, number: Number) -> (N, Option<T>) {
        let graph = self.graph();
        match number {
            Number::Plain(number) => (number, None),
            Number::Held(number, held) => (number, Some(held)),
            Number::Wide(a) => {
                let extent = graph.extent(a.0);
                let held = |units: i128| units.clamp(i64::MIN as i128, i64::MAX as i128);
                let ended = if extent.is_narrow() {
                    extent
                } else {
                    Extent { low: held(extent.low), high: held(extent.high), ..extent }
                };
                let end = graph.wide(Instruction::End { to: ToW(0), a }, ended);
                let number = graph.number(Instruction::Narrow { to: ToN(0), a: end }, ended);
                let held = graph.truth(Instruction::Held { to: ToT(0), a: end }, Extent::KNOWN_TRUTH);
                (number, Some(held))
            }
        }
    }
}
