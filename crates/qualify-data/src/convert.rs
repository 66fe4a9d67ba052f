//! From a cell to a value of a declared type: known, unknown, readable but not allowed, or unreadable.

mod number;
pub(crate) mod scalar;

use crate::cell::Cell;
use crate::clock::TimeFormat;
use crate::nearest::nearest;
use crate::problem::ProblemKind;
use qualify_model::calendar::Zone;
use qualify_model::{Attribute, NumberKind, Schema, TextKind, Type, Value, Vocabulary, text};
use std::collections::HashMap;

/// Different texts that are remembered for each column.
const REMEMBERED: usize = 4096;

/// Bytes of a text that is remembered, at most.
const LONG: usize = 256;

/// What became of a cell. Without value and trouble it is unknown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reading {
    pub value: Option<Value>,
    pub trouble: Option<Box<Trouble>>,
}

/// Why a value is not what it should be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trouble {
    /// [`ProblemKind::Value`] and [`ProblemKind::Time`] cannot be read, the others are not allowed.
    pub kind: ProblemKind,
    /// What was expected, as in `a whole number`.
    pub expected: String,
    /// Text to paste.
    pub help: Option<String>,
    /// What was probably meant.
    pub nearest: Option<String>,
    /// The value, or the element of a list.
    pub value: String,
}

impl Trouble {
    /// The whole value is lost, and with it the row.
    pub fn unreadable(&self) -> bool {
        matches!(self.kind, ProblemKind::Value | ProblemKind::Time)
    }
}

impl Reading {
    fn known(value: Value) -> Reading {
        Reading { value: Some(value), trouble: None }
    }

    fn trouble(kind: ProblemKind, expected: impl Into<String>, help: Option<String>) -> Reading {
        let expected = expected.into();
        let trouble = Trouble { kind, expected, help, nearest: None, value: String::new() };
        Reading { value: None, trouble: Some(Box::new(trouble)) }
    }

    fn unreadable(expected: impl Into<String>) -> Reading {
        Reading::trouble(ProblemKind::Value, expected, None)
    }
}

/// Reads the cells of one column as one attribute or property.
pub(crate) struct Converter<'a> {
    ty: &'a Type,
    range: Option<&'a (Value, Value)>,
    unknown: Vec<&'a str>,
    schema: &'a Schema,
    format: &'a TimeFormat,
    zone: &'a Zone,
    remembered: HashMap<Box<str>, Reading>,
}

impl<'a> Converter<'a> {
    /// For an attribute or property; `null` are the file's own spellings of missing.
    pub fn new(
        attribute: &'a Attribute,
        schema: &'a Schema,
        null: &'a [String],
        format: &'a TimeFormat,
        zone: &'a Zone,
    ) -> Converter<'a> {
        let unknown = attribute.unknown_if.iter().chain(null).map(String::as_str).collect();
        let range = attribute.range.as_ref();
        Converter { ty: &attribute.ty, range, unknown, schema, format, zone, remembered: HashMap::new() }
    }

    /// The type of what is read.
    pub fn ty(&self) -> &'a Type {
        self.ty
    }

    /// The range that values must lie in.
    pub fn range(&self) -> Option<&'a (Value, Value)> {
        self.range
    }

    /// Spellings of missing that could be taken for a number or a time.
    pub fn numbers_that_are_unknown(&self) -> Vec<&'a str> {
        let numeric = |u: &&str| u.trim().starts_with(|c: char| c.is_ascii_digit() || c == '-');
        self.unknown.iter().copied().filter(numeric).collect()
    }

    /// Whether there are spellings of missing at all, besides the empty text.
    pub fn has_spellings(&self) -> bool {
        !self.unknown.is_empty()
    }

    /// How times are written, and the zone of those that name none.
    pub fn clock(&self) -> (&'a TimeFormat, &'a Zone) {
        (self.format, self.zone)
    }

    /// What the cell means.
    pub fn read(&mut self, cell: &Cell<'_>) -> Reading {
        let Cell::Text(text) = cell else { return self.judged(cell) };
        if let Some(reading) = self.remembered.get(*text) {
            return reading.clone();
        }
        let reading = self.judged(cell);
        if self.remembered.len() < REMEMBERED && text.len() <= LONG {
            self.remembered.insert((*text).into(), reading.clone());
        }
        reading
    }

    /// What the cell means, decided anew.
    pub fn judged(&self, cell: &Cell<'_>) -> Reading {
        if let (Cell::Integer(_), true) = (cell, self.unknown.is_empty()) {
            let reading = self.value(self.ty, cell);
            if reading.trouble.is_none() {
                return reading; // nobody needs to see it as text
            }
        }
        let Some(shown) = cell.text() else { return Reading::default() };
        let shown = shown.trim();
        if shown.is_empty() || self.unknown.iter().any(|u| text::equal(u, shown)) {
            return Reading::default();
        }
        let trimmed =
            if matches!(cell, Cell::Text(_) | Cell::OwnedText(_)) { &Cell::Text(shown) } else { cell };
        let mut reading = self.value(self.ty, trimmed);
        if let Some(trouble) = &mut reading.trouble {
            if trouble.value.is_empty() {
                trouble.value = shown.to_string();
            }
            if trouble.unreadable() && trouble.help.is_none() && looks_missing(shown) {
                trouble.help = Some(format!("unknown if {}", quoted(shown)));
            }
        }
        reading
    }

    fn value(&self, ty: &Type, cell: &Cell<'_>) -> Reading {
        match ty {
            Type::List(element) => self.list(element, cell),
            _ => self.in_range(self.single(ty, cell)),
        }
    }

    fn single(&self, ty: &Type, cell: &Cell<'_>) -> Reading {
        if let Cell::List(cells) = cell {
            return match cells.as_slice() {
                [] => Reading::default(),
                [one] if !matches!(one, Cell::List(_)) => self.single(ty, one),
                _ => Reading::unreadable("a single value, not a list"),
            };
        }
        match ty {
            Type::OneOf(_) if matches!(cell, Cell::Other(_)) => Reading::unreadable("a word"),
            Type::YesNo => scalar::yes_no(cell),
            Type::Number(kind) => number::number(cell, *kind),
            Type::Text(kind) => scalar::text(cell, *kind),
            Type::Stage => match scalar::text(cell, TextKind::Plain) {
                Reading { value: Some(Value::Text(text)), .. } => Reading::known(Value::Stage(text)),
                other => other,
            },
            Type::Date => scalar::date(cell, self.format, self.zone),
            Type::Time => scalar::time(cell, self.format, self.zone),
            Type::Duration => scalar::duration(cell),
            Type::OneOf(id) => word(cell, self.schema.vocabulary(*id)),
            Type::List(_) => Reading::unreadable("a list of single values"),
        }
    }

    /// Elements that are not allowed are left out; without any left the list is unknown.
    fn list(&self, element: &Type, cell: &Cell<'_>) -> Reading {
        let json;
        let cells: Vec<Cell<'_>> = match cell {
            Cell::List(cells) => cells.clone(),
            Cell::Text(text) if text.starts_with('[') => {
                match serde_json::from_str::<serde_json::Value>(text) {
                    Ok(value) => {
                        json = value;
                        match crate::table::json_cell(&json) {
                            Cell::List(cells) => cells,
                            other => vec![other],
                        }
                    }
                    Err(_) => return Reading::unreadable("a list such as `a;b` or `[\"a\", \"b\"]`"),
                }
            }
            Cell::Text(text) => text.split([';', '|']).map(|part| Cell::Text(part.trim())).collect(),
            other => vec![other.clone()],
        };
        let mut values = Vec::new();
        let mut trouble = None;
        for cell in &cells {
            if let Cell::List(_) = cell {
                return Reading::unreadable("a list of single values, not a list of lists");
            }
            let Some(shown) = cell.text().filter(|t| !t.trim().is_empty()) else { continue };
            let plain = if matches!(cell, Cell::OwnedText(_)) { &Cell::Text(&shown) } else { cell };
            let reading = self.in_range(self.single(element, plain));
            values.extend(reading.value);
            if let Some(mut found) = reading.trouble {
                found.value = shown.to_string();
                if found.unreadable() {
                    return Reading { value: None, trouble: Some(found) };
                }
                trouble = trouble.or(Some(found));
            }
        }
        Reading { value: (!values.is_empty()).then_some(Value::List(values)), trouble }
    }

    fn in_range(&self, reading: Reading) -> Reading {
        let (Some(value), Some((low, high))) = (&reading.value, self.range) else { return reading };
        if within(value, low, high) {
            return reading;
        }
        let decimals = match self.ty {
            Type::Number(kind) => kind.decimals(),
            _ => NumberKind::Integer.decimals(),
        };
        let show = |v: &Value| scalar::show(v, decimals);
        Reading::trouble(ProblemKind::OutOfRange, format!("{} to {}", show(low), show(high)), None)
    }
}

fn within(value: &Value, low: &Value, high: &Value) -> bool {
    match (value, low, high) {
        (Value::Number(v), Value::Number(l), Value::Number(h))
        | (Value::Time(v), Value::Time(l), Value::Time(h))
        | (Value::Duration(v), Value::Duration(l), Value::Duration(h)) => l <= v && v <= h,
        (Value::Date(v), Value::Date(l), Value::Date(h)) => l <= v && v <= h,
        _ => true,
    }
}

fn word(cell: &Cell<'_>, vocabulary: &Vocabulary) -> Reading {
    let Some(text) = cell.text() else { return Reading::default() };
    if let Some(number) = vocabulary.find(&text) {
        return Reading::known(Value::Word(number));
    }
    let names = || vocabulary.words.iter().map(|w| w.name.as_str());
    let mut expected: Vec<_> = names().take(12).collect();
    if vocabulary.words.len() > expected.len() {
        expected.push("…");
    }
    let expected = format!("one of {}", expected.join(", "));
    let mut reading = Reading::trouble(ProblemKind::NotInVocabulary, expected, None);
    if let Some(trouble) = &mut reading.trouble {
        trouble.nearest = nearest(&text, names()).map(str::to_string);
    }
    reading
}

/// Spellings by which sources say that something is missing.
pub(crate) fn looks_missing(text: &str) -> bool {
    const SPELLINGS: [&str; 22] = [
        "n/a",
        "na",
        "#n/a",
        "null",
        "none",
        "nil",
        "nan",
        "unknown",
        "undefined",
        "missing",
        "-",
        "--",
        "---",
        "?",
        ".",
        "not available",
        "not set",
        "(not set)",
        "empty",
        "select",
        "tbd",
        "not applicable",
    ];
    let text = text.trim().to_lowercase();
    SPELLINGS.contains(&text.as_str())
}

/// The text in the quotes of the language, which know no escapes.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
