//! Numbers: integers, numbers, money.

use super::Reading;
use crate::cell::Cell;
use crate::decimal::{Scaled, scaled};
use crate::problem::ProblemKind;
use qualify_model::{NumberKind, Value};

/// The number in the units of its kind.
pub(super) fn number(cell: &Cell<'_>, kind: NumberKind) -> Reading {
    match cell {
        Cell::Integer(n) => match n.checked_mul(10i64.pow(kind.decimals())) {
            Some(units) => Reading::known(Value::Number(units)),
            None => too_large(kind),
        },
        Cell::Number(text) => from_text(text, kind),
        Cell::Text(text) => from_text(text, kind),
        Cell::NotFinite(_) => Reading::trouble(ProblemKind::NotFinite, expected(kind), None),
        _ => Reading::unreadable(expected(kind)),
    }
}

fn expected(kind: NumberKind) -> &'static str {
    match kind {
        NumberKind::Integer => "a whole number",
        NumberKind::Number => "a number",
        NumberKind::Money => "an amount of money such as `1234.50`",
        NumberKind::Points => "points such as `12.5`",
    }
}

fn too_large(kind: NumberKind) -> Reading {
    let expected = format!("{} that fits 64 bits", expected(kind));
    Reading::trouble(ProblemKind::NotFinite, expected, None)
}

fn from_text(text: &str, kind: NumberKind) -> Reading {
    let with_commas = text.contains(',').then(|| without_thousands(text)).flatten();
    match scaled(with_commas.as_deref().unwrap_or(text), kind.decimals()) {
        Scaled::Units { units, rounded: false } => Reading::known(Value::Number(units)),
        Scaled::Units { rounded: true, .. } if kind == NumberKind::Integer => {
            Reading::trouble(ProblemKind::Value, expected(kind), Some("declare it as `number`".to_string()))
        }
        Scaled::Units { units, .. } => Reading::known(Value::Number(units)),
        Scaled::TooLarge => too_large(kind),
        Scaled::NotANumber if is_not_finite(text) => {
            Reading::trouble(ProblemKind::NotFinite, expected(kind), None)
        }
        Scaled::NotANumber => Reading::trouble(ProblemKind::Value, expected(kind), hint(text)),
    }
}

/// NaN and infinities as programs write them.
fn is_not_finite(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-']);
    ["nan", "inf", "infinity"].iter().any(|name| text.eq_ignore_ascii_case(name))
}

/// The number without its thousands separators, if the commas can be nothing else: groups of three, and
/// either a point behind them or more than one comma. `1,234` alone may as well mean 1.234.
fn without_thousands(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.trim_start_matches(['+', '-']).split(',');
    let first = groups.next()?;
    let rest: Vec<_> = groups.collect();
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let grouped = digits(first) && first.len() <= 3 && rest.iter().all(|g| digits(g) && g.len() == 3);
    let certain = rest.len() > 1 || digits(fraction);
    (grouped && certain).then(|| text.replace(',', ""))
}

/// What to do about a number that is written in another way.
fn hint(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-')).collect();
    if !plain.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let currency = |c: char| "$€£¥₹".contains(c);
    if text.contains(currency)
        || text.split_whitespace().any(|w| w.len() == 3 && w.chars().all(char::is_alphabetic))
    {
        return Some(format!("write the amount without its currency: `{plain}`"));
    }
    if text.contains('%') {
        return Some("write a share as a number: `0.45` for 45 %".to_string());
    }
    let points = text.matches('.').count();
    let decimal_comma = text.matches(',').count() == 1 && points > 0 && text.rfind(',') > text.rfind('.');
    if decimal_comma || points > 1 && !text.contains(',') {
        let plain = text.replace('.', "").replace(',', ".");
        return Some(format!("write it without points between the thousands: `{plain}`"));
    }
    if text.contains(',') {
        return Some(format!(
            "is the comma a thousands separator or a decimal mark? write `{}` or `{}`",
            text.replace(',', ""),
            text.replace('.', "").replacen(',', ".", 1),
        ));
    }
    None
}
