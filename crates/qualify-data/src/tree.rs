//! JSON as it came: texts and numbers stay where they lie in the request, names stay in a row. Reading a lead from it
//! takes a third of the time that it takes from `serde_json::Value`, most of which is making and dropping maps.

use crate::cell::Cell;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Number, Value};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// A value of JSON, of the text of `'t` where it can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree<'t> {
    /// Nothing known.
    Null,
    /// `true` or `false`.
    YesNo(bool),
    /// A number by its digits.
    Number(Cow<'t, str>),
    /// A text without its escapes.
    Text(Cow<'t, str>),
    /// A list.
    List(Vec<Tree<'t>>),
    /// Names and values; of equal names the last counts.
    Record(Fields<'t>),
}

/// The fields of a record in their order.
pub type Fields<'t> = Vec<(Cow<'t, str>, Tree<'t>)>;

/// The value of that name.
pub fn field<'f, 't>(fields: &'f Fields<'t>, name: &str) -> Option<&'f Tree<'t>> {
    fields.iter().rfind(|(other, _)| other == name).map(|(_, value)| value)
}

/// A name that stands in the record twice.
pub fn repeated<'f>(fields: &'f Fields<'_>) -> Option<&'f str> {
    const FEW: usize = 32; // they are compared with each other sooner than they are hashed
    let twice = |(at, (name, _)): (usize, &'f (Cow<'_, str>, Tree<'_>))| {
        fields[..at].iter().any(|(other, _)| other == name).then_some(name.as_ref())
    };
    if fields.len() <= FEW {
        return fields.iter().enumerate().find_map(twice);
    }
    let mut seen = HashSet::with_capacity(fields.len());
    fields.iter().map(|(name, _)| name.as_ref()).find(|name| !seen.insert(*name))
}

impl<'t> Tree<'t> {
    /// Reads a text; the error says where it is no JSON.
    pub fn parse(text: &'t str) -> Result<Tree<'t>, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// As a cell of a table.
    pub(crate) fn cell(&self) -> Cell<'_> {
        match self {
            Tree::Null => Cell::Missing,
            Tree::YesNo(yes) => Cell::YesNo(*yes),
            Tree::Number(digits) => match digits.parse() {
                Ok(whole) => Cell::Integer(whole),
                Err(_) => Cell::Number(Cow::Borrowed(digits)),
            },
            Tree::Text(text) => Cell::Text(text),
            Tree::List(values) => Cell::List(values.iter().map(Tree::cell).collect()),
            Tree::Record(fields) if fields.is_empty() => Cell::Other("{…}".to_string()),
            Tree::Record(_) => Cell::Other(serde_json::to_string(self).unwrap_or_default()), // it was JSON
        }
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'t> From<&'t Value> for Tree<'t> {
    fn from(value: &'t Value) -> Tree<'t> {
        match value {
            Value::Null => Tree::Null,
            Value::Bool(yes) => Tree::YesNo(*yes),
            Value::Number(number) => Tree::Number(Cow::Borrowed(number.as_str())),
            Value::String(text) => Tree::Text(Cow::Borrowed(text)),
            Value::Array(values) => Tree::List(values.iter().map(Tree::from).collect()),
            Value::Object(fields) => {
                let field = |(name, value): (&'t String, &'t Value)| {
                    (Cow::Borrowed(name.as_str()), Tree::from(value))
                };
                Tree::Record(fields.iter().map(field).collect())
            }
        }
    }
}

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Null => serializer.serialize_unit(),
            Tree::YesNo(yes) => serializer.serialize_bool(*yes),
            Tree::Number(digits) => digits.parse::<Number>().ok().serialize(serializer), // they were a number
            Tree::Text(text) => serializer.serialize_str(text),
            Tree::List(values) => serializer.collect_seq(values),
            Tree::Record(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, value))),
        }
    }
}

/// By which the JSON library hands out the digits of a number: a record with this name alone.
const DIGITS: &str = "$serde_json::private::Number";

impl<'de> Deserialize<'de> for Tree<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Tree<'de>, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// Takes whatever comes.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Tree<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::YesNo(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(Cow::Owned(number.to_string())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Tree<'de>, E> {
        let number = Number::from_f64(number).ok_or_else(|| E::custom("a number that is not finite"))?;
        Ok(Tree::Number(Cow::Owned(number.to_string())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Owned(text.to_string())))
    }

    fn visit_string<E>(self, text: String) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Tree<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            list.push(value);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree<'de>, A::Error> {
        let mut fields = Fields::new();
        // a name is a text, and a text that lies in the request stays there only as a value of this type
        while let Some(name) = map.next_key::<Tree<'de>>()? {
            let Tree::Text(name) = name else { return Err(A::Error::custom("a name that is no text")) };
            let value = map.next_value::<Tree<'de>>()?;
            match value {
                Tree::Text(digits)
                    if name == DIGITS && fields.is_empty() && digits.parse::<Number>().is_ok() =>
                {
                    return Ok(Tree::Number(digits));
                }
                value => fields.push((name, value)),
            }
        }
        Ok(Tree::Record(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_the_library_reads() {
        for text in [
            r#"{"a":[1,-2.50,1e400,"x","ä\n\u00e4",true,null,{}],"b":{"c":{"d":[]}},"a":3}"#,
            "123456789012345678901234567890.123",
            r#""""#,
            "[[[1]]]",
        ] {
            let tree = Tree::parse(text).expect("JSON");
            let value: Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(serde_json::to_value(&tree).expect("JSON"), value, "{text}");
            let keyed = text.contains("\"a\""); // the library forgets the first of equal names
            assert!(keyed || Tree::from(&value) == tree, "{text}");
        }
        let Ok(Tree::Record(fields)) = Tree::parse(r#"{"a":1,"a":"two"}"#) else { panic!("a record") };
        assert_eq!(field(&fields, "a").and_then(Tree::as_str), Some("two"));
        for wrong in ["", "{", "[1,]", "{\"a\" 1}", "nul", "1 2", "\"\\ud800\"", "{1:2}"] {
            assert!(Tree::parse(wrong).is_err(), "{wrong}");
        }
        assert!(Tree::parse(&"[".repeat(100_000)).is_err(), "too deep");
    }
}
