//! The result of one lead as JSON.

use qualify::typed::calendar::format_instant;
use qualify::typed::{Labels, NumberKind, exact};
use qualify::{Outcome, StageReason, Status};
use qualify_data::Problem;
use serde::Serialize;
use serde_json::{Map, Number, Value};

/// Points are numbers with up to four decimals, exact; instants are texts of ISO 8601 in UTC.
#[derive(Serialize)]
pub(crate) struct Shown {
    lead: String,
    status: Status,
    score: Value,
    scores: Map<String, Value>,
    grades: Map<String, Value>,
    stage: Option<String>,
    previous_stage: Option<String>,
    stage_changed: bool,
    stage_reason: StageReason,
    segments: Vec<String>,
    route: Option<String>,
    respond_by: Option<String>,
    reasons: Vec<String>,
    /// Values that became unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Problem>,
}

impl Shown {
    pub fn new(labels: &Labels, outcome: Outcome, warnings: Vec<Problem>) -> Shown {
        let scores = labels.scores.iter().cloned().zip(outcome.scores.into_iter().map(points));
        let grades = labels.grades.iter().map(|(name, _)| name.clone());
        let grades = grades.zip(outcome.grades.into_iter().map(Value::from));
        Shown {
            lead: outcome.key,
            status: outcome.status,
            score: points(outcome.score),
            scores: scores.collect(),
            grades: grades.collect(),
            stage: outcome.stage,
            previous_stage: outcome.previous_stage,
            stage_changed: outcome.stage_changed,
            stage_reason: outcome.stage_reason,
            segments: outcome.segments,
            route: outcome.route,
            respond_by: outcome.respond_by.map(format_instant),
            reasons: outcome.reasons,
            warnings,
        }
    }
}

/// Units of 1e-4 points as a number.
fn points(units: Option<i64>) -> Value {
    let Some(units) = units else { return Value::Null };
    let text = exact::format(i128::from(units), NumberKind::Points.decimals());
    text.parse::<Number>().map_or(Value::Null, Value::Number) // what is formatted is a number
}
