//! The way of many leads where all files are delimited text: blocks of whole rows, each read by one thread.
//!
//! Leads are read twice: first their keys, so that every event finds the partition of its lead; then, when all
//! events are read, their attributes, block by block. A block of leads is a partition, or a few. Whatever is wrong
//! with a row ends this way, and the row-wise reader tells of it.

mod events;
mod fields;
mod leads;
mod plan;

use super::deliveries::Destination;
use super::memory::Budget;
use super::notes::AllNotes;
use super::order::{self, Put, Stop, lock};
use super::places::{Gathering, Places};
use super::portions::Partitioned;
use super::record::{LEAD_BITS, Layout};
use super::store::Store;
use super::texts::{Common, Finished};
use super::{Handed, RunOptions, Scorer};
use crate::table::scan::{Block, Blocks};
use events::EventReader;
use leads::LeadReader;
use plan::TextFile;
pub(super) use plan::{TextPlan, plan};
use qualify_model::Keys;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Bytes of a block for each lead of a batch, more or less.
const BYTES: usize = 256;

/// Words of a record from which on blocks of events are smaller.
const WORDS: usize = 16;

/// Bytes of a block at least and at most.
const BLOCK: std::ops::RangeInclusive<usize> = 64..=16 << 20;

/// Leads of a partition at least, as a power of two.
const LEAST: u32 = 12;

/// What a run tells of while it goes on: rows and bytes of files that are done.
pub(super) enum Told {
    Read { rows: u64, bytes: u64 },
    Scored { handed: Vec<Handed>, bytes: u64 },
}

/// What a run has counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    /// Rows of all files.
    pub rows: u64,
    /// Events that were left out.
    pub ignored: u64,
    /// Bytes of the temporary file.
    pub spilled: u64,
}

/// A block and where it comes from.
struct Piece {
    /// Its number among all blocks.
    number: usize,
    file: usize,
    block: Block,
    /// Bytes of its file, as it is stored, that were read for it.
    bytes: u64,
}

/// The blocks of several files, one behind the other.
struct Source<'r> {
    files: Vec<&'r TextFile<'r>>,
    /// Bytes of a block.
    size: usize,
    /// The file at hand, and how much of it was read.
    open: Option<(Blocks, u64)>,
    file: usize,
    number: usize,
}

impl<'r> Source<'r> {
    fn new(files: impl Iterator<Item = &'r TextFile<'r>>, size: usize) -> Mutex<Source<'r>> {
        Mutex::new(Source { files: files.collect(), size, open: None, file: 0, number: 0 })
    }

    /// The next block; its bytes are put into `spare`.
    fn next(&mut self, mut spare: Vec<u8>) -> Result<Option<Piece>, Stop> {
        while let Some(file) = self.files.get(self.file) {
            let (blocks, before) = match &mut self.open {
                Some(open) => open,
                none => none.insert((file.open(self.size).ok_or(Stop::Rows)?, 0)),
            };
            match blocks.next(std::mem::take(&mut spare)).map_err(|_| Stop::Rows)? {
                Some(block) => {
                    let bytes = block.done.saturating_sub(*before);
                    *before = block.done;
                    self.number += 1;
                    return Ok(Some(Piece { number: self.number - 1, file: self.file, block, bytes }));
                }
                None => {
                    self.open = None;
                    self.file += 1;
                }
            }
        }
        Ok(None)
    }
}

/// Has several threads work on all blocks; what they make is taken in the order of the blocks, and only so much of it
/// waits.
fn each<T: Send>(
    ahead: Option<usize>,
    threads: usize,
    source: &Mutex<Source<'_>>,
    work: &(dyn Fn(usize, Piece) -> Result<(Vec<u8>, T), Stop> + Sync),
    take: &mut dyn FnMut(T) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let stopped = AtomicBool::new(false);
    let all = |worker: usize, _: usize, put: Put<'_, T>| {
        let mut spare = Vec::new();
        while !stopped.load(Ordering::Relaxed) {
            // in a statement of its own: the lock is held to its end
            let next = lock(source).next(std::mem::take(&mut spare));
            let done = next.and_then(|piece| {
                let Some(piece) = piece else { return Ok(false) };
                let number = piece.number;
                let (bytes, made) = work(worker, piece)?;
                spare = bytes;
                put(number, made).map(|()| true)
            });
            match done {
                Ok(true) => {}
                Ok(false) => break,
                Err(stop) => {
                    stopped.store(true, Ordering::Relaxed);
                    return Err(stop);
                }
            }
        }
        Ok(())
    };
    let ahead = ahead.unwrap_or(threads * order::WAITING);
    order::run_within(Some(ahead), threads, threads, &all, take)
}

/// How leads are put into partitions.
struct Partitions {
    /// Leads of a partition, as a power of two.
    bits: u32,
    /// For each block of leads its first partition, and behind the last one.
    first: Vec<u32>,
}

impl Partitions {
    /// Of blocks with so many leads; a partition has so many bits at most.
    fn new(rows: &[usize], bits: u32) -> Option<Partitions> {
        let most = rows.iter().copied().max().unwrap_or(0).max(1);
        let bits = most.next_power_of_two().ilog2().clamp(LEAST, bits);
        let mut first = vec![0u32];
        for rows in rows {
            let more = u32::try_from(rows.div_ceil(1 << bits)).ok()?;
            first.push(first.last().copied().unwrap_or(0).checked_add(more)?);
        }
        // places of leads have 32 bits, and one of them means nobody
        (first.last().copied().unwrap_or(0) < u32::MAX >> bits).then_some(Partitions { bits, first })
    }

    fn count(&self) -> usize {
        self.first.last().map_or(0, |p| *p as usize)
    }
}

/// What all threads share.
struct Shared<'r> {
    plan: &'r TextPlan<'r>,
    /// Bytes of a block.
    block: usize,
    strict: bool,
    notes: &'r AllNotes,
    layout: Layout,
    /// Bytes of texts that each property may hold.
    common: u64,
    /// How many results may wait, if they are to be few.
    ahead: Option<usize>,
    rows: AtomicU64,
    ignored: AtomicU64,
}

/// Reads all events, then scores all leads.
pub(super) fn run(
    plan: &TextPlan<'_>,
    options: &RunOptions,
    notes: &AllNotes,
    score: Scorer<'_>,
    tell: &mut dyn FnMut(Told) -> Result<(), Stop>,
) -> Result<Counted, Stop> {
    let threads = options.worker_count();
    let budget = Budget::new(options.memory);
    let (common, all) = budget.texts(plan.needs);
    let block = options.batch_rows.saturating_mul(BYTES).clamp(*BLOCK.start(), *BLOCK.end());
    let shared = Shared {
        common,
        ahead: budget.ahead(threads),
        plan,
        block: block.min(budget.block() as usize),
        strict: options.read.strict_data,
        notes,
        layout: Layout::new(plan.needs),
        rows: AtomicU64::new(0),
        ignored: AtomicU64::new(0),
    };
    let words = shared.layout.words;
    let (places, partitions) = shared.keys(threads, &budget)?;
    let room = |held: u64| budget.room(held, threads);
    let gathered = room(0).gathered_bytes(words, partitions.count()) * threads as u64;
    let held = places.leaves(budget.share(places.bytes() + gathered + all + Budget::beside(threads)));
    let store = Store::new(words, partitions.count(), room(held));
    let dictionaries = shared.events(threads, &places, &partitions, &store, tell)?;
    let spilled = places.spilled_bytes();
    drop(places);
    let of = (threads, options.batch_rows);
    let events = Partitioned::new(store, &shared.layout, dictionaries, &budget, of);
    shared.score(events.threads(threads), &partitions, &events, score, tell)?;
    Ok(Counted {
        rows: shared.rows.into_inner(),
        ignored: shared.ignored.into_inner(),
        spilled: spilled + events.spilled_bytes(),
    })
}

impl Shared<'_> {
    /// The places of all leads.
    fn keys(&self, threads: usize, budget: &Budget) -> Result<(Places, Partitions), Stop> {
        let source = Source::new(self.plan.leads.iter().map(|f| &f.file), self.block);
        let mut gathering = Gathering::new(budget.room(budget.share(Budget::beside(threads)) / 2, threads));
        let work = |_: usize, piece: Piece| {
            let (spare, keys) = leads::keys(&self.plan.leads[piece.file], piece.block)?;
            Ok((spare, keys))
        };
        each(self.ahead, threads, &source, &work, &mut |keys| gathering.add(keys))?;
        let rows = gathering.rows();
        self.rows.fetch_add(rows.iter().sum::<usize>() as u64, Ordering::Relaxed);
        let bits = if budget.is_small() { LEAST } else { LEAD_BITS };
        let partitions = Partitions::new(rows, bits).ok_or(Stop::Rows)?;
        let first = partitions.first.iter().map(|first| first << partitions.bits).collect();
        let places = gathering.finish(first, self.layout.words, |all| {
            if !all.iter().all(|keys| matches!(keys, Keys::Integers(_))) {
                all.iter_mut().for_each(leads::to_texts);
            }
        })?;
        Ok((places, partitions))
    }

    /// Puts all events into the store; gives the dictionaries of their properties.
    fn events(
        &self,
        threads: usize,
        places: &Places,
        partitions: &Partitions,
        store: &Store,
        tell: &mut dyn FnMut(Told) -> Result<(), Stop>,
    ) -> Result<Vec<Finished>, Stop> {
        let texts: Vec<_> = self.plan.needs.properties.iter().map(|_| Common::shared(self.common)).collect();
        // a few letters become a number of eight bytes, in columns and in records
        let parts = self.layout.words.div_ceil(WORDS);
        let block = (self.block / parts).max(*BLOCK.start());
        let source = Source::new(self.plan.events.iter().map(|f| &f.file), block);
        let workers: Vec<Mutex<_>> =
            (0..threads).map(|_| Mutex::new((places.gathered(store), None::<EventReader<'_>>))).collect();
        let work = |worker: usize, piece: Piece| {
            let mut worker = lock(&workers[worker]);
            let (gathered, reader) = &mut *worker;
            let reader = match reader {
                Some(reader) if reader.number() == piece.file => reader,
                reader => reader.insert(EventReader::new(self, piece.file, &texts)?),
            };
            let bytes = piece.bytes;
            let (spare, rows) = reader.read(piece, places, partitions.bits, store, gathered)?;
            Ok((spare, (rows, bytes)))
        };
        each(self.ahead, threads, &source, &work, &mut |(rows, bytes)| tell(Told::Read { rows, bytes }))?;
        let all = workers.into_iter().map(|worker| worker.into_inner().unwrap_or_else(|e| e.into_inner()).0);
        let to = Destination { store, bits: partitions.bits, unsure: None };
        let strangers = places.finish(all, threads, &to)?;
        self.ignored.fetch_add(strangers, Ordering::Relaxed);
        texts.iter().map(|texts| lock(texts).finish()).collect()
    }

    /// Reads the attributes of all leads, and scores them with their events.
    fn score(
        &self,
        threads: usize,
        partitions: &Partitions,
        events: &Partitioned,
        score: Scorer<'_>,
        tell: &mut dyn FnMut(Told) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let source = Source::new(self.plan.leads.iter().map(|f| &f.file), self.block);
        let workers: Vec<Mutex<Option<LeadReader<'_>>>> = (0..threads).map(|_| Mutex::default()).collect();
        let blocks = partitions.first.len() - 1;
        // as many tasks as blocks, so that threads wait for whoever takes the results
        let work = |worker: usize, _: usize, put: Put<'_, (Vec<Handed>, u64)>| {
            let mut reader = lock(&workers[worker]);
            let spare = reader.as_mut().map(LeadReader::spare).unwrap_or_default();
            // fewer or more rows than before: somebody writes to the file
            let piece = lock(&source).next(spare)?.ok_or(Stop::Rows)?;
            let mine = partitions.first.get(piece.number..piece.number + 2).ok_or(Stop::Rows)?;
            let mine = mine[0] as usize..mine[1] as usize;
            let reader = match &mut *reader {
                Some(reader) if reader.file == piece.file => reader,
                reader => reader.insert(LeadReader::new(self, piece.file, events)?),
            };
            let mut bytes = piece.bytes;
            reader.read(piece, partitions.bits, mine, (worker, score), &mut |partition, handed| {
                put(partition, (handed, std::mem::take(&mut bytes)))
            })
        };
        order::run_within(self.ahead, threads, blocks, &work, &mut |(handed, bytes)| {
            tell(Told::Scored { handed, bytes })
        })
    }
}
