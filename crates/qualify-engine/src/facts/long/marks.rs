//! Marks of property values: two values have the same mark if they count as equal. Those that do not have other marks,
//! as good as always: marks of texts and lists are 128 bits made of them.

use super::super::keys::Read;
use qualify_model::{Value, text};
use std::hash::{DefaultHasher, Hasher};

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Mark(pub u128);

impl Mark {
    /// Of a value.
    pub fn of(value: &Read<'_>) -> Mark {
        match value {
            Read::Truth(truth) => Mark::of_units(i64::from(*truth)),
            Read::Number(number) => Mark::of_units(*number),
            Read::Text(text) => Mark::made(&mut |hasher| add_text(text, hasher)),
            Read::List(lists, code) => {
                let list = lists.get(*code as usize).map_or(&[][..], Vec::as_slice);
                Mark::made(&mut |hasher| add_list(list, hasher))
            }
        }
    }

    /// Of a number: each has another one, whose lowest bits depend on all of its bits.
    pub fn of_units(units: i64) -> Mark {
        // the steps of MurmurHash3's finalizer (public domain), which can all be undone
        let mut bits = units as u64;
        bits = (bits ^ bits >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
        bits = (bits ^ bits >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        Mark(u128::from(bits ^ bits >> 33))
    }

    fn made(add: &mut dyn FnMut(&mut DefaultHasher)) -> Mark {
        let mut half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(salt);
            add(&mut hasher);
            u128::from(hasher.finish())
        };
        Mark(half(0) << 64 | half(1))
    }
}

/// Its folded letters, and an end that is no letter.
fn add_text(value: &str, hasher: &mut DefaultHasher) {
    value.trim().chars().for_each(|c| hasher.write_u32(text::fold_char(c) as u32));
    hasher.write_u32(u32::MAX);
}

fn add_list(values: &[Value], hasher: &mut DefaultHasher) {
    hasher.write_usize(values.len());
    for value in values {
        match value {
            Value::Text(value) | Value::Stage(value) => add_text(value, hasher),
            Value::List(values) => add_list(values, hasher),
            Value::YesNo(yes) => hasher.write_i64(i64::from(*yes)),
            Value::Number(units) | Value::Time(units) | Value::Duration(units) => hasher.write_i64(*units),
            Value::Date(day) => hasher.write_i64(i64::from(*day)),
            Value::Word(word) => hasher.write_i64(i64::from(*word)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn text(text: &str) -> Mark {
        Mark::of(&Read::Text(&Arc::from(text)))
    }

    fn list(texts: &[&str]) -> Mark {
        let list = texts.iter().map(|text| Value::Text(Arc::from(*text))).collect();
        Mark::of(&Read::List(&Arc::new(vec![list]), 0))
    }

    #[test]
    fn equal_values_have_one_mark_and_others_have_others() {
        assert_eq!(text("Pricing"), text(" pricing "));
        assert_ne!(text("pricing"), text("pricing2"));
        assert_eq!(list(&["a", "B"]), list(&["A", "b"]));
        for other in [&["ab"][..], &["a"], &["b", "a"], &["a", "b", "b"]] {
            assert_ne!(list(&["a", "b"]), list(other));
        }
        let marks: std::collections::HashSet<Mark> =
            (-500..500).map(|n| Mark::of_units(n * 10_000)).collect();
        assert_eq!(marks.len(), 1000);
        assert_ne!(Mark::of(&Read::Number(0)), Mark::of(&Read::Number(1)));
    }
}
