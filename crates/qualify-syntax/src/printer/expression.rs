//! Expressions, with brackets where they are needed.

use super::literal::{literal, path};
use super::term::quantity;
use crate::layout::{Break, Pieces};
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

impl Pieces {
    /// The expression on its own.
    pub(super) fn whole(&mut self, expr: &Expr) {
        self.at(Level::Whole, expr);
    }

    /// A value: what can follow `add`.
    pub(super) fn sum(&mut self, expr: &Expr) {
        self.at(Level::Sum, expr);
    }

    /// The expression where one that binds at least that tightly is needed.
    fn at(&mut self, needed: Level, expr: &Expr) {
        let mark = self.mark();
        let level = self.expression(&expr.kind);
        if level < needed || self.takes_more() {
            self.bracket(mark);
        }
    }

    /// Behind an attribute named `last` the next word would be taken for the name of an event.
    pub(super) fn takes_more(&self) -> bool {
        let mut last = self.last();
        last.next() == Some("last") && matches!(last.next(), Some("since" | "before"))
    }

    fn expression(&mut self, kind: &ExprKind) -> Level {
        match kind {
            ExprKind::Or(parts) => self.joined(Level::Or, Level::And, parts, "or "),
            ExprKind::And(parts) => self.joined(Level::And, Level::Not, parts, "and "),
            ExprKind::Not(inner) => {
                self.text("not ");
                self.at(Level::Not, inner);
                Level::Not
            }
            ExprKind::Arithmetic(operator, left, right) => self.arithmetic(*operator, left, right),
            ExprKind::Negate(inner) => self.negate(inner),
            ExprKind::Literal(constant) => {
                self.text(&literal(constant));
                literal_level(constant)
            }
            // the other branch of `if` takes all that follows, so that brackets must end it
            ExprKind::If(condition, then, other) => {
                self.conditional(condition, then, other);
                Level::Whole
            }
            _ if self.comparison(kind) => Level::Comparison,
            _ => {
                self.primary(kind);
                Level::Primary
            }
        }
    }

    /// Parts with a word between them; on one line, or each on its own.
    fn joined(&mut self, level: Level, each: Level, parts: &[Expr], word: &str) -> Level {
        self.group(|p| {
            for (i, part) in parts.iter().enumerate() {
                if i > 0 {
                    p.may_break(Break::WithGroup);
                    p.text(word);
                }
                p.at(each, part);
            }
        });
        level
    }

    fn arithmetic(&mut self, operator: Operator, left: &Expr, right: &Expr) -> Level {
        let (level, tighter, sign) = match operator {
            Operator::Add => (Level::Sum, Level::Product, "+ "),
            Operator::Subtract => (Level::Sum, Level::Product, "- "),
            Operator::Multiply => (Level::Product, Level::Factor, "* "),
            Operator::Divide => (Level::Product, Level::Factor, "/ "),
        };
        self.operand(level, left);
        self.may_break(if level == Level::Sum { Break::WhenFull } else { Break::Never });
        self.text(sign);
        self.operand(tighter, right);
        level
    }

    /// The operand of a sign. What is said in words stands in brackets, needed or not: in `total of event.value within
    /// 365d / 1000` only who knows the grammar sees how far the words reach.
    fn operand(&mut self, needed: Level, expr: &Expr) {
        let mark = self.mark();
        self.at(needed, expr);
        if in_words(&expr.kind) && !self.first_from(mark).starts_with('(') {
            self.bracket(mark);
        }
    }

    /// `-5` is a constant, `-(5)` its negation.
    fn negate(&mut self, inner: &Expr) -> Level {
        self.text("-");
        match &inner.kind {
            ExprKind::Literal(Literal { kind: LiteralKind::Amount(_) | LiteralKind::Percent(_), .. }) => {
                self.text("(");
                self.whole(inner);
                self.text(")");
            }
            _ => self.operand(Level::Primary, inner),
        }
        Level::Factor
    }

    fn conditional(&mut self, condition: &Expr, then: &Expr, other: &Expr) {
        self.group(|p| {
            p.text("if ");
            p.deeper(1, |p| p.whole(condition));
            p.may_break(Break::WithGroup);
            p.text("then ");
            p.deeper(1, |p| p.whole(then));
            p.may_break(Break::WithGroup);
            p.text("else ");
            p.deeper(1, |p| p.sum(other));
        });
    }

    /// A condition that binds like a comparison; false if it is none.
    fn comparison(&mut self, kind: &ExprKind) -> bool {
        match kind {
            ExprKind::Compare(comparison, left, right) => {
                self.sum(left);
                self.text(&format!(" {} ", sign(*comparison)));
                self.sum(right);
            }
            ExprKind::In { value, negated, set } => {
                self.sum(value);
                self.text(if *negated { " not in " } else { " in " });
                self.set(set);
            }
            ExprKind::Between(value, low, high) => {
                self.sum(value);
                self.text(" between ");
                self.sum(low);
                self.text(" and ");
                self.sum(high);
            }
            ExprKind::Text { test, value, needles } => {
                self.sum(value);
                self.text(&format!(" {} ", text_test(*test)));
                self.needles(needles);
            }
            ExprKind::Is { value, negated, other } => {
                self.sum(value);
                self.text(if *negated { " is not " } else { " is " });
                self.other_side(other);
            }
            ExprKind::Known { value, known } => {
                self.sum(value);
                self.text(if *known { " is known" } else { " is unknown" });
            }
            ExprKind::Term(one) => self.term(one),
            ExprKind::No(one) => {
                self.text("no ");
                self.term(one);
            }
            ExprKind::Always => self.text("always"),
            ExprKind::HowMany(count, conditions) => {
                self.text(&format!("{} of ", quantity(count)));
                self.in_brackets(Level::Whole, conditions);
            }
            _ => return false,
        }
        true
    }

    fn in_brackets(&mut self, level: Level, parts: &[Expr]) {
        self.text("(");
        self.aligned(|p| p.listed(parts, |p, part| p.group(|p| p.at(level, part))));
        self.text(")");
    }

    /// The right side of `is`: a name that begins like `known` stands in brackets.
    fn other_side(&mut self, other: &Expr) {
        let mark = self.mark();
        self.sum(other);
        let first = self.first_from(mark).split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
        if matches!(first, Some("known" | "unknown")) {
            self.bracket(mark);
        }
    }

    fn needles(&mut self, needles: &[Expr]) {
        let [needle] = needles else { return self.in_brackets(Level::Sum, needles) };
        let mark = self.mark();
        self.sum(needle);
        if self.first_from(mark).starts_with('(') {
            self.bracket(mark);
        }
    }

    pub(super) fn set(&mut self, set: &Set) {
        match set {
            Set::Values(values, _) => self.literals_in_brackets(values),
            Set::Name(name) => self.text(&path(name)),
        }
    }

    pub(super) fn literals(&mut self, values: &[Literal]) {
        self.listed(values, |p, value| p.text(&literal(value)));
    }

    pub(super) fn literals_in_brackets(&mut self, values: &[Literal]) {
        self.text("(");
        self.aligned(|p| p.literals(values));
        self.text(")");
    }

    fn primary(&mut self, kind: &ExprKind) {
        match kind {
            ExprKind::Path(name) => self.text(&path(name)),
            ExprKind::CurrentStage => self.text("current stage"),
            ExprKind::NumberOf(one) => {
                self.text("number of ");
                self.term(one);
            }
            ExprKind::NumberOfDifferent { path: property, qualifiers } => {
                self.text(&format!("number of different {}", path(property)));
                self.qualifiers(qualifiers);
            }
            ExprKind::Aggregate { kind, path: property, qualifiers } => {
                self.text(&format!("{} of {}", aggregate(*kind), path(property)));
                self.qualifiers(qualifiers);
            }
            ExprKind::AggregateOf(kind, values) => {
                self.text(&format!("{} of ", aggregate(*kind)));
                self.in_brackets(Level::Sum, values);
            }
            ExprKind::DaysSinceLast(one) => {
                self.text("days since last ");
                self.term(one);
            }
            ExprKind::DaysSince(attribute) => self.text(&format!("days since {}", path(attribute))),
            ExprKind::DaysWith(one) => {
                self.text("days with ");
                self.term(one);
            }
            ExprKind::Call(name, arguments) => {
                self.text(function(*name));
                self.in_brackets(Level::Sum, arguments);
            }
            ExprKind::IfKnown(value, other) => {
                self.text("(");
                self.aligned(|p| {
                    p.whole(value);
                    p.may_break(Break::WhenFull);
                    p.text("if known else ");
                    p.whole(other);
                });
                self.text(")");
            }
            ExprKind::Table(table) => self.table_in_line(table),
            ExprKind::Reserved(words) => self.text(words),
            _ => self.text("?"),
        }
    }
}

/// A number that is said in words, of which the last may be a window.
fn in_words(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::NumberOf(_)
            | ExprKind::NumberOfDifferent { .. }
            | ExprKind::Aggregate { .. }
            | ExprKind::DaysSinceLast(_)
            | ExprKind::DaysSince(_)
            | ExprKind::DaysWith(_)
    )
}

fn literal_level(literal: &Literal) -> Level {
    let units = match &literal.kind {
        LiteralKind::Amount(amount) => amount.number.units,
        LiteralKind::Percent(number) => number.units,
        _ => 0,
    };
    if units < 0 { Level::Factor } else { Level::Primary }
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
