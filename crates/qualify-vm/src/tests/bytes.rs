//! Compiled models: there and back, damaged, hostile. What verifies is run.

use super::plans::random_plan;
use super::world::{Random, World};
use crate::encode::{MAGIC, seal};
use crate::{
    Arguments, DecodeError, Dictionary, FORMAT, FactArguments, Frame, Host, Input, NoFacts, Prepared,
    Registers, SlotColumn, Slots, TableColumns, Tallies, decode, encode, listing, run, verify,
};
use qualify_model::Value;
use qualify_plan::{Bound, FactAt, Plan, TableAt};
use std::sync::Arc;

/// Answers at random, of the right types.
struct RandomFacts(Random);

impl Host for RandomFacts {
    fn fact(&mut self, _: FactAt, arguments: &FactArguments<'_>, answers: &mut [SlotColumn]) {
        for row in 0..arguments.rows() {
            let number = arguments.number(0, row).map(|number| number ^ self.0.next() as i64);
            for answer in answers.iter_mut() {
                answer.set_truth(row, self.0.below(3) as u8);
                answer.set_number(row, number);
                answer.set_wide(row, number.map(i128::from));
                answer.set_text(row, number.map(|number| format!("{number:?}@x.de").into()));
            }
        }
    }
}

/// Runs all programs of a plan on random data.
fn run_all(plan: &Plan, seed: u64) {
    let world = World::new(seed);
    let (prepared, bound) = (Prepared::new(plan), Bound::new(plan, 1_700_000_000_000_000));
    let mut registers = Registers::new(33);
    let lists = Arc::new(vec![vec![Value::Number(3)], vec![Value::Text("a".into())]]);
    let mut tables = Vec::new();
    for (place, table) in plan.tables.iter().enumerate() {
        let dictionary = match table.attribute {
            7 | 8 => Dictionary::Texts(&world.texts),
            _ => Dictionary::Lists(&lists),
        };
        let all = (plan, &prepared, &bound);
        tables.push(TableColumns::new(all, TableAt(place as u32), dictionary, &mut registers));
    }
    let mut tallies = Tallies::new(plan, &tables);
    let mut slots = Slots::new(plan, 33);
    let inputs = world.inputs(33);
    let texts: &[Input<'_>] = &[inputs[7], inputs[3]];
    for program in plan.event_programs.iter().chain([&plan.main]) {
        let events = !std::ptr::eq(program, &plan.main);
        let mut frame = Frame {
            plan,
            prepared: &prepared,
            bound: &bound,
            rows: 33,
            inputs: if events { texts } else { &inputs },
            tables: &tables,
            slots: &mut slots,
            arguments: Arguments { truths: &[1], numbers: &[Some(4)], texts: &[None], lists: &[None] },
            event_times: &[5; 33],
            times: &[1; 33],
            tallies: &mut tallies,
            host: &mut RandomFacts(Random(seed | 1)),
        };
        run(program, &mut frame, &mut registers);
        for output in &program.outputs {
            let _ = registers.truths.column(0, 1);
            let _ = output;
        }
    }
    tallies.settle(plan, &tables);
    let _ = NoFacts;
}

#[test]
fn there_and_back() {
    for seed in 0..50 {
        let plan = random_plan(seed);
        let bytes = encode(&plan);
        assert_eq!(decode(&bytes).as_ref(), Ok(&plan), "seed {seed}");
        if verify(&plan).is_ok() {
            run_all(&plan, seed);
        }
    }
}

#[test]
fn other_files_are_refused() {
    let bytes = encode(&random_plan(1));
    assert_eq!(decode(b""), Err(DecodeError::NotCompiled));
    assert_eq!(decode(b"language 1\n"), Err(DecodeError::NotCompiled));
    assert_eq!(decode(&MAGIC[..]), Err(DecodeError::Damaged));
    let mut other = bytes.clone();
    other[8] = 77;
    let error = decode(&other).expect_err("of another format");
    assert_eq!(error, DecodeError::OtherFormat { found: (FORMAT & 0xff00) | 77 });
    assert!(error.to_string().contains("compile it again"), "{error}");
    for cut in [10, 41, 42, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(decode(&bytes[..cut]), Err(DecodeError::Damaged), "cut at {cut}");
    }
    for at in (10..bytes.len()).step_by(37) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 4;
        assert_eq!(decode(&flipped), Err(DecodeError::Damaged), "flipped at {at}");
    }
}

/// Decodes content as if its sum were right, and runs what verifies.
fn try_content(content: &[u8], seed: u64) -> bool {
    match decode(&seal(content)) {
        Ok(plan) if verify(&plan).is_ok() => {
            run_all(&plan, seed);
            let _ = listing(&plan);
            true
        }
        _ => false,
    }
}

#[test]
fn hostile_files_do_no_harm() {
    let examples: Vec<Vec<u8>> = (0..8).map(|seed| encode(&random_plan(seed))[42..].to_vec()).collect();
    let mut random = Random(20_260_101);
    let mut run = 0;
    for round in 0..6_000u64 {
        let r = &mut random;
        let mut content = examples[r.below(examples.len())].clone();
        for _ in 0..1 + r.below(3) {
            let at = r.below(content.len());
            match r.below(5) {
                0 => content[at] ^= 1 << r.below(8),
                1 => content[at] = [0, 1, 127, 128, 255][r.below(5)],
                2 => content.truncate(at + 1),
                3 => {
                    let other = &examples[r.below(examples.len())];
                    let (from, to) = (r.below(other.len()), r.below(other.len()));
                    let piece = other[from.min(to)..from.max(to)].to_vec();
                    content.splice(at..at, piece);
                }
                _ => {
                    let other = &examples[r.below(examples.len())];
                    let from = r.below(other.len());
                    let length = r.below(12).min(other.len() - from).min(content.len() - at);
                    content[at..at + length].copy_from_slice(&other[from..from + length]);
                }
            }
        }
        run += try_content(&content, round) as u32;
    }
    assert!(run > 100, "only {run} of the damaged models could still be run");
}

#[test]
fn nesting_is_bounded() {
    // a list of lists of lists…: the byte of `Type::List` again and again
    let plan = random_plan(1);
    let mut deep = plan.clone();
    for _ in 0..300 {
        let ty = std::mem::replace(&mut deep.needs.properties[0].ty, qualify_model::Type::YesNo);
        deep.needs.properties[0].ty = qualify_model::Type::List(Box::new(ty));
    }
    assert_eq!(decode(&encode(&deep)), Err(DecodeError::Malformed("tables")));
}

#[test]
fn listings_show_every_instruction() {
    let plan = random_plan(2);
    let listing = listing(&plan);
    let lines = listing.lines().filter(|line| line.starts_with("  ")).count();
    let programs =
        plan.event_programs.iter().chain([&plan.main]).chain(plan.tables.iter().map(|t| &t.program));
    assert_eq!(lines, programs.map(|program| program.code.len()).sum::<usize>());
    assert!(listing.contains("main: for each lead"), "{listing}");
    assert!(listing.contains("t1 = load.t            input:0  # a0"), "{listing}");
}
