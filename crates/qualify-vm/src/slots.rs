//! Slots: the answers to what is asked of events, a column for each.

use crate::{CHUNK, ListValue};
use qualify_plan::{Plan, RegisterType};
use std::sync::Arc;

/// The answers of one slot; row `i` belongs to row `i` of the chunk.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum SlotColumn {
    Truth(Vec<u8>),
    /// Unknown ones hold 0.
    Number {
        values: Vec<i64>,
        known: Vec<u8>,
    },
    /// Unknown ones hold 0.
    Wide {
        values: Vec<i128>,
        known: Vec<u8>,
    },
    Text(Vec<Option<Arc<str>>>),
    List(Vec<Option<ListValue>>),
}

impl Default for SlotColumn {
    /// Of no rows.
    fn default() -> SlotColumn {
        SlotColumn::Truth(Vec::new())
    }
}

impl SlotColumn {
    /// All unknown.
    pub fn unknown(ty: RegisterType, rows: usize) -> SlotColumn {
        match ty {
            RegisterType::Truth => SlotColumn::Truth(vec![1; rows]),
            RegisterType::Number => SlotColumn::Number { values: vec![0; rows], known: vec![0; rows] },
            RegisterType::Wide => SlotColumn::Wide { values: vec![0; rows], known: vec![0; rows] },
            RegisterType::Text => SlotColumn::Text(vec![None; rows]),
            RegisterType::List => SlotColumn::List(vec![None; rows]),
        }
    }

    /// Sets a truth; does nothing to a column of another type, or if there is no such row.
    #[inline]
    pub fn set_truth(&mut self, row: usize, truth: u8) {
        if let SlotColumn::Truth(column) = self
            && let Some(cell) = column.get_mut(row)
        {
            *cell = truth;
        }
    }

    /// Sets a number; does nothing to a column of another type, or if there is no such row.
    #[inline]
    pub fn set_number(&mut self, row: usize, number: Option<i64>) {
        if let SlotColumn::Number { values, known } = self
            && let (Some(value), Some(known)) = (values.get_mut(row), known.get_mut(row))
        {
            (*value, *known) = (number.unwrap_or(0), number.is_some() as u8);
        }
    }

    /// Sets a wide number; does nothing to a column of another type, or if there is no such row.
    #[inline]
    pub fn set_wide(&mut self, row: usize, number: Option<i128>) {
        if let SlotColumn::Wide { values, known } = self
            && let (Some(value), Some(known)) = (values.get_mut(row), known.get_mut(row))
        {
            (*value, *known) = (number.unwrap_or(0), number.is_some() as u8);
        }
    }

    /// Sets a text; does nothing to a column of another type, or if there is no such row.
    pub fn set_text(&mut self, row: usize, text: Option<Arc<str>>) {
        if let SlotColumn::Text(column) = self
            && let Some(cell) = column.get_mut(row)
        {
            *cell = text;
        }
    }

    /// Sets a list; does nothing to a column of another type, or if there is no such row.
    pub fn set_list(&mut self, row: usize, list: Option<ListValue>) {
        if let SlotColumn::List(column) = self
            && let Some(cell) = column.get_mut(row)
        {
            *cell = list;
        }
    }
}

/// The answers of all facts for the rows of a chunk.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    /// One for each of [`Plan::slots`], of its type.
    pub columns: Vec<SlotColumn>,
}

impl Slots {
    /// Unknown answers for so many rows.
    pub fn new(plan: &Plan, rows: usize) -> Slots {
        let rows = rows.clamp(1, CHUNK);
        Slots { columns: plan.slots.iter().map(|ty| SlotColumn::unknown(*ty, rows)).collect() }
    }
}
