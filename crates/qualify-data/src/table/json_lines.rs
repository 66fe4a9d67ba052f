//! JSON Lines: one object on each line. Nested objects give columns with dotted names.

use super::load::Stream;
use super::{BadRow, Broken, Each, Row, Table, Visit, foreign, json_cell};
use crate::cell::Cell;
use crate::format::Compression;
use crate::problem::ProblemKind;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// Bytes that are read at a time; in the first of them an object that is spread over lines is found.
const PART: usize = 1 << 20;

/// A JSON Lines file. Its columns are all that occur in any row, so it is gone through twice.
pub(super) struct JsonLines {
    lines: Lines,
    columns: Columns,
}

/// The cells of a row, by their columns; or what is wrong with it.
type Parsed = Result<Vec<(usize, Value)>, (ProblemKind, String)>;

impl JsonLines {
    /// Opens a file and finds its columns.
    pub fn open(path: &Path, compression: Compression) -> Result<JsonLines, Broken> {
        let mut stream = Stream::open(path, compression)?;
        let mut content = Vec::new();
        let mut ended = stream.read(&mut content, PART)?;
        // what is no file can be read only once
        while !ended && !path.is_file() {
            ended = stream.read(&mut content, PART)?;
        }
        check(&content)?;
        let again = || match ended {
            true => Ok(Stream::of(content.clone())),
            false => Stream::open(path, compression),
        };
        let mut columns = Columns::default();
        let mut lines = Lines::new(again()?);
        while let Some((_, text)) = lines.next()? {
            let _ = columns.row(text);
            columns.objects.clear();
        }
        Ok(JsonLines { lines: Lines::new(again()?), columns })
    }
}

/// What can be told of the start of a file.
fn check(content: &[u8]) -> Result<(), Broken> {
    foreign::check(content)?;
    let content = content.strip_prefix(&MARK).unwrap_or(content);
    if content.trim_ascii_start().first() == Some(&b'[') {
        let help = Some("write one object on each line, without `[`, `]` and commas between".to_string());
        return Err(Broken { help, ..Broken::new("the file is one JSON list, not JSON Lines") });
    }
    if let Some(first) = spread_out(content) {
        let help = Some("write each object on one line, as `jq -c .` does".to_string());
        let message = format!("an object goes over several lines; its first line is `{first}`");
        return Err(Broken { help, ..Broken::new(message) });
    }
    Ok(())
}

/// What may stand before the first row.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// A text line by line, in memory that is bounded by the longest of them.
struct Lines {
    stream: Stream,
    buffer: Vec<u8>,
    at: usize,
    line: u64,
    ended: bool,
}

impl Lines {
    fn new(stream: Stream) -> Lines {
        Lines { stream, buffer: Vec::new(), at: 0, line: 0, ended: false }
    }

    /// The next line that is not empty, with its number.
    fn next(&mut self) -> Result<Option<(u64, &[u8])>, Broken> {
        loop {
            let mut from = self.at;
            let end = loop {
                if let Some(length) = memchr::memchr(b'\n', &self.buffer[from..]) {
                    break from + length;
                }
                if self.ended {
                    break self.buffer.len();
                }
                self.buffer.drain(..self.at);
                self.at = 0;
                from = self.buffer.len();
                self.ended = self.stream.read(&mut self.buffer, PART)?;
                if self.line == 0 && from == 0 && self.buffer.starts_with(&MARK) {
                    self.at = MARK.len();
                    from = self.at;
                }
            };
            if self.ended && self.at >= self.buffer.len() {
                return Ok(None);
            }
            let behind = (end + 1).min(self.buffer.len()); // the last line may end without a mark
            let start = std::mem::replace(&mut self.at, behind);
            self.line += 1;
            if !self.buffer[start..end].trim_ascii().is_empty() {
                return Ok(Some((self.line, &self.buffer[start..end])));
            }
        }
    }
}

/// The columns so far.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
    /// Names that are an object in the row at hand.
    objects: Vec<String>,
    /// For each column the last row that had it, from 1.
    last: Vec<usize>,
    /// Rows so far.
    row: usize,
}

impl Columns {
    fn row(&mut self, text: &[u8]) -> Parsed {
        self.row += 1;
        let Ok(text) = std::str::from_utf8(text) else {
            return Err((ProblemKind::Encoding, "the row is not UTF-8".to_string()));
        };
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => {
                let mut cells = Vec::with_capacity(object.len());
                let twice = twice(text).or_else(|| self.cells(object, "", &mut cells));
                match twice {
                    Some(name) => Err((ProblemKind::BrokenRow, format!("the object has `{name}` twice"))),
                    None => Ok(cells),
                }
            }
            Ok(_) => Err((ProblemKind::BrokenRow, "the row is no JSON object".to_string())),
            Err(error) => Err((ProblemKind::BrokenRow, not_json(&error, text))),
        }
    }

    /// The values of the object; gives the name that two of them have.
    fn cells(
        &mut self,
        object: Map<String, Value>,
        before: &str,
        out: &mut Vec<(usize, Value)>,
    ) -> Option<String> {
        for (name, value) in object {
            let name = format!("{before}{}", name.trim());
            if let Value::Object(inner) = value {
                self.objects.push(name.clone());
                let twice = self.cells(inner, &format!("{name}."), out);
                if twice.is_some() {
                    return twice;
                }
                continue;
            }
            let place = self.place(name);
            if std::mem::replace(&mut self.last[place], self.row) == self.row {
                return Some(self.names[place].clone());
            }
            out.push((place, value));
        }
        None
    }

    /// Where other rows have a single value, an object is a value too, which nothing can read.
    fn objects(&mut self, parsed: &mut Parsed) {
        let objects = std::mem::take(&mut self.objects);
        let Ok(cells) = parsed else { return };
        let places = objects.iter().filter_map(|name| self.places.get(name));
        cells.extend(places.map(|place| (*place, Value::Object(Map::new()))));
    }

    fn place(&mut self, name: String) -> usize {
        if let Some(place) = self.places.get(&name) {
            return *place;
        }
        self.names.push(name.clone());
        self.last.push(0);
        self.places.insert(name, self.names.len() - 1);
        self.names.len() - 1
    }
}

/// The first line of an object that is written over several lines.
fn spread_out(content: &[u8]) -> Option<String> {
    let content = content.trim_ascii_start();
    let first = content.split(|b| *b == b'\n').next()?.trim_ascii();
    let whole = |text: &[u8]| {
        matches!(
            serde_json::Deserializer::from_slice(text).into_iter::<Value>().next(),
            Some(Ok(Value::Object(_)))
        )
    };
    (first.starts_with(b"{") && !whole(first) && whole(content))
        .then(|| String::from_utf8_lossy(first).chars().take(60).collect())
}

/// A name that one object of the row has twice: JSON readers keep the last value without a word.
fn twice(text: &str) -> Option<String> {
    let mut open: Vec<HashSet<&str>> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' => open.push(HashSet::new()),
            b'}' => drop(open.pop()),
            b'"' => {
                let start = at + 1;
                at = start;
                while bytes.get(at).is_some_and(|b| *b != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let name = text.get(start..at)?;
                let is_name = text[(at + 1).min(text.len())..].trim_start().starts_with(':');
                if is_name && open.last_mut().is_some_and(|names| !names.insert(name)) {
                    return Some(name.to_string());
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

fn not_json(error: &serde_json::Error, text: &str) -> String {
    if error.is_eof() {
        let seen: String = text.trim().chars().take(60).collect();
        return format!(
            "the JSON object ends in the middle: the file may be truncated; it starts with `{seen}`"
        );
    }
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or_default();
    let before = text.get(..error.column().min(text.len())).unwrap_or(text);
    let seen: Vec<char> = before.chars().rev().take(20).collect();
    let seen: String = seen.into_iter().rev().collect();
    format!("the row is not JSON: {reason} at character {}, the end of `{}`", error.column(), seen.trim())
}

impl Table for JsonLines {
    fn columns(&self) -> &[String] {
        &self.columns.names
    }

    fn sparse(&self) -> bool {
        true
    }

    fn visit(&mut self, each: Each<'_>) -> Result<(), Broken> {
        let size = self.lines.stream.size().max(1) as u128;
        loop {
            let done = (u128::from(self.lines.stream.done()) * 1000 / size).min(1000) as u64;
            let Some((line, text)) = self.lines.next()? else { return Ok(()) };
            let mut parsed = self.columns.row(text);
            self.columns.objects(&mut parsed);
            let flow = match parsed {
                Ok(cells) => each(Visit::Row(&Object { line, text, cells: &cells, done })),
                Err((kind, message)) => {
                    each(Visit::Bad(BadRow { number: line, kind, message, help: None, raw: raw(text) }))
                }
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }
}

fn raw(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim_end().to_string()
}

/// One row of it.
struct Object<'a> {
    line: u64,
    text: &'a [u8],
    cells: &'a [(usize, Value)],
    done: u64,
}

impl Row for Object<'_> {
    fn number(&self) -> u64 {
        self.line
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        let found = self.cells.iter().find(|(c, _)| *c == column);
        found.map_or(Cell::Missing, |(_, value)| json_cell(value))
    }

    fn done(&self) -> u64 {
        self.done
    }

    fn raw(&self) -> String {
        raw(self.text)
    }
}
