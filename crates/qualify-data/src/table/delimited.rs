//! CSV and its kin.

use super::records::{Fault, Field, Record, Records};
use super::scan::Blocks;
use super::{BadRow, Broken, Each, Row, Table, Visit, foreign};
use crate::cell::Cell;
use crate::format::Compression;
use crate::problem::ProblemKind;
use std::ops::ControlFlow;
use std::path::Path;

/// Delimiters that are tried when none is declared, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records that the choice of a delimiter looks at.
const SNIFFED: usize = 20;

/// How every row of a file is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub delimiter: u8,
    /// How many fields a row has.
    pub columns: usize,
}

/// What stands before the first row of a file.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub delimiter: u8,
    /// The names of the columns, white space around them stripped.
    pub columns: Vec<String>,
    /// The place where the rows start.
    pub start: usize,
    /// And its line.
    pub line: u64,
}

impl Head {
    /// Reads the header.
    pub fn read(content: &[u8], delimiter: Option<u8>) -> Result<Head, Broken> {
        foreign::check(content)?;
        let (start, line, declared) = preamble(content);
        if content[start..].starts_with(b"{\"") {
            let help = Some("`format = \"jsonl\"`, or rename it to `.jsonl`".to_string());
            return Err(Broken {
                help,
                ..Broken::new("its name promises CSV, but it looks like JSON Lines")
            });
        }
        let delimiter = delimiter.or(declared).unwrap_or_else(|| sniff(&content[start..]));
        let mut records = Records::new(content, delimiter, start, line);
        let mut header = Record::default();
        if !records.next(&mut header) {
            return Err(Broken::new("the file is empty: not even a header line"));
        }
        let name = |f: &Field| String::from_utf8_lossy(&f.text(content)).trim().to_string();
        let columns: Vec<_> = header.fields.iter().map(name).collect();
        if let Some(twice) =
            columns.iter().enumerate().find(|(i, c)| !c.is_empty() && columns[..*i].contains(c))
        {
            return Err(Broken::new(format!("the header has two columns named `{}`", twice.1)));
        }
        if header.fault.is_some() {
            return Err(Broken::new("the header has a quotation mark that is not closed where it should be"));
        }
        let (start, line) = records.position();
        Ok(Head { delimiter, columns, start, line })
    }

    /// Whether the first part of a longer file holds everything that [`Head::read`] looks at.
    pub fn is_whole(content: &[u8], delimiter: Option<u8>) -> bool {
        let (start, _, declared) = preamble(content);
        let declared = delimiter.or(declared);
        let tried = declared.as_slice().iter().chain(DELIMITERS.iter().filter(|_| declared.is_none()));
        let mut record = Record::default();
        content.len() >= foreign::LOOKED_AT
            && tried.into_iter().all(|delimiter| {
                let mut records = Records::new(content, *delimiter, start, 1);
                // the end of the last one may be the first half of a line end
                (0..SNIFFED).all(|_| records.next(&mut record)) && records.position().0 + 1 < content.len()
            })
    }

    /// The shape of its rows.
    pub fn shape(&self) -> Shape {
        Shape { delimiter: self.delimiter, columns: self.columns.len() }
    }
}

/// Behind what may stand before the header, the line there, and the delimiter that it declares.
fn preamble(content: &[u8]) -> (usize, u64, Option<u8>) {
    let start = if content.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
    // Excel writes the delimiter into a line of its own
    match &content[start..] {
        [b's', b'e', b'p', b'=', by, b'\r' | b'\n', ..] => {
            (start + 6 + usize::from(content.get(start + 6) == Some(&b'\n')), 2, Some(*by))
        }
        _ => (start, 1, None),
    }
}

/// What a record is.
pub(super) enum Judged {
    /// A row.
    Sound,
    /// Nothing but empty fields: spreadsheets write such rows below the last one.
    Empty,
    /// It cannot be taken apart as it should.
    Bad(BadRow),
}

/// Decides about a record; `clean` says that all of the content is UTF-8.
pub(super) fn judge(content: &[u8], record: &Record, shape: &Shape, clean: bool) -> Judged {
    if record.fields.iter().all(|f| f.place.is_empty()) {
        return Judged::Empty;
    }
    let bad = |kind: ProblemKind, message: String, help: Option<String>| {
        let raw = escaped(&content[record.all.clone()]);
        Judged::Bad(BadRow { number: record.line, kind, message, help, raw })
    };
    let (wanted, found) = (shape.columns, record.fields.len());
    let (message, help) = match record.fault {
        Some(Fault::NotClosed) => {
            ("a quotation mark is opened and never closed: the file may be truncated".to_string(), None)
        }
        Some(Fault::TextBehind) => (
            "text stands behind a closing quotation mark".to_string(),
            Some("write a quotation mark inside quotes twice: `\"\"`".to_string()),
        ),
        None if found == wanted => {
            if clean || std::str::from_utf8(&content[record.all.clone()]).is_ok() {
                return Judged::Sound;
            }
            let help = Some("save the file as UTF-8".to_string());
            return bad(ProblemKind::Encoding, "the row is not UTF-8".to_string(), help);
        }
        None => {
            let fields = if found == 1 { "field" } else { "fields" };
            let message = format!("the row has {found} {fields}, the header has {wanted}");
            let help = "is a text with the delimiter in it not quoted?".to_string();
            (message, (found > wanted).then_some(help))
        }
    };
    bad(ProblemKind::BrokenRow, message, help)
}

/// Bytes of a block of rows.
const BLOCK: usize = 1 << 20;

/// A delimited text file.
pub(super) struct Delimited {
    head: Head,
    size: u64,
    rows: Source,
}

/// Where its rows come from.
enum Source {
    Blocks(Blocks),
    /// All of it at once: what blocks are held against.
    #[cfg(test)]
    Held(Vec<u8>),
}

impl Delimited {
    /// Opens a file and reads its header.
    pub fn open(path: &Path, compression: Compression, delimiter: Option<u8>) -> Result<Delimited, Broken> {
        let blocks = Blocks::open(path, compression, delimiter, BLOCK)?;
        let size = path.metadata().map_or(0, |m| m.len());
        Ok(Delimited { head: blocks.head.clone(), size, rows: Source::Blocks(blocks) })
    }

    /// Reads the header.
    #[cfg(test)]
    pub fn new(content: Vec<u8>, delimiter: Option<u8>) -> Result<Delimited, Broken> {
        let head = Head::read(&content, delimiter)?;
        Ok(Delimited { head, size: content.len() as u64, rows: Source::Held(content) })
    }
}

impl Table for Delimited {
    fn columns(&self) -> &[String] {
        &self.head.columns
    }

    fn visit(&mut self, each: Each<'_>) -> Result<(), Broken> {
        let shape = self.head.shape();
        match &mut self.rows {
            Source::Blocks(blocks) => {
                let mut spare = Vec::new();
                while let Some(block) = blocks.next(std::mem::take(&mut spare))? {
                    let done =
                        (u128::from(block.done) * 1000 / u128::from(self.size.max(1))).min(1000) as u64;
                    if visit(&block.bytes, (0, block.line), &shape, done, each).is_break() {
                        break;
                    }
                    spare = block.bytes;
                }
            }
            #[cfg(test)]
            Source::Held(content) => {
                let _ = visit(content, (self.head.start, self.head.line), &shape, 0, each);
            }
        }
        Ok(())
    }
}

/// Shows the rows of a text from a place on, which is on a line.
fn visit(content: &[u8], from: (usize, u64), shape: &Shape, done: u64, each: Each<'_>) -> ControlFlow<()> {
    let clean = std::str::from_utf8(content).is_ok();
    let mut records = Records::new(content, shape.delimiter, from.0, from.1);
    let mut record = Record::default();
    let mut unescaped: Vec<Option<String>> = Vec::new();
    while records.next(&mut record) {
        match judge(content, &record, shape, clean) {
            Judged::Sound => {}
            Judged::Empty => continue,
            Judged::Bad(bad) => {
                each(Visit::Bad(bad))?;
                continue;
            }
        }
        unescaped.clear();
        if record.fields.iter().any(|f| f.doubled) {
            let text = |f: &Field| f.doubled.then(|| String::from_utf8_lossy(&f.text(content)).into_owned());
            unescaped.extend(record.fields.iter().map(text));
        }
        each(Visit::Row(&Line { content, record: &record, unescaped: &unescaped, done }))?;
    }
    ControlFlow::Continue(())
}

/// One row of it.
struct Line<'a> {
    content: &'a [u8],
    record: &'a Record,
    /// Fields with doubled quotation marks, made plain; empty if there are none.
    unescaped: &'a [Option<String>],
    done: u64,
}

impl Row for Line<'_> {
    fn number(&self) -> u64 {
        self.record.line
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        if let Some(Some(text)) = self.unescaped.get(column) {
            return Cell::Text(text);
        }
        let Some(field) = self.record.fields.get(column) else { return Cell::Missing };
        std::str::from_utf8(&self.content[field.place.clone()]).map_or(Cell::Missing, Cell::Text)
    }

    fn done(&self) -> u64 {
        self.done
    }

    fn raw(&self) -> String {
        escaped(&self.content[self.record.all.clone()])
    }
}

/// The text, with bytes that are not UTF-8 as `\xNN`.
pub(super) fn escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|b| out.push_str(&format!("\\x{b:02x}")));
    }
    out
}

/// The delimiter that gives the most columns while every record looked at has as many as the header; if none
/// does so, the one that gives the header the most.
fn sniff(content: &[u8]) -> u8 {
    let columns = |delimiter: u8| {
        let mut records = Records::new(content, delimiter, 0, 1);
        let mut record = Record::default();
        let (mut first, mut same) = (0, true);
        for _ in 0..SNIFFED {
            if !records.next(&mut record) {
                break;
            }
            if first == 0 {
                first = record.fields.len();
            }
            same &= record.fields.len() == first && record.fault.is_none();
        }
        (same && first > 1, first)
    };
    // the last of equals wins, so the likeliest comes last
    DELIMITERS.into_iter().rev().max_by_key(|d| columns(*d)).unwrap_or(b',')
}
