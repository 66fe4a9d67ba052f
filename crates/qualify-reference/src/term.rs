//! Event terms: which events match a step, when, and after how long a silence.

use crate::evaluation::{Evaluation, Scope};
use qualify_model::calendar::Interval;
use qualify_model::{
    Anchor, Event, Length, ObjectTest, Step, Term, Truth, Type, Value, Window, calendar, text,
};
use std::cmp::Ordering;

impl Evaluation<'_> {
    /// Whether such an event happened, often enough if the term counts.
    pub(crate) fn happens(&self, term: &Term, scope: Scope) -> Truth {
        if term.counts.is_empty() {
            return Truth::from(self.any_matches(term, scope));
        }
        let Some(events) = self.matching(term, scope) else { return Truth::Unknown };
        self.often_enough(term, &events, scope)
    }

    /// Whether these events of a term are as many as all its counts want.
    fn often_enough(&self, term: &Term, events: &[u32], scope: Scope) -> Truth {
        let each = term.counts.iter().map(|count| self.counted(count, events, scope));
        each.fold(Truth::True, Truth::and)
    }

    /// The events of a term if there are as many as it wants, from the oldest to the newest; else none.
    pub(crate) fn enough(&self, term: &Term, scope: Scope) -> Vec<u32> {
        let events = self.matching(term, scope).unwrap_or_default();
        if self.often_enough(term, &events, scope).is_true() { events } else { Vec::new() }
    }

    fn any_matches(&self, term: &Term, scope: Scope) -> Option<bool> {
        match term.steps.as_slice() {
            [step] if step.silence.is_none() => {
                let events = self.during(self.windows(step, scope)?, scope.events.of(step.kind));
                Some(events.iter().any(|index| self.is_like(step, self.event(*index), scope)))
            }
            _ => self.matching(term, scope).map(|events| !events.is_empty()),
        }
    }

    /// The events of a term (of a sequence: the last ones that are reached), whatever it counts, from the
    /// oldest to the newest. None if the term is unknown.
    pub(crate) fn matching(&self, term: &Term, scope: Scope) -> Option<Vec<u32>> {
        match term.steps.as_slice() {
            [step] => self.of_step(step, scope),
            steps => self.of_sequence(steps, scope),
        }
    }

    /// The events of one step in its windows, from the oldest to the newest. None if a window is unknown.
    pub(crate) fn of_step(&self, step: &Step, scope: Scope) -> Option<Vec<u32>> {
        let interval = self.windows(step, scope)?;
        if let Some(silence) = &step.silence {
            return Some(self.after_silence(step, silence, interval, scope));
        }
        Some(self.like(step, self.during(interval, scope.events.of(step.kind)), scope))
    }

    /// The instants that lie in all windows of a step; none if one is unknown.
    fn windows(&self, step: &Step, scope: Scope) -> Option<Interval> {
        let mut windows = step.windows.iter();
        windows.try_fold(Interval::ALL, |all, window| Some(all.and(self.interval(window, scope)?)))
    }

    /// Those of the events, which are of the step's type, that are of its object and filters.
    fn like(&self, step: &Step, events: &[u32], scope: Scope) -> Vec<u32> {
        if step.object.is_none() && step.filters.is_empty() {
            return events.to_vec();
        }
        events.iter().copied().filter(|index| self.is_like(step, self.event(*index), scope)).collect()
    }

    fn is_like(&self, step: &Step, event: &Event, scope: Scope) -> bool {
        step.object.as_ref().is_none_or(|tests| self.object_is(event, tests))
            && step.filters.iter().all(|filter| self.truth(filter, scope.with(event)).is_true())
    }

    /// The part of events in order of time that lies in an interval.
    fn during<'e>(&self, interval: Interval, events: &'e [u32]) -> &'e [u32] {
        let from = events.partition_point(|index| self.event(*index).time < interval.first);
        let to = events.partition_point(|index| self.event(*index).time <= interval.last);
        events.get(from..to).unwrap_or_default()
    }

    /// Whether the object is any of these; an unknown object is none.
    fn object_is(&self, event: &Event, tests: &[ObjectTest]) -> bool {
        let Some(Some(object)) = event.properties.first() else { return false };
        let properties = &self.model.schema.event(event.kind).properties;
        let Some(ty) = properties.first().map(|property| &property.ty) else { return false };
        tests.iter().any(|test| self.is_object(object, ty, test))
    }

    fn is_object(&self, object: &Value, ty: &Type, test: &ObjectTest) -> bool {
        if let (Value::List(objects), Type::List(element)) = (object, ty) {
            return objects.iter().any(|object| self.is_object(object, element, test));
        }
        match test {
            ObjectTest::Is(value) => self.compare((object, ty), (value, ty)) == Some(Ordering::Equal),
            ObjectTest::Glob(pattern) => {
                self.as_text(object, ty).is_some_and(|object| text::matches(&object, pattern))
            }
            ObjectTest::Named(name) => {
                self.as_text(object, ty).is_some_and(|object| text::equal(&object, name))
            }
        }
    }

    /// The events whose nearest predecessor (like the step, at any time before) lies at least so far back.
    fn after_silence(&self, step: &Step, silence: &Length, interval: Interval, scope: Scope) -> Vec<u32> {
        let all = self.like(step, scope.events.of(step.kind), scope);
        let time = |index: u32| self.event(index).time;
        let follows_silence = |index: &u32| {
            let earlier = all.partition_point(|other| time(*other) < time(*index));
            let Some(nearest) = all[..earlier].last() else { return false };
            time(*nearest) <= self.before(time(*index), silence)
        };
        all.iter().copied().filter(|index| interval.contains(time(*index))).filter(follows_silence).collect()
    }

    /// The latest instant at least a length before another.
    pub(crate) fn before(&self, instant: i64, length: &Length) -> i64 {
        self.of.zone.ago(instant, length, &self.model.params)
    }

    /// The instants of a window; none if it is unknown.
    pub(crate) fn interval(&self, window: &Window, scope: Scope) -> Option<Interval> {
        match window {
            Window::Since(anchor) => match self.anchor(anchor, scope)? {
                Some(first) => Some(Interval { first, ..Interval::ALL }),
                None => Some(Interval::ALL),
            },
            Window::Before(anchor) => match self.anchor(anchor, scope)? {
                Some(end) if end > i64::MIN => Some(Interval { last: end - 1, ..Interval::ALL }),
                _ => Some(Interval { first: i64::MAX, last: i64::MIN }),
            },
            _ => self.of.zone.window(self.of.as_of, window, &self.model.params),
        }
    }

    /// What `since` and `before` refer to; none if it is unknown, none inside if no such event happened.
    fn anchor(&self, anchor: &Anchor, scope: Scope) -> Option<Option<i64>> {
        match anchor {
            Anchor::Value(value) => self.instant(value, scope).map(Some),
            Anchor::LastEvent(step) => {
                let newest = self.of_step(step, scope)?.last().copied();
                Some(newest.map(|index| self.event(index).time))
            }
        }
    }

    /// A length in microseconds; one of the calendar as it lies before the instant of the evaluation.
    pub(crate) fn exact_length(&self, length: &Length) -> i64 {
        match calendar::param_length(length, &self.model.params) {
            Length::Exact(us) => us,
            other => self.of.as_of.saturating_sub(self.before(self.of.as_of, &other)),
        }
    }
}
