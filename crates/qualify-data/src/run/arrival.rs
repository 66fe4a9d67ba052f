//! Events in any order, as they arrived: they are put into partitions by their leads, some thousand leads each;
//! when all are read, the leads are read partition by partition, and each partition is a batch, or a few where its
//! leads are wide.
//!
//! Only a table of keys is held of all leads, where memory allows it (`places`). Events beyond the memory that they may take wait in a temporary
//! file.

use super::deliveries::Destination;
use super::events::{EventReader, places};
use super::facts::Facts;
use super::keys::NOBODY;
use super::leads::{self, KeyReader};
use super::notes::{AllNotes, Notes};
use super::order::{self, Put, Stop, lock};
use super::places::{Gathering, Later, Places};
use super::plan::{Plan, Unit, empty};
use super::portions::Partitioned;
use super::record::{LEAD_BITS, Layout};
use super::store::{Gathered, Room, Store};
use super::texts::{Common, Texts};
use super::{Event, Handed, Scorer};
use crate::run::memory::Budget;
use qualify_model::LeadColumns;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows of events that are read at a time.
const ROWS: usize = 8192;

/// Keys that are gathered at a time.
const KEYS: usize = 1 << 16;

/// Partitions that are wanted at most, unless they would have more leads than a record can number.
const PARTITIONS: u64 = 256;

/// How leads are put into partitions and batches.
#[derive(Clone)]
struct Blocks {
    /// Leads of a partition, as a power of two.
    bits: u32,
    /// For each unit of leads its first partition, and behind the last one.
    first: Vec<u32>,
    /// For each unit of leads how many a batch has, as a power of two: those of a partition, or fewer where they are
    /// wide.
    sizes: Vec<u32>,
    /// For each unit of leads the number of its first batch.
    batches: Vec<usize>,
}

impl Blocks {
    /// Partitions of at least so many leads, and batches of so many bytes, about. The partitions do not depend on what a
    /// lead has, because each of them takes memory in each thread.
    fn new(units: &[Unit], least: usize, bytes: u64) -> Option<Blocks> {
        let rows: u64 = units.iter().map(|u| u.rows).sum();
        let bits = (rows / PARTITIONS).max(1).ilog2().clamp(least.max(1).ilog2().min(LEAD_BITS), LEAD_BITS);
        let (mut first, mut sizes, mut batches) = (vec![0u32], Vec::new(), vec![0]);
        for unit in units {
            let more = u32::try_from(unit.rows.div_ceil(1 << bits)).ok()?;
            first.push(first.last().copied().unwrap_or(0).checked_add(more)?);
            let size = bits.min((bytes / unit.row_bytes()).max(1).ilog2());
            batches.push(batches.last().copied().unwrap_or(0) + unit.rows.div_ceil(1 << size) as usize);
            sizes.push(size);
        }
        // places of leads have 32 bits, and one of them means nobody
        let fits = first.last().copied().unwrap_or(0) < u32::MAX >> bits;
        fits.then_some(Blocks { bits, first, sizes, batches })
    }

    fn partitions(&self) -> usize {
        self.first.last().map_or(0, |p| *p as usize)
    }
}

/// Reads all events, then scores all leads; gives how many events were left out, and the bytes of the temporary
/// file.
#[allow(clippy::too_many_arguments)] // what a run is made of
pub(super) fn run(
    plan: &Plan<'_>,
    threads: usize,
    strict: bool,
    batch_rows: usize,
    budget: &Budget,
    notes: &AllNotes,
    score: Scorer<'_>,
    tell: &mut dyn FnMut(Event<'_>) -> Result<(), Stop>,
) -> Result<(u64, u64), Stop> {
    let threads = threads.min(plan.threads(budget.in_hand()));
    let blocks = Blocks::new(&plan.lead_units, batch_rows, budget.batch()).ok_or(Stop::Rows)?;
    let layout = Layout::new(plan.needs);
    let least = Room::least_gathered(layout.words, blocks.partitions());
    let threads = threads.min(usize::try_from(budget.in_hand() / 2 / least).unwrap_or(usize::MAX).max(1));
    let room = |held: u64| budget.room(held, threads);
    let mut gathering = Gathering::new(room(budget.share(0) / 2));
    let mut first = Vec::new();
    for (unit, block) in plan.lead_units.iter().zip(&blocks.first) {
        let (mut keys, mut place) = (KeyReader::new(plan, unit)?, block << blocks.bits);
        while let Some(some) = keys.next(KEYS)? {
            first.push(place);
            place += some.len() as u32; // no more than the blocks have
            gathering.add(some)?;
        }
        keys.finish()?;
    }
    let places = gathering.finish(first, layout.words, |_| ())?;
    let gathered = room(0).gathered_bytes(layout.words, blocks.partitions()) * threads as u64;
    let (common, all) = budget.texts(plan.needs);
    let held = places.leaves(budget.share(places.bytes() + gathered + all));
    let store = Store::new(layout.words, blocks.partitions(), room(held));
    let texts: Vec<_> = plan.needs.properties.iter().map(|_| Common::shared(common)).collect();
    let group = Group {
        plan,
        strict,
        blocks: &blocks,
        places: &places,
        layout: &layout,
        store: &store,
        texts: &texts,
        notes,
        ignored: AtomicU64::new(0),
    };
    let workers: Vec<Mutex<Option<Gathered>>> = (0..threads).map(|_| Mutex::default()).collect();
    let mut unit = 0;
    let work = |worker: usize, unit: usize, put: Put<'_, ()>| {
        let mut gathered = lock(&workers[worker]);
        group.read(unit, gathered.get_or_insert_with(|| places.gathered(&store)))?;
        put(unit, ())
    };
    order::run(threads, plan.event_units.len(), &work, &mut |()| {
        unit += 1;
        tell(Event::Read(&plan.event_units[unit - 1]))
    })?;
    let all = workers.into_iter().filter_map(|g| g.into_inner().unwrap_or_else(|e| e.into_inner()));
    let to = Destination { store: &store, bits: blocks.bits, unsure: None };
    let ignored = group.ignored.load(Ordering::Relaxed) + places.finish(all, threads, &to)?;
    let spilled = places.spilled_bytes();
    drop(places);
    let dictionaries = texts.iter().map(|t| lock(t).finish()).collect::<Result<_, _>>()?;
    let events = Partitioned::new(store, &layout, dictionaries, budget, (threads, batch_rows));
    let threads = events.threads(threads);
    let scoring = Scoring { plan, strict, blocks: &blocks, events: &events, notes, score };
    let work = |worker: usize, unit: usize, put: Put<'_, Vec<Handed>>| scoring.unit(worker, unit, put);
    // results of row groups that are too large are not to wait either
    let paged = plan.lead_units.iter().any(|unit| unit.paged);
    let ahead = budget.ahead(threads).or(paged.then_some(threads + 1));
    let tasks = plan.lead_units.len();
    order::run_within(ahead, threads, tasks, &work, &mut |pieces| {
        pieces.into_iter().try_for_each(|handed| tell(Event::Scored(handed)))
    })?;
    Ok((ignored, spilled + events.spilled_bytes()))
}

/// What threads need that put events into partitions.
struct Group<'r, 'p> {
    plan: &'r Plan<'p>,
    strict: bool,
    blocks: &'r Blocks,
    places: &'r Places,
    layout: &'r Layout,
    store: &'r Store,
    texts: &'r [Arc<Mutex<Common>>],
    notes: &'r AllNotes,
    ignored: AtomicU64,
}

impl Group<'_, '_> {
    /// Reads a unit of events.
    fn read(&self, number: usize, gathered: &mut Gathered) -> Result<(), Stop> {
        let unit = &self.plan.event_units[number];
        let file = &self.plan.events[unit.file];
        let common = |property: usize| Texts::Common(Arc::clone(&self.texts[property]));
        let mut reader = EventReader::new(self.plan, file, self.strict, common)?;
        let mut source = self.plan.read(&file.groups, unit, &file.columns, ROWS)?;
        let mut notes = Notes::default();
        let blank = || self.plan.needs.properties.iter().map(|p| empty(&p.ty)).collect();
        let mut facts = Facts { properties: blank(), ..Facts::default() };
        let (mut leads, mut marks, mut words) = (Vec::new(), Vec::new(), Vec::new());
        let (mut row, mut ignored) = (unit.start, 0);
        let lenient = file.ignores_leads();
        while let Some(batch) = source.next().map_err(|_| Stop::Rows)? {
            let mut taken = reader.sift(&batch, row)?;
            row += batch.num_rows() as u64;
            let map = match self.places {
                Places::Known(map) => map,
                Places::Later(later) => {
                    let text = |key: &str| later.of_text(key.as_bytes());
                    places(taken.keys(file), |key| later.of_number(key), text, &mut marks)?;
                    facts.clear();
                    reader.append(&taken, &mut facts, &mut notes)?;
                    self.layout.pack(&facts, std::iter::repeat(Later::head(lenient)), &mut words);
                    later.add(&marks, &mut words, gathered)?;
                    continue;
                }
            };
            places(taken.keys(file), |key| map.number(key), |key| map.text(key), &mut leads)?;
            let unknown = leads.iter().filter(|lead| **lead == NOBODY).count();
            if unknown > 0 {
                if !lenient {
                    return Err(Stop::Rows);
                }
                ignored += unknown as u64;
                let keep: Vec<bool> = leads.iter().map(|lead| *lead != NOBODY).collect();
                taken = taken.kept(&keep)?;
                leads.retain(|lead| *lead != NOBODY);
            }
            facts.clear();
            reader.append(&taken, &mut facts, &mut notes)?;
            let mask = (1u64 << self.blocks.bits) - 1;
            self.layout.pack(&facts, leads.iter().map(|lead| u64::from(*lead) & mask), &mut words);
            let partitions = leads.iter().map(|lead| (*lead >> self.blocks.bits) as usize);
            match self.layout.words {
                2 => self.store.add::<2>(partitions, &words, gathered)?,
                3 => self.store.add::<3>(partitions, &words, gathered)?,
                4 => self.store.add::<4>(partitions, &words, gathered)?,
                _ => self.store.add_any(partitions, &words, gathered)?,
            }
        }
        if let Places::Later(later) = self.places
            && lenient
            && !notes.is_empty()
        {
            later.was_odd();
        }
        if row != unit.start + unit.rows {
            return Err(Stop::Rows);
        }
        self.notes.add((1, number, 0), notes);
        self.ignored.fetch_add(ignored + reader.ignored, Ordering::Relaxed);
        Ok(())
    }
}

/// What threads need that score partitions.
struct Scoring<'r, 'p> {
    plan: &'r Plan<'p>,
    strict: bool,
    blocks: &'r Blocks,
    events: &'r Partitioned,
    notes: &'r AllNotes,
    score: Scorer<'r>,
}

impl Scoring<'_, '_> {
    fn unit(&self, worker: usize, number: usize, put: Put<'_, Vec<Handed>>) -> Result<(), Stop> {
        let unit = &self.plan.lead_units[number];
        let mut keys = KeyReader::new(self.plan, unit)?;
        let rows = unit.rows as usize;
        let size = 1usize << self.blocks.sizes[number];
        let (first, batch) = (self.blocks.first[number] as usize, self.blocks.batches[number]);
        let ends: Vec<usize> = (1..=rows.div_ceil(size)).map(|batch| (batch * size).min(rows)).collect();
        let mut notes = Notes::default();
        let mut events = self.events.portions();
        leads::columns(self.plan, unit, &ends, self.strict, &mut notes, &mut |piece, attributes| {
            let (start, end) = (piece * size, ends[piece]);
            let leads = LeadColumns { rows: end - start, keys: keys.take(end - start)?, attributes };
            // the partition that the piece is of, or is
            let partition = start >> self.blocks.bits;
            let from = partition << self.blocks.bits;
            if start == from {
                events.begin(first + partition, (rows - from).min(1 << self.blocks.bits))?;
            }
            put(batch + piece, events.score(worker, start - from, leads, self.score)?)
        })?;
        keys.finish()?;
        self.notes.add((0, number, 0), notes);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(rows: u64, row_bytes: u64) -> Unit {
        Unit { file: 0, groups: 0..1, start: 0, rows, bytes: rows * row_bytes, paged: false, range: None }
    }

    #[test]
    fn wide_leads_make_batches_small_and_not_partitions() {
        // a million leads, and one more with 300 KB
        let narrow = (0..31).map(|_| unit(32_768, 20));
        let units: Vec<Unit> = narrow.chain([unit(1, 300_000), unit(5_000, 60_000)]).collect();
        let blocks = Blocks::new(&units, 4096, 256 << 10).expect("places for all");
        assert_eq!((blocks.bits, blocks.partitions()), (12, 31 * 8 + 1 + 2));
        assert_eq!(blocks.sizes[30..], [12, 0, 2]);
        assert_eq!(blocks.batches[31..], [31 * 8, 31 * 8 + 1, 31 * 8 + 1 + 1250]);
    }
}
