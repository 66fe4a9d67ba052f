//! Values of params as callers write them.

use crate::Refusal;
use serde_json::Value as Json;

/// Pairs of name and value from a JSON object: texts, numbers, and yes or no.
pub fn params(given: &Json) -> Result<Vec<(String, String)>, Refusal> {
    let wrong = |why: String| Refusal::Argument(format!("params: {why}"));
    let fields = given.as_object().ok_or_else(|| wrong("a JSON object of names and values".to_string()))?;
    let pair = |(name, value): (&String, &Json)| {
        let value = match value {
            Json::String(text) => text.clone(),
            Json::Bool(true) => "yes".to_string(),
            Json::Bool(false) => "no".to_string(),
            Json::Number(number) => number.to_string(),
            _ => return Err(wrong(format!("the value of `{name}` is a text, a number, true or false"))),
        };
        Ok((name.clone(), value))
    };
    fields.iter().map(pair).collect()
}
