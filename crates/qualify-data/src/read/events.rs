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
use crate::problem::Problem;
use crate::table::Visit;
use qualify_model::{Event, EventId, EventType, text};
use std::collections::{BTreeMap, HashSet};

/// Takes an event of the lead at a place.
pub(crate) type Sink<'s> = &'s mut dyn FnMut(u32, Event);

/// Reads all event files; gives each event to `sink`.
pub(super) fn read(work: &mut Work<'_>, index: &Index, sink: Sink<'_>) {
    let mut into = Into { sink, index, seen: HashSet::new(), sparse: Sparse::default() };
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
    sink: Sink<'m>,
    index: &'m Index,
    /// Deliveries that were read: event type and key.
    seen: HashSet<(EventId, Box<str>)>,
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
    });
    if let Err(broken) = result {
        work.collector.add(broken.of(&name));
    }
    work.end_file();
}
