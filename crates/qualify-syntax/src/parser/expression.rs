//! Expressions, from the loosest binding to the comparisons. Values are in `primary.rs`.

use super::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::tree::*;
use qualify_diagnostics::Span;

impl Parser<'_> {
    /// An expression, or the mark of a mistake in it; then the parser stands where it can go on.
    pub(super) fn expression_or_mistake(&mut self) -> Expr {
        let start = self.at;
        self.expression().unwrap_or_else(|Reported| {
            self.skip_to_statement(start);
            Expr { kind: ExprKind::Mistake, span: self.span(start) }
        })
    }

    pub(super) fn expression(&mut self) -> Got<Expr> {
        self.enter()?;
        let all = self.joined("or", Self::conjunction, ExprKind::Or);
        self.leave();
        all
    }

    fn conjunction(&mut self) -> Got<Expr> {
        self.joined("and", Self::negation, ExprKind::And)
    }

    /// One or several parts with a word between them.
    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Got<Expr>,
        join: fn(Vec<Expr>) -> ExprKind,
    ) -> Got<Expr> {
        let start = self.at;
        let first = part(self)?;
        if !self.at(word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat(word) {
            parts.push(part(self)?);
        }
        Ok(Expr { kind: join(parts), span: self.since(start) })
    }

    fn negation(&mut self) -> Got<Expr> {
        if !self.at("not") {
            return self.comparison();
        }
        let start = self.take();
        self.enter()?;
        let inner = self.negation();
        self.leave();
        Ok(Expr { kind: ExprKind::Not(Box::new(inner?)), span: self.since(start) })
    }

    fn comparison(&mut self) -> Got<Expr> {
        let start = self.at;
        if self.eat("no") {
            let term = self.term()?;
            return Ok(Expr { kind: ExprKind::No(term), span: self.since(start) });
        }
        if self.eat("always") {
            return Ok(Expr { kind: ExprKind::Always, span: self.span(start) });
        }
        if self.is_one_of(start, &["at", "exactly", "more", "fewer", "between"]) {
            return self.how_many();
        }
        if self.begins_narrowed_term() {
            let term = self.term()?;
            if self.begins_operator() {
                return Err(self.event_as_number(&term));
            }
            return Ok(Expr { kind: ExprKind::Term(term), span: self.since(start) });
        }
        let value = self.sum()?;
        self.relation(value, start)
    }

    /// A name stands here, and behind it something that makes it an event.
    fn begins_narrowed_term(&self) -> bool {
        if self.at("any") {
            return true;
        }
        if !self.is_name(self.at) || self.begins_phrase(self.at) {
            return false;
        }
        let behind = self.path_end(self.at);
        self.begins_object(behind) || self.begins_qualifier(behind) || self.is(behind, "followed")
    }

    /// What stands here compares or computes.
    fn begins_operator(&self) -> bool {
        let word = match self.text(self.at) {
            "starts" | "ends" => self.is(self.at + 1, "with"),
            "at" | "between" | "in" | "is" | "not" | "contains" | "mentions" | "matches" => true,
            _ => false,
        };
        let sign = matches!(self.kind(self.at), Kind::Plus | Kind::Minus | Kind::Star | Kind::Slash);
        sign || (word && self.at_kind(Kind::Word)) || self.compare(self.at).is_some()
    }

    /// `at least N of (a, b, c)`.
    fn how_many(&mut self) -> Got<Expr> {
        let start = self.at;
        let quantity = self.quantity()?;
        self.word("of")?;
        let open = self.at;
        self.sign(Kind::OpenParen, "`(` and the conditions to count")?;
        let conditions = self.listed(Self::expression)?;
        self.close_paren(open)?;
        Ok(Expr { kind: ExprKind::HowMany(quantity, conditions), span: self.since(start) })
    }

    /// Parts with commas between them, up to a closing bracket.
    pub(super) fn listed(&mut self, part: fn(&mut Self) -> Got<Expr>) -> Got<Vec<Expr>> {
        let mut parts = vec![part(self)?];
        while self.eat_kind(Kind::Comma) {
            if self.at_kind(Kind::CloseParen) {
                return Err(self.comma_too_many());
            }
            parts.push(part(self)?);
        }
        Ok(parts)
    }

    /// The comparison sign at `i`.
    pub(super) fn compare(&self, i: usize) -> Option<Comparison> {
        Some(match self.kind(i) {
            Kind::Equal => Comparison::Equal,
            Kind::NotEqual => Comparison::NotEqual,
            Kind::Less => Comparison::Less,
            Kind::LessOrEqual => Comparison::LessOrEqual,
            Kind::Greater => Comparison::Greater,
            Kind::GreaterOrEqual => Comparison::GreaterOrEqual,
            _ => return None,
        })
    }

    /// What a value is compared with, if anything.
    fn relation(&mut self, value: Expr, start: usize) -> Got<Expr> {
        let left = Box::new(value);
        self.compared = true;
        let kind = if let Some(comparison) = self.compare(self.at) {
            self.take();
            ExprKind::Compare(comparison, left, Box::new(self.sum()?))
        } else if self.at("at") {
            self.take();
            let comparison = match self.at("most") {
                true => Comparison::AtMost,
                false => Comparison::AtLeast,
            };
            match comparison {
                Comparison::AtMost => self.word("most")?,
                _ => self.word("least")?,
            }
            ExprKind::Compare(comparison, left, Box::new(self.sum()?))
        } else if self.at("in") || (self.at("not") && self.is(self.at + 1, "in")) {
            let negated = self.eat("not");
            self.take();
            ExprKind::In { value: left, negated, set: self.set()? }
        } else if self.at("between") {
            self.take();
            let low = self.sum()?;
            self.word("and")?;
            ExprKind::Between(left, Box::new(low), Box::new(self.sum()?))
        } else if let Some(test) = self.text_test()? {
            ExprKind::Text { test, value: left, needles: self.needles()? }
        } else if self.eat("is") {
            self.is_relation(left)?
        } else {
            self.compared = false;
            return Ok(*left);
        };
        Ok(Expr { kind, span: self.since(start) })
    }

    /// What stands behind `is`.
    fn is_relation(&mut self, value: Box<Expr>) -> Got<ExprKind> {
        if self.eat("known") {
            return Ok(ExprKind::Known { value, known: true });
        }
        if self.eat("unknown") {
            return Ok(ExprKind::Known { value, known: false });
        }
        let negated = self.eat("not");
        if let Some(reported) = self.wrong_after_is(negated) {
            return Err(reported);
        }
        Ok(ExprKind::Is { value, negated, other: Box::new(self.sum()?) })
    }

    /// `contains`, `starts with` and so on, taken if one stands here.
    pub(super) fn text_test(&mut self) -> Got<Option<TextTest>> {
        if !self.at_kind(Kind::Word) {
            return Ok(None);
        }
        let test = match self.text(self.at) {
            "contains" => TextTest::Contains,
            "mentions" => TextTest::Mentions,
            "matches" => TextTest::Matches,
            "starts" => TextTest::StartsWith,
            "ends" => TextTest::EndsWith,
            _ => return Ok(None),
        };
        self.take();
        if matches!(test, TextTest::StartsWith | TextTest::EndsWith) {
            self.word("with")?;
        }
        Ok(Some(test))
    }

    fn needles(&mut self) -> Got<Vec<Expr>> {
        let open = self.at;
        if !self.eat_kind(Kind::OpenParen) {
            return Ok(vec![self.sum()?]);
        }
        let needles = self.listed(Self::sum)?;
        self.close_paren(open)?;
        Ok(needles)
    }

    /// The right side of `in`.
    pub(super) fn set(&mut self) -> Got<Set> {
        let start = self.at;
        if self.at_kind(Kind::OpenParen) {
            let values = self.values_in_brackets()?;
            return Ok(Set::Values(values, self.since(start)));
        }
        if !self.is_name(start) {
            return Err(self.unexpected("values in brackets, or the name of a list", &[]));
        }
        Ok(Set::Name(self.path("a list")?))
    }

    pub(super) fn sum(&mut self) -> Got<Expr> {
        let start = self.at;
        let mut left = self.product()?;
        loop {
            let operator = match self.kind(self.at) {
                Kind::Plus => Operator::Add,
                Kind::Minus => Operator::Subtract,
                _ => return Ok(left),
            };
            let sign = self.take();
            self.count_operator(self.span(sign))?;
            let right = self.product()?;
            left = self.computed(operator, left, right, start);
        }
    }

    fn product(&mut self) -> Got<Expr> {
        let start = self.at;
        let mut left = self.factor()?;
        loop {
            let operator = match self.kind(self.at) {
                Kind::Star => Operator::Multiply,
                Kind::Slash => Operator::Divide,
                _ => return Ok(left),
            };
            let sign = self.take();
            self.count_operator(self.span(sign))?;
            let right = self.factor()?;
            left = self.computed(operator, left, right, start);
        }
    }

    fn computed(&self, operator: Operator, left: Expr, right: Expr, start: usize) -> Expr {
        Expr {
            kind: ExprKind::Arithmetic(operator, Box::new(left), Box::new(right)),
            span: self.since(start),
        }
    }

    fn count_operator(&mut self, sign: Span) -> Got<()> {
        self.operators += 1;
        match self.operators > super::MOST_OPERATORS {
            true => Err(self.too_many_operators(sign)),
            false => Ok(()),
        }
    }

    fn factor(&mut self) -> Got<Expr> {
        let start = self.at;
        if !self.eat_kind(Kind::Minus) {
            return self.primary();
        }
        let figure = matches!(self.kind(self.at), Kind::Number | Kind::Percent);
        let inner = self.primary()?;
        let kind = match inner.kind {
            ExprKind::Literal(literal) if figure => negated(literal, self.since(start)),
            kind => ExprKind::Negate(Box::new(Expr { kind, span: inner.span })),
        };
        Ok(Expr { kind, span: self.since(start) })
    }
}

/// `-5` is a constant; `-7 days` is a sign and a length.
fn negated(literal: Literal, span: Span) -> ExprKind {
    let minus = |number: Decimal| Decimal { units: -number.units, ..number };
    let kind = match literal.kind {
        LiteralKind::Amount(amount) => LiteralKind::Amount(Amount { number: minus(amount.number), ..amount }),
        LiteralKind::Percent(number) => LiteralKind::Percent(minus(number)),
        kind => {
            let inner =
                Expr { kind: ExprKind::Literal(Literal { kind, span: literal.span }), span: literal.span };
            return ExprKind::Negate(Box::new(inner));
        }
    };
    ExprKind::Literal(Literal { kind, span })
}
