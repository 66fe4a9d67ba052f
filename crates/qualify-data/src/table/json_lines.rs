//! JSON Lines: one object on each line. Nested objects give columns with dotted names.

use super::{BadRow, Broken, Row, Table, Visit, foreign, json_cell};
use crate::cell::Cell;
use crate::problem::ProblemKind;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A JSON Lines file. Its columns are all that occur in any row.
pub(super) struct JsonLines {
    content: Vec<u8>,
    columns: Vec<String>,
    rows: Vec<Parsed>,
}

/// One line.
struct Parsed {
    line: u64,
    place: Range<usize>,
    /// Column and value; or what is wrong.
    cells: Result<Vec<(usize, Value)>, (ProblemKind, String)>,
}

impl JsonLines {
    pub fn new(content: Vec<u8>) -> Result<JsonLines, Broken> {
        foreign::check(&content)?;
        let start = if content.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
        if content[start..].trim_ascii_start().first() == Some(&b'[') {
            let help = Some("write one object on each line, without `[`, `]` and commas between".to_string());
            return Err(Broken { help, ..Broken::new("the file is one JSON list, not JSON Lines") });
        }
        if let Some(first) = spread_out(&content[start..]) {
            let help = Some("write each object on one line, as `jq -c .` does".to_string());
            let message = format!("an object goes over several lines; its first line is `{first}`");
            return Err(Broken { help, ..Broken::new(message) });
        }
        let mut columns = Columns::default();
        let mut rows: Vec<Parsed> = Vec::new();
        let mut at = start;
        for (number, text) in content[start..].split(|b| *b == b'\n').enumerate() {
            let place = at..at + text.len();
            at += text.len() + 1;
            if !text.trim_ascii().is_empty() {
                rows.push(Parsed { line: number as u64 + 1, place, cells: columns.row(text) });
            }
        }
        columns.objects(&mut rows);
        Ok(JsonLines { content, columns: columns.names, rows })
    }

    fn raw(&self, place: &Range<usize>) -> String {
        String::from_utf8_lossy(&self.content[place.clone()]).trim_end().to_string()
    }
}

/// The columns so far.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
    /// Names that are an object in some row, with the place of the row.
    objects: Vec<(usize, String)>,
    /// For each column the last row that had it, from 1.
    last: Vec<usize>,
    /// Rows so far.
    row: usize,
}

impl Columns {
    fn row(&mut self, text: &[u8]) -> Result<Vec<(usize, Value)>, (ProblemKind, String)> {
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
                self.objects.push((self.row, name.clone()));
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
    fn objects(self: &Columns, rows: &mut [Parsed]) {
        for (row, name) in &self.objects {
            let Some(place) = self.places.get(name) else { continue };
            if let Ok(cells) = &mut rows[row - 1].cells {
                cells.push((*place, Value::Object(Map::new())));
            }
        }
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
        &self.columns
    }

    fn sparse(&self) -> bool {
        true
    }

    fn visit(&mut self, each: &mut dyn FnMut(Visit<'_>)) -> Result<(), Broken> {
        for row in &self.rows {
            match &row.cells {
                Ok(cells) => each(Visit::Row(&Object { table: self, row, cells })),
                Err((kind, message)) => each(Visit::Bad(BadRow {
                    number: row.line,
                    kind: *kind,
                    message: message.clone(),
                    help: None,
                    raw: self.raw(&row.place),
                })),
            }
        }
        Ok(())
    }
}

/// One row of it.
struct Object<'a> {
    table: &'a JsonLines,
    row: &'a Parsed,
    cells: &'a [(usize, Value)],
}

impl Row for Object<'_> {
    fn number(&self) -> u64 {
        self.row.line
    }

    fn cell(&self, column: usize) -> Cell<'_> {
        let found = self.cells.iter().find(|(c, _)| *c == column);
        found.map_or(Cell::Missing, |(_, value)| json_cell(value))
    }

    fn done(&self) -> u64 {
        self.row.place.end as u64 * 1000 / self.table.content.len() as u64 // a row has at least one byte
    }

    fn raw(&self) -> String {
        self.table.raw(&self.row.place)
    }
}
