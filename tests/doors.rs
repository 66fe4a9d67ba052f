//! Cases of the corpus for every door: leads as JSON, and the results that the reference interpreter gives.
//!
//! Not in here: going through a door; each binding does that in its own language.

use crate::case::Case;
use crate::trial::scenes;
use qualify::Model;
use qualify_model::calendar::{format_day, format_instant};
use qualify_model::{Event, Lead, Schema, Type, Value, exact};
use qualify_reference::Interpreter;
use serde_json::{Map, Value as Json, json};
use std::path::Path;
use tempfile::TempDir;

/// A case as JSON.
pub enum Put {
    /// Its files, and its leads with their results.
    Case {
        /// `name`, `files`, `params`, `leads`.
        json: Json,
        /// Leads that JSON cannot say, such as instants beyond the year 9999.
        unsaid: usize,
    },
    /// It has no model, or no leads.
    Nothing,
}

/// The case with the results of its leads.
pub fn put(case: &Case) -> Put {
    let Some((typed, scenes)) = scenes(case) else { return Put::Nothing };
    let model = Model::from(typed.clone());
    let (mut leads, mut unsaid) = (Vec::new(), 0);
    for (lead, as_of) in scenes {
        let json = lead_json(&typed.schema, &lead);
        // what does not come back as it was cannot be said in JSON
        let read = model.lead_reader().read(&json);
        if read.is_ok_and(|read| read.lead == lead && read.duplicates == 0) {
            let outcome = Interpreter::new(&typed, as_of).score(&lead);
            let results = model.results(&outcome);
            leads.push(json!({ "lead": json, "as_of": format_instant(as_of), "results": results }));
        } else {
            unsaid += 1;
        }
    }
    if leads.is_empty() && unsaid == 0 {
        return Put::Nothing;
    }
    let own = [("shared.qualify", &case.shared), ("case.qualify", &case.rules)];
    let own = own.into_iter().map(|(name, text)| (name.to_string(), text.clone()));
    let files: Map<String, Json> =
        own.chain(case.files.iter().cloned()).map(|(name, text)| (name, text.into())).collect();
    let params: Map<String, Json> = case.params.iter().cloned().map(|(n, v)| (n, v.into())).collect();
    let json = json!({ "name": case.name, "files": files, "params": params, "leads": leads });
    Put::Case { json, unsaid }
}

/// The files of a case in a folder of its own, as a project.
pub fn folder(case: &Json) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder for the case");
    for (name, text) in case["files"].as_object().into_iter().flatten() {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder in it");
        std::fs::write(path, text.as_str().unwrap_or_default()).expect("a file in it");
    }
    let manifest = "model = [\"shared.qualify\", \"case.qualify\"]\n[[leads]]\nfiles = \"none.csv\"\n";
    std::fs::write(folder.path().join("qualify.toml"), manifest).expect("a file in it");
    folder
}

fn lead_json(schema: &Schema, lead: &Lead) -> Json {
    let mut fields = Map::new();
    fields.insert(schema.lead_key.clone(), lead.key.clone().into());
    for (attribute, value) in schema.attributes.iter().zip(&lead.attributes) {
        if let Some(value) = value {
            fields.insert(attribute.path(), value_json(schema, &attribute.ty, value));
        }
    }
    let events = lead.events.iter().map(|event| event_json(schema, event));
    fields.insert("events".into(), events.collect());
    Json::Object(fields)
}

fn event_json(schema: &Schema, event: &Event) -> Json {
    let kind = schema.event(event.kind);
    let mut fields = Map::new();
    fields.insert("event".into(), kind.name.clone().into());
    fields.insert("time".into(), format_instant(event.time).into());
    if let Some(received) = event.received {
        fields.insert("received".into(), format_instant(received).into());
    }
    for (property, value) in kind.properties.iter().zip(&event.properties) {
        if let Some(value) = value {
            fields.insert(property.name.clone(), value_json(schema, &property.ty, value));
        }
    }
    Json::Object(fields)
}

fn value_json(schema: &Schema, ty: &Type, value: &Value) -> Json {
    match (value, ty) {
        (Value::YesNo(yes), _) => Json::Bool(*yes),
        (Value::Number(units), Type::Number(kind)) => {
            exact::format(i128::from(*units), kind.decimals()).parse().map_or(Json::Null, Json::Number)
        }
        (Value::Number(units), _) => json!(units),
        (Value::Text(text), _) | (Value::Stage(text), _) => Json::String(text.to_string()),
        (Value::Date(day), _) => format_day(*day).into(),
        (Value::Time(time), _) => format_instant(*time).into(),
        (Value::Duration(length), _) => format!("{}s", exact::format(i128::from(*length), 6)).into(),
        (Value::Word(word), Type::OneOf(id)) => {
            let word = schema.vocabulary(*id).words.get(*word as usize);
            word.map_or(Json::Null, |word| word.name.clone().into())
        }
        (Value::List(values), Type::List(of)) => values.iter().map(|v| value_json(schema, of, v)).collect(),
        (Value::Word(_) | Value::List(_), _) => Json::Null,
    }
}
