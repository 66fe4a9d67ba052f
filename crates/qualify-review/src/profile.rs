//! What the data of a project say about its model: attributes that are almost never known, values that never occur,
//! rules that never or always fire, and rules that always fire together.
//!
//! It is one scoring by the engine. What the rules read is counted in the batches as they come; which rules fire for
//! which leads is told by segments that are added to the model, one for each rule, and kept as a sum for each rule.
//! So memory does not grow with the leads, and no lead is interpreted by itself.
//!
//! Not in here: what can be said without data (`qualify-check`), and a profile of the data without a model
//! (`qualify-data`).

mod fired;
mod mentions;
mod say;
mod seen;
mod watched;

use fired::Fired;
use mentions::Mentions;
use qualify_data::{Progress, Project, RunError, RunOptions, RunReport};
use qualify_diagnostics::Diagnostic;
use say::{Counted, Words};
use seen::Seen;
use std::sync::{Mutex, PoisonError};
use watched::Watched;

/// Of all results of a batch, more than so many bytes for rules are not held at one time.
const BYTES_OF_A_BATCH: usize = 16 << 20;

/// What the data say.
#[derive(Debug)]
pub struct Findings {
    /// Sorted by place; codes of [`qualify_diagnostics::Part::Data`].
    pub diagnostics: Vec<Diagnostic>,
    /// How many leads there are.
    pub leads: u64,
    /// Of fewer leads nothing is said, and these are too few.
    pub too_few: bool,
    /// What was read.
    pub report: RunReport,
}

/// Reads the data of a project and looks at them with its model. `known` are the messages of the checker: what these
/// explain is not said again. Thresholds are those of the manifest.
pub fn check_data(
    model: &qualify::Model,
    project: &Project,
    as_of: i64,
    known: &[Diagnostic],
    options: &RunOptions,
    progress: &mut dyn Progress,
) -> Result<Findings, RunError> {
    let watched = Watched::of(model, as_of);
    let engine = &watched.engine;
    let typed = model.typed();
    let mentions = Mentions::of(typed, engine.needs());
    let worker = |_| Mutex::new((engine.worker(), Seen::new(typed, engine.needs(), &mentions, as_of)));
    let workers: Vec<_> = (0..options.worker_count()).map(worker).collect();
    let mut fired = Fired::new(&watched);
    let batch_rows = options.batch_rows.min((BYTES_OF_A_BATCH / typed.rules.len().max(1)).max(64));
    let report = qualify_data::run(
        project,
        engine.schema(),
        engine.needs(),
        &RunOptions { batch_rows, ..options.clone() },
        progress,
        // each has a thread for itself, so nobody waits
        &|number, batch| {
            let mut worker = workers[number].lock().unwrap_or_else(PoisonError::into_inner);
            worker.1.add(batch);
            worker.0.score(batch)
        },
        &mut |_, scores| {
            fired.add(scores);
            Ok(())
        },
    )?;
    let mut seen = Seen::new(typed, engine.needs(), &mentions, as_of);
    for worker in workers {
        seen.join(worker.into_inner().unwrap_or_else(PoisonError::into_inner).1);
    }
    let limits = &project.manifest.check;
    let (leads, too_few) = (fired.leads, fired.leads < limits.min_leads);
    let counted = Counted { model: typed, mentions: &mentions, seen: &seen, fired: &fired, limits, known };
    let diagnostics = if too_few { Vec::new() } else { Words::of(counted).all() };
    Ok(Findings { diagnostics, leads, too_few, report })
}
