//! Event terms: events, their objects, and what narrows them.

use super::literal::period;
use super::{Got, Parser};
use crate::tokens::Kind;
use crate::tree::*;

const QUANTITIES: &[&str] = &["at", "exactly", "more", "fewer", "between"];

impl Parser<'_> {
    /// An event, or a sequence of events.
    pub(super) fn term(&mut self) -> Got<Term> {
        let start = self.at;
        let mut steps = vec![self.step(None)?];
        while self.eat("followed") {
            let gap = if self.eat("within") { Some(self.length()?) } else { None };
            self.word("by")?;
            steps.push(self.step(gap)?);
        }
        Ok(Term { steps, span: self.since(start) })
    }

    fn step(&mut self, gap: Option<Length>) -> Got<Step> {
        let start = self.at;
        let any = self.eat("any");
        let event = self.path("an event")?;
        let object = self.object()?;
        let qualifiers = self.qualifiers()?;
        Ok(Step { gap, any, event, object, qualifiers, span: self.since(start) })
    }

    /// The token at `i` begins the object of an event.
    pub(super) fn begins_object(&self, i: usize) -> bool {
        match self.kind(i) {
            Kind::Text | Kind::OpenParen => true,
            Kind::Word if self.text(i) == "on" => {
                matches!(self.kind(i + 1), Kind::Text | Kind::OpenParen) || self.is_object_word(i + 1)
            }
            _ => self.is_object_word(i),
        }
    }

    /// The object of an event, if one stands here.
    fn object(&mut self) -> Got<Option<Object>> {
        let start = self.at;
        if !self.begins_object(start) {
            return Ok(None);
        }
        let on = self.eat("on");
        let values = match self.kind(self.at) {
            Kind::OpenParen => self.objects_in_brackets()?,
            Kind::Text => vec![self.value("an object")?],
            _ => {
                self.object = Some(self.at);
                vec![self.object_word()]
            }
        };
        Ok(Some(Object { on, values, span: self.since(start) }))
    }

    /// A bare word as an object: one word without dots.
    pub(super) fn object_word(&mut self) -> Literal {
        let i = self.take();
        let span = self.span(i);
        let name = Name { text: self.text(i).to_string(), span };
        Literal { kind: LiteralKind::Word(Path { parts: vec![name], span }), span }
    }

    /// `(pricing, docs)`; a condition in its place lacks its `where`.
    fn objects_in_brackets(&mut self) -> Got<Vec<Literal>> {
        let open = self.at;
        if let Some(reported) = self.filter_without_where(open) {
            return Err(reported);
        }
        self.values_in_brackets()
    }

    pub(super) fn qualifiers(&mut self) -> Got<Vec<Qualifier>> {
        let mut qualifiers = Vec::new();
        while self.begins_qualifier(self.at) {
            let start = self.at;
            let kind = self.qualifier()?;
            qualifiers.push(Qualifier { kind, span: self.since(start) });
        }
        Ok(qualifiers)
    }

    /// The token at `i` begins what narrows an event, and not a comparison.
    pub(super) fn begins_qualifier(&self, i: usize) -> bool {
        if self.kind(i) != Kind::Word {
            return false;
        }
        let count_end = |i: usize| (self.kind(i) == Kind::Number || self.is_name(i)).then_some(i + 1);
        match self.text(i) {
            "where" | "after" | "within" | "since" | "before" | "on" | "exactly" | "fewer" | "more" => true,
            "WHERE" | "WITHIN" => true,
            "at" => {
                self.is_one_of(i + 1, &["least", "most"])
                    && count_end(i + 2).is_some_and(|end| self.is(end, "times"))
            }
            "between" => {
                let two = |end: &dyn Fn(usize) -> Option<usize>, last: &str| {
                    end(i + 1)
                        .filter(|&and| self.is(and, "and"))
                        .and_then(|and| end(and + 1))
                        .is_some_and(|behind| self.is(behind, last))
                };
                two(&count_end, "times") || two(&|i| self.length_end(i), "ago")
            }
            "in" => {
                (self.is(i + 1, "the") && self.is_one_of(i + 2, &["last", "next"]))
                    || (self.is_one_of(i + 1, &["this", "last"])
                        && self.kind(i + 2) == Kind::Word
                        && period(self.text(i + 2)).is_some())
            }
            _ => false,
        }
    }

    fn qualifier(&mut self) -> Got<QualifierKind> {
        if self.at("where") {
            return self.filter();
        }
        if self.at("after") {
            return self.silence();
        }
        if self.at("on") {
            return self.different_days();
        }
        let more_than_ago =
            self.at("more") && self.length_end(self.at + 2).is_some_and(|end| self.is(end, "ago"));
        let between_ago = self.at("between") && self.between_ago();
        if self.is_one_of(self.at, QUANTITIES) && !more_than_ago && !between_ago {
            return self.times();
        }
        self.window()
    }

    /// `between A and B` ends with `ago`.
    fn between_ago(&self) -> bool {
        let and = self.length_end(self.at + 1).filter(|&and| self.is(and, "and"));
        and.and_then(|and| self.length_end(and + 1)).is_some_and(|end| self.is(end, "ago"))
    }

    fn filter(&mut self) -> Got<QualifierKind> {
        self.take();
        let open = self.at;
        self.sign(Kind::OpenParen, "`(` and a condition on the event")?;
        let condition = self.expression()?;
        self.close_paren(open)?;
        Ok(QualifierKind::Where(condition))
    }

    fn silence(&mut self) -> Got<QualifierKind> {
        self.take();
        let length = self.length()?;
        self.word("of")?;
        self.word("silence")?;
        Ok(QualifierKind::AfterSilence(length))
    }

    fn times(&mut self) -> Got<QualifierKind> {
        let start = self.at;
        let quantity = self.quantity()?;
        if !self.eat("times") {
            return Err(self.no_times(start));
        }
        let in_one = match self.eat_words(&["in", "one"]) {
            true => Some(self.in_one()?),
            false => None,
        };
        Ok(QualifierKind::Times { quantity, in_one })
    }

    fn in_one(&mut self) -> Got<InOne> {
        let path = self.path("a property or a period, such as `session` or `week`")?;
        Ok(match period(&path.parts[0].text) {
            Some(unit) if path.parts.len() == 1 => InOne::Period(unit, path.span),
            _ => InOne::Property(path),
        })
    }

    fn different_days(&mut self) -> Got<QualifierKind> {
        self.take();
        if !self.is_one_of(self.at, QUANTITIES) {
            return Err(self.unexpected(
                "an object, or a count such as `at least 5 different days`",
                &["at", "exactly"],
            ));
        }
        let quantity = self.quantity()?;
        self.word("different")?;
        self.word("days")?;
        Ok(QualifierKind::DifferentDays(quantity))
    }

    /// `at least N` and its like.
    pub(super) fn quantity(&mut self) -> Got<Quantity> {
        let start = self.at;
        let kind = match self.text(start) {
            "at" => {
                self.take();
                match self.text(self.at) {
                    "most" => {
                        self.take();
                        QuantityKind::AtMost(self.count()?)
                    }
                    _ => {
                        self.word("least")?;
                        QuantityKind::AtLeast(self.count()?)
                    }
                }
            }
            "exactly" => {
                self.take();
                QuantityKind::Exactly(self.count()?)
            }
            "more" => {
                self.take();
                self.word("than")?;
                QuantityKind::MoreThan(self.count()?)
            }
            "fewer" => {
                self.take();
                self.word("than")?;
                QuantityKind::FewerThan(self.count()?)
            }
            _ => {
                self.word("between")?;
                let low = self.count()?;
                self.word("and")?;
                QuantityKind::Between(low, self.count()?)
            }
        };
        Ok(Quantity { kind, span: self.since(start) })
    }

    fn window(&mut self) -> Got<QualifierKind> {
        if self.eat("within") {
            let length = self.length()?;
            self.needless_ago();
            return Ok(QualifierKind::Within(length));
        }
        if self.eat_words(&["in", "the", "last"]) {
            return Ok(QualifierKind::Within(self.length()?));
        }
        if self.eat_words(&["in", "the", "next"]) {
            return Ok(QualifierKind::InTheNext(self.length()?));
        }
        if self.eat("in") {
            let last = self.take_value();
            let unit = self.take_value();
            // begins_qualifier looked at both words
            let unit = period(self.text(unit)).unwrap_or(Unit::Day);
            return Ok(QualifierKind::InPeriod { last: self.text(last) == "last", unit });
        }
        if self.eat("between") {
            let near = self.length()?;
            self.word("and")?;
            let far = self.length()?;
            self.word("ago")?;
            return Ok(QualifierKind::BetweenAgo(near, far));
        }
        if self.eat("more") {
            self.word("than")?;
            let length = self.length()?;
            self.word("ago")?;
            return Ok(QualifierKind::MoreThanAgo(length));
        }
        if self.eat("since") {
            return Ok(QualifierKind::Since(self.anchor()?));
        }
        self.word("before")?;
        Ok(QualifierKind::Before(self.anchor()?))
    }

    fn anchor(&mut self) -> Got<Anchor> {
        let start = self.at;
        if self.at("last") && self.is_name(start + 1) {
            self.take();
            let event = self.path("an event")?;
            let object = self.object()?;
            return Ok(Anchor::LastEvent { event, object, span: self.since(start) });
        }
        Ok(Anchor::Attribute(self.path("an attribute, or `last` and an event")?))
    }

    /// `different E.property …`: the token at `i` begins it.
    pub(super) fn begins_different(&self, i: usize) -> bool {
        self.is(i, "different") && self.is_name(i + 1)
    }

    /// What stands behind `different`.
    pub(super) fn different(&mut self) -> Got<(Path, Vec<Qualifier>)> {
        self.take();
        let path = self.path("a property of an event, such as `visited.page`")?;
        let qualifiers = self.qualifiers()?;
        Ok((path, qualifiers))
    }
}
