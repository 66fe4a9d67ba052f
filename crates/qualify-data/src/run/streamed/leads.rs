//! Leads on their way: put aside as they come, their keys and what joins them gathered.

use super::joins::Joins;
use super::repeats::Repeats;
use crate::problem::Collector;
use crate::read::leads::{TakenRow, TakesRows};
use crate::run::aside::{Aside, Kept};
use crate::run::keys::{KeyMap, NOBODY};
use crate::run::order::Stop;
use crate::run::places::{Gathering, Places, REJECTED};
use crate::run::saved::{put_text, put_value};
use qualify_model::Keys;
use std::collections::HashSet;
use std::io;
use std::ops::ControlFlow;

/// What a key that is held takes beside its letters, about.
const KEY: u64 = 64;

/// Takes the rows of the first table.
pub(super) struct LeadsAside<'j> {
    rows: Aside,
    size: BlockSize,
    /// Where the blocks begin.
    starts: Vec<u64>,
    /// Leads of the block at hand.
    in_block: u64,
    count: u64,
    /// Blocks of the leads that need no result any more.
    delivered: usize,
    /// Rows that became no lead, and the keys that some of them have.
    others: usize,
    rejected: HashSet<Box<str>>,
    /// Bytes that these may still take.
    room: u64,
    /// All keys are whole numbers by their type.
    whole: bool,
    /// The keys of the block at hand.
    offsets: Vec<u32>,
    keys: Vec<u8>,
    gathering: Gathering,
    names: Vec<String>,
    /// Rows whose keys stand before, if that is known.
    repeats: Option<Repeats>,
    joins: &'j mut Joins,
    buffer: Vec<u8>,
    failed: Option<Stop>,
}

/// What a block of leads may be at most.
#[derive(Clone, Copy)]
pub(super) struct BlockSize {
    /// Leads, as a power of two.
    pub bits: u32,
    /// Bytes, unless it is one lead.
    pub bytes: u64,
    /// The first leads are in blocks of their own.
    pub delivered: u64,
}

/// The leads that were put aside.
pub(super) struct KeptLeads {
    pub rows: Kept,
    /// Leads of a block at most, as a power of two.
    pub bits: u32,
    /// Where the blocks begin, and behind the last one.
    pub starts: Vec<u64>,
    /// Blocks that need no result any more.
    pub delivered: usize,
    pub count: u64,
    /// Keys of rows that became no lead, unless they are among those that are gathered.
    pub rejected: HashSet<Box<str>>,
    pub whole: bool,
    /// The names of their files.
    pub names: Vec<String>,
}

impl<'j> LeadsAside<'j> {
    /// With so many bytes of leads in memory.
    pub fn new(
        size: BlockSize,
        room: u64,
        gathering: Gathering,
        repeats: Option<Repeats>,
        joins: &'j mut Joins,
    ) -> LeadsAside<'j> {
        LeadsAside {
            rows: Aside::new(room),
            size,
            starts: Vec::new(),
            in_block: 0,
            count: 0,
            others: 0,
            rejected: HashSet::new(),
            room,
            delivered: 0,
            whole: true,
            offsets: vec![0],
            keys: Vec::new(),
            gathering,
            names: Vec::new(),
            repeats,
            joins,
            buffer: Vec::new(),
            failed: None,
        }
    }

    fn add(&mut self, row: TakenRow) -> Result<(), Stop> {
        self.buffer.clear();
        put_text(Some(&row.key), &mut self.buffer);
        row.values.iter().for_each(|value| put_value(value.as_ref(), &mut self.buffer));
        self.joins.put_links(&row, self.names.len(), &mut self.buffer);
        if self.rejected.contains(&row.key) {
            return Err(Stop::Keys); // a key that stands twice
        }
        if self.is_full() {
            self.end_block()?;
            self.starts.push(self.rows.length());
        }
        if self.count < self.size.delivered {
            self.delivered = self.starts.len();
        }
        self.rows.add(&self.buffer).map_err(Stop::Spill)?;
        let block = self.starts.len() as u64 - 1;
        self.joins.request(0, &row.links, block << self.size.bits | self.in_block)?;
        self.keys.extend_from_slice(row.key.as_bytes());
        self.offsets.push(u32::try_from(self.keys.len()).map_err(|_| Stop::Rows)?);
        self.whole &= row.whole;
        self.in_block += 1;
        self.count += 1;
        Ok(())
    }

    /// The lead at hand is the first of another block.
    fn is_full(&self) -> bool {
        let Some(start) = self.starts.last() else { return true };
        let bytes = self.rows.length() - start + self.buffer.len() as u64;
        self.in_block == 1 << self.size.bits
            || self.count == self.size.delivered
            || (self.in_block > 0 && bytes > self.size.bytes)
    }

    fn end_block(&mut self) -> Result<(), Stop> {
        if std::mem::take(&mut self.in_block) == 0 {
            return Ok(());
        }
        let offsets = std::mem::replace(&mut self.offsets, vec![0]);
        self.gathering.add(Keys::Texts { offsets, bytes: std::mem::take(&mut self.keys) })
    }

    /// All leads were taken.
    pub fn finish(mut self) -> Result<(KeptLeads, Gathering), Stop> {
        self.failed.take().map_or(Ok(()), Err)?;
        self.repeats.as_ref().map_or(Ok(()), Repeats::end)?;
        self.end_block()?;
        // places of leads have 32 bits, and two of them are those of no lead
        if (self.starts.len() as u64) << self.size.bits >= u64::from(REJECTED) {
            return Err(Stop::Output(io::Error::other("too many leads for one run")));
        }
        if self.gathering.is_later() && !self.rejected.is_empty() {
            // those are not among the keys that are gathered
            return Err(Stop::Keys);
        }
        self.starts.push(self.rows.length());
        let kept = KeptLeads {
            rows: self.rows.finish().map_err(Stop::Spill)?,
            bits: self.size.bits,
            starts: self.starts,
            delivered: self.delivered,
            count: self.count,
            rejected: self.rejected,
            whole: self.whole,
            names: self.names,
        };
        Ok((kept, self.gathering))
    }
}

impl KeptLeads {
    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.starts.len() - 1
    }

    /// No key that was rejected is that of a lead, too.
    pub fn check_rejected(&self, places: &Places) -> Result<(), Stop> {
        let twice = |map: &KeyMap| self.rejected.iter().any(|key| map.text(key) != NOBODY);
        match places {
            Places::Known(map) if twice(map) => Err(Stop::Keys),
            _ => Ok(()),
        }
    }
}

impl TakesRows for LeadsAside<'_> {
    fn file(&mut self, name: &str) {
        self.names.push(name.to_string());
    }

    fn rows(&self) -> usize {
        self.count as usize + self.others
    }

    fn malformed(&mut self) {
        self.others += 1;
    }

    fn flow(&self, collector: &Collector) -> ControlFlow<()> {
        let hasty = self.repeats.is_none() && self.gathering.is_later();
        if self.failed.is_some() || (hasty && collector.wrong()) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn repeats(&mut self, _: &str) -> Option<String> {
        match self.repeats.as_mut()?.next(&self.names) {
            Ok(repeats) => repeats,
            Err(stop) => {
                self.failed.get_or_insert(stop);
                None
            }
        }
    }

    fn rejected(&mut self, key: Box<str>) {
        self.others += 1;
        if self.repeats.is_some() {
            if self.failed.is_none() {
                self.failed = self.gathering.reject(&key).err();
            }
            return;
        }
        let bytes = key.len() as u64 + KEY;
        if bytes > self.room || !self.rejected.insert(key) {
            self.failed.get_or_insert(Stop::Keys); // too many of them, or one that stands twice
        }
        self.room = self.room.saturating_sub(bytes);
    }

    fn take(&mut self, row: TakenRow) {
        if self.failed.is_none() {
            self.failed = self.add(row).err();
        }
    }
}
