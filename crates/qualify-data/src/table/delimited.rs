//! CSV and its kin.

use super::records::{Fault, Field, Record, Records};
use super::{BadRow, Broken, Row, Table, Visit, foreign};
use crate::cell::Cell;
use crate::problem::ProblemKind;

/// Delimiters that are tried when none is declared, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records that the choice of a delimiter looks at.
const SNIFFED: usize = 20;

/// A delimited text file.
pub(super) struct Delimited {
    content: Vec<u8>,
    delimiter: u8,
    columns: Vec<String>,
    /// Where the rows start, and on which line.
    start: (usize, u64),
    /// All of it is UTF-8: rows need no test.
    clean: bool,
}

impl Delimited {
    /// Reads the header.
    pub fn new(content: Vec<u8>, delimiter: Option<u8>) -> Result<Delimited, Broken> {
        foreign::check(&content)?;
        let start = if content.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
        if content[start..].starts_with(b"{\"") {
            let help = Some("`format = \"jsonl\"`, or rename it to `.jsonl`".to_string());
            return Err(Broken {
                help,
                ..Broken::new("its name promises CSV, but it looks like JSON Lines")
            });
        }
        // Excel writes the delimiter into a line of its own
        let declared = match &content[start..] {
            [b's', b'e', b'p', b'=', by, b'\r' | b'\n', ..] => Some(*by),
            _ => None,
        };
        let (start, line) = match declared {
            Some(_) => (start + 6 + usize::from(content.get(start + 6) == Some(&b'\n')), 2),
            None => (start, 1),
        };
        let delimiter = delimiter.or(declared).unwrap_or_else(|| sniff(&content[start..]));
        let mut records = Records::new(&content, delimiter, start, line);
        let mut header = Record::default();
        if !records.next(&mut header) {
            return Err(Broken::new("the file is empty: not even a header line"));
        }
        let name = |f: &Field| String::from_utf8_lossy(&f.text(&content)).trim().to_string();
        let columns: Vec<_> = header.fields.iter().map(name).collect();
        if let Some(twice) =
            columns.iter().enumerate().find(|(i, c)| !c.is_empty() && columns[..*i].contains(c))
        {
            return Err(Broken::new(format!("the header has two columns named `{}`", twice.1)));
        }
        if header.fault.is_some() {
            return Err(Broken::new("the header has a quotation mark that is not closed where it should be"));
        }
        let start = records.position();
        let clean = std::str::from_utf8(&content).is_ok();
        Ok(Delimited { delimiter, columns, start, clean, content })
    }

    fn fault(&self, record: &Record) -> Option<BadRow> {
        let (wanted, found) = (self.columns.len(), record.fields.len());
        let (message, help) = match record.fault {
            Some(Fault::NotClosed) => {
                ("a quotation mark is opened and never closed: the file may be truncated".to_string(), None)
            }
            Some(Fault::TextBehind) => (
                "text stands behind a closing quotation mark".to_string(),
                Some("write a quotation mark inside quotes twice: `\"\"`".to_string()),
            ),
            None if found == wanted => return None,
            None => {
                let fields = if found == 1 { "field" } else { "fields" };
                let message = format!("the row has {found} {fields}, the header has {wanted}");
                let help = "is a text with the delimiter in it not quoted?".to_string();
                (message, (found > wanted).then_some(help))
            }
        };
        Some(self.bad(record, ProblemKind::BrokenRow, message, help))
    }

    fn bad(&self, record: &Record, kind: ProblemKind, message: String, help: Option<String>) -> BadRow {
        BadRow { number: record.line, kind, message, help, raw: escaped(&self.content[record.all.clone()]) }
    }
}

impl Table for Delimited {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn visit(&mut self, each: &mut dyn FnMut(Visit<'_>)) -> Result<(), Broken> {
        let mut records = Records::new(&self.content, self.delimiter, self.start.0, self.start.1);
        let mut record = Record::default();
        let mut unescaped: Vec<Option<String>> = Vec::new();
        while records.next(&mut record) {
            if record.fields.iter().all(|f| f.place.is_empty()) {
                continue; // spreadsheets write such rows below the last one
            }
            if let Some(bad) = self.fault(&record) {
                each(Visit::Bad(bad));
                continue;
            }
            if !self.clean && std::str::from_utf8(&self.content[record.all.clone()]).is_err() {
                let help = Some("save the file as UTF-8".to_string());
                let message = "the row is not UTF-8".to_string();
                each(Visit::Bad(self.bad(&record, ProblemKind::Encoding, message, help)));
                continue;
            }
            unescaped.clear();
            if record.fields.iter().any(|f| f.doubled) {
                let text = |f: &Field| {
                    f.doubled.then(|| String::from_utf8_lossy(&f.text(&self.content)).into_owned())
                };
                unescaped.extend(record.fields.iter().map(text));
            }
            each(Visit::Row(&Line { content: &self.content, record: &record, unescaped: &unescaped }));
        }
        Ok(())
    }
}

/// One row of it.
struct Line<'a> {
    content: &'a [u8],
    record: &'a Record,
    /// Fields with doubled quotation marks, made plain; empty if there are none.
    unescaped: &'a [Option<String>],
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
        self.record.all.end as u64 * 1000 / self.content.len() as u64 // a row has at least one byte
    }

    fn raw(&self) -> String {
        escaped(&self.content[self.record.all.clone()])
    }
}

/// The text, with bytes that are not UTF-8 as `\xNN`.
fn escaped(bytes: &[u8]) -> String {
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
