//! Where events go whose leads are known: into the store of leads, by way of the partitions of their deliveries where
//! such count once.

use super::order::{self, Stop, lock};
use super::places::{Mark, PARTITIONS, partition};
use super::record::LEAD_BITS;
use super::store::{Gathered, Store};
use super::unsure::{Once, Unsure};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// See the module.
pub(super) struct Destination<'s> {
    pub store: &'s Store,
    /// Leads of a partition, as a power of two.
    pub bits: u32,
    pub unsure: Option<&'s Unsure>,
}

/// What a thread has gathered for it.
#[derive(Default)]
pub(super) struct Bound {
    event: Vec<u64>,
    leads: Option<Gathered>,
    deliveries: Option<Gathered>,
    left_out: Option<Gathered>,
}

/// What each thread has gathered.
pub(super) struct Workers(Vec<Mutex<Bound>>);

impl Workers {
    /// For so many threads.
    pub fn new(threads: usize) -> Workers {
        Workers((0..threads).map(|_| Mutex::default()).collect())
    }

    /// Goes through all partitions; `work` gets what its thread has gathered.
    pub fn run(
        self,
        to: &Destination<'_>,
        work: &(dyn Fn(usize, &mut Bound) -> Result<(), Stop> + Sync),
    ) -> Result<(), Stop> {
        let task = |worker: usize, part: usize, put: order::Put<'_, ()>| {
            work(part, &mut lock(&self.0[worker]))?;
            put(part, ())
        };
        order::run(self.0.len(), PARTITIONS, &task, &mut |()| Ok(()))?;
        self.0
            .into_iter()
            .try_for_each(|bound| to.finish(bound.into_inner().unwrap_or_else(|e| e.into_inner())))
    }
}

impl Destination<'_> {
    /// Adds the event of the lead at a place.
    pub fn add(&self, place: u32, event: &[u64], gathered: &mut Bound) -> Result<(), Stop> {
        let Bound { event: record, leads, deliveries, .. } = gathered;
        record.clear();
        record.extend_from_slice(event);
        record[0] = event[0] & !((1 << LEAD_BITS) - 1) | u64::from(place & ((1 << self.bits) - 1));
        if let Some(Unsure { words, once, .. }) = self.unsure {
            if let Some(once) = once.as_ref().filter(|_| record[words + 2] != 0) {
                let part = partition(record[words + 1]);
                record.push(u64::from(place));
                let gathered = deliveries.get_or_insert_with(|| once.store.gathered());
                return once.store.add_record(part, record, gathered);
            }
            record.truncate(*words);
        }
        self.put(place, record, leads)
    }

    fn put(&self, place: u32, record: &[u64], gathered: &mut Option<Gathered>) -> Result<(), Stop> {
        let gathered = gathered.get_or_insert_with(|| self.store.gathered());
        self.store.add_record((place >> self.bits) as usize, record, gathered)
    }

    /// An event does not count.
    pub fn leave_out(&self, event: &[u64], gathered: &mut Bound) -> Result<(), Stop> {
        match self.unsure {
            Some(unsure) => unsure.leave_out(event[unsure.words], &mut gathered.left_out),
            None => Ok(()),
        }
    }

    /// Hands over what a thread has gathered.
    pub fn finish(&self, gathered: Bound) -> Result<(), Stop> {
        let Bound { leads, deliveries, left_out, .. } = gathered;
        leads.map_or(Ok(()), |leads| self.store.finish(leads))?;
        let Some(unsure) = self.unsure else { return Ok(()) };
        if let (Some(once), Some(deliveries)) = (&unsure.once, deliveries) {
            once.store.finish(deliveries)?;
        }
        unsure.finish(left_out)
    }

    /// All events are there: puts the first of each delivery into the store of leads. Gives how many others there
    /// were.
    pub fn sift(&self, threads: usize) -> Result<u64, Stop> {
        let again = AtomicU64::new(0);
        let Some((unsure, once)) = self.unsure.and_then(|unsure| Some((unsure, unsure.once.as_ref()?)))
        else {
            return Ok(0);
        };
        Workers::new(threads).run(self, &|part, gathered| {
            again.fetch_add(self.sift_part(unsure, once, part, gathered)?, Ordering::Relaxed);
            Ok(())
        })?;
        Ok(again.into_inner())
    }

    fn sift_part(
        &self,
        unsure: &Unsure,
        once: &Once,
        part: usize,
        gathered: &mut Bound,
    ) -> Result<u64, Stop> {
        let (records, words) = (once.store.take(part), unsure.words);
        let mut first: HashMap<Mark, u64> = HashMap::new();
        records.each_record(&mut |record| {
            let number = first.entry([record[words + 1], record[words + 2]]).or_insert(u64::MAX);
            *number = record[words].min(*number);
            Ok(())
        })?;
        let mut again = 0;
        records.each_record(&mut |record| {
            if first.get(&[record[words + 1], record[words + 2]]) == Some(&record[words]) {
                return self.put(record[words + 3] as u32, &record[..words], &mut gathered.leads);
            }
            again += 1;
            self.leave_out(record, gathered)
        })?;
        Ok(again)
    }
}
