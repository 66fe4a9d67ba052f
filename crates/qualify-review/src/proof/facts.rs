//! How each side reads the facts of two schemas that were made one: a fact that it does not accept is unknown to it.
//!
//! Not in here: how two schemas become one (`joined.rs`).

use super::test_text::shown;
use qualify_model::*;

/// How one side reads an attribute or property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It does not have it.
    Nothing,
    /// As it is.
    All,
    /// Numbers between these.
    Range(i64, i64),
    /// Words, by their numbers there.
    Words(Vec<Option<u32>>),
}

impl Reading {
    pub(super) fn is_all(&self) -> bool {
        *self == Reading::All
    }

    pub(super) fn is_nothing(&self) -> bool {
        *self == Reading::Nothing
    }

    /// The value as this side reads it.
    fn read(&self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Reading::Nothing, _) => None,
            (Reading::Range(low, high), Value::Number(n)) => (low <= n && n <= high).then(|| value.clone()),
            (Reading::Words(places), Value::Word(word)) => {
                places.get(*word as usize).copied().flatten().map(Value::Word)
            }
            (Reading::Words(_), Value::List(values)) => {
                Some(Value::List(values.iter().filter_map(|value| self.read(value)).collect()))
            }
            _ => Some(value.clone()),
        }
    }

    pub(super) fn accepts(&self, value: &Value) -> bool {
        match (self.read(value), value) {
            (None, _) => false,
            (Some(Value::List(kept)), Value::List(values)) => kept.len() == values.len(),
            _ => true,
        }
    }
}

/// How one side sees all facts.
#[derive(Clone, Debug)]
pub(super) struct View {
    /// For each of its own attributes the place among all.
    pub(super) attributes: Vec<Option<usize>>,
    /// How it reads each of all attributes.
    pub(super) accepts: Vec<Reading>,
    /// For each of all event types what it is there.
    pub(super) events: Vec<Option<EventView>>,
}

/// How one side sees the events of a type.
#[derive(Clone, Debug)]
pub(super) struct EventView {
    /// Its own number of the type.
    pub(super) own: EventId,
    /// For each of its own properties the place among all.
    pub(super) properties: Vec<Option<usize>>,
    /// How it reads each of all properties.
    pub(super) accepts: Vec<Reading>,
}

impl View {
    /// A lead as this side reads it.
    pub(super) fn lead(&self, lead: &Lead) -> Lead {
        let event = |event: &Event| {
            let view = self.events.get(event.kind.index())?.as_ref()?;
            let properties = read_all(&view.properties, &view.accepts, &event.properties);
            Some(Event { kind: view.own, properties, ..event.clone() })
        };
        Lead {
            key: lead.key.clone(),
            attributes: read_all(&self.attributes, &self.accepts, &lead.attributes),
            events: lead.events.iter().filter_map(event).collect(),
        }
    }

    /// Whether this side accepts all facts of a lead.
    pub(super) fn accepts(&self, lead: &Lead) -> bool {
        let all = |values: &[Option<Value>], accepts: &[Reading]| {
            values
                .iter()
                .zip(accepts)
                .all(|(value, reading)| value.iter().all(|value| reading.accepts(value)))
        };
        let event = |event: &Event| {
            let view = self.events.get(event.kind.index()).and_then(Option::as_ref);
            view.is_some_and(|view| all(&event.properties, &view.accepts))
        };
        all(&lead.attributes, &self.accepts) && lead.events.iter().all(event)
    }

    /// What this side, called `name`, makes of facts that it does not accept, in sentences.
    pub(super) fn refused(&self, name: &str, schema: &Schema, lead: &Lead, as_of: i64) -> Vec<String> {
        let mut out = Vec::new();
        let mut tell = |path: String, ty: &Type, value: &Value, reading: &Reading| {
            let value = shown(schema, ty, value, as_of);
            out.push(match reading {
                Reading::Nothing => format!("the {name} version does not know `{path}`"),
                _ => format!("to the {name} version `{path}` is unknown, for it does not accept `{value}`"),
            });
        };
        for (at, attribute) in schema.attributes.iter().enumerate() {
            if let Some(value) = lead.attributes[at].as_ref().filter(|v| !self.accepts[at].accepts(v)) {
                tell(attribute.path(), &attribute.ty, value, &self.accepts[at]);
            }
        }
        let mut strangers = Vec::new();
        for event in &lead.events {
            let kind = schema.event(event.kind);
            let Some(view) = &self.events[event.kind.index()] else {
                strangers.push(format!("the {name} version does not know the event `{}`", kind.name));
                continue;
            };
            for (at, property) in kind.properties.iter().enumerate() {
                if let Some(value) = event.properties[at].as_ref().filter(|v| !view.accepts[at].accepts(v)) {
                    tell(format!("{}.{}", kind.name, property.name), &property.ty, value, &view.accepts[at]);
                }
            }
        }
        out.extend(strangers);
        out.sort();
        out.dedup();
        out
    }
}

fn read_all(own: &[Option<usize>], accepts: &[Reading], values: &[Option<Value>]) -> Vec<Option<Value>> {
    let read = |at: &Option<usize>| {
        let at = (*at)?;
        accepts[at].read(values.get(at)?.as_ref()?)
    };
    own.iter().map(read).collect()
}
