//! The groups of a table that the caller holds: slices of its batches. Columns are shared, not copied; a few types that
//! the tight loops do not know are turned into ones that they do, batch by batch. Texts that are few become codes, as
//! Parquet files have them.

mod codes;

use crate::table::Broken;
use crate::table::guard::guarded;
use crate::tables::Table;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, TimestampMicrosecondArray};
use arrow::datatypes::{DataType, Field, Int32Type, Int64Type, Schema, TimeUnit, TimestampNanosecondType};
use arrow::error::ArrowError;
use codes::{Codes, are_few};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// Rows of a group at most: enough for a thread to work on for a while, and for several threads to share a table.
const ROWS: usize = 1 << 16;

/// A table in slices.
pub(super) struct HeldGroups {
    columns: Vec<String>,
    /// The types that columns are read in.
    types: Vec<DataType>,
    slices: Vec<RecordBatch>,
    starts: Vec<u64>,
    bytes: u64,
}

impl HeldGroups {
    /// None if it has columns in columns, or two of one name.
    pub fn of(table: &Table) -> Option<HeldGroups> {
        let fields = table.schema.fields();
        let columns: Vec<_> = fields.iter().map(|field| field.name().trim().to_string()).collect();
        let mut seen = HashSet::new();
        if fields.iter().any(|f| f.data_type().is_nested()) || !columns.iter().all(|c| seen.insert(c)) {
            return None;
        }
        let mut slices = Vec::new();
        for batch in table.batches.iter() {
            let starts = (0..batch.num_rows()).step_by(ROWS);
            slices.extend(starts.map(|start| batch.slice(start, ROWS.min(batch.num_rows() - start))));
        }
        let mut start = 0;
        let mut starts = Vec::with_capacity(slices.len());
        for slice in &slices {
            starts.push(start);
            start += slice.num_rows() as u64;
        }
        let types = fields.iter().enumerate().map(|(column, field)| {
            let first = slices.first().map(|slice: &RecordBatch| slice.column(column));
            match is_text(field.data_type()) && first.is_some_and(are_few) {
                true => coded_text(),
                false => read_as(field.data_type()),
            }
        });
        let types = types.collect();
        let bytes = table.batches.iter().map(|batch| batch.get_array_memory_size() as u64).sum();
        Some(HeldGroups { columns, types, slices, starts, bytes })
    }

    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    pub fn data_type(&self, column: usize) -> &DataType {
        &self.types[column]
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn len(&self) -> usize {
        self.slices.len()
    }

    pub fn rows(&self, group: usize) -> u64 {
        self.slices[group].num_rows() as u64
    }

    pub fn start(&self, group: usize) -> u64 {
        self.starts[group]
    }

    pub fn range(&self, group: usize, column: usize) -> Option<(i64, i64)> {
        let array = self.slices[group].column(column);
        if array.null_count() > 0 {
            return None;
        }
        match array.data_type() {
            DataType::Int64 => extremes(array.as_primitive::<Int64Type>().values().iter().copied()),
            DataType::Int32 => {
                extremes(array.as_primitive::<Int32Type>().values().iter().map(|n| i64::from(*n)))
            }
            _ => None,
        }
    }

    pub fn read(&self, groups: Range<usize>, columns: &[usize], rows: usize) -> HeldReader {
        let types: Vec<DataType> = columns.iter().map(|column| self.types[*column].clone()).collect();
        let codes = types.iter().map(|_| Codes::default()).collect();
        // the columns are there: they were found by their names
        let slices = self.slices[groups].iter().filter_map(|slice| slice.project(columns).ok()).collect();
        HeldReader { slices, types, codes, rows: rows.max(1), next: (0, 0) }
    }
}

fn extremes(values: impl Iterator<Item = i64>) -> Option<(i64, i64)> {
    values.fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// The type that a column is read in: one of those that Parquet files give.
fn read_as(ty: &DataType) -> DataType {
    match ty {
        DataType::LargeUtf8 | DataType::Utf8View => DataType::Utf8,
        DataType::Dictionary(_, values) if is_text(values) => coded_text(),
        DataType::Timestamp(TimeUnit::Nanosecond, zone) => {
            DataType::Timestamp(TimeUnit::Microsecond, zone.clone())
        }
        other => other.clone(),
    }
}

fn coded_text() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn is_text(ty: &DataType) -> bool {
    matches!(ty, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
}

/// Columns of some slices, batch by batch.
pub(super) struct HeldReader {
    slices: Vec<RecordBatch>,
    types: Vec<DataType>,
    /// For each column, if its texts become codes.
    codes: Vec<Codes>,
    rows: usize,
    /// The slice, and the row of it.
    next: (usize, usize),
}

impl HeldReader {
    pub fn next(&mut self) -> Result<Option<RecordBatch>, Broken> {
        loop {
            let (place, row) = self.next;
            let Some(slice) = self.slices.get(place) else { return Ok(None) };
            let rows = self.rows.min(slice.num_rows() - row);
            if rows == 0 {
                self.next = (place + 1, 0);
                continue;
            }
            self.next.1 += rows;
            let part = slice.slice(row, rows);
            return guarded(|| as_read(&part, &self.types, &mut self.codes)).map(Some);
        }
    }
}

fn column_as(array: &ArrayRef, ty: &DataType, codes: &mut Codes) -> Result<ArrayRef, ArrowError> {
    if is_text(array.data_type()) && *ty == coded_text() {
        return codes.of(array);
    }
    let (DataType::Timestamp(TimeUnit::Nanosecond, zone), DataType::Timestamp(..)) = (array.data_type(), ty)
    else {
        return arrow::compute::cast(array, ty);
    };
    // as the row-wise reader does: downwards, also before 1970
    let nanos = array.as_primitive::<TimestampNanosecondType>();
    let micros: TimestampMicrosecondArray = nanos.unary(|nanos| nanos.div_euclid(1000));
    Ok(Arc::new(micros.with_timezone_opt(zone.clone())))
}

/// The batch with its columns in those types.
fn as_read(batch: &RecordBatch, types: &[DataType], codes: &mut [Codes]) -> Result<RecordBatch, ArrowError> {
    let same = |(array, ty): (&ArrayRef, &DataType)| array.data_type() == ty;
    if batch.columns().iter().zip(types).all(same) {
        return Ok(batch.clone());
    }
    let columns = batch.columns().iter().zip(types).zip(codes);
    let arrays: Result<Vec<_>, _> = columns.map(|((array, ty), codes)| column_as(array, ty, codes)).collect();
    let schema = batch.schema();
    let fields = schema.fields().iter().zip(types);
    let fields: Vec<_> = fields.map(|(f, ty)| Field::new(f.name(), ty.clone(), f.is_nullable())).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays?)
}
