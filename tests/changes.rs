//! Random models with random changes: what is said to be the same is the same for random leads, and a lead that is said
//! to be scored differently is.
//!
//! `QUALIFY_SEED=7 QUALIFY_CHANGES=2000 cargo test -p qualify-tests changes` is a longer search.

use qualify_model::{Attribute, Event, EventId, Lead, Model, Schema, Type, Value};
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
                let told = format!("seed {seed}, {what}\n{}\n---\n{}", trial.draft.text(), draft.text());
                no_lead_differs(&mut dice, &old, &new, &told);
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

/// Random leads of both schemas, each as both models read it, are scored the same.
fn no_lead_differs(dice: &mut Dice, old: &Model, new: &Model, told: &str) {
    for as_of in [*dice.one(instants()), *dice.one(instants())] {
        let (before, after) = (Interpreter::new(old, as_of), Interpreter::new(new, as_of));
        for of in [old, new] {
            let leads: Vec<Lead> = facts_of(dice, &of.schema, as_of, LEADS / 4);
            for lead in leads {
                let read = |by: &Model| as_read(&of.schema, &by.schema, &lead);
                let (x, y) = (before.score(&read(old)), after.score(&read(new)));
                let found = differences((old, &x), (new, &y));
                assert!(found.is_empty(), "{found:?}\n{told}\n{lead:?}");
            }
        }
    }
}

/// A lead of one schema as another one would read the same data: all by name, and what it does not accept unknown.
fn as_read(from: &Schema, to: &Schema, lead: &Lead) -> Lead {
    let values = |to_all: &[Attribute], from_all: &[Attribute], values: &[Option<Value>]| {
        let one = |wanted: &Attribute| {
            let at = from_all.iter().position(|other| other.path() == wanted.path())?;
            value_as_read((from, &from_all[at]), (to, wanted), values[at].as_ref()?)
        };
        to_all.iter().map(one).collect::<Vec<_>>()
    };
    let event = |event: &Event| {
        let kind = from.event(event.kind);
        let at = to.events.iter().position(|other| other.name == kind.name)?;
        let properties = values(&to.events[at].properties, &kind.properties, &event.properties);
        Some(Event { kind: EventId(at as u32), properties, ..event.clone() })
    };
    Lead {
        key: lead.key.clone(),
        attributes: values(&to.attributes, &from.attributes, &lead.attributes),
        events: lead.events.iter().filter_map(event).collect(),
    }
}

fn value_as_read(from: (&Schema, &Attribute), to: (&Schema, &Attribute), value: &Value) -> Option<Value> {
    fn word(from: (&Schema, &Type), to: (&Schema, &Type), value: &Value) -> Option<Value> {
        match (from.1, to.1, value) {
            (Type::OneOf(a), Type::OneOf(b), Value::Word(word)) => {
                let name = &from.0.vocabulary(*a).words[*word as usize].name;
                let there = to.0.vocabulary(*b).words.iter().position(|other| other.name == *name)?;
                Some(Value::Word(there as u32))
            }
            (Type::List(a), Type::List(b), Value::List(values)) => {
                let each = values.iter().filter_map(|value| word((from.0, a), (to.0, b), value));
                Some(Value::List(each.collect()))
            }
            (a, b, value) => (a == b).then(|| value.clone()),
        }
    }
    let value = word((from.0, &from.1.ty), (to.0, &to.1.ty), value)?;
    match (&value, &to.1.range) {
        (Value::Number(n), Some((Value::Number(low), Value::Number(high)))) if n < low || n > high => None,
        _ => Some(value),
    }
}

/// The schema with a few of its lines, words, ranges, attributes and events changed; what was done.
fn changed_schema(dice: &mut Dice, world: &str) -> (&'static str, String) {
    let mut lines: Vec<String> = world.lines().map(str::to_string).collect();
    let plain = |line: &String| line.starts_with("  ") && !line.contains(['{', '}']);
    let places = |lines: &[String], is: &dyn Fn(&String) -> bool| -> Vec<usize> {
        (0..lines.len()).filter(|at| is(&lines[*at])).collect()
    };
    let (attributes, words) = (places(&lines, &plain), places(&lines, &|line| line.contains("one of (")));
    if attributes.is_empty() || words.is_empty() {
        return ("nothing", lines.join("\n"));
    }
    match dice.below(8) {
        0 | 1 => {
            let at = *dice.one(&attributes);
            if plain(&lines[at - 1]) {
                lines.swap(at - 1, at);
            }
            ("attributes moved", lines.join("\n"))
        }
        2 => {
            let at = *dice.one(&words);
            let (start, rest) = lines[at].split_once("one of (").expect("it is there");
            let (words, end) = rest.split_once(')').expect("it is closed");
            let mut turned: Vec<&str> = words.split(", ").collect();
            turned.rotate_left(1);
            lines[at] = format!("{start}one of ({}){end}", turned.join(", "));
            ("words turned", lines.join("\n"))
        }
        3 => {
            let at = *dice.one(&words);
            lines[at] = match dice.chance(50) {
                true => lines[at].replacen("one of (", "one of (further, ", 1),
                false => {
                    let (start, rest) = lines[at].split_once("one of (").expect("it is there");
                    format!("{start}one of ({}", rest.replacen(')', ", further)", 1))
                }
            };
            ("a further word", lines.join("\n"))
        }
        4 => {
            let ranged = places(&lines, &|line| line.contains(" from 0 to ") || line.contains(" from 1 to "));
            if ranged.is_empty() {
                return ("nothing", lines.join("\n"));
            }
            let at = *dice.one(&ranged);
            let low = if dice.chance(50) { " from 2 to " } else { " from -3 to " };
            lines[at] = lines[at].replacen(" from 0 to ", low, 1).replacen(" from 1 to ", low, 1);
            ("a range", lines.join("\n"))
        }
        5 => {
            let at = *dice.one(&attributes);
            lines.insert(at, "  one_more integer from 0 to 9".to_string());
            ("a further attribute", lines.join("\n"))
        }
        6 => {
            let at = *dice.one(&attributes);
            lines.remove(at);
            ("an attribute gone", lines.join("\n"))
        }
        _ => {
            lines.push("event happened (value money, note text)".to_string());
            ("a further event", lines.join("\n"))
        }
    }
}

#[test]
fn random_changes_of_schemas_are_told_rightly() {
    let (first, count) = (setting("QUALIFY_SEED", SEED), setting("QUALIFY_CHANGES", CHANGES / 2));
    println!("seed {first}");
    let limits = Limits { conflicts: 3_000, leads: 200, ..Limits::default() };
    let mut seen: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for seed in first..first + count {
        let mut dice = Dice::of_seed(seed ^ 0x5c_4e3a);
        let (trial, Ok(old)) = Trial::random(&mut dice, 1) else { continue };
        let (what, mut world) = changed_schema(&mut dice, &trial.world);
        for _ in 0..dice.below(3) {
            world = changed_schema(&mut dice, &world).1;
        }
        let draft = if dice.chance(30) { changed(&mut dice, &trial.draft).1 } else { trial.draft.clone() };
        let Ok(new) = compile(&format!("{world}\n{}", draft.text())) else { continue };
        let told = format!("seed {seed}, {what}\n{world}\n{}\n---\n{}", trial.draft.text(), draft.text());
        let verdict = match &compare(&old, &new, &limits).verdict {
            Verdict::Same { .. } => {
                no_lead_differs(&mut dice, &old, &new, &told);
                "same"
            }
            Verdict::Differs(example) => {
                let before = Interpreter::new(&old, example.as_of).score(&example.old_lead);
                let after = Interpreter::new(&new, example.as_of).score(&example.lead);
                assert_eq!(differences((&old, &before), (&new, &after)), example.differences, "{told}");
                assert!(!example.differences.is_empty(), "{told}");
                if example.accepted_by_one.is_empty() {
                    let read = as_read(&new.schema, &old.schema, &example.lead);
                    assert_eq!(read, example.old_lead, "{told}");
                    assert_eq!(as_read(&old.schema, &new.schema, &read), example.lead, "{told}");
                }
                "differs"
            }
            Verdict::Unknown { why, .. } => {
                assert!(why.iter().all(|obstacle| !obstacle.what.is_empty()), "{told}");
                "unknown"
            }
        };
        *seen.entry((what, verdict)).or_default() += 1;
    }
    for ((what, verdict), count) in &seen {
        println!("{count:5} {what}: {verdict}");
    }
    assert!(seen.values().sum::<u64>() * 4 > count, "too few models were accepted");
}
