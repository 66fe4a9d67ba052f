//! Looking for a lead that two models score differently, by trying: random leads whose values stand at the edges of
//! what the models ask.
//!
//! Not in here: proofs. Nothing found proves nothing.

use super::candidates::Candidates;
use super::pair::Pair;
use super::{Limits, Searched};
use qualify_model::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// Instants at which leads are tried: an ordinary noon, the end of a month, a change of clocks.
pub(super) const INSTANTS: &[i64] = &[
    1_767_787_200_000_000, // 2026-01-07T12:00:00Z, a Wednesday
    1_780_185_600_000_000, // 2026-05-31T00:00:00Z
    1_774_746_000_000_000, // 2026-03-29T01:00:00Z
    1_709_210_096_000_000, // 2024-02-29T12:34:56Z
];

/// Most events of a random lead.
const MOST_EVENTS: usize = 8;

/// What a search found.
pub(super) struct Found {
    /// A lead that is scored differently, and at which instant.
    pub(super) lead: Option<(Lead, i64)>,
    pub(super) searched: Searched,
}

/// Tries as many leads as the limits allow.
pub(super) fn search(pair: &Pair<'_>, limits: &Limits) -> Found {
    let mut searched = Searched { leads: 0, seed: limits.seed };
    // leads that both versions accept first
    for shared in [true, false] {
        if !shared && pair.views.is_none() {
            break;
        }
        if let Some(found) = search_in(Source::new(pair, limits.seed, shared), pair, limits, &mut searched) {
            return Found { lead: Some(found), searched };
        }
    }
    Found { lead: None, searched }
}

fn search_in(
    mut source: Source<'_, '_>,
    pair: &Pair<'_>,
    limits: &Limits,
    searched: &mut Searched,
) -> Option<(Lead, i64)> {
    for (i, as_of) in INSTANTS.iter().enumerate() {
        let both = pair.at(*as_of);
        // half of all at the ordinary instant
        let share = if i == 0 { limits.leads / 2 } else { limits.leads / 2 / (INSTANTS.len() as u64 - 1) };
        source.prepare(*as_of);
        for _ in 0..share {
            let lead = source.lead();
            searched.leads += 1;
            if !both.differences(&lead).is_empty() {
                return Some((lead, *as_of));
            }
        }
    }
    None
}

/// Makes random leads.
struct Source<'p, 'm> {
    pair: &'p Pair<'m>,
    /// Only facts that both sides accept.
    shared: bool,
    /// Event types.
    kinds: Vec<usize>,
    candidates: Candidates,
    rng: StdRng,
    as_of: i64,
    ages: Vec<i64>,
    attributes: Vec<Vec<Value>>,
    properties: Vec<Vec<Vec<Value>>>,
}

impl<'p, 'm> Source<'p, 'm> {
    fn new(pair: &'p Pair<'m>, seed: u64, shared: bool) -> Source<'p, 'm> {
        let known = |kind: &usize| !shared || pair.shared_event(EventId(*kind as u32));
        Source {
            pair,
            shared,
            kinds: (0..pair.schema.events.len()).filter(known).collect(),
            candidates: Candidates::of(&[pair.old, pair.new]),
            rng: StdRng::seed_from_u64(seed),
            as_of: 0,
            ages: Vec::new(),
            attributes: Vec::new(),
            properties: Vec::new(),
        }
    }

    fn prepare(&mut self, as_of: i64) {
        let (pair, candidates, shared) = (self.pair, &self.candidates, self.shared);
        self.as_of = as_of;
        self.ages = candidates.ages().into_iter().flat_map(|age| [age, age, (age - 1).max(0)]).collect();
        let values = |place: usize| candidates.of_attribute(pair, place, as_of, shared);
        self.attributes = (0..pair.schema.attributes.len()).map(values).collect();
        let of_event = |(kind, event): (usize, &EventType)| -> Vec<Vec<Value>> {
            let kind = EventId(kind as u32);
            let places = 0..event.properties.len();
            places.map(|place| candidates.of_property(pair, kind, place, as_of, shared)).collect()
        };
        self.properties = pair.schema.events.iter().enumerate().map(of_event).collect();
    }

    fn lead(&mut self) -> Lead {
        let unknown = [0, 10, 30, 70][self.rng.random_range(0..4)];
        let schema = self.pair.schema;
        let attributes = schema.attributes.iter().enumerate().map(|(i, attribute)| {
            let unknown = if attribute.required { 1 } else { unknown };
            one(&mut self.rng, &self.attributes[i], unknown)
        });
        let attributes = attributes.collect();
        let wanted = if self.kinds.is_empty() { 0 } else { self.rng.random_range(0..=MOST_EVENTS) };
        let kinds = self.some_kinds();
        let events = (0..wanted).map(|_| self.event(&kinds, unknown)).collect();
        Lead { key: "lead".into(), attributes, events }
    }

    /// A lead has events of few types, so that counts are reached.
    fn some_kinds(&mut self) -> Vec<usize> {
        let all = self.kinds.len();
        if all == 0 {
            return Vec::new();
        }
        let n = self.rng.random_range(1..=3);
        (0..n).map(|_| self.kinds[self.rng.random_range(0..all)]).collect()
    }

    fn event(&mut self, kinds: &[usize], unknown: u32) -> Event {
        let kind = kinds[self.rng.random_range(0..kinds.len())];
        let age = self.ages[self.rng.random_range(0..self.ages.len())];
        let properties = self.properties[kind].iter().map(|values| one(&mut self.rng, values, unknown / 2));
        Event {
            kind: EventId(kind as u32),
            time: self.as_of - age,
            received: None,
            properties: properties.collect(),
        }
    }
}

/// One of the values, or unknown in so many of a hundred cases.
fn one(rng: &mut StdRng, values: &[Value], unknown: u32) -> Option<Value> {
    if values.is_empty() || rng.random_range(0..100) < unknown {
        return None;
    }
    Some(values[rng.random_range(0..values.len())].clone())
}
