//! Reads, has scored and hands on, batch by batch: the way of many leads.
//!
//! [`crate::read`] gives the same facts lead by lead and all at once; what both say about the data is the same.
//! Not in here: evaluation, and writing results.

mod arrival;
mod aside;
mod bits;
mod delimited;
mod deliveries;
mod events;
mod facts;
mod keys;
mod leads;
mod long;
mod memory;
mod notes;
mod numbered;
mod odd;
mod order;
mod places;
mod plan;
mod portions;
mod record;
mod rows;
mod saved;
mod sorted;
mod sorter;
mod sorting;
mod store;
mod streamed;
mod texts;
mod typed;
mod units;
mod unsure;

use crate::bind::Binding;
use crate::problem::{Collector, DataErrors, Group, Problem, ProblemKind, Warning};
use crate::progress::Progress;
use crate::project::Project;
use crate::read::{Counts, ReadOptions, Rejects, check_rejects, size, zone_of};
use delimited::TextPlan;
use memory::Budget;
use notes::AllNotes;
use order::{Put, Stop};
use plan::{Plan, Unit};
use qualify_model::{Batch, LeadColumns, Needs, Schema, ScoreColumns};
use sorted::Sorted;
use std::{fmt, io};
use streamed::Streamed;

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// How many threads read and score; 0: as many as the machine has cores. Fewer work where the memory that is
    /// allowed has no room for all. Results do not depend on it.
    pub threads: usize,
    /// How much memory reading may use, in bytes; none: a share of what the machine has free.
    pub memory: Option<u64>,
    /// How strictly to read.
    pub read: ReadOptions,
    /// Leads of a batch, more or less.
    pub batch_rows: usize,
    /// Places of the attributes that whoever takes the results looks at; none: all of them. The others are dropped as
    /// soon as a batch is scored.
    pub looked_at: Option<Vec<usize>>,
}

impl Default for RunOptions {
    fn default() -> RunOptions {
        RunOptions {
            threads: 0,
            memory: None,
            read: ReadOptions::default(),
            batch_rows: 4096,
            looked_at: None,
        }
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
    /// Bytes that were put into temporary files: for each store of a run the most that it had there, in sum.
    pub spilled: u64,
    /// Which way was taken.
    pub way: Way,
}

/// A way to read a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Way {
    /// Row by row; the events stand in any order.
    #[default]
    Rows,
    /// Row by row, and each file twice: something is wrong that needs to be known before.
    Twice,
    /// Whole columns; the events stand in the order of their leads.
    Sorted,
    /// Whole columns; the events stand in any order.
    Arrival,
    /// Blocks of delimited text; the events stand in any order.
    Text,
}

/// Why a run ended early. Results that were handed on until then are void.
#[derive(Debug)]
pub enum RunError {
    /// The data is wrong.
    Data(DataErrors),
    /// Whoever takes the results could not.
    Output(io::Error),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::Data(errors) => errors.fmt(f),
            RunError::Output(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RunError {}

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
        let asked = match self.threads {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
            threads => threads,
        };
        self.memory.map_or(asked, |bytes| asked.min(memory::threads(bytes, self.batch_rows)))
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
    let zone = zone_of(project);
    let score = Scorer { score, looked_at: options.looked_at.as_deref() };
    let mut delivered = 0;
    let mut twice = false;
    check_rejects(project, &options.read)?;
    let text = || delimited::plan(project, schema, needs, &zone).map(Planned::Text);
    let (rows, budget) = (8 * options.batch_rows as u64, Budget::new(options.memory));
    let columns = || plan::plan(project, schema, needs, &zone, rows, &budget).map(Planned::Columns);
    // what can be read only once is not opened to see how it might be read
    let pipe = project.pipe();
    if let Some(planned) = pipe.is_none().then(|| text().or_else(columns)).flatten() {
        let columns = Columns { project, options, progress: &mut *progress, delivered: 0 };
        match columns.run(&planned, score, done) {
            (Ok(report), _) => return Ok(report),
            (Err(stop), rows) => {
                twice = goes_on(project, stop)?;
                delivered = rows as u64;
            }
        }
    }
    for twice in [false, true].into_iter().filter(|way| *way >= twice) {
        let streamed = Streamed { project, schema, needs, options, score, twice, delivered };
        match streamed.run(progress, done) {
            Ok(report) => return Ok(report),
            Err(stop) => goes_on(project, stop)?,
        };
        if let Some(pipe) = &pipe {
            return Err(only_once(&project.name(pipe)).into());
        }
    }
    Err(changed(project).into())
}

/// Whether rows are to be read twice, or else once; or what ends it.
fn goes_on(project: &Project, stop: Stop) -> Result<bool, RunError> {
    match stop {
        Stop::Rows => Ok(false),
        Stop::Keys => Ok(true),
        Stop::Data(errors) => Err(errors.into()),
        Stop::Changed => Err(changed(project).into()),
        Stop::Lies(file) => Err(lies(&file).into()),
        Stop::Output(error) => Err(RunError::Output(error)),
        Stop::Spill(error) => Err(spill(&error).into()),
    }
}

/// What is read by whole columns.
enum Planned<'a> {
    /// All files are Parquet.
    Columns(Plan<'a>),
    /// All files are delimited text.
    Text(TextPlan<'a>),
}

/// A run by one of them.
struct Columns<'r> {
    project: &'r Project,
    options: &'r RunOptions,
    progress: &'r mut dyn Progress,
    delivered: usize,
}

/// Scores batches, and drops what nobody looks at behind that.
#[derive(Clone, Copy)]
struct Scorer<'a> {
    score: Score<'a>,
    looked_at: Option<&'a [usize]>,
}

impl Scorer<'_> {
    /// What is found of a batch.
    fn of(self, worker: usize, batch: &Batch) -> ScoreColumns {
        (self.score)(worker, batch)
    }

    /// What is handed on of it.
    fn hand(self, mut leads: LeadColumns, scores: ScoreColumns, events: u64) -> Handed {
        if let Some(looked_at) = self.looked_at {
            let columns = leads.attributes.iter_mut().enumerate();
            columns.filter(|(place, _)| !looked_at.contains(place)).for_each(|(_, column)| *column = None);
        }
        Handed { leads, scores, events }
    }
}

/// A batch that was scored.
struct Handed {
    leads: LeadColumns,
    scores: ScoreColumns,
    /// How many events its leads have.
    events: u64,
}

impl Columns<'_> {
    /// What became of it, and how many leads were handed on.
    fn run(
        mut self,
        planned: &Planned<'_>,
        score: Scorer<'_>,
        done: Done<'_>,
    ) -> (Result<RunReport, Stop>, usize) {
        self.progress.start(size(self.project));
        let notes = AllNotes::new(Budget::new(self.options.memory).notes());
        let (result, bindings) = match planned {
            Planned::Columns(plan) => (self.score(plan, &notes, score, done), &plan.bindings),
            Planned::Text(plan) => (self.score_text(plan, &notes, score, done), &plan.bindings),
        };
        let result = result.and_then(|(counts, spilled, way)| {
            self.progress.finish();
            if let Some(path) = self.options.read.rejects.as_deref() {
                let empty = Rejects::create(path).and_then(Rejects::finish);
                empty.map_err(|_| Stop::Rows)?; // who says why it cannot be written
            }
            let mut collector = Collector::new(false, None, false);
            let spilled = spilled + notes.tell(&mut collector)?;
            let warnings = collector.take_warnings();
            Ok(RunReport { counts, warnings, rejects: Vec::new(), bindings: bindings.clone(), spilled, way })
        });
        (result, self.delivered)
    }

    fn score(
        &mut self,
        plan: &Plan<'_>,
        notes: &AllNotes,
        score: Scorer<'_>,
        done: Done<'_>,
    ) -> Result<(Counts, u64, Way), Stop> {
        let threads = self.options.worker_count();
        let strict = self.options.read.strict_data;
        let rows_of_batch = self.options.batch_rows;
        let budget = Budget::new(self.options.memory);
        let rows = |units: &[Unit]| units.iter().map(|u| u.rows).sum::<u64>();
        let mut counts =
            Counts { rows: rows(&plan.lead_units) + rows(&plan.event_units), ..Counts::default() };
        let (progress, delivered) = (&mut self.progress, &mut self.delivered);
        let mut hand = |handed: Handed| {
            counts.leads += handed.leads.rows as u64;
            counts.events += handed.events;
            *delivered += handed.leads.rows;
            done(&handed.leads, &handed.scores).map_err(Stop::Output)
        };
        let (ignored, spilled, way) = match sorted::stretches(plan)
            .filter(|_| budget.fits(sorted::memory(plan, threads)))
        {
            Some(stretches) => {
                let sorted = Sorted::new(plan, &stretches, strict, notes, score);
                let work = |worker: usize, task: usize, put: Put<'_, Handed>| sorted.work(worker, task, put);
                let mut units = Told { progress: &mut **progress, plan, leads: 0 };
                order::run(threads, sorted.tasks(), &work, &mut |handed| {
                    units.rows(handed.leads.rows as u64 + handed.events);
                    hand(handed)
                })?;
                (sorted.ignored.into_inner(), 0, Way::Sorted)
            }
            None => {
                let mut units = Told { progress: &mut **progress, plan, leads: 0 };
                let (ignored, spilled) =
                    arrival::run(plan, threads, strict, rows_of_batch, &budget, notes, score, &mut |told| {
                        match told {
                            Event::Read(unit) => {
                                units.rows(unit.rows);
                                Ok(())
                            }
                            Event::Scored(handed) => {
                                units.rows(handed.leads.rows as u64);
                                hand(handed)
                            }
                        }
                    })?;
                (ignored, spilled, Way::Arrival)
            }
        };
        counts.ignored = ignored;
        Ok((counts, spilled, way))
    }
}

impl Columns<'_> {
    fn score_text(
        &mut self,
        plan: &TextPlan<'_>,
        notes: &AllNotes,
        score: Scorer<'_>,
        done: Done<'_>,
    ) -> Result<(Counts, u64, Way), Stop> {
        let mut counts = Counts::default();
        let counted = delimited::run(plan, self.options, notes, score, &mut |told| match told {
            delimited::Told::Read { rows, bytes } => {
                self.progress.rows(rows);
                self.progress.advance(bytes);
                Ok(())
            }
            delimited::Told::Scored { handed, bytes } => {
                self.progress.advance(bytes);
                handed.into_iter().try_for_each(|handed| {
                    self.progress.rows(handed.leads.rows as u64);
                    counts.leads += handed.leads.rows as u64;
                    counts.events += handed.events;
                    self.delivered += handed.leads.rows;
                    done(&handed.leads, &handed.scores).map_err(Stop::Output)
                })
            }
        })?;
        counts.rows = counted.rows;
        counts.ignored = counted.ignored;
        Ok((counts, counted.spilled, Way::Text))
    }
}

/// What a run of events in any order tells of.
#[allow(clippy::large_enum_variant)] // it is passed on at once
enum Event<'e> {
    Read(&'e Unit),
    Scored(Handed),
}

/// Tells how far a run is: in rows, and in bytes as if all rows were of one size.
struct Told<'r, 'p> {
    progress: &'r mut dyn Progress,
    plan: &'r Plan<'p>,
    /// Rows that were told.
    leads: u64,
}

impl Told<'_, '_> {
    fn rows(&mut self, rows: u64) {
        let units = self.plan.lead_units.iter().chain(&self.plan.event_units);
        let all = units.map(|u| u.rows).sum::<u64>().max(1);
        let files =
            self.plan.leads.iter().map(|f| &f.groups).chain(self.plan.events.iter().map(|f| &f.groups));
        let bytes: u64 = files.map(|g| g.bytes()).sum();
        let place = |rows: u64| (u128::from(bytes) * u128::from(rows.min(all)) / u128::from(all)) as u64;
        self.progress.rows(rows);
        self.progress.advance(place(self.leads + rows) - place(self.leads));
        self.leads += rows;
    }
}

fn only_once(pipe: &str) -> DataErrors {
    let message = "it can be read only once, but all data must be read again, because a key stands twice or \
                   something else is wrong with a row";
    let help = "write it to a file first, and name that file in the manifest".to_string();
    DataErrors::of([Problem::new(ProblemKind::File, pipe, message).help(help)])
}

fn changed(project: &Project) -> DataErrors {
    let message = "the files change while they are read";
    let problem = Problem::new(ProblemKind::BrokenFile, project.folder.display().to_string(), message);
    let help = "run it when nothing writes to them, or let it read a copy of them".to_string();
    DataErrors::of([problem.help(help)])
}

fn lies(file: &str) -> DataErrors {
    let message = "truncated or damaged: what it says of its keys is not what they are";
    DataErrors::of([Problem::new(ProblemKind::BrokenFile, file, message)])
}

fn spill(error: &io::Error) -> DataErrors {
    let folder = std::env::temp_dir().display().to_string();
    let message = format!("the temporary file for events cannot be written or read: {error}");
    let help = "more memory needs no file: `--memory 4GiB`; `TMPDIR` names another folder".to_string();
    DataErrors::of([Problem::new(ProblemKind::File, folder, message).help(help)])
}
