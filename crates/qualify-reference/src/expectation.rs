//! Tests written in the language: a lead made of what they state, and whether what they expect came out.

use crate::Interpreter;
use crate::evaluation::Evaluation;
use qualify_model::{
    Attribute, Event, Expr, Lead, Model, Outcome, Test, TestValue, Truth, Type, Value, text,
};

/// What came of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestRun {
    /// The instant it ran at.
    pub as_of: i64,
    /// The lead that the test states.
    pub lead: Lead,
    /// Its outcome.
    pub outcome: Outcome,
    /// One for each of [`Test::expects`]; only true passes.
    pub expects: Vec<Truth>,
}

impl TestRun {
    /// Whether every expectation came true.
    pub fn passed(&self) -> bool {
        self.expects.iter().all(|truth| truth.is_true())
    }
}

/// A lead whose outcome is known: what stands in an expectation can be asked for its value.
pub struct Hindsight<'a> {
    evaluation: Evaluation<'a>,
}

impl Hindsight<'_> {
    /// Whether an expectation, or a part of it, came true.
    pub fn truth(&self, condition: &Expr) -> Truth {
        self.evaluation.truth(condition, self.evaluation.everything())
    }

    /// The value of an operand; none if it is unknown. Of an event term in a condition: whether it happened.
    pub fn value(&self, operand: &Expr) -> Option<Value> {
        self.evaluation.value(operand, self.evaluation.everything())
    }
}

/// Runs a test of a model, at its own instant or else at `default_as_of` (microseconds since 1970).
pub fn run_test(model: &Model, test: &Test, default_as_of: i64) -> TestRun {
    let as_of = test.as_of.unwrap_or(default_as_of);
    let interpreter = Interpreter::new(model, as_of);
    let lead = interpreter.lead_of(test);
    let outcome = interpreter.score(&lead);
    let expects = test.expects.iter().map(|expect| interpreter.comes_true(&lead, &outcome, expect)).collect();
    TestRun { as_of, lead, outcome, expects }
}

impl Interpreter<'_> {
    /// Whether an expectation comes true of a lead: names of scores, grades, stages, segments and routes stand
    /// for what came out, so that a disqualified lead has no stage and an excluded one no score.
    pub fn expectation(&self, lead: &Lead, expect: &Expr) -> Truth {
        self.comes_true(lead, &self.score(lead), expect)
    }

    fn comes_true(&self, lead: &Lead, outcome: &Outcome, expect: &Expr) -> Truth {
        self.hindsight(lead, outcome).truth(expect)
    }

    /// The lead with its outcome, as expectations see it.
    pub fn hindsight<'a>(&'a self, lead: &'a Lead, outcome: &'a Outcome) -> Hindsight<'a> {
        Hindsight { evaluation: Evaluation { concluded: Some(outcome), ..Evaluation::new(self, lead) } }
    }

    /// The lead that a test states.
    pub fn lead_of(&self, test: &Test) -> Lead {
        let attributes = self.model.schema.attributes.iter();
        let stated = test.attributes.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        let attributes = attributes.zip(stated).map(|(attribute, value)| self.fact_of(value?, attribute));
        let events = test.events.iter().map(|event| {
            let properties = &self.model.schema.event(event.kind).properties;
            let stated = event.properties.iter().zip(properties);
            Event {
                kind: event.kind,
                time: match self.stated(&event.when, &Type::Time) {
                    Some(Value::Time(instant)) => instant,
                    Some(Value::Date(day)) => self.zone.start_of_day(day),
                    _ => self.as_of,
                },
                received: None,
                properties: stated
                    .map(|(value, property)| self.stated(value.as_ref()?, &property.ty))
                    .collect(),
            }
        });
        Lead { key: test.name.clone(), attributes: attributes.collect(), events: events.collect() }
    }

    /// A stated value as the reading of data would give it: empty text and what the schema names mean unknown.
    fn fact_of(&self, value: &TestValue, attribute: &Attribute) -> Option<Value> {
        let means_unknown = |stated: &str| {
            stated.trim().is_empty() || attribute.unknown_if.iter().any(|word| text::equal(word, stated))
        };
        match self.stated(value, &attribute.ty)? {
            Value::Text(stated) | Value::Stage(stated) if means_unknown(&stated) => None,
            value => Some(value),
        }
    }

    /// A value as its type holds it: `90d ago` is an instant, or its local day.
    fn stated(&self, value: &TestValue, ty: &Type) -> Option<Value> {
        match value {
            TestValue::Value(value) => Some(value.clone()),
            TestValue::Ago(length) => {
                let instant = self.zone.ago(self.as_of, length, &self.model.params);
                Some(if *ty == Type::Date {
                    Value::Date(self.zone.day(instant))
                } else {
                    Value::Time(instant)
                })
            }
        }
    }
}
