//! States of leads, fed event by event in any order, give what the reference gives for all events; and no decision
//! changes before the instant at which they want to be looked at again.
//!
//! `QUALIFY_SEED=7 QUALIFY_MODELS=20000 cargo test -p qualify-tests states` is a longer search.

mod simulation;

use qualify_engine::Backend;
use qualify_model::{Event, Lead, Model, Outcome};
use qualify_state::{LeadState, StateError, StateModel, StateScorer};
use qualify_tests::agree::{Dice, LENGTHS, Trial, difference, reference};
use std::sync::Arc;

const SEED: u64 = 20_261_122;
const MODELS: u64 = 600;
const LEADS: usize = 3;

fn setting(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Runs something on random models.
fn on_models(models: u64, run: impl Fn(u64, &mut Dice, &Trial, &Model)) {
    let first = setting("QUALIFY_SEED", SEED);
    println!("seed {first}");
    let mut accepted = 0;
    let models = setting("QUALIFY_MODELS", models);
    for seed in first..first + models {
        let mut dice = Dice::of_seed(seed);
        let (trial, model) = Trial::random(&mut dice, LEADS);
        if let Ok(model) = model {
            accepted += 1;
            run(seed, &mut dice, &trial, &model);
        }
    }
    assert!(accepted > models / 2, "only {accepted} models were accepted");
}

/// What was fed of a lead, as others are given it.
struct Fed {
    lead: Lead,
    keys: Vec<(u32, String)>,
}

impl Fed {
    /// Two deliveries of one key are one.
    fn add(&mut self, model: &Model, event: &Event) {
        let kind = model.schema.event(event.kind);
        let place = kind.properties.iter().position(|property| Some(&property.name) == kind.key.as_ref());
        if let Some(Some(key)) = place.map(|place| &event.properties[place]) {
            let key = (event.kind.0, format!("{key:?}"));
            if self.keys.contains(&key) {
                return;
            }
            self.keys.push(key);
        }
        self.lead.events.push(event.clone());
    }
}

fn shuffled<T: Clone>(dice: &mut Dice, of: &[T]) -> Vec<T> {
    let mut left = of.to_vec();
    let mut all = Vec::new();
    while !left.is_empty() {
        all.push(left.swap_remove(dice.below(left.len())));
    }
    all
}

/// An instant that is not before another: mostly near edges of windows.
fn later(dice: &mut Dice, from: i64, lead: &Lead) -> i64 {
    let length = dice.one(LENGTHS).1;
    let near = match dice.below(6) {
        0 => from,
        1 => from + 1,
        2 => from + dice.between(0, 30 * 86_400_000_000),
        3 => from + length,
        _ if lead.events.is_empty() => from + length,
        _ => dice.one(&lead.events).time + length - dice.between(0, 1),
    };
    near.max(from)
}

#[track_caller]
fn same(wanted: &Outcome, got: &Outcome, said: &dyn Fn() -> String) {
    let found = difference(wanted, got);
    assert!(found.is_empty(), "{}\n{}", found.join("\n"), said());
}

/// Feeds a lead, and asks in between.
fn follow(
    seed: u64,
    dice: &mut Dice,
    trial: &Trial,
    model: &Model,
    lead: &Lead,
    of: (&Arc<StateModel>, &mut StateScorer),
) {
    let (states, scorer) = of;
    let mut state = LeadState::new(states);
    let mut fed = Fed { lead: Lead { events: Vec::new(), ..lead.clone() }, keys: Vec::new() };
    state.set_attributes(&lead.attributes);
    let mut as_of = trial.as_of - dice.between(0, 3) * 40 * 86_400_000_000;
    let mut arrivals = shuffled(dice, &lead.events);
    // some come in twice
    if let Some(again) = arrivals.first().cloned() {
        arrivals.push(again);
    }
    for event in &arrivals {
        state.apply(event).expect("the event is of the schema");
        fed.add(model, event);
        if dice.chance(40) {
            as_of = later(dice, as_of, lead);
            let wanted = reference(model, std::slice::from_ref(&fed.lead), as_of).remove(0);
            let said =
                || format!("seed {seed} at {as_of}, {} events fed\n{}", fed.lead.events.len(), trial.text());
            same(&wanted, &state.outcome(scorer, as_of, &lead.key).expect("it is later"), &said);
            if dice.chance(60) {
                state.compact(scorer, as_of).expect("it is now");
                same(&wanted, &state.outcome(scorer, as_of, &lead.key).expect("it is now"), &said);
                // what is left as a lead gives the same with the reference
                same(&wanted, &reference(model, &[state.lead(&lead.key)], as_of)[0], &said);
            }
        }
        if dice.chance(15) {
            state = LeadState::from_bytes(states, &state.to_bytes()).expect("it was just written");
        }
        if dice.chance(10) {
            fed.lead.attributes = dice.one(&trial.leads).attributes.clone();
            state.set_attributes(&fed.lead.attributes);
        }
    }
    for _ in 0..4 {
        as_of = later(dice, as_of, lead);
        let wanted = reference(model, std::slice::from_ref(&fed.lead), as_of).remove(0);
        let said = || format!("seed {seed} at {as_of}, all fed\n{}", trial.text());
        same(&wanted, &state.outcome(scorer, as_of, &lead.key).expect("it is later"), &said);
        state.compact(scorer, as_of).expect("it is now");
    }
    let early = state.score(scorer, as_of - 1).map(|_| ());
    assert_eq!(early, Err(StateError::Before { asked: as_of, as_of: as_of - 1 }));
}

#[test]
fn states_give_what_all_events_give() {
    on_models(MODELS, |seed, dice, trial, model| {
        let states = StateModel::of(model).unwrap_or_else(|e| panic!("seed {seed}: {}", e.what));
        let mut scorer = StateScorer::with(&states, Backend::Interpreter);
        for lead in &trial.leads {
            follow(seed, dice, trial, model, lead, (&states, &mut scorer));
        }
    });
}

/// What a service acts on.
type Decision<'o> = (
    &'o qualify_model::Status,
    &'o [Option<String>],
    &'o Option<String>,
    String,
    &'o [String],
    &'o Option<String>,
);

fn decision(outcome: &Outcome) -> Decision<'_> {
    let Outcome { status, grades, stage, stage_reason, segments, route, reasons, .. } = outcome;
    (status, grades, stage, format!("{stage_reason:?} {reasons:?}"), segments, route)
}

#[test]
fn no_decision_changes_before_the_next_check() {
    let early = std::cell::Cell::new(0);
    let (checks, changes) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    on_models(MODELS / 12, |seed, dice, trial, model| {
        let states = StateModel::of(model).unwrap_or_else(|e| panic!("seed {seed}: {}", e.what));
        let mut scorer = StateScorer::with(&states, Backend::Interpreter);
        for lead in &trial.leads {
            // as others see it, who are given each delivery once
            let mut fed = Fed { lead: Lead { events: Vec::new(), ..lead.clone() }, keys: Vec::new() };
            lead.events.iter().for_each(|event| fed.add(model, event));
            let lead = &fed.lead;
            let mut state = LeadState::of_lead(&states, lead).expect("it is of the schema");
            let mut as_of = trial.as_of - dice.between(0, 2) * 30 * 86_400_000_000;
            for _ in 0..3 {
                let next = state.next_check(&mut scorer, as_of).expect("it is later");
                let at = |at: i64| reference(model, std::slice::from_ref(lead), at).remove(0);
                let now = at(as_of);
                let end = next.unwrap_or(as_of + 4_000 * 86_400_000_000);
                assert!(end > as_of, "seed {seed}");
                let mut probes = vec![end - 1, as_of + (end - 1 - as_of) / 2];
                probes
                    .extend((0..6).map(|_| (as_of + dice.below((end - as_of) as usize) as i64).min(end - 1)));
                probes.extend((0..4).map(|_| later(dice, as_of, lead).min(end - 1)));
                for probe in probes {
                    assert_eq!(
                        decision(&at(probe)),
                        decision(&now),
                        "seed {seed}: between {as_of} and {next:?}, at {probe}\n{}",
                        trial.text()
                    );
                }
                checks.set(checks.get() + 1);
                let Some(next) = next else { break };
                changes.set(changes.get() + 1);
                // very slow decays are not followed to their end
                let is_near = next - as_of < 3 * 365 * 86_400_000_000;
                if is_near && decision(&at(next)) == decision(&now) {
                    early.set(early.get() + 1);
                    if std::env::var_os("QUALIFY_SHOW").is_some() {
                        println!("seed {seed}: nothing changes at {next}, {} us later", next - as_of);
                    }
                }
                as_of = next;
            }
        }
    });
    println!("{} checks, {} with an instant, {} of them early", checks.get(), changes.get(), early.get());
    assert!(early.get() * 20 <= changes.get(), "too many come early");
}

#[test]
fn damaged_states_are_refused() {
    on_models(60, |seed, dice, trial, model| {
        let states = StateModel::of(model).unwrap_or_else(|e| panic!("seed {seed}: {}", e.what));
        let state = LeadState::of_lead(&states, &trial.leads[0]).expect("it is of the schema");
        let bytes = state.to_bytes();
        for _ in 0..60 {
            let mut changed = bytes.clone();
            match dice.below(3) {
                0 => changed.truncate(dice.below(bytes.len())),
                1 => {
                    let at = dice.below(bytes.len());
                    changed[at] ^= 1 << dice.below(8);
                }
                _ => changed = (0..dice.below(300)).map(|_| dice.below(256) as u8).collect(),
            }
            let refused = LeadState::from_bytes(&states, &changed);
            assert!(refused.is_err(), "seed {seed}: {} bytes of {}", changed.len(), bytes.len());
        }
        // even with a checksum that fits nothing is misread into a panic
        for _ in 0..60 {
            let at = 12 + 16 + dice.below(bytes.len() - 28);
            let mut changed = bytes.clone();
            changed[at] = dice.below(256) as u8;
            if dice.chance(30) {
                changed.truncate(at);
            }
            qualify_state::seal(&mut changed);
            if let Ok(mut state) = LeadState::from_bytes(&states, &changed) {
                let mut scorer = StateScorer::with(&states, Backend::Interpreter);
                let _ = state.score(&mut scorer, trial.as_of).map(|_| ());
            }
        }
    });
}

#[test]
fn a_state_of_another_model_is_refused() {
    let model = |text: &str| {
        let text = format!("lead key id {{ size integer }} event visited {text}");
        StateModel::of(&qualify_tests::agree::compile(&text).expect("it is right"))
            .expect("it can be planned")
    };
    let (one, other) = (model("when visited within 7d add 5"), model("when visited within 8d add 5"));
    let bytes = LeadState::new(&one).to_bytes();
    let refused = LeadState::from_bytes(&other, &bytes).map(|_| ());
    let error = refused.expect_err("it is of another model");
    assert_eq!(error, StateError::OtherModel { wanted: other.digest(), found: one.digest() });
    assert!(error.to_string().contains("made by another model"), "{error}");
    let mut scorer = StateScorer::new(&other);
    let scored = LeadState::new(&one).score(&mut scorer, 0).map(|_| ());
    assert!(matches!(scored, Err(StateError::OtherModel { .. })));
}

/// Rules, how many events stay of a hundred, one a day, and the terms that are said to grow.
#[track_caller]
fn check_kept(rules: &str, kept: usize, grows: &[&str]) {
    const DAY: i64 = 86_400_000_000;
    let text =
        format!("lead key id {{ size integer }} event visited (page text, n number) event opened\n{rules}");
    let model = qualify_tests::agree::compile(&text).unwrap_or_else(|messages| panic!("{messages:?}"));
    let states = StateModel::of(&model).expect("it can be planned");
    let mut scorer = StateScorer::new(&states);
    let mut state = LeadState::new(&states);
    for day in 1..=100 {
        let page = qualify_model::Value::Text(["pricing", "docs", "blog"][day as usize % 3].into());
        let properties = vec![Some(page), Some(qualify_model::Value::Number(day * 1_000_000))];
        let event = Event { kind: qualify_model::EventId(0), time: day * DAY, received: None, properties };
        state.apply(&event).expect("it is of the schema");
    }
    state.compact(&mut scorer, 100 * DAY).expect("it is later");
    assert_eq!(state.held(), kept, "{rules}");
    let said: Vec<String> = states.unbounded().into_iter().map(|unbounded| unbounded.term).collect();
    assert_eq!(said, grows, "{rules}");
}

#[test]
fn what_cannot_matter_is_forgotten() {
    check_kept("when visited within 7d add 5", 1, &[]);
    check_kept("when visited at least 3 times within 30d add 5", 3, &[]);
    check_kept("when visited add 5", 1, &[]);
    check_kept("for each visited within 10d add 1 up to 5", 5, &[]);
    check_kept("for each visited within 10d add 1", 10, &[]);
    check_kept("for each visited add 1", 100, &["visited"]);
    check_kept("for each visited add 1 up to 20", 20, &[]);
    check_kept("for each visited within 20d add visited.n", 20, &[]);
    check_kept("for each visited add 1 fading over 15d", 15, &[]);
    check_kept("when number of different visited.page >= 2 add 5", 3, &["visited"]);
    check_kept("when number of different visited.page within 30d >= 2 add 5", 3, &[]);
    check_kept("points for days since last visited { at most 3 : 5 otherwise : 0 unknown : 0 }", 1, &[]);
    check_kept("when latest of visited.n >= 5 add 5", 1, &[]);
    check_kept("when first of visited.n >= 5 add 5", 1, &[]);
    // the numbers rise from day to day, so that the newest is the largest, and the oldest the smallest
    check_kept("when largest of visited.n >= 5 add 5", 1, &[]);
    check_kept("when largest of visited.n within 30d >= 5 add 5", 1, &[]);
    check_kept("when smallest of visited.n >= 5 add 5", 1, &[]);
    check_kept("when smallest of visited.n within 30d >= 5 add 5", 30, &[]);
    check_kept("when total of visited.n within 30d >= 5 add 5", 30, &[]);
    check_kept("when total of visited.n >= 5 add 5", 100, &["visited"]);
    check_kept("when no opened within 7d add 5", 0, &[]);
    check_kept(
        "when visited pricing followed within 2d by visited docs add 5",
        2,
        &["visited pricing followed by visited docs"],
    );
    check_kept("when visited pricing followed within 2d by visited docs within 10d add 5", 8, &[]);
    check_kept("when visited between 3d and 5d ago add 5", 4, &[]);
    check_kept("when visited on at least 2 different days within 14d add 20", 14, &[]);
    check_kept("ignore visited pricing for each visited within 10d add 1", 7, &[]);
}
