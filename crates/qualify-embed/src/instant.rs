//! Instants as callers write them. The clock is read here and nowhere else in the bindings.

use crate::Refusal;
use qualify::typed::calendar::{Zone, parse_instant};

/// An instant written as ISO 8601, in microseconds since 1970. A date, or a time without an offset, is meant in the
/// zone of that name, else in UTC.
pub fn instant(text: &str, zone: Option<&str>) -> Result<i64, Refusal> {
    if let Some(instant) = parse_instant(text) {
        return Ok(instant);
    }
    let zone = zone.and_then(Zone::named).unwrap_or_else(Zone::utc);
    let local = text.parse::<jiff::civil::DateTime>().ok();
    let local = local.and_then(|t| t.to_zoned(jiff::tz::TimeZone::UTC).ok()).map(|t| t.timestamp());
    local.map(|local| zone.instant(local.as_microsecond())).ok_or_else(|| {
        let why = format!("as_of is an instant such as 2026-01-31T00:00:00Z or a date, not `{text}`");
        Refusal::Argument(why)
    })
}

/// This moment, in microseconds since 1970.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}
