//! Messages as a log in SARIF 2.1.0, for code scanning.
//!
//! Columns count units of UTF-16, as the format does unless told otherwise. Files are named relative to the folder
//! that was worked in, `SRCROOT`.

use crate::fingerprint::Fingerprints;
use crate::lines::{ColumnKind, Lines};
use crate::{Allowance, Code, Diagnostic, Fix, Label, Severity, Sources, Span, Suppressed, uri};
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The page about the schema that the log follows.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The base of relative names.
const BASE: &str = "SRCROOT";

/// A log of one run: the messages that are shown, and those that somebody allowed, marked as suppressed. `version`
/// is the program's.
pub fn render_sarif(
    sources: &Sources,
    diagnostics: &[Diagnostic],
    suppressed: &[Suppressed],
    version: &str,
) -> String {
    let mut codes: Vec<Code> =
        diagnostics.iter().chain(suppressed.iter().map(|s| &s.diagnostic)).map(|d| d.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut log = Log {
        sources,
        lines: Lines::new(sources, ColumnKind::Utf16),
        prints: Fingerprints::new(),
        places: codes.iter().enumerate().map(|(place, code)| (*code, place)).collect(),
    };
    let mut results: Vec<Value> = diagnostics.iter().map(|d| log.result(d, None)).collect();
    results.extend(suppressed.iter().map(|s| log.result(&s.diagnostic, Some(s))));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "qualify",
                "semanticVersion": version,
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            }},
            "columnKind": "utf16CodeUnits",
            "originalUriBaseIds": {
                BASE: { "description": { "text": "the folder in which qualify ran" } },
            },
            "results": results,
        }],
    });
    format!("{log:#}")
}

/// A code with its page.
fn rule(code: Code) -> Value {
    let page = code.page();
    // the title's line is said by the short description
    let help = page.split_once('\n').map_or(page, |(_, rest)| rest).trim();
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": code.title() },
        "fullDescription": { "text": first_paragraph(help) },
        "help": { "text": help, "markdown": page },
        "defaultConfiguration": { "level": level(code.severity()) },
    })
}

fn first_paragraph(page: &str) -> String {
    let lines = page.lines().take_while(|line| !line.trim().is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

struct Log<'s> {
    sources: &'s Sources,
    lines: Lines<'s>,
    prints: Fingerprints,
    /// The place of each code among the rules.
    places: HashMap<Code, usize>,
}

impl Log<'_> {
    fn result(&mut self, diagnostic: &Diagnostic, suppressed: Option<&Suppressed>) -> Value {
        let file = uri::reference(&self.sources.file(diagnostic.place.span.file).name).uri;
        let print = self.prints.of(diagnostic, &file, &mut self.lines);
        let mut result = Map::new();
        result.insert("ruleId".into(), diagnostic.code.as_str().into());
        result.insert("ruleIndex".into(), self.places[&diagnostic.code].into());
        result.insert("level".into(), level(diagnostic.severity).into());
        result.insert("message".into(), json!({ "text": message(diagnostic) }));
        result.insert("locations".into(), json!([self.location(&diagnostic.place)]));
        // the name under which code scanning looks for it
        result.insert("partialFingerprints".into(), json!({ "primaryLocationLineHash": print }));
        if !diagnostic.others.is_empty() {
            let others = diagnostic.others.iter().map(|label| self.location(label));
            result.insert("relatedLocations".into(), others.collect());
        }
        if !diagnostic.fixes.is_empty() {
            result.insert("fixes".into(), diagnostic.fixes.iter().map(|fix| self.fix(fix)).collect());
        }
        if let Some(suppressed) = suppressed {
            result.insert("suppressions".into(), json!([self.suppression(suppressed)]));
        }
        Value::Object(result)
    }

    fn location(&mut self, label: &Label) -> Value {
        let mut location = json!({ "physicalLocation": {
            "artifactLocation": self.artifact(label.span),
            "region": self.region(label.span),
        }});
        if !label.text.is_empty() {
            location["message"] = json!({ "text": label.text });
        }
        location
    }

    fn artifact(&self, span: Span) -> Value {
        let reference = uri::reference(&self.sources.file(span.file).name);
        if reference.relative {
            json!({ "uri": reference.uri, "uriBaseId": BASE })
        } else {
            json!({ "uri": reference.uri })
        }
    }

    fn region(&mut self, span: Span) -> Value {
        let (from, to) = self.lines.range(span);
        json!({
            "startLine": from.line, "startColumn": from.column,
            "endLine": to.line, "endColumn": to.column,
        })
    }

    /// A change of each file that the fix edits.
    fn fix(&mut self, fix: &Fix) -> Value {
        let mut changes: Vec<(u32, Value, Vec<Value>)> = Vec::new();
        for edit in &fix.edits {
            let replacement = json!({
                "deletedRegion": self.region(edit.span),
                "insertedContent": { "text": edit.replacement },
            });
            let file = edit.span.file.0;
            match changes.iter_mut().find(|(of, ..)| *of == file) {
                Some((.., replacements)) => replacements.push(replacement),
                None => changes.push((file, self.artifact(edit.span), vec![replacement])),
            }
        }
        let changes = changes.into_iter().map(
            |(_, artifact, replacements)| json!({ "artifactLocation": artifact, "replacements": replacements }),
        );
        json!({ "description": { "text": fix.title }, "artifactChanges": changes.collect::<Vec<_>>() })
    }

    fn suppression(&mut self, suppressed: &Suppressed) -> Value {
        let mut suppression = Map::new();
        match suppressed.by {
            Allowance::Comment(span) => {
                suppression.insert("kind".into(), "inSource".into());
                suppression.insert("location".into(), self.location(&Label { span, text: String::new() }));
            }
            Allowance::Outside => {
                suppression.insert("kind".into(), "external".into());
            }
        }
        if !suppressed.reason.is_empty() {
            suppression.insert("justification".into(), suppressed.reason.clone().into());
        }
        Value::Object(suppression)
    }
}

/// The sentence and its notes; the places and the fixes have their own.
fn message(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    for note in &diagnostic.notes {
        text.push('\n');
        text.push_str(note);
    }
    text
}
