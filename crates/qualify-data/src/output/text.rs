//! Outcomes as CSV and as JSON Lines: numbers as plain decimals.

use super::columns::{Columns, Content, status};
use crate::decimal::plain;
use qualify_model::Outcome;
use qualify_model::calendar::format_instant;
use serde_json::{Map, Number, Value};
use std::io::{self, Write};

/// Decimals of points.
const DECIMALS: u32 = 4;

/// With a header; unknown values are empty, lists joined by `;`.
pub(super) fn csv(out: &mut dyn Write, columns: &Columns, outcomes: &[Outcome]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let record = |writer: &mut csv::Writer<_>, fields: Vec<String>| writer.write_record(fields);
    record(&mut writer, columns.all.iter().map(|(name, _)| name.clone()).collect())?;
    for outcome in outcomes {
        record(&mut writer, columns.all.iter().map(|(_, content)| field(*content, outcome)).collect())?;
    }
    writer.flush()
}

fn field(content: Content, outcome: &Outcome) -> String {
    match json(content, outcome) {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

/// One object on each line; unknown values are null.
pub(super) fn json_lines(out: &mut dyn Write, columns: &Columns, outcomes: &[Outcome]) -> io::Result<()> {
    for outcome in outcomes {
        let row: Map<_, _> =
            columns.all.iter().map(|(name, content)| (name.clone(), json(*content, outcome))).collect();
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn json(content: Content, o: &Outcome) -> Value {
    let text = |text: Option<&String>| text.cloned().map_or(Value::Null, Value::String);
    let list = |texts: &[String]| texts.iter().cloned().map(Value::String).collect::<Vec<_>>().into();
    match content {
        Content::Key => Value::String(o.key.clone()),
        Content::Status => Value::String(status(o.status).to_string()),
        Content::Score => points(o.score),
        Content::Named(i) => points(o.scores.get(i).copied().flatten()),
        Content::Grade(i) => text(o.grades.get(i).and_then(Option::as_ref)),
        Content::Stage => text(o.stage.as_ref()),
        Content::PreviousStage => text(o.previous_stage.as_ref()),
        Content::StageChanged => Value::Bool(o.stage_changed),
        Content::Segments => list(&o.segments),
        Content::Route => text(o.route.as_ref()),
        Content::RespondBy => o.respond_by.map_or(Value::Null, |time| Value::String(format_instant(time))),
        Content::Reasons => list(&o.reasons),
    }
}

/// An exact decimal, not a double.
fn points(units: Option<i64>) -> Value {
    let number = units.and_then(|units| plain(units, DECIMALS).parse::<Number>().ok());
    number.map_or(Value::Null, Value::Number)
}
