//! Constants moved by one: the last digit as it is written, the count of a length of time.

use super::{Change, Walk};
use qualify_diagnostics::Span;
use qualify_syntax::tree::*;

impl Walk<'_> {
    /// A number or length, one more and one less.
    pub(super) fn literal(&mut self, change: Change, literal: &Literal, shown: Span) {
        self.step(change, literal, -1, shown);
        self.step(change, literal, 1, shown);
    }

    /// A number or length moved by so many of its last digit. A name is a constant elsewhere.
    pub(super) fn step(&mut self, change: Change, literal: &Literal, by: i128, shown: Span) {
        let (number, change) = match &literal.kind {
            LiteralKind::Amount(amount) => (amount.number, change),
            LiteralKind::Percent(number) => (*number, change),
            LiteralKind::Duration(duration) => (duration.count, Change::Window),
            LiteralKind::Text(_) | LiteralKind::Word(_) => return,
        };
        self.moved(change, number, literal.span, by, shown);
    }

    /// A length of time, one more and one less of its unit.
    pub(super) fn length(&mut self, length: &Length, shown: Span) {
        if let LengthKind::Duration(duration) = &length.kind {
            self.moved(Change::Window, duration.count, length.span, -1, shown);
            self.moved(Change::Window, duration.count, length.span, 1, shown);
        }
    }

    fn moved(&mut self, change: Change, number: Decimal, span: Span, by: i128, shown: Span) {
        let text = self.text(span);
        let digits = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '_');
        let end = text.find(|c: char| !digits(c)).unwrap_or(text.len());
        if end > 0 {
            let place = Span { end: span.start + end as u32, ..span };
            let new = written(number.units.saturating_add(by), number.scale);
            self.add(change, place, new, shown);
        }
    }

    /// A list of several constants without each of them.
    pub(super) fn one_less(&mut self, values: &[Literal], shown: Span) {
        let spans: Vec<Span> = values.iter().map(|value| value.span).collect();
        self.without_each(Change::Threshold, &spans, shown);
    }

    /// Several parts with something between them: each is dropped with what joins it to its neighbour.
    pub(super) fn without_each(&mut self, change: Change, parts: &[Span], shown: Span) {
        if parts.len() < 2 {
            return;
        }
        for (i, part) in parts.iter().enumerate() {
            let place = match parts.get(i + 1) {
                Some(next) => Span { end: next.start, ..*part },
                None => Span { start: parts[i - 1].end, ..*part },
            };
            self.add(change, place, "", shown);
        }
    }
}

/// A decimal number with as many digits behind the point as before the change.
fn written(units: i128, scale: u8) -> String {
    let scale = usize::from(scale);
    let digits = format!("{:0width$}", units.unsigned_abs(), width = scale + 1);
    let (whole, rest) = digits.split_at(digits.len() - scale);
    let sign = if units < 0 { "-" } else { "" };
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}
