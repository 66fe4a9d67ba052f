//! From the events of a fact to its answer.

use super::choose::{choose, put};
use super::each::{Candidates, Points};
use super::keys::Keys;
use super::order::Contents;
use super::programs::Gather;
use super::steps::{BoundStep, Lead, find};
use crate::facts::Given;
use crate::pass::Rows;
use crate::worker::EventPrograms;
use qualify_model::{Column, exact};
use qualify_plan::{Ask, Fact, GroupBy, Register, RegisterType};
use qualify_vm::{Registers, SlotColumn};

/// Room that is used again from lead to lead.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room {
    found: Vec<u32>,
    next: Vec<u32>,
    keys: Vec<i64>,
    pub candidates: Candidates,
    /// Of the last answer to `for each` the parts of the sum above and below zero.
    pub parts: (i128, i128),
}

/// What a fact of a lead is answered with.
pub(crate) struct Means<'a> {
    pub asked: &'a Fact,
    pub lead: &'a Lead<'a>,
    pub rows: &'a Rows<'a>,
    pub run: &'a EventPrograms<'a>,
    pub arguments: &'a Given,
    pub contents: &'a Contents,
}

/// What runs programs and makes keys.
pub(crate) type Tools<'a> = (&'a mut Keys, &'a mut Gather, &'a mut Registers);

impl Means<'_> {
    /// Answers for a lead whose events in view are `seen`, into a row of the slots.
    pub fn answer(
        &self,
        steps: &[BoundStep],
        seen: &[u32],
        row: usize,
        answers: &mut [SlotColumn],
        tools: Tools<'_>,
        room: &mut Room,
    ) {
        if !find(steps, seen, self.lead, &mut room.found, &mut room.next) {
            return self.unknown(row, answers);
        }
        let number = |answers: &mut [SlotColumn], place: usize, number: i64| {
            if let Some(slot) = answers.get_mut(place) {
                slot.set_number(row, Some(number));
            }
        };
        let (keys, gather, registers) = tools;
        match &self.asked.ask {
            Ask::Count => number(answers, 0, room.found.len() as i64),
            Ask::Newest => {
                let newest = room.found.last().map(|event| self.lead.time(*event));
                answers.iter_mut().take(1).for_each(|slot| slot.set_number(row, newest));
            }
            Ask::Days => {
                let zone = &self.lead.bound.zone;
                let days = room.found.iter().map(|event| zone.day(self.lead.time(*event)) as i64);
                number(answers, 0, different(days, &mut room.keys));
            }
            Ask::Different(column) => {
                let found = room.found.iter().map(|event| self.in_batch(*event));
                let known = found.filter_map(|event| keys.key(*column, self.rows.events, event));
                number(answers, 0, different(known, &mut room.keys));
            }
            Ask::Total(column) => {
                let (total, held) = exact::hold(self.sum(*column, &room.found).0);
                number(answers, 0, total);
                answers.iter_mut().skip(1).take(1).for_each(|slot| slot.set_truth(row, 2 * held as u8));
            }
            Ask::Sum(column) => {
                let (sum, known) = self.sum(*column, &room.found);
                answers.iter_mut().take(1).for_each(|slot| slot.set_wide(row, Some(sum)));
                number(answers, 1, known);
            }
            Ask::Choose(aggregate, column) => {
                let of = |event: &u32| (self.lead.time(*event), self.in_batch(*event));
                let mut found = room.found.iter().map(of);
                let chosen = choose(*aggregate, *column, &mut found, keys, self.rows.events);
                let value = chosen.and_then(|event| keys.read(*column, self.rows.events, event));
                if let Some(slot) = answers.first_mut() {
                    put(slot, row, value);
                }
            }
            Ask::Groups { by, low, high } => {
                self.group_keys(by, &room.found, keys, &mut room.keys);
                let of_size = |group: &[i64]| (*low..=*high).contains(&(group.len() as i64));
                let any = room.keys.chunk_by(i64::eq).any(of_size);
                answers.iter_mut().take(1).for_each(|slot| slot.set_truth(row, 2 * any as u8));
            }
            Ask::Factors(curve) => {
                let (bound, lead) = (self.lead.bound, self.lead);
                let factor = |event: &u32| match bound.curves.get(*curve as usize) {
                    Some(curve) => curve.numerator(bound.as_of, lead.time(*event)),
                    None => 0,
                };
                let sum = room.found.iter().map(factor).fold(0i64, i64::saturating_add);
                number(answers, 0, sum);
                number(answers, 1, room.found.len() as i64);
            }
            Ask::Each(each) => {
                let points = room.candidates.points(self, each, &room.found, (keys, gather, registers));
                room.parts = points.parts;
                put_points(answers, row, points);
            }
            Ask::OfNewest(program) => self.of_newest(*program, row, answers, &room.found, gather, registers),
        }
    }

    /// An event as a place in the batch.
    pub fn in_batch(&self, event: u32) -> usize {
        self.lead.first + event as usize
    }

    /// A window is unknown.
    pub fn unknown(&self, row: usize, answers: &mut [SlotColumn]) {
        if let Ask::Each(_) = self.asked.ask {
            return put_points(answers, row, Points::default());
        }
        let slots = match &self.asked.ask {
            Ask::Total(_) | Ask::Sum(_) | Ask::Factors(_) => 2,
            Ask::OfNewest(program) => self.outputs(*program).len(),
            _ => 1,
        };
        answers.iter_mut().take(slots).for_each(|slot| put_unknown(slot, row));
    }

    fn outputs(&self, program: u32) -> &[Register] {
        self.rows.plan.event_programs.get(program as usize).map_or(&[], |program| &program.outputs)
    }

    /// The sum of the known values of a number column, and how many are known.
    pub fn sum(&self, column: u32, found: &[u32]) -> (i128, i64) {
        let properties = &self.rows.events.properties;
        let own = properties.len() as u32;
        let (mut sum, mut count) = (0i128, 0);
        let joined = self.rows.plan.joined.get(column.wrapping_sub(own) as usize);
        let parts = if column < own { std::slice::from_ref(&column) } else { joined.map_or(&[][..], |j| j) };
        for part in parts {
            let Some(Column::Number { values, known }) = properties.get(*part as usize) else { continue };
            for event in found {
                let event = self.in_batch(*event);
                if known.as_ref().is_none_or(|known| known[event] != 0) {
                    sum += values[event] as i128; // 2^32 numbers of 64 bits fit
                    count += 1;
                }
            }
        }
        (sum, count)
    }

    /// The groups of events, in order, each as often as it has events.
    fn group_keys(&self, by: &GroupBy, found: &[u32], keys: &mut Keys, into: &mut Vec<i64>) {
        into.clear();
        match by {
            GroupBy::Property(column) => {
                let found = found.iter().map(|event| self.in_batch(*event));
                into.extend(found.filter_map(|event| keys.key(*column, self.rows.events, event)));
            }
            GroupBy::Period(unit) => {
                let zone = &self.lead.bound.zone;
                into.extend(found.iter().map(|event| zone.period_number(*unit, self.lead.time(*event))));
            }
        }
        sort(into);
    }

    /// What a program gives for the newest event, of one instant the one with the greatest content.
    fn of_newest(
        &self,
        program: u32,
        row: usize,
        answers: &mut [SlotColumn],
        found: &[u32],
        gather: &mut Gather,
        registers: &mut Registers,
    ) {
        let outputs = self.outputs(program).len();
        answers.iter_mut().take(outputs).for_each(|slot| put_unknown(slot, row));
        let Some(last) = found.last() else { return };
        let time = self.lead.time(*last);
        let newest = found.iter().rev().take_while(|event| self.lead.time(**event) == time);
        let newest = newest.map(|event| self.in_batch(*event));
        let events = self.rows.events;
        let by_content = |a: &usize, b: &usize| self.contents.compare((events, *a), (events, *b));
        let Some(event) = newest.max_by(by_content) else { return };
        self.put_outputs(program, event, row, answers, gather, registers);
    }

    /// What a program gives for an event of the batch.
    pub fn put_outputs(
        &self,
        program: u32,
        event: usize,
        row: usize,
        answers: &mut [SlotColumn],
        gather: &mut Gather,
        registers: &mut Registers,
    ) {
        let mut take =
            |outputs: &[Register], registers: &Registers, sources: &qualify_vm::Sources<'_>, _: usize| {
                for (slot, Register(ty, at)) in answers.iter_mut().zip(outputs) {
                    let at = *at as usize;
                    match ty {
                        RegisterType::Truth => slot.set_truth(row, registers.truth(at, 0)),
                        RegisterType::Number => slot.set_number(row, registers.number(at, 0)),
                        RegisterType::Wide => slot.set_wide(row, registers.wide(at, 0).map(|(wide, _)| wide)),
                        RegisterType::Text => slot.set_text(row, sources.kept_text(registers.text(at, 0))),
                        RegisterType::List => slot.set_list(row, sources.kept_list(registers.list(at, 0))),
                    }
                }
            };
        gather.run(program, &[event], &[], self.arguments, self.run, registers, &mut take);
    }
}

/// How many different values there are.
fn different(values: impl Iterator<Item = i64>, room: &mut Vec<i64>) -> i64 {
    room.clear();
    room.extend(values);
    sort(room);
    room.chunk_by(i64::eq).count() as i64
}

fn sort(values: &mut [i64]) {
    if !values.is_sorted() {
        values.sort_unstable();
    }
}

fn put_unknown(slot: &mut SlotColumn, row: usize) {
    match slot {
        SlotColumn::Truth(_) => slot.set_truth(row, 1),
        SlotColumn::Number { .. } => slot.set_number(row, None),
        SlotColumn::Wide { .. } => slot.set_wide(row, None),
        SlotColumn::Text(_) => slot.set_text(row, None),
        SlotColumn::List(_) => slot.set_list(row, None),
    }
}

pub(crate) fn put_points(answers: &mut [SlotColumn], row: usize, points: Points) {
    if let [sum, count, held, ..] = answers {
        sum.set_wide(row, Some(points.sum));
        count.set_number(row, Some(points.count));
        held.set_truth(row, 2 * points.held as u8);
    }
}
