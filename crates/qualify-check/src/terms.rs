//! Event terms: `visited pricing at least 3 times within 7d followed within 1d by requested demo`.

use crate::lower::{Hand, Hint, Lower, Scope};
use crate::names::Named;
use crate::paths::{Found, Meaning, bare_event, joined};
use crate::values::{aggregate, averaged, negated, yes_no};
use crate::windows::Qualified;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{
    Aggregate, AttributeId, EventId, Expr, ExprKind, ObjectTest, Property, Step, Term, TextKind, Type, Value,
};
use qualify_syntax::tree::{self, Literal, LiteralKind, Object, Path, Qualifier, QualifierKind};

impl Lower<'_> {
    /// A term as a condition: such events happened; or a moment of an attribute lies in a window.
    pub fn happens(&mut self, term: &tree::Term, span: Span) -> Option<Expr> {
        if let [step] = term.steps.as_slice()
            && self.is_moment(step)
        {
            return self.in_window(step, span);
        }
        self.term(term, true).map(|term| yes_no(ExprKind::Happens(term), span))
    }

    /// `no opened within 60d`.
    pub fn no(&mut self, term: &tree::Term, span: Span) -> Option<Expr> {
        self.term(term, true).map(|term| negated(yes_no(ExprKind::Happens(term), span), span))
    }

    /// A term whose events are counted, listed or gone through one by one: it counts nothing itself.
    pub fn event_term(&mut self, term: &tree::Term) -> Option<Term> {
        self.term(term, false)
    }

    fn term(&mut self, term: &tree::Term, counts_allowed: bool) -> Option<Term> {
        if self.scope.hand.is_some_and(|hand| hand.filter) {
            let message =
                format!("`{}` looks at other events: a filter reads the event alone", self.words(term.span));
            return self.fail(Code::E0416, term.span, message);
        }
        let mut steps = Vec::new();
        let mut counts = Vec::new();
        let mut fine = true;
        let last = term.steps.len().saturating_sub(1);
        for (i, step) in term.steps.iter().enumerate() {
            let Some((step, of_step)) = self.step(step, i == last, counts_allowed) else {
                fine = false;
                continue;
            };
            steps.push(step);
            counts.extend(of_step);
        }
        fine.then_some(Term { steps, counts, span: term.span })
    }

    fn step(
        &mut self,
        step: &tree::Step,
        last: bool,
        counts_allowed: bool,
    ) -> Option<(Step, Vec<qualify_model::Count>)> {
        let gap = match &step.gap {
            None => Some(None),
            Some(gap) => self.exact_length(gap).map(Some),
        };
        let kind = self.event_of(&step.event);
        let object = match (&step.object, kind) {
            (None, _) => Some(None),
            (Some(object), Some(kind)) => self.object(object, kind).map(Some),
            (Some(_), None) => None,
        };
        let qualified = self.qualifiers(&step.qualifiers, kind, last, counts_allowed);
        let (gap, kind, object, qualified) = (gap?, kind?, object?, qualified?);
        let Qualified { filters, windows, silence, counts } = qualified;
        Some((Step { gap, kind, object, filters, windows, silence, span: step.span }, counts))
    }

    /// The type of the event that a path names.
    fn event_of(&mut self, path: &Path) -> Option<Option<EventId>> {
        let name = joined(path);
        if let [single] = path.parts.as_slice() {
            let known = single.text == "event" || self.names.events.contains_key(&single.text);
            if known {
                return self.event_named(&single.text, path.span);
            }
        }
        let noun = match self.look_up(path) {
            Found::One(Meaning::Attribute(_)) => "an attribute",
            Found::One(Meaning::Named(named)) => {
                self.used.insert(named);
                match named {
                    Named::Param(_) => "a param",
                    Named::List(_) => "a list",
                    Named::Let(_) => "a name for an expression",
                    Named::Score(_) => "a score",
                    Named::Grade(_) => "a grade",
                    Named::Segment(_) => "a segment",
                }
            }
            Found::One(Meaning::Total) => "the score",
            Found::One(Meaning::Property(_) | Meaning::EventTime | Meaning::EventOutside) => {
                "a property of an event"
            }
            _ if name == "colleagues" => {
                self.not_yet("colleagues", path.span);
                return None;
            }
            _ if ["opportunity", "opportunities", "deal", "deals"].contains(&name.as_str()) => {
                self.not_yet(&name, path.span);
                return None;
            }
            _ => return self.event_named(&name, path.span),
        };
        let message = format!("`{name}` is {noun}, and an event is needed here");
        self.fail(Code::E0204, path.span, message)
    }

    /// The object of an event: tests on its first property.
    fn object(&mut self, object: &Object, kind: Option<EventId>) -> Option<Vec<ObjectTest>> {
        let ty = match kind {
            None => None,
            Some(kind) => {
                let event = self.schema.event(kind);
                let Some(first) = event.properties.first() else {
                    let message =
                        format!("`{}` has no properties, so nothing can stand behind it", event.name);
                    return self.fail(Code::E0205, object.span, message);
                };
                Some(first.ty.clone())
            }
        };
        let tests: Vec<Option<ObjectTest>> = object
            .values
            .iter()
            .map(|literal| match &ty {
                Some(ty) => self.object_test(literal, ty),
                None => self.named_object(literal),
            })
            .collect();
        tests.into_iter().collect()
    }

    fn object_test(&mut self, literal: &Literal, ty: &Type) -> Option<ObjectTest> {
        match (&literal.kind, ty) {
            (LiteralKind::Text(text), Type::Text(_)) if is_glob(text) => Some(ObjectTest::Glob(text.clone())),
            (LiteralKind::Text(_) | LiteralKind::Word(_), Type::Text(_)) => {
                Some(ObjectTest::Is(Value::Text(self.word_text(literal).trim().into())))
            }
            (LiteralKind::Text(_) | LiteralKind::Word(_), Type::OneOf(vocabulary)) => {
                let text = self.word_text(literal);
                let word = self.vocabulary_word(*vocabulary, &text, literal.span)?;
                constant_value(word).map(ObjectTest::Is)
            }
            (_, Type::List(inner)) => self.object_test(literal, inner),
            _ => self.constant(literal, ty).map(ObjectTest::Is),
        }
    }

    /// The object of an event of any type.
    fn named_object(&mut self, literal: &Literal) -> Option<ObjectTest> {
        let text = self.word_text(literal);
        if matches!(literal.kind, LiteralKind::Text(_)) && is_glob(&text) {
            return Some(ObjectTest::Glob(text));
        }
        let firsts = self.schema.events.iter().filter_map(|event| event.properties.first());
        let mut words = Vec::new();
        for first in firsts {
            match &first.ty {
                Type::Text(_) => return Some(ObjectTest::Named(text)),
                Type::OneOf(id) => {
                    let vocabulary = self.schema.vocabulary(*id);
                    if vocabulary.find(&text).is_some() {
                        return Some(ObjectTest::Named(text));
                    }
                    words.extend(vocabulary.words.iter().map(|word| word.name.clone()));
                }
                _ => {}
            }
        }
        let message = format!("no event can have the object `{text}`");
        self.unknown(Code::E0206, &text, literal.span, message, words.iter().map(String::as_str))
    }

    /// Filters are conditions on the properties of the event alone.
    pub fn filter(&mut self, condition: &tree::Expr, kind: Option<EventId>) -> Option<Expr> {
        let scope = Scope { hand: Some(Hand { kind, filter: true }), ..self.scope.clone() };
        self.within(scope, |lower| lower.condition(condition))
    }

    /// `E.property` with windows and filters: the property and the term of its events.
    pub fn events_with(
        &mut self,
        path: &Path,
        qualifiers: &[Qualifier],
        span: Span,
    ) -> Option<(Property, Term)> {
        if self.scope.hand.is_some_and(|hand| hand.filter) {
            let message =
                format!("`{}` looks at other events: a filter reads the event alone", self.words(span));
            return self.fail(Code::E0416, span, message);
        }
        let [event, name] = path.parts.as_slice() else {
            let message = format!("`{}` must be an event and its property: `visited.page`", joined(path));
            return self.fail(Code::E0205, path.span, message);
        };
        let kind = self.event_named(&event.text, event.span);
        let property = kind.and_then(|kind| self.property(kind, name));
        let qualified = self.qualifiers(qualifiers, kind, true, false);
        let (kind, property, qualified) = (kind?, property?, qualified?);
        let mut term = bare_event(kind, span);
        if let Some(step) = term.steps.first_mut() {
            step.filters = qualified.filters;
            step.windows = qualified.windows;
            step.silence = qualified.silence;
        }
        Some((property, term))
    }

    /// `total of purchased.amount within 90d`.
    pub fn aggregate(
        &mut self,
        kind: tree::Aggregate,
        path: &Path,
        qualifiers: &[Qualifier],
        span: Span,
    ) -> Option<Expr> {
        let (property, term) = self.events_with(path, qualifiers, span)?;
        let kind = aggregate(kind);
        let fine = match kind {
            Aggregate::Total | Aggregate::Average => matches!(property.ty, Type::Number(_)),
            Aggregate::Largest | Aggregate::Smallest => self.is_ordered(&property.ty),
            Aggregate::First | Aggregate::Latest => true,
        };
        if !fine {
            let what = self.describe(&property.ty);
            let message = format!("`{}` is {what}, and a number is needed here", joined(path));
            return self.fail(Code::E0303, path.span, message);
        }
        let ty = if kind == Aggregate::Average { averaged(property.ty.clone()) } else { property.ty.clone() };
        Some(Expr { kind: ExprKind::Aggregate(kind, property, term), ty, span })
    }

    /// Whether a step is the moment of an attribute, `created_at within 30d`, and no event.
    fn is_moment(&self, step: &tree::Step) -> bool {
        if step.any {
            return false;
        }
        let moment = |ty: &Type| matches!(ty, Type::Time | Type::Date);
        match self.look_up(&step.event) {
            Found::One(Meaning::Attribute(_)) => true,
            Found::One(Meaning::Property(_) | Meaning::EventTime) => true,
            Found::One(Meaning::Named(Named::Let(_))) => true,
            // an event of the same name keeps the words; a time in a group is meant if it is the only one
            Found::Several(_) => match step.event.parts.as_slice() {
                [name] => {
                    let ids: &[AttributeId] = self.names.bare.get(&name.text).map_or(&[], Vec::as_slice);
                    !self.names.events.contains_key(&name.text)
                        && ids.iter().any(|id| moment(&self.schema.attribute(*id).ty))
                }
                _ => true,
            },
            _ => false,
        }
    }

    fn in_window(&mut self, step: &tree::Step, span: Span) -> Option<Expr> {
        let name = joined(&step.event);
        if let Some(object) = &step.object {
            let words = self.words(object.span);
            let message = format!("`{name}` is no event: `{words}` cannot stand behind it");
            return self.fail(Code::E0421, object.span, message);
        }
        let value = self.path_value(&step.event, &Hint::Any)?;
        if !matches!(value.ty, Type::Time | Type::Date) {
            let what = self.describe(&value.ty);
            let message = format!("`{name}` is {what}: only events, times and dates lie in a window of time");
            return self.fail(Code::E0313, step.event.span, message);
        }
        let windows = self.moment_windows(&step.qualifiers, &name)?;
        Some(yes_no(ExprKind::InWindow(Box::new(value), windows), span))
    }

    /// A time or date that a path names.
    pub fn moment(&mut self, path: &Path) -> Option<Expr> {
        let value = self.path_value(path, &Hint::Any)?;
        if matches!(value.ty, Type::Time | Type::Date) {
            return Some(value);
        }
        let name = joined(path);
        let mut diagnostic = if self.is_event(&value) {
            let message = format!("`{name}` is an event: say which one, `last {name}`");
            Diagnostic::new(Code::E0313, path.span, message).fix(
                format!("write `last {name}`"),
                path.span.before(),
                "last ",
            )
        } else {
            let message =
                format!("`{name}` is {}, and a time or a date is needed here", self.describe(&value.ty));
            Diagnostic::new(Code::E0313, path.span, message)
        };
        diagnostic.place.span = path.span;
        self.report(diagnostic);
        None
    }
}

/// Whether the kind of a qualifier is a window of time.
pub(crate) fn is_window(kind: &QualifierKind) -> bool {
    !matches!(
        kind,
        QualifierKind::Where(_)
            | QualifierKind::AfterSilence(_)
            | QualifierKind::Times { .. }
            | QualifierKind::DifferentDays(_)
    )
}

fn is_glob(text: &str) -> bool {
    text.contains(['*', '?'])
}

fn constant_value(expr: Expr) -> Option<Value> {
    match expr.kind {
        ExprKind::Constant(value) => Some(value),
        _ => None,
    }
}

/// The hint of plain text.
pub(crate) fn plain_text() -> Hint {
    Hint::Type(Type::Text(TextKind::Plain))
}
