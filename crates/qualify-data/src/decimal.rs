//! Decimal numbers in text, made exact units of a number kind.
//!
//! Doubles come here as their shortest decimal text: the number that their author sees is the one that is
//! rounded, half away from zero.

/// A number in text, scaled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scaled {
    /// The text is no number.
    NotANumber,
    /// It does not fit 64 bits.
    TooLarge,
    /// Units, and whether digits that are not zero were rounded away.
    Units {
        /// The count of the smallest unit.
        units: i64,
        /// Digits were lost.
        rounded: bool,
    },
}

/// Points in units of 1e-4 as the nearest double; below 10^15 units its shortest text is the exact number.
pub fn points_as_double(units: i64) -> f64 {
    units as f64 / 1e4
}

/// `text` times `10^decimals`, rounded half away from zero. Digits, one point, a sign and an exponent (`1e+05`)
/// are read, and nothing else.
pub(crate) fn scaled(text: &str, decimals: u32) -> Scaled {
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => match exponent(&rest[at + 1..]) {
            Some(e) => (&rest[..at], e),
            None => return Scaled::NotANumber,
        },
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits_only = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !digits_only(whole) || !digits_only(fraction) {
        return Scaled::NotANumber;
    }
    let point = whole.len() as i64 + exponent + i64::from(decimals);
    shifted(negative, whole.bytes().chain(fraction.bytes()), point)
}

/// The exponent; one that is absurdly large is held at a bound, which is as good.
fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse::<i64>().unwrap_or(i64::MAX).min(1_000_000);
    Some(if text.starts_with('-') { -size } else { size })
}

/// The digits with the point behind the first `point` of them.
fn shifted(negative: bool, digits: impl Iterator<Item = u8>, point: i64) -> Scaled {
    let mut units: i128 = 0;
    let (mut place, mut round_up, mut rounded) = (0i64, false, false);
    for digit in digits {
        let digit = i128::from(digit - b'0');
        if place < point {
            units = units * 10 + digit;
            if units > i128::from(u64::MAX) {
                return Scaled::TooLarge;
            }
        } else {
            round_up |= place == point && digit >= 5;
            rounded |= digit != 0;
        }
        place += 1;
    }
    while units != 0 && place < point {
        units *= 10;
        place += 1;
        if units > i128::from(u64::MAX) {
            return Scaled::TooLarge;
        }
    }
    units += i128::from(round_up);
    let units = if negative { -units } else { units };
    i64::try_from(units).map_or(Scaled::TooLarge, |units| Scaled::Units { units, rounded })
}

/// The shortest decimal text of a finite double; whole numbers without a point.
pub(crate) fn shortest(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map(str::to_string).unwrap_or(text)
}

/// The same for single precision: its own shortest text, so that 0.1 stays 0.1.
pub(crate) fn shortest_single(value: f32) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map(str::to_string).unwrap_or(text)
}

/// Units as plain decimal text without trailing zeros: 125000 units of 1e-4 are `12.5`.
pub(crate) fn plain(units: i64, decimals: u32) -> String {
    let mut text = Vec::new();
    push_plain(&mut text, units, decimals);
    String::from_utf8(text).unwrap_or_default() // digits, a point and a sign
}

/// The same behind other text.
pub(crate) fn push_plain(text: &mut Vec<u8>, units: i64, decimals: u32) {
    let scale = 10u64.pow(decimals);
    let size = units.unsigned_abs();
    if units < 0 {
        text.push(b'-');
    }
    push_digits(text, size / scale, 1);
    let (mut fraction, mut digits) = (size % scale, decimals as usize);
    if fraction > 0 {
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            digits -= 1;
        }
        text.push(b'.');
        push_digits(text, fraction, digits);
    }
}

/// A whole number in decimal, behind other text.
pub(crate) fn push_integer(text: &mut Vec<u8>, value: i64) {
    if value < 0 {
        text.push(b'-');
    }
    push_digits(text, value.unsigned_abs(), 1);
}

/// The digits of a number, with zeros before them if there are fewer than `least`.
fn push_digits(text: &mut Vec<u8>, mut value: u64, least: usize) {
    let mut digits = [b'0'; 20]; // as many as the greatest has
    let mut start = digits.len();
    while value > 0 {
        start -= 1;
        digits[start] += (value % 10) as u8;
        value /= 10;
    }
    text.extend_from_slice(&digits[start.min(digits.len() - least)..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, decimals: u32, expected: Option<(i64, bool)>) {
        let expected = match expected {
            Some((units, rounded)) => Scaled::Units { units, rounded },
            None => Scaled::NotANumber,
        };
        assert_eq!(scaled(text, decimals), expected, "{text}");
    }

    #[test]
    fn numbers_are_exact() {
        check("12", 4, Some((120_000, false)));
        check("-1.5", 4, Some((-15_000, false)));
        check("0.00005", 4, Some((1, true)));
        check("-0.00005", 4, Some((-1, true)));
        check("0.000049999999", 4, Some((0, true)));
        check("1e+05", 0, Some((100_000, false)));
        check("1.5E-3", 4, Some((15, false)));
        check("2.50", 0, Some((3, true)));
        check("9223372036854775807", 0, Some((i64::MAX, false)));
        check("-9223372036854775808", 0, Some((i64::MIN, false)));
        check(".5", 1, Some((5, false)));
        check("0e999999999999", 4, Some((0, false)));
        check("1e-999999999999", 4, Some((0, true)));
        for bad in ["", "-", ".", "1,5", "0x10", "1e", "NaN", "1 2", "--1", "1.2.3", "٣"] {
            check(bad, 4, None);
        }
        assert_eq!(scaled("9223372036854775808", 0), Scaled::TooLarge);
        assert_eq!(scaled("1e300", 4), Scaled::TooLarge);
    }

    #[test]
    fn doubles_are_what_their_author_sees() {
        assert_eq!(scaled(&shortest(0.1 + 0.2), 4), Scaled::Units { units: 3000, rounded: true });
        assert_eq!(scaled(&shortest(1.00005), 4), Scaled::Units { units: 10001, rounded: true });
        assert_eq!(scaled(&shortest_single(0.1), 6), Scaled::Units { units: 100_000, rounded: false });
        assert_eq!(shortest(-1.0), "-1");
    }

    #[test]
    fn plain_text_has_no_idle_zeros() {
        assert_eq!(plain(125_000, 4), "12.5");
        assert_eq!(plain(-5, 4), "-0.0005");
        assert_eq!(plain(200_000, 4), "20");
        assert_eq!(plain(100_500, 4), "10.05");
        assert_eq!(plain(0, 4), "0");
        assert_eq!(plain(i64::MIN, 0), "-9223372036854775808");
    }
}
