//! How far back a use looks.

use qualify_model::Length;
use qualify_model::calendar::DAY_US;
use qualify_plan::{Bound, FixedWindow};

/// The months of the calendar are of different lengths and its days may have another hour, so that what lies a month
/// back does not always move forward: not by more than this.
const SLACK: i64 = 5 * DAY_US;

/// The windows that hold for an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// Its own.
    pub windows: Vec<FixedWindow>,
    /// In a sequence the step behind it, and how much later that may be.
    pub next: Option<(Box<Reach>, Length)>,
    /// From this age on, in microseconds, it counts for nothing.
    pub end: Option<i64>,
    /// A window ends in a way that is not known: newer events do not stand for older ones.
    pub open: bool,
}

fn slack(window: &FixedWindow) -> i64 {
    let of = |length: &Length| if matches!(length, Length::Exact(_)) { 0 } else { SLACK };
    match window {
        FixedWindow::Within(length) | FixedWindow::InTheNext(length) | FixedWindow::MoreThanAgo(length) => {
            of(length)
        }
        FixedWindow::Between(near, far) => of(near).max(of(far)),
        FixedWindow::Since(_) | FixedWindow::Before(_) | FixedWindow::InPeriod { .. } => 0,
    }
}

impl Reach {
    /// What lies before this is not in reach, at the instant and at all that come.
    pub fn first(&self, bound: &Bound) -> i64 {
        let mut first = i64::MIN;
        for window in &self.windows {
            let interval = bound.window(window);
            if interval.first > i64::MIN {
                first = first.max(interval.first.saturating_sub(slack(window)));
            }
        }
        if let Some((next, gap)) = &self.next {
            let later = next.first(bound);
            if later > i64::MIN {
                let slack = if matches!(gap, Length::Exact(_)) { 0 } else { SLACK };
                first = first.max(bound.before(later, gap).saturating_sub(slack));
            }
        }
        if let Some(end) = self.end {
            first = first.max(bound.as_of.saturating_sub(end).saturating_add(1));
        }
        first
    }

    /// What lies behind this never comes into reach.
    pub fn never_after(&self) -> i64 {
        let ends = self.windows.iter().filter_map(|window| match window {
            FixedWindow::Before(end) => Some(end.saturating_sub(1)),
            _ => None,
        });
        ends.min().unwrap_or(i64::MAX)
    }

    /// What lies up to this is not behind the windows, at the instant and at all that come.
    pub fn certain_until(&self, bound: &Bound) -> i64 {
        let ends = self.windows.iter().map(|window| {
            let last = bound.window(window).last;
            if last == i64::MAX { last } else { last.saturating_sub(slack(window)) }
        });
        ends.min().unwrap_or(i64::MAX).min(bound.as_of)
    }

    /// Whether nothing leaves it.
    pub fn is_endless(&self) -> bool {
        let ends = |window: &FixedWindow| {
            !matches!(window, FixedWindow::MoreThanAgo(_) | FixedWindow::Before(_) | FixedWindow::Since(_))
        };
        self.end.is_none() && self.next.is_none() && !self.windows.iter().any(ends)
    }

    /// Whether every event leaves it sooner or later.
    pub fn is_bounded(&self) -> bool {
        let ends = |window: &FixedWindow| {
            !matches!(window, FixedWindow::MoreThanAgo(_) | FixedWindow::Before(_) | FixedWindow::Since(_))
        };
        self.end.is_some()
            || self.windows.iter().any(ends)
            || self.next.as_ref().is_some_and(|(next, _)| next.is_bounded())
    }
}
