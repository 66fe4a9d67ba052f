//! The report of a terminal.

use super::{Report, headline};
use crate::change::{Action, Change, Changes, Effect};
use std::fmt::Write;

/// Escapes of terminals, or nothing.
pub(super) struct Paint {
    on: bool,
}

impl Paint {
    fn with(&self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }

    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(&self, text: &str) -> String {
        self.with("2", text)
    }
}

pub(super) fn render(report: &Report, colors: bool) -> String {
    let paint = Paint { on: colors };
    let mut out = String::new();
    // writing to a String does not fail
    let _ = writeln!(out, "{} {} → {}", paint.bold("diff"), report.old.name, report.new.name);
    if let Some(changes) = &report.changes {
        out.push_str(&told(changes, &paint));
    }
    for note in &report.notes {
        let _ = writeln!(out, "\n{} {note}", paint.bold("note:"));
    }
    out
}

fn told(changes: &Changes, paint: &Paint) -> String {
    let mut out = format!("\n{}: {}\n", paint.bold("what changed"), headline(changes));
    for (effect, title) in
        [(Effect::Results, ""), (Effect::Words, "words only"), (Effect::Tests, "tests only")]
    {
        let mut of_it = changes.changes.iter().filter(|change| change.effect == effect).peekable();
        if of_it.peek().is_some() && !title.is_empty() {
            let _ = writeln!(out, "  {}", paint.dim(title));
        }
        for change in of_it {
            let _ =
                writeln!(out, "  {} {}  {}", sign(change, paint), change.sentence, paint.dim(&place(change)));
        }
    }
    out
}

fn sign(change: &Change, paint: &Paint) -> String {
    match change.action {
        Action::Added => paint.with("32", "+"),
        Action::Removed => paint.with("31", "-"),
        Action::Moved => paint.with("33", "↕"),
        Action::Changed | Action::Renamed => paint.with("33", "~"),
    }
}

/// `model.qualify:12`.
fn place(change: &Change) -> String {
    let seen = change.new.as_ref().or(change.old.as_ref());
    seen.map_or_else(String::new, |seen| format!("{}:{}", seen.file, seen.line))
}
