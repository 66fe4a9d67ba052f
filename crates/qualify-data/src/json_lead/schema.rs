//! What the reader takes, as a JSON Schema: what is valid by it can be read. More can be read: texts that hold numbers,
//! and empty texts for what is unknown, as files have them.

use super::LeadReader;
use crate::convert::scalar::show;
use qualify_model::{Attribute, EventType, NumberKind, TextKind, Type};
use serde_json::{Map, Value as Json, json};

/// Key or delivery: some sign that is no white space.
const KEY: &str = r"^[^\s]+$";

/// Numbers beyond it lose digits where they are read as floats.
const LARGEST_INTEGER: i64 = (1 << 53) - 1;

impl LeadReader {
    /// Of a lead whose events are as `event` says.
    pub fn lead_schema(&self, event: &Json) -> Json {
        let mut fields = Map::new();
        for name in self.names.keys() {
            let about = "The key of the lead.";
            let key = json!({ "type": ["string", "integer"], "pattern": KEY, "description": about });
            fields.insert(name.to_string(), key);
        }
        for (name, place) in self.names.attributes() {
            self.add(&mut fields, name, &self.schema.attributes[place]);
        }
        fields.insert("events".into(), json!({ "type": ["array", "null"], "items": event }));
        record(fields, &[])
    }

    /// The attribute under its name and, where that is a path, in records.
    fn add(&self, fields: &mut Map<String, Json>, name: &str, attribute: &Attribute) {
        let path = attribute.path();
        let mut value = self.attribute_schema(attribute);
        let about = if name == path { about(attribute) } else { format!("The same as `{path}`.") };
        value["description"] = about.into();
        if self.names.is_key(name) {
            value["pattern"] = KEY.into();
            fields.insert(name.to_string(), value);
            return;
        }
        fields.insert(name.to_string(), nullable(value.clone()));
        let (mut inner, mut rest) = (fields, name);
        while let (true, Some((part, behind))) = (name == path, rest.split_once('.')) {
            let group = inner.entry(part).or_insert_with(|| nullable(record(Map::new(), &[])));
            let Some(Json::Object(found)) = group.get_mut("properties") else { return };
            (inner, rest) = (found, behind);
        }
        if rest != name {
            inner.insert(rest.to_string(), nullable(value));
        }
    }

    /// Of an event, of any type.
    pub fn event_schema(&self) -> Json {
        let of: Vec<Json> = self.schema.events.iter().map(|event| self.one_event(event)).collect();
        match of.is_empty() {
            true => json!({ "description": "The schema has no events.", "not": {} }),
            false => json!({ "oneOf": of }),
        }
    }

    fn one_event(&self, event: &EventType) -> Json {
        let mut fields = Map::new();
        let time = json!({
            "type": "string", "format": "date-time",
            "description": "When it happened. A day, or a time that names no zone, is meant in UTC.",
        });
        let known = json!({
            "type": ["string", "null"], "format": "date-time", "description": "When it became known.",
        });
        fields.insert("received".into(), known.clone());
        if let Some(name) = &event.received {
            fields.insert(name.clone(), known);
        }
        if let Some(name) = &event.key {
            let about = "The key of the delivery: of events with equal keys one is kept.";
            fields
                .insert(name.clone(), json!({ "type": ["string", "integer", "null"], "description": about }));
        }
        for property in &event.properties {
            for name in property.from.iter().chain([&property.name]) {
                fields.insert(name.clone(), nullable(self.attribute_schema(property)));
            }
        }
        let names: Vec<&String> = std::iter::once(&event.name).chain(&event.from).collect();
        fields.insert("event".into(), json!({ "enum": names, "description": "Its type." }));
        fields.insert("time".into(), time);
        record(fields, &["event", "time"])
    }

    fn attribute_schema(&self, attribute: &Attribute) -> Json {
        let mut schema = self.value_schema(&attribute.ty);
        if let (Type::Number(kind), Some((low, high))) = (&attribute.ty, &attribute.range) {
            for (name, end) in [("minimum", low), ("maximum", high)] {
                // decimal digits are a number
                schema[name] = show(end, kind.decimals()).parse().map_or(Json::Null, Json::Number);
            }
        }
        schema
    }

    fn value_schema(&self, ty: &Type) -> Json {
        match ty {
            Type::YesNo => json!({ "type": "boolean" }),
            Type::Number(kind) => number(*kind),
            Type::Text(TextKind::Email) => json!({ "type": "string", "format": "email" }),
            Type::Text(TextKind::Url) => json!({ "type": "string", "format": "uri" }),
            Type::Text(TextKind::Domain) => json!({ "type": "string", "format": "hostname" }),
            Type::Text(TextKind::Plain) | Type::Stage => json!({ "type": "string" }),
            Type::Date => json!({ "type": "string", "format": "date" }),
            Type::Time => json!({ "type": "string", "format": "date-time" }),
            Type::Duration => {
                json!({ "type": "string", "pattern": "^[0-9]{1,6}(ms|s|min|h|d|w)$", "examples": ["90s", "2h"] })
            }
            Type::OneOf(id) => {
                let words = self.schema.vocabulary(*id).words.iter();
                json!({ "enum": words.map(|word| &word.name).collect::<Vec<_>>() })
            }
            Type::List(of) => json!({ "type": "array", "items": self.value_schema(of) }),
        }
    }
}

/// What there is to say of an attribute.
fn about(attribute: &Attribute) -> String {
    let mut words = Vec::new();
    if attribute.required {
        words.push("Without it the lead is invalid.");
    }
    if attribute.personal {
        words.push("Personal.");
    }
    words.join(" ")
}

fn record(fields: Map<String, Json>, required: &[&str]) -> Json {
    let mut schema = json!({ "type": "object", "additionalProperties": false });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["properties"] = Json::Object(fields);
    schema
}

/// Null is unknown, of whatever type.
fn nullable(mut schema: Json) -> Json {
    if let Some(ty) = schema.get_mut("type") {
        *ty = json!([ty, "null"]);
    } else if let Some(Json::Array(words)) = schema.get_mut("enum") {
        words.push(Json::Null);
    }
    schema
}

fn number(kind: NumberKind) -> Json {
    let ty = if kind == NumberKind::Integer { "integer" } else { "number" };
    let largest = LARGEST_INTEGER / 10i64.pow(kind.decimals());
    json!({ "type": ty, "minimum": -largest, "maximum": largest })
}
