//! Leads and events that were read one by one, as columns.

use super::facts::Facts;
use super::texts::Texts;
use qualify_model::{
    Column, Event, Keys, Lead, LeadColumns, Needs, PropertyColumn, Schema, Type, UNKNOWN, Value,
};
use std::collections::HashMap;
use std::sync::Arc;

/// The leads without their events.
pub(super) fn leads(leads: &[Lead], whole_keys: bool, schema: &Schema, needs: &Needs) -> LeadColumns {
    let attributes = schema.attributes.iter().enumerate().map(|(place, attribute)| {
        let read = needs.attributes.get(place).copied().unwrap_or(false);
        read.then(|| column(&attribute.ty, leads.iter().map(|l| l.attributes[place].as_ref())))
    });
    LeadColumns { rows: leads.len(), keys: keys(leads, whole_keys), attributes: attributes.collect() }
}

fn keys(leads: &[Lead], whole: bool) -> Keys {
    let numbers = || leads.iter().map(|lead| lead.key.parse().ok()).collect::<Option<Vec<i64>>>();
    if let Some(numbers) = whole.then(numbers).flatten() {
        return Keys::Integers(numbers);
    }
    let (mut offsets, mut bytes) = (vec![0], Vec::new());
    for lead in leads {
        bytes.extend_from_slice(lead.key.as_bytes());
        offsets.push(bytes.len() as u32);
    }
    Keys::Texts { offsets, bytes }
}

/// The events; codes of texts and lists are those of `texts`, one for each column.
pub(super) fn facts(events: &[Event], needs: &Needs, texts: &mut [Texts]) -> Facts {
    let mut facts = Facts {
        kinds: events.iter().map(|e| e.kind.0 as u16).collect(),
        times: events.iter().map(|e| e.time).collect(),
        received: needs.received.then(|| events.iter().map(|e| e.received.unwrap_or(i64::MIN)).collect()),
        properties: Vec::new(),
    };
    for (wanted, texts) in needs.properties.iter().zip(texts) {
        let value = |e: &'_ Event| e.properties.get(place(wanted, e.kind.index())?)?.clone();
        let values: Vec<Option<Value>> = events.iter().map(value).collect();
        let mut column = column(&wanted.ty, values.iter().map(Option::as_ref));
        let code = |value: &Option<Value>| match value {
            Some(Value::Text(text) | Value::Stage(text)) => texts.text(text),
            Some(Value::List(list)) => texts.list(list),
            _ => UNKNOWN,
        };
        if let Column::Text { codes, .. } | Column::List { codes, .. } = &mut column {
            *codes = values.iter().map(code).collect();
        }
        facts.properties.push(column);
    }
    facts
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
