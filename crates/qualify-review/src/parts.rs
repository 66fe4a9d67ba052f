//! Ways through an expression of the model.

use qualify_model::{Anchor, Expr, ExprKind, Set, Step, Table, Term, Window};

/// The direct parts of an expression, those inside tables and event terms included. A `let` has none: it is a part of
/// the model by itself.
pub(crate) fn parts(expr: &Expr) -> Vec<&Expr> {
    use ExprKind::*;
    let mut out: Vec<&Expr> = Vec::new();
    match &expr.kind {
        Part(_, a) | Not(a) | Known(a) | Negate(a) | Round(a) | Convert(a) | DaysSince(a) => out.push(a),
        And(parts) | Or(parts) | HowMany(_, parts) | Min(parts) | Max(parts) | AggregateOf(_, parts) => {
            out.extend(parts);
        }
        Compare(_, a, b) | Arithmetic(_, a, b) | IfKnown(a, b) => out.extend([&**a, b]),
        Between(a, b, c) | Clamp(a, b, c) | If(a, b, c) => out.extend([&**a, b, c]),
        In(a, set) => {
            out.push(a);
            if let Set::Attribute(list) = set {
                out.push(list);
            }
        }
        Text(_, a, needles) => {
            out.push(a);
            out.extend(needles);
        }
        Weighted(parts) => out.extend(parts.iter().map(|(_, value)| value)),
        Table(table) => out.extend(table_parts(table)),
        InWindow(a, windows) => {
            out.push(a);
            windows.iter().for_each(|window| window_parts(window, &mut out));
        }
        Happens(term)
        | Count(term)
        | CountDifferent(_, term)
        | Aggregate(_, _, term)
        | DaysSinceLast(term)
        | DaysWith(term) => {
            out.extend(term_parts(term));
        }
        _ => {}
    }
    out
}

/// The expressions inside a term: filters, and what its windows hang on.
pub(crate) fn term_parts(term: &Term) -> Vec<&Expr> {
    let mut out = Vec::new();
    term.steps.iter().for_each(|step| step_parts(step, &mut out));
    out
}

fn step_parts<'e>(step: &'e Step, out: &mut Vec<&'e Expr>) {
    out.extend(&step.filters);
    step.windows.iter().for_each(|window| window_parts(window, out));
}

fn window_parts<'e>(window: &'e Window, out: &mut Vec<&'e Expr>) {
    match window {
        Window::Since(Anchor::Value(value)) | Window::Before(Anchor::Value(value)) => out.push(value),
        Window::Since(Anchor::LastEvent(step)) | Window::Before(Anchor::LastEvent(step)) => {
            step_parts(step, out)
        }
        _ => {}
    }
}

fn table_parts(table: &Table) -> Vec<&Expr> {
    let cells = table.rows.iter().map(|row| &row.points).chain(&table.otherwise).chain(&table.unknown);
    std::iter::once(&table.subject).chain(cells).collect()
}

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
