//! Comparisons, sets, tests on text.

use crate::lower::{Hint, Lower};
use crate::names::Named;
use crate::paths::{Found, Meaning};
use crate::values::yes_no;
use qualify_diagnostics::{Code, Diagnostic, Edit, Span};
use qualify_model::{Comparison, Expr, ExprKind, NumberKind, Set, TextTest, Type, Value};
use qualify_syntax::tree::{self, Literal, LiteralKind};
use std::collections::HashSet;

/// The same comparison in the model.
pub(crate) fn comparison(written: tree::Comparison) -> Comparison {
    use tree::Comparison as Written;
    match written {
        Written::Equal => Comparison::Equal,
        Written::NotEqual => Comparison::NotEqual,
        Written::Less | Written::Under => Comparison::Less,
        Written::LessOrEqual | Written::AtMost => Comparison::LessOrEqual,
        Written::Greater | Written::Over => Comparison::Greater,
        Written::GreaterOrEqual | Written::AtLeast => Comparison::GreaterOrEqual,
    }
}

/// The same test in the model.
pub(crate) fn text_test(written: tree::TextTest) -> TextTest {
    match written {
        tree::TextTest::Contains => TextTest::Contains,
        tree::TextTest::StartsWith => TextTest::StartsWith,
        tree::TextTest::EndsWith => TextTest::EndsWith,
        tree::TextTest::Mentions => TextTest::Mentions,
        tree::TextTest::Matches => TextTest::Matches,
    }
}

impl Lower<'_> {
    /// `a >= b`.
    pub fn compare(
        &mut self,
        written: tree::Comparison,
        a: &tree::Expr,
        b: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let operator = comparison(written);
        if let Some(outcome) = self.outcome(a) {
            return self.compare_outcome(outcome, operator, b, span);
        }
        let equality = matches!(written, tree::Comparison::Equal | tree::Comparison::NotEqual);
        if equality && self.unknown_as_value(written == tree::Comparison::Equal, a, b) {
            return None;
        }
        let (left, right) = self.pair(a, b);
        let (left, right) = (left?, right?);
        if written == tree::Comparison::AtLeast && self.is_event(&left) {
            return self.times_missing(&left, b.span);
        }
        self.comparable(operator, &left, &right, span)?;
        Some(yes_no(ExprKind::Compare(operator, Box::new(left), Box::new(right)), span))
    }

    /// `x is y`, `x is not y`.
    pub fn is(&mut self, value: &tree::Expr, negated: bool, other: &tree::Expr, span: Span) -> Option<Expr> {
        let written = if negated { tree::Comparison::NotEqual } else { tree::Comparison::Equal };
        self.compare(written, value, other, span)
    }

    /// `visited at least 3` lacks `times`.
    fn times_missing(&mut self, event: &Expr, number: Span) -> Option<Expr> {
        let words = self.words(event.span);
        let message = format!("`{words}` is an event; how often it happened is counted in times");
        let diagnostic = Diagnostic::new(Code::E0303, event.span.to(number), message);
        self.report(diagnostic.fix("add `times`", number.after(), " times"));
        None
    }

    /// Both sides, constants read as the other side is. A mistake on one side says nothing of words on the other.
    fn pair(&mut self, a: &tree::Expr, b: &tree::Expr) -> (Option<Expr>, Option<Expr>) {
        if self.is_word(a) && !self.is_word(b) {
            let right = self.value(b, &Hint::Any);
            let hint = self.hint(&right);
            return (self.value(a, &hint), right);
        }
        let left = self.value(a, &Hint::Any);
        let hint = self.hint(&left);
        let right = self.value(b, &hint);
        (left, right)
    }

    /// Reports what cannot be compared.
    pub fn comparable(&mut self, operator: Comparison, a: &Expr, b: &Expr, span: Span) -> Option<()> {
        if let Some(event) = [a, b].into_iter().find(|side| self.is_event(side)) {
            return self.need_number(event);
        }
        self.same_type(a, b, span)?;
        let ordering = !matches!(operator, Comparison::Equal | Comparison::NotEqual);
        if !ordering || self.is_ordered(&a.ty) {
            return Some(());
        }
        let words = self.words(a.span);
        let message = format!("`{words}` has no order: it can only be equal or not");
        let mut diagnostic = Diagnostic::new(Code::E0308, span, message);
        if self.grade_of(a).is_some() {
            diagnostic = diagnostic.note(format!("name the grades that are meant: `{words} in (…)`"));
        }
        if let Type::OneOf(_) = a.ty {
            diagnostic =
                diagnostic.note("declare it as `ordered one of (…)`, from low to high, to compare its words");
        }
        self.report(diagnostic);
        None
    }

    /// Reports two values that are not of one type.
    pub fn same_type(&mut self, a: &Expr, b: &Expr, span: Span) -> Option<()> {
        use NumberKind::{Money, Points};
        let fine = match (&a.ty, &b.ty) {
            (Type::Number(Money), Type::Number(Points)) | (Type::Number(Points), Type::Number(Money)) => {
                return self.mixed_kinds(a, b, span);
            }
            (Type::List(_), _) | (_, Type::List(_)) => {
                let list = if matches!(a.ty, Type::List(_)) { a } else { b };
                let words = self.words(list.span);
                return self.fail(Code::E0314, span, format!("`{words}` is a list: write `{words} in (…)`"));
            }
            (Type::Number(_), Type::Number(_)) => true,
            (Type::Text(_), Type::Text(_)) => true,
            (Type::Date | Type::Time, Type::Date | Type::Time) => true,
            (a, b) => a == b,
        };
        if fine {
            return Some(());
        }
        let (left, right) = (self.words(a.span), self.words(b.span));
        let (left_is, right_is) = (self.describe(&a.ty), self.describe(&b.ty));
        let message = format!("`{left}` is {left_is}, and `{right}` is {right_is}: they cannot be compared");
        let mut diagnostic = Diagnostic::new(Code::E0302, span, message);
        match (&a.ty, &b.ty) {
            (Type::Text(_), Type::Number(_)) if matches!(b.kind, ExprKind::Constant(_)) => {
                diagnostic = diagnostic.fix("write it as text", b.span, format!("\"{right}\""));
            }
            (Type::Time | Type::Date, Type::Duration) => {
                for fix in [format!("{left} within {right}"), format!("{left} more than {right} ago")] {
                    diagnostic = diagnostic.fix(format!("write `{fix}`"), span, fix);
                }
            }
            (Type::Number(_), Type::Duration) if right.ends_with('m') => {
                let number = right.trim_end_matches('m');
                let fix = format!("{number} million");
                diagnostic = diagnostic.note(format!("`{right}` is a length of time: {number} minutes")).fix(
                    format!("write `{fix}`"),
                    b.span,
                    fix,
                );
            }
            (Type::Number(_), Type::Text(_)) if is_quoted_number(&right) => {
                diagnostic = diagnostic.fix("write it as a number", b.span, right.trim_matches('"'));
            }
            _ => {}
        }
        self.report(diagnostic);
        None
    }

    fn mixed_kinds(&mut self, a: &Expr, b: &Expr, span: Span) -> Option<()> {
        let (left, right) = (self.words(a.span), self.words(b.span));
        let (left_is, right_is) = (self.describe(&a.ty), self.describe(&b.ty));
        self.fail(
            Code::E0306,
            span,
            format!("`{left}` is {left_is} and `{right}` is {right_is}: they do not go together"),
        )
    }

    /// `x between a and b`.
    pub fn between(
        &mut self,
        value: &tree::Expr,
        low: &tree::Expr,
        high: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let value = self.value(value, &Hint::Any);
        let hint = self.hint(&value);
        let (from, to) = (self.value(low, &hint), self.value(high, &hint));
        let (value, from, to) = (value?, from?, to?);
        self.comparable(Comparison::LessOrEqual, &value, &from, span)?;
        self.comparable(Comparison::LessOrEqual, &value, &to, span)?;
        self.rises(&from, &to)?;
        Some(yes_no(ExprKind::Between(Box::new(value), Box::new(from), Box::new(to)), span))
    }

    /// Reports constants of one type of which the first is more than the second.
    pub fn rises(&mut self, low: &Expr, high: &Expr) -> Option<()> {
        let upside_down = match (&low.kind, &high.kind) {
            (ExprKind::Constant(a), ExprKind::Constant(b)) if low.ty == high.ty => match (a, b) {
                (Value::Number(a), Value::Number(b))
                | (Value::Time(a), Value::Time(b))
                | (Value::Duration(a), Value::Duration(b)) => a > b,
                (Value::Date(a), Value::Date(b)) => a > b,
                (Value::Word(a), Value::Word(b)) => a > b,
                _ => false,
            },
            _ => false,
        };
        if upside_down { self.upside_down(low.span, high.span) } else { Some(()) }
    }

    /// `x in (a, b)`, `x in list`.
    pub fn is_in(&mut self, value: &tree::Expr, set: &tree::Set, span: Span) -> Option<Expr> {
        if let Some(outcome) = self.outcome(value) {
            return self.outcome_in(outcome, set, span);
        }
        match set {
            tree::Set::Values(literals, _) => {
                let value = self.value(value, &Hint::Any);
                let element = self.element_hint(&value);
                let (constants, others) = self.set_values(literals, &element)?;
                let value = value?;
                if self.is_event(&value) {
                    return self.need_number(&value);
                }
                self.constants_for(&value.ty, &others)?;
                Some(one_of(value, constants, others, span))
            }
            tree::Set::Name(path) => {
                if let Found::One(Meaning::Named(Named::List(id))) = self.look_up(path) {
                    let value = self.value(value, &Hint::Any);
                    let ty = value.as_ref().map(|value| element_type(&value.ty).clone());
                    let set = self.list_set(id, path.span, ty.as_ref())?;
                    return Some(yes_no(ExprKind::In(Box::new(value?), set), span));
                }
                let list = self.path_value(path, &Hint::Any);
                let hint = match &list {
                    None => Hint::Mistake,
                    // two lists: the name is not that of a text, and no text either
                    Some(_) if self.names_list(value) => Hint::Any,
                    Some(list) => Hint::Type(element_type(&list.ty).clone()),
                };
                let value = self.value(value, &hint);
                let (list, value) = (list?, value?);
                self.in_attribute(value, list, span)
            }
        }
    }

    /// A list is searched for constants of its own kind.
    pub fn constants_for(&mut self, ty: &Type, others: &[Expr]) -> Option<()> {
        let (Type::List(_), Some(other)) = (ty, others.first()) else { return Some(()) };
        let words = self.words(other.span);
        let message = format!("`{words}` is no constant, and a list is searched for constants only");
        self.fail(Code::E0319, other.span, message)
    }

    fn names_list(&self, value: &tree::Expr) -> bool {
        let tree::ExprKind::Path(path) = &value.kind else { return false };
        match self.look_up(path) {
            Found::One(Meaning::Attribute(id)) => matches!(self.schema.attribute(id).ty, Type::List(_)),
            Found::One(Meaning::Property(property)) => matches!(property.ty, Type::List(_)),
            _ => false,
        }
    }

    /// `x in list_attribute`.
    fn in_attribute(&mut self, value: Expr, list: Expr, span: Span) -> Option<Expr> {
        let Type::List(inner) = &list.ty else {
            let (words, what) = (self.words(list.span), self.describe(&list.ty));
            let message = format!("`{words}` is {what}, and a list is needed behind `in`");
            let diagnostic = Diagnostic::new(Code::E0314, list.span, message);
            let edits = vec![
                Edit { span: list.span.before(), replacement: "(".to_string() },
                Edit { span: list.span.after(), replacement: ")".to_string() },
            ];
            self.report(diagnostic.fix_all(format!("write `({words})`"), edits));
            return None;
        };
        let one = Expr { kind: list.kind.clone(), ty: (**inner).clone(), span: list.span };
        let looked_for =
            Expr { kind: value.kind.clone(), ty: element_type(&value.ty).clone(), span: value.span };
        self.same_type(&looked_for, &one, span)?;
        Some(yes_no(ExprKind::In(Box::new(value), Set::Attribute(Box::new(list))), span))
    }

    /// What an element of a set should be.
    pub fn element_hint(&self, value: &Option<Expr>) -> Hint {
        match self.hint(value) {
            Hint::Type(Type::List(inner)) => Hint::Type(*inner),
            hint => hint,
        }
    }

    /// The constants of a set, and beside them what is no constant: params, attributes.
    pub fn set_values(&mut self, literals: &[Literal], hint: &Hint) -> Option<(Vec<Value>, Vec<Expr>)> {
        let (mut constants, mut others, mut fine) = (Vec::new(), Vec::new(), true);
        let mut seen: HashSet<Value> = HashSet::new();
        for literal in literals {
            let Some(expr) = self.literal(literal, hint).map(|expr| self.param_in_force(expr)) else {
                fine = false;
                continue;
            };
            let Hint::Type(ty) = hint else {
                constants.extend(constant_of(&expr));
                continue;
            };
            let wanted = Expr { kind: ExprKind::Unknown, ty: ty.clone(), span: literal.span };
            if self.element(&wanted, &expr, literal.span).is_none() {
                fine = false;
                continue;
            }
            match constant_of(&expr) {
                Some(value) => {
                    if !seen.insert(folded(&value)) {
                        let message = format!("`{}` stands in this list already", self.words(literal.span));
                        self.report(Diagnostic::new(Code::W0604, literal.span, message));
                    }
                    // a number of another kind equals nothing as a value; it is compared as one
                    if expr.ty == *ty || !matches!(ty, Type::Number(_) | Type::Date | Type::Time) {
                        constants.push(value);
                    } else {
                        others.push(expr);
                    }
                }
                None => others.push(expr),
            }
        }
        fine.then_some((constants, others))
    }

    /// In a set a param is the value in force.
    fn param_in_force(&self, expr: Expr) -> Expr {
        let ExprKind::Param(id) = expr.kind else { return expr };
        match &self.params[id.index()] {
            Some(param) => Expr { kind: ExprKind::Constant(param.value.clone()), ..expr },
            None => expr,
        }
    }

    fn element(&mut self, wanted: &Expr, expr: &Expr, span: Span) -> Option<()> {
        let fine = match (&wanted.ty, &expr.ty) {
            (Type::Number(_), Type::Number(_)) | (Type::Text(_), Type::Text(_)) => true,
            (Type::Date | Type::Time, Type::Date | Type::Time) => true,
            (a, b) => a == b,
        };
        if fine {
            return Some(());
        }
        let (words, have, want) = (self.words(span), self.describe(&expr.ty), self.describe(&wanted.ty));
        let message = format!("`{words}` is {have}, and {want} is looked for");
        let mut diagnostic = Diagnostic::new(Code::E0302, span, message);
        if matches!((&wanted.ty, &expr.ty), (Type::Text(_), Type::Number(_))) {
            diagnostic = diagnostic.fix("write it as text", span, format!("\"{words}\""));
        }
        self.report(diagnostic);
        None
    }

    /// `x contains "a"`, `x mentions ("a", "b")`.
    pub fn text_test(
        &mut self,
        test: tree::TextTest,
        value: &tree::Expr,
        needles: &[tree::Expr],
        span: Span,
    ) -> Option<Expr> {
        let value = self.value(value, &Hint::Any);
        let hint = self.element_hint(&value);
        // words are looked for in a list of words, not letters in a word
        if let (Some(value), Hint::Type(ty @ Type::OneOf(_))) = (&value, &hint)
            && matches!(value.ty, Type::List(_))
            && test == tree::TextTest::Contains
        {
            let literals: Option<Vec<Literal>> = needles.iter().map(as_literal).collect();
            if let Some(literals) = literals {
                let (constants, others) = self.set_values(&literals, &Hint::Type(ty.clone()))?;
                let is_in = |value: Expr, set: Set| yes_no(ExprKind::In(Box::new(value), set), span);
                let list = Box::new(value.clone());
                let of_list = others.into_iter().map(|word| is_in(word, Set::Attribute(list.clone())));
                let mut parts: Vec<Expr> = of_list.collect();
                if !constants.is_empty() || parts.is_empty() {
                    parts.insert(0, is_in(value.clone(), Set::Values(constants)));
                }
                return Some(any_of(parts, span));
            }
        }
        let needles = self.needles(needles)?;
        let value = value?;
        if !matches!(element_type(&value.ty), Type::Text(_)) {
            return self.need_text(&value);
        }
        Some(yes_no(ExprKind::Text(text_test(test), Box::new(value), needles), span))
    }

    /// Reports that text is needed.
    pub fn need_text<T>(&mut self, value: &Expr) -> Option<T> {
        let (words, what) = (self.words(value.span), self.describe(&value.ty));
        let what = if self.is_event(value) { "an event".to_string() } else { what };
        let mut diagnostic = Diagnostic::new(
            Code::E0309,
            value.span,
            format!("`{words}` is {what}, and only text can be searched"),
        );
        if let Type::OneOf(_) = value.ty {
            diagnostic = diagnostic.note(format!("write the words that are meant: `{words} in (…)`"));
        }
        self.report(diagnostic);
        None
    }

    /// Texts to look for; the name of a list stands for all its texts.
    fn needles(&mut self, needles: &[tree::Expr]) -> Option<Vec<Expr>> {
        let ty = Type::Text(qualify_model::TextKind::Plain);
        let mut out = Vec::new();
        let mut fine = true;
        for needle in needles {
            if let tree::ExprKind::Path(path) = &needle.kind
                && let Found::One(Meaning::Named(Named::List(id))) = self.look_up(path)
            {
                match self.list_texts(id, path.span, &ty) {
                    Some(texts) => out.extend(texts),
                    None => fine = false,
                }
                continue;
            }
            match self.value(needle, &Hint::Type(ty.clone())) {
                Some(expr) if matches!(expr.ty, Type::Text(_)) => out.push(expr),
                Some(expr) => {
                    fine = false;
                    let (words, what) = (self.words(expr.span), self.describe(&expr.ty));
                    let message = format!("`{words}` is {what}, and text is looked for");
                    let diagnostic = Diagnostic::new(Code::E0302, expr.span, message);
                    self.report(diagnostic.fix("write it as text", expr.span, format!("\"{words}\"")));
                }
                None => fine = false,
            }
        }
        fine.then_some(out)
    }

    fn list_texts(&mut self, id: qualify_model::ListId, span: Span, ty: &Type) -> Option<Vec<Expr>> {
        self.list_set(id, span, Some(ty))?;
        let list = self.lists[id.index()].as_ref()?;
        Some(
            list.values
                .iter()
                .map(|value| crate::constants::constant(value.clone(), ty.clone(), span))
                .collect(),
        )
    }
}

/// The type of an element of a list, or the type itself.
pub(crate) fn element_type(ty: &Type) -> &Type {
    match ty {
        Type::List(inner) => inner,
        ty => ty,
    }
}

/// `value` is one of the constants or equals one of the others.
pub(crate) fn one_of(value: Expr, constants: Vec<Value>, others: Vec<Expr>, span: Span) -> Expr {
    let mut parts = Vec::new();
    for other in others {
        let equal = ExprKind::Compare(Comparison::Equal, Box::new(value.clone()), Box::new(other));
        parts.push(yes_no(equal, span));
    }
    parts.insert(0, yes_no(ExprKind::In(Box::new(value), Set::Values(constants)), span));
    any_of(parts, span)
}

/// One of the conditions holds.
fn any_of(mut parts: Vec<Expr>, span: Span) -> Expr {
    match parts.len() {
        1 => parts.remove(0),
        _ => yes_no(ExprKind::Or(parts), span),
    }
}

/// The value as it compares: text without regard to case.
pub(crate) fn folded(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(qualify_model::text::fold(text).into()),
        value => value.clone(),
    }
}

fn constant_of(expr: &Expr) -> Option<Value> {
    match &expr.kind {
        ExprKind::Constant(value) => Some(value.clone()),
        _ => None,
    }
}

fn as_literal(expr: &tree::Expr) -> Option<Literal> {
    match &expr.kind {
        tree::ExprKind::Literal(literal) => Some(literal.clone()),
        tree::ExprKind::Path(path) => {
            Some(Literal { kind: LiteralKind::Word(path.clone()), span: path.span })
        }
        _ => None,
    }
}

fn is_quoted_number(words: &str) -> bool {
    let inner = words.trim_matches('"');
    !inner.is_empty() && inner.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '_')
}
