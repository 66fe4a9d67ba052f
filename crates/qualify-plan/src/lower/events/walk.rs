//! What stands directly inside an expression.

use qualify_model::{Anchor, Expr, ExprKind, Head, Quantity, Set, Table, Term, Window};

/// What stands inside an expression.
pub(super) enum Child<'e> {
    /// About the same event in hand.
    Expr(&'e Expr),
    /// Events on their own.
    Term(&'e Term),
    /// A window that the value beside it is looked for in.
    Window(&'e Window),
}

/// Calls `visit` for all that stands directly inside `expr`.
pub(super) fn each_child<'e>(expr: &'e Expr, visit: &mut dyn FnMut(Child<'e>)) {
    let mut of = |inner: &'e Expr| visit(Child::Expr(inner));
    match &expr.kind {
        ExprKind::Part(_, a)
        | ExprKind::Not(a)
        | ExprKind::Known(a)
        | ExprKind::Negate(a)
        | ExprKind::Round(a)
        | ExprKind::Convert(a)
        | ExprKind::DaysSince(a) => of(a),
        ExprKind::And(all)
        | ExprKind::Or(all)
        | ExprKind::Min(all)
        | ExprKind::Max(all)
        | ExprKind::AggregateOf(_, all) => all.iter().for_each(of),
        ExprKind::HowMany(quantity, all) => {
            match quantity {
                Quantity::AtLeast(a)
                | Quantity::AtMost(a)
                | Quantity::Exactly(a)
                | Quantity::MoreThan(a)
                | Quantity::FewerThan(a) => of(a),
                Quantity::Between(a, b) => [a, b].into_iter().for_each(|bound| of(bound)),
            }
            all.iter().for_each(of);
        }
        ExprKind::Compare(_, a, b) | ExprKind::Arithmetic(_, a, b) | ExprKind::IfKnown(a, b) => {
            [a, b].into_iter().for_each(|part| of(part));
        }
        ExprKind::Between(a, b, c) | ExprKind::Clamp(a, b, c) | ExprKind::If(a, b, c) => {
            [a, b, c].into_iter().for_each(|part| of(part));
        }
        ExprKind::In(a, set) => {
            of(a);
            set_child(set, &mut of);
        }
        ExprKind::Text(_, a, needles) => {
            of(a);
            needles.iter().for_each(of);
        }
        ExprKind::Weighted(parts) => parts.iter().for_each(|(coefficient, value)| {
            of(coefficient);
            of(value);
        }),
        ExprKind::Table(table) => table_children(table, visit),
        ExprKind::Happens(term)
        | ExprKind::Count(term)
        | ExprKind::CountDifferent(_, term)
        | ExprKind::Aggregate(_, _, term)
        | ExprKind::DaysSinceLast(term)
        | ExprKind::DaysWith(term) => visit(Child::Term(term)),
        ExprKind::InWindow(a, windows) => {
            of(a);
            windows.iter().for_each(|window| visit(Child::Window(window)));
        }
        ExprKind::Constant(_)
        | ExprKind::Unknown
        | ExprKind::Param(_)
        | ExprKind::Let(_)
        | ExprKind::Attribute(_)
        | ExprKind::Property(_)
        | ExprKind::EventTime
        | ExprKind::Times
        | ExprKind::Score(_)
        | ExprKind::Total
        | ExprKind::Grade(_)
        | ExprKind::StageIs(_)
        | ExprKind::StageAtLeast(_)
        | ExprKind::StageHolds(_)
        | ExprKind::CurrentStageAtLeast(_)
        | ExprKind::Segment(_)
        | ExprKind::RouteIs(_)
        | ExprKind::StatusIs(_) => {}
    }
}

/// Calls `visit` for the expressions of a table.
pub(super) fn table_children<'e>(table: &'e Table, visit: &mut dyn FnMut(Child<'e>)) {
    let mut of = |inner: &'e Expr| visit(Child::Expr(inner));
    of(&table.subject);
    for row in &table.rows {
        match &row.head {
            Head::Compare(_, a) => of(a),
            Head::Range(a, b) => [a, b].into_iter().for_each(&mut of),
            Head::In(set) => set_child(set, &mut of),
            Head::Text(_, needles) => needles.iter().for_each(&mut of),
        }
        of(&row.points);
    }
    table.otherwise.iter().chain(&table.unknown).for_each(of);
}

fn set_child<'e>(set: &'e Set, of: &mut dyn FnMut(&'e Expr)) {
    if let Set::Attribute(list) = set {
        of(list);
    }
}

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
