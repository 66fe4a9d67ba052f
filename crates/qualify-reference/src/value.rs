//! Values: reading facts and names, and how two values compare.

use crate::evaluation::{Evaluation, Scope};
use qualify_model::{
    Event, Expr, ExprKind, Part, Property, Set, TextKind, TextTest, Truth, Type, Value, exact, text,
};
use std::cmp::Ordering;
use std::sync::Arc;

impl Evaluation<'_> {
    /// The value of any expression; none if it is unknown. Numbers are held in their 64 bits.
    pub(crate) fn value(&self, expr: &Expr, scope: Scope) -> Option<Value> {
        match &expr.ty {
            Type::YesNo => self.truth(expr, scope).known().map(Value::YesNo),
            ty if is_countable(ty) => Some(of_units(ty, self.number(expr, scope)?.end().units as i64)),
            _ => self.fact(expr, scope),
        }
    }

    /// The value of an expression that neither counts nor tests: what the facts or a name say.
    pub(crate) fn fact(&self, expr: &Expr, scope: Scope) -> Option<Value> {
        match &expr.kind {
            ExprKind::Constant(value) => Some(value.clone()),
            ExprKind::Param(id) => Some(self.model.params[id.index()].value.clone()),
            ExprKind::Let(id) => Some(self.named(*id)?.value),
            ExprKind::Attribute(id) => match self.lead.attributes.get(id.index())?.clone()? {
                // an empty list is unknown
                Value::List(values) if values.is_empty() => None,
                value => Some(value),
            },
            ExprKind::Property(property) => self.property(scope.event?, property),
            ExprKind::EventTime => Some(Value::Time(scope.event?.time)),
            ExprKind::Part(part, whole) => {
                let whole = self.value(whole, scope)?;
                part_of(*part, text_of(&whole)?).map(|part| Value::Text(part.into()))
            }
            ExprKind::Grade(id) => self.label(*id).map(|label| Value::Text(label.into())),
            ExprKind::If(condition, then, otherwise) => match self.truth(condition, scope) {
                Truth::True => self.value(then, scope),
                Truth::False => self.value(otherwise, scope),
                Truth::Unknown => None,
            },
            ExprKind::IfKnown(first, second) => {
                self.value(first, scope).or_else(|| self.value(second, scope))
            }
            ExprKind::Table(table) => self.value(self.cell(table, scope)?, scope),
            ExprKind::AggregateOf(aggregate, parts) => {
                let known = parts.iter().filter_map(|part| self.value(part, scope));
                self.choose(*aggregate, known.collect())
            }
            ExprKind::Aggregate(aggregate, property, term) => {
                self.choose_of_events(*aggregate, property, term, scope)
            }
            _ => None,
        }
    }

    /// A property of an event, read as the type of the property.
    pub(crate) fn property(&self, event: &Event, property: &Property) -> Option<Value> {
        let place = (*property.places.get(event.kind.index())?)? as usize;
        let value = event.properties.get(place)?.as_ref()?;
        let own = &self.model.schema.event(event.kind).properties.get(place)?.ty;
        match (value, own, &property.ty) {
            (Value::Number(units), Type::Number(from), Type::Number(to)) if from != to => {
                let (units, _) = exact::hold(exact::rescale(*units as i128, from.decimals(), to.decimals()));
                Some(Value::Number(units))
            }
            (Value::Word(_), _, Type::Text(_)) => self.as_text(value, own).map(Value::Text),
            (Value::List(values), ..) if values.is_empty() => None,
            _ => Some(value.clone()),
        }
    }

    /// A text, a stage or the word of a vocabulary as text.
    pub(crate) fn as_text(&self, value: &Value, ty: &Type) -> Option<Arc<str>> {
        match (value, ty) {
            (Value::Text(text) | Value::Stage(text), _) => Some(text.clone()),
            (Value::Word(word), Type::OneOf(vocabulary)) => {
                let words = &self.model.schema.vocabulary(*vocabulary).words;
                Some(words.get(*word as usize)?.name.as_str().into())
            }
            _ => None,
        }
    }

    /// How two known values compare, each with its type; none if they cannot.
    pub(crate) fn compare(&self, a: (&Value, &Type), b: (&Value, &Type)) -> Option<Ordering> {
        match (a.0, b.0) {
            (Value::Number(x), Value::Number(y)) => {
                Some(exact::compare((*x as i128, decimals(a.1)), (*y as i128, decimals(b.1))))
            }
            (Value::Date(day), Value::Time(instant)) => Some(self.of.zone.start_of_day(*day).cmp(instant)),
            (Value::Time(instant), Value::Date(day)) => Some(instant.cmp(&self.of.zone.start_of_day(*day))),
            (Value::Word(_), Value::Word(_)) => Some(total_order(a.0, b.0)),
            (
                Value::Text(_) | Value::Stage(_) | Value::Word(_),
                Value::Text(_) | Value::Stage(_) | Value::Word(_),
            ) => Some(text::compare(&self.as_text(a.0, a.1)?, &self.as_text(b.0, b.1)?)),
            (Value::List(x), Value::List(y)) => Some(total_order(&list_key(x), &list_key(y))),
            (x, y) if std::mem::discriminant(x) == std::mem::discriminant(y) => Some(total_order(x, y)),
            _ => None,
        }
    }

    /// Whether a known value is in a set: equal to one of it, a list sharing one with it, a domain being a
    /// subdomain of one. Unknown only if the set is.
    pub(crate) fn is_in(&self, value: &Value, ty: &Type, set: &Set, scope: Scope) -> Truth {
        if let (Value::List(values), Type::List(element)) = (value, ty) {
            return values.iter().fold(Truth::False, |t, value| t.or(self.is_in(value, element, set, scope)));
        }
        let same = |other: &Value, other_ty: &Type| match (value, other) {
            (Value::Text(domain), Value::Text(entry)) if is_domain(ty) => text::domain_matches(entry, domain),
            _ => self.compare((value, ty), (other, other_ty)) == Some(Ordering::Equal),
        };
        match set {
            Set::Values(values) => values.iter().any(|other| same(other, ty)).into(),
            Set::List(id) => {
                let list = &self.of.lists[id.index()];
                match value {
                    Value::Text(domain) if is_domain(ty) => list.contains_domain(domain).into(),
                    _ if ty == list.ty => list.contains(value).into(),
                    Value::Text(_) if matches!(list.ty, Type::Text(_)) => list.contains(value).into(),
                    _ => self.model.lists[id.index()].values.iter().any(|other| same(other, list.ty)).into(),
                }
            }
            Set::Attribute(list) => match (self.value(list, scope), &list.ty) {
                (Some(Value::List(others)), Type::List(element)) => {
                    others.iter().any(|other| same(other, element)).into()
                }
                (Some(other), other_ty) => same(&other, other_ty).into(),
                (None, _) => Truth::Unknown,
            },
        }
    }

    /// A test on a known text, or on any of a list of texts; any needle suffices.
    pub(crate) fn text_test(
        &self,
        test: TextTest,
        value: &Value,
        ty: &Type,
        needles: &[Expr],
        scope: Scope,
    ) -> Truth {
        if let (Value::List(values), Type::List(element)) = (value, ty) {
            let each = values.iter().map(|value| self.text_test(test, value, element, needles, scope));
            return each.fold(Truth::False, Truth::or);
        }
        let Some(whole) = self.as_text(value, ty) else { return Truth::Unknown };
        let holds = |needle: &Expr| {
            let needle = self
                .value(needle, scope)
                .and_then(|value| self.as_text(&value, &Type::Text(TextKind::Plain)));
            let holds = needle.map(|needle| match test {
                TextTest::Contains => text::contains(&whole, &needle),
                TextTest::StartsWith => text::starts_with(&whole, &needle),
                TextTest::EndsWith => text::ends_with(&whole, &needle),
                TextTest::Mentions => text::mentions(&whole, &needle),
                TextTest::Matches => text::matches(&whole, &needle),
            });
            Truth::from(holds)
        };
        needles.iter().map(holds).fold(Truth::False, Truth::or)
    }

    /// The instant of a time or a date: a date is its first moment in the model's zone.
    pub(crate) fn instant(&self, expr: &Expr, scope: Scope) -> Option<i64> {
        match self.value(expr, scope)? {
            Value::Time(instant) => Some(instant),
            Value::Date(day) => Some(self.of.zone.start_of_day(day)),
            _ => None,
        }
    }
}

fn part_of(part: Part, whole: &str) -> Option<&str> {
    match part {
        Part::Domain => text::domain(whole),
        Part::LocalPart => text::local_part(whole),
        Part::Host => text::host(whole),
        Part::Path => text::path(whole),
    }
}

fn text_of(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) | Value::Stage(text) => Some(text),
        _ => None,
    }
}

fn is_domain(ty: &Type) -> bool {
    *ty == Type::Text(TextKind::Domain)
}

/// Types whose values are counts of a unit.
pub(crate) fn is_countable(ty: &Type) -> bool {
    matches!(ty, Type::Number(_) | Type::Date | Type::Time | Type::Duration)
}

/// Digits behind the point of a unit of the type.
pub(crate) fn decimals(ty: &Type) -> u32 {
    match ty {
        Type::Number(kind) => kind.decimals(),
        _ => 0,
    }
}

/// The units of a countable value: of its number kind, days, microseconds.
pub(crate) fn units(value: &Value) -> Option<i64> {
    match value {
        Value::Number(units) | Value::Time(units) | Value::Duration(units) => Some(*units),
        Value::Date(day) => Some(*day as i64),
        _ => None,
    }
}

/// The value of a countable type with so many units.
pub(crate) fn of_units(ty: &Type, units: i64) -> Value {
    match ty {
        Type::Date => Value::Date(units.clamp(i32::MIN as i64, i32::MAX as i64) as i32),
        Type::Time => Value::Time(units),
        Type::Duration => Value::Duration(units),
        _ => Value::Number(units),
    }
}

/// The same for values that count as equal: texts are folded.
pub(crate) fn key(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(text::fold(text).into()),
        Value::Stage(text) => Value::Stage(text::fold(text).into()),
        Value::List(values) => list_key(values),
        other => other.clone(),
    }
}

fn list_key(values: &[Value]) -> Value {
    Value::List(values.iter().map(key).collect())
}

/// An order of all values of one type: by size; texts by their folded form, then as they came.
pub(crate) fn total_order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::YesNo(a), Value::YesNo(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) | (Value::Stage(a), Value::Stage(b)) => {
            text::compare(a, b).then_with(|| a.cmp(b))
        }
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Time(a), Value::Time(b)) | (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Word(a), Value::Word(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => {
            let each = a.iter().zip(b).map(|(a, b)| total_order(a, b)).find(|order| order.is_ne());
            each.unwrap_or_else(|| a.len().cmp(&b.len()))
        }
        // values of different types never meet; any fixed order will do
        _ => rank(a).cmp(&rank(b)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::YesNo(_) => 0,
        Value::Number(_) => 1,
        Value::Text(_) => 2,
        Value::Date(_) => 3,
        Value::Time(_) => 4,
        Value::Duration(_) => 5,
        Value::Word(_) => 6,
        Value::List(_) => 7,
        Value::Stage(_) => 8,
    }
}
