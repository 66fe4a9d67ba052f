//! A block of delimited text taken apart: where each field of each sound row lies, and the rows that are not
//! sound.
//!
//! The rows that are as they should be are found by their marks alone. Whatever is odd about a row - a fault
//! with quotation marks, too few or too many fields, nothing in it - is decided by the strict row-wise reader,
//! [`Records`], on the text of that row.

use super::marks::{Marks, Wanted};
#[cfg(test)]
use crate::cell::Cell;
use crate::table::BadRow;
#[cfg(test)]
use crate::table::Row;
#[cfg(test)]
use crate::table::delimited::escaped;
use crate::table::delimited::{Judged, Shape, judge};
use crate::table::records::{Record, Records};
use memchr::memchr;
use std::borrow::Cow;

/// Some whole rows of a file as text.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Starts at the start of a row, ends behind the end of one.
    pub bytes: Vec<u8>,
    /// The line of the file that it starts on, from 1.
    pub line: u64,
    /// How much of the file lies before its end, in bytes of the file as it is stored.
    pub done: u64,
}

/// A block taken apart.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub block: Block,
    width: usize,
    /// For each row where its first field starts, then for each field the place behind its delimiter.
    bounds: Vec<u32>,
    /// For each row its line, counted from the block's.
    lines: Vec<u32>,
    /// Rows that cannot be taken apart, each with the number of sound rows before it in the block.
    pub bad: Vec<(usize, BadRow)>,
}

impl Rows {
    /// Takes a block apart whose rows have that shape.
    pub fn of(block: Block, shape: &Shape) -> Rows {
        let mut rows = Rows { block, width: shape.columns, ..Rows::default() };
        let about = rows.block.bytes.len() / 32;
        rows.bounds.reserve(about);
        rows.lines.reserve(about / (shape.columns + 1) + 1);
        let bytes = std::mem::take(&mut rows.block.bytes);
        let marks = Marks::new(&bytes, Wanted { delimiter: shape.delimiter });
        let clean = std::str::from_utf8(&bytes).is_ok();
        Finder { bytes: &bytes, shape: *shape, clean, marks, line: 0, rows: &mut rows }.all();
        rows.block.bytes = bytes;
        rows
    }

    /// How many sound rows.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// The line of the file that a row starts on.
    pub fn line(&self, row: usize) -> u64 {
        self.block.line + u64::from(self.lines[row])
    }

    /// Keeps those of the rows that `keep` says.
    pub fn retain(&mut self, keep: &[bool]) {
        let step = self.width + 1;
        let mut kept = 0;
        for (row, _) in keep.iter().enumerate().filter(|(_, keep)| **keep) {
            self.bounds.copy_within(row * step..(row + 1) * step, kept * step);
            self.lines[kept] = self.lines[row];
            kept += 1;
        }
        self.bounds.truncate(kept * step);
        self.lines.truncate(kept);
    }

    /// The raw text of one field.
    #[inline]
    pub fn field(&self, row: usize, column: usize) -> &[u8] {
        let at = row * (self.width + 1) + column;
        &self.block.bytes[self.bounds[at] as usize..self.bounds[at + 1] as usize - 1]
    }

    /// The row as the row-wise reader gives it.
    #[cfg(test)]
    pub fn row(&self, row: usize) -> FoundRow<'_> {
        let texts = (0..self.width).map(|column| text(self.field(row, column))).collect();
        FoundRow { rows: self, row, texts }
    }
}

/// The text of a field: without the quotation marks around it, doubled ones made single.
pub(crate) fn plain(field: &[u8]) -> Cow<'_, [u8]> {
    let [b'"', rest @ ..] = field else { return Cow::Borrowed(field) };
    let inner = &rest[..memchr::memrchr(b'"', rest).unwrap_or(rest.len())];
    if memchr(b'"', inner).is_none() {
        return Cow::Borrowed(inner);
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut doubled = false;
    for byte in inner {
        doubled = *byte == b'"' && !doubled;
        if !doubled {
            out.push(*byte);
        }
    }
    Cow::Owned(out)
}

/// The same as UTF-8, which all sound rows are.
pub(crate) fn text(field: &[u8]) -> Cow<'_, str> {
    match plain(field) {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// One row of a block.
#[cfg(test)]
pub(crate) struct FoundRow<'a> {
    rows: &'a Rows,
    row: usize,
    texts: Vec<Cow<'a, str>>,
}

#[cfg(test)]
impl Row for FoundRow<'_> {
    fn number(&self) -> u64 {
        self.rows.line(self.row)
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        self.texts.get(column).map_or(Cell::Missing, |text| Cell::Text(text))
    }

    fn done(&self) -> u64 {
        0 // blocks report their own progress
    }

    fn raw(&self) -> String {
        let at = self.row * (self.rows.width + 1);
        let bounds = &self.rows.bounds[at..=at + self.rows.width];
        escaped(&self.rows.block.bytes[bounds[0] as usize..bounds[self.rows.width] as usize - 1])
    }
}

/// Goes through a block.
struct Finder<'a> {
    bytes: &'a [u8],
    shape: Shape,
    clean: bool,
    marks: Marks<'a>,
    line: u32,
    rows: &'a mut Rows,
}

impl Finder<'_> {
    fn all(&mut self) {
        let mut start = 0;
        while start < self.bytes.len() {
            start = match self.bytes[start] {
                b'\n' | b'\r' => self.end_line(start),
                _ => self.record(start),
            };
        }
    }

    /// Behind the line end at `at`.
    fn end_line(&mut self, at: usize) -> usize {
        let both = self.bytes[at] == b'\r' && self.bytes.get(at + 1) == Some(&b'\n');
        let behind = at + 1 + usize::from(both);
        self.line += 1;
        self.marks.skip_to(behind);
        behind
    }

    /// Takes the record apart that starts at `start`; gives where the next one may start.
    #[inline]
    fn record(&mut self, start: usize) -> usize {
        let before = self.rows.bounds.len();
        let line = self.line;
        let mut odd = false;
        let mut field = start;
        self.rows.bounds.push(start as u32);
        let end = loop {
            let Some(at) = self.marks.next() else { break self.bytes.len() };
            match self.bytes[at] {
                b'"' if at == field => match self.quoted(at, &mut odd) {
                    Some(behind) => self.marks.skip_to(behind),
                    None => break self.bytes.len(),
                },
                b'"' => {}
                b'\n' | b'\r' => break at,
                _ => {
                    field = at + 1;
                    self.rows.bounds.push(field as u32);
                }
            }
        };
        self.rows.bounds.push(end as u32 + 1);
        let fields = self.rows.bounds.len() - before - 1;
        let empty = end - start < fields; // nothing but delimiters
        if odd || empty || fields != self.shape.columns || !self.clean {
            self.odd(start, end, before, line);
        } else {
            self.rows.lines.push(line);
        }
        if end < self.bytes.len() { self.end_line(end) } else { end }
    }

    /// Behind the closing quotation mark of the field that is opened at `at`; none if there is none. Whatever
    /// is not simply text in quotation marks is odd.
    fn quoted(&mut self, at: usize, odd: &mut bool) -> Option<usize> {
        let mut from = at + 1;
        loop {
            let Some(length) = memchr(b'"', &self.bytes[from..]) else {
                *odd = true;
                return None;
            };
            let close = from + length;
            let lines = memchr::memchr_iter(b'\n', &self.bytes[from..close]).count();
            self.line += lines as u32;
            match self.bytes.get(close + 1) {
                Some(b'"') => from = close + 2,
                Some(b'\n' | b'\r') | None if close > at + 1 => return Some(close + 1),
                Some(b) if *b == self.shape.delimiter && close > at + 1 => return Some(close + 1),
                _ => {
                    *odd = true;
                    return Some(close + 1);
                }
            }
        }
    }

    /// Has the row-wise reader decide about a record.
    fn odd(&mut self, start: usize, end: usize, before: usize, line: u32) {
        let text = &self.bytes[start..end];
        let mut record = Record::default();
        let number = self.rows.block.line + u64::from(line);
        let found = Records::new(text, self.shape.delimiter, 0, number).next(&mut record);
        let judged = if found { judge(text, &record, &self.shape, self.clean) } else { Judged::Empty };
        match judged {
            Judged::Sound => {
                self.rows.lines.push(line);
                return;
            }
            Judged::Empty => {}
            Judged::Bad(bad) => self.rows.bad.push((self.rows.lines.len(), bad)),
        }
        self.rows.bounds.truncate(before);
    }
}
