//! Tables that are joined to the leads: their rows are put aside, and rows and those who look for them meet by a number
//! of 128 bits that is made of the key, part by part, as leads and events do (`places`).

use super::repeats::Repeats;
use crate::bind::TablePlan;
use crate::problem::Collector;
use crate::read::leads::{TakenRow, TakesRows};
use crate::run::aside::{Aside, Kept, Pages, record};
use crate::run::keys;
use crate::run::order::Stop;
use crate::run::places::{Mark, PARTITIONS, partition};
use crate::run::saved::{put_text, put_value};
use crate::run::store::{Gathered, Records, Room, Store};
use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;

/// Words of what a lead looks for: the mark of the key, and its place.
const WANTED: usize = 3;

/// Words of a row of a table: its mark and where it lies; behind them the marks of the keys that it holds of tables
/// behind it.
const ROW: usize = 3;

/// Bytes of rows that are read at a time.
const PAGE: u64 = 512;

/// Where no row lies: nobody has the key.
const NOWHERE: u64 = u64::MAX;

/// Where a row lies that was rejected.
const REJECTED: u64 = NOWHERE - 1;

/// All tables but the first.
pub(super) struct Joins {
    seeds: Mark,
    tables: Vec<Joining>,
    /// For each table, from the first one on, the table that leads to it and the place among its links.
    joined_by: Vec<Option<(usize, usize)>>,
    room: Room,
    /// Nothing may be wrong.
    pub hasty: bool,
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
    /// Bytes of temporary files that are no longer needed.
    spilled: u64,
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
    pub fn new(plans: &[TablePlan], room: Room) -> Joins {
        let joined_by: Vec<_> = plans.iter().map(|plan| plan.joined_by).collect();
        let held = room.held / (4 * plans.len() as u64).max(1);
        let room = Room { held, gathered: room.gathered / plans.len().max(1) as u64 };
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
            Joining { rows: Aside::new(held), names: Vec::new(), keys, wanted, onward }
        });
        let tables = tables.collect();
        Joins { seeds: [keys::seed(), keys::seed()], tables, joined_by, room, hasty: false }
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
    pub fn rows(&mut self, table: usize, repeats: Option<Repeats>) -> TableRows<'_> {
        TableRows { joins: self, table, repeats, rows: 0, others: 0, buffer: Vec::new(), failed: None }
    }

    /// All tables were read: leads find their rows. There are so many blocks of leads, of so many bits.
    pub fn finish(self, blocks: usize, bits: u32) -> Result<Joined, Stop> {
        let store = Store::new(2, blocks.max(1), self.room);
        let gathered = store.gathered();
        let mut joined = Joined { store, tables: Vec::new(), missing: false, spilled: 0 };
        let mut meeting = Meeting { bits, gathered, rest: self.tables.into() };
        while let Some(table) = meeting.rest.pop_front() {
            let Joining { rows, names, keys, wanted, onward } = table;
            keys.0.finish(keys.1)?;
            wanted.0.finish(wanted.1)?;
            for part in 0..PARTITIONS {
                meeting.part(&mut joined, &onward, &keys.0.take(part), &wanted.0.take(part))?;
            }
            joined.spilled += keys.0.spilled_bytes() + wanted.0.spilled_bytes();
            joined.tables.push((rows.finish().map_err(Stop::Spill)?, names));
        }
        joined.store.finish(meeting.gathered)?;
        Ok(joined)
    }
}

/// Rows of tables and those who look for them, while they meet.
struct Meeting {
    /// Leads of a block, as a power of two.
    bits: u32,
    /// What the leads of each block have found.
    gathered: Gathered,
    /// The tables behind the one at hand.
    rest: VecDeque<Joining>,
}

impl Meeting {
    /// Those of one partition; only the keys are in memory.
    fn part(
        &mut self,
        joined: &mut Joined,
        onward: &[(usize, usize)],
        keys: &Records,
        wanted: &Records,
    ) -> Result<(), Stop> {
        let table = joined.tables.len() + 1;
        let words = ROW + 2 * onward.len();
        let (mut rows, mut places) = (Vec::new(), HashMap::new());
        keys.each_record(&mut |row| {
            // a key may not stand twice
            let known = places.insert([row[0], row[1]], rows.len());
            rows.extend_from_slice(row);
            known.map_or(Ok(()), |_| Err(Stop::Keys))
        })?;
        wanted.each_record(&mut |wanted| {
            let place = wanted[2];
            let row = places.get(&[wanted[0], wanted[1]]).map(|at| &rows[*at..at + words]);
            if row.is_some_and(|row| row[2] == REJECTED) {
                return Ok(()); // that is told already
            }
            joined.missing |= row.is_none();
            let lead = place & ((1 << self.bits) - 1) | (table as u64) << 32;
            let found = [lead, row.map_or(NOWHERE, |row| row[2])];
            joined.store.add_record((place >> self.bits) as usize, &found, &mut self.gathered)?;
            row.map_or(Ok(()), |row| self.look_on(table, onward, &row[ROW..], place))
        })
    }

    /// The lead at a place has found a row of a table, which holds keys of tables behind it.
    fn look_on(
        &mut self,
        table: usize,
        onward: &[(usize, usize)],
        marks: &[u64],
        place: u64,
    ) -> Result<(), Stop> {
        for ((to, _), mark) in onward.iter().zip(marks.chunks_exact(2)) {
            if let (Some(next), true) = (self.rest.get_mut(to - table - 1), mark[1] != 0) {
                let (store, gathered) = &mut next.wanted;
                store.add_record(partition(mark[0]), &[mark[0], mark[1], place], gathered)?;
            }
        }
        Ok(())
    }
}

impl Joined {
    /// What the leads of a block have found, lead by lead, in the order of the tables.
    pub fn of_block(&self, block: usize) -> Result<Vec<Found>, Stop> {
        if self.tables.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        self.store.take(block).each_record(&mut |record| {
            found.push(Found {
                lead: record[0] as u32 as usize,
                table: (record[0] >> 32) as usize,
                at: Some(record[1]).filter(|at| *at != NOWHERE),
            });
            Ok(())
        })?;
        found.sort_by_key(|found| (found.lead, found.table));
        Ok(found)
    }

    /// The rows of each table, to be read here and there.
    pub fn pages(&self) -> Vec<Pages<'_>> {
        self.tables.iter().map(|(kept, _)| Pages::new(kept, PAGE)).collect()
    }

    /// The names of the files of a table.
    pub fn names(&self, table: usize) -> &[String] {
        &self.tables[table - 1].1
    }

    /// The bytes of the temporary files.
    pub fn spilled_bytes(&self) -> u64 {
        let rows: u64 = self.tables.iter().map(|(kept, _)| kept.spilled_bytes()).sum();
        self.spilled + self.store.spilled_bytes() + rows
    }
}

/// Takes the rows of a table that is joined.
pub(super) struct TableRows<'j> {
    joins: &'j mut Joins,
    table: usize,
    /// Rows whose keys stand before, if that is known.
    repeats: Option<Repeats>,
    rows: usize,
    others: usize,
    buffer: Vec<u8>,
    failed: Option<Stop>,
}

impl TableRows<'_> {
    fn add(&mut self, row: &TakenRow) -> Result<(), Stop> {
        record(&mut self.buffer);
        row.values.iter().for_each(|value| put_value(value.as_ref(), &mut self.buffer));
        self.joins.put_links(row, self.joins.tables[self.table - 1].names.len(), &mut self.buffer);
        let at = self.joins.tables[self.table - 1].rows.add_record(&mut self.buffer).map_err(Stop::Spill)?;
        self.add_key(self.joins.mark(&row.key), at, &row.links)
    }

    /// Adds the key of a row that lies at a place and holds keys of other tables.
    fn add_key(&mut self, [a, b]: Mark, at: u64, links: &[Option<Box<str>>]) -> Result<(), Stop> {
        let mut found = vec![a, b, at];
        for (_, link) in &self.joins.tables[self.table - 1].onward {
            let key = links.get(*link).and_then(Option::as_deref);
            found.extend(key.map_or([0, 0], |key| self.joins.mark(key)));
        }
        let (store, gathered) = &mut self.joins.tables[self.table - 1].keys;
        store.add_record(partition(a), &found, gathered)
    }

    /// All its rows were taken.
    pub fn finish(self) -> Result<(), Stop> {
        self.failed.map_or(Ok(()), Err)?;
        self.repeats.as_ref().map_or(Ok(()), Repeats::end)
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

    fn flow(&self, collector: &Collector) -> ControlFlow<()> {
        if self.failed.is_some() || (self.joins.hasty && collector.wrong()) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn repeats(&mut self, _: &str) -> Option<String> {
        match self.repeats.as_mut()?.next(&self.joins.tables[self.table - 1].names) {
            Ok(repeats) => repeats,
            Err(stop) => {
                self.failed.get_or_insert(stop);
                None
            }
        }
    }

    fn rejected(&mut self, key: Box<str>) {
        self.others += 1;
        if self.failed.is_none() {
            let mark = self.joins.mark(&key);
            self.failed = self.add_key(mark, REJECTED, &[]).err();
        }
    }

    fn take(&mut self, row: TakenRow) {
        self.rows += 1;
        if self.failed.is_none() {
            self.failed = self.add(&row).err();
        }
    }
}
