//! Edges of windows by their names, so that they can be found again at another instant.

use qualify_model::{CalendarUnit, Length};
use qualify_plan::{Bound, FixedWindow};

/// The first instant of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    /// What lies behind `as of`.
    Future,
    /// `as of` itself.
    AsOf,
    /// What lies less than a length before `as of`.
    Ago(Length),
    /// What lies a length behind `as of`.
    Ahead(Length),
    /// The period that holds `as of`.
    Period(CalendarUnit),
    /// The period before it.
    LastPeriod(CalendarUnit),
    /// The period behind it.
    NextPeriod(CalendarUnit),
    /// An instant.
    At(i64),
}

impl Edge {
    /// Where a window starts and where what lies behind it starts; none: no bound.
    pub fn of(window: &FixedWindow) -> (Option<Edge>, Option<Edge>) {
        match window.clone() {
            FixedWindow::Within(length) => (Some(Edge::Ago(length)), Some(Edge::Future)),
            FixedWindow::InTheNext(length) => (Some(Edge::AsOf), Some(Edge::Ahead(length))),
            FixedWindow::Between(near, far) => (Some(Edge::Ago(far)), Some(Edge::Ago(near))),
            FixedWindow::MoreThanAgo(length) => (None, Some(Edge::Ago(length))),
            FixedWindow::Since(first) => (Some(Edge::At(first)), None),
            FixedWindow::Before(end) => (None, Some(Edge::At(end))),
            FixedWindow::InPeriod { last: false, unit } => {
                (Some(Edge::Period(unit)), Some(Edge::NextPeriod(unit)))
            }
            FixedWindow::InPeriod { last: true, unit } => {
                (Some(Edge::LastPeriod(unit)), Some(Edge::Period(unit)))
            }
        }
    }

    /// Its instant; one behind the last instant that there is counts as behind all.
    pub fn instant(&self, bound: &Bound) -> i128 {
        let (zone, as_of) = (&bound.zone, bound.as_of);
        match self {
            Edge::Future => as_of as i128 + 1,
            Edge::AsOf => as_of as i128,
            Edge::Ago(Length::Exact(us)) => as_of.saturating_sub(*us) as i128 + 1,
            Edge::Ago(length) => zone.ago(as_of, length, &[]) as i128 + 1,
            Edge::Ahead(length) => zone.ahead(as_of, length, &[]) as i128,
            Edge::Period(unit) => zone.period(*unit, as_of, false).first as i128,
            Edge::LastPeriod(unit) => zone.period(*unit, as_of, true).first as i128,
            Edge::NextPeriod(unit) => zone.period(*unit, as_of, false).last as i128 + 1,
            Edge::At(instant) => *instant as i128,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualify_plan::Plan;

    #[test]
    fn edges_are_those_of_the_windows() {
        let (day, unit) = (86_400_000_000, CalendarUnit::Month);
        let exact = Length::Exact;
        let windows = [
            FixedWindow::Within(exact(7 * day)),
            FixedWindow::Within(Length::Calendar(1, unit)),
            FixedWindow::InTheNext(Length::BusinessDays(3)),
            FixedWindow::Between(exact(day), Length::BusinessHours(30)),
            FixedWindow::MoreThanAgo(exact(day)),
            FixedWindow::Since(5),
            FixedWindow::Before(5),
            FixedWindow::InPeriod { last: false, unit },
            FixedWindow::InPeriod { last: true, unit: CalendarUnit::Week },
        ];
        let mut plan = Plan::default();
        plan.labels.timezone = "Europe/Berlin".into();
        for as_of in [0, 1_774_742_400_000_000, -1, 1_790_000_000_123_456] {
            let bound = Bound::new(&plan, as_of);
            for window in &windows {
                let interval = bound.window(window);
                let (first, end) = Edge::of(window);
                let first = first.map_or(i64::MIN as i128, |edge| edge.instant(&bound));
                let end = end.map_or(i64::MAX as i128 + 1, |edge| edge.instant(&bound));
                let wanted = (interval.first as i128, interval.last as i128 + 1);
                assert_eq!((first, end), wanted, "{window:?} at {as_of}");
            }
        }
    }
}
