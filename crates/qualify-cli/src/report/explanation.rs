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
        let _ = write!(out, "\n{}", render_score(score, explanation.as_of)); // writing to a String does not fail
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

fn render_score(score: &ExplainedScore, as_of: i64) -> String {
    let Some(value) = &score.value else {
        return format!("{}: not for this lead\n", score.name);
    };
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in &score.lines {
        rows.push((line.points.clone(), line.text.clone()));
        rows.extend(notes(line, as_of).into_iter().map(|note| (String::new(), format!("  {note}"))));
    }
    rows.push((value.clone(), format!("= {}", score.name)));
    let mut out = format!("{}\n", score.name);
    let places = rows.iter().map(|(points, _)| split(points));
    let (whole, rest) = places.fold((0, 0), |(w, r), (whole, rest)| (w.max(whole.len()), r.max(rest.len())));
    for (points, text) in &rows {
        let (before, after) = split(points);
        let line = format!("  {before:>whole$}{after:<rest$}  {text}"); // aligned at the point
        let _ = writeln!(out, "{}", line.trim_end()); // writing to a String does not fail
    }
    out
}

/// The digits before the point, and the rest with the point.
fn split(points: &str) -> (&str, &str) {
    points.split_at(points.find('.').unwrap_or(points.len()))
}

/// What stands below a rule: its reason, its limits and the events behind it.
fn notes(line: &ExplainedLine, as_of: i64) -> Vec<String> {
    let mut out: Vec<String> = line.because.iter().cloned().collect();
    out.extend(line.before_decay.as_ref().map(|p| format!("{p} before decay")));
    out.extend(line.before_limit.as_ref().map(|p| format!("{p} before the limit of the rule")));
    if line.unknown_points {
        out.push("the points are unknown and count as 0".to_string());
    }
    out.extend(line.events.iter().take(EVENTS_SHOWN).map(|event| {
        let object = event.object.as_ref().map(|o| format!(" {o}")).unwrap_or_default();
        format!("{}{object}, {}", event.event, moment(event.time, as_of))
    }));
    if line.events.len() > EVENTS_SHOWN {
        out.push(format!("and {} more", line.events.len() - EVENTS_SHOWN));
    }
    out
}

/// An instant and how long it lies back.
fn moment(time: i64, as_of: i64) -> String {
    const HOUR: i64 = 3_600_000_000;
    let (count, unit) = match (as_of - time) / HOUR {
        hours if hours < 48 => (hours, "hour"),
        hours => (hours / 24, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{} ({count} {unit}{plural} ago)", format_instant(time))
}
