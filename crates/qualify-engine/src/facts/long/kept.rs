//! Single events that are kept when their piece has passed by.

use super::Lead;
use crate::engine::Engine;
use crate::pass::{Pass, Rows};
use crate::worker::EventPrograms;
use qualify_model::{Column, EventColumns, UNKNOWN};
use std::sync::Arc;

/// An event alone, or none, in columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept(EventColumns);

impl Kept {
    /// No event.
    pub fn nothing() -> Kept {
        Kept(EventColumns { offsets: vec![0, 0], ..EventColumns::default() })
    }

    /// An event of a piece.
    pub fn of(events: &EventColumns, event: usize) -> Kept {
        Kept(EventColumns {
            offsets: vec![0, 1],
            kinds: vec![events.kinds[event]],
            times: vec![events.times[event]],
            received: events.received.as_ref().map(|received| vec![received[event]]),
            properties: events.properties.iter().map(|column| cell(column, event)).collect(),
            long: Vec::new(),
        })
    }

    /// The event as its columns and its row.
    pub fn event(&self) -> (&EventColumns, usize) {
        (&self.0, 0)
    }

    /// Its instant; none of no event.
    pub fn time(&self) -> Option<i64> {
        self.0.times.first().copied()
    }

    /// Makes a lead of it alone.
    pub fn with(
        &self,
        engine: &Engine,
        pass: &Pass,
        numbers: &[Option<i64>],
        take: &mut dyn FnMut(&Lead<'_>, &Rows<'_>, &EventPrograms<'_>),
    ) {
        let Engine { plan, bound, layout, .. } = engine;
        let rows = Rows { plan, bound, layout, events: &self.0, leads: 0..1 };
        take(&Lead::new(pass, &rows, numbers), &rows, &EventPrograms { engine, events: &self.0 });
    }
}

/// A column with one value of another.
fn cell(column: &Column, row: usize) -> Column {
    match column {
        Column::YesNo(values) => Column::YesNo(vec![values[row]]),
        Column::Number { values, known } => {
            Column::Number { values: vec![values[row]], known: known.as_ref().map(|known| vec![known[row]]) }
        }
        Column::Text { codes, dictionary } => {
            let (codes, dictionary) = entry(codes[row], dictionary);
            Column::Text { codes, dictionary }
        }
        Column::List { codes, dictionary } => {
            let (codes, dictionary) = entry(codes[row], dictionary);
            Column::List { codes, dictionary }
        }
    }
}

/// One entry of a dictionary as a dictionary of its own.
fn entry<T: Clone>(code: u32, dictionary: &[T]) -> (Vec<u32>, Arc<Vec<T>>) {
    match dictionary.get(code as usize) {
        Some(entry) => (vec![0], Arc::new(vec![entry.clone()])),
        None => (vec![UNKNOWN], Arc::default()),
    }
}
