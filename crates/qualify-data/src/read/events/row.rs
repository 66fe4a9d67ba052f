//! One row of an event file: its lead, its type, its time, its properties.

use super::columns::{FileReader, Kind};
use super::{Into, TakesEvents, Took, event_named};
use crate::convert::scalar::{instant, time_help};
use crate::manifest::Unknown;
use crate::nearest::nearest;
use crate::problem::ProblemKind;
use crate::read::Work;
use crate::read::row::RowState;
use crate::table::Row;
use qualify_model::{Event, EventId};
use std::sync::Arc;

impl<'a> FileReader<'a> {
    pub(super) fn row(&mut self, work: &mut Work<'a>, row: &dyn Row, into: &mut Into<'_>) {
        if work.needs.is_some() && self.event(work, row).is_some_and(|id| !work.needs_event(id)) {
            return;
        }
        let file = Arc::clone(&self.file);
        let mut state = RowState::new(&file, row.number());
        let lead = match self.lead(work, row, into.taker, &mut state) {
            Found::Place(place) => Some(place),
            Found::Problem => None,
            Found::Ignored => return,
        };
        if into.taker.only_asks() {
            return;
        }
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
        let formats = &self.source.files.time_formats;
        let Some(reader) = self.type_reader(work, kind, &mut into.sparse) else { return };
        let mut properties = vec![None; reader.width];
        for property in &mut reader.properties {
            let cell = row.cell(property.column);
            properties[property.place] = state.value(property, &cell, &work.collector);
        }
        let received = reader.received.as_ref().and_then(|(column, name)| {
            let cell = row.cell(*column);
            let text = cell.key()?.into_owned();
            let format = formats.of(name);
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
        let cell = reader.key.map(|column| row.cell(column));
        let delivery = cell.as_ref().and_then(|cell| cell.key());
        let (Some(lead), Some(time), true) = (lead, time, state.problems.is_empty()) else {
            work.collector.reject(state.problems, || row.raw());
            return;
        };
        let lenient = self.source.unknown_leads == Unknown::Ignore;
        let event = Event { kind, time, received, properties };
        match into.taker.take(lead, event, delivery.as_deref(), state.warnings, lenient) {
            Took::Taken(odd) => {
                odd.into_iter().for_each(|odd| work.collector.warn(odd));
                work.counts.events += 1;
            }
            Took::Again => work.counts.duplicates += 1,
        }
    }

    fn lead(
        &self,
        work: &mut Work<'a>,
        row: &dyn Row,
        taker: &mut dyn TakesEvents,
        state: &mut RowState<'_>,
    ) -> Found {
        let (column, name) = &self.lead;
        let cell = row.cell(*column);
        let key = cell.key();
        if let Some(place) = key.as_ref().and_then(|key| taker.place(key)) {
            return Found::Place(place);
        }
        let Some(key) = key else {
            state.problem(ProblemKind::MissingKey, name, None, "the event names no lead");
            return Found::Problem;
        };
        if taker.is_rejected(&key) {
            if !work.collector.keeps_rejects() {
                return Found::Ignored; // the lead's own problem is the one to mend
            }
            state.problem(ProblemKind::LeadRejected, name, Some(&key), "the row of this lead was rejected");
        } else if !taker.complete() {
            return Found::Ignored;
        } else if self.source.unknown_leads == Unknown::Ignore {
            work.counts.ignored += 1;
            return Found::Ignored;
        } else {
            state.problem(ProblemKind::UnknownLead, name, Some(&key), "no lead has this key");
            state.help(Some("`unknown_leads = \"ignore\"` leaves such events out".to_string()));
        }
        Found::Problem
    }

    /// The event type that the row names.
    fn event(&mut self, work: &Work<'a>, row: &dyn Row) -> Option<EventId> {
        let (column, known) = match &mut self.kind {
            Kind::Constant(id) => return Some(*id),
            Kind::Column(column, _, known) => (*column, known),
        };
        let cell = row.cell(column);
        let key = cell.key().unwrap_or_default();
        match known.get(&*key) {
            Some(id) => *id,
            None => {
                let id = event_named(&work.schema.events, &key);
                known.insert(Box::from(&*key), id);
                id
            }
        }
    }

    fn kind(&mut self, work: &mut Work<'a>, row: &dyn Row, state: &mut RowState<'_>) -> Found {
        if let Some(id) = self.event(work, row) {
            return Found::Place(id.0);
        }
        let Kind::Column(column, name, _) = &self.kind else { return Found::Ignored }; // a constant was found
        let cell = row.cell(*column);
        let key = cell.key().unwrap_or_default();
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
pub(super) enum Found {
    Place(u32),
    Problem,
    Ignored,
}
