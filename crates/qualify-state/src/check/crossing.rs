//! The first instant behind another at which something is seen otherwise.

use qualify_model::calendar::{DAY_US, HOUR_US, Zone, days_since};
use qualify_model::{CalendarUnit, Length};
use qualify_plan::{Bound, BoundCurve, FixedWindow};

/// The first of the instants behind one at which something may change.
#[derive(Clone, Debug)]
pub(crate) struct Next {
    from: i64,
    found: Option<i64>,
}

/// How far the lengths of months and days may differ from what is expected of them, and some more.
const SLACK: i64 = 6 * DAY_US;

impl Next {
    pub fn new(from: i64) -> Next {
        Next { from, found: None }
    }

    pub fn found(&self) -> Option<i64> {
        self.found
    }

    /// Something may change at an instant; too early is no harm.
    pub fn at(&mut self, instant: i64) {
        if instant > self.from && self.found.is_none_or(|found| instant < found) {
            self.found = Some(instant);
        }
    }

    /// Of an instant so much behind another.
    fn behind(&mut self, instant: i64, length: i64) {
        if let Some(later) = instant.checked_add(length) {
            self.at(later);
        }
    }

    /// An instant enters or leaves a window.
    pub fn window(&mut self, window: &FixedWindow, instant: i64, bound: &Bound) {
        match window {
            FixedWindow::Within(length) => {
                self.at(instant);
                self.ago(length, instant, bound);
            }
            FixedWindow::MoreThanAgo(length) => self.ago(length, instant, bound),
            FixedWindow::Between(near, far) => {
                self.ago(near, instant, bound);
                self.ago(far, instant, bound);
            }
            FixedWindow::InTheNext(length) => {
                self.behind(instant, 1);
                self.ahead(length, instant, bound);
            }
            FixedWindow::InPeriod { last, unit } => {
                let own = bound.zone.period(*unit, instant, false);
                let Some(next) = own.last.checked_add(1) else { return };
                self.at(own.first);
                self.at(next);
                if *last {
                    self.behind(bound.zone.period(*unit, next, false).last, 1);
                }
                self.change_of_clocks(&bound.zone);
            }
            FixedWindow::Since(_) | FixedWindow::Before(_) => {}
        }
    }

    /// An instant comes to lie a length back.
    fn ago(&mut self, length: &Length, instant: i64, bound: &Bound) {
        if let Length::Exact(us) = length {
            return self.behind(instant, *us);
        }
        let (least, most) = about(length);
        let is_back = |at: i64| bound.zone.ago(at, length, &[]) >= instant;
        self.stretch(instant.saturating_add(least), instant.saturating_add(most), &bound.zone, &is_back);
    }

    /// An instant comes to lie less than a length ahead.
    fn ahead(&mut self, length: &Length, instant: i64, bound: &Bound) {
        if let Length::Exact(us) = length {
            return self.behind(instant, 1 - *us);
        }
        let (least, most) = about(length);
        let is_near = |at: i64| bound.zone.ahead(at, length, &[]) > instant;
        self.stretch(instant.saturating_sub(most), instant.saturating_sub(least), &bound.zone, &is_near);
    }

    /// Something becomes true between two instants, or some days around: day by day, as calendars are even within a day
    /// without a change of clocks.
    fn stretch(&mut self, first: i64, last: i64, zone: &Zone, holds: &dyn Fn(i64) -> bool) {
        let (first, last) = (first.saturating_sub(SLACK), last.saturating_add(SLACK));
        if self.from < first {
            return self.at(first);
        }
        if self.from > last {
            return;
        }
        let Some(end) = self.end_of_day(zone) else { return };
        self.at(end);
        let now = holds(self.from);
        if now != holds(end - 1) {
            // the first at which it is otherwise
            let (mut same, mut other) = (self.from, end - 1);
            while other - same > 1 {
                let middle = same + (other - same) / 2;
                if holds(middle) == now { same = middle } else { other = middle }
            }
            self.at(other);
        }
    }

    /// The local day ends, or the clocks are changed.
    pub fn day(&mut self, zone: &Zone) {
        if let Some(end) = self.end_of_day(zone) {
            self.at(end);
        }
    }

    fn end_of_day(&self, zone: &Zone) -> Option<i64> {
        let midnight = zone.start_of_day(zone.day(self.from).checked_add(1)?);
        // where clocks are changed at midnight the day may begin before
        let midnight = if midnight > self.from { midnight } else { self.from.checked_add(HOUR_US)? };
        Some(zone.next_change(self.from).map_or(midnight, |change| change.min(midnight)))
    }

    fn change_of_clocks(&mut self, zone: &Zone) {
        if let Some(change) = zone.next_change(self.from) {
            self.at(change);
        }
    }

    /// The number of days since an instant changes, unless it is so many already that it does not matter.
    pub fn days_since(&mut self, instant: i64, cap: Option<u64>) {
        let days = days_since(self.from, instant);
        if cap.is_some_and(|cap| days >= 0 && days as u64 >= cap) {
            return;
        }
        if let Some(later) = (days + 1).checked_mul(DAY_US) {
            self.behind(instant, later);
        }
    }

    /// A curve takes a step, begins or comes to its end; it moves smoothly between.
    pub fn curve(&mut self, curve: &BoundCurve, since: i64) {
        self.at(since);
        let age = self.from.saturating_sub(since).max(0);
        match curve {
            BoundCurve::Halving(halving) => {
                let end = halving.half_life().checked_mul(30).and_then(|end| end.checked_mul(1_000));
                end.into_iter().for_each(|end| self.behind(since, end));
            }
            BoundCurve::HalvingByDay { every, .. } => {
                let days = self.from.div_euclid(DAY_US) - since.div_euclid(DAY_US);
                if days <= every.max(&1).saturating_mul(30) {
                    let next = self.from.div_euclid(DAY_US) + 1;
                    next.checked_mul(DAY_US).into_iter().for_each(|next| self.at(next));
                }
            }
            BoundCurve::Fading { over } => self.behind(since, *over),
            BoundCurve::LosingShare { share, every } => {
                let every = *every.max(&1);
                let periods = age / every;
                let is_left = *share as i128 * (periods as i128) < qualify_model::decay::SHARE_ONE as i128;
                if *share > 0 && is_left {
                    self.step(since, every, periods);
                }
            }
            BoundCurve::LosingPoints { amount, every } => {
                let every = *every.max(&1);
                let periods = age / every;
                let is_left = *amount as i128 * (periods as i128) < 1 << 63;
                if *amount > 0 && is_left {
                    self.step(since, every, periods);
                }
            }
            BoundCurve::Dropping { steps } => {
                steps.iter().for_each(|(_, after)| self.behind(since, *after));
            }
            BoundCurve::Nothing => {}
        }
    }

    fn step(&mut self, since: i64, every: i64, periods: i64) {
        if let Some(next) = periods.checked_add(1).and_then(|next| next.checked_mul(every)) {
            self.behind(since, next);
        }
    }
}

/// The least and the greatest that a length of the calendar may be about.
fn about(length: &Length) -> (i64, i64) {
    let days = |least: i64, most: i64| (least.saturating_mul(DAY_US), most.saturating_mul(DAY_US));
    match length {
        Length::Exact(us) => (*us, *us),
        Length::Calendar(n, unit) => {
            let n = *n as i64;
            match unit {
                CalendarUnit::Hour => (n.saturating_mul(HOUR_US), n.saturating_mul(HOUR_US)),
                CalendarUnit::Day => days(n, n),
                CalendarUnit::Week => days(7 * n, 7 * n),
                CalendarUnit::Month => days(28 * n, 31 * n),
                CalendarUnit::Quarter => days(89 * n, 93 * n),
                CalendarUnit::Year => days(365 * n, 366 * n),
            }
        }
        Length::BusinessDays(n) => days(*n as i64 - 1, 2 * *n as i64 + 5),
        Length::BusinessHours(n) => {
            (0, (*n as i64 / 8 + 1).saturating_mul(2).saturating_add(7).saturating_mul(DAY_US))
        }
        Length::Param(_) => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualify_plan::Plan;

    /// Steps from change to change and looks whether all changes were met: of random instants the window holds as it
    /// did at the step before.
    fn check(window: &FixedWindow, zone: &str) {
        let mut plan = Plan::default();
        plan.labels.timezone = zone.into();
        let instant = 1_774_700_000_123_456; // the day before clocks change in Berlin
        let start = instant - 40 * DAY_US;
        let holds = |at: i64| Bound::new(&plan, at).window(window).contains(instant);
        let mut from = start;
        let (mut random, mut steps) = (88_172_645_463_325_252u64, 0);
        while from < instant + 200 * DAY_US {
            let mut next = Next::new(from);
            next.window(window, instant, &Bound::new(&plan, from));
            let end = next.found().unwrap_or(instant + 200 * DAY_US).min(instant + 200 * DAY_US);
            let now = holds(from);
            for _ in 0..6 {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                let at = from + (random % (end - from) as u64) as i64;
                assert_eq!(holds(at), now, "{window:?} between {from} and {end}, at {at}");
            }
            assert_eq!(holds(end - 1), now, "{window:?} before {end}");
            from = end;
            steps += 1;
        }
        assert!(steps < 300, "{window:?} takes {steps} steps");
    }

    #[test]
    fn windows_change_at_no_other_instants() {
        use CalendarUnit::{Day, Hour, Month, Quarter, Week};
        let lengths = [
            Length::Exact(3 * DAY_US + 1),
            Length::Calendar(1, Month),
            Length::Calendar(1, Quarter),
            Length::Calendar(2, Day),
            Length::Calendar(5, Hour),
            Length::BusinessDays(3),
            Length::BusinessHours(12),
            Length::BusinessHours(1),
        ];
        for zone in ["UTC", "Europe/Berlin", "America/Sao_Paulo"] {
            for length in &lengths {
                check(&FixedWindow::Within(length.clone()), zone);
                check(&FixedWindow::InTheNext(length.clone()), zone);
                check(&FixedWindow::MoreThanAgo(length.clone()), zone);
                check(&FixedWindow::Between(Length::Exact(DAY_US), length.clone()), zone);
            }
            for unit in [Hour, Day, Week, Month, Quarter] {
                check(&FixedWindow::InPeriod { last: false, unit }, zone);
                check(&FixedWindow::InPeriod { last: true, unit }, zone);
            }
        }
    }
}
