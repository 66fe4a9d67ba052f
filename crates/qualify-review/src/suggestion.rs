//! Tests that are missing: for each change of the rules that no test notices, a small lead that would notice it, just
//! at the threshold or at the edge of the window, as a test to be pasted.
//!
//! What the model does today is what such a test expects. It is a record, not a promise: whoever adds it should look at
//! it first. A lead is only suggested after the reference interpreter has told the model and the mutant apart by it.
//!
//! Not in here: making mutants (`mutants`).

mod pool;
mod search;
mod text;
mod tweaks;

use crate::mutants::{Mutants, Workshop};
use crate::place::Place;
use qualify_model::{Lead, Model, Outcome};
use qualify_reference::Interpreter;
use serde::Serialize;

/// A test that is missing.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestion {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub place: Place,
    /// The test in the language.
    pub text: String,
    /// How many changes it notices that no test noticed before.
    pub notices: usize,
}

/// Tests that are missing, and what they would bring.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestions {
    /// In the order of the text that they are about.
    pub tests: Vec<Suggestion>,
    /// Changes that tests notice now, and with the suggested ones, of all that were tried.
    pub noticed: usize,
    /// See `noticed`.
    pub noticed_then: usize,
    /// See `noticed`.
    pub tried: usize,
    /// Changes for which no lead was found that the model and the changed one score differently, `old` and `new` with
    /// the place: perhaps they mean the same.
    pub not_found: Vec<(Place, String, String)>,
}

/// A change that is not noticed yet, compiled.
struct Open {
    /// Its place among the mutants that were tried.
    place: usize,
    model: Model,
}

/// Looks for tests that notice what `mutants` says no test notices. The same answer on every machine.
pub fn of(workshop: &Workshop, mutants: &Mutants) -> Suggestions {
    let model = workshop.model();
    let now = Interpreter::new(model, workshop.as_of());
    let unnoticed = mutants.tried.iter().enumerate().filter(|(_, mutant)| !mutant.noticed);
    let mut open: Vec<Open> = unnoticed
        .filter_map(|(place, mutant)| Some(Open { place, model: workshop.changed(&mutant.site)? }))
        .collect();
    let mut search = search::Search::new(model, &now);
    let (noticed, tried) = mutants.noticed();
    let mut out =
        Suggestions { tests: Vec::new(), noticed, noticed_then: noticed, tried, not_found: Vec::new() };
    let mut names: Vec<String> = model.tests.iter().map(|test| test.name.clone()).collect();
    while !open.is_empty() {
        let this = open.remove(0);
        let mutant = &mutants.tried[this.place];
        let changed = Interpreter::new(&this.model, workshop.as_of());
        let Some(lead) = search.lead(&this.model, &changed, mutant.site.span) else {
            out.not_found.push((mutant.place.clone(), mutant.old.clone(), mutant.new.clone()));
            continue;
        };
        let (before, after) = (now.score(&lead), changed.score(&lead));
        let seen = text::Seen::of(model, &before, &after);
        let before_this = open.len();
        open.retain(|other| !notices(&seen, model, &before, &other.model, workshop.as_of(), &lead));
        let notices = 1 + before_this - open.len();
        let name = text::name(mutant, &mut names);
        let text = text::test(model, &name, &lead, workshop.as_of(), &before, &seen);
        out.noticed_then += notices;
        out.tests.push(Suggestion { name, place: mutant.place.clone(), text, notices });
    }
    out.tests.sort_by(|a, b| a.place.cmp(&b.place)); // stable: at one place in the order of the changes
    out
}

/// Whether a test that expects what is seen of `before` notices another mutant.
fn notices(
    seen: &text::Seen,
    model: &Model,
    before: &Outcome,
    other: &Model,
    as_of: i64,
    lead: &Lead,
) -> bool {
    let after = Interpreter::new(other, as_of).score(lead);
    seen.differs(model, before, &after)
}

impl Suggestions {
    /// All tests as the text of a file, with a comment on what they are.
    pub fn file(&self) -> String {
        let mut out = String::from(
            "# Suggested by `qualify test --suggest`: what the rules do today, written down so that a change of them is\n\
             # noticed. A record, not a promise: look at each, and give it a name that says why.\n",
        );
        for test in &self.tests {
            out.push('\n');
            out.push_str(&test.text);
        }
        out
    }
}
