//! Rows that are read one by one, in memory that does not grow with them: for other formats than columns and plain
//! text, joined tables, keys of deliveries, times of receipt, and rows that are wrong.
//!
//! Each file is gone through once, by the row-wise reader. Leads are put aside as they come, and their keys go where
//! those of other ways go (`places`); so do the events. When all is read, the leads are taken up block by block,
//! joined and scored with their events. What is wrong with a row is told or put aside on the way, as long as there is
//! a table of all keys and none stands twice. Else it is begun anew, and each file is gone through twice: first to find
//! the rows whose keys stand before (`repeats`) and the events of leads that nobody knows (`strangers`), and then, as
//! these are known by their numbers, to take the others and tell of all that is wrong in its order.

mod blocks;
mod events;
mod joins;
mod leads;
mod nobody;
mod repeats;
mod strangers;

use super::deliveries::Destination;
use super::memory::Budget;
use super::notes::AllNotes;
use super::order::{self, Put, Stop, lock};
use super::places::{Gathering, Later, Places};
use super::portions::Partitioned;
use super::record::{LEAD_BITS, Layout};
use super::store::{Room, Store};
use super::texts::{Common, Texts};
use super::unsure::Unsure;
use super::{Done, Handed, RunOptions, RunReport, Scorer, Way};
use crate::bind::{Opened, TablePlan, bindings};
use crate::manifest::Unknown;
use crate::problem::{Collector, DataErrors, Problem};
use crate::progress::Progress;
use crate::project::Project;
use crate::read::leads::{open, read_table};
use crate::read::{Rejects, Work, events::read as read_events, size, zone_of};
use blocks::{Blocks, Leads};
use events::EventsAside;
use joins::{Joined, Joins};
use leads::{BlockSize, KeptLeads, LeadsAside};
use nobody::Nobody;
use qualify_model::calendar::Zone;
use qualify_model::{Needs, Schema};
use repeats::{Repeats, Scout};
use std::sync::Arc;
use strangers::{Asking, Strangers};

/// What to run.
pub(super) struct Streamed<'r> {
    pub project: &'r Project,
    pub schema: &'r Schema,
    pub needs: &'r Needs,
    pub options: &'r RunOptions,
    pub score: Scorer<'r>,
    /// Each file is gone through twice.
    pub twice: bool,
    /// The first leads need no result any more.
    pub delivered: u64,
}

/// Leads that were put aside, with the rows of other tables that are theirs.
struct Tables {
    kept: KeptLeads,
    gathering: Gathering,
    joined: Joined,
}

impl Streamed<'_> {
    /// Runs.
    pub fn run(&self, progress: &mut dyn Progress, done: Done<'_>) -> Result<RunReport, Stop> {
        let zone = zone_of(self.project);
        let read = &self.options.read;
        let rejects = read.rejects.as_deref().map(Rejects::create).transpose().map_err(|p| stopped(*p))?;
        let collector = Collector::new(read.strict_data, rejects, read.leave_out_bad_rows);
        progress.start(size(self.project) * if self.twice { 2 } else { 1 });
        let repeats = if self.twice { self.repeats(&zone, progress)? } else { Vec::new() };
        let before: u64 = repeats.iter().map(Repeats::spilled_bytes).sum();
        let mut work = Work::new(self.project, self.schema, Some(self.needs), &zone, collector, progress);
        let Some((mut opened, plans)) = open(&mut work) else {
            read_events(&mut work, &mut Nobody);
            return Err(wrong(&mut work));
        };
        if self.twice && repeats.len() != plans.len() {
            return Err(Stop::Changed); // they could not be opened before
        }
        let bindings = bindings(self.schema, &opened, &plans);
        let Tables { kept, gathering, joined } = self.tables(&mut work, &mut opened, &plans, repeats)?;
        let sources: Vec<_> = opened.into_iter().map(|table| table.source).collect();
        let bytes = self.budget().block();
        let (kept, joined) = (&kept, &joined);
        let leads = Leads { schema: self.schema, sources: &sources, plans: &plans, kept, joined, bytes };
        if read.strict_data && joined.missing {
            leads.tell_missing(&mut work.collector)?;
        }
        let mut warnings = work.collector.take_warnings();
        let layout = Layout::new(self.needs);
        let (events, spilled) = self.events(&mut work, &layout, kept, gathering)?;
        work.counts.leads = kept.count;
        work.counts.rejected = work.collector.rejected;

        let notes = AllNotes::new(self.budget().notes());
        let (events, needs, score) = (&events, self.needs, self.score);
        let blocks = Blocks { leads: &leads, needs, events, notes: &notes, score };
        self.score(&blocks, done)?;
        work.collector.finish_rejects().map_err(|p| stopped(*p))?;
        let of_events = work.collector.take_warnings();
        let mut spilled = before + spilled + notes.tell(&mut work.collector)?;
        warnings.extend(work.collector.take_warnings());
        warnings.extend(of_events);
        spilled += kept.rows.spilled_bytes() + joined.spilled_bytes() + events.spilled_bytes();
        let (counts, rejects) = (work.counts, work.collector.take_groups());
        let way = if self.twice { Way::Twice } else { Way::Rows };
        Ok(RunReport { counts, warnings, rejects, bindings, spilled, way })
    }

    fn budget(&self) -> Budget {
        Budget::new(self.options.memory)
    }

    fn threads(&self) -> usize {
        self.options.worker_count()
    }

    /// Room for so many bytes.
    fn room(&self, held: u64) -> Room {
        self.budget().room(held, self.threads())
    }

    /// Goes through files before they are read; what is wrong is not told.
    fn scout<T>(
        &self,
        zone: &Zone,
        progress: &mut dyn Progress,
        through: impl FnOnce(&mut Work<'_>) -> T,
    ) -> T {
        let read = &self.options.read;
        let collector = Collector::new(read.strict_data, None, read.leave_out_bad_rows);
        let mut bytes = Bytes(progress);
        through(&mut Work::new(self.project, self.schema, Some(self.needs), zone, collector, &mut bytes))
    }

    /// For each table the rows whose keys stand before.
    fn repeats(&self, zone: &Zone, progress: &mut dyn Progress) -> Result<Vec<Repeats>, Stop> {
        let all = self.budget().share(0);
        self.scout(zone, progress, |work| {
            let (mut opened, plans) = open(work).unwrap_or_default();
            let tables = opened.iter_mut().zip(&plans);
            let each = all / 16 / plans.len().max(1) as u64;
            let repeats = tables.map(|(table, plan)| {
                let mut scout = Scout::new(self.budget().room(all / 4, 1));
                if plan.key.is_some() {
                    read_table(work, table, plan, &mut scout);
                }
                scout.finish(self.budget().room(each, 1))
            });
            repeats.collect()
        })
    }

    /// The events of leads that nobody knows.
    fn strangers(&self, work: &mut Work<'_>, later: &Later) -> Result<Strangers, Stop> {
        let all = self.budget().share(0);
        self.scout(work.zone, work.progress, |work| {
            let mut asking = Asking::new(later, self.budget().room(all / 4, 1));
            read_events(work, &mut asking);
            asking.finish(self.budget().room(all / 16, 1))
        })
    }

    /// Reads all tables of leads.
    fn tables<'a>(
        &self,
        work: &mut Work<'a>,
        opened: &mut [Opened<'a>],
        plans: &[TablePlan],
        repeats: Vec<Repeats>,
    ) -> Result<Tables, Stop> {
        let all = self.budget().share(0);
        let more = if self.budget().is_small() { 0 } else { 2 };
        let bits = (self.options.batch_rows.max(1).ilog2() + more).min(LEAD_BITS);
        let size = BlockSize { bits, bytes: self.budget().block(), delivered: self.delivered };
        let gathering = Gathering::new(self.room(all / 4));
        let gathering = if self.twice { gathering.later() } else { gathering };
        let mut repeats = repeats.into_iter();
        let mut joins = Joins::new(plans, self.budget().room(all / 8, 1));
        let mut aside = LeadsAside::new(size, all / 8, gathering, repeats.next(), &mut joins);
        if let (Some(table), Some(plan)) = (opened.first_mut(), plans.first()) {
            read_table(work, table, plan, &mut aside);
        }
        let (kept, gathering) = aside.finish()?;
        let hasty = gathering.is_later() && !self.twice;
        joins.hasty = hasty;
        for (table, (source, plan)) in opened.iter_mut().zip(plans).enumerate().skip(1) {
            let mut rows = joins.rows(table, repeats.next());
            read_table(work, source, plan, &mut rows);
            rows.finish()?;
        }
        let joined = joins.finish(kept.blocks(), bits)?;
        let missing = self.options.read.strict_data && joined.missing;
        if hasty && (missing || work.collector.wrong()) {
            return Err(Stop::Keys);
        }
        Ok(Tables { kept, gathering, joined })
    }

    /// Reads all events; if anything is wrong that ends the run, it is told. Gives the bytes of temporary files that are
    /// no more as well.
    fn events(
        &self,
        work: &mut Work<'_>,
        layout: &Layout,
        kept: &KeptLeads,
        gathering: Gathering,
    ) -> Result<(Partitioned, u64), Stop> {
        let (budget, threads) = (self.budget(), self.threads());
        let all = budget.share(0);
        let once = self.counts_once();
        let unsure = once || (self.ignores_leads() && gathering.is_later() && !self.twice);
        let unsure = unsure.then(|| Unsure::new(layout.words, once, self.room(all / 8)));
        let extra = unsure.as_ref().map_or(0, |_| Unsure::extra(once));
        let first = (0..kept.blocks()).map(|block| (block as u32) << kept.bits).collect();
        let places = gathering.finish(first, layout.words + extra, |_| ())?;
        kept.check_rejected(&places)?;
        let (common, texts) = budget.texts(self.needs);
        let gathered = self.room(0).gathered_bytes(layout.words, kept.blocks()) * threads as u64;
        let held = places.leaves(budget.share(places.bytes() + gathered + texts + 3 * (all / 8)));
        let store = Store::new(layout.words, kept.blocks(), self.room(held));
        let texts: Vec<_> = self.needs.properties.iter().map(|_| Common::shared(common)).collect();
        let mut strangers = match &places {
            Places::Later(later) if self.twice => Some(self.strangers(work, later)?),
            _ => None,
        };
        let to = Destination { store: &store, bits: kept.bits, unsure: unsure.as_ref() };
        let common = texts.iter().map(|texts| Texts::Common(Arc::clone(texts))).collect();
        let known = strangers.as_mut();
        let mut taker = EventsAside::new(layout, self.needs, &places, &kept.rejected, known, &to, common);
        read_events(work, &mut taker);
        taker.failed()?;
        if work.collector.wrong() && places.are_later() && !self.twice {
            return Err(Stop::Keys);
        }
        if work.collector.fatal() {
            return Err(wrong(work));
        }
        let ignored = taker.finish(threads)?;
        let again = to.sift(threads)?;
        let mut spilled = places.spilled_bytes() + strangers.map_or(0, |found| found.spilled_bytes());
        if let Some(unsure) = unsure {
            spilled += unsure.tell(&mut work.collector)?;
        }
        work.end();
        work.counts.events -= ignored + again;
        work.counts.ignored += ignored;
        work.counts.duplicates += again;
        let dictionaries = texts.iter().map(|texts| lock(texts).finish()).collect::<Result<_, _>>()?;
        let of = (threads, self.options.batch_rows);
        Ok((Partitioned::new(store, layout, dictionaries, &budget, of), spilled))
    }

    /// Has all blocks scored, but those whose results are there.
    fn score(&self, blocks: &Blocks<'_>, done: Done<'_>) -> Result<(), Stop> {
        let block = |worker: usize, block: usize, put: Put<'_, Vec<Handed>>| {
            let delivered = block < blocks.leads.kept.delivered;
            put(block, if delivered { Vec::new() } else { blocks.block(worker, block)? })
        };
        let mut take = |pieces: Vec<Handed>| {
            pieces.iter().try_for_each(|piece| done(&piece.leads, &piece.scores)).map_err(Stop::Output)
        };
        let threads = blocks.events.threads(self.threads());
        order::run_within(
            self.budget().ahead(threads),
            threads,
            blocks.leads.kept.blocks(),
            &block,
            &mut take,
        )
    }

    /// Whether deliveries of an event count once.
    fn counts_once(&self) -> bool {
        let mut sources = self.project.manifest.events.iter();
        self.schema.events.iter().any(|event| event.key.is_some())
            || sources.any(|source| source.id.is_some())
    }

    /// Whether events of unknown leads may be left out.
    fn ignores_leads(&self) -> bool {
        self.project.manifest.events.iter().any(|source| source.unknown_leads == Unknown::Ignore)
    }
}

/// Files that are gone through before they are read: their bytes count as progress, their rows do not.
struct Bytes<'p>(&'p mut dyn Progress);

impl Progress for Bytes<'_> {
    fn file(&mut self, name: &str) {
        self.0.file(name);
    }

    fn advance(&mut self, bytes: u64) {
        self.0.advance(bytes);
    }
}

/// What is wrong, when all is read.
fn wrong(work: &mut Work<'_>) -> Stop {
    work.end();
    Stop::Data(DataErrors { groups: work.collector.take_groups() })
}

fn stopped(problem: Problem) -> Stop {
    Stop::Data(DataErrors::of([problem]))
}
