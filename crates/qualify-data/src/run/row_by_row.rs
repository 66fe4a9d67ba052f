//! The way of the row-wise reader, for everything that needs a look at each row: other formats, joined tables,
//! keys of deliveries, rows that are wrong. The leads are in memory; their events wait in partitions, as those in
//! arrival order do.

use super::arrival::hand_out;
use super::events::Facts;
use super::memory::Budget;
use super::order::{self, Put, Stop, lock};
use super::record::{LEAD_BITS, Layout};
use super::rows;
use super::store::{Gathered, Store};
use super::texts::{Common, Finished, Texts};
use super::{Done, Handed, RunError, RunOptions, RunReport, Scorer, Way, spill};
use crate::progress::Progress;
use crate::project::Project;
use crate::read::{LeadSet, read_into};
use qualify_model::{Event, Needs, Schema};
use std::io;
use std::sync::Arc;

/// Events that are packed at a time.
const EVENTS: usize = 4096;

/// Partitions that there can be.
const PARTITIONS: usize = 4096;

/// Runs; the first `delivered` leads need no result any more.
#[allow(clippy::too_many_arguments)] // those of `run`
pub(super) fn run(
    project: &Project,
    schema: &Schema,
    needs: &Needs,
    options: &RunOptions,
    progress: &mut dyn Progress,
    delivered: usize,
    score: Scorer<'_>,
    done: Done<'_>,
) -> Result<RunReport, RunError> {
    let bits = (options.batch_rows.max(1).ilog2() + 2).min(LEAD_BITS); // 67 million leads, unless asked otherwise
    let layout = Layout::new(needs);
    let budget = Budget::new(options.memory);
    let gathered = budget.room(0, 1).gathered_bytes(layout.words, PARTITIONS);
    let store = Store::new(layout.words, PARTITIONS, budget.room(budget.share(gathered), 1));
    let texts: Vec<_> = needs.properties.iter().map(|_| Common::shared(u64::MAX)).collect();
    let common: Vec<_> = texts.iter().map(|t| Texts::Common(Arc::clone(t))).collect();
    let mut waiting = Waiting {
        layout: &layout,
        store: &store,
        needs,
        bits,
        delivered,
        texts: common,
        gathered: store.gathered(),
        leads: Vec::new(),
        events: Vec::new(),
        words: Vec::new(),
        failed: None,
    };
    let set = read_into(project, schema, Some(needs), progress, &options.read, &mut |lead, event| {
        waiting.add(lead, event);
    })?;
    waiting.finish().map_err(stopped)?;
    let dictionaries: Vec<Finished> =
        texts.iter().map(|t| lock(t).finish()).collect::<Result<_, _>>().map_err(stopped)?;
    let LeadSet { leads, counts, warnings, rejects, bindings, whole_keys } = set;
    let leads = leads.get(delivered..).unwrap_or_default();
    let work = |worker: usize, block: usize, put: Put<'_, Handed>| {
        let start = block << bits;
        let rows = &leads[start..leads.len().min(start + (1 << bits))];
        let (mut facts, mut offsets) = (Facts::default(), Vec::new());
        layout.unpack(store.take(block), rows.len(), &mut facts, &mut offsets)?;
        layout.share(&mut facts, &dictionaries)?;
        let columns = rows::leads(rows, whole_keys, schema, needs);
        put(block, hand_out(worker, columns, &mut facts, &mut offsets, score))
    };
    let mut take = |handed: Handed| done(&handed.leads, &handed.scores).map_err(Stop::Output);
    order::run(options.worker_count(), leads.len().div_ceil(1 << bits), &work, &mut take).map_err(stopped)?;
    let spilled = store.spilled_bytes();
    Ok(RunReport { counts, warnings, rejects, bindings, spilled, way: Way::Held })
}

fn stopped(stop: Stop) -> RunError {
    match stop {
        Stop::Output(error) => RunError::Output(error),
        Stop::Spill(error) => spill(&error).into(),
        Stop::Data(errors) => errors.into(),
        Stop::Rows | Stop::Keys | Stop::Lies(_) => {
            RunError::Output(io::Error::other("too many leads to be read row by row"))
        }
    }
}

/// Events on their way into the store.
struct Waiting<'w> {
    layout: &'w Layout,
    store: &'w Store,
    needs: &'w Needs,
    /// Leads of a partition, as a power of two.
    bits: u32,
    delivered: usize,
    texts: Vec<Texts>,
    gathered: Gathered,
    leads: Vec<u32>,
    events: Vec<Event>,
    words: Vec<Vec<u64>>,
    failed: Option<Stop>,
}

impl Waiting<'_> {
    fn add(&mut self, lead: u32, event: Event) {
        let Some(lead) = (lead as usize).checked_sub(self.delivered) else { return };
        self.leads.push(lead as u32);
        self.events.push(event);
        if self.events.len() == EVENTS {
            self.pack();
        }
    }

    fn pack(&mut self) {
        let facts = rows::facts(&self.events, self.needs, &mut self.texts);
        let mask = (1 << self.bits) - 1;
        self.layout.pack(&facts, self.leads.iter().map(|lead| u64::from(lead & mask)), &mut self.words);
        if self.leads.iter().any(|lead| (lead >> self.bits) as usize >= PARTITIONS) {
            self.failed = Some(Stop::Rows);
        }
        if self.failed.is_none() {
            let partitions = self.leads.iter().map(|lead| (lead >> self.bits) as usize);
            self.failed = self.store.add_any(partitions, &self.words, &mut self.gathered).err();
        }
        self.leads.clear();
        self.events.clear();
    }

    fn finish(mut self) -> Result<(), Stop> {
        self.pack();
        self.failed.map_or(Ok(()), Err)?;
        self.store.finish(self.gathered)
    }
}
