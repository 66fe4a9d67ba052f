//! What an expression reads of the event in hand.

use qualify_model::{Anchor, Child, Expr, ExprKind, Window, each_child};

/// Whether an expression depends on the event in hand. Event terms inside do not: they are about all events.
pub(super) fn reads_event(expr: &Expr) -> bool {
    if matches!(expr.kind, ExprKind::Property(_) | ExprKind::EventTime | ExprKind::Times) {
        return true;
    }
    let mut found = false;
    each_child(expr, &mut |child| {
        found = found
            || match child {
                Child::Expr(inner) => reads_event(inner),
                Child::Window(Window::Since(Anchor::Value(value)) | Window::Before(Anchor::Value(value))) => {
                    reads_event(value)
                }
                _ => false,
            };
    });
    found
}
