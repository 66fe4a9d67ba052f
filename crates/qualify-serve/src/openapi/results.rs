//! The results of a lead of the model in force, as a schema.

use super::{list, record, text, text_or_null};
use crate::served::Served;
use qualify::typed::Labels;
use qualify::{Cell, Lead};
use serde_json::{Map, Value, json};

/// Name after name as they stand in results, with what may be there.
pub(super) fn schema(served: &Served) -> Value {
    let labels = &served.labels;
    let some = served.with_scorer(|scorer| served.outcome(scorer, &Lead::default(), 0));
    let mut properties = Map::new();
    for (place, (name, cell)) in served.model.results(&some).cells().enumerate() {
        properties.insert(name.to_string(), field(labels, place, name, &cell));
    }
    let required: Vec<String> = properties.keys().cloned().collect();
    let required: Vec<&str> = required.iter().map(String::as_str).collect();
    let mut schema = record(&required, Value::Object(properties));
    schema["description"] = "The columns of a table of results.".into();
    schema
}

/// Of a field at a place: key, status, score, then the named scores, the grades, and what all models have.
fn field(labels: &Labels, place: usize, name: &str, cell: &Cell<'_>) -> Value {
    let first_grade = 3 + labels.scores.len();
    let last_grade = first_grade + labels.grades.len();
    match (place, cell, name) {
        (0, ..) => json!({ "type": "string", "description": "The key." }),
        (1, ..) => json!({ "enum": ["scored", "disqualified", "invalid", "excluded"] }),
        (_, Cell::Points(_), _) => {
            json!({ "type": ["number", "null"], "description": "Points, exact to four decimals." })
        }
        (_, Cell::YesNo(_), _) => json!({ "type": "boolean" }),
        (_, Cell::Instant(_), _) => json!({ "type": ["string", "null"], "format": "date-time" }),
        (place, ..) if (first_grade..last_grade).contains(&place) => {
            one_of(labels.grades[place - first_grade].1.iter())
        }
        (_, _, "stage") => one_of(labels.stages.iter().map(|stage| &stage.name)),
        (_, _, "route") => one_of(labels.routes.iter().map(|route| &route.name)),
        (_, Cell::Texts(_), _) => list(text()),
        (_, Cell::Text(_), _) => text_or_null(),
    }
}

/// One of the names, or none.
fn one_of<'n>(names: impl Iterator<Item = &'n String>) -> Value {
    let names = names.map(|name| Value::from(name.as_str())).chain([Value::Null]);
    json!({ "enum": names.collect::<Vec<_>>() })
}
