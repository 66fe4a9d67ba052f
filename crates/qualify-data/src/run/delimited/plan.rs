//! What to read of which column of which file, where all files are delimited text and nothing is out of the
//! ordinary: the row-wise reader finds the columns, here is only what threads need to know of them.

use super::fields::FieldReader;
use crate::bind::{Binding, OpenFile, Opened, bindings};
use crate::convert::Converter;
use crate::format::{Compression, Format, Storage};
use crate::manifest::{EventSource, EventType as TypeOf, Files, TableSource};
use crate::problem::Collector;
use crate::progress::Quiet;
use crate::project::Project;
use crate::read::events::{FileReader, Kind, Sparse, event_named};
use crate::read::{Work, bind};
use crate::run::plan::{EventPlan, KindFrom};
use crate::run::typed::NO_SOURCE;
use crate::table::scan::{Blocks, Head};
use crate::table::{self, Broken, Each, Table};
use qualify_model::calendar::Zone;
use qualify_model::{Attribute, EventId, Needs, PropertyColumn, Schema};
use std::path::{Path, PathBuf};

/// Everything that is read, and how.
pub(in crate::run) struct TextPlan<'a> {
    pub schema: &'a Schema,
    pub needs: &'a Needs,
    pub zone: &'a Zone,
    pub bindings: Vec<Binding>,
    pub(super) leads: Vec<LeadFile<'a>>,
    pub(super) events: Vec<EventFile<'a>>,
}

/// A file of delimited text.
pub(super) struct TextFile<'a> {
    pub name: String,
    path: PathBuf,
    compression: Compression,
    delimiter: Option<u8>,
    pub head: Head,
    files: &'a Files,
}

/// A file of leads.
pub(super) struct LeadFile<'a> {
    pub file: TextFile<'a>,
    pub source: &'a TableSource,
    pub key: usize,
    /// The attribute and its column.
    pub attributes: Vec<(usize, usize)>,
}

/// A file of events.
pub(super) struct EventFile<'a> {
    pub file: TextFile<'a>,
    pub source: &'a EventSource,
    pub lead: usize,
    pub time: usize,
    pub kind: KindFrom,
    /// For each event type of the schema how its rows are read.
    pub types: Vec<EventPlan>,
}

impl<'a> TextFile<'a> {
    /// None if it is not delimited text, or cannot be opened as such.
    fn new(project: &Project, path: &Path, files: &'a Files) -> Option<TextFile<'a>> {
        let storage = Storage::of(path);
        if files.format.or(storage.format) != Some(Format::Csv) {
            return None;
        }
        let delimiter = files.delimiter.or(storage.tabs.then_some(b'\t'));
        let (path, compression) = (path.to_path_buf(), storage.compression);
        let head = Blocks::open(&path, compression, delimiter, 1).ok()?.head;
        // such bytes mean something else already
        let plain = head.delimiter.is_ascii() && ![b'"', b'\n', b'\r', 0].contains(&head.delimiter);
        plain.then(|| TextFile { name: project.name(&path), path, compression, delimiter, head, files })
    }

    /// Its blocks; none if it is not the file any more that it was.
    pub fn open(&self, size: usize) -> Option<Blocks> {
        let blocks = Blocks::open(&self.path, self.compression, self.delimiter, size).ok()?;
        let same = blocks.head.columns == self.head.columns && blocks.head.delimiter == self.head.delimiter;
        same.then_some(blocks)
    }

    fn table(&self) -> OpenFile {
        let table = Box::new(Columns(self.head.columns.clone()));
        OpenFile { name: self.name.clone(), bytes: 0, table }
    }
}

/// The columns of a file without its rows.
struct Columns(Vec<String>);

impl Table for Columns {
    fn columns(&self) -> &[String] {
        &self.0
    }

    fn visit(&mut self, _: Each<'_>) -> Result<(), Broken> {
        Ok(())
    }
}

/// The plan, if everything is ordinary.
pub(in crate::run) fn plan<'a>(
    project: &'a Project,
    schema: &'a Schema,
    needs: &'a Needs,
    zone: &'a Zone,
) -> Option<TextPlan<'a>> {
    let manifest = &project.manifest;
    let ([source], None) = (&manifest.leads[..], &manifest.account) else { return None };
    let paths = project.find(&source.files).ok()?;
    if paths.iter().any(|path| project.tables.at(path).is_some()) {
        return None;
    }
    let files = paths.iter().map(|path| TextFile::new(project, path, &source.files));
    let files = files.collect::<Option<Vec<_>>>()?;
    let events = events(project, schema, needs, zone)?;
    let mut columns: Vec<String> = Vec::new();
    for column in files.iter().flat_map(|f| &f.head.columns) {
        if !columns.contains(column) {
            columns.push(column.clone());
        }
    }
    let opened =
        [Opened { source, account: false, files: files.iter().map(TextFile::table).collect(), columns }];
    let mut problems = Vec::new();
    let plans = bind(project, schema, &opened, &mut problems);
    let table = plans.first().filter(|_| problems.is_empty())?;
    let bindings = bindings(schema, &opened, &plans);
    let mut leads = Vec::new();
    for file in files {
        let key = table::column(&file.head.columns, table.key.as_ref()?)?;
        let mut attributes = Vec::new();
        for (attribute, column) in &table.attributes {
            let column = table::column(&file.head.columns, column)?;
            if needs.attributes.get(*attribute) == Some(&true) {
                attributes.push((*attribute, column));
            }
        }
        leads.push(LeadFile { file, source, key, attributes });
    }
    Some(TextPlan { schema, needs, zone, bindings, leads, events })
}

fn events<'a>(
    project: &'a Project,
    schema: &'a Schema,
    needs: &'a Needs,
    zone: &'a Zone,
) -> Option<Vec<EventFile<'a>>> {
    let mut progress = Quiet;
    let collector = Collector::new(false, None, false);
    let mut work = Work::new(project, schema, Some(needs), zone, collector, &mut progress);
    let mut files = Vec::new();
    for source in &project.manifest.events {
        let constant = match &source.kind {
            TypeOf::Column(_) => None,
            TypeOf::Constant(name) => Some(event_named(&schema.events, name)?),
        };
        for path in project.find(&source.files).ok()? {
            if project.tables.at(&path).is_some() {
                return None;
            }
            let file = TextFile::new(project, &path, &source.files)?;
            let shape = (file.head.columns.clone(), false);
            let mut reader =
                FileReader::new(&mut work, source, constant, &file.name, shape, &mut Sparse::default())?;
            let mut types = Vec::new();
            for number in 0..schema.events.len() {
                let id = EventId(number as u32);
                if constant.is_some_and(|c| c != id) || !work.needs_event(id) {
                    types.push(EventPlan::Unneeded);
                    continue;
                }
                types.push(match reader.type_reader(&mut work, id, &mut Sparse::default()) {
                    None => EventPlan::Broken,
                    // deliveries and times of receipt are left to the row-wise reader
                    Some(ty) if ty.key.is_some() || ty.received.is_some() => return None,
                    Some(ty) => EventPlan::Read(ty.properties.iter().map(|p| (p.place, p.column)).collect()),
                });
            }
            let kind = match &reader.kind {
                Kind::Constant(id) => KindFrom::Constant(id.0 as u16),
                Kind::Column(column, ..) => KindFrom::Column(*column),
            };
            let (lead, time) = (reader.lead.0, reader.time.0);
            files.push(EventFile { file, source, lead, time, kind, types });
        }
    }
    Some(files)
}

impl LeadFile<'_> {
    /// Spellings of a missing key.
    pub fn nulls(&self) -> impl Iterator<Item = &str> {
        self.file.files.null.iter().map(|null| null.trim())
    }

    /// Whether there are any.
    pub fn has_nulls(&self) -> bool {
        !self.file.files.null.is_empty()
    }
}

impl EventFile<'_> {
    /// The column of a property of an event type.
    pub fn column_of(&self, kind: usize, place: usize) -> Option<usize> {
        let EventPlan::Read(properties) = &self.types[kind] else { return None };
        properties.iter().find(|(p, _)| *p == place).map(|(_, column)| *column)
    }
}

/// Gives a reader the ways that a column of properties comes; for each event type the number of its own, or
/// [`NO_SOURCE`]. None if there are too many.
pub(super) fn property_sources<'r>(
    plan: &'r TextPlan<'_>,
    file: &'r EventFile<'_>,
    wanted: &PropertyColumn,
    reader: &mut FieldReader<'r>,
) -> Option<Vec<u8>> {
    let mut ways: Vec<(usize, &Attribute, u8)> = Vec::new();
    let mut sources = Vec::new();
    for (kind, event) in plan.schema.events.iter().enumerate() {
        let place = crate::run::rows::place(wanted, kind);
        let Some((place, column)) = place.and_then(|p| Some((p, file.column_of(kind, p)?))) else {
            sources.push(NO_SOURCE);
            continue;
        };
        let property = &event.properties[place];
        let same = |(c, a, _): &&(usize, &Attribute, u8)| {
            *c == column
                && a.range == property.range
                && a.unknown_if == property.unknown_if
                && a.ty == property.ty
        };
        if let Some((_, _, source)) = ways.iter().find(same) {
            sources.push(*source);
            continue;
        }
        let files = &file.source.files;
        let format = files.time_formats.of(&file.file.head.columns[column]);
        let converter = Converter::new(property, plan.schema, &files.null, format, plan.zone);
        let source = reader.add(column, converter)?;
        ways.push((column, property, source));
        sources.push(source);
    }
    Some(sources)
}
