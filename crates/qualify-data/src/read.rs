//! From the files of a project to leads with their events.

pub(crate) mod events;
pub(crate) mod leads;
mod rejects;
pub(crate) mod row;

use crate::bind::{self, Binding, OpenFile, Opened};
use crate::manifest::{Files, TableSource};
use crate::problem::{Collector, DataErrors, Group, Problem, ProblemKind, Warning};
use crate::progress::Progress;
use crate::project::Project;
use crate::table::{self, Opening, Row};
use qualify_model::calendar::Zone;
use qualify_model::{Event, EventId, Lead, Needs, Schema};
pub(crate) use rejects::Rejects;
use serde::Serialize;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// How strictly to read.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Values outside their range or vocabulary are errors, not unknown.
    pub strict_data: bool,
    /// Rows that cannot be read are written to this CSV file, and the others are used.
    pub rejects: Option<PathBuf>,
    /// Rows that cannot be read are left out even if no file takes them; they are told in
    /// [`LeadSet::rejects`].
    pub leave_out_bad_rows: bool,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct LeadSet {
    /// In the order of the first table.
    pub leads: Vec<Lead>,
    /// How much was read.
    pub counts: Counts,
    /// Values that became unknown, and joins that found no row.
    pub warnings: Vec<Warning>,
    /// Why rows were rejected; empty unless bad rows are put aside.
    pub rejects: Vec<Group>,
    /// Where each attribute comes from.
    pub bindings: Vec<Binding>,
    /// All keys are whole numbers by the type that they have in their source.
    pub whole_keys: bool,
}

/// How much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Leads.
    pub leads: u64,
    /// Events of these leads.
    pub events: u64,
    /// Rows of all files.
    pub rows: u64,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Repeated deliveries of an event that were left out.
    pub duplicates: u64,
    /// Events left out because `unknown_types` or `unknown_leads` says so.
    pub ignored: u64,
}

/// What all parts of reading share.
pub(crate) struct Work<'a> {
    pub project: &'a Project,
    pub schema: &'a Schema,
    /// What to look at; none: everything.
    pub needs: Option<&'a Needs>,
    pub zone: &'a Zone,
    pub collector: Collector,
    pub counts: Counts,
    pub progress: &'a mut dyn Progress,
    /// Bytes of the file at hand, and how many of them were reported.
    file: (u64, u64),
}

impl<'a> Work<'a> {
    /// Nothing is read yet.
    pub(crate) fn new(
        project: &'a Project,
        schema: &'a Schema,
        needs: Option<&'a Needs>,
        zone: &'a Zone,
        collector: Collector,
        progress: &'a mut dyn Progress,
    ) -> Work<'a> {
        let counts = Counts::default();
        Work { project, schema, needs, zone, collector, counts, progress, file: (0, 0) }
    }
}

/// The zone of times that name none.
pub(crate) fn zone_of(project: &Project) -> Zone {
    project.manifest.timezone.as_deref().and_then(Zone::named).unwrap_or_else(Zone::utc)
}

/// Rows between two reports of progress.
const REPORTED: u64 = 4096;

impl Work<'_> {
    /// Whether the attribute of that place is looked at.
    pub(crate) fn needs_attribute(&self, place: usize) -> bool {
        self.needs.is_none_or(|n| n.attributes.get(place).copied().unwrap_or(false))
    }

    /// Whether events of that type are looked at.
    pub(crate) fn needs_event(&self, kind: EventId) -> bool {
        self.needs.is_none_or(|n| n.events.get(kind.index()).copied().unwrap_or(false))
    }

    /// Whether a property of events of that type is looked at.
    pub(crate) fn needs_property(&self, kind: EventId, place: usize) -> bool {
        let wanted = Some(place as u32);
        self.needs.is_none_or(|n| n.properties.iter().any(|p| p.places.get(kind.index()) == Some(&wanted)))
    }

    /// Whether it is looked at when events became known.
    pub(crate) fn needs_received(&self) -> bool {
        self.needs.is_none_or(|n| n.received)
    }

    /// Counts a row.
    pub(crate) fn row(&mut self, row: Option<&dyn Row>) {
        self.counts.rows += 1;
        if self.counts.rows.is_multiple_of(REPORTED) {
            self.progress.rows(REPORTED);
            self.advance(row.map_or(0, Row::done));
        }
    }

    /// The next file.
    pub(crate) fn start_file(&mut self, file: &OpenFile) {
        self.file = (file.bytes, 0);
        self.progress.file(&file.name);
    }

    /// The file is done.
    pub(crate) fn end_file(&mut self) {
        self.advance(1000);
    }

    /// All is read.
    pub(crate) fn end(&mut self) {
        self.progress.rows(self.counts.rows % REPORTED);
        self.progress.finish();
    }

    fn advance(&mut self, thousandths: u64) {
        let (bytes, before) = self.file;
        let done = bytes / 1000 * thousandths + bytes % 1000 * thousandths / 1000;
        self.progress.advance(done.saturating_sub(before));
        self.file.1 = before.max(done);
    }
}

/// Reads the project's leads and events. If anything is wrong and no file takes the rejected rows, nothing is
/// given but the problems: all kinds, with counts and the first ten of each.
pub fn read(
    project: &Project,
    schema: &Schema,
    progress: &mut dyn Progress,
    options: &ReadOptions,
) -> Result<LeadSet, DataErrors> {
    read_needed(project, schema, None, progress, options)
}

fn read_needed(
    project: &Project,
    schema: &Schema,
    needs: Option<&Needs>,
    progress: &mut dyn Progress,
    options: &ReadOptions,
) -> Result<LeadSet, DataErrors> {
    let mut events: Vec<Vec<Event>> = Vec::new();
    let mut sink = |lead: u32, event: Event| {
        let lead = lead as usize;
        if events.len() <= lead {
            events.resize_with(lead + 1, Vec::new);
        }
        events[lead].push(event);
    };
    let mut set = read_into(project, schema, needs, progress, options, &mut sink)?;
    set.leads.iter_mut().zip(events).for_each(|(lead, events)| lead.events = events);
    Ok(set)
}

/// The same without a look at columns and events that are not needed; events go to `sink`, with the places of
/// their leads, and not to the leads.
pub(crate) fn read_into(
    project: &Project,
    schema: &Schema,
    needs: Option<&Needs>,
    progress: &mut dyn Progress,
    options: &ReadOptions,
    sink: events::Sink<'_>,
) -> Result<LeadSet, DataErrors> {
    check_rejects(project, options)?;
    let rejects =
        options.rejects.as_deref().map(Rejects::create).transpose().map_err(|p| DataErrors::of([*p]))?;
    let zone = zone_of(project);
    let collector = Collector::new(options.strict_data, rejects, options.leave_out_bad_rows);
    let mut work = Work::new(project, schema, needs, &zone, collector, progress);
    work.progress.start(size(project));
    let (set, lead_index) = leads::read(&mut work).unwrap_or_default();
    events::read(&mut work, &mut events::Held { index: &lead_index, sink, seen: HashSet::new() });
    work.end();
    finish(work, set)
}

/// The file of rejected rows is none that the project reads.
pub(crate) fn check_rejects(project: &Project, options: &ReadOptions) -> Result<(), DataErrors> {
    if let Some(path) = options.rejects.as_deref().filter(|path| project.reads(path)) {
        let message = "the rejected rows cannot be written over a file that the project reads";
        let problem = Problem::new(ProblemKind::File, path.display().to_string(), message);
        return Err(DataErrors::of([problem.help("name another file".to_string())]));
    }
    Ok(())
}

fn finish(mut work: Work<'_>, mut set: LeadSet) -> Result<LeadSet, DataErrors> {
    if work.collector.fatal() {
        return Err(DataErrors { groups: work.collector.take_groups() });
    }
    work.collector.finish_rejects().map_err(|p| DataErrors::of([*p]))?;
    work.counts.leads = set.leads.len() as u64;
    work.counts.rejected = work.collector.rejected;
    set.counts = work.counts;
    set.warnings = work.collector.take_warnings();
    set.rejects = work.collector.take_groups();
    Ok(set)
}

/// Bytes of all files that exist.
pub fn size(project: &Project) -> u64 {
    let manifest = &project.manifest;
    let tables = manifest.leads.iter().chain(&manifest.account).map(|t| &t.files);
    let files = tables.chain(manifest.events.iter().map(|e| &e.files));
    files.filter_map(|f| project.find(f).ok()).flatten().map(|path| bytes(&path)).sum()
}

fn bytes(path: &Path) -> u64 {
    path.metadata().map_or(0, |m| m.len())
}

/// Opens one file.
pub(crate) fn open_file(project: &Project, path: &Path, files: &Files) -> Result<OpenFile, Box<Problem>> {
    let name = project.name(path);
    let opening = Opening { format: files.format, delimiter: files.delimiter };
    let opened = match project.tables.at(path) {
        Some(table) => table::held(table),
        None => table::open(path, opening),
    };
    match opened {
        Ok(table) => Ok(OpenFile { name, bytes: bytes(path), table }),
        Err(broken) => Err(Box::new(broken.of(&name))),
    }
}

/// Opens all files of the lead tables; none if one of them cannot be opened.
pub(crate) fn open_tables<'a>(project: &'a Project, problems: &mut Vec<Problem>) -> Option<Vec<Opened<'a>>> {
    let manifest = &project.manifest;
    let mut opened = Vec::new();
    let sources = manifest.leads.iter().map(|s| (s, false)).chain(manifest.account.iter().map(|s| (s, true)));
    for (source, account) in sources {
        match open_table(project, source, account) {
            Ok(table) => opened.push(table),
            Err(found) => problems.extend(found),
        }
    }
    problems.is_empty().then_some(opened)
}

fn open_table<'a>(
    project: &Project,
    source: &'a TableSource,
    account: bool,
) -> Result<Opened<'a>, Vec<Problem>> {
    let paths = project.find(&source.files)?;
    let (mut files, mut problems, mut columns) = (Vec::new(), Vec::new(), Vec::new());
    for path in paths {
        match open_file(project, &path, &source.files) {
            Ok(file) => {
                for column in file.table.columns() {
                    if !columns.contains(column) {
                        columns.push(column.clone());
                    }
                }
                files.push(file);
            }
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok(Opened { source, account, files, columns }) } else { Err(problems) }
}

pub(crate) use bind::{TablePlan, bind};
