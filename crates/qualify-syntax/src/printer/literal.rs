//! Constants, names and lengths.

use crate::tokens::is_decimal;
use crate::tree::*;
use crate::words::is_name;

pub(super) fn quoted(text: &Quoted) -> String {
    format!("\"{}\"", text.text)
}

pub(super) fn quoted_list(texts: &[Quoted]) -> String {
    texts.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

/// A stage, segment, route: bare where it can be.
pub(super) fn label(text: &str) -> String {
    if is_name(text) { text.to_string() } else { format!("\"{text}\"") }
}

/// A grade, which may be a number too.
pub(super) fn grade_label(text: &str) -> String {
    if is_decimal(text) { text.to_string() } else { label(text) }
}

pub(super) fn path(path: &Path) -> String {
    path.parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(".")
}

/// `from LOW to HIGH`.
pub(super) fn range(range: &(Literal, Literal)) -> String {
    format!("from {} to {}", literal(&range.0), literal(&range.1))
}

pub(super) fn literals(values: &[Literal]) -> String {
    values.iter().map(literal).collect::<Vec<_>>().join(", ")
}

pub(super) fn literal(literal: &Literal) -> String {
    match &literal.kind {
        LiteralKind::Text(text) => format!("\"{text}\""),
        LiteralKind::Amount(value) => amount(value),
        LiteralKind::Percent(number) => format!("{}%", decimal(*number)),
        LiteralKind::Duration(value) => duration(value),
        LiteralKind::Word(word) => path(word),
    }
}

fn amount(amount: &Amount) -> String {
    let mut text = decimal(amount.number);
    if let Some(times) = amount.times {
        text.push_str(match times {
            Magnitude::Thousand => " thousand",
            Magnitude::Million => " million",
            Magnitude::Billion => " billion",
        });
    }
    if let Some(currency) = &amount.currency {
        text.push(' ');
        text.push_str(&currency.text);
    }
    text
}

/// The digits, in groups of three where there are five or more before the point.
fn decimal(number: Decimal) -> String {
    let digits = format!("{:0>width$}", number.units.unsigned_abs(), width = usize::from(number.scale) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(number.scale));
    let mut text = String::new();
    if number.units < 0 {
        text.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && whole.len() >= 5 && (whole.len() - i) % 3 == 0 {
            text.push('_');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

pub(super) fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Second => "second",
        Unit::Minute => "minute",
        Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::Year => "year",
    }
}

pub(super) fn duration(duration: &Duration) -> String {
    let count = decimal(duration.count);
    let letter = match duration.unit {
        Unit::Second => Some("s"),
        Unit::Minute => Some("m"),
        Unit::Hour => Some("h"),
        Unit::Day => Some("d"),
        Unit::Week => Some("w"),
        _ => None,
    };
    if let Some(letter) = letter.filter(|_| duration.short) {
        return format!("{count}{letter}");
    }
    let business = if duration.business { "business " } else { "" };
    let plural = if count == "1" { "" } else { "s" };
    format!("{count} {business}{}{plural}", unit(duration.unit))
}

pub(super) fn length(length: &Length) -> String {
    match &length.kind {
        LengthKind::Duration(value) => duration(value),
        LengthKind::Name(name) => name.text.clone(),
    }
}
