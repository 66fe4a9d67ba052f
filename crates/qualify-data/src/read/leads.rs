//! The lead tables: each read on its own, then joined.

use super::row::{Reader, RowState, bad_row};
use super::{LeadSet, OpenFile, Opened, TablePlan, Work, bind, open_tables};
use crate::bind::{bindings, missing_column};
use crate::cell::Cell;
use crate::convert::Converter;
use crate::manifest::TableSource;
use crate::problem::{Collector, Outside, ProblemKind};
use crate::table::{self, Row, Visit};
use qualify_model::{Lead, Value};
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

/// Where each lead stands.
#[derive(Default)]
pub(super) struct Index {
    /// The lead's place among the leads.
    pub places: HashMap<Box<str>, u32>,
    /// Leads whose row was rejected.
    pub rejected: HashSet<Box<str>>,
    /// The leads could be read at all.
    pub complete: bool,
}

/// The rows of one table.
#[derive(Default)]
struct Rows {
    index: Index,
    /// The line of each row, for messages about duplicates.
    lines: Vec<u64>,
    /// For each row one value for each attribute of the plan.
    values: Vec<Vec<Option<Value>>>,
    /// For each row the keys that it holds of later tables, with its file.
    links: Vec<Vec<Option<Box<str>>>>,
    /// The file of each row.
    files: Vec<usize>,
    /// Names of the files.
    names: Vec<String>,
    /// Keys that are no whole numbers in their source.
    other_keys: usize,
    /// Rows so far that could not be taken apart: they count where rows are numbered.
    malformed: usize,
}

/// A row of a table that was taken.
pub(crate) struct TakenRow {
    pub key: Box<str>,
    /// For each attribute of the plan its value.
    pub values: Vec<Option<Value>>,
    /// The keys that it holds of later tables.
    pub links: Vec<Option<Box<str>>>,
    /// Its key is a whole number by its type.
    pub whole: bool,
    pub line: u64,
}

/// Who takes the rows of a table.
pub(crate) trait TakesRows {
    /// Rows of another file follow.
    fn file(&mut self, name: &str);
    /// Rows so far, whatever became of them: where rows are numbered, their numbers are their keys.
    fn rows(&self) -> usize;
    /// Whether to go on: what is wrong may have to be told by others.
    fn flow(&self, _: &Collector) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
    /// A row could not be taken apart.
    fn malformed(&mut self);
    /// What to say of a key that an earlier row has; nothing where such keys are found when all rows are there.
    /// It is asked of each row that has a key in a column.
    fn repeats(&mut self, _key: &str) -> Option<String> {
        None
    }
    /// The row of a new key was rejected.
    fn rejected(&mut self, key: Box<str>);
    /// A row that is sound.
    fn take(&mut self, row: TakenRow);
}

/// Opens all lead tables and finds where the attributes stand in them; none if they cannot be read at all.
pub(crate) fn open<'a>(work: &mut Work<'a>) -> Option<(Vec<Opened<'a>>, Vec<TablePlan>)> {
    let mut problems = Vec::new();
    let opened = open_tables(work.project, &mut problems);
    let plans = opened.as_ref().map(|tables| bind(work.project, work.schema, tables, &mut problems));
    let sound = problems.is_empty();
    problems.into_iter().for_each(|p| work.collector.add(p));
    opened.zip(plans).filter(|_| sound)
}

/// Reads all lead tables and joins them; none if they cannot be read at all.
pub(super) fn read(work: &mut Work<'_>) -> Option<(LeadSet, Index)> {
    let (mut opened, plans) = open(work)?;
    let bindings = bindings(work.schema, &opened, &plans);
    let mut tables = Vec::new();
    for (table, plan) in opened.iter_mut().zip(&plans) {
        let mut rows = Rows::default();
        read_table(work, table, plan, &mut rows);
        tables.push(rows);
    }
    let mut set = LeadSet { bindings, ..LeadSet::default() };
    set.leads = join(work, &opened, &plans, &tables);
    let first = tables.into_iter().next().unwrap_or_default();
    set.whole_keys = first.other_keys == 0;
    let index = first.index;
    Some((set, Index { complete: true, ..index }))
}

/// Goes through all rows of a table.
pub(crate) fn read_table<'a>(
    work: &mut Work<'a>,
    table: &mut Opened<'a>,
    plan: &TablePlan,
    rows: &mut dyn TakesRows,
) {
    for file in &mut table.files {
        if rows.flow(&work.collector).is_break() {
            return;
        }
        work.start_file(file);
        rows.file(&file.name);
        let Some(mut columns) = columns(work, file, plan, table.source) else { continue };
        let name = file.name.clone();
        let result = file.table.visit(&mut |visit| {
            match visit {
                Visit::Bad(bad) => {
                    work.row(None);
                    rows.malformed();
                    bad_row(&name, bad, &mut work.collector);
                }
                Visit::Row(row) => {
                    work.row(Some(row));
                    read_row(work, &name, row, &mut columns, rows);
                }
            }
            rows.flow(&work.collector)
        });
        if let Err(broken) = result {
            work.collector.add(broken.of(&file.name));
        }
        work.end_file();
    }
}

impl TakesRows for Rows {
    fn file(&mut self, name: &str) {
        self.names.push(name.to_string());
    }

    fn rows(&self) -> usize {
        self.values.len() + self.index.rejected.len() + self.malformed
    }

    fn malformed(&mut self) {
        self.malformed += 1;
    }

    fn repeats(&mut self, key: &str) -> Option<String> {
        if let Some(first) = self.index.places.get(key) {
            let first = *first as usize;
            return Some(stands_already(Some((&self.names[self.files[first]], self.lines[first]))));
        }
        self.index.rejected.contains(key).then(|| stands_already(None))
    }

    fn rejected(&mut self, key: Box<str>) {
        self.index.rejected.insert(key);
    }

    fn take(&mut self, row: TakenRow) {
        self.other_keys += usize::from(!row.whole);
        self.index.places.insert(row.key, self.values.len() as u32);
        self.values.push(row.values);
        self.links.push(row.links);
        self.lines.push(row.line);
        self.files.push(self.names.len() - 1);
    }
}

/// The columns of one file that the plan needs.
struct Columns<'a> {
    key: Option<(usize, String)>,
    readers: Vec<Reader<'a>>,
    width: usize,
    links: Vec<Option<usize>>,
    null: &'a [String],
}

impl Columns<'_> {
    /// Whether the key of the row is a whole number by its type. Where a number stands for a missing key, none is.
    fn is_whole(&self, row: &dyn Row) -> bool {
        let Some((column, _)) = &self.key else { return false };
        let is_number = |null: &String| null.trim().parse::<i64>().is_ok();
        matches!(row.cell(*column), Cell::Integer(_)) && !self.null.iter().any(is_number)
    }
}

fn columns<'a>(
    work: &mut Work<'a>,
    file: &OpenFile,
    plan: &TablePlan,
    source: &'a crate::manifest::TableSource,
) -> Option<Columns<'a>> {
    let names = file.table.columns();
    let mut missing = Vec::new();
    let mut find = |column: &str, what: &str| {
        let place = table::column(names, column);
        if place.is_none() {
            missing.push(missing_column(&file.name, column, names, what, ""));
        }
        place
    };
    let key = plan.key.as_ref().and_then(|key| Some((find(key, "key")?, key.clone())));
    let sparse = file.table.sparse();
    let link = |l: &String| if sparse { table::column(names, l) } else { find(l, "join") };
    let links: Vec<_> = plan.links.iter().map(link).collect();
    let mut readers = Vec::new();
    for (at, (place, name)) in plan.attributes.iter().enumerate() {
        let place = *place;
        let attribute = &work.schema.attributes[place];
        let subject = attribute.path();
        if file.table.sparse() && table::column(names, name).is_none() {
            continue;
        }
        let Some(column) = find(name, &format!("column of `{subject}`")) else { continue };
        if !work.needs_attribute(place) {
            continue;
        }
        let name = &names[column]; // as the file spells it
        let format = source.files.time_formats.of(name);
        let converter = Converter::new(attribute, work.schema, &source.files.null, format, work.zone);
        readers.push(Reader { place: at, column, name: name.clone(), subject, converter });
    }
    let sound = missing.is_empty();
    missing.into_iter().for_each(|p| work.collector.add(p));
    sound.then_some(Columns { key, readers, width: plan.attributes.len(), links, null: &source.files.null })
}

fn read_row(
    work: &mut Work<'_>,
    file: &str,
    row: &dyn Row,
    columns: &mut Columns<'_>,
    rows: &mut dyn TakesRows,
) {
    let mut state = RowState::new(file, row.number());
    let key: Option<Box<str>> = match &columns.key {
        None => Some((rows.rows() + 1).to_string().into()),
        Some((column, name)) => {
            let key = row
                .cell(*column)
                .key()
                .filter(|k| !columns.null.iter().any(|n| n.trim() == k))
                .map(Box::from);
            if key.is_none() {
                state.problem(ProblemKind::MissingKey, name, None, "the key is empty");
            }
            key
        }
    };
    if let (Some(key), Some((_, name))) = (&key, &columns.key)
        && let Some(message) = rows.repeats(key)
    {
        state.problem(ProblemKind::DuplicateKey, name, Some(key), message);
    }
    let duplicate = !state.problems.is_empty() && key.is_some();
    let mut values = vec![None; columns.width];
    for reader in &mut columns.readers {
        values[reader.place] = state.value(reader, &row.cell(reader.column), &work.collector);
    }
    if !state.problems.is_empty() {
        work.collector.reject(state.problems, || row.raw());
        if let Some(key) = key.filter(|_| !duplicate) {
            rows.rejected(key);
        }
        return;
    }
    let Some(key) = key else { return };
    state.taken(&mut work.collector);
    let links = columns.links.iter().map(|c| row.cell((*c)?).key().map(Box::from)).collect();
    rows.take(TakenRow { key, values, links, whole: columns.is_whole(row), line: row.number() });
}

/// Each row of the first table with the rows that it leads to.
fn join(work: &mut Work<'_>, opened: &[Opened<'_>], plans: &[TablePlan], tables: &[Rows]) -> Vec<Lead> {
    let Some(first) = tables.first() else { return Vec::new() };
    let attributes = work.schema.attributes.len();
    let blank = || Lead { key: String::new(), attributes: vec![None; attributes], events: Vec::new() };
    let mut leads: Vec<Lead> = first.values.iter().map(|_| blank()).collect();
    for (key, place) in &first.index.places {
        leads[*place as usize].key = key.to_string();
    }
    let mut at: Vec<Vec<Option<u32>>> = vec![(0..leads.len() as u32).map(Some).collect()];
    for t in 1..tables.len() {
        let places = (0..leads.len()).map(|lead| linked(work, opened, plans, tables, t, &at, lead)).collect();
        at.push(places);
    }
    for ((rows, plan), places) in tables.iter().zip(plans).zip(&at) {
        for (lead, place) in leads.iter_mut().zip(places) {
            let Some(place) = place else { continue };
            for ((attribute, _), value) in plan.attributes.iter().zip(&rows.values[*place as usize]) {
                lead.attributes[*attribute].clone_from(value);
            }
        }
    }
    leads
}

/// The row of table `t` that a lead leads to.
fn linked(
    work: &mut Work<'_>,
    opened: &[Opened<'_>],
    plans: &[TablePlan],
    tables: &[Rows],
    t: usize,
    at: &[Vec<Option<u32>>],
    lead: usize,
) -> Option<u32> {
    let (holder, link) = plans[t].joined_by?;
    let row = at[holder][lead]? as usize;
    let key = tables[holder].links[row][link].as_deref()?;
    if let Some(place) = tables[t].index.places.get(key) {
        return Some(*place);
    }
    if !tables[t].index.rejected.contains(key) {
        let file = &tables[holder].names[tables[holder].files[row]];
        let outside =
            no_such_row(opened[t].source, &plans[holder].links[link], key, file, tables[holder].lines[row]);
        match work.collector.outside(outside) {
            Ok(warning) => work.collector.warn(warning),
            Err(problem) => work.collector.add(*problem),
        }
    }
    None
}

/// What to say of a key that an earlier row has: its file and line, if it was not rejected.
pub(crate) fn stands_already(first: Option<(&str, u64)>) -> String {
    match first {
        Some((file, line)) => format!("the key stands in {file}, line {line} already"),
        None => "the key stands in an earlier row already".to_string(),
    }
}

/// What to say of a key that no row of a table has.
pub(crate) fn no_such_row(table: &TableSource, column: &str, key: &str, file: &str, row: u64) -> Outside {
    let files = table.files.globs.join(", ");
    Outside {
        kind: ProblemKind::NoSuchRow,
        expected: format!("a key of {files}"),
        subject: files,
        column: column.to_string(),
        value: key.to_string(),
        nearest: None,
        file: file.to_string(),
        row,
    }
}
