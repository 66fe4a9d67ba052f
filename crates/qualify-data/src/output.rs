//! Outcomes to files: Parquet, Arrow IPC, CSV, JSON Lines.
//!
//! A file is written beside its place and moved there when it is whole: a failure leaves the old one as it was.

mod columns;
mod place;
mod text;

use crate::format::Format;
use arrow::error::ArrowError;
use arrow::ipc::writer::FileWriter;
use arrow::record_batch::RecordBatch;
use columns::Columns;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
pub(crate) use place::Place;
use qualify_model::calendar;
use qualify_model::{Model, Outcome};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Leads in one batch.
const BATCH: usize = 8192;

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
    pub fn facts(&self, model: &Model) -> Vec<(&'static str, String)> {
        let (major, minor, update) = qualify_model::text::UNICODE_VERSION;
        vec![
            ("qualify.as_of", calendar::format_instant(self.as_of)),
            ("qualify.model_digest", model.digest.clone()),
            ("qualify.language", model.edition.to_string()),
            ("qualify.timezone", model.timezone.clone()),
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

/// Writes the outcomes. Without a format the file's name tells it; standard output is CSV.
pub fn write(
    outcomes: &[Outcome],
    model: &Model,
    stamp: &Stamp,
    target: &Target,
    format: Option<Format>,
) -> Result<(), OutputError> {
    match target {
        Target::Stdout => {
            let mut out = BufWriter::new(io::stdout());
            let written = write_to(&mut out, outcomes, model, stamp, format.unwrap_or(Format::Csv));
            written.and_then(|()| out.flush()).map_err(|e| failed("standard output", &e))
        }
        Target::File(path) => {
            let name = path.display().to_string();
            let storage = crate::format::Storage::of(path);
            let plain = storage.compression == crate::format::Compression::None;
            let by_name = storage.format.filter(|_| plain);
            let by_name = by_name.or(place::is_special(path).then_some(Format::Csv)); // as standard output
            let format = format.or(by_name).ok_or_else(|| OutputError::NoFormat(name.clone()))?;
            to_file(path, |out| write_to(out, outcomes, model, stamp, format)).map_err(|e| failed(&name, &e))
        }
    }
}

fn failed(target: &str, error: &io::Error) -> OutputError {
    match error.kind() {
        io::ErrorKind::BrokenPipe => OutputError::BrokenPipe,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OutputError::Full(target.to_string()),
        _ => OutputError::Other { target: target.to_string(), reason: error.to_string() },
    }
}

fn to_file(path: &Path, write: impl FnOnce(&mut (dyn Write + Send)) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(Place::open(path)?);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.put()
}

fn write_to(
    out: &mut (dyn Write + Send),
    outcomes: &[Outcome],
    model: &Model,
    stamp: &Stamp,
    format: Format,
) -> io::Result<()> {
    let columns = Columns::of(model);
    match format {
        Format::Csv => text::csv(out, &columns, outcomes),
        Format::Jsonl => text::json_lines(out, &columns, outcomes),
        Format::Parquet => as_parquet(out, &columns, outcomes, stamp.facts(model)).map_err(from_parquet),
        Format::Arrow => as_arrow(out, &columns, outcomes, stamp.facts(model)).map_err(from_arrow),
    }
}

fn batches(columns: &Columns, outcomes: &[Outcome]) -> impl Iterator<Item = Result<RecordBatch, ArrowError>> {
    outcomes.chunks(BATCH).map(|chunk| columns.batch(chunk))
}

fn as_parquet(
    out: &mut (dyn Write + Send),
    columns: &Columns,
    outcomes: &[Outcome],
    facts: Vec<(&'static str, String)>,
) -> Result<(), ParquetError> {
    let facts = facts.into_iter().map(|(key, value)| KeyValue::new(key.to_string(), value)).collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(facts))
        .build();
    let mut writer = ArrowWriter::try_new(out, columns.schema(), Some(properties))?;
    for batch in batches(columns, outcomes) {
        writer.write(&batch?)?;
    }
    writer.close().map(|_| ())
}

fn as_arrow(
    out: &mut (dyn Write + Send),
    columns: &Columns,
    outcomes: &[Outcome],
    facts: Vec<(&'static str, String)>,
) -> Result<(), ArrowError> {
    let facts = facts.into_iter().map(|(key, value)| (key.to_string(), value)).collect();
    let schema = columns.schema().as_ref().clone().with_metadata(facts);
    let mut writer = FileWriter::try_new(out, &schema)?;
    for batch in batches(columns, outcomes) {
        writer.write(&batch?.with_schema(schema.clone().into())?)?;
    }
    writer.finish()
}

/// The error of the disk or pipe, if that is what is behind it.
fn from_parquet(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(inner) => io::Error::other(inner),
        },
        other => io::Error::other(other),
    }
}

fn from_arrow(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        other => io::Error::other(other),
    }
}
