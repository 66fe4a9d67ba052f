//! Zones, periods and business time against dates worked out by hand.

use super::*;
use crate::ParamId;
use proptest::prelude::*;

fn at(text: &str) -> i64 {
    parse_instant(text).unwrap_or_else(|| panic!("not an instant: {text}"))
}

fn berlin() -> Zone {
    Zone::named("europe/berlin").expect("in the database")
}

fn check_ago(zone: &Zone, as_of: &str, length: Length, expected: &str) {
    let found = format_instant(zone.ago(at(as_of), &length, &[]));
    assert_eq!(found, expected, "{length:?} before {as_of}");
}

fn check_ahead(zone: &Zone, as_of: &str, length: Length, expected: &str) {
    let found = format_instant(zone.ahead(at(as_of), &length, &[]));
    assert_eq!(found, expected, "{length:?} after {as_of}");
}

fn check_period(zone: &Zone, unit: CalendarUnit, as_of: &str, last: bool, expected: [&str; 2]) {
    let found = zone.period(unit, at(as_of), last);
    let found = [format_instant(found.first), format_instant(found.last + 1)];
    assert_eq!(found, expected, "{unit:?} of {as_of}, last: {last}");
}

#[test]
fn zones_are_found_in_any_case() {
    assert_eq!(berlin().name(), "Europe/Berlin");
    assert!(Zone::named("Europe/Nowhere").is_none() && Zone::named("").is_none());
    assert!(Zone::names().any(|name| name == "America/New_York"));
    assert!(zone_database_version().starts_with("20"));
}

#[test]
fn a_skipped_local_time_is_the_first_instant_after_the_gap() {
    // Berlin: 2024-03-31 02:00 -> 03:00 at 01:00Z
    let local = |text: &str| at(text);
    for skipped in ["2024-03-31T02:00:00Z", "2024-03-31T02:30:00Z", "2024-03-31T02:59:59.999999Z"] {
        assert_eq!(format_instant(berlin().instant(local(skipped))), "2024-03-31T01:00:00Z");
    }
    assert_eq!(format_instant(berlin().instant(local("2024-03-31T03:30:00Z"))), "2024-03-31T01:30:00Z");
    assert_eq!(format_instant(berlin().instant(local("2024-03-31T01:59:59Z"))), "2024-03-31T00:59:59Z");
    // far ahead, by the rule of the zone instead of its table
    assert_eq!(format_instant(berlin().instant(local("2090-03-26T02:30:00Z"))), "2090-03-26T01:00:00Z");
    // a whole day was skipped in Samoa
    let apia = Zone::named("Pacific/Apia").expect("in the database");
    assert_eq!(format_instant(apia.instant(local("2011-12-30T12:00:00Z"))), "2011-12-30T10:00:00Z");
}

#[test]
fn a_repeated_local_time_is_the_first() {
    // Berlin: 2024-10-27 03:00 -> 02:00 at 01:00Z
    assert_eq!(format_instant(berlin().instant(at("2024-10-27T02:30:00Z"))), "2024-10-27T00:30:00Z");
    let hour = |text| berlin().period_number(CalendarUnit::Hour, at(text));
    assert_eq!(hour("2024-10-27T00:30:00Z"), hour("2024-10-27T01:30:00Z"));
    check_period(
        &berlin(),
        CalendarUnit::Hour,
        "2024-10-27T01:30:00Z",
        false,
        ["2024-10-27T00:00:00Z", "2024-10-27T02:00:00Z"],
    );
}

#[test]
fn periods_are_local() {
    use CalendarUnit::*;
    let as_of = "2024-03-31T12:00:00Z"; // a Sunday
    for (unit, last, expected) in [
        (Day, false, ["2024-03-30T23:00:00Z", "2024-03-31T22:00:00Z"]),
        (Day, true, ["2024-03-29T23:00:00Z", "2024-03-30T23:00:00Z"]),
        (Week, false, ["2024-03-24T23:00:00Z", "2024-03-31T22:00:00Z"]),
        (Week, true, ["2024-03-17T23:00:00Z", "2024-03-24T23:00:00Z"]),
        (Month, false, ["2024-02-29T23:00:00Z", "2024-03-31T22:00:00Z"]),
        (Month, true, ["2024-01-31T23:00:00Z", "2024-02-29T23:00:00Z"]),
        (Quarter, false, ["2023-12-31T23:00:00Z", "2024-03-31T22:00:00Z"]),
        (Quarter, true, ["2023-09-30T22:00:00Z", "2023-12-31T23:00:00Z"]),
        (Year, true, ["2022-12-31T23:00:00Z", "2023-12-31T23:00:00Z"]),
    ] {
        check_period(&berlin(), unit, as_of, last, expected);
    }
    // 23:30Z is the next day in Berlin
    assert_eq!(berlin().day(at("2024-01-31T23:30:00Z")), day_of_date(2024, 2, 1).expect("a date"));
    // no midnight: Beirut went from 00:00 to 01:00
    let beirut = Zone::named("Asia/Beirut").expect("in the database");
    let day = day_of_date(2022, 3, 27).expect("a date");
    assert_eq!(format_instant(beirut.start_of_day(day)), "2022-03-26T22:00:00Z");
}

#[test]
fn calendar_lengths_keep_the_clock_time() {
    use CalendarUnit::*;
    check_ago(&Zone::utc(), "2024-05-31T10:00:00Z", Length::Calendar(3, Month), "2024-02-29T10:00:00Z");
    check_ago(&Zone::utc(), "2024-02-29T10:00:00Z", Length::Calendar(1, Year), "2023-02-28T10:00:00Z");
    check_ago(&Zone::utc(), "2024-05-31T10:00:00Z", Length::Calendar(1, Quarter), "2024-02-29T10:00:00Z");
    check_ahead(&Zone::utc(), "2024-01-31T10:00:00Z", Length::Calendar(13, Month), "2025-02-28T10:00:00Z");
    // winter to summer: the clock time stays, the instant shifts
    check_ago(&berlin(), "2024-04-30T10:00:00Z", Length::Calendar(2, Month), "2024-02-29T11:00:00Z");
    check_ago(&berlin(), "2024-04-30T00:30:00Z", Length::Calendar(1, Month), "2024-03-30T01:30:00Z");
    // 02:30 did not exist on 2024-03-31
    check_ago(&berlin(), "2024-05-31T00:30:00Z", Length::Calendar(2, Month), "2024-03-31T01:00:00Z");
    check_ago(&berlin(), "2024-04-01T10:00:00Z", Length::Calendar(1, Week), "2024-03-25T11:00:00Z");
}

#[test]
fn business_days_skip_weekends() {
    let n = Length::BusinessDays;
    // 2024-06-12 is a Wednesday
    check_ago(&Zone::utc(), "2024-06-12T10:00:00Z", n(1), "2024-06-10T23:59:59.999999Z");
    check_ago(&Zone::utc(), "2024-06-12T10:00:00Z", n(3), "2024-06-06T23:59:59.999999Z");
    check_ago(&Zone::utc(), "2024-06-15T10:00:00Z", n(1), "2024-06-13T23:59:59.999999Z");
    check_ago(&Zone::utc(), "2024-06-16T10:00:00Z", n(5), "2024-06-09T23:59:59.999999Z");
    check_ahead(&Zone::utc(), "2024-06-12T10:00:00Z", n(1), "2024-06-14T00:00:00Z");
    check_ahead(&Zone::utc(), "2024-06-14T10:00:00Z", n(1), "2024-06-18T00:00:00Z");
    check_ahead(&Zone::utc(), "2024-06-15T10:00:00Z", n(1), "2024-06-18T00:00:00Z");
    check_ahead(&Zone::utc(), "2024-06-15T10:00:00Z", n(6), "2024-06-25T00:00:00Z");
    check_ago(&berlin(), "2024-06-12T22:30:00Z", n(1), "2024-06-11T21:59:59.999999Z");
}

#[test]
fn business_hours_are_from_nine_to_five() {
    let n = Length::BusinessHours;
    let utc = Zone::utc();
    check_ago(&utc, "2024-06-12T12:00:00Z", n(2), "2024-06-12T10:00:00Z");
    check_ago(&utc, "2024-06-12T12:00:00Z", n(3), "2024-06-12T09:00:00Z");
    check_ago(&utc, "2024-06-12T12:00:00Z", n(4), "2024-06-11T16:00:00Z");
    check_ago(&utc, "2024-06-10T09:30:00Z", n(1), "2024-06-07T16:30:00Z");
    check_ago(&utc, "2024-06-16T03:00:00Z", n(8), "2024-06-14T09:00:00Z");
    check_ago(&utc, "2024-06-16T03:00:00Z", n(80), "2024-06-03T09:00:00Z");
    check_ahead(&utc, "2024-06-12T12:00:00Z", n(2), "2024-06-12T14:00:00Z");
    check_ahead(&utc, "2024-06-12T12:00:00Z", n(5), "2024-06-12T17:00:00Z");
    check_ahead(&utc, "2024-06-14T16:30:00Z", n(1), "2024-06-17T09:30:00Z");
    check_ahead(&utc, "2024-06-15T00:00:00Z", n(40), "2024-06-21T17:00:00Z");
    check_ahead(&berlin(), "2024-06-12T03:00:00Z", n(1), "2024-06-12T08:00:00Z");
}

#[test]
fn windows_have_one_rule_for_every_edge() {
    let day = Length::Exact(DAY_US);
    let two = Length::Exact(2 * DAY_US);
    let window = |window: Window| Zone::utc().window(0, &window, &[]).expect("not relative to the lead");
    assert_eq!(window(Window::Within(day.clone())), Interval { first: 1 - DAY_US, last: 0 });
    assert_eq!(window(Window::InTheNext(day.clone())), Interval { first: 0, last: DAY_US - 1 });
    let between = Interval { first: 1 - 2 * DAY_US, last: -DAY_US };
    assert_eq!(window(Window::Between(day.clone(), two)), between);
    assert_eq!(window(Window::MoreThanAgo(day)), Interval { first: i64::MIN, last: -DAY_US });
}

#[test]
fn params_give_lengths() {
    let param = |value: Value, length: Option<Length>| Param {
        name: "p".into(),
        ty: crate::Type::Duration,
        value,
        range: None,
        length,
        span: Default::default(),
    };
    let months = Length::Calendar(1, CalendarUnit::Month);
    let params = [param(Value::Duration(5), None), param(Value::Duration(0), Some(months.clone()))];
    let length = |id| param_length(&Length::Param(ParamId(id)), &params);
    assert_eq!([length(0), length(1), length(2)], [Length::Exact(5), months, Length::Exact(0)]);
}

#[test]
fn days_and_dates() {
    assert_eq!(days_since(0, 1), -1);
    assert_eq!([days_since(DAY_US, 0), days_since(DAY_US - 1, 0), days_since(0, 0)], [1, 0, 0]);
    assert_eq!(days_since(i64::MAX, i64::MIN), (u64::MAX / DAY_US as u64) as i64);
    assert_eq!((day_of_date(1969, 12, 31), day_of_date(2023, 2, 29)), (Some(-1), None));
    assert_eq!((date_of_day(-1), format_day(0)), ((1969, 12, 31), "1970-01-01".to_owned()));
    assert_eq!((parse_instant("2024-01-01"), parse_instant("1970-01-01T01:00+01")), (None, Some(0)));
    assert_eq!(format_instant(-1), "1969-12-31T23:59:59.999999Z");
}

fn any_length() -> impl Strategy<Value = Length> {
    use CalendarUnit::*;
    let unit = proptest::sample::select(vec![Hour, Day, Week, Month, Quarter, Year]);
    prop_oneof![
        (0i64..).prop_map(Length::Exact),
        (any::<u32>(), unit).prop_map(|(n, unit)| Length::Calendar(n, unit)),
        any::<u32>().prop_map(Length::BusinessDays),
        any::<u32>().prop_map(Length::BusinessHours),
    ]
}

proptest! {
    #[test]
    fn nothing_panics(instant: i64, day: i32, length in any_length(), unit in 0usize..6) {
        use CalendarUnit::*;
        let unit = [Hour, Day, Week, Month, Quarter, Year][unit];
        for zone in [Zone::utc(), berlin()] {
            let _ = (zone.ago(instant, &length, &[]), zone.ahead(instant, &length, &[]));
            let _ = (zone.period(unit, instant, true), zone.day(instant), zone.start_of_day(day));
            let _ = zone.instant(instant);
        }
        let _ = (format_instant(instant), format_day(day), date_of_day(day), utc_day(instant));
    }

    #[test]
    fn an_instant_lies_in_its_period(us in 0i64..4_000_000_000_000_000, unit in 0usize..6) {
        use CalendarUnit::*;
        let unit = [Hour, Day, Week, Month, Quarter, Year][unit];
        for zone in [Zone::utc(), berlin(), Zone::named("America/Sao_Paulo").expect("in the database")] {
            let period = zone.period(unit, us, false);
            prop_assert!(period.contains(us), "{unit:?} of {us}: {period:?}");
            prop_assert_eq!(zone.period_number(unit, period.first), zone.period_number(unit, us));
            prop_assert_eq!(zone.period(unit, us, true).last + 1, period.first);
        }
    }

    /// Business hours counted hour by hour.
    #[test]
    fn business_hours_as_counted(start in 0i64..20_000, n in 1u32..200) {
        let business = |hour: i64| {
            let (day, clock) = (hour.div_euclid(24), hour.rem_euclid(24));
            (day + 3).rem_euclid(7) < 5 && (9..17).contains(&clock)
        };
        let (mut hour, mut left) = (start, n);
        while left > 0 {
            hour -= 1;
            left -= business(hour) as u32;
        }
        let zone = Zone::utc();
        let length = Length::BusinessHours(n);
        prop_assert_eq!(zone.ago(start * HOUR_US, &length, &[]), hour * HOUR_US);
        let (mut hour, mut left) = (start, n);
        while left > 0 {
            left -= business(hour) as u32;
            hour += 1;
        }
        prop_assert_eq!(zone.ahead(start * HOUR_US, &length, &[]), hour * HOUR_US);
    }
}
