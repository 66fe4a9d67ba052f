//! Of each value the newest event, while events pass by; at one instant the one with the most points.
//!
//! A first walk finds the newest instant of each value and how often it was met, a second one chooses among the events of
//! these instants. What is known of a value is forgotten as soon as all its newest events have passed by.

use super::super::answer::Means;
use super::super::keys::Keys;
use super::super::order::Contents;
use super::limit::{Candidate, by_content};
use super::marks::Mark;
use super::values::Values;
use qualify_model::{LongEvents, Numbers, SortNumbers};
use std::collections::HashMap;
use std::iter::Peekable;

/// See the module.
pub(super) struct ChosenOfValues {
    values: Values<Value>,
    /// How many events the pieces before had.
    before: u64,
    /// Of values that are not remembered the newest events, by their place among all: the place, how many events have the
    /// value, how many of them are of the newest instant, and a number for the value.
    newest: Peekable<Box<dyn Iterator<Item = Numbers>>>,
    /// Those of these values some of whose newest events have passed by, by that number.
    open: HashMap<u64, Value>,
    /// Some that have the same points are to be told apart by what they say.
    pub is_unclear: bool,
}

/// What is known of a value.
#[derive(Default)]
struct Value {
    /// How many events have it.
    count: i64,
    newest: i64,
    /// How many of them are of the newest instant and have not passed by yet.
    at_newest: i64,
    chosen: Option<Box<Candidate>>,
}

/// Which value.
#[derive(Clone, Copy)]
pub(super) enum Of {
    Remembered(Mark),
    Other(u64),
}

impl ChosenOfValues {
    /// Before any event.
    pub fn new() -> ChosenOfValues {
        let newest = nothing().peekable();
        let (values, open) = (Values::new(), HashMap::new());
        ChosenOfValues { values, before: 0, newest, open, is_unclear: false }
    }

    /// It may remember so many bytes.
    pub fn make_room(&mut self, bytes: usize) {
        self.values.make_room(bytes);
    }

    /// A piece with so many events has passed by.
    pub fn passed(&mut self, events: usize) {
        self.before += events as u64;
    }

    /// Meets the values of events of a piece, in the first walk.
    pub fn meet(&mut self, column: u32, found: &[u32], means: &Means<'_>, keys: &Keys, all: &dyn LongEvents) {
        for event in found {
            let Some(value) = keys.read(column, means.rows.events, *event as usize) else { continue };
            let time = means.lead.time(*event);
            let numbers = [ordered(time), self.before + u64::from(*event)];
            let met = self.values.meet(Mark::of(&value), numbers, all);
            met.into_iter().for_each(|value| value.meet(time));
        }
    }

    /// The first walk is over; `tell` is told the newest instant of each value.
    pub fn turn(&mut self, all: &dyn LongEvents, tell: &mut dyn FnMut(i64)) {
        self.values.all_known().for_each(|value| tell(value.newest));
        let mut newest: Option<Box<dyn SortNumbers>> = None;
        let (mut number, mut places) = (0, Vec::new());
        let room = self.values.room_to_sort();
        self.values.each_other(&mut |events| {
            let (mut count, mut instant) = (0, None);
            for [_, _, time, place] in events {
                if instant.replace(time) != Some(time) {
                    places.clear();
                }
                places.push(place);
                count += 1;
            }
            instant.into_iter().for_each(|instant| tell(instant_of(instant)));
            let newest = newest.get_or_insert_with(|| all.sorter(room));
            places.iter().for_each(|place| newest.add([*place, count, places.len() as u64, number]));
            number += 1;
        });
        self.newest = newest.map_or_else(nothing, SortNumbers::finish).peekable();
        self.before = 0;
    }

    /// Those of the events of a piece that are of the newest instant of their value, how many events have the value, and
    /// which it is; in the second walk.
    pub fn newest(
        &mut self,
        column: u32,
        found: &[u32],
        means: &Means<'_>,
        keys: &Keys,
    ) -> Vec<(u32, i64, Of)> {
        let mut of_newest = Vec::new();
        for event in found {
            let (time, place) = (means.lead.time(*event), self.before + u64::from(*event));
            while self.newest.next_if(|next| next[0] < place).is_some() {}
            if let Some([_, count, at_newest, number]) = self.newest.next_if(|next| next[0] == place) {
                let (count, at_newest) = (count as i64, at_newest as i64);
                let fresh = || Value { count, newest: time, at_newest, chosen: None };
                self.open.entry(number).or_insert_with(fresh);
                of_newest.push((*event, count, Of::Other(number)));
                continue;
            }
            let Some(value) = keys.read(column, means.rows.events, *event as usize) else { continue };
            let mark = Mark::of(&value);
            let value = self.values.known(mark).filter(|value| value.newest == time);
            of_newest.extend(value.map(|value| (*event, value.count, Of::Remembered(mark))));
        }
        of_newest
    }

    /// Offers one of the newest events of a value; gives the one that is chosen when all were offered.
    pub fn offer(&mut self, of: Of, offered: Candidate, contents: &Contents) -> Option<Candidate> {
        let value = self.value(of)?;
        let is_unclear = value.offer(offered, contents);
        value.at_newest -= 1;
        let chosen = if value.at_newest > 0 { None } else { value.chosen.take() };
        self.is_unclear |= is_unclear;
        let chosen = chosen?;
        if let Of::Other(number) = of {
            self.open.remove(&number);
        }
        Some(*chosen)
    }

    fn value(&mut self, of: Of) -> Option<&mut Value> {
        match of {
            Of::Remembered(mark) => self.values.known(mark),
            Of::Other(number) => self.open.get_mut(&number),
        }
    }
}

impl Value {
    fn meet(&mut self, time: i64) {
        self.count += 1;
        if self.count == 1 || self.newest < time {
            (self.newest, self.at_newest) = (time, 0);
        }
        self.at_newest += 1;
    }

    /// The one with the most points is chosen, among those the one with the greatest content; the greatest content of all
    /// stands for the value. Whether it is unclear which one that is.
    fn offer(&mut self, offered: Candidate, contents: &Contents) -> bool {
        let Some(chosen) = self.chosen.take() else {
            self.chosen = Some(Box::new(offered));
            return false;
        };
        let order = offered.points.cmp(&chosen.points);
        let order = order.then_with(|| by_content(contents, &offered.content, &chosen.content));
        let stands = by_content(contents, &offered.standing, &chosen.standing).is_gt();
        let is_unclear = order.is_eq() && offered.worth != chosen.worth;
        let (mut best, other) = if order.is_gt() { (offered, *chosen) } else { (*chosen, offered) };
        if stands != order.is_gt() {
            best.standing = other.standing;
        }
        self.chosen = Some(Box::new(best));
        is_unclear
    }
}

/// A number for each instant, in their order.
fn ordered(time: i64) -> u64 {
    time as u64 ^ 1 << 63
}

fn instant_of(ordered: u64) -> i64 {
    (ordered ^ 1 << 63) as i64
}

fn nothing() -> Box<dyn Iterator<Item = Numbers>> {
    Box::new(std::iter::empty())
}
