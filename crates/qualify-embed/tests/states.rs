//! States fed with JSON: deliveries count as where the whole lead is read, and crossings are told once.

use qualify_embed::{Handle, State, compile_text};
use serde_json::{Value as Json, json};
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;

fn handle(rules: &str) -> Arc<Handle> {
    let text = format!("lead key id {{ size integer }}\n{rules}");
    Arc::new(Handle::of(compile_text(&text, &[])).expect("the rules are right"))
}

/// Events in, points in units of a whole point: of a scoring of the whole lead, and of states.
#[track_caller]
fn check(rules: &str, events: &[Json], points: i64) {
    let handle = handle(rules);
    let lead = json!({ "id": "a", "events": events });
    let read = handle.read(&lead).expect("the lead can be read").lead;
    let full = handle.score(&read, DAY).score;
    assert_eq!(full, Some(points * 10_000), "{rules} {events:?}");
    let mut at_once = State::of(&handle, &lead).expect("the lead can be read").0;
    assert_eq!(at_once.score(DAY).expect("it is later").score, full, "at once: {rules} {events:?}");
    let mut state = State::of(&handle, &json!({ "id": "a" })).expect("the lead can be read").0;
    for event in events {
        state.apply(event).expect("the event can be read");
        let bytes = state.to_bytes().expect("it is of the model");
        state = State::from_bytes(&handle, "a".to_string(), &bytes).expect("it was just written");
    }
    assert_eq!(state.score(DAY).expect("it is later").score, full, "one by one: {rules} {events:?}");
}

#[test]
fn deliveries_count_as_in_a_full_scoring() {
    let paid = "event paid key invoice (invoice integer from 1 to 1000)\nfor each paid add 5";
    let of = |invoice: Json| json!({ "event": "paid", "time": "1970-01-01T00:00:00Z", "invoice": invoice });
    check(paid, &[of(json!(5000)), of(json!(5000))], 5); // the value is unknown, the key is not
    check(paid, &[of(json!("007")), of(json!(7))], 10); // keys count as they came
    check(paid, &[of(json!(7)), of(json!(7))], 5);
    check(paid, &[of(json!(null)), of(json!(null))], 10);
    for seen in
        ["event seen key eid (eid text)\nfor each seen add 1", "event seen key eid\nfor each seen add 1"]
    {
        let of = |eid: Json| json!({ "event": "seen", "time": "1970-01-01T00:00:00Z", "eid": eid });
        check(seen, &[of(json!("")), of(json!(""))], 2);
        check(seen, &[of(json!("e1")), of(json!(" e1"))], 1);
        check(seen, &[of(json!("e1")), of(json!("e2")), of(json!("e1"))], 2);
        check(seen, &[of(json!(1.50)), of(json!("1.5")), of(json!(true)), of(json!("true"))], 2);
    }
}

#[test]
fn all_mistakes_of_a_lead_come_at_once() {
    let handle = handle("event visited\nfor each visited add 1");
    let wrong = json!({ "id": "a", "sise": 1, "events": [
        { "event": "visited", "time": "1970-01-01" }, { "event": "visitd", "time": "1970-01-01" },
        { "event": "visited", "time": "soon" }] });
    let refused = State::of(&handle, &wrong).err().expect("it is wrong").to_string();
    for said in ["sise", "visitd", "events[2].time"] {
        assert!(refused.contains(said), "{refused}");
    }
}

#[test]
fn a_crossing_before_saving_is_told_after_it() {
    let handle =
        handle("event visited\nfor each visited within 7d add 20\nstage Lead\nstage MQL if score >= 40");
    let mut state = State::of(&handle, &json!({ "id": "a" })).expect("the lead can be read").0;
    let stages = |state: &mut State, at| {
        let changed = qualify_embed::transitions_json(&state.transitions(at).expect("it is later"));
        let entered = changed.as_array().into_iter().flatten().filter(|one| one["change"] == "entered_stage");
        entered.map(|one| (one["stage"].to_string(), one["rules"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(stages(&mut state, 3 * DAY).len(), 1);
    // late, and asked for before it is saved
    for _ in 0..2 {
        state.apply(&json!({ "event": "visited", "time": "1970-01-02T00:00:00Z" })).expect("it can be read");
    }
    state.score(3 * DAY).expect("it is now");
    let keep = |state: &mut State| {
        let bytes = state.to_bytes().expect("it is of the model");
        State::from_bytes(&handle, "a".to_string(), &bytes).expect("it was just written")
    };
    let mut again = keep(&mut state);
    let entered = stages(&mut again, 3 * DAY);
    assert_eq!(entered.len(), 1, "{entered:?}");
    assert_eq!(entered[0].0, "\"MQL\"");
    assert_eq!((&entered[0].1[0]["before"], &entered[0].1[0]["after"]), (&json!(0), &json!(40)));
    assert!(stages(&mut again, 3 * DAY).is_empty());
    assert!(stages(&mut keep(&mut again), 3 * DAY).is_empty());
}
