//! `up to 3 times per day`: of each period only so many events count. The newest do, and at one instant those with the most
//! points, then those with the greatest content.
//!
//! How many there are in each period is counted first. So while they pass by in the order of time it is known how many
//! must be left out before one counts, and only those of one instant are remembered, where some of them count and some do not.
//! What they say is not: mostly those with the same points have the same left. If it turns out to matter, all is
//! done again, and it is remembered.

use super::super::order::Contents;
use super::kept::Kept;
use super::periods::Periods;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

/// See the module.
#[derive(Default)]
pub(super) struct Limit {
    /// How many of each period count.
    most: u64,
    /// How many there are in each period; without periods all are of one.
    counts: HashMap<i64, u64>,
    /// Those that pass by.
    open: Periods<Period>,
    /// Some that have the same points are to be told apart by what they say.
    pub is_unclear: bool,
}

/// An event that may count.
pub(super) struct Candidate {
    /// The number of its period, if there is a limit for each.
    pub period: i64,
    pub time: i64,
    pub points: i64,
    pub worth: Worth,
    /// What it says, if that is known to matter.
    pub content: Option<Kept>,
    /// What its value says: the greatest of what its newest events say.
    pub standing: Option<Kept>,
}

/// What an event adds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Worth {
    /// What is left of its points, over the denominator of the curve.
    pub left: i128,
    pub held: bool,
}

/// A period in which some events count and some do not.
#[derive(Default)]
struct Period {
    /// How many are still to be left out.
    left_out: u64,
    is_begun: bool,
    /// The instant of those at hand, and how many of them have the same points and worth.
    now: i64,
    alike: BTreeMap<(i64, Worth), u64>,
    /// Those at hand one by one, if what they say matters.
    single: Vec<Candidate>,
}

/// Takes what counts, and how often.
type Take<'t> = &'t mut dyn FnMut(Worth, u64);

impl Limit {
    /// So many of each period.
    pub fn of(most: i64) -> Limit {
        Limit { most: u64::try_from(most).unwrap_or(0), ..Limit::default() }
    }

    /// There are so many more candidates in a period.
    pub fn count(&mut self, period: i64, more: u64) {
        *self.counts.entry(period).or_default() += more;
    }

    /// Takes the next candidate.
    pub fn pass(&mut self, candidate: Candidate, contents: &Contents, take: Take<'_>) {
        let all = self.counts.get(&candidate.period).copied().unwrap_or(0);
        if all <= self.most {
            return take(candidate.worth, 1);
        }
        let period = self.open.at(candidate.period);
        if !std::mem::replace(&mut period.is_begun, true) {
            (period.left_out, period.now) = (all - self.most, candidate.time);
        }
        if period.now != candidate.time {
            self.is_unclear |= period.settle(contents, take);
            period.now = candidate.time;
        }
        if period.left_out == 0 {
            take(candidate.worth, 1);
        } else if candidate.standing.is_some() {
            period.single.push(candidate);
        } else {
            *period.alike.entry((candidate.points, candidate.worth)).or_default() += 1;
        }
        if let Some(mut ended) = self.open.ended() {
            self.is_unclear |= ended.settle(contents, take);
        }
    }

    /// All have passed by.
    pub fn end(&mut self, contents: &Contents, take: Take<'_>) {
        for mut period in std::mem::take(&mut self.open).rest() {
            self.is_unclear |= period.settle(contents, take);
        }
    }
}

impl Period {
    /// Those of the instant at hand were all: the worst are left out. Whether it is unclear which these are.
    fn settle(&mut self, contents: &Contents, take: Take<'_>) -> bool {
        let mut is_unclear = false;
        let alike: Vec<_> = std::mem::take(&mut self.alike).into_iter().collect();
        for same_points in alike.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
            let all: u64 = same_points.iter().map(|(_, count)| count).sum();
            is_unclear |= same_points.len() > 1 && (1..all).contains(&self.left_out);
            for ((_, worth), count) in same_points {
                let out = self.left_out.min(*count);
                self.left_out -= out;
                take(*worth, count - out);
            }
        }
        let mut single = std::mem::take(&mut self.single);
        single.sort_by(|a, b| {
            a.points.cmp(&b.points).then_with(|| by_content(contents, &a.standing, &b.standing))
        });
        for candidate in single {
            let out = self.left_out.min(1);
            self.left_out -= out;
            take(candidate.worth, 1 - out);
        }
        is_unclear
    }
}

/// How two events compare by what they say, if that is remembered.
pub(super) fn by_content(contents: &Contents, a: &Option<Kept>, b: &Option<Kept>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => contents.compare(a.event(), b.event()),
        _ => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualify_model::EventColumns;
    use qualify_plan::Plan;

    /// Candidates as period, instant, points and content, in the order of time.
    fn candidates() -> Vec<(i64, i64, i64, u16)> {
        let mut all: Vec<(i64, i64, i64, u16)> = (0..600i64)
            .map(|n| (n * 7 % 3, n * n % 41, n * 31 % 7, (n * 13 % 5) as u16))
            .chain((0..300).map(|n| (9, 50, n % 4, (n % 3) as u16)))
            .collect();
        all.sort_by_key(|candidate| candidate.1);
        all
    }

    /// What counts, and whether that is unclear. What is left depends on the content if `by_content` says so.
    fn counted(most: i64, worth_by_content: bool, remembers: bool) -> (Vec<i128>, bool) {
        let contents = Contents::new(&Plan::default());
        let mut limit = Limit::of(most);
        candidates().iter().for_each(|candidate| limit.count(candidate.0, 1));
        let mut taken = Vec::new();
        let mut take = |worth: Worth, count| taken.extend((0..count).map(|_| worth.left));
        for (period, time, points, kind) in candidates() {
            let event = EventColumns { kinds: vec![kind], times: vec![time], ..EventColumns::default() };
            let standing = remembers.then(|| Kept::of(&event, 0));
            let worth = Worth { left: left(points, kind, worth_by_content), held: false };
            let candidate = Candidate { period, time, points, worth, content: None, standing };
            limit.pass(candidate, &contents, &mut take);
        }
        limit.end(&contents, &mut take);
        taken.sort_unstable();
        (taken, limit.is_unclear)
    }

    fn left(points: i64, kind: u16, by_content: bool) -> i128 {
        i128::from(points * 10) + if by_content { i128::from(kind) } else { 0 }
    }

    /// The same from a list of all, sorted.
    fn expected(most: i64, worth_by_content: bool) -> Vec<i128> {
        let mut taken = Vec::new();
        for period in [0, 1, 2, 9] {
            let mut of: Vec<_> = candidates().into_iter().filter(|candidate| candidate.0 == period).collect();
            of.sort_by_key(|(_, time, points, kind)| std::cmp::Reverse((*time, *points, *kind)));
            let best = of.into_iter().take(most as usize);
            taken.extend(best.map(|(_, _, points, kind)| left(points, kind, worth_by_content)));
        }
        taken.sort_unstable();
        taken
    }

    #[test]
    fn the_newest_count_then_those_with_the_most_points() {
        for most in [0, 1, 2, 3, 10, 77, 199, 200, 201, 299, 1000, i64::MAX] {
            assert_eq!(counted(most, false, false), (expected(most, false), false), "up to {most}");
            assert_eq!(counted(most, true, true), (expected(most, true), false), "up to {most} by content");
        }
    }

    #[test]
    fn what_they_say_matters_if_those_with_the_same_points_differ() {
        assert!(counted(10, true, false).1);
        assert_eq!((counted(0, true, false).1, counted(1000, true, false).1), (false, false));
    }
}
