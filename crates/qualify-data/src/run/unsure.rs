//! Events of which nobody knows yet whether they count: those whose deliveries count once, and those whose leads may
//! turn out to be nobody's. They have numbers in the order of the data.
//!
//! Events with a key of their delivery wait in partitions by a number of 128 bits that is made of it, as leads do
//! (`places`); of those with equal numbers the first one is put into the store of leads. What is odd about events is
//! put aside as it comes; when all is known, those that count are told of.

use super::aside::{Aside, Pages, record};
use super::keys;
use super::odd::Origins;
use super::order::{Stop, lock};
use super::places::{Mark, PARTITIONS};
use super::saved::Saved;
use super::store::{Gathered, Room, Store};
use crate::problem::{Collector, Outside};
use qualify_model::EventId;
use std::sync::{Mutex, OnceLock};

/// Numbers of a partition of those that were left out, as a power of two.
const LEFT_OUT: u32 = 16;

/// Bytes of what is odd that are read at a time.
const PAGE: u64 = 1 << 16;

/// See the module.
pub(super) struct Unsure {
    /// Words of an event's record. Behind them stand the number of the event, whose lowest bit says whether it is odd,
    /// and the mark of its delivery where such count once.
    pub words: usize,
    pub once: Option<Once>,
    odd: Mutex<Odd>,
    /// The numbers of odd events that do not count.
    left_out: OnceLock<Store>,
    room: Room,
}

/// Events with their numbers, marks and the places of their leads.
pub(super) struct Once {
    seeds: Mark,
    pub store: Store,
}

/// What is odd about events.
struct Odd {
    origins: Origins,
    aside: Aside,
    buffer: Vec<u8>,
}

impl Once {
    /// The mark of a delivery; it is not that of an event without one.
    pub fn mark(&self, kind: EventId, key: &str) -> Mark {
        let mut bytes = kind.0.to_le_bytes().to_vec();
        bytes.extend_from_slice(key.as_bytes());
        let [a, b] = self.seeds.map(|seed| keys::hash(&bytes, seed));
        [a, b | 1]
    }
}

impl Unsure {
    /// For records of so many words, in so much room.
    pub fn new(words: usize, once: bool, room: Room) -> Unsure {
        let seeds = [keys::seed(), keys::seed()];
        let store = || Store::new(words + Unsure::extra(true) + 1, PARTITIONS, room);
        let odd = Odd { origins: Origins::default(), aside: Aside::new(room.held / 4), buffer: Vec::new() };
        Unsure {
            words,
            once: once.then(|| Once { seeds, store: store() }),
            odd: Mutex::new(odd),
            left_out: OnceLock::new(),
            room,
        }
    }

    /// Words of an event behind those of its record.
    pub fn extra(once: bool) -> usize {
        if once { 3 } else { 1 }
    }

    /// The word of an event of that number about which these things are odd.
    pub fn add(&self, number: u64, odd: Vec<Outside>) -> Result<u64, Stop> {
        let word = number << 1 | u64::from(!odd.is_empty());
        for outside in odd {
            let Odd { origins, aside, buffer } = &mut *lock(&self.odd);
            record(buffer);
            buffer.extend_from_slice(&word.to_le_bytes());
            origins.put(outside, buffer);
            aside.add_record(buffer).map_err(Stop::Spill)?;
        }
        Ok(word)
    }

    /// All events have numbers, up to this one.
    pub fn all_read(&self, number: u64) {
        let partitions = (number >> LEFT_OUT) as usize + 1;
        self.left_out.get_or_init(|| Store::new(1, partitions, self.room));
    }

    /// The event with that word does not count.
    pub fn leave_out(&self, word: u64, gathered: &mut Option<Gathered>) -> Result<(), Stop> {
        let Some(store) = self.left_out.get().filter(|_| word & 1 == 1) else { return Ok(()) };
        let gathered = gathered.get_or_insert_with(|| store.gathered());
        store.add_record((word >> 1 >> LEFT_OUT) as usize, &[word], gathered)
    }

    /// Hands over what a thread has gathered of those that do not count.
    pub fn finish(&self, gathered: Option<Gathered>) -> Result<(), Stop> {
        match (self.left_out.get(), gathered) {
            (Some(store), Some(gathered)) => store.finish(gathered),
            _ => Ok(()),
        }
    }

    /// Tells what is odd about the events that count, in their order. Gives the bytes of all temporary files.
    pub fn tell(self, collector: &mut Collector) -> Result<u64, Stop> {
        let stores = self.once.iter().map(|once| &once.store).chain(self.left_out.get());
        let stores: u64 = stores.map(Store::spilled_bytes).sum();
        let Odd { origins, aside, .. } = self.odd.into_inner().unwrap_or_else(|e| e.into_inner());
        let kept = aside.finish().map_err(Stop::Spill)?;
        let mut left_out = LeftOut { store: self.left_out.get(), partition: None, bits: Vec::new() };
        let (mut pages, mut at) = (Pages::new(&kept, PAGE), 0);
        while at < kept.length() {
            let mut saved = Saved(pages.record(at)?);
            let number = saved.number().unwrap_or_default() >> 1;
            if let Some(outside) = origins.take(&mut saved)
                && !left_out.has(number)?
            {
                collector.warn(outside);
            }
            at = pages.behind(at)?;
        }
        Ok(stores + kept.spilled_bytes())
    }
}

/// Which events do not count, as far as numbers of one partition go.
struct LeftOut<'s> {
    store: Option<&'s Store>,
    partition: Option<usize>,
    bits: Vec<u64>,
}

impl LeftOut<'_> {
    /// Whether it is one of them. Numbers come in their order.
    fn has(&mut self, number: u64) -> Result<bool, Stop> {
        let Some(store) = self.store else { return Ok(false) };
        let partition = (number >> LEFT_OUT) as usize;
        let place = |number: u64| (number & ((1 << LEFT_OUT) - 1)) as usize;
        if self.partition.replace(partition) != Some(partition) {
            self.bits = vec![0; 1 << LEFT_OUT >> 6];
            store.take(partition).each(&mut |words| {
                words
                    .iter()
                    .for_each(|word| self.bits[place(word >> 1) / 64] |= 1 << (place(word >> 1) % 64));
                Ok(())
            })?;
        }
        Ok(self.bits[place(number) / 64] >> (place(number) % 64) & 1 == 1)
    }
}
