//! Params: their types, ranges, and the values that replace the declared ones.

use crate::lower::{Hint, Lower};
use crate::names::Named;
use crate::nearest::nearest;
use qualify_diagnostics::{Code, Diagnostic, FileId, Severity, Sources, Span};
use qualify_model::{
    Expr, ExprKind, Length, NumberKind, Param, ParamId, TextKind, Type, Value, VocabularyId,
};
use qualify_syntax::tree::{Literal, LiteralKind, ParamDecl, StatementKind};
use std::collections::HashMap;

/// A value given from outside.
pub(crate) struct Override {
    pub name: String,
    /// None: it could not be read.
    pub value: Option<Literal>,
    pub span: Span,
}

/// Reads values from outside as if they were declarations, each in a source file of its own.
pub(crate) fn read_overrides(sources: &mut Sources, params: &[(String, String)]) -> Vec<Override> {
    let mut out = Vec::new();
    for (name, value) in params {
        let text = format!("param {name} = {value}");
        let file: FileId = sources.add(format!("<param {name}>"), text.clone());
        let parsed = qualify_syntax::parse(file, &text);
        let fine = parsed.diagnostics.iter().all(|d| d.severity != Severity::Error);
        let value = match parsed.tree.statements.as_slice() {
            [statement] if fine => match &statement.kind {
                StatementKind::Param(ParamDecl { value, range: None, .. }) => Some(value.clone()),
                _ => None,
            },
            _ => None,
        };
        out.push(Override { name: name.clone(), value, span: Span::new(file, 0, text.len()) });
    }
    out
}

impl Lower<'_> {
    /// Lowers all params, with the values from outside in force.
    pub fn lower_params(&mut self, overrides: &[Override]) {
        let mut given: HashMap<&str, &Override> = HashMap::new();
        for value in overrides {
            given.insert(&value.name, value);
            if !self.outline.params.iter().any(|(param, _)| param.name.text == value.name) {
                let names = self.outline.params.iter().map(|(param, _)| param.name.text.as_str());
                let message = format!("the model has no param `{}`", value.name);
                let mut diagnostic = Diagnostic::new(Code::E0316, value.span, message);
                if let Some(near) = nearest(&value.name, names) {
                    diagnostic = diagnostic.note(format!("there is `{near}`"));
                }
                self.report(diagnostic);
            }
        }
        for &(decl, span) in &self.outline.params {
            let param = self.param(decl, span);
            let param = match (param, given.get(decl.name.text.as_str())) {
                (Some(param), Some(value)) => self.overridden(param, value),
                (param, _) => param,
            };
            self.params.push(param);
        }
    }

    fn param(&mut self, decl: &ParamDecl, span: Span) -> Option<Param> {
        let (mut ty, value, length) = self.param_value(&decl.value)?;
        let mut param =
            Param { name: decl.name.text.clone(), ty: ty.clone(), value, range: None, length, span };
        let Some((low, high)) = &decl.range else { return Some(param) };
        let ((low_ty, ..), (high_ty, ..)) = (self.param_value(low)?, self.param_value(high)?);
        // `param share = 1 from 0 to 1.5` is a number, though 1 alone is whole
        let number = Type::Number(NumberKind::Number);
        if ty == Type::Number(NumberKind::Integer) && (low_ty == number || high_ty == number) {
            ty = number;
            param.ty = ty.clone();
            param.value = self.constant(&decl.value, &ty)?;
        }
        if !matches!(ty, Type::Number(_) | Type::Duration) || param.length.is_some() {
            let message = format!(
                "the param `{}` can have no range: ranges are for numbers and fixed lengths",
                param.name
            );
            return self.fail(Code::E0318, low.span.to(high.span), message);
        }
        for (bound, bound_ty) in [(low, &low_ty), (high, &high_ty)] {
            if matches!(bound_ty, Type::Text(_)) {
                let message = format!(
                    "`{}` is not a constant, and the range of a param has constants at its ends",
                    self.words(bound.span)
                );
                return self.fail(Code::E0319, bound.span, message);
            }
        }
        let (from, to) = (self.constant(low, &ty), self.constant(high, &ty));
        let range = (from?, to?);
        if amount(&range.0) > amount(&range.1) {
            return self.upside_down(low.span, high.span);
        }
        if !inside(&param.value, &range) {
            let message = format!(
                "`{}` is outside the range of the param: `{}` to `{}`",
                self.words(decl.value.span),
                self.words(low.span),
                self.words(high.span)
            );
            return self.fail(Code::E0316, decl.value.span, message);
        }
        param.range = Some(range);
        Some(param)
    }

    /// Type, value, and the length that is not a plain value.
    fn param_value(&mut self, literal: &Literal) -> Option<(Type, Value, Option<Length>)> {
        if let LiteralKind::Duration(duration) = &literal.kind {
            return Some(match self.duration(duration, literal.span)? {
                Length::Exact(micros) => (Type::Duration, Value::Duration(micros), None),
                length => (Type::Duration, Value::Duration(0), Some(length)),
            });
        }
        if let LiteralKind::Word(path) = &literal.kind {
            let word = self.word_text(literal);
            return Some(match word.as_str() {
                "yes" => (Type::YesNo, Value::YesNo(true), None),
                "no" => (Type::YesNo, Value::YesNo(false), None),
                _ if path.parts.len() == 1 => (Type::Text(TextKind::Plain), Value::Text(word.into()), None),
                _ => {
                    let message = format!("`{word}` is not a constant, and a param is one");
                    return self.fail(Code::E0319, literal.span, message);
                }
            });
        }
        let expr = self.literal(literal, &Hint::Any)?;
        match expr.kind {
            ExprKind::Constant(value) => Some((expr.ty, value, None)),
            _ => None,
        }
    }

    fn overridden(&mut self, mut param: Param, given: &Override) -> Option<Param> {
        let refuse = |lower: &mut Self, why: String| {
            let diagnostic = Diagnostic::new(Code::E0316, given.span, why).other(param.span, "declared here");
            lower.report(diagnostic);
            None
        };
        let Some(literal) = &given.value else {
            let what = self.describe(&param.ty);
            return refuse(
                self,
                format!("the value for the param `{}` cannot be read; it is {what}", param.name),
            );
        };
        // problems with the constant itself are said as problems of the value given
        let before = self.out.len();
        let value = self.param_value(literal);
        self.out.truncate(before);
        let what = self.describe(&param.ty);
        let words = self.words(literal.span);
        let wrong = format!("the param `{}` is {what}, and `{words}` is not", param.name);
        let Some((ty, value, length)) = value else { return refuse(self, wrong) };
        let value = if ty == param.ty {
            value
        } else if matches!((&ty, &param.ty), (Type::Number(_), Type::Number(_))) {
            let before = self.out.len();
            let value = self.constant(literal, &param.ty.clone());
            self.out.truncate(before);
            match value {
                Some(value) => value,
                None => return refuse(self, wrong),
            }
        } else {
            return refuse(self, wrong);
        };
        if let Some(range) = &param.range
            && !inside(&value, range)
        {
            let (low, high) = (shown(&range.0, &param.ty), shown(&range.1, &param.ty));
            return refuse(
                self,
                format!("the param `{}` can be from {low} to {high}, and `{words}` is not", param.name),
            );
        }
        if param.range.is_some() && length.is_some() {
            return refuse(
                self,
                format!("the param `{}` is a fixed length, and `{words}` is not", param.name),
            );
        }
        param.value = value;
        param.length = length;
        Some(param)
    }

    /// Reads a param; a text one becomes a word of the vocabulary that is asked for.
    pub fn param_named(&mut self, id: ParamId, span: Span, hint: &Hint) -> Option<Expr> {
        self.used.insert(Named::Param(id));
        let param = self.params[id.index()].as_ref()?;
        match (&param.value, hint) {
            (Value::Text(text), Hint::Type(Type::OneOf(vocabulary))) => {
                let (text, vocabulary) = (text.to_string(), *vocabulary);
                self.param_word(id, &text, vocabulary, span)
            }
            (Value::Text(text), Hint::Label(grade)) => {
                let (text, grade) = (text.to_string(), *grade);
                self.label(grade, &text, span)
            }
            _ if param.length.is_some() => {
                let message =
                    format!("the param `{}` has no fixed length, so no value equals it", param.name);
                self.fail(Code::E0312, span, message)
            }
            _ => Some(Expr { kind: ExprKind::Param(id), ty: param.ty.clone(), span }),
        }
    }
}

impl Lower<'_> {
    /// A text param as a word of a vocabulary. What is wrong is its value: one message for all its uses.
    fn param_word(&mut self, id: ParamId, text: &str, vocabulary: VocabularyId, span: Span) -> Option<Expr> {
        if self.wrong_params.contains(&(id, vocabulary)) {
            return None;
        }
        let value = &self.outline.params[id.index()].0.value;
        let declared = if self.word_text(value) == text { value.span } else { span };
        let word = self.vocabulary_word(vocabulary, text, declared);
        if word.is_none() {
            self.wrong_params.insert((id, vocabulary));
        }
        word.map(|word| Expr { span, ..word })
    }
}

fn amount(value: &Value) -> i64 {
    match value {
        Value::Number(n) | Value::Duration(n) => *n,
        _ => 0,
    }
}

fn inside(value: &Value, range: &(Value, Value)) -> bool {
    (amount(&range.0)..=amount(&range.1)).contains(&amount(value))
}

/// A value of a range as the author would write it.
fn shown(value: &Value, ty: &Type) -> String {
    let (Value::Number(n), Type::Number(kind)) = (value, ty) else {
        let seconds = amount(value) / 1_000_000;
        return match seconds {
            s if s % 86_400 == 0 => format!("{}d", s / 86_400),
            s if s % 3_600 == 0 => format!("{}h", s / 3_600),
            s => format!("{s}s"),
        };
    };
    let unit = 10i128.pow(kind.decimals());
    let (n, sign) = (i128::from(*n), if *n < 0 { "-" } else { "" });
    let (whole, rest) = (n.abs() / unit, n.abs() % unit);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{rest:0width$}", width = kind.decimals() as usize);
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}
