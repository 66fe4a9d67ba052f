//! Constants: exact numbers, amounts of money, dates, words of a vocabulary, as the place asks for them.

use crate::dates;
use crate::lists::joined_kind;
use crate::lower::{Hint, Lower};
use crate::nearest::{enumerate, nearest};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Expr, ExprKind, GradeId, Length, NumberKind, TextKind, Type, Value, VocabularyId};
use qualify_syntax::tree::{Amount, Decimal, Literal, LiteralKind, Magnitude};

/// Why a decimal number is not one of a kind.
enum Misfit {
    Digits,
    Large,
}

/// The number in units of `kind`.
fn units(number: Decimal, kind: NumberKind) -> Result<i64, Misfit> {
    let number = normal(number);
    let scale = u32::from(number.scale);
    if scale > kind.decimals() {
        return Err(Misfit::Digits);
    }
    let factor = 10i128.pow(kind.decimals() - scale);
    let units = number.units.checked_mul(factor).ok_or(Misfit::Large)?;
    i64::try_from(units).map_err(|_| Misfit::Large)
}

/// Without zeros at its end.
fn normal(mut number: Decimal) -> Decimal {
    while number.scale > 0 && number.units % 10 == 0 {
        number.units /= 10;
        number.scale -= 1;
    }
    number
}

/// `10 million` as a plain number; none if it leaves 128 bits.
fn multiplied(number: Decimal, times: Option<Magnitude>) -> Option<Decimal> {
    let factor = match times {
        None => return Some(number),
        Some(Magnitude::Thousand) => 1_000,
        Some(Magnitude::Million) => 1_000_000,
        Some(Magnitude::Billion) => 1_000_000_000,
    };
    Some(normal(Decimal { units: number.units.checked_mul(factor)?, scale: number.scale }))
}

/// Integer if it was written without decimals, else number.
fn natural(number: Decimal) -> NumberKind {
    if number.scale == 0 { NumberKind::Integer } else { NumberKind::Number }
}

impl Lower<'_> {
    /// A constant, or the value of a name that stands for one, as `hint` asks for it.
    pub fn literal(&mut self, literal: &Literal, hint: &Hint) -> Option<Expr> {
        self.signed_literal(literal, false, hint)
    }

    /// As [`Lower::literal`], with a minus before it.
    pub fn signed_literal(&mut self, literal: &Literal, negative: bool, hint: &Hint) -> Option<Expr> {
        let span = literal.span;
        let sign = |mut number: Decimal| {
            if negative {
                number.units = -number.units;
            }
            number
        };
        match &literal.kind {
            LiteralKind::Text(text) => self.text_constant(text, span, hint),
            LiteralKind::Amount(_) if matches!(hint, Hint::Label(_) | Hint::Type(Type::OneOf(_))) => {
                // grades and words of a vocabulary may be numbers
                let words = self.words(span);
                self.text_constant(&words, span, hint)
            }
            LiteralKind::Amount(amount) => {
                let Some(number) = multiplied(amount.number, amount.times) else {
                    return self.too_large(span);
                };
                self.number(sign(number), amount, span, hint)
            }
            LiteralKind::Percent(number) => {
                if *hint == Hint::Type(Type::Number(NumberKind::Points)) {
                    let message = format!("`{}` is a share, and points are needed here", self.words(span));
                    return self.fail(Code::E0303, span, message);
                }
                let share = sign(Decimal { units: number.units, scale: number.scale.saturating_add(2) });
                self.number_of_kind(share, NumberKind::Number, span)
            }
            LiteralKind::Duration(duration) => match self.duration(duration, span)? {
                Length::Exact(micros) => Some(constant(Value::Duration(micros), Type::Duration, span)),
                _ => {
                    let message =
                        format!("`{}` has no fixed length, so no value equals it", self.words(span));
                    self.fail(Code::E0312, span, message)
                }
            },
            LiteralKind::Word(path) => self.path_value(path, hint),
        }
    }

    fn number(&mut self, number: Decimal, amount: &Amount, span: Span, hint: &Hint) -> Option<Expr> {
        if let Some(currency) = &amount.currency {
            self.currency(&currency.text, currency.span)?;
            if let Hint::Type(Type::Number(NumberKind::Integer | NumberKind::Number)) = hint {
                let message = format!(
                    "`{}` is an amount of money, and the other side is a plain number",
                    self.words(span)
                );
                return self.fail(Code::E0306, span, message);
            }
            return self.number_of_kind(number, NumberKind::Money, span);
        }
        match hint {
            Hint::Type(Type::Number(kind)) => match units(number, *kind) {
                Ok(value) => Some(constant(Value::Number(value), Type::Number(*kind), span)),
                // comparisons are exact between kinds; where the kind matters, `fit` says what is wrong
                Err(_) => self.number_of_kind(number, NumberKind::Number, span),
            },
            _ => self.number_of_kind(number, natural(number), span),
        }
    }

    fn number_of_kind(&mut self, number: Decimal, kind: NumberKind, span: Span) -> Option<Expr> {
        match units(number, kind) {
            Ok(value) => Some(constant(Value::Number(value), Type::Number(kind), span)),
            Err(Misfit::Large) => self.too_large(span),
            Err(Misfit::Digits) => self.too_many_digits(span, kind),
        }
    }

    fn too_large<T>(&mut self, span: Span) -> Option<T> {
        let message = format!("the number `{}` is too large to be held exactly", self.words(span));
        self.fail(Code::E0305, span, message)
    }

    fn too_many_digits<T>(&mut self, span: Span, kind: NumberKind) -> Option<T> {
        let words = self.words(span);
        let what = self.describe(&Type::Number(kind));
        let message =
            format!("`{words}` has too many decimals: {} are the most that {what} can have", kind.decimals());
        self.fail(Code::E0304, span, message)
    }

    /// Notes the currency of an amount; a model has one.
    fn currency(&mut self, name: &str, span: Span) -> Option<()> {
        match &self.currency {
            None => {
                self.currency = Some((name.to_string(), span));
                Some(())
            }
            Some((first, _)) if first == name => Some(()),
            Some((first, at)) => {
                let message = format!("a model counts in one currency: `{first}` elsewhere, `{name}` here");
                let at = *at;
                self.report(
                    Diagnostic::new(Code::E0307, span, message).other(at, "the currency of this model"),
                );
                None
            }
        }
    }

    /// Quoted text: a word of a vocabulary, a label, a date or a time where one is asked for.
    fn text_constant(&mut self, text: &str, span: Span, hint: &Hint) -> Option<Expr> {
        match hint {
            Hint::Type(Type::OneOf(vocabulary)) => self.vocabulary_word(*vocabulary, text, span),
            Hint::Label(grade) => self.label(*grade, text, span),
            Hint::Type(Type::Date) => match dates::date(text) {
                Some(day) => Some(constant(Value::Date(day), Type::Date, span)),
                None => {
                    let message =
                        format!("`\"{text}\"` is not a date; dates are written like \"2026-01-31\"");
                    self.fail(Code::E0310, span, message)
                }
            },
            Hint::Type(Type::Time) => match (dates::instant(text), dates::date(text)) {
                (Some(micros), _) => Some(constant(Value::Time(micros), Type::Time, span)),
                (None, Some(day)) => Some(constant(Value::Date(day), Type::Date, span)),
                (None, None) => {
                    let message = format!(
                        "`\"{text}\"` is not a time; times are written like \"2026-01-31T10:00:00Z\""
                    );
                    self.fail(Code::E0310, span, message)
                }
            },
            _ => Some(constant(Value::Text(text.trim().into()), Type::Text(TextKind::Plain), span)),
        }
    }

    /// A word of a vocabulary; the nearest word is the fix.
    pub fn vocabulary_word(&mut self, id: VocabularyId, text: &str, span: Span) -> Option<Expr> {
        let vocabulary = self.schema.vocabulary(id);
        if let Some(number) = vocabulary.find(text) {
            return Some(constant(Value::Word(number), Type::OneOf(id), span));
        }
        let words: Vec<String> = vocabulary.words.iter().map(|w| w.name.clone()).collect();
        let message = format!("`{text}` is not one of the words that can stand here");
        self.no_such_word(Code::E0206, text, span, message, &words)
    }

    /// A label of a grade set; the nearest label is the fix.
    pub fn label(&mut self, grade: GradeId, text: &str, span: Span) -> Option<Expr> {
        let labels = self.labels[grade.index()].clone();
        if labels.is_empty() {
            // a matrix with a mistake, which was reported
            return None;
        }
        if labels.iter().any(|label| label == text) {
            return Some(constant(Value::Text(text.into()), Type::Text(TextKind::Plain), span));
        }
        let message = format!("no line gives the grade `{text}`");
        self.no_such_word(Code::E0207, text, span, message, &labels)
    }

    fn no_such_word<T>(
        &mut self,
        code: Code,
        text: &str,
        span: Span,
        message: String,
        known: &[String],
    ) -> Option<T> {
        if self.lost.contains(text) {
            return None;
        }
        let mut diagnostic = Diagnostic::new(code, span, message)
            .note(format!("there is {}", enumerate(known.iter().map(String::as_str))));
        if let Some(near) = nearest(text, known.iter().map(String::as_str)) {
            diagnostic = diagnostic.fix(format!("write `{near}`"), span, quoted_if_needed(near));
        }
        // the same wrong word for the same words is one slip
        let key = format!("{text} {}", known.join(" "));
        self.once_for(&key, span, diagnostic)
    }

    /// The expression as one of exactly that type: numbers change their kind, constants exactly.
    pub fn fit(&mut self, expr: Expr, ty: &Type) -> Option<Expr> {
        match (&expr.ty, ty) {
            (have, want) if have == want => Some(expr),
            (Type::Number(_), Type::Number(kind)) => self.as_kind(expr, *kind),
            (Type::Text(_), Type::Text(_)) => Some(expr),
            _ => {
                let (have, want) = (self.describe(&expr.ty), self.describe(ty));
                let words = self.words(expr.span);
                self.fail(Code::E0302, expr.span, format!("`{words}` is {have}, and {want} is needed here"))
            }
        }
    }

    /// A number of another kind. Constants must fit exactly; money and points do not turn into each other.
    fn as_kind(&mut self, expr: Expr, kind: NumberKind) -> Option<Expr> {
        let Type::Number(from) = expr.ty else { return self.need_number(&expr) };
        if from == kind {
            return Some(expr);
        }
        if joined_kind(from, kind).is_none() {
            return self.money_and_points(expr.span, from);
        }
        let ty = Type::Number(kind);
        if let ExprKind::Constant(Value::Number(value)) = expr.kind {
            let number = Decimal { units: i128::from(value), scale: from.decimals() as u8 };
            return match units(number, kind) {
                Ok(value) => Some(constant(Value::Number(value), ty, expr.span)),
                Err(Misfit::Large) => self.too_large(expr.span),
                Err(Misfit::Digits) if kind == NumberKind::Integer => self.need_whole(expr.span),
                Err(Misfit::Digits) => self.too_many_digits(expr.span, kind),
            };
        }
        if kind == NumberKind::Integer {
            return self.need_whole(expr.span);
        }
        let span = expr.span;
        Some(Expr { kind: ExprKind::Convert(Box::new(expr)), ty, span })
    }

    /// A constant number as one of another kind, if that holds it.
    pub fn exactly(&self, expr: Expr, ty: &Type) -> Option<Expr> {
        let (Type::Number(from), Type::Number(to)) = (&expr.ty, ty) else { return None };
        let ExprKind::Constant(Value::Number(value)) = expr.kind else { return None };
        let number = Decimal { units: i128::from(value), scale: from.decimals() as u8 };
        let value = units(number, *to).ok()?;
        Some(constant(Value::Number(value), ty.clone(), expr.span))
    }

    /// Reports that a whole number is needed.
    pub fn need_whole<T>(&mut self, span: Span) -> Option<T> {
        let words = self.words(span);
        self.fail(Code::E0311, span, format!("`{words}` is not a whole number, and one is needed here"))
    }

    /// Reports money used as points, or the other way round.
    pub fn money_and_points<T>(&mut self, span: Span, from: NumberKind) -> Option<T> {
        let words = self.words(span);
        let message = if from == NumberKind::Money {
            format!("`{words}` is an amount of money, and points are needed here")
        } else {
            format!("`{words}` is points, and an amount of money is needed here")
        };
        let currency = self.currency.as_ref().map_or("EUR", |(name, _)| name);
        let note = format!("money divided by money is a number: `amount / 1000 {currency}`");
        self.report(Diagnostic::new(Code::E0306, span, message).note(note));
        None
    }

    /// A value as points.
    pub fn as_points(&mut self, expr: Expr) -> Option<Expr> {
        if !matches!(expr.ty, Type::Number(_)) {
            return self.need_number(&expr);
        }
        self.as_kind(expr, NumberKind::Points)
    }

    /// A value as a number with six decimals.
    pub fn as_number(&mut self, expr: Expr) -> Option<Expr> {
        match expr.ty {
            Type::Number(NumberKind::Integer | NumberKind::Number) => self.as_kind(expr, NumberKind::Number),
            Type::Number(_) => {
                let (words, what) = (self.words(expr.span), self.describe(&expr.ty));
                self.fail(
                    Code::E0303,
                    expr.span,
                    format!("`{words}` is {what}, and a plain number is needed here"),
                )
            }
            _ => self.need_number(&expr),
        }
    }

    /// Points from a constant or a param.
    pub fn points_literal(&mut self, literal: &Literal) -> Option<Expr> {
        let expr = self.literal(literal, &Hint::Type(Type::Number(NumberKind::Points)))?;
        let expr = self.fixed(expr)?;
        self.as_points(expr)
    }

    /// A whole number, 0 or more, from a constant or a param.
    pub fn count_literal(&mut self, literal: &Literal) -> Option<Expr> {
        let expr = self.literal(literal, &Hint::Type(Type::Number(NumberKind::Integer)))?;
        let expr = self.fixed(expr)?;
        if !matches!(expr.ty, Type::Number(_)) {
            return self.need_number(&expr);
        }
        let expr = self.as_kind(expr, NumberKind::Integer)?;
        if matches!(expr.kind, ExprKind::Constant(Value::Number(n)) if n < 0) {
            let words = self.words(expr.span);
            return self.fail(
                Code::E0311,
                expr.span,
                format!("`{words}` cannot count anything: it is below zero"),
            );
        }
        Some(expr)
    }

    /// Passes constants and params, which are the same for every lead, and refuses the rest.
    pub fn fixed(&mut self, expr: Expr) -> Option<Expr> {
        if is_fixed(&expr) {
            return Some(expr);
        }
        let words = self.words(expr.span);
        let message = format!("`{words}` differs from lead to lead, and a number or a param is needed here");
        self.fail(Code::E0319, expr.span, message)
    }

    /// A type in the author's words.
    pub fn describe(&self, ty: &Type) -> String {
        match ty {
            Type::YesNo => "yes or no".to_string(),
            Type::Number(NumberKind::Integer) => "a whole number".to_string(),
            Type::Number(NumberKind::Number) => "a number".to_string(),
            Type::Number(NumberKind::Money) => "an amount of money".to_string(),
            Type::Number(NumberKind::Points) => "points".to_string(),
            Type::Text(TextKind::Email) => "an e-mail address".to_string(),
            Type::Text(TextKind::Url) => "a web address".to_string(),
            Type::Text(_) => "text".to_string(),
            Type::Date => "a date".to_string(),
            Type::Time => "a time".to_string(),
            Type::Duration => "a length of time".to_string(),
            Type::OneOf(id) => {
                let words = &self.schema.vocabulary(*id).words;
                format!("one of {}", enumerate(words.iter().map(|w| w.name.as_str())))
            }
            Type::List(_) => "a list".to_string(),
            Type::Stage => "a stage".to_string(),
        }
    }
}

/// A constant with its type.
pub(crate) fn constant(value: Value, ty: Type, span: Span) -> Expr {
    Expr { kind: ExprKind::Constant(value), ty, span }
}

/// Whether the expression is a constant or a param, perhaps of another kind.
pub(crate) fn is_fixed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Constant(_) | ExprKind::Param(_) => true,
        ExprKind::Convert(inner) => is_fixed(inner),
        _ => false,
    }
}

/// The word as it can stand in a model: in quotes if it is not a plain word.
pub(crate) fn quoted_if_needed(word: &str) -> String {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if plain { word.to_string() } else { format!("\"{word}\"") }
}
