//! What engines tally of rules while they score is what the ledgers of the reference say.

use super::{LEADS, setting};
use qualify_model::{Entry, Model, Outcome, Tally};
use qualify_tests::agree::{Dice, SETTINGS, Trial, reference, tally};

/// Leads and points of each rule by the lines of the ledgers.
pub(super) fn of_ledgers(model: &Model, outcomes: &[Outcome]) -> Tally {
    let mut tally = Tally::new(model.rules.len());
    for line in outcomes.iter().flat_map(|outcome| &outcome.ledger) {
        let rules: &[_] = match &line.entry {
            Entry::Rule { rule, .. } | Entry::Capped(rule) | Entry::Set(rule) => std::slice::from_ref(rule),
            Entry::Multiplied(rules) => rules,
            _ => &[],
        };
        for (place, rule) in rules.iter().enumerate() {
            tally.leads[rule.index()] += 1;
            // the points of several multipliers stand at the first
            tally.points[rule.index()] += if place == 0 { line.points as i128 } else { 0 };
        }
    }
    tally
}

#[test]
fn rules_are_tallied_as_the_ledgers_say() {
    let (first, models) = (setting("QUALIFY_SEED", super::SEED), setting("QUALIFY_MODELS", 600));
    let (mut compared, mut fired) = (0, 0);
    for seed in first..first + models {
        let (trial, model) = Trial::random(&mut Dice::of_seed(seed), LEADS);
        let Ok(model) = model else { continue };
        let wanted = of_ledgers(&model, &reference(&model, &trial.leads, trial.as_of));
        // machine code seldom: in a debug build it is slow to make
        let place = if seed % 20 == 0 { 1 } else { [0, 2, 3, 5][(seed % 4) as usize] };
        let Ok(got) = tally(SETTINGS[place], &model, &trial.leads, trial.as_of) else { continue };
        assert_eq!(got, wanted, "{}, seed {seed}:\n{}", SETTINGS[place], trial.text());
        compared += 1;
        fired += wanted.leads.iter().filter(|leads| **leads > 0).count();
    }
    println!("seed {first}: {compared} models compared, {fired} rules fired");
    assert!(compared * 2 > models && fired > compared as usize, "{compared} models, {fired} rules");
}
