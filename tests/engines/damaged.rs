//! Compiled models that were damaged, or made to do harm: each is refused, or runs through the whole engine without
//! harm.

use super::{SEED, setting};
use qualify_plan::Plan;
use qualify_tests::agree::{Dice, HEAD, Trial, score_compiled};
use qualify_tests::case::cases;
use qualify_tests::trial::scenes;
use qualify_tests::workspace::{files, read, shown};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Damages in the ordinary run.
const ROUNDS: u64 = 6_000;

/// The bytes of compiled models: of the corpus, and random ones.
fn compiled() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for path in files("tests/corpus", ".md") {
        for case in cases(&shown(&path), &read(&path)).unwrap_or_default() {
            let plan = scenes(&case).and_then(|(model, _)| Plan::of(&model).ok());
            all.extend(plan.map(|plan| qualify_vm::encode(&plan)));
        }
    }
    for seed in SEED..SEED + 40 {
        let (_, model) = Trial::random(&mut Dice::of_seed(seed), 0);
        let plan = model.ok().and_then(|model| Plan::of(&model).ok());
        all.extend(plan.map(|plan| qualify_vm::encode(&plan)));
    }
    all
}

#[test]
fn the_sum_finds_every_damage() {
    let all = compiled();
    let mut dice = Dice::of_seed(1);
    for _ in 0..4_000 {
        let mut bytes = dice.one(&all).clone();
        let at = dice.below(bytes.len());
        match dice.below(3) {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << dice.below(8),
            _ => bytes.insert(at, dice.below(256) as u8),
        }
        assert!(qualify_vm::decode(&bytes).is_err(), "damaged at {at}");
    }
}

#[test]
fn content_is_not_trusted_for_its_sum() {
    let contents: Vec<Vec<u8>> = compiled().into_iter().map(|bytes| bytes[HEAD..].to_vec()).collect();
    if let Some(folder) = std::env::var_os("QUALIFY_SEEDS") {
        for (number, content) in contents.iter().enumerate() {
            let path = std::path::Path::new(&folder).join(number.to_string());
            std::fs::write(path, content).expect("the seeds of the fuzzer can be written");
        }
    }
    for content in &contents {
        assert!(score_compiled(content), "a compiled model is refused");
    }
    let (first, rounds) = (setting("QUALIFY_SEED", SEED), setting("QUALIFY_ROUNDS", ROUNDS));
    let mut run = 0;
    for seed in first..first + rounds {
        let content = damaged(&mut Dice::of_seed(seed), &contents);
        let scored = catch_unwind(AssertUnwindSafe(|| score_compiled(&content)));
        run += u64::from(scored.unwrap_or_else(|_| panic!("seed {seed} panics")));
    }
    println!("seed {first}: {rounds} damaged models, {run} of them were run");
    assert!(run * 50 > rounds, "only {run} of {rounds} could still be run");
    assert!(run < rounds, "nothing was refused");
}

/// One of the contents with some damages.
fn damaged(dice: &mut Dice, contents: &[Vec<u8>]) -> Vec<u8> {
    let mut content = dice.one(contents).clone();
    for _ in 0..1 + dice.below(3) {
        let at = dice.below(content.len());
        let other = dice.one(contents);
        let from = dice.below(other.len());
        match dice.below(6) {
            0 => content[at] ^= 1 << dice.below(8),
            1 => content[at] = *dice.one(&[0, 1, 127, 128, 255]),
            // a number of several bytes becomes a greater one
            2 => content[at] = content[at].wrapping_add(1),
            3 if dice.chance(20) => content.truncate(at + 1),
            4 => {
                let length = dice.below(40).min(other.len() - from);
                content.splice(at..at, other[from..from + length].iter().copied());
            }
            _ => {
                let length = dice.below(12).min(other.len() - from).min(content.len() - at);
                content[at..at + length].copy_from_slice(&other[from..from + length]);
            }
        }
    }
    content
}
