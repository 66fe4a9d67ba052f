//! What is to be reached, as far as the rows of a run tell.

use crate::report::seconds;
use crate::run::Run;
use crate::usage::Usage;
use std::fmt::Write;

/// What is looked at.
#[derive(Clone, Copy)]
enum Quantity {
    Cpu,
    Wall,
    Peak,
}

/// A row against another, or against a number.
struct Bar {
    what: &'static str,
    row: &'static str,
    quantity: Quantity,
    /// None: the limit is a number of seconds or MiB.
    against: Option<&'static str>,
    most: f64,
}

const fn ratio(what: &'static str, row: &'static str, against: &'static str, most: f64) -> Bar {
    Bar { what, row, quantity: Quantity::Cpu, against: Some(against), most }
}

const fn most(what: &'static str, row: &'static str, quantity: Quantity, most: f64) -> Bar {
    Bar { what, row, quantity, against: None, most }
}

const BARS: &[Bar] = &[
    ratio("rules only, default backend, against hand-written", "rules/qualify", "rules/by-hand", 1.0),
    ratio("rules only, interpreter, against hand-written", "rules/qualify-interpreter", "rules/by-hand", 2.5),
    ratio("sorted, against hand-written", "sorted/qualify/1", "sorted/by-hand/1", 1.1),
    ratio("sorted, against tuned DuckDB", "sorted/qualify/1", "sorted/duckdb-tuned", 1.0 / 5.0),
    ratio("sorted, against Polars", "sorted/qualify/1", "sorted/polars", 1.0 / 4.0),
    ratio("order of time, against hand-written", "arrival/qualify/1", "arrival/by-hand", 0.8),
    ratio("order of time, against tuned DuckDB", "arrival/qualify/1", "arrival/duckdb-tuned", 1.0 / 4.0),
    ratio("order of time, against Polars", "arrival/qualify/1", "arrival/polars", 1.0 / 3.0),
    ratio("CSV, against DuckDB that only reads", "csv/qualify/1", "csv/duckdb-read", 1.5),
    Bar {
        what: "two threads, wall time against one",
        row: "sorted/qualify/2",
        quantity: Quantity::Wall,
        against: Some("sorted/qualify/1"),
        most: 1.0 / 1.8,
    },
    most("peak memory, sorted", "sorted/qualify/1", Quantity::Peak, 0.7 * 1024.0),
    most("peak memory, ten times the data", "large/qualify/2", Quantity::Peak, 1024.0),
    ratio("600 rules against 60, rules only", "rules/qualify-600", "rules/qualify", 3.0),
    ratio("600 rules against 60, from file to file", "600/qualify/1", "sorted/qualify/1", 3.0),
    most("LS60 from text to machine code", "compile/60", Quantity::Cpu, 5e-3),
    most("10,000 rules from text to machine code", "compile/10000", Quantity::Cpu, 1.0),
    ratio("10,000 rules against 5,000: linear", "compile/10000", "compile/5000", 2.2),
    most("one lead with 20 events", "one-lead", Quantity::Cpu, 3e-6),
];

fn amount(usage: Usage, quantity: Quantity) -> f64 {
    match quantity {
        Quantity::Cpu => usage.cpu,
        Quantity::Wall => usage.wall,
        Quantity::Peak => usage.peak,
    }
}

/// The bars whose rows were measured.
pub fn table(run: &Run) -> String {
    let mut text = String::from("## Bars\n\n| what | at most | measured | |\n|---|--:|--:|---|\n");
    for bar in BARS {
        let Some(usage) = run.usage(bar.row) else { continue };
        let found = amount(usage, bar.quantity);
        let (found, show): (f64, &dyn Fn(f64) -> String) = match (bar.against, bar.quantity) {
            (Some(against), _) => {
                let Some(base) = run.usage(against) else { continue };
                (found / amount(base, bar.quantity), &|ratio| format!("{ratio:.2}"))
            }
            (None, Quantity::Peak) => (found, &|mebibytes| format!("{mebibytes:.0} MiB")),
            (None, _) => (found, &seconds),
        };
        let verdict = if found <= bar.most { "met" } else { "missed" };
        let _ = writeln!(text, "| {} | {} | {} | {verdict} |", bar.what, show(bar.most), show(found));
    }
    text
}
