//! The leads of a unit, in pieces.

use super::facts;
use super::notes::Notes;
use super::order::Stop;
use super::plan::{Plan, Unit, empty};
use super::typed::TypedReader;
use crate::problem::Outside;
use crate::table::groups::GroupReader;
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use qualify_model::{Attribute, Column, Keys, LeadColumns, Type};
use std::borrow::Cow;

/// Rows that are read at a time.
const ROWS: usize = 8192;

/// Whole numbers of a column that has no unknown ones.
pub(super) fn integers(array: &ArrayRef) -> Option<Cow<'_, [i64]>> {
    if array.null_count() > 0 {
        return None;
    }
    match array.data_type() {
        DataType::Int64 => Some(Cow::Borrowed(array.as_primitive::<Int64Type>().values())),
        DataType::Int32 => {
            Some(array.as_primitive::<Int32Type>().values().iter().map(|n| i64::from(*n)).collect())
        }
        _ => None,
    }
}

/// Whether keys of that type are read as whole numbers, or else as texts.
pub(super) fn key_type(ty: &DataType) -> Option<bool> {
    match ty {
        DataType::Int64 | DataType::Int32 => Some(true),
        DataType::Utf8 => Some(false),
        DataType::Dictionary(_, values) if **values == DataType::Utf8 => Some(false),
        _ => None,
    }
}

/// The key of a row of a column of texts; nothing if it has none.
pub(super) fn text_key(array: &ArrayRef, row: usize) -> Option<&str> {
    if array.is_null(row) {
        return None;
    }
    let text = match array.data_type() {
        DataType::Dictionary(..) => {
            let array = array.as_dictionary::<Int32Type>();
            let values: &StringArray = array.values().as_string_opt()?;
            values.value(array.key(row)?)
        }
        _ => array.as_string_opt::<i32>()?.value(row),
    };
    Some(text.trim()).filter(|t| !t.is_empty())
}

/// The keys of a unit.
pub(super) fn keys(plan: &Plan<'_>, unit: &Unit) -> Result<Keys, Stop> {
    let mut reader = KeyReader::new(plan, unit)?;
    let keys = reader.take(unit.rows as usize)?;
    reader.finish()?;
    Ok(keys)
}

/// Reads the keys of a unit.
pub(super) struct KeyReader<'p> {
    source: GroupReader,
    /// They are whole numbers, or else texts; and the texts that stand for no key.
    whole: bool,
    nulls: Vec<&'p str>,
    /// Rows that the unit has yet, of which some are in a batch.
    rows: u64,
    batch: Option<ArrayRef>,
}

impl<'p> KeyReader<'p> {
    /// Nothing is read yet.
    pub fn new(plan: &Plan<'p>, unit: &Unit) -> Result<KeyReader<'p>, Stop> {
        let file = &plan.leads[unit.file];
        let source = plan.read(&file.groups, unit, &[file.key], ROWS)?;
        let whole = key_type(file.groups.data_type(file.key)).ok_or(Stop::Rows)?;
        let nulls: Vec<&str> = file.null_keys().iter().map(|n| n.trim()).collect();
        if whole && nulls.iter().any(|n| n.parse::<i64>().is_ok()) {
            return Err(Stop::Rows);
        }
        Ok(KeyReader { source, whole, nulls, rows: unit.rows, batch: None })
    }

    /// The keys of the next rows, so many or those that there are; none at the end.
    pub fn next(&mut self, most: usize) -> Result<Option<Keys>, Stop> {
        let rows = self.rows.min(most as u64) as usize;
        if rows == 0 { Ok(None) } else { self.take(rows).map(Some) }
    }

    /// The keys of the next rows.
    pub fn take(&mut self, rows: usize) -> Result<Keys, Stop> {
        let (mut numbers, mut offsets, mut bytes) = (Vec::new(), vec![0], Vec::new());
        let mut missing = rows;
        while missing > 0 {
            let array = self.some(missing)?;
            missing -= array.len();
            if self.whole {
                numbers.extend_from_slice(&integers(&array).ok_or(Stop::Rows)?);
                continue;
            }
            for row in 0..array.len() {
                let key = text_key(&array, row).filter(|k| !self.nulls.contains(k)).ok_or(Stop::Rows)?;
                bytes.extend_from_slice(key.as_bytes());
                offsets.push(u32::try_from(bytes.len()).map_err(|_| Stop::Rows)?);
            }
        }
        self.rows = self.rows.saturating_sub(rows as u64);
        Ok(if self.whole { Keys::Integers(numbers) } else { Keys::Texts { offsets, bytes } })
    }

    /// Some of the next rows.
    fn some(&mut self, most: usize) -> Result<ArrayRef, Stop> {
        let array = match self.batch.take() {
            Some(array) => array,
            None => {
                let batch = self.source.next().map_err(|_| Stop::Rows)?;
                // none: the file has fewer rows than it promises
                batch.filter(|batch| batch.num_rows() > 0).ok_or(Stop::Rows)?.column(0).clone()
            }
        };
        if array.len() <= most {
            return Ok(array);
        }
        self.batch = Some(array.slice(most, array.len() - most));
        Ok(array.slice(0, most))
    }

    /// All were taken; there are no more than the file promises.
    pub fn finish(mut self) -> Result<(), Stop> {
        let done = self.rows == 0 && self.batch.is_none();
        let rest = self.source.next().map_err(|_| Stop::Rows)?;
        if done && rest.is_none_or(|rest| rest.num_rows() == 0) { Ok(()) } else { Err(Stop::Rows) }
    }
}

/// A part of the keys.
pub(super) fn slice(keys: &Keys, rows: std::ops::Range<usize>) -> Keys {
    match keys {
        Keys::Integers(values) => Keys::Integers(values[rows].to_vec()),
        Keys::Texts { offsets, bytes } => {
            let start = offsets[rows.start];
            let slice = bytes[start as usize..offsets[rows.end] as usize].to_vec();
            Keys::Texts {
                offsets: offsets[rows.start..=rows.end].iter().map(|o| o - start).collect(),
                bytes: slice,
            }
        }
    }
}

/// Some of the leads.
pub(super) fn part(leads: &LeadColumns, rows: std::ops::Range<usize>) -> LeadColumns {
    let attributes = leads.attributes.iter();
    let attributes = attributes.map(|column| column.as_ref().map(|column| facts::part(column, rows.clone())));
    LeadColumns { rows: rows.len(), keys: slice(&leads.keys, rows.clone()), attributes: attributes.collect() }
}

/// Reads the attributes of a unit in pieces that end before the rows `ends`, the last of which is the number of
/// rows; gives each to `put`.
pub(super) fn columns(
    plan: &Plan<'_>,
    unit: &Unit,
    ends: &[usize],
    strict: bool,
    notes: &mut Notes,
    put: &mut dyn FnMut(usize, Vec<Option<Column>>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let file = &plan.leads[unit.file];
    let readers = file.readers(plan);
    let mut reading = Reading { plan, unit, readers, strict, notes };
    let group = match file.columns.is_empty() {
        true => None,
        false => Some(plan.read(&file.groups, unit, &file.columns, ROWS)?),
    };
    let mut batches = Batches { group, batch: Vec::new(), used: 0 };
    let mut start = 0;
    for (piece, end) in ends.iter().copied().enumerate() {
        let mut out = reading.blank(end - start);
        let mut done = start;
        while done < end && batches.group.is_some() {
            let part = batches.take(end - done)?;
            reading.append(&part, done, &mut out)?;
            done += part.first().map_or(0, |c| c.len());
        }
        for (attribute, reader) in &mut reading.readers {
            if let Some(out) = &mut out[*attribute] {
                reader.finish(out);
            }
        }
        put(piece, out)?;
        start = end;
    }
    Ok(())
}

/// The columns of a unit, batch by batch.
struct Batches {
    group: Option<GroupReader>,
    batch: Vec<ArrayRef>,
    used: usize,
}

impl Batches {
    /// The next rows, at least one and at most so many.
    fn take(&mut self, most: usize) -> Result<Vec<ArrayRef>, Stop> {
        if self.batch.first().is_none_or(|c| c.len() == self.used) {
            let batch = self.group.as_mut().ok_or(Stop::Rows)?.next().map_err(|_| Stop::Rows)?;
            // none: the file has fewer rows than it promises
            self.batch = batch.filter(|b| b.num_rows() > 0).ok_or(Stop::Rows)?.columns().to_vec();
            self.used = 0;
        }
        let rows = most.min(self.batch[0].len() - self.used);
        let part = self.batch.iter().map(|c| c.slice(self.used, rows)).collect();
        self.used += rows;
        Ok(part)
    }
}

/// What reading a unit goes by.
struct Reading<'r, 'p> {
    plan: &'r Plan<'p>,
    unit: &'r Unit,
    readers: Vec<(usize, TypedReader<'r>)>,
    strict: bool,
    notes: &'r mut Notes,
}

impl Reading<'_, '_> {
    /// Columns for so many rows; those that the file does not have are unknown.
    fn blank(&self, rows: usize) -> Vec<Option<Column>> {
        let column = |(place, attribute): (usize, &Attribute)| {
            let needed = self.plan.needs.attributes.get(place) == Some(&true);
            let read = self.readers.iter().any(|(a, _)| *a == place);
            needed.then(|| {
                if read { reserved(&attribute.ty, rows) } else { Column::unknown(&attribute.ty, rows) }
            })
        };
        self.plan.schema.attributes.iter().enumerate().map(column).collect()
    }

    /// Appends rows, the first of which is row `first` of the unit.
    fn append(&mut self, part: &[ArrayRef], first: usize, out: &mut [Option<Column>]) -> Result<(), Stop> {
        let mut found = Vec::new();
        let mut all = Vec::new();
        for (order, (attribute, reader)) in self.readers.iter_mut().enumerate() {
            let Some(out) = &mut out[*attribute] else { continue };
            reader.append(part, None, part[0].len(), out, &mut found);
            all.extend(found.drain(..).map(|f| (f.row, order, *attribute, f.trouble)));
        }
        all.sort_by_key(|(row, order, ..)| (*row, *order));
        for (row, _, attribute, trouble) in all {
            if self.strict || trouble.unreadable() {
                return Err(Stop::Rows);
            }
            let file = &self.plan.leads[self.unit.file];
            self.notes.add(Outside {
                kind: trouble.kind,
                subject: self.plan.schema.attributes[attribute].path(),
                column: file.column_of(attribute).to_string(),
                expected: trouble.expected,
                value: trouble.value,
                nearest: trouble.nearest,
                file: file.name.clone(),
                row: self.unit.start + (first + row) as u64 + 1,
            });
        }
        Ok(())
    }
}

/// An empty column with room for so many values.
pub(super) fn reserved(ty: &Type, rows: usize) -> Column {
    let mut column = empty(ty);
    match &mut column {
        Column::YesNo(values) => values.reserve(rows),
        Column::Number { values, .. } => values.reserve(rows),
        Column::Text { codes, .. } | Column::List { codes, .. } => codes.reserve(rows),
    }
    column
}
