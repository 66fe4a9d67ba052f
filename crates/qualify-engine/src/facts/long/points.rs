//! `for each` while events pass by: the points of all events together that count.
//!
//! What a limit lets count depends on how many events there are, so a walk counts them first. A sum beyond 127 bits is held,
//! in whatever order its parts come.

use super::super::answer::{Means, put_points};
use super::super::each::Points;
use super::super::order::Contents;
use super::answer::Hands;
use super::chosen::ChosenOfValues;
use super::kept::Kept;
use super::limit::{Candidate, Limit, Worth};
use qualify_model::LongEvents;
use qualify_model::calendar::Zone;
use qualify_plan::Each;
use qualify_vm::SlotColumn;

/// See the module.
pub(super) struct EachPoints<'q> {
    each: &'q Each,
    room: usize,
    /// What events say is remembered where some are to be told apart by it.
    by_content: bool,
    stage: Stage,
    /// Where only one event of each value counts.
    chosen: Option<ChosenOfValues>,
    limit: Option<Limit>,
    points: Points,
}

/// What a walk is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// To count events, or values.
    Counts,
    /// To add up what counts.
    Adds,
}

impl<'q> EachPoints<'q> {
    /// Before any event.
    pub fn new(each: &'q Each) -> EachPoints<'q> {
        let chosen = each.different.map(|_| ChosenOfValues::new());
        let limit = each.limit.map(|(most, _)| Limit::of(most));
        let stage = if chosen.is_some() || limit.is_some() { Stage::Counts } else { Stage::Adds };
        EachPoints { each, room: 0, by_content: false, stage, chosen, limit, points: Points::default() }
    }

    /// Whether it remembers values.
    pub fn remembers(&self) -> bool {
        self.chosen.is_some()
    }

    /// It may remember so many bytes.
    pub fn make_room(&mut self, bytes: usize) {
        self.room = bytes;
        self.chosen.iter_mut().for_each(|chosen| chosen.make_room(bytes));
    }

    /// Takes the events of a piece.
    pub fn take(&mut self, found: &[u32], means: &Means<'_>, hands: Hands<'_>) {
        let zone = &means.lead.bound.zone;
        match (self.stage, &mut self.chosen, self.each.different) {
            (Stage::Counts, Some(chosen), Some(column)) => {
                chosen.meet(column, found, means, hands.keys, hands.all);
            }
            (Stage::Counts, ..) => {
                for event in found {
                    let period = period(self.each, zone, means.lead.time(*event));
                    self.limit.iter_mut().for_each(|limit| limit.count(period, 1));
                }
            }
            (Stage::Adds, Some(_), Some(column)) => self.choose(column, found, means, hands),
            (Stage::Adds, ..) => self.count(found, means, hands),
        }
        self.chosen.iter_mut().for_each(|chosen| chosen.passed(means.rows.events.kinds.len()));
    }

    /// Every event may count.
    fn count(&mut self, found: &[u32], means: &Means<'_>, hands: Hands<'_>) {
        let Hands { gather, registers, keys, candidates, .. } = hands;
        let events = found.iter().map(|event| *event as usize);
        candidates.evaluate(means, self.each, events, std::iter::empty(), (keys, gather, registers));
        for (at, event) in found.iter().enumerate() {
            let of = candidates.evaluated(means, self.each, at);
            let Some(limit) = &mut self.limit else {
                add(&mut self.points, Worth { left: of.1, held: of.2 }, 1);
                continue;
            };
            let candidate = candidate(self.each, self.by_content, *event, of, means);
            limit.pass(candidate, means.contents, &mut |worth, count| add(&mut self.points, worth, count));
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
            let evaluated = candidates.evaluated(means, self.each, at);
            let candidate = candidate(self.each, self.by_content, event, evaluated, means);
            let Some(candidate) = chosen.offer(of, candidate, means.contents) else { continue };
            let mut take = |worth, count| add(&mut self.points, worth, count);
            match &mut self.limit {
                Some(limit) => limit.pass(candidate, means.contents, &mut take),
                None => take(candidate.worth, 1),
            }
        }
    }

    /// A walk is over. Whether it takes another one.
    pub fn ends_walk(&mut self, all: &dyn LongEvents, zone: &Zone, contents: &Contents) -> bool {
        if self.stage == Stage::Counts {
            let (each, limit) = (self.each, &mut self.limit);
            let mut newest = |time: i64| {
                limit.iter_mut().for_each(|limit| limit.count(period(each, zone, time), 1));
            };
            self.chosen.iter_mut().for_each(|chosen| chosen.turn(all, &mut newest));
            self.stage = Stage::Adds;
            return true;
        }
        let mut is_unclear = self.chosen.as_ref().is_some_and(|chosen| chosen.is_unclear);
        if let Some(limit) = &mut self.limit {
            limit.end(contents, &mut |worth, count| add(&mut self.points, worth, count));
            is_unclear |= limit.is_unclear;
        }
        if !is_unclear || self.by_content {
            return false;
        }
        let room = self.room;
        *self = EachPoints { by_content: true, ..EachPoints::new(self.each) };
        self.make_room(room);
        true
    }

    /// Writes the points.
    pub fn put(&self, answers: &mut [SlotColumn]) {
        put_points(answers, 0, self.points);
    }
}

/// The number of the period that a limit puts an event into.
fn period(each: &Each, zone: &Zone, time: i64) -> i64 {
    each.limit.and_then(|(_, unit)| unit).map_or(0, |unit| zone.period_number(unit, time))
}

fn candidate(
    each: &Each,
    by_content: bool,
    event: u32,
    (points, left, held): (i64, i128, bool),
    means: &Means<'_>,
) -> Candidate {
    let time = means.lead.time(event);
    let content = by_content.then(|| Kept::of(means.rows.events, event as usize));
    Candidate {
        period: period(each, &means.lead.bound.zone, time),
        time,
        points,
        worth: Worth { left, held },
        standing: content.clone(),
        content,
    }
}

fn add(points: &mut Points, worth: Worth, count: u64) {
    if count > 0 {
        points.sum = points.sum.saturating_add(worth.left.saturating_mul(count.into()));
        points.count += count as i64;
        points.held |= worth.held;
    }
}
