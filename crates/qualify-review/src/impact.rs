//! What a change does to the leads of a project: both models run over the same leads, row by row.
//!
//! ```text
//! old, new, old with each change alone ── engines ──┐
//!                          data ── batches ──> results of all ── gather ──> Impact
//!                                        the leads that moved most ── reference interpreter ──> why
//! ```
//!
//! One reading of the data serves both models where the leads of one schema are the leads of the other; else each model
//! reads for itself, and the rows are joined in their order. Memory does not grow with the number of leads.
//!
//! Not in here: what the change says ([`crate::change`]), what it may do ([`crate::budget`]).

mod attribution;
mod gather;
mod loops;
mod matrix;
mod movers;
mod needs;
mod pack;
mod parts;
mod places;
mod run;
mod schemas;
mod side;
mod spread;
mod volume;

pub use attribution::{Alone, Attribution, Part};
pub use gather::{Moves, Named, ScoreChange};
pub use matrix::{Flow, Matrix};
pub use movers::{Mover, Why};
pub use spread::{Histogram, Spread};
pub use volume::{StageVolume, Volume};

use crate::change::Changes;
use qualify_data::{Progress, Project, RunError, RunOptions};
use qualify_model::{Model, NumberKind, calendar::format_instant, exact};
use serde::{Serialize, Serializer};

/// Points, in units of 1e-4; written as a decimal number in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(pub i64);

impl std::fmt::Display for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&exact::format(i128::from(self.0), NumberKind::Points.decimals()))
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a change does to the leads of a project.
#[derive(Clone, Debug, Serialize)]
pub struct Impact {
    /// The instant that ages count from.
    pub as_of: String,
    /// Leads that were read.
    pub leads: u64,
    /// Leads of which anything is different: status, a score, grade, stage, segment or route.
    pub changed: u64,
    /// The total.
    pub score: ScoreChange,
    /// The named scores of both models. One that only one of them has goes from or to nothing.
    pub scores: Vec<Named<ScoreChange>>,
    /// From stage to stage; a lead without a stage is where its status says.
    pub stages: Matrix,
    /// What happened to each stage.
    pub stage_flows: Vec<Flow>,
    /// What happened to each route.
    pub routes: Moves,
    /// The grade sets of both models.
    pub grades: Vec<Named<Moves>>,
    /// The segments of both models: leads inside.
    pub segments: Vec<Flow>,
    /// Segments alone: leads that entered or left any.
    pub segment_changes: u64,
    /// The leads that moved most, with the reasons.
    pub movers: Vec<Mover>,
    /// How many leads reach each stage in a week.
    pub volume: Option<Volume>,
    /// What each change does by itself.
    pub attribution: Option<Attribution>,
}

/// How to measure.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads, memory, how strictly to read.
    pub run: RunOptions,
    /// The instant that ages count from, microseconds since 1970.
    pub as_of: i64,
    /// Data of more bytes than this are not scored at earlier instants, and single changes are tried on a sample when
    /// there are many of them.
    pub large: u64,
    /// Whether to score at earlier instants at all, unless the data are large.
    pub weeks: bool,
}

impl Options {
    /// At an instant, with everything else as usual.
    pub fn at(as_of: i64) -> Options {
        Options { run: RunOptions::default(), as_of, large: 64 << 20, weeks: true }
    }
}

/// Runs both models over the leads of a project.
pub fn measure(
    old: &Model,
    new: &Model,
    changes: &Changes,
    project: &Project,
    options: &Options,
    progress: &mut dyn Progress,
) -> Result<Impact, RunError> {
    let large = qualify_data::size(project) > options.large;
    let both = parts::Both { old, new };
    let setting = run::Setting::new(both, changes, large);
    let earlier = if large || !options.weeks { Vec::new() } else { volume::earlier(options.as_of) };
    let mut gather = gather::Gather::new(&setting, options.as_of, &earlier);
    let leads = run::run(&setting, project, options, &earlier, &mut gather, progress)?;
    let movers = movers::explain(&setting, &gather, &leads, options.as_of, changes);
    Ok(gather.finish(format_instant(options.as_of), movers))
}
