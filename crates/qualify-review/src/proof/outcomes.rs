//! What differs between two outcomes of one lead.

use super::Difference;
use qualify_model::calendar::format_instant;
use qualify_model::{Model, NumberKind, Outcome, Status, exact};

/// What differs, the most important first; empty if the lead is scored the same. What one model does not have counts
/// as none there. Two outcomes at the same instant are compared.
pub fn differences(old: (&Model, &Outcome), new: (&Model, &Outcome)) -> Vec<Difference> {
    let mut out = Vec::new();
    let mut tell = |what: String, before: String, after: String| {
        if before != after {
            out.push(Difference { what, before, after });
        }
    };
    let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "none".into());
    tell("status".into(), status(old.1.status), status(new.1.status));
    tell("stage".into(), name(&old.1.stage), name(&new.1.stage));
    tell("route".into(), name(&old.1.route), name(&new.1.route));
    tell("score".into(), points(old.1.score), points(new.1.score));
    for score in names(&old.0.scores, &new.0.scores, |score| &score.name) {
        let of = |(model, outcome): (&Model, &Outcome)| {
            let place = model.scores.iter().position(|other| other.name == score);
            points(place.and_then(|place| outcome.scores[place]))
        };
        tell(score.into(), of(old), of(new));
    }
    for grade in names(&old.0.grades, &new.0.grades, |set| &set.name) {
        let of = |(model, outcome): (&Model, &Outcome)| {
            let place = model.grades.iter().position(|other| other.name == grade);
            name(&place.and_then(|place| outcome.grades[place].clone()))
        };
        tell(grade.into(), of(old), of(new));
    }
    for segment in names(&old.0.segments, &new.0.segments, |segment| &segment.name) {
        let of = |outcome: &Outcome| {
            if outcome.segments.iter().any(|other| other == segment) { "yes" } else { "no" }.to_string()
        };
        tell(format!("segment {segment}"), of(old.1), of(new.1));
    }
    let instant = |at: Option<i64>| at.map_or("none".into(), format_instant);
    tell("respond by".into(), instant(old.1.respond_by), instant(new.1.respond_by));
    out
}

/// The names of both, each once: those of the old in their order, then the others.
pub(super) fn names<'a, T>(old: &'a [T], new: &'a [T], name: fn(&T) -> &String) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for each in old.iter().chain(new) {
        let name = name(each);
        if !out.contains(&name.as_str()) {
            out.push(name);
        }
    }
    out
}

fn status(status: Status) -> String {
    match status {
        Status::Scored => "scored",
        Status::Disqualified => "disqualified",
        Status::Invalid => "invalid",
        Status::Excluded => "excluded",
    }
    .into()
}

fn points(points: Option<i64>) -> String {
    match points {
        Some(points) => exact::format(points.into(), NumberKind::Points.decimals()),
        None => "none".into(),
    }
}
