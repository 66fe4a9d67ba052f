//! Facts of a lead whose events come piece by piece, because they are too many to be in memory at once.
//!
//! The pieces stand in the order of their times, so everything that is asked is found while they pass by, with memory
//! that does not grow with them: a view tells of each event whether it is seen, a sequence whether it is reached, and
//! an answer takes what was reached. All facts that are there before the main program starts are asked in one walk
//! through the pieces. What another event must be known for first (`since last`) takes a walk before it, and `for each
//! different` one behind it. Values that are too many to be remembered are put in order outside of memory (`values`).
//!
//! The results are those of the general way, which they are held against; but where a sum of `for each` would be held at 127
//! bits on its way.

mod answer;
mod chosen;
mod kept;
mod limit;
mod marks;
mod passing;
mod periods;
mod points;
mod values;

use super::Facts;
use super::answer::Means;
use super::steps::{BoundStep, Lead};
use crate::engine::Engine;
use crate::pass::{Pass, Rows};
use crate::worker::EventPrograms;
use answer::{Answer, Hands};
use kept::Kept;
use passing::{Sequence, Sight};
use qualify_model::LongEvents;
use qualify_plan::{Fact, FactAt};
use qualify_vm::{FactArguments, Registers, SlotColumn};

/// Goes through the pieces.
pub(crate) struct Walker<'w> {
    pub engine: &'w Engine,
    pub events: &'w dyn LongEvents,
    pub pass: &'w mut Pass,
    pub registers: &'w mut Registers,
    /// For views and steps the instant of the newest event, as far as it was asked for.
    asked: Vec<(u32, BoundStep, Option<i64>)>,
}

/// A piece as it passes by.
struct Piece<'p> {
    rows: &'p Rows<'p>,
    pass: &'p Pass,
    run: &'p EventPrograms<'p>,
    /// Its events that are known and that any matcher means, by time.
    known: &'p [u32],
}

impl<'w> Walker<'w> {
    /// Of an engine through the events of a lead.
    pub fn new(
        engine: &'w Engine,
        events: &'w dyn LongEvents,
        pass: &'w mut Pass,
        registers: &'w mut Registers,
    ) -> Walker<'w> {
        Walker { engine, events, pass, registers, asked: Vec::new() }
    }

    fn walk(&mut self, show: &mut dyn FnMut(&Piece<'_>, &mut Registers)) {
        let Engine { plan, bound, layout, .. } = self.engine;
        let mut known = Vec::new();
        self.events.each(&mut |events| {
            let rows = Rows { plan, bound, layout, events, leads: 0..1 };
            let run = EventPrograms { engine: self.engine, events };
            self.pass.adopt(plan, events);
            let all = rows.range();
            self.pass.classify(&rows, all.clone(), &mut |program, range, truths| {
                run.filter(program, range, self.registers, truths);
            });
            let counts =
                |event: &usize| self.pass.class_of[*event] != 0 && events.times[*event] <= bound.as_of;
            known.clear();
            known.extend(all.filter(counts).map(|event| event as u32));
            show(&Piece { rows: &rows, pass: self.pass, run: &run, known: &known }, self.registers);
        });
    }
}

/// A fact on its way to its answer.
struct Question<'q> {
    asked: &'q Fact,
    /// The first of its slots among the answers.
    at: usize,
    sight: Sight<'q>,
    sequence: Sequence<'q>,
    answer: Answer<'q>,
}

impl Facts {
    /// Answers facts of the only lead, each into the slots from a place on.
    pub fn answer_long(
        &mut self,
        asked: impl Iterator<Item = (FactAt, usize)>,
        arguments: Option<&FactArguments<'_>>,
        answers: &mut [SlotColumn],
        walker: &mut Walker<'_>,
    ) {
        let Facts { steps, views, keys, contents, gather, arguments: given, room, .. } = self;
        let engine = walker.engine;
        given.of(arguments, 0);
        let nothing = Kept::nothing();
        let mut questions: Vec<Question<'_>> = Vec::new();
        for (fact, at) in asked {
            let (Some(asked), Some(steps)) = (engine.plan.facts.get(fact.index()), steps.get(fact.index()))
            else {
                continue;
            };
            let before = questions.iter().find(|before| before.sight.is_of(asked.view));
            let sight = match before {
                Some(before) => before.sight.clone(),
                None => walker.sight(&views.views, asked.view, &given.numbers),
            };
            match walker.sequence(steps, &sight, &given.numbers) {
                Some(sequence) => {
                    let answer = Answer::new(&asked.ask);
                    questions.push(Question { asked, at, sight, sequence, answer });
                }
                None => nothing.with(engine, walker.pass, &given.numbers, &mut |lead, rows, run| {
                    let means = Means { asked, lead, rows, run, arguments: given, contents };
                    means.unknown(0, &mut answers[at..]);
                }),
            }
        }
        let sharing = questions.iter().filter(|question| question.answer.remembers()).count().max(1);
        let share = walker.events.room() / sharing;
        questions.iter_mut().for_each(|question| question.answer.make_room(share));
        let all = walker.events;
        let mut found = Vec::new();
        let mut open: Vec<&mut Question<'_>> = questions.iter_mut().collect();
        while !open.is_empty() {
            walker.walk(&mut |piece, registers| {
                let lead = Lead::new(piece.pass, piece.rows, &given.numbers);
                for question in &mut open {
                    let Question { asked, sight, sequence, answer, .. } = &mut **question;
                    found.clear();
                    // a view with ignores must see all of them
                    let events = match sight.is_clear() {
                        true => sequence.part(piece.known, &lead),
                        false => piece.known,
                    };
                    let seen = events.iter().filter(|event| sight.shows(**event, &lead));
                    found.extend(seen.filter(|event| sequence.reaches(**event, &lead)));
                    let (rows, run) = (piece.rows, piece.run);
                    let means = Means { asked, lead: &lead, rows, run, arguments: given, contents };
                    let candidates = &mut room.candidates;
                    let hands = Hands { keys, gather, registers, candidates, all };
                    answer.take(&found, &means, hands);
                }
            });
            open.retain_mut(|question| {
                let goes_on = question.answer.ends_walk(all, &engine.bound.zone, contents);
                if goes_on {
                    question.sight.begin();
                    question.sequence.begin();
                }
                goes_on
            });
        }
        for Question { asked, at, answer, .. } in questions {
            let (kept, answers) = (answer.kept().unwrap_or(&nothing), &mut answers[at..]);
            kept.with(engine, walker.pass, &given.numbers, &mut |lead, rows, run| {
                let means = Means { asked, lead, rows, run, arguments: given, contents };
                let candidates = &mut room.candidates;
                let hands = Hands { keys, gather, registers: walker.registers, candidates, all };
                answer.put(&means, answers, hands);
            });
        }
    }
}
