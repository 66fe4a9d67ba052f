//! A lead as a test in the language, to be pasted into a model's file.

use super::Difference;
use qualify_model::calendar::{DAY_US, HOUR_US, format_day, format_instant};
use qualify_model::*;
use std::fmt::Write;

/// The test: the lead, its events from the oldest to the newest, and what the new model makes of it; what the old one
/// made of it stands in comments. Nothing where no `expect` can ask for what is different.
pub fn test_text(model: &Model, lead: &Lead, as_of: i64, differences: &[Difference]) -> String {
    let expects: Vec<String> =
        differences.iter().filter_map(|difference| expected(model, difference)).collect();
    if expects.is_empty() {
        return String::new(); // a test that asks for nothing shows nothing
    }
    let name = match differences.first() {
        Some(first) => format!("{}: {}, was {}", first.what, first.after, first.before).replace('"', "'"),
        None => "a lead".into(),
    };
    let mut text = format!("test \"{name}\" {{\n");
    let timed = |ty: &Type| matches!(ty, Type::Time | Type::Date);
    let attributes = model.schema.attributes.iter().zip(&lead.attributes);
    let has_time = attributes.clone().any(|(attribute, value)| value.is_some() && timed(&attribute.ty));
    if has_time || !lead.events.is_empty() {
        let _ = writeln!(text, "  as of \"{}\"", format_instant(as_of));
    }
    let facts: Vec<String> = attributes
        .filter_map(|(attribute, value)| {
            let value = shown(&model.schema, &attribute.ty, value.as_ref()?, as_of);
            Some(format!("{}: {value}", attribute.path()))
        })
        .collect();
    text += &lead_block(&facts);
    let mut events: Vec<&Event> = lead.events.iter().collect();
    events.sort_by_key(|event| event.time);
    for event in events {
        let _ = writeln!(text, "  {}", event_line(&model.schema, event, as_of));
    }
    for difference in differences {
        let _ = writeln!(text, "  # {}: {}, was {}", difference.what, difference.after, difference.before);
    }
    let _ = writeln!(text, "  expect {}", expects.join(",\n         "));
    text + "}\n"
}

pub(crate) fn lead_block(facts: &[String]) -> String {
    let one_line = format!("  lead {{ {} }}\n", facts.join(", "));
    match facts.is_empty() {
        true => "  lead { }\n".into(),
        false if one_line.len() <= 100 => one_line,
        false => format!("  lead {{ {} }}\n", facts.join(",\n         ")),
    }
}

pub(crate) fn event_line(schema: &Schema, event: &Event, as_of: i64) -> String {
    let kind = schema.event(event.kind);
    let mut line = kind.name.clone();
    let mut fields = Vec::new();
    for (i, (property, value)) in kind.properties.iter().zip(&event.properties).enumerate() {
        let Some(value) = value else { continue };
        let shown = shown(schema, &property.ty, value, as_of);
        match (i, value) {
            (0, Value::Word(_) | Value::Text(_)) => line = format!("{line} {shown}"),
            _ => fields.push(format!("{}: {shown}", property.name)),
        }
    }
    if !fields.is_empty() {
        line += &format!(" {{ {} }}", fields.join(", "));
    }
    match age(as_of, event.time) {
        Some(age) => format!("{line} {age} ago"),
        None => format!("{line} at \"{}\"", format_instant(event.time)),
    }
}

/// What the new model gives, as an expectation; none for what no expectation can say.
fn expected(model: &Model, difference: &Difference) -> Option<String> {
    let (what, after) = (difference.what.as_str(), difference.after.as_str());
    let none = after == "none";
    let is_score = what == "score" || model.scores.iter().any(|score| score.name == what);
    match what {
        "status" => Some(format!("status is {after}")),
        "stage" => Some(format!("stage is {}", if none { "none".into() } else { label(after) })),
        "route" => Some(format!("route is {}", if none { "none".into() } else { format!("\"{after}\"") })),
        "respond by" => None,
        _ if is_score && none => None,
        _ if is_score => Some(format!("{what} = {after}")),
        _ => match what.strip_prefix("segment ") {
            Some(name) if !model.segments.iter().any(|segment| segment.name == name) => None,
            Some(name) if !can_be_named(name) => None,
            Some(name) if after == "yes" => Some(name.to_string()),
            Some(name) => Some(format!("not {name}")),
            None if none || !model.grades.iter().any(|set| set.name == what) => None,
            None => Some(format!("{what} is {}", label(after))),
        },
    }
}

pub(crate) fn shown(schema: &Schema, ty: &Type, value: &Value, as_of: i64) -> String {
    match (value, ty) {
        (Value::YesNo(yes), _) => if *yes { "yes" } else { "no" }.into(),
        (Value::Number(units), Type::Number(kind)) => exact::format((*units).into(), kind.decimals()),
        (Value::Word(word), Type::OneOf(id)) => label(&schema.vocabulary(*id).words[*word as usize].name),
        (Value::Time(time), _) => match age(as_of, *time) {
            Some(age) => format!("{age} ago"),
            None => format!("\"{}\"", format_instant(*time)),
        },
        (Value::Date(day), _) => format!("\"{}\"", format_day(*day)),
        (Value::Duration(us), _) => length(*us).unwrap_or_else(|| format!("{}s", us / 1_000_000)),
        (Value::Text(text) | Value::Stage(text), _) => format!("\"{}\"", text.replace('"', "'")),
        (Value::List(values), Type::List(inner)) => {
            let each: Vec<String> = values.iter().map(|value| shown(schema, inner, value, as_of)).collect();
            format!("({})", each.join(", "))
        }
        (other, _) => format!("{other:?}"), // no value is of another type than its attribute
    }
}

fn age(as_of: i64, time: i64) -> Option<String> {
    length(as_of.checked_sub(time)?)
}

/// In the largest unit that fits.
fn length(us: i64) -> Option<String> {
    let units = [(DAY_US, "d"), (HOUR_US, "h"), (60_000_000, "m"), (1_000_000, "s")];
    let fits = units.iter().find(|(unit, _)| us >= 0 && us % unit == 0);
    match us {
        0 => Some("0s".into()),
        _ => fits.map(|(unit, name)| format!("{}{name}", us / unit)),
    }
}

/// Whether an expression can ask for something of this name: a text in quotes there is a value, not a name.
pub(crate) fn can_be_named(name: &str) -> bool {
    !label(name).starts_with('"')
}

/// Bare where a name can be.
pub(crate) fn label(name: &str) -> String {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    let bare = starts && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    match bare && !KEPT.contains(&name.to_lowercase().as_str()) {
        true => name.to_string(),
        false => format!("\"{name}\""),
    }
}

/// Words that mean something else where a label stands.
const KEPT: &[&str] = &[
    "add",
    "after",
    "always",
    "and",
    "any",
    "as",
    "at",
    "because",
    "before",
    "between",
    "cap",
    "contains",
    "disqualify",
    "dropping",
    "else",
    "ends",
    "event",
    "exactly",
    "exclude",
    "expect",
    "fading",
    "fewer",
    "followed",
    "for",
    "from",
    "grade",
    "halving",
    "if",
    "ignore",
    "in",
    "is",
    "known",
    "language",
    "lead",
    "let",
    "list",
    "losing",
    "matches",
    "mentions",
    "more",
    "multiply",
    "no",
    "none",
    "not",
    "on",
    "once",
    "or",
    "otherwise",
    "param",
    "points",
    "related",
    "respond",
    "route",
    "score",
    "segment",
    "set",
    "side",
    "since",
    "stage",
    "stages",
    "starts",
    "stays",
    "subtract",
    "test",
    "then",
    "timezone",
    "unknown",
    "up",
    "use",
    "when",
    "where",
    "within",
    "without",
    "yes",
];
