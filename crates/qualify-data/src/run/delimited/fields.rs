//! One column of facts out of the fields of rows of delimited text.
//!
//! Usual spellings of numbers and times are read straight from their bytes; of all other values each different
//! text is decided once. The decision is always the [`Converter`]'s: here is only what gives the same faster.

use crate::cell::Cell;
use crate::convert::{Converter, Reading};
use crate::run::rows::units as units_of;
use crate::run::texts::Texts;
use crate::run::typed::{Found, NO_SOURCE};
use crate::table::scan::{Moments, Rows, Words, decimal, plain, text};
use qualify_model::{Column, NumberKind, Type, UNKNOWN, Value, text as texts};
use std::ops::Range;

/// Reads one attribute, or the properties of events that share a column.
pub(super) struct FieldReader<'a> {
    sources: Vec<Source<'a>>,
    texts: Texts,
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
    /// The units or the place in the dictionary, or 0 and 2 for no and yes; none is unknown.
    value: Option<i64>,
    /// There is something to say about it.
    odd: bool,
}

impl<'a> FieldReader<'a> {
    /// A reader of values that come from no column yet.
    pub fn new(texts: Texts) -> FieldReader<'a> {
        FieldReader { sources: Vec::new(), texts }
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

    /// How many columns values may come from.
    pub fn sources(&self) -> usize {
        self.sources.len()
    }

    /// Appends the values of some rows; `which` has for each the number of its source, or [`NO_SOURCE`]. Without
    /// it, all come from the first. Rows of what is found are counted from the first.
    pub fn append(
        &mut self,
        rows: &Rows,
        range: Range<usize>,
        which: Option<&[u8]>,
        out: &mut Column,
        found: &mut Vec<Found>,
    ) {
        let start = range.start;
        match which {
            None => {
                let Some(source) = self.sources.first_mut() else {
                    return range.for_each(|_| push(out, None));
                };
                for row in range {
                    let field = rows.field(row, source.column);
                    push(out, source.value(field, &mut self.texts, row - start, found));
                }
            }
            Some(which) => {
                for (row, number) in range.zip(which) {
                    let Some(source) = self.sources.get_mut(usize::from(*number)) else {
                        push(out, None);
                        continue;
                    };
                    let field = rows.field(row, source.column);
                    push(out, source.value(field, &mut self.texts, row - start, found));
                }
            }
        }
    }

    /// Gives a finished column the dictionary that its codes are places in.
    pub fn finish(&mut self, out: &mut Column) {
        self.texts.share(out);
    }

    /// Forgets texts that are so many and so different that remembering them does not pay; `rows` were read with
    /// them.
    pub fn forget(&mut self, rows: usize) {
        let words: usize = self.sources.iter().map(|s| s.words.len()).sum();
        let bytes: usize = self.sources.iter().map(|s| s.words.bytes()).sum();
        if words > MANY || bytes > LONG || words > FEW && words > rows / 4 {
            for source in &mut self.sources {
                source.words.clear();
                source.meanings.clear();
            }
            self.texts.clear();
        }
    }
}

/// Bytes of texts that are remembered at most, about.
const LONG: usize = 4 << 20;

/// Texts that are remembered in any case, and at most.
const FEW: usize = 1 << 10;
const MANY: usize = 1 << 16;

/// Appends a value, as [`Meaning::value`] has it.
#[inline]
fn push(out: &mut Column, value: Option<i64>) {
    match out {
        Column::YesNo(values) => values.push(value.map_or(1, |v| v as u8)),
        Column::Number { values, known } => {
            if value.is_none() && known.is_none() {
                *known = Some(vec![1; values.len()]);
            }
            if let Some(known) = known {
                known.push(u8::from(value.is_some()));
            }
            values.push(value.unwrap_or_default());
        }
        Column::Text { codes, .. } | Column::List { codes, .. } => {
            codes.push(value.map_or(UNKNOWN, |v| v as u32));
        }
    }
}

impl Source<'_> {
    #[inline]
    fn value(&mut self, field: &[u8], texts: &mut Texts, row: usize, found: &mut Vec<Found>) -> Option<i64> {
        if field.is_empty() {
            return None;
        }
        if let Quick::No = self.quick {
            let (number, new) = self.words.number(field);
            if new {
                let reading = self.converter.judged(&Cell::Text(&text(field)));
                let odd = reading.trouble.is_some();
                self.meanings.push(Meaning { value: units(reading, texts), odd });
            }
            let meaning = self.meanings[number];
            if meaning.odd {
                note(self.converter.judged(&Cell::Text(&text(field))), row, found);
            }
            return meaning.value;
        }
        match self.quick.value(field) {
            Some(value) => Some(value),
            None => self.unusual(field, texts, row, found),
        }
    }

    /// A number or time in an unusual spelling or in quotation marks, or none at all.
    #[cold]
    fn unusual(
        &mut self,
        field: &[u8],
        texts: &mut Texts,
        row: usize,
        found: &mut Vec<Found>,
    ) -> Option<i64> {
        let quoted = if field[0] == b'"' { self.quick.value(&plain(field)) } else { None };
        if quoted.is_some() {
            return quoted;
        }
        let reading = self.converter.read(&Cell::Text(&text(field)));
        if reading.trouble.is_some() {
            note(reading.clone(), row, found);
        }
        units(reading, texts)
    }
}

#[cold]
fn note(reading: Reading, row: usize, found: &mut Vec<Found>) {
    found.extend(reading.trouble.map(|trouble| Found { row, trouble }));
}

/// What a column holds of a value.
fn units(reading: Reading, texts: &mut Texts) -> Option<i64> {
    Some(match reading.value? {
        Value::Text(text) | Value::Stage(text) => i64::from(texts.text(&text)),
        Value::List(list) => i64::from(texts.list(&list)),
        Value::YesNo(yes) => 2 * i64::from(yes),
        other => units_of(&other)?,
    })
}

impl<'a> Quick<'a> {
    fn of(converter: &Converter<'a>) -> Quick<'a> {
        let range = converter.range().and_then(|(low, high)| Some((units_of(low)?, units_of(high)?)));
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
