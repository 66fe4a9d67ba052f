//! Times and dates in data: ISO 8601, epoch numbers, declared patterns, and the zone of those that name none.
//!
//! Not in here: windows, calendars and everything else that the language does with time.

use crate::decimal::{Scaled, scaled};
use jiff::civil;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use qualify_model::calendar::{Zone, day_of_date};

const DAY: i64 = 86_400_000_000;

/// The first wall clock moment of a day.
pub(crate) fn midnight(days: i32) -> i64 {
    i64::from(days) * DAY
}

/// How times are written in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFormat {
    /// ISO 8601: a date, or a date and a clock time, with or without offset.
    Iso,
    /// Seconds since 1970, perhaps with decimals.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMillis,
    /// A pattern such as `%d/%m/%Y %H:%M`.
    Pattern(String),
}

impl TimeFormat {
    /// The format of that name, or the pattern.
    pub(crate) fn named(text: &str) -> Option<TimeFormat> {
        match text {
            "iso" => Some(TimeFormat::Iso),
            "epoch_seconds" => Some(TimeFormat::EpochSeconds),
            "epoch_millis" => Some(TimeFormat::EpochMillis),
            pattern if pattern.contains('%') => Some(TimeFormat::Pattern(pattern.to_string())),
            _ => None,
        }
    }

    /// A moment can be written and read back with it: a pattern needs a whole date, and all of the clock if any.
    pub(crate) fn possible(&self) -> bool {
        let TimeFormat::Pattern(pattern) = self else { return true };
        let Ok(example) = civil::date(2024, 1, 31).at(21, 30, 15, 0).to_zoned(TimeZone::UTC) else {
            return true;
        };
        let written = jiff::fmt::strtime::format(pattern, &example).ok();
        match written.and_then(|text| by_pattern(pattern, &text)) {
            None => false,
            Some(Moment::Day(days)) => {
                let clock = ["%H", "%I", "%M", "%S", "%k", "%l", "%p", "%P", "%T", "%R"];
                days == 19_753 && !clock.iter().any(|c| pattern.contains(c))
            }
            Some(Moment::Local(at) | Moment::Instant(at)) => at.div_euclid(3_600_000_000) == 19_753 * 24 + 21,
        }
    }

    /// What a message says was expected.
    pub(crate) fn expected(&self, what: &str) -> String {
        match self {
            TimeFormat::Iso if what == "date" => "a date such as `2024-01-31`".to_string(),
            TimeFormat::Iso => {
                "a time such as `2024-01-31T09:30:00Z` or a date such as `2024-01-31`".to_string()
            }
            TimeFormat::EpochSeconds => format!("a {what} as seconds since 1970"),
            TimeFormat::EpochMillis => format!("a {what} as milliseconds since 1970"),
            TimeFormat::Pattern(pattern) => format!("a {what} written as `{pattern}`"),
        }
    }

    /// Reads a moment.
    pub(crate) fn read(&self, text: &str) -> Option<Moment> {
        match self {
            TimeFormat::Iso => iso(text),
            TimeFormat::EpochSeconds => epoch(text, 6),
            TimeFormat::EpochMillis => epoch(text, 3),
            TimeFormat::Pattern(pattern) => by_pattern(pattern, text),
        }
    }
}

/// A moment as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// A day.
    Day(i32),
    /// Wall clock, microseconds.
    Local(i64),
    /// An instant, microseconds.
    Instant(i64),
}

impl Moment {
    /// As an instant; a day is its midnight. None beyond the calendar.
    pub(crate) fn instant(self, zone: &Zone) -> Option<i64> {
        let local = match self {
            Moment::Instant(instant) => return in_calendar(instant),
            Moment::Local(local) => local,
            Moment::Day(days) => midnight(days),
        };
        to_instant(zone, in_calendar(local)?)
    }

    /// As a day; an instant is its day in the zone.
    pub(crate) fn day(self, zone: &Zone) -> Option<i32> {
        const YEARS: std::ops::RangeInclusive<i32> = -719_162..=2_932_896; // 1 to 9999
        let days = match self {
            Moment::Day(days) => days,
            Moment::Local(local) => i32::try_from(local.div_euclid(DAY)).ok()?,
            Moment::Instant(instant) => zone.day(in_calendar(instant)?),
        };
        YEARS.contains(&days).then_some(days)
    }
}

/// The instant, if the calendar has it: from the year 1 to the next to last day of 9999, so that every zone's
/// wall clock has it as well. Anything beyond would be moved there without a word.
pub(crate) fn in_calendar(instant: i64) -> Option<i64> {
    const FIRST: i64 = -62_135_596_800_000_000 + DAY;
    let possible = FIRST..=jiff::Timestamp::MAX.as_microsecond();
    possible.contains(&instant).then_some(instant)
}

/// [`Zone::instant`], without a look at the calendar where none is needed.
fn to_instant(zone: &Zone, local: i64) -> Option<i64> {
    in_calendar(if zone.name() == "UTC" { local } else { zone.instant(local) })
}

/// `decimals`: those of a count of microseconds in the unit.
fn epoch(text: &str, decimals: u32) -> Option<Moment> {
    match scaled(text, decimals) {
        Scaled::Units { units: micros, .. } => {
            jiff::Timestamp::from_microsecond(micros).ok()?;
            Some(Moment::Instant(micros))
        }
        _ => None,
    }
}

fn by_pattern(pattern: &str, text: &str) -> Option<Moment> {
    let parts = BrokenDownTime::parse(pattern, text).ok()?;
    if let Ok(instant) = parts.to_timestamp() {
        return Some(Moment::Instant(instant.as_microsecond()));
    }
    let date = parts.to_date().ok()?;
    match parts.hour() {
        Some(_) => Some(Moment::Local(local_micros(parts.to_datetime().ok()?)?)),
        None => Some(Moment::Day(i32::try_from(local_micros(date.at(0, 0, 0, 0))?.div_euclid(DAY)).ok()?)),
    }
}

fn local_micros(time: civil::DateTime) -> Option<i64> {
    TimeZone::UTC.to_timestamp(time).ok().map(|t| t.as_microsecond())
}

/// ISO 8601 in its usual shapes; `T` or a blank between date and clock, `.` or `,` before the fraction. Digits
/// beyond microseconds are dropped.
pub(crate) fn iso(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let date = bytes.get(..10)?;
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let days = days_of(digits(&date[..4])?, digits(&date[5..7])?, digits(&date[8..])?)?;
    match bytes.get(10) {
        None => return Some(Moment::Day(days)),
        Some(b'T' | b't' | b' ') => {}
        Some(_) => return None,
    }
    let (clock, rest) = clock(&bytes[11..])?;
    let local = midnight(days) + clock;
    Some(match offset(rest)? {
        None => Moment::Local(local),
        Some(offset) => Moment::Instant(local - offset),
    })
}

/// `HH:MM[:SS[.ffffff]]` in microseconds, and what follows. A leap second is the second before it.
fn clock(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let pair = |at: usize, most: i64| digits(bytes.get(at..at + 2)?).filter(|n| *n <= most);
    let hour = pair(0, 24)?;
    if *bytes.get(2)? != b':' {
        return None;
    }
    let minute = pair(3, 59)?;
    let mut total = (hour * 60 + minute) * 60_000_000;
    let mut rest = &bytes[5..];
    if rest.first() == Some(&b':') {
        total += pair(6, 60)?.min(59) * 1_000_000;
        rest = &bytes[8..];
        if matches!(rest.first(), Some(b'.' | b',')) {
            let length = rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
            let fraction = rest.get(1..1 + length).filter(|f| !f.is_empty())?;
            let micros = fraction.iter().chain(std::iter::repeat(&b'0')).take(6);
            total += micros.fold(0, |n, b| n * 10 + i64::from(b - b'0'));
            rest = &rest[1 + length..];
        }
    }
    (total <= DAY).then_some((total, rest))
}

/// `Z`, `UTC`, `+02:00`, `+0200`, `+02` or nothing, in microseconds.
fn offset(bytes: &[u8]) -> Option<Option<i64>> {
    let bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
    let sign = match bytes {
        b"" => return Some(None),
        b"Z" | b"z" | b"UTC" => return Some(Some(0)),
        [b'+', ..] => 1,
        [b'-', ..] => -1,
        _ => return None,
    };
    let hours = digits(bytes.get(1..3)?).filter(|h| *h <= 23)?;
    let minutes = match &bytes[3..] {
        [] => 0,
        [b':', rest @ ..] | rest if rest.len() == 2 => digits(rest).filter(|m| *m <= 59)?,
        _ => return None,
    };
    Some(Some(sign * (hours * 60 + minutes) * 60_000_000))
}

fn digits(bytes: &[u8]) -> Option<i64> {
    bytes.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
}

fn days_of(year: i64, month: i64, day: i64) -> Option<i32> {
    day_of_date(year as i16, month as i8, day as i8) // each has four digits at most
}

#[cfg(test)]
mod tests {
    use super::*;
    use qualify_model::calendar::format_instant;

    fn check(text: &str, zone: &str, expected: Option<&str>) {
        let zone = Zone::named(zone).expect("a zone");
        let instant = iso(text).and_then(|m| m.instant(&zone)).map(format_instant);
        assert_eq!(instant.as_deref(), expected, "{text} in {}", zone.name());
    }

    #[test]
    fn iso_times() {
        check("2024-01-31", "UTC", Some("2024-01-31T00:00:00Z"));
        check("2024-07-31", "Europe/Lisbon", Some("2024-07-30T23:00:00Z"));
        check("2024-01-31T09:30", "UTC", Some("2024-01-31T09:30:00Z"));
        check("2024-01-31 09:30:15.1234567 +02:00", "UTC", Some("2024-01-31T07:30:15.123456Z"));
        check("2024-01-31T09:30:15-0530", "UTC", Some("2024-01-31T15:00:15Z"));
        check("2024-01-31T24:00:00Z", "UTC", Some("2024-02-01T00:00:00Z"));
        check("1960-02-29T00:00:00Z", "UTC", Some("1960-02-29T00:00:00Z"));
        for bad in
            ["", "2024-02-30", "2024-1-5", "2024-01-31T", "2024-01-31T25:00", "2024-01-31x", "é024-01-31"]
        {
            check(bad, "UTC", None);
        }
        for beyond in ["9999-12-31T23:59:59-15:00", "0000-01-01", "0000-06-01T00:00:00Z", "9999-12-31"] {
            check(beyond, "UTC", None);
            check(beyond, "Europe/Lisbon", None);
        }
        check("9999-12-30", "UTC", Some("9999-12-30T00:00:00Z"));
        check("2024-01-31T24:01", "UTC", None);
        check("2024-01-31T10:00+24", "UTC", None);
    }

    #[test]
    fn clocks_that_change() {
        check("2024-03-31T02:30:00", "Europe/Berlin", Some("2024-03-31T01:00:00Z"));
        check("2024-10-27T02:30:00", "Europe/Berlin", Some("2024-10-27T00:30:00Z"));
        check("2024-03-31T02:00:00", "Europe/Berlin", Some("2024-03-31T01:00:00Z"));
    }

    #[test]
    fn declared_formats() {
        let read = |format: &str, text: &str| {
            let format = TimeFormat::named(format).expect("a format");
            format.read(text).and_then(|m| m.instant(&Zone::utc())).map(format_instant)
        };
        assert_eq!(read("%d/%m/%Y %H:%M", "31/01/2024 09:30").as_deref(), Some("2024-01-31T09:30:00Z"));
        assert_eq!(read("%d/%m/%Y", "31/01/2024").as_deref(), Some("2024-01-31T00:00:00Z"));
        assert_eq!(
            read("%Y-%m-%d %H:%M %z", "2024-01-31 09:30 +0200").as_deref(),
            Some("2024-01-31T07:30:00Z")
        );
        assert_eq!(read("epoch_seconds", "1706693400.5").as_deref(), Some("2024-01-31T09:30:00.5Z"));
        assert_eq!(read("epoch_millis", "1706693400500").as_deref(), Some("2024-01-31T09:30:00.5Z"));
        assert_eq!(read("epoch_millis", "9223372036854775807"), None);
        assert_eq!(read("%d/%m/%Y", "2024-01-31"), None);
    }
}
