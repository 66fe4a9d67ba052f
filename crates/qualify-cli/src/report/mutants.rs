//! Which changes of the rules no test notices, and how many are noticed.

use super::table::{Align, table};
use qualify_review::mutants::{Change, Mutant, Mutants};
use std::fmt::Write;

/// Longer phrases are cut.
const WIDEST: usize = 72;

/// The list, then the shares.
pub fn render(name: &str, mutants: &Mutants, tests: usize) -> String {
    if let [first, ..] = mutants.failing.as_slice() {
        return format!(
            "mutants of {name}: none were tried, because a test fails on the model as it is: {first}\n"
        );
    }
    let mut out = match mutants.seed {
        Some(seed) => format!(
            "mutants of {name}: {} changes of {} possible ones (seed {seed})",
            mutants.tried.len(),
            mutants.possible
        ),
        None => format!("mutants of {name}: {} changes, one at a time", mutants.tried.len()),
    };
    // writing to a String does not fail, here and below
    let _ = writeln!(out, ", tried on {tests} test{}", if tests == 1 { "" } else { "s" });
    if mutants.same > 0 {
        let _ = writeln!(out, "({} more provably change nothing and are left out)", mutants.same);
    }
    let mut file = "";
    let mut rows = Vec::new();
    for mutant in mutants.unnoticed() {
        if mutant.place.file != file {
            flush(&mut out, file, &mut rows);
            file = &mutant.place.file;
        }
        rows.push(row(mutant));
    }
    flush(&mut out, file, &mut rows);
    out.push('\n');
    out.push_str(&shares(mutants));
    out
}

fn flush(out: &mut String, file: &str, rows: &mut Vec<Vec<String>>) {
    if rows.is_empty() {
        return;
    }
    let _ = write!(out, "\n{file}: no test notices\n\n");
    let columns = [("line", Align::Right), ("this", Align::Left), ("changed to", Align::Left)];
    out.push_str(&table(&columns, rows, 2, WIDEST));
    rows.clear();
}

fn row(mutant: &Mutant) -> Vec<String> {
    let new = if mutant.new.is_empty() { "(left out)".to_string() } else { mutant.new.clone() };
    let (old, new) = from_first_difference(&mutant.old, &new);
    vec![mutant.place.line.to_string(), old, new]
}

/// Long phrases begin where they differ, so that the difference is not what is cut off.
fn from_first_difference(old: &str, new: &str) -> (String, String) {
    if old.chars().count().max(new.chars().count()) <= WIDEST {
        return (old.to_string(), new.to_string());
    }
    let same = old.char_indices().zip(new.chars()).find(|((_, a), b)| a != b).map_or(0, |((i, _), _)| i);
    let word = old[..same].rmatch_indices(' ').nth(3).map_or(0, |(i, _)| i + 1);
    let from = |text: &str| match word {
        0 => text.to_string(),
        _ => format!("… {}", &text[word..]),
    };
    (from(old), from(new))
}

fn shares(mutants: &Mutants) -> String {
    let mut rows = Vec::new();
    let mut row = |name: &str, noticed: usize, all: usize| {
        // never rounded up
        if let Some(tenths) = (noticed * 1000).checked_div(all) {
            let percent = format!("{}.{} %", tenths / 10, tenths % 10);
            rows.push(vec![name.to_string(), noticed.to_string(), format!("of {all}"), percent]);
        }
    };
    for change in Change::ALL {
        let of_it = || mutants.tried.iter().filter(|mutant| mutant.change == change);
        row(words(change), of_it().filter(|mutant| mutant.noticed).count(), of_it().count());
    }
    let (noticed, all) = mutants.noticed();
    row("noticed", noticed, all);
    let (left, right) = (("", Align::Left), ("", Align::Right));
    table(&[left, right, left, right], &rows, 2, WIDEST)
}

fn words(change: Change) -> &'static str {
    match change {
        Change::Threshold => "thresholds",
        Change::Window => "windows",
        Change::Points => "points",
        Change::Bound => "bounds",
        Change::Operator => "operators",
        Change::Dropped => "left out",
        Change::Param => "params",
    }
}
