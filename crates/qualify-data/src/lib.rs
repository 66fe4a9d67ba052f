//! Reading and writing lead sets: the project's manifest, leads and events in CSV, JSON Lines, Parquet and
//! Arrow IPC, results in the same formats, a first schema inferred from files, and a profile of the data.
//!
//! This is the one room below the borders that touches files, and the one where floating point may occur:
//! doubles are rounded when they are read and never seen again. Nothing in here prints; problems are
//! returned as data, with a text for people.
//!
//! The way through: [`open`] reads `qualify.toml`, [`read`] gives a [`LeadSet`], the engine turns it into
//! outcomes, [`Writer`] puts results into a file.

/// Arrow, in the version that tables here have.
pub use arrow;

mod bind;
mod cell;
mod clock;
mod convert;
mod decimal;
mod format;
mod given;
mod infer;
mod json_lead;
mod manifest;
mod nearest;
mod output;
mod positioned;
mod problem;
mod profile;
mod progress;
mod project;
mod read;
mod rule_text;
mod run;
mod table;
mod tables;
mod tree;

pub use bind::Binding;
pub use clock::TimeFormat;
pub use decimal::points_as_double;
pub use format::{Compression, Format, Storage};
pub use given::{EVENTS, EventTable, LEADS};
pub use infer::{Inferred, infer};
pub use json_lead::{LeadReader, ReadEvent, ReadLead};
pub use manifest::{
    Check, EventSource, EventType, Files, Lint, Manifest, Most, Output, Review, TableSource, TimeFormats,
    Unknown,
};
pub use output::{Batches, OutputError, Stamp, Target, Writer, write_whole};
pub use problem::{DataErrors, Example, Group, Problem, ProblemKind, Warning};
pub use profile::{EventProfile, Frequency, Profile, ValueProfile, profile};
pub use progress::{Progress, Quiet};
pub use project::{Project, open, same_file};
pub use read::{Counts, LeadSet, ReadOptions, read, size};
pub use rule_text::{as_rule_text, beside, rule_text, used_rule_text};
pub use run::{Done, RunError, RunOptions, RunReport, Score, Way, run};
pub use tables::Tables;
pub use tree::{Fields, Tree, field};
