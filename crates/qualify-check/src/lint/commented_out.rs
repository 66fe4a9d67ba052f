//! `commented-out`: a comment that is a rule. Nobody knows whether it will come back; version control does.

use super::Lints;
use qualify_diagnostics::{Code, Diagnostic, FileId, Span};

/// Beginnings of what is worth a closer look.
const BEGINNINGS: &[&str] = &[
    "when ",
    "for each ",
    "points for ",
    "disqualify if ",
    "exclude leads where ",
    "stage ",
    "side stage ",
    "segment ",
    "route ",
    "grade ",
    "ignore ",
];
/// Words that a rule has at least: shorter ones may be prose.
const FEWEST_WORDS: usize = 5;
/// Lines of comment that are read together.
const MOST_LINES: usize = 12;

pub(super) fn check(lints: &mut Lints<'_>) {
    for (id, file) in lints.sources.files() {
        let lines = comment_lines(&file.text);
        let mut at = 0;
        while at < lines.len() {
            let length = rule_length(&lines[at..]);
            if length > 0 {
                let (first, last) = (&lines[at], &lines[at + length - 1]);
                let (start, end) = (first.start + first.indent, last.end);
                let removal = Span::new(id, first.start, (last.end + 1).min(file.text.len()));
                let message = "this comment is a rule that does nothing";
                let diagnostic = Diagnostic::new(Code::W0810, Span::new(id, start, end), message)
                    .note("whoever reads it cannot know whether it is wanted; older versions of the file keep it")
                    .fix("take it away", removal, "");
                lints.out.push(diagnostic);
            }
            at += length.max(1);
        }
    }
}

/// A line that is nothing but a comment.
struct CommentLine<'t> {
    number: usize,
    start: usize,
    indent: usize,
    end: usize,
    text: &'t str,
}

fn comment_lines(text: &str) -> Vec<CommentLine<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (number, line) in text.split('\n').enumerate() {
        let trimmed = line.trim_start();
        if trimmed.starts_with('#') {
            let indent = line.len() - trimmed.len();
            let end = start + line.trim_end().len();
            found.push(CommentLine {
                number,
                start,
                indent,
                end,
                text: trimmed.trim_start_matches('#').trim(),
            });
        }
        start += line.len() + 1;
    }
    found
}

/// How many lines from the first on are one rule; 0 if none begins there.
fn rule_length(lines: &[CommentLine<'_>]) -> usize {
    let Some(first) = lines.first() else { return 0 };
    if !BEGINNINGS.iter().any(|beginning| first.text.starts_with(beginning)) {
        return 0;
    }
    let together = lines.iter().enumerate().take(MOST_LINES);
    let mut text = String::new();
    for (i, line) in together.take_while(|(i, line)| line.number == first.number + i) {
        text.push_str(line.text);
        text.push('\n');
        match read(&text) {
            Read::Rule if text.split_whitespace().count() >= FEWEST_WORDS => return i + 1,
            Read::Prose => return 0,
            _ => {}
        }
    }
    0
}

/// What the beginning of a comment is.
enum Read {
    Rule,
    /// It may go on in the next line.
    Begun,
    Prose,
}

fn read(text: &str) -> Read {
    let parsed = qualify_syntax::parse(FileId::default(), text);
    match parsed.diagnostics.first() {
        None if parsed.tree.statements.len() == 1 => Read::Rule,
        Some(first) if first.place.span.end as usize >= text.trim_end().len() => Read::Begun,
        _ => Read::Prose,
    }
}
