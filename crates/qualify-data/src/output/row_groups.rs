//! Results in Parquet, row group by row group.

use super::columns::Content;
use super::encode::Kind;
use super::word_chunk::WordChunk;
use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, SchemaRef, UInt32Type};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use std::io::Write;

/// Rows of a row group: a reader can share a million leads among some threads.
const ROWS: usize = 1 << 18;

/// Writes all batches. The schema says text; that words are coded by dictionaries is how they got here.
pub(super) fn write(
    out: &mut (dyn Write + Send),
    kind: &Kind,
    batches: &mut dyn Iterator<Item = RecordBatch>,
) -> Result<(), ParquetError> {
    let mut batches = batches.peekable();
    let whole_keys = batches.peek().is_some_and(has_whole_keys);
    let schema = kind.columns.schema(whole_keys);
    let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties(kind, whole_keys)))?;
    let (mut file, factory) = writer.into_serialized_writer()?;
    let mut group: Option<RowGroup> = None;
    for batch in batches {
        let mut start = 0;
        while start < batch.num_rows() {
            let open = match &mut group {
                Some(open) => open,
                None => group.insert(RowGroup::new(kind, &schema, &file, &factory)?),
            };
            let rows = (batch.num_rows() - start).min(ROWS - open.rows);
            open.add(&batch.slice(start, rows))?;
            start += rows;
            if open.rows == ROWS {
                group.take().map_or(Ok(()), |full| full.put(&mut file))?;
            }
        }
    }
    group.map_or(Ok(()), |last| last.put(&mut file))?;
    file.close().map(|_| ())
}

/// Whether the keys are whole numbers, not text.
pub(super) fn has_whole_keys(batch: &RecordBatch) -> bool {
    batch.schema_ref().fields().first().is_some_and(|key| *key.data_type() == DataType::Int64)
}

/// docs/design/writing.md says what was measured.
fn properties(kind: &Kind, whole_keys: bool) -> WriterProperties {
    let facts = kind.facts.iter().map(|(key, value)| KeyValue::new(key.to_string(), value.clone())).collect();
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_offset_index_disabled(true)
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

/// A row group in the making.
struct RowGroup {
    schema: SchemaRef,
    columns: Vec<ColumnInMaking>,
    rows: usize,
}

enum ColumnInMaking {
    /// Words of one dictionary for all rows.
    Words(WordChunk),
    Other(Box<ArrowColumnWriter>),
}

impl RowGroup {
    /// Each column has one leaf: lists are of texts.
    fn new<W: Write + Send>(
        kind: &Kind,
        schema: &SchemaRef,
        file: &SerializedFileWriter<W>,
        factory: &ArrowRowGroupWriterFactory,
    ) -> Result<RowGroup, ParquetError> {
        let writers = factory.create_column_writers(file.flushed_row_groups().len())?;
        let column =
            |(i, (writer, (_, content))): (usize, (ArrowColumnWriter, &(String, Content)))| match content {
                Content::Status | Content::Grade(_) | Content::Stage | Content::Route => {
                    ColumnInMaking::Words(WordChunk::new(file.schema_descr().column(i)))
                }
                _ => ColumnInMaking::Other(Box::new(writer)),
            };
        let columns = writers.into_iter().zip(&kind.columns.all).enumerate().map(column).collect();
        Ok(RowGroup { schema: schema.clone(), columns, rows: 0 })
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        self.rows += batch.num_rows();
        for ((column, array), field) in self.columns.iter_mut().zip(batch.columns()).zip(self.schema.fields())
        {
            match (column, array.as_dictionary_opt::<UInt32Type>()) {
                (ColumnInMaking::Words(words), Some(coded)) => words.add(coded),
                (ColumnInMaking::Words(_), None) => {
                    return Err(ParquetError::General(format!("{} is not coded", array.data_type())));
                }
                (ColumnInMaking::Other(writer), _) => {
                    for leaf in compute_leaves(field, array)? {
                        writer.write(&leaf)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn put<W: Write + Send>(self, file: &mut SerializedFileWriter<W>) -> Result<(), ParquetError> {
        let mut group = file.next_row_group()?;
        for column in self.columns {
            match column {
                ColumnInMaking::Words(mut words) => words.append(&mut group)?,
                ColumnInMaking::Other(writer) => writer.close()?.append_to_row_group(&mut group)?,
            }
        }
        group.close().map(|_| ())
    }
}
