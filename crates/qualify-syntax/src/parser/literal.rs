//! Constants, names and paths.

use super::{Got, Parser};
use crate::slips::unit_suffix;
use crate::tokens::{Kind, MOST_DIGITS};
use crate::tree::*;
use crate::words::RESERVED;
use qualify_diagnostics::{Code, Diagnostic};

/// The unit that a word names, singular or plural.
pub(super) fn unit(word: &str) -> Option<Unit> {
    period(word.strip_suffix('s').unwrap_or(word)).or_else(|| match word.strip_suffix('s').unwrap_or(word) {
        "second" => Some(Unit::Second),
        "minute" => Some(Unit::Minute),
        _ => None,
    })
}

/// The period that a word names.
pub(super) fn period(word: &str) -> Option<Unit> {
    Some(match word {
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        _ => return None,
    })
}

/// The number at the start of `text`; signs for thousands are passed over. What cannot be read has been
/// reported with its token.
pub(super) fn decimal(text: &str) -> Decimal {
    let mut number = Decimal { units: 0, scale: 0 };
    if text.bytes().filter(u8::is_ascii_digit).count() > MOST_DIGITS {
        return number;
    }
    let mut fraction = false;
    for b in text.bytes() {
        match b {
            b'0'..=b'9' => {
                let digit = i128::from(b - b'0');
                let Some(units) = number.units.checked_mul(10).and_then(|u| u.checked_add(digit)) else {
                    break;
                };
                number.units = units;
                number.scale += u8::from(fraction);
            }
            b'.' if !fraction => fraction = true,
            b'_' | b',' => {}
            _ => break,
        }
    }
    number
}

fn negative(number: Decimal) -> Decimal {
    Decimal { units: -number.units, ..number }
}

impl Parser<'_> {
    /// A name that is declared or referred to; `what` says of what, for messages.
    pub(super) fn name(&mut self, what: &str) -> Got<Name> {
        if self.is_name(self.at) {
            let i = self.take();
            return Ok(Name { text: self.text(i).to_string(), span: self.span(i) });
        }
        Err(self.no_name(what))
    }

    /// A name that may stand in quotes.
    pub(super) fn label(&mut self, what: &str) -> Got<Name> {
        if self.at_kind(Kind::Text) {
            let text = self.quoted();
            return Ok(Name { text: text.text, span: text.span });
        }
        self.name(what)
    }

    /// Names joined by dots.
    pub(super) fn path(&mut self, what: &str) -> Got<Path> {
        let start = self.at;
        let mut parts = vec![self.name(what)?];
        while self.at < self.path_end(start) {
            self.take();
            let i = self.take_value();
            parts.push(Name { text: self.text(i).to_string(), span: self.span(i) });
        }
        Ok(Path { parts, span: self.since(start) })
    }

    /// Text in quotes.
    pub(super) fn quoted_text(&mut self, what: &str) -> Got<Quoted> {
        match self.at_kind(Kind::Text) {
            true => Ok(self.quoted()),
            false => Err(self.no_quotes(what)),
        }
    }

    /// The text token here, without its quotes, of whichever kind they are.
    fn quoted(&mut self) -> Quoted {
        let i = self.take();
        let mut chars = self.text(i).chars();
        chars.next();
        let inner = chars.as_str();
        let text = inner.strip_suffix(['"', '\'', '“', '”', '„', '«', '»']).unwrap_or(inner);
        Quoted { text: text.to_string(), span: self.span(i) }
    }

    /// Texts with commas between them.
    pub(super) fn texts(&mut self) -> Got<Vec<Quoted>> {
        let mut texts = vec![self.quoted_text("a text in quotes")?];
        while self.at_kind(Kind::Comma) && self.kind(self.at + 1) == Kind::Text {
            self.take();
            texts.push(self.quoted());
        }
        Ok(texts)
    }

    /// Constants with commas between them.
    pub(super) fn values(&mut self) -> Got<Vec<Literal>> {
        let mut values = vec![self.value("a value")?];
        while self.at_kind(Kind::Comma) {
            self.take();
            if matches!(self.kind(self.at), Kind::CloseParen | Kind::Colon) {
                return Err(self.comma_too_many());
            }
            values.push(self.value("a value")?);
        }
        Ok(values)
    }

    /// Constants in round brackets.
    pub(super) fn values_in_brackets(&mut self) -> Got<Vec<Literal>> {
        let open = self.at;
        self.sign(Kind::OpenParen, "`(`")?;
        let values = self.values()?;
        self.close_list(open)?;
        Ok(values)
    }

    /// The token at `i` can begin a constant.
    pub(super) fn begins_value(&self, i: usize) -> bool {
        match self.kind(i) {
            Kind::Text | Kind::Number | Kind::Percent | Kind::Duration => true,
            Kind::Minus => matches!(self.kind(i + 1), Kind::Number | Kind::Percent),
            Kind::Word => self.text(i) == "no" || !self.is_one_of(i, RESERVED),
            _ => false,
        }
    }

    /// A constant.
    pub(super) fn value(&mut self, what: &str) -> Got<Literal> {
        let start = self.at;
        if let Some(amount) = self.millions() {
            return Ok(Literal { kind: LiteralKind::Amount(amount), span: self.since(start) });
        }
        let kind = match self.kind(start) {
            Kind::Text => LiteralKind::Text(self.quoted().text),
            Kind::Number | Kind::Duration if self.begins_duration(start) => {
                LiteralKind::Duration(self.duration()?)
            }
            Kind::Minus | Kind::Number | Kind::Percent => self.figure()?,
            Kind::Word if self.is_name(start) => LiteralKind::Word(self.path(what)?),
            Kind::Word if self.begins_value(start) || self.meant_as_value(start) => {
                let i = self.take_value();
                let name = Name { text: self.text(i).to_string(), span: self.span(i) };
                LiteralKind::Word(Path { parts: vec![name], span: self.span(i) })
            }
            _ => return Err(self.unexpected(what, &[])),
        };
        Ok(Literal { kind, span: self.since(start) })
    }

    /// A word of the language among values: reported, and taken as the value.
    fn meant_as_value(&mut self, i: usize) -> bool {
        let meant = matches!(self.kind(i + 1), Kind::Comma | Kind::CloseParen);
        if meant {
            let word = self.text(i);
            let d = Diagnostic::new(Code::E0118, self.span(i), format!("as a value, `{word}` needs quotes"))
                .note(format!("`{word}` is a word of the language"))
                .fix(format!("write `\"{word}\"`"), self.span(i), format!("\"{word}\""));
            self.report(d);
        }
        meant
    }

    /// A number or percentage, perhaps negative.
    fn figure(&mut self) -> Got<LiteralKind> {
        let minus = self.eat_kind(Kind::Minus);
        let sign = if minus { negative } else { |number| number };
        match self.kind(self.at) {
            Kind::Percent => {
                let i = self.take();
                Ok(LiteralKind::Percent(sign(decimal(self.text(i)))))
            }
            Kind::Number => {
                let mut amount = self.amount();
                amount.number = sign(amount.number);
                Ok(LiteralKind::Amount(amount))
            }
            _ => Err(self.unexpected("a number", &[])),
        }
    }

    /// The number here with its magnitude and currency.
    pub(super) fn amount(&mut self) -> Amount {
        let i = self.take();
        let number = decimal(self.text(i));
        let times = match self.text(self.at) {
            "thousand" => Some(Magnitude::Thousand),
            "million" => Some(Magnitude::Million),
            "billion" => Some(Magnitude::Billion),
            _ => None,
        };
        if times.is_some() {
            self.take();
        }
        let currency = self.is_currency(self.at).then(|| {
            let i = self.take();
            Name { text: self.text(i).to_string(), span: self.span(i) }
        });
        Amount { number, times, currency }
    }

    pub(super) fn is_currency(&self, i: usize) -> bool {
        let text = self.text(i);
        text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase()) && self.is_name(i)
    }

    /// A number for a limit or bound, or the name of a param.
    pub(super) fn bound(&mut self, what: &str) -> Got<Literal> {
        match self.kind(self.at) {
            Kind::Minus | Kind::Number => {
                let start = self.at;
                let minus = self.eat_kind(Kind::Minus);
                if !self.at_kind(Kind::Number) {
                    return Err(self.unexpected("a number", &[]));
                }
                let mut amount = self.amount();
                if minus {
                    amount.number = negative(amount.number);
                }
                Ok(Literal { kind: LiteralKind::Amount(amount), span: self.since(start) })
            }
            _ => self.named_literal(what),
        }
    }

    /// A plain number, perhaps negative, or the name of a param: what a row of a table gives.
    pub(super) fn points(&mut self) -> Got<Literal> {
        let start = self.at;
        let minus = self.at_kind(Kind::Minus);
        if !minus && !self.at_kind(Kind::Number) {
            return match self.is_one_of(start, &["over", "under", "unknown"]) {
                true => Err(self.no_points()),
                false => self.named_literal("the points of this row"),
            };
        }
        self.at += usize::from(minus);
        if !self.at_kind(Kind::Number) {
            return Err(self.unexpected("a number", &[]));
        }
        let literal = self.plain_number();
        let LiteralKind::Amount(mut amount) = literal.kind else { return Ok(literal) };
        if minus {
            amount.number = negative(amount.number);
        }
        Ok(Literal { kind: LiteralKind::Amount(amount), span: self.since(start) })
    }

    /// How many: a plain number or the name of a param.
    pub(super) fn count(&mut self) -> Got<Literal> {
        match self.kind(self.at) {
            Kind::Number => Ok(self.plain_number()),
            _ => self.named_literal("how many"),
        }
    }

    /// The number here, with nothing behind it.
    pub(super) fn plain_number(&mut self) -> Literal {
        let i = self.take();
        let amount = Amount { number: decimal(self.text(i)), times: None, currency: None };
        Literal { kind: LiteralKind::Amount(amount), span: self.span(i) }
    }

    fn named_literal(&mut self, what: &str) -> Got<Literal> {
        let start = self.at;
        if !self.is_name(start) {
            return Err(match self.kind(start - 1) == Kind::Colon && self.begins_line(start) {
                true => self.no_points(),
                false => self.unexpected(&format!("{what}: a number or the name of a param"), &[]),
            });
        }
        let name = self.name(what)?;
        let span = name.span;
        Ok(Literal { kind: LiteralKind::Word(Path { parts: vec![name], span }), span })
    }

    /// A duration begins at `i`: `7d`, `7 days`, `2 business days`.
    pub(super) fn begins_duration(&self, i: usize) -> bool {
        self.duration_end(i).is_some()
    }

    /// The token behind the duration that begins at `i`.
    fn duration_end(&self, i: usize) -> Option<usize> {
        let is_unit = |i: usize| self.kind(i) == Kind::Word && unit(self.text(i)).is_some();
        match self.kind(i) {
            Kind::Duration => Some(i + 1),
            Kind::Number if is_unit(i + 1) => Some(i + 2),
            Kind::Number if self.is(i + 1, "business") && is_unit(i + 2) => Some(i + 3),
            _ => None,
        }
    }

    /// The token behind the length that begins at `i`: a duration or a name.
    pub(super) fn length_end(&self, i: usize) -> Option<usize> {
        self.duration_end(i).or_else(|| (self.is_name(i) && unit(self.text(i)).is_none()).then_some(i + 1))
    }

    /// A length of time, `7d` or `7 days`.
    pub(super) fn duration(&mut self) -> Got<Duration> {
        if !self.begins_duration(self.at) {
            return Err(self.no_length());
        }
        let i = self.take();
        let text = self.text(i);
        let count = decimal(text);
        if self.kind(i) == Kind::Duration {
            let unit = match (text.as_bytes()[text.len() - 1], unit_suffix(text)) {
                (b'm', _) if decimal_ends(text) + 1 == text.len() => Unit::Minute,
                (_, Some((_, word))) => unit(word).unwrap_or(Unit::Day),
                _ => Unit::Day,
            };
            return Ok(Duration { count, unit, business: false, short: true });
        }
        let business = self.eat("business");
        let word = self.take();
        // begins_duration looked at this word
        let unit = unit(self.text(word)).unwrap_or(Unit::Day);
        Ok(Duration { count, unit, business, short: false })
    }

    /// A length of time, or the name of a param that holds one.
    pub(super) fn length(&mut self) -> Got<Length> {
        self.needless_last()?;
        let start = self.at;
        let kind = match self.is_name(start) && unit(self.text(start)).is_none() {
            true => LengthKind::Name(self.name("a length of time")?),
            false => LengthKind::Duration(self.duration()?),
        };
        Ok(Length { kind, span: self.since(start) })
    }

    /// `because "…"`, if it stands here.
    pub(super) fn because(&mut self) -> Got<Option<Quoted>> {
        if !self.eat("because") {
            return Ok(None);
        }
        match self.at_kind(Kind::Text) {
            true => Ok(Some(self.quoted())),
            false => Err(self.no_quotes("a reason in quotes")),
        }
    }
}

/// Where the digits of `text` end.
fn decimal_ends(text: &str) -> usize {
    text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len())
}
