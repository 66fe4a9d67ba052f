//! Named lists: constants written in the model or one value a line in a file.

use crate::compare::folded;
use crate::constants::constant;
use crate::lower::{Hint, Lower};
use crate::names::Named;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Expr, ExprKind, List, ListId, NumberKind, Set, TextKind, Type, Value};
use qualify_syntax::tree::{ListDecl, ListSource, Literal, LiteralKind};
use std::collections::HashSet;

impl Lower<'_> {
    /// Lowers all lists.
    pub fn lower_lists(&mut self) {
        for &(decl, span) in &self.outline.lists {
            let list = self.list(decl, span);
            self.lists.push(list);
        }
    }

    fn list(&mut self, decl: &ListDecl, span: Span) -> Option<List> {
        let (values, ty) = match &decl.source {
            ListSource::Values(literals) => self.list_values(literals)?,
            ListSource::File(path) => {
                // a file that could not be read was reported
                let text = self.files.lists.get(&path.span)?;
                let lines =
                    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
                let values = lines.map(|line| Value::Text(line.trim_matches('"').into())).collect();
                (values, Type::Text(TextKind::Plain))
            }
        };
        Some(List { name: decl.name.text.clone(), values, ty, span })
    }

    fn list_values(&mut self, literals: &[Literal]) -> Option<(Vec<Value>, Type)> {
        let mut values: Vec<(Value, Type, Span)> = Vec::new();
        let mut fine = true;
        for literal in literals {
            let expr = if let LiteralKind::Word(_) = literal.kind {
                let word = self.word_text(literal);
                Some(constant(Value::Text(word.into()), Type::Text(TextKind::Plain), literal.span))
            } else {
                self.literal(literal, &Hint::Any)
            };
            match expr {
                Some(Expr { kind: ExprKind::Constant(value), ty, span }) => values.push((value, ty, span)),
                _ => fine = false,
            }
        }
        let ty = self.common_type(values.iter().map(|(_, ty, span)| (ty, *span)))?;
        self.report_repeats(&values);
        let values = values.into_iter().map(|(value, have, span)| self.fit(constant(value, have, span), &ty));
        let values: Option<Vec<Value>> = values
            .map(|expr| match expr?.kind {
                ExprKind::Constant(value) => Some(value),
                _ => None,
            })
            .collect();
        fine.then_some((values?, ty))
    }

    /// The type that holds all of them: numbers take the finest kind, everything else must be the same.
    pub fn common_type<'t>(&mut self, types: impl Iterator<Item = (&'t Type, Span)>) -> Option<Type> {
        let mut common: Option<(Type, Span)> = None;
        for (ty, span) in types {
            common = match common {
                None => Some((ty.clone(), span)),
                Some((first, at)) => match joined(&first, ty) {
                    Some(ty) => Some((ty, at)),
                    None => {
                        let message = format!(
                            "`{}` is {}, and `{}` is {}: both must be of one kind",
                            self.words(span),
                            self.describe(ty),
                            self.words(at),
                            self.describe(&first)
                        );
                        self.report(Diagnostic::new(Code::E0317, span, message).other(at, "the other"));
                        return None;
                    }
                },
            };
        }
        common.map(|(ty, _)| ty)
    }

    fn report_repeats(&mut self, values: &[(Value, Type, Span)]) {
        let mut seen: HashSet<Value> = HashSet::new();
        for (value, _, span) in values {
            if !seen.insert(folded(value)) {
                let message = format!("`{}` stands in this list already", self.words(*span));
                self.report(Diagnostic::new(Code::W0604, *span, message));
            }
        }
    }

    /// A named list as what a value of type `ty` is looked for in: text lists stay lists, others become constants.
    pub fn list_set(&mut self, id: ListId, span: Span, ty: Option<&Type>) -> Option<Set> {
        self.used.insert(Named::List(id));
        let list = self.lists[id.index()].as_ref()?;
        let ty = ty?;
        if matches!((&list.ty, ty), (Type::Text(_), Type::Text(_))) || list.ty == *ty {
            return Some(Set::List(id));
        }
        let (have, values) = (list.ty.clone(), list.values.clone());
        let fits = matches!(
            (&have, ty),
            (Type::Number(_), Type::Number(_)) | (Type::Text(_), Type::OneOf(_) | Type::Date | Type::Time)
        );
        if !fits {
            let message = format!(
                "the list `{}` holds {}, and {} is looked for",
                self.words(span),
                self.plural(&have),
                self.describe(ty)
            );
            return self.fail(Code::E0302, span, message);
        }
        let hint = Hint::Type(ty.clone());
        let mut out = Vec::new();
        for value in values {
            let expr = match value {
                Value::Text(text) => {
                    self.literal(&Literal { kind: LiteralKind::Text(text.to_string()), span }, &hint)?
                }
                // 1.5 is in a list of numbers, and no whole number is 1.5
                value => match self.exactly(constant(value, have.clone(), span), ty) {
                    Some(expr) => expr,
                    None => continue,
                },
            };
            if let ExprKind::Constant(value) = expr.kind {
                out.push(value);
            }
        }
        Some(Set::Values(out))
    }

    /// Several values of a type, in words.
    pub fn plural(&self, ty: &Type) -> &'static str {
        match ty {
            Type::Text(_) => "texts",
            Type::Number(_) => "numbers",
            Type::OneOf(_) => "words",
            Type::Date | Type::Time => "times",
            _ => "values",
        }
    }
}

/// The type that holds values of both, if there is one.
pub(crate) fn joined(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (a, b) if a == b => Some(a.clone()),
        (Type::Number(a), Type::Number(b)) => joined_kind(*a, *b).map(Type::Number),
        (Type::Text(_), Type::Text(_)) => Some(Type::Text(TextKind::Plain)),
        _ => None,
    }
}

/// The kind of a sum of both; money and points do not go together.
pub(crate) fn joined_kind(a: NumberKind, b: NumberKind) -> Option<NumberKind> {
    use NumberKind::{Integer, Money, Number, Points};
    Some(match (a, b) {
        (Money, Points) | (Points, Money) => return None,
        (Money, _) | (_, Money) => Money,
        (Points, _) | (_, Points) => Points,
        (Number, _) | (_, Number) => Number,
        (Integer, Integer) => Integer,
    })
}
