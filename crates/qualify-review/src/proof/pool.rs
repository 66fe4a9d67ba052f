//! A lead made of the solver's answer: attributes as the solver chose them, events out of a pool of possible ones.
//!
//! The pool holds events of every kind that the models tell apart, at the edges of the windows. What is asked of the
//! events of the lead is then a matter of which of them are there, so that an answer is a lead. The reference
//! interpreter has the last word.

mod ages;
mod drawn;
mod link;
mod nearby;

use super::circuit::{FALSE, Lit};
use super::decide::Decision;
use super::encode::{Source, Values};
use super::pair::Pair;
use super::solver::{Answer, Asked};
use super::{Limits, candidates::Candidates, search};
use qualify_model::*;
use std::collections::HashMap;

/// Models whose difference hangs on more numbers of events than this are searched in simple ways only.
const MOST_TALLIES: usize = 1_500;
/// More conditions on events of one type than this are not all told apart.
const MOST_LIKES: usize = 40;
/// Kinds of events of one type that are told apart, at most.
const MOST_KINDS: usize = 20;
/// Possible events in all.
const MOST_EVENTS: usize = 900;
/// Answers that are tried on the reference interpreter.
const TRIES: usize = 24;
/// Wrong turns for one question about one event.
const TURNS: u64 = 300;

/// An event that the lead may have.
pub(super) struct Possible {
    pub(super) event: Event,
    /// It is there.
    pub(super) there: Lit,
    /// The inputs of the circuit if this is the event in hand.
    pub(super) inputs: HashMap<usize, bool>,
}

/// Possible events at one instant.
pub(super) struct Pool {
    pub(super) as_of: i64,
    pub(super) events: Vec<Possible>,
    /// Where this holds, the lead has no other events.
    pub(super) only: Lit,
}

/// A simple lead that both models score differently, of facts that both sides accept, found by trying.
pub(super) fn simple(
    decision: &mut Decision<'_, '_>,
    pair: &Pair<'_>,
    limits: &Limits,
) -> Option<(Lead, i64)> {
    let as_of = search::INSTANTS[0];
    let pool = Pool::new(decision, pair, as_of, true);
    let lead = nearby::Nearby::new(pair, as_of, limits.seed, true).simple(&pair.at(as_of), &pool)?;
    Some((lead, as_of))
}

/// A lead that both models score differently, if one can be made of the solver's answers; `shared`: one of facts that
/// both sides accept.
pub(super) fn example(
    decision: &mut Decision<'_, '_>,
    pair: &Pair<'_>,
    limits: &Limits,
    shared: bool,
) -> Option<(Lead, i64)> {
    let as_of = search::INSTANTS[0];
    let accepted = if shared { decision.shared() } else { Vec::new() };
    let pool = Pool::new(decision, pair, as_of, shared);
    let both = pair.at(as_of);
    let mut nearby = nearby::Nearby::new(pair, as_of, limits.seed, shared);
    if let Some(lead) = nearby.simple(&both, &pool) {
        return Some((lead, as_of));
    }
    if decision.encoder.events.tallies.len() > MOST_TALLIES {
        return None;
    }
    let loose = pool.link(decision);
    // what was learned about leads with any events is of no use here
    decision.afresh();
    for few in pool.fewer() {
        let asked: Vec<Lit> =
            [pool.only, decision.differ].into_iter().chain(few).chain(accepted.iter().copied()).collect();
        let turns = decision.scaled(limits.conflicts / 20);
        if decision.solver.ask(&decision.encoder.c, &asked, turns) != Answer::Yes {
            continue;
        }
        let lead = pool.lead(decision);
        if !both.differences(&lead).is_empty() {
            return Some((lead, as_of));
        }
    }
    for _ in 0..TRIES {
        let asked: Vec<Lit> =
            [pool.only, decision.differ].into_iter().chain(accepted.iter().copied()).collect();
        let turns = decision.scaled(limits.conflicts);
        if decision.solver.ask(&decision.encoder.c, &asked, turns) != Answer::Yes {
            return None;
        }
        let lead = pool.lead(decision);
        if !both.differences(&lead).is_empty() {
            return Some((lead, as_of));
        }
        if let Some(lead) = nearby.differing(&both, &lead, &pool) {
            return Some((lead, as_of));
        }
        let other = pool.otherwise(decision, loose);
        decision.encoder.c.fact(other);
    }
    None
}

impl Pool {
    pub(super) fn new(decision: &mut Decision<'_, '_>, pair: &Pair<'_>, as_of: i64, shared: bool) -> Pool {
        let only = decision.encoder.c.input();
        let mut pool = Pool { as_of, events: Vec::new(), only };
        let candidates = Candidates::of(&[pair.old, pair.new]);
        for kind in 0..pair.schema.events.len() {
            let kind = EventId(kind as u32);
            if shared && !pair.shared_event(kind) {
                continue;
            }
            let ages = ages::of(pair, kind);
            let mut kinds = pool.kinds(decision, pair, kind, shared);
            if kinds.is_empty() {
                continue;
            }
            pool.more_values(pair, kind, &candidates, &mut kinds, shared);
            for properties in kinds {
                if pool.events.len() + ages.len() > MOST_EVENTS {
                    break;
                }
                for age in &ages {
                    let event =
                        Event { kind, time: as_of - age, received: None, properties: properties.clone() };
                    let there = decision.encoder.c.input();
                    let inputs = pool.inputs(decision, &event);
                    pool.events.push(Possible { event, there, inputs });
                }
            }
        }
        pool
    }

    /// Questions for a lead without events, and for one with events of one type alone: what must not be there.
    fn fewer(&self) -> Vec<Vec<Lit>> {
        let without = |kind: Option<EventId>| -> Vec<Lit> {
            let others = self.events.iter().filter(|possible| Some(possible.event.kind) != kind);
            others.map(|possible| !possible.there).collect()
        };
        let mut kinds: Vec<EventId> = self.events.iter().map(|possible| possible.event.kind).collect();
        kinds.dedup();
        std::iter::once(without(None)).chain(kinds.into_iter().map(|kind| without(Some(kind)))).collect()
    }

    /// Properties of events that the models tell apart.
    fn kinds(
        &self,
        decision: &mut Decision<'_, '_>,
        pair: &Pair<'_>,
        kind: EventId,
        shared: bool,
    ) -> Vec<Vec<Option<Value>>> {
        let accepted = if shared { decision.shared() } else { Vec::new() };
        let of_kind = decision.encoder.events.likes.iter().filter(|(k, _)| *k == kind);
        // the newest conditions are those of the new model alone
        let likes: Vec<Lit> = of_kind.map(|(_, lit)| *lit).rev().take(MOST_LIKES).collect();
        if likes.is_empty() {
            return Vec::new();
        }
        let mut questions: Vec<Vec<Lit>> = vec![likes.iter().map(|lit| !*lit).collect()];
        for a in &likes {
            // it, and as few of the others as may be
            let mut alone = vec![*a];
            alone.extend(likes.iter().filter(|b| *b != a).map(|b| !*b));
            questions.push(alone);
            questions.push(vec![*a]);
        }
        for a in &likes {
            for b in &likes {
                if a < b {
                    questions.extend([vec![*a, !*b], vec![!*a, *b], vec![*a, *b]]);
                }
            }
        }
        let mut solver = Asked::new();
        let mut out: Vec<Vec<Option<Value>>> = Vec::new();
        let mut seen: Vec<Vec<bool>> = Vec::new();
        for question in questions {
            if out.len() >= MOST_KINDS {
                break;
            }
            let question: Vec<Lit> = question.into_iter().chain(accepted.iter().copied()).collect();
            if solver.ask(&decision.encoder.c, &question, TURNS) != Answer::Yes {
                continue;
            }
            let properties = self.properties(decision, pair, kind, &solver);
            let event = Event { kind, time: self.as_of, received: None, properties: properties.clone() };
            let inputs = self.inputs(decision, &event);
            let mut values = HashMap::new();
            let signature =
                likes.iter().map(|lit| decision.encoder.c.value(*lit, &inputs, &mut values)).collect();
            if !seen.contains(&signature) {
                seen.push(signature);
                out.push(properties);
            }
        }
        out
    }

    /// One more kind for each value of a property that is counted or summed.
    fn more_values(
        &self,
        pair: &Pair<'_>,
        kind: EventId,
        candidates: &Candidates,
        kinds: &mut Vec<Vec<Option<Value>>>,
        shared: bool,
    ) {
        let schema = pair.schema;
        let counted = ages::counted_properties(pair, kind);
        for place in counted {
            let property = &schema.event(kind).properties[place];
            let mut values = candidates.of_property(pair, kind, place, self.as_of, shared);
            if let (Type::Number(_), Some((_, high))) = (&property.ty, &property.range) {
                values = vec![high.clone()];
                values.retain(|value| !shared || pair.shared_property(kind, place, value));
            }
            values.truncate(4);
            let first = kinds.first().cloned().unwrap_or_default();
            for value in values {
                let mut properties = first.clone();
                properties[place] = Some(value);
                if !kinds.contains(&properties) {
                    kinds.push(properties);
                }
            }
        }
    }

    /// The inputs of the circuit where this is the event in hand.
    fn inputs(&self, decision: &Decision<'_, '_>, event: &Event) -> HashMap<usize, bool> {
        let encoder = &decision.encoder;
        let mut inputs = HashMap::new();
        for (place, value) in event.properties.iter().enumerate() {
            let source = Source::Property(event.kind, place);
            let Some(variable) = encoder.sources.get(&source) else { continue };
            set(&mut inputs, variable.known, value.is_some());
            let Some(value) = value else { continue };
            match &variable.values {
                Values::Number(int) => set_int(&mut inputs, &int.bits, number(value)),
                Values::Text(which) => {
                    let text = &encoder.texts[*which];
                    let (Value::Text(own) | Value::Stage(own)) = value else { continue };
                    let code =
                        text.texts.iter().position(|other| text::equal(other, own)).map_or(0, |p| p + 1);
                    set_int(&mut inputs, &text.code.bits, code as i128);
                    text.tests.iter().for_each(|(test, lit)| set(&mut inputs, *lit, test.holds(own)));
                }
                Values::List => {}
            }
        }
        let age = self.as_of - event.time;
        if let Some(int) = encoder.ages.get(&Source::EventTime) {
            set_int(&mut inputs, &int.bits, age.into());
        }
        for (lit, source, window, which) in &encoder.events.calendar {
            if *source == Source::EventTime {
                let model = encoder.sides[*which].model;
                let inside = model.zone().window(self.as_of, window, &model.params);
                set(&mut inputs, *lit, inside.is_some_and(|inside| inside.contains(event.time)));
            }
        }
        inputs
    }

    /// Something else than the last answer.
    fn otherwise(&self, decision: &Decision<'_, '_>, loose: bool) -> Vec<Lit> {
        let there = self.events.iter().map(|possible| possible.there);
        let mut out: Vec<Lit> =
            there.filter(|lit| decision.solver.value(*lit) == Some(true)).map(|lit| !lit).collect();
        if out.is_empty() || !loose {
            for (source, variable) in &decision.encoder.sources {
                if let Source::Attribute(_) = source {
                    let mut lits = vec![variable.known];
                    match &variable.values {
                        Values::Number(int) => lits.extend(&int.bits),
                        Values::Text(which) => lits.extend(&decision.encoder.texts[*which].code.bits),
                        Values::List => {}
                    }
                    let turned = lits.into_iter().filter_map(|lit| {
                        decision.solver.value(lit).map(|value| if value { !lit } else { lit })
                    });
                    out.extend(turned);
                }
            }
        }
        out.push(!self.only);
        out
    }
}

fn set(inputs: &mut HashMap<usize, bool>, lit: Lit, value: bool) {
    if lit.node() != FALSE.node() {
        inputs.insert(lit.node(), value ^ lit.is_not());
    }
}

fn set_int(inputs: &mut HashMap<usize, bool>, bits: &[Lit], value: i128) {
    for (place, bit) in bits.iter().enumerate() {
        set(inputs, *bit, value >> place & 1 == 1);
    }
}

/// A value as the number that stands for it in the circuit.
pub(super) fn number(value: &Value) -> i128 {
    match value {
        Value::YesNo(yes) => i128::from(*yes),
        Value::Number(n) | Value::Time(n) | Value::Duration(n) => (*n).into(),
        Value::Date(n) => (*n).into(),
        Value::Word(n) => (*n).into(),
        Value::Text(_) | Value::Stage(_) | Value::List(_) => 0,
    }
}
