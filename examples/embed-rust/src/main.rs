//! Follows leads from event to event and says when one enters or leaves a stage. Events come in on standard input, one
//! JSON object on each line, in the order in which they arrive:
//!
//!     cargo run -p embed-rust < examples/embed-rust/events.jsonl
//!
//! Time is that of the lines. Between two lines a lead is looked at only when its state asks for it, and still each change
//! is told with the instant at which it happened.

#![allow(clippy::print_stdout)] // telling people is what it is for

use qualify::Model;
use qualify::states::{Change, LeadState, StateModel, StateScorer, Transition, transitions};
use qualify::typed::calendar::{format_instant, parse_instant};
use qualify::{Outcome, rules::Mistakes};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::io::BufRead;
use std::sync::Arc;

/// A lead as the service knows it.
struct Followed {
    state: LeadState,
    /// What was told of it last.
    shown: Option<Outcome>,
    /// When it must be looked at again.
    next: Option<i64>,
}

/// The service.
struct Service {
    model: Model,
    states: Arc<StateModel>,
    scorer: StateScorer,
    leads: BTreeMap<String, Followed>,
}

impl Service {
    /// Looks at a lead, tells what changed, and notes when to look again.
    fn look(&mut self, key: &str, at: i64) -> Result<(), Box<dyn Error>> {
        let Some(lead) = self.leads.get_mut(key) else { return Ok(()) };
        lead.state.score(&mut self.scorer, at)?;
        // with its ledger, so that the rules responsible are told
        let now = self.model.score_one(&lead.state.lead(key), at);
        let labels = &self.states.plan().labels;
        transitions(labels, lead.shown.as_ref(), &now).iter().for_each(|change| tell(key, at, change));
        lead.shown = Some(now);
        lead.next = lead.state.next_check(&mut self.scorer, at)?;
        Ok(())
    }

    /// Looks at all leads that asked for it, in the order of their instants.
    fn until(&mut self, instant: i64) -> Result<(), Box<dyn Error>> {
        let due = |lead: &Followed| lead.next.filter(|next| *next <= instant);
        loop {
            let all = self.leads.iter().filter_map(|(key, lead)| Some((due(lead)?, key.clone())));
            let Some((at, key)) = all.min() else { return Ok(()) };
            self.look(&key, at)?;
        }
    }

    /// What came in about a lead: attributes, or an event.
    fn take(&mut self, key: &str, mut said: Value, at: i64) -> Result<(), Box<dyn Error>> {
        let reader = self.model.lead_reader();
        let new = || Followed { state: LeadState::new(&self.states), shown: None, next: None };
        let lead = self.leads.entry(key.to_string()).or_insert_with(new);
        if said.get("event").is_some() {
            said.as_object_mut().map(|fields| fields.remove("lead_id"));
            let read = reader.read_event(&said)?;
            // where the schema names a key of deliveries, one that comes again counts once
            lead.state.apply_delivery(&read.event, read.delivery.as_deref().unwrap_or_default())?;
        } else {
            said.as_object_mut().map(|fields| fields.remove("time"));
            lead.state.set_attributes(&reader.read(&said)?.lead.attributes);
        }
        self.look(key, at)
    }
}

/// A service would send a message here; it is called once for each change.
fn tell(key: &str, at: i64, transition: &Transition) {
    let Change::EnteredStage { stage, .. } = &transition.change else { return };
    println!("{} {key} is now {stage}", format_instant(at));
    for rule in &transition.rules {
        println!("  {}: {} points, were {}", rule.text, rule.after / 10_000, rule.before / 10_000);
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let model =
        Model::from_text(include_str!("../model.qualify")).map_err(|wrong: Mistakes| wrong.to_string())?;
    let states = model.states()?;
    let scorer = StateScorer::new(&states);
    let mut service = Service { model, states, scorer, leads: BTreeMap::new() };
    for line in std::io::stdin().lock().lines() {
        let said: Value = serde_json::from_str(&line?)?;
        let time = said["time"].as_str().and_then(parse_instant).ok_or("a line without a time")?;
        service.until(time)?;
        if let Some(key) = said["lead_id"].as_str().map(str::to_string) {
            service.take(&key, said, time)?;
        }
    }
    Ok(())
}
