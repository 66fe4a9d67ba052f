//! `for each`: which events count, and the points of all of them together.

use super::answer::{Means, Tools};
use qualify_model::CalendarUnit;
use qualify_plan::Each;

/// Points of all events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Points {
    /// In units of 1e-4 over the denominator of the curve.
    pub sum: i128,
    pub count: i64,
    pub held: bool,
    /// The part of the sum that lies above zero, and that below.
    pub parts: (i128, i128),
}

/// Events that may count, and room for choosing among them; used again from lead to lead.
#[derive(Clone, Debug, Default)]
pub(crate) struct Candidates {
    /// Places in the batch.
    events: Vec<usize>,
    /// Where the group of each ends; of those that are no groups each stands for itself.
    groups: Vec<Group>,
    /// How many events had the value.
    times: Vec<i64>,
    points: Vec<i64>,
    held: Vec<bool>,
    from: Vec<Option<i64>>,
    unless: Vec<bool>,
    /// Places among the candidates that count.
    counting: Vec<u32>,
    /// The candidate of each group that stands for it in an order by content.
    rank: Vec<u32>,
    keyed: Vec<(i64, u32)>,
    periods: Vec<(i64, u32)>,
}

/// The candidates of one value.
#[derive(Clone, Copy, Debug)]
struct Group {
    first: u32,
    end: u32,
}

impl Candidates {
    /// The points of the events of a fact, which stand by time.
    pub fn points(&mut self, means: &Means<'_>, each: &Each, found: &[u32], mut tools: Tools<'_>) -> Points {
        self.collect(means, each, found, &mut tools);
        if self.events.is_empty() {
            return Points::default();
        }
        self.run(means, each, &mut tools);
        self.counting.clear();
        self.rank.clear();
        if each.different.is_some() {
            self.choose_of_groups(means);
        } else {
            self.counting.extend(0..self.events.len() as u32);
        }
        if let Some((most, per)) = each.limit {
            self.limit(means, most, per, each.different.is_some());
        }
        self.sum(means, each)
    }

    /// The events that may count: all, or of each known value the newest ones.
    fn collect(&mut self, means: &Means<'_>, each: &Each, found: &[u32], tools: &mut Tools<'_>) {
        self.events.clear();
        self.times.clear();
        self.groups.clear();
        let Some(column) = each.different else {
            return self.events.extend(found.iter().map(|event| means.in_batch(*event)));
        };
        self.keyed.clear();
        for (place, event) in found.iter().enumerate() {
            let key = tools.0.key(column, means.rows.events, means.in_batch(*event));
            self.keyed.extend(key.map(|key| (key, place as u32)));
        }
        self.keyed.sort_unstable();
        for group in self.keyed.chunk_by(|a, b| a.0 == b.0) {
            let time = |place: u32| means.lead.time(found[place as usize]);
            let Some((_, last)) = group.last() else { continue };
            let first = self.events.len() as u32;
            let newest = group.iter().rev().take_while(|(_, place)| time(*place) == time(*last));
            self.events.extend(newest.map(|(_, place)| means.in_batch(found[*place as usize])));
            self.times.resize(self.events.len(), group.len() as i64);
            self.groups.push(Group { first, end: self.events.len() as u32 });
        }
    }

    fn run(&mut self, means: &Means<'_>, each: &Each, tools: &mut Tools<'_>) {
        let Candidates { events, times, points, held, from, unless, .. } = self;
        let (_, gather, registers) = tools;
        points.clear();
        held.clear();
        gather.run(
            each.points,
            events,
            times,
            means.arguments,
            means.run,
            registers,
            &mut |outputs, of, _, rows| {
                let (number, truth) = match outputs {
                    [number, truth, ..] => (number.1 as usize, truth.1 as usize),
                    _ => return,
                };
                points.extend((0..rows).map(|row| of.number(number, row).unwrap_or(0)));
                held.extend((0..rows).map(|row| of.truth(truth, row) == 2));
            },
        );
        points.resize(events.len(), 0);
        held.resize(events.len(), false);
        from.clear();
        if let Some(program) = each.from {
            gather.run(
                program,
                events,
                times,
                means.arguments,
                means.run,
                registers,
                &mut |outputs, of, _, rows| {
                    let Some(number) = outputs.first() else { return };
                    from.extend((0..rows).map(|row| of.number(number.1 as usize, row)));
                },
            );
            from.resize(events.len(), None);
        }
        unless.clear();
        if let Some(program) = each.unless {
            gather.run(
                program,
                events,
                times,
                means.arguments,
                means.run,
                registers,
                &mut |outputs, of, _, rows| {
                    let Some(truth) = outputs.first() else { return };
                    unless.extend((0..rows).map(|row| of.truth(truth.1 as usize, row) == 2));
                },
            );
            unless.resize(events.len(), false);
        }
    }

    /// Of each group the one that gives the most points, among those the one with the greatest content.
    fn choose_of_groups(&mut self, means: &Means<'_>) {
        let Candidates { events, groups, points, counting, rank, .. } = self;
        let contents = |a: u32, b: u32| {
            let events = |place: u32| (means.rows.events, events[place as usize]);
            means.contents.compare(events(a), events(b))
        };
        for group in groups.iter() {
            let by_points = |a: &u32, b: &u32| {
                points[*a as usize].cmp(&points[*b as usize]).then_with(|| contents(*a, *b))
            };
            let chosen = (group.first..group.end).max_by(by_points);
            let greatest = (group.first..group.end).max_by(|a, b| contents(*a, *b));
            counting.extend(chosen);
            rank.extend(greatest);
        }
    }

    /// Keeps the newest, at one instant those with the greatest points.
    fn limit(&mut self, means: &Means<'_>, most: i64, per: Option<CalendarUnit>, grouped: bool) {
        if per.is_none() && most >= self.counting.len() as i64 {
            return;
        }
        let Candidates { events, points, counting, rank, periods, .. } = self;
        let batch = means.rows.events;
        let time = |candidate: u32| batch.times[events[candidate as usize]];
        // which group a candidate stands for, in the order of groups
        periods.clear();
        periods.extend(counting.iter().enumerate().map(|(place, candidate)| (place as i64, *candidate)));
        let standing = |place: i64, candidate: u32| {
            let of_group = if grouped { rank.get(place as usize).copied() } else { None };
            events[of_group.unwrap_or(candidate) as usize]
        };
        periods.sort_unstable_by(|(i, a), (j, b)| {
            let newest = time(*b).cmp(&time(*a));
            let greatest = || points[*b as usize].cmp(&points[*a as usize]);
            let content = || means.contents.compare((batch, standing(*j, *b)), (batch, standing(*i, *a)));
            newest.then_with(greatest).then_with(content).then_with(|| i.cmp(j))
        });
        counting.clear();
        counting.extend(periods.iter().map(|(_, candidate)| *candidate));
        let most = usize::try_from(most).unwrap_or(0);
        let Some(unit) = per else {
            return counting.truncate(most);
        };
        periods.clear();
        let zone = &means.lead.bound.zone;
        let period = |candidate: u32| zone.period_number(unit, time(candidate));
        periods.extend(counting.iter().enumerate().map(|(place, c)| (period(*c), place as u32)));
        periods.sort_unstable();
        let kept = periods.chunk_by(|a, b| a.0 == b.0).flat_map(|group| group.iter().take(most));
        // the room of `rank` is free: which places are kept
        rank.clear();
        rank.extend(kept.map(|(_, place)| *place));
        rank.sort_unstable();
        rank.iter().enumerate().for_each(|(to, from)| counting[to] = counting[*from as usize]);
        counting.truncate(rank.len());
    }

    /// Computes the points of some events of the batch; `times` says for each how many events had its value, or nothing.
    pub fn evaluate(
        &mut self,
        means: &Means<'_>,
        each: &Each,
        events: impl Iterator<Item = usize>,
        times: impl Iterator<Item = i64>,
        mut tools: Tools<'_>,
    ) {
        self.events.clear();
        self.events.extend(events);
        self.times.clear();
        self.times.extend(times);
        if !self.events.is_empty() {
            self.run(means, each, &mut tools);
        }
    }

    /// The points of one of the events whose points were computed, what is left of them, and whether they were held.
    pub fn evaluated(&self, means: &Means<'_>, each: &Each, at: usize) -> (i64, i128, bool) {
        (self.points[at], self.left(means, each, at), self.held[at])
    }

    /// What is left of the points of a candidate, over the denominator of the curve.
    fn left(&self, means: &Means<'_>, each: &Each, at: usize) -> i128 {
        let bound = means.lead.bound;
        let points = self.points[at];
        let curve = each.curve.and_then(|curve| bound.curves.get(curve as usize));
        let Some(curve) = curve else { return points as i128 };
        if self.unless.get(at) == Some(&true) {
            return points as i128 * curve.denominator() as i128;
        }
        match self.from.get(at) {
            Some(None) => 0,
            Some(Some(instant)) => curve.left(points, bound.as_of, *instant),
            None => curve.left(points, bound.as_of, means.rows.events.times[self.events[at]]),
        }
    }

    fn sum(&mut self, means: &Means<'_>, each: &Each) -> Points {
        let left = |candidate: u32| self.left(means, each, candidate as usize);
        let (mut sum, mut size, mut held) = (0i128, 0u128, false);
        let mut parts = (0i128, 0i128);
        for candidate in &self.counting {
            let left = left(*candidate);
            parts = (parts.0.saturating_add(left.max(0)), parts.1.saturating_add(left.min(0)));
            sum = sum.saturating_add(left);
            size = size.saturating_add(left.unsigned_abs());
            held |= self.held[*candidate as usize];
        }
        if size > i128::MAX as u128 {
            // it may have been held on the way, and then the order matters
            sum = self.in_order(means, &left);
        }
        Points { sum, count: self.counting.len() as i64, held, parts }
    }

    /// The sum from the newest to the oldest, at one instant from the most points to the least.
    fn in_order(&self, means: &Means<'_>, left: &dyn Fn(u32) -> i128) -> i128 {
        let time = |candidate: u32| means.rows.events.times[self.events[candidate as usize]];
        let mut ordered = self.counting.clone();
        ordered.sort_by(|a, b| {
            let greatest = || self.points[*b as usize].cmp(&self.points[*a as usize]);
            time(*b).cmp(&time(*a)).then_with(greatest)
        });
        ordered.into_iter().map(left).fold(0, i128::saturating_add)
    }
}
