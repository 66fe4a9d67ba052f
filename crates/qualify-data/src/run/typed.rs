//! Typed columns of a file as columns of facts.
//!
//! The ordinary case is read by tight loops, texts once for each entry of a dictionary. Every value that is odd in
//! any way - outside its range, not finite, spelled like one that means unknown - is read by the [`Converter`],
//! one cell at a time, so that what is said about it has one source.

use super::bits;
use super::texts::Texts;
use crate::cell::Cell;
use crate::clock::in_calendar;
use crate::convert::{Converter, Reading, Trouble};
use crate::table::value_cell;
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, StringArray};
use arrow::datatypes::*;
use qualify_model::{Column, TextKind, Type, UNKNOWN, Value};

/// No source has the value.
pub(super) const NO_SOURCE: u8 = u8::MAX;

/// Reads one attribute, or the properties of events that share a column.
pub(super) struct TypedReader<'a> {
    ty: Type,
    sources: Vec<Source<'a>>,
    pub texts: Texts,
}

/// What is wrong with a value.
pub(super) struct Found {
    /// The row, counted from the first of the batch.
    pub row: usize,
    pub trouble: Box<Trouble>,
}

/// One of the ways that the values of a column come.
struct Source<'a> {
    /// The column of the batch.
    column: usize,
    converter: Converter<'a>,
    /// The least and greatest units that are allowed.
    range: (i64, i64),
    /// Spellings of missing that could be taken for a number or a time, or for yes or no.
    spellings: bool,
    /// Times that name no zone are those of UTC.
    utc: bool,
    /// The dictionary that was seen last, and what its entries mean.
    seen: Option<ArrayRef>,
    meanings: Vec<Meaning>,
}

/// What an entry of a dictionary means.
#[derive(Clone, Copy)]
struct Meaning {
    /// Units, or a place in the dictionary, or 0 and 2 for no and yes.
    value: i64,
    known: bool,
    odd: bool,
}

impl<'a> TypedReader<'a> {
    /// A reader of values that come from no column yet.
    pub fn new(ty: &Type, texts: Texts) -> TypedReader<'a> {
        TypedReader { ty: ty.clone(), sources: Vec::new(), texts }
    }

    /// Adds a column of the batches that values may come from; gives its number among them.
    pub fn add(&mut self, column: usize, converter: Converter<'a>) -> Option<u8> {
        let number = u8::try_from(self.sources.len()).ok().filter(|n| *n != NO_SOURCE)?;
        let bounds = |v: &(Value, Value)| Some((super::rows::units(&v.0)?, super::rows::units(&v.1)?));
        let range = converter.range().and_then(bounds).unwrap_or((i64::MIN, i64::MAX));
        let spellings = match ty_of(&self.ty) {
            Spelled::Number => !converter.numbers_that_are_unknown().is_empty(),
            Spelled::Text => converter.has_spellings(),
        };
        let utc = converter.clock().1.name() == "UTC";
        let (seen, meanings) = (None, Vec::new());
        self.sources.push(Source { column, converter, range, spellings, utc, seen, meanings });
        Some(number)
    }

    /// Appends the values of the rows; `which` has for each the number of its source, or [`NO_SOURCE`]. Without it,
    /// all come from the first.
    pub fn append(
        &mut self,
        columns: &[ArrayRef],
        which: Option<&[u8]>,
        rows: usize,
        out: &mut Column,
        found: &mut Vec<Found>,
    ) {
        match which {
            None => match self.sources.first_mut() {
                Some(source) => source.append(&columns[source.column], &self.ty, &mut self.texts, out, found),
                None => (0..rows).for_each(|_| push(out, None)),
            },
            Some(which) => {
                for (row, number) in which.iter().enumerate() {
                    let Some(source) = self.sources.get_mut(usize::from(*number)) else {
                        push(out, None);
                        continue;
                    };
                    let array = &columns[source.column];
                    let value = source.one(array, row, &self.ty, &mut self.texts, found);
                    push(out, value);
                }
            }
        }
    }

    /// Gives a finished column the dictionary that its codes are places in.
    pub fn finish(&mut self, out: &mut Column) {
        self.texts.share(out);
        if self.sources.iter().all(|s| s.seen.is_none()) {
            self.texts.clear(); // nothing remembers a code
        }
    }
}

/// How values look to those who spell missing ones.
enum Spelled {
    Number,
    Text,
}

fn ty_of(ty: &Type) -> Spelled {
    match ty {
        Type::Number(_) | Type::Date | Type::Time | Type::Duration => Spelled::Number,
        _ => Spelled::Text,
    }
}

/// Appends one value, as [`Meaning::value`] has it.
fn push(out: &mut Column, value: Option<i64>) {
    match out {
        Column::YesNo(values) => values.push(value.map_or(1, |v| v as u8)),
        Column::Number { values, known } => {
            if value.is_none() && known.is_none() {
                *known = Some(vec![1; values.len()]);
            }
            values.push(value.unwrap_or(0));
            if let Some(known) = known {
                known.push(u8::from(value.is_some()));
            }
        }
        Column::Text { codes, .. } | Column::List { codes, .. } => {
            codes.push(value.map_or(UNKNOWN, |v| v as u32));
        }
    }
}

impl Source<'_> {
    /// One value the slow way.
    fn one(
        &mut self,
        array: &ArrayRef,
        row: usize,
        ty: &Type,
        texts: &mut Texts,
        found: &mut Vec<Found>,
    ) -> Option<i64> {
        if array.is_null(row) {
            return None;
        }
        if let Some(coded) = array.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
            self.learn(coded.values(), ty, texts);
            let meaning = self.meanings[coded.keys().value(row) as usize];
            if !meaning.odd {
                return meaning.known.then_some(meaning.value);
            }
        }
        let reading = self.converter.read(&value_cell(array, row));
        let meaning = meaning(&reading, ty, texts);
        if let Some(trouble) = reading.trouble {
            found.push(Found { row, trouble });
        }
        meaning.known.then_some(meaning.value)
    }

    fn append(
        &mut self,
        array: &ArrayRef,
        ty: &Type,
        texts: &mut Texts,
        out: &mut Column,
        found: &mut Vec<Found>,
    ) {
        if let Some(coded) = array.as_any().downcast_ref::<DictionaryArray<Int32Type>>() {
            return self.coded(array, coded, ty, texts, out, found);
        }
        let start = out.len();
        let quick = match (ty, &mut *out, array.data_type()) {
            (Type::Number(kind), Column::Number { values, known }, DataType::Float64) => {
                !self.spellings && {
                    let array = array.as_primitive::<Float64Type>();
                    bits::known(array.nulls(), array.len(), values.len(), known);
                    let factor = 10f64.powi(kind.decimals() as i32);
                    let odd = super::units::doubles(array.values(), factor, self.range, values);
                    self.mend(array, &odd, start, ty, texts, out, found);
                    true
                }
            }
            (Type::YesNo, Column::YesNo(values), DataType::Boolean) if !self.spellings => {
                let array = array.as_boolean();
                bits::truths(array.values(), array.nulls(), values);
                true
            }
            (Type::Text(kind), Column::Text { codes, .. }, DataType::Utf8) if !self.spellings => {
                self.plain(array.as_string(), *kind, texts, codes, found);
                true
            }
            (_, Column::Number { values, known }, _) if !self.spellings => {
                match self.whole(array, ty, values) {
                    Some(odd) => {
                        bits::known(array.nulls(), array.len(), start, known);
                        self.mend(array, &odd, start, ty, texts, out, found);
                        true
                    }
                    None => false,
                }
            }
            _ => false,
        };
        if !quick {
            for row in 0..array.len() {
                let value = self.one(array, row, ty, texts, found);
                push(out, value);
            }
        }
    }

    /// Texts that are mostly different, and mostly as they should be.
    fn plain(
        &mut self,
        array: &StringArray,
        kind: TextKind,
        texts: &mut Texts,
        codes: &mut Vec<u32>,
        found: &mut Vec<Found>,
    ) {
        codes.reserve(array.len());
        for row in 0..array.len() {
            if array.is_null(row) {
                codes.push(UNKNOWN);
                continue;
            }
            let text = array.value(row);
            if is_plain(text.as_bytes(), kind) {
                codes.push(texts.text_of(text));
                continue;
            }
            let reading = self.converter.judged(&Cell::Text(text));
            let meaning = meaning(&reading, &Type::Text(kind), texts);
            if let Some(trouble) = reading.trouble {
                found.push(Found { row, trouble });
            }
            codes.push(if meaning.known { meaning.value as u32 } else { UNKNOWN });
        }
    }

    /// Numbers and times that only need a factor. Appends them all, unknown ones as anything, and gives the rows
    /// that are not what they seem; none if the type needs more than a factor.
    fn whole(&self, array: &ArrayRef, ty: &Type, out: &mut Vec<i64>) -> Option<Vec<usize>> {
        use super::units::integers;
        let factor = match ty {
            Type::Number(kind) => 10i64.pow(kind.decimals()),
            _ => 1,
        };
        let range = self.range;
        Some(match (ty, array.data_type()) {
            (Type::Number(_), DataType::Int64) => {
                integers(array.as_primitive::<Int64Type>().values(), factor, range, out)
            }
            (Type::Number(_), DataType::Int32) => {
                integers(array.as_primitive::<Int32Type>().values(), factor, range, out)
            }
            (Type::Number(_), DataType::Int16) => {
                integers(array.as_primitive::<Int16Type>().values(), factor, range, out)
            }
            (Type::Number(_), DataType::Int8) => {
                integers(array.as_primitive::<Int8Type>().values(), factor, range, out)
            }
            (Type::Number(_), DataType::UInt32) => {
                integers(array.as_primitive::<UInt32Type>().values(), factor, range, out)
            }
            (Type::Date, DataType::Date32) => {
                let range = (range.0.max(-719_162), range.1.min(2_932_896)); // the years 1 to 9999
                integers(array.as_primitive::<Date32Type>().values(), 1, range, out)
            }
            (Type::Time, DataType::Timestamp(unit, zone)) if zone.is_some() || self.utc => {
                return instants(array, *unit, range, out);
            }
            _ => return None,
        })
    }

    /// Reads the odd rows of a batch again, the slow way, and clears the unknown ones.
    #[allow(clippy::too_many_arguments)] // those of `append`, and where it stands
    fn mend(
        &mut self,
        array: &dyn Array,
        odd: &[usize],
        start: usize,
        ty: &Type,
        texts: &mut Texts,
        out: &mut Column,
        found: &mut Vec<Found>,
    ) {
        let known = |out: &Column, row: usize| match out {
            Column::Number { known: Some(known), .. } => known[start + row] != 0,
            _ => true,
        };
        for row in odd.iter().copied() {
            if !known(out, row) {
                continue;
            }
            let reading = self.converter.read(&value_cell(array, row));
            let meaning = meaning(&reading, ty, texts);
            if let Some(trouble) = reading.trouble {
                found.push(Found { row, trouble });
            }
            let Column::Number { values, known } = out else { continue };
            values[start + row] = meaning.value;
            if !meaning.known {
                let length = values.len();
                known.get_or_insert_with(|| vec![1; length])[start + row] = 0;
            }
        }
        if let Column::Number { values, known: Some(known) } = out {
            values[start..].iter_mut().zip(&known[start..]).for_each(|(v, k)| *v &= -i64::from(*k));
        }
    }

    /// What the entries of a dictionary mean, unless it is the one of last time.
    fn learn(&mut self, values: &ArrayRef, ty: &Type, texts: &mut Texts) {
        // the dictionary is held, so that no other can come to lie at its place
        if self.seen.as_ref().is_some_and(|seen| same(seen, values)) {
            return;
        }
        self.seen = Some(values.clone());
        self.meanings.clear();
        for row in 0..values.len() {
            let reading = self.converter.judged(&value_cell(values, row));
            self.meanings.push(meaning(&reading, ty, texts));
        }
    }

    fn coded(
        &mut self,
        array: &ArrayRef,
        coded: &DictionaryArray<Int32Type>,
        ty: &Type,
        texts: &mut Texts,
        out: &mut Column,
        found: &mut Vec<Found>,
    ) {
        self.learn(coded.values(), ty, texts);
        let keys = coded.keys();
        let (start, length) = (out.len(), keys.len());
        let plain = keys.null_count() == 0;
        let unknown = Meaning { value: 0, known: false, odd: false };
        let of = |row: usize, key: i32| {
            if plain || keys.is_valid(row) {
                self.meanings.get(key as usize).copied().unwrap_or(unknown)
            } else {
                unknown
            }
        };
        let mut odd = false;
        let entries = keys.values().iter().enumerate().map(|(row, key)| of(row, *key));
        match out {
            Column::Text { codes, .. } | Column::List { codes, .. } => {
                codes.extend(entries.map(|m| {
                    odd |= m.odd;
                    if m.known { m.value as u32 } else { UNKNOWN }
                }));
            }
            Column::YesNo(values) => values.extend(entries.map(|m| {
                odd |= m.odd;
                if m.known { m.value as u8 } else { 1 }
            })),
            Column::Number { values, known } => {
                let known = known.get_or_insert_with(|| vec![1; start]);
                for m in entries {
                    odd |= m.odd;
                    values.push(m.value);
                    known.push(u8::from(m.known));
                }
            }
        }
        if odd {
            for row in (0..length).filter(|row| keys.is_valid(*row)) {
                if !self.meanings[keys.value(row) as usize].odd {
                    continue;
                }
                if let Some(trouble) = self.converter.read(&value_cell(array, row)).trouble {
                    found.push(Found { row, trouble });
                }
            }
        }
    }
}

/// Visible ASCII, and an address where it must be one: nothing about it can be odd.
fn is_plain(text: &[u8], kind: TextKind) -> bool {
    let visible = match kind {
        TextKind::Email | TextKind::Url => text.iter().all(|b| (0x21..0x7f).contains(b)),
        _ => {
            let mut ends = text.first().into_iter().chain(text.last());
            ends.all(|b| (0x21..0x7f).contains(b)) && text.is_ascii()
        }
    };
    let at = || text.iter().rposition(|b| *b == b'@').is_some_and(|at| at > 0 && at + 1 < text.len());
    !text.is_empty() && visible && (kind != TextKind::Email || at())
}

/// Whether two dictionaries are one.
pub(super) fn same(a: &ArrayRef, b: &ArrayRef) -> bool {
    let ends = |array: &ArrayRef| {
        let texts = array.as_any().downcast_ref::<StringArray>()?;
        Some((texts.value_offsets().as_ptr(), texts.values().as_ptr(), texts.len()))
    };
    ends(a).is_some_and(|a| Some(a) == ends(b))
}

fn instants(array: &ArrayRef, unit: TimeUnit, range: (i64, i64), out: &mut Vec<i64>) -> Option<Vec<usize>> {
    use super::units::integers;
    // the first and the last instant that the calendar has
    let last = jiff::Timestamp::MAX.as_microsecond();
    let first =
        qualify_model::calendar::day_of_date(1, 1, 2).map_or(0, |day| i64::from(day) * 86_400_000_000);
    debug_assert!(in_calendar(first).is_some() && in_calendar(last).is_some());
    let range = (range.0.max(first), range.1.min(last));
    Some(match unit {
        TimeUnit::Microsecond => {
            integers(array.as_primitive::<TimestampMicrosecondType>().values(), 1, range, out)
        }
        TimeUnit::Millisecond => {
            integers(array.as_primitive::<TimestampMillisecondType>().values(), 1000, range, out)
        }
        TimeUnit::Second => {
            integers(array.as_primitive::<TimestampSecondType>().values(), 1_000_000, range, out)
        }
        TimeUnit::Nanosecond => return None,
    })
}

/// The reading as a column holds it.
fn meaning(reading: &Reading, ty: &Type, texts: &mut Texts) -> Meaning {
    let value = reading.value.as_ref().and_then(|value| match value {
        Value::Text(text) | Value::Stage(text) => Some(i64::from(texts.text(text))),
        Value::List(list) => Some(i64::from(texts.list(list))),
        Value::YesNo(yes) => Some(2 * i64::from(*yes)),
        other => super::rows::units(other),
    });
    debug_assert!(value.is_none() || *ty != Type::YesNo || value != Some(1));
    Meaning { value: value.unwrap_or(0), known: value.is_some(), odd: reading.trouble.is_some() }
}
