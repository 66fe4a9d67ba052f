//! One reading of the data for several models over one schema: what all of them need, and how each finds its own.

use qualify_model::{Batch, EventColumns, Needs};

/// What several models need together.
#[derive(Clone, Debug)]
pub(crate) struct Union {
    /// All of it.
    pub needs: Needs,
    /// Two of them join the properties of events in different ways, so that no reading serves both.
    pub clash: bool,
}

impl Union {
    /// Of one model.
    pub fn of(needs: &Needs) -> Union {
        Union { needs: needs.clone(), clash: false }
    }

    /// And another.
    pub fn add(&mut self, other: &Needs) {
        let own = &mut self.needs;
        own.attributes.iter_mut().zip(&other.attributes).for_each(|(own, other)| *own |= other);
        own.events.iter_mut().zip(&other.events).for_each(|(own, other)| *own |= other);
        own.received |= other.received;
        for column in &other.properties {
            if own.properties.contains(column) {
                continue;
            }
            let overlaps = |held: &qualify_model::PropertyColumn| {
                held.places.iter().zip(&column.places).any(|(a, b)| a.is_some() && a == b)
            };
            self.clash |= own.properties.iter().any(overlaps);
            own.properties.push(column.clone());
        }
    }

    /// For each column of a model its place here; none if the model's columns are the first ones here, in order.
    pub fn lens(&self, of: &Needs) -> Option<Vec<usize>> {
        let place = |column| self.needs.properties.iter().position(|held| held == column);
        let places: Vec<usize> = of.properties.iter().filter_map(place).collect();
        let straight = places.iter().copied().eq(0..places.len());
        (!straight).then_some(places)
    }
}

/// The batch with the columns of events in the order of a model.
pub(crate) fn through(batch: &Batch, lens: &[usize]) -> Batch {
    let events = &batch.events;
    Batch {
        leads: batch.leads.clone(),
        events: EventColumns {
            offsets: events.offsets.clone(),
            kinds: events.kinds.clone(),
            times: events.times.clone(),
            received: events.received.clone(),
            properties: lens.iter().filter_map(|place| events.properties.get(*place).cloned()).collect(),
            long: Vec::new(),
        },
    }
}
