//! Leads that were read one by one, as a batch of columns.

use qualify_model::{
    Batch, Column, Event, EventColumns, Keys, Lead, LeadColumns, Needs, PropertyColumn, Schema, Type,
    UNKNOWN, Value,
};
use std::collections::HashMap;
use std::sync::Arc;

/// The leads with their events.
pub(super) fn batch(leads: &[Lead], schema: &Schema, needs: &Needs) -> Batch {
    let attributes = schema.attributes.iter().enumerate().map(|(place, attribute)| {
        let read = needs.attributes.get(place).copied().unwrap_or(false);
        read.then(|| column(&attribute.ty, leads.iter().map(|l| l.attributes[place].as_ref())))
    });
    let attributes = attributes.collect();
    let leads_in = LeadColumns { rows: leads.len(), keys: keys(leads), attributes };
    Batch { leads: leads_in, events: events(leads, needs) }
}

fn keys(leads: &[Lead]) -> Keys {
    let (mut offsets, mut bytes) = (vec![0], Vec::new());
    for lead in leads {
        bytes.extend_from_slice(lead.key.as_bytes());
        offsets.push(bytes.len() as u32);
    }
    Keys::Texts { offsets, bytes }
}

fn events(leads: &[Lead], needs: &Needs) -> EventColumns {
    let needed = |e: &&Event| needs.events.get(e.kind.index()).copied().unwrap_or(false);
    let mut offsets = vec![0];
    let mut all = Vec::new();
    for lead in leads {
        all.extend(lead.events.iter().filter(needed));
        offsets.push(all.len() as u32);
    }
    let received = needs.received && all.iter().any(|e| e.received.is_some());
    EventColumns {
        offsets,
        kinds: all.iter().map(|e| e.kind.0 as u16).collect(),
        times: all.iter().map(|e| e.time).collect(),
        received: received.then(|| all.iter().map(|e| e.received.unwrap_or(i64::MIN)).collect()),
        properties: needs.properties.iter().map(|p| property(p, &all)).collect(),
    }
}

fn property(wanted: &PropertyColumn, events: &[&Event]) -> Column {
    column(&wanted.ty, events.iter().map(|e| e.properties.get(place(wanted, e.kind.index())?)?.as_ref()))
}

/// The place of the property in events of that type.
pub(super) fn place(wanted: &PropertyColumn, kind: usize) -> Option<usize> {
    wanted.places.get(kind).copied().flatten().map(|p| p as usize)
}

fn column<'a>(ty: &Type, values: impl Iterator<Item = Option<&'a Value>>) -> Column {
    match ty {
        Type::YesNo => Column::YesNo(
            values
                .map(|v| match v {
                    Some(Value::YesNo(yes)) => 2 * u8::from(*yes),
                    _ => 1,
                })
                .collect(),
        ),
        Type::Text(_) | Type::Stage => texts(values),
        Type::List(_) => {
            let (mut codes, mut dictionary) = (Vec::new(), Vec::new());
            for value in values {
                codes.push(match value {
                    Some(Value::List(list)) => {
                        dictionary.push(list.clone());
                        dictionary.len() as u32 - 1
                    }
                    _ => UNKNOWN,
                });
            }
            Column::List { codes, dictionary: Arc::new(dictionary) }
        }
        _ => {
            let units: Vec<Option<i64>> = values.map(|v| v.and_then(units)).collect();
            let known = units.iter().any(Option::is_none);
            let known = known.then(|| units.iter().map(|u| u8::from(u.is_some())).collect());
            Column::Number { values: units.into_iter().map(Option::unwrap_or_default).collect(), known }
        }
    }
}

fn texts<'a>(values: impl Iterator<Item = Option<&'a Value>>) -> Column {
    let (mut codes, mut dictionary) = (Vec::new(), Vec::<Arc<str>>::new());
    let mut known: HashMap<&str, u32> = HashMap::new();
    for value in values {
        codes.push(match value {
            Some(Value::Text(text) | Value::Stage(text)) => *known.entry(text).or_insert_with(|| {
                dictionary.push(text.clone());
                dictionary.len() as u32 - 1
            }),
            _ => UNKNOWN,
        });
    }
    Column::Text { codes, dictionary: Arc::new(dictionary) }
}

/// The 64 bits that a column of numbers holds of a value.
pub(super) fn units(value: &Value) -> Option<i64> {
    match value {
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => Some(*units),
        Value::Date(days) => Some(i64::from(*days)),
        Value::Word(word) => Some(i64::from(*word)),
        _ => None,
    }
}
