//! How events find the places of their leads: at once, by a table of all keys, where there is memory for it; else
//! later, part by part.
//!
//! *Later* means: keys and events are put into partitions by a number of 128 bits that is made of the key, and when
//! everything is read, a table of the keys of one partition at a time tells the places of its events. The two stores
//! go to temporary files like the store that they fill.
//!
//! Equal numbers are taken for equal keys. The number depends on two seeds that are new in each run; among a billion
//! keys two different ones are given the same number once in 10^20 runs.

use super::deliveries::{Destination, Workers};
use super::keys::{self, KeyMap};
use super::order::Stop;
use super::store::{Gathered, Records, Room, Store};
use qualify_model::Keys;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Partitions by the number of the key.
pub(super) const PARTITIONS: usize = 512;

/// What the table of keys may always take, in bytes.
const LEAST: u64 = 1 << 10;

/// What the table of keys may take at most, however much memory there is: a larger one is slower than partitions, since
/// each look into it waits for the memory several times.
const MOST: u64 = 128 << 20;

/// What is made of a key.
pub(super) type Mark = [u64; 2];

/// The keys of all leads.
pub(super) enum Places {
    /// With a table of them.
    Known(KeyMap),
    /// Without.
    Later(Box<Later>),
}

/// Gathers the keys of leads, unit by unit.
pub(super) struct Gathering {
    /// Bytes that the table of keys may take, and those that everything later may have in memory.
    most: u64,
    room: Room,
    held: Vec<Keys>,
    size: Size,
    /// Leads of each unit.
    rows: Vec<usize>,
    later: Option<(Box<Later>, Gathered)>,
}

/// What the table of some keys takes.
#[derive(Default)]
struct Size {
    numbers: u64,
    range: Option<(i64, i64)>,
    texts: u64,
    bytes: u64,
}

impl Size {
    fn add(&mut self, keys: &Keys) {
        match keys {
            Keys::Integers(values) => {
                self.numbers += values.len() as u64;
                for value in values {
                    let (low, high) = self.range.unwrap_or((*value, *value));
                    self.range = Some((low.min(*value), high.max(*value)));
                }
            }
            Keys::Texts { bytes, .. } => {
                self.texts += keys.len() as u64;
                self.bytes += bytes.len() as u64;
            }
        }
    }

    /// With the keys themselves, which are held until the table is made.
    fn bytes(&self) -> u64 {
        let span = self.range.map_or(0, |(low, high)| high.abs_diff(low));
        let table = if span / 16 < self.numbers { 4 * span } else { 64 * self.numbers };
        table + 8 * self.numbers + 32 * self.texts + 2 * self.bytes
    }
}

impl Gathering {
    /// With a table that takes no more than that room has, or else within the room until places are found.
    pub fn new(room: Room) -> Gathering {
        let most = room.held.clamp(LEAST, MOST);
        Gathering { most, room, held: Vec::new(), size: Size::default(), rows: Vec::new(), later: None }
    }

    /// Without a table, however small it would be.
    pub fn later(self) -> Gathering {
        let later = Box::new(Later::new(self.room));
        let gathered = later.keys.gathered();
        Gathering { later: Some((later, gathered)), ..self }
    }

    /// Adds the key of a row that was rejected, where places are found later.
    pub fn reject(&mut self, key: &str) -> Result<(), Stop> {
        let Some((later, gathered)) = &mut self.later else { return Err(Stop::Keys) };
        let [a, b] = later.of_text(key.as_bytes());
        later.keys.add_record(partition(a), &[a, b, u64::MAX], gathered)
    }

    /// Adds the keys of the next unit.
    pub fn add(&mut self, keys: Keys) -> Result<(), Stop> {
        self.rows.push(keys.len());
        let unit = self.rows.len() - 1;
        if let Some((later, gathered)) = &mut self.later {
            return later.add_keys(unit, &keys, gathered);
        }
        self.size.add(&keys);
        self.held.push(keys);
        if self.size.bytes() > self.most {
            let later = Box::new(Later::new(self.room));
            let mut gathered = later.keys.gathered();
            for (unit, keys) in self.held.drain(..).enumerate() {
                later.add_keys(unit, &keys, &mut gathered)?;
            }
            self.later = Some((later, gathered));
        }
        Ok(())
    }

    /// Places of leads will be found when all events are read.
    pub fn is_later(&self) -> bool {
        self.later.is_some()
    }

    /// Leads of each unit.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// All keys; `first` gives the place of the first lead of each unit. `whole` changes keys of different kinds to
    /// one. Events have so many words.
    pub fn finish(
        self,
        first: Vec<u32>,
        words: usize,
        whole: impl FnOnce(&mut [Keys]),
    ) -> Result<Places, Stop> {
        let Gathering { mut held, later, room, .. } = self;
        if let Some((mut later, gathered)) = later {
            later.keys.finish(gathered)?;
            later.first = first;
            later.words = words + 2;
            later.events = Store::new(words + 2, PARTITIONS, Room { held: room.held / 2, ..room });
            return Ok(Places::Later(later));
        }
        whole(&mut held);
        let parts: Vec<(Keys, u32)> = held.into_iter().zip(first).collect();
        KeyMap::of(&parts).map(Places::Known).ok_or(Stop::Keys) // a key stands twice
    }
}

impl Places {
    /// They are found when all events are read.
    pub fn are_later(&self) -> bool {
        matches!(self, Places::Later(_))
    }

    /// The bytes that it takes beside the stores.
    pub fn bytes(&self) -> u64 {
        match self {
            Places::Known(map) => map.bytes(),
            Places::Later(_) => 0,
        }
    }

    /// What the store of leads may take of so many bytes.
    pub fn leaves(&self, room: u64) -> u64 {
        if matches!(self, Places::Known(_)) { room } else { room / 2 }
    }

    /// Room for what a thread gathers of the events.
    pub fn gathered(&self, store: &Store) -> Gathered {
        match self {
            Places::Known(_) => store.gathered(),
            Places::Later(later) => later.events.gathered(),
        }
    }

    /// All events are read and gathered: takes them to where they go, if they are not there already. Gives how many
    /// events belong to nobody and were left out.
    pub fn finish(
        &self,
        all: impl Iterator<Item = Gathered>,
        threads: usize,
        to: &Destination<'_>,
    ) -> Result<u64, Stop> {
        match self {
            Places::Known(_) => {
                for gathered in all {
                    to.store.finish(gathered)?;
                }
                Ok(0)
            }
            Places::Later(later) => {
                for gathered in all {
                    later.events.finish(gathered)?;
                }
                later.resolve(threads, to)
            }
        }
    }

    /// The bytes of its temporary files.
    pub fn spilled_bytes(&self) -> u64 {
        match self {
            Places::Known(_) => 0,
            Places::Later(later) => later.keys.spilled_bytes() + later.events.spilled_bytes(),
        }
    }
}

/// The keys of all leads and the events, neither in memory.
pub(super) struct Later {
    seeds: Mark,
    /// The mark of each lead with its unit and row.
    keys: Store,
    /// Events with the marks of their leads.
    events: Store,
    /// Words of such an event.
    words: usize,
    /// The place of the first lead of each unit.
    first: Vec<u32>,
    /// Something was said of a value of an event that may be left out.
    odd: AtomicBool,
}

/// Words of a record of a key.
const KEY_WORDS: usize = 3;

impl Later {
    fn new(room: Room) -> Later {
        Later {
            seeds: [keys::seed(), keys::seed()],
            keys: Store::new(KEY_WORDS, PARTITIONS, Room { held: room.held / 4, ..room }),
            events: Store::new(2, PARTITIONS, room), // until it is known how many words they have
            words: 2,
            first: Vec::new(),
            odd: AtomicBool::new(false),
        }
    }

    fn add_keys(&self, unit: usize, keys: &Keys, gathered: &mut Gathered) -> Result<(), Stop> {
        let mut add = |row: usize, [a, b]: Mark| {
            let place = (unit as u64) << 32 | row as u64;
            self.keys.add_record(partition(a), &[a, b, place], gathered)
        };
        match keys {
            Keys::Integers(values) => {
                values.iter().enumerate().try_for_each(|(row, value)| add(row, self.of_number(*value)))
            }
            Keys::Texts { offsets, bytes } => {
                let key = |bounds: &[u32]| &bytes[bounds[0] as usize..bounds[1] as usize];
                let marks = offsets.windows(2).map(|bounds| self.of_text(key(bounds)));
                marks.enumerate().try_for_each(|(row, mark)| add(row, mark))
            }
        }
    }

    /// The mark of a key that is a whole number: that of its shortest spelling.
    pub fn of_number(&self, key: i64) -> Mark {
        self.of_text(key.to_string().as_bytes())
    }

    /// The mark of a key.
    pub fn of_text(&self, key: &[u8]) -> Mark {
        self.seeds.map(|seed| keys::hash(key, seed))
    }

    /// What packed events have instead of numbers of leads.
    pub fn head(lenient: bool) -> u64 {
        if lenient { LENIENT } else { 0 }
    }

    /// Adds packed events with their marks.
    pub fn add(
        &self,
        marks: &[Mark],
        columns: &mut Vec<Vec<u64>>,
        gathered: &mut Gathered,
    ) -> Result<(), Stop> {
        columns.push(marks.iter().map(|mark| mark[0]).collect());
        columns.push(marks.iter().map(|mark| mark[1]).collect());
        self.events.add_any(marks.iter().map(|mark| partition(mark[0])), columns, gathered)?;
        columns.truncate(self.words - 2);
        Ok(())
    }

    /// Something was said of a value of an event that may be left out.
    pub fn was_odd(&self) {
        self.odd.store(true, Ordering::Relaxed);
    }

    fn resolve(&self, threads: usize, to: &Destination<'_>) -> Result<u64, Stop> {
        let ignored = AtomicU64::new(0);
        Workers::new(threads).run(to, &|part, gathered| {
            let table = self.table(&self.keys.take(part))?;
            self.events.take(part).each_record(&mut |record| {
                let (event, mark) = record.split_at(self.words - 2);
                if let Some(place) = table.place([mark[0], mark[1]]).filter(|place| *place != REJECTED) {
                    return to.add(place, event, gathered);
                }
                if event[0] & LENIENT == 0 {
                    return Err(Stop::Keys);
                }
                ignored.fetch_add(1, Ordering::Relaxed);
                to.leave_out(event, gathered)
            })
        })?;
        let ignored = ignored.into_inner();
        // what is said of values must not tell of events that were left out
        if ignored > 0 && self.odd.load(Ordering::Relaxed) { Err(Stop::Rows) } else { Ok(ignored) }
    }

    /// The keys of one partition, which stay where they are.
    pub fn look(&self, part: usize) -> Result<Table, Stop> {
        self.table(&self.keys.look(part))
    }

    fn table(&self, keys: &Records) -> Result<Table, Stop> {
        let mut table = Table::new(keys.count());
        keys.each_record(&mut |record| {
            let (mark, unit) = ([record[0], record[1]], (record[2] >> 32) as usize);
            let place = match record[2] {
                u64::MAX => REJECTED,
                place => self.first.get(unit).ok_or(Stop::Rows)? + place as u32,
            };
            // a key may not stand twice
            if table.add(mark, place) { Ok(()) } else { Err(Stop::Keys) }
        })?;
        Ok(table)
    }
}

/// Instead of the place of a lead: its row was rejected.
pub(super) const REJECTED: u32 = u32::MAX - 1;

/// No lead has the place.
const NOWHERE: u32 = u32::MAX;

/// Where a record will hold the number of the lead, the lowest bit says until then whether the event may be left out.
const LENIENT: u64 = 1;

/// The places of the leads of one partition.
pub(super) struct Table {
    slots: Vec<(Mark, u32)>,
    taken: usize,
}

/// Keys that a table has room for from the start, at most: where one stands very often there are few.
const SLOTS: usize = 1 << 16;

impl Table {
    /// With room for so many keys, or some of them.
    fn new(keys: usize) -> Table {
        Table { slots: vec![([0; 2], NOWHERE); (keys.min(SLOTS) * 2).next_power_of_two().max(2)], taken: 0 }
    }

    /// Adds a key; false if it is there already.
    fn add(&mut self, mark: Mark, place: u32) -> bool {
        if self.taken * 2 >= self.slots.len() {
            let more = vec![([0; 2], NOWHERE); self.slots.len() * 2];
            let known = std::mem::replace(&mut self.slots, more);
            for (mark, place) in known.into_iter().filter(|(_, place)| *place != NOWHERE) {
                let slot = self.slot(mark);
                self.slots[slot] = (mark, place);
            }
        }
        let slot = self.slot(mark);
        self.taken += 1;
        std::mem::replace(&mut self.slots[slot], (mark, place)).1 == NOWHERE
    }

    /// The slot of a mark, or the free one where it would be put.
    fn slot(&self, mark: Mark) -> usize {
        let mut at = mark[1] as usize & (self.slots.len() - 1);
        while self.slots[at].1 != NOWHERE && self.slots[at].0 != mark {
            at = (at + 1) & (self.slots.len() - 1);
        }
        at
    }

    /// The place of the lead with that mark.
    pub fn place(&self, mark: Mark) -> Option<u32> {
        Some(self.slots[self.slot(mark)].1).filter(|place| *place != NOWHERE)
    }
}

/// The partition of a mark, by its first word.
pub(super) fn partition(word: u64) -> usize {
    (word >> (64 - PARTITIONS.ilog2())) as usize
}
