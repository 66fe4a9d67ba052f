//! Records in an order, without holding them: so many at a time are sorted and written to a temporary file without a
//! name, as a run; then runs are merged, as many at a time as there are buffers for, until one is left.

use crate::positioned::Positioned;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;

/// Bytes of a run that are read at a time while runs are merged, at least and at most.
const READ: std::ops::RangeInclusive<usize> = 1 << 14..=1 << 18;

/// Bytes that are gathered before they are written.
const WRITTEN: usize = 1 << 16;

/// Bytes of a word.
const WORD: usize = 8;

/// By what records are sorted.
pub(super) type KeyOf<K> = fn(&[u64]) -> K;

/// While records are added.
pub(super) struct Sorter<K> {
    key: KeyOf<K>,
    words: usize,
    /// Bytes that it takes, about.
    room: usize,
    /// Records of the run to come, and what these are sorted by, with their places.
    waiting: Vec<u64>,
    order: Vec<(K, u32)>,
    runs: Runs,
}

/// When all are there: one run.
pub(super) struct InOrder {
    words: usize,
    file: Option<Positioned>,
    length: u64,
    spilled: u64,
}

/// Runs that are written, one behind the other.
#[derive(Default)]
struct Runs {
    file: Option<BufWriter<File>>,
    /// Where each ends, in bytes.
    ends: Vec<u64>,
    length: u64,
}

impl<K: Ord + Copy> Sorter<K> {
    /// For records of so many words, within so many bytes.
    pub fn new(key: KeyOf<K>, words: usize, room: usize) -> Sorter<K> {
        Sorter { key, words, room, waiting: Vec::new(), order: Vec::new(), runs: Runs::default() }
    }

    /// Records of a run.
    fn most(&self) -> usize {
        let each = self.words * WORD + size_of::<(K, u32)>();
        (self.room / each).clamp(1, u32::MAX as usize)
    }

    /// Adds a record.
    pub fn add(&mut self, record: &[u64]) -> io::Result<()> {
        if self.order.is_empty() {
            self.waiting.reserve_exact(self.most() * self.words);
            self.order.reserve_exact(self.most());
        }
        self.order.push(((self.key)(record), self.order.len() as u32));
        self.waiting.extend_from_slice(record);
        if self.order.len() >= self.most() { self.write() } else { Ok(()) }
    }

    /// Sorts what waits and writes it as a run.
    fn write(&mut self) -> io::Result<()> {
        self.order.sort_unstable();
        for (_, place) in &self.order {
            let start = *place as usize * self.words;
            for word in &self.waiting[start..start + self.words] {
                self.runs.add(&word.to_le_bytes())?;
            }
        }
        self.runs.end();
        self.order.clear();
        self.waiting.clear();
        Ok(())
    }

    /// All are there.
    pub fn finish(mut self) -> io::Result<InOrder> {
        self.write()?;
        let Sorter { key, words, room, mut runs, waiting, order } = self;
        drop((waiting, order)); // their room is for what is merged
        let mut spilled = runs.length;
        loop {
            let file = runs.file.map(|file| file.into_inner().map_err(io::IntoInnerError::into_error));
            let file = file.transpose()?.map(Positioned::of);
            let Some(several) = file.as_ref().filter(|_| runs.ends.len() > 1) else {
                return Ok(InOrder { words, file, length: runs.length, spilled });
            };
            let merged = merged(key, several, &runs.ends, words, room)?;
            spilled = runs.length + merged.length;
            runs = merged;
        }
    }
}

impl Runs {
    fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(BufWriter::with_capacity(WRITTEN, tempfile::tempfile()?)),
        };
        self.length += bytes.len() as u64;
        file.write_all(bytes)
    }

    /// A run ends, if there is one.
    fn end(&mut self) {
        if self.ends.last().copied().unwrap_or(0) < self.length {
            self.ends.push(self.length);
        }
    }
}

/// Fewer runs: each of several that were merged.
fn merged<K: Ord>(
    key: KeyOf<K>,
    file: &Positioned,
    ends: &[u64],
    words: usize,
    room: usize,
) -> io::Result<Runs> {
    let mut merged = Runs::default();
    let mut start = 0;
    for ends in ends.chunks((room / READ.start()).max(2)) {
        let buffer = (room / ends.len()).min(*READ.end());
        let mut runs = Vec::with_capacity(ends.len());
        for end in ends {
            runs.push(Run::new(file, start..*end, words * WORD, buffer)?);
            start = *end;
        }
        merge(key, &mut runs, &mut merged)?;
    }
    Ok(merged)
}

/// Merges runs to one.
fn merge<K: Ord>(key: KeyOf<K>, runs: &mut [Run<'_>], into: &mut Runs) -> io::Result<()> {
    let mut words = Vec::new();
    let mut key_of = |run: &Run<'_>| {
        words.clear();
        words.extend(run.record().as_chunks::<WORD>().0.iter().map(|word| u64::from_le_bytes(*word)));
        (!words.is_empty()).then(|| key(&words))
    };
    let mut first = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        first.extend(key_of(run).map(|key| Reverse((key, number))));
    }
    let mut next = BinaryHeap::from(first);
    while let Some(mut least) = next.peek_mut() {
        let Reverse((key, number)) = &mut *least;
        let run = &mut runs[*number];
        into.add(run.record())?;
        run.advance()?;
        match key_of(run) {
            Some(behind) => *key = behind,
            None => drop(PeekMut::pop(least)),
        }
    }
    into.end();
    Ok(())
}

/// A run that is read from its front to its back.
struct Run<'f> {
    file: &'f Positioned,
    /// Bytes of a record.
    record: usize,
    /// What was not read yet.
    rest: Range<u64>,
    /// What was read, and where the next record begins in it.
    buffer: Vec<u8>,
    at: usize,
    /// Bytes that are read at a time.
    most: usize,
}

impl Run<'_> {
    fn new(file: &Positioned, rest: Range<u64>, record: usize, room: usize) -> io::Result<Run<'_>> {
        let most = (room / record).max(1) * record;
        let mut run = Run { file, record, rest, buffer: Vec::new(), at: 0, most };
        run.read()?;
        Ok(run)
    }

    fn read(&mut self) -> io::Result<()> {
        let bytes = (self.rest.end - self.rest.start).min(self.most as u64);
        self.buffer.resize(bytes as usize, 0);
        self.file.read(self.rest.start, &mut self.buffer)?;
        self.rest.start += bytes;
        self.at = 0;
        Ok(())
    }

    /// The next record; empty at the end.
    fn record(&self) -> &[u8] {
        self.buffer.get(self.at..self.at + self.record).unwrap_or_default()
    }

    fn advance(&mut self) -> io::Result<()> {
        self.at += self.record;
        if self.at < self.buffer.len() { Ok(()) } else { self.read() }
    }
}

impl InOrder {
    /// How many there are.
    pub fn count(&self) -> u64 {
        self.length / (self.words * WORD) as u64
    }

    /// The records of some places, by way of a buffer.
    pub fn read(&self, places: Range<u64>, bytes: &mut Vec<u8>, into: &mut Vec<u64>) -> io::Result<()> {
        let each = (self.words * WORD) as u64;
        bytes.resize(((places.end - places.start) * each) as usize, 0);
        match &self.file {
            Some(file) => file.read(places.start * each, bytes)?,
            None if bytes.is_empty() => {}
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
        into.clear();
        into.extend(bytes.as_chunks::<WORD>().0.iter().map(|word| u64::from_le_bytes(*word)));
        Ok(())
    }

    /// The most bytes that there were in temporary files.
    pub fn spilled_bytes(&self) -> u64 {
        self.spilled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::record::by_lead_and_time;
    use rand::{RngExt, SeedableRng, rngs::StdRng};

    /// Sorts records of three words within so many bytes, and holds them against a sort in memory.
    fn check(records: &[[u64; 3]], room: usize, what: &str) -> InOrder {
        let mut sorter = Sorter::new(by_lead_and_time, 3, room);
        records.iter().for_each(|record| sorter.add(record).expect("room"));
        let sorted = sorter.finish().expect("room");
        let (mut found, mut bytes, mut some) = (Vec::new(), Vec::new(), Vec::new());
        let count = records.len() as u64;
        for start in (0..count).step_by(7) {
            sorted.read(start..count.min(start + 7), &mut bytes, &mut some).expect("records");
            found.extend_from_slice(some.as_chunks::<3>().0);
        }
        let key = |record: &[u64; 3]| (record[0] as u16, record[1] as i64);
        assert!(found.is_sorted_by_key(key), "{what}");
        assert_eq!(sorted.count(), count);
        let mut expected = records.to_vec();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{what}");
        sorted
    }

    /// Records of so many leads, with times before and after 1970, and something above the number of the lead.
    fn records(count: u64, leads: u64, times: i64, random: &mut StdRng) -> Vec<[u64; 3]> {
        let mut record = |number| {
            let time = if times == 0 { 5 } else { random.random_range(-times..times) };
            [random.random_range(0..leads) | random.random::<u64>() << 16, time as u64, number]
        };
        (0..count).map(&mut record).collect()
    }

    #[test]
    fn nothing_and_one_run() {
        let random = &mut StdRng::seed_from_u64(1);
        assert_eq!(check(&[], 1 << 20, "nothing").spilled_bytes(), 0);
        let fails = |of: InOrder, places| of.read(places, &mut Vec::new(), &mut Vec::new()).is_err();
        assert!(fails(check(&[], 0, "nothing"), 0..1));
        for count in [1, 2, 1000] {
            let sorted = check(&records(count, 3, 50, random), 1 << 20, "one run");
            assert_eq!(sorted.spilled_bytes(), count * 24, "nothing was merged");
            assert!(fails(sorted, count..count + 1));
        }
    }

    #[test]
    #[allow(clippy::print_stdout)] // the seed, to run a failure again
    fn runs_are_merged_in_rounds() {
        let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
        println!("seed {seed}");
        let random = &mut StdRng::seed_from_u64(seed);
        // a record and its key have 40 bytes: no room at all, runs of a few records, buffers for four runs
        for (room, count) in [(0, 300), (200, 1000), (1 << 10, 5000), (1 << 16, 20_000)] {
            for (leads, times) in [(1, i64::MAX), (1, 10), (65_536, 3), (5, 0), (1, 0)] {
                let what = format!("seed {seed}, room {room}, {leads} leads, {times}");
                let sorted = check(&records(count, leads, times, random), room, &what);
                assert_eq!(sorted.spilled_bytes(), 2 * count * 24, "{what}");
            }
        }
    }

    #[test]
    fn what_is_in_order_stays_in_order() {
        let rising: Vec<[u64; 3]> = (0..2000).map(|number| [number / 100, number, number]).collect();
        check(&rising, 1 << 10, "rising");
        let falling: Vec<[u64; 3]> = rising.into_iter().rev().collect();
        check(&falling, 1 << 10, "falling");
    }
}
