//! What tests cover, as a table: how much of each kind, then line by line what no test shows.

use super::table::{Align, table};
use qualify_review::coverage::{Condition, Coverage, Item, Kind, Share};
use std::fmt::Write;

/// Longer texts are cut.
const WIDEST: usize = 84;

/// The whole table; `all` shows also what is covered.
pub fn render(name: &str, coverage: &Coverage, all: bool) -> String {
    let plural = if coverage.tests == 1 { "" } else { "s" };
    let mut out = format!("coverage of {name} by {} test{plural}\n\n{}", coverage.tests, shares(coverage));
    let mut file = "";
    let mut rows: Vec<Vec<String>> = Vec::new();
    for item in coverage.items.iter().filter(|item| all || !item.is_covered()) {
        if item.place.file != file {
            flush(&mut out, file, &mut rows, all);
            file = &item.place.file;
        }
        if let (true, [condition]) = (item.whole && !one_of_several(item.kind), item.conditions.as_slice()) {
            rows.push(whole_row(item, condition));
            continue;
        }
        rows.push(item_row(item));
        let shown = |c: &&Condition| all || c.yes == 0 || c.no == 0;
        rows.extend(item.conditions.iter().filter(shown).map(|c| condition_row(c, item)));
    }
    flush(&mut out, file, &mut rows, all);
    out
}

/// How much of each kind.
fn shares(coverage: &Coverage) -> String {
    let mut rows = Vec::new();
    let mut row = |name: &str, share: Share, what: &str| {
        if share.all > 0 {
            let percent = percent(share);
            rows.push(vec![
                name.to_string(),
                share.covered.to_string(),
                format!("of {}", share.all),
                percent,
                what.to_string(),
            ]);
        }
    };
    for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Let) {
        let (name, what) = words(kind);
        row(name, coverage.reached(kind), what);
    }
    row("outcomes", coverage.outcomes(), "conditions seen true, and seen false");
    row("together", coverage.total(), "these, and rules and segments seen not to hold");
    row("unknown", coverage.unknowns(), "conditions that can be unknown, seen unknown");
    let (left, right) = (("", Align::Left), ("", Align::Right));
    table(&[left, right, left, right, left], &rows, 2, WIDEST)
}

fn percent(share: Share) -> String {
    let tenths = u64::from(share.covered) * 1000 / u64::from(share.all.max(1)); // never rounded up
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Rule => ("rules", "fired"),
        Kind::Row => ("rows", "rows of tables that matched"),
        Kind::Grade => ("grades", "lines that gave the grade"),
        Kind::Stage => ("stages", "stages that came out"),
        Kind::Route => ("routes", "routes that were taken"),
        Kind::Segment => ("segments", "segments that held"),
        Kind::Exclude => ("excludes", "that held"),
        Kind::Disqualify => ("disqualifies", "that held"),
        Kind::Ignore => ("ignores", "that left an event out"),
        Kind::Let => ("lets", "named conditions that held"),
        Kind::Population => ("populations", "scores that were for the lead"),
    }
}

/// Writes the rows of one file.
fn flush(out: &mut String, file: &str, rows: &mut Vec<Vec<String>>, all: bool) {
    if rows.is_empty() {
        return;
    }
    let title = if all { "in how many tests" } else { "not shown by any test: the zeros" };
    let _ = write!(out, "\n{file}: {title}\n\n"); // writing to a String does not fail
    let columns = [
        ("line", Align::Right),
        ("yes", Align::Right),
        ("no", Align::Right),
        ("unknown", Align::Right),
        ("what", Align::Left),
    ];
    out.push_str(&table(&columns, rows, 2, WIDEST));
    rows.clear();
}

/// Rows, lines, stages and routes: another one is always the answer.
fn one_of_several(kind: Kind) -> bool {
    matches!(kind, Kind::Row | Kind::Grade | Kind::Stage | Kind::Route)
}

/// An item whose one condition says all.
fn whole_row(item: &Item, condition: &Condition) -> Vec<String> {
    let unknown = condition.unknown.map_or("-".to_string(), |n| n.to_string());
    let (line, yes, no) = (item.place.line.to_string(), condition.yes.to_string(), condition.no.to_string());
    vec![line, yes, no, unknown, item.text.clone()]
}

fn item_row(item: &Item) -> Vec<String> {
    let no = if one_of_several(item.kind) { String::new() } else { item.missed.to_string() };
    vec![item.place.line.to_string(), item.reached.to_string(), no, String::new(), item.text.clone()]
}

fn condition_row(condition: &Condition, item: &Item) -> Vec<String> {
    let line = if condition.place.line == item.place.line {
        String::new()
    } else {
        condition.place.line.to_string()
    };
    let unknown = condition.unknown.map_or("-".to_string(), |n| n.to_string());
    let (yes, no) = (condition.yes.to_string(), condition.no.to_string());
    vec![line, yes, no, unknown, format!("    {}", condition.text)]
}
