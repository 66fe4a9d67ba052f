//! Batches of results in each format.

use super::columns::{Columns, Content};
use super::text;
use crate::format::Format;
use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::writer::FileWriter;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::io::{self, Write};

/// Rows of a row group in Parquet: a reader can share a million leads among some threads.
const ROW_GROUP: usize = 1 << 18;

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
        Format::Parquet => as_parquet(out, kind, batches).map_err(from_parquet),
        Format::Arrow => as_arrow(out, kind, batches).map_err(from_arrow),
    }
}

/// The schema says text; that the batches are coded by dictionaries is how they got here.
fn as_parquet(
    out: &mut (dyn Write + Send),
    kind: &Kind,
    batches: &mut dyn Iterator<Item = RecordBatch>,
) -> Result<(), ParquetError> {
    let mut batches = batches.peekable();
    let whole_keys = batches.peek().is_some_and(has_whole_keys);
    let schema = kind.columns.schema(whole_keys);
    let mut writer = ArrowWriter::try_new(out, schema, Some(properties(kind, whole_keys)))?;
    for batch in batches {
        writer.write(&batch)?;
    }
    writer.close().map(|_| ())
}

fn has_whole_keys(batch: &RecordBatch) -> bool {
    batch.schema_ref().fields().first().is_some_and(|key| *key.data_type() == DataType::Int64)
}

/// docs/design/writing.md says what was measured.
fn properties(kind: &Kind, whole_keys: bool) -> WriterProperties {
    let facts = kind.facts.iter().map(|(key, value)| KeyValue::new(key.to_string(), value.clone())).collect();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_key_value_metadata(Some(facts));
    for (name, content) in &kind.columns.all {
        // values that hardly repeat: a dictionary of them would only cost time
        let encoding = match content {
            Content::Key if whole_keys => Encoding::DELTA_BINARY_PACKED,
            Content::Score | Content::Named(_) => Encoding::DELTA_BINARY_PACKED,
            Content::Key => Encoding::DELTA_BYTE_ARRAY,
            _ => continue,
        };
        let path = ColumnPath::from(vec![name.clone()]);
        properties = properties.set_column_dictionary_enabled(path.clone(), false);
        properties = properties.set_column_encoding(path, encoding);
    }
    properties.build()
}

fn as_arrow(
    out: &mut (dyn Write + Send),
    kind: &Kind,
    batches: &mut dyn Iterator<Item = RecordBatch>,
) -> Result<(), ArrowError> {
    let facts = kind.facts.iter().map(|(key, value)| (key.to_string(), value.clone())).collect();
    let mut batches = batches.peekable();
    let whole_keys = batches.peek().is_some_and(has_whole_keys);
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
