//! Numbers and lists as people read them.

use super::interval::{HIGHEST, Interval, LOWEST, ONE};

/// A number of millionths as the language writes it: `0.5`, `-20`, `10_000_000`.
pub(crate) fn number(millionths: i128) -> String {
    let size = millionths.unsigned_abs();
    let one = ONE.unsigned_abs();
    let mut text = grouped(size / one);
    let part = size % one;
    if part != 0 {
        text.push('.');
        text.push_str(format!("{part:06}").trim_end_matches('0'));
    }
    if millionths < 0 { format!("-{text}") } else { text }
}

/// Digits in threes from the end, for numbers of five digits and more.
fn grouped(number: u128) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// An interval of numbers in words: `51 to 199`, `under 50`, `over 74 and under 75`.
pub(super) fn range(part: Interval, grain: i128) -> String {
    let Interval { low, high } = part;
    if low == high {
        return number(low);
    }
    if low == LOWEST && high == HIGHEST {
        return "any value".into();
    }
    // ends of finer numbers are named by the round number beside them: 49.9999 is "under 50"
    let fine = grain < ONE;
    let over = (fine && low != LOWEST && (low - grain) % ONE == 0).then(|| number(low - grain));
    let under = (fine && high != HIGHEST && (high + grain) % ONE == 0).then(|| number(high + grain));
    match (over, under) {
        (Some(over), Some(under)) => format!("over {over} and under {under}"),
        (Some(over), None) if high == HIGHEST => format!("over {over}"),
        (Some(over), None) => format!("over {over} to {}", number(high)),
        (None, Some(under)) if low == LOWEST => format!("under {under}"),
        (None, Some(under)) => format!("{} to under {under}", number(low)),
        (None, None) if low == LOWEST => format!("{} and less", number(high)),
        (None, None) if high == HIGHEST => format!("{} and more", number(low)),
        (None, None) => format!("{} to {}", number(low), number(high)),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., end] => format!("{} {last} {end}", init.join(", ")),
    }
}

/// The first few of `parts`, and how many more.
pub(crate) fn few(parts: &[String], last: &str) -> String {
    const MOST: usize = 4;
    if parts.len() <= MOST + 1 {
        return list(parts, last);
    }
    let mut shown = parts[..MOST].to_vec();
    shown.push(format!("{} more", parts.len() - MOST));
    list(&shown, last)
}

/// In backticks.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{text}`")
}

/// Without the brackets around the whole.
pub(super) fn bare(text: &str) -> &str {
    let mut text = text;
    while let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        let (mut depth, mut quoted) = (0i32, false);
        let whole = inside.chars().all(|c| {
            match c {
                '"' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                _ => {}
            }
            depth >= 0
        });
        if !whole {
            break;
        }
        text = inside.trim();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_the_language() {
        let cases: &[(i128, &str)] = &[
            (0, "0"),
            (500_000, "0.5"),
            (-20 * ONE, "-20"),
            (10_000_000 * ONE, "10_000_000"),
            (1, "0.000001"),
        ];
        for (millionths, text) in cases {
            assert_eq!(number(*millionths), *text);
        }
    }

    #[test]
    fn brackets_around_the_whole_are_left_out() {
        for (text, inside) in [("(consent)", "consent"), ("((a + b))", "a + b"), ("(a) / (b)", "(a) / (b)")] {
            assert_eq!(bare(text), inside);
        }
    }

    #[test]
    fn ranges_name_their_ends() {
        let case = |low, high, grain, text: &str| assert_eq!(range(Interval::new(low, high), grain), text);
        case(51 * ONE, 199 * ONE, ONE, "51 to 199");
        case(LOWEST, 50 * ONE - 100, 100, "under 50");
        case(75 * ONE + 100, HIGHEST, 100, "over 75");
        case(LOWEST, 9 * ONE, ONE, "9 and less");
        case(74 * ONE + 1, 75 * ONE - 1, 1, "over 74 and under 75");
        case(50 * ONE, 75 * ONE - 100, 100, "50 to under 75");
    }
}
