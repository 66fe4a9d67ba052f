//! Events in columns, without their leads.

use qualify_model::{Column, EventColumns, LongLead};
use std::ops::Range;
use std::sync::Arc;

/// See the module.
#[derive(Default)]
pub(super) struct Facts {
    pub kinds: Vec<u16>,
    pub times: Vec<i64>,
    /// As [`qualify_model::EventColumns::received`].
    pub received: Option<Vec<i64>>,
    pub properties: Vec<Column>,
}

impl Facts {
    /// Some of the events.
    pub fn part(&self, rows: Range<usize>) -> Facts {
        Facts {
            kinds: self.kinds[rows.clone()].to_vec(),
            times: self.times[rows.clone()].to_vec(),
            received: self.received.as_ref().map(|times| times[rows.clone()].to_vec()),
            properties: self.properties.iter().map(|column| part(column, rows.clone())).collect(),
        }
    }

    /// With where those of each lead start, and leads whose events are not among them.
    pub fn into_columns(self, offsets: Vec<u32>, long: Vec<LongLead>) -> EventColumns {
        let Facts { kinds, times, received, properties } = self;
        EventColumns { offsets, kinds, times, received, properties, long }
    }

    /// The same back.
    pub fn of_columns(events: EventColumns) -> (Facts, Vec<u32>) {
        let EventColumns { offsets, kinds, times, received, properties, .. } = events;
        (Facts { kinds, times, received, properties }, offsets)
    }

    /// Times when events became known are none if there is none among them.
    pub fn forget_unrecorded(&mut self) {
        if self.received.as_ref().is_some_and(|times| times.iter().all(|time| *time == i64::MIN)) {
            self.received = None;
        }
    }

    /// No events, with the memory kept.
    pub fn clear(&mut self) {
        self.kinds.clear();
        self.times.clear();
        self.received.iter_mut().for_each(Vec::clear);
        for column in &mut self.properties {
            match column {
                Column::YesNo(values) => values.clear(),
                Column::Number { values, known } => {
                    values.clear();
                    known.iter_mut().for_each(Vec::clear);
                }
                Column::Text { codes, dictionary } => {
                    codes.clear();
                    *dictionary = Arc::default();
                }
                Column::List { codes, dictionary } => {
                    codes.clear();
                    *dictionary = Arc::default();
                }
            }
        }
    }
}

/// Some rows of a column.
pub(super) fn part(column: &Column, rows: Range<usize>) -> Column {
    match column {
        Column::YesNo(values) => Column::YesNo(values[rows].to_vec()),
        Column::Number { values, known } => Column::Number {
            values: values[rows.clone()].to_vec(),
            known: known.as_ref().map(|known| known[rows].to_vec()),
        },
        Column::Text { codes, dictionary } => {
            Column::Text { codes: codes[rows].to_vec(), dictionary: Arc::clone(dictionary) }
        }
        Column::List { codes, dictionary } => {
            Column::List { codes: codes[rows].to_vec(), dictionary: Arc::clone(dictionary) }
        }
    }
}
