//! Rows that are read one by one, in memory that does not grow with them: for other formats than columns and plain
//! text, joined tables, keys of deliveries and times of receipt.
//!
//! Each file is gone through once, by the row-wise reader. Leads are put aside as they come, and their keys go where
//! those of other ways go (`places`); so do the events. When all is read, the leads are taken up block by block,
//! joined and scored with their events. Where anything is wrong, [`super::row_by_row`] reads anew, with all keys in
//! memory, and says what.

mod blocks;
mod events;
mod joins;
mod leads;

use super::deliveries::Destination;
use super::memory::Budget;
use super::notes::AllNotes;
use super::order::{self, Put, Stop, lock};
use super::record::{LEAD_BITS, Layout};
use super::store::Store;
use super::texts::{Common, Finished, Texts};
use super::unsure::Unsure;
use super::{Done, Handed, RunOptions, RunReport, Scorer, Way};
use crate::bind::bindings;
use crate::manifest::Unknown;
use crate::problem::Collector;
use crate::progress::Progress;
use crate::project::Project;
use crate::read::leads::{open, read_table};
use crate::read::{Rejects, Work, events::read as read_events, size, zone_of};
use blocks::Blocks;
use events::EventsAside;
use joins::Joins;
use leads::{BlockSize, LeadsAside};
use qualify_model::{Needs, Schema};
use std::sync::Arc;

/// With less memory leads are taken up in smaller blocks.
const SMALL: u64 = 256 << 20;

/// Runs.
pub(super) fn run(
    project: &Project,
    schema: &Schema,
    needs: &Needs,
    options: &RunOptions,
    progress: &mut dyn Progress,
    score: Scorer<'_>,
    done: Done<'_>,
) -> Result<RunReport, Stop> {
    let zone = zone_of(project);
    let (budget, threads) = (Budget::new(options.memory), options.worker_count());
    let all = budget.share(0);
    let strict = options.read.strict_data;
    let collector = || Collector::new(strict, None, false);
    let mut work = Work::new(project, schema, Some(needs), &zone, collector(), progress);
    work.progress.start(size(project));
    let more = if all < SMALL { 0 } else { 2 };
    let bits = (options.batch_rows.max(1).ilog2() + more).min(LEAD_BITS);
    let block = BlockSize { bits, bytes: budget.block(threads) };

    let (mut opened, plans) = open(&mut work).ok_or(Stop::Rows)?;
    let bindings = bindings(schema, &opened, &plans);
    let room = |held: u64| budget.room(held, threads);
    let mut joins = Joins::new(&plans, budget.room(all / 8, 1));
    let mut aside = LeadsAside::new(block, all / 8, room(all / 4), &mut joins);
    if let (Some(table), Some(plan)) = (opened.first_mut(), plans.first()) {
        read_table(&mut work, table, plan, &mut aside);
    }
    sound(&work)?;
    let (kept, gathering) = aside.finish()?;
    for (table, (source, plan)) in opened.iter_mut().zip(&plans).enumerate().skip(1) {
        let mut rows = joins.rows(table);
        read_table(&mut work, source, plan, &mut rows);
        sound(&work)?;
        rows.finish()?;
    }
    let sources: Vec<_> = opened.into_iter().map(|table| table.source).collect();
    let joined = joins.finish(kept.blocks(), bits)?;
    if strict && joined.missing {
        return Err(Stop::Rows);
    }
    let mut of_leads = std::mem::replace(&mut work.collector, collector());

    let layout = Layout::new(needs);
    let once = counts_once(project, schema);
    let unsure = once || (ignores_leads(project) && gathering.is_later());
    let unsure = unsure.then(|| Unsure::new(layout.words, once, room(all / 8)));
    let extra = unsure.as_ref().map_or(0, |_| Unsure::extra(once));
    let first = (0..kept.blocks()).map(|block| (block as u32) << bits).collect();
    let places = gathering.finish(first, layout.words + extra, |_| ())?;
    let (common, texts) = budget.texts(needs);
    let gathered = room(0).gathered_bytes(layout.words, kept.blocks()) * threads as u64;
    let held = places.leaves(budget.share(places.bytes() + gathered + texts + 3 * (all / 8)));
    let store = Store::new(layout.words, kept.blocks(), room(held));
    let texts: Vec<_> = needs.properties.iter().map(|_| Common::shared(common)).collect();
    let to = Destination { store: &store, bits, unsure: unsure.as_ref() };
    let common = texts.iter().map(|texts| Texts::Common(Arc::clone(texts))).collect();
    let mut taker = EventsAside::new(&layout, needs, &places, &to, common);
    read_events(&mut work, &mut taker);
    sound(&work)?;
    let ignored = taker.finish(threads)?;
    let again = to.sift(threads)?;
    let mut spilled = places.spilled_bytes();
    drop(places);
    if let Some(unsure) = unsure {
        spilled += unsure.tell(&mut work.collector)?;
    }
    work.end();
    let (mut counts, mut of_events) = (work.counts, work.collector);
    counts.leads = kept.count;
    counts.events -= ignored + again;
    counts.ignored += ignored;
    counts.duplicates += again;

    let finished = texts.iter().map(|texts| lock(texts).finish()).collect::<Result<Vec<Finished>, _>>()?;
    let notes = AllNotes::new(budget.notes());
    let blocks = Blocks {
        schema,
        needs,
        sources: &sources,
        plans: &plans,
        kept: &kept,
        joined: &joined,
        layout: &layout,
        store: &store,
        dictionaries: &finished,
        notes: &notes,
        score,
    };
    let block = |worker: usize, block: usize, put: Put<'_, Handed>| blocks.block(worker, block, put);
    let mut take = |handed: Handed| done(&handed.leads, &handed.scores).map_err(Stop::Output);
    order::run(threads, kept.blocks(), &block, &mut take)?;
    if let Some(path) = options.read.rejects.as_deref() {
        Rejects::create(path).and_then(Rejects::finish).map_err(|_| Stop::Rows)?; // who says why it cannot be
    }

    let mut of_joins = collector();
    spilled += notes.tell(&mut of_joins)?;
    let mut warnings = of_leads.take_warnings();
    warnings.extend(of_joins.take_warnings());
    warnings.extend(of_events.take_warnings());
    spilled += kept.rows.spilled_bytes() + joined.spilled_bytes() + store.spilled_bytes();
    spilled += finished.iter().map(Finished::spilled_bytes).sum::<u64>();
    Ok(RunReport { counts, warnings, rejects: Vec::new(), bindings, spilled, way: Way::Rows })
}

/// Nothing is wrong so far.
fn sound(work: &Work<'_>) -> Result<(), Stop> {
    if work.collector.fatal() { Err(Stop::Rows) } else { Ok(()) }
}

/// Whether deliveries of an event count once.
fn counts_once(project: &Project, schema: &Schema) -> bool {
    let mut sources = project.manifest.events.iter();
    schema.events.iter().any(|event| event.key.is_some()) || sources.any(|source| source.id.is_some())
}

/// Whether events of unknown leads may be left out.
fn ignores_leads(project: &Project) -> bool {
    project.manifest.events.iter().any(|source| source.unknown_leads == Unknown::Ignore)
}
