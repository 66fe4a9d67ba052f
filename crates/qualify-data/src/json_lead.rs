//! One lead with its events as JSON: what services send, and what any type that serialises can be made into.
//!
//! ```json
//! { "lead_id": "L1", "firmographics": { "size": 500 }, "source": "web",
//!   "events": [ { "event": "visited", "time": "2026-01-07T12:00:00Z", "page": "pricing" } ] }
//! ```
//!
//! An attribute stands under its path, as one name or in records, under its own name where only one has it, or under
//! a name that its `from` gives. Names that the schema does not know are mistakes.

mod events;
mod names;
mod schema;

use crate::TimeFormat;
use crate::convert::Converter;
use crate::given::help_without_manifest;
use crate::problem::{DataErrors, Problem, ProblemKind};
use crate::tree::{Fields, Tree, repeated};
use events::Place;
use names::Names;
use qualify_model::calendar::Zone;
use qualify_model::{Attribute, Event, Lead, Schema, Value};
use serde_json::Value as Json;
use std::collections::HashSet;
use std::fmt::Display;

/// What problems call the place that the lead came from.
const PLACE: &str = "lead";

/// An event that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadEvent {
    /// The event.
    pub event: Event,
    /// The key of its delivery, if the schema names one and the JSON has it: the text as it came, without white space
    /// around it. Of events of one type with equal keys the first one counts.
    pub delivery: Option<String>,
    /// Values that became unknown because they lie outside what the schema allows.
    pub warnings: Vec<Problem>,
}

/// Reads leads of a schema from JSON. Made once, used for every lead, from any thread.
#[derive(Clone, Debug)]
pub struct LeadReader {
    schema: Schema,
    zone: Zone,
    names: Names,
    format: TimeFormat,
    ignores_unknown: bool,
}

/// A lead that was read.
#[derive(Clone, Debug, Default)]
pub struct ReadLead {
    /// The lead. Its key is empty if the JSON has none.
    pub lead: Lead,
    /// Values that became unknown because they lie outside what the schema allows.
    pub warnings: Vec<Problem>,
    /// Repeated deliveries of an event that were left out.
    pub duplicates: usize,
}

impl LeadReader {
    /// For leads of a schema; times without a zone are meant in `zone`.
    pub fn new(schema: &Schema, zone: Zone) -> LeadReader {
        LeadReader {
            names: Names::of(schema),
            schema: schema.clone(),
            zone,
            format: TimeFormat::Iso,
            ignores_unknown: false,
        }
    }

    /// Names and types of events that the schema does not know are passed over.
    pub fn ignoring_unknown_names(mut self) -> LeadReader {
        self.ignores_unknown = true;
        self
    }

    /// Reads a lead. All mistakes come at once.
    pub fn read(&self, json: &Json) -> Result<ReadLead, DataErrors> {
        self.read_tree(&Tree::from(json))
    }

    /// Reads a lead from JSON that was not made into maps: the quickest way.
    pub fn read_tree(&self, json: &Tree<'_>) -> Result<ReadLead, DataErrors> {
        let Tree::Record(fields) = json else {
            let message = "a lead is a JSON object such as `{ \"id\": \"L1\" }`";
            return Err(DataErrors::of([Problem::new(ProblemKind::BrokenRow, PLACE, message)]));
        };
        let mut reading = Reading { reader: self, read: ReadLead::default(), problems: Vec::new() };
        reading.read.lead.attributes = vec![None; self.schema.attributes.len()];
        reading.fields(fields, "");
        let Reading { read, problems, .. } = reading;
        if problems.is_empty() { Ok(read) } else { Err(DataErrors::of(problems)) }
    }

    /// Reads one event, as it stands in the `events` of a lead.
    pub fn read_event(&self, json: &Json) -> Result<ReadEvent, DataErrors> {
        let mut reading = Reading { reader: self, read: ReadLead::default(), problems: Vec::new() };
        let event = reading.event(&Tree::from(json), Place::Alone);
        match event.filter(|_| reading.problems.is_empty()) {
            Some((event, delivery)) => Ok(ReadEvent { event, delivery, warnings: reading.read.warnings }),
            None => Err(DataErrors::of(reading.problems)),
        }
    }

    /// The value of one attribute, by its place in the schema; with what is odd about it. A place that the schema does not
    /// have is an error.
    pub fn read_attribute(
        &self,
        place: usize,
        json: &Json,
    ) -> Result<(Option<Value>, Vec<Problem>), DataErrors> {
        let mut reading = Reading { reader: self, read: ReadLead::default(), problems: Vec::new() };
        let Some(attribute) = self.schema.attributes.get(place) else {
            let message = format!("the schema has no attribute number {place}");
            return Err(DataErrors::of([Problem::new(ProblemKind::MissingColumn, PLACE, message)]));
        };
        let value = reading.value(attribute, &Tree::from(json), &attribute.path());
        if reading.problems.is_empty() {
            Ok((value, reading.read.warnings))
        } else {
            Err(DataErrors::of(reading.problems))
        }
    }

    /// The place of the attribute of that path or name.
    pub fn attribute(&self, name: &str) -> Option<usize> {
        self.names.attribute(name)
    }
}

/// A lead while it is read.
struct Reading<'r> {
    reader: &'r LeadReader,
    read: ReadLead,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    /// The fields of the lead, or of a record in it whose path is `before`.
    fn fields(&mut self, fields: &Fields<'_>, before: &str) {
        let names = &self.reader.names;
        self.no_name_twice(fields, &"");
        for (name, json) in fields {
            if before.is_empty() && names.is_key(name) && names.attribute(name).is_none() {
                self.key(name, json);
                continue;
            }
            if before.is_empty() && name == "events" {
                self.events(json);
                continue;
            }
            let long;
            let path = match before {
                "" => name.as_ref(),
                _ => {
                    long = format!("{before}.{name}");
                    long.as_str()
                }
            };
            match (names.attribute(path), json) {
                (Some(place), _) => {
                    let attribute = &self.reader.schema.attributes[place];
                    let value = self.value(attribute, json, &path);
                    if value.is_some() {
                        self.read.lead.attributes[place] = value; // a name without a value takes nothing away
                    }
                    if before.is_empty() && names.is_key(name) {
                        self.key(name, json);
                    }
                }
                (None, Tree::Record(inner)) if names.is_group(path) => self.fields(inner, path),
                (None, Tree::Null) if names.is_group(path) => {}
                (None, _) => self.unknown_name(path),
            }
        }
    }

    fn key(&mut self, name: &str, json: &Tree<'_>) {
        match json.cell().key() {
            Some(key) => self.read.lead.key = key.into_owned(),
            None => {
                let message = "expected the key of the lead: a text or a whole number";
                self.problems.push(Problem::new(ProblemKind::MissingKey, PLACE, message).column(name));
            }
        }
    }

    /// A name that stands twice in a record; nobody can say which one is meant.
    fn no_name_twice(&mut self, fields: &Fields<'_>, before: &dyn Display) {
        if let Some(name) = repeated(fields) {
            let message = format!("`{name}` is given twice{before}");
            self.problems.push(Problem::new(ProblemKind::BrokenRow, PLACE, message).column(name));
        }
    }

    fn unknown_name(&mut self, path: &str) {
        if self.reader.ignores_unknown {
            return;
        }
        let message = format!("`{path}` is no attribute of the schema");
        let help = self.reader.names.nearest(path).map(|near| format!("did you mean `{near}`?"));
        self.problems.push(Problem::new(ProblemKind::MissingColumn, PLACE, message).column(path).help(help));
    }

    /// A value of an attribute or property; what is odd about it becomes a problem or a warning.
    fn value(&mut self, attribute: &Attribute, json: &Tree<'_>, path: &dyn Display) -> Option<Value> {
        let LeadReader { schema, format, zone, .. } = self.reader;
        let reading = Converter::new(attribute, schema, &[], format, zone).judged(&json.cell());
        let Some(trouble) = reading.trouble else { return reading.value };
        let near = trouble.nearest.as_ref().map(|near| format!("did you mean `{near}`?"));
        let message = format!("expected {} for `{path}`", trouble.expected);
        let problem =
            Problem::new(trouble.kind, PLACE, message).column(path.to_string()).value(trouble.value.clone());
        let help = trouble.help.clone().map(|help| help_without_manifest(&problem, help));
        let problem = problem.help(near.or(help));
        let list = if trouble.unreadable() { &mut self.problems } else { &mut self.read.warnings };
        list.push(problem);
        reading.value
    }

    fn events(&mut self, json: &Tree<'_>) {
        let list = match json {
            Tree::List(list) => list,
            Tree::Null => return,
            _ => {
                let message =
                    "`events` is a list of events such as `{ \"event\": \"visited\", \"time\": \"…\" }`";
                self.problems.push(Problem::new(ProblemKind::BrokenRow, PLACE, message).column("events"));
                return;
            }
        };
        let mut seen = HashSet::new();
        self.read.lead.events.reserve(list.len());
        for (place, json) in list.iter().enumerate() {
            let Some((event, delivery)) = self.event(json, Place::InList(place)) else { continue };
            if delivery.is_some_and(|delivery| !seen.insert((event.kind, delivery))) {
                self.read.duplicates += 1;
                continue;
            }
            self.read.lead.events.push(event);
        }
    }
}
