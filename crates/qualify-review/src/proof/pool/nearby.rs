//! Leads near one that the solver thought of: where a value was not looked into, one of them may do.

use super::Pool;
use super::drawn::plain;
use crate::proof::candidates::Candidates;
use crate::proof::pair::{At, Pair};
use qualify_model::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Leads that are tried around each.
const TRIES: usize = 150;

/// Simple leads that are tried before the solver is asked.
const SIMPLE: usize = 600;

/// A source of simple leads, and of changes to leads.
pub(super) struct Nearby {
    rng: StdRng,
    values: Vec<Vec<Value>>,
    /// Nothing known but what is required.
    bare: Lead,
}

impl Nearby {
    pub(super) fn new(pair: &Pair<'_>, as_of: i64, seed: u64, shared: bool) -> Nearby {
        let schema = pair.schema;
        let candidates = Candidates::of(&[pair.old, pair.new]);
        let places = 0..schema.attributes.len();
        let values =
            places.map(|place| candidates.of_attribute(pair, place, as_of, shared)).collect::<Vec<_>>();
        let attributes = schema.attributes.iter().enumerate();
        let bare = attributes.map(|(place, attribute)| attribute.required.then(|| plain(pair, place, as_of)));
        let bare = Lead { key: "lead".into(), attributes: bare.collect(), events: Vec::new() };
        Nearby { rng: StdRng::seed_from_u64(seed), values, bare }
    }

    /// A lead of few events of one type and few known values that is scored differently.
    pub(super) fn simple(&mut self, both: &At<'_, '_>, pool: &Pool) -> Option<Lead> {
        let kinds: Vec<EventId> = pool.events.iter().map(|possible| possible.event.kind).collect();
        for number in 0..SIMPLE {
            let mut lead = self.bare.clone();
            for _ in 0..number % 4 {
                self.attribute(&mut lead);
            }
            if !kinds.is_empty() && number % 3 > 0 {
                let kind = kinds[self.rng.random_range(0..kinds.len())];
                let own: Vec<&Event> = pool
                    .events
                    .iter()
                    .map(|possible| &possible.event)
                    .filter(|event| event.kind == kind)
                    .collect();
                for _ in 0..self.rng.random_range(1..5) {
                    lead.events.push(own[self.rng.random_range(0..own.len())].clone());
                }
            }
            if !both.differences(&lead).is_empty() {
                return Some(lead);
            }
        }
        None
    }

    /// One of the leads around that is scored differently.
    pub(super) fn differing(&mut self, both: &At<'_, '_>, lead: &Lead, pool: &Pool) -> Option<Lead> {
        for _ in 0..TRIES {
            let mut near = lead.clone();
            for _ in 0..self.rng.random_range(1..4) {
                self.change(&mut near, pool);
            }
            if !both.differences(&near).is_empty() {
                return Some(near);
            }
        }
        None
    }

    fn change(&mut self, lead: &mut Lead, pool: &Pool) {
        let pick = self.rng.random_range(0..10);
        let some = !lead.events.is_empty();
        match pick {
            0..=3 if !pool.events.is_empty() => {
                let other = &pool.events[self.rng.random_range(0..pool.events.len())];
                lead.events.push(other.event.clone());
            }
            4 if some => {
                lead.events.remove(self.rng.random_range(0..lead.events.len()));
            }
            5..=7 if some && !pool.events.is_empty() => {
                let time = pool.events[self.rng.random_range(0..pool.events.len())].event.time;
                let place = self.rng.random_range(0..lead.events.len());
                lead.events[place].time = time;
            }
            _ => self.attribute(lead),
        }
    }

    /// Another value of an attribute.
    fn attribute(&mut self, lead: &mut Lead) {
        let known: Vec<usize> =
            (0..self.values.len()).filter(|place| !self.values[*place].is_empty()).collect();
        if known.is_empty() {
            return;
        }
        let place = known[self.rng.random_range(0..known.len())];
        let values = &self.values[place];
        lead.attributes[place] = Some(values[self.rng.random_range(0..values.len())].clone());
    }
}
