//! The shapes that the operations speak of.

use super::{list, operations, record, reference, results, text, text_or_null};
use crate::served::Served;
use serde_json::{Map, Value, json};

/// All, by their names.
pub(super) fn all(served: &Served) -> Map<String, Value> {
    let reader = served.model.lead_reader();
    let mut lead = reader.lead_schema(&reference("Event"));
    lead["description"] = "The key of the lead, its attributes under their paths, as one name or in records, and its \
                           events. What is not there is unknown. Texts that hold a number are read as that, too."
        .into();
    let mut event = reader.event_schema();
    event["description"] =
        "The type, the time, and the properties by their names. A field `type` names the type, \
                            too."
            .into();
    let mut all = Map::new();
    let mut add = |name: &str, schema: Value| all.insert(name.to_string(), schema);
    add("Lead", lead);
    add("Event", event);
    for (name, schema) in operations::asked() {
        add(name, schema);
    }
    add("Result", results::schema(served));
    add("Scored", scored("result", reference("Result")));
    add("ScoredMany", scored("results", list(reference("Result"))));
    add("Explained", explained());
    add("Checked", checked());
    add("Model", model());
    add("DataProblem", data_problem());
    add("Problem", problem());
    all
}

fn scored(name: &str, result: Value) -> Value {
    let mut warnings = list(reference("DataProblem"));
    warnings["description"] =
        "Values outside what the schema allows, the first ten: they count as unknown.".into();
    let count = json!({ "type": "integer", "description": "How many warnings there are." });
    let properties = json!({ "model": text(), "as_of": text(), name: result, "warnings": warnings, "warning_count": count });
    record(&["model", "as_of", name], properties)
}

fn explained() -> Value {
    let about = "Status, scores with their lines, stage and route. Points are texts of exact decimals; the points of \
                 the lines of a score sum to it. Instants are microseconds since 1970.";
    let explanation = json!({
        "type": "object", "description": about, "required": ["lead", "as_of", "status", "score", "scores"],
    });
    record(&["model", "explanation"], json!({ "model": text(), "explanation": explanation }))
}

fn checked() -> Value {
    let about = "All messages about the files: code, severity, place, sentence and fix.";
    json!({ "type": "object", "description": about, "required": ["diagnostics"] })
}

fn model() -> Value {
    let names = || list(text());
    let fields = json!({
        "model": { "type": "string", "description": "The digest of model, lists and params." },
        "language": { "type": "integer" },
        "timezone": text(),
        "version": text(),
        "loaded_at": text(),
        "refused": { "type": ["string", "null"], "description": "Why newer files are not served." },
        "inputs": { "type": "object" },
        "scores": names(),
        "grades": { "type": "object" },
        "stages": names(),
        "segments": names(),
        "routes": names(),
    });
    let required: Vec<&str> =
        fields.as_object().into_iter().flat_map(Map::keys).map(String::as_str).collect();
    record(&required, fields.clone())
}

fn data_problem() -> Value {
    json!({
        "type": "object",
        "required": ["code", "file", "message"],
        "properties": {
            "code": { "type": "string", "examples": ["D0807"] },
            "file": { "type": "string", "description": "Where: `lead`, `leads[3]`, or a table." },
            "row": { "type": ["integer", "null"] },
            "column": text_or_null(),
            "value": text_or_null(),
            "message": text(),
            "help": text_or_null(),
        },
    })
}

fn problem() -> Value {
    let problems = list(reference("DataProblem"));
    let integer = json!({ "type": "integer" });
    let fields = json!({ "title": text(), "status": integer, "detail": text(), "problems": problems });
    let mut schema = record(&["title", "status", "detail"], fields);
    schema["description"] = "As RFC 9457 has it.".into();
    schema
}
