//! Numbers that whoever scores a lead makes of its events, put in order outside of memory.

use super::order::{Stop, lock};
use super::sorter::{InOrder, Sorter};
use qualify_model::{Numbers, SortNumbers};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

/// Why a temporary file could not be written or read, for whoever asks when the lead was scored.
pub(super) type Failed = Arc<Mutex<Option<Stop>>>;

/// Numbers that belong together.
const WORDS: usize = size_of::<Numbers>() / size_of::<u64>();

/// Those that come back at a time.
const READ: usize = 512;

/// See the module.
pub(super) struct Sorting {
    sorter: Sorter<Numbers>,
    failed: Failed,
    spilled: Arc<AtomicU64>,
}

/// All numbers in their order.
#[derive(Default)]
struct Sorted {
    /// None if they cannot be read.
    numbers: Option<InOrder>,
    next: u64,
    /// Those that were read, and how many of them were given.
    read: Vec<u64>,
    given: usize,
    bytes: Vec<u8>,
    failed: Failed,
}

impl Sorting {
    /// Within so many bytes; a failure is put into one place, and the bytes of the temporary file are added in another.
    pub fn new(room: usize, failed: &Failed, spilled: &Arc<AtomicU64>) -> Sorting {
        let sorter = Sorter::new(all, WORDS, room);
        Sorting { sorter, failed: Arc::clone(failed), spilled: Arc::clone(spilled) }
    }
}

impl SortNumbers for Sorting {
    fn add(&mut self, numbers: Numbers) {
        if let Err(error) = self.sorter.add(&numbers) {
            fail(&self.failed, error);
        }
    }

    fn finish(self: Box<Self>) -> Box<dyn Iterator<Item = Numbers>> {
        let Sorting { sorter, failed, spilled } = *self;
        let numbers = sorter.finish().map_err(|error| fail(&failed, error)).ok();
        let bytes = numbers.as_ref().map_or(0, InOrder::spilled_bytes);
        spilled.fetch_add(bytes, Ordering::Relaxed);
        Box::new(Sorted { numbers, failed, ..Sorted::default() })
    }
}

impl Sorted {
    fn read(&mut self) -> io::Result<()> {
        let Some(numbers) = &self.numbers else { return Ok(()) };
        let end = numbers.count().min(self.next + READ as u64);
        numbers.read(self.next..end, &mut self.bytes, &mut self.read)?;
        (self.next, self.given) = (end, 0);
        Ok(())
    }
}

impl Iterator for Sorted {
    type Item = Numbers;

    fn next(&mut self) -> Option<Numbers> {
        if self.given * WORDS >= self.read.len()
            && let Err(error) = self.read()
        {
            fail(&self.failed, error);
            (self.numbers, self.given) = (None, 0);
            self.read.clear();
        }
        let numbers = self.read.as_chunks().0.get(self.given).copied();
        self.given += usize::from(numbers.is_some());
        numbers
    }
}

fn all(numbers: &[u64]) -> Numbers {
    numbers.first_chunk().copied().unwrap_or_default()
}

fn fail(failed: &Failed, error: io::Error) {
    lock(failed).get_or_insert(Stop::Spill(error));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_in_order() {
        for (count, room) in [(0u64, 0), (1, 0), (513, 1 << 20), (5000, 1000), (5000, 1 << 20)] {
            let (failed, spilled) = (Failed::default(), Arc::default());
            let mut sorting = Box::new(Sorting::new(room, &failed, &spilled));
            let numbers =
                (0..count).map(|number| [number * 7 % 5, u64::MAX - number % 11, number % 3, number]);
            let mut expected: Vec<Numbers> = numbers.collect();
            expected.iter().for_each(|numbers| sorting.add(*numbers));
            expected.sort_unstable();
            assert_eq!(sorting.finish().collect::<Vec<_>>(), expected, "{count} within {room}");
            assert!(lock(&failed).is_none());
            assert!(spilled.load(Ordering::Relaxed) >= count * 32);
        }
    }
}
