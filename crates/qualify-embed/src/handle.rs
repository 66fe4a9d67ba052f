//! A model in the hands of a program in another language: ready for batches, and for leads one at a time from any
//! thread.

use crate::state::States;
use crate::{Files, Refusal};
use qualify::arrow::array::RecordBatch;
use qualify::arrow::datatypes::SchemaRef;
use qualify::states::{Transition, transitions};
use qualify::tables::{EVENTS, LEADS, Problem, Project, Scored, TableOptions, Tables};
use qualify::typed::Labels;
use qualify::{
    Compiled, Diagnostic, Engine, EngineOptions, Explanation, Lead, Mistakes, Model, Outcome, Scorer, Sources,
};
use serde_json::Value as Json;
use std::sync::{Mutex, OnceLock, PoisonError};

/// See the module.
pub struct Handle {
    model: Model,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    project: Option<Project>,
    /// Made when a lead is first scored.
    engine: OnceLock<Engine>,
    /// Nobody uses them at the moment.
    idle: Mutex<Vec<Scorer>>,
    /// Made when a state is first asked for.
    states: OnceLock<Result<States, String>>,
}

/// A lead that was read.
pub struct Read {
    /// The lead.
    pub lead: Lead,
    /// Values that became unknown because they lie outside what the schema allows.
    pub warnings: Vec<Problem>,
}

impl Handle {
    /// The model of these files, or all that is wrong with them.
    pub fn of(files: Files) -> Result<Handle, Refusal> {
        let Files { compiled: Compiled { model, sources, diagnostics, .. }, project } = files;
        match model {
            None => Err(Refusal::Model(Mistakes { sources, diagnostics })),
            Some(model) => Ok(Handle {
                model,
                sources,
                diagnostics,
                project,
                engine: OnceLock::new(),
                idle: Mutex::default(),
                states: OnceLock::new(),
            }),
        }
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The files that it was compiled from.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The warnings about it.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The project that named the files.
    pub fn project(&self) -> Option<&Project> {
        self.project.as_ref()
    }

    /// Reads a lead from JSON.
    pub fn read(&self, lead: &Json) -> Result<Read, Refusal> {
        let read = self.model.lead_reader().read(lead)?;
        Ok(Read { lead: read.lead, warnings: read.warnings })
    }

    /// The results of a lead at `as_of`, in microseconds since 1970. The outcome has no ledger: that is
    /// [explained](Handle::explain).
    pub fn score(&self, lead: &Lead, as_of: i64) -> Outcome {
        let engine = self.engine();
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scorer = idle.unwrap_or_else(|| engine.scorer());
        let outcome = engine.outcome(&mut scorer, lead, as_of);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(scorer);
        outcome
    }

    /// Where the score of a lead comes from.
    pub fn explain(&self, lead: &Lead, as_of: i64, show_personal: bool) -> Explanation {
        self.model.explain(lead, as_of, show_personal)
    }

    /// The results of tables that the caller holds.
    pub fn score_tables(
        &self,
        leads: (SchemaRef, Vec<RecordBatch>),
        events: Option<(SchemaRef, Vec<RecordBatch>)>,
        as_of: i64,
        options: &TableOptions,
    ) -> Result<Scored, Refusal> {
        let mut tables = Tables::default();
        tables.add(LEADS, leads.0, leads.1).map_err(Refusal::Argument)?;
        if let Some((schema, batches)) = events {
            tables.add(EVENTS, schema, batches).map_err(Refusal::Argument)?;
        }
        Ok(self.model.score_tables(tables, as_of, options)?)
    }

    /// What changed from one look at a lead to the next, with the rules responsible; before nothing, what it starts with.
    pub fn transitions(&self, before: Option<(&Lead, i64)>, after: (&Lead, i64)) -> Vec<Transition> {
        let outcome = |(lead, as_of): (&Lead, i64)| self.model.score_one(lead, as_of);
        transitions(self.labels(), before.map(outcome).as_ref(), &outcome(after))
    }

    /// The words of the results.
    pub(crate) fn labels(&self) -> &Labels {
        self.engine().labels()
    }

    fn engine(&self) -> &Engine {
        self.engine.get_or_init(|| self.model.engine(0, &EngineOptions::default()))
    }

    pub(crate) fn states(&self) -> Result<&States, Refusal> {
        let states = self.states.get_or_init(|| States::of(self));
        states.as_ref().map_err(|why| Refusal::Argument(why.clone()))
    }
}
