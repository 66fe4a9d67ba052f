//! Dates and instants as written in quotes: `2026-01-31`, `2026-01-31T10:00:00Z`.

use qualify_model::calendar::{day_of_date, parse_instant};

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Option<i32> {
    let text = text.trim();
    let bytes = text.as_bytes();
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    if !digits(&bytes[..4]) || !digits(&bytes[5..7]) || !digits(&bytes[8..]) {
        return None;
    }
    day_of_date(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
}

/// Microseconds since 1970 of an instant with `Z` or an offset.
pub(crate) fn instant(text: &str) -> Option<i64> {
    parse_instant(text.trim())
}

#[cfg(test)]
mod tests {
    use super::{date, instant};

    #[test]
    fn reads_dates() {
        assert_eq!(date("1970-01-01"), Some(0));
        assert_eq!(date("2024-02-29"), Some(19_782));
        assert_eq!(date("2023-02-29"), None);
        assert_eq!(date("2024-13-01"), None);
        assert_eq!(date("+024-01-01"), None);
    }

    #[test]
    fn reads_instants() {
        assert_eq!(instant("1970-01-01T00:00:01Z"), Some(1_000_000));
        assert_eq!(instant("1970-01-01T02:00:00.5+02:00"), Some(500_000));
        assert_eq!(instant("1970-01-01T00:00:00"), None);
        assert_eq!(instant("1970-01-01"), None);
    }
}
