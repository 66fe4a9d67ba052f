//! Changes inside conditions, values and event terms.

use super::{Change, Walk};
use qualify_diagnostics::Span;
use qualify_syntax::tree::*;

impl Walk<'_> {
    /// An expression; numbers in it are changed as `numbers`.
    pub(super) fn expr(&mut self, expr: &Expr, numbers: Change) {
        let shown = expr.span;
        match &expr.kind {
            ExprKind::Or(parts) => self.joined(parts, "or", "and"),
            ExprKind::And(parts) => self.joined(parts, "and", "or"),
            ExprKind::Not(inner) => {
                self.word(Change::Operator, Span { end: inner.span.start, ..shown }, "not", "", shown);
                self.expr(inner, numbers);
            }
            ExprKind::Compare(comparison, a, b) => {
                self.comparison(*comparison, between(a.span, b.span), shown);
                self.operand(a, numbers, shown);
                self.operand(b, numbers, shown);
            }
            ExprKind::In { value, negated, set } => {
                let set_span = match set {
                    Set::Values(_, span) => *span,
                    Set::Name(path) => path.span,
                };
                if *negated {
                    self.word(Change::Operator, between(value.span, set_span), "not ", "", shown);
                }
                if let Set::Values(values, _) = set {
                    self.one_less(values, shown);
                }
                self.expr(value, numbers);
            }
            ExprKind::Between(value, low, high) => {
                self.expr(value, numbers);
                self.operand(low, numbers, shown);
                self.operand(high, numbers, shown);
            }
            ExprKind::Text { value, needles, .. } => {
                self.expr(value, numbers);
                let spans: Vec<Span> = needles.iter().map(|needle| needle.span).collect();
                self.without_each(Change::Threshold, &spans, shown);
            }
            ExprKind::Is { value, negated, other } => {
                let place = between(value.span, other.span);
                let (old, new) = if *negated { ("is not", "is") } else { ("is", "is not") };
                self.word(Change::Operator, place, old, new, shown);
            }
            ExprKind::Known { value, known } => {
                let place = Span { start: value.span.end, ..shown };
                let (old, new) = if *known { ("known", "unknown") } else { ("unknown", "known") };
                self.word(Change::Operator, place, old, new, shown);
            }
            ExprKind::Arithmetic(operator, a, b) => {
                let (old, new) = match operator {
                    Operator::Add => ("+", "-"),
                    Operator::Subtract => ("-", "+"),
                    Operator::Multiply => ("*", "/"),
                    Operator::Divide => ("/", "*"),
                };
                self.word(Change::Operator, between(a.span, b.span), old, new, shown);
                self.operand(a, numbers, shown);
                self.operand(b, numbers, shown);
            }
            ExprKind::Literal(literal) if numbers == Change::Points => self.step(numbers, literal, 1, shown),
            ExprKind::Literal(literal) => self.literal(numbers, literal, shown),
            ExprKind::Term(term) | ExprKind::NumberOf(term) => self.term(term),
            ExprKind::No(term) => {
                self.word(Change::Operator, Span { end: term.span.start, ..shown }, "no", "", shown);
                self.term(term);
            }
            ExprKind::HowMany(quantity, parts) => {
                self.quantity(quantity);
                parts.iter().for_each(|part| self.expr(part, numbers));
            }
            ExprKind::NumberOfDifferent { qualifiers, .. } | ExprKind::Aggregate { qualifiers, .. } => {
                self.qualifiers(qualifiers);
            }
            ExprKind::DaysSinceLast(term) | ExprKind::DaysWith(term) => self.term(term),
            ExprKind::If(condition, then, otherwise) => {
                self.expr(condition, Change::Threshold);
                self.expr(then, numbers);
                self.expr(otherwise, numbers);
            }
            ExprKind::AggregateOf(_, parts) | ExprKind::Call(_, parts) => {
                parts.iter().for_each(|part| self.operand(part, numbers, shown));
            }
            ExprKind::IfKnown(first, second) => {
                self.operand(first, numbers, shown);
                self.operand(second, numbers, shown);
            }
            ExprKind::Negate(inner) => self.operand(inner, numbers, shown),
            ExprKind::Table(table) => self.table(table),
            ExprKind::Mistake
            | ExprKind::Path(_)
            | ExprKind::Always
            | ExprKind::CurrentStage
            | ExprKind::DaysSince(_)
            | ExprKind::Reserved(_) => {}
        }
    }

    /// A side of something: a constant is shown with the whole.
    pub(super) fn operand(&mut self, expr: &Expr, numbers: Change, shown: Span) {
        match &expr.kind {
            ExprKind::Literal(literal) if numbers == Change::Points => self.step(numbers, literal, 1, shown),
            ExprKind::Literal(literal) => self.literal(numbers, literal, shown),
            _ => self.expr(expr, numbers),
        }
    }

    /// `a and b and c`: each `and` becomes `or`, each part is dropped.
    fn joined(&mut self, parts: &[Expr], old: &str, new: &str) {
        for pair in parts.windows(2) {
            let phrase = Span { start: pair[0].span.end, ..pair[1].span };
            self.word(Change::Operator, between(pair[0].span, pair[1].span), old, new, phrase);
        }
        for (i, part) in parts.iter().enumerate() {
            let place = match parts.get(i + 1) {
                Some(next) => Span { end: next.span.start, ..part.span },
                None => Span { start: parts[i - 1].span.end, ..part.span },
            };
            self.add(Change::Dropped, place, if i > 0 { " " } else { "" }, place);
        }
        parts.iter().for_each(|part| self.expr(part, Change::Threshold));
    }

    /// A comparison with its edge on the other side.
    pub(super) fn comparison(&mut self, comparison: Comparison, place: Span, shown: Span) {
        let (old, new) = match comparison {
            Comparison::Equal => ("=", "!="),
            Comparison::NotEqual => ("!=", "="),
            Comparison::Less => ("<", "<="),
            Comparison::LessOrEqual => ("<=", "<"),
            Comparison::Greater => (">", ">="),
            Comparison::GreaterOrEqual => (">=", ">"),
            Comparison::AtLeast => ("at least", ">"),
            Comparison::AtMost => ("at most", "<"),
            Comparison::Over => ("over", ">="),
            Comparison::Under => ("under", "<="),
        };
        self.word(Change::Operator, place, old, new, shown);
    }

    /// The first `old` in a stretch becomes `new`. A stretch with a comment is left alone.
    fn word(&mut self, change: Change, place: Span, old: &str, new: &str, shown: Span) {
        let text = self.text(place);
        if text.contains('#') {
            return;
        }
        if let Some(at) = text.find(old) {
            let start = place.start + at as u32;
            self.add(change, Span { start, end: start + old.len() as u32, ..place }, new, shown);
        }
    }

    pub(super) fn term(&mut self, term: &Term) {
        for step in &term.steps {
            if let Some(gap) = &step.gap {
                self.length(gap, term.span);
            }
            if let Some(object) = &step.object {
                let values: Vec<Span> = object.values.iter().map(|value| value.span).collect();
                self.without_each(Change::Threshold, &values, step.span);
                let place = Span { start: step.event.span.end, ..object.span };
                self.add(Change::Dropped, place, "", step.span);
            }
            self.qualifiers(&step.qualifiers);
        }
    }

    pub(super) fn qualifiers(&mut self, qualifiers: &[Qualifier]) {
        for qualifier in qualifiers {
            let shown = qualifier.span;
            match &qualifier.kind {
                QualifierKind::Where(condition) => {
                    self.add(Change::Dropped, shown, "", shown);
                    self.expr(condition, Change::Threshold);
                }
                QualifierKind::Times { quantity, in_one } => {
                    self.quantity(quantity);
                    if let Some(InOne::Property(_) | InOne::Period(..)) = in_one {
                        let place = Span { start: quantity.span.end, ..shown };
                        self.add(Change::Dropped, place, " times", shown);
                    }
                }
                QualifierKind::DifferentDays(quantity) => self.quantity(quantity),
                QualifierKind::AfterSilence(length)
                | QualifierKind::Within(length)
                | QualifierKind::InTheNext(length)
                | QualifierKind::MoreThanAgo(length) => self.length(length, shown),
                QualifierKind::BetweenAgo(first, second) => {
                    self.length(first, shown);
                    self.length(second, shown);
                }
                QualifierKind::Since(_) | QualifierKind::Before(_) => {
                    self.add(Change::Dropped, shown, "", shown);
                }
                QualifierKind::InPeriod { last, .. } => {
                    let (old, new) = if *last { ("last", "this") } else { ("this", "last") };
                    self.word(Change::Window, shown, old, new, shown);
                }
            }
        }
    }

    fn quantity(&mut self, quantity: &Quantity) {
        match &quantity.kind {
            QuantityKind::AtLeast(n)
            | QuantityKind::AtMost(n)
            | QuantityKind::Exactly(n)
            | QuantityKind::MoreThan(n)
            | QuantityKind::FewerThan(n) => self.literal(Change::Threshold, n, quantity.span),
            QuantityKind::Between(low, high) => {
                self.literal(Change::Threshold, low, quantity.span);
                self.literal(Change::Threshold, high, quantity.span);
            }
        }
    }
}

/// What stands between two parts.
fn between(a: Span, b: Span) -> Span {
    Span { start: a.end, end: b.start.max(a.end), ..a }
}
