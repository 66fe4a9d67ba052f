//! Events on their way to their leads.

use super::strangers::{Named, Strangers};
use crate::problem::{Collector, Outside};
use crate::read::events::{TakesEvents, Took};
use crate::run::deliveries::{Bound, Destination};
use crate::run::keys::NOBODY;
use crate::run::order::Stop;
use crate::run::places::{Later, Mark, Places};
use crate::run::record::Layout;
use crate::run::rows;
use crate::run::store::Gathered;
use crate::run::texts::Texts;
use crate::run::unsure::Unsure;
use qualify_model::{Event, EventId, Needs};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// Events that are packed at a time.
const EVENTS: usize = 1024;

/// Takes events and packs them.
pub(super) struct EventsAside<'w> {
    layout: &'w Layout,
    needs: &'w Needs,
    places: &'w Places,
    rejected: &'w HashSet<Box<str>>,
    /// Who is asked for in vain, if that is known.
    strangers: Option<&'w mut Strangers>,
    /// The lead that was asked for last was rejected.
    was_rejected: bool,
    to: &'w Destination<'w>,
    texts: Vec<Texts>,
    /// What is gathered of events whose leads are not known yet, and of the others.
    later: Option<Gathered>,
    known: Bound,
    /// The lead that was asked for last.
    mark: Mark,
    marks: Vec<Mark>,
    leads: Vec<u32>,
    lenient: Vec<bool>,
    /// Number of each event and mark of its delivery, if it is not sure that they count.
    extra: Vec<Vec<u64>>,
    events: Vec<Event>,
    number: u64,
    words: Vec<Vec<u64>>,
    failed: Option<Stop>,
}

impl<'w> EventsAside<'w> {
    /// For events that go there.
    pub fn new(
        layout: &'w Layout,
        needs: &'w Needs,
        places: &'w Places,
        rejected: &'w HashSet<Box<str>>,
        strangers: Option<&'w mut Strangers>,
        to: &'w Destination<'w>,
        texts: Vec<Texts>,
    ) -> EventsAside<'w> {
        EventsAside {
            layout,
            needs,
            places,
            rejected,
            strangers,
            was_rejected: false,
            to,
            texts,
            later: matches!(places, Places::Later(_)).then(|| places.gathered(to.store)),
            known: Bound::default(),
            mark: [0; 2],
            marks: Vec::new(),
            leads: Vec::new(),
            lenient: Vec::new(),
            extra: vec![Vec::new(); to.unsure.map_or(0, |unsure| Unsure::extra(unsure.once.is_some()))],
            events: Vec::new(),
            number: 0,
            words: Vec::new(),
            failed: None,
        }
    }

    /// The event gets a number, and the mark of its delivery.
    fn number(
        &mut self,
        unsure: &Unsure,
        kind: EventId,
        delivery: Option<&str>,
        odd: Vec<Outside>,
    ) -> Result<(), Stop> {
        self.number += 1;
        let once = unsure.once.as_ref().zip(delivery);
        let mark = once.map_or([0; 2], |(once, key)| once.mark(kind, key));
        let extra = [unsure.add(self.number, odd)?, mark[0], mark[1]];
        self.extra.iter_mut().zip(extra).for_each(|(column, word)| column.push(word));
        Ok(())
    }

    fn pack(&mut self) -> Result<(), Stop> {
        let facts = rows::facts(&self.events, self.needs, &mut self.texts);
        let lenient = self.lenient.iter().map(|lenient| Later::head(*lenient));
        self.layout.pack(&facts, lenient, &mut self.words);
        self.words.extend(self.extra.iter().cloned());
        match (self.places, &mut self.later) {
            (Places::Later(later), Some(gathered)) => later.add(&self.marks, &mut self.words, gathered)?,
            _ => {
                let mut event = Vec::new();
                for (row, place) in self.leads.iter().enumerate() {
                    event.clear();
                    event.extend(self.words.iter().map(|word| word[row]));
                    self.to.add(*place, &event, &mut self.known)?;
                }
            }
        }
        self.marks.clear();
        self.leads.clear();
        self.lenient.clear();
        self.extra.iter_mut().for_each(Vec::clear);
        self.events.clear();
        Ok(())
    }

    /// What went wrong with putting events aside, when all were gone through.
    pub fn failed(&mut self) -> Result<(), Stop> {
        self.failed.take().map_or(Ok(()), Err)?;
        self.strangers.as_ref().map_or(Ok(()), |strangers| strangers.end())
    }

    /// All events are there; gives how many belong to nobody and were left out.
    pub fn finish(mut self, threads: usize) -> Result<u64, Stop> {
        self.failed()?;
        self.pack()?;
        self.to.finish(self.known)?;
        if let Some(unsure) = self.to.unsure {
            unsure.all_read(self.number);
        }
        self.places.finish(self.later.into_iter(), threads, self.to)
    }
}

impl TakesEvents for EventsAside<'_> {
    fn place(&mut self, key: &str) -> Option<u32> {
        match self.places {
            Places::Known(map) => Some(map.text(key)).filter(|place| *place != NOBODY),
            Places::Later(later) => {
                let named = self.strangers.as_mut().map_or(Ok(Named::Lead), |strangers| strangers.next());
                let named = named.unwrap_or_else(|stop| {
                    self.failed.get_or_insert(stop);
                    Named::Lead
                });
                self.was_rejected = matches!(named, Named::Rejected);
                self.mark = later.of_text(key.as_bytes());
                matches!(named, Named::Lead).then_some(0)
            }
        }
    }

    fn is_rejected(&self, key: &str) -> bool {
        self.was_rejected || self.rejected.contains(key)
    }

    fn flow(&self, collector: &Collector) -> ControlFlow<()> {
        let hasty = self.later.is_some() && self.strangers.is_none();
        if self.failed.is_some() || (hasty && collector.wrong()) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    fn complete(&self) -> bool {
        true
    }

    fn take(
        &mut self,
        place: u32,
        event: Event,
        delivery: Option<&str>,
        odd: Vec<Outside>,
        lenient: bool,
    ) -> Took {
        if self.failed.is_some() {
            return Took::Taken(Vec::new());
        }
        let mut said = odd;
        if let Some(unsure) = self.to.unsure {
            self.failed = self.number(unsure, event.kind, delivery, std::mem::take(&mut said)).err();
        }
        self.marks.push(self.mark);
        self.leads.push(place);
        self.lenient.push(lenient);
        self.events.push(event);
        if self.events.len() == EVENTS && self.failed.is_none() {
            self.failed = self.pack().err();
        }
        Took::Taken(said)
    }
}
