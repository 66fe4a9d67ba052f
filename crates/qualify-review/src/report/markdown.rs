//! The report as Markdown, made for a comment on a pull request: a headline, short lists, details folded.

use super::{Report, headline};
use crate::change::{Changes, Effect};
use std::fmt::Write;

/// A comment on GitHub holds 65,536 characters; this many leave room for what a workflow puts around.
const MOST: usize = 60_000;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    // writing to a String does not fail
    let _ = writeln!(out, "## Scoring rules: {} → {}\n", code(&report.old.name), code(&report.new.name));
    if let Some(changes) = &report.changes {
        out.push_str(&told(changes));
    }
    for note in &report.notes {
        let _ = writeln!(out, "> {note}\n");
    }
    cut(out)
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn told(changes: &Changes) -> String {
    let mut out = format!("### What changed: {}\n\n", headline(changes));
    let mut folded = String::new();
    for change in &changes.changes {
        let line = format!("- {}\n", change.sentence);
        if change.effect == Effect::Results { out.push_str(&line) } else { folded.push_str(&line) }
    }
    if !folded.is_empty() {
        let _ = write!(out, "\n<details><summary>Words and tests</summary>\n\n{folded}\n</details>\n");
    }
    out.push('\n');
    out
}

/// The text, cut at a line where it would be too long for a comment.
fn cut(text: String) -> String {
    if text.len() <= MOST {
        return text;
    }
    let end = text.char_indices().take_while(|(at, _)| *at < MOST).last().map_or(0, |(at, _)| at);
    let end = text[..end].rfind('\n').unwrap_or(end);
    format!("{}\n\n*The report was cut here: it is too long for a comment.*\n", &text[..end])
}
