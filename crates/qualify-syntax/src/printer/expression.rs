//! Expressions, with brackets where they are needed.

use super::literal::{literal, literals, path};
use super::rule::table_in_line;
use super::term::{qualifiers, quantity, term};
use crate::tree::*;

/// How tightly a printed expression binds; higher is tighter.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Level {
    Whole,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Factor,
    Primary,
}

/// The expression on its own.
pub(super) fn whole(expr: &Expr) -> String {
    at(Level::Whole, expr)
}

/// A value: what can follow `add`.
pub(super) fn sum(expr: &Expr) -> String {
    at(Level::Sum, expr)
}

/// The parts of a long condition, and the word between them.
pub(super) fn parts(expr: &Expr) -> (&'static str, Vec<String>) {
    match &expr.kind {
        ExprKind::Or(parts) => ("or", parts.iter().map(|part| at(Level::And, part)).collect()),
        ExprKind::And(parts) => ("and", parts.iter().map(|part| at(Level::Not, part)).collect()),
        _ => ("", vec![whole(expr)]),
    }
}

/// The expression where one that binds at least that tightly is needed.
fn at(needed: Level, expr: &Expr) -> String {
    let (level, text) = print(&expr.kind);
    if level < needed || takes_more(&text) { format!("({text})") } else { text }
}

/// Behind an attribute named `last` the next word would be taken for the name of an event.
pub(super) fn takes_more(text: &str) -> bool {
    text.ends_with(" since last") || text.ends_with(" before last")
}

fn print(kind: &ExprKind) -> (Level, String) {
    match kind {
        ExprKind::Or(parts) => (Level::Or, listed(Level::And, parts, " or ")),
        ExprKind::And(parts) => (Level::And, listed(Level::Not, parts, " and ")),
        ExprKind::Not(inner) => (Level::Not, format!("not {}", at(Level::Not, inner))),
        ExprKind::Arithmetic(operator, left, right) => arithmetic(*operator, left, right),
        ExprKind::Negate(inner) => (Level::Factor, negate(inner)),
        ExprKind::Literal(constant) => (literal_level(constant), literal(constant)),
        // the other branch of `if` takes all that follows, so that brackets must end it
        ExprKind::If(condition, then, other) => {
            (Level::Whole, format!("if {} then {} else {}", whole(condition), whole(then), sum(other)))
        }
        _ => match comparison(kind) {
            Some(text) => (Level::Comparison, text),
            None => (Level::Primary, primary(kind)),
        },
    }
}

fn listed(level: Level, parts: &[Expr], between: &str) -> String {
    parts.iter().map(|part| at(level, part)).collect::<Vec<_>>().join(between)
}

fn arithmetic(operator: Operator, left: &Expr, right: &Expr) -> (Level, String) {
    let (level, tighter, sign) = match operator {
        Operator::Add => (Level::Sum, Level::Product, "+"),
        Operator::Subtract => (Level::Sum, Level::Product, "-"),
        Operator::Multiply => (Level::Product, Level::Factor, "*"),
        Operator::Divide => (Level::Product, Level::Factor, "/"),
    };
    (level, format!("{} {sign} {}", at(level, left), at(tighter, right)))
}

/// `-5` is a constant, `-(5)` its negation.
fn negate(inner: &Expr) -> String {
    match &inner.kind {
        ExprKind::Literal(Literal { kind: LiteralKind::Amount(_) | LiteralKind::Percent(_), .. }) => {
            format!("-({})", whole(inner))
        }
        _ => format!("-{}", at(Level::Primary, inner)),
    }
}

fn literal_level(literal: &Literal) -> Level {
    let units = match &literal.kind {
        LiteralKind::Amount(amount) => amount.number.units,
        LiteralKind::Percent(number) => number.units,
        _ => 0,
    };
    if units < 0 { Level::Factor } else { Level::Primary }
}

/// Conditions that bind like a comparison.
fn comparison(kind: &ExprKind) -> Option<String> {
    Some(match kind {
        ExprKind::Compare(comparison, left, right) => {
            format!("{} {} {}", sum(left), sign(*comparison), sum(right))
        }
        ExprKind::In { value, negated, set: values } => {
            format!("{} {}in {}", sum(value), if *negated { "not " } else { "" }, set(values))
        }
        ExprKind::Between(value, low, high) => {
            format!("{} between {} and {}", sum(value), sum(low), sum(high))
        }
        ExprKind::Text { test, value, needles: any } => {
            format!("{} {} {}", sum(value), text_test(*test), needles(any))
        }
        ExprKind::Is { value, negated, other } => {
            format!("{} is {}{}", sum(value), if *negated { "not " } else { "" }, other_side(other))
        }
        ExprKind::Known { value, known } => {
            format!("{} is {}", sum(value), if *known { "known" } else { "unknown" })
        }
        ExprKind::Term(one) => term(one),
        ExprKind::No(one) => format!("no {}", term(one)),
        ExprKind::Always => "always".to_string(),
        ExprKind::HowMany(count, conditions) => {
            format!("{} of ({})", quantity(count), listed(Level::Whole, conditions, ", "))
        }
        _ => return None,
    })
}

/// The right side of `is`: a name that begins like `known` stands in brackets.
fn other_side(other: &Expr) -> String {
    let text = sum(other);
    let first = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
    match first {
        Some("known" | "unknown") => format!("({text})"),
        _ => text,
    }
}

fn needles(needles: &[Expr]) -> String {
    let text = listed(Level::Sum, needles, ", ");
    if needles.len() == 1 && !text.starts_with('(') { text } else { format!("({text})") }
}

pub(super) fn set(set: &Set) -> String {
    match set {
        Set::Values(values, _) => format!("({})", literals(values)),
        Set::Name(name) => path(name),
    }
}

pub(super) fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
        Comparison::AtLeast => "at least",
        Comparison::AtMost => "at most",
        Comparison::Over => "over",
        Comparison::Under => "under",
    }
}

pub(super) fn text_test(test: TextTest) -> &'static str {
    match test {
        TextTest::Contains => "contains",
        TextTest::StartsWith => "starts with",
        TextTest::EndsWith => "ends with",
        TextTest::Mentions => "mentions",
        TextTest::Matches => "matches",
    }
}

fn primary(kind: &ExprKind) -> String {
    match kind {
        ExprKind::Path(name) => path(name),
        ExprKind::CurrentStage => "current stage".to_string(),
        ExprKind::NumberOf(one) => format!("number of {}", term(one)),
        ExprKind::NumberOfDifferent { path: property, qualifiers: narrowed } => {
            format!("number of different {}{}", path(property), qualifiers(narrowed))
        }
        ExprKind::Aggregate { kind, path: property, qualifiers: narrowed } => {
            format!("{} of {}{}", aggregate(*kind), path(property), qualifiers(narrowed))
        }
        ExprKind::AggregateOf(kind, values) => {
            format!("{} of ({})", aggregate(*kind), listed(Level::Sum, values, ", "))
        }
        ExprKind::DaysSinceLast(one) => format!("days since last {}", term(one)),
        ExprKind::DaysSince(attribute) => format!("days since {}", path(attribute)),
        ExprKind::DaysWith(one) => format!("days with {}", term(one)),
        ExprKind::Call(name, arguments) => {
            format!("{}({})", function(*name), listed(Level::Sum, arguments, ", "))
        }
        ExprKind::IfKnown(value, other) => format!("({} if known else {})", whole(value), whole(other)),
        ExprKind::Table(table) => table_in_line(table),
        ExprKind::Reserved(words) => words.clone(),
        _ => "?".to_string(),
    }
}

fn aggregate(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Total => "total",
        Aggregate::Average => "average",
        Aggregate::Largest => "largest",
        Aggregate::Smallest => "smallest",
        Aggregate::First => "first",
        Aggregate::Latest => "latest",
    }
}

fn function(function: Function) -> &'static str {
    match function {
        Function::Min => "min",
        Function::Max => "max",
        Function::Clamp => "clamp",
        Function::Round => "round",
    }
}
