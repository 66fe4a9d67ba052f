//! Parquet, Arrow IPC and tables in memory: batches of typed columns. Nested records give columns with dotted names.

use super::guard::{guarded, quietly};
use super::{Broken, Each, Row, Table, Visit};
use crate::cell::Cell;
use crate::tables::Table as Held;
use arrow::array::{Array, ArrayRef, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Fields, SchemaRef};
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::ParquetMetaData;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Seek};

mod frames;
mod value;

pub(crate) use value::cell as value_cell;

/// An opened file of typed columns.
pub(super) struct Columnar {
    columns: Vec<String>,
    /// For each column the way to it: places in the batch and in nested records.
    paths: Vec<Vec<usize>>,
    /// How many, if the file says so.
    rows: Option<u64>,
    batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>>>,
}

impl Columnar {
    /// A Parquet file.
    pub fn parquet(file: File) -> Result<Columnar, Broken> {
        let bytes = file.metadata().map_or(u64::MAX, |m| m.len());
        let builder = guarded(|| ParquetRecordBatchReaderBuilder::try_new(file))?;
        guarded(|| check_chunks(builder.metadata(), bytes))?;
        let rows = u64::try_from(builder.metadata().file_metadata().num_rows()).ok();
        let schema = builder.schema().clone();
        let at_once = rows_at_once(builder.metadata());
        let reader = guarded(|| builder.with_batch_size(at_once).build())?;
        Ok(Columnar { rows, ..Columnar::new(schema, Box::new(reader))? })
    }

    /// An Arrow IPC file or stream.
    pub fn ipc(mut file: File) -> Result<Columnar, Broken> {
        let cannot = |e: io::Error| Broken::new(format!("cannot be read: {e}"));
        guarded(|| frames::check(&mut file))?;
        file.rewind().map_err(cannot)?;
        let (schema, batches) = ipc(BufReader::new(file))?;
        Columnar::new(schema, batches)
    }

    /// A table that the caller holds.
    pub fn held(table: &Held) -> Result<Columnar, Broken> {
        let rows = table.batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let batches: Vec<_> = table.batches.iter().cloned().map(Ok).collect();
        let columnar = Columnar::new(table.schema.clone(), Box::new(batches.into_iter()))?;
        Ok(Columnar { rows: Some(rows), ..columnar })
    }

    fn new(
        schema: SchemaRef,
        batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>>>,
    ) -> Result<Columnar, Broken> {
        let (mut columns, mut paths) = (Vec::new(), Vec::new());
        flatten(schema.fields(), "", &[], &mut columns, &mut paths);
        let mut seen = HashSet::new();
        if let Some(twice) = columns.iter().find(|c| !c.is_empty() && !seen.insert(*c)) {
            return Err(Broken::new(format!("the file has two columns named `{twice}`")));
        }
        Ok(Columnar { columns, paths, rows: None, batches })
    }
}

/// Rows that are read at a time, at most, and bytes that they have, about.
const ROWS: u64 = 1024;
const BYTES: u64 = 1 << 20;

/// Rows of a Parquet file that are read at a time: fewer where they are wide.
fn rows_at_once(metadata: &ParquetMetaData) -> usize {
    let widest = metadata.row_groups().iter().map(|group| {
        let bytes = u64::try_from(group.total_byte_size()).unwrap_or(0);
        bytes / u64::try_from(group.num_rows()).unwrap_or(0).max(1)
    });
    (BYTES / widest.max().unwrap_or(0).max(1)).clamp(1, ROWS) as usize
}

type Batches = Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>>>;

/// The schema and the batches of an Arrow IPC file or stream, from its start on.
fn ipc(mut content: impl BufRead + Seek + 'static) -> Result<(SchemaRef, Batches), Broken> {
    let is_file = guarded(|| content.fill_buf().map(|start| start.starts_with(frames::MAGIC)))?;
    if is_file {
        let reader = guarded(|| FileReader::try_new(content, None))?;
        Ok((reader.schema(), Box::new(reader)))
    } else {
        let reader = guarded(|| StreamReader::try_new(content, None))?;
        Ok((reader.schema(), Box::new(reader)))
    }
}

/// The same, all of it.
pub(super) fn batches(content: &[u8]) -> Result<(SchemaRef, Vec<RecordBatch>), Broken> {
    guarded(|| frames::check(&mut Cursor::new(content)))?;
    let (schema, mut read) = ipc(Cursor::new(content.to_vec()))?;
    let mut batches = Vec::new();
    while let Some(batch) = guarded(|| read.next().transpose())? {
        batches.push(batch);
    }
    Ok((schema, batches))
}

/// What the compressed parts of an Arrow IPC file or stream say they have; 0 for what cannot be read.
pub(super) fn decompressed(content: &[u8]) -> u64 {
    guarded(|| frames::check(&mut Cursor::new(content))).unwrap_or(0)
}

/// Whether all column chunks lie inside the file: memory for them is set aside unseen.
pub(super) fn check_chunks(metadata: &ParquetMetaData, bytes: u64) -> Result<(), &'static str> {
    for chunk in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        let (start, length) = chunk.byte_range();
        if start.checked_add(length).is_none_or(|end| end > bytes) {
            return Err("a column lies outside it");
        }
    }
    Ok(())
}

fn flatten(
    fields: &Fields,
    before: &str,
    path: &[usize],
    names: &mut Vec<String>,
    paths: &mut Vec<Vec<usize>>,
) {
    for (place, field) in fields.iter().enumerate() {
        let name = format!("{before}{}", field.name().trim());
        let path = [path, &[place]].concat();
        match field.data_type() {
            DataType::Struct(inner) => flatten(inner, &format!("{name}."), &path, names, paths),
            _ => {
                names.push(name);
                paths.push(path);
            }
        }
    }
}

impl Table for Columnar {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn visit(&mut self, each: Each<'_>) -> Result<(), Broken> {
        let mut before = 0;
        while let Some(batch) = guarded(|| self.batches.next().transpose())? {
            let columns: Vec<_> = self.paths.iter().map(|path| Column::of(&batch, path)).collect();
            for row in 0..batch.num_rows() {
                let number = before + row as u64 + 1;
                let done = self.rows.map_or(0, |rows| number.saturating_mul(1000) / rows.max(1));
                let entry = Entry { names: &self.columns, columns: &columns, row, number, done };
                if each(Visit::Row(&entry)).is_break() {
                    return Ok(());
                }
            }
            before += batch.num_rows() as u64;
        }
        Ok(())
    }
}

/// A column of a batch, and the records around it, which may be null.
struct Column {
    around: Vec<ArrayRef>,
    array: ArrayRef,
}

impl Column {
    fn of(batch: &RecordBatch, path: &[usize]) -> Column {
        let mut around = Vec::new();
        let mut array = batch.column(path[0]).clone();
        for place in &path[1..] {
            let Some(record) = array.as_any().downcast_ref::<StructArray>() else { break };
            let inner = record.column(*place).clone();
            around.push(array);
            array = inner;
        }
        Column { around, array }
    }
}

/// One row.
struct Entry<'a> {
    names: &'a [String],
    columns: &'a [Column],
    row: usize,
    number: u64,
    done: u64,
}

impl Row for Entry<'_> {
    fn number(&self) -> u64 {
        self.number
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        let Some(column) = self.columns.get(column) else { return Cell::Missing };
        if column.around.iter().any(|record| record.is_null(self.row)) {
            return Cell::Missing;
        }
        let cell = quietly(|| value::cell(&column.array, self.row));
        cell.unwrap_or_else(|| Cell::Other("a damaged value".to_string()))
    }

    fn done(&self) -> u64 {
        self.done
    }

    /// As a JSON object of texts.
    fn raw(&self) -> String {
        let text = |column| self.cell(column).text().map(|t| t.into_owned().into());
        let pairs =
            self.names.iter().enumerate().map(|(i, name)| (name.clone(), text(i).unwrap_or_default()));
        serde_json::Value::Object(pairs.collect()).to_string()
    }
}
