//! One reading of the data for several models over one schema: what all of them need, and how each finds its own.

use qualify_model::{Batch, EventColumns, LongEvents, LongLead, Needs, SortNumbers};
use std::sync::Arc;

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
    let mut events = columns(&batch.events, lens);
    events.long = batch.events.long.iter().map(|long| Through::of(long, lens)).collect();
    Batch { leads: batch.leads.clone(), events }
}

fn columns(events: &EventColumns, lens: &[usize]) -> EventColumns {
    EventColumns {
        offsets: events.offsets.clone(),
        kinds: events.kinds.clone(),
        times: events.times.clone(),
        received: events.received.clone(),
        properties: lens.iter().filter_map(|place| events.properties.get(*place).cloned()).collect(),
        long: Vec::new(),
    }
}

/// The events of a lead that come piece by piece, with their columns in the order of a model.
#[derive(Debug)]
struct Through {
    of: Arc<dyn LongEvents>,
    lens: Vec<usize>,
}

impl Through {
    fn of(long: &LongLead, lens: &[usize]) -> LongLead {
        let events = Through { of: Arc::clone(&long.events), lens: lens.to_vec() };
        LongLead { row: long.row, events: Arc::new(events) }
    }
}

impl LongEvents for Through {
    fn count(&self) -> u64 {
        self.of.count()
    }

    fn room(&self) -> usize {
        self.of.room()
    }

    fn each(&self, show: &mut dyn FnMut(&EventColumns)) {
        self.of.each(&mut |piece| show(&columns(piece, &self.lens)));
    }

    fn sorter(&self, room: usize) -> Box<dyn SortNumbers> {
        self.of.sorter(room)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualify_model::{Column, LeadColumns};

    /// An event with two properties, some times.
    #[derive(Debug)]
    struct Again(u64);

    fn event() -> EventColumns {
        let number = |value| Column::Number { values: vec![value], known: None };
        EventColumns {
            offsets: vec![0, 1],
            kinds: vec![3],
            times: vec![5],
            received: Some(vec![6]),
            properties: vec![number(10), number(11)],
            long: Vec::new(),
        }
    }

    impl LongEvents for Again {
        fn count(&self) -> u64 {
            self.0
        }

        fn room(&self) -> usize {
            7
        }

        fn each(&self, show: &mut dyn FnMut(&EventColumns)) {
            (0..self.0).for_each(|_| show(&event()));
        }
    }

    #[test]
    fn a_lens_turns_the_columns_of_all_pieces() {
        let long = vec![LongLead { row: 1, events: Arc::new(Again(3)) }];
        let events = EventColumns { offsets: vec![0, 1, 1], long, ..event() };
        let batch = Batch { leads: LeadColumns { rows: 2, ..LeadColumns::default() }, events };
        let turned = through(&batch, &[1, 0]);
        let values = |events: &EventColumns| {
            let value = |column: &Column| match column {
                Column::Number { values, .. } => values[0],
                _ => panic!("{column:?}"),
            };
            (events.kinds[0], events.times[0], events.properties.iter().map(value).collect::<Vec<_>>())
        };
        assert_eq!(values(&turned.events), (3, 5, vec![11, 10]));
        let [LongLead { row: 1, events }] = &turned.events.long[..] else { panic!("{turned:?}") };
        assert_eq!((events.count(), events.room()), (3, 7));
        let mut pieces = Vec::new();
        events.each(&mut |piece| pieces.push((values(piece), piece.received.clone())));
        assert_eq!(pieces, vec![((3, 5, vec![11, 10]), Some(vec![6])); 3]);
    }
}
