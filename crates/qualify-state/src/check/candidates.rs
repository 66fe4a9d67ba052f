//! The facts of a lead as far as time is concerned: its events, and all instants among its values.

use crate::LeadState;
use crate::bytes::Reader;
use crate::record::value;
use qualify_engine::Cell;
use qualify_model::{Type, Value};

/// An event.
#[derive(Clone, Debug)]
pub(crate) struct Happened {
    pub kind: u32,
    pub time: i64,
    pub received: Option<i64>,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// In the order of the state.
    pub events: Vec<Happened>,
    /// Instants and days among attributes and properties.
    pub instants: Vec<i64>,
    pub days: Vec<i64>,
}

impl Facts {
    pub fn of(state: &LeadState) -> Facts {
        let model = &state.model;
        let mut facts = Facts::default();
        let attributes = model.plan.schema.attributes.iter().zip(state.attribute_values());
        attributes.for_each(|(_, value)| facts.add(value.as_ref()));
        let mut reader = Reader::new(&state.events);
        while let Some(mut record) = model.records.event(&mut reader, state.base) {
            facts.instants.push(record.time);
            for (column, _, form) in model.records.kinds[record.kind].iter().flatten() {
                let cell = value(&mut record.values, form);
                match (cell, &model.plan.needs.properties[*column as usize].ty) {
                    (Some(Cell::Units(units)), Type::Time) => facts.instants.push(units),
                    (Some(Cell::Units(units)), Type::Date) => facts.days.push(units),
                    (Some(Cell::List(list)), _) => list.iter().for_each(|value| facts.add(Some(value))),
                    _ => {}
                }
            }
            let (time, received) = (record.time, record.received);
            facts.events.push(Happened { kind: record.kind as u32, time, received });
        }
        facts
    }

    fn add(&mut self, value: Option<&Value>) {
        match value {
            Some(Value::Time(time)) => self.instants.push(*time),
            Some(Value::Date(day)) => self.days.push(*day as i64),
            Some(Value::List(list)) => list.iter().for_each(|value| self.add(Some(value))),
            _ => {}
        }
    }
}
