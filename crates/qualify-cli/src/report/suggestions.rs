//! Tests that are missing, as text to be pasted, and what they would bring.

use qualify_review::place::Place;
use qualify_review::suggestion::Suggestions;
use std::fmt::Write;

/// The tests, then a line of what they bring and a list of what nothing was found for.
pub fn render(name: &str, suggestions: &Suggestions) -> String {
    let mut out = String::new();
    if !suggestions.tests.is_empty() {
        let _ = writeln!(out, "{}", suggestions.file()); // writing to a String does not fail, here and below
    }
    out.push_str(&summary(name, suggestions));
    let mut list = |title: &str, changes: &[(Place, String, String)]| {
        if !changes.is_empty() {
            let _ = write!(out, "\n{title}:\n\n");
        }
        for (place, old, new) in changes {
            let new = if new.is_empty() { "(left out)" } else { new };
            let _ = writeln!(out, "  {place}  {old}  ->  {new}");
        }
    };
    list("proved: with these no lead is scored differently", &suggestions.same);
    list("no lead was found that would notice these; perhaps they change nothing", &suggestions.not_found);
    out
}

/// `12 tests are missing in leadforge: with them 98.1 % of 390 changes are noticed, now 80.0 %`.
pub fn summary(name: &str, suggestions: &Suggestions) -> String {
    if let [first, ..] = suggestions.failing.as_slice() {
        return format!(
            "no test is suggested for {name}: nothing was tried, because a test fails on the model as it is: {first}\n"
        );
    }
    let percent = |noticed: usize| {
        let tenths = noticed * 1000 / suggestions.tried.max(1); // never rounded up
        format!("{}.{} %", tenths / 10, tenths % 10)
    };
    let (now, then) = (percent(suggestions.noticed), percent(suggestions.noticed_then));
    let mut out = match suggestions.tests.len() {
        0 => format!(
            "no test is missing in {name} that could be found: {now} of {} changes are noticed\n",
            suggestions.tried
        ),
        n => format!(
            "{n} test{} missing in {name}: with {it} {then} of {} changes are noticed, now {now}\n",
            if n == 1 { " is" } else { "s are" },
            suggestions.tried,
            it = if n == 1 { "it" } else { "them" },
        ),
    };
    match suggestions.unwritable {
        0 => {}
        1 => out.push_str("1 more is left out: the language has no words for it\n"),
        n => out.push_str(&format!("{n} more are left out: the language has no words for them\n")),
    }
    out
}
