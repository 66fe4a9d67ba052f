//! A model that is served: requests hold on to it until they are answered, whatever is loaded meanwhile.

use qualify::typed::Labels;
use qualify::{Engine, EngineOptions, Lead, Model, Outcome, Scorer};
use std::sync::{Mutex, OnceLock, PoisonError};

/// See the module.
pub(crate) struct Served {
    pub model: Model,
    pub labels: Labels,
    engine: Engine,
    /// Those that nobody uses at the moment.
    idle: Mutex<Vec<Scorer>>,
    /// What can be asked of it, as OpenAPI has it: written when it is asked for first.
    pub document: OnceLock<String>,
    /// When it was loaded, microseconds since 1970.
    pub loaded_at: i64,
}

impl Served {
    pub fn new(model: Model, loaded_at: i64) -> Served {
        let engine = model.engine(loaded_at, &EngineOptions::default());
        let labels = engine.labels().clone();
        let served = Served {
            model,
            labels,
            engine,
            idle: Mutex::new(Vec::new()),
            document: OnceLock::new(),
            loaded_at,
        };
        served.with_scorer(|scorer| {
            scorer.score(&Lead::default()); // machine code is made now, not when the first request waits for it
        });
        served
    }

    /// Lends a scorer.
    pub fn with_scorer<R>(&self, work: impl FnOnce(&mut Scorer) -> R) -> R {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let lent = idle().pop();
        let mut scorer = lent.unwrap_or_else(|| self.engine.scorer());
        let result = work(&mut scorer);
        idle().push(scorer);
        result
    }

    /// The outcome of a lead, without its ledger.
    pub fn outcome(&self, scorer: &mut Scorer, lead: &Lead, as_of: i64) -> Outcome {
        self.engine.outcome(scorer, lead, as_of)
    }
}
