//! A model at work at one instant: batches of leads with their events in, results in columns out.

use crate::rows::{Rows, all_facts};
use qualify_model::{Batch, Labels, Lead, Model, Needs, Schema, ScoreColumns, Tally};
use qualify_plan::Plan;
use qualify_reference::Interpreter;
use std::sync::Arc;

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
    Reference { model: Box<Model>, as_of: i64 },
    Planned(Box<qualify_engine::Engine>, &'static str),
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
            way: Way::Reference { model: Box::new(model.clone()), as_of },
        }
    }

    /// A typed model at `as_of` (microseconds since 1970); what no plan can hold is scored by the reference
    /// interpreter. Whoever makes typed models without the checker must make sound ones: numbers in range, no loops.
    pub fn of_typed(model: &Model, as_of: i64, options: &EngineOptions) -> Engine {
        match Plan::of(model) {
            Ok(plan) if options.backend != Backend::Reference => {
                Engine::of_plan(Arc::new(plan), as_of, options)
            }
            _ => Engine::reference(model, as_of),
        }
    }

    /// A compiled model at `as_of` (microseconds since 1970). The plan must come from a model, or have been
    /// [verified](crate::plan_from_bytes). The reference interpreter cannot run it: asked for, the interpreter
    /// of compiled models does.
    pub fn of_plan(plan: Arc<Plan>, as_of: i64, options: &EngineOptions) -> Engine {
        let mut needs = plan.needs.clone();
        // results tell it, whether or not a rule reads it
        let current = plan.labels.current_stage.and_then(|place| needs.attributes.get_mut(place as usize));
        current.into_iter().for_each(|read| *read = true);
        let (backend, name) = match options.backend {
            Backend::Auto => (qualify_engine::Backend::Auto, "auto"),
            Backend::Interpreter | Backend::Reference => {
                (qualify_engine::Backend::Interpreter, "interpreter")
            }
            Backend::Jit => (qualify_engine::Backend::Jit, "jit"),
        };
        let engine = qualify_engine::Engine::new(plan.clone(), as_of, backend);
        Engine {
            schema: plan.schema.clone(),
            labels: plan.labels.clone(),
            needs,
            respond_by: engine.respond_by().to_vec(),
            way: Way::Planned(Box::new(engine), name),
        }
    }

    /// The code that Cranelift makes machine code of; none where there is none to be had.
    pub fn clif(&self) -> Option<String> {
        match &self.way {
            Way::Reference { .. } => None,
            Way::Planned(engine, _) => engine.clif(),
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
            Way::Planned(_, name) => name,
        }
    }

    /// Somebody who scores batches; it keeps what it needs again from batch to batch.
    pub fn worker(&self) -> Worker<'_> {
        Worker {
            way: match &self.way {
                Way::Reference { model, as_of } => WorkerWay::Rows(Box::new(self.rows(model, *as_of))),
                Way::Planned(engine, _) => WorkerWay::Columns(Box::new(engine.worker())),
            },
        }
    }

    /// Somebody who scores leads that come one by one.
    ///
    /// ```
    /// # use qualify::{Engine, EngineOptions, Lead, Model, Sources, Value};
    /// # let mut sources = Sources::new();
    /// # let rules = sources.add("model.qualify", "lead key id { size integer } when size > 100 add 20");
    /// # let compiled = Model::compile(sources, &[rules], &|path, _| Err(format!("no file {path}")), &[]);
    /// # let model = compiled.model.expect("the rules above are right");
    /// let engine = model.engine(1_767_225_600_000_000, &EngineOptions::default());
    /// let mut scorer = engine.scorer();
    /// for (size, points) in [(500, 20_0000), (5, 0)] {
    ///     let lead = Lead { attributes: vec![Some(Value::Number(size))], ..Lead::default() };
    ///     assert_eq!(scorer.score(&lead).score.get(0), Some(points));
    /// }
    /// ```
    pub fn scorer(&self) -> Scorer<'_> {
        Scorer {
            way: match &self.way {
                Way::Reference { model, as_of } => {
                    ScorerWay::Rows(Box::new((self.rows(model, *as_of), ScoreColumns::default())))
                }
                Way::Planned(engine, _) => ScorerWay::Columns(Box::new(engine.scorer())),
            },
        }
    }

    fn rows<'e>(&'e self, model: &'e Model, as_of: i64) -> Rows<'e> {
        Rows {
            interpreter: Interpreter::new(model, as_of),
            model,
            needs: &self.needs,
            labels: &self.labels,
            respond_by: &self.respond_by,
            tally: Tally::new(self.labels.rules.len()),
        }
    }
}

/// One of those who share the work.
pub struct Worker<'e> {
    way: WorkerWay<'e>,
}

enum WorkerWay<'e> {
    Rows(Box<Rows<'e>>),
    Columns(Box<qualify_engine::Worker<'e>>),
}

impl Worker<'_> {
    /// The results of the leads of a batch, row by row.
    pub fn score(&mut self, batch: &Batch) -> ScoreColumns {
        match &mut self.way {
            WorkerWay::Rows(rows) => rows.score(batch),
            WorkerWay::Columns(worker) => worker.score(batch),
        }
    }
}

/// Scores leads one at a time.
pub struct Scorer<'e> {
    way: ScorerWay<'e>,
}

enum ScorerWay<'e> {
    Rows(Box<(Rows<'e>, ScoreColumns)>),
    Columns(Box<qualify_engine::Scorer<'e>>),
}

impl Scorer<'_> {
    /// The results of a lead, in columns of one row; rules are not tallied. A compiled model allocates nothing
    /// for it once it has met leads with as many events and the texts of their properties.
    pub fn score(&mut self, lead: &Lead) -> &ScoreColumns {
        match &mut self.way {
            ScorerWay::Rows(rows) => {
                rows.1 = rows.0.score_one(lead);
                &rows.1
            }
            ScorerWay::Columns(scorer) => scorer.score(lead),
        }
    }
}
