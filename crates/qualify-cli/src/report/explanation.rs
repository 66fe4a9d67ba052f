//! An explanation as a table that a sales rep can read.

use super::table::{Align, table};
use qualify::typed::calendar::format_instant;
use qualify::{ExplainedLine, ExplainedScore, Explanation, StageReason, Status};
use std::fmt::Write;

/// How many events are named behind a rule.
const EVENTS_SHOWN: usize = 3;

/// The whole explanation: what the lead is, then where each score comes from.
pub fn render(explanation: &Explanation) -> String {
    let mut out = String::new();
    let facts = head(explanation);
    let rows: Vec<Vec<String>> = facts.into_iter().map(|(name, value)| vec![name, value]).collect();
    out.push_str(&table(&[("", Align::Left), ("", Align::Left)], &rows, 0, 110));
    for score in &explanation.scores {
        let _ = write!(out, "\n{}", render_score(score)); // writing to a String does not fail
    }
    out
}

fn head(e: &Explanation) -> Vec<(String, String)> {
    let mut out = vec![
        ("lead".to_string(), e.lead.clone()),
        ("as of".to_string(), format_instant(e.as_of)),
        ("status".to_string(), status(e.status).to_string()),
    ];
    let mut say = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push((name.to_string(), value));
        }
    };
    say("score", e.score.clone());
    for (name, label) in &e.grades {
        say(name, label.clone());
    }
    say("stage", e.stage.as_ref().map(|stage| format!("{stage}{}", stage_note(e))));
    say("segments", (!e.segments.is_empty()).then(|| e.segments.join(", ")));
    let until = e.respond_by.map(|time| format!(", respond by {}", format_instant(time))).unwrap_or_default();
    say("route", e.route.as_ref().map(|route| format!("{route}{until}")));
    for reason in &e.reasons {
        say("because", Some(reason.clone()));
    }
    out
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Scored => "scored",
        Status::Disqualified => "disqualified: no stage, no route",
        Status::Invalid => "invalid: a required attribute is missing, nothing was scored",
        Status::Excluded => "excluded: nothing was scored",
    }
}

fn stage_note(e: &Explanation) -> String {
    let why = match e.stage_reason {
        StageReason::None | StageReason::Condition => "",
        StageReason::Stays => "; stays while its condition holds",
        StageReason::OnlyMovesUp => "; stages only move up",
        StageReason::Side => "; a side stage",
    };
    let was = match &e.previous_stage {
        Some(previous) if e.stage_changed => format!(", was {previous}"),
        Some(_) => ", as before".to_string(),
        None => String::new(),
    };
    format!("{was}{why}")
}

fn render_score(score: &ExplainedScore) -> String {
    let Some(value) = &score.value else {
        return format!("{}: not for this lead\n", score.name);
    };
    let row = |line: &ExplainedLine| vec![line.points.clone(), words(line)];
    let mut rows: Vec<Vec<String>> = score.lines.iter().map(row).collect();
    rows.push(vec![value.clone(), format!("= {}", score.name)]);
    let body = table(&[("", Align::Right), ("", Align::Left)], &rows, 2, 140);
    format!("{}\n{body}", score.name)
}

/// The rule, its reason, its limits and the events behind it.
fn words(line: &ExplainedLine) -> String {
    let mut out = line.text.clone();
    if let Some(because) = &line.because {
        let _ = write!(out, " - {because}"); // writing to a String does not fail
    }
    let mut notes: Vec<String> = Vec::new();
    notes.extend(line.before_decay.as_ref().map(|p| format!("{p} before decay")));
    notes.extend(line.before_limit.as_ref().map(|p| format!("{p} before the limit of the rule")));
    if line.unknown_points {
        notes.push("the points are unknown and count as 0".to_string());
    }
    let shown = line.events.iter().take(EVENTS_SHOWN).map(|event| {
        let object = event.object.as_ref().map(|o| format!(" {o}")).unwrap_or_default();
        format!("{}{object} {}", event.event, format_instant(event.time))
    });
    notes.extend(shown);
    if line.events.len() > EVENTS_SHOWN {
        notes.push(format!("and {} more", line.events.len() - EVENTS_SHOWN));
    }
    if !notes.is_empty() {
        let _ = write!(out, "  ({})", notes.join("; ")); // writing to a String does not fail
    }
    out
}
