//! Blocks of leads: their keys, and later their attributes.

use super::fields::FieldReader;
use super::plan::LeadFile;
use super::{Piece, Shared};
use crate::convert::Converter;
use crate::problem::Outside;
use crate::run::leads::reserved;
use crate::run::notes::Notes;
use crate::run::order::Stop;
use crate::run::portions::{Partitioned, Portions};
use crate::run::texts::Texts;
use crate::run::typed::Found;
use crate::run::{Handed, Scorer};
use crate::table::scan::{Block, Rows, integer, text};
use qualify_model::{Column, Keys, LeadColumns};
use std::ops::Range;

/// The keys of a block, and its memory. Whole numbers in their shortest spelling are the same keys as numbers.
pub(super) fn keys(file: &LeadFile<'_>, block: Block) -> Result<(Vec<u8>, Keys), Stop> {
    let rows = Rows::of(block, &file.file.head.shape());
    if !rows.bad.is_empty() {
        return Err(Stop::Rows);
    }
    let number_is_null = file.nulls().any(|null| integer(null.as_bytes()).is_some());
    let numbers: Option<Vec<i64>> =
        (0..rows.len()).map(|row| integer(rows.field(row, file.key)).filter(|_| !number_is_null)).collect();
    let keys = match numbers {
        Some(numbers) => Keys::Integers(numbers),
        None => texts(file, &rows, 0..rows.len())?,
    };
    Ok((rows.block.bytes, keys))
}

fn texts(file: &LeadFile<'_>, rows: &Rows, range: Range<usize>) -> Result<Keys, Stop> {
    let (mut offsets, mut bytes) = (vec![0], Vec::new());
    offsets.reserve(range.len());
    for row in range {
        let field = rows.field(row, file.key);
        match field {
            // nothing to strip, nothing to unquote
            [b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z', .., b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z']
                if !file.has_nulls() =>
            {
                bytes.extend_from_slice(field);
            }
            _ => {
                let key = text(field);
                let key = key.trim();
                if key.is_empty() || file.nulls().any(|null| null == key) {
                    return Err(Stop::Rows);
                }
                bytes.extend_from_slice(key.as_bytes());
            }
        }
        offsets.push(u32::try_from(bytes.len()).map_err(|_| Stop::Rows)?);
    }
    Ok(Keys::Texts { offsets, bytes })
}

/// The same keys as texts.
pub(super) fn to_texts(keys: &mut Keys) {
    let Keys::Integers(numbers) = keys else { return };
    let (mut offsets, mut bytes) = (vec![0], Vec::new());
    for number in numbers {
        bytes.extend_from_slice(number.to_string().as_bytes());
        offsets.push(bytes.len() as u32); // a block is shorter than 4 GiB, and so are its keys
    }
    *keys = Keys::Texts { offsets, bytes };
}

/// Reads the attributes of one file's leads, in one thread.
pub(super) struct LeadReader<'r> {
    shared: &'r Shared<'r>,
    pub file: usize,
    /// The attribute, its column, and what reads it.
    readers: Vec<(usize, usize, FieldReader<'r>)>,
    spare: Vec<u8>,
    events: Portions<'r>,
}

impl<'r> LeadReader<'r> {
    /// A reader of a file's leads, which have these events.
    pub fn new(
        shared: &'r Shared<'r>,
        number: usize,
        events: &'r Partitioned,
    ) -> Result<LeadReader<'r>, Stop> {
        let plan = shared.plan;
        let file = &plan.leads[number];
        let mut readers = Vec::new();
        for (attribute, column) in &file.attributes {
            let declared = &plan.schema.attributes[*attribute];
            let files = &file.source.files;
            let format = files.time_formats.of(&file.file.head.columns[*column]);
            let mut reader = FieldReader::new(Texts::own());
            reader
                .add(*column, Converter::new(declared, plan.schema, &files.null, format, plan.zone))
                .ok_or(Stop::Rows)?;
            readers.push((*attribute, *column, reader));
        }
        Ok(LeadReader { shared, file: number, readers, spare: Vec::new(), events: events.portions() })
    }

    /// Memory to read into.
    pub fn spare(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    /// Reads a block, and has the leads of each of its partitions scored with their events.
    pub fn read(
        &mut self,
        piece: Piece,
        bits: u32,
        partitions: Range<usize>,
        (worker, score): (usize, Scorer<'_>),
        put: &mut dyn FnMut(usize, Vec<Handed>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let file = &self.shared.plan.leads[self.file];
        let number = piece.number;
        let rows = Rows::of(piece.block, &file.file.head.shape());
        if !rows.bad.is_empty() || rows.len().div_ceil(1 << bits) != partitions.len() {
            return Err(Stop::Rows);
        }
        for (part, partition) in partitions.enumerate() {
            let range = part << bits..((part + 1) << bits).min(rows.len());
            let keys = texts(file, &rows, range.clone())?;
            let attributes = self.attributes(&rows, range.clone(), (number, part))?;
            let leads = LeadColumns { rows: range.len(), keys, attributes };
            self.events.begin(partition, leads.rows)?;
            put(partition, self.events.score(worker, 0, leads, score)?)?;
        }
        self.spare = rows.block.bytes;
        Ok(())
    }

    fn attributes(
        &mut self,
        rows: &Rows,
        range: Range<usize>,
        part: (usize, usize),
    ) -> Result<Vec<Option<Column>>, Stop> {
        let plan = self.shared.plan;
        let wanted = |place: usize| plan.needs.attributes.get(place) == Some(&true);
        let blank = plan.schema.attributes.iter().enumerate();
        let mut out: Vec<Option<Column>> =
            blank.map(|(place, a)| wanted(place).then(|| reserved(&a.ty, range.len()))).collect();
        let mut all: Vec<(usize, usize, Found)> = Vec::new();
        let mut found = Vec::new();
        for (order, (attribute, _, reader)) in self.readers.iter_mut().enumerate() {
            let Some(out) = &mut out[*attribute] else { continue };
            reader.append(rows, range.clone(), None, out, &mut found);
            reader.finish(out);
            reader.forget(range.len());
            all.extend(found.drain(..).map(|f| (f.row, order, f)));
        }
        for (column, attribute) in out.iter_mut().zip(&plan.schema.attributes) {
            if let Some(column) = column.as_mut().filter(|c| c.len() != range.len()) {
                *column = Column::unknown(&attribute.ty, range.len()); // the file does not have it
            }
        }
        if !all.is_empty() {
            self.notes(rows, range.start, all, part)?;
        }
        Ok(out)
    }

    #[cold]
    fn notes(
        &self,
        rows: &Rows,
        start: usize,
        mut all: Vec<(usize, usize, Found)>,
        part: (usize, usize),
    ) -> Result<(), Stop> {
        let shared = self.shared;
        let file = &shared.plan.leads[self.file];
        all.sort_by_key(|(row, order, _)| (*row, *order));
        let mut notes = Notes::default();
        for (row, order, Found { trouble, .. }) in all {
            if shared.strict || trouble.unreadable() {
                return Err(Stop::Rows);
            }
            let (attribute, column, _) = &self.readers[order];
            notes.add(Outside {
                kind: trouble.kind,
                subject: shared.plan.schema.attributes[*attribute].path(),
                column: file.file.head.columns[*column].clone(),
                expected: trouble.expected,
                value: trouble.value,
                nearest: trouble.nearest,
                file: file.file.name.clone(),
                row: rows.line(start + row),
            });
        }
        shared.notes.add((0, part.0, part.1), notes);
        Ok(())
    }
}
