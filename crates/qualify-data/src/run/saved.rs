//! Values as bytes, to be put aside and read again by the same run.

use qualify_model::Value;
use std::sync::Arc;

/// Adds a text or nothing.
pub(super) fn put_text(text: Option<&str>, out: &mut Vec<u8>) {
    match text {
        None => out.extend_from_slice(&u32::MAX.to_le_bytes()),
        Some(text) => {
            out.extend_from_slice(&(text.len() as u32).to_le_bytes());
            out.extend_from_slice(text.as_bytes());
        }
    }
}

/// Adds a value or nothing.
pub(super) fn put_value(value: Option<&Value>, out: &mut Vec<u8>) {
    let mut units = |tag: u8, units: i64| {
        out.push(tag);
        out.extend_from_slice(&units.to_le_bytes());
    };
    match value {
        None => out.push(0),
        Some(Value::YesNo(yes)) => out.push(1 + u8::from(*yes)),
        Some(Value::Number(number)) => units(3, *number),
        Some(Value::Time(time)) => units(4, *time),
        Some(Value::Duration(length)) => units(5, *length),
        Some(Value::Date(day)) => units(6, i64::from(*day)),
        Some(Value::Word(word)) => units(7, i64::from(*word)),
        Some(Value::Text(text)) => {
            out.push(8);
            put_text(Some(text), out);
        }
        Some(Value::Stage(text)) => {
            out.push(9);
            put_text(Some(text), out);
        }
        Some(Value::List(values)) => {
            out.push(10);
            out.extend_from_slice(&(values.len() as u32).to_le_bytes());
            values.iter().for_each(|value| put_value(Some(value), out));
        }
    }
}

/// Takes what was put, in the same order. What is not there is nothing: bytes come from the run itself.
pub(super) struct Saved<'b>(pub &'b [u8]);

impl<'b> Saved<'b> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    /// A number of 64 bits.
    pub fn number(&mut self) -> Option<u64> {
        self.bytes().map(u64::from_le_bytes)
    }

    /// A text.
    pub fn text(&mut self) -> Option<&'b str> {
        let length = u32::from_le_bytes(self.bytes()?);
        if length == u32::MAX {
            return None;
        }
        let (text, rest) = self.0.split_at_checked(length as usize)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    /// A value.
    pub fn value(&mut self) -> Option<Value> {
        let [tag] = self.bytes()?;
        Some(match tag {
            1 | 2 => Value::YesNo(tag == 2),
            3..=7 => {
                let units = i64::from_le_bytes(self.bytes()?);
                match tag {
                    3 => Value::Number(units),
                    4 => Value::Time(units),
                    5 => Value::Duration(units),
                    6 => Value::Date(i32::try_from(units).ok()?),
                    _ => Value::Word(u32::try_from(units).ok()?),
                }
            }
            8 => Value::Text(Arc::from(self.text()?)),
            9 => Value::Stage(Arc::from(self.text()?)),
            10 => {
                let length = u32::from_le_bytes(self.bytes()?);
                Value::List((0..length).map(|_| self.value()).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back() {
        let text = |text: &str| Value::Text(text.into());
        let values = [
            None,
            Some(Value::YesNo(true)),
            Some(Value::YesNo(false)),
            Some(Value::Number(i64::MIN)),
            Some(Value::Time(i64::MAX)),
            Some(Value::Duration(-1)),
            Some(Value::Date(i32::MIN)),
            Some(Value::Word(7)),
            Some(text("")),
            Some(Value::Stage("äö".into())),
            Some(Value::List(vec![text("a"), Value::Number(5), Value::List(vec![])])),
        ];
        let mut bytes = Vec::new();
        values.iter().for_each(|value| put_value(value.as_ref(), &mut bytes));
        put_text(None, &mut bytes);
        put_text(Some("end"), &mut bytes);
        let mut saved = Saved(&bytes);
        let found: Vec<_> = values.iter().map(|_| saved.value()).collect();
        assert_eq!(found, values);
        assert_eq!((saved.text(), saved.text(), saved.value()), (None, Some("end"), None));
    }
}
