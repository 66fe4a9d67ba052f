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

use crate::mutants::{Mutant, Mutants, Workshop};
use crate::place::Place;
use qualify_model::Model;
use qualify_reference::Interpreter;
use search::Found;
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
    /// Changes with which no lead can be scored differently, as was proved: the place, the phrase before and after.
    pub same: Vec<(Place, String, String)>,
    /// Changes for which neither a lead nor a proof was found: perhaps they mean the same.
    pub not_found: Vec<(Place, String, String)>,
    /// Leads that would notice a change, but whose test does not check: the language has no words for it.
    pub unwritable: usize,
    /// Tests fail on the model as it is: nothing was tried.
    pub failing: Vec<String>,
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
    let mut out = Suggestions {
        tests: Vec::new(),
        noticed,
        noticed_then: noticed,
        tried,
        same: Vec::new(),
        not_found: Vec::new(),
        unwritable: 0,
        failing: mutants.failing.clone(),
    };
    let mut names: Vec<String> = model.tests.iter().map(|test| test.name.clone()).collect();
    while !open.is_empty() {
        let this = open.remove(0);
        let mutant = &mutants.tried[this.place];
        let changed = Interpreter::new(&this.model, workshop.as_of());
        let (lead, as_of) = match search.lead(&this.model, &changed, mutant.site.span) {
            Found::Lead(lead, as_of) => (lead, as_of),
            Found::Same => {
                out.same.push(in_words(mutant));
                continue;
            }
            Found::Nothing => {
                out.not_found.push(in_words(mutant));
                continue;
            }
        };
        let score = |model: &Model| Interpreter::new(model, as_of).score(&lead);
        let (before, after) = (score(model), score(&this.model));
        let seen = text::Seen::of(model, &before, &after);
        let name = text::name(mutant, &mut names);
        let text = text::test(model, &name, &lead, (as_of, workshop.as_of()), &before, &seen);
        if !checks(workshop, &text) {
            names.pop();
            out.unwritable += 1;
            continue;
        }
        let before_this = open.len();
        open.retain(|other| !seen.differs(&before, &score(&other.model)));
        let notices = 1 + before_this - open.len();
        out.noticed_then += notices;
        out.tests.push(Suggestion { name, place: mutant.place.clone(), text, notices });
    }
    out.tests.sort_by(|a, b| a.place.cmp(&b.place)); // stable: at one place in the order of the changes
    out
}

/// Whether the model still checks with the test at the end of its first file: one that does not would keep all others
/// from running.
fn checks(workshop: &Workshop, test: &str) -> bool {
    let first = workshop.sources().files().next();
    first.is_some_and(|(id, file)| workshop.compiled(id, &format!("{}\n{test}", file.text)).is_some())
}

fn in_words(mutant: &Mutant) -> (Place, String, String) {
    (mutant.place.clone(), mutant.old.clone(), mutant.new.clone())
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
