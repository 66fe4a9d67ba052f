//! What came of tests: a line for each that passed if asked for, an account of each that failed, one line in the end.

use super::explanation;
use qualify_review::trials::{Failure, Finding, Trial};
use std::fmt::Write;

/// The mark of a test that passed, and of one that failed.
const PASSED: &str = "✓";
const FAILED: &str = "✗";

/// How trials are shown.
#[derive(Clone, Copy)]
pub struct Style {
    /// Those that passed are named too.
    pub all: bool,
    /// In colour.
    pub colors: bool,
}

/// All trials of one group under its name; `microseconds` is how long they took.
pub fn render(name: &str, trials: &[Trial], style: Style) -> String {
    let mut out = String::new();
    for trial in trials {
        if !trial.passed {
            let _ = write!(out, "{}\n\n", account(trial, style.colors)); // writing to a String does not fail
        } else if style.all {
            let _ = writeln!(out, "{} {}", green(PASSED, style.colors), trial.name);
        }
    }
    let microseconds: u64 = trials.iter().map(|trial| trial.microseconds).sum();
    let _ = writeln!(
        out,
        "{name}: {}",
        summary(trials.iter().filter(|t| !t.passed).count(), trials.len(), microseconds)
    );
    out
}

/// `24 tests passed in 12 ms`.
pub fn summary(failed: usize, all: usize, microseconds: u64) -> String {
    let tests = |n: usize| format!("{n} test{}", if n == 1 { "" } else { "s" });
    let time = match microseconds {
        us if us < 10_000 => format!("{}.{} ms", us / 1000, us % 1000 / 100),
        us => format!("{} ms", us / 1000),
    };
    match failed {
        0 => format!("{} passed in {time}", tests(all)),
        failed => format!("{} failed, {} passed in {time}", tests(failed), all - failed),
    }
}

/// Why a test failed: each expectation with what was found instead, then the ledger of the lead.
pub fn account(trial: &Trial, colors: bool) -> String {
    let mut out = format!("{} {}\n  {}\n", red(FAILED, colors), trial.name, trial.place);
    for failure in &trial.failures {
        out.push('\n');
        out.push_str(&expectation(failure));
    }
    if let Some(explanation) = &trial.explanation {
        out.push('\n');
        for line in explanation::render(explanation).lines().skip(1) {
            let indent = if line.is_empty() { "" } else { "    " };
            let _ = writeln!(out, "{indent}{line}");
        }
    }
    out.trim_end().to_string()
}

fn expectation(failure: &Failure) -> String {
    let unknown = if failure.unknown { ", which is unknown" } else { "" };
    let mut out = format!("  expected {}{unknown}  (line {})\n", failure.expected, failure.place.line);
    let whole = |finding: &&Finding| finding.depth == 0 && finding.asked == failure.expected;
    for finding in failure.findings.iter().filter(whole) {
        let _ = writeln!(out, "    found: {}", finding.found);
    }
    let parts: Vec<&Finding> = failure.findings.iter().filter(|f| !whole(f)).collect();
    let indented = |f: &Finding| format!("{}{}", "  ".repeat(f.depth.saturating_sub(1)), f.asked);
    let short = parts.iter().map(|f| indented(f).chars().count()).filter(|n| *n <= 48).max().unwrap_or(0);
    for part in parts {
        let asked = indented(part);
        let _ = match asked.chars().count() {
            n if n <= 48 => writeln!(out, "    {asked}{}   {}", " ".repeat(short - n), part.found),
            _ => writeln!(out, "    {asked}\n    {}   {}", " ".repeat(short), part.found),
        };
    }
    out
}

fn green(text: &str, colors: bool) -> String {
    paint(text, "32", colors)
}

fn red(text: &str, colors: bool) -> String {
    paint(text, "31", colors)
}

fn paint(text: &str, code: &str, colors: bool) -> String {
    if colors { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
}
