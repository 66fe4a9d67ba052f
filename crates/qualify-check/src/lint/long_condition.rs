//! `long-condition`: a condition that asks too many questions to be read aloud. A `let` gives parts of it a name.

use super::{Lints, parts};
use qualify_diagnostics::{Code, Diagnostic};
use qualify_model::{Expr, ExprKind, Type};

pub(super) fn check(lints: &mut Lints<'_>) {
    for exprs in parts(lints.model) {
        for condition in exprs.into_iter().filter(|expr| expr.ty == Type::YesNo) {
            let count = questions(condition);
            if count <= lints.settings.conditions {
                continue;
            }
            let message = format!("this condition asks {count} questions at once");
            let note = "give parts of it a name: `let decision_maker = …`, and use the name here";
            lints.out.push(Diagnostic::new(Code::W0808, condition.span, message).note(note));
        }
    }
}

/// Conditions that are not made of others.
fn questions(expr: &Expr) -> usize {
    match &expr.kind {
        ExprKind::And(parts) | ExprKind::Or(parts) | ExprKind::HowMany(_, parts) => {
            parts.iter().map(questions).sum()
        }
        ExprKind::Not(inner) => questions(inner),
        _ => 1,
    }
}
