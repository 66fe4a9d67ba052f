//! Two models side by side: one lead as each of them reads it, and scored by both.

use super::Difference;
use super::Obstacle;
use super::facts::{Reading, View};
use super::joined::Joined;
use super::outcomes::differences;
use qualify_model::*;
use qualify_reference::Interpreter;
use std::borrow::Cow;
use std::cell::Cell;

/// The models that are compared.
pub(super) struct Pair<'m> {
    /// As they are.
    pub(super) old: &'m Model,
    pub(super) new: &'m Model,
    /// The old and the new one over one schema, unless something stands in the way.
    pub(super) models: [&'m Model; 2],
    /// All facts of both: leads are leads of this schema.
    pub(super) schema: &'m Schema,
    /// How each reads them; none if both read all as they are.
    pub(super) views: Option<&'m [View; 2]>,
    /// Why no proof can look into both.
    pub(super) blocked: &'m [Obstacle],
    /// Leads that were scored.
    pub(super) leads: Cell<u64>,
}

impl<'m> Pair<'m> {
    /// Of two models and what was joined of them.
    pub(super) fn new(old: &'m Model, new: &'m Model, joined: &'m Option<Joined>) -> Pair<'m> {
        let leads = Cell::new(0);
        match joined {
            None => {
                let schema = &new.schema;
                Pair { old, new, models: [old, new], schema, views: None, blocked: &[], leads }
            }
            Some(Joined { schema, models, views, blocked }) => {
                let models = models.as_ref().map_or([old, new], |[a, b]| [a, b]);
                Pair { old, new, models, schema, views: Some(views), blocked, leads }
            }
        }
    }

    /// A lead as one side reads it; 0 is the old model.
    pub(super) fn read<'l>(&self, side: usize, lead: &'l Lead) -> Cow<'l, Lead> {
        match self.views {
            None => Cow::Borrowed(lead),
            Some(views) => Cow::Owned(views[side].lead(lead)),
        }
    }

    /// Whether both sides accept all facts of a lead.
    pub(super) fn shared(&self, lead: &Lead) -> bool {
        self.views.is_none_or(|views| views.iter().all(|view| view.accepts(lead)))
    }

    /// Whether both sides accept that an attribute has a value.
    pub(super) fn shared_value(&self, place: usize, value: &Value) -> bool {
        self.views.is_none_or(|views| views.iter().all(|view| view.accepts[place].accepts(value)))
    }

    /// The same of a property of an event.
    pub(super) fn shared_property(&self, kind: EventId, place: usize, value: &Value) -> bool {
        let accepts =
            |side: usize| self.property(side, kind, place).is_none_or(|reading| reading.accepts(value));
        accepts(0) && accepts(1)
    }

    /// Whether both sides know an event type.
    pub(super) fn shared_event(&self, kind: EventId) -> bool {
        self.knows(0, kind) && self.knows(1, kind)
    }

    /// Whether a side knows an event type.
    pub(super) fn knows(&self, side: usize, kind: EventId) -> bool {
        self.views.is_none_or(|views| views[side].events[kind.index()].is_some())
    }

    /// How a side reads an attribute; none if as it is.
    pub(super) fn attribute(&self, side: usize, place: usize) -> Option<&'m Reading> {
        let reading = &self.views?[side].accepts[place];
        (!reading.is_all()).then_some(reading)
    }

    /// How a side reads a property; none if as it is, or if it does not know the event.
    pub(super) fn property(&self, side: usize, kind: EventId, place: usize) -> Option<&'m Reading> {
        let reading = &self.views?[side].events[kind.index()].as_ref()?.accepts[place];
        (!reading.is_all()).then_some(reading)
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
        (self.old.score(&self.pair.read(0, lead)), self.new.score(&self.pair.read(1, lead)))
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
