//! What a program reads: the columns of its domain, cut to the rows of a chunk.

use qualify_model::{Column, Value};
use std::ops::Range;
use std::sync::Arc;

/// A column of as many rows as the frame says. One that is absent, shorter, or of another type than the
/// instruction that reads it is unknown everywhere.
#[derive(Clone, Copy, Debug, Default)]
#[allow(missing_docs)] // as the columns of a batch
pub enum Input<'a> {
    /// Unknown everywhere.
    #[default]
    Absent,
    Truths(&'a [u8]),
    Numbers {
        /// Unknown ones hold 0.
        values: &'a [i64],
        known: Option<&'a [u8]>,
    },
    Texts {
        codes: &'a [u32],
        dictionary: &'a Arc<Vec<Arc<str>>>,
    },
    Lists {
        codes: &'a [u32],
        dictionary: &'a Arc<Vec<Vec<Value>>>,
    },
}

impl<'a> Input<'a> {
    /// Some rows of a column; absent if it has fewer.
    #[inline(always)] // to be written where it is to stand
    pub fn of(column: &'a Column, rows: Range<usize>) -> Input<'a> {
        if rows.end > column.len() || rows.start > rows.end {
            return Input::Absent;
        }
        match column {
            Column::YesNo(truths) => Input::Truths(&truths[rows]),
            Column::Number { values, known } => Input::Numbers {
                values: &values[rows.clone()],
                known: known.as_ref().map(|known| &known[rows]),
            },
            Column::Text { codes, dictionary } => Input::Texts { codes: &codes[rows], dictionary },
            Column::List { codes, dictionary } => Input::Lists { codes: &codes[rows], dictionary },
        }
    }

    /// The codes of texts or lists, if there are so many.
    #[inline(always)]
    pub fn codes(&self, rows: usize) -> Option<&'a [u32]> {
        match self {
            Input::Texts { codes, .. } | Input::Lists { codes, .. } => codes.get(..rows),
            _ => None,
        }
    }
}
