//! Values of lists: how they compare, and when they count as equal.

use super::order::{compare_lists, compare_texts};
use qualify_model::{Value, text};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// An order of all values of one type: by size; texts by their folded form, then as they came.
pub(crate) fn total_order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Text(a) | Value::Stage(a), Value::Text(b) | Value::Stage(b)) => compare_texts(a, b),
        (Value::List(a), Value::List(b)) => compare_lists(a, b),
        _ => units(a).cmp(&units(b)),
    }
}

/// Whether values of one type count as equal: texts if they fold to the same.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Text(a) | Value::Stage(a), Value::Text(b) | Value::Stage(b)) => text::equal(a, b),
        (Value::List(a), Value::List(b)) => same_lists(a, b),
        _ => units(a) == units(b),
    }
}

/// Whether lists of one type count as equal.
pub(crate) fn same_lists(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// Equal for texts that fold to the same.
pub(crate) fn hash_text(value: &str, into: &mut impl Hasher) {
    value.trim().chars().for_each(|c| into.write_u32(text::fold_char(c) as u32));
    into.write_u8(0);
}

/// Equal for lists that count as equal.
pub(crate) fn hash_list(values: &[Value], into: &mut impl Hasher) {
    for value in values {
        match value {
            Value::Text(value) | Value::Stage(value) => hash_text(value, into),
            Value::List(values) => hash_list(values, into),
            other => units(other).hash(into),
        }
    }
    values.len().hash(into);
}

fn units(value: &Value) -> i64 {
    match value {
        Value::YesNo(yes) => *yes as i64,
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => *units,
        Value::Date(day) => *day as i64,
        Value::Word(word) => *word as i64,
        Value::Text(_) | Value::Stage(_) | Value::List(_) => 0, // never beside values that have units
    }
}
