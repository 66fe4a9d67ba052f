//! A compiled model: what others hold in their hand.

use crate::{Engine, EngineOptions, Explanation};
use qualify_check::{Load, Options, check, check_schema};
use qualify_diagnostics::{Diagnostic, FileId, Severity, Sources, Suppressed};
use qualify_model::{Lead, Outcome, Schema};
use qualify_plan::{Plan, Unsupported};
use qualify_reference::Interpreter;

/// A model that checked: ready to score. Cheap to share between threads; it never changes.
#[derive(Clone, Debug)]
pub struct Model {
    typed: qualify_model::Model,
}

/// What compiling gives: the model if there was no error, and all messages either way.
#[derive(Debug)]
pub struct Compiled {
    /// None if there is an error among the diagnostics.
    pub model: Option<Model>,
    /// All files that were read, for rendering the diagnostics.
    pub sources: Sources,
    /// All problems of all files.
    pub diagnostics: Vec<Diagnostic>,
    /// Those that comments in the files allow.
    pub suppressed: Vec<Suppressed>,
}

impl Compiled {
    /// How many errors and warnings there are.
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        (errors, self.diagnostics.len() - errors)
    }
}

impl Model {
    /// Compiles the files `roots` of `sources` together with the files they `use`, which `load` gets. `params`
    /// overrides params of the model: pairs of name and value as text.
    pub fn compile(
        mut sources: Sources,
        roots: &[FileId],
        load: &Load,
        params: &[(String, String)],
    ) -> Compiled {
        let options = Options { params: params.to_vec() };
        let checked = check(&mut sources, roots, load, &options);
        let model = checked.model.map(|typed| Model { typed });
        Compiled { model, sources, diagnostics: checked.diagnostics, suppressed: checked.suppressed }
    }

    /// The schema alone, of the files `roots` and what they use; rules are passed over. None if there is an
    /// error in it.
    pub fn schema_of(
        sources: &mut Sources,
        roots: &[FileId],
        load: &Load,
    ) -> (Option<Schema>, Vec<Diagnostic>) {
        check_schema(sources, roots, load)
    }

    /// The schema that leads must follow: one attribute value each, events of its types.
    pub fn schema(&self) -> &Schema {
        &self.typed.schema
    }

    /// The model with all its parts.
    pub fn typed(&self) -> &qualify_model::Model {
        &self.typed
    }

    /// The outcome of one lead at `as_of` (microseconds since 1970-01-01T00:00:00Z).
    pub fn score_one(&self, lead: &Lead, as_of: i64) -> Outcome {
        Interpreter::new(&self.typed, as_of).score(lead)
    }

    /// The outcomes of many leads at one instant, in their order. `done` is told after each lead.
    pub fn score(&self, leads: &[Lead], as_of: i64, mut done: impl FnMut()) -> Vec<Outcome> {
        let interpreter = Interpreter::new(&self.typed, as_of);
        let score_and_tell = |lead| {
            let outcome = interpreter.score(lead);
            done();
            outcome
        };
        leads.iter().map(score_and_tell).collect()
    }

    /// The model made ready to run in columns; an error names what no plan can hold.
    pub fn plan(&self) -> Result<Plan, Unsupported> {
        Plan::of(&self.typed)
    }

    /// The model at `as_of` (microseconds since 1970), ready for batches of leads. What no plan can hold is scored
    /// by the reference interpreter, with the same results.
    pub fn engine(&self, as_of: i64, options: &EngineOptions) -> Engine {
        Engine::of_typed(&self.typed, as_of, options)
    }

    /// Where the score of one lead comes from. Values of personal attributes and properties are left out
    /// unless `show_personal`.
    pub fn explain(&self, lead: &Lead, as_of: i64, show_personal: bool) -> Explanation {
        let outcome = self.score_one(lead, as_of);
        Explanation::new(&self.typed, lead, &outcome, as_of, show_personal)
    }
}
