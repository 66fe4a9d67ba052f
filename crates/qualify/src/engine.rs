//! A model at work at one instant: batches of leads with their events in, results in columns out.

use crate::rows::{Rows, all_facts};
use qualify_model::{Batch, Labels, Model, Needs, Schema, ScoreColumns, Tally};
use qualify_reference::Interpreter;

/// What does the work. All give the same results, bit for bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Backend {
    /// The quickest for the size of the work.
    #[default]
    Auto,
    /// The interpreter of compiled models.
    Interpreter,
    /// Machine code.
    Jit,
    /// The reference interpreter, lead by lead.
    Reference,
}

/// How to score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineOptions {
    /// What does the work.
    pub backend: Backend,
}

/// A model at one instant. Shared by threads, each of which has its own [`Worker`].
pub struct Engine {
    way: Way,
    schema: Schema,
    labels: Labels,
    needs: Needs,
    respond_by: Vec<Option<i64>>,
}

enum Way {
    Reference { model: Model, as_of: i64 },
}

impl Engine {
    /// The reference interpreter behind the same entrance.
    pub(crate) fn reference(model: &Model, as_of: i64) -> Engine {
        let zone = model.zone();
        let ahead = |length: &_| zone.ahead(as_of, length, &model.params);
        Engine {
            schema: model.schema.clone(),
            labels: Labels::of(model),
            needs: all_facts(&model.schema),
            respond_by: model.routes.iter().map(|r| r.respond_within.as_ref().map(ahead)).collect(),
            way: Way::Reference { model: model.clone(), as_of },
        }
    }

    /// What leads and events look like.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Which facts batches must hold.
    pub fn needs(&self) -> &Needs {
        &self.needs
    }

    /// The words of the results.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// For each route the instant by which to respond, in microseconds since 1970.
    pub fn respond_by(&self) -> &[Option<i64>] {
        &self.respond_by
    }

    /// The name of what does the work.
    pub fn backend(&self) -> &'static str {
        match &self.way {
            Way::Reference { .. } => "reference",
        }
    }

    /// Somebody who scores; it keeps what it needs again from batch to batch.
    pub fn worker(&self) -> Worker<'_> {
        match &self.way {
            Way::Reference { model, as_of } => Worker {
                way: WorkerWay::Rows(Box::new(Rows {
                    interpreter: Interpreter::new(model, *as_of),
                    model,
                    needs: &self.needs,
                    labels: &self.labels,
                    respond_by: &self.respond_by,
                    tally: Tally::new(self.labels.rules.len()),
                })),
            },
        }
    }
}

/// One of those who share the work.
pub struct Worker<'e> {
    way: WorkerWay<'e>,
}

enum WorkerWay<'e> {
    Rows(Box<Rows<'e>>),
}

impl Worker<'_> {
    /// The results of the leads of a batch, row by row.
    pub fn score(&mut self, batch: &Batch) -> ScoreColumns {
        match &mut self.way {
            WorkerWay::Rows(rows) => rows.score(batch),
        }
    }

    /// What the rules did in all batches until now.
    pub fn tally(&self) -> &Tally {
        match &self.way {
            WorkerWay::Rows(rows) => &rows.tally,
        }
    }
}
