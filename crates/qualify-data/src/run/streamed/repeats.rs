//! Keys that stand twice in a table. The first row with a key is the one that counts, whatever else is wrong with it; to
//! tell of the others in the order of the rows, a table is gone through once before it is read: keys meet by numbers of
//! 128 bits, part by part, and rows whose keys stand before are known by their numbers.

use crate::problem::Collector;
use crate::read::leads::{TakenRow, TakesRows, stands_already};
use crate::run::keys;
use crate::run::numbered::{Numbered, Numbering};
use crate::run::order::Stop;
use crate::run::places::{Mark, PARTITIONS, partition};
use crate::run::store::{Gathered, Room, Store};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Words of a row: the mark of its key, its number, and where it stands.
const WORDS: usize = 5;

/// Instead of a file: the row was rejected.
const REJECTED: u64 = u64::MAX;

/// Goes through the rows of a table.
pub(super) struct Scout {
    seeds: Mark,
    store: Store,
    gathered: Gathered,
    /// Rows with a key so far.
    number: u64,
    files: u64,
    failed: Option<Stop>,
}

/// The rows of a table whose keys stand before.
pub(super) struct Repeats {
    numbered: Numbered,
    spilled: u64,
}

impl Scout {
    /// With so much memory.
    pub fn new(room: Room) -> Scout {
        let store = Store::new(WORDS, PARTITIONS, room);
        let gathered = store.gathered();
        let seeds = [keys::seed(), keys::seed()];
        Scout { seeds, store, gathered, number: 0, files: 0, failed: None }
    }

    fn add(&mut self, key: &str, file: u64, line: u64) {
        let [a, b] = self.seeds.map(|seed| keys::hash(key.as_bytes(), seed));
        let row = [a, b, self.number, file, line];
        if self.failed.is_none() {
            self.failed = self.store.add_record(partition(a), &row, &mut self.gathered).err();
        }
    }

    /// All rows were gone through.
    pub fn finish(self, room: Room) -> Result<Repeats, Stop> {
        self.failed.map_or(Ok(()), Err)?;
        self.store.finish(self.gathered)?;
        let mut repeats = Numbering::new(self.number, room);
        for part in 0..PARTITIONS {
            let rows = self.store.take(part);
            let mut first: HashMap<Mark, [u64; 3]> = HashMap::new();
            rows.each_record(&mut |row| {
                let own = [row[2], row[3], row[4]];
                let first = first.entry([row[0], row[1]]).or_insert(own);
                *first = own.min(*first);
                Ok(())
            })?;
            if first.len() == rows.count() {
                continue;
            }
            rows.each_record(&mut |row| match first.get(&[row[0], row[1]]) {
                Some([number, file, line]) if *number != row[2] => repeats.add(row[2], [*file, *line]),
                _ => Ok(()),
            })?;
        }
        Ok(Repeats { numbered: repeats.finish()?, spilled: self.store.spilled_bytes() })
    }
}

impl TakesRows for Scout {
    fn file(&mut self, _: &str) {
        self.files += 1;
    }

    fn rows(&self) -> usize {
        0 // only rows with keys of their own are gone through
    }

    fn malformed(&mut self) {}

    fn flow(&self, _: &Collector) -> ControlFlow<()> {
        if self.failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn repeats(&mut self, _: &str) -> Option<String> {
        self.number += 1;
        None
    }

    fn rejected(&mut self, key: Box<str>) {
        self.add(&key, REJECTED, 0);
    }

    fn take(&mut self, row: TakenRow) {
        self.add(&row.key, self.files - 1, row.line);
    }
}

impl Repeats {
    /// What to say of the key of the next row that has one, if it stands before; the files have these names.
    pub fn next(&mut self, names: &[String]) -> Result<Option<String>, Stop> {
        let first = self.numbered.next()?;
        Ok(first.map(|[file, line]| stands_already(names.get(file as usize).map(|name| (&**name, line)))))
    }

    /// All rows were there, as many as before.
    pub fn end(&self) -> Result<(), Stop> {
        self.numbered.end()
    }

    /// The bytes of the temporary files.
    pub fn spilled_bytes(&self) -> u64 {
        self.spilled + self.numbered.spilled_bytes()
    }
}
