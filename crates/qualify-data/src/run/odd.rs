//! Odd values as bytes, to be put aside: what many of them share is held once.

use super::saved::{Saved, put_text};
use crate::problem::{Outside, ProblemKind};
use std::collections::HashMap;

/// What many odd values share: as many as columns of files.
#[derive(Default)]
pub(super) struct Origins {
    all: Vec<Origin>,
    places: HashMap<Origin, u64>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Origin {
    kind: ProblemKind,
    subject: String,
    column: String,
    expected: String,
    file: String,
}

impl Origins {
    /// Adds an odd value.
    pub fn put(&mut self, odd: Outside, out: &mut Vec<u8>) {
        let Outside { kind, subject, column, expected, value, nearest, file, row } = odd;
        let origin = Origin { kind, subject, column, expected, file };
        let place = match self.places.get(&origin) {
            Some(place) => *place,
            None => {
                self.all.push(origin.clone());
                self.places.insert(origin, self.all.len() as u64 - 1);
                self.all.len() as u64 - 1
            }
        };
        out.extend_from_slice(&place.to_le_bytes());
        out.extend_from_slice(&row.to_le_bytes());
        put_text(Some(&value), out);
        put_text(nearest.as_deref(), out);
    }

    /// Takes what was put.
    pub fn take(&self, saved: &mut Saved<'_>) -> Option<Outside> {
        let origin = self.all.get(usize::try_from(saved.number()?).ok()?)?;
        let Origin { kind, subject, column, expected, file } = origin.clone();
        let row = saved.number()?;
        let value = saved.text()?.to_string();
        let nearest = saved.text().map(str::to_string);
        Some(Outside { kind, subject, column, expected, value, nearest, file, row })
    }
}
