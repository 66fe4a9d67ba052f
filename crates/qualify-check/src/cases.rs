//! Tests written in the language: a lead, its events, what must hold.

use crate::dates;
use crate::lower::{Lower, Scope};
use crate::paths::{Found, Meaning, joined};
use qualify_diagnostics::{Code, Span};
use qualify_model::{AttributeId, Length, Test, TestEvent, TestValue, Type, Value};
use qualify_syntax::tree::{
    Duration, Field, FieldValue, Literal, LiteralKind, Moment, Name, Quoted, TestDecl, TestStepKind,
};

impl Lower<'_> {
    /// Lowers all tests.
    pub fn lower_tests(&mut self) -> Vec<Option<Test>> {
        let outline = self.outline;
        outline.tests.iter().map(|(decl, span)| self.test(decl, *span)).collect()
    }

    fn test(&mut self, decl: &TestDecl, span: Span) -> Option<Test> {
        let mut test = Test {
            name: decl.name.text.clone(),
            as_of: None,
            attributes: vec![None; self.schema.attributes.len()],
            events: Vec::new(),
            expects: Vec::new(),
            span,
        };
        let mut as_of: Option<Span> = None;
        let mut given: Vec<Option<Span>> = vec![None; self.schema.attributes.len()];
        let mut fine = true;
        for step in &decl.steps {
            let done = match &step.kind {
                TestStepKind::AsOf(text) => {
                    if let Some(first) = as_of {
                        self.said_twice(step.span, first);
                        fine = false;
                    }
                    as_of = Some(step.span);
                    self.instant(text).map(|instant| test.as_of = Some(instant))
                }
                TestStepKind::Lead(fields) => self.lead_fields(fields, &mut test.attributes, &mut given),
                TestStepKind::Event { event, object, fields, when } => {
                    self.test_event(event, object.as_ref(), fields, when).map(|event| test.events.push(event))
                }
                TestStepKind::Expect(all) => {
                    let scope = Scope { test: true, ..Scope::default() };
                    let lowered: Vec<_> =
                        self.within(scope, |lower| all.iter().map(|e| lower.condition(e)).collect());
                    let lowered: Option<Vec<_>> = lowered.into_iter().collect();
                    lowered.map(|all| test.expects.extend(all))
                }
            };
            fine &= done.is_some();
        }
        fine.then_some(test)
    }

    fn instant(&mut self, text: &Quoted) -> Option<i64> {
        if let Some(instant) = dates::instant(&text.text) {
            return Some(instant);
        }
        let message =
            format!("`\"{}\"` is not a time; times are written like \"2026-01-31T10:00:00Z\"", text.text);
        self.fail(Code::E0310, text.span, message)
    }

    fn lead_fields(
        &mut self,
        fields: &[Field],
        attributes: &mut [Option<TestValue>],
        given: &mut [Option<Span>],
    ) -> Option<()> {
        let mut fine = Some(());
        for field in fields {
            let Some(id) = self.attribute_of(field) else {
                fine = None;
                continue;
            };
            if let Some(first) = given[id.index()].replace(field.path.span) {
                self.said_twice(field.path.span, first);
                fine = None;
            }
            let ty = self.schema.attribute(id).ty.clone();
            match self.field_value(&field.value, &ty) {
                Some(value) => attributes[id.index()] = value,
                None => fine = None,
            }
        }
        fine
    }

    fn attribute_of(&mut self, field: &Field) -> Option<AttributeId> {
        let name = joined(&field.path);
        // `stage` stands for the result elsewhere; here it can only be the attribute
        let exact = match field.path.parts.as_slice() {
            [single] => self.names.bare.get(&single.text),
            _ => self.names.attributes.get(&name),
        };
        if let Some([one]) = exact.map(Vec::as_slice) {
            return Some(*one);
        }
        if let Found::One(Meaning::Attribute(id)) = self.look_up(&field.path) {
            return Some(id);
        }
        let mut known: Vec<String> = self.names.attributes.keys().cloned().collect();
        known.extend(self.names.bare.keys().cloned());
        let message = format!("no attribute of the lead is called `{name}`");
        self.unknown(Code::E0201, &name, field.path.span, message, known.iter().map(String::as_str))
    }

    /// A value as a fact; the inner none: unknown.
    fn field_value(&mut self, value: &FieldValue, ty: &Type) -> Option<Option<TestValue>> {
        match (value, ty) {
            (FieldValue::Literal(literal), _) if is_word(literal, "unknown") || is_blank(literal) => {
                Some(None)
            }
            (FieldValue::Literal(literal), Type::List(inner)) => {
                let one = self.fact(literal, inner)?;
                Some(Some(TestValue::Value(Value::List(vec![one]))))
            }
            (FieldValue::Literal(literal), _) => {
                self.fact(literal, ty).map(|value| Some(TestValue::Value(value)))
            }
            (FieldValue::List(literals, _), Type::List(inner)) => {
                let values: Vec<Option<Value>> =
                    literals.iter().map(|literal| self.fact(literal, inner)).collect();
                let values: Option<Vec<Value>> = values.into_iter().collect();
                Some(Some(TestValue::Value(Value::List(values?))))
            }
            (FieldValue::List(_, span), _) => {
                let message =
                    format!("`{}` is a list, and {} is needed here", self.words(*span), self.describe(ty));
                self.fail(Code::E0302, *span, message)
            }
            (FieldValue::Ago(duration, span), Type::Time | Type::Date) => self.ago(duration, *span).map(Some),
            (FieldValue::Ago(_, span), _) => {
                let message =
                    format!("`{}` is a time, and {} is needed here", self.words(*span), self.describe(ty));
                self.fail(Code::E0302, *span, message)
            }
        }
    }

    /// How long ago something was. Nothing is a length here, unlike elsewhere: `0s ago` is the instant itself.
    fn ago(&mut self, duration: &Duration, span: Span) -> Option<TestValue> {
        let now = duration.count.units == 0 && !duration.business;
        let length = if now { Some(Length::Exact(0)) } else { self.duration(duration, span) };
        length.map(TestValue::Ago)
    }

    /// A constant as a fact: bare words are never names here.
    fn fact(&mut self, literal: &Literal, ty: &Type) -> Option<Value> {
        let word = match &literal.kind {
            LiteralKind::Word(_) => Some(self.word_text(literal)),
            LiteralKind::Text(text) => Some(text.clone()),
            _ => None,
        };
        match (word, ty) {
            (Some(word), Type::Stage) => Some(Value::Stage(word.trim().into())),
            (Some(word), Type::YesNo) if word == "yes" || word == "no" => Some(Value::YesNo(word == "yes")),
            (Some(word), Type::Text(_) | Type::OneOf(_) | Type::Date | Type::Time) => {
                self.constant(&Literal { kind: LiteralKind::Text(word), span: literal.span }, ty)
            }
            (Some(word), _) => {
                let message = format!("`{word}` is text, and {} is needed here", self.describe(ty));
                self.fail(Code::E0302, literal.span, message)
            }
            (None, ty) => self.constant(literal, ty),
        }
    }

    fn test_event(
        &mut self,
        event: &Name,
        object: Option<&Literal>,
        fields: &[Field],
        when: &Moment,
    ) -> Option<TestEvent> {
        let when = match when {
            Moment::Ago(duration, span) => self.ago(duration, *span),
            Moment::At(text) => self.instant(text).map(|instant| TestValue::Value(Value::Time(instant))),
        };
        let Some(kind) = self.event_named(&event.text, event.span)? else {
            let message = "a test says which event happened; `event` is any";
            return self.fail(Code::E0204, event.span, message);
        };
        let types: Vec<Type> = self.schema.event(kind).properties.iter().map(|p| p.ty.clone()).collect();
        let mut properties: Vec<Option<TestValue>> = vec![None; types.len()];
        let mut given: Vec<Option<Span>> = vec![None; types.len()];
        let mut fine = true;
        if let Some(object) = object {
            match types.first() {
                None => {
                    let message =
                        format!("`{}` has no properties, so nothing can stand behind it", event.text);
                    self.fail::<()>(Code::E0205, object.span, message);
                    fine = false;
                }
                Some(ty) => {
                    given[0] = Some(object.span);
                    properties[0] = self.fact(object, ty).map(TestValue::Value);
                    fine &= properties[0].is_some();
                }
            }
        }
        for field in fields {
            let Some(name) = field.path.parts.last() else { continue };
            let place = self.property(Some(kind), name).and_then(|property| property.places[kind.index()]);
            let Some(place) = place.map(|place| place as usize) else {
                fine = false;
                continue;
            };
            if let Some(first) = given[place].replace(field.path.span) {
                self.said_twice(field.path.span, first);
                fine = false;
            }
            match self.field_value(&field.value, &types[place]) {
                Some(value) => properties[place] = value,
                None => fine = false,
            }
        }
        fine.then_some(TestEvent { kind, when: when?, properties })
    }
}

fn is_word(literal: &Literal, word: &str) -> bool {
    matches!(&literal.kind, LiteralKind::Word(path) if path.parts.len() == 1 && path.parts[0].text == word)
}

/// Empty text is unknown, as it is in data.
fn is_blank(literal: &Literal) -> bool {
    matches!(&literal.kind, LiteralKind::Text(text) if text.trim().is_empty())
}
