//! All that is found out about a change of rules, and how people read it: in a terminal, as Markdown for a comment on
//! a pull request, as one page of HTML. As JSON it is [`Report`] itself.

mod bars;
mod figures;
mod html;
mod markdown;
mod plain;
mod possible;
mod text;

use crate::budget::Budgets;
use crate::change::{Changes, Effect};
use crate::impact::Impact;
use crate::proof::Comparison;
use serde::Serialize;

/// The version of the shape of [`Report`] as JSON. It rises when something that was there is left out or means
/// something else; more may be added without.
pub const SHAPE: u32 = 1;

/// A review of a change.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// [`SHAPE`].
    pub shape: u32,
    /// The model before.
    pub old: Version,
    /// The model after.
    pub new: Version,
    /// What changed.
    pub changes: Option<Changes>,
    /// What it does to the leads of a project.
    pub leads: Option<Impact>,
    /// What it could do, whatever the leads are.
    pub could: Option<Comparison>,
    /// How it stands to what a change may do.
    pub budgets: Option<Budgets>,
    /// What the reader should know beside it, such as why a part is missing.
    pub notes: Vec<String>,
}

/// One of the two models.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// As it was named: a path or a revision.
    pub name: String,
    /// The digest of the model, its lists and params.
    pub digest: String,
}

impl Report {
    /// The report of a terminal; with escapes for colours or without.
    pub fn text(&self, colors: bool) -> String {
        text::render(&plain::cleaned(self), colors)
    }

    /// A comment on a pull request.
    pub fn markdown(&self) -> String {
        markdown::render(&plain::cleaned(self))
    }

    /// One self-contained page.
    pub fn html(&self) -> String {
        html::render(&plain::cleaned(self))
    }
}

/// What is said above the changes of a project.
pub(crate) const PROJECT: &str =
    "the project (both versions were scored on the same data, so no figure shows these)";

/// How many changes, in words: `3 changes of results, 1 change of tests`.
pub(crate) fn headline(changes: &Changes) -> String {
    let count = |effect: Effect| changes.changes.iter().filter(|change| change.effect == effect).count();
    let (results, words, tests) = (count(Effect::Results), count(Effect::Words), count(Effect::Tests));
    let mut parts = Vec::new();
    for (n, one, many) in [
        (results, "change of results", "changes of results"),
        (words, "change of words", "changes of words"),
        (tests, "change of tests", "changes of tests"),
    ] {
        if n > 0 {
            parts.push(format!("{n} {}", if n == 1 { one } else { many }));
        }
    }
    if !changes.project.is_empty() {
        let n = changes.project.len();
        parts
            .push(format!("{n} {}", if n == 1 { "change of the project" } else { "changes of the project" }));
    }
    if parts.is_empty() { "nothing changed".to_string() } else { parts.join(", ") }
}
