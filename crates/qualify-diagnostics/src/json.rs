//! Messages as data for editors and scripts.

use crate::lines::{ColumnKind, Lines};
use crate::{Allowance, Diagnostic, Label, Sources, Span, Suppressed};
use serde::Serialize;

/// A JSON array, one object a message. Offsets count bytes from 0, lines and columns from 1 in characters.
pub fn render_json(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    render_json_with(sources, diagnostics, &[])
}

/// The same, then the messages that somebody allowed: these have a `suppressed`.
pub fn render_json_with(sources: &Sources, diagnostics: &[Diagnostic], suppressed: &[Suppressed]) -> String {
    let mut places = Places { sources, lines: Lines::new(sources, ColumnKind::Characters) };
    let mut all: Vec<Message> = diagnostics.iter().map(|d| places.message(d)).collect();
    for allowed in suppressed {
        let mut message = places.message(&allowed.diagnostic);
        let comment = match allowed.by {
            Allowance::Comment(span) => Some(places.place(span, "")),
            Allowance::Outside => None,
        };
        message.suppressed = Some(SuppressedShown { reason: &allowed.reason, comment });
        all.push(message);
    }
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
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressed: Option<SuppressedShown<'d>>,
}

#[derive(Serialize)]
struct SuppressedShown<'d> {
    reason: &'d str,
    /// Absent if an argument or the manifest allows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<Place<'d>>,
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

/// Looks up lines and columns.
struct Places<'s> {
    sources: &'s Sources,
    lines: Lines<'s>,
}

impl<'s> Places<'s> {
    fn message(&mut self, d: &'s Diagnostic) -> Message<'s> {
        let fixes = d.fixes.iter().map(|fix| FixShown {
            title: &fix.title,
            edits: fix
                .edits
                .iter()
                .map(|e| EditShown { place: self.place(e.span, ""), replacement: &e.replacement })
                .collect(),
        });
        Message {
            code: d.code.as_str(),
            severity: d.severity,
            title: d.code.title(),
            message: &d.message,
            fixes: fixes.collect(),
            place: self.label(&d.place),
            others: d.others.iter().map(|label| self.label(label)).collect(),
            notes: &d.notes,
            suppressed: None,
        }
    }

    fn label(&mut self, label: &'s Label) -> Place<'s> {
        self.place(label.span, &label.text)
    }

    fn place(&mut self, span: Span, text: &'s str) -> Place<'s> {
        let (from, _) = self.lines.range(span);
        let file = &self.sources.file(span.file).name;
        Place { file, start: span.start, end: span.end, line: from.line, column: from.column, text }
    }
}
