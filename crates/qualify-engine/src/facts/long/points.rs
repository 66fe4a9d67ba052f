//! `for each` while events pass by: which events count, and the points of all of them together.
//!
//! Where only one event of each value counts, one walk finds the newest instant of each value and how often it was met,
//! and the next one chooses among the events of these instants. A sum beyond 127 bits is held, in whatever order its parts
//! come.

use super::super::answer::{Means, put_points};
use super::super::each::Points;
use super::super::order::Contents;
use super::answer::Hands;
use super::kept::Kept;
use super::marks::Mark;
use super::met::Met;
use super::periods::Periods;
use qualify_plan::Each;
use qualify_vm::SlotColumn;
use std::cmp::Ordering;
use std::collections::VecDeque;

/// Bytes of a value with the events that are kept for it, about.
const VALUE: usize = 2048;

/// See the module.
pub(super) struct EachPoints<'q> {
    each: &'q Each,
    /// The values, where only one event of each counts.
    values: Option<Values>,
    limit: Option<Limit>,
    points: Points,
}

/// Different values.
#[derive(Default)]
struct Values {
    met: Met<Value>,
    /// The newest instants of all are known: this walk chooses.
    chooses: bool,
}

/// What is known of a value.
#[derive(Default)]
struct Value {
    /// How many events have it.
    count: i64,
    newest: i64,
    /// How many of them are of the newest instant.
    at_newest: i64,
    chosen: Option<Candidate>,
}

/// An event that may count.
struct Candidate {
    period: i64,
    time: i64,
    points: i64,
    /// What is left of the points, over the denominator of the curve.
    left: i128,
    held: bool,
    /// Its content, and that which stands for its value; none where nothing depends on them.
    content: Option<Kept>,
    standing: Option<Kept>,
}

/// Only so many of each period count: the best, which stand behind the worse ones. Without periods all are of one.
struct Limit {
    most: usize,
    best: Periods<VecDeque<Candidate>>,
}

impl<'q> EachPoints<'q> {
    /// Before any event.
    pub fn new(each: &'q Each) -> EachPoints<'q> {
        let limit = |(most, _)| Limit { most: usize::try_from(most).unwrap_or(0), best: Periods::default() };
        let values = each.different.map(|_| Values::default());
        EachPoints { each, values, limit: each.limit.map(limit), points: Points::default() }
    }

    /// Whether it remembers values.
    pub fn remembers(&self) -> bool {
        self.values.is_some()
    }

    /// It may remember so many bytes.
    pub fn make_room(&mut self, bytes: usize) {
        self.values.iter_mut().for_each(|values| values.met.make_room(bytes / VALUE));
    }

    /// Takes the events of a piece.
    pub fn take(&mut self, found: &[u32], means: &Means<'_>, hands: Hands<'_>) {
        match (&mut self.values, self.each.different) {
            (Some(values), Some(column)) if !values.chooses => {
                for event in found {
                    let value = hands.keys.read(column, means.rows.events, *event as usize);
                    let met = value.and_then(|value| values.met.at(Mark::of(&value)));
                    met.into_iter().for_each(|value| value.meet(means.lead.time(*event)));
                }
            }
            (Some(_), Some(column)) => self.choose(column, found, means, hands),
            _ => self.count(found, means, hands),
        }
    }

    /// Every event may count.
    fn count(&mut self, found: &[u32], means: &Means<'_>, hands: Hands<'_>) {
        let Hands { gather, registers, keys, candidates } = hands;
        let events = found.iter().map(|event| *event as usize);
        candidates.evaluate(means, self.each, events, std::iter::empty(), (keys, gather, registers));
        for (at, event) in found.iter().enumerate() {
            let mut candidate = self.candidate(*event, candidates.evaluated(means, self.each, at), means);
            match &mut self.limit {
                None => add(&mut self.points, &candidate),
                Some(limit) => {
                    candidate.standing = Some(Kept::of(means.rows.events, *event as usize));
                    limit.add(candidate, means.contents);
                    let ended = limit.best.ended().into_iter().flatten();
                    ended.for_each(|candidate| add(&mut self.points, &candidate));
                }
            }
        }
    }

    /// Of each value one of the newest events may count.
    fn choose(&mut self, column: u32, found: &[u32], means: &Means<'_>, hands: Hands<'_>) {
        let Hands { gather, registers, keys, candidates } = hands;
        let events = means.rows.events;
        let Some(Values { met, .. }) = &mut self.values else { return };
        let mut newest: Vec<(u32, Mark, i64)> = Vec::new();
        for event in found {
            let Some(value) = keys.read(column, events, *event as usize) else { continue };
            let mark = Mark::of(&value);
            let known = met.known(mark).filter(|value| value.newest == means.lead.time(*event));
            newest.extend(known.map(|value| (*event, mark, value.count)));
        }
        let (of, times) = (newest.iter().map(|of| of.0 as usize), newest.iter().map(|of| of.2));
        candidates.evaluate(means, self.each, of, times, (keys, gather, registers));
        for (at, (event, mark, _)) in newest.iter().enumerate() {
            let mut candidate = self.candidate(*event, candidates.evaluated(means, self.each, at), means);
            let Some(value) = self.values.as_mut().and_then(|values| values.met.known(*mark)) else {
                continue;
            };
            if value.at_newest > 1 || self.limit.is_some() {
                candidate.content = Some(Kept::of(events, *event as usize));
                candidate.standing = candidate.content.clone();
            }
            value.offer(candidate, means.contents);
        }
    }

    fn candidate(&self, event: u32, of: (i64, i128, bool), means: &Means<'_>) -> Candidate {
        let time = means.lead.time(event);
        let unit = self.each.limit.and_then(|(_, unit)| unit);
        let period = unit.map_or(0, |unit| means.lead.bound.zone.period_number(unit, time));
        let (points, left, held) = of;
        Candidate { period, time, points, left, held, content: None, standing: None }
    }

    /// A walk is over. Whether it takes another one.
    pub fn ends_walk(&mut self, contents: &Contents) -> bool {
        let Some(values) = &mut self.values else { return false };
        values.chooses = !values.chooses;
        if values.chooses {
            return true;
        }
        for chosen in values.met.take().into_values().filter_map(|value| value.chosen) {
            match &mut self.limit {
                Some(limit) => limit.add(chosen, contents),
                None => add(&mut self.points, &chosen),
            }
        }
        values.met.next_share()
    }

    /// Writes the points.
    pub fn put(&self, answers: &mut [SlotColumn]) {
        let mut points = self.points;
        let best = self.limit.iter().flat_map(|limit| limit.best.iter()).flatten();
        best.for_each(|candidate| add(&mut points, candidate));
        put_points(answers, 0, points);
    }
}

fn add(points: &mut Points, of: &Candidate) {
    points.sum = points.sum.saturating_add(of.left);
    points.count += 1;
    points.held |= of.held;
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
    /// stands for the value.
    fn offer(&mut self, offered: Candidate, contents: &Contents) {
        let Some(chosen) = self.chosen.take() else {
            self.chosen = Some(offered);
            return;
        };
        let by_points = offered.points.cmp(&chosen.points);
        let by_content = || compare(contents, &offered.content, &chosen.content);
        let stands = compare(contents, &offered.standing, &chosen.standing).is_gt();
        let is_chosen = by_points.then_with(by_content).is_gt();
        let (mut best, other) = if is_chosen { (offered, chosen) } else { (chosen, offered) };
        if stands != is_chosen {
            best.standing = other.standing;
        }
        self.chosen = Some(best);
    }
}

impl Limit {
    /// The newest are the best, at one instant those with the most points, then those with the greatest content.
    fn add(&mut self, offered: Candidate, contents: &Contents) {
        let best = self.best.at(offered.period);
        let is_worse = |other: &Candidate| {
            let order = other.time.cmp(&offered.time).then(other.points.cmp(&offered.points));
            order.then_with(|| compare(contents, &other.standing, &offered.standing)).is_lt()
        };
        let place = best.partition_point(is_worse);
        best.insert(place, offered);
        if best.len() > self.most {
            best.pop_front();
        }
    }
}

fn compare(contents: &Contents, a: &Option<Kept>, b: &Option<Kept>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => contents.compare(a.event(), b.event()),
        _ => Ordering::Equal,
    }
}
