//! Messages as data for editors and scripts.

use crate::{Diagnostic, Label, Sources, Span};
use serde::Serialize;

/// A JSON array, one object a message. Offsets count bytes from 0, lines and columns from 1 in characters.
pub fn render_json(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let all: Vec<Message> = diagnostics.iter().map(|d| message(sources, d)).collect();
    // Plain structs of text and numbers always serialise.
    serde_json::to_string_pretty(&all).unwrap_or_default()
}

#[derive(Serialize)]
struct Message<'d> {
    code: &'static str,
    severity: crate::Severity,
    title: &'static str,
    message: &'d str,
    place: Place<'d>,
    others: Vec<Place<'d>>,
    notes: &'d [String],
    fixes: Vec<FixShown<'d>>,
}

#[derive(Serialize)]
struct Place<'d> {
    file: &'d str,
    start: u32,
    end: u32,
    line: usize,
    column: usize,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'d str,
}

#[derive(Serialize)]
struct FixShown<'d> {
    title: &'d str,
    edits: Vec<EditShown<'d>>,
}

#[derive(Serialize)]
struct EditShown<'d> {
    #[serde(flatten)]
    place: Place<'d>,
    replacement: &'d str,
}

fn message<'d>(sources: &'d Sources, d: &'d Diagnostic) -> Message<'d> {
    let label = |l: &'d Label| place(sources, l.span, &l.text);
    let fixes = d.fixes.iter().map(|fix| FixShown {
        title: &fix.title,
        edits: fix
            .edits
            .iter()
            .map(|e| EditShown { place: place(sources, e.span, ""), replacement: &e.replacement })
            .collect(),
    });
    Message {
        code: d.code.as_str(),
        severity: d.severity,
        title: d.code.title(),
        message: &d.message,
        place: label(&d.place),
        others: d.others.iter().map(label).collect(),
        notes: &d.notes,
        fixes: fixes.collect(),
    }
}

fn place<'d>(sources: &'d Sources, span: Span, text: &'d str) -> Place<'d> {
    let (line, column) = sources.line_column(span);
    Place { file: &sources.file(span.file).name, start: span.start, end: span.end, line, column, text }
}
