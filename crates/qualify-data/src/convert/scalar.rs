//! Everything that is not a number: yes/no, text, dates, times, durations.

use super::Reading;
use crate::cell::Cell;
use crate::clock::{Moment, TimeFormat};
use crate::decimal::{Scaled, plain, scaled};
use crate::problem::ProblemKind;
use qualify_model::calendar::{self, Zone};
use qualify_model::{TextKind, Value};

pub(super) fn yes_no(cell: &Cell<'_>) -> Reading {
    let yes = match cell {
        Cell::YesNo(yes) => Some(*yes),
        Cell::Integer(1) => Some(true),
        Cell::Integer(0) => Some(false),
        other => other.text().and_then(|text| match text.to_ascii_lowercase().as_str() {
            "yes" | "y" | "true" | "t" | "1" => Some(true),
            "no" | "n" | "false" | "f" | "0" => Some(false),
            _ => None,
        }),
    };
    yes.map_or_else(|| Reading::unreadable("`yes` or `no`"), |yes| Reading::known(Value::YesNo(yes)))
}

pub(super) fn text(cell: &Cell<'_>, kind: TextKind) -> Reading {
    if let Cell::Other(_) = cell {
        return Reading::unreadable("text");
    }
    let Some(text) = cell.text() else { return Reading::default() };
    let text = text.trim();
    let blank = text.contains(char::is_whitespace);
    match kind {
        TextKind::Email if blank || !is_address(text) => Reading::unreadable("an e-mail address"),
        TextKind::Url if blank => Reading::unreadable("a web address"),
        _ => Reading::known(Value::Text(text.into())),
    }
}

fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

pub(super) fn date(cell: &Cell<'_>, format: &TimeFormat, zone: &Zone) -> Reading {
    match moment(cell, format).and_then(|m| m.day(zone)) {
        Some(days) => Reading::known(Value::Date(days)),
        None => unreadable_time(cell, format, "date"),
    }
}

pub(super) fn time(cell: &Cell<'_>, format: &TimeFormat, zone: &Zone) -> Reading {
    match instant(cell, format, zone) {
        Some(time) => Reading::known(Value::Time(time)),
        None => unreadable_time(cell, format, "time"),
    }
}

/// The instant in a cell.
pub(crate) fn instant(cell: &Cell<'_>, format: &TimeFormat, zone: &Zone) -> Option<i64> {
    moment(cell, format)?.instant(zone)
}

fn moment(cell: &Cell<'_>, format: &TimeFormat) -> Option<Moment> {
    match cell {
        Cell::Date(days) => Some(Moment::Day(*days)),
        Cell::Local(local) => Some(Moment::Local(*local)),
        Cell::Instant(instant) => Some(Moment::Instant(*instant)),
        Cell::Text(text) => format.read(text.trim()),
        Cell::Number(text) => format.read(text),
        Cell::Integer(n) => format.read(&n.to_string()),
        _ => None,
    }
}

fn unreadable_time(cell: &Cell<'_>, format: &TimeFormat, what: &str) -> Reading {
    let help = time_help(&cell.text().unwrap_or_default(), format);
    Reading::trouble(ProblemKind::Time, format.expected(what), help)
}

/// The `time_format` that the text seems to need.
pub(crate) fn time_help(text: &str, format: &TimeFormat) -> Option<String> {
    let year = text.trim().get(..5);
    if *format == TimeFormat::Iso && (year == Some("9999-") || year == Some("0000-")) {
        return Some(format!(
            "if it means that there is none: `unknown if \"{}\"`, or `null` in the manifest",
            text.trim()
        ));
    }
    let guess = guess_format(text)?;
    let fits = |p: &&str| *p != guess && TimeFormat::named(p).is_some_and(|f| f.read(text.trim()).is_some());
    let other = PATTERNS.into_iter().find(fits).filter(|_| *format == TimeFormat::Iso);
    if let Some(other) = other {
        return Some(format!(
            "day or month first? both fit: `time_format = \"{guess}\"` or `time_format = \"{other}\"`"
        ));
    }
    (TimeFormat::named(guess).as_ref() != Some(format)).then(|| format!("time_format = \"{guess}\""))
}

/// Formats that are tried on times whose format nobody declared, the likeliest first.
pub(crate) const PATTERNS: [&str; 16] = [
    "iso",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%d.%m.%Y",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%d %b %Y",
    "%b %d, %Y",
];

/// The format that one text looks like; only those that can be told with some certainty.
pub(crate) fn guess_format(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if let Some(found) =
        PATTERNS.into_iter().find(|p| TimeFormat::named(p).is_some_and(|f| f.read(text).is_some()))
    {
        return Some(found);
    }
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match text.len() {
        8 if digits => Some("%Y%m%d"),
        10 if digits => Some("epoch_seconds"),
        13 if digits => Some("epoch_millis"),
        _ => None,
    }
}

pub(super) fn duration(cell: &Cell<'_>) -> Reading {
    let micros = match cell {
        Cell::Duration(micros) => Some(*micros),
        Cell::Text(text) => length(text),
        _ => None,
    };
    match micros {
        Some(micros) => Reading::known(Value::Duration(micros)),
        None => Reading::unreadable("a length such as `90s`, `2h 30m` or `PT1H30M`"),
    }
}

/// `90s`, `2h 30m`, `1.5d`, `PT1H30M`, `P2DT3H`: microseconds. Months and years have no exact length.
fn length(text: &str) -> Option<i64> {
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let upper = text.to_ascii_uppercase();
    let iso = upper.strip_prefix('P');
    let mut rest = iso.unwrap_or(text).trim();
    let mut clock = iso.is_none();
    let mut total = 0i64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        if let (Some(after), true) = (rest.strip_prefix('T'), iso.is_some() && !clock) {
            (rest, clock) = (after, true);
            continue;
        }
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let unit_end = rest[number..].find(|c: char| !c.is_alphabetic()).map_or(rest.len(), |n| number + n);
        let unit_end = if iso.is_some() { (number + 1).min(unit_end) } else { unit_end };
        let unit = unit_micros(rest.get(number..unit_end)?, iso.is_some(), clock)?;
        let Scaled::Units { units, .. } = scaled(&rest[..number], 6) else { return None };
        let part = i128::from(units) * i128::from(unit) / 1_000_000;
        total = total.checked_add(i64::try_from(part).ok()?)?;
        rest = rest[unit_end..].trim_start();
    }
    Some(if negative { -total } else { total })
}

fn unit_micros(unit: &str, iso: bool, clock: bool) -> Option<i64> {
    const SECOND: i64 = 1_000_000;
    let days = |n: i64| Some(n * 86_400 * SECOND);
    match (unit, iso, clock) {
        ("W", true, false) | ("w", false, _) => days(7),
        ("D", true, false) | ("d", false, _) => days(1),
        ("H", true, true) | ("h", false, _) => Some(3600 * SECOND),
        ("M", true, true) | ("m" | "min", false, _) => Some(60 * SECOND),
        ("S", true, true) | ("s" | "sec", false, _) => Some(SECOND),
        ("ms", false, _) => Some(1000),
        _ => None,
    }
}

/// A value as messages show it.
pub(crate) fn show(value: &Value, decimals: u32) -> String {
    match value {
        Value::Number(units) => plain(*units, decimals),
        Value::Date(days) => calendar::format_day(*days),
        Value::Time(time) => calendar::format_instant(*time),
        Value::Duration(micros) => format!("{}s", plain(*micros, 6)),
        other => format!("{other:?}"),
    }
}
