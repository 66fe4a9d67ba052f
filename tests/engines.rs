//! Every engine gives what the reference gives: on random models and leads.
//!
//! `QUALIFY_SEED=7 QUALIFY_MODELS=50000 cargo test -p qualify-tests engines` is a longer search;
//! `docs/testing.md` tells of it.

mod corpus;
mod damaged;
mod files;
mod special;
mod tables;
mod tallies;

use qualify_model::{Outcome, Status};
use qualify_tests::agree::{
    ALL_CONSTRUCTS, Dice, Engine, SETTINGS, Setting, Trial, backwards, constructs, engine, forgetful,
    reference,
};
use std::collections::{BTreeMap, BTreeSet};

const SEED: u64 = 20_260_301;
const MODELS: u64 = 5_000;
const LEADS: usize = 12;

/// Which of the engines takes part beside the first. Three of seven models become machine code; not each, since in a
/// debug build it is made by a compiler without optimization.
fn turn(seed: u64) -> usize {
    [1, 2, 3, 2, 4, 5, 6][(seed % 7) as usize]
}

fn setting(name: &str, usual: u64) -> u64 {
    let given = std::env::var(name).ok();
    given.map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// All engines that are held against the reference: the first on every model.
fn engines() -> Vec<(String, Box<Engine<'static>>)> {
    let setting = |setting: &Setting| (setting.to_string(), engine(*setting));
    let mut engines: Vec<(String, Box<Engine<'static>>)> = SETTINGS.iter().map(setting).collect();
    engines.push(("events the other way round".into(), Box::new(backwards)));
    engines
}

/// What a search has seen.
#[derive(Default)]
struct Seen {
    models: u64,
    accepted: u64,
    constructs: BTreeMap<&'static str, u64>,
    refused: BTreeMap<String, (u64, String)>,
    results: BTreeMap<&'static str, u64>,
}

/// Holds engines against the reference on so many random models from a seed on, until so many disagree.
fn search(first: u64, count: u64, engines: &[(String, Box<Engine>)], most: u64) -> (Seen, Vec<String>) {
    let every = std::env::var_os("QUALIFY_EVERY").is_some();
    let (mut seen, mut disagreements) = (Seen::default(), Vec::new());
    for seed in first..first + count {
        if disagreements.len() as u64 >= most {
            break;
        }
        seen.models += 1;
        let (trial, model) = Trial::random(&mut Dice::of_seed(seed), LEADS);
        let text = trial.text();
        let model = match model {
            Ok(model) => model,
            Err(messages) => {
                for message in messages {
                    let kind = shape(&format!("{} {}", message.code, message.message));
                    let start = message.place.span.start.saturating_sub(60) as usize;
                    let around: String =
                        String::from_utf8_lossy(text.as_bytes()).chars().skip(start).take(120).collect();
                    let example = || (0, around.replace('\n', " "));
                    seen.refused.entry(kind).or_insert_with(example).0 += 1;
                }
                continue;
            }
        };
        seen.accepted += 1;
        for construct in constructs(&model) {
            *seen.constructs.entry(construct).or_default() += 1;
        }
        let wanted = reference(&model, &trial.leads, trial.as_of);
        note_results(&mut seen, &wanted);
        for (place, (name, engine)) in engines.iter().enumerate() {
            // the first each time, the others in turn
            if place > 0 && !every && engines.len() > 1 && place != turn(seed) {
                continue;
            }
            if let Err(found) = trial.hold(&model, &wanted, &**engine) {
                disagreements.push(format!("{name}, seed {seed}:\n{found}"));
                break;
            }
        }
    }
    (seen, disagreements)
}

/// A message without the words of the author.
fn shape(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("…")
}

fn note_results(seen: &mut Seen, outcomes: &[Outcome]) {
    let mut note = |name, holds: bool| *seen.results.entry(name).or_default() += u64::from(holds);
    for outcome in outcomes {
        note("leads", true);
        note("scored", outcome.status == Status::Scored);
        note("excluded", outcome.status == Status::Excluded);
        note("invalid", outcome.status == Status::Invalid);
        note("disqualified", outcome.status == Status::Disqualified);
        note("a score that is not 0", outcome.score.is_some_and(|score| score != 0));
        note("saturated", outcome.saturated);
        note("a grade", outcome.grades.iter().any(Option::is_some));
        note("a stage", outcome.stage.is_some());
        note("a stage that stays", outcome.stage_reason == qualify_model::StageReason::Stays);
        note("a stage that is held", outcome.stage_reason == qualify_model::StageReason::OnlyMovesUp);
        note("a side stage", outcome.stage_reason == qualify_model::StageReason::Side);
        note("a segment", !outcome.segments.is_empty());
        note("a route", outcome.route.is_some());
        note("a time to respond", outcome.respond_by.is_some());
        note("a score outside its population", outcome.scores.iter().any(Option::is_none));
    }
}

#[test]
fn random_models_agree() {
    let (seed, models) = (setting("QUALIFY_SEED", SEED), setting("QUALIFY_MODELS", MODELS));
    let (seen, found) = search(seed, models, &engines(), setting("QUALIFY_FOUND", 1));
    let share = 100 * seen.accepted / seen.models;
    println!("seed {seed}: {} models, {share} % accepted", seen.models);
    println!("{:?}", seen.results);
    if std::env::var_os("QUALIFY_SHOW").is_some() {
        let mut refused: Vec<_> = seen.refused.iter().collect();
        refused.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        refused.iter().take(60).for_each(|(kind, (count, example))| println!("{count} {kind}: {example}"));
        println!("{:?}", seen.constructs);
    }
    assert!(found.is_empty(), "{}", found.join("\n\n"));
    let absent: BTreeSet<_> =
        ALL_CONSTRUCTS.iter().filter(|name| !seen.constructs.contains_key(*name)).collect();
    assert!(models < MODELS || absent.is_empty(), "no accepted model has: {absent:?}");
    let never: Vec<_> = seen.results.iter().filter(|(_, count)| **count == 0).collect();
    assert!(models < MODELS || never.is_empty(), "no lead has: {never:?}");
    assert!(share > 60, "only {share} % of the models were accepted");
}

#[test]
fn a_wrong_engine_is_found_and_made_small() {
    let (_, found) = search(SEED, 200, &[("without the newest event".into(), Box::new(forgetful))], 1);
    let found = found.first().expect("an engine that forgets events is wrong");
    println!("{found}");
    let rules = found.lines().filter(|line| line.trim_start().starts_with("when")).count();
    assert!(rules <= 2, "this is not small:\n{found}");
}
