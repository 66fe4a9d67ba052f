//! The key of a delivery that is a typed value, as text: what a file with the same value gives.
//!
//! Not in here: keys that come as text. They count as they came, `007` is another key than `7`.

use qualify_model::{NumberKind, Schema, Type, Value, calendar, exact};

/// The text of a value that is the key of a delivery, without white space around it; none if that is empty, and for lists.
pub(crate) fn delivery_key(schema: &Schema, ty: &Type, value: &Value) -> Option<String> {
    let text = match (value, ty) {
        (Value::Text(text) | Value::Stage(text), _) => text.trim().to_owned(),
        (Value::YesNo(yes), _) => yes.to_string(),
        (Value::Number(units), Type::Number(kind)) => {
            exact::format(i128::from(*units), NumberKind::decimals(*kind))
        }
        (Value::Number(units), _) => units.to_string(),
        (Value::Word(word), Type::OneOf(id)) => {
            let words = schema.vocabularies.get(id.index()).map(|vocabulary| &vocabulary.words);
            words.and_then(|words| words.get(*word as usize))?.name.trim().to_owned()
        }
        (Value::Word(_) | Value::List(_), _) => return None,
        (Value::Date(day), _) => calendar::format_day(*day),
        (Value::Time(time), _) => calendar::format_instant(*time),
        (Value::Duration(length), _) => format!("{}s", exact::format(i128::from(*length), 6)),
    };
    (!text.is_empty()).then_some(text)
}
