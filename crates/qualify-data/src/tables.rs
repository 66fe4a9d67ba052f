//! Tables that the caller holds in memory: they stand in for files, under names that a manifest can use.

use crate::problem::{DataErrors, Problem, ProblemKind};
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use std::path::Path;
use std::sync::Arc;

/// Tables by their names. Their columns are shared, not copied.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    tables: Vec<(String, Table)>,
}

/// A table: batches of one schema.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub schema: SchemaRef,
    pub batches: Arc<[RecordBatch]>,
}

impl Tables {
    /// Adds a table, or puts it in the place of the one that had the name. All batches must have the schema;
    /// those that have another are an error that names it.
    pub fn add(
        &mut self,
        name: impl Into<String>,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
    ) -> Result<(), String> {
        let name = name.into();
        if let Some(place) = batches.iter().position(|batch| batch.schema().fields() != schema.fields()) {
            return Err(format!("batch {} of table `{name}` has other columns than the table", place + 1));
        }
        self.tables.retain(|(other, _)| *other != name);
        self.tables.push((name, Table { schema, batches: batches.into() }));
        Ok(())
    }

    /// Bytes that the compressed parts of an Arrow IPC stream or file say they have without compression: memory that
    /// reading it takes, to be asked for before streams that nobody vouches for are added. 0 for what cannot be read.
    pub fn decompressed(bytes: &[u8]) -> u64 {
        crate::table::decompressed(bytes)
    }

    /// Adds a table from the bytes of an Arrow IPC stream or file, which need not be trusted.
    pub fn add_stream(&mut self, name: impl Into<String>, bytes: &[u8]) -> Result<(), DataErrors> {
        let name = name.into();
        let read = crate::table::batches(bytes);
        let (schema, batches) = read.map_err(|broken| DataErrors::of([broken.of(&name)]))?;
        self.add(&name, schema, batches)
            .map_err(|why| DataErrors::of([Problem::new(ProblemKind::BrokenFile, &name, why)]))
    }

    /// Whether the column of that name of a table is one of whole numbers.
    pub fn is_whole(&self, name: &str, column: &str) -> bool {
        let fields = self.get(name).map(|table| table.schema.fields().iter());
        let field = fields.and_then(|mut fields| fields.find(|field| field.name().trim() == column));
        field.is_some_and(|field| field.data_type().is_integer())
    }

    /// The table of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|(other, _)| other == name).map(|(_, table)| table)
    }

    /// The table whose name is the path.
    pub(crate) fn at(&self, path: &Path) -> Option<&Table> {
        path.to_str().and_then(|name| self.get(name))
    }
}
