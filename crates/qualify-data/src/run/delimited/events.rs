//! Blocks of events: which count, whose they are, and what they hold, put into the partitions of their leads.

use super::fields::FieldReader;
use super::plan::{EventFile, property_sources};
use super::{Piece, Shared};
use crate::cell::Cell;
use crate::convert::scalar::instant;
use crate::manifest::Unknown;
use crate::problem::Outside;
use crate::read::events::event_named;
use crate::run::facts::Facts;
use crate::run::keys::{KeyMap, NOBODY};
use crate::run::notes::Notes;
use crate::run::order::Stop;
use crate::run::places::{Later, Places};
use crate::run::plan::{EventPlan, KindFrom, empty};
use crate::run::store::{Gathered, Store};
use crate::run::texts::{Common, Texts};
use crate::run::typed::Found;
use crate::table::scan::{Moments, Rows, Words, integer, text};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

/// Types of events that are not taken: those that nobody needs, those to be left out, those that are wrong.
const UNNEEDED: u16 = u16::MAX - 2;
const IGNORED: u16 = u16::MAX - 1;
const WRONG: u16 = u16::MAX;

/// Reads the events of one file, in one thread.
pub(super) struct EventReader<'r> {
    shared: &'r Shared<'r>,
    number: usize,
    file: &'r EventFile<'r>,
    moments: Option<Moments<'r>>,
    /// Names of types, and for each its type.
    words: Words,
    meanings: Vec<u16>,
    properties: Vec<Property<'r>>,
    facts: Facts,
    leads: Vec<u32>,
    packed: Vec<Vec<u64>>,
}

/// Reads one column of properties.
struct Property<'r> {
    reader: FieldReader<'r>,
    /// For each event type the number of its source.
    sources: Vec<u8>,
    /// All types that are read have the first.
    one: bool,
}

impl<'r> EventReader<'r> {
    pub fn new(
        shared: &'r Shared<'r>,
        number: usize,
        texts: &[Arc<Mutex<Common>>],
    ) -> Result<EventReader<'r>, Stop> {
        let plan = shared.plan;
        let file = &plan.events[number];
        let mut properties = Vec::new();
        for (wanted, texts) in plan.needs.properties.iter().zip(texts) {
            let mut reader = FieldReader::new(Texts::Common(Arc::clone(texts)));
            let sources = property_sources(plan, file, wanted, &mut reader).ok_or(Stop::Rows)?;
            let read = file.types.iter().zip(&sources).filter(|(t, _)| **t != EventPlan::Unneeded);
            let one = reader.sources() == 1 && read.clone().all(|(_, source)| *source == 0);
            properties.push(Property { reader, sources, one });
        }
        let format = file.source.files.time_formats.of(&file.source.time);
        let blank = plan.needs.properties.iter().map(|p| empty(&p.ty)).collect();
        Ok(EventReader {
            shared,
            number,
            file,
            moments: Moments::new(format, plan.zone),
            words: Words::default(),
            meanings: Vec::new(),
            properties,
            facts: Facts { properties: blank, ..Facts::default() },
            leads: Vec::new(),
            packed: Vec::new(),
        })
    }

    /// The number of its file.
    pub fn number(&self) -> usize {
        self.number
    }

    /// Reads a block into the store; gives its memory back, and how many rows it had.
    pub fn read(
        &mut self,
        piece: Piece,
        places: &Places,
        bits: u32,
        store: &Store,
        gathered: &mut Gathered,
    ) -> Result<(Vec<u8>, u64), Stop> {
        let mut rows = Rows::of(piece.block, &self.file.file.head.shape());
        if !rows.bad.is_empty() {
            return Err(Stop::Rows);
        }
        let count = rows.len() as u64;
        self.facts.clear();
        self.kinds(&rows)?;
        let map = match places {
            Places::Known(map) => map,
            Places::Later(later) => {
                self.later(&mut rows, piece.number, later, gathered)?;
                self.shared.rows.fetch_add(count, Ordering::Relaxed);
                return Ok((rows.block.bytes, count));
            }
        };
        self.leads(&rows, map)?;
        self.sift(&mut rows);
        self.times(&rows)?;
        self.properties(&rows, piece.number)?;
        let mask = (1u64 << bits) - 1;
        let leads = self.leads.iter().map(|lead| u64::from(*lead) & mask);
        self.shared.layout.pack(&self.facts, leads, &mut self.packed);
        let partitions = self.leads.iter().map(|lead| (*lead >> bits) as usize);
        match self.shared.layout.words {
            2 => store.add::<2>(partitions, &self.packed, gathered)?,
            3 => store.add::<3>(partitions, &self.packed, gathered)?,
            4 => store.add::<4>(partitions, &self.packed, gathered)?,
            _ => store.add_any(partitions, &self.packed, gathered)?,
        }
        self.shared.rows.fetch_add(count, Ordering::Relaxed);
        Ok((rows.block.bytes, count))
    }

    /// Has the events wait for the places of their leads.
    fn later(
        &mut self,
        rows: &mut Rows,
        block: usize,
        later: &Later,
        gathered: &mut Gathered,
    ) -> Result<(), Stop> {
        let taken = |kind: &u16| if *kind < UNNEEDED { 0 } else { NOBODY };
        self.leads = self.facts.kinds.iter().map(taken).collect();
        self.sift(rows);
        let mut marks = Vec::with_capacity(rows.len());
        for row in 0..rows.len() {
            let key = text(rows.field(row, self.file.lead));
            let key = key.trim();
            if key.is_empty() {
                return Err(Stop::Rows);
            }
            marks.push(later.of_text(key.as_bytes()));
        }
        let lenient = self.file.source.unknown_leads == Unknown::Ignore;
        self.times(rows)?;
        if self.properties(rows, block)? && lenient {
            later.was_odd();
        }
        self.shared.layout.pack(&self.facts, std::iter::repeat(Later::head(lenient)), &mut self.packed);
        later.add(&marks, &mut self.packed, gathered)
    }

    fn kinds(&mut self, rows: &Rows) -> Result<(), Stop> {
        let kinds = &mut self.facts.kinds;
        match self.file.kind {
            KindFrom::Constant(kind) => kinds.resize(rows.len(), decided(self.file, kind)),
            KindFrom::Column(column) => {
                for row in 0..rows.len() {
                    let field = rows.field(row, column);
                    let (number, new) = self.words.number(field);
                    if new {
                        let events = &self.shared.plan.schema.events;
                        self.meanings.push(match event_named(events, text(field).trim()) {
                            Some(id) => decided(self.file, id.0 as u16),
                            None if self.file.source.unknown_types == Unknown::Ignore => IGNORED,
                            None => WRONG,
                        });
                    }
                    kinds.push(self.meanings[number]);
                }
                if self.words.len() > 1 << 16 {
                    self.words.clear();
                    self.meanings.clear();
                }
            }
        }
        if kinds.contains(&WRONG) { Err(Stop::Rows) } else { Ok(()) }
    }

    /// The places of the leads; [`NOBODY`] for events that are not taken.
    fn leads(&mut self, rows: &Rows, map: &KeyMap) -> Result<(), Stop> {
        self.leads.clear();
        self.leads.reserve(rows.len());
        for (row, kind) in self.facts.kinds.iter().enumerate() {
            if *kind >= UNNEEDED {
                self.leads.push(NOBODY);
                continue;
            }
            let field = rows.field(row, self.file.lead);
            let lead = match integer(field) {
                Some(number) => map.number(number),
                None => {
                    let key = text(field);
                    let key = key.trim();
                    if key.is_empty() {
                        return Err(Stop::Rows);
                    }
                    map.text(key)
                }
            };
            if lead == NOBODY && self.file.source.unknown_leads != Unknown::Ignore {
                return Err(Stop::Rows);
            }
            self.leads.push(lead);
        }
        Ok(())
    }

    /// Leaves out what is not taken, and counts what is to be left out.
    fn sift(&mut self, rows: &mut Rows) {
        if !self.leads.contains(&NOBODY) {
            return;
        }
        let keep: Vec<bool> = self.leads.iter().map(|lead| *lead != NOBODY).collect();
        let left = self.facts.kinds.iter().zip(&keep).filter(|(kind, keep)| **kind != UNNEEDED && !**keep);
        self.shared.ignored.fetch_add(left.count() as u64, Ordering::Relaxed);
        rows.retain(&keep);
        let mut kept = keep.iter();
        self.facts.kinds.retain(|_| kept.next() == Some(&true));
        self.leads.retain(|lead| *lead != NOBODY);
    }

    fn times(&mut self, rows: &Rows) -> Result<(), Stop> {
        let file = self.file;
        let times = &mut self.facts.times;
        times.reserve(rows.len());
        for row in 0..rows.len() {
            let field = rows.field(row, file.time);
            let time = match self.moments.as_ref().and_then(|m| m.instant(field)) {
                Some(time) => time,
                None => {
                    let format = file.source.files.time_formats.of(&file.source.time);
                    instant(&Cell::Text(&text(field)), format, self.shared.plan.zone).ok_or(Stop::Rows)?
                }
            };
            times.push(time);
        }
        Ok(())
    }

    /// Gives whether something was said of them.
    fn properties(&mut self, rows: &Rows, block: usize) -> Result<bool, Stop> {
        let mut found = Vec::new();
        let mut all: Vec<(usize, usize, Found)> = Vec::new();
        let kinds = &self.facts.kinds;
        for (number, (property, out)) in
            self.properties.iter_mut().zip(&mut self.facts.properties).enumerate()
        {
            if property.one {
                property.reader.append(rows, 0..rows.len(), None, out, &mut found);
            } else {
                let which: Vec<u8> = kinds.iter().map(|kind| property.sources[usize::from(*kind)]).collect();
                property.reader.append(rows, 0..rows.len(), Some(&which), out, &mut found);
            }
            property.reader.forget(rows.len());
            all.extend(found.drain(..).map(|f| (f.row, number, f)));
        }
        let odd = !all.is_empty();
        if odd {
            self.notes(rows, all, block)?;
        }
        Ok(odd)
    }

    #[cold]
    fn notes(&self, rows: &Rows, mut all: Vec<(usize, usize, Found)>, block: usize) -> Result<(), Stop> {
        let shared = self.shared;
        let place = |row: usize, number: usize| {
            let places = &shared.plan.needs.properties[number].places;
            places.get(usize::from(self.facts.kinds[row])).copied().flatten().unwrap_or(0) as usize
        };
        all.sort_by_key(|(row, number, _)| (*row, place(*row, *number)));
        let mut notes = Notes::default();
        for (row, number, Found { trouble, .. }) in all {
            if shared.strict || trouble.unreadable() {
                return Err(Stop::Rows);
            }
            let kind = usize::from(self.facts.kinds[row]);
            let event = &shared.plan.schema.events[kind];
            let place = place(row, number);
            let column = self.file.column_of(kind, place).ok_or(Stop::Rows)?;
            notes.add(Outside {
                kind: trouble.kind,
                subject: format!("{}.{}", event.name, event.properties[place].name),
                column: self.file.file.head.columns[column].clone(),
                expected: trouble.expected,
                value: trouble.value,
                nearest: trouble.nearest,
                file: self.file.file.name.clone(),
                row: rows.line(row),
            });
        }
        shared.notes.add((1, block, 0), notes);
        Ok(())
    }
}

fn decided(file: &EventFile<'_>, kind: u16) -> u16 {
    match file.types.get(usize::from(kind)) {
        Some(EventPlan::Read(_)) => kind,
        Some(EventPlan::Unneeded) => UNNEEDED,
        _ => WRONG,
    }
}
