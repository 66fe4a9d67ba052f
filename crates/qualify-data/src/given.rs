//! A project made of tables that the caller holds, without a manifest: which of their columns is what.

use crate::manifest::{EventSource, EventType, Files, Manifest, TableSource, Unknown};
use crate::problem::{DataErrors, Problem, ProblemKind};
use crate::project::Project;
use crate::table;
use crate::tables::Tables;
use arrow::datatypes::Schema as TableSchema;
use qualify_model::{Attribute, Needs, Schema};
use std::path::PathBuf;

/// What the table of leads is called.
pub const LEADS: &str = "leads";

/// What the table of events is called.
pub const EVENTS: &str = "events";

/// The columns of a table of events that are no properties, and what to do with rows that belong nowhere. Names that
/// are not given are found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventTable {
    /// The column with the key of the lead; else the one named as the schema's `lead key`, or `lead`.
    pub lead: Option<String>,
    /// The column with the time; else one named `time`, `timestamp`, `occurred_at`, `event_time`, `at` or `ts`.
    pub time: Option<String>,
    /// The column with the type; else one named `event`, `event_type`, `event_name`, `type`, `action` or `activity`. A
    /// schema with one type of events needs none.
    pub kind: Option<String>,
    /// Events of leads that are not in the table of leads are left out and counted; else they are errors.
    pub ignore_unknown_leads: bool,
    /// Events of types that the schema does not have are left out and counted; else they are errors.
    pub ignore_unknown_types: bool,
}

const LEAD: [&str; 3] = ["lead", "lead_id", "lead_key"];
const TIME: [&str; 6] = ["time", "timestamp", "occurred_at", "event_time", "at", "ts"];
const KIND: [&str; 6] = ["event", "event_type", "event_name", "type", "action", "activity"];

impl Project {
    /// A project of a table of leads and, if there is one, of events: [`LEADS`] and [`EVENTS`] of `tables`. Only what
    /// `needs` names must be there. An error names a column that is missing.
    pub fn of_tables(
        tables: Tables,
        schema: &Schema,
        needs: &Needs,
        options: &EventTable,
    ) -> Result<Project, DataErrors> {
        let mut problems = Vec::new();
        let mut manifest = Manifest::default();
        let leads = tables.get(LEADS).map(|table| names(&table.schema)).unwrap_or_default();
        let has = |columns: &[String], attribute: &Attribute, path: &str| {
            let own = [path.to_string(), attribute.name.clone()];
            let wanted = if attribute.from.is_empty() { &own[..] } else { &attribute.from };
            wanted.iter().any(|name| table::column(columns, name).is_some())
        };
        let unneeded = schema.attributes.iter().zip(&needs.attributes).filter(|(_, needed)| !**needed);
        let unneeded = unneeded.map(|(attribute, _)| (attribute, attribute.path()));
        let absent = unneeded.filter(|(attribute, path)| !has(&leads, attribute, path));
        manifest.absent = absent.map(|(_, path)| path).collect();
        manifest.leads = vec![TableSource { files: named(LEADS), ..TableSource::default() }];
        if let Some(table) = tables.get(EVENTS) {
            let columns = names(&table.schema);
            match event_source(&columns, schema, options) {
                Ok(mut source) => {
                    source.absent = absent_properties(&columns, schema, needs);
                    manifest.events = vec![source];
                }
                Err(problem) => problems.push(*problem),
            }
        }
        let project = Project { folder: PathBuf::new(), path: PathBuf::new(), manifest, tables };
        if problems.is_empty() { Ok(project) } else { Err(DataErrors::of(problems)) }
    }
}

impl DataErrors {
    /// The same for those who have no manifest: what to do, in words of tables and of the options that go with them.
    pub fn without_manifest(mut self) -> DataErrors {
        for problem in self.groups.iter_mut().flat_map(|group| &mut group.first) {
            problem.help = problem.help.take().map(|help| help_without_manifest(problem, help));
        }
        self
    }
}

/// What to do about a problem, where the help speaks of settings in a manifest.
pub(crate) fn help_without_manifest(problem: &Problem, help: String) -> String {
    let column = problem.column.as_deref().unwrap_or_default();
    let assigns = help.contains(" = ");
    match problem.kind {
        ProblemKind::MissingColumn if assigns && !column.is_empty() => {
            let near = help.split_once("{ ").and_then(|(_, rest)| rest.split_once(" }")?.0.split_once(" = "));
            let near = near.map(|(_, near)| near.trim_matches('"')).filter(|near| *near != "…");
            match near {
                Some(near) => format!("call the column `{near}` `{column}`, if it is that one"),
                None if help.contains("absent") => {
                    format!("give a column `{column}`; where it has null, the value is unknown")
                }
                None => format!("give a column `{column}`"),
            }
        }
        ProblemKind::UnknownLead if assigns => "`ignore_unknown_leads` leaves such events out".to_string(),
        ProblemKind::UnknownEvent if assigns => "`ignore_unknown_types` leaves such events out".to_string(),
        _ if help.contains("time_format = ") => "write times as `2026-01-31T09:00:00Z`".to_string(),
        _ => help.replace(", or `null` in the manifest", ""),
    }
}

fn names(schema: &TableSchema) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().trim().to_string()).collect()
}

fn named(name: &str) -> Files {
    Files { globs: vec![name.to_string()], ..Files::default() }
}

fn event_source(
    columns: &[String],
    schema: &Schema,
    options: &EventTable,
) -> Result<EventSource, Box<Problem>> {
    let find = |given: &Option<String>, usual: &[&str]| {
        let usual = usual.iter().find(|name| table::column(columns, name).is_some());
        given.clone().or_else(|| usual.map(|name| name.to_string()))
    };
    let mut keys = vec![schema.lead_key.as_str()];
    keys.extend(LEAD);
    let missing = |what: &str, usual: &[&str]| {
        let message = format!("there is no column that could be {what}");
        let help = format!("name it, or call it `{}`", usual.join("`, `"));
        Box::new(Problem::new(ProblemKind::MissingColumn, EVENTS, message).help(help))
    };
    let lead = find(&options.lead, &keys).ok_or_else(|| missing("the key of the lead", &keys))?;
    let time = find(&options.time, &TIME).ok_or_else(|| missing("the time", &TIME))?;
    let kind = match (find(&options.kind, &KIND), &schema.events[..]) {
        (Some(column), _) => EventType::Column(column),
        (None, [only]) => EventType::Constant(only.name.clone()),
        (None, _) => return Err(missing("the type of the event", &KIND)),
    };
    let ignore = |ignored: bool| if ignored { Unknown::Ignore } else { Unknown::Error };
    Ok(EventSource {
        files: named(EVENTS),
        lead: Some(lead),
        time,
        kind,
        received: None,
        id: None,
        properties: Vec::new(),
        absent: Vec::new(),
        unknown_types: ignore(options.ignore_unknown_types),
        unknown_leads: ignore(options.ignore_unknown_leads),
    })
}

/// Properties that no column has and that no type of events needs.
fn absent_properties(columns: &[String], schema: &Schema, needs: &Needs) -> Vec<String> {
    let needed = |kind: usize, place: usize| {
        needs.properties.iter().any(|column| column.places.get(kind) == Some(&Some(place as u32)))
    };
    let mut absent: Vec<String> = Vec::new();
    let mut wanted: Vec<&str> = Vec::new();
    for (kind, event) in schema.events.iter().enumerate() {
        for (place, property) in event.properties.iter().enumerate() {
            let own = std::slice::from_ref(&property.name);
            let names = if property.from.is_empty() { own } else { &property.from };
            if needed(kind, place) || names.iter().any(|name| table::column(columns, name).is_some()) {
                wanted.push(&property.name);
            } else {
                absent.push(property.name.clone());
            }
        }
    }
    absent.retain(|name| !wanted.contains(&name.as_str()));
    absent
}
