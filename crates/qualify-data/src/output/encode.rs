//! Batches of results in each format.

use super::columns::Columns;
use super::{row_groups, text};
use crate::format::Format;
use arrow::array::ArrayRef;
use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::writer::FileWriter;
use arrow::record_batch::RecordBatch;
use parquet::errors::ParquetError;
use std::io::{self, Write};

/// How results are written.
pub(super) struct Kind {
    pub format: Format,
    pub columns: Columns,
    /// What stands beside the columns, where the format has a place for it.
    pub facts: Vec<(&'static str, String)>,
}

/// Writes all batches.
pub(super) fn encode(
    out: &mut (dyn Write + Send),
    kind: &Kind,
    batches: &mut dyn Iterator<Item = RecordBatch>,
) -> io::Result<()> {
    let names = || kind.columns.all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    match kind.format {
        Format::Csv => text::csv(out, &names(), batches),
        Format::Jsonl => text::json_lines(out, &names(), batches),
        Format::Parquet => row_groups::write(out, kind, batches).map_err(from_parquet),
        Format::Arrow => as_arrow(out, kind, batches).map_err(from_arrow),
    }
}

fn as_arrow(
    out: &mut (dyn Write + Send),
    kind: &Kind,
    batches: &mut dyn Iterator<Item = RecordBatch>,
) -> Result<(), ArrowError> {
    let facts = kind.facts.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
    let mut batches = batches.peekable();
    let whole_keys = batches.peek().is_some_and(row_groups::has_whole_keys);
    let schema = SchemaRef::new(Schema::clone(&kind.columns.schema(whole_keys)).with_metadata(facts));
    let mut writer = FileWriter::try_new(out, &schema)?;
    for batch in batches {
        let spelled = |(array, field): (&ArrayRef, &arrow::datatypes::FieldRef)| {
            arrow::compute::cast(array, field.data_type())
        };
        let arrays = batch.columns().iter().zip(schema.fields()).map(spelled).collect::<Result<_, _>>()?;
        writer.write(&RecordBatch::try_new(schema.clone(), arrays)?)?;
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
