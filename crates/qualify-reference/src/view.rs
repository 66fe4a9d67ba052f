//! Events in order of time, and beside them those of each type, so that a term looks at its own only.

use qualify_model::{Event, EventId};

/// The events that a block sees, as indices into the lead's.
pub(crate) struct View {
    all: Vec<u32>,
    /// For each type of event, in the order of the schema.
    of_kind: Vec<Vec<u32>>,
}

impl View {
    /// Takes events that stand in order of time; the order is kept.
    pub(crate) fn new(all: Vec<u32>, events: &[Event], kinds: usize) -> View {
        let mut of_kind = vec![Vec::new(); kinds];
        for index in &all {
            of_kind[events[*index as usize].kind.index()].push(*index);
        }
        View { all, of_kind }
    }

    /// All of them, from the oldest to the newest.
    pub(crate) fn all(&self) -> &[u32] {
        &self.all
    }

    /// Those of a type, or of any, from the oldest to the newest.
    pub(crate) fn of(&self, kind: Option<EventId>) -> &[u32] {
        match kind {
            Some(kind) => &self.of_kind[kind.index()],
            None => &self.all,
        }
    }
}
