//! What a review says of a change, held against random models: nothing of a model and itself in other clothes,
//! something wherever a lead is scored differently.

use qualify::Compiled;
use qualify_diagnostics::Sources;
use qualify_model::{Lead, Outcome};
use qualify_reference::Interpreter;
use qualify_review::change::{Changes, Read, compare};
use qualify_syntax::tree::StatementKind;
use qualify_tests::agree::{Author, Dice, Draft, Line, WORLDS, facts_of};

const SEED: u64 = 20_260_131;
const MODELS: u64 = 150;
const LEADS: usize = 40;
const AS_OF: i64 = 1_767_225_600_000_000;

/// A random model over a random schema: the schema, the rules, and what they compile to.
struct Case {
    world: &'static str,
    draft: Draft,
    compiled: Compiled,
}

fn compile(world: &str, rules: &str) -> Option<Compiled> {
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", format!("{world}\n{rules}"));
    let compiled = qualify::Model::compile(sources, &[root], &|path, _| Err(format!("no file {path}")), &[]);
    compiled.model.is_some().then_some(compiled)
}

/// The model of a seed, if the checker takes it.
fn case(seed: u64) -> Option<Case> {
    let mut dice = Dice::of_seed(seed);
    let world = WORLDS[dice.below(WORLDS.len())];
    let schema = compile(world, "")?.model?.schema().clone();
    let draft = Author::new(&mut dice, &schema).write();
    let compiled = compile(world, &draft.text())?;
    Some(Case { world, draft, compiled })
}

fn cases() -> impl Iterator<Item = (u64, Case)> {
    (SEED..).filter_map(|seed| Some((seed, case(seed)?))).take(MODELS as usize)
}

fn read(compiled: &Compiled) -> Read<'_> {
    let model = compiled.model.as_ref().expect("only what compiled is a case");
    Read { model: model.typed(), sources: &compiled.sources }
}

fn changes(old: &Compiled, new: &Compiled) -> Changes {
    compare(read(old), read(new))
}

#[track_caller]
fn nothing(old: &Compiled, new: &Compiled, seed: u64, what: &str, text: &str) {
    let changes = changes(old, new);
    let told: Vec<&String> = changes.changes.iter().map(|change| &change.sentence).collect();
    assert!(told.is_empty(), "seed {seed}, {what}: {told:#?}\n{text}");
}

#[test]
fn a_model_and_itself_in_other_clothes_are_no_change() {
    let mut seen = 0;
    for (seed, case) in cases() {
        let text = case.draft.text();
        nothing(&case.compiled, &case.compiled, seed, "itself", &text);
        let file = qualify_diagnostics::FileId(0);
        let whole = format!("{}\n{text}", case.world);
        if let Ok(laid_out) = qualify_syntax::format(file, &whole)
            && let Some(again) = compile("", &laid_out)
        {
            nothing(&case.compiled, &again, seed, "laid out anew", &text);
            seen += 1;
        }
        let shuffled = shuffled(&case.draft, seed);
        if let Some(again) = compile(case.world, &shuffled) {
            nothing(&case.compiled, &again, seed, "in another order", &format!("{text}\n---\n{shuffled}"));
            seen += 1;
        }
    }
    assert!(seen > MODELS, "only {seen} of {MODELS} models could be written otherwise");
}

/// The statements whose order means nothing in another order.
fn shuffled(draft: &Draft, seed: u64) -> String {
    let mut dice = Dice::of_seed(seed);
    let mut lines = draft.lines.clone();
    let mut shuffle = |items: &mut Vec<String>| {
        for at in (1..items.len()).rev() {
            items.swap(at, dice.below(at + 1));
        }
    };
    let mut free: Vec<usize> = Vec::new();
    for (at, line) in lines.iter_mut().enumerate() {
        match line {
            Line::Block(_, rules) if rules.iter().all(|rule| !ordered(rule)) => shuffle(rules),
            Line::One(text) if !ordered(text) => free.push(at),
            _ => {}
        }
    }
    let mut texts: Vec<String> = free
        .iter()
        .map(|at| match &lines[*at] {
            Line::One(text) => text.clone(),
            Line::Block(..) => String::new(),
        })
        .collect();
    shuffle(&mut texts);
    for (at, text) in free.into_iter().zip(texts) {
        lines[at] = Line::One(text);
    }
    Draft { lines }.text()
}

/// Whether the place of a statement means something: of what is matched in order, and of rules that set.
fn ordered(text: &str) -> bool {
    let parsed = qualify_syntax::parse(qualify_diagnostics::FileId(0), text);
    let free = |kind: &StatementKind| {
        matches!(
            kind,
            StatementKind::List(_)
                | StatementKind::Param(_)
                | StatementKind::Let(_)
                | StatementKind::Segment(_)
        )
    };
    let is_rule = |kind: &StatementKind| matches!(kind, StatementKind::Rule(_));
    !parsed.tree.statements.iter().all(|s| free(&s.kind) || is_rule(&s.kind) && !text.contains(" set "))
}

#[test]
fn whoever_is_scored_differently_is_told_of() {
    let (mut different, mut tried) = (0, 0);
    for (seed, case) in cases() {
        let mut dice = Dice::of_seed(seed ^ 0x5eed);
        let schema = &read(&case.compiled).model.schema;
        let leads: Vec<Lead> = facts_of(&mut dice, schema, AS_OF, LEADS);
        for _ in 0..4 {
            let Some((what, text)) = mutated(&case.draft, &mut dice) else { continue };
            let Some(new) = compile(case.world, &text) else { continue };
            tried += 1;
            let (was, is) = (outcomes(&case.compiled, &leads), outcomes(&new, &leads));
            let changes = changes(&case.compiled, &new);
            assert!(changes.changes.iter().all(|change| !change.sentence.is_empty()), "seed {seed}");
            if was != is {
                different += 1;
                let told = changes.of_results().count();
                let words: Vec<&String> = changes.changes.iter().map(|change| &change.sentence).collect();
                assert!(
                    told > 0,
                    "seed {seed}: {what}: leads differ ({:?}), and only this is told: {words:#?}\n{}",
                    was.iter().zip(&is).find(|(a, b)| a != b),
                    case.draft.text()
                );
            }
        }
    }
    println!("seed {SEED}: {different} of {tried} changes touched a lead, and all of them were told");
    assert!(different > 50, "only {different} of {tried} changes touched a lead");
}

/// What is told of each lead, by name: scores, grade sets and segments stand in the order of the text.
fn outcomes(compiled: &Compiled, leads: &[Lead]) -> Vec<String> {
    let model = read(compiled).model;
    let interpreter = Interpreter::new(model, AS_OF);
    let told = |lead: &Lead| {
        let Outcome { status, score, scores, grades, stage, mut segments, route, respond_by, .. } =
            interpreter.score(lead);
        let mut named: Vec<String> =
            model.scores.iter().zip(scores).map(|(of, units)| format!("{} {units:?}", of.name)).collect();
        named.extend(model.grades.iter().zip(grades).map(|(of, label)| format!("{} {label:?}", of.name)));
        named.sort();
        segments.sort();
        format!("{status:?} {score:?} {named:?} {stage:?} {segments:?} {route:?} {respond_by:?}")
    };
    leads.iter().map(told).collect()
}

/// The model with one statement left out, doubled or put elsewhere, or one number changed.
fn mutated(draft: &Draft, dice: &mut Dice) -> Option<(String, String)> {
    let mut lines = draft.lines.clone();
    let at = dice.below(lines.len());
    let what = match dice.below(4) {
        0 => format!("without {:?}", text_of(&lines.remove(at))),
        1 => {
            let to = dice.below(lines.len());
            lines.swap(at, to);
            format!("swapped: {} AND {}", text_of(&lines[at]), text_of(&lines[to]))
        }
        _ => {
            let line = &mut lines[at];
            let text = match line {
                Line::One(text) => text,
                Line::Block(_, rules) if !rules.is_empty() => {
                    let rule = dice.below(rules.len());
                    &mut rules[rule]
                }
                Line::Block(header, _) => header,
            };
            let digits: Vec<usize> =
                text.char_indices().filter(|(_, c)| c.is_ascii_digit()).map(|(i, _)| i).collect();
            let digit = *digits.get(dice.below(digits.len().max(1)))?;
            let new = char::from(b'0' + dice.below(10) as u8);
            let before = text.clone();
            text.replace_range(digit..=digit, &new.to_string());
            format!("{before} -> {text}")
        }
    };
    Some((what, Draft { lines }.text()))
}

fn text_of(line: &Line) -> String {
    match line {
        Line::One(text) => text.clone(),
        Line::Block(header, rules) => format!("{header} {{ {} }}", rules.join(" ")),
    }
}
