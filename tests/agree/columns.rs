//! Leads as batches of columns, in every form that a batch may have: dictionaries that differ from batch to batch,
//! with texts that occur twice or not at all, in any order; columns with and without a mark for the known.
//!
//! Not in here: reading files.

use super::Dice;
use super::pieces::lengthen;
use qualify_model::{
    Batch, Column, EventColumns, Keys, Lead, LeadColumns, Needs, Schema, Type, UNKNOWN, Value,
};
use std::sync::Arc;

/// A batch of these leads, with the columns that are needed. The events of some leads come in pieces of so many at most,
/// if that is asked.
pub fn batch(dice: &mut Dice, schema: &Schema, needs: &Needs, leads: &[Lead], long: Option<usize>) -> Batch {
    let attributes = schema.attributes.iter().enumerate().map(|(place, attribute)| {
        let values = || leads.iter().map(|lead| lead.attributes[place].as_ref()).collect();
        needs.attributes[place].then(|| column(dice, &attribute.ty, values()))
    });
    let attributes = attributes.collect();
    let leads_of = LeadColumns { rows: leads.len(), keys: keys(leads), attributes };
    let Some(most) = long else {
        return Batch { leads: leads_of, events: events(dice, needs, leads) };
    };
    let (others, long) = lengthen(dice, needs, leads, most);
    Batch { leads: leads_of, events: EventColumns { long, ..events(dice, needs, &others) } }
}

fn keys(leads: &[Lead]) -> Keys {
    let mut bytes = Vec::new();
    let mut offsets = vec![0];
    for lead in leads {
        bytes.extend_from_slice(lead.key.as_bytes());
        offsets.push(bytes.len() as u32);
    }
    Keys::Texts { offsets, bytes }
}

/// The events of these leads.
pub fn events(dice: &mut Dice, needs: &Needs, leads: &[Lead]) -> EventColumns {
    let mut found = Vec::new();
    let mut offsets = vec![0];
    for lead in leads {
        // a reader may leave out what is not needed, and need not
        let wanted = lead.events.iter().filter(|event| needs.events[event.kind.index()] || dice.chance(5));
        found.extend(wanted);
        offsets.push(found.len() as u32);
    }
    let properties = needs.properties.iter().map(|needed| {
        let place = |kind: qualify_model::EventId| needed.places[kind.index()].map(|place| place as usize);
        let values = found.iter().map(|event| event.properties.get(place(event.kind)?)?.as_ref()).collect();
        column(dice, &needed.ty, values)
    });
    let properties = properties.collect();
    let some_received = found.iter().any(|event| event.received.is_some());
    let received = (needs.received && some_received)
        .then(|| found.iter().map(|event| event.received.unwrap_or(i64::MIN)).collect());
    EventColumns {
        offsets,
        kinds: found.iter().map(|event| event.kind.0 as u16).collect(),
        times: found.iter().map(|event| event.time).collect(),
        received,
        properties,
        long: Vec::new(),
    }
}

fn column(dice: &mut Dice, ty: &Type, values: Vec<Option<&Value>>) -> Column {
    match ty {
        Type::YesNo => Column::YesNo(values.iter().map(|value| truth(*value)).collect()),
        Type::Text(_) | Type::Stage => {
            let (codes, dictionary) = coded(dice, &values, |value| match value {
                Value::Text(text) | Value::Stage(text) => text.clone(),
                other => panic!("{other:?} is no text"),
            });
            Column::Text { codes, dictionary: Arc::new(dictionary) }
        }
        Type::List(_) => {
            let (codes, dictionary) = coded(dice, &values, |value| match value {
                Value::List(values) => values.clone(),
                other => panic!("{other:?} is no list"),
            });
            Column::List { codes, dictionary: Arc::new(dictionary) }
        }
        _ => {
            let marked = values.iter().any(Option::is_none) || dice.chance(50);
            let known = marked.then(|| values.iter().map(|value| u8::from(value.is_some())).collect());
            Column::Number { values: values.into_iter().map(|value| value.map_or(0, units)).collect(), known }
        }
    }
}

fn truth(value: Option<&Value>) -> u8 {
    match value {
        Some(Value::YesNo(true)) => 2,
        Some(Value::YesNo(false)) => 0,
        _ => 1,
    }
}

fn units(value: &Value) -> i64 {
    match value {
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => *units,
        Value::Date(day) => i64::from(*day),
        Value::Word(word) => i64::from(*word),
        other => panic!("{other:?} is no number"),
    }
}

/// Codes and a dictionary with entries that stand twice and others that no row has.
fn coded<T: Clone + PartialEq>(
    dice: &mut Dice,
    values: &[Option<&Value>],
    entry: impl Fn(&Value) -> T,
) -> (Vec<u32>, Vec<T>) {
    let mut dictionary: Vec<T> = Vec::new();
    if dice.chance(30) {
        // the values of the rows from behind: what the first rows have stands anywhere
        dictionary.extend(values.iter().rev().flatten().take(5).map(|value| entry(value)));
    }
    let codes = values.iter().map(|value| {
        let Some(value) = value else { return UNKNOWN };
        let wanted = entry(value);
        match dictionary.iter().position(|known| *known == wanted) {
            Some(place) if dictionary.len() > 100 || !dice.chance(10) => place as u32,
            _ => {
                dictionary.push(wanted);
                dictionary.len() as u32 - 1
            }
        }
    });
    (codes.collect(), dictionary)
}
