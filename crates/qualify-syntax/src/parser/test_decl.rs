//! Tests written in the language.

use super::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::tree::*;
use crate::words::STATEMENT;
use qualify_diagnostics::{Code, Diagnostic};

impl Parser<'_> {
    pub(super) fn test(&mut self) -> Got<StatementKind> {
        let start = self.take();
        let name = self.quoted_text("the name of the test in quotes")?;
        let open = self.open_block("`{` and the steps of the test", start, false)?;
        let mut steps = Vec::new();
        while !self.test_ends(open) {
            if self.eat_kind(Kind::Semicolon) {
                continue;
            }
            let start = self.at;
            self.forget();
            match self.step_of_test() {
                Ok(kind) => steps.push(TestStep { kind, span: self.since(start) }),
                Err(Reported) => self.skip_to_step(start),
            }
        }
        Ok(StatementKind::Test(TestDecl { name, steps }))
    }

    fn step_of_test(&mut self) -> Got<TestStepKind> {
        match self.text(self.at) {
            "as" => self.as_of(),
            "lead" => self.lead_facts(),
            "expect" => self.expect(),
            "{" => {
                let d = Diagnostic::new(Code::E0102, self.span(self.at), "expected `lead` before `{`");
                self.report(d.fix("write `lead`", self.span(self.at).before(), "lead "));
                Ok(TestStepKind::Lead(self.fields_in_braces()?))
            }
            _ if self.is_name(self.at) && !self.is_one_of(self.at, STATEMENT) => self.event_fact(),
            _ => Err(self.unexpected(
                "`lead { … }`, an event such as `visited pricing 2d ago`, or `expect`",
                &["expect", "lead", "as"],
            )),
        }
    }

    fn as_of(&mut self) -> Got<TestStepKind> {
        self.take();
        self.word("of")?;
        Ok(TestStepKind::AsOf(self.quoted_text("a moment in quotes, such as `\"2026-01-01T00:00:00Z\"`")?))
    }

    fn lead_facts(&mut self) -> Got<TestStepKind> {
        self.take();
        if !self.at_kind(Kind::OpenBrace) {
            let reported = self.unexpected("`{` and what is known of the lead", &[]);
            if !self.is_name(self.at) || self.kind(self.path_end(self.at)) != Kind::Colon {
                return Err(reported);
            }
            return Ok(TestStepKind::Lead(self.fields(self.at)?));
        }
        Ok(TestStepKind::Lead(self.fields_in_braces()?))
    }

    fn event_fact(&mut self) -> Got<TestStepKind> {
        let event = self.name("an event")?;
        let object = match self.kind(self.at) {
            Kind::Text => Some(self.value("an object")?),
            _ if self.is_object_word(self.at) => Some(self.object_word()),
            _ => None,
        };
        let fields = match self.at_kind(Kind::OpenBrace) {
            true => self.fields_in_braces()?,
            false => Vec::new(),
        };
        let when = self.moment()?;
        Ok(TestStepKind::Event { event, object, fields, when })
    }

    fn moment(&mut self) -> Got<Moment> {
        if self.eat("at") {
            return Ok(Moment::At(
                self.quoted_text("a moment in quotes, such as `\"2026-01-01T00:00:00Z\"`")?,
            ));
        }
        let start = self.at;
        if !self.begins_duration(start) {
            return Err(self.no_moment());
        }
        let duration = self.duration()?;
        self.word("ago")?;
        Ok(Moment::Ago(duration, self.since(start)))
    }

    fn expect(&mut self) -> Got<TestStepKind> {
        self.take();
        let mut conditions = vec![*self.expression()?];
        while self.eat_kind(Kind::Comma) {
            conditions.push(*self.expression()?);
        }
        let ends = matches!(self.kind(self.at), Kind::CloseBrace | Kind::Semicolon)
            || self.is_one_of(self.at, &["expect", "lead", "as"])
            || self.test_is_open();
        match ends {
            true => Ok(TestStepKind::Expect(conditions)),
            false => Err(self.after_expect()),
        }
    }

    fn fields_in_braces(&mut self) -> Got<Vec<Field>> {
        let open = self.take();
        self.not_twice(Kind::OpenBrace);
        match self.eat_kind(Kind::CloseBrace) {
            true => Ok(Vec::new()),
            false => self.fields(open),
        }
    }

    /// Fields up to the bracket that closes the one at `open`.
    fn fields(&mut self, open: usize) -> Got<Vec<Field>> {
        let mut fields = Vec::new();
        loop {
            fields.push(self.field()?);
            if self.eat_kind(Kind::CloseBrace) {
                return Ok(fields);
            }
            if !self.eat_kind(Kind::Comma) {
                self.field_goes_on(open)?;
                return Ok(fields);
            }
            if self.at_kind(Kind::CloseBrace) {
                return Err(self.comma_too_many());
            }
        }
    }

    fn field(&mut self) -> Got<Field> {
        let path = self.path("an attribute or property")?;
        self.sign(Kind::Colon, "`:` and a value")?;
        let start = self.at;
        let value = match self.kind(start) {
            Kind::OpenParen => {
                let values = self.values_in_brackets()?;
                FieldValue::List(values, self.since(start))
            }
            Kind::Number | Kind::Duration if self.begins_ago() => {
                let duration = self.duration()?;
                self.word("ago")?;
                FieldValue::Ago(duration, self.since(start))
            }
            _ => FieldValue::Literal(self.value("a value")?),
        };
        Ok(Field { path, value })
    }

    /// A duration with `ago` behind it stands here.
    fn begins_ago(&self) -> bool {
        self.begins_duration(self.at) && self.length_end(self.at).is_some_and(|end| self.is(end, "ago"))
    }
}
