//! The event files: every row becomes an event of its lead.

mod columns;
mod row;

pub(crate) use columns::{FileReader, Kind};

use super::leads::Index;
use super::row::bad_row;
use super::{Work, open_file};
use crate::bind::OpenFile;
use crate::manifest::{EventSource, EventType as TypeOf};
use crate::nearest::nearest;
use crate::problem::{Collector, Outside, Problem};
use crate::table::Visit;
use qualify_model::{Event, EventId, EventType, text};
use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

/// Takes an event of the lead at a place.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(u32, Event);

/// Who knows the leads and takes their events.
pub(crate) trait TakesEvents {
    /// The place of the lead with that key; none if nobody has it.
    fn place(&mut self, key: &str) -> Option<u32>;
    /// The row of the lead was rejected.
    fn is_rejected(&self, key: &str) -> bool;
    /// The leads could be read at all.
    fn complete(&self) -> bool;
    /// It is enough to ask for the lead of each row.
    fn only_asks(&self) -> bool {
        false
    }
    /// Whether to go on: what is wrong may have to be told by others.
    fn flow(&self, _: &Collector) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
    /// An event of the lead that was asked for last, with the key of its delivery if it has one. If nobody should turn
    /// out to be that lead, it may be left out where `lenient` says so. Gives what is to be counted of it.
    fn take(
        &mut self,
        place: u32,
        event: Event,
        delivery: Option<&str>,
        odd: Vec<Outside>,
        lenient: bool,
    ) -> Took;
}

/// What became of an event.
pub(crate) enum Took {
    /// It is there; these odd values are to be told of.
    Taken(Vec<Outside>),
    /// Its delivery was there before.
    Again,
}

/// With all keys of leads and deliveries in memory.
pub(super) struct Held<'m> {
    pub index: &'m Index,
    pub sink: Sink<'m>,
    /// Deliveries that were read: event type and key.
    pub seen: HashSet<(EventId, Box<str>)>,
}

impl TakesEvents for Held<'_> {
    fn place(&mut self, key: &str) -> Option<u32> {
        self.index.places.get(key).copied()
    }

    fn is_rejected(&self, key: &str) -> bool {
        self.index.rejected.contains(key)
    }

    fn complete(&self) -> bool {
        self.index.complete
    }

    fn take(&mut self, place: u32, event: Event, delivery: Option<&str>, odd: Vec<Outside>, _: bool) -> Took {
        if delivery.is_some_and(|key| !self.seen.insert((event.kind, key.into()))) {
            return Took::Again;
        }
        (self.sink)(place, event);
        Took::Taken(odd)
    }
}

/// Reads all event files; gives each event to the taker.
pub(crate) fn read(work: &mut Work<'_>, taker: &mut dyn TakesEvents) {
    let mut into = Into { taker, sparse: Sparse::default() };
    for source in &work.project.manifest.events {
        let constant = match &source.kind {
            TypeOf::Column(_) => None,
            TypeOf::Constant(name) => match event_named(&work.schema.events, name) {
                Some(id) => Some(id),
                None => {
                    unknown_constant(work, source, name);
                    continue;
                }
            },
        };
        match work.project.find(&source.files) {
            Err(problems) => problems.into_iter().for_each(|p| work.collector.add(p)),
            Ok(paths) => {
                for path in paths {
                    if into.taker.flow(&work.collector).is_break() {
                        return;
                    }
                    match open_file(work.project, &path, &source.files) {
                        Ok(file) => read_file(work, source, constant, file, &mut into),
                        Err(problem) => work.collector.add(*problem),
                    }
                }
            }
        }
        let Sparse { missing, found } = std::mem::take(&mut into.sparse);
        let nowhere = missing.into_iter().filter(|(property, _)| !found.contains(property));
        nowhere.for_each(|(_, problem)| work.collector.add(problem));
    }
}

pub(crate) fn event_named(events: &[EventType], name: &str) -> Option<EventId> {
    let same = |e: &EventType| text::equal(&e.name, name) || e.from.iter().any(|f| text::equal(f, name));
    events.iter().position(same).map(|place| EventId(place as u32))
}

fn unknown_constant(work: &mut Work<'_>, source: &EventSource, name: &str) {
    let names = work.schema.events.iter().map(|e| e.name.as_str());
    let help = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
    let message = format!("`type` names `{name}`, which is no event of the schema");
    work.collector.add(work.project.manifest_problem(source.files.line, message).help(help));
}

/// Where events go, and what is known of those before.
struct Into<'m> {
    taker: &'m mut dyn TakesEvents,
    sparse: Sparse,
}

/// Properties of sparse files, as event and place: those without a column in some file, with the problem that
/// it is if no file of the source has one, and those with one.
#[derive(Default)]
pub(crate) struct Sparse {
    missing: BTreeMap<(EventId, usize), Problem>,
    found: HashSet<(EventId, usize)>,
}

fn read_file<'a>(
    work: &mut Work<'a>,
    source: &'a EventSource,
    constant: Option<EventId>,
    mut file: OpenFile,
    into: &mut Into<'_>,
) {
    work.start_file(&file);
    let blank = file.table.sparse() && file.table.columns().is_empty();
    let shape = (file.table.columns().to_vec(), file.table.sparse());
    let mut reader = match FileReader::new(work, source, constant, &file.name, shape, &mut into.sparse) {
        None if !blank => return,
        reader => reader,
    };
    let name = file.name.clone();
    let result = file.table.visit(&mut |visit| {
        work.row(if let Visit::Row(row) = &visit { Some(*row) } else { None });
        match (visit, &mut reader) {
            (Visit::Bad(bad), _) => bad_row(&name, bad, &mut work.collector),
            (Visit::Row(row), Some(reader)) => reader.row(work, row, into),
            (Visit::Row(_), None) => {}
        }
        into.taker.flow(&work.collector)
    });
    if let Err(broken) = result {
        work.collector.add(broken.of(&name));
    }
    work.end_file();
}
