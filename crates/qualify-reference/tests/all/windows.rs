//! `as of`, windows and their edges, calendar windows, days.

use crate::build::*;
use qualify_model::Truth::{self, False, True, Unknown};
use qualify_model::*;

fn check_window(window: Window, distance: i64, expected: Truth) {
    let condition = visit(PRICING).window(window.clone()).happens();
    let lead = lead().visit(PRICING, distance);
    assert_eq!(truth(&condition, &lead), expected, "{window:?} at distance {distance}");
}

#[test]
fn every_edge_follows_one_rule() {
    let (two, five) = (2 * DAY, 5 * DAY);
    for (window, inside, outside) in [
        (Window::Within(days(2)), vec![0, 1, two - 1], vec![-1, two, two + 1]),
        (Window::MoreThanAgo(days(2)), vec![two, two + 1, 400 * DAY], vec![0, two - 1]),
        (Window::Between(days(2), days(5)), vec![two, five - 1], vec![0, two - 1, five]),
        (Window::Within(Length::Exact(1)), vec![0], vec![1, -1]),
    ] {
        inside.into_iter().for_each(|distance| check_window(window.clone(), distance, True));
        outside.into_iter().for_each(|distance| check_window(window.clone(), distance, False));
    }
}

#[test]
fn events_after_as_of_do_not_exist() {
    let visited = event(VISITED).happens();
    assert_eq!(truth(&visited, &lead().visit(DOCS, -1)), False);
    let late = |received| {
        let mut lead = lead().visit(DOCS, 5 * DAY);
        lead.events[0].received = Some(received);
        lead
    };
    assert_eq!(truth(&visited, &late(as_of())), True);
    assert_eq!(truth(&visited, &late(as_of() + 1)), False);
}

#[test]
fn attributes_have_windows_too() {
    let within = |id, window: Window| condition(ExprKind::InWindow(Box::new(attr(id)), vec![window]));
    let created = |ago: i64| lead().set(CREATED_AT, Value::Time(as_of() - ago));
    let next = within(CREATED_AT, Window::InTheNext(days(2)));
    for (ago, expected) in [(0, True), (-1, True), (1 - 2 * DAY, True), (-2 * DAY, False), (1, False)] {
        assert_eq!(truth(&next, &created(ago)), expected, "in the next 2 days, {ago} ago");
    }
    let last = within(CREATED_AT, Window::Within(days(2)));
    for (ago, expected) in [(0, True), (-1, False), (2 * DAY - 1, True), (2 * DAY, False)] {
        assert_eq!(truth(&last, &created(ago)), expected, "within 2 days, {ago} ago");
    }
    assert_eq!(truth(&next, &lead()), Unknown);
    // a date is its first moment
    let ends = |text: &str| lead().set(TRIAL_ENDS, Value::Date((at(text) / DAY) as i32));
    let soon = within(TRIAL_ENDS, Window::InTheNext(hours(12)));
    assert_eq!(truth(&soon, &ends("2024-06-13T00:00:00Z")), False);
    let soon = within(TRIAL_ENDS, Window::InTheNext(Length::Exact(12 * HOUR + 1)));
    assert_eq!(truth(&soon, &ends("2024-06-13T00:00:00Z")), True);
    assert_eq!(truth(&within(TRIAL_ENDS, Window::Within(hours(12))), &ends("2024-06-12T00:00:00Z")), False);
    let month = Window::InPeriod { last: false, unit: CalendarUnit::Month };
    assert_eq!(truth(&within(TRIAL_ENDS, month), &ends("2024-06-30T00:00:00Z")), True);
}

#[test]
fn since_and_before_an_attribute() {
    let anchor = || Anchor::Value(Box::new(attr(CREATED_AT)));
    let since = visit(DOCS).window(Window::Since(anchor())).happens();
    let before = visit(DOCS).window(Window::Before(anchor())).happens();
    let created = lead().set(CREATED_AT, Value::Time(as_of() - 5 * DAY));
    for (ago, is_since) in [(5 * DAY, True), (5 * DAY + 1, False), (5 * DAY - 1, True)] {
        let lead = created.clone().visit(DOCS, ago);
        assert_eq!((truth(&since, &lead), truth(&before, &lead)), (is_since, !is_since), "{ago} ago");
    }
    let unknown = lead().visit(DOCS, DAY);
    assert_eq!((truth(&since, &unknown), truth(&not(since.clone()), &unknown)), (Unknown, Unknown));
    assert_eq!(truth(&before, &unknown), Unknown);
    let count = visit(DOCS).window(Window::Since(anchor()));
    assert_eq!(worth(&count.clone().number(), &unknown), "unknown");
    let each = model_of([for_each(count, add("5"))]);
    assert!(run(&each, &unknown).ledger.is_empty());
}

#[test]
fn since_and_before_the_last_event() {
    let anchor = || Anchor::LastEvent(Box::new(event(REQUESTED).steps.remove(0)));
    let since = visit(DOCS).window(Window::Since(anchor())).number();
    let before = visit(DOCS).window(Window::Before(anchor())).number();
    let lead = lead().visit(DOCS, 9 * DAY).visit(DOCS, 5 * DAY).visit(DOCS, 2 * DAY);
    assert_eq!((worth(&since, &lead), worth(&before, &lead)), ("3".into(), "0".into()));
    let lead = lead.request("demo", 8 * DAY).request("demo", 5 * DAY);
    assert_eq!((worth(&since, &lead), worth(&before, &lead)), ("2".into(), "1".into()));
}

#[test]
fn windows_of_one_term_all_hold() {
    let term = visit(DOCS).within(days(9)).window(Window::MoreThanAgo(days(2)));
    let lead = lead().visit(DOCS, DAY).visit(DOCS, 2 * DAY).visit(DOCS, 8 * DAY).visit(DOCS, 9 * DAY);
    assert_eq!(worth(&term.number(), &lead), "2");
}

#[test]
fn calendar_windows_follow_the_zone_and_daylight_saving() {
    let count = |zone: &str, window: Window, times: &[&str]| {
        let model = Model { timezone: zone.into(), ..model() };
        let lead = times.iter().fold(lead(), |lead, time| lead.at(at(time), VISITED, vec![]));
        worth_in(&model, &event(VISITED).window(window).number(), &lead)
    };
    let period = |last, unit| Window::InPeriod { last, unit };
    let edges = ["2024-05-31T21:59:59Z", "2024-05-31T22:00:00Z", "2024-06-12T12:00:00Z"];
    assert_eq!(count("Europe/Berlin", period(false, CalendarUnit::Month), &edges), "2");
    assert_eq!(count("UTC", period(false, CalendarUnit::Month), &edges), "1");
    // the first quarter began in winter time and ended in summer time
    let edges =
        ["2023-12-31T22:59:59Z", "2023-12-31T23:00:00Z", "2024-03-31T21:59:59Z", "2024-03-31T22:00:00Z"];
    assert_eq!(count("Europe/Berlin", period(true, CalendarUnit::Quarter), &edges), "2");
    // three months before 14:00 summer time is 14:00 winter time
    let months = Window::Within(Length::Calendar(3, CalendarUnit::Month));
    let edges = ["2024-03-12T13:00:00Z", "2024-03-12T13:00:00.000001Z"];
    assert_eq!(count("Europe/Berlin", months, &edges), "1");
    // 7d is 168 hours, whatever the clocks do
    let week = ["2024-06-05T12:00:00Z", "2024-06-05T12:00:00.000001Z"];
    assert_eq!(count("Europe/Berlin", Window::Within(days(7)), &week), "1");
    let business = Window::Within(Length::BusinessDays(2));
    assert_eq!(count("UTC", business, &["2024-06-09T23:59:59Z", "2024-06-10T00:00:00Z"]), "1");
    let business = Window::Within(Length::BusinessHours(4));
    assert_eq!(count("UTC", business, &["2024-06-11T16:00:00Z", "2024-06-11T16:00:00.000001Z"]), "1");
}

#[test]
fn days_since() {
    let since = |value| expr(INTEGER, ExprKind::DaysSince(Box::new(value)));
    for (ago, expected) in [(0, "0"), (DAY - 1, "0"), (DAY, "1"), (-1, "-1"), (-DAY, "-1")] {
        let lead = lead().set(CREATED_AT, Value::Time(as_of() - ago));
        assert_eq!(worth(&since(attr(CREATED_AT)), &lead), expected, "{ago} ago");
    }
    let ended = lead().set(TRIAL_ENDS, Value::Date((at("2024-06-11T00:00:00Z") / DAY) as i32));
    assert_eq!(worth(&since(attr(TRIAL_ENDS)), &ended), "1");
    let model = Model { timezone: "Pacific/Kiritimati".into(), ..model() }; // 02:00 of the next day
    assert_eq!(worth_in(&model, &since(attr(TRIAL_ENDS)), &ended), "2");
    assert_eq!(worth(&since(attr(TRIAL_ENDS)), &lead()), "unknown");
    let last = expr(INTEGER, ExprKind::DaysSinceLast(event(VISITED)));
    assert_eq!(worth(&last, &lead().visit(DOCS, 9 * DAY).visit(BLOG, 2 * DAY - 1)), "1");
    assert_eq!(worth(&last, &lead()), "unknown");
}

#[test]
fn different_days_are_local() {
    let days = expr(INTEGER, ExprKind::DaysWith(event(VISITED)));
    let lead =
        ["2024-06-01T21:00:00Z", "2024-06-01T23:00:00Z", "2024-06-02T01:00:00Z", "2024-06-02T23:00:00Z"]
            .into_iter()
            .fold(lead(), |lead, time| lead.at(at(time), VISITED, vec![]));
    assert_eq!(worth(&days, &lead), "2");
    let berlin = Model { timezone: "Europe/Berlin".into(), ..model() };
    assert_eq!(worth_in(&berlin, &days, &lead), "3");
    let on = |n| event(VISITED).count(Count::DifferentDays(at_least_n(n))).happens();
    assert_eq!((truth(&on(2), &lead), truth(&on(3), &lead)), (True, False));
    assert_eq!(truth_in(&berlin, &on(3), &lead), True);
}
