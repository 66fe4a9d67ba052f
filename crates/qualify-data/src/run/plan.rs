//! What to read of which column of which file, where all files are Parquet and nothing is out of the ordinary:
//! the row-wise reader finds the columns, here is only what threads need to know of them.

use super::memory::Budget;
use super::order::Stop;
use super::texts::Texts;
use super::typed::{NO_SOURCE, TypedReader};
use crate::bind::{Binding, bindings};
use crate::convert::Converter;
use crate::format::{Compression, Format, Storage};
use crate::manifest::{EventSource, EventType as TypeOf, TableSource, Unknown};
use crate::problem::{Collector, Outside};
use crate::progress::Quiet;
use crate::project::Project;
use crate::read::events::{FileReader, Kind, Sparse, event_named};
use crate::read::{TablePlan, Work, bind, open_tables};
use crate::table::{
    self,
    groups::{GroupReader, Groups},
};
use arrow::array::ArrayRef;
use qualify_model::calendar::Zone;
use qualify_model::{Attribute, Column, Needs, Schema, Type};
use std::ops::Range;
use std::path::Path;

/// Everything that is read, and how.
pub(super) struct Plan<'a> {
    pub schema: &'a Schema,
    pub needs: &'a Needs,
    pub zone: &'a Zone,
    pub bindings: Vec<Binding>,
    pub leads: Vec<LeadFile<'a>>,
    pub events: Vec<EventFile<'a>>,
    /// The leads in parts, in their order.
    pub lead_units: Vec<Unit>,
    /// The events in parts, in their order.
    pub event_units: Vec<Unit>,
    /// Bytes that are read at a time, about.
    at_once: u64,
    /// Events of a batch, about, where they stand in the order of their leads.
    pub stretch: u64,
}

/// Some row groups of a file, one behind the other.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub file: usize,
    pub groups: Range<usize>,
    /// The row of the file that it starts with, from 0.
    pub start: u64,
    pub rows: u64,
    /// What its columns that are read have, decompressed, in bytes.
    pub bytes: u64,
    /// It is so large that it is read page by page.
    pub paged: bool,
    /// The least and the greatest key, if the file says so.
    pub range: Option<(i64, i64)>,
}

/// A file of leads.
pub(super) struct LeadFile<'a> {
    pub name: String,
    pub groups: Groups,
    source: &'a TableSource,
    /// The columns of attributes that are read, in rising order.
    pub columns: Vec<usize>,
    pub key: usize,
    /// The attribute and its column.
    attributes: Vec<(usize, usize)>,
}

/// A file of events.
pub(super) struct EventFile<'a> {
    pub name: String,
    pub groups: Groups,
    pub source: &'a EventSource,
    /// The columns that are read, in rising order.
    pub columns: Vec<usize>,
    pub lead: usize,
    pub time: usize,
    pub kind: KindFrom,
    /// For each event type of the schema how its rows are read.
    pub types: Vec<EventPlan>,
}

/// Where the type comes from.
pub(super) enum KindFrom {
    Constant(u16),
    Column(usize),
}

/// How rows of a type are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum EventPlan {
    /// Not at all.
    #[default]
    Unneeded,
    /// Something is wrong with the columns.
    Broken,
    /// Place of the property, and its column.
    Read(Vec<(usize, usize)>),
}

impl Plan<'_> {
    /// How many threads can each have a unit in hand within so many bytes: as it lies in the file, and what is made of it.
    pub fn threads(&self, bytes: u64) -> usize {
        let in_hand = |unit: &Unit, columns: usize| {
            let pages = if unit.paged { PAGES.saturating_mul(columns as u64 + 1) } else { u64::MAX };
            unit.bytes.saturating_mul(2).min(pages)
        };
        let leads = self.lead_units.iter().map(|unit| in_hand(unit, self.leads[unit.file].columns.len()));
        let events = self.event_units.iter().map(|unit| in_hand(unit, self.events[unit.file].columns.len()));
        let most = leads.chain(events).max().unwrap_or(0).max(1);
        usize::try_from(bytes / most).unwrap_or(usize::MAX).max(1)
    }

    /// Reads columns of a unit, so many rows at a time at most: fewer where they are wide.
    pub fn read(
        &self,
        groups: &Groups,
        unit: &Unit,
        columns: &[usize],
        most: usize,
    ) -> Result<GroupReader, Stop> {
        let rows = (self.at_once / unit.row_bytes()).clamp(1, most as u64) as usize;
        groups.read(unit.groups.clone(), columns, rows, unit.paged).map_err(|_| Stop::Rows)
    }
}

impl Unit {
    /// What a row has, about, in bytes.
    pub fn row_bytes(&self) -> u64 {
        (self.bytes / self.rows.max(1)).max(1)
    }
}

/// Blocks of so many bytes are one unit, if they are that small.
const BLOCKS: u64 = 4;

/// Events of a batch that are read in the order of their leads, for each row that a unit has at least.
const STRETCH: u64 = 4;

/// What reading a column page by page takes, about, in bytes.
const PAGES: u64 = 3 << 20;

/// The plan, if everything is ordinary; row groups with together at most `least` rows and a few blocks of so many bytes
/// are one unit.
pub(super) fn plan<'a>(
    project: &'a Project,
    schema: &'a Schema,
    needs: &'a Needs,
    zone: &'a Zone,
    least: u64,
    budget: &Budget,
) -> Option<Plan<'a>> {
    let manifest = &project.manifest;
    let ([source], None) = (&manifest.leads[..], &manifest.account) else { return None };
    let mut problems = Vec::new();
    let opened = open_tables(project, &mut problems)?;
    let plans = bind(project, schema, &opened, &mut problems);
    let table = plans.first().filter(|_| problems.is_empty())?;
    let bindings = bindings(schema, &opened, &plans);
    let paths = project.find(&source.files).ok()?;
    let file = |path| lead_file(project, needs, source, table, path);
    let leads = paths.iter().map(|path| file(path)).collect::<Option<Vec<_>>>()?;
    let events = events(project, schema, needs, zone)?;
    let at_once = budget.block();
    let most = Most { rows: least, bytes: BLOCKS * at_once, held: budget.share(0) / 16 };
    let lead_units = units(leads.iter().map(|f| (&f.groups, f.key, &f.columns[..])), &most);
    let event_units = units(events.iter().map(|f| (&f.groups, f.lead, &f.columns[..])), &most);
    Some(Plan {
        schema,
        needs,
        zone,
        bindings,
        leads,
        events,
        lead_units,
        event_units,
        at_once,
        stretch: STRETCH * least,
    })
}

/// A Parquet file, or a table that the caller holds.
fn in_groups(project: &Project, path: &Path, format: Option<Format>) -> bool {
    if project.tables.at(path).is_some() {
        return true;
    }
    let storage = Storage::of(path);
    storage.compression == Compression::None && format.or(storage.format) == Some(Format::Parquet)
}

fn lead_file<'a>(
    project: &Project,
    needs: &Needs,
    source: &'a TableSource,
    table: &TablePlan,
    path: &Path,
) -> Option<LeadFile<'a>> {
    if !in_groups(project, path, source.files.format) {
        return None;
    }
    let groups = Groups::open(project, path).ok()??;
    let key = table::column(groups.columns(), table.key.as_ref()?)?;
    let mut attributes = Vec::new();
    for (attribute, column) in &table.attributes {
        let column = table::column(groups.columns(), column)?;
        if needs.attributes.get(*attribute) == Some(&true) {
            attributes.push((*attribute, column));
        }
    }
    let columns = sorted(attributes.iter().map(|(_, column)| *column));
    Some(LeadFile { name: project.name(path), groups, source, columns, key, attributes })
}

fn sorted(columns: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut columns: Vec<_> = columns.collect();
    columns.sort_unstable();
    columns.dedup();
    columns
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
            if !in_groups(project, &path, source.files.format) {
                return None;
            }
            let groups = Groups::open(project, &path).ok()??;
            let name = project.name(&path);
            let shape = (groups.columns().to_vec(), false);
            let mut reader =
                FileReader::new(&mut work, source, constant, &name, shape, &mut Sparse::default())?;
            let mut types = Vec::new();
            for (number, event) in schema.events.iter().enumerate() {
                let id = qualify_model::EventId(number as u32);
                let named = constant.is_none_or(|c| c == id);
                types.push(if !named || !work.needs_event(id) {
                    EventPlan::Unneeded
                } else {
                    match reader.type_reader(&mut work, id, &mut Sparse::default()) {
                        None => EventPlan::Broken,
                        // deliveries and times of receipt are left to the row-wise reader
                        Some(ty) if ty.key.is_some() || ty.received.is_some() => return None,
                        Some(ty) => {
                            debug_assert!(ty.width == event.properties.len());
                            EventPlan::Read(ty.properties.iter().map(|p| (p.place, p.column)).collect())
                        }
                    }
                });
            }
            let kind = match &reader.kind {
                Kind::Constant(id) => KindFrom::Constant(id.0 as u16),
                Kind::Column(column, ..) => KindFrom::Column(*column),
            };
            let (lead, time) = (reader.lead.0, reader.time.0);
            let properties = types.iter().flat_map(|t| match t {
                EventPlan::Read(properties) => properties.as_slice(),
                _ => &[],
            });
            let kind_column = if let KindFrom::Column(column) = kind { column } else { lead };
            let columns = sorted(properties.map(|(_, column)| *column).chain([lead, time, kind_column]));
            files.push(EventFile { name, groups, source, columns, lead, time, kind, types });
        }
    }
    Some(files)
}

/// What row groups may have that are one unit, and how many bytes of them may be in memory at once.
struct Most {
    rows: u64,
    bytes: u64,
    held: u64,
}

/// Row groups of files, with the key and the other columns; small ones together.
fn units<'g>(files: impl Iterator<Item = (&'g Groups, usize, &'g [usize])>, most: &Most) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for (file, (groups, key, columns)) in files.enumerate() {
        let key_too: Vec<usize> = sorted(columns.iter().copied().chain([key]));
        for group in 0..groups.len() {
            let (start, rows, range) = (groups.start(group), groups.rows(group), groups.range(group, key));
            let bytes = groups.size(group, &key_too);
            let fits = |unit: &&mut Unit| {
                unit.file == file
                    && unit.rows + rows <= most.rows
                    && unit.bytes.saturating_add(bytes) <= most.bytes
            };
            match units.last_mut().filter(fits) {
                Some(unit) => {
                    unit.groups.end = group + 1;
                    unit.rows += rows;
                    unit.bytes += bytes;
                    unit.range = unit.range.zip(range).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1)));
                }
                None => {
                    let (groups, paged) = (group..group + 1, bytes > most.held);
                    units.push(Unit { file, groups, start, rows, bytes, paged, range });
                }
            }
        }
    }
    units.retain(|u| u.rows > 0);
    units
}

impl<'p> LeadFile<'p> {
    /// Whether some spelling of missing could be that of a whole number: keys of that spelling are missing.
    pub fn null_keys(&self) -> &'p [String] {
        &self.source.files.null
    }

    /// The name of the column of an attribute.
    pub fn column_of(&self, attribute: usize) -> &str {
        let found = self.attributes.iter().find(|(a, _)| *a == attribute);
        found.map_or("", |(_, column)| self.groups.columns()[*column].as_str())
    }

    /// For each attribute that is read a reader that knows nothing yet.
    pub fn readers(&self, plan: &Plan<'p>) -> Vec<(usize, TypedReader<'p>)> {
        let place = |column: usize| self.columns.binary_search(&column).unwrap_or(0); // it is among them
        let mut readers = Vec::new();
        for (attribute, column) in &self.attributes {
            let declared = &plan.schema.attributes[*attribute];
            let mut reader = TypedReader::new(&declared.ty, Texts::own());
            let name = &self.groups.columns()[*column];
            let format = self.source.files.time_formats.of(name);
            let null = &self.source.files.null;
            reader.add(place(*column), Converter::new(declared, plan.schema, null, format, plan.zone));
            readers.push((*attribute, reader));
        }
        readers
    }
}

/// One reader for each column of properties.
pub(super) struct PropertyReaders<'p> {
    pub readers: Vec<PropertyReader<'p>>,
}

/// Reads one column of properties.
pub(super) struct PropertyReader<'p> {
    pub reader: TypedReader<'p>,
    /// For each event type the number of its source, or [`NO_SOURCE`].
    sources: Vec<u8>,
    /// All types that are read have the same source.
    pub one: bool,
}

impl<'p> EventFile<'p> {
    /// The place of a column among those of a batch.
    pub fn place(&self, column: usize) -> usize {
        self.columns.binary_search(&column).unwrap_or(0) // it is among them
    }

    /// Events of leads that nobody knows are counted and left out.
    pub fn ignores_leads(&self) -> bool {
        self.source.unknown_leads == Unknown::Ignore
    }

    /// The readers of all columns of properties; none if a column comes in too many ways.
    pub fn readers(
        &self,
        plan: &Plan<'p>,
        mut texts: impl FnMut(usize) -> Texts,
    ) -> Option<PropertyReaders<'p>> {
        let mut readers = Vec::new();
        for (number, wanted) in plan.needs.properties.iter().enumerate() {
            let mut reader = TypedReader::new(&wanted.ty, texts(number));
            let mut ways: Vec<(usize, &Attribute, u8)> = Vec::new();
            let mut sources = Vec::new();
            for (kind, event) in plan.schema.events.iter().enumerate() {
                let place = super::rows::place(wanted, kind);
                let column = match (&self.types[kind], place) {
                    (EventPlan::Read(all), Some(place)) => all.iter().find(|(p, _)| *p == place),
                    _ => None,
                };
                let Some((place, column)) = column else {
                    sources.push(NO_SOURCE);
                    continue;
                };
                let property = &event.properties[*place];
                let same = |(c, a, _): &&(usize, &Attribute, u8)| {
                    c == column
                        && a.range == property.range
                        && a.unknown_if == property.unknown_if
                        && a.ty == property.ty
                };
                if let Some((_, _, source)) = ways.iter().find(same) {
                    sources.push(*source);
                    continue;
                }
                let name = &self.groups.columns()[*column];
                let format = self.source.files.time_formats.of(name);
                let converter =
                    Converter::new(property, plan.schema, &self.source.files.null, format, plan.zone);
                let source = reader.add(self.place(*column), converter)?;
                ways.push((*column, property, source));
                sources.push(source);
            }
            let read = || self.types.iter().zip(&sources).filter(|(t, _)| **t != EventPlan::Unneeded);
            let one = ways.len() == 1 && read().all(|(_, s)| *s == 0);
            readers.push(PropertyReader { reader, sources, one });
        }
        Some(PropertyReaders { readers })
    }

    /// What to say about a value of an event.
    pub fn outside(
        &self,
        plan: &Plan<'_>,
        number: usize,
        kind: u16,
        row: u64,
        trouble: crate::convert::Trouble,
    ) -> Outside {
        let kind = usize::from(kind);
        let event = &plan.schema.events[kind];
        let place = super::rows::place(&plan.needs.properties[number], kind).unwrap_or(0);
        let column = match &self.types[kind] {
            EventPlan::Read(all) => all.iter().find(|(p, _)| *p == place).map_or(0, |(_, c)| *c),
            _ => 0,
        };
        Outside {
            kind: trouble.kind,
            subject: format!("{}.{}", event.name, event.properties[place].name),
            column: self.groups.columns()[column].clone(),
            expected: trouble.expected,
            value: trouble.value,
            nearest: trouble.nearest,
            file: self.name.clone(),
            row,
        }
    }
}

impl PropertyReader<'_> {
    /// Appends the values of a batch of events of those types; gives what is wrong, by row.
    pub fn append(
        &mut self,
        columns: &[ArrayRef],
        kinds: &[u16],
        out: &mut Column,
        found: &mut Vec<super::typed::Found>,
    ) {
        if self.one {
            return self.reader.append(columns, None, kinds.len(), out, found);
        }
        let which: Vec<u8> = kinds.iter().map(|k| self.sources[usize::from(*k)]).collect();
        self.reader.append(columns, Some(&which), kinds.len(), out, found);
    }
}

/// A column of a type without values.
pub(super) fn empty(ty: &Type) -> Column {
    match Column::unknown(ty, 0) {
        Column::Number { values, .. } => Column::Number { values, known: None },
        other => other,
    }
}
