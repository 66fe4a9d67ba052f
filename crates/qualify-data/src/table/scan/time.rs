//! Dates and times in the usual spellings of ISO 8601, straight from their bytes.
//!
//! Whatever is written in another way is nothing here, and left to the converters.

use super::number::{decimal, eight};
use crate::clock::{Moment, TimeFormat, in_calendar};
use qualify_model::calendar::{Zone, day_of_date};
use std::sync::LazyLock;

const FIRST_YEAR: usize = 1900;
const LAST_YEAR: usize = 2200;

/// The first day of each month, from January of the first year to the one behind the last.
static MONTHS: LazyLock<Vec<i32>> = LazyLock::new(|| {
    let months = (FIRST_YEAR..=LAST_YEAR).flat_map(|year| (1..=12).map(move |month| (year, month)));
    // every first of a month is a day of the calendar
    months.map(|(year, month)| day_of_date(year as i16, month, 1).unwrap_or_default()).collect()
});

/// Reads the moments of a column.
#[derive(Clone, Copy)]
pub(crate) struct Moments<'a> {
    how: How,
    zone: &'a Zone,
    utc: bool,
}

#[derive(Clone, Copy)]
enum How {
    Iso(Clock),
    /// Seconds or milliseconds since 1970, with so many digits from them to microseconds.
    Epoch(usize),
}

impl<'a> Moments<'a> {
    /// For a format, if it can be read without ado.
    pub fn new(format: &TimeFormat, zone: &'a Zone) -> Option<Moments<'a>> {
        let how = match format {
            TimeFormat::Iso => How::Iso(Clock::new()),
            TimeFormat::EpochSeconds => How::Epoch(6),
            TimeFormat::EpochMillis => How::Epoch(3),
            TimeFormat::Pattern(_) => return None,
        };
        Some(Moments { how, zone, utc: zone.name() == "UTC" })
    }

    #[inline]
    fn moment(&self, text: &[u8]) -> Option<Moment> {
        match self.how {
            How::Iso(clock) => clock.moment(text),
            How::Epoch(digits) => decimal(text, digits).map(|(micros, _)| Moment::Instant(micros)),
        }
    }

    /// The instant.
    #[inline]
    pub fn instant(&self, text: &[u8]) -> Option<i64> {
        match self.moment(text)? {
            Moment::Instant(instant) => in_calendar(instant),
            Moment::Local(local) if self.utc => in_calendar(local),
            other => other.instant(self.zone),
        }
    }

    /// The day.
    #[inline]
    pub fn day(&self, text: &[u8]) -> Option<i32> {
        self.moment(text)?.day(self.zone)
    }
}

/// Reads moments in ISO 8601.
#[derive(Clone, Copy, Debug)]
struct Clock {
    months: &'static [i32],
}

impl Clock {
    fn new() -> Clock {
        Clock { months: &MONTHS }
    }

    /// `2025-12-31`, and perhaps ` 23:59:59` or `T23:59:59` with up to six digits of a fraction, and perhaps `Z`
    /// or an offset such as `+02:00`.
    #[inline]
    fn moment(self, text: &[u8]) -> Option<Moment> {
        let (date, rest) = text.split_first_chunk::<10>()?;
        let day = self.day(date)?;
        let Some((clock, rest)) = rest.split_first_chunk::<9>() else {
            return rest.is_empty().then_some(Moment::Day(day));
        };
        let (fraction, rest) = fraction(rest)?;
        let local = i64::from(day) * 86_400_000_000 + seconds(clock)? * 1_000_000 + fraction;
        match rest {
            b"Z" => Some(Moment::Instant(local)),
            b"" => Some(Moment::Local(local)),
            offset => Some(Moment::Instant(local - self::offset(offset)?)),
        }
    }

    #[inline]
    fn day(self, date: &[u8; 10]) -> Option<i32> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
        let all = eight([y1, y2, y3, y4, m1, m2, d1, d2])? as usize;
        let (year, month, day) = (all / 10_000, all / 100 % 100, all % 100);
        if !(FIRST_YEAR..LAST_YEAR).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        let at = (year - FIRST_YEAR) * 12 + month - 1;
        let found = self.months[at] + day as i32 - 1;
        (found < self.months[at + 1]).then_some(found)
    }
}

/// `T23:59:59` in seconds.
#[inline]
fn seconds(clock: &[u8; 9]) -> Option<i64> {
    let [b'T' | b' ', h1, h2, b':', m1, m2, b':', s1, s2] = *clock else { return None };
    let all = i64::from(eight([b'0', b'0', h1, h2, m1, m2, s1, s2])?);
    let (hour, minute, second) = (all / 10_000, all / 100 % 100, all % 100);
    (hour < 24 && minute < 60 && second < 60).then_some(hour * 3600 + minute * 60 + second)
}

/// The microseconds of a fraction, if there is one, and what stands behind.
#[inline]
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some((b'.', rest)) = text.split_first() else { return Some((0, text)) };
    let millis = rest.split_first_chunk::<3>();
    if let Some((&[a, b, c], rest)) = millis.filter(|(_, rest)| !rest.first().is_some_and(u8::is_ascii_digit))
    {
        return Some((i64::from(eight([b'0', b'0', b'0', b'0', b'0', a, b, c])?) * 1000, rest));
    }
    let length = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    if length == 0 || length > 6 {
        return None;
    }
    let (digits, rest) = rest.split_at(length);
    let micros = digits.iter().chain(&[b'0'; 6]).take(6);
    Some((micros.fold(0, |n, b| n * 10 + i64::from(b - b'0')), rest))
}

/// `+02:00` in microseconds.
fn offset(text: &[u8]) -> Option<i64> {
    let [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] = *text else { return None };
    let all = i64::from(eight([b'0', b'0', b'0', b'0', h1, h2, m1, m2])?);
    let (hours, minutes) = (all / 100, all % 100);
    let micros = (hours * 60 + minutes) * 60_000_000;
    (hours < 24 && minutes < 60).then_some(if sign == b'-' { -micros } else { micros })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::iso;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};
    use std::hash::{BuildHasher, RandomState};

    /// Times with a few characters changed: what is read is what the strict reader reads.
    #[test]
    #[allow(clippy::print_stdout)] // the seed, to run a failure again
    fn times_are_those_of_the_strict_reader() {
        let seed = RandomState::new().hash_one(0);
        println!("seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let clock = Clock::new();
        let mut read = 0;
        for _ in 0..200_000 {
            let mut number = |n: u32, width: usize| format!("{:0width$}", random.random_range(0..n));
            let (year, month, day) = (number(400, 1), number(14, 2), number(33, 2));
            let year = 1850 + year.parse::<u32>().expect("a number");
            let (hour, minute, second) = (number(26, 2), number(62, 2), number(62, 2));
            let fraction = number(100_000_000, 1);
            let parts = [
                format!("{year}-{month}-{day}"),
                ["T", " ", "t", ""][random.random_range(0..4)].to_string(),
                format!("{hour}:{minute}"),
                [format!(":{second}"), String::new()][usize::from(random.random_bool(0.1))].clone(),
                [format!(".{fraction}"), format!(".{:.3}", fraction), String::new()]
                    [random.random_range(0..3)]
                .clone(),
                ["Z", "", "+02:00", "-0530", "+23:59", " UTC", "+24:00"][random.random_range(0..7)]
                    .to_string(),
            ];
            let mut text = parts[..random.random_range(1..=6)].concat().into_bytes();
            if random.random_bool(0.1) {
                let at = random.random_range(0..text.len());
                text[at] = b"09:-. xZ"[random.random_range(0..8)];
            }
            let shown = String::from_utf8_lossy(&text);
            if let Some(moment) = clock.moment(&text) {
                read += 1;
                assert_eq!(iso(&shown), Some(moment), "{shown}");
            }
        }
        assert!(read > 10_000, "only {read} times were read at once");
    }

    #[test]
    fn usual_times_are_read_at_once() {
        let clock = Clock::new();
        for text in [
            "2025-12-31",
            "2024-02-29T23:59:59.123Z",
            "2025-12-31 23:59:59",
            "2025-12-31T00:00:00.000001",
            "1999-01-01T00:00:00+05:30",
        ] {
            assert_eq!(clock.moment(text.as_bytes()), iso(text), "{text}");
            assert!(clock.moment(text.as_bytes()).is_some(), "{text}");
        }
    }
}
