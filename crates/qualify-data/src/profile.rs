//! What the data of a project holds: per attribute how much is known, how many different values, which are
//! the most frequent, from where to where; per event type how many, of how many leads, when.

use crate::bind::Binding;
use crate::decimal::plain;
use crate::read::LeadSet;
use qualify_model::calendar::{format_day, format_instant};
use qualify_model::{Attribute, EventType, Schema, Type, Value};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// Values that are listed as the most frequent.
const TOP: usize = 5;

/// The profile of a lead set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Profile {
    /// How many leads.
    pub leads: u64,
    /// How many events.
    pub events: u64,
    /// In the order of the schema.
    pub attributes: Vec<ValueProfile>,
    /// In the order of the schema.
    pub event_types: Vec<EventProfile>,
}

/// The values of one attribute or property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueProfile {
    /// The attribute's path, or the property's name.
    pub name: String,
    /// The column it is read from, of an attribute.
    pub column: Option<String>,
    /// The files with that column.
    pub files: Option<String>,
    /// Leads or events.
    pub total: u64,
    /// Those with a known value.
    pub known: u64,
    /// Different known values.
    pub distinct: u64,
    /// The least value, of types that have an order.
    pub least: Option<String>,
    /// The greatest.
    pub greatest: Option<String>,
    /// The most frequent values, most frequent first; none for personal data. Of lists their elements.
    pub top: Vec<Frequency>,
    /// Words of the vocabulary that never occur.
    pub never_seen: Vec<String>,
    /// Personal data: values are not shown.
    pub personal: bool,
}

/// A value and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Frequency {
    /// As the language shows it.
    pub value: String,
    /// How often.
    pub count: u64,
}

/// The events of one type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventProfile {
    /// The event's name.
    pub name: String,
    /// How many.
    pub count: u64,
    /// Of how many leads.
    pub leads: u64,
    /// The earliest.
    pub first: Option<String>,
    /// The latest.
    pub last: Option<String>,
    /// Properties; the first is the object.
    pub properties: Vec<ValueProfile>,
}

/// Looks through the leads.
pub fn profile(set: &LeadSet, schema: &Schema) -> Profile {
    let bindings: HashMap<&str, &Binding> = set.bindings.iter().map(|b| (b.attribute.as_str(), b)).collect();
    let attributes = schema.attributes.iter().enumerate().map(|(place, attribute)| {
        let path = attribute.path();
        let binding = bindings.get(path.as_str());
        let values = set.leads.iter().map(|lead| lead.attributes[place].as_ref());
        let mut profile = values_of(attribute, path, values, schema);
        profile.column = binding.map(|b| b.column.clone());
        profile.files = binding.map(|b| b.files.clone());
        profile
    });
    let event_types =
        schema.events.iter().enumerate().map(|(place, event)| events_of(set, event, place, schema));
    Profile {
        leads: set.leads.len() as u64,
        events: set.leads.iter().map(|l| l.events.len() as u64).sum(),
        attributes: attributes.collect(),
        event_types: event_types.collect(),
    }
}

fn events_of(set: &LeadSet, event: &EventType, place: usize, schema: &Schema) -> EventProfile {
    let mine = || {
        let numbered = set.leads.iter().enumerate();
        numbered
            .flat_map(|(i, lead)| lead.events.iter().map(move |e| (i, e)))
            .filter(|(_, e)| e.kind.index() == place)
    };
    let times = || mine().map(|(_, e)| e.time);
    let properties = event.properties.iter().enumerate().map(|(p, property)| {
        values_of(property, property.name.clone(), mine().map(|(_, e)| e.properties[p].as_ref()), schema)
    });
    EventProfile {
        name: event.name.clone(),
        count: mine().count() as u64,
        leads: mine().map(|(lead, _)| lead).collect::<HashSet<_>>().len() as u64,
        first: times().min().map(format_instant),
        last: times().max().map(format_instant),
        properties: properties.collect(),
    }
}

fn values_of<'a>(
    attribute: &Attribute,
    name: String,
    values: impl Iterator<Item = Option<&'a Value>>,
    schema: &Schema,
) -> ValueProfile {
    let (mut total, mut known) = (0, 0);
    let mut counts: HashMap<&Value, u64> = HashMap::new();
    for value in values {
        total += 1;
        let Some(value) = value else { continue };
        known += 1;
        match value {
            Value::List(elements) => elements.iter().for_each(|e| *counts.entry(e).or_default() += 1),
            value => *counts.entry(value).or_default() += 1,
        }
    }
    let ty = if let Type::List(element) = &attribute.ty { element } else { &attribute.ty };
    let show = |value: &Value| shown(value, ty, schema);
    let has_range =
        matches!(ty, Type::Number(_) | Type::Date | Type::Time | Type::Duration) && !attribute.personal;
    let end = |end: Option<&&Value>| end.filter(|_| has_range).map(|v| show(v));
    let top = if attribute.personal { Vec::new() } else { most_frequent(&counts, show) };
    ValueProfile {
        name,
        column: None,
        files: None,
        total,
        known,
        distinct: counts.len() as u64,
        least: end(counts.keys().min_by_key(|v| size(v))),
        greatest: end(counts.keys().max_by_key(|v| size(v))),
        top,
        never_seen: never_seen(ty, &counts, schema),
        personal: attribute.personal,
    }
}

/// Most frequent first; equals in the order of their text, so that two runs say the same.
fn most_frequent(counts: &HashMap<&Value, u64>, show: impl Fn(&Value) -> String) -> Vec<Frequency> {
    let mut all: Vec<_> = counts.iter().map(|(value, count)| (*count, *value)).collect();
    if all.len() > TOP {
        // only those that may be shown are worth a text
        all.sort_unstable_by_key(|(count, _)| std::cmp::Reverse(*count));
        let least = all[TOP - 1].0;
        all.retain(|(count, _)| *count >= least);
    }
    let mut top: Vec<_> =
        all.into_iter().map(|(count, value)| Frequency { value: show(value), count }).collect();
    top.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    top.truncate(TOP);
    top
}

fn never_seen(ty: &Type, counts: &HashMap<&Value, u64>, schema: &Schema) -> Vec<String> {
    let Type::OneOf(id) = ty else { return Vec::new() };
    let words = schema.vocabulary(*id).words.iter().enumerate();
    let unseen = words.filter(|(i, _)| !counts.contains_key(&Value::Word(*i as u32)));
    unseen.map(|(_, word)| word.name.clone()).collect()
}

/// What values of an ordered type compare by.
fn size(value: &Value) -> i64 {
    match value {
        Value::Number(n) | Value::Time(n) | Value::Duration(n) => *n,
        Value::Date(days) => i64::from(*days),
        _ => 0,
    }
}

fn shown(value: &Value, ty: &Type, schema: &Schema) -> String {
    match (value, ty) {
        (Value::YesNo(yes), _) => if *yes { "yes" } else { "no" }.to_string(),
        (Value::Number(units), Type::Number(kind)) => plain(*units, kind.decimals()),
        (Value::Text(text) | Value::Stage(text), _) => text.to_string(),
        (Value::Date(day), _) => format_day(*day),
        (Value::Time(time), _) => format_instant(*time),
        (Value::Duration(micros), _) => format!("{}s", plain(*micros, 6)),
        (Value::Word(n), Type::OneOf(id)) => {
            schema.vocabulary(*id).words.get(*n as usize).map(|w| w.name.clone()).unwrap_or_default()
        }
        (other, _) => format!("{other:?}"),
    }
}
