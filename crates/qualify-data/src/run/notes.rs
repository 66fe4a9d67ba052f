//! What is odd about the data without being wrong: gathered part by part, told in the order of the data. What finds no
//! room in memory is put aside.

use super::aside::{Aside, Kept, Pages, record};
use super::odd::Origins;
use super::order::{Stop, lock};
use super::saved::Saved;
use crate::problem::{Collector, Outside, ProblemKind};
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Mutex;

/// What an odd value takes in memory, about.
const BYTES: u64 = 512;

/// Bytes that are brought back at a time.
const PAGE: u64 = 1 << 16;

/// The odd values of one part: equal ones once, in the order they came up.
#[derive(Default)]
pub(super) struct Notes {
    values: Vec<(Outside, u64)>,
    places: HashMap<(ProblemKind, String, String, String), usize>,
}

impl Notes {
    /// Adds a value.
    pub fn add(&mut self, outside: Outside) {
        let place = (outside.kind, outside.subject.clone(), outside.column.clone(), outside.value.clone());
        let next = self.values.len();
        let at = *self.places.entry(place).or_insert(next);
        match self.values.get_mut(at) {
            Some((_, count)) => *count += 1,
            None => self.values.push((outside, 1)),
        }
    }

    /// Nothing is odd.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// The place of a part in the data: leads before events, then the unit, then the part of it.
pub(super) type Part = (u8, usize, usize);

/// Those of all parts.
pub(super) struct AllNotes(Mutex<Gathered>);

struct Gathered {
    parts: BTreeMap<Part, Values>,
    /// Bytes that may still be held.
    room: u64,
    origins: Origins,
    aside: Aside,
    buffer: Vec<u8>,
    failed: Option<io::Error>,
}

/// Odd values and how often each came up.
enum Values {
    Held(Vec<(Outside, u64)>),
    /// Where they lie, from and to.
    Aside(u64, u64),
}

impl AllNotes {
    /// With so many bytes in memory, about.
    pub fn new(room: u64) -> AllNotes {
        AllNotes(Mutex::new(Gathered {
            parts: BTreeMap::new(),
            room,
            origins: Origins::default(),
            aside: Aside::new(0),
            buffer: Vec::new(),
            failed: None,
        }))
    }

    /// Adds those of a part.
    pub fn add(&self, part: Part, notes: Notes) {
        if !notes.is_empty() {
            lock(&self.0).add(part, notes.values);
        }
    }

    /// Tells them all. Gives the bytes of the temporary file.
    pub fn tell(self, collector: &mut Collector) -> Result<u64, Stop> {
        let Gathered { parts, origins, aside, failed, .. } =
            self.0.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        failed.map_or(Ok(()), |error| Err(Stop::Spill(error)))?;
        let kept = aside.finish().map_err(Stop::Spill)?;
        for values in parts.into_values() {
            match values {
                Values::Held(values) => {
                    values.into_iter().for_each(|(outside, count)| collector.warn_times(outside, count));
                }
                Values::Aside(start, end) => bring(&kept, &origins, start, end, collector)?,
            }
        }
        Ok(kept.spilled_bytes())
    }
}

impl Gathered {
    fn add(&mut self, part: Part, values: Vec<(Outside, u64)>) {
        let bytes = values.len() as u64 * BYTES;
        if bytes <= self.room {
            self.room -= bytes;
            self.parts.insert(part, Values::Held(values));
            return;
        }
        let start = self.aside.length();
        for (outside, count) in values {
            record(&mut self.buffer);
            self.buffer.extend_from_slice(&count.to_le_bytes());
            self.origins.put(outside, &mut self.buffer);
            if let Err(error) = self.aside.add_record(&mut self.buffer) {
                self.failed.get_or_insert(error);
            }
        }
        self.parts.insert(part, Values::Aside(start, self.aside.length()));
    }
}

/// Tells of those that lie between two places.
fn bring(
    kept: &Kept,
    origins: &Origins,
    start: u64,
    end: u64,
    collector: &mut Collector,
) -> Result<(), Stop> {
    let (mut pages, mut at) = (Pages::new(kept, PAGE), start);
    while at < end {
        let mut saved = Saved(pages.record(at)?);
        let count = saved.number().unwrap_or_default();
        if let Some(outside) = origins.take(&mut saved) {
            collector.warn_times(outside, count);
        }
        at = pages.behind(at)?;
    }
    Ok(())
}
