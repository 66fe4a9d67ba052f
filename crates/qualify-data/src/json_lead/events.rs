//! An event as JSON: its type, its time, its properties.

use super::{PLACE, Reading};
use crate::convert::scalar::{instant, time_help};
use crate::given::help_without_manifest;
use crate::nearest::nearest;
use crate::problem::{Problem, ProblemKind};
use crate::read::events::event_named;
use crate::tree::{Fields, Tree, field};
use qualify_model::{Event, EventId, EventType};
use std::fmt;

/// Where the type of an event may stand, unless a property has the name.
const TYPE: [&str; 2] = ["event", "type"];

/// Where its time stands.
const TIME: &str = "time";

/// Where an event stands, for messages.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// By itself.
    Alone,
    /// In the list of a lead.
    InList(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Alone => formatter.write_str("event"),
            Place::InList(place) => write!(formatter, "events[{place}]"),
        }
    }
}

impl Reading<'_> {
    /// An event and, where the schema names one, the key of its delivery; none if it cannot be read or is passed
    /// over.
    pub(super) fn event(&mut self, json: &Tree<'_>, place: Place) -> Option<(Event, Option<String>)> {
        let Tree::Record(fields) = json else {
            let message =
                format!("{place} is no event such as `{{ \"event\": \"visited\", \"time\": \"…\" }}`");
            self.problems
                .push(Problem::new(ProblemKind::BrokenRow, PLACE, message).column(place.to_string()));
            return None;
        };
        let (kind, type_name) = self.kind(fields, place)?;
        let schema = &self.reader.schema;
        let event = schema.event(kind);
        let time = self.time(field(fields, TIME), place, TIME, true);
        let mut received = None;
        let mut properties = vec![None; event.properties.len()];
        self.no_name_twice(fields, &format_args!(" in {place}"));
        for (name, json) in fields {
            if name == TIME || name == type_name {
                continue;
            }
            let name = name.as_ref();
            let found =
                event.properties.iter().position(|p| p.name == name || p.from.iter().any(|n| n == name));
            let is_received = event.received.as_deref() == Some(name) || name == "received";
            match found {
                Some(at) => {
                    let value = self.value(&event.properties[at], json, &format_args!("{place}.{name}"));
                    if value.is_some() {
                        properties[at] = value;
                    }
                }
                None if is_received => received = self.time(Some(json), place, name, false),
                None if event.key.as_deref() == Some(name) => {}
                None => self.unknown_property(event, place, name),
            }
        }
        let delivery = self.delivery(event, fields);
        Some((Event { kind, time: time?, received, properties }, delivery))
    }

    /// The type, and the field that names it.
    fn kind(&mut self, fields: &Fields<'_>, place: Place) -> Option<(EventId, &'static str)> {
        let events = &self.reader.schema.events;
        let (name, value) = TYPE
            .into_iter()
            .find_map(|name| Some((name, Some(field(fields, name)?))))
            .unwrap_or((TYPE[0], None));
        let named = value.and_then(Tree::as_str);
        if let Some(id) = named.and_then(|name| event_named(events, name)) {
            return Some((id, name));
        }
        if named.is_some() && self.reader.ignores_unknown {
            return None;
        }
        let path = format!("{place}.{name}");
        let problem = match named {
            None => {
                let message =
                    format!("the event has no type: it stands in `{name}`, as in `\"{name}\": \"visited\"`");
                Problem::new(ProblemKind::UnknownEvent, PLACE, message)
            }
            Some(named) => {
                let near = nearest(named, events.iter().map(|event| event.name.as_str()));
                let message = format!("`{named}` is no event of the schema");
                let problem = Problem::new(ProblemKind::UnknownEvent, PLACE, message).value(named);
                problem.help(near.map(|near| format!("did you mean `{near}`?")))
            }
        };
        self.problems.push(problem.column(path));
        None
    }

    fn time(&mut self, json: Option<&Tree<'_>>, place: Place, field: &str, required: bool) -> Option<i64> {
        let format = &self.reader.format;
        let cell = json.map(Tree::cell);
        let text = cell.as_ref().and_then(|cell| cell.text());
        if text.is_none() && !required {
            return None;
        }
        let time = cell.as_ref().and_then(|cell| instant(cell, format, &self.reader.zone));
        if time.is_none() {
            let message = format!("expected {}", format.expected("time"));
            let mut problem =
                Problem::new(ProblemKind::Time, PLACE, message).column(format!("{place}.{field}"));
            problem.value = text.as_ref().map(|text| text.to_string());
            let help = text.and_then(|text| time_help(&text, format));
            let help = help.map(|help| help_without_manifest(&problem, help));
            self.problems.push(problem.help(help));
        }
        time
    }

    fn unknown_property(&mut self, event: &EventType, place: Place, name: &str) {
        if self.reader.ignores_unknown {
            return;
        }
        let message = format!("`{name}` is no property of `{}`", event.name);
        let known = event.properties.iter().map(|p| p.name.as_str()).chain([TIME]);
        let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        let path = format!("{place}.{name}");
        self.problems.push(Problem::new(ProblemKind::MissingColumn, PLACE, message).column(path).help(help));
    }

    fn delivery(&self, event: &EventType, fields: &Fields<'_>) -> Option<String> {
        let key = event.key.as_ref()?;
        let of_property = event.properties.iter().find(|p| p.name == *key);
        let from = of_property.iter().flat_map(|p| &p.from);
        let json = std::iter::once(key).chain(from).find_map(|name| field(fields, name))?;
        json.cell().key().map(|key| key.into_owned())
    }
}
