//! The file of rejected rows: CSV with file, row, column, value, what is wrong, and the row as it came.

use crate::output::Place;
use crate::problem::{Problem, ProblemKind};
use std::io;
use std::path::{Path, PathBuf};

/// Written beside its place, and moved there at the end.
pub(crate) struct Rejects {
    path: PathBuf,
    writer: csv::Writer<Place>,
    failed: Option<io::Error>,
}

impl Rejects {
    /// Starts the file.
    pub fn create(path: &Path) -> Result<Rejects, Box<Problem>> {
        let file = Place::open(path).map_err(|e| cannot_write(path, &e))?;
        let mut rejects =
            Rejects { path: path.to_path_buf(), writer: csv::Writer::from_writer(file), failed: None };
        rejects.record(&["file", "row", "column", "value", "code", "problem", "raw row"]);
        Ok(rejects)
    }

    /// Adds a row: one line for each of its problems.
    pub fn add(&mut self, problems: &[Problem], raw: &str) {
        for p in problems {
            let row = p.row.map(|r| r.to_string()).unwrap_or_default();
            let column = p.column.as_deref().unwrap_or_default();
            let value = p.value.as_deref().unwrap_or_default();
            self.record(&[&p.file, &row, column, value, p.kind.code(), &p.message, raw]);
        }
    }

    fn record(&mut self, fields: &[&str]) {
        if self.failed.is_none() {
            self.failed = self.writer.write_record(fields).err().map(io::Error::from);
        }
    }

    /// Puts the file in its place.
    pub fn finish(mut self) -> Result<(), Box<Problem>> {
        if let Some(error) = self.failed.take() {
            return Err(cannot_write(&self.path, &error));
        }
        let path = self.path.clone();
        let file = self.writer.into_inner().map_err(|e| cannot_write(&path, e.error()))?;
        file.put().map_err(|e| cannot_write(&path, &e))
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Box<Problem> {
    let message = format!("the rejected rows cannot be written: {error}");
    Box::new(Problem::new(ProblemKind::File, path.display().to_string(), message))
}
