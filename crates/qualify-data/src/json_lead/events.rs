//! An event as JSON: its type, its time, its properties.

use super::{PLACE, Reading};
use crate::convert::scalar::{instant, time_help};
use crate::nearest::nearest;
use crate::problem::{Problem, ProblemKind};
use crate::read::events::event_named;
use crate::table::json_cell;
use qualify_model::{Event, EventId, EventType};
use serde_json::{Map, Value as Json};

/// Where the type of an event may stand, unless a property has the name.
const TYPE: [&str; 2] = ["event", "type"];

/// Where its time stands.
const TIME: &str = "time";

impl Reading<'_> {
    /// An event and, where the schema names one, the key of its delivery; none if it cannot be read or is passed
    /// over.
    pub(super) fn event(&mut self, json: &Json, place: &str) -> Option<(Event, Option<String>)> {
        let Json::Object(fields) = json else {
            let message =
                format!("{place} is no event such as `{{ \"event\": \"visited\", \"time\": \"…\" }}`");
            self.problems.push(Problem::new(ProblemKind::BrokenRow, PLACE, message).column(place));
            return None;
        };
        let (kind, type_name) = self.kind(fields, place)?;
        let schema = &self.reader.schema;
        let event = schema.event(kind);
        let time = self.time(fields.get(TIME), place, TIME, true);
        let mut received = None;
        let mut properties = vec![None; event.properties.len()];
        for (name, json) in fields {
            if name == TIME || *name == type_name {
                continue;
            }
            let named = |n: &String| n == name;
            let found = event.properties.iter().position(|p| p.name == *name || p.from.iter().any(named));
            let is_received = event.received.as_ref() == Some(name) || name == "received";
            match found {
                Some(at) => {
                    let path = format!("{place}.{name}");
                    properties[at] = self.value(&event.properties[at], json, &path);
                }
                None if is_received => received = self.time(Some(json), place, name, false),
                None if event.key.as_ref() == Some(name) => {}
                None => self.unknown_property(event, place, name),
            }
        }
        let delivery = self.delivery(event, fields);
        Some((Event { kind, time: time?, received, properties }, delivery))
    }

    /// The type, and the field that names it.
    fn kind(&mut self, fields: &Map<String, Json>, place: &str) -> Option<(EventId, String)> {
        let events = &self.reader.schema.events;
        let field = TYPE.into_iter().find(|name| fields.contains_key(*name)).unwrap_or(TYPE[0]);
        let named = fields.get(field).and_then(Json::as_str);
        if let Some(id) = named.and_then(|name| event_named(events, name)) {
            return Some((id, field.to_string()));
        }
        if named.is_some() && self.reader.ignores_unknown {
            return None;
        }
        let path = format!("{place}.{field}");
        let problem = match named {
            None => {
                let message = format!(
                    "the event has no type: it stands in `{field}`, as in `\"{field}\": \"visited\"`"
                );
                Problem::new(ProblemKind::UnknownEvent, PLACE, message)
            }
            Some(name) => {
                let near = nearest(name, events.iter().map(|event| event.name.as_str()));
                let message = format!("`{name}` is no event of the schema");
                let problem = Problem::new(ProblemKind::UnknownEvent, PLACE, message).value(name);
                problem.help(near.map(|near| format!("did you mean `{near}`?")))
            }
        };
        self.problems.push(problem.column(path));
        None
    }

    fn time(&mut self, json: Option<&Json>, place: &str, field: &str, required: bool) -> Option<i64> {
        let format = &self.reader.format;
        let cell = json.map(json_cell);
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
            self.problems.push(problem.help(text.and_then(|text| time_help(&text, format))));
        }
        time
    }

    fn unknown_property(&mut self, event: &EventType, place: &str, name: &str) {
        if self.reader.ignores_unknown {
            return;
        }
        let message = format!("`{name}` is no property of `{}`", event.name);
        let known = event.properties.iter().map(|p| p.name.as_str()).chain([TIME]);
        let help = nearest(name, known).map(|near| format!("did you mean `{near}`?"));
        let path = format!("{place}.{name}");
        self.problems.push(Problem::new(ProblemKind::MissingColumn, PLACE, message).column(path).help(help));
    }

    fn delivery(&self, event: &EventType, fields: &Map<String, Json>) -> Option<String> {
        let key = event.key.as_ref()?;
        let of_property = event.properties.iter().find(|p| p.name == *key);
        let from = of_property.iter().flat_map(|p| &p.from);
        let json = std::iter::once(key).chain(from).find_map(|name| fields.get(name))?;
        json_cell(json).key().map(|key| key.into_owned())
    }
}
