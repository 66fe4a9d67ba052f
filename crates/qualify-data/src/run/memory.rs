//! How much memory a run may use.

use super::store::Room;
use qualify_model::{Needs, Type};

/// What a run needs besides the events it holds, at least: files, columns, results under way.
const RESERVED: u64 = 192 << 20;

/// The least that events may take.
const LEAST: u64 = 8 << 20;

/// What a thread may gather for a store.
const GATHERED: u64 = 4 << 20;

/// With less memory leads are taken up in smaller blocks.
const SMALL: u64 = 256 << 20;

/// Bytes of a block of leads.
const BLOCK: std::ops::RangeInclusive<u64> = 1 << 15..=4 << 20;

/// What a thread takes for each lead of a batch, about, in bytes: what it reads, and results on their way.
const IN_HAND: u64 = 4 << 10;

/// So many threads may always work, and that much memory is always taken for theirs.
const FEW: usize = 2;
const THEIRS: u64 = 1 << 20;

/// What each thread behind those takes beside what is shared, about.
const MORE: u64 = 4 << 20;

/// What is found of an event of a batch while it is scored, about, in bytes.
const FOUND: u64 = 36;

/// Events that may be in memory at once, however little there is: so many for each lead of a batch, and these at most, or
/// fewer where they take more bytes than that.
const EVENTS_OF_A_LEAD: usize = 8;
const EVENTS: usize = 1 << 15;
const EVENT_BYTES: u64 = 2 << 20;

/// Bytes that putting aside and sorting events takes at least, for each of these.
const ASIDE: usize = 32;

/// Bytes that may be kept of the events of one lead that are shown piece by piece, at least.
const KEPT: u64 = 1 << 20;

/// How many threads there is room for within so many bytes, if batches have so many leads.
pub(super) fn threads(bytes: u64, batch_rows: usize) -> usize {
    let each = IN_HAND.saturating_mul(batch_rows.max(1) as u64);
    usize::try_from(bytes.max(THEIRS) / each).unwrap_or(usize::MAX).max(FEW)
}

/// The memory of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    bytes: u64,
}

/// What threads have in memory at once of events whose leads are scored.
#[derive(Clone, Copy, Debug)]
pub(super) struct AtOnce {
    /// Events of a batch.
    pub events: usize,
    /// Bytes of one of them.
    pub event: u64,
    /// Bytes of the batches of all threads.
    pub bytes: u64,
    /// Bytes of those that are put into smaller parts, and the same again of those that are sorted.
    pub aside: usize,
    /// Bytes that whoever goes through the events of a lead piece by piece may keep of them.
    pub kept: usize,
}

impl AtOnce {
    /// How many of so many threads have room, if the largest partition has so many events.
    pub fn threads(&self, asked: usize, largest: usize) -> usize {
        let batch = largest.min(self.events) as u64 * self.event;
        let fit = self.bytes.checked_div(batch).map_or(asked, |fit| usize::try_from(fit).unwrap_or(asked));
        asked.min(fit.max(FEW))
    }
}

impl Budget {
    /// As asked for, or else half of what the machine has free.
    pub fn new(asked: Option<u64>) -> Budget {
        Budget { bytes: asked.unwrap_or_else(|| available().map_or(1 << 30, |free| free / 2)) }
    }

    /// Leads are better taken up in small blocks.
    pub fn is_small(&self) -> bool {
        self.share(0) < SMALL
    }

    /// Whether something of that size fits beside the rest.
    pub fn fits(&self, bytes: u64) -> bool {
        bytes <= self.bytes.saturating_sub(RESERVED).max(self.bytes / 2)
    }

    /// What the texts of each property may take, and all of them together.
    pub fn texts(&self, needs: &Needs) -> (u64, u64) {
        let columns =
            needs.properties.iter().filter(|p| matches!(p.ty, Type::Text(_) | Type::Stage | Type::List(_)));
        let (columns, all) = (columns.count() as u64, self.share(0) / 4);
        all.checked_div(columns).map_or((0, 0), |each| (each, all))
    }

    /// What is odd about the data may take that much.
    pub fn notes(&self) -> u64 {
        self.share(0) / 32
    }

    /// Bytes of a block of leads, as they are put aside, at most: as leads they take some times as much, and several
    /// are under way. It does not depend on the number of threads, as files of results are made of the same pages then.
    pub fn block(&self) -> u64 {
        (self.share(0) / 128).clamp(*BLOCK.start(), *BLOCK.end())
    }

    /// Bytes of a batch of leads of a file in columns, about.
    pub fn batch(&self) -> u64 {
        if self.is_small() { self.block() } else { 4 * self.block() }
    }

    /// What each of so many threads may have in memory of events, if batches have so many leads and a record of an event,
    /// with its texts, has so many bytes. The events of a batch do not depend on the number of threads, as its leads do not.
    pub fn at_once(&self, batch_rows: usize, record: u64, threads: usize) -> AtOnce {
        let event = FOUND.saturating_add(record);
        let few = usize::try_from(EVENT_BYTES / event).unwrap_or(usize::MAX).min(EVENTS);
        let least = batch_rows.saturating_mul(EVENTS_OF_A_LEAD).min(few).max(1);
        let events = (self.share(0) / 16 / event).clamp(least as u64, u64::from(u32::MAX)) as usize;
        let each = |part: u64| self.share(0) / part / threads.max(1) as u64;
        let aside = usize::try_from(each(16)).unwrap_or(usize::MAX).max(least * ASIDE);
        let kept = usize::try_from(each(8).max(KEPT)).unwrap_or(usize::MAX);
        AtOnce { events, event, bytes: self.share(0) / 2, aside, kept }
    }

    /// What all threads may have in hand of files in columns.
    pub fn in_hand(&self) -> u64 {
        (self.share(0) / 2).max(THEIRS)
    }

    /// How many results of so many threads may wait for one before them, if that is to be few.
    pub fn ahead(&self, threads: usize) -> Option<usize> {
        self.is_small().then_some(threads + 1)
    }

    /// Room for a store that holds so many bytes, and in which so many threads gather.
    pub fn room(&self, held: u64, threads: usize) -> Room {
        Room { held, gathered: (self.share(0) / 16 / threads.max(1) as u64).min(GATHERED) }
    }

    /// What threads behind the first few take beside what is shared, about.
    pub fn beside(threads: usize) -> u64 {
        MORE * threads.saturating_sub(FEW) as u64
    }

    /// What events may take if so many bytes are taken by other things.
    pub fn share(&self, taken: u64) -> u64 {
        self.bytes
            .saturating_sub(RESERVED.min(self.bytes / 2))
            .saturating_sub(taken)
            .max(LEAST.min(self.bytes / 4))
    }
}

/// The bytes that can be had: of the machine, and within the bound that the system sets this process.
fn available() -> Option<u64> {
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
    });
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let group = |most: &str, now: &str| Some(number(most)?.saturating_sub(number(now)?));
    let bound = group("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current").or_else(|| {
        group("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes")
    });
    machine.into_iter().chain(bound).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_memory_has_room_for_few_threads() {
        let found = [0, 16 << 20, 64 << 20, 1 << 30].map(|bytes| threads(bytes, 4096));
        assert_eq!(found, [2, 2, 4, 64]);
        assert!(threads(1, 4) >= 7 && threads(1, 0) >= 7);
        assert_eq!(threads(1, usize::MAX), 2);
    }

    #[test]
    fn events_of_a_batch_are_many_unless_memory_is_little() {
        let events = |bytes: u64, rows: usize, threads: usize| {
            Budget::new(Some(bytes)).at_once(rows, 24, threads).events
        };
        assert_eq!([1, 64 << 20, 8 << 30].map(|bytes| events(bytes, 4096, 2) >> 15), [1, 1, 266]);
        assert_eq!([1, 2, 64].map(|threads| events(8 << 30, 4096, threads)), [events(8 << 30, 4096, 1); 3]);
        assert_eq!([0, 1, 4, 1 << 20].map(|rows| events(1, rows, 1)), [1, 8, 32, 1 << 15]);
        // those of two kibibytes, or with long texts
        let wide = |record: u64| Budget::new(Some(64 << 20)).at_once(4096, record, 2).events;
        assert_eq!([2012, 1 << 20, u64::MAX].map(wide), [1024, 1, 1]);
        let AtOnce { aside, kept, .. } = Budget::new(Some(64 << 20)).at_once(4096, 24, 2);
        assert_eq!((aside, kept), (1 << 20, 2 << 20));
    }

    #[test]
    fn large_batches_are_for_few_threads() {
        let most = Budget::new(Some(1 << 30)).at_once(4096, 24, 64); // of 832 MiB: half for batches of a 16th at most
        let threads = [0, 100_000, 700_000, 1 << 30].map(|largest| most.threads(64, largest));
        assert_eq!(threads, [64, 64, 10, 8]);
        assert_eq!([1, 2, 7].map(|asked| most.threads(asked, 1 << 30)), [1, 2, 7]);
        assert_eq!(Budget::new(Some(1)).at_once(4096, 24, 7).threads(7, 1 << 30), 2);
    }
}
