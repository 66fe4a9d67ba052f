//! The engine under test in its settings: backends, threads, sizes of batches and chunks.
//!
//! Not in here: comparing.

use super::{Dice, Engine, columns};
use qualify_engine::{Backend, Worker};
use qualify_model::{Batch, Lead, Model, Outcome, ScoreColumns, Tally, Value};
use qualify_plan::Plan;
use std::sync::Arc;

/// How an engine runs.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// How the program over leads runs.
    pub backend: Backend,
    /// Threads, which take batches in turn.
    pub threads: usize,
    /// Leads in a batch.
    pub batch: usize,
    /// Leads in a chunk at most; none: as the engine likes.
    pub chunk: Option<usize>,
    /// Events of some leads come piece by piece, so many in a piece at most; none: those of all leads at once.
    pub long: Option<usize>,
    /// The plan goes through bytes.
    pub through_bytes: bool,
}

/// The settings that every model is held against: the first of them each model, the others in turn.
pub const SETTINGS: &[Setting] = &[
    of(Backend::Interpreter, 1, 1000),
    of(Backend::Jit, 1, 1000),
    Setting { chunk: Some(2), through_bytes: true, ..of(Backend::Interpreter, 2, 3) },
    Setting { chunk: Some(1), ..of(Backend::Auto, 7, 1) },
    Setting { chunk: Some(3), ..of(Backend::Jit, 2, 5) },
    Setting { long: Some(3), ..of(Backend::Interpreter, 1, 4) },
];

const fn of(backend: Backend, threads: usize, batch: usize) -> Setting {
    Setting { backend, threads, batch, chunk: None, long: None, through_bytes: false }
}

impl std::fmt::Display for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}, {} threads, batches of {}", self.backend, self.threads, self.batch)?;
        self.chunk.map_or(Ok(()), |rows| write!(f, ", chunks of {rows}"))?;
        self.long.map_or(Ok(()), |events| write!(f, ", events in pieces of {events}"))
    }
}

/// The engine in a setting.
pub fn engine(setting: Setting) -> Box<Engine<'static>> {
    Box::new(move |model, leads, as_of| run(setting, model, leads, as_of))
}

/// What the engine tallies of the rules in a setting.
///
/// # Errors
///
/// If the engine does not take the model.
pub fn tally(setting: Setting, model: &Model, leads: &[Lead], as_of: i64) -> Result<Tally, String> {
    let plan = Plan::of(model).map_err(|unsupported| format!("no plan: {}", unsupported.what))?;
    Ok(score(setting, plan, leads, as_of).1)
}

fn run(setting: Setting, model: &Model, leads: &[Lead], as_of: i64) -> Result<Vec<Outcome>, String> {
    let plan = Plan::of(model).map_err(|unsupported| format!("no plan: {}", unsupported.what))?;
    let plan = match setting.through_bytes {
        true => {
            qualify_vm::decode(&qualify_vm::encode(&plan)).map_err(|error| format!("decode: {error:?}"))?
        }
        false => plan,
    };
    Ok(score(setting, plan, leads, as_of).0)
}

/// Bytes before the content of a compiled model: its head, which has the sum.
pub const HEAD: usize = 42;

/// Scores random leads of its schema with what stands behind the head of a compiled model, if it is one: the sum is made
/// right, so that only the verifier can refuse it. Says whether it was run.
pub fn score_compiled(content: &[u8]) -> bool {
    let sealed = qualify_vm::seal(content);
    let Ok(plan) = qualify_vm::decode(&sealed) else { return false };
    if qualify_vm::verify(&plan).is_err() {
        return false;
    }
    let _ = qualify_vm::listing(&plan);
    let mut dice = Dice::of_seed(content.len() as u64);
    let as_of = *dice.one(super::facts::instants());
    let leads = super::facts::leads(&mut dice, &plan.schema, as_of, 5);
    // machine code seldom, it is slow to make
    let setting = SETTINGS[[0, 2, 0, 2, 4][dice.below(5)]];
    let _ = score(setting, plan, &leads, as_of);
    true
}

fn score(setting: Setting, plan: Plan, leads: &[Lead], as_of: i64) -> (Vec<Outcome>, Tally) {
    let engine = qualify_engine::Engine::new(Arc::new(plan), as_of, setting.backend);
    let mut dice = Dice::of_seed(leads.len() as u64);
    let parts: Vec<&[Lead]> = leads.chunks(setting.batch).collect();
    let needs = &engine.plan().needs;
    let batches: Vec<Batch> = parts
        .iter()
        .map(|part| columns::batch(&mut dice, &engine.plan().schema, needs, part, setting.long))
        .collect();
    let worker = || match setting.chunk {
        Some(rows) => engine.worker_of(rows),
        None => engine.worker(),
    };
    let mut scored: Vec<ScoreColumns> = Vec::new();
    if setting.threads == 1 {
        let mut worker = worker();
        scored.extend(batches.iter().map(|batch| worker.score(batch)));
    } else {
        scored.resize_with(batches.len(), ScoreColumns::default);
        std::thread::scope(|scope| {
            let threads = (0..setting.threads).map(|thread| {
                let mine: Vec<usize> = (thread..batches.len()).step_by(setting.threads).collect();
                let (batches, worker) = (&batches, &worker);
                scope.spawn(move || in_turn(worker(), batches, mine))
            });
            let threads: Vec<_> = threads.collect();
            for thread in threads {
                for (batch, columns) in thread.join().expect("a worker does not panic") {
                    scored[batch] = columns;
                }
            }
        });
    }
    let rows = parts.iter().zip(&scored).flat_map(|(part, scored)| {
        part.iter().enumerate().map(|(row, lead)| outcome(&engine, scored, row, lead))
    });
    let outcomes = rows.collect();
    let mut tally = Tally::new(engine.plan().labels.rules.len());
    scored.iter().for_each(|scored| tally.add(&scored.tally));
    (outcomes, tally)
}

/// The batches of one thread; the columns of results are used again.
fn in_turn(mut worker: Worker<'_>, batches: &[Batch], mine: Vec<usize>) -> Vec<(usize, ScoreColumns)> {
    let mut columns = ScoreColumns::default();
    let scored = mine.into_iter().map(|batch| {
        worker.score_into(&batches[batch], &mut columns);
        (batch, columns.clone())
    });
    scored.collect()
}

fn outcome(engine: &qualify_engine::Engine, scored: &ScoreColumns, row: usize, lead: &Lead) -> Outcome {
    let labels = &engine.plan().labels;
    let previous = labels.current_stage.and_then(|place| match lead.attributes.get(place as usize) {
        Some(Some(Value::Stage(name))) => Some(name.to_string()),
        _ => None,
    });
    labels.outcome(scored, row, lead.key.clone(), previous, engine.respond_by())
}
