//! The events of a unit: which of them count, of what type they are, and when they happened.

use super::facts::Facts;
use super::leads::{integers, text_key};
use super::notes::Notes;
use super::order::Stop;
use super::plan::{EventFile, EventPlan, KindFrom, Plan, PropertyReaders};
use super::texts::Texts;
use super::typed::same;
use super::units;
use crate::clock::in_calendar;
use crate::convert::scalar::instant;
use crate::manifest::Unknown;
use crate::read::events::event_named;
use crate::table::value_cell;
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, RecordBatch};
use arrow::compute::filter;
use arrow::datatypes::{DataType, Int32Type, TimeUnit, TimestampMicrosecondType};
use std::collections::HashMap;

/// Types of events that are not taken: those that nobody needs, those to be left out, those that are wrong.
const UNNEEDED: u16 = u16::MAX - 2;
const IGNORED: u16 = u16::MAX - 1;
const WRONG: u16 = u16::MAX;

/// Reads the batches of an event file.
pub(super) struct EventReader<'r, 'p> {
    plan: &'r Plan<'p>,
    pub file: &'r EventFile<'p>,
    strict: bool,
    properties: PropertyReaders<'r>,
    names: HashMap<Box<str>, u16>,
    seen: Option<ArrayRef>,
    kinds: Vec<u16>,
    /// Events that were left out.
    pub ignored: u64,
}

/// The events of a batch that are taken.
pub(super) struct Taken {
    columns: Vec<ArrayRef>,
    kinds: Vec<u16>,
    /// For each its row in the batch; none if all are taken.
    rows: Option<Vec<u32>>,
    /// The row of the file that the batch starts with, from 0.
    first: u64,
}

impl Taken {
    /// The keys of their leads.
    pub fn keys(&self, file: &EventFile<'_>) -> &ArrayRef {
        &self.columns[file.place(file.lead)]
    }

    /// Some of them.
    pub fn slice(&self, start: usize, length: usize) -> Taken {
        let end = start + length;
        Taken {
            columns: self.columns.iter().map(|c| c.slice(start, length)).collect(),
            kinds: self.kinds[start..end].to_vec(),
            rows: match &self.rows {
                Some(rows) => Some(rows[start..end].to_vec()),
                None => Some((start as u32..end as u32).collect()),
            },
            first: self.first,
        }
    }

    /// Those of them that `keep` says.
    pub fn kept(&self, keep: &[bool]) -> Result<Taken, Stop> {
        let mask = BooleanArray::from(keep.to_vec());
        let columns = self.columns.iter().map(|c| filter(c, &mask)).collect::<Result<_, _>>();
        let kept = || keep.iter().enumerate().filter(|(_, k)| **k).map(|(row, _)| row);
        Ok(Taken {
            columns: columns.map_err(|_| Stop::Rows)?,
            kinds: kept().map(|row| self.kinds[row]).collect(),
            rows: Some(kept().map(|row| self.rows.as_ref().map_or(row as u32, |r| r[row])).collect()),
            first: self.first,
        })
    }
}

impl<'r, 'p> EventReader<'r, 'p> {
    /// A reader that knows nothing yet.
    pub fn new(
        plan: &'r Plan<'p>,
        file: &'r EventFile<'p>,
        strict: bool,
        texts: impl FnMut(usize) -> Texts,
    ) -> Result<EventReader<'r, 'p>, Stop> {
        let properties = file.readers(plan, texts).ok_or(Stop::Rows)?;
        let (names, kinds) = (HashMap::new(), Vec::new());
        Ok(EventReader { plan, file, strict, properties, names, seen: None, kinds, ignored: 0 })
    }

    /// The events of a batch that count; the batch starts with that row of the file.
    pub fn sift(&mut self, batch: &RecordBatch, first: u64) -> Result<Taken, Stop> {
        let columns = batch.columns().to_vec();
        let kinds = self.kinds_of(&columns, batch.num_rows())?;
        let taken = Taken { columns, kinds, rows: None, first };
        if taken.kinds.iter().all(|kind| *kind < UNNEEDED) {
            return Ok(taken);
        }
        if taken.kinds.contains(&WRONG) {
            return Err(Stop::Rows);
        }
        self.ignored += taken.kinds.iter().filter(|kind| **kind == IGNORED).count() as u64;
        let keep: Vec<bool> = taken.kinds.iter().map(|kind| *kind < UNNEEDED).collect();
        taken.kept(&keep)
    }

    fn kinds_of(&mut self, columns: &[ArrayRef], rows: usize) -> Result<Vec<u16>, Stop> {
        let column = match &self.file.kind {
            KindFrom::Constant(kind) => return Ok(vec![self.decided(*kind); rows]),
            KindFrom::Column(column) => &columns[self.file.place(*column)],
        };
        let Some(coded) = column.as_any().downcast_ref::<DictionaryArray<Int32Type>>() else {
            return Ok((0..rows).map(|row| self.kind(column, row)).collect());
        };
        let values = coded.values();
        if !self.seen.as_ref().is_some_and(|seen| same(seen, values)) {
            self.seen = Some(values.clone());
            self.kinds = (0..values.len()).map(|row| self.kind(values, row)).collect();
        }
        let keys = coded.keys();
        if keys.null_count() == 0 {
            return Ok(keys
                .values()
                .iter()
                .map(|key| self.kinds.get(*key as usize).copied().unwrap_or(WRONG))
                .collect());
        }
        let nameless = self.named("");
        Ok((0..rows)
            .map(|row| if keys.is_null(row) { nameless } else { self.kinds[keys.value(row) as usize] })
            .collect())
    }

    fn kind(&mut self, column: &ArrayRef, row: usize) -> u16 {
        match value_cell(column, row).key() {
            Some(name) => self.named(&name),
            None => self.named(""),
        }
    }

    fn named(&mut self, name: &str) -> u16 {
        if let Some(kind) = self.names.get(name) {
            return *kind;
        }
        let kind = match event_named(&self.plan.schema.events, name) {
            Some(id) => self.decided(id.0 as u16),
            None if self.file.source.unknown_types == Unknown::Ignore => IGNORED,
            None => WRONG,
        };
        if self.names.len() < 4096 {
            self.names.insert(name.into(), kind);
        }
        kind
    }

    fn decided(&self, kind: u16) -> u16 {
        match self.file.types.get(usize::from(kind)) {
            Some(EventPlan::Read(_)) => kind,
            Some(EventPlan::Unneeded) => UNNEEDED,
            _ => WRONG,
        }
    }

    /// Appends the facts of the events.
    pub fn append(&mut self, taken: &Taken, out: &mut Facts, notes: &mut Notes) -> Result<(), Stop> {
        self.times(&taken.columns[self.file.place(self.file.time)], &mut out.times)?;
        let mut found = Vec::new();
        let mut all = Vec::new();
        for (number, (reader, out)) in self.properties.readers.iter_mut().zip(&mut out.properties).enumerate()
        {
            reader.append(&taken.columns, &taken.kinds, out, &mut found);
            all.extend(found.drain(..).map(|f| (f.row, number, f.trouble)));
        }
        out.kinds.extend_from_slice(&taken.kinds);
        if all.is_empty() {
            return Ok(());
        }
        let place = |row: usize, number: usize| {
            let places = &self.plan.needs.properties[number].places;
            places.get(usize::from(taken.kinds[row])).copied().flatten()
        };
        all.sort_by_key(|(row, number, _)| (*row, place(*row, *number)));
        for (row, number, trouble) in all {
            if self.strict || trouble.unreadable() {
                return Err(Stop::Rows);
            }
            let place = taken.rows.as_ref().map_or(row as u64, |rows| u64::from(rows[row]));
            notes.add(self.file.outside(
                self.plan,
                number,
                taken.kinds[row],
                taken.first + place + 1,
                *trouble,
            ));
        }
        Ok(())
    }

    /// Gives the finished columns the dictionaries of their codes.
    pub fn finish(&mut self, out: &mut Facts) {
        for (reader, out) in self.properties.readers.iter_mut().zip(&mut out.properties) {
            reader.reader.finish(out);
        }
    }

    fn times(&self, array: &ArrayRef, out: &mut Vec<i64>) -> Result<(), Stop> {
        if array.null_count() > 0 {
            return Err(Stop::Rows);
        }
        match array.data_type() {
            DataType::Timestamp(TimeUnit::Microsecond, zone)
                if zone.is_some() || self.plan.zone.name() == "UTC" =>
            {
                let start = out.len();
                let values = array.as_primitive::<TimestampMicrosecondType>().values();
                units::integers(values, 1, (i64::MIN, i64::MAX), out);
                let (least, greatest) =
                    out[start..].iter().fold((0, 0), |(low, high), t| (low.min(*t), high.max(*t)));
                in_calendar(least).and_then(|_| in_calendar(greatest)).map(|_| ()).ok_or(Stop::Rows)
            }
            _ => {
                let format = self.file.source.files.time_formats.of(&self.file.source.time);
                for row in 0..array.len() {
                    out.push(instant(&value_cell(array, row), format, self.plan.zone).ok_or(Stop::Rows)?);
                }
                Ok(())
            }
        }
    }
}

/// For each event what `number` or `text` makes of the lead's key.
pub(super) fn places<P: Copy>(
    keys: &ArrayRef,
    number: impl Fn(i64) -> P,
    text: impl Fn(&str) -> P,
    out: &mut Vec<P>,
) -> Result<(), Stop> {
    out.clear();
    if let Some(keys) = integers(keys) {
        out.extend(keys.iter().map(|key| number(*key)));
        return Ok(());
    }
    let coded = keys.as_any().downcast_ref::<DictionaryArray<Int32Type>>();
    if let Some(coded) = coded.filter(|c| c.values().len() < c.len() && c.keys().null_count() == 0) {
        let values = coded.values();
        let entry = |row: usize| text_key(values, row).map(&text);
        let entries: Vec<Option<P>> = (0..values.len()).map(entry).collect();
        for key in coded.keys().values() {
            out.push(entries.get(*key as usize).copied().flatten().ok_or(Stop::Rows)?);
        }
        return Ok(());
    }
    for row in 0..keys.len() {
        out.push(text(text_key(keys, row).ok_or(Stop::Rows)?));
    }
    Ok(())
}
