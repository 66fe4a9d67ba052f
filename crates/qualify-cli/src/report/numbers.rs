//! Numbers as people read them.

/// `12,345`.
pub fn thousands(number: usize) -> String {
    group(&number.to_string())
}

/// Points given in units of 0.0001, rounded towards zero to two decimals: displays never round up.
pub fn points(units: i128) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let hundredths = units.unsigned_abs() / 100;
    let whole = group(&(hundredths / 100).to_string());
    match hundredths % 100 {
        0 => format!("{sign}{whole}"),
        rest if rest % 10 == 0 => format!("{sign}{whole}.{}", rest / 10),
        rest => format!("{sign}{whole}.{rest:02}"),
    }
}

/// `12.3 %` of `whole`; a dash if there is none.
pub fn share(part: usize, whole: usize) -> String {
    match whole {
        0 => "-".to_string(),
        _ => format!("{}.{} %", part * 100 / whole, part * 1000 / whole % 10),
    }
}

fn group(digits: &str) -> String {
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_never_rounded_up() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(points(499_999), "49.99");
        assert_eq!(points(-123_455_000), "-12,345.5");
        assert_eq!(points(200_000), "20");
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(share(0, 0), "-");
    }
}
