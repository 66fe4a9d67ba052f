//! How much a plan holds.

use super::numbers::thousands;
use qualify::inputs::{Inputs, ReadBack};
use qualify::plan::{Plan, Program};
use qualify::typed::calendar::format_instant;
use serde::Serialize;

/// See the module.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sizes {
    /// Attributes that are read, of so many.
    pub attributes: (usize, usize),
    /// Types of events that are read, of so many.
    pub events: (usize, usize),
    /// Columns of event properties.
    pub properties: usize,
    /// Questions to events.
    pub facts: usize,
    /// Tables over the values of an attribute.
    pub tables: usize,
    /// Programs.
    pub programs: usize,
    /// Instructions of all programs.
    pub instructions: usize,
}

impl Sizes {
    /// Of a plan.
    pub fn of(plan: &Plan) -> Sizes {
        let read = |all: &[bool]| (all.iter().filter(|read| **read).count(), all.len());
        let programs: Vec<&Program> = programs(plan).collect();
        Sizes {
            attributes: read(&plan.needs.attributes),
            events: read(&plan.needs.events),
            properties: plan.needs.properties.len(),
            facts: plan.facts.len(),
            tables: plan.tables.len(),
            programs: programs.len(),
            instructions: programs.iter().map(|program| program.code.len()).sum(),
        }
    }

    /// As lines.
    pub fn render(&self) -> String {
        let Sizes { attributes, events, properties, facts, tables, programs, instructions } = self;
        format!(
            "reads      {} of {} attributes, {} of {} types of events, {properties} columns of their properties\n\
             facts      {}\ntables     {}\nprograms   {}, {} instructions\n",
            attributes.0,
            attributes.1,
            events.0,
            events.1,
            thousands(*facts),
            thousands(*tables),
            thousands(*programs),
            thousands(*instructions),
        )
    }
}

/// What is read of events, a line for each type: its properties, and how far back.
pub fn events(inputs: &Inputs) -> String {
    let mut out = String::new();
    for event in &inputs.events {
        let properties =
            if event.properties.is_empty() { "-".to_string() } else { event.properties.join(", ") };
        out.push_str(&format!("reads      {} ({properties}) {}\n", event.name, back(&event.back)));
    }
    out
}

/// How far back, in words.
fn back(back: &ReadBack) -> String {
    let days = |us: i64| us.saturating_add(DAY - 1) / DAY;
    match back {
        ReadBack { unbounded: true, .. } => "of any age".to_string(),
        ReadBack { within: Some(us), since: None, .. } => {
            format!("of {} days", thousands(days(*us) as usize))
        }
        ReadBack { within: None, since: Some(since), .. } => format!("since {}", format_instant(*since)),
        ReadBack { within: Some(us), since: Some(since), .. } => {
            format!("of {} days and since {}", thousands(days(*us) as usize), format_instant(*since))
        }
        ReadBack { within: None, since: None, .. } => "of no age".to_string(),
    }
}

const DAY: i64 = 86_400_000_000;

fn programs(plan: &Plan) -> impl Iterator<Item = &Program> {
    let tables = plan.tables.iter().map(|table| &table.program);
    tables.chain(&plan.event_programs).chain([&plan.main])
}
