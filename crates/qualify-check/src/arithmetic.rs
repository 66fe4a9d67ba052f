//! Sums and products of numbers; chains of them that are weighted sums.

use crate::constants::{constant, is_fixed};
use crate::lists::joined_kind;
use crate::lower::{Hint, Lower};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Expr, ExprKind, NumberKind, Operator, Type, Value};
use qualify_syntax::tree;

/// Longer chains without products become weighted sums too, so that no expression nests deep: the value is the same.
const LONG: usize = 16;

impl Lower<'_> {
    /// `a + b` and so on. A chain is taken as a whole.
    pub fn arithmetic(
        &mut self,
        operator: tree::Operator,
        a: &tree::Expr,
        b: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        match operator {
            tree::Operator::Add | tree::Operator::Subtract => self.chain(operator, a, b, span),
            tree::Operator::Multiply | tree::Operator::Divide => {
                let (a, b) = (self.any_number(a, &Hint::Any), self.any_number(b, &Hint::Any));
                let (a, b) = (a?, b?);
                let operator =
                    if operator == tree::Operator::Multiply { Operator::Multiply } else { Operator::Divide };
                self.product(operator, a, b, span)
            }
        }
    }

    fn product(&mut self, operator: Operator, a: Expr, b: Expr, span: Span) -> Option<Expr> {
        let (Type::Number(left), Type::Number(right)) = (&a.ty, &b.ty) else { return None };
        let (left, right) = (*left, *right);
        let Some(kind) = joined_kind(left, right) else { return self.mixed(&a, &b, span) };
        let kind = match operator {
            Operator::Divide if left == right && left != NumberKind::Integer => NumberKind::Number,
            Operator::Divide if kind == NumberKind::Integer => NumberKind::Number,
            Operator::Multiply if left == NumberKind::Money && right == NumberKind::Money => {
                let message = "money times money is nothing that can be counted";
                return self.fail(Code::E0306, span, message);
            }
            _ => kind,
        };
        Some(Expr {
            kind: ExprKind::Arithmetic(operator, Box::new(a), Box::new(b)),
            ty: Type::Number(kind),
            span,
        })
    }

    fn mixed<T>(&mut self, a: &Expr, b: &Expr, span: Span) -> Option<T> {
        let (left, right) = (self.words(a.span), self.words(b.span));
        let (left_is, right_is) = (self.describe(&a.ty), self.describe(&b.ty));
        let message = format!("`{left}` is {left_is} and `{right}` is {right_is}: they do not go together");
        let currency = self.currency.as_ref().map_or("EUR", |(name, _)| name);
        let note = format!("money divided by money is a number: `amount / 1000 {currency}`");
        self.report(Diagnostic::new(Code::E0306, span, message).note(note));
        None
    }

    /// `a + b - c …`
    fn chain(
        &mut self,
        operator: tree::Operator,
        a: &tree::Expr,
        b: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let mut parts: Vec<(bool, &tree::Expr)> = vec![(operator == tree::Operator::Subtract, b)];
        let mut rest = a;
        while let tree::ExprKind::Arithmetic(
            operator @ (tree::Operator::Add | tree::Operator::Subtract),
            a,
            b,
        ) = &rest.kind
        {
            parts.push((*operator == tree::Operator::Subtract, b));
            rest = a;
        }
        parts.push((false, rest));
        parts.reverse();
        let lowered: Vec<Option<(bool, Expr)>> = parts
            .into_iter()
            .map(|(minus, part)| self.value(part, &Hint::Any).map(|part| (minus, part)))
            .collect();
        if lowered.iter().flatten().any(|(_, part)| is_of_time(&part.ty)) {
            return self.no_sum_of_time(span);
        }
        let lowered: Vec<Option<(bool, Expr)>> = lowered
            .into_iter()
            .map(|part| part.and_then(|(minus, part)| Some((minus, self.number_only(part)?))))
            .collect();
        let lowered: Vec<(bool, Expr)> = lowered.into_iter().collect::<Option<_>>()?;
        let ty = self.kind_of_sum(&lowered, span)?;
        if lowered.len() > LONG || lowered.iter().any(|(_, part)| coefficient(part).is_some()) {
            let parts: Vec<Option<(Expr, Expr)>> =
                lowered.into_iter().map(|(minus, part)| self.weigh(minus, part)).collect();
            return Some(Expr {
                kind: ExprKind::Weighted(parts.into_iter().collect::<Option<_>>()?),
                ty,
                span,
            });
        }
        let mut parts = lowered.into_iter();
        let (_, mut sum) = parts.next()?;
        for (minus, part) in parts {
            let operator = if minus { Operator::Subtract } else { Operator::Add };
            let so_far = sum.span.to(part.span);
            let (Type::Number(left), Type::Number(right)) = (&sum.ty, &part.ty) else { return None };
            let kind = joined_kind(*left, *right)?;
            let ty = Type::Number(kind);
            sum = Expr {
                kind: ExprKind::Arithmetic(operator, Box::new(sum), Box::new(part)),
                ty,
                span: so_far,
            };
        }
        Some(sum)
    }

    /// Dates, times and lengths in a sum: what is meant has its own words.
    fn no_sum_of_time<T>(&mut self, span: Span) -> Option<T> {
        let words = self.words(span);
        let message =
            format!("`{words}` adds or subtracts dates or lengths of time, and only numbers can be");
        let note = "say how a date lies to the moment of scoring: `renewal in the next 30d`, `created_at within 30d`, \
                    `created_at more than 30d ago`; or how an event lies to a date: `visited since created_at`; \
                    `days since created_at` is a number";
        self.report(Diagnostic::new(Code::E0303, span, message).note(note));
        None
    }

    fn kind_of_sum(&mut self, parts: &[(bool, Expr)], span: Span) -> Option<Type> {
        let mut sum: Option<(NumberKind, &Expr)> = None;
        for (_, part) in parts {
            let Type::Number(kind) = part.ty else { return None };
            sum = match sum {
                None => Some((kind, part)),
                Some((so_far, first)) => match joined_kind(so_far, kind) {
                    Some(joined) => Some((joined, if joined == so_far { first } else { part })),
                    None => return self.mixed(first, part, span),
                },
            };
        }
        sum.map(|(kind, _)| Type::Number(kind))
    }

    /// A part of a weighted sum: its coefficient, a plain number, and its value.
    fn weigh(&mut self, minus: bool, part: Expr) -> Option<(Expr, Expr)> {
        let span = part.span;
        let (coefficient, value) = match coefficient(&part) {
            Some(first) => {
                let ExprKind::Arithmetic(_, a, b) = part.kind else { return None };
                if first { (*a, *b) } else { (*b, *a) }
            }
            None => (constant(Value::Number(1), Type::Number(NumberKind::Integer), span), part),
        };
        let coefficient = self.as_number(coefficient)?;
        Some(match (minus, coefficient) {
            (false, coefficient) => (coefficient, value),
            (true, Expr { kind: ExprKind::Constant(Value::Number(n)), ty, span }) => {
                (constant(Value::Number(n.saturating_neg()), ty, span), value)
            }
            (true, coefficient) => {
                let ty = value.ty.clone();
                let span = value.span;
                (coefficient, Expr { kind: ExprKind::Negate(Box::new(value)), ty, span })
            }
        })
    }

    /// `-x`.
    pub fn negate(&mut self, inner: &tree::Expr, hint: &Hint, span: Span) -> Option<Expr> {
        if let tree::ExprKind::Literal(literal) = &inner.kind
            && matches!(literal.kind, tree::LiteralKind::Amount(_) | tree::LiteralKind::Percent(_))
        {
            return self.signed_literal(literal, true, hint);
        }
        let value = self.any_number(inner, hint)?;
        let ty = value.ty.clone();
        Some(Expr { kind: ExprKind::Negate(Box::new(value)), ty, span })
    }
}

fn is_of_time(ty: &Type) -> bool {
    matches!(ty, Type::Date | Type::Time | Type::Duration)
}

/// Whether a product has a coefficient, a constant or param that is a plain number; true: it stands first.
fn coefficient(part: &Expr) -> Option<bool> {
    let ExprKind::Arithmetic(Operator::Multiply, a, b) = &part.kind else { return None };
    let plain =
        |e: &Expr| is_fixed(e) && matches!(e.ty, Type::Number(NumberKind::Integer | NumberKind::Number));
    if plain(a) {
        Some(true)
    } else if plain(b) {
        Some(false)
    } else {
        None
    }
}
