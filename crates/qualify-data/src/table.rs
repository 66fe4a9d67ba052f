//! A file as rows of cells, whatever its format.
//!
//! A row is looked at while it passes; nothing is kept. A columnar fast path can stand beside [`Table::visit`]
//! later without changing its callers.

mod columnar;
mod delimited;
mod foreign;
pub(crate) mod groups;
mod guard;
mod json_lines;
mod load;
mod records;
pub(crate) mod scan;

pub(crate) use columnar::value_cell;

use crate::cell::Cell;
use crate::format::{Compression, Format, Storage};
use crate::problem::{Problem, ProblemKind};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

/// One row.
pub(crate) trait Row {
    /// Its line in a text file, its number in others; from 1.
    fn number(&self) -> u64;
    /// The cell of a column of the table.
    fn cell(&self, column: usize) -> Cell<'_>;
    /// How much of the file lies before its end, in thousandths; 0 if nobody knows.
    fn done(&self) -> u64;
    /// The row as text, for the file of rejected rows.
    fn raw(&self) -> String;
}

/// A row that cannot be taken apart.
#[derive(Debug)]
pub(crate) struct BadRow {
    pub number: u64,
    pub kind: ProblemKind,
    pub message: String,
    pub help: Option<String>,
    pub raw: String,
}

/// What a visitor gets to see.
pub(crate) enum Visit<'a> {
    Row(&'a dyn Row),
    Bad(BadRow),
}

/// Why a file cannot be read (any further).
#[derive(Debug)]
pub(crate) struct Broken {
    pub kind: ProblemKind,
    pub message: String,
    pub help: Option<String>,
}

impl Broken {
    pub(crate) fn new(message: impl Into<String>) -> Broken {
        Broken { kind: ProblemKind::BrokenFile, message: message.into(), help: None }
    }

    /// The problem of that file.
    pub(crate) fn of(self, file: &str) -> Problem {
        Problem::new(self.kind, file, self.message).help(self.help)
    }
}

/// An opened file.
pub(crate) trait Table {
    /// The names of its columns, white space around them stripped.
    fn columns(&self) -> &[String];
    /// A row need not have every column: one that no row of this file has may still be in another.
    fn sparse(&self) -> bool {
        false
    }
    /// Shows every row in order, unless it is told to stop. Binary files can be gone through once.
    fn visit(&mut self, each: Each<'_>) -> Result<(), Broken>;
}

/// Who looks at rows, and says whether to go on.
pub(crate) type Each<'e> = &'e mut dyn FnMut(Visit<'_>) -> ControlFlow<()>;

/// What a manifest says about reading a file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Opening {
    pub format: Option<Format>,
    pub delimiter: Option<u8>,
}

/// Opens a file and reads its columns.
pub(crate) fn open(path: &Path, opening: Opening) -> Result<Box<dyn Table>, Broken> {
    let storage = Storage::of(path);
    let Some(format) = opening.format.or(storage.format) else {
        let names = Format::NAMES.join("`, `");
        return Err(Broken {
            kind: ProblemKind::File,
            message: "its name does not tell the format".to_string(),
            help: Some(format!("add `format = \"…\"` with one of `{names}`")),
        });
    };
    match format {
        Format::Csv => {
            let delimiter = opening.delimiter.or(storage.tabs.then_some(b'\t'));
            Ok(Box::new(delimited::Delimited::open(path, storage.compression, delimiter)?))
        }
        Format::Jsonl => Ok(Box::new(json_lines::JsonLines::open(path, storage.compression)?)),
        Format::Parquet => Ok(Box::new(columnar::Columnar::parquet(seekable(path, storage.compression)?)?)),
        Format::Arrow => Ok(Box::new(columnar::Columnar::ipc(seekable(path, storage.compression)?)?)),
    }
}

/// The schema and the batches of an Arrow IPC stream or file.
pub(crate) fn batches(content: &[u8]) -> Result<(SchemaRef, Vec<RecordBatch>), Broken> {
    columnar::batches(content)
}

/// Bytes that the compressed parts of an Arrow IPC stream or file say they have; 0 for what cannot be read.
pub(crate) fn decompressed(content: &[u8]) -> u64 {
    columnar::decompressed(content)
}

/// A table that the caller holds.
pub(crate) fn held(table: &crate::tables::Table) -> Result<Box<dyn Table>, Broken> {
    Ok(Box::new(columnar::Columnar::held(table)?))
}

fn seekable(path: &Path, compression: Compression) -> Result<File, Broken> {
    match compression {
        Compression::None if path.is_file() => load::file(path),
        _ => load::unpacked(path, compression),
    }
}

/// A JSON value as a cell.
pub(crate) fn json_cell(value: &serde_json::Value) -> Cell<'_> {
    use serde_json::Value;
    match value {
        Value::Null => Cell::Missing,
        Value::Bool(yes) => Cell::YesNo(*yes),
        Value::Number(number) => match number.as_i64() {
            Some(n) => Cell::Integer(n),
            None => Cell::Number(number.as_str().into()),
        },
        Value::String(text) => Cell::Text(text),
        Value::Array(values) => Cell::List(values.iter().map(json_cell).collect()),
        Value::Object(fields) if fields.is_empty() => Cell::Other("{…}".to_string()),
        Value::Object(_) => Cell::Other(value.to_string()),
    }
}

/// The place of a column: by its exact name, or else by the one name that differs only in case.
pub(crate) fn column(columns: &[String], wanted: &str) -> Option<usize> {
    let wanted = wanted.trim();
    if let Some(place) = columns.iter().position(|c| c == wanted) {
        return Some(place);
    }
    let folded = wanted.to_lowercase();
    let mut same = columns.iter().enumerate().filter(|(_, c)| c.to_lowercase() == folded);
    match (same.next(), same.next()) {
        (Some((place, _)), None) => Some(place),
        _ => None,
    }
}
