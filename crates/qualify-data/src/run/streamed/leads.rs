//! Leads on their way: put aside as they come, their keys and what joins them gathered.

use super::joins::Joins;
use crate::read::leads::{TakenRow, TakesRows};
use crate::run::aside::{Aside, Kept};
use crate::run::order::Stop;
use crate::run::places::Gathering;
use crate::run::saved::{put_text, put_value};
use crate::run::store::Room;
use qualify_model::Keys;

/// Takes the rows of the first table.
pub(super) struct LeadsAside<'j> {
    rows: Aside,
    size: BlockSize,
    /// Where the blocks begin.
    starts: Vec<u64>,
    /// Leads of the block at hand.
    in_block: u64,
    count: u64,
    /// Rows that became no lead.
    others: usize,
    /// All keys are whole numbers by their type.
    whole: bool,
    /// The keys of the block at hand.
    offsets: Vec<u32>,
    keys: Vec<u8>,
    gathering: Gathering,
    names: Vec<String>,
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
}

/// The leads that were put aside.
pub(super) struct KeptLeads {
    pub rows: Kept,
    /// Where the blocks begin, and behind the last one.
    pub starts: Vec<u64>,
    pub count: u64,
    pub whole: bool,
    /// The names of their files.
    pub names: Vec<String>,
}

impl<'j> LeadsAside<'j> {
    /// With so many bytes of leads in memory, and so much room for keys.
    pub fn new(size: BlockSize, room: u64, keys: Room, joins: &'j mut Joins) -> LeadsAside<'j> {
        LeadsAside {
            rows: Aside::new(room),
            size,
            starts: Vec::new(),
            in_block: 0,
            count: 0,
            others: 0,
            whole: true,
            offsets: vec![0],
            keys: Vec::new(),
            gathering: Gathering::new(keys),
            names: Vec::new(),
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
        if self.is_full() {
            self.end_block()?;
            self.starts.push(self.rows.length());
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
        self.in_block == 1 << self.size.bits || (self.in_block > 0 && bytes > self.size.bytes)
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
        self.end_block()?;
        // places of leads have 32 bits, and one of them means nobody
        if (self.starts.len() as u64) << self.size.bits >= u64::from(u32::MAX) {
            return Err(Stop::Rows);
        }
        self.starts.push(self.rows.length());
        let rows = self.rows.finish().map_err(Stop::Spill)?;
        let kept =
            KeptLeads { rows, starts: self.starts, count: self.count, whole: self.whole, names: self.names };
        Ok((kept, self.gathering))
    }
}

impl KeptLeads {
    /// How many blocks there are.
    pub fn blocks(&self) -> usize {
        self.starts.len() - 1
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

    fn rejected(&mut self, _: Box<str>) {
        self.others += 1;
    }

    fn take(&mut self, row: TakenRow) {
        if self.failed.is_none() {
            self.failed = self.add(row).err();
        }
    }
}
