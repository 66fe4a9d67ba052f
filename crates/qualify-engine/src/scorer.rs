//! One lead at a time: the way of services that hold a plan and score a lead when something happens to it.

use crate::engine::Engine;
use crate::worker::Worker;
use qualify_model::{Batch, Column, Lead, ScoreColumns, UNKNOWN, Value};
use qualify_plan::Plan;
use std::collections::HashMap;
use std::sync::Arc;

/// Different texts of an attribute or an event property that are remembered; then they begin anew.
const REMEMBERED: usize = 4096;

/// Scores leads one by one. Allocates nothing once it has seen leads with as many events and the texts of their
/// properties.
#[derive(Debug)]
pub struct Scorer<'e> {
    plan: &'e Plan,
    worker: Worker<'e>,
    batch: Batch,
    /// For each attribute of texts their codes.
    attribute_codes: Vec<Codes>,
    /// For each property column of texts their codes.
    codes: Vec<Codes>,
    scores: ScoreColumns,
}

/// Codes of texts in their dictionary.
type Codes = HashMap<Arc<str>, u32, foldhash::fast::RandomState>;

impl Engine {
    /// For leads that come one by one.
    pub fn scorer(&self) -> Scorer<'_> {
        let plan = self.plan();
        let needed = plan.schema.attributes.iter().zip(&plan.needs.attributes);
        let mut batch = Batch::default();
        batch.leads.attributes =
            needed.map(|(a, needed)| needed.then(|| Column::unknown(&a.ty, 1))).collect();
        batch.leads.rows = 1;
        batch.events.properties = plan.needs.properties.iter().map(|p| Column::unknown(&p.ty, 0)).collect();
        batch.events.received = plan.needs.received.then(Vec::new);
        Scorer {
            plan,
            worker: self.worker_of(1),
            attribute_codes: vec![Codes::default(); plan.schema.attributes.len()],
            codes: vec![Codes::default(); plan.needs.properties.len()],
            batch,
            scores: ScoreColumns::default(),
        }
    }
}

impl Scorer<'_> {
    /// The results of a lead, in columns of one row.
    pub fn score(&mut self, lead: &Lead) -> &ScoreColumns {
        let unknown = None;
        for (place, column) in self.batch.leads.attributes.iter_mut().enumerate() {
            let Some(column) = column else { continue };
            let codes = &mut self.attribute_codes[place];
            if set(column, lead.attributes.get(place).unwrap_or(&unknown), codes) {
                self.worker.forget(place);
            }
        }
        self.take_events(lead);
        self.worker.score_one(&self.batch, &mut self.scores);
        &self.scores
    }

    fn take_events(&mut self, lead: &Lead) {
        let events = &mut self.batch.events;
        let needs = &self.plan.needs;
        events.kinds.clear();
        events.times.clear();
        let is_read = |kind: usize| needs.events.get(kind).copied().unwrap_or(false);
        let read = || lead.events.iter().filter(|event| is_read(event.kind.index()));
        events.kinds.extend(read().map(|event| event.kind.0 as u16));
        events.times.extend(read().map(|event| event.time));
        if let Some(received) = &mut events.received {
            received.clear();
            received.extend(read().map(|event| event.received.unwrap_or(i64::MIN)));
        }
        events.offsets.clear();
        events.offsets.extend([0, events.times.len() as u32]);
        for ((column, property), codes) in
            events.properties.iter_mut().zip(&needs.properties).zip(&mut self.codes)
        {
            clear(column);
            for event in read() {
                let place = property.places.get(event.kind.index()).copied().flatten();
                let value = place.and_then(|place| event.properties.get(place as usize)?.as_ref());
                push(column, value, codes);
            }
        }
    }
}

/// The one value of an attribute. Whether its dictionary began anew.
fn set(column: &mut Column, value: &Option<Value>, numbers: &mut Codes) -> bool {
    match column {
        Column::YesNo(values) => values[0] = yes_no(value.as_ref()),
        Column::Number { values, known } => {
            let units = value.as_ref().and_then(units);
            values[0] = units.unwrap_or(0);
            let known = known.get_or_insert_default();
            known.clear();
            known.push(units.is_some() as u8);
        }
        Column::Text { codes, dictionary } => {
            let Some(text) = value.as_ref().and_then(text) else {
                codes[0] = UNKNOWN;
                return false;
            };
            if let Some(code) = numbers.get(text) {
                codes[0] = *code;
                return false;
            }
            let texts = Arc::make_mut(dictionary); // nobody else holds it
            let is_full = texts.len() >= REMEMBERED;
            if is_full {
                texts.clear();
                numbers.clear();
            }
            codes[0] = texts.len() as u32;
            numbers.insert(text.clone(), codes[0]);
            texts.push(text.clone());
            return is_full;
        }
        Column::List { codes, dictionary } => {
            let lists = Arc::make_mut(dictionary);
            lists.clear();
            lists.extend(value.as_ref().and_then(list).cloned());
            codes[0] = if lists.is_empty() { UNKNOWN } else { 0 };
        }
    }
    false
}

fn clear(column: &mut Column) {
    match column {
        Column::YesNo(values) => values.clear(),
        Column::Number { values, known } => {
            values.clear();
            known.get_or_insert_default().clear();
        }
        Column::Text { codes, .. } | Column::List { codes, .. } => codes.clear(),
    }
}

/// Appends the value of a property.
fn push(column: &mut Column, value: Option<&Value>, numbers: &mut Codes) {
    match column {
        Column::YesNo(values) => values.push(yes_no(value)),
        Column::Number { values, known } => {
            let units = value.and_then(units);
            values.push(units.unwrap_or(0));
            known.get_or_insert_default().push(units.is_some() as u8);
        }
        Column::Text { codes, dictionary } => {
            let code = value.and_then(text).map(|text| match numbers.get(text) {
                Some(code) => *code,
                None => remember(text, codes, dictionary, numbers),
            });
            codes.push(code.unwrap_or(UNKNOWN));
        }
        Column::List { codes, dictionary } => {
            let list = value.and_then(list);
            let code = list.map(|list| {
                let lists = Arc::make_mut(dictionary);
                if codes.is_empty() {
                    lists.clear();
                }
                lists.push(list.clone());
                lists.len() as u32 - 1
            });
            codes.push(code.unwrap_or(UNKNOWN));
        }
    }
}

/// The code of a text that was not met before. The dictionary becomes another one, as others hold it.
fn remember(
    text: &Arc<str>,
    codes: &mut [u32],
    dictionary: &mut Arc<Vec<Arc<str>>>,
    numbers: &mut Codes,
) -> u32 {
    let mut texts = dictionary.to_vec();
    if texts.len() >= REMEMBERED {
        // only those of the lead in hand stay
        let kept: Vec<Arc<str>> =
            codes.iter().filter_map(|code| texts.get(*code as usize).cloned()).collect();
        numbers.clear();
        texts.clear();
        for (code, text) in codes.iter_mut().filter(|code| **code != UNKNOWN).zip(kept) {
            let next = texts.len() as u32;
            *code = *numbers.entry(text.clone()).or_insert(next);
            if *code == next {
                texts.push(text);
            }
        }
    }
    let code = texts.len() as u32;
    texts.push(text.clone());
    numbers.insert(text.clone(), code);
    *dictionary = Arc::new(texts);
    code
}

fn yes_no(value: Option<&Value>) -> u8 {
    match value {
        Some(Value::YesNo(yes)) => 2 * *yes as u8,
        _ => 1,
    }
}

fn units(value: &Value) -> Option<i64> {
    match value {
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => Some(*units),
        Value::Date(day) => Some(*day as i64),
        Value::Word(word) => Some(*word as i64),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&Arc<str>> {
    match value {
        Value::Text(text) | Value::Stage(text) => Some(text),
        _ => None,
    }
}

/// An empty list is unknown.
fn list(value: &Value) -> Option<&Vec<Value>> {
    match value {
        Value::List(list) => Some(list).filter(|list| !list.is_empty()),
        _ => None,
    }
}
