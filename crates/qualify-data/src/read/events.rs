//! The event files: every row becomes an event of its lead.

use super::leads::Index;
use super::row::{Reader, RowState, bad_row};
use super::{Work, open_file};
use crate::bind::{OpenFile, missing_column};
use crate::clock::TimeFormat;
use crate::convert::Converter;
use crate::convert::scalar::{instant, time_help};
use crate::manifest::{EventSource, EventType as TypeOf, Unknown};
use crate::nearest::nearest;
use crate::problem::{Problem, ProblemKind};
use crate::table::{self, Row, Visit};
use qualify_model::{Event, EventId, EventType, Lead, text};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Reads all event files into their leads.
pub(super) fn read(work: &mut Work<'_>, leads: &mut [Lead], index: &Index) {
    let mut seen = HashSet::new();
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
                        Ok(file) => read_file(work, source, constant, file, leads, index, &mut seen),
                        Err(problem) => work.collector.add(problem),
                    }
                }
            }
        }
    }
}

fn event_named(events: &[EventType], name: &str) -> Option<EventId> {
    let same = |e: &EventType| text::equal(&e.name, name) || e.from.iter().any(|f| text::equal(f, name));
    events.iter().position(same).map(|place| EventId(place as u32))
}

fn unknown_constant(work: &mut Work<'_>, source: &EventSource, name: &str) {
    let names = work.schema.events.iter().map(|e| e.name.as_str());
    let help = nearest(name, names).map(|near| format!("did you mean `{near}`?"));
    let message = format!("`type` names `{name}`, which is no event of the schema");
    work.collector.add(work.project.manifest_problem(source.files.line, message).help(help));
}

/// Deliveries that were read: event type and key.
type Seen = HashSet<(EventId, Box<str>)>;

fn read_file<'a>(
    work: &mut Work<'a>,
    source: &'a EventSource,
    constant: Option<EventId>,
    mut file: OpenFile,
    leads: &mut [Lead],
    index: &Index,
    seen: &mut Seen,
) {
    work.progress.file(&file.name);
    let Some(mut reader) = FileReader::new(work, source, constant, &file) else { return };
    let name = file.name.clone();
    let result = file.table.visit(&mut |visit| {
        work.row();
        match visit {
            Visit::Bad(bad) => bad_row(&name, bad, &mut work.collector),
            Visit::Row(row) => reader.row(work, row, leads, index, seen),
        }
    });
    if let Err(broken) = result {
        work.collector.add(broken.of(&name));
    }
    work.progress.advance(file.bytes);
}

/// Reads the rows of one event file.
struct FileReader<'a> {
    source: &'a EventSource,
    file: Arc<str>,
    columns: Vec<String>,
    lead: (usize, String),
    time: (usize, &'a TimeFormat),
    kind: Kind,
    received: Option<(usize, String)>,
    id: Option<usize>,
    /// For each event type that came up, how its rows are read; none if a column is missing.
    types: HashMap<EventId, Option<TypeReader<'a>>>,
}

/// Where the type comes from.
enum Kind {
    Constant(EventId),
    /// The column, its name, and the texts that were looked up.
    Column(usize, String, HashMap<Box<str>, Option<EventId>>),
}

/// Reads the rows of one type.
struct TypeReader<'a> {
    width: usize,
    properties: Vec<Reader<'a>>,
    key: Option<usize>,
    received: Option<(usize, String)>,
}

impl<'a> FileReader<'a> {
    fn new(
        work: &mut Work<'a>,
        source: &'a EventSource,
        constant: Option<EventId>,
        file: &OpenFile,
    ) -> Option<FileReader<'a>> {
        let columns = file.table.columns().to_vec();
        let mut missing = Vec::new();
        let mut find = |column: &str, what: &str, help: &str| {
            let place = table::column(&columns, column);
            if place.is_none() {
                missing.push(missing_column(&file.name, column, &columns, what, help));
            }
            Some((place?, column.to_string()))
        };
        let lead_column = source.lead.as_deref().unwrap_or(&work.schema.lead_key);
        let lead = find(lead_column, "the lead's key", "name it: `lead = \"…\"`");
        let time = find(&source.time, "time", "");
        let received = source.received.as_ref().and_then(|c| find(c, "received", ""));
        let id = source.id.as_ref().and_then(|c| find(c, "id", "")).map(|(place, _)| place);
        let kind = match (&source.kind, constant) {
            (TypeOf::Column(column), _) => {
                find(column, "type", "").map(|(place, name)| Kind::Column(place, name, HashMap::new()))
            }
            (_, Some(id)) => Some(Kind::Constant(id)),
            (_, None) => None,
        };
        let sound = missing.is_empty();
        missing.into_iter().for_each(|p| work.collector.add(p));
        let time = (time?.0, source.files.time_formats.of(&source.time));
        let file = Arc::from(file.name.as_str());
        let (lead, kind) = (lead?, kind?);
        let mut reader =
            FileReader { source, file, columns, lead, time, kind, received, id, types: HashMap::new() };
        if let Kind::Constant(id) = reader.kind {
            reader.type_reader(work, id);
        }
        sound.then_some(reader)
    }

    /// Makes the reader of a type when its first row comes; problems of its columns come once.
    fn type_reader(&mut self, work: &mut Work<'a>, id: EventId) -> Option<&mut TypeReader<'a>> {
        if !self.types.contains_key(&id) {
            let mut problems = Vec::new();
            let reader = self.new_type(work, id, &mut problems);
            self.types.insert(id, problems.is_empty().then_some(reader));
            problems.into_iter().for_each(|p| work.collector.add(p));
        }
        self.types.get_mut(&id)?.as_mut()
    }

    fn new_type(&self, work: &Work<'a>, id: EventId, problems: &mut Vec<Problem>) -> TypeReader<'a> {
        let event = &work.schema.events[id.index()];
        let mut properties = Vec::new();
        for (place, property) in event.properties.iter().enumerate() {
            if self.source.absent.contains(&property.name) {
                continue;
            }
            let subject = format!("{}.{}", event.name, property.name);
            let Some((column, name)) = self.property_column(event, place) else {
                problems.push(self.missing_property(event, place, &subject));
                continue;
            };
            let files = &self.source.files;
            let format = files.time_formats.of(&name);
            let converter = Converter::new(property, work.schema, &files.null, format, work.zone);
            properties.push(Reader { place, column, name, subject, converter });
        }
        let key = self.id.or_else(|| {
            let key = event.key.as_ref()?;
            let declared = self.source.properties.iter().find(|(p, _)| p == key).map(|(_, c)| c.as_str());
            let of_property = event.properties.iter().position(|p| p.name == *key);
            let found = match (declared, of_property) {
                (None, Some(place)) => self.property_column(event, place).map(|(place, _)| place),
                _ => table::column(&self.columns, declared.unwrap_or(key)),
            };
            if found.is_none() && of_property.is_none() {
                let what = format!("key of `{}`", event.name);
                problems.push(missing_column(
                    &self.file,
                    key,
                    &self.columns,
                    &what,
                    "or name it: `id = \"…\"`",
                ));
            }
            found
        });
        let received = self.received.clone().or_else(|| {
            let column = event.received.as_ref()?;
            let found = table::column(&self.columns, column);
            if found.is_none() {
                let what = format!("received of `{}`", event.name);
                problems.push(missing_column(&self.file, column, &self.columns, &what, ""));
            }
            Some((found?, column.clone()))
        });
        TypeReader { width: event.properties.len(), properties, key, received }
    }

    /// The column of a property: declared (the first also as `object`), or its `from`, or its name; the key
    /// property may also be the `id` column.
    fn property_column(&self, event: &EventType, place: usize) -> Option<(usize, String)> {
        let property = &event.properties[place];
        let pairs = &self.source.properties;
        let declared = pairs
            .iter()
            .find(|(p, _)| *p == property.name)
            .or_else(|| pairs.iter().find(|(p, _)| p == "object" && place == 0));
        if let Some((_, column)) = declared {
            return table::column(&self.columns, column).map(|found| (found, column.clone()));
        }
        let own = std::slice::from_ref(&property.name);
        let names = if property.from.is_empty() { own } else { &property.from };
        let found = names.iter().find_map(|n| Some((table::column(&self.columns, n)?, n.clone())));
        let is_key = event.key.as_ref() == Some(&property.name);
        found.or_else(|| Some((self.id.filter(|_| is_key)?, self.source.id.clone()?)))
    }

    fn missing_property(&self, event: &EventType, place: usize, subject: &str) -> Problem {
        let property = &event.properties[place];
        let pairs = &self.source.properties;
        let declared = pairs.iter().find(|(p, _)| *p == property.name || (p == "object" && place == 0));
        let wanted = declared.map(|(_, c)| c).or(property.from.first()).unwrap_or(&property.name);
        let near = nearest(wanted, self.columns.iter().map(String::as_str)).unwrap_or("…");
        let name = &property.name;
        let help = format!(
            "name it: `properties = {{ {name} = \"{near}\" }}`, or `absent = [\"{name}\"]` if the file does not have it"
        );
        missing_column(&self.file, wanted, &self.columns, &format!("column of `{subject}`"), &help)
    }

    fn row(
        &mut self,
        work: &mut Work<'a>,
        row: &dyn Row,
        leads: &mut [Lead],
        index: &Index,
        seen: &mut Seen,
    ) {
        let file = Arc::clone(&self.file);
        let mut state = RowState::new(&file, row.number());
        let lead = match self.lead(work, row, index, &mut state) {
            Found::Place(place) => Some(place),
            Found::Problem => None,
            Found::Ignored => return,
        };
        let kind = match self.kind(work, row, &mut state) {
            Found::Place(id) => Some(EventId(id)),
            Found::Problem => None,
            Found::Ignored => return,
        };
        let time = self.time(work, row, &mut state);
        let Some(kind) = kind else {
            work.collector.reject(state.problems, || row.raw());
            return;
        };
        let zone = work.zone;
        let format = self.time.1;
        let Some(reader) = self.type_reader(work, kind) else { return };
        let mut properties = vec![None; reader.width];
        for property in &mut reader.properties {
            let cell = row.cell(property.column);
            properties[property.place] = state.value(property, &cell, &mut work.collector);
        }
        let received = reader.received.as_ref().and_then(|(column, name)| {
            let cell = row.cell(*column);
            let text = cell.key()?.into_owned();
            let time = instant(&cell, format, zone);
            if time.is_none() {
                state.problem(
                    ProblemKind::Time,
                    name,
                    Some(&text),
                    format!("expected {}", format.expected("time")),
                );
                state.help(time_help(&text, format));
            }
            time
        });
        let key = reader.key.and_then(|column| row.cell(column).key().map(|k| Box::from(&*k)));
        let (Some(lead), Some(time), true) = (lead, time, state.problems.is_empty()) else {
            work.collector.reject(state.problems, || row.raw());
            return;
        };
        if key.is_some_and(|key| !seen.insert((kind, key))) {
            work.counts.duplicates += 1;
            return;
        }
        leads[lead as usize].events.push(Event { kind, time, received, properties });
    }

    fn lead(&self, work: &mut Work<'a>, row: &dyn Row, index: &Index, state: &mut RowState<'_>) -> Found {
        let (column, name) = &self.lead;
        let cell = row.cell(*column);
        let key = cell.key();
        if let Some(place) = key.as_ref().and_then(|key| index.places.get(&**key)) {
            return Found::Place(*place);
        }
        if self.source.unknown_leads == Unknown::Ignore {
            work.counts.ignored += 1;
            return Found::Ignored;
        }
        let Some(key) = key else {
            state.problem(ProblemKind::MissingKey, name, None, "the event names no lead");
            return Found::Problem;
        };
        if index.rejected.contains(&*key) {
            if !work.collector.keeps_rejects() {
                return Found::Ignored; // the lead's own problem is the one to mend
            }
            state.problem(ProblemKind::LeadRejected, name, Some(&key), "the row of this lead was rejected");
        } else if !index.complete {
            return Found::Ignored;
        } else {
            state.problem(ProblemKind::UnknownLead, name, Some(&key), "no lead has this key");
            state.help(Some("`unknown_leads = \"ignore\"` leaves such events out".to_string()));
        }
        Found::Problem
    }

    fn kind(&mut self, work: &mut Work<'a>, row: &dyn Row, state: &mut RowState<'_>) -> Found {
        let (column, name, known) = match &mut self.kind {
            Kind::Constant(id) => return Found::Place(id.0),
            Kind::Column(column, name, known) => (*column, name, known),
        };
        let cell = row.cell(column);
        let key = cell.key().unwrap_or_default();
        let id = match known.get(&*key) {
            Some(id) => *id,
            None => {
                let id = event_named(&work.schema.events, &key);
                known.insert(Box::from(&*key), id);
                id
            }
        };
        if let Some(id) = id {
            return Found::Place(id.0);
        }
        if self.source.unknown_types == Unknown::Ignore {
            work.counts.ignored += 1;
            return Found::Ignored;
        }
        if key.is_empty() {
            state.problem(ProblemKind::UnknownEvent, name, None, "the event has no type");
            return Found::Problem;
        }
        let names = work.schema.events.iter().map(|e| e.name.as_str());
        let help = match nearest(&key, names) {
            Some(near) => format!("did you mean `{near}`? `event {near} from \"{key}\"`"),
            None => "`unknown_types = \"ignore\"` leaves such events out".to_string(),
        };
        state.problem(ProblemKind::UnknownEvent, name, Some(&key), "no event of the schema has this name");
        state.help(Some(help));
        Found::Problem
    }

    fn time(&self, work: &Work<'a>, row: &dyn Row, state: &mut RowState<'_>) -> Option<i64> {
        let (column, format) = self.time;
        let cell = row.cell(column);
        let time = instant(&cell, format, work.zone);
        if time.is_none() {
            let text = cell.text();
            let message = format!("expected {}", format.expected("time"));
            state.problem(ProblemKind::Time, &self.source.time, text.as_deref(), message);
            state.help(text.as_deref().and_then(|t| time_help(t, format)));
        }
        time
    }
}

/// What a look-up gave.
enum Found {
    Place(u32),
    Problem,
    Ignored,
}
