//! JSON Lines: one object on each line. Nested objects give columns with dotted names.

use super::{BadRow, Broken, Row, Table, Visit, json_cell};
use crate::cell::Cell;
use crate::problem::ProblemKind;
use serde_json::{Map, Value};
use std::collections::HashMap;
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
        let start = if content.starts_with(&[0xef, 0xbb, 0xbf]) { 3 } else { 0 };
        if content[start..].trim_ascii_start().first() == Some(&b'[') {
            let help = Some("write one object on each line, without `[`, `]` and commas between".to_string());
            return Err(Broken { help, ..Broken::new("the file is one JSON list, not JSON Lines") });
        }
        let mut columns = Columns::default();
        let mut rows = Vec::new();
        let mut at = start;
        for (number, text) in content[start..].split(|b| *b == b'\n').enumerate() {
            let place = at..at + text.len();
            at += text.len() + 1;
            if !text.trim_ascii().is_empty() {
                rows.push(Parsed { line: number as u64 + 1, place, cells: columns.row(text) });
            }
        }
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
}

impl Columns {
    fn row(&mut self, text: &[u8]) -> Result<Vec<(usize, Value)>, (ProblemKind, String)> {
        let Ok(text) = std::str::from_utf8(text) else {
            return Err((ProblemKind::Encoding, "the row is not UTF-8".to_string()));
        };
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => {
                let mut cells = Vec::with_capacity(object.len());
                self.cells(object, "", &mut cells);
                Ok(cells)
            }
            Ok(_) => Err((ProblemKind::BrokenRow, "the row is no JSON object".to_string())),
            Err(error) => Err((ProblemKind::BrokenRow, not_json(&error))),
        }
    }

    fn cells(&mut self, object: Map<String, Value>, before: &str, out: &mut Vec<(usize, Value)>) {
        for (name, value) in object {
            let name = format!("{before}{}", name.trim());
            match value {
                Value::Object(inner) => self.cells(inner, &format!("{name}."), out),
                value => out.push((self.place(name), value)),
            }
        }
    }

    fn place(&mut self, name: String) -> usize {
        if let Some(place) = self.places.get(&name) {
            return *place;
        }
        self.names.push(name.clone());
        self.places.insert(name, self.names.len() - 1);
        self.names.len() - 1
    }
}

fn not_json(error: &serde_json::Error) -> String {
    if error.is_eof() {
        return "the JSON object ends in the middle: the file may be truncated".to_string();
    }
    let message = error.to_string();
    let reason = message.split(" at line ").next().unwrap_or_default();
    format!("the row is not JSON: {reason} at character {}", error.column())
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

    /// Of a name that occurs twice in an object the last value counts, as JSON readers do.
    fn cell(&self, column: usize) -> Cell<'_> {
        let found = self.cells.iter().rev().find(|(c, _)| *c == column);
        found.map_or(Cell::Missing, |(_, value)| json_cell(value))
    }

    fn done(&self) -> u64 {
        self.row.place.end as u64 * 1000 / self.table.content.len() as u64 // a row has at least one byte
    }

    fn raw(&self) -> String {
        self.table.raw(&self.row.place)
    }
}
