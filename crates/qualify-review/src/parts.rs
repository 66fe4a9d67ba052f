//! The conditions inside a condition.

use qualify_model::{Expr, ExprKind};

/// The conditions that a condition is made of with `and`, `or`, `not` and `at least N of`, in the order of the text,
/// and with each the conditions on its events.
pub(crate) fn leaves<'e>(condition: &'e Expr, out: &mut Vec<&'e Expr>) {
    match &condition.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::HowMany(_, parts) => {
            parts.iter().for_each(|part| leaves(part, out));
        }
        ExprKind::Not(inner) if is_compound(inner) => leaves(inner, out),
        _ => {
            out.push(condition);
            let inner = if let ExprKind::Not(inner) = &condition.kind { inner } else { condition };
            if let ExprKind::Happens(term) = &inner.kind {
                term.steps.iter().flat_map(|step| &step.filters).for_each(|filter| leaves(filter, out));
            }
        }
    }
}

/// It has parts that are conditions.
pub(crate) fn is_compound(condition: &Expr) -> bool {
    matches!(condition.kind, ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::HowMany(..))
}
