//! Facts as the solver chose them.

use super::{Pool, Possible};
use crate::proof::circuit::Lit;
use crate::proof::decide::Decision;
use crate::proof::encode::{Encoder, Source, Values};
use crate::proof::facts::Reading;
use crate::proof::int::Int;
use crate::proof::pair::Pair;
use crate::proof::solver::Asked;
use qualify_model::*;
use std::sync::Arc;

impl Pool {
    /// The lead of the solver's last answer.
    pub(super) fn lead(&self, decision: &Decision<'_, '_>) -> Lead {
        let (encoder, solver) = (&decision.encoder, &decision.solver);
        let schema = encoder.pair.schema;
        let attributes = schema.attributes.iter().enumerate().map(|(place, attribute)| {
            let source = Source::Attribute(place);
            let drawn = drawn(encoder, solver, source, attribute, self.as_of);
            drawn.or_else(|| attribute.required.then(|| plain(encoder.pair, place, self.as_of)))
        });
        let attributes = attributes.collect();
        let there = |possible: &&Possible| solver.value(possible.there) == Some(true);
        let events = self.events.iter().filter(there).map(|possible| possible.event.clone()).collect();
        Lead { key: "lead".into(), attributes, events }
    }

    /// The properties of the event in hand as a solver chose them.
    pub(super) fn properties(
        &self,
        decision: &Decision<'_, '_>,
        pair: &Pair<'_>,
        kind: EventId,
        solver: &Asked,
    ) -> Vec<Option<Value>> {
        let properties = pair.schema.event(kind).properties.iter().enumerate();
        let each = properties.map(|(place, property)| {
            drawn(&decision.encoder, solver, Source::Property(kind, place), property, self.as_of)
        });
        each.collect()
    }
}

/// A value as a solver chose it; unknown if nothing hangs on it.
fn drawn(
    encoder: &Encoder<'_, '_>,
    solver: &Asked,
    source: Source,
    attribute: &Attribute,
    as_of: i64,
) -> Option<Value> {
    let variable = encoder.sources.get(&source)?;
    if solver.value(variable.known) != Some(true) {
        return None;
    }
    let held = |n: i128| exact::hold(n).0;
    match &variable.values {
        Values::Number(int) => {
            let n = held(chosen(solver, int)?);
            // of a time its age may be all that was asked for
            let aged = encoder.ages.get(&source).and_then(|age| chosen(solver, age)).map(held);
            Some(match &attribute.ty {
                Type::YesNo => Value::YesNo(n != 0),
                Type::Number(_) => Value::Number(n),
                Type::Duration => Value::Duration(n),
                Type::OneOf(_) => Value::Word(n as u32),
                Type::Time => Value::Time(aged.map_or(n, |age| as_of - age)),
                _ => {
                    let day = aged.map_or(n, |age| (as_of - age).div_euclid(calendar::DAY_US));
                    Value::Date(day.clamp(i32::MIN.into(), i32::MAX.into()) as i32)
                }
            })
        }
        Values::Text(which) => {
            let text = text_of(encoder, solver, *which, source, &attribute.ty);
            Some(if attribute.ty == Type::Stage { Value::Stage(text) } else { Value::Text(text) })
        }
        Values::List => list_of(encoder, solver, source, &attribute.ty),
    }
}

fn chosen(solver: &Asked, int: &Int) -> Option<i128> {
    let last = int.bits.len() - 1;
    let mut value = 0i128;
    let mut asked = false;
    for (place, bit) in int.bits.iter().enumerate() {
        let constant = bit.node() == 0;
        let set = if constant { !bit.is_not() } else { solver.value(*bit).unwrap_or(false) };
        asked |= !constant && solver.value(*bit).is_some();
        if set {
            value += if place == last { -(1i128 << place) } else { 1i128 << place };
        }
    }
    asked.then(|| (value * int.scale).clamp(int.low, int.high))
}

fn text_of(encoder: &Encoder<'_, '_>, solver: &Asked, which: usize, source: Source, ty: &Type) -> Arc<str> {
    let whole = spelled(encoder, solver, which);
    let part = |part: Part| {
        let text = encoder.texts.iter().position(|text| text.part == Some((part, source)))?;
        let is_asked = chosen(solver, &encoder.texts[text].code).is_some()
            || encoder.texts[text].tests.iter().any(|(_, lit)| solver.value(*lit).is_some());
        is_asked.then(|| spelled(encoder, solver, text)).flatten()
    };
    let text = match (whole, ty) {
        (Some(text), _) => text,
        (None, Type::Text(TextKind::Email)) => {
            let local = part(Part::LocalPart).unwrap_or("a".into());
            format!("{local}@{}", part(Part::Domain).unwrap_or("example.com".into()))
        }
        (None, Type::Text(TextKind::Url)) => {
            let host = part(Part::Host).unwrap_or("example.com".into());
            let path = part(Part::Path).unwrap_or("/".into());
            format!("https://{host}/{}", path.trim_start_matches('/'))
        }
        (None, _) => "x".into(),
    };
    Arc::from(text.as_str())
}

/// One of the texts that were asked for, or one that passes the tests that it should; none if any will do.
fn spelled(encoder: &Encoder<'_, '_>, solver: &Asked, which: usize) -> Option<String> {
    let text = &encoder.texts[which];
    let code = chosen(solver, &text.code).unwrap_or(0);
    if let Some(known) = usize::try_from(code - 1).ok().and_then(|place| text.texts.get(place)) {
        return Some(known.clone());
    }
    let holds = |lit: &Lit| solver.value(*lit) == Some(true);
    let wanted: Vec<String> =
        text.tests.iter().filter(|(_, lit)| holds(lit)).map(|(t, _)| t.sample()).collect();
    match wanted.is_empty() {
        true => None,
        // one more word, so that it is none of the texts that were asked for
        false => {
            let longest = wanted.iter().max_by_key(|text| text.len())?.clone();
            let all = wanted.join(" ");
            let passes = |t: &String| text.tests.iter().all(|(test, lit)| test.holds(t) == holds(lit));
            Some(
                [longest, all.clone(), format!("x {all}"), format!("{all} x")]
                    .into_iter()
                    .find(passes)
                    .unwrap_or(all),
            )
        }
    }
}

fn list_of(encoder: &Encoder<'_, '_>, solver: &Asked, source: Source, ty: &Type) -> Option<Value> {
    let Type::List(inner) = ty else { return None };
    let mut values = Vec::new();
    let mut wanted: Vec<&String> = Vec::new();
    for ((of, question), lit) in &encoder.elements {
        if *of == source && solver.value(*lit) == Some(true) {
            wanted.push(question);
        }
    }
    wanted.sort();
    for question in wanted {
        let Some((_, text)) = question.split_once(' ') else { continue };
        match &**inner {
            Type::Text(_) => values.push(Value::Text(Arc::from(text))),
            Type::OneOf(id) => {
                let words = encoder.pair.schema.vocabulary(*id);
                values.extend(words.find(text).map(Value::Word));
            }
            Type::Number(_) => {
                let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
                values.extend(digits.parse().ok().map(Value::Number));
            }
            _ => {}
        }
    }
    if values.is_empty() {
        values.push(plain_of(inner, None, 0));
    }
    Some(Value::List(values))
}

/// Some value of an attribute, one that both sides accept if there is one.
pub(super) fn plain(pair: &Pair<'_>, place: usize, as_of: i64) -> Value {
    let attribute = &pair.schema.attributes[place];
    let plain = plain_of(&attribute.ty, attribute.range.as_ref(), as_of);
    let mut others: Vec<Value> = Vec::new();
    for reading in [0, 1].into_iter().filter_map(|side| pair.attribute(side, place)) {
        match reading {
            Reading::Range(low, high) => others.extend([Value::Number(*low), Value::Number(*high)]),
            Reading::Words(places) => others.extend((0..places.len() as u32).map(Value::Word)),
            Reading::All | Reading::Nothing => {}
        }
    }
    let all = || std::iter::once(&plain).chain(&others);
    all().find(|value| pair.shared_value(place, value)).unwrap_or(&plain).clone()
}

fn plain_of(ty: &Type, range: Option<&(Value, Value)>, as_of: i64) -> Value {
    match (ty, range) {
        (Type::Number(_), Some((Value::Number(low), Value::Number(high)))) => {
            Value::Number(0.clamp(*low, *high))
        }
        (Type::Number(_), _) => Value::Number(0),
        (Type::YesNo, _) => Value::YesNo(false),
        (Type::Text(TextKind::Email), _) => Value::Text(Arc::from("a@example.com")),
        (Type::Text(TextKind::Url), _) => Value::Text(Arc::from("https://example.com/")),
        (Type::Text(_), _) => Value::Text(Arc::from("x")),
        (Type::Date, _) => Value::Date(as_of.div_euclid(calendar::DAY_US) as i32),
        (Type::Time, _) => Value::Time(as_of),
        (Type::Duration, _) => Value::Duration(0),
        (Type::OneOf(_), _) => Value::Word(0),
        (Type::List(inner), _) => Value::List(vec![plain_of(inner, None, as_of)]),
        (Type::Stage, _) => Value::Stage(Arc::from("x")),
    }
}
