//! A model at work at one instant: batches of leads with their events in, results in columns out.

mod scorer;
mod worker;

pub use crate::rows::lead_of;
pub use scorer::Scorer;
pub use worker::Worker;

use crate::rows::{Rows, all_facts};
use qualify_model::{Labels, Model, Needs, Schema, ScoreColumns, Tally};
use qualify_plan::Plan;
use qualify_reference::Interpreter;
use scorer::{RowScorer, ScorerWay};
use std::sync::Arc;
use worker::WorkerWay;

/// What does the work. All give the same results, bit for bit.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// use qualify::engine::{Backend, EngineOptions};
///
/// let engine = model.engine(0, &EngineOptions { backend: Backend::Reference });
/// assert_eq!(engine.backend(), "reference");
/// # Ok::<(), qualify::rules::Mistakes>(())
/// ```
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
///
/// ```
/// use qualify::engine::{Backend, EngineOptions};
///
/// assert_eq!(EngineOptions::default().backend, Backend::Auto);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineOptions {
    /// What does the work.
    pub backend: Backend,
}

/// A model at one instant. Shared by threads, each of which has its own [`Worker`].
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// use qualify::engine::EngineOptions;
/// use qualify::leads::Lead;
///
/// let engine = model.engine(1_767_225_600_000_000, &EngineOptions::default());
/// std::thread::scope(|threads| {
///     for _ in 0..2 {
///         threads.spawn(|| assert_eq!(engine.scorer().score(&Lead::default()).score.get(0), Some(0)));
///     }
/// });
/// # Ok::<(), qualify::rules::Mistakes>(())
/// ```
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

    /// A typed model at `as_of` (microseconds since 1970). Whoever makes typed models without the checker must make
    /// sound ones: numbers in range, no loops; what the checker would refuse and no plan can hold is scored by the
    /// reference interpreter.
    ///
    /// ```
    /// # use qualify::engine::{Engine, EngineOptions};
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// let engine = Engine::of_typed(model.typed(), 0, &EngineOptions::default());
    /// assert_eq!(engine.labels().digest, model.digest());
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
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
    ///
    /// ```
    /// # use qualify::compiled::{plan_from_bytes, plan_to_bytes};
    /// # use qualify::engine::{Engine, EngineOptions};
    /// # use std::sync::Arc;
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// let plan = plan_from_bytes(&plan_to_bytes(&*model.plan()?))?;
    /// let engine = Engine::of_plan(Arc::new(plan), 0, &EngineOptions::default());
    /// assert_eq!(engine.labels().digest, model.digest());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// let _shown = engine.clif(); // none without the feature `jit`
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn clif(&self) -> Option<String> {
        match &self.way {
            Way::Reference { .. } => None,
            Way::Planned(engine, _) => engine.clif(),
        }
    }

    /// What leads and events look like.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// assert_eq!(engine.schema().attributes[0].path(), "size");
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Which facts batches must hold.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// assert_eq!(engine.needs().attributes, [true]); // the one of the schema is read
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn needs(&self) -> &Needs {
        &self.needs
    }

    /// The words of the results.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// assert_eq!(engine.labels().rules, ["when size > 100 add 20"]);
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// For each route the instant by which to respond, in microseconds since 1970.
    ///
    /// ```
    /// # let text = "lead key id { size integer } route \"Sales\" if size > 100 respond within 1d";
    /// # let model = qualify::Model::from_text(text)?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// assert_eq!(engine.respond_by(), [Some(86_400_000_000)]);
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn respond_by(&self) -> &[Option<i64>] {
        &self.respond_by
    }

    /// The name of what does the work.
    ///
    /// ```
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// assert_eq!(engine.backend(), "auto");
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
    pub fn backend(&self) -> &'static str {
        match &self.way {
            Way::Reference { .. } => "reference",
            Way::Planned(_, name) => name,
        }
    }

    /// Somebody who scores batches; it keeps what it needs again from batch to batch.
    ///
    /// ```
    /// # use qualify::typed::{Batch, Column, EventColumns, Keys, LeadColumns};
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let engine = model.engine(0, &qualify::engine::EngineOptions::default());
    /// # let size = Column::Number { values: vec![500, 5], known: None };
    /// # let batch = Batch {
    /// #     leads: LeadColumns { rows: 2, keys: Keys::Integers(vec![7, 8]), attributes: vec![Some(size)] },
    /// #     events: EventColumns { offsets: vec![0, 0, 0], ..EventColumns::default() },
    /// # };
    /// let scores = engine.worker().score(&batch);
    /// assert_eq!((scores.score.get(0), scores.score.get(1)), (Some(20_0000), Some(0)));
    /// # Ok::<(), qualify::rules::Mistakes>(())
    /// ```
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
    /// # use qualify::engine::EngineOptions;
    /// # use qualify::leads::{Lead, Value};
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// let engine = model.engine(1_767_225_600_000_000, &EngineOptions::default());
    /// let mut scorer = engine.scorer();
    /// for (size, points) in [(500, 20_0000), (5, 0)] {
    ///     let lead = Lead { attributes: vec![Some(Value::Number(size))], ..Lead::default() };
    ///     assert_eq!(scorer.score(&lead).score.get(0), Some(points));
    /// }
    /// # Ok::<(), qualify::rules::Mistakes>(())
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

/// For each route the instant by which to respond.
fn respond_by(model: &Model, as_of: i64) -> Vec<Option<i64>> {
    let zone = model.zone();
    let ahead = |length: &_| zone.ahead(as_of, length, &model.params);
    model.routes.iter().map(|route| route.respond_within.as_ref().map(ahead)).collect()
}
