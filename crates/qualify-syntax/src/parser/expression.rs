//! Expressions, from the loosest binding to the comparisons. Values are in `primary.rs`.
//!
//! While they are built they are boxed: these functions call each other deeply, and so their frames stay small.

use super::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::tree::*;

impl Parser<'_> {
    /// An expression, or the mark of a mistake in it; then the parser stands where it can go on.
    pub(super) fn expression_or_mistake(&mut self) -> Expr {
        let start = self.at;
        match self.expression() {
            Ok(expr) => *expr,
            Err(Reported) => {
                self.skip_to_statement(start);
                Expr { kind: ExprKind::Mistake, span: self.span(start) }
            }
        }
    }

    /// An expression of that kind, from the token at `start` to the last one taken.
    pub(super) fn node(&self, kind: ExprKind, start: usize) -> Box<Expr> {
        Box::new(Expr { kind, span: self.since(start) })
    }

    pub(super) fn expression(&mut self) -> Got<Box<Expr>> {
        self.enter()?;
        let all = self.joined("or", Self::conjunction, ExprKind::Or);
        self.leave();
        all
    }

    fn conjunction(&mut self) -> Got<Box<Expr>> {
        self.joined("and", Self::negation, ExprKind::And)
    }

    /// One or several parts with a word between them.
    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Got<Box<Expr>>,
        join: fn(Vec<Expr>) -> ExprKind,
    ) -> Got<Box<Expr>> {
        let start = self.at;
        let first = part(self)?;
        if !self.at(word) {
            return Ok(first);
        }
        let mut parts = vec![*first];
        while self.eat(word) {
            parts.push(*part(self)?);
        }
        Ok(self.node(join(parts), start))
    }

    fn negation(&mut self) -> Got<Box<Expr>> {
        if !self.at("not") {
            return self.comparison();
        }
        let start = self.take();
        self.enter()?;
        let inner = self.negation();
        self.leave();
        Ok(self.node(ExprKind::Not(inner?), start))
    }

    fn comparison(&mut self) -> Got<Box<Expr>> {
        let start = self.at;
        if self.at("no") || self.at("always") || self.begins_narrowed_term() {
            return self.event_condition();
        }
        if self.is_one_of(start, &["at", "exactly", "more", "fewer", "between"]) {
            return self.how_many();
        }
        let value = self.sum()?;
        match self.begins_operator() {
            true => self.relation(value, start),
            false => {
                self.compared = false;
                Ok(value)
            }
        }
    }

    /// A condition on events: `no opened within 60d`, `visited pricing`, `always`.
    fn event_condition(&mut self) -> Got<Box<Expr>> {
        let start = self.at;
        if self.eat("always") {
            return Ok(self.node(ExprKind::Always, start));
        }
        if self.eat("no") {
            let term = self.term()?;
            return Ok(self.node(ExprKind::No(term), start));
        }
        let term = self.term()?;
        match self.begins_operator() {
            true => Err(self.event_as_number(&term)),
            false => Ok(self.node(ExprKind::Term(term), start)),
        }
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
    fn how_many(&mut self) -> Got<Box<Expr>> {
        let start = self.at;
        let quantity = self.quantity()?;
        self.word("of")?;
        let open = self.at;
        self.sign(Kind::OpenParen, "`(` and the conditions to count")?;
        let conditions = self.listed(Self::expression)?;
        self.close_paren(open)?;
        Ok(self.node(ExprKind::HowMany(quantity, conditions), start))
    }

    /// Parts with commas between them, up to a closing bracket.
    pub(super) fn listed(&mut self, part: fn(&mut Self) -> Got<Box<Expr>>) -> Got<Vec<Expr>> {
        let mut parts = vec![*part(self)?];
        while self.eat_kind(Kind::Comma) {
            if self.at_kind(Kind::CloseParen) {
                return Err(self.comma_too_many());
            }
            parts.push(*part(self)?);
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
    fn relation(&mut self, left: Box<Expr>, start: usize) -> Got<Box<Expr>> {
        self.compared = true;
        let kind = match self.text(self.at) {
            _ if self.compare(self.at).is_some() || self.at("at") => {
                let comparison = self.comparison_sign()?;
                ExprKind::Compare(comparison, left, self.sum()?)
            }
            "between" => {
                self.take();
                let low = self.sum()?;
                self.word("and")?;
                ExprKind::Between(left, low, self.sum()?)
            }
            "is" => {
                self.take();
                self.is_relation(left)?
            }
            "in" => {
                self.take();
                ExprKind::In { value: left, negated: false, set: self.set()? }
            }
            "not" if self.is(self.at + 1, "in") => {
                self.take();
                self.take();
                ExprKind::In { value: left, negated: true, set: self.set()? }
            }
            "not" if self.kind(self.at + 1) == Kind::Word => {
                let value = left.span;
                if let Some(reported) = self.negated_test(value) {
                    return Err(reported);
                }
                self.compared = false;
                return Ok(left);
            }
            _ => match self.text_test()? {
                Some(test) => ExprKind::Text { test, value: left, needles: self.needles()? },
                None => {
                    self.compared = false;
                    return Ok(left);
                }
            },
        };
        Ok(self.node(kind, start))
    }

    /// Takes `>=`, `at least` and their like.
    fn comparison_sign(&mut self) -> Got<Comparison> {
        let sign = self.compare(self.at);
        self.take();
        if let Some(sign) = sign {
            return Ok(sign);
        }
        if self.eat("most") {
            return Ok(Comparison::AtMost);
        }
        self.word("least")?;
        Ok(Comparison::AtLeast)
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
        Ok(ExprKind::Is { value, negated, other: self.sum()? })
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
            return Ok(vec![*self.sum()?]);
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
            if let Some(d) = self.length_behind_in() {
                return Err(self.fail(d));
            }
            return Err(self.unexpected("values in brackets, or the name of a list", &[]));
        }
        Ok(Set::Name(self.path("a list")?))
    }

    pub(super) fn sum(&mut self) -> Got<Box<Expr>> {
        let start = self.at;
        let mut left = self.product()?;
        loop {
            let operator = match self.kind(self.at) {
                Kind::Plus => Operator::Add,
                Kind::Minus => Operator::Subtract,
                _ => return Ok(left),
            };
            self.count_operator()?;
            let right = self.product()?;
            left = self.node(ExprKind::Arithmetic(operator, left, right), start);
        }
    }

    fn product(&mut self) -> Got<Box<Expr>> {
        let start = self.at;
        let mut left = self.factor()?;
        loop {
            let operator = match self.kind(self.at) {
                Kind::Star => Operator::Multiply,
                Kind::Slash => Operator::Divide,
                _ => return Ok(left),
            };
            self.count_operator()?;
            let right = self.factor()?;
            left = self.node(ExprKind::Arithmetic(operator, left, right), start);
        }
    }

    /// Takes `+`, `-`, `*` or `/`, of which an expression may have so many.
    fn count_operator(&mut self) -> Got<()> {
        let sign = self.take();
        self.operators += 1;
        match self.operators > super::MOST_OPERATORS {
            true => Err(self.too_many_operators(self.span(sign))),
            false => Ok(()),
        }
    }

    fn factor(&mut self) -> Got<Box<Expr>> {
        let start = self.at;
        if !self.eat_kind(Kind::Minus) {
            return self.primary();
        }
        let figure = matches!(self.kind(self.at), Kind::Number | Kind::Percent);
        let inner = self.primary()?;
        Ok(self.negated(inner, figure, start))
    }

    /// `-5` is a constant; `-7 days` is a sign and a length.
    fn negated(&self, mut inner: Box<Expr>, figure: bool, start: usize) -> Box<Expr> {
        if let ExprKind::Literal(literal) = &mut inner.kind {
            let number = match &mut literal.kind {
                LiteralKind::Amount(amount) => Some(&mut amount.number),
                LiteralKind::Percent(number) => Some(number),
                _ => None,
            };
            if let Some(number) = number.filter(|_| figure) {
                number.units = -number.units;
                literal.span = self.since(start);
                inner.span = literal.span;
                return inner;
            }
        }
        self.node(ExprKind::Negate(inner), start)
    }
}
