//! Leads one by one, as a service gets them: each with twenty events and texts of its own, the model compiled before.

use super::by_engine::{batches, plan};
use super::repeated;
use crate::data_set::{AS_OF, DataSet};
use crate::failure::Failure;
use crate::many_rules;
use crate::usage::Usage;
use qualify_engine::{Backend, Engine};
use qualify_model::{Batch, Event, EventColumns, EventId, Lead};
use qualify_plan::Plan;
use std::hint::black_box;
use std::sync::Arc;

/// Events of each lead.
const EVENTS: u32 = 20;

/// Different leads that take turns, at most.
const LEADS: usize = 256;

/// Leads that are scored in one measurement.
const ROUNDS: usize = 200_000;

/// What one lead costs.
pub fn one_lead(data: &DataSet, backend: Backend, repeat: usize) -> Result<Usage, Failure> {
    let plan = Arc::new(plan(many_rules::RULES)?);
    let mut leads = Vec::new();
    for batch in &batches(data, &plan)? {
        let ends = batch.events.offsets.windows(2).enumerate();
        let twenty = ends.filter(|(_, ends)| ends[1] - ends[0] == EVENTS).map(|(row, _)| row);
        leads.extend(twenty.map(|row| lead_of(batch, row, &plan)));
    }
    leads.truncate(LEADS);
    if leads.is_empty() {
        return Err(Failure::new("no lead of the data has twenty events"));
    }
    let engine = Engine::new(plan, AS_OF, backend);
    let mut scorer = engine.scorer();
    let usage = repeated(repeat, || {
        for lead in leads.iter().cycle().take(ROUNDS) {
            black_box(scorer.score(black_box(lead)));
        }
    });
    let each = ROUNDS as f64;
    Ok(Usage { cpu: usage.cpu / each, wall: usage.wall / each, ..usage })
}

/// A lead of a batch with its events, by itself.
pub fn lead_of(batch: &Batch, row: usize, plan: &Plan) -> Lead {
    let schema = &plan.schema;
    let attributes = batch.leads.attributes.iter().zip(&schema.attributes);
    let attributes = attributes.map(|(column, attribute)| column.as_ref()?.value(row, &attribute.ty));
    let (start, end) = (batch.events.offsets[row] as usize, batch.events.offsets[row + 1] as usize);
    let mut events: Vec<Event> = (start..end).map(|at| event_of(&batch.events, at, plan)).collect();
    for long in batch.events.long.iter().filter(|long| long.row == row) {
        long.events.each(&mut |piece| {
            events.extend((0..piece.kinds.len()).map(|at| event_of(piece, at, plan)));
        });
    }
    Lead { key: batch.leads.keys.text(row), attributes: attributes.collect(), events }
}

fn event_of(events: &EventColumns, at: usize, plan: &Plan) -> Event {
    let kind = events.kinds[at];
    let mut properties = vec![None; plan.schema.events[kind as usize].properties.len()];
    for (column, needed) in events.properties.iter().zip(&plan.needs.properties) {
        if let Some(place) = needed.places[kind as usize] {
            properties[place as usize] = column.value(at, &needed.ty);
        }
    }
    let received = events.received.as_ref().map(|times| times[at]).filter(|time| *time != i64::MIN);
    Event { kind: EventId(kind.into()), time: events.times[at], received, properties }
}
