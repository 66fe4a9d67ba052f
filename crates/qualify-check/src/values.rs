//! Expressions: one function for each kind of tree node; conditions are expressions of type yes/no.

use crate::constants::constant;
use crate::lists::joined;
use crate::lower::{Hint, Lower};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Aggregate, Expr, ExprKind, NumberKind, Quantity, Type, Value};
use qualify_syntax::tree::{self, Function, QuantityKind};

impl Lower<'_> {
    /// Any expression; constants in it are read as `hint` says.
    pub fn value(&mut self, expr: &tree::Expr, hint: &Hint) -> Option<Expr> {
        let span = expr.span;
        let mut lowered = self.value_inside(expr, hint)?;
        lowered.span = span;
        Some(lowered)
    }

    fn value_inside(&mut self, expr: &tree::Expr, hint: &Hint) -> Option<Expr> {
        use tree::ExprKind as Tree;
        let span = expr.span;
        match &expr.kind {
            Tree::Mistake => None,
            Tree::Or(all) if self.values_as_conditions(all) => None,
            Tree::Or(all) => self.conditions(all).map(|all| yes_no(ExprKind::Or(all), span)),
            Tree::And(all) => self.conditions(all).map(|all| yes_no(ExprKind::And(all), span)),
            Tree::Not(inner) => self.condition(inner).map(|inner| negated(inner, span)),
            Tree::Compare(comparison, a, b) => self.compare(*comparison, a, b, span),
            Tree::In { value, negated: not, set } => {
                self.is_in(value, set, span).map(|e| if *not { negated(e, span) } else { e })
            }
            Tree::Between(value, low, high) => self.between(value, low, high, span),
            Tree::Text { test, value, needles } => self.text_test(*test, value, needles, span),
            Tree::Is { value, negated: not, other } => self.is(value, *not, other, span),
            Tree::Known { value, known } => self.known(value, *known, span),
            Tree::Arithmetic(operator, a, b) => self.arithmetic(*operator, a, b, span),
            Tree::Negate(inner) => self.negate(inner, hint, span),
            Tree::Literal(literal) => self.literal(literal, hint),
            Tree::Path(path) => self.path_value(path, hint),
            Tree::Always => Some(constant(Value::YesNo(true), Type::YesNo, span)),
            Tree::CurrentStage => {
                let message = "`current stage` can only be compared: `current stage at least …`";
                self.fail(Code::E0411, span, message)
            }
            Tree::Term(term) => self.happens(term, span),
            Tree::No(term) => self.no(term, span),
            Tree::HowMany(quantity, all) => {
                let quantity = self.quantity(quantity);
                let all = self.conditions(all);
                Some(yes_no(ExprKind::HowMany(quantity?, all?), span))
            }
            Tree::NumberOf(term) => {
                let term = self.event_term(term)?;
                Some(integer(ExprKind::Count(term), span))
            }
            Tree::NumberOfDifferent { path, qualifiers } => {
                let (property, term) = self.events_with(path, qualifiers, span)?;
                Some(integer(ExprKind::CountDifferent(property, term), span))
            }
            Tree::Aggregate { kind, path, qualifiers } => self.aggregate(*kind, path, qualifiers, span),
            Tree::AggregateOf(kind, all) => self.aggregate_of(*kind, all, hint, span),
            Tree::DaysSinceLast(term) => {
                let term = self.event_term(term)?;
                Some(integer(ExprKind::DaysSinceLast(term), span))
            }
            Tree::DaysSince(path) => {
                let moment = self.moment(path)?;
                Some(integer(ExprKind::DaysSince(Box::new(moment)), span))
            }
            Tree::DaysWith(term) => {
                let term = self.event_term(term)?;
                Some(integer(ExprKind::DaysWith(term), span))
            }
            Tree::If(condition, then, other) => {
                let condition = self.condition(condition);
                let (then, other, ty) = self.alike(then, other, hint)?;
                Some(Expr {
                    kind: ExprKind::If(Box::new(condition?), Box::new(then), Box::new(other)),
                    ty,
                    span,
                })
            }
            Tree::Call(function, arguments) => self.call(*function, arguments, hint, span),
            Tree::IfKnown(value, other) => {
                let (value, other, ty) = self.alike(value, other, hint)?;
                Some(Expr { kind: ExprKind::IfKnown(Box::new(value), Box::new(other)), ty, span })
            }
            Tree::Table(table) => self.table_value(table, hint),
            Tree::Reserved(words) => self.not_yet(words, span),
        }
    }

    /// A condition.
    pub fn condition(&mut self, expr: &tree::Expr) -> Option<Expr> {
        let lowered = self.value(expr, &Hint::Type(Type::YesNo))?;
        if lowered.ty == Type::YesNo {
            return Some(lowered);
        }
        let (words, what) = (self.words(expr.span), self.describe(&lowered.ty));
        let message = format!("a condition is yes or no, and `{words}` is {what}");
        let mut diagnostic = Diagnostic::new(Code::E0301, expr.span, message);
        diagnostic = match &lowered.ty {
            Type::Number(_) => diagnostic.fix(format!("write `{words} > 0`"), expr.span.after(), " > 0"),
            _ => diagnostic.fix(format!("write `{words} is known`"), expr.span.after(), " is known"),
        };
        self.report(diagnostic);
        None
    }

    fn conditions(&mut self, all: &[tree::Expr]) -> Option<Vec<Expr>> {
        let lowered: Vec<Option<Expr>> = all.iter().map(|one| self.condition(one)).collect();
        lowered.into_iter().collect()
    }

    /// A value as points.
    pub fn points(&mut self, expr: &tree::Expr) -> Option<Expr> {
        let lowered = self.value(expr, &Hint::Type(Type::Number(NumberKind::Points)))?;
        self.as_points(lowered)
    }

    /// Any kind of number.
    pub fn any_number(&mut self, expr: &tree::Expr, hint: &Hint) -> Option<Expr> {
        let lowered = self.value(expr, hint)?;
        self.number_only(lowered)
    }

    /// The expression, if it is a number; else that is reported.
    pub fn number_only(&mut self, lowered: Expr) -> Option<Expr> {
        if matches!(lowered.ty, Type::Number(_)) { Some(lowered) } else { self.need_number(&lowered) }
    }

    /// Reports that a number is needed.
    pub fn need_number<T>(&mut self, expr: &Expr) -> Option<T> {
        let words = self.words(expr.span);
        if self.is_event(expr) {
            let message = format!("`{words}` is an event, and a number is needed here");
            let fix = format!("number of {words}");
            let diagnostic = Diagnostic::new(Code::E0303, expr.span, message);
            self.report(diagnostic.fix(format!("write `{fix}`"), expr.span.before(), "number of "));
            return None;
        }
        let what = self.describe(&expr.ty);
        let mut diagnostic = Diagnostic::new(
            Code::E0303,
            expr.span,
            format!("`{words}` is {what}, and a number is needed here"),
        );
        if expr.ty == Type::YesNo {
            diagnostic = diagnostic.note(format!("`if {words} then 1 else 0` makes a number of it"));
        }
        self.report(diagnostic);
        None
    }

    /// Whether the expression is an event term: it says that something happened.
    pub fn is_event(&self, expr: &Expr) -> bool {
        matches!(expr.kind, ExprKind::Happens(_))
    }

    /// Two values of one type: the branches of `if`, a value and what stands in for it.
    fn alike(&mut self, a: &tree::Expr, b: &tree::Expr, hint: &Hint) -> Option<(Expr, Expr, Type)> {
        let mut lowered = self.all_alike(&[a, b], hint)?;
        let (ty, mut all) = (lowered.1, lowered.0.drain(..));
        Some((all.next()?, all.next()?, ty))
    }

    /// Values of one type; constants are read like the first that is not one. Numbers take the finest kind.
    fn all_alike(&mut self, all: &[&tree::Expr], hint: &Hint) -> Option<(Vec<Expr>, Type)> {
        let mut lowered: Vec<Option<Expr>> = vec![None; all.len()];
        let mut hint = hint.clone();
        let by_word = |lower: &Self, i: &usize| lower.is_word(all[*i]);
        let mut order: Vec<usize> = (0..all.len()).collect();
        order.sort_by_key(|i| by_word(self, i));
        for i in order {
            lowered[i] = self.value(all[i], &hint);
            if hint == Hint::Any {
                let next = self.hint(&lowered[i]);
                // a whole number as the first does not make the others whole
                hint = if matches!(next, Hint::Type(Type::Number(_))) { Hint::Any } else { next };
            }
        }
        let lowered: Vec<Expr> = lowered.into_iter().collect::<Option<_>>()?;
        let types: Vec<(Type, Span)> = lowered.iter().map(|e| (e.ty.clone(), e.span)).collect();
        let ty = self.common_type(types.iter().map(|(ty, span)| (ty, *span)))?;
        let fitted: Vec<Option<Expr>> = lowered.into_iter().map(|e| self.fit(e, &ty)).collect();
        Some((fitted.into_iter().collect::<Option<_>>()?, ty))
    }

    fn call(
        &mut self,
        function: Function,
        arguments: &[tree::Expr],
        hint: &Hint,
        span: Span,
    ) -> Option<Expr> {
        let needed = match function {
            Function::Min | Function::Max => 1..=usize::MAX,
            Function::Clamp => 3..=3,
            Function::Round => 1..=1,
        };
        if !needed.contains(&arguments.len()) {
            let message = match function {
                Function::Clamp => "`clamp` has a value, its least and its greatest: `clamp(x, 0, 100)`",
                _ => "`round` has one value: `round(x)`",
            };
            return self.fail(Code::E0303, span, message);
        }
        if function == Function::Round {
            let value = self.any_number(&arguments[0], hint)?;
            let ty = value.ty.clone();
            return Some(Expr { kind: ExprKind::Round(Box::new(value)), ty, span });
        }
        let trees: Vec<&tree::Expr> = arguments.iter().collect();
        let (all, ty) = self.all_alike(&trees, hint)?;
        if let Some(wrong) =
            all.iter().find(|_| !matches!(ty, Type::Number(_) | Type::Date | Type::Time | Type::Duration))
        {
            let wrong = wrong.clone();
            return self.need_number(&wrong);
        }
        let kind = match (function, <[Expr; 3]>::try_from(all)) {
            (Function::Clamp, Ok([value, low, high])) => {
                ExprKind::Clamp(Box::new(value), Box::new(low), Box::new(high))
            }
            (Function::Max, Ok(all)) => ExprKind::Max(all.to_vec()),
            (_, Ok(all)) => ExprKind::Min(all.to_vec()),
            (Function::Max, Err(all)) => ExprKind::Max(all),
            (_, Err(all)) => ExprKind::Min(all),
        };
        Some(Expr { kind, ty, span })
    }

    fn aggregate_of(
        &mut self,
        kind: tree::Aggregate,
        all: &[tree::Expr],
        hint: &Hint,
        span: Span,
    ) -> Option<Expr> {
        let trees: Vec<&tree::Expr> = all.iter().collect();
        let (all, ty) = self.all_alike(&trees, hint)?;
        let kind = aggregate(kind);
        if kind == Aggregate::Latest {
            let message = "`latest of` is for events: these values have no time; `first of` takes the first that is known";
            return self.fail(Code::E0421, span, message);
        }
        let numeric = matches!(ty, Type::Number(_));
        let ordered =
            numeric || matches!(ty, Type::Date | Type::Time | Type::Duration) || self.is_ordered(&ty);
        let fine = match kind {
            Aggregate::Total | Aggregate::Average => numeric,
            Aggregate::Largest | Aggregate::Smallest => ordered,
            Aggregate::First | Aggregate::Latest => true,
        };
        if !fine {
            let first = all.into_iter().next()?;
            return self.need_number(&first);
        }
        let ty = if kind == Aggregate::Average { averaged(ty) } else { ty };
        Some(Expr { kind: ExprKind::AggregateOf(kind, all), ty, span })
    }

    /// Whether values of the type are more or less than each other.
    pub fn is_ordered(&self, ty: &Type) -> bool {
        match ty {
            Type::Number(_) | Type::Date | Type::Time | Type::Duration => true,
            Type::OneOf(id) => self.schema.vocabulary(*id).ordered,
            _ => false,
        }
    }

    /// `x is known`, `x is unknown`.
    fn known(&mut self, value: &tree::Expr, known: bool, span: Span) -> Option<Expr> {
        if let Some(stage) = self.stage_known(value, span) {
            return stage.map(|has| if known { has } else { negated(has, span) });
        }
        let value = self.value(value, &Hint::Any)?;
        if self.is_event(&value) {
            let words = self.words(value.span);
            let message = format!("`{words}` is an event: it happened or it did not, and both are known");
            let fix = if known { words } else { format!("no {words}") };
            self.report(Diagnostic::new(Code::E0301, span, message).fix(format!("write `{fix}`"), span, fix));
            return None;
        }
        let is_known = yes_no(ExprKind::Known(Box::new(value)), span);
        Some(if known { is_known } else { negated(is_known, span) })
    }

    /// `at least 3`, of whole numbers.
    pub fn quantity(&mut self, quantity: &tree::Quantity) -> Option<Quantity> {
        let mut count = |literal| self.count_literal(literal).map(Box::new);
        Some(match &quantity.kind {
            QuantityKind::AtLeast(n) => Quantity::AtLeast(count(n)?),
            QuantityKind::AtMost(n) => Quantity::AtMost(count(n)?),
            QuantityKind::Exactly(n) => Quantity::Exactly(count(n)?),
            QuantityKind::MoreThan(n) => Quantity::MoreThan(count(n)?),
            QuantityKind::FewerThan(n) => Quantity::FewerThan(count(n)?),
            QuantityKind::Between(low, high) => {
                let (from, to) = (count(low), count(high));
                let (from, to) = (from?, to?);
                if let (Some(a), Some(b)) = (number_of(&from), number_of(&to))
                    && a > b
                {
                    return self.upside_down(low.span, high.span);
                }
                Quantity::Between(from, to)
            }
        })
    }

    /// What the language keeps for later.
    pub fn not_yet(&mut self, words: &str, span: Span) -> Option<Expr> {
        let message = format!(
            "`{}` cannot be used yet",
            if words.is_empty() { self.words(span) } else { words.to_string() }
        );
        let note = "a model reads the lead, its events and the attributes of its account; bring sums over other records \
                    into the lead's table";
        self.report(Diagnostic::new(Code::E0901, span, message).note(note));
        None
    }
}

/// The number of a constant.
pub(crate) fn number_of(expr: &Expr) -> Option<i64> {
    match expr.kind {
        ExprKind::Constant(Value::Number(n)) => Some(n),
        _ => None,
    }
}

/// A condition.
pub(crate) fn yes_no(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, ty: Type::YesNo, span }
}

/// The condition does not hold.
pub(crate) fn negated(expr: Expr, span: Span) -> Expr {
    yes_no(ExprKind::Not(Box::new(expr)), span)
}

fn integer(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, ty: Type::Number(NumberKind::Integer), span }
}

/// An average of whole numbers has decimals.
pub(crate) fn averaged(ty: Type) -> Type {
    joined(&ty, &Type::Number(NumberKind::Number)).unwrap_or(ty)
}

/// The same aggregate in the model.
pub(crate) fn aggregate(kind: tree::Aggregate) -> Aggregate {
    match kind {
        tree::Aggregate::Total => Aggregate::Total,
        tree::Aggregate::Average => Aggregate::Average,
        tree::Aggregate::Largest => Aggregate::Largest,
        tree::Aggregate::Smallest => Aggregate::Smallest,
        tree::Aggregate::First => Aggregate::First,
        tree::Aggregate::Latest => Aggregate::Latest,
    }
}
