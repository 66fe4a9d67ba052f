//! Every rule of the grammar has its parser function of the same name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Rules that are made of single tokens, which the lexer knows.
const TOKENS: &[&str] = &[
    "text",
    "number",
    "percent",
    "decimal",
    "short_duration",
    "word",
    "idc",
    "currency",
    "magnitude",
    "unit",
    "shouted",
    "reserved",
    "statement_word",
    "plain_type",
    "aggregate_word",
    "function",
];

/// Rules without a function of that name, and where their part is done.
const ELSEWHERE: &[(&str, &str)] = &[
    ("operator", "begins_operator"),
    ("phrase", "begins_phrase"),
    ("object_word", "is_object_word"),
    ("fields", "fields_in_braces"),
    ("negation", "negation"),
];

fn rules() -> BTreeSet<String> {
    let grammar = include_str!("../../../../grammar/qualify.pest");
    let name = |line: &str| line.split_once(" = ").map(|(name, _)| name.trim().to_string());
    let rules =
        grammar.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase())).filter_map(name);
    rules.collect()
}

fn functions(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("the sources are here") {
        let path = entry.expect("the sources can be listed").path();
        if path.is_dir() {
            functions(&path, into);
            continue;
        }
        for line in fs::read_to_string(&path).expect("a source can be read").lines() {
            let Some((_, rest)) = line.split_once("fn ") else { continue };
            let name = rest.split(['(', '<']).next().unwrap_or("");
            into.insert(name.to_string());
        }
    }
}

#[test]
fn rules_and_functions_are_paired() {
    let mut functions_found = BTreeSet::new();
    functions(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/parser"), &mut functions_found);
    let missing: Vec<String> = rules()
        .into_iter()
        .filter(|rule| !TOKENS.contains(&rule.as_str()))
        .filter(|rule| {
            let other =
                ELSEWHERE.iter().find(|(name, _)| name == rule).map_or(rule.as_str(), |(_, other)| *other);
            !functions_found.contains(other)
        })
        .collect();
    assert!(missing.is_empty(), "rules without a parser function: {missing:?}");
}
