//! What the facts of a lead or a name say: attributes, `let`s, labels, constants, texts and lists.

use super::truth::{decimals, is_countable};
use super::{Computed, Extent, Lowered, Lowering, Number, Scope};
use crate::Instruction as I;
use crate::*;
use qualify_diagnostics::Span;
use qualify_model::{
    Aggregate, Anchor, AttributeId, Expr, ExprKind, GradeId, LetId, Set, Target, TextKind, Truth, Type,
    Value, Window,
};

impl<'m> Lowering<'m> {
    /// The value of an expression that neither counts nor tests.
    pub(crate) fn fact(&mut self, expr: &'m Expr, scope: Scope) -> Lowered<Computed> {
        if self.is_of_lead(expr) {
            let value = self.of_lead(|this| this.fact(expr, scope))?;
            return Ok(self.lead_value(value));
        }
        match &expr.kind {
            ExprKind::Constant(value) => self.constant_value(value, expr.span),
            ExprKind::Param(id) => self.constant_value(&self.model.params[id.index()].value, expr.span),
            ExprKind::Let(id) => self.named(*id),
            ExprKind::Attribute(id) => Ok(self.attribute(*id)),
            ExprKind::Property(property) => match self.event {
                Some(_) => self.property(property),
                None => Ok(self.unknown_of(&expr.ty)),
            },
            ExprKind::EventTime => Ok(Computed::Number(match self.event {
                Some(_) => Number::Plain(self.fitting(I::LoadTime { to: ToN(0) }, Extent::ANY.but_known())),
                None => self.unknown(),
            })),
            ExprKind::Part(part, whole) => {
                let computed = self.value(whole, scope)?;
                let Computed::Text(a) = computed else { return Ok(self.unknown_of(&expr.ty)) };
                if let Some((number, texts)) = self.finite(a) {
                    let parts = texts.iter().map(|text| part_of(*part, text).map(str::to_owned)).collect();
                    return Ok(Computed::Text(self.text_by_place(number, parts)));
                }
                let extent = Extent::KNOWN_TRUTH.or_unknown(true);
                Ok(Computed::Text(self.graph().text(I::TakePart { to: ToX(0), part: *part, a }, extent)))
            }
            ExprKind::Grade(id) => self.grade_text(*id),
            ExprKind::If(condition, then, otherwise) => {
                let condition = self.truth(condition, scope)?;
                let (a, b) = (self.value(then, scope)?, self.value(otherwise, scope)?);
                self.select_value(condition, a, b, expr.span)
            }
            ExprKind::IfKnown(first, second) => {
                let (a, b) = (self.value(first, scope)?, self.value(second, scope)?);
                self.first_known_value(a, b, expr.span)
            }
            ExprKind::AggregateOf(aggregate, parts) => {
                let parts = parts.iter().map(|part| self.value(part, scope)).collect::<Lowered<Vec<_>>>()?;
                self.value_of(*aggregate, parts, expr.span)
            }
            ExprKind::Aggregate(aggregate, property, term) => {
                self.aggregate(*aggregate, property, term, &expr.ty, scope.home)
            }
            _ => Ok(self.unknown_of(&expr.ty)),
        }
    }

    /// Never known.
    pub(crate) fn unknown_of(&mut self, ty: &Type) -> Computed {
        match ty {
            Type::YesNo => Computed::Truth(self.constant_truth(Truth::Unknown)),
            Type::Text(_) | Type::Stage => {
                Computed::Text(self.graph().text(I::TextUnknown { to: ToX(0) }, Extent::UNKNOWN))
            }
            Type::List(_) => {
                Computed::List(self.graph().list(I::ListUnknown { to: ToL(0) }, Extent::UNKNOWN))
            }
            _ => Computed::Number(self.unknown()),
        }
    }

    pub(crate) fn constant_value(&mut self, value: &Value, span: Span) -> Lowered<Computed> {
        Ok(match value {
            Value::YesNo(yes) => Computed::Truth(self.constant_truth(Truth::from(*yes))),
            Value::Text(text) | Value::Stage(text) => Computed::Text(self.text_constant(text)),
            Value::List(_) => return self.unsupported("a list that is written there as a value", span),
            other => match number_of(other) {
                Some(units) => Computed::Number(self.plain(units)),
                None => Computed::Number(self.unknown()),
            },
        })
    }

    pub(crate) fn text_constant(&mut self, text: &str) -> X {
        let text = self.texts(vec![text.to_owned()]);
        self.graph().text(I::TextConstant { to: ToX(0), text }, Extent::known(0, 2))
    }

    /// The value of a `let`, held in 64 bits; it sees the events of the block it stands in.
    pub(crate) fn named(&mut self, id: LetId) -> Lowered<Computed> {
        if let (Some(known), None) = (self.lets[id.index()], &self.event) {
            return Ok(known);
        }
        let definition = &self.model.lets[id.index()];
        let scope = Scope::of(definition.within.map_or(Target::Total, Target::Score));
        let value = self.value(&definition.value, scope)?;
        if self.event.is_none() {
            self.lets[id.index()] = Some(value);
        }
        Ok(value)
    }

    /// An attribute of the lead.
    pub(crate) fn attribute(&mut self, id: AttributeId) -> Computed {
        self.plan.needs.attributes[id.index()] = true;
        let attribute = self.model.schema.attribute(id);
        let (input, unknown) = (InputAt(id.0), true);
        match &attribute.ty {
            Type::YesNo => {
                let extent = Extent::KNOWN_TRUTH.or_unknown(unknown);
                Computed::Truth(self.leads.truth(I::LoadTruth { to: ToT(0), input }, extent))
            }
            Type::Text(_) | Type::Stage => {
                Computed::Text(self.leads.text(I::LoadText { to: ToX(0), input }, Extent::TRUTH))
            }
            Type::List(_) => {
                Computed::List(self.leads.list(I::LoadList { to: ToL(0), input }, Extent::TRUTH))
            }
            ty => {
                let mut extent = self.extent_of_type(ty).or_unknown(unknown);
                if let Some((low, high)) = &attribute.range
                    && let (Some(low), Some(high)) = (number_of(low), number_of(high))
                    && low <= high
                {
                    extent = Extent { low: low as i128, high: high as i128, ..extent };
                }
                Computed::Number(Number::Plain(
                    self.leads.number(I::LoadNumber { to: ToN(0), input }, extent),
                ))
            }
        }
    }

    /// What a column of a type can hold.
    pub(crate) fn extent_of_type(&self, ty: &Type) -> Extent {
        match ty {
            Type::Date => Extent::known(i32::MIN as i128, i32::MAX as i128),
            Type::OneOf(id) => {
                let words = self.model.schema.vocabulary(*id).words.len() as i128;
                if words == 0 { Extent::UNKNOWN } else { Extent::known(0, words - 1) }
            }
            _ => Extent::ANY.but_known(),
        }
    }

    /// The label of a grade set.
    fn grade_text(&mut self, id: GradeId) -> Lowered<Computed> {
        let place = self.grade(id)?;
        let labels = self.model.grades[id.index()].labels.iter().map(|label| Some(label.clone())).collect();
        Ok(Computed::Text(self.text_by_place(place, labels)))
    }

    /// The text at a place.
    pub(crate) fn text_by_place(&mut self, place: N, texts: Vec<Option<String>>) -> X {
        // an unknown text is one behind the last
        let known: Vec<String> = texts.iter().flatten().cloned().collect();
        let mut next = 0;
        let places = texts.iter().map(|text| {
            text.as_ref().map(|_| {
                next += 1;
                next - 1
            })
        });
        let places: Vec<Option<i64>> = places.collect();
        let a = self.by_place(place, places, None);
        let extent = self.graph().extent(a.0);
        if extent.low > extent.high {
            return self.graph().text(I::TextUnknown { to: ToX(0) }, Extent::UNKNOWN);
        }
        if let Some(place) = extent.constant() {
            return self.text_constant(&known[place as usize]);
        }
        let texts = self.texts(known);
        let extent = Extent::KNOWN_TRUTH.or_unknown(extent.unknown);
        self.graph().text(I::TextAt { to: ToX(0), a, texts }, extent)
    }

    /// A text that is one of a few constants, by a place.
    pub(crate) fn finite(&mut self, text: X) -> Option<(N, Vec<String>)> {
        let (a, texts) = match self.graph().node(text.0).instruction {
            I::TextAt { a, texts, .. } => (a, texts),
            I::TextConstant { text, .. } => (self.number_constant(0), text),
            _ => return None,
        };
        Some((a, self.plan.constants.texts[texts.index()].clone()))
    }

    /// A text, a stage or the word of a vocabulary as text; none if it is none of them.
    pub(crate) fn as_text(&mut self, value: Computed, ty: &Type) -> Option<X> {
        match (value, ty) {
            (Computed::Text(text), _) => Some(text),
            (Computed::Number(number), Type::OneOf(id)) => {
                let words = &self.model.schema.vocabulary(*id).words;
                let words = words.iter().map(|word| Some(word.name.clone())).collect();
                let place = self.units(number);
                Some(self.text_by_place(place, words))
            }
            _ => None,
        }
    }

    fn select_value(&mut self, condition: T, a: Computed, b: Computed, span: Span) -> Lowered<Computed> {
        let certain = self.is_certain(condition);
        Ok(match (a, b) {
            (Computed::Truth(a), Computed::Truth(b)) => Computed::Truth(self.select_truth(condition, a, b)),
            (Computed::Number(a), Computed::Number(b)) => Computed::Number(self.choose(condition, a, b)),
            (Computed::Text(then), Computed::Text(otherwise)) => {
                let (x, y) = (self.graph().extent(then.0), self.graph().extent(otherwise.0));
                let select = I::SelectText { to: ToX(0), condition, then, otherwise };
                Computed::Text(self.graph().text(select, x.hull(y).or_unknown(!certain)))
            }
            (Computed::List(then), Computed::List(otherwise)) => {
                let (x, y) = (self.graph().extent(then.0), self.graph().extent(otherwise.0));
                let select = I::SelectList { to: ToL(0), condition, then, otherwise };
                Computed::List(self.graph().list(select, x.hull(y).or_unknown(!certain)))
            }
            _ => return self.unsupported("two kinds of values", span),
        })
    }

    fn first_known_value(&mut self, a: Computed, b: Computed, span: Span) -> Lowered<Computed> {
        Ok(match (a, b) {
            (Computed::Truth(a), Computed::Truth(b)) => Computed::Truth(self.if_known_truth(a, b)),
            (Computed::Number(a), Computed::Number(b)) => Computed::Number(self.first_known(a, b)),
            (Computed::Text(a), Computed::Text(b)) => {
                let (x, y) = (self.graph().extent(a.0), self.graph().extent(b.0));
                if !x.unknown {
                    return Ok(Computed::Text(a));
                }
                let extent = x.but_known().hull(y);
                Computed::Text(self.graph().text(I::IfKnownText { to: ToX(0), a, b }, extent))
            }
            (Computed::List(a), Computed::List(b)) => {
                let extent = self.graph().extent(b.0);
                let extent = Extent::KNOWN_TRUTH.or_unknown(extent.unknown);
                Computed::List(self.graph().list(I::IfKnownList { to: ToL(0), a, b }, extent))
            }
            _ => return self.unsupported("two kinds of values", span),
        })
    }

    /// The largest, smallest, first or latest of those that are known: words, texts, lists.
    fn value_of(&mut self, aggregate: Aggregate, parts: Vec<Computed>, span: Span) -> Lowered<Computed> {
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else { return self.unsupported("an aggregate of nothing", span) };
        let mut all = first;
        for b in parts {
            let a = all;
            let both = match (aggregate, a, b) {
                (Aggregate::First, ..) => a,
                (Aggregate::Latest, ..) => {
                    all = self.first_known_value(b, a, span)?;
                    continue;
                }
                (Aggregate::Largest, Computed::Number(a), Computed::Number(b)) => {
                    Computed::Number(self.greatest(a, b))
                }
                (Aggregate::Smallest, Computed::Number(a), Computed::Number(b)) => {
                    Computed::Number(self.least(a, b))
                }
                (Aggregate::Largest, Computed::Text(a), Computed::Text(b)) => {
                    Computed::Text(self.graph().text(I::MaximumText { to: ToX(0), a, b }, Extent::TRUTH))
                }
                (Aggregate::Smallest, Computed::Text(a), Computed::Text(b)) => {
                    Computed::Text(self.graph().text(I::MinimumText { to: ToX(0), a, b }, Extent::TRUTH))
                }
                _ => return self.unsupported("an aggregate of such values", span),
            };
            let one = self.first_known_value(a, b, span)?;
            all = self.first_known_value(both, one, span)?;
        }
        Ok(all)
    }
}

/// Values of the lead inside of event programs.
impl<'m> Lowering<'m> {
    /// Inside of an event program: the expression does not look at the event, and is no constant.
    pub(crate) fn is_of_lead(&self, expr: &Expr) -> bool {
        let plain = matches!(
            expr.kind,
            ExprKind::Constant(_) | ExprKind::Param(_) | ExprKind::Unknown | ExprKind::Property(_)
        );
        self.event.as_ref().is_some_and(|event| !event.filter) && !plain && !reads_event(expr)
    }

    pub(crate) fn lead_truth(&mut self, truth: T) -> T {
        match self.of_lead(|this| this.always(truth)) {
            Some(always) => self.constant_truth(always),
            None => T(self.argument(Register(RegisterType::Truth, truth.0)).1),
        }
    }

    pub(crate) fn lead_units(&mut self, number: N) -> N {
        let extent = self.leads.extent(number.0);
        match extent.constant() {
            Some(units) => self.number_constant(units as i64),
            None if extent.low > extent.high => self.unknown_number(),
            None => N(self.argument(Register(RegisterType::Number, number.0)).1),
        }
    }

    pub(crate) fn lead_number(&mut self, number: Number) -> Number {
        let number = match number {
            Number::Wide(w) if self.leads.extent(w.0).is_narrow() => self.of_lead(|this| this.end(number)),
            other => other,
        };
        match number {
            Number::Plain(n) => Number::Plain(self.lead_units(n)),
            Number::Held(n, held) => {
                let (n, held) = (self.lead_units(n), self.lead_truth(held));
                self.with_flag(n, Some(held))
            }
            Number::Wide(w) => {
                let extent = self.leads.extent(w.0);
                let (high, low) = self.of_lead(|this| this.parts(w));
                let (high, low) = (self.lead_number(Number::Wide(high)), self.lead_number(low));
                self.of_parts(high, low, extent)
            }
        }
    }

    fn lead_value(&mut self, value: Computed) -> Computed {
        match value {
            Computed::Truth(truth) => Computed::Truth(self.lead_truth(truth)),
            Computed::Number(number) => Computed::Number(self.lead_number(number)),
            Computed::Text(text) => Computed::Text(X(self.argument(Register(RegisterType::Text, text.0)).1)),
            Computed::List(list) => Computed::List(L(self.argument(Register(RegisterType::List, list.0)).1)),
        }
    }
}

/// Whether an expression looks at the event in hand.
pub(crate) fn reads_event(expr: &Expr) -> bool {
    let any = |parts: &[&Expr]| parts.iter().any(|part| reads_event(part));
    match &expr.kind {
        ExprKind::Property(_) | ExprKind::EventTime | ExprKind::Times => true,
        ExprKind::And(parts)
        | ExprKind::Or(parts)
        | ExprKind::Min(parts)
        | ExprKind::Max(parts)
        | ExprKind::HowMany(_, parts)
        | ExprKind::AggregateOf(_, parts) => parts.iter().any(reads_event),
        ExprKind::Compare(_, a, b) | ExprKind::Arithmetic(_, a, b) | ExprKind::IfKnown(a, b) => any(&[a, b]),
        ExprKind::Between(a, b, c) | ExprKind::Clamp(a, b, c) | ExprKind::If(a, b, c) => any(&[a, b, c]),
        ExprKind::In(value, Set::Attribute(list)) => any(&[value, list]),
        ExprKind::Text(_, value, needles) => reads_event(value) || needles.iter().any(reads_event),
        ExprKind::Weighted(parts) => parts.iter().any(|(c, v)| any(&[c, v])),
        ExprKind::Not(inner)
        | ExprKind::In(inner, _)
        | ExprKind::Part(_, inner)
        | ExprKind::Known(inner)
        | ExprKind::Negate(inner)
        | ExprKind::Round(inner)
        | ExprKind::Convert(inner)
        | ExprKind::DaysSince(inner) => reads_event(inner),
        ExprKind::InWindow(inner, windows) => {
            let anchored = |window: &Window| match window {
                Window::Since(Anchor::Value(value)) | Window::Before(Anchor::Value(value)) => {
                    reads_event(value)
                }
                _ => false,
            };
            reads_event(inner) || windows.iter().any(anchored)
        }
        ExprKind::Table(table) => reads_event(&table.subject),
        _ => false,
    }
}

/// The number that stands for a value in a column of numbers.
pub(crate) fn number_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => Some(*units),
        Value::Date(day) => Some(*day as i64),
        Value::Word(word) => Some(*word as i64),
        _ => None,
    }
}

pub(crate) fn part_of(part: qualify_model::Part, whole: &str) -> Option<&str> {
    use qualify_model::{Part, text};
    match part {
        Part::Domain => text::domain(whole),
        Part::LocalPart => text::local_part(whole),
        Part::Host => text::host(whole),
        Part::Path => text::path(whole),
    }
}

/// Whether texts of the type match their parent domains in sets.
pub(crate) fn is_domain(ty: &Type) -> bool {
    *ty == Type::Text(TextKind::Domain)
}

/// Whether values of the type are numbers, with so many decimals.
pub(crate) fn decimals_of(ty: &Type) -> Option<u32> {
    (is_countable(ty) || matches!(ty, Type::OneOf(_))).then(|| decimals(ty))
}
