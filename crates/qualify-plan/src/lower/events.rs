//! Event terms: what is asked of the events of a lead, as facts with slots.

use super::{Arguments, Computed, EachRule, Given, Lowered, Lowering, Number};
use crate::{N, Register, T};
use qualify_model::{Aggregate, Property, Step, Target, Term, Type};

impl<'m> Lowering<'m> {
    /// Prepares what all event terms need: views, before anything else is lowered.
    pub(crate) fn begin_events(&mut self) -> Lowered<()> {
        Ok(())
    }

    /// Completes what events are read: `needs.events`, `needs.properties`, `needs.received`.
    pub(crate) fn end_events(&mut self) -> Lowered<()> {
        Ok(())
    }

    /// Whether such events happened, often enough.
    pub(crate) fn happens(&mut self, term: &'m Term, _home: Target) -> Lowered<T> {
        self.unsupported("an event term", term.span)
    }

    /// How many events.
    pub(crate) fn count(&mut self, term: &'m Term, _home: Target) -> Lowered<Number> {
        self.unsupported("a count", term.span)
    }

    /// How many different known values of a property.
    pub(crate) fn count_different(
        &mut self,
        _property: &'m Property,
        term: &'m Term,
        _home: Target,
    ) -> Lowered<Number> {
        self.unsupported("a count of values", term.span)
    }

    /// An aggregate of a property: numbers in the units of `to`.
    pub(crate) fn aggregate(
        &mut self,
        _aggregate: Aggregate,
        _property: &'m Property,
        term: &'m Term,
        _to: &'m Type,
        _home: Target,
    ) -> Lowered<Computed> {
        self.unsupported("an aggregate", term.span)
    }

    /// Whole days since the newest event; unknown without one.
    pub(crate) fn days_since_last(&mut self, term: &'m Term, _home: Target) -> Lowered<Number> {
        self.unsupported("days since", term.span)
    }

    /// On how many different local days.
    pub(crate) fn days_with(&mut self, term: &'m Term, _home: Target) -> Lowered<Number> {
        self.unsupported("days with", term.span)
    }

    /// The points of `for each` and `for each different`: decayed, summed, rounded once, before `up to` and the
    /// sign (`amount.negative` is not applied).
    pub(crate) fn for_each(&mut self, rule: EachRule<'m>, _home: Target) -> Lowered<Given> {
        self.unsupported("for each", rule.term.span)
    }

    /// The instant of the newest event of a term, however many it counts; unknown without one.
    pub(crate) fn newest(&mut self, term: &'m Term, _home: Target) -> Lowered<N> {
        self.unsupported("an age", term.span)
    }

    /// Values of the lead (slots) that an event program gives for the newest event of a term; unknown without one.
    /// `build` runs inside [`Lowering::event_program`].
    pub(crate) fn of_newest(
        &mut self,
        term: &'m Term,
        _home: Target,
        _build: &mut dyn FnMut(&mut Self) -> Lowered<Vec<Register>>,
    ) -> Lowered<Vec<Register>> {
        self.unsupported("an age", term.span)
    }

    /// For `since last E`: whether there is such an event (unknown if a window is), and the instant of the newest.
    pub(crate) fn last_event(&mut self, step: &'m Step, _home: Target) -> Lowered<(T, N)> {
        self.unsupported("since last", step.span)
    }

    /// In an event program: a property of the event in hand, read as the type of the property.
    pub(crate) fn property(&mut self, _property: &'m Property) -> Lowered<Computed> {
        let _ = Arguments::default();
        self.unsupported("a property", self.model.schema.events[0].span)
    }
}
