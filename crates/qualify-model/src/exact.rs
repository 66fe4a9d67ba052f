//! Numbers without floating point. A number is a count of its smallest unit and the decimals of that unit:
//! 12.5 points are 125,000 units of four decimals.
//!
//! Sums are taken wide, in `i128`, and [held](hold) at the ends of the 64-bit range once, at their end.
//! Rounding is half away from zero everywhere. Not in here: doubles, which only the reading of data knows.

use std::cmp::Ordering;

/// Ten to the power of `decimals`.
pub const fn power_of_ten(decimals: u32) -> i128 {
    10i128.pow(if decimals > 38 { 38 } else { decimals })
}

/// `numerator / denominator`, rounded half away from zero; none if the denominator is zero.
pub const fn divide_rounded(numerator: i128, denominator: i128) -> Option<i128> {
    if denominator == 0 {
        return None;
    }
    let size = denominator.unsigned_abs();
    let whole = numerator.unsigned_abs() / size;
    let rest = numerator.unsigned_abs() % size;
    let rounded = if rest >= size - rest { whole + 1 } else { whole };
    let negative = (numerator < 0) != (denominator < 0);
    // only -2^127 / -1 does not fit; it is held at the end
    let held = if rounded > i128::MAX as u128 { i128::MAX } else { rounded as i128 };
    Some(if negative { -held } else { held })
}

/// A number of `from` decimals with `to` decimals: exact when these are more, else rounded.
pub const fn rescale(units: i128, from: u32, to: u32) -> i128 {
    if to >= from {
        units.saturating_mul(power_of_ten(to - from))
    } else {
        match divide_rounded(units, power_of_ten(from - to)) {
            Some(rounded) => rounded,
            None => 0, // a power of ten is not zero
        }
    }
}

/// The product of two numbers, given as units and decimals, rounded once to `decimals`.
pub const fn multiply(a: (i64, u32), b: (i64, u32), decimals: u32) -> i128 {
    rescale(a.0 as i128 * b.0 as i128, a.1 + b.1, decimals)
}

/// The quotient of two numbers, given as units and decimals, rounded once to `decimals`; none if `b` is zero.
pub const fn divide(a: (i64, u32), b: (i64, u32), decimals: u32) -> Option<i128> {
    let up = decimals + b.1;
    if up >= a.1 {
        divide_rounded(a.0 as i128 * power_of_ten(up - a.1), b.0 as i128)
    } else {
        divide_rounded(a.0 as i128, b.0 as i128 * power_of_ten(a.1 - up))
    }
}

/// Compares two numbers, given as units and decimals, exactly.
pub fn compare(a: (i128, u32), b: (i128, u32)) -> Ordering {
    let decimals = a.1.max(b.1);
    rescale(a.0, a.1, decimals).cmp(&rescale(b.0, b.1, decimals))
}

/// Holds a wide number at the ends of the 64-bit range; the flag says that it had left it.
pub const fn hold(wide: i128) -> (i64, bool) {
    if wide > i64::MAX as i128 {
        (i64::MAX, true)
    } else if wide < i64::MIN as i128 {
        (i64::MIN, true)
    } else {
        (wide as i64, false)
    }
}

/// Why a text is not a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotANumber {
    /// Anything but digits with an optional sign, point and exponent: `12,5`, `n/a`, `NaN`, ``.
    Malformed,
    /// More decimals than the type holds: `0.00001` as money.
    TooManyDecimals,
    /// Outside the 64-bit range of the type.
    OutOfRange,
}

/// Reads a decimal such as `-12.5` or `1.25e3`; more decimals than the type holds are an error.
pub fn parse(text: &str, decimals: u32) -> Result<i64, NotANumber> {
    match read(text, decimals)? {
        (_, false) => Err(NotANumber::TooManyDecimals),
        (units, true) => Ok(units),
    }
}

/// Reads a decimal and rounds it once, half away from zero, if it has more decimals than the type holds.
pub fn parse_rounded(text: &str, decimals: u32) -> Result<i64, NotANumber> {
    Ok(read(text, decimals)?.0)
}

/// The units, and whether they are exact.
fn read(text: &str, decimals: u32) -> Result<(i64, bool), NotANumber> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i32>().map_err(|_| NotANumber::Malformed)?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|b| b.is_ascii_digit()) {
        return Err(NotANumber::Malformed);
    }
    // where the first digit that is cut off stands
    let kept = whole.len() as i64 + exponent as i64 + decimals as i64;
    let mut units: i128 = 0;
    for (place, digit) in digits().enumerate() {
        if (place as i64) < kept {
            units = units * 10 + (digit - b'0') as i128;
            if units > 1 << 64 {
                return Err(NotANumber::OutOfRange);
            }
        }
    }
    let missing = kept - (whole.len() + fraction.len()) as i64;
    if missing > 0 && units != 0 {
        if missing > 20 {
            return Err(NotANumber::OutOfRange);
        }
        units *= power_of_ten(missing as u32);
    }
    let cut = |place: i64| if place < 0 { None } else { digits().nth(place as usize) };
    if cut(kept).is_some_and(|digit| digit >= b'5') {
        units += 1;
    }
    let exact = digits().enumerate().all(|(place, digit)| (place as i64) < kept || digit == b'0');
    let signed = if negative { -units } else { units };
    Ok((i64::try_from(signed).map_err(|_| NotANumber::OutOfRange)?, exact))
}

/// The number in full, without zeros at the end: `12.5`, `-0.0001`, `3`.
pub fn format(units: i128, decimals: u32) -> String {
    let one = power_of_ten(decimals).unsigned_abs();
    let sign = if units < 0 { "-" } else { "" };
    let (whole, fraction) = (units.unsigned_abs() / one, units.unsigned_abs() % one);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let fraction = format!("{fraction:0width$}", width = decimals as usize);
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

/// The number with at most `shown` decimals, cut so that it is never shown greater than it is: 49.96 with one
/// decimal is `49.9`, -49.96 is `-50`.
pub fn display(units: i128, decimals: u32, shown: u32) -> String {
    if shown >= decimals {
        return format(units, decimals);
    }
    format(units.div_euclid(power_of_ten(decimals - shown)), shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check_parse(text: &str, decimals: u32, expected: Result<i64, NotANumber>) {
        assert_eq!(parse(text, decimals), expected, "{text} with {decimals} decimals");
    }

    #[test]
    fn reads_decimals() {
        check_parse("12.5", 4, Ok(125_000));
        check_parse("-12.5", 1, Ok(-125));
        check_parse("+7", 0, Ok(7));
        check_parse(".5", 4, Ok(5_000));
        check_parse("5.", 4, Ok(50_000));
        check_parse("1.25e3", 0, Ok(1_250));
        check_parse("125e-2", 2, Ok(125));
        check_parse("1.50", 1, Ok(15));
        check_parse("0e99999", 4, Ok(0));
        check_parse("1e-99999", 4, Err(NotANumber::TooManyDecimals));
        check_parse("1e99999", 4, Err(NotANumber::OutOfRange));
        check_parse("0.00001", 4, Err(NotANumber::TooManyDecimals));
        check_parse("9223372036854775807", 0, Ok(i64::MAX));
        check_parse("-9223372036854775808", 0, Ok(i64::MIN));
        check_parse("9223372036854775808", 0, Err(NotANumber::OutOfRange));
        check_parse("99999999999999999999999999999999999999999999999", 6, Err(NotANumber::OutOfRange));
        for bad in ["", "-", ".", "1,5", "NaN", "inf", "1e", "e5", "1.2.3", "0x10", " 1", "--1", "١"] {
            check_parse(bad, 4, Err(NotANumber::Malformed));
        }
    }

    #[test]
    fn rounds_data_half_away_from_zero() {
        for (text, expected) in [("0.5", 1), ("-0.5", -1), ("0.49", 0), ("1.5", 2), ("2.5", 3), ("0.05", 0)] {
            assert_eq!(parse_rounded(text, 0), Ok(expected), "{text}");
        }
        assert_eq!(parse_rounded("5e-1", 0), Ok(1));
        assert_eq!(parse_rounded("9e-3", 1), Ok(0));
        assert_eq!(parse_rounded("9e-2", 1), Ok(1));
    }

    #[test]
    fn prints_exactly_and_never_rounds_up() {
        assert_eq!(format(125_000, 4), "12.5");
        assert_eq!(format(-1, 4), "-0.0001");
        assert_eq!(format(30_000, 4), "3");
        assert_eq!(format(i64::MIN as i128, 4), "-922337203685477.5808");
        assert_eq!(display(499_600, 4, 1), "49.9");
        assert_eq!(display(499_999, 4, 0), "49");
        assert_eq!(display(-499_600, 4, 1), "-50");
        assert_eq!(display(-1, 4, 1), "-0.1");
    }

    #[test]
    fn divides() {
        assert_eq!(divide((7, 0), (2, 0), 6), Some(3_500_000));
        assert_eq!(divide((2, 0), (3, 0), 6), Some(666_667));
        assert_eq!(divide((-2, 0), (3, 0), 6), Some(-666_667));
        assert_eq!(divide((1, 0), (0, 0), 6), None);
        assert_eq!(divide_rounded(i128::MIN, -1), Some(i128::MAX));
        assert_eq!(hold(1 << 70), (i64::MAX, true));
        assert_eq!(hold(-(1 << 70)), (i64::MIN, true));
        assert_eq!(hold(-5), (-5, false));
    }

    /// Half away from zero, by doubling instead of by remainders.
    fn naive_round(numerator: i128, denominator: i128) -> i128 {
        let (n, d) = if denominator < 0 { (-numerator, -denominator) } else { (numerator, denominator) };
        if n >= 0 { (2 * n + d).div_euclid(2 * d) } else { -((-2 * n + d).div_euclid(2 * d)) }
    }

    proptest! {
        #[test]
        fn quotients_are_rounded_half_away(n in -(1i128 << 100)..(1i128 << 100), d in any::<i64>()) {
            prop_assume!(d != 0);
            prop_assert_eq!(divide_rounded(n, d as i128), Some(naive_round(n, d as i128)));
        }

        #[test]
        fn products_are_exact_then_rounded(a: i64, b: i64, r in 0u32..=6) {
            let product = a as i128 * b as i128;
            prop_assert_eq!(multiply((a, 4), (b, 6), r), naive_round(product, 10i128.pow(10 - r)));
        }

        #[test]
        fn quotients_of_kinds(a: i64, b: i64, da in 0u32..=6, db in 0u32..=6, r in 0u32..=6) {
            prop_assume!(b != 0);
            let (a6, b6) = (a as i128 * 10i128.pow(6 - da + r), b as i128 * 10i128.pow(6 - db));
            prop_assert_eq!(divide((a, da), (b, db), r), Some(naive_round(a6, b6)));
        }

        #[test]
        fn comparison_is_exact(a: i64, b: i64) {
            let expected = (a as i128 * 1_000_000).cmp(&(b as i128 * 100));
            prop_assert_eq!(compare((a as i128, 0), (b as i128, 4)), expected);
        }

        #[test]
        fn what_is_printed_reads_back(units: i64, decimals in 0u32..=6) {
            prop_assert_eq!(parse(&format(units as i128, decimals), decimals), Ok(units));
        }

        #[test]
        fn display_is_never_greater(units: i64, shown in 0u32..4) {
            let back = parse(&display(units as i128, 4, shown), 4);
            if let Ok(back) = back {
                prop_assert!(back <= units && units as i128 - (back as i128) < 10i128.pow(4 - shown));
            }
        }

        #[test]
        fn reading_never_panics(text in "[-+0-9.eE]{0,30}", decimals in 0u32..=6) {
            let _ = (parse(&text, decimals), parse_rounded(&text, decimals));
        }
    }
}
