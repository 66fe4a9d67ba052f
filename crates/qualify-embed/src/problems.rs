//! What is wrong, as data that serialises.

use crate::Refusal;
use serde_json::{Value as Json, json};

/// A refusal as JSON: its kind (`model`, `data`, `file` or `argument`), its text, and the messages or problems
/// behind it.
pub fn problems(refusal: &Refusal) -> Json {
    let text = refusal.to_string();
    match refusal {
        Refusal::Model(mistakes) => {
            // it was written as JSON a moment ago
            let diagnostics: Json = serde_json::from_str(&mistakes.to_json()).unwrap_or_default();
            json!({ "kind": "model", "message": text, "diagnostics": diagnostics })
        }
        Refusal::Data(errors) => json!({ "kind": "data", "message": text, "problems": errors.groups }),
        Refusal::File(_) => json!({ "kind": "file", "message": text }),
        Refusal::Argument(_) => json!({ "kind": "argument", "message": text }),
    }
}
