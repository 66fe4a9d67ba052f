//! `for each` while events pass by: which events count, and the points of all of them together.
//!
//! A sum beyond 127 bits is held, in whatever order its parts come.

use super::super::answer::{Means, put_points};
use super::super::each::Points;
use super::super::order::Contents;
use super::answer::Hands;
use super::chosen::{Candidate, ChosenOfValues, by_content};
use super::kept::Kept;
use super::periods::Periods;
use qualify_model::LongEvents;
use qualify_plan::Each;
use qualify_vm::SlotColumn;
use std::collections::VecDeque;

/// See the module.
pub(super) struct EachPoints<'q> {
    each: &'q Each,
    /// Where only one event of each value counts.
    chosen: Option<ChosenOfValues>,
    limit: Option<Limit>,
    points: Points,
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
        let chosen = each.different.map(|_| ChosenOfValues::new());
        EachPoints { each, chosen, limit: each.limit.map(limit), points: Points::default() }
    }

    /// Whether it remembers values.
    pub fn remembers(&self) -> bool {
        self.chosen.is_some()
    }

    /// It may remember so many bytes.
    pub fn make_room(&mut self, bytes: usize) {
        self.chosen.iter_mut().for_each(|chosen| chosen.make_room(bytes));
    }

    /// Takes the events of a piece.
    pub fn take(&mut self, found: &[u32], means: &Means<'_>, hands: Hands<'_>) {
        let Some((chosen, column)) = self.chosen.as_mut().zip(self.each.different) else {
            return self.count(found, means, hands);
        };
        if chosen.chooses {
            self.choose(column, found, means, hands);
        } else {
            chosen.meet(column, found, means, hands.keys, hands.all);
        }
        self.chosen.iter_mut().for_each(|chosen| chosen.passed(means.rows.events.kinds.len()));
    }

    /// Every event may count.
    fn count(&mut self, found: &[u32], means: &Means<'_>, hands: Hands<'_>) {
        let Hands { gather, registers, keys, candidates, .. } = hands;
        let events = found.iter().map(|event| *event as usize);
        candidates.evaluate(means, self.each, events, std::iter::empty(), (keys, gather, registers));
        for (at, event) in found.iter().enumerate() {
            let mut candidate = self.candidate(*event, candidates.evaluated(means, self.each, at), means);
            if self.limit.is_some() {
                candidate.standing = Some(Kept::of(means.rows.events, *event as usize));
            }
            self.add(candidate, means.contents);
        }
    }

    /// Of each value one of the newest events may count.
    fn choose(&mut self, column: u32, found: &[u32], means: &Means<'_>, hands: Hands<'_>) {
        let Hands { gather, registers, keys, candidates, .. } = hands;
        let Some(chosen) = &mut self.chosen else { return };
        let newest = chosen.newest(column, found, means, keys);
        let (events, times) = (newest.iter().map(|of| of.0 as usize), newest.iter().map(|of| of.1));
        candidates.evaluate(means, self.each, events, times, (keys, gather, registers));
        for (at, (event, _, of)) in newest.into_iter().enumerate() {
            let mut candidate = self.candidate(event, candidates.evaluated(means, self.each, at), means);
            let Some(chosen) = &mut self.chosen else { return };
            if !chosen.is_alone(of) || self.limit.is_some() {
                candidate.content = Some(Kept::of(means.rows.events, event as usize));
                candidate.standing = candidate.content.clone();
            }
            if let Some(candidate) = chosen.offer(of, candidate, means.contents) {
                self.add(candidate, means.contents);
            }
        }
    }

    fn candidate(&self, event: u32, of: (i64, i128, bool), means: &Means<'_>) -> Candidate {
        let time = means.lead.time(event);
        let unit = self.each.limit.and_then(|(_, unit)| unit);
        let period = unit.map_or(0, |unit| means.lead.bound.zone.period_number(unit, time));
        let (points, left, held) = of;
        Candidate { period, time, points, left, held, content: None, standing: None }
    }

    /// Counts a candidate, none of which is older than those before, if the limit lets it.
    fn add(&mut self, candidate: Candidate, contents: &Contents) {
        let Some(limit) = &mut self.limit else { return add(&mut self.points, &candidate) };
        limit.add(candidate, contents);
        let ended = limit.best.ended().into_iter().flatten();
        ended.for_each(|candidate| add(&mut self.points, &candidate));
    }

    /// A walk is over. Whether it takes another one.
    pub fn ends_walk(&mut self, all: &dyn LongEvents) -> bool {
        let turning = self.chosen.as_mut().filter(|chosen| !chosen.chooses);
        turning.map(|chosen| chosen.turn(all)).is_some()
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

impl Limit {
    /// The newest are the best, at one instant those with the most points, then those with the greatest content.
    fn add(&mut self, offered: Candidate, contents: &Contents) {
        let best = self.best.at(offered.period);
        let is_worse = |other: &Candidate| {
            let order = other.time.cmp(&offered.time).then(other.points.cmp(&offered.points));
            order.then_with(|| by_content(contents, &other.standing, &offered.standing)).is_lt()
        };
        let place = best.partition_point(is_worse);
        best.insert(place, offered);
        if best.len() > self.most {
            best.pop_front();
        }
    }
}
