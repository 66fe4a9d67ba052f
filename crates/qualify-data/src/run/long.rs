//! The events of a lead that are too many for memory: records in the order of their times in a temporary file, which
//! are shown piece by piece, as columns.

use super::facts::Facts;
use super::memory::AtOnce;
use super::order::{Stop, lock};
use super::record::Layout;
use super::sorter::InOrder;
use super::sorting::{Failed, Sorting};
use super::texts::Finished;
use qualify_model::{EventColumns, LongEvents, SortNumbers};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// Events of a piece at most.
const PIECE: usize = 1 << 15;

/// What records mean.
pub(super) struct Meaning {
    /// Where everything lies in them.
    pub layout: Layout,
    /// The texts and lists of each property.
    pub dictionaries: Vec<Finished>,
}

/// See the module.
pub(super) struct Long {
    meaning: Arc<Meaning>,
    records: Arc<InOrder>,
    /// Which of the records are those of this lead.
    places: Range<u64>,
    piece: usize,
    room: usize,
    /// Why not all of them were shown, or numbers made of them.
    failed: Failed,
    /// Bytes of temporary files, of all leads.
    spilled: Arc<AtomicU64>,
}

impl Meaning {
    /// Gives columns of texts and lists their dictionaries.
    pub fn share(&self, facts: &mut Facts) -> Result<(), Stop> {
        self.layout.share(facts, &self.dictionaries)
    }
}

impl Long {
    /// The events of the records of some places.
    pub fn new(
        meaning: &Arc<Meaning>,
        records: &Arc<InOrder>,
        places: Range<u64>,
        most: &AtOnce,
        spilled: &Arc<AtomicU64>,
    ) -> Long {
        Long {
            meaning: Arc::clone(meaning),
            records: Arc::clone(records),
            places,
            piece: (most.events / 4).clamp(1, PIECE),
            room: most.kept,
            failed: Failed::default(),
            spilled: Arc::clone(spilled),
        }
    }

    /// Why not all events were shown, if somebody did not get them all since this was asked for the last time.
    pub fn failed(&self) -> Result<(), Stop> {
        lock(&self.failed).take().map_or(Ok(()), Err)
    }

    fn show(&self, show: &mut dyn FnMut(&EventColumns)) -> Result<(), Stop> {
        let (mut bytes, mut records, mut facts) = (Vec::new(), Vec::new(), Facts::default());
        let mut start = self.places.start;
        while start < self.places.end {
            let end = self.places.end.min(start + self.piece as u64);
            self.records.read(start..end, &mut bytes, &mut records).map_err(Stop::Spill)?;
            self.meaning.layout.columns(&records, &mut facts);
            self.meaning.share(&mut facts)?;
            let offsets = vec![0, (end - start) as u32];
            let events = facts.into_columns(offsets, Vec::new());
            show(&events);
            facts = Facts::of_columns(events).0;
            start = end;
        }
        Ok(())
    }
}

impl LongEvents for Long {
    fn count(&self) -> u64 {
        self.places.end - self.places.start
    }

    fn room(&self) -> usize {
        self.room
    }

    fn each(&self, show: &mut dyn FnMut(&EventColumns)) {
        if let Err(stop) = self.show(show) {
            lock(&self.failed).get_or_insert(stop);
        }
    }

    fn sorter(&self, room: usize) -> Box<dyn SortNumbers> {
        Box::new(Sorting::new(room, &self.failed, &self.spilled))
    }
}

impl fmt::Debug for Long {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Long").field("count", &self.count()).finish_non_exhaustive()
    }
}
