//! Events waiting for their leads: records of a few 64-bit words in partitions, in memory up to a bound and behind
//! it in a temporary file without a name, which vanishes with the process whatever ends it.

use super::order::{Stop, lock};
use crate::positioned::Positioned;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Records that a thread gathers for a partition before it hands them over, at most and at least.
const GATHERED: std::ops::RangeInclusive<usize> = 8..=256;

/// Words that are read from the file at a time, about.
const READ: usize = 1 << 14;

/// Words that may be brought back as a whole.
const LOADED: usize = 1 << 19;

/// All records.
pub(super) struct Store {
    /// Words of a record.
    words: usize,
    /// Records that a thread gathers for a partition.
    gathers: usize,
    partitions: Vec<Mutex<Vec<Vec<u64>>>>,
    /// Words in memory, and how many there may be.
    held: AtomicU64,
    limit: u64,
    spilled: Mutex<Spilled>,
}

/// The memory of a store, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// For all records.
    pub held: u64,
    /// For what each thread gathers for all partitions, if that is not too little for each.
    pub gathered: u64,
}

/// What is in the temporary file.
#[derive(Default)]
struct Spilled {
    file: Option<Arc<Positioned>>,
    length: u64,
    /// For each partition where its parts begin, and how many words they have.
    parts: Vec<Vec<(u64, usize)>>,
}

/// What one thread has gathered.
pub(super) struct Gathered {
    words: Vec<u64>,
    lengths: Vec<u16>,
}

impl Store {
    /// A store for so many partitions.
    pub fn new(words: usize, partitions: usize, room: Room) -> Store {
        let spilled = Spilled { parts: vec![Vec::new(); partitions], ..Spilled::default() };
        Store {
            words,
            gathers: room.gathers(words, partitions),
            partitions: (0..partitions).map(|_| Mutex::default()).collect(),
            held: AtomicU64::new(0),
            limit: room.held / 8,
            spilled: Mutex::new(spilled),
        }
    }

    /// Room for what a thread gathers.
    pub fn gathered(&self) -> Gathered {
        let partitions = self.partitions.len();
        Gathered { words: vec![0; partitions * self.gathers * self.words], lengths: vec![0; partitions] }
    }

    /// Adds records of `W` words: `columns` has one column for each word.
    pub fn add<const W: usize>(
        &self,
        partitions: impl Iterator<Item = usize>,
        columns: &[Vec<u64>],
        gathered: &mut Gathered,
    ) -> Result<(), Stop> {
        let columns: [&[u64]; W] = std::array::from_fn(|word| columns[word].as_slice());
        for (row, partition) in partitions.enumerate() {
            let length = &mut gathered.lengths[partition];
            let at = (partition * self.gathers + usize::from(*length)) * W;
            let record: [u64; W] = std::array::from_fn(|word| columns[word][row]);
            gathered.words[at..at + W].copy_from_slice(&record);
            *length += 1;
            if usize::from(*length) == self.gathers {
                self.hand_over(partition, gathered)?;
            }
        }
        Ok(())
    }

    /// The same for any number of words.
    pub fn add_any(
        &self,
        partitions: impl Iterator<Item = usize>,
        columns: &[Vec<u64>],
        gathered: &mut Gathered,
    ) -> Result<(), Stop> {
        for (row, partition) in partitions.enumerate() {
            let length = &mut gathered.lengths[partition];
            let at = (partition * self.gathers + usize::from(*length)) * self.words;
            for (word, column) in gathered.words[at..at + self.words].iter_mut().zip(columns) {
                *word = column[row];
            }
            *length += 1;
            if usize::from(*length) == self.gathers {
                self.hand_over(partition, gathered)?;
            }
        }
        Ok(())
    }

    /// Adds one record.
    pub fn add_record(&self, partition: usize, record: &[u64], gathered: &mut Gathered) -> Result<(), Stop> {
        let length = &mut gathered.lengths[partition];
        let at = (partition * self.gathers + usize::from(*length)) * self.words;
        gathered.words[at..at + self.words].copy_from_slice(record);
        *length += 1;
        if usize::from(*length) == self.gathers { self.hand_over(partition, gathered) } else { Ok(()) }
    }

    fn hand_over(&self, partition: usize, gathered: &mut Gathered) -> Result<(), Stop> {
        let length = std::mem::take(&mut gathered.lengths[partition]);
        let start = partition * self.gathers * self.words;
        let words = &gathered.words[start..start + usize::from(length) * self.words];
        if words.is_empty() {
            return Ok(());
        }
        // counted before another thread can move it to the file
        let held = self.held.fetch_add(words.len() as u64, Ordering::Relaxed) + words.len() as u64;
        lock(&self.partitions[partition]).push(words.to_vec());
        if held > self.limit {
            self.spill().map_err(Stop::Spill)?;
        }
        Ok(())
    }

    /// Hands over all that a thread has gathered.
    pub fn finish(&self, mut gathered: Gathered) -> Result<(), Stop> {
        (0..self.partitions.len()).try_for_each(|partition| self.hand_over(partition, &mut gathered))
    }

    /// Moves everything in memory to the file.
    fn spill(&self) -> io::Result<()> {
        let mut spilled = lock(&self.spilled);
        if self.held.load(Ordering::Relaxed) <= self.limit {
            return Ok(()); // another thread was quicker
        }
        let Spilled { file, length, parts } = &mut *spilled;
        let file = match file {
            Some(file) => file,
            none => none.insert(Arc::new(Positioned::of(tempfile::tempfile()?))),
        };
        let mut file = file.file();
        file.seek(SeekFrom::Start(*length))?;
        let mut writer = BufWriter::with_capacity(1 << 18, file);
        for (partition, parts) in self.partitions.iter().zip(parts) {
            let chunks = std::mem::take(&mut *lock(partition));
            let words: usize = chunks.iter().map(Vec::len).sum();
            for word in chunks.iter().flatten() {
                writer.write_all(&word.to_le_bytes())?;
            }
            self.held.fetch_sub(words as u64, Ordering::Relaxed);
            if words > 0 {
                parts.push((*length, words));
                *length += words as u64 * 8;
            }
        }
        writer.flush()
    }

    /// How many records each partition has.
    pub fn counts(&self) -> Vec<usize> {
        let spilled = lock(&self.spilled);
        let all = self.partitions.iter().zip(&spilled.parts).map(|(chunks, parts)| {
            let held = lock(chunks).iter().map(Vec::len).sum::<usize>();
            (held + parts.iter().map(|(_, words)| words).sum::<usize>()) / self.words
        });
        all.collect()
    }

    /// Takes the records of a partition out.
    pub fn take(&self, partition: usize) -> Records {
        let chunks = std::mem::take(&mut *lock(&self.partitions[partition]));
        let mut spilled = lock(&self.spilled);
        let parts = std::mem::take(&mut spilled.parts[partition]);
        let file = spilled.file.clone().filter(|_| !parts.is_empty());
        Records { words: self.words, chunks, file, parts }
    }

    /// The records of a partition, which stay where they are; those in memory are there twice for so long.
    pub fn look(&self, partition: usize) -> Records {
        let chunks = lock(&self.partitions[partition]).clone();
        let spilled = lock(&self.spilled);
        let parts = spilled.parts[partition].clone();
        let file = spilled.file.clone().filter(|_| !parts.is_empty());
        Records { words: self.words, chunks, file, parts }
    }

    /// The bytes of the temporary file.
    pub fn spilled_bytes(&self) -> u64 {
        lock(&self.spilled).length
    }
}

/// The records of a partition.
pub(super) struct Records {
    words: usize,
    /// Those in memory.
    chunks: Vec<Vec<u64>>,
    file: Option<Arc<Positioned>>,
    /// Where those in the file begin, and how many words they have.
    parts: Vec<(u64, usize)>,
}

impl Records {
    /// How many there are.
    pub fn count(&self) -> usize {
        let words = self.chunks.iter().map(Vec::len).chain(self.parts.iter().map(|(_, words)| *words));
        words.sum::<usize>() / self.words
    }

    /// Whether they may be in memory as a whole.
    pub fn are_few(&self) -> bool {
        self.count() * self.words <= LOADED
    }

    /// Shows all of them, many at a time; those in the file are not held.
    pub fn each(&self, show: &mut dyn FnMut(&[u64]) -> Result<(), Stop>) -> Result<(), Stop> {
        self.chunks.iter().try_for_each(|chunk| show(chunk))?;
        let Some(file) = &self.file else { return Ok(()) };
        let most = (READ / self.words).max(1) * self.words;
        let (mut bytes, mut words) = (Vec::new(), Vec::new());
        for (start, count) in &self.parts {
            let mut done = 0;
            while done < *count {
                bytes.resize((count - done).min(most) * 8, 0);
                file.read(start + done as u64 * 8, &mut bytes).map_err(Stop::Spill)?;
                words.clear();
                words.extend(bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)));
                show(&words)?;
                done += words.len();
            }
        }
        Ok(())
    }

    /// Shows them one by one.
    pub fn each_record(&self, show: &mut dyn FnMut(&[u64]) -> Result<(), Stop>) -> Result<(), Stop> {
        self.each(&mut |chunk| chunk.chunks_exact(self.words).try_for_each(&mut *show))
    }

    /// The same with those of the file in memory, if they are few: they are needed more than once.
    pub fn loaded(mut self) -> Result<Records, Stop> {
        if self.parts.iter().map(|(_, words)| *words).sum::<usize>() <= LOADED {
            let mut chunks = Vec::new();
            let held = std::mem::take(&mut self.chunks);
            self.each(&mut |chunk| {
                chunks.push(chunk.to_vec());
                Ok(())
            })?;
            self.chunks = held;
            self.chunks.append(&mut chunks);
            self.parts.clear();
        }
        Ok(self)
    }
}

impl Room {
    /// Records that a thread gathers for a partition.
    fn gathers(self, words: usize, partitions: usize) -> usize {
        let each = self.gathered / (words * partitions * 8).max(1) as u64;
        (each as usize).clamp(*GATHERED.start(), *GATHERED.end())
    }

    /// The bytes of what a thread gathers, however little room it has.
    pub fn least_gathered(words: usize, partitions: usize) -> u64 {
        (partitions * GATHERED.start() * words * 8).max(1) as u64
    }

    /// The bytes of what a thread gathers.
    pub fn gathered_bytes(self, words: usize, partitions: usize) -> u64 {
        (partitions * self.gathers(words, partitions) * words * 8) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_of(records: &Records) -> Vec<u64> {
        let mut rows = Vec::new();
        let shown = records.each_record(&mut |record| {
            assert_eq!(record[1], !record[0]);
            rows.push(record[0]);
            Ok(())
        });
        shown.expect("records");
        rows.sort_unstable();
        rows
    }

    #[test]
    fn records_come_back_from_memory_and_file() {
        for limit in [u64::MAX, 1 << 20, 100_000, 0] {
            let store = Store::new(2, 5, Room { held: limit, gathered: limit.min(1 << 20) });
            let mut gathered = store.gathered();
            for round in 0..100u64 {
                let rows: Vec<u64> = (0..997).map(|row| round * 997 + row).collect();
                let columns = [rows.clone(), rows.iter().map(|row| !row).collect()];
                let partitions = || rows.iter().map(|row| (row % 5) as usize);
                let done = match round % 2 {
                    0 => store.add::<2>(partitions(), &columns, &mut gathered),
                    _ => store.add_any(partitions(), &columns, &mut gathered),
                };
                done.expect("room");
            }
            store.finish(gathered).expect("room");
            assert_eq!(store.spilled_bytes() > 0, limit < u64::MAX);
            assert_eq!(store.counts(), [19_940; 5]);
            for partition in 0..5u64 {
                let records = store.take(partition as usize);
                let expected: Vec<u64> = (0..99_700).filter(|row| row % 5 == partition).collect();
                assert_eq!((records.count(), rows_of(&records)), (expected.len(), expected.clone()));
                assert_eq!(rows_of(&records.loaded().expect("records")), expected);
            }
        }
    }
}
