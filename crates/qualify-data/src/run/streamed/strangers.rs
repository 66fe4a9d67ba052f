//! Events of leads that nobody knows, or whose rows were rejected. To tell of them in the order of the events where no
//! table of all keys is in memory, the events are gone through once before they are read: who asks for a lead gets a
//! number, the keys meet those of the leads part by part, and what was asked for in vain is known by its number.

use crate::problem::{Collector, Outside};
use crate::read::events::{TakesEvents, Took};
use crate::run::numbered::{Numbered, Numbering};
use crate::run::order::Stop;
use crate::run::places::{Later, PARTITIONS, REJECTED, partition};
use crate::run::store::{Gathered, Room, Store};
use qualify_model::Event;
use std::ops::ControlFlow;

/// Words of a question: the mark of the key, and its number.
const WORDS: usize = 3;

/// Goes through events.
pub(super) struct Asking<'p> {
    later: &'p Later,
    store: Store,
    gathered: Gathered,
    number: u64,
    failed: Option<Stop>,
}

/// What was asked for in vain.
pub(super) struct Strangers {
    numbered: Numbered,
    spilled: u64,
}

/// Whom an event names.
pub(super) enum Named {
    Lead,
    Nobody,
    /// A lead whose row was rejected.
    Rejected,
}

impl<'p> Asking<'p> {
    /// Asks for these leads, with so much memory.
    pub fn new(later: &'p Later, room: Room) -> Asking<'p> {
        let store = Store::new(WORDS, PARTITIONS, room);
        let gathered = store.gathered();
        Asking { later, store, gathered, number: 0, failed: None }
    }

    /// All events were gone through.
    pub fn finish(self, room: Room) -> Result<Strangers, Stop> {
        self.failed.map_or(Ok(()), Err)?;
        self.store.finish(self.gathered)?;
        let mut vain = Numbering::new(self.number, room);
        for part in 0..PARTITIONS {
            let asked = self.store.take(part);
            if asked.count() == 0 {
                continue;
            }
            let leads = self.later.look(part)?;
            asked.each_record(&mut |question| match leads.place([question[0], question[1]]) {
                None => vain.add(question[2], [0; 2]),
                Some(REJECTED) => vain.add(question[2], [1, 0]),
                Some(_) => Ok(()),
            })?;
        }
        Ok(Strangers { numbered: vain.finish()?, spilled: self.store.spilled_bytes() })
    }
}

impl TakesEvents for Asking<'_> {
    fn place(&mut self, key: &str) -> Option<u32> {
        self.number += 1;
        let [a, b] = self.later.of_text(key.as_bytes());
        if self.failed.is_none() {
            let question = [a, b, self.number];
            self.failed = self.store.add_record(partition(a), &question, &mut self.gathered).err();
        }
        Some(0)
    }

    fn only_asks(&self) -> bool {
        true
    }

    fn is_rejected(&self, _: &str) -> bool {
        false
    }

    fn complete(&self) -> bool {
        true
    }

    fn flow(&self, _: &Collector) -> ControlFlow<()> {
        if self.failed.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn take(&mut self, _: u32, _: Event, _: Option<&str>, _: Vec<Outside>, _: bool) -> Took {
        Took::Again
    }
}

impl Strangers {
    /// The next answer.
    pub fn next(&mut self) -> Result<Named, Stop> {
        Ok(match self.numbered.next()? {
            None => Named::Lead,
            Some([0, _]) => Named::Nobody,
            Some(_) => Named::Rejected,
        })
    }

    /// All events were there, as many as before.
    pub fn end(&self) -> Result<(), Stop> {
        self.numbered.end()
    }

    /// The bytes of the temporary files.
    pub fn spilled_bytes(&self) -> u64 {
        self.spilled + self.numbered.spilled_bytes()
    }
}
