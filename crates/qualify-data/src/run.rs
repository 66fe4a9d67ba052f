//! Reads, has scored and hands on, batch by batch: the way of many leads.
//!
//! [`crate::read`] gives the same facts lead by lead and all at once; what both say about the data is the same.
//! Not in here: evaluation, and writing results.

mod rows;

use crate::bind::Binding;
use crate::problem::{DataErrors, Group, Warning};
use crate::progress::Progress;
use crate::project::Project;
use crate::read::{Counts, LeadSet, ReadOptions, read_needed};
use qualify_model::{Batch, LeadColumns, Needs, Schema, ScoreColumns};
use std::io;

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// How many threads read and score; 0: as many as the machine has cores. Results do not depend on it.
    pub threads: usize,
    /// How much memory reading may use, in bytes; none: a share of what the machine has free.
    pub memory: Option<u64>,
    /// How strictly to read.
    pub read: ReadOptions,
    /// Leads of a batch, more or less.
    pub batch_rows: usize,
}

impl Default for RunOptions {
    fn default() -> RunOptions {
        RunOptions { threads: 0, memory: None, read: ReadOptions::default(), batch_rows: 4096 }
    }
}

/// What a run read.
#[derive(Clone, Debug, Default)]
pub struct RunReport {
    /// How much was read.
    pub counts: Counts,
    /// Values that became unknown, and joins that found no row.
    pub warnings: Vec<Warning>,
    /// Why rows were rejected; empty unless bad rows are put aside.
    pub rejects: Vec<Group>,
    /// Where each attribute comes from.
    pub bindings: Vec<Binding>,
    /// The most bytes that lay in temporary files at one time.
    pub spilled: u64,
}

/// Why a run ended early. Results that were handed on until then are void.
#[derive(Debug)]
pub enum RunError {
    /// The data is wrong.
    Data(DataErrors),
    /// Whoever takes the results could not.
    Output(io::Error),
}

impl From<DataErrors> for RunError {
    fn from(errors: DataErrors) -> RunError {
        RunError::Data(errors)
    }
}

impl From<io::Error> for RunError {
    fn from(error: io::Error) -> RunError {
        RunError::Output(error)
    }
}

/// What evaluates a batch; the number is that of the thread, below [`RunOptions::worker_count`].
pub type Score<'a> = &'a (dyn Fn(usize, &Batch) -> ScoreColumns + Sync);

/// What takes the results: the leads (keys and attributes) and what was found of them.
pub type Done<'a> = &'a mut dyn FnMut(&LeadColumns, &ScoreColumns) -> io::Result<()>;

impl RunOptions {
    /// How many threads score: numbers of workers lie below it.
    pub fn worker_count(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
            threads => threads,
        }
    }
}

/// Reads what `needs` names, calls `score` from several threads with whole batches, and `done` with the results
/// in the order of the input, one batch at a time. Columns that nobody needs are not looked at, so mistakes in
/// them are not found.
pub fn run(
    project: &Project,
    schema: &Schema,
    needs: &Needs,
    options: &RunOptions,
    progress: &mut dyn Progress,
    score: Score<'_>,
    done: Done<'_>,
) -> Result<RunReport, RunError> {
    let set = read_needed(project, schema, Some(needs), progress, &options.read)?;
    let LeadSet { leads, counts, warnings, rejects, bindings } = set;
    for leads in leads.chunks(options.batch_rows.max(1)) {
        let batch = rows::batch(leads, schema, needs);
        done(&batch.leads, &score(0, &batch))?;
    }
    Ok(RunReport { counts, warnings, rejects, bindings, spilled: 0 })
}
