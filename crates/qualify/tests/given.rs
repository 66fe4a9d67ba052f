//! What leads made by hand may hold without a panic: events of no type, too few values, values of other types.

use qualify::engine::{Backend, EngineOptions};
use qualify::leads::{Event, Lead, Value};
use qualify::states::{LeadState, StateError};
use qualify::{Model, typed::EventId};

fn model() -> Model {
    let rules = "lead key id { size integer }
        event visited (page text)
        when visited pricing add 20
        for each visited add 1
        points for size { at most 3 : 5 otherwise : 1 unknown : 2 }";
    Model::from_text(rules).expect("the rules are right")
}

fn event(kind: u32, properties: Vec<Option<Value>>) -> Event {
    Event { kind: EventId(kind), time: 0, received: None, properties }
}

#[test]
fn events_of_no_type_are_not_looked_at() {
    let model = model();
    let visit = || event(0, vec![Some(Value::Text("pricing".into()))]);
    let strange = [event(99, vec![Some(Value::Text("pricing".into()))]), event(u32::MAX, vec![])];
    let with = Lead { events: [vec![visit()], strange.to_vec()].concat(), ..Lead::default() };
    let without = Lead { events: vec![visit()], ..Lead::default() };
    let wanted = model.score_one(&without, 1).score;
    assert_eq!(wanted, Some(23_0000));
    assert_eq!(model.score_one(&with, 1).score, wanted);
    assert_eq!(model.explain(&with, 1, true).score.as_deref(), Some("23"));
    for backend in [Backend::Interpreter, Backend::Reference] {
        let engine = model.engine(1, &EngineOptions { backend });
        assert_eq!(engine.scorer().score(&with).score.get(0), wanted, "{backend:?}");
    }
    let states = model.states().expect("it can be planned");
    let refused = LeadState::new(&states).apply(&strange[0]);
    assert_eq!(refused, Err(StateError::NoSuchEvent(99)));
    assert_eq!(LeadState::of_lead(&states, &with).err(), Some(StateError::NoSuchEvent(99)));
}

#[test]
fn places_that_are_not_there_are_errors() {
    let refused = model().lead_reader().read_attribute(99, &serde_json::json!(5));
    assert!(refused.is_err_and(|why| why.to_string().contains("no attribute number 99")));
}
