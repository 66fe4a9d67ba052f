//! Coverage as an LCOV tracefile, which `genhtml`, editors and CI servers read.
//!
//! A line counts as run by the tests in which what stands on it was reached: a rule fired, a row matched, a stage was
//! the result. Each outcome of each condition is a branch.

use super::{Condition, Coverage, Item, Kind};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What is known of one line.
#[derive(Default)]
struct Line {
    hits: u32,
    /// Groups of branches: how often each was taken, none if never looked at.
    blocks: Vec<Vec<Option<u32>>>,
}

/// The tracefile.
pub fn lcov(coverage: &Coverage) -> String {
    let mut files: BTreeMap<&str, BTreeMap<usize, Line>> = BTreeMap::new();
    for item in &coverage.items {
        let file = files.entry(&item.place.file).or_default();
        let line = file.entry(item.place.line).or_default();
        line.hits = line.hits.max(hits(item));
        line.blocks.extend(own_branches(item));
        for condition in &item.conditions {
            let line = file.entry(condition.place.line).or_default();
            line.hits =
                line.hits.max(if condition.place.line == item.place.line { 0 } else { condition.yes });
            line.blocks.push(branches(condition));
        }
    }
    let mut out = String::new();
    for (name, lines) in &files {
        record(&mut out, name, lines);
    }
    out
}

fn hits(item: &Item) -> u32 {
    match item.kind {
        Kind::Let => item.reached + item.missed,
        _ => item.reached,
    }
}

/// Reached and not: of what can be both.
fn own_branches(item: &Item) -> Option<Vec<Option<u32>>> {
    let looked_at = item.reached + item.missed > 0;
    let both = item.kind.both_ways();
    both.then(|| [item.reached, item.missed].map(|n| looked_at.then_some(n)).to_vec())
}

fn branches(condition: &Condition) -> Vec<Option<u32>> {
    let looked_at = condition.yes + condition.no + condition.unknown.unwrap_or_default() > 0;
    let all = [Some(condition.yes), Some(condition.no), condition.unknown];
    all.into_iter().flatten().map(|n| looked_at.then_some(n)).collect()
}

fn record(out: &mut String, name: &str, lines: &BTreeMap<usize, Line>) {
    // writing to a String does not fail
    let _ = writeln!(out, "TN:\nSF:{name}");
    let (mut found, mut hit) = (0, 0);
    for (number, line) in lines {
        for (block, branches) in line.blocks.iter().enumerate() {
            for (branch, taken) in branches.iter().enumerate() {
                found += 1;
                hit += u32::from(taken.is_some_and(|n| n > 0));
                let taken = taken.map_or("-".to_string(), |n| n.to_string());
                let _ = writeln!(out, "BRDA:{number},{block},{branch},{taken}");
            }
        }
    }
    let _ = writeln!(out, "BRF:{found}\nBRH:{hit}");
    for (number, line) in lines {
        let _ = writeln!(out, "DA:{number},{}", line.hits);
    }
    let hit = lines.values().filter(|line| line.hits > 0).count();
    let _ = writeln!(out, "LF:{}\nLH:{hit}\nend_of_record", lines.len());
}
