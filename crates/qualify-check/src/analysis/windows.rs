//! Windows and event terms against each other: which holds more, which holds nothing.

use super::interval::{HIGHEST, Interval, LOWEST};
use super::key::Keys;
use qualify_model::*;

const HOUR: i128 = 3_600_000_000;
/// A day, in microseconds.
pub(super) const DAY: i128 = 24 * HOUR;

/// The least and the greatest length in microseconds. Months differ, clocks change, params can be set.
pub(super) fn length(model: &Model, length: &Length) -> Interval {
    let days = |least: i128, most: i128, n: u32| {
        let n = i128::from(n);
        Interval::new((least * n * DAY - 2 * HOUR).max(0), most * n * DAY + 2 * HOUR)
    };
    match length {
        Length::Exact(us) => Interval::point(i128::from(*us)),
        Length::Calendar(n, unit) => match unit {
            CalendarUnit::Hour => Interval::point(i128::from(*n) * HOUR),
            CalendarUnit::Day => days(1, 1, *n),
            CalendarUnit::Week => days(7, 7, *n),
            CalendarUnit::Month => days(28, 31, *n),
            CalendarUnit::Quarter => days(89, 92, *n),
            CalendarUnit::Year => days(365, 366, *n),
        },
        Length::BusinessDays(n) => {
            Interval::new((i128::from(*n) * DAY - 2 * HOUR).max(0), (2 * i128::from(*n) + 5) * DAY)
        }
        Length::BusinessHours(n) => Interval::new(i128::from(*n) * HOUR, (i128::from(*n) + 8) * 4 * DAY),
        Length::Param(id) => {
            let param = &model.params[id.index()];
            match (&param.range, &param.value, &param.length) {
                (Some((Value::Duration(low), Value::Duration(high))), _, None) => {
                    Interval::new(i128::from(*low), i128::from(*high))
                }
                (None, Value::Duration(us), None) => Interval::point(i128::from(*us)),
                (None, _, Some(inner)) if !matches!(inner, Length::Param(_)) => self::length(model, inner),
                _ => Interval::new(0, HIGHEST),
            }
        }
    }
}

/// Distances from `as of` back to the moment that a window can allow, and those that it surely allows, in
/// microseconds. None where the window does not speak of a distance.
pub(super) fn distances(model: &Model, window: &Window) -> Option<(Interval, Interval)> {
    let long = |l: &Length| length(model, l);
    Some(match window {
        Window::Within(d) => (Interval::new(0, before(long(d).high)), Interval::new(0, before(long(d).low))),
        Window::InTheNext(d) => {
            let back = |end: i128| if end == HIGHEST { LOWEST } else { 1 - end };
            (Interval::new(back(long(d).high), 0), Interval::new(back(long(d).low), 0))
        }
        Window::Between(a, b) => (
            Interval::new(long(a).low, before(long(b).high)),
            Interval::new(long(a).high, before(long(b).low)),
        ),
        Window::MoreThanAgo(d) => (Interval::new(long(d).low, HIGHEST), Interval::new(long(d).high, HIGHEST)),
        Window::Since(_) | Window::Before(_) | Window::InPeriod { .. } => return None,
    })
}

fn before(end: i128) -> i128 {
    if end == HIGHEST { end } else { end - 1 }
}

/// What distances all the windows together can allow.
pub(super) fn together(model: &Model, windows: &[Window]) -> Interval {
    let parts = windows.iter().filter_map(|w| distances(model, w));
    parts.fold(Interval::ALL, |all, (outer, _)| all.meet(outer))
}

/// Whether each moment that `inner` allows is surely allowed by `outer`.
pub(super) fn inside(model: &Model, keys: &mut Keys<'_>, inner: &[Window], outer: &[Window]) -> bool {
    outer.iter().all(|o| {
        let o_key = keys.window(o);
        if inner.iter().any(|i| keys.window(i) == o_key) {
            return true;
        }
        // events lie in the past, so that a window is held by one that allows any distance from 0 on
        let reach = together(model, inner).meet(Interval::new(0, HIGHEST));
        distances(model, o).is_some_and(|(_, sure)| sure.low <= reach.low && reach.high <= sure.high)
    })
}

/// Whether each event that counts for `a` counts for `b` too: the same events in a wider window, of more
/// objects, with fewer filters.
pub(super) fn counts_for(model: &Model, keys: &mut Keys<'_>, a: &Term, b: &Term) -> bool {
    a.steps.len() == b.steps.len()
        && a.steps.iter().zip(&b.steps).all(|(a, b)| step_counts_for(model, keys, a, b))
}

fn step_counts_for(model: &Model, keys: &mut Keys<'_>, a: &Step, b: &Step) -> bool {
    let gap = match (&a.gap, &b.gap) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(a), Some(b)) => a == b || length(model, a).high <= length(model, b).low,
    };
    let kind = b.kind.is_none() || a.kind == b.kind;
    let object = match (&a.object, &b.object) {
        (_, None) => true,
        (None, Some(_)) => false,
        // a named object of "any event" and a word of one type are told apart by their types
        (Some(a_tests), Some(b_tests)) => {
            a.kind == b.kind && a_tests.iter().all(|test| b_tests.contains(test))
        }
    };
    let a_filters: Vec<_> = a.filters.iter().map(|f| keys.expr(f)).collect();
    let filters = b.filters.iter().all(|f| a_filters.contains(&keys.expr(f)));
    let silence = match (&a.silence, &b.silence) {
        (None, None) => true,
        // silence depends on which events there are at all, so these must be the same
        (Some(x), Some(y)) => {
            x == y && a.kind == b.kind && a.object == b.object && a.filters.len() == b.filters.len()
        }
        (Some(_), None) => true,
        (None, Some(_)) => false,
    };
    gap && kind && object && filters && silence && inside(model, keys, &a.windows, &b.windows)
}
