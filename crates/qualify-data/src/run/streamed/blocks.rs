//! Leads taken up again, block by block: joined, with their events, scored.

use super::joins::{Found, Joined};
use super::leads::KeptLeads;
use crate::bind::TablePlan;
use crate::manifest::TableSource;
use crate::problem::{Collector, KEPT, Outside, ProblemKind};
use crate::read::leads::no_such_row;
use crate::run::aside::Pages;
use crate::run::notes::{AllNotes, Notes};
use crate::run::order::Stop;
use crate::run::portions::Partitioned;
use crate::run::saved::Saved;
use crate::run::{Handed, Scorer, rows};
use qualify_model::{Lead, Needs, Schema, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// The leads that were put aside, and the rows that are theirs.
pub(super) struct Leads<'r> {
    pub schema: &'r Schema,
    pub sources: &'r [&'r TableSource],
    pub plans: &'r [TablePlan],
    pub kept: &'r KeptLeads,
    pub joined: &'r Joined,
    /// Bytes of rows of other tables that are joined at a time, about.
    pub bytes: u64,
}

/// What threads need that score blocks.
pub(super) struct Blocks<'r> {
    pub leads: &'r Leads<'r>,
    pub needs: &'r Needs,
    pub events: &'r Partitioned,
    pub notes: &'r AllNotes,
    pub score: Scorer<'r>,
}

/// Takes what a lead looks for in a table in vain.
type Missing<'m> = &'m mut dyn FnMut(usize, Outside);

/// The keys that a row holds of other tables, and where it stands.
#[derive(Clone, Default)]
struct Links {
    keys: Vec<Option<String>>,
    line: u64,
    file: usize,
}

/// A row of a table that is joined; many leads have the same one.
struct Row {
    values: Vec<Option<Value>>,
    links: Links,
}

impl Blocks<'_> {
    /// Reads a block and has it scored: as a whole, or in pieces if its leads find much in other tables.
    pub fn block(&self, worker: usize, block: usize) -> Result<Vec<Handed>, Stop> {
        let of = self.leads;
        let mut leads = of.block(block)?;
        let mut events = self.events.portions();
        events.begin(block, leads.len())?;
        let found = of.joined.of_block(block)?;
        let (mut joining, mut found) = (Joining::new(of), found.as_slice());
        let mut notes: Vec<Notes> = of.plans.iter().map(|_| Notes::default()).collect();
        let mut missing = |table: usize, outside: Outside| notes[table].add(outside);
        let (mut handed, mut first) = (Vec::new(), 0);
        while first < leads.len() {
            let end = joining.piece(&mut leads, &mut found, &mut missing)?;
            let piece: Vec<Lead> =
                leads[first..end].iter_mut().map(|(lead, _)| std::mem::take(lead)).collect();
            let columns = rows::leads(&piece, of.kept.whole, of.schema, self.needs);
            drop(piece);
            handed.append(&mut events.score(worker, first, columns, self.score)?);
            first = end;
        }
        for (table, notes) in notes.into_iter().enumerate() {
            self.notes.add((1, table, block), notes);
        }
        Ok(handed)
    }
}

impl Leads<'_> {
    /// Tells, table by table, of the keys that no row of it has, as problems.
    pub fn tell_missing(&self, collector: &mut Collector) -> Result<(), Stop> {
        let mut all: Vec<(Vec<Outside>, u64)> = self.plans.iter().map(|_| (Vec::new(), 0)).collect();
        for block in 0..self.kept.blocks() {
            let (mut leads, found) = (self.block(block)?, self.joined.of_block(block)?);
            let (mut joining, mut found) = (Joining::new(self), found.as_slice());
            let mut missing = |table: usize, outside: Outside| {
                let (first, others) = &mut all[table];
                if first.len() < KEPT { first.push(outside) } else { *others += 1 }
            };
            while !found.is_empty() {
                joining.piece(&mut leads, &mut found, &mut missing)?;
            }
        }
        for (first, others) in all {
            let problems = first.into_iter().filter_map(|outside| collector.outside(outside).err());
            let problems: Vec<_> = problems.collect();
            problems.into_iter().for_each(|problem| collector.add(*problem));
            collector.add_more(ProblemKind::NoSuchRow, others);
        }
        Ok(())
    }

    fn block(&self, block: usize) -> Result<Vec<(Lead, Links)>, Stop> {
        let (start, end) = (self.kept.starts[block], self.kept.starts[block + 1]);
        let mut bytes = Vec::new();
        self.kept.rows.read(start, end - start, &mut bytes).map_err(Stop::Spill)?;
        let mut saved = Saved(&bytes);
        let mut leads = Vec::new();
        while !saved.0.is_empty() {
            let key = saved.text().unwrap_or_default().to_string();
            let mut lead =
                Lead { key, attributes: vec![None; self.schema.attributes.len()], events: Vec::new() };
            for (attribute, _) in &self.plans[0].attributes {
                lead.attributes[*attribute] = saved.value();
            }
            leads.push((lead, self.links(0, &mut saved)));
        }
        Ok(leads)
    }

    fn links(&self, table: usize, saved: &mut Saved<'_>) -> Links {
        let count = self.plans[table].links.len();
        if count == 0 {
            return Links::default();
        }
        let keys = (0..count).map(|_| saved.text().map(str::to_string)).collect();
        let (line, file) = (saved.number().unwrap_or(0), saved.number().unwrap_or(0) as usize);
        Links { keys, line, file }
    }

    /// A row of a table that is joined.
    fn row(&self, table: usize, saved: &mut Saved<'_>) -> Row {
        let values = self.plans[table].attributes.iter().map(|_| saved.value()).collect();
        Row { values, links: self.links(table, saved) }
    }
}

/// The leads of a block on their way to the rows that are theirs.
struct Joining<'b> {
    leads: &'b Leads<'b>,
    pages: Vec<Pages<'b>>,
    /// The rows of a piece, by table and place, and their bytes.
    rows: HashMap<(usize, u64), Arc<Row>>,
    bytes: u64,
}

impl<'b> Joining<'b> {
    fn new(leads: &'b Leads<'b>) -> Joining<'b> {
        Joining { leads, pages: leads.joined.pages(), rows: HashMap::new(), bytes: 0 }
    }

    /// Joins leads, as long as their rows are not too many; gives how far it came.
    fn piece(
        &mut self,
        leads: &mut [(Lead, Links)],
        found: &mut &[Found],
        missing: Missing<'_>,
    ) -> Result<usize, Stop> {
        (self.rows, self.bytes) = (HashMap::new(), 0);
        while let Some(Found { lead, .. }) = found.first() {
            let count = found.iter().take_while(|found| found.lead == *lead).count();
            let (its, rest) = found.split_at(count);
            let lead = *lead;
            self.join(&mut leads[lead], its, missing)?;
            *found = rest;
            if self.bytes > self.leads.bytes && !rest.is_empty() {
                return Ok(lead + 1);
            }
        }
        Ok(leads.len())
    }

    /// Gives a lead what it has found, in the order of the tables.
    fn join(
        &mut self,
        (lead, links): &mut (Lead, Links),
        found: &[Found],
        missing: Missing<'_>,
    ) -> Result<(), Stop> {
        let leads = self.leads;
        let mut around: HashMap<usize, Arc<Row>> = HashMap::new();
        for Found { table, at, .. } in found {
            let Some(at) = at else {
                let (holder, link) = leads.plans[*table].joined_by.unwrap_or_default();
                let (from, names) = match holder {
                    0 => (&*links, &leads.kept.names[..]),
                    _ => match around.get(&holder) {
                        Some(row) => (&row.links, leads.joined.names(holder)),
                        None => continue,
                    },
                };
                let key = from.keys.get(link).and_then(Option::as_deref).unwrap_or_default();
                let (column, file) = (&leads.plans[holder].links[link], &names[from.file]);
                missing(*table, no_such_row(leads.sources[*table], column, key, file, from.line));
                continue;
            };
            let row = self.row(*table, *at)?;
            for ((attribute, _), value) in leads.plans[*table].attributes.iter().zip(&row.values) {
                lead.attributes[*attribute].clone_from(value);
            }
            around.insert(*table, row);
        }
        Ok(())
    }

    /// The row of a table that lies at a place.
    fn row(&mut self, table: usize, at: u64) -> Result<Arc<Row>, Stop> {
        if let Some(row) = self.rows.get(&(table, at)) {
            return Ok(Arc::clone(row));
        }
        let bytes = self.pages[table - 1].record(at)?;
        self.bytes += bytes.len() as u64;
        let row = Arc::new(self.leads.row(table, &mut Saved(bytes)));
        self.rows.insert((table, at), Arc::clone(&row));
        Ok(row)
    }
}
