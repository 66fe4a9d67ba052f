//! Results to files: Parquet, Arrow IPC, CSV, JSON Lines.
//!
//! Results in columns become Arrow batches, whose words are places in dictionaries, and each format is made from
//! these. A file is written beside its place and moved there when it is whole: a failure leaves the old one as it was.

mod batch;
mod columns;
mod encode;
mod place;
mod reasons;
mod row_groups;
mod text;
mod word_chunk;
mod writer;

pub use batch::Batches;
pub(crate) use place::Place;
use qualify_model::{Labels, calendar};
use std::io;
use std::path::{Path, PathBuf};
pub use writer::Writer;

/// Where results go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf),
}

impl Target {
    /// `-` is standard output.
    pub fn of(path: &Path) -> Target {
        if path == Path::new("-") { Target::Stdout } else { Target::File(path.to_path_buf()) }
    }
}

/// What every result carries beside the model: the instant it was computed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Microseconds since 1970.
    pub as_of: i64,
}

impl Stamp {
    /// What a result must carry so that it can be computed again.
    pub fn facts(&self, labels: &Labels) -> Vec<(&'static str, String)> {
        let (major, minor, update) = qualify_model::text::UNICODE_VERSION;
        vec![
            ("qualify.as_of", calendar::format_instant(self.as_of)),
            ("qualify.model_digest", labels.digest.clone()),
            ("qualify.language", labels.edition.to_string()),
            ("qualify.timezone", labels.timezone.clone()),
            ("qualify.zone_data", calendar::zone_database_version().to_string()),
            ("qualify.unicode", format!("{major}.{minor}.{update}")),
            ("qualify.version", env!("CARGO_PKG_VERSION").to_string()),
        ]
    }
}

/// Why results could not be written. Each displays as a plain sentence.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The reader of standard output went away: nothing to tell anyone.
    #[error("nobody reads the output any more")]
    BrokenPipe,
    /// The disk is full.
    #[error("{0} cannot be written: there is no space left")]
    Full(String),
    /// The file's name does not tell a format.
    #[error("the name {0} does not tell a format; use .csv, .jsonl, .parquet or .arrow, without .gz or .zst")]
    NoFormat(String),
    /// Anything else.
    #[error("{target} cannot be written: {reason}")]
    Other {
        /// The file.
        target: String,
        /// Why.
        reason: String,
    },
}

impl OutputError {
    fn of(target: &str, error: &io::Error) -> OutputError {
        match error.kind() {
            io::ErrorKind::BrokenPipe => OutputError::BrokenPipe,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                OutputError::Full(target.to_string())
            }
            _ => OutputError::Other { target: target.to_string(), reason: error.to_string() },
        }
    }
}

/// Writes bytes to a file, which is whole or not there.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    let write = || {
        let mut place = Place::open(path)?;
        io::Write::write_all(&mut place, bytes)?;
        place.put()
    };
    write().map_err(|error: io::Error| OutputError::of(&path.display().to_string(), &error))
}
