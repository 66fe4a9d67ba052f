//! One column of facts out of the fields of rows, whole columns at a time.
//!
//! Usual spellings of numbers and times are read straight from their bytes; of all other values each different
//! text is decided once. The decision is always the [`Converter`]'s: here is only what gives the same faster.

use super::number::decimal;
use super::rows::{Rows, plain, text};
use super::time::Moments;
use super::words::Words;
use crate::cell::Cell;
use crate::convert::{Converter, Reading};
use qualify_model::{Column, NumberKind, Type, UNKNOWN, Value, text as texts};
use std::sync::Arc;

/// Nothing is read for a row.
pub(crate) const NO_SOURCE: u8 = u8::MAX;

/// Reads one attribute, or the properties of events that share a column.
pub(crate) struct ColumnReader<'a> {
    sources: Vec<Source<'a>>,
    dictionary: Dictionary,
}

/// One of the ways that the values of a column come.
struct Source<'a> {
    /// The column of the file.
    column: usize,
    converter: Converter<'a>,
    quick: Quick<'a>,
    words: Words,
    /// For each of the words what it means.
    meanings: Vec<Meaning>,
}

/// How a type is read without the converter, where it can be.
enum Quick<'a> {
    Number { decimals: usize, exact: bool, limits: Limits<'a> },
    Time { moments: Moments<'a>, limits: Limits<'a> },
    Day { moments: Moments<'a>, limits: Limits<'a> },
    No,
}

/// What a number that can be read may not be.
struct Limits<'a> {
    range: (i64, i64),
    unknown: Vec<&'a str>,
}

/// What became of a text.
#[derive(Clone, Copy)]
struct Meaning {
    /// The units or the place in the dictionary; none is unknown.
    value: Option<i64>,
    /// The row-wise reader has something to say about it.
    odd: bool,
}

const MISSING: Meaning = Meaning { value: None, odd: false };

/// The texts or lists that codes stand for.
enum Dictionary {
    None,
    Texts { own: Vec<Arc<str>>, shared: Arc<Vec<Arc<str>>> },
    Lists { own: Vec<Vec<Value>>, shared: Arc<Vec<Vec<Value>>> },
}

/// Rows of a block that the row-wise reader has to look at.
#[derive(Debug, Default)]
pub(crate) struct Odd {
    /// 1 for each of them; empty if there are none.
    flags: Vec<u8>,
}

impl Odd {
    /// Adds a row of so many.
    #[cold]
    pub fn add(&mut self, row: usize, rows: usize) {
        if self.flags.is_empty() {
            self.flags.resize(rows, 0);
        }
        self.flags[row] = 1;
    }

    /// Whether a row is one of them.
    #[inline]
    pub fn has(&self, row: usize) -> bool {
        self.flags.get(row).is_some_and(|flag| *flag != 0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.flags.is_empty()
    }
}

impl<'a> ColumnReader<'a> {
    /// A reader of values of a type that come from no column yet.
    pub fn new(ty: &Type) -> ColumnReader<'a> {
        let dictionary = match ty {
            Type::Text(_) | Type::Stage => Dictionary::Texts { own: Vec::new(), shared: Arc::default() },
            Type::List(_) => Dictionary::Lists { own: Vec::new(), shared: Arc::default() },
            _ => Dictionary::None,
        };
        ColumnReader { sources: Vec::new(), dictionary }
    }

    /// Adds a column of the file that values may come from; gives its number among them. None if there are too
    /// many.
    pub fn add(&mut self, column: usize, converter: Converter<'a>) -> Option<u8> {
        let number = u8::try_from(self.sources.len()).ok().filter(|n| *n != NO_SOURCE)?;
        let quick = Quick::of(&converter);
        let (words, meanings) = (Words::default(), Vec::new());
        self.sources.push(Source { column, converter, quick, words, meanings });
        Some(number)
    }

    /// Reads the rows; `which` has for each the number of its source, or [`NO_SOURCE`]. Without it, all come from
    /// the first.
    pub fn read(&mut self, rows: &Rows, which: Option<&[u8]>, odd: &mut Odd) -> Column {
        let mut found = Found { values: Vec::new(), known: Vec::new(), unknown: 0 };
        found.values.reserve(rows.len());
        found.known.reserve(rows.len());
        match which {
            None => {
                if let Some(source) = self.sources.first_mut() {
                    source.read_all(rows, &mut self.dictionary, &mut found, odd);
                }
            }
            Some(which) => {
                for (row, number) in which.iter().enumerate() {
                    let Some(source) = self.sources.get_mut(usize::from(*number)) else {
                        found.push(None);
                        continue;
                    };
                    let field = rows.field(row, source.column);
                    let meaning = source.meaning(field, &mut self.dictionary);
                    if meaning.odd {
                        odd.add(row, rows.len());
                    }
                    found.push(meaning.value);
                }
            }
        }
        found.values.resize(rows.len(), 0);
        found.known.resize(rows.len(), 0);
        self.column(found)
    }

    fn column(&mut self, found: Found) -> Column {
        let yes_no = self.sources.first().is_some_and(|s| *s.converter.ty() == Type::YesNo);
        let all_known = found.unknown == 0;
        match &mut self.dictionary {
            Dictionary::None if yes_no => {
                let truth = |(value, known): (&i64, &u8)| if *known == 0 { 1 } else { 2 * *value as u8 };
                Column::YesNo(found.values.iter().zip(&found.known).map(truth).collect())
            }
            Dictionary::None => {
                Column::Number { values: found.values, known: (!all_known).then_some(found.known) }
            }
            Dictionary::Texts { own, shared } => {
                if shared.len() != own.len() {
                    *shared = Arc::new(own.clone());
                }
                Column::Text { codes: found.codes(), dictionary: Arc::clone(shared) }
            }
            Dictionary::Lists { own, shared } => {
                if shared.len() != own.len() {
                    *shared = Arc::new(own.clone());
                }
                Column::List { codes: found.codes(), dictionary: Arc::clone(shared) }
            }
        }
    }

    /// Forgets texts when they are so many and so different that remembering them does not pay.
    pub fn forget(&mut self, rows: usize) {
        let words: usize = self.sources.iter().map(|s| s.words.len()).sum();
        if words > 1 << 16 || words > 1 << 10 && words > rows / 4 {
            for source in &mut self.sources {
                source.words.clear();
                source.meanings.clear();
            }
            match &mut self.dictionary {
                Dictionary::None => {}
                Dictionary::Texts { own, .. } => own.clear(),
                Dictionary::Lists { own, .. } => own.clear(),
            }
        }
    }
}

/// The values of a column so far.
struct Found {
    values: Vec<i64>,
    known: Vec<u8>,
    unknown: usize,
}

impl Found {
    #[inline]
    fn push(&mut self, value: Option<i64>) {
        self.values.push(value.unwrap_or_default());
        self.known.push(u8::from(value.is_some()));
        self.unknown += usize::from(value.is_none());
    }

    fn codes(&self) -> Vec<u32> {
        let code = |(value, known): (&i64, &u8)| if *known == 0 { UNKNOWN } else { *value as u32 };
        self.values.iter().zip(&self.known).map(code).collect()
    }
}

impl Source<'_> {
    fn read_all(&mut self, rows: &Rows, dictionary: &mut Dictionary, found: &mut Found, odd: &mut Odd) {
        for row in 0..rows.len() {
            let meaning = self.meaning(rows.field(row, self.column), dictionary);
            if meaning.odd {
                odd.add(row, rows.len());
            }
            found.push(meaning.value);
        }
    }

    #[inline]
    fn meaning(&mut self, field: &[u8], dictionary: &mut Dictionary) -> Meaning {
        if field.is_empty() {
            return MISSING;
        }
        if let Quick::No = self.quick {
            let (number, new) = self.words.number(field);
            if new {
                let meaning = decide(&self.converter, field, dictionary);
                self.meanings.push(meaning);
            }
            return self.meanings[number];
        }
        let quick = self.quick.value(field);
        let quick = if quick.is_none() && field[0] == b'"' { self.quick.value(&plain(field)) } else { quick };
        match quick {
            Some(value) => Meaning { value: Some(value), odd: false },
            None => remembered(&mut self.converter, field),
        }
    }
}

/// A number or time in an unusual spelling, or none at all.
#[cold]
fn remembered(converter: &mut Converter<'_>, field: &[u8]) -> Meaning {
    let reading = converter.read(&Cell::Text(&text(field)));
    meaning(reading, &mut Dictionary::None)
}

#[cold]
fn decide(converter: &Converter<'_>, field: &[u8], dictionary: &mut Dictionary) -> Meaning {
    meaning(converter.judged(&Cell::Text(&text(field))), dictionary)
}

fn meaning(reading: Reading, dictionary: &mut Dictionary) -> Meaning {
    let odd = reading.trouble.is_some();
    let value = reading.value.and_then(|value| match (value, dictionary) {
        (Value::Text(text) | Value::Stage(text), Dictionary::Texts { own, .. }) => {
            own.push(text);
            Some(own.len() as i64 - 1)
        }
        (Value::List(list), Dictionary::Lists { own, .. }) => {
            own.push(list);
            Some(own.len() as i64 - 1)
        }
        (value, _) => units(&value),
    });
    Meaning { value, odd }
}

/// The 64 bits that a column of numbers holds of a value; yes is 1.
fn units(value: &Value) -> Option<i64> {
    match value {
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => Some(*units),
        Value::Date(days) => Some(i64::from(*days)),
        Value::Word(word) => Some(i64::from(*word)),
        Value::YesNo(yes) => Some(i64::from(*yes)),
        _ => None,
    }
}

impl<'a> Quick<'a> {
    fn of(converter: &Converter<'a>) -> Quick<'a> {
        let range = converter.range().and_then(|(low, high)| Some((units(low)?, units(high)?)));
        let limits = || Limits {
            range: range.unwrap_or((i64::MIN, i64::MAX)),
            unknown: converter.numbers_that_are_unknown(),
        };
        let moments = || {
            let (format, zone) = converter.clock();
            Moments::new(format, zone)
        };
        match converter.ty() {
            Type::Number(kind) => Quick::Number {
                decimals: kind.decimals() as usize,
                exact: *kind == NumberKind::Integer,
                limits: limits(),
            },
            Type::Time => moments().map_or(Quick::No, |moments| Quick::Time { moments, limits: limits() }),
            Type::Date => moments().map_or(Quick::No, |moments| Quick::Day { moments, limits: limits() }),
            _ => Quick::No,
        }
    }

    #[inline]
    fn value(&self, field: &[u8]) -> Option<i64> {
        match self {
            Quick::Number { decimals, exact, limits } => {
                let (units, rounded) = decimal(field, *decimals)?;
                limits.allow(units, field).filter(|_| !rounded || !exact)
            }
            Quick::Time { moments, limits } => limits.allow(moments.instant(field)?, field),
            Quick::Day { moments, limits } => limits.allow(i64::from(moments.day(field)?), field),
            Quick::No => None,
        }
    }
}

impl Limits<'_> {
    #[inline]
    fn allow(&self, value: i64, field: &[u8]) -> Option<i64> {
        let inside = self.range.0 <= value && value <= self.range.1;
        (inside && (self.unknown.is_empty() || !self.is_unknown(field))).then_some(value)
    }

    #[cold]
    fn is_unknown(&self, field: &[u8]) -> bool {
        std::str::from_utf8(field).is_ok_and(|field| self.unknown.iter().any(|u| texts::equal(u, field)))
    }
}
