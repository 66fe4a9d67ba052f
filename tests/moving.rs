//! One scorer for all leads and all instants gives what the reference gives at each of them.

use qualify_engine::{Backend, Scorer};
use qualify_model::{Lead, Model, Outcome, Value};
use qualify_plan::Plan;
use qualify_tests::agree::{Dice, LENGTHS, Trial, difference, instants, reference};
use std::sync::Arc;

const SEED: u64 = 20_260_722;
const MODELS: u64 = 700;
const LEADS: usize = 4;
const INSTANTS: usize = 8;

/// Instants around one that the leads were made for, rising and falling: near edges of windows, and others.
fn some_instants(dice: &mut Dice, trial: &Trial) -> Vec<i64> {
    let mut all = vec![trial.as_of];
    let events: Vec<i64> = trial.leads.iter().flat_map(|lead| &lead.events).map(|event| event.time).collect();
    for _ in 0..INSTANTS {
        let length = dice.one(LENGTHS).1;
        all.push(match dice.below(8) {
            0 => *dice.one(instants()),
            1 => trial.as_of + dice.between(0, 400 * 24) * 3_600_000_000,
            2 => trial.as_of - length,
            3 => trial.as_of + length,
            4 => *dice.one(&[i64::MIN, i64::MAX, i64::MAX - 1, 0]),
            _ if events.is_empty() => trial.as_of + 1,
            n => *dice.one(&events) + length - (n as i64 - 6),
        });
    }
    all
}

/// The outcome of the lead that was scored last.
fn outcome(scorer: &mut Scorer, lead: &Lead, as_of: i64) -> Outcome {
    let columns = scorer.score_at(lead, as_of).clone();
    let labels = &scorer.plan().labels;
    let previous = labels.current_stage.and_then(|place| match lead.attributes.get(place as usize) {
        Some(Some(Value::Stage(name))) => Some(name.to_string()),
        _ => None,
    });
    labels.outcome(&columns, 0, lead.key.clone(), previous, scorer.respond_by())
}

fn check(seed: u64, dice: &mut Dice, trial: &Trial, model: &Model) {
    let plan = Arc::new(Plan::of(model).unwrap_or_else(|e| panic!("seed {seed}: {}", e.what)));
    // machine code is made by a compiler without optimization in a debug build
    let backend = if seed.is_multiple_of(50) { Backend::Jit } else { Backend::Interpreter };
    let mut scorer = Scorer::new(plan, *dice.one(instants()), backend);
    for as_of in some_instants(dice, trial) {
        let wanted = reference(model, &trial.leads, as_of);
        for (lead, wanted) in trial.leads.iter().zip(&wanted) {
            let found = difference(wanted, &outcome(&mut scorer, lead, as_of));
            assert!(found.is_empty(), "seed {seed} at {as_of}: {}\n{}", found.join("\n"), trial.text());
        }
    }
}

#[test]
fn a_scorer_moves_in_time() {
    let given = std::env::var("QUALIFY_SEED").ok().and_then(|text| text.parse().ok());
    let first = given.unwrap_or(SEED);
    println!("seed {first}");
    let mut accepted = 0;
    for seed in first..first + MODELS {
        let mut dice = Dice::of_seed(seed);
        let (trial, model) = Trial::random(&mut dice, LEADS);
        if let Ok(model) = model {
            accepted += 1;
            check(seed, &mut dice, &trial, &model);
        }
    }
    assert!(accepted > MODELS / 2, "only {accepted} models were accepted");
}
