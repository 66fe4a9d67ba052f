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
    Reference { model: Arc<Model>, as_of: i64 },
    Planned(Box<qualify_engine::Engine>, &'static str),
}

impl Engine {
    /// The reference interpreter behind the same entrance.
    pub(crate) fn reference(model: &Model, as_of: i64) -> Engine {
        Engine {
            schema: model.schema.clone(),
            labels: Labels::of(model),
            needs: all_facts(&model.schema),
            respond_by: respond_by(model, as_of),
            way: Way::Reference { model: Arc::new(model.clone()), as_of },
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

    /// Somebody who scores leads that come one by one, at first at the instant of the engine.
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
    pub fn scorer(&self) -> Scorer {
        Scorer {
            way: match &self.way {
                Way::Reference { model, as_of } => ScorerWay::Rows(Box::new(RowScorer {
                    model: model.clone(),
                    needs: self.needs.clone(),
                    labels: self.labels.clone(),
                    respond_by: self.respond_by.clone(),
                    as_of: *as_of,
                    scores: ScoreColumns::default(),
                })),
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

/// For each route the instant by which to respond.
fn respond_by(model: &Model, as_of: i64) -> Vec<Option<i64>> {
    let zone = model.zone();
    let ahead = |length: &_| zone.ahead(as_of, length, &model.params);
    model.routes.iter().map(|route| route.respond_within.as_ref().map(ahead)).collect()
}

/// Scores leads one at a time, each at its own instant. It owns what it needs and may be sent to another thread.
pub struct Scorer {
    way: ScorerWay,
}

enum ScorerWay {
    Rows(Box<RowScorer>),
    Columns(Box<qualify_engine::Scorer>),
}

/// The reference interpreter, one lead at a time.
struct RowScorer {
    model: Arc<Model>,
    needs: Needs,
    labels: Labels,
    respond_by: Vec<Option<i64>>,
    as_of: i64,
    scores: ScoreColumns,
}

impl RowScorer {
    fn score(&mut self, lead: &Lead) -> &ScoreColumns {
        let rows = Rows {
            interpreter: Interpreter::new(&self.model, self.as_of),
            model: &self.model,
            needs: &self.needs,
            labels: &self.labels,
            respond_by: &self.respond_by,
            tally: Tally::default(),
        };
        self.scores = rows.score_one(lead);
        &self.scores
    }
}

impl Scorer {
    /// The results of a lead at the instant in force, in columns of one row; rules are not tallied. A compiled model
    /// allocates nothing for it once it has met leads with as many events and the texts of their properties.
    pub fn score(&mut self, lead: &Lead) -> &ScoreColumns {
        match &mut self.way {
            ScorerWay::Rows(rows) => rows.score(lead),
            ScorerWay::Columns(scorer) => scorer.score(lead),
        }
    }

    /// The results of a lead at an instant (microseconds since 1970), before or behind the one in force; it is in
    /// force from then on. To move to another instant takes a compiled model about a microsecond.
    ///
    /// ```
    /// # use qualify::{Engine, EngineOptions, Event, Lead, Model, Sources, typed::EventId};
    /// # let mut sources = Sources::new();
    /// # let text = "lead key id { size integer } event visited when visited within 7d add 20";
    /// # let rules = sources.add("model.qualify", text);
    /// # let compiled = Model::compile(sources, &[rules], &|path, _| Err(format!("no file {path}")), &[]);
    /// # let model = compiled.model.expect("the rules above are right");
    /// let day = 86_400_000_000;
    /// let visit = Event { kind: EventId(0), time: 100 * day, received: None, properties: vec![] };
    /// let lead = Lead { attributes: vec![None], events: vec![visit], ..Lead::default() };
    /// let mut scorer = model.engine(0, &EngineOptions::default()).scorer();
    /// assert_eq!(scorer.score_at(&lead, 101 * day).score.get(0), Some(20_0000));
    /// assert_eq!(scorer.score_at(&lead, 107 * day).score.get(0), Some(0)); // seven days are over
    /// ```
    pub fn score_at(&mut self, lead: &Lead, as_of: i64) -> &ScoreColumns {
        match &mut self.way {
            ScorerWay::Rows(rows) => {
                if rows.as_of != as_of {
                    rows.respond_by = respond_by(&rows.model, as_of);
                    rows.as_of = as_of;
                }
                rows.score(lead)
            }
            ScorerWay::Columns(scorer) => scorer.score_at(lead, as_of),
        }
    }

    /// The instant in force, in microseconds since 1970.
    pub fn as_of(&self) -> i64 {
        match &self.way {
            ScorerWay::Rows(rows) => rows.as_of,
            ScorerWay::Columns(scorer) => scorer.as_of(),
        }
    }

    /// The results of the last lead, and for each route the instant by which to respond.
    pub(crate) fn last(&self) -> (&ScoreColumns, &[Option<i64>]) {
        match &self.way {
            ScorerWay::Rows(rows) => (&rows.scores, &rows.respond_by),
            ScorerWay::Columns(scorer) => (scorer.scores(), scorer.respond_by()),
        }
    }

    /// For each route the instant by which to respond, seen from the instant in force.
    pub fn respond_by(&self) -> &[Option<i64>] {
        match &self.way {
            ScorerWay::Rows(rows) => &rows.respond_by,
            ScorerWay::Columns(scorer) => scorer.respond_by(),
        }
    }
}
