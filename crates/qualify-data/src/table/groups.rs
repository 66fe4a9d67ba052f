//! A table as groups of rows, each of which any thread can read by itself, and only the columns that are wanted: a
//! Parquet file, or a table that the caller holds.

mod held;
mod parquet;

use super::Broken;
use crate::project::Project;
use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use held::{HeldGroups, HeldReader};
use parquet::{FileGroups, FileReader};
use std::ops::Range;
use std::path::Path;

/// An opened table.
pub(crate) struct Groups(Kind);

enum Kind {
    File(FileGroups),
    Held(HeldGroups),
}

impl Groups {
    /// Opens a table; none if it has columns in columns, or two of one name.
    pub fn open(project: &Project, path: &Path) -> Result<Option<Groups>, Broken> {
        let kind = match project.tables.at(path) {
            Some(table) => HeldGroups::of(table).map(Kind::Held),
            None => FileGroups::open(path)?.map(Kind::File),
        };
        Ok(kind.map(Groups))
    }

    /// The names of its columns, white space around them stripped.
    pub fn columns(&self) -> &[String] {
        match &self.0 {
            Kind::File(file) => file.columns(),
            Kind::Held(table) => table.columns(),
        }
    }

    /// The type that a column is read in.
    pub fn data_type(&self, column: usize) -> &DataType {
        match &self.0 {
            Kind::File(file) => file.data_type(column),
            Kind::Held(table) => table.data_type(column),
        }
    }

    /// The size of the file; of what the caller holds, as much as lies in memory.
    pub fn bytes(&self) -> u64 {
        match &self.0 {
            Kind::File(file) => file.bytes(),
            Kind::Held(table) => table.bytes(),
        }
    }

    /// How many groups.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::File(file) => file.len(),
            Kind::Held(table) => table.len(),
        }
    }

    /// How many rows a group has.
    pub fn rows(&self, group: usize) -> u64 {
        match &self.0 {
            Kind::File(file) => file.rows(group),
            Kind::Held(table) => table.rows(group),
        }
    }

    /// The bytes of some columns of a group once they are decompressed, as the file says.
    pub fn size(&self, group: usize, columns: &[usize]) -> u64 {
        match &self.0 {
            Kind::File(file) => file.size(group, columns),
            Kind::Held(table) => table.bytes() / table.len().max(1) as u64,
        }
    }

    /// The row of the table that a group starts with, from 0.
    pub fn start(&self, group: usize) -> u64 {
        match &self.0 {
            Kind::File(file) => file.start(group),
            Kind::Held(table) => table.start(group),
        }
    }

    /// The least and the greatest value of a column of whole numbers in a group, if that is known and none of them is
    /// unknown.
    pub fn range(&self, group: usize, column: usize) -> Option<(i64, i64)> {
        match &self.0 {
            Kind::File(file) => file.range(group, column),
            Kind::Held(table) => table.range(group, column),
        }
    }

    /// Reads some columns of some groups, given in rising order, in batches of at most so many rows. Of a file either
    /// all of them are brought into memory at once, or page by page.
    pub fn read(
        &self,
        groups: Range<usize>,
        columns: &[usize],
        rows: usize,
        paged: bool,
    ) -> Result<GroupReader, Broken> {
        Ok(match &self.0 {
            Kind::File(file) => GroupReader(Reader::File(file.read(groups, columns, rows, paged)?)),
            Kind::Held(table) => GroupReader(Reader::Held(table.read(groups, columns, rows))),
        })
    }
}

/// The columns of some groups, batch by batch.
pub(crate) struct GroupReader(Reader);

#[allow(clippy::large_enum_variant)] // there are few of them
enum Reader {
    File(FileReader),
    Held(HeldReader),
}

impl GroupReader {
    /// The next batch.
    pub fn next(&mut self) -> Result<Option<RecordBatch>, Broken> {
        match &mut self.0 {
            Reader::File(file) => file.next(),
            Reader::Held(table) => table.next(),
        }
    }
}
