//! The general way to answer what is asked of events: fact by fact, lead by lead, for all windows, sequences,
//! silences, groups and limits that the pass leaves over.
//!
//! The events of a block are put in order of time once, those that no matcher means left out. A view is what its
//! ignores leave of them. A fact takes the events of its steps out of its view and makes an answer of them.
//! Everything takes n log n steps in the events of a lead, and nothing is allocated once the room has been used.

mod answer;
mod choose;
mod each;
mod keys;
mod long;
mod order;
mod programs;
mod steps;
mod values;
mod views;

#[cfg(test)]
mod tests;

use crate::pass::{Pass, Rows};
use crate::worker::EventPrograms;
use answer::Room;
use keys::Keys;
pub(crate) use long::Walker;
use order::Contents;
use programs::Gather;
use qualify_plan::{Bound, FactAt, Plan};
use qualify_vm::{FactArguments, ListValue, Registers, SlotColumn};
use steps::{BoundStep, Lead};
use views::{Sights, Views};

/// The state of one worker, used again for every block.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// For each fact its steps.
    steps: Vec<Vec<BoundStep>>,
    views: Views,
    sights: Sights,
    keys: Keys,
    contents: Contents,
    gather: Gather,
    arguments: Given,
    room: Room,
    /// For each fact that is a `for each`, of the last lead, the parts of its sum above and below zero.
    parts: Vec<(i128, i128)>,
}

/// Values of a lead that a fact takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    truths: Vec<u8>,
    numbers: Vec<Option<i64>>,
    texts: Vec<Option<std::sync::Arc<str>>>,
    lists: Vec<Option<ListValue>>,
}

impl Given {
    fn of(&mut self, arguments: Option<&FactArguments<'_>>, row: usize) {
        match arguments {
            Some(arguments) => {
                let Given { truths, numbers, texts, lists } = self;
                arguments.row(row, truths, numbers, texts, lists);
            }
            None => {
                self.truths.clear();
                self.numbers.clear();
                self.texts.clear();
                self.lists.clear();
            }
        }
    }
}

impl Facts {
    /// Of a plan at an instant.
    pub fn new(plan: &Plan, bound: &Bound) -> Facts {
        let steps = |steps: &[_]| steps.iter().map(|step| BoundStep::new(step, bound)).collect();
        Facts {
            steps: plan.facts.iter().map(|fact| steps(&fact.steps)).collect(),
            views: Views::new(plan, bound),
            sights: Sights::default(),
            keys: Keys::new(plan),
            contents: Contents::new(plan),
            gather: Gather::new(plan),
            arguments: Given::default(),
            room: Room::default(),
            parts: vec![(0, 0); plan.facts.len()],
        }
    }

    /// Of the last lead the parts above and below zero of the sum of a `for each`.
    pub fn parts(&self, fact: usize) -> (i128, i128) {
        self.parts.get(fact).copied().unwrap_or_default()
    }

    /// Moves the facts that are left to it to another instant; the others stay, so no lead in pieces can be scored behind that.
    pub fn move_to(&mut self, plan: &Plan, bound: &Bound, left: &[u32]) {
        for fact in left.iter().map(|fact| *fact as usize) {
            let steps = self.steps[fact].iter_mut().zip(&plan.facts[fact].steps);
            steps.for_each(|(bound_step, step)| bound_step.move_to(step, bound));
        }
        self.views.move_to(plan, bound);
    }

    /// A new block of leads: its events were classified by the pass (`pass.class_of` from the first event of
    /// `rows.range()` on; `pass.classes.means(class, matcher)`).
    pub fn begin(&mut self, pass: &Pass, rows: &Rows<'_>) {
        self.sights.begin(pass, rows, self.views.len());
        self.keys.adopt(rows.events);
    }

    /// Answers one fact for all leads of the block. `answers` begin with the slots of the fact.
    #[allow(clippy::too_many_arguments)] // what it needs is owned by different parts of a worker
    pub fn answer(
        &mut self,
        fact: FactAt,
        arguments: Option<&FactArguments<'_>>,
        answers: &mut [SlotColumn],
        pass: &Pass,
        rows: &Rows<'_>,
        run: &EventPrograms<'_>,
        registers: &mut Registers,
    ) {
        let Some(asked) = rows.plan.facts.get(fact.index()) else { return };
        let Facts { steps, views, sights, keys, contents, gather, arguments: given, room, parts } = self;
        views.see(asked.view, sights, pass, rows);
        for row in 0..rows.leads.len() {
            given.of(arguments, row);
            let lead = Lead::new(pass, rows, &given.numbers);
            let seen = views.of_lead(asked.view, sights, row, &lead);
            let means = answer::Means { asked, lead: &lead, rows, run, arguments: given, contents };
            room.parts = (0, 0);
            means.answer(&steps[fact.index()], seen, row, answers, (keys, gather, registers), room);
            parts[fact.index()] = room.parts;
        }
    }
}
