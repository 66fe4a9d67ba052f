//! Which columns of an event file are read, for each of its event types.

use super::Sparse;
use crate::bind::{in_toml, missing_column};
use crate::clock::TimeFormat;
use crate::convert::Converter;
use crate::manifest::{EventSource, EventType as TypeOf};
use crate::nearest::nearest;
use crate::problem::Problem;
use crate::read::Work;
use crate::read::row::Reader;
use crate::table;
use qualify_model::{EventId, EventType};
use std::collections::HashMap;
use std::sync::Arc;

/// Reads the rows of one event file.
pub(crate) struct FileReader<'a> {
    pub(crate) source: &'a EventSource,
    pub(crate) file: Arc<str>,
    pub(crate) columns: Vec<String>,
    pub(crate) sparse: bool,
    pub(crate) lead: (usize, String),
    pub(crate) time: (usize, &'a TimeFormat),
    pub(crate) kind: Kind,
    pub(crate) received: Option<(usize, String)>,
    pub(crate) id: Option<usize>,
    /// For each event type that came up, how its rows are read; none if a column is missing.
    pub(crate) types: HashMap<EventId, Option<TypeReader<'a>>>,
}

/// Where the type comes from.
pub(crate) enum Kind {
    Constant(EventId),
    /// The column, its name, and the texts that were looked up.
    Column(usize, String, HashMap<Box<str>, Option<EventId>>),
}

/// Reads the rows of one type.
pub(crate) struct TypeReader<'a> {
    pub(crate) width: usize,
    pub(crate) properties: Vec<Reader<'a>>,
    pub(crate) key: Option<usize>,
    pub(crate) received: Option<(usize, String)>,
}

impl<'a> FileReader<'a> {
    pub(crate) fn new(
        work: &mut Work<'a>,
        source: &'a EventSource,
        constant: Option<EventId>,
        file: &str,
        (columns, sparse): (Vec<String>, bool),
        absent: &mut Sparse,
    ) -> Option<FileReader<'a>> {
        if sparse && columns.is_empty() {
            return None;
        }
        let mut missing = Vec::new();
        let mut find = |column: &str, what: &str, help: &str| {
            let place = table::column(&columns, column);
            if place.is_none() {
                missing.push(missing_column(file, column, &columns, what, help));
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
        let file = Arc::from(file);
        let (lead, kind) = (lead?, kind?);
        let mut reader = FileReader {
            source,
            file,
            columns,
            sparse,
            lead,
            time,
            kind,
            received,
            id,
            types: HashMap::new(),
        };
        if let Kind::Constant(id) = reader.kind {
            reader.type_reader(work, id, absent);
        }
        sound.then_some(reader)
    }

    /// Makes the reader of a type when its first row comes; problems of its columns come once.
    pub(crate) fn type_reader(
        &mut self,
        work: &mut Work<'a>,
        id: EventId,
        sparse: &mut Sparse,
    ) -> Option<&mut TypeReader<'a>> {
        if !self.types.contains_key(&id) {
            let mut problems = Vec::new();
            let reader = self.new_type(work, id, sparse, &mut problems);
            self.types.insert(id, problems.is_empty().then_some(reader));
            problems.into_iter().for_each(|p| work.collector.add(p));
        }
        self.types.get_mut(&id)?.as_mut()
    }

    fn new_type(
        &self,
        work: &Work<'a>,
        id: EventId,
        sparse: &mut Sparse,
        problems: &mut Vec<Problem>,
    ) -> TypeReader<'a> {
        let event = &work.schema.events[id.index()];
        let mut properties = Vec::new();
        for (place, property) in event.properties.iter().enumerate() {
            if self.source.absent.contains(&property.name) {
                continue;
            }
            let subject = format!("{}.{}", event.name, property.name);
            let Some((column, name)) = self.property_column(event, place) else {
                let problem = self.missing_property(event, place, &subject);
                if self.sparse {
                    sparse.missing.entry((id, place)).or_insert(problem);
                } else {
                    problems.push(problem);
                }
                continue;
            };
            sparse.found.insert((id, place));
            if !work.needs_property(id, place) {
                continue;
            }
            let (files, name) = (&self.source.files, self.columns.get(column).cloned().unwrap_or(name));
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
        let received = received.filter(|_| work.needs_received());
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
        let near = in_toml(near);
        let name = &property.name;
        let help = format!(
            "name it: `properties = {{ {name} = {near} }}`, or `absent = [\"{name}\"]` if the file does not have it"
        );
        missing_column(&self.file, wanted, &self.columns, &format!("column of `{subject}`"), &help)
    }
}
