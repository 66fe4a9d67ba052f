//! What was told of a lead last, as a note that is kept with its state: as much as the next transitions compare.
//!
//! Names and numbers of the model stand in it, never values of the lead. The state carries version, checksum and the
//! digest of its model.

use qualify::Outcome;
use qualify::leads::Status;
use qualify::typed::{Entry, LedgerLine, RuleId, StageReason, Target};
use serde_json::{Value as Json, json};

/// An outcome as a note.
pub(crate) fn note(told: &Outcome) -> Vec<u8> {
    let points = told.ledger.iter().filter_map(|line| Some((rule(line)?.0, line.points)));
    let points: Vec<(u32, i64)> = points.collect();
    let Outcome { status, score, grades, stage, segments, route, .. } = told;
    json!([status.name(), score, grades, stage, segments, route, points]).to_string().into_bytes()
}

/// The outcome of a note; none if it is no note.
pub(crate) fn read(note: &[u8]) -> Option<Outcome> {
    let all: Vec<Json> = serde_json::from_slice(note).ok()?;
    let [status, score, grades, stage, segments, route, points] = <[Json; 7]>::try_from(all).ok()?;
    let statuses = [Status::Scored, Status::Disqualified, Status::Invalid, Status::Excluded];
    let points: Vec<(u32, i64)> = serde_json::from_value(points).ok()?;
    let line = |(rule, points)| LedgerLine { target: Target::Total, entry: Entry::Set(RuleId(rule)), points };
    // there was a ledger, even if no rule stood in it
    let formula = LedgerLine { target: Target::Total, entry: Entry::Formula, points: 0 };
    Some(Outcome {
        key: String::new(),
        status: statuses.into_iter().find(|one| Some(one.name()) == status.as_str())?,
        reasons: Vec::new(),
        score: serde_json::from_value(score).ok()?,
        scores: Vec::new(),
        grades: serde_json::from_value(grades).ok()?,
        stage: serde_json::from_value(stage).ok()?,
        previous_stage: None,
        unknown_current_stage: false,
        stage_changed: false,
        stage_reason: StageReason::None,
        segments: serde_json::from_value(segments).ok()?,
        route: serde_json::from_value(route).ok()?,
        respond_by: None,
        ledger: points.into_iter().map(line).chain([formula]).collect(),
        saturated: false,
    })
}

/// The rule that a line is told under.
fn rule(line: &LedgerLine) -> Option<RuleId> {
    match &line.entry {
        Entry::Rule { rule, .. } | Entry::Capped(rule) | Entry::Set(rule) => Some(*rule),
        Entry::Multiplied(rules) => rules.first().copied(),
        Entry::Bounded | Entry::Score(_) | Entry::Formula => None,
    }
}
