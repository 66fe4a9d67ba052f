//! Leads taken up again, block by block: joined, with their events, scored.

use super::joins::Joined;
use super::leads::KeptLeads;
use crate::bind::TablePlan;
use crate::manifest::TableSource;
use crate::read::leads::no_such_row;
use crate::run::arrival::hand_out;
use crate::run::events::Facts;
use crate::run::notes::{AllNotes, Notes};
use crate::run::order::Stop;
use crate::run::record::Layout;
use crate::run::saved::Saved;
use crate::run::store::Store;
use crate::run::texts::Finished;
use crate::run::{Handed, Scorer, rows};
use qualify_model::{Lead, Needs, Schema, Value};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// What threads need that score blocks.
pub(super) struct Blocks<'r> {
    pub schema: &'r Schema,
    pub needs: &'r Needs,
    pub sources: &'r [&'r TableSource],
    pub plans: &'r [TablePlan],
    pub kept: &'r KeptLeads,
    pub joined: &'r Joined,
    pub layout: &'r Layout,
    pub store: &'r Store,
    pub dictionaries: &'r [Finished],
    pub notes: &'r AllNotes,
    pub score: Scorer<'r>,
}

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
    /// Reads a block and has it scored.
    pub fn block(&self, worker: usize, block: usize) -> Result<Handed, Stop> {
        let mut leads = self.leads(block)?;
        self.join(block, &mut leads)?;
        let leads: Vec<Lead> = leads.into_iter().map(|(lead, _)| lead).collect();
        let columns = rows::leads(&leads, self.kept.whole, self.schema, self.needs);
        drop(leads);
        let (mut facts, mut offsets) = (Facts::default(), Vec::new());
        self.layout.unpack(self.store.take(block), columns.rows, &mut facts, &mut offsets)?;
        self.layout.share(&mut facts, self.dictionaries)?;
        Ok(hand_out(worker, columns, &mut facts, &mut offsets, self.score))
    }

    fn leads(&self, block: usize) -> Result<Vec<(Lead, Links)>, Stop> {
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

    fn join(&self, block: usize, leads: &mut [(Lead, Links)]) -> Result<(), Stop> {
        let mut notes: Vec<Notes> = self.plans.iter().map(|_| Notes::default()).collect();
        let (mut rows, mut pages) = (HashMap::new(), self.joined.pages());
        let mut around: (usize, HashMap<usize, Arc<Row>>) = Default::default();
        for found in self.joined.of_block(block)? {
            if around.0 != found.lead {
                around = (found.lead, HashMap::new());
            }
            let (lead, links) = &mut leads[found.lead];
            let Some(at) = found.at else {
                let (holder, link) = self.plans[found.table].joined_by.unwrap_or_default();
                let (from, names) = match holder {
                    0 => (&*links, &self.kept.names[..]),
                    _ => match around.1.get(&holder) {
                        Some(row) => (&row.links, self.joined.names(holder)),
                        None => continue,
                    },
                };
                let key = from.keys.get(link).and_then(Option::as_deref).unwrap_or_default();
                let (column, file) = (&self.plans[holder].links[link], &names[from.file]);
                let table = self.sources[found.table];
                notes[found.table].add(no_such_row(table, column, key, file, from.line));
                continue;
            };
            let row = match rows.entry((found.table, at)) {
                Entry::Occupied(known) => Arc::clone(known.get()),
                Entry::Vacant(new) => {
                    let mut saved = Saved(pages[found.table - 1].record(at)?);
                    Arc::clone(new.insert(Arc::new(self.row(found.table, &mut saved))))
                }
            };
            for ((attribute, _), value) in self.plans[found.table].attributes.iter().zip(&row.values) {
                lead.attributes[*attribute].clone_from(value);
            }
            around.1.insert(found.table, row);
        }
        for (table, notes) in notes.into_iter().enumerate() {
            self.notes.add((1, table, block), notes);
        }
        Ok(())
    }

    /// A row of a table that is joined.
    fn row(&self, table: usize, saved: &mut Saved<'_>) -> Row {
        let values = self.plans[table].attributes.iter().map(|_| saved.value()).collect();
        Row { values, links: self.links(table, saved) }
    }
}
