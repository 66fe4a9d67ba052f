//! How far back events of each type are read, whatever the instant: what to load of them.

use super::{Keep, Retention, Use};
use crate::retention::Reach;
use qualify_model::calendar::DAY_US;
use qualify_model::{CalendarUnit, Length};
use qualify_plan::{FixedWindow, Plan};
use serde::Serialize;

/// How far back events of a type are read. Of several uses of a type the farthest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReadBack {
    /// Events of any age matter.
    pub unbounded: bool,
    /// Events younger than this at the instant of scoring matter, in microseconds. Lengths of the calendar count as
    /// the longest that they can be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<i64>,
    /// Events from this instant on matter, in microseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
}

impl ReadBack {
    /// The first instant whose events can matter at `as_of` (both in microseconds since 1970); none: there is no bound.
    ///
    /// ```
    /// # use qualify_state::ReadBack;
    /// let week = ReadBack { within: Some(7 * 86_400_000_000), ..ReadBack::default() };
    /// assert_eq!(week.first(8 * 86_400_000_000), Some(86_400_000_001));
    /// assert_eq!(ReadBack { unbounded: true, ..week }.first(0), None);
    /// ```
    pub fn first(&self, as_of: i64) -> Option<i64> {
        if self.unbounded {
            return None;
        }
        let young = self.within.map(|age| as_of.saturating_sub(age).saturating_add(1));
        // neither: such events are never read
        Some(young.unwrap_or(i64::MAX).min(self.since.unwrap_or(i64::MAX)))
    }

    fn add(&mut self, bound: Back) {
        match bound {
            Back::Age(age) => self.within = Some(self.within.unwrap_or(0).max(age)),
            Back::Since(since) => self.since = Some(self.since.unwrap_or(since).min(since)),
            Back::All => self.unbounded = true,
        }
    }
}

/// How far a use looks back.
#[derive(Clone, Copy)]
enum Back {
    Age(i64),
    Since(i64),
    All,
}

/// For each type of events of the plan's schema how far back it is read.
pub fn read_back(plan: &Plan) -> Vec<ReadBack> {
    let retention = Retention::new(plan);
    let mut found = vec![ReadBack::default(); plan.schema.events.len()];
    let mut add = |matcher: u32, back: Back| {
        let kind = plan.matchers.get(matcher as usize).and_then(|matcher| matcher.kind);
        match kind.and_then(|kind| found.get_mut(kind.index())) {
            Some(of) => of.add(back),
            None => found.iter_mut().for_each(|of| of.add(back)),
        }
    };
    for of in &retention.uses {
        add(of.matcher, back(of));
    }
    let facts = retention.sequences.iter().filter_map(|chains| plan.facts.get(chains.fact as usize));
    for step in facts.flat_map(|fact| &fact.steps) {
        add(step.matcher, Back::All);
    }
    found
}

fn back(of: &Use) -> Back {
    match of.keep {
        // the newest before all windows says how long the silence was
        Keep::AndBefore => Back::All,
        _ => reach(&of.reach),
    }
}

/// What holds of all windows together: the nearest of their bounds.
fn reach(of: &Reach) -> Back {
    let mut age = of.end;
    let mut since = None;
    for window in &of.windows {
        match window {
            FixedWindow::Since(first) => since = Some(since.unwrap_or(*first).max(*first)),
            FixedWindow::MoreThanAgo(_) | FixedWindow::Before(_) => {}
            FixedWindow::Within(length) => nearer(&mut age, longest(length)),
            FixedWindow::InTheNext(_) => nearer(&mut age, 0),
            FixedWindow::Between(one, other) => nearer(&mut age, longest(one).max(longest(other))),
            FixedWindow::InPeriod { last, unit } => {
                nearer(&mut age, longest(&Length::Calendar(1 + u32::from(*last), *unit)));
            }
        }
    }
    if let Some((next, gap)) = &of.next {
        match reach(next) {
            Back::Age(next) => nearer(&mut age, next.saturating_add(longest(gap))),
            Back::Since(next) => {
                let first = next.saturating_sub(longest(gap));
                since = Some(since.unwrap_or(first).max(first));
            }
            Back::All => {}
        }
    }
    match (age, since) {
        (Some(age), _) => Back::Age(age),
        (None, Some(since)) => Back::Since(since),
        (None, None) => Back::All,
    }
}

fn nearer(age: &mut Option<i64>, other: i64) {
    *age = Some(age.unwrap_or(other).min(other));
}

/// The longest that a length can be, in microseconds; a day more for those of the calendar, whose clocks change.
fn longest(length: &Length) -> i64 {
    let days = |days: i64| days.saturating_add(1).saturating_mul(DAY_US);
    match length {
        Length::Exact(us) => *us,
        Length::Calendar(count, unit) => days(i64::from(*count).saturating_mul(match unit {
            CalendarUnit::Hour | CalendarUnit::Day => 1,
            CalendarUnit::Week => 7,
            CalendarUnit::Month => 31,
            CalendarUnit::Quarter => 92,
            CalendarUnit::Year => 366,
        })),
        Length::BusinessDays(count) => days(i64::from(*count) + 2 * (i64::from(*count) / 5 + 1)),
        Length::BusinessHours(count) => longest(&Length::BusinessDays(count / 8 + 1)),
        // plans hold the values of params
        Length::Param(_) => i64::MAX,
    }
}
