//! Two models side by side: one lead read in the schema of each, and scored by both.

use super::Difference;
use super::outcomes::differences;
use qualify_model::*;
use qualify_reference::Interpreter;
use std::cell::Cell;

/// The models that are compared.
pub(super) struct Pair<'m> {
    pub(super) old: &'m Model,
    pub(super) new: &'m Model,
    /// For each attribute of the old schema the one of the new schema that holds it.
    attributes: Vec<Option<usize>>,
    /// For each event type of the new schema that of the old one, with the places of its properties.
    events: Vec<Option<(EventId, Vec<Option<usize>>)>>,
    /// Both schemas say the same.
    pub(super) one_schema: bool,
    /// Leads that were scored.
    pub(super) leads: Cell<u64>,
}

impl<'m> Pair<'m> {
    pub(super) fn new(old: &'m Model, new: &'m Model) -> Pair<'m> {
        let find = |attribute: &Attribute, among: &[Attribute]| {
            among
                .iter()
                .position(|other| other.path() == attribute.path() && same_type(old, attribute, new, other))
        };
        let attributes = old.schema.attributes.iter().map(|a| find(a, &new.schema.attributes)).collect();
        let events = new.schema.events.iter().map(|event| {
            let id = old.schema.events.iter().position(|other| other.name == event.name)?;
            let properties = &old.schema.events[id].properties;
            Some((EventId(id as u32), properties.iter().map(|p| find(p, &event.properties)).collect()))
        });
        let events = events.collect();
        Pair {
            old,
            new,
            attributes,
            events,
            one_schema: one_schema(&old.schema, &new.schema),
            leads: Cell::new(0),
        }
    }

    /// A lead of the new schema as the old one reads it.
    pub(super) fn old_lead(&self, lead: &Lead) -> Lead {
        if self.one_schema {
            return lead.clone();
        }
        let attributes = self.attributes.iter().enumerate().map(|(place, from)| {
            let value = lead.attributes.get((*from)?)?.as_ref()?;
            let (old, new) = (&self.old.schema.attributes[place], &self.new.schema.attributes[(*from)?]);
            self.read(value, old, new)
        });
        let events = lead.events.iter().filter_map(|event| {
            let (kind, places) = self.events[event.kind.index()].as_ref()?;
            let properties = places.iter().enumerate().map(|(place, from)| {
                let value = event.properties.get((*from)?)?.as_ref()?;
                let old = &self.old.schema.event(*kind).properties[place];
                self.read(value, old, &self.new.schema.event(event.kind).properties[(*from)?])
            });
            Some(Event { kind: *kind, properties: properties.collect(), ..event.clone() })
        });
        Lead { key: lead.key.clone(), attributes: attributes.collect(), events: events.collect() }
    }

    /// A value as the old schema reads it: outside its range or vocabulary it is unknown.
    fn read(&self, value: &Value, old: &Attribute, new: &Attribute) -> Option<Value> {
        match (value, &old.ty, &new.ty) {
            (Value::Word(word), Type::OneOf(to), Type::OneOf(from)) => {
                let name = &self.new.schema.vocabulary(*from).words.get(*word as usize)?.name;
                let words = &self.old.schema.vocabulary(*to).words;
                Some(Value::Word(words.iter().position(|other| other.name == *name)? as u32))
            }
            (Value::Number(n), ..) => match &old.range {
                Some((Value::Number(low), Value::Number(high))) if n < low || n > high => None,
                _ => Some(value.clone()),
            },
            _ => Some(value.clone()),
        }
    }

    /// Both ready to score at an instant.
    pub(super) fn at(&self, as_of: i64) -> At<'_, 'm> {
        At { pair: self, old: Interpreter::new(self.old, as_of), new: Interpreter::new(self.new, as_of) }
    }
}

/// Two models at one instant.
pub(super) struct At<'p, 'm> {
    pub(super) pair: &'p Pair<'m>,
    old: Interpreter<'m>,
    new: Interpreter<'m>,
}

impl At<'_, '_> {
    /// What both make of a lead.
    pub(super) fn score(&self, lead: &Lead) -> (Outcome, Outcome) {
        self.pair.leads.set(self.pair.leads.get() + 1);
        let old = if self.pair.one_schema {
            self.old.score(lead)
        } else {
            self.old.score(&self.pair.old_lead(lead))
        };
        (old, self.new.score(lead))
    }

    /// What differs for a lead; empty if it is scored the same.
    pub(super) fn differences(&self, lead: &Lead) -> Vec<Difference> {
        let (old, new) = self.score(lead);
        differences((self.pair.old, &old), (self.pair.new, &new))
    }

    pub(super) fn as_of(&self) -> i64 {
        self.new.as_of()
    }
}

fn same_type(old: &Model, a: &Attribute, new: &Model, b: &Attribute) -> bool {
    match (&a.ty, &b.ty) {
        (Type::OneOf(x), Type::OneOf(y)) => {
            old.schema.vocabulary(*x).ordered == new.schema.vocabulary(*y).ordered
        }
        (Type::List(x), Type::List(y)) => x == y && old.schema.vocabularies == new.schema.vocabularies,
        (x, y) => x == y,
    }
}

/// Whether two schemas say the same, but for where it is written and where the data comes from.
fn one_schema(old: &Schema, new: &Schema) -> bool {
    let attribute = |a: &Attribute, b: &Attribute| {
        (a.owner, &a.group, &a.name, &a.ty, &a.range, a.required)
            == (b.owner, &b.group, &b.name, &b.ty, &b.range, b.required)
    };
    let all = |a: &[Attribute], b: &[Attribute]| {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| attribute(a, b))
    };
    all(&old.attributes, &new.attributes)
        && old.vocabularies.len() == new.vocabularies.len()
        && old.vocabularies.iter().zip(&new.vocabularies).all(|(a, b)| {
            let words = |v: &Vocabulary| v.words.iter().map(|word| word.name.clone()).collect::<Vec<_>>();
            a.ordered == b.ordered && words(a) == words(b)
        })
        && old.events.len() == new.events.len()
        && old
            .events
            .iter()
            .zip(&new.events)
            .all(|(a, b)| a.name == b.name && a.received == b.received && all(&a.properties, &b.properties))
}
