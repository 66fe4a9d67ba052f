//! One message about one place: the same struct for errors, warnings and notes of every room.

use crate::{Code, Span};
use serde::Serialize;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Probably not meant; the model still runs.
    Warning,
    /// Cannot mean anything; the model does not run.
    Error,
}

/// A place with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What to say there; may be empty.
    pub text: String,
}

/// One replacement of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// A change that an editor can apply, all edits together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What it does, as an order: "write `subtract 5`".
    pub title: String,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

/// A message about a rule file.
///
/// Style: lower case, no final dot, the author's words in backticks, no jargon; says what is wrong, what
/// would be right here, and gives the fix as text to paste.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// The place it is about.
    pub place: Label,
    /// Other places that explain it.
    pub others: Vec<Label>,
    /// Further sentences below the source: what would be allowed, why it matters.
    pub notes: Vec<String>,
    /// Alternatives; each is whole in itself.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A message of `code` at `span`, with the severity that the catalogue gives to the code.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: code.severity(),
            message: message.into(),
            place: Label { span, text: String::new() },
            others: Vec::new(),
            notes: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Words at the place itself.
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.place.text = text.into();
        self
    }

    /// Another place, with words.
    pub fn other(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.others.push(Label { span, text: text.into() });
        self
    }

    /// A further sentence.
    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }

    /// A fix of one edit.
    pub fn fix(self, title: impl Into<String>, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.fix_all(title, vec![Edit { span, replacement: replacement.into() }])
    }

    /// A fix of several edits.
    pub fn fix_all(mut self, title: impl Into<String>, edits: Vec<Edit>) -> Diagnostic {
        self.fixes.push(Fix { title: title.into(), edits });
        self
    }
}
