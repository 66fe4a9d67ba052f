//! One element of an Arrow array as a cell.

use crate::cell::Cell;
use crate::decimal::shortest_single;
use arrow::array::{Array, ArrowNativeTypeOp, AsArray, DictionaryArray, PrimitiveArray};
use arrow::datatypes::*;
use std::borrow::Cow;

const DAY_MILLIS: i64 = 86_400_000;

/// The cell at `row`.
pub(crate) fn cell(array: &dyn Array, row: usize) -> Cell<'_> {
    if array.is_null(row) {
        return Cell::Missing;
    }
    match array.data_type() {
        DataType::Null => Cell::Missing,
        DataType::Boolean => Cell::YesNo(array.as_boolean().value(row)),
        DataType::Utf8 => Cell::Text(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => Cell::Text(array.as_string::<i64>().value(row)),
        DataType::Utf8View => Cell::Text(array.as_string_view().value(row)),
        DataType::Binary => bytes(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => bytes(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => bytes(array.as_binary_view().value(row)),
        DataType::List(_) => list(array.as_list::<i32>().value(row).as_ref()),
        DataType::LargeList(_) => list(array.as_list::<i64>().value(row).as_ref()),
        DataType::FixedSizeList(..) => list(array.as_fixed_size_list().value(row).as_ref()),
        DataType::Dictionary(key, _) => dictionary(array, key, row),
        DataType::Date32 => Cell::Date(array.as_primitive::<Date32Type>().value(row)),
        DataType::Date64 => date_millis(array.as_primitive::<Date64Type>().value(row)),
        DataType::Timestamp(unit, zone) => timestamp(array, row, *unit, zone.is_some()),
        DataType::Duration(unit) => duration(array, row, *unit),
        other => number(array, row, other),
    }
}

fn number<'a>(array: &'a dyn Array, row: usize, ty: &DataType) -> Cell<'a> {
    match ty {
        DataType::Int8 => integer::<Int8Type>(array, row),
        DataType::Int16 => integer::<Int16Type>(array, row),
        DataType::Int32 => integer::<Int32Type>(array, row),
        DataType::Int64 => Cell::Integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::UInt8 => integer::<UInt8Type>(array, row),
        DataType::UInt16 => integer::<UInt16Type>(array, row),
        DataType::UInt32 => integer::<UInt32Type>(array, row),
        DataType::UInt64 => text(array.as_primitive::<UInt64Type>().value(row).to_string()),
        DataType::Float16 => single(array.as_primitive::<Float16Type>().value(row).to_f32()),
        DataType::Float32 => single(array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => Cell::double(array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal32(..) => decimal::<Decimal32Type>(array, row),
        DataType::Decimal64(..) => decimal::<Decimal64Type>(array, row),
        DataType::Decimal128(..) => decimal::<Decimal128Type>(array, row),
        DataType::Decimal256(..) => decimal::<Decimal256Type>(array, row),
        other => Cell::Other(format!("a value of type {other}")),
    }
}

fn text<'a>(number: String) -> Cell<'a> {
    Cell::Number(Cow::Owned(number))
}

fn integer<'a, T: ArrowPrimitiveType>(array: &'a dyn Array, row: usize) -> Cell<'a>
where
    T::Native: Into<i64>,
{
    Cell::Integer(array.as_primitive::<T>().value(row).into())
}

fn single<'a>(value: f32) -> Cell<'a> {
    if value.is_finite() { text(shortest_single(value)) } else { Cell::double(f64::from(value)) }
}

fn decimal<'a, T: DecimalType>(array: &'a dyn Array, row: usize) -> Cell<'a> {
    text(array.as_primitive::<T>().value_as_string(row))
}

/// Older writers do not mark text as text.
fn bytes(bytes: &[u8]) -> Cell<'_> {
    std::str::from_utf8(bytes).map_or_else(|_| Cell::Other("binary data".to_string()), Cell::Text)
}

/// Elements are few; they are copied out of the array that is made for the row.
fn list<'a>(elements: &dyn Array) -> Cell<'a> {
    let cells = (0..elements.len()).map(|i| match cell(elements, i) {
        Cell::Text(text) => Cell::OwnedText(text.to_string()),
        Cell::Missing => Cell::Missing,
        Cell::YesNo(yes) => Cell::YesNo(yes),
        Cell::Integer(n) => Cell::Integer(n),
        Cell::Number(text) => Cell::Number(Cow::Owned(text.into_owned())),
        Cell::NotFinite(name) => Cell::NotFinite(name),
        Cell::Date(days) => Cell::Date(days),
        Cell::Instant(time) => Cell::Instant(time),
        Cell::Local(time) => Cell::Local(time),
        Cell::Duration(length) => Cell::Duration(length),
        Cell::Other(text) => Cell::Other(text),
        Cell::OwnedText(text) => Cell::OwnedText(text),
        Cell::List(_) => Cell::Other("a list of lists".to_string()),
    });
    Cell::List(cells.collect())
}

fn dictionary<'a>(array: &'a dyn Array, key: &DataType, row: usize) -> Cell<'a> {
    match key {
        DataType::Int8 => entry::<Int8Type>(array, row),
        DataType::Int16 => entry::<Int16Type>(array, row),
        DataType::Int32 => entry::<Int32Type>(array, row),
        DataType::Int64 => entry::<Int64Type>(array, row),
        DataType::UInt8 => entry::<UInt8Type>(array, row),
        DataType::UInt16 => entry::<UInt16Type>(array, row),
        DataType::UInt32 => entry::<UInt32Type>(array, row),
        DataType::UInt64 => entry::<UInt64Type>(array, row),
        other => Cell::Other(format!("a dictionary with keys of type {other}")),
    }
}

fn entry<'a, K: ArrowDictionaryKeyType>(array: &'a dyn Array, row: usize) -> Cell<'a> {
    let dictionary: &DictionaryArray<K> = array.as_dictionary();
    match dictionary.key(row) {
        Some(key) if key < dictionary.values().len() => cell(dictionary.values().as_ref(), key),
        _ => Cell::Missing,
    }
}

fn date_millis<'a>(millis: i64) -> Cell<'a> {
    let whole = (millis % DAY_MILLIS == 0).then(|| i32::try_from(millis / DAY_MILLIS).ok()).flatten();
    if let Some(days) = whole {
        return Cell::Date(days);
    }
    millis.checked_mul(1000).map_or_else(too_far, Cell::Local)
}

fn too_far<'a>() -> Cell<'a> {
    Cell::Other("a time beyond the calendar".to_string())
}

fn timestamp<'a>(array: &'a dyn Array, row: usize, unit: TimeUnit, zoned: bool) -> Cell<'a> {
    let micros = match unit {
        TimeUnit::Second => micros::<TimestampSecondType>(array, row, 1_000_000),
        TimeUnit::Millisecond => micros::<TimestampMillisecondType>(array, row, 1000),
        TimeUnit::Microsecond => micros::<TimestampMicrosecondType>(array, row, 1),
        TimeUnit::Nanosecond => {
            Some(array.as_primitive::<TimestampNanosecondType>().value(row).div_euclid(1000))
        }
    };
    micros.map_or_else(too_far, |micros| if zoned { Cell::Instant(micros) } else { Cell::Local(micros) })
}

fn duration<'a>(array: &'a dyn Array, row: usize, unit: TimeUnit) -> Cell<'a> {
    let micros = match unit {
        TimeUnit::Second => micros::<DurationSecondType>(array, row, 1_000_000),
        TimeUnit::Millisecond => micros::<DurationMillisecondType>(array, row, 1000),
        TimeUnit::Microsecond => micros::<DurationMicrosecondType>(array, row, 1),
        TimeUnit::Nanosecond => {
            Some(array.as_primitive::<DurationNanosecondType>().value(row).div_euclid(1000))
        }
    };
    micros.map_or_else(too_far, Cell::Duration)
}

fn micros<T: ArrowPrimitiveType<Native = i64>>(array: &dyn Array, row: usize, unit: i64) -> Option<i64> {
    let array: &PrimitiveArray<T> = array.as_primitive();
    array.value(row).mul_checked(unit).ok()
}
