//! A lead and what the model makes of it, as a test in the language: short, and with nothing that does not matter.

use crate::mutants::Mutant;
use crate::proof::test_text::{can_be_named, event_line, label, shown};
use qualify_model::calendar::format_instant;
use qualify_model::{Event, Lead, Model, NumberKind, Outcome, Type, exact};
use std::fmt::Write;

/// Longer names are cut.
const WIDEST: usize = 90;

/// Lines end here.
const LINE: usize = 100;

/// What a test looks at: that in which the model and its mutant differ, the nearest to the rules first.
pub(super) struct Seen {
    status: bool,
    scores: Vec<usize>,
    total: bool,
    grades: Vec<usize>,
    segments: Vec<String>,
    stage: bool,
    route: bool,
}

impl Seen {
    /// Of two outcomes of one lead. Scores that follow from others are left out: of named scores the total, and where
    /// a score differs what hangs on it.
    pub(super) fn of(model: &Model, before: &Outcome, after: &Outcome) -> Seen {
        let status = before.status != after.status;
        let named = 0..model.scores.len();
        let scores: Vec<usize> = named.filter(|i| before.scores[*i] != after.scores[*i]).collect();
        let nothing = !status && scores.is_empty();
        let total = nothing && before.score != after.score;
        let further = nothing && !total;
        let grades = (0..model.grades.len()).filter(|i| further && before.grades[*i] != after.grades[*i]);
        let segments = model.segments.iter().map(|segment| segment.name.clone());
        let differs = |name: &String| before.segments.contains(name) != after.segments.contains(name);
        let grades: Vec<usize> = grades.collect();
        let segments: Vec<String> =
            segments.filter(|name| further && can_be_named(name) && differs(name)).collect();
        let stage = further && before.stage != after.stage;
        let route = further && !stage && before.route != after.route;
        Seen { status, scores, total, grades, segments, stage, route }
    }

    /// Nothing that an expectation could say.
    pub(super) fn is_empty(&self) -> bool {
        let lists = self.scores.is_empty() && self.grades.is_empty() && self.segments.is_empty();
        lists && !self.status && !self.total && !self.stage && !self.route
    }

    /// Whether what is looked at differs.
    pub(super) fn differs(&self, before: &Outcome, after: &Outcome) -> bool {
        let segment = |name: &String| before.segments.contains(name) != after.segments.contains(name);
        (self.status && before.status != after.status)
            || self.scores.iter().any(|i| before.scores[*i] != after.scores[*i])
            || (self.total && before.score != after.score)
            || self.grades.iter().any(|i| before.grades[*i] != after.grades[*i])
            || self.segments.iter().any(segment)
            || (self.stage && before.stage != after.stage)
            || (self.route && before.route != after.route)
    }

    /// What came out, as expectations.
    fn expectations(&self, model: &Model, outcome: &Outcome) -> Vec<String> {
        let mut out = Vec::new();
        if self.status {
            out.push(format!("status is {}", outcome.status.name()));
        }
        let points = |units: i64| exact::format(units.into(), NumberKind::Points.decimals());
        for i in &self.scores {
            let name = &model.scores[*i].name;
            out.push(match outcome.scores[*i] {
                Some(units) => format!("{name} = {}", points(units)),
                None => format!("{name} is unknown"),
            });
        }
        if let Some(units) = outcome.score.filter(|_| self.total) {
            out.push(format!("score = {}", points(units)));
        }
        for i in &self.grades {
            let name = &model.grades[*i].name;
            out.push(match &outcome.grades[*i] {
                Some(grade) => format!("{name} is {}", label(grade)),
                None => format!("{name} is unknown"),
            });
        }
        for name in &self.segments {
            let not = if outcome.segments.contains(name) { "" } else { "not " };
            out.push(format!("{not}{name}"));
        }
        let or_none = |name: &Option<String>| name.as_deref().map_or("none".to_string(), label);
        if self.stage {
            out.push(format!("stage is {}", or_none(&outcome.stage)));
        }
        if self.route {
            let route = outcome.route.as_ref().map_or("none".to_string(), |name| format!("\"{name}\""));
            out.push(format!("route is {route}"));
        }
        out
    }
}

/// A name for the test that notices a mutant; `names` are those in use.
pub(super) fn name(mutant: &Mutant, names: &mut Vec<String>) -> String {
    let changed = if mutant.new.is_empty() {
        format!("{} matters", mutant.old)
    } else {
        format!("{}, not {}", mutant.old, mutant.new)
    };
    let within = match mutant.within.as_str() {
        "" => String::new(),
        within if within == mutant.old => String::new(),
        within => format!(": {within}"),
    };
    let whole = format!("{changed}{within}").replace('"', "'");
    let mut name: String = whole.chars().take(WIDEST).collect();
    if name.len() < whole.len() {
        name.push('…');
    }
    let first = name.clone();
    let mut count = 1;
    while names.contains(&name) {
        count += 1;
        name = format!("{first} ({count})");
    }
    names.push(name.clone());
    name
}

/// The test, at its own instant if that is not the `usual` one.
pub(super) fn test(
    model: &Model,
    name: &str,
    lead: &Lead,
    (as_of, usual): (i64, i64),
    outcome: &Outcome,
    seen: &Seen,
) -> String {
    let mut out = format!("test \"{name}\" {{\n");
    let timed = |ty: &Type| matches!(ty, Type::Time | Type::Date);
    let mut known = model.schema.attributes.iter().zip(&lead.attributes);
    let has_time = !lead.events.is_empty() || known.any(|(a, value)| value.is_some() && timed(&a.ty));
    if as_of != usual && has_time {
        let _ = writeln!(out, "  as of \"{}\"", format_instant(as_of)); // writing to a String does not fail
    }
    let attributes = model.schema.attributes.iter().zip(&lead.attributes);
    let facts: Vec<String> = attributes
        .filter_map(|(attribute, value)| {
            let value = shown(&model.schema, &attribute.ty, value.as_ref()?, as_of);
            Some(format!("{}: {value}", attribute.path()))
        })
        .collect();
    out.push_str(&filled("lead { ", &facts, " }"));
    let mut events: Vec<&Event> = lead.events.iter().collect();
    events.sort_by_key(|event| event.time);
    for event in events {
        let _ = writeln!(out, "  {}", event_line(&model.schema, event, as_of)); // writing to a String does not fail
    }
    out.push_str(&filled("expect ", &seen.expectations(model, outcome), ""));
    out.push_str("}\n");
    out
}

/// Parts with commas, as many on a line as fit; further lines stand below the first part.
fn filled(start: &str, parts: &[String], end: &str) -> String {
    let mut out = format!("  {start}");
    let mut width = out.len();
    let below = " ".repeat(width);
    for (i, part) in parts.iter().enumerate() {
        let comma = if i + 1 < parts.len() { "," } else { end };
        let wide = part.chars().count() + comma.len();
        if i > 0 && width + 1 + wide > LINE {
            out.push('\n');
            out.push_str(&below);
            width = below.len();
        } else if i > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(part);
        out.push_str(comma);
        width += wide;
    }
    if parts.is_empty() {
        out.push_str(end.trim_start());
    }
    out.push('\n');
    out
}
