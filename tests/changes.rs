//! Random models with random changes: what is said to be the same is the same for random leads, and a lead that is said
//! to be scored differently is.
//!
//! `QUALIFY_SEED=7 QUALIFY_CHANGES=2000 cargo test -p qualify-tests changes` is a longer search.

use qualify_model::Lead;
use qualify_reference::Interpreter;
use qualify_review::proof::{Limits, Verdict, compare, differences};
use qualify_tests::agree::{Dice, Draft, Line, Trial, compile, facts_of, instants};
use std::collections::BTreeMap;

const SEED: u64 = 20_260_401;
const CHANGES: u64 = 60;
/// Leads that must be scored the same after a change that is said to change nothing.
const LEADS: usize = 150;

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// One word of one statement changed, or a statement dropped, repeated or moved; what was done.
fn changed(dice: &mut Dice, draft: &Draft) -> (&'static str, Draft) {
    let mut new = draft.clone();
    let line = dice.below(new.lines.len());
    if dice.chance(8) {
        return ("nothing", new);
    }
    if dice.chance(12) {
        let other = dice.below(new.lines.len());
        new.lines.swap(line, other);
        return ("statements moved", new);
    }
    match &mut new.lines[line] {
        Line::Block(_, rules) if rules.len() > 1 && dice.chance(25) => {
            rules.reverse();
            ("rules turned round", new)
        }
        Line::Block(_, rules) if !rules.is_empty() && dice.chance(25) => {
            rules.remove(dice.below(rules.len()));
            ("a rule dropped", new)
        }
        Line::Block(_, rules) if !rules.is_empty() => {
            let rule = dice.below(rules.len());
            (reworded(dice, &mut rules[rule]), new)
        }
        Line::Block(..) => ("nothing", new),
        Line::One(_) if dice.chance(10) => {
            new.lines.remove(line);
            ("a statement dropped", new)
        }
        Line::One(statement) => (reworded(dice, statement), new),
    }
}

/// Words that say the same or the opposite, and numbers one more or less.
fn reworded(dice: &mut Dice, statement: &mut String) -> &'static str {
    const WORDS: &[(&str, &str, &str)] = &[
        (" >= ", " > ", "an operator"),
        (" > ", " >= ", "an operator"),
        (" <= ", " < ", "an operator"),
        (" = ", " != ", "an operator"),
        (" and ", " or ", "and for or"),
        (" or ", " and ", "or for and"),
        ("within", "in the last", "other words for the same"),
        ("24h", "1d", "other words for the same"),
        ("7d", "168h", "other words for the same"),
        ("2d", "48h", "other words for the same"),
        ("at least 1 times", "at least 2 times", "a count"),
        ("known", "unknown", "known for unknown"),
        ("when ", "when not not ", "other words for the same"),
        (" add ", " subtract ", "a sign"),
    ];
    let found: Vec<_> = WORDS.iter().filter(|(from, ..)| statement.contains(from)).collect();
    let digits: Vec<usize> = statement
        .char_indices()
        .filter(|(at, c)| {
            c.is_ascii_digit() && !statement[at + 1..].starts_with(|c: char| c.is_ascii_digit())
        })
        .map(|(at, _)| at)
        .collect();
    if !digits.is_empty() && (found.is_empty() || dice.chance(50)) {
        let at = *dice.one(&digits);
        let digit = statement.as_bytes()[at] - b'0';
        let other = if digit == 9 { 8 } else { digit + 1 };
        statement.replace_range(at..=at, &other.to_string());
        return "a number";
    }
    match found.is_empty() {
        true => "nothing",
        false => {
            let (from, to, what) = **dice.one(&found);
            *statement = statement.replacen(from, to, 1);
            what
        }
    }
}

#[test]
fn random_changes_are_told_rightly() {
    let (first, count) = (setting("QUALIFY_SEED", SEED), setting("QUALIFY_CHANGES", CHANGES));
    println!("seed {first}");
    let limits = Limits { conflicts: 3_000, leads: 200, ..Limits::default() };
    let mut seen: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for seed in first..first + count {
        let mut dice = Dice::of_seed(seed);
        let (trial, Ok(old)) = Trial::random(&mut dice, 1) else { continue };
        let (what, draft) = changed(&mut dice, &trial.draft);
        let text = format!("{}{}", trial.world, draft.text());
        let Ok(new) = compile(&text) else { continue };
        let comparison = compare(&old, &new, &limits);
        let verdict = match &comparison.verdict {
            Verdict::Same { .. } => {
                for as_of in [*dice.one(instants()), *dice.one(instants())] {
                    let (before, after) = (Interpreter::new(&old, as_of), Interpreter::new(&new, as_of));
                    let leads: Vec<Lead> = facts_of(&mut dice, &old.schema, as_of, LEADS / 2);
                    for lead in leads {
                        let (x, y) = (before.score(&lead), after.score(&lead));
                        let found = differences((&old, &x), (&new, &y));
                        let (rules, other) = (trial.draft.text(), draft.text());
                        assert!(
                            found.is_empty(),
                            "seed {seed}, {what}: {found:?}\n{rules}\n---\n{other}\n{lead:?}"
                        );
                    }
                }
                "same"
            }
            Verdict::Differs(example) => {
                let before = Interpreter::new(&old, example.as_of).score(&example.lead);
                let after = Interpreter::new(&new, example.as_of).score(&example.lead);
                assert_eq!(differences((&old, &before), (&new, &after)), example.differences, "seed {seed}");
                assert!(!example.differences.is_empty(), "seed {seed}");
                "differs"
            }
            Verdict::Unknown { .. } => "unknown",
        };
        *seen.entry((what, verdict)).or_default() += 1;
    }
    for ((what, verdict), count) in &seen {
        println!("{count:5} {what}: {verdict}");
    }
    assert!(seen.values().sum::<u64>() * 2 > count, "too few models were accepted");
}
