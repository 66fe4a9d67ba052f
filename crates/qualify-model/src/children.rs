//! What stands directly inside an expression, a table or an event term, in the order of the text. Whoever goes through
//! a model goes through this.
//!
//! Not in here: which expressions a model has.

use crate::{Anchor, Count, Expr, ExprKind, Head, Quantity, Set, Step, Table, Term, Window};

/// The expressions directly inside `expr`, also inside its event terms. A `let` has none: it is met where it is declared.
pub fn parts(expr: &Expr) -> Vec<&Expr> {
    let mut out = Vec::new();
    children(expr, &mut |part| out.push(part));
    out
}

/// The expressions in an event term: filters, counts, and what its windows hang on.
pub fn term_parts(term: &Term) -> Vec<&Expr> {
    let mut out = Vec::new();
    term_children(term, &mut |part| out.push(part));
    out
}

/// The expressions in a table: its subject, the heads of its rows, its cells.
pub fn table_parts(table: &Table) -> Vec<&Expr> {
    let mut out = Vec::new();
    table_children(table, &mut |part| out.push(part));
    out
}

/// Calls `each` with an expression and all that it is made of, the whole before its parts.
pub fn below<'e>(expr: &'e Expr, each: &mut dyn FnMut(&'e Expr)) {
    each(expr);
    children(expr, &mut |part| below(part, each));
}

/// The event term that an expression is or reads.
pub fn term_of(expr: &Expr) -> Option<&Term> {
    match &expr.kind {
        ExprKind::Happens(term)
        | ExprKind::Count(term)
        | ExprKind::CountDifferent(_, term)
        | ExprKind::Aggregate(_, _, term)
        | ExprKind::DaysSinceLast(term)
        | ExprKind::DaysWith(term) => Some(term),
        _ => None,
    }
}

/// Calls `visit` for each expression directly inside `expr`, also inside its event terms.
pub fn children<'e>(expr: &'e Expr, visit: &mut dyn FnMut(&'e Expr)) {
    each_child(expr, &mut |child| match child {
        Child::Expr(inner) => visit(inner),
        Child::Term(term) => term_children(term, visit),
        Child::Window(window) => window_children(window, visit),
    });
}

/// What stands directly inside an expression.
#[derive(Clone, Copy, Debug)]
pub enum Child<'e> {
    /// About the same event in hand.
    Expr(&'e Expr),
    /// Events on their own.
    Term(&'e Term),
    /// A window that the value beside it is looked for in.
    Window(&'e Window),
}

/// Calls `visit` for all that stands directly inside `expr`.
pub fn each_child<'e>(expr: &'e Expr, visit: &mut dyn FnMut(Child<'e>)) {
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
            quantity_children(quantity, &mut of);
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
            set_children(set, &mut of);
        }
        ExprKind::Text(_, a, needles) => {
            of(a);
            needles.iter().for_each(of);
        }
        ExprKind::Weighted(parts) => parts.iter().for_each(|(coefficient, value)| {
            of(coefficient);
            of(value);
        }),
        ExprKind::Table(table) => table_children(table, &mut of),
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

/// The expressions in a table.
pub fn table_children<'e>(table: &'e Table, visit: &mut dyn FnMut(&'e Expr)) {
    visit(&table.subject);
    for row in &table.rows {
        match &row.head {
            Head::Compare(_, a) => visit(a),
            Head::Range(a, b) => {
                visit(a);
                visit(b);
            }
            Head::In(set) => set_children(set, visit),
            Head::Text(_, needles) => needles.iter().for_each(&mut *visit),
        }
        visit(&row.points);
    }
    table.otherwise.iter().chain(&table.unknown).for_each(visit);
}

fn set_children<'e>(set: &'e Set, visit: &mut dyn FnMut(&'e Expr)) {
    if let Set::Attribute(list) = set {
        visit(list);
    }
}

fn quantity_children<'e>(quantity: &'e Quantity, visit: &mut dyn FnMut(&'e Expr)) {
    match quantity {
        Quantity::AtLeast(a)
        | Quantity::AtMost(a)
        | Quantity::Exactly(a)
        | Quantity::MoreThan(a)
        | Quantity::FewerThan(a) => visit(a),
        Quantity::Between(a, b) => {
            visit(a);
            visit(b);
        }
    }
}

/// The expressions in an event term.
pub fn term_children<'e>(term: &'e Term, visit: &mut dyn FnMut(&'e Expr)) {
    term.steps.iter().for_each(|step| step_children(step, visit));
    for count in &term.counts {
        match count {
            Count::Times(q)
            | Count::TimesPerValue(q, _)
            | Count::TimesPerPeriod(q, _)
            | Count::DifferentDays(q) => {
                quantity_children(q, visit);
            }
        }
    }
}

fn step_children<'e>(step: &'e Step, visit: &mut dyn FnMut(&'e Expr)) {
    step.filters.iter().for_each(&mut *visit);
    step.windows.iter().for_each(|window| window_children(window, visit));
}

fn window_children<'e>(window: &'e Window, visit: &mut dyn FnMut(&'e Expr)) {
    match window {
        Window::Since(anchor) | Window::Before(anchor) => match anchor {
            Anchor::Value(value) => visit(value),
            Anchor::LastEvent(step) => step_children(step, visit),
        },
        _ => {}
    }
}
