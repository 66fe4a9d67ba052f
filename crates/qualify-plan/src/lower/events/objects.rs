//! Tests on the object of an event, its first property, decided as far as the schema decides them.

use crate::PlanObject;
use qualify_model::{ObjectTest, Schema, Step, Type, Value, VocabularyId, text};

/// For each type of event whether events of it may be of a step, and the tests on their object.
pub(super) struct Objects {
    /// None: the object does not matter.
    tests: Option<Vec<Vec<PlanObject>>>,
    kind: Option<u32>,
    kinds: usize,
}

impl Objects {
    pub(super) fn of(schema: &Schema, step: &Step) -> Objects {
        let kind = step.kind.map(|kind| kind.0);
        let is_of_kind = |number: usize| kind.is_none_or(|kind| kind as usize == number);
        let tests = step.object.as_ref().map(|tests| {
            let of_type = |(number, event): (usize, &qualify_model::EventType)| {
                let object = event.properties.first().filter(|_| is_of_kind(number));
                object.map_or(Vec::new(), |object| lowered(schema, &object.ty, tests))
            };
            schema.events.iter().enumerate().map(of_type).collect()
        });
        Objects { tests, kind, kinds: schema.events.len() }
    }

    /// The types whose events may be of the step.
    pub(super) fn possible(&self) -> impl Iterator<Item = u32> + '_ {
        let fits = |kind: &u32| self.tests.as_ref().is_none_or(|tests| !tests[*kind as usize].is_empty());
        let of_kind = |kind: &u32| self.kind.is_none_or(|wanted| wanted == *kind);
        (0..self.kinds as u32).filter(of_kind).filter(fits)
    }

    /// The types whose objects are looked at.
    pub(super) fn tested(&self) -> impl Iterator<Item = u32> + '_ {
        self.possible().filter(|_| self.tests.is_some())
    }

    /// As matchers hold them.
    pub(super) fn tests(self) -> Option<Vec<Vec<PlanObject>>> {
        self.tests
    }
}

fn lowered(schema: &Schema, ty: &Type, tests: &[ObjectTest]) -> Vec<PlanObject> {
    let mut all = Vec::new();
    tests.iter().for_each(|test| add(schema, ty, test, &mut all));
    all
}

fn add(schema: &Schema, ty: &Type, test: &ObjectTest, all: &mut Vec<PlanObject>) {
    if let Type::List(element) = ty {
        return add(schema, element, test, all);
    }
    match (test, ty) {
        (ObjectTest::Is(value), _) => all.extend(is(schema, ty, value)),
        (ObjectTest::Glob(pattern), Type::Text(_) | Type::Stage) => {
            all.push(PlanObject::Glob(pattern.clone()));
        }
        (ObjectTest::Named(name), Type::Text(_) | Type::Stage) => {
            all.push(PlanObject::Text(text::fold(name)));
        }
        (ObjectTest::Glob(pattern), Type::OneOf(id)) => {
            all.extend(words(schema, *id, |word| text::matches(word, pattern)));
        }
        (ObjectTest::Named(name), Type::OneOf(id)) => {
            all.extend(words(schema, *id, |word| text::equal(word, name)));
        }
        _ => {}
    }
}

fn is(schema: &Schema, ty: &Type, value: &Value) -> Option<PlanObject> {
    Some(match value {
        Value::YesNo(yes) => PlanObject::Number(*yes as i64),
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => PlanObject::Number(*units),
        Value::Date(day) => PlanObject::Number(*day as i64),
        Value::Word(word) => PlanObject::Number(*word as i64),
        Value::Text(name) | Value::Stage(name) => match ty {
            Type::OneOf(id) => words(schema, *id, |word| text::equal(word, name)).next()?,
            _ => PlanObject::Text(text::fold(name)),
        },
        Value::List(_) => return None,
    })
}

fn words(
    schema: &Schema,
    id: VocabularyId,
    holds: impl Fn(&str) -> bool,
) -> impl Iterator<Item = PlanObject> {
    let words = schema.vocabulary(id).words.iter().enumerate();
    let numbers = words.filter(|(_, word)| holds(&word.name)).map(|(number, _)| number as i64);
    numbers.collect::<Vec<_>>().into_iter().map(PlanObject::Number)
}
