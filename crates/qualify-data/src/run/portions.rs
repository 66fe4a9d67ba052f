//! The events of a partition: as a whole, or, where they are too many to be in memory at once, in portions.
//!
//! Then they are put aside once more, in partitions of some leads each. A lead that has too many for a portion has none
//! in it: its events wait in the order of their times, and are shown piece by piece.

use super::facts::Facts;
use super::leads;
use super::long::{Long, Meaning};
use super::memory::{AtOnce, Budget};
use super::order::Stop;
use super::record::{Layout, by_lead_and_time, lead};
use super::sorter::Sorter;
use super::store::{Records, Room, Store};
use super::texts::Finished;
use super::{Handed, Scorer};
use qualify_model::{Batch, EventColumns, LeadColumns, LongEvents, LongLead};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// All events of a run, in partitions by their leads.
pub(super) struct Partitioned {
    store: Store,
    meaning: Arc<Meaning>,
    most: AtOnce,
    /// How many events the largest partition has.
    largest: usize,
    /// Bytes of temporary files that portions had.
    spilled: Arc<AtomicU64>,
}

/// The events of one partition after the other, for one thread.
pub(super) struct Portions<'e> {
    of: &'e Partitioned,
    /// Leads of the partition whose events are at hand, these events, and where those of each begin.
    leads: Range<usize>,
    facts: Facts,
    offsets: Vec<u32>,
    /// Leads of the partition whose events are too many.
    long: Vec<(usize, Arc<Long>)>,
    split: Option<Split>,
}

/// A partition that was split.
struct Split {
    /// The events of each portion.
    store: Store,
    /// The leads before which each portion ends.
    ends: Vec<usize>,
    /// The number of the portion that is next.
    next: usize,
}

/// Where the events of leads go when a partition is split.
struct Division {
    /// For each lead its portion; none for long ones.
    portions: Vec<Option<u32>>,
    ends: Vec<usize>,
    /// Leads that are long, and how many events they have.
    long: Vec<(usize, u64)>,
}

impl Partitioned {
    /// The events of a store, for so many threads and batches of so many leads.
    pub fn new(
        store: Store,
        layout: &Layout,
        dictionaries: Vec<Finished>,
        budget: &Budget,
        (threads, batch_rows): (usize, usize),
    ) -> Partitioned {
        let counts = store.counts();
        let texts: u64 = dictionaries.iter().map(Finished::spilled_bytes).sum();
        // those in temporary files come back with the events that have them
        let texts = texts.checked_div(counts.iter().sum::<usize>() as u64).unwrap_or(0);
        let most = budget.at_once(batch_rows, 8 * layout.words as u64 + texts, threads.min(counts.len()));
        let meaning = Arc::new(Meaning { layout: layout.clone(), dictionaries });
        let largest = counts.into_iter().max().unwrap_or(0);
        Partitioned { store, meaning, most, largest, spilled: Arc::default() }
    }

    /// The events of partitions, none of which is at hand yet.
    pub fn portions(&self) -> Portions<'_> {
        let (facts, offsets, long) = (Facts::default(), Vec::new(), Vec::new());
        Portions { of: self, leads: 0..0, facts, offsets, long, split: None }
    }

    /// How many of so many threads have room for their batches.
    pub fn threads(&self, asked: usize) -> usize {
        self.most.threads(asked, self.largest)
    }

    /// The bytes of all temporary files, those of texts included.
    pub fn spilled_bytes(&self) -> u64 {
        let texts: u64 = self.meaning.dictionaries.iter().map(Finished::spilled_bytes).sum();
        self.store.spilled_bytes() + texts + self.spilled.load(Ordering::Relaxed)
    }
}

impl Portions<'_> {
    /// Takes the events of a partition with so many leads.
    pub fn begin(&mut self, partition: usize, leads: usize) -> Result<(), Stop> {
        (self.split, self.leads) = (None, 0..0);
        self.long.clear();
        let records = self.of.store.take(partition);
        if records.count() <= self.of.most.events {
            return self.load(records, 0..leads);
        }
        self.split(&records.loaded()?, leads)
    }

    /// Scores leads of the partition, of which `first` is the first one and no lower than those before: as one batch,
    /// or as several where their events are in several portions.
    pub fn score(
        &mut self,
        worker: usize,
        first: usize,
        leads: LeadColumns,
        score: Scorer<'_>,
    ) -> Result<Vec<Handed>, Stop> {
        let (end, mut start, mut handed) = (first + leads.rows, first, Vec::new());
        if self.reach(first)? >= end {
            handed.push(self.hand_out(worker, leads, first..end, score)?);
            return Ok(handed);
        }
        while start < end {
            let rows = start..self.reach(start)?.min(end);
            start = rows.end;
            let some = leads::part(&leads, rows.start - first..rows.end - first);
            handed.push(self.hand_out(worker, some, rows, score)?);
        }
        Ok(handed)
    }

    /// Has the events of a lead at hand; gives the lead behind the last one whose events are at hand as well.
    fn reach(&mut self, lead: usize) -> Result<usize, Stop> {
        while self.leads.end <= lead {
            let split = self.split.as_mut().ok_or(Stop::Changed)?;
            let end = *split.ends.get(split.next).ok_or(Stop::Changed)?;
            let records = split.store.take(split.next);
            split.next += 1;
            self.load(records, self.leads.end..end)?;
        }
        Ok(self.leads.end)
    }

    fn load(&mut self, records: Records, leads: Range<usize>) -> Result<(), Stop> {
        let meaning = &self.of.meaning;
        self.leads = leads;
        meaning.layout.unpack(records, self.leads.clone(), &mut self.facts, &mut self.offsets)?;
        meaning.share(&mut self.facts)
    }

    /// Puts the events of a partition into portions.
    fn split(&mut self, records: &Records, leads: usize) -> Result<(), Stop> {
        let Partitioned { meaning, most, spilled, .. } = self.of;
        let words = meaning.layout.words;
        let Division { portions, ends, long } =
            Division::of(&meaning.layout.counts(records, leads)?, most.events);
        let bytes = most.aside as u64;
        let held = if records.are_few() { u64::MAX } else { bytes };
        let store = Store::new(words, ends.len(), Room { held, gathered: bytes / 4 });
        let (mut gathered, mut sorter) = (store.gathered(), Sorter::new(by_lead_and_time, words, most.aside));
        records.each_record(&mut |record| match portions[lead(record)] {
            Some(portion) => store.add_record(portion as usize, record, &mut gathered),
            None => sorter.add(record).map_err(Stop::Spill),
        })?;
        store.finish(gathered)?;
        let sorted = Arc::new(sorter.finish().map_err(Stop::Spill)?);
        spilled.fetch_add(store.spilled_bytes() + sorted.spilled_bytes(), Ordering::Relaxed);
        let mut start = 0;
        for (lead, count) in long {
            let places = start..start + count;
            start = places.end;
            self.long.push((lead, Arc::new(Long::new(meaning, &sorted, places, most, spilled))));
        }
        self.split = Some(Split { store, ends, next: 0 });
        Ok(())
    }

    /// Scores leads whose events are at hand, and keeps the memory.
    fn hand_out(
        &mut self,
        worker: usize,
        leads: LeadColumns,
        rows: Range<usize>,
        score: Scorer<'_>,
    ) -> Result<Handed, Stop> {
        let whole = rows == self.leads;
        let mut events = if whole { self.all() } else { self.some(&rows) };
        let long = self.long.iter().filter(|(lead, _)| rows.contains(lead));
        let rows_of = long.clone().map(|(lead, long)| LongLead {
            row: lead - rows.start,
            events: Arc::clone(long) as Arc<dyn LongEvents>,
        });
        events.long = rows_of.collect();
        let batch = Batch { leads, events };
        let scores = score.of(worker, &batch);
        let Batch { leads, events } = batch;
        let counted = events.kinds.len() as u64 + long.clone().map(|(_, long)| long.count()).sum::<u64>();
        for (_, long) in long {
            long.failed()?; // what was found of half of the events is nothing
        }
        if whole {
            (self.facts, self.offsets) = Facts::of_columns(events);
        }
        Ok(score.hand(leads, scores, counted))
    }

    /// The events at hand, taken.
    fn all(&mut self) -> EventColumns {
        std::mem::take(&mut self.facts).into_columns(std::mem::take(&mut self.offsets), Vec::new())
    }

    /// Those of some of the leads.
    fn some(&self, rows: &Range<usize>) -> EventColumns {
        let offsets = &self.offsets[rows.start - self.leads.start..=rows.end - self.leads.start];
        let (start, end) = (offsets[0], offsets[offsets.len() - 1]);
        let own = offsets.iter().map(|offset| offset - start).collect();
        self.facts.part(start as usize..end as usize).into_columns(own, Vec::new())
    }
}

impl Division {
    /// Of leads with so many events each, so that a portion has at most so many.
    fn of(counts: &[u64], most: usize) -> Division {
        let (mut portions, mut ends, mut long) = (Vec::with_capacity(counts.len()), Vec::new(), Vec::new());
        let mut sum = 0;
        for (lead, count) in counts.iter().enumerate() {
            if *count > most as u64 {
                long.push((lead, *count));
                portions.push(None);
                continue;
            }
            if sum + count > most as u64 {
                ends.push(lead);
                sum = 0;
            }
            sum += count;
            portions.push(Some(ends.len() as u32));
        }
        ends.push(counts.len());
        Division { portions, ends, long }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualify_model::{Keys, Needs, ScoreColumns};
    use std::sync::Mutex;

    /// A partition of leads with so many events each; a batch has ten at most.
    fn partitioned(counts: &[u64]) -> Partitioned {
        let store = Store::new(2, 1, Room { held: 0, gathered: 0 });
        let mut gathered = store.gathered();
        for (lead, count) in counts.iter().enumerate() {
            for time in 0..*count {
                store.add_record(0, &[lead as u64, !time], &mut gathered).expect("room");
            }
        }
        store.finish(gathered).expect("room");
        let most = AtOnce { events: 10, event: 60, bytes: 0, aside: 200, kept: 1 };
        let budget = Budget::new(Some(0));
        Partitioned {
            most,
            ..Partitioned::new(store, &Layout::new(&Needs::default()), Vec::new(), &budget, (1, 1))
        }
    }

    fn leads_of(rows: Range<usize>) -> LeadColumns {
        let keys = Keys::Integers(rows.clone().map(|row| row as i64).collect());
        LeadColumns { rows: rows.len(), keys, attributes: Vec::new() }
    }

    /// Scores the leads between these ends in pieces; gives the rows of each batch with how many events they have, of
    /// long ones as a negative number.
    fn scored(portions: &mut Portions<'_>, ends: &[usize]) -> Result<Vec<Vec<(i64, i64)>>, Stop> {
        let found = Mutex::new(Vec::new());
        let score = |_: usize, batch: &Batch| {
            let Keys::Integers(keys) = &batch.leads.keys else { panic!("whole numbers") };
            let counts = batch.events.offsets.windows(2).map(|two| i64::from(two[1] - two[0]));
            let mut rows: Vec<(i64, i64)> = keys.iter().copied().zip(counts).collect();
            for long in &batch.events.long {
                long.events.each(&mut |piece| rows[long.row].1 -= piece.times.len() as i64);
            }
            found.lock().expect("a lock").push(rows);
            ScoreColumns::default()
        };
        let mut events = 0;
        for two in ends.windows(2) {
            let scorer = Scorer { score: &score, looked_at: None };
            let handed = portions.score(0, two[0], leads_of(two[0]..two[1]), scorer)?;
            events += handed.iter().map(|handed| handed.events).sum::<u64>();
        }
        let found = found.into_inner().expect("a lock");
        assert_eq!(events, found.iter().flatten().map(|(_, count)| count.unsigned_abs()).sum::<u64>());
        Ok(found)
    }

    #[test]
    fn pieces_and_portions_are_batches() {
        let events = partitioned(&[4, 6, 25, 1, 10, 0, 300]);
        let mut portions = events.portions();
        portions.begin(0, 7).expect("records");
        let found = scored(&mut portions, &[0, 1, 4, 7]).expect("scores");
        assert_eq!(
            found,
            [vec![(0, 4)], vec![(1, 6), (2, -25)], vec![(3, 1)], vec![(4, 10), (5, 0), (6, -300)]]
        );
        let events = partitioned(&[4, 0, 6]);
        let mut portions = events.portions();
        portions.begin(0, 3).expect("records");
        assert_eq!(scored(&mut portions, &[0, 3]).expect("scores"), [vec![(0, 4), (1, 0), (2, 6)]]);
        let events = partitioned(&[11]);
        let mut portions = events.portions();
        portions.begin(0, 1).expect("records");
        assert_eq!(scored(&mut portions, &[0, 1]).expect("scores"), [vec![(0, -11)]]);
    }

    #[test]
    fn a_lead_whose_events_cannot_be_read_has_no_result() {
        let events = partitioned(&[3, 11, 2]);
        let mut portions = events.portions();
        portions.begin(0, 3).expect("records");
        let missing = Arc::new(Sorter::new(by_lead_and_time, 2, 0).finish().expect("no records"));
        portions.long[0].1 =
            Arc::new(Long::new(&events.meaning, &missing, 0..11, &events.most, &Arc::default()));
        assert!(scored(&mut portions, &[0, 1]).is_ok());
        assert!(matches!(scored(&mut portions, &[1, 3]), Err(Stop::Spill(_))));
    }

    #[test]
    fn portions_have_as_many_events_as_they_may() {
        let division = |counts: &[u64]| {
            let Division { portions, ends, long } = Division::of(counts, 10);
            let portions: Vec<i32> = portions.iter().map(|p| p.map_or(-1, |p| p as i32)).collect();
            (portions, ends, long)
        };
        assert_eq!(division(&[]), (vec![], vec![0], vec![]));
        assert_eq!(division(&[10, 0, 1, 9]), (vec![0, 0, 1, 1], vec![2, 4], vec![]));
        let found = division(&[11, 3, 1 << 40, 7, 1, 12]);
        assert_eq!(found, (vec![-1, 0, -1, 0, 1, -1], vec![4, 6], vec![(0, 11), (2, 1 << 40), (5, 12)]));
        assert_eq!(division(&[11, 12]), (vec![-1, -1], vec![2], vec![(0, 11), (1, 12)]));
    }
}
