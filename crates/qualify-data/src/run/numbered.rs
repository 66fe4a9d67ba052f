//! What is known of rows before they are read: records under the numbers of rows, found again in the order of the
//! numbers, some thousand numbers at a time.

use super::order::Stop;
use super::store::{Gathered, Room, Store};

/// Numbers of a partition, as a power of two.
const BITS: u32 = 16;

/// Words of a record: its number, and what is known.
const WORDS: usize = 3;

/// While records are added, in any order.
pub(super) struct Numbering {
    store: Store,
    gathered: Gathered,
    last: u64,
}

/// When all are there.
pub(super) struct Numbered {
    store: Store,
    last: u64,
    /// The number that was asked for last.
    asked: u64,
    partition: Option<u64>,
    /// The records of the partition at hand, by their numbers.
    records: Vec<[u64; WORDS]>,
}

impl Numbering {
    /// For numbers from 1 up to this one, each of which has one record at most.
    pub fn new(last: u64, room: Room) -> Numbering {
        let store = Store::new(WORDS, (last >> BITS) as usize + 1, room);
        let gathered = store.gathered();
        Numbering { store, gathered, last }
    }

    /// Adds what is known of a number.
    pub fn add(&mut self, number: u64, known: [u64; 2]) -> Result<(), Stop> {
        let record = [number, known[0], known[1]];
        self.store.add_record((number >> BITS) as usize, &record, &mut self.gathered)
    }

    /// All are there.
    pub fn finish(self) -> Result<Numbered, Stop> {
        self.store.finish(self.gathered)?;
        let Numbering { store, last, .. } = self;
        Ok(Numbered { store, last, asked: 0, partition: None, records: Vec::new() })
    }
}

impl Numbered {
    /// What is known of the next number.
    ///
    /// # Errors
    /// There are more rows than there were numbers, or the temporary file cannot be read.
    pub fn next(&mut self) -> Result<Option<[u64; 2]>, Stop> {
        if self.asked == self.last {
            return Err(Stop::Changed);
        }
        self.asked += 1;
        let number = self.asked;
        if self.partition.replace(number >> BITS) != Some(number >> BITS) {
            let records = &mut self.records;
            records.clear();
            self.store.take((number >> BITS) as usize).each_record(&mut |record| {
                records.push([record[0], record[1], record[2]]);
                Ok(())
            })?;
            records.sort_unstable();
        }
        let found = self.records.binary_search_by_key(&number, |record| record[0]);
        Ok(found.ok().map(|at| [self.records[at][1], self.records[at][2]]))
    }

    /// All rows were there.
    ///
    /// # Errors
    /// There are fewer of them than there were numbers.
    pub fn end(&self) -> Result<(), Stop> {
        if self.asked == self.last { Ok(()) } else { Err(Stop::Changed) }
    }

    /// The bytes of the temporary file.
    pub fn spilled_bytes(&self) -> u64 {
        self.store.spilled_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_their_order() {
        for held in [0, u64::MAX] {
            let mut numbering = Numbering::new(300_000, Room { held, gathered: 0 });
            for number in (1..=300_000).rev().filter(|number| number % 7 == 0) {
                numbering.add(number, [number * 2, 5]).expect("room");
            }
            let mut numbered = numbering.finish().expect("room");
            assert_eq!(numbered.spilled_bytes() > 0, held == 0);
            for number in 1..=300_000 {
                let expected = (number % 7 == 0).then_some([number * 2, 5]);
                assert!(matches!(numbered.end(), Err(Stop::Changed)));
                assert_eq!(numbered.next().expect("bytes"), expected);
            }
            numbered.end().expect("as many as there were");
            // one more than there were, also where it would be in a partition of its own
            assert!(matches!(numbered.next(), Err(Stop::Changed)));
        }
    }

    #[test]
    fn more_rows_than_there_were_are_none_of_theirs() {
        for last in [0, 1, 65_535, 65_536] {
            let numbering = Numbering::new(last, Room { held: 0, gathered: 0 });
            let mut numbered = numbering.finish().expect("room");
            (0..last).for_each(|_| assert_eq!(numbered.next().expect("bytes"), None));
            numbered.end().expect("as many as there were");
            assert!(matches!(numbered.next(), Err(Stop::Changed)));
        }
    }
}
