//! Tables that are joined to the leads: their rows are put aside, and rows and those who look for them meet by a number
//! of 128 bits that is made of the key, part by part, as leads and events do (`places`).

use crate::bind::TablePlan;
use crate::read::leads::{TakenRow, TakesRows};
use crate::run::aside::{Aside, Kept};
use crate::run::keys;
use crate::run::order::Stop;
use crate::run::places::{Mark, PARTITIONS, partition};
use crate::run::saved::{put_text, put_value};
use crate::run::store::{Gathered, Store};
use std::collections::HashMap;

/// Words of what a lead looks for: the mark of the key, and its place.
const WANTED: usize = 3;

/// Words of a row of a table: its mark and where it lies; behind them the marks of the keys that it holds of tables
/// behind it.
const ROW: usize = 3;

/// Where no row lies: nobody has the key.
const NOWHERE: u64 = u64::MAX;

/// All tables but the first.
pub(super) struct Joins {
    seeds: Mark,
    tables: Vec<Joining>,
    /// For each table, from the first one on, the table that leads to it and the place among its links.
    joined_by: Vec<Option<(usize, usize)>>,
    room: u64,
}

/// A table while it is read.
struct Joining {
    rows: Aside,
    names: Vec<String>,
    keys: (Store, Gathered),
    wanted: (Store, Gathered),
    /// The tables that its rows lead to, with the place among their links.
    onward: Vec<(usize, usize)>,
}

/// For each block of leads which rows of which tables are theirs.
pub(super) struct Joined {
    store: Store,
    tables: Vec<(Kept, Vec<String>)>,
    /// A key that no row has was looked for.
    pub missing: bool,
}

/// A row of a table for a lead of a block.
pub(super) struct Found {
    pub lead: usize,
    /// The table, from 1.
    pub table: usize,
    /// Where it lies; none: there is no such row.
    pub at: Option<u64>,
}

impl Joins {
    /// With so many bytes in memory.
    pub fn new(plans: &[TablePlan], room: u64) -> Joins {
        let joined_by: Vec<_> = plans.iter().map(|plan| plan.joined_by).collect();
        let room = room / (4 * plans.len() as u64).max(1);
        let tables = (1..plans.len()).map(|table| {
            let onward = joined_by.iter().enumerate().filter_map(|(to, by)| {
                let (holder, link) = (*by)?;
                (holder == table).then_some((to, link))
            });
            let onward: Vec<_> = onward.collect();
            let gathering = |words: usize| {
                let store = Store::new(words, PARTITIONS, room);
                let gathered = store.gathered();
                (store, gathered)
            };
            let (keys, wanted) = (gathering(ROW + 2 * onward.len()), gathering(WANTED));
            Joining { rows: Aside::new(room), names: Vec::new(), keys, wanted, onward }
        });
        let tables = tables.collect();
        Joins { seeds: [keys::seed(), keys::seed()], tables, joined_by, room }
    }

    fn mark(&self, key: &str) -> Mark {
        let [a, b] = self.seeds.map(|seed| keys::hash(key.as_bytes(), seed));
        [a, b | 1] // not that of no key
    }

    /// Adds the keys that a row holds, and where it stands.
    pub fn put_links(&self, row: &TakenRow, files: usize, out: &mut Vec<u8>) {
        if !row.links.is_empty() {
            row.links.iter().for_each(|link| put_text(link.as_deref(), out));
            out.extend_from_slice(&row.line.to_le_bytes());
            out.extend_from_slice(&(files as u64 - 1).to_le_bytes());
        }
    }

    /// A row of a table holds these keys, for the lead at a place.
    pub fn request(&mut self, holder: usize, links: &[Option<Box<str>>], place: u64) -> Result<(), Stop> {
        for table in 1..self.joined_by.len() {
            let Some((_, link)) = self.joined_by[table].filter(|(by, _)| *by == holder) else { continue };
            if let Some(key) = links.get(link).and_then(Option::as_deref) {
                let [a, b] = self.mark(key);
                let (store, gathered) = &mut self.tables[table - 1].wanted;
                store.add_record(partition(a), &[a, b, place], gathered)?;
            }
        }
        Ok(())
    }

    /// Takes the rows of a table, from 1.
    pub fn rows(&mut self, table: usize) -> TableRows<'_> {
        TableRows { joins: self, table, rows: 0, others: 0, buffer: Vec::new(), failed: None }
    }

    /// All tables were read: leads find their rows. There are so many blocks of leads, of so many bits.
    pub fn finish(self, blocks: usize, bits: u32) -> Result<Joined, Stop> {
        let store = Store::new(2, blocks.max(1), self.room);
        let mut gathered = store.gathered();
        let (mut done, mut missing) = (Vec::new(), false);
        let mut rest = self.tables.into_iter().enumerate().collect::<std::collections::VecDeque<_>>();
        while let Some((number, table)) = rest.pop_front() {
            let Joining { rows, names, keys, wanted, onward } = table;
            keys.0.finish(keys.1)?;
            wanted.0.finish(wanted.1)?;
            let words = ROW + 2 * onward.len();
            for part in 0..PARTITIONS {
                let chunks = keys.0.take(part)?;
                let mut places: HashMap<[u64; 2], &[u64]> = HashMap::new();
                for row in chunks.iter().flat_map(|chunk| chunk.chunks_exact(words)) {
                    if places.insert([row[0], row[1]], row).is_some() {
                        return Err(Stop::Rows); // a key that stands twice
                    }
                }
                let chunks = wanted.0.take(part)?;
                for wanted in chunks.iter().flat_map(|chunk| chunk.chunks_exact(WANTED)) {
                    let (place, row) = (wanted[2], places.get(&[wanted[0], wanted[1]]));
                    missing |= row.is_none();
                    let lead = place & ((1 << bits) - 1) | (number as u64 + 1) << 32;
                    let at = row.map_or(NOWHERE, |row| row[2]);
                    store.add_record((place >> bits) as usize, &[lead, at], &mut gathered)?;
                    let Some(row) = row else { continue };
                    for ((to, _), mark) in onward.iter().zip(row[ROW..].chunks_exact(2)) {
                        let next = rest.iter_mut().find(|(other, _)| other + 1 == *to);
                        if let (Some((_, next)), true) = (next, mark[1] != 0) {
                            let (store, gathered) = &mut next.wanted;
                            store.add_record(partition(mark[0]), &[mark[0], mark[1], place], gathered)?;
                        }
                    }
                }
            }
            done.push((rows.finish().map_err(Stop::Spill)?, names));
        }
        store.finish(gathered)?;
        Ok(Joined { store, tables: done, missing })
    }
}

impl Joined {
    /// What the leads of a block have found, lead by lead, in the order of the tables.
    pub fn of_block(&self, block: usize) -> Result<Vec<Found>, Stop> {
        if self.tables.is_empty() {
            return Ok(Vec::new());
        }
        let chunks = self.store.take(block)?;
        let records = chunks.iter().flat_map(|chunk| chunk.chunks_exact(2));
        let mut found: Vec<Found> = records
            .map(|record| Found {
                lead: record[0] as u32 as usize,
                table: (record[0] >> 32) as usize,
                at: Some(record[1]).filter(|at| *at != NOWHERE),
            })
            .collect();
        found.sort_by_key(|found| (found.lead, found.table));
        Ok(found)
    }

    /// The bytes of a row of a table.
    pub fn row(&self, table: usize, at: u64) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        let kept = &self.tables[table - 1].0;
        kept.read(at, 512, &mut bytes).map_err(Stop::Spill)?;
        let length = bytes.first_chunk().map_or(0, |length| u32::from_le_bytes(*length)) as usize + 4;
        if length > bytes.len() {
            kept.read(at, length as u64, &mut bytes).map_err(Stop::Spill)?;
        }
        bytes.truncate(length);
        bytes.drain(..4.min(length));
        Ok(bytes)
    }

    /// The names of the files of a table.
    pub fn names(&self, table: usize) -> &[String] {
        &self.tables[table - 1].1
    }

    /// The bytes of the temporary files.
    pub fn spilled_bytes(&self) -> u64 {
        let rows: u64 = self.tables.iter().map(|(kept, _)| kept.spilled_bytes()).sum();
        self.store.spilled_bytes() + rows
    }
}

/// Takes the rows of a table that is joined.
pub(super) struct TableRows<'j> {
    joins: &'j mut Joins,
    table: usize,
    rows: usize,
    others: usize,
    buffer: Vec<u8>,
    failed: Option<Stop>,
}

impl TableRows<'_> {
    fn add(&mut self, row: &TakenRow) -> Result<(), Stop> {
        self.buffer.clear();
        self.buffer.extend_from_slice(&[0; 4]);
        row.values.iter().for_each(|value| put_value(value.as_ref(), &mut self.buffer));
        self.joins.put_links(row, self.joins.tables[self.table - 1].names.len(), &mut self.buffer);
        let length = u32::try_from(self.buffer.len() - 4).map_err(|_| Stop::Rows)?;
        self.buffer[..4].copy_from_slice(&length.to_le_bytes());
        let [a, b] = self.joins.mark(&row.key);
        let mut record = vec![a, b, 0];
        for (_, link) in &self.joins.tables[self.table - 1].onward {
            let key = row.links.get(*link).and_then(Option::as_deref);
            record.extend(key.map_or([0, 0], |key| self.joins.mark(key)));
        }
        let table = &mut self.joins.tables[self.table - 1];
        record[2] = table.rows.add(&self.buffer).map_err(Stop::Spill)?;
        let (store, gathered) = &mut table.keys;
        store.add_record(partition(a), &record, gathered)
    }

    /// All its rows were taken.
    pub fn finish(self) -> Result<(), Stop> {
        self.failed.map_or(Ok(()), Err)
    }
}

impl TakesRows for TableRows<'_> {
    fn file(&mut self, name: &str) {
        self.joins.tables[self.table - 1].names.push(name.to_string());
    }

    fn rows(&self) -> usize {
        self.rows + self.others
    }

    fn malformed(&mut self) {
        self.others += 1;
    }

    fn rejected(&mut self, _: Box<str>) {
        self.others += 1;
    }

    fn take(&mut self, row: TakenRow) {
        self.rows += 1;
        if self.failed.is_none() {
            self.failed = self.add(&row).err();
        }
    }
}
