//! Events whose deliveries count once, and what is said of events of which nobody knows yet whether they count.
//!
//! Events with a key of their delivery wait in partitions by a number of 128 bits that is made of it, as leads do
//! (`places`); of those with equal numbers the first one is put into the store of leads.

use super::keys;
use super::order::{self, Stop, lock};
use super::places::{Mark, PARTITIONS, partition};
use super::record::LEAD_BITS;
use super::store::{Gathered, Store};
use crate::problem::Outside;
use qualify_model::EventId;
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Words of an event behind those of its record: its number in the order of the data, and its delivery's mark.
pub(super) const EXTRA: usize = 3;

/// Events of which something is said, at most: behind it all is read anew, with all keys in memory.
const SAID: usize = 1 << 16;

/// See the module.
pub(super) struct Deliveries {
    seeds: Mark,
    /// Words of an event's record.
    words: usize,
    /// Events with their numbers, marks and the places of their leads.
    store: Store,
    /// What is odd about events, by their numbers.
    odd: Mutex<BTreeMap<u64, Vec<Outside>>>,
}

impl Deliveries {
    /// For records of so many words, with so many bytes in memory.
    pub fn new(words: usize, bytes: u64) -> Deliveries {
        Deliveries {
            seeds: [keys::seed(), keys::seed()],
            words,
            store: Store::new(words + EXTRA + 1, PARTITIONS, bytes),
            odd: Mutex::default(),
        }
    }

    /// The mark of a delivery; it is not that of an event without one.
    pub fn mark(&self, kind: EventId, key: &str) -> Mark {
        let mut bytes = kind.0.to_le_bytes().to_vec();
        bytes.extend_from_slice(key.as_bytes());
        let [a, b] = self.seeds.map(|seed| keys::hash(&bytes, seed));
        [a, b | 1]
    }

    /// Something is odd about an event; false if that is said of too many.
    pub fn say(&self, number: u64, odd: Vec<Outside>) -> bool {
        let mut all = lock(&self.odd);
        if !odd.is_empty() {
            all.insert(number, odd);
        }
        all.len() <= SAID
    }

    /// What is odd about the events that count, in their order.
    pub fn said(&self) -> impl Iterator<Item = Outside> {
        std::mem::take(&mut *lock(&self.odd)).into_values().flatten()
    }

    fn forget(&self, number: u64) {
        lock(&self.odd).remove(&number);
    }

    /// The bytes of its temporary file.
    pub fn spilled_bytes(&self) -> u64 {
        self.store.spilled_bytes()
    }
}

/// Where events go whose leads are known.
pub(super) struct Destination<'s> {
    pub store: &'s Store,
    /// Leads of a partition, as a power of two.
    pub bits: u32,
    pub deliveries: Option<&'s Deliveries>,
}

/// What a thread has gathered for it.
pub(super) struct Bound {
    leads: Gathered,
    deliveries: Option<Gathered>,
}

impl Destination<'_> {
    /// Room for what a thread gathers.
    pub fn gathered(&self) -> Bound {
        let deliveries = self.deliveries.map(|deliveries| deliveries.store.gathered());
        Bound { leads: self.store.gathered(), deliveries }
    }

    /// Adds the event of the lead at a place.
    pub fn add(&self, place: u32, event: &[u64], gathered: &mut Bound) -> Result<(), Stop> {
        let mut event = event.to_vec();
        event[0] = event[0] & !((1 << LEAD_BITS) - 1) | u64::from(place & ((1 << self.bits) - 1));
        if let (Some(deliveries), Some(gathered)) = (self.deliveries, &mut gathered.deliveries) {
            let mark = event[deliveries.words + 1];
            if event[deliveries.words + 2] != 0 {
                event.push(u64::from(place));
                return deliveries.store.add_record(partition(mark), &event, gathered);
            }
            event.truncate(deliveries.words);
        }
        self.store.add_record((place >> self.bits) as usize, &event, &mut gathered.leads)
    }

    /// An event belongs to nobody and is left out.
    pub fn leave_out(&self, event: &[u64]) {
        if let Some(deliveries) = self.deliveries {
            deliveries.forget(event[deliveries.words]);
        }
    }

    /// Hands over what a thread has gathered.
    pub fn finish(&self, gathered: Bound) -> Result<(), Stop> {
        self.store.finish(gathered.leads)?;
        match (self.deliveries, gathered.deliveries) {
            (Some(deliveries), Some(gathered)) => deliveries.store.finish(gathered),
            _ => Ok(()),
        }
    }

    /// All events are there: puts the first of each delivery into the store of leads. Gives how many others there
    /// were.
    pub fn sift(&self, threads: usize) -> Result<u64, Stop> {
        let Some(deliveries) = self.deliveries else { return Ok(0) };
        let again = AtomicU64::new(0);
        let workers: Vec<Mutex<Option<Gathered>>> = (0..threads).map(|_| Mutex::default()).collect();
        let words = deliveries.words;
        let work = |worker: usize, part: usize, put: order::Put<'_, ()>| {
            let mut gathered = lock(&workers[worker]);
            let gathered = gathered.get_or_insert_with(|| self.store.gathered());
            let chunks = deliveries.store.take(part)?;
            let records = || chunks.iter().flat_map(|chunk| chunk.chunks_exact(words + EXTRA + 1));
            let mut first: HashMap<Mark, u64> = HashMap::new();
            for record in records() {
                let number = first.entry([record[words + 1], record[words + 2]]).or_insert(u64::MAX);
                *number = record[words].min(*number);
            }
            for record in records() {
                let (number, place) = (record[words], record[words + EXTRA]);
                if first.get(&[record[words + 1], record[words + 2]]) == Some(&number) {
                    let partition = (place >> self.bits) as usize;
                    self.store.add_record(partition, &record[..words], gathered)?;
                } else {
                    again.fetch_add(1, Ordering::Relaxed);
                    deliveries.forget(number);
                }
            }
            put(part, ())
        };
        order::run(threads, PARTITIONS, &work, &mut |()| Ok(()))?;
        for gathered in workers {
            if let Some(gathered) = gathered.into_inner().unwrap_or_else(|e| e.into_inner()) {
                self.store.finish(gathered)?;
            }
        }
        Ok(again.into_inner())
    }
}
