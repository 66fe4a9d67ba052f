//! A schema as tables: attributes and events with their types, ranges and marks.

use super::table::{Align, table};
use qualify::Schema;
use qualify::typed::{Attribute, NumberKind, TextKind, Type, Value, exact};
use serde_json::{Value as Json, json};

/// The schema for people.
pub fn render(schema: &Schema) -> String {
    let rows: Vec<Vec<String>> = schema.attributes.iter().map(|a| row(schema, a.path(), a)).collect();
    let key = if schema.lead_key.is_empty() { "no lead declared" } else { &schema.lead_key };
    let mut out = format!("lead key: {key}\n\n");
    let columns =
        [("attribute", Align::Left), ("type", Align::Left), ("", Align::Left), ("source", Align::Left)];
    out.push_str(&table(&columns, &rows, 0, 70));
    let mut rows = Vec::new();
    for event in &schema.events {
        let from = spellings(&event.from);
        rows.push(vec![event.name.clone(), String::new(), String::new(), from]);
        rows.extend(event.properties.iter().map(|p| row(schema, format!("  {}", p.name), p)));
    }
    let columns = [("event", Align::Left), ("type", Align::Left), ("", Align::Left), ("source", Align::Left)];
    if !rows.is_empty() {
        out.push('\n');
        out.push_str(&table(&columns, &rows, 0, 70));
    }
    out
}

/// The schema as data.
pub fn json(schema: &Schema) -> Json {
    let attribute = |a: &Attribute| {
        json!({
            "name": a.path(), "type": type_name(schema, a), "required": a.required, "personal": a.personal,
            "protected": a.protected, "from": a.from, "unknown_if": a.unknown_if,
        })
    };
    let events: Vec<Json> = schema
        .events
        .iter()
        .map(|e| {
            let properties: Vec<Json> = e.properties.iter().map(attribute).collect();
            json!({ "name": e.name, "from": e.from, "key": e.key, "properties": properties })
        })
        .collect();
    let attributes: Vec<Json> = schema.attributes.iter().map(attribute).collect();
    json!({ "key": schema.lead_key, "attributes": attributes, "events": events })
}

fn row(schema: &Schema, name: String, attribute: &Attribute) -> Vec<String> {
    let marks = [
        (attribute.required, "required"),
        (attribute.personal, "personal"),
        (attribute.protected, "protected"),
    ];
    let marks: Vec<&str> = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
    vec![name, type_name(schema, attribute), marks.join(", "), spellings(&attribute.from)]
}

fn spellings(from: &[String]) -> String {
    from.iter().map(|f| format!("\"{f}\"")).collect::<Vec<_>>().join(", ")
}

/// The type as it is written in a schema, with its range.
fn type_name(schema: &Schema, attribute: &Attribute) -> String {
    let name = name_of(schema, &attribute.ty);
    match &attribute.range {
        Some((low, high)) => {
            format!("{name} from {} to {}", bound(&attribute.ty, low), bound(&attribute.ty, high))
        }
        None => name,
    }
}

fn name_of(schema: &Schema, ty: &Type) -> String {
    match ty {
        Type::YesNo => "yes/no".to_string(),
        Type::Number(NumberKind::Integer) => "integer".to_string(),
        Type::Number(NumberKind::Number) => "number".to_string(),
        Type::Number(NumberKind::Money) => "money".to_string(),
        Type::Number(NumberKind::Points) => "points".to_string(),
        Type::Text(TextKind::Plain | TextKind::Domain) => "text".to_string(),
        Type::Text(TextKind::Email) => "email".to_string(),
        Type::Text(TextKind::Url) => "url".to_string(),
        Type::Date => "date".to_string(),
        Type::Time => "time".to_string(),
        Type::Duration => "duration".to_string(),
        Type::OneOf(id) => {
            let vocabulary = schema.vocabulary(*id);
            let words: Vec<&str> = vocabulary.words.iter().map(|w| w.name.as_str()).collect();
            let ordered = if vocabulary.ordered { "ordered " } else { "" };
            format!("{ordered}one of ({})", words.join(", "))
        }
        Type::List(of) => format!("list of {}", name_of(schema, of)),
        Type::Stage => "stage".to_string(),
    }
}

fn bound(ty: &Type, value: &Value) -> String {
    match (ty, value) {
        (Type::Number(kind), Value::Number(units)) => exact::format(i128::from(*units), kind.decimals()),
        (_, Value::Date(day)) => qualify::typed::calendar::format_day(*day),
        (_, Value::Time(time)) => qualify::typed::calendar::format_instant(*time),
        (_, Value::Duration(length)) => format!("{} seconds", length / 1_000_000),
        _ => String::new(),
    }
}
