//! The grammar and the parser say the same: on sentences, on near misses, on everything written in the
//! language in this workspace. What the parser accepts, the printer prints to a fixed point.
//!
//! `QUALIFY_SEED` chooses another seed. A disagreement is shrunk and shown; put it into
//! `grammar/disagreements.txt` (one a paragraph), where it is tried again for ever.

use qualify_diagnostics::{FileId, Severity};
use qualify_grammar::{accepts, near_misses, rules, sentence, sentences, tokens};
use qualify_syntax::{parse, print, same};
use qualify_tests::blocks::qualify_blocks;
use qualify_tests::workspace::{files, read, root, shown};

/// Of each: sentences and near misses.
const COUNT: usize = 10_000;
/// Rules of the grammar that are no function of the parser, since they are a part of one.
const WITHOUT_FUNCTION: &[&str] = &["fields"];
/// Disagreements that are shown in one run.
const SHOWN: usize = 5;

pub fn seed() -> u64 {
    let seed = std::env::var("QUALIFY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_101);
    println!("QUALIFY_SEED={seed}");
    seed
}

/// Whether the parser finds no error in the text.
fn parses(text: &str) -> bool {
    parse(FileId(0), text).diagnostics.iter().all(|d| d.severity != Severity::Error)
}

fn disagree(text: &str) -> bool {
    accepts(text).is_ok() != parses(text)
}

/// What is wrong with printing the text, which the parser accepts.
fn misprint(text: &str) -> Option<String> {
    let tree = parse(FileId(0), text).tree;
    let printed = print(&tree);
    let again = parse(FileId(0), &printed);
    if !again.diagnostics.is_empty() {
        return Some(format!(
            "is printed as what does not parse: {}\n{printed}",
            again.diagnostics[0].message
        ));
    }
    if !same(&tree, &again.tree) {
        return Some(format!("is printed as what parses to another tree:\n{printed}"));
    }
    let twice = print(&again.tree);
    (twice != printed).then(|| format!("is printed as\n{printed}\nand then as\n{twice}"))
}

/// The text with as many tokens dropped as can be while `bad` holds.
fn shrink(text: &str, bad: impl Fn(&str) -> bool) -> String {
    let mut kept: Vec<&str> = tokens(text);
    if !bad(&kept.join(" ")) {
        return text.to_string();
    }
    let mut length = kept.len().div_ceil(2);
    while length > 0 {
        let mut at = 0;
        while at < kept.len() {
            let end = (at + length).min(kept.len());
            let without = [&kept[..at], &kept[end..]].concat();
            if bad(&without.join(" ")) {
                kept = without;
            } else {
                at += length;
            }
        }
        length /= 2;
    }
    kept.join(" ")
}

/// What is wrong with one text, shrunk.
fn judge(text: &str) -> Option<String> {
    if disagree(text) {
        let small = shrink(text, disagree);
        let parser = parse(FileId(0), &small).diagnostics.first().map(|d| d.message.clone());
        let grammar = accepts(&small).err().map(|rejection| rejection.to_string());
        return Some(format!(
            "{small}\n  grammar: {}\n  parser: {}",
            grammar.unwrap_or("accepts it".into()),
            parser.unwrap_or("accepts it".into())
        ));
    }
    if parses(text) && misprint(text).is_some() {
        let small = shrink(text, |text| parses(text) && misprint(text).is_some());
        return Some(format!("{small}\n  {}", misprint(&small).unwrap_or_default()));
    }
    None
}

/// Puts texts, each with its place, to both; and those that are accepted to the printer.
fn hold(texts: impl IntoIterator<Item = (String, String)>) {
    let (mut accepted, mut rejected) = (0, 0);
    let mut wrong = Vec::new();
    for (place, text) in texts {
        *if parses(&text) { &mut accepted } else { &mut rejected } += 1;
        if wrong.len() < SHOWN {
            wrong.extend(judge(&text).map(|why| format!("{place}: {why}")));
        }
    }
    println!("{accepted} accepted and {rejected} rejected by both");
    assert!(wrong.is_empty(), "\n\n{}\n", wrong.join("\n\n"));
}

#[test]
fn sentences_of_the_grammar_parse() {
    hold(sentences(seed(), COUNT).map(|text| ("sentence".to_string(), text)));
}

#[test]
fn near_misses_get_the_same_verdict() {
    let seed = seed();
    let rounds = (0..COUNT as u64).map(|i| seed.wrapping_add(1_000_000).wrapping_add(i));
    let texts = rounds.flat_map(|round| near_misses(&sentence(round), round)).take(COUNT);
    hold(texts.map(|text| ("near miss".to_string(), text)));
}

#[test]
fn old_disagreements_stay_settled() {
    let list = read(&root().join("tests/grammar/disagreements.txt"));
    hold(list.split("\n\n").filter(|text| !text.trim().is_empty()).map(|text| ("list".into(), text.into())));
}

#[test]
fn everything_written_in_the_language_gets_the_same_verdict() {
    hold(written());
}

#[test]
fn near_misses_of_what_people_write_get_the_same_verdict() {
    let seed = seed();
    let texts = written();
    assert!(!texts.is_empty());
    let rounds = (0u64..).zip(texts.iter().cycle()).take(COUNT / 5);
    hold(rounds.flat_map(|(round, (place, text))| {
        let misses = near_misses(text, seed.wrapping_add(round));
        misses.into_iter().map(|miss| (place.clone(), miss)).collect::<Vec<_>>()
    }));
}

/// All texts in the language that stand in this workspace, each with its place.
pub fn written() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for folder in ["examples", "tests", "crates"] {
        for path in files(folder, ".qualify") {
            texts.push((shown(&path), read(&path)));
        }
    }
    let pages = ["docs", "tests/corpus", "crates/qualify-diagnostics/pages", "examples"];
    let pages = pages.iter().flat_map(|folder| files(folder, ".md")).chain([root().join("README.md")]);
    for path in pages.filter(|path| path.exists()) {
        for block in qualify_blocks(&read(&path)) {
            texts.push((format!("{}:{}", shown(&path), block.line), block.text));
        }
    }
    texts
}

#[test]
fn every_rule_is_a_function_of_the_parser() {
    let mut sources = read(&root().join("crates/qualify-syntax/src/parser.rs"));
    files("crates/qualify-syntax/src/parser", ".rs").iter().for_each(|path| sources.push_str(&read(path)));
    let wanted = rules().into_iter().filter(|name| !WITHOUT_FUNCTION.contains(name));
    let missing: Vec<_> = wanted.filter(|name| !sources.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "rules without a function of their name: {}", missing.join(", "));
}
