//! Events waiting for their leads: records of a few 64-bit words in partitions, in memory up to a bound and behind
//! it in a temporary file without a name, which vanishes with the process whatever ends it.

use super::order::{Stop, lock};
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Records that a thread gathers for a partition before it hands them over, at most and at least.
const GATHERED: std::ops::RangeInclusive<usize> = 8..=256;

/// Bytes that a thread gathers for all partitions, if that are not too few for each.
const ROOM: usize = 4 << 20;

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

/// What is in the temporary file.
#[derive(Default)]
struct Spilled {
    file: Option<File>,
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
    /// A store for so many partitions with at most so many bytes in memory.
    pub fn new(words: usize, partitions: usize, bytes: u64) -> Store {
        let spilled = Spilled { parts: vec![Vec::new(); partitions], ..Spilled::default() };
        Store {
            words,
            gathers: gathers(words, partitions),
            partitions: (0..partitions).map(|_| Mutex::default()).collect(),
            held: AtomicU64::new(0),
            limit: bytes / 8,
            spilled: Mutex::new(spilled),
        }
    }

    /// Room for what a thread gathers.
    pub fn gathered(&self) -> Gathered {
        let partitions = self.partitions.len();
        Gathered { words: vec![0; partitions * self.gathers * self.words], lengths: vec![0; partitions] }
    }

    /// The bytes of the room of a thread.
    pub fn gathered_bytes(words: usize, partitions: usize) -> u64 {
        (partitions * gathers(words, partitions) * words * 8) as u64
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
        lock(&self.partitions[partition]).push(words.to_vec());
        if self.held.fetch_add(words.len() as u64, Ordering::Relaxed) + words.len() as u64 > self.limit {
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
            none => none.insert(tempfile::tempfile()?),
        };
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

    /// Takes the records of a partition out.
    pub fn take(&self, partition: usize) -> Result<Vec<Vec<u64>>, Stop> {
        let mut chunks = std::mem::take(&mut *lock(&self.partitions[partition]));
        let mut spilled = lock(&self.spilled);
        let parts = std::mem::take(&mut spilled.parts[partition]);
        let Some(file) = &mut spilled.file else { return Ok(chunks) };
        let mut buffer = vec![0; 1 << 16];
        for (start, words) in parts {
            let mut read = || -> io::Result<Vec<u64>> {
                let mut part = Vec::with_capacity(words);
                file.seek(SeekFrom::Start(start))?;
                while part.len() < words {
                    let bytes = &mut buffer[..((words - part.len()) * 8).min(1 << 16)];
                    file.read_exact(bytes)?;
                    part.extend(bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)));
                }
                Ok(part)
            };
            chunks.push(read().map_err(Stop::Spill)?);
        }
        Ok(chunks)
    }

    /// The bytes of the temporary file.
    pub fn spilled_bytes(&self) -> u64 {
        lock(&self.spilled).length
    }
}

fn gathers(words: usize, partitions: usize) -> usize {
    (ROOM / (words * partitions * 8).max(1)).clamp(*GATHERED.start(), *GATHERED.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_from_memory_and_file() {
        for limit in [u64::MAX, 100_000, 0] {
            let store = Store::new(2, 5, limit);
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
            for partition in 0..5u64 {
                let chunks = store.take(partition as usize).expect("records");
                let words: Vec<u64> = chunks.concat();
                let mut rows: Vec<u64> = words.chunks(2).map(|record| record[0]).collect();
                assert!(words.chunks(2).all(|record| record[1] == !record[0]));
                rows.sort_unstable();
                let expected: Vec<u64> = (0..99_700).filter(|row| row % 5 == partition).collect();
                assert_eq!(rows, expected);
            }
        }
    }
}
