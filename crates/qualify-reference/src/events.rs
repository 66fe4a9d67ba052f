//! Which events count: those that are known at the instant and that nothing ignores, in order of time.

use crate::evaluation::{Evaluation, Scope};
use crate::interpreter::place;
use crate::value::total_order;
use crate::view::View;
use crate::watch::Chosen;
use qualify_model::{Event, Target, Value};
use std::cmp::Ordering;

impl Evaluation<'_> {
    /// The events that a block sees, from the oldest to the newest. Events at one instant stand in an order
    /// that depends on what they say alone, so that no result depends on how they are stored.
    pub(crate) fn view(&self, home: Target) -> &View {
        let ignores = self.of.ignores(home);
        if ignores.is_empty() && home != Target::Total {
            return self.view(Target::Total);
        }
        self.views[place(home)].get_or_init(|| {
            let mut events = match home {
                Target::Total => self.known_events(),
                Target::Score(_) => self.view(Target::Total).all().to_vec(),
            };
            if !ignores.is_empty() {
                let before = self.indexed(events.clone());
                // every ignore of a level looks at all events that the level before it left
                let mut ignored = vec![false; self.lead.events.len()];
                for ignore in ignores {
                    for index in self.matching(&ignore.term, Scope::of(&before)).unwrap_or_default() {
                        ignored[index as usize] = true;
                        self.tell(Chosen::Ignore(ignore));
                    }
                }
                events.retain(|index| !ignored[*index as usize]);
            }
            self.indexed(events)
        })
    }

    fn indexed(&self, events: Vec<u32>) -> View {
        View::new(events, &self.lead.events, self.model.schema.events.len())
    }

    fn known_events(&self) -> Vec<u32> {
        let types = self.model.schema.events.len();
        // events of a type that the schema does not have are not looked at, as no rule can ask for them
        let known = |event: &Event| {
            event.kind.index() < types
                && event.time <= self.of.as_of
                && event.received.is_none_or(|received| received <= self.of.as_of)
        };
        let events = &self.lead.events;
        let mut found: Vec<u32> = (0..events.len() as u32).filter(|i| known(&events[*i as usize])).collect();
        found.sort_by(|a, b| order(&events[*a as usize], &events[*b as usize]));
        found
    }
}

/// By time, then by what the events say.
pub(crate) fn order(a: &Event, b: &Event) -> Ordering {
    let properties = || {
        let each = a.properties.iter().zip(&b.properties).map(|(a, b)| order_if_known(a, b));
        each.fold(Ordering::Equal, Ordering::then)
    };
    a.time
        .cmp(&b.time)
        .then_with(|| a.kind.cmp(&b.kind))
        .then_with(properties)
        .then_with(|| a.received.cmp(&b.received))
}

fn order_if_known(a: &Option<Value>, b: &Option<Value>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => total_order(a, b),
        _ => a.is_some().cmp(&b.is_some()),
    }
}
