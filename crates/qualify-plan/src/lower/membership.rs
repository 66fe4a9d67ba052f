//! Being in a set, and tests on text. Texts that can only be a few constants become tests on their places.

use super::truth::decimals;
use super::value::{decimals_of, is_domain, number_of};
use super::{Computed, Extent, Lowered, Lowering, Scope};
use crate::Instruction as I;
use crate::*;
use qualify_diagnostics::Span;
use qualify_model::{Comparison, Expr, Set, TextTest, Truth, Type, Value, exact, text};
use std::cmp::Ordering;

impl<'m> Lowering<'m> {
    /// Whether a value is in a set: equal to one of it, a list sharing one with it, a domain being a subdomain of
    /// one.
    pub(crate) fn is_in(
        &mut self,
        value: (Computed, &'m Type),
        set: &'m Set,
        span: Span,
        scope: Scope,
    ) -> Lowered<T> {
        let ty = value.1;
        let element = if let Type::List(element) = ty { element } else { ty };
        let (values, set_ty) = match set {
            Set::Values(values) => (values, element),
            Set::List(id) => {
                let list = &self.model.lists[id.index()];
                (&list.values, &list.ty)
            }
            Set::Attribute(list) => {
                let (computed, set_ty) = (self.value(list, scope)?, &list.ty);
                return self.is_in_value(value, (computed, set_ty), span);
            }
        };
        match value.0 {
            Computed::Number(number) if decimals_of(ty).is_some() && decimals_of(set_ty).is_some() => {
                let units = self.units(number);
                let numbers = self.set_of_numbers(values, set_ty, ty);
                Ok(self.in_numbers(units, numbers))
            }
            Computed::Truth(truth) => Ok(self.truth_in(truth, values)),
            Computed::List(a) if is_counted(element) && is_counted(set_ty) => {
                let numbers = self.set_of_numbers(values, set_ty, element);
                let set = self.numbers(numbers);
                Ok(self.of_list(a, I::ListInNumbers { to: ToT(0), a, set }))
            }
            Computed::List(a) if is_text(element) => {
                let set = self.set_of_texts(values, set_ty);
                let set = self.texts(set);
                Ok(self.of_list(a, I::ListInTexts { to: ToT(0), a, set, domain: is_domain(element) }))
            }
            other => match self.as_text(other, ty) {
                Some(text) => {
                    let set = self.set_of_texts(values, set_ty);
                    Ok(self.in_texts(text, set, is_domain(ty)))
                }
                None => self.unsupported("a search in a list", span),
            },
        }
    }

    fn of_list(&mut self, list: L, instruction: Instruction) -> T {
        let unknown = self.graph().extent(list.0).unknown;
        self.new_truth(instruction, Extent::KNOWN_TRUTH.or_unknown(unknown))
    }

    /// The values in the units of another type; those that it cannot hold equal nothing.
    pub(crate) fn set_of_numbers(&self, values: &[Value], from: &Type, to: &Type) -> Vec<i64> {
        let convert = |value: &Value| -> Option<i64> {
            let units = match value {
                Value::YesNo(yes) => *yes as i128,
                other => number_of(other)? as i128,
            };
            let units = match (from, to) {
                (Type::Date, Type::Time) => self.zone.start_of_day(units as i32) as i128,
                (Type::Time, Type::Date) => {
                    let day = self.zone.day(units as i64);
                    (self.zone.start_of_day(day) as i128 == units).then_some(day as i128)?
                }
                _ => {
                    let scaled = exact::rescale(units, decimals(from), decimals(to));
                    let back = exact::rescale(scaled, decimals(to), decimals(from));
                    (back == units).then_some(scaled)?
                }
            };
            i64::try_from(units).ok()
        };
        values.iter().filter_map(convert).collect()
    }

    fn set_of_texts(&self, values: &[Value], ty: &Type) -> Vec<String> {
        let text = |value: &Value| match (value, ty) {
            (Value::Text(text) | Value::Stage(text), _) => Some(text.to_string()),
            (Value::Word(word), Type::OneOf(id)) => {
                let words = &self.model.schema.vocabulary(*id).words;
                words.get(*word as usize).map(|word| word.name.clone())
            }
            _ => None,
        };
        values.iter().filter_map(text).collect()
    }

    fn truth_in(&mut self, truth: T, values: &[Value]) -> T {
        let holds = |yes: bool| values.contains(&Value::YesNo(yes));
        let not = self.not(truth);
        match (holds(true), holds(false)) {
            (true, false) => truth,
            (false, true) => not,
            (true, true) => self.or(truth, not),
            (false, false) => self.and(truth, not),
        }
    }

    /// In a list of the lead, or equal to a value of it.
    fn is_in_value(&mut self, value: (Computed, &Type), set: (Computed, &Type), span: Span) -> Lowered<T> {
        let Type::List(others) = set.1 else {
            if is_domain(value.1) {
                return self.unsupported("a domain in a text", span);
            }
            return self.compare_values(Comparison::Equal, value, set, span);
        };
        let Computed::List(list) = set.0 else { return self.unsupported("a search in a list", span) };
        let ty = if let Type::List(element) = value.1 { element } else { value.1 };
        let domain = is_domain(ty);
        let unknown = self.graph().extent(list.0).unknown;
        let extent = |this: &mut Self, a: u32| {
            Extent::KNOWN_TRUTH.or_unknown(unknown || this.graph().extent(a).unknown)
        };
        let one_kind = decimals(ty) == decimals(others) && is_time(ty) == is_time(others);
        match value.0 {
            Computed::List(a) if is_counted(ty) && is_counted(others) => {
                let extent = extent(self, a.0);
                let (a_decimals, b_decimals) = (decimals(ty) as u8, decimals(others) as u8);
                let share = match one_kind {
                    true => I::ListsShare { to: ToT(0), a, b: list, domain },
                    false => I::ListsShareOther { to: ToT(0), a, b: list, a_decimals, b_decimals },
                };
                Ok(self.new_truth(share, extent))
            }
            Computed::List(a) if is_text(ty) && is_text(others) => {
                let extent = extent(self, a.0);
                Ok(self.new_truth(I::ListsShare { to: ToT(0), a, b: list, domain }, extent))
            }
            Computed::Number(number) if is_counted(ty) && is_counted(others) => {
                let a = self.units(number);
                let (a, one_kind) = match (ty, &**others) {
                    (Type::Date, Type::Time) => (self.start_of_day(a), true),
                    _ => (a, one_kind),
                };
                let extent = extent(self, a.0);
                let (a_decimals, decimals) = (decimals(ty) as u8, decimals(others) as u8);
                let found = match one_kind {
                    true => I::NumberInList { to: ToT(0), a, list },
                    false => I::NumberInOther { to: ToT(0), a, list, a_decimals, decimals },
                };
                Ok(self.new_truth(found, extent))
            }
            Computed::Truth(truth) if is_counted(others) => {
                let a = self.truth_number(truth);
                let extent = extent(self, a.0);
                Ok(self.new_truth(I::NumberInList { to: ToT(0), a, list }, extent))
            }
            computed if is_text(others) => match self.as_text(computed, value.1) {
                Some(a) => {
                    let extent = extent(self, a.0);
                    Ok(self.new_truth(I::TextInList { to: ToT(0), a, list, domain }, extent))
                }
                None => self.unsupported("a search in a list", span),
            },
            _ => self.unsupported("a search in a list of another kind", span),
        }
    }

    /// Whether a text equals one of a set; as a domain: whether it or a parent domain is in it.
    fn in_texts(&mut self, a: X, set: Vec<String>, domain: bool) -> T {
        if set.is_empty() {
            let known = self.known(Computed::Text(a));
            let (no, open) = (self.no(), self.constant_truth(Truth::Unknown));
            return self.select_truth(known, no, open);
        }
        if let Some((place, texts)) = self.finite(a) {
            let is_in = |text: &String| match domain {
                true => set.iter().any(|entry| text::domain_matches(entry, text)),
                false => set.iter().any(|entry| text::equal(entry, text)),
            };
            return self.of_places(place, &texts, is_in);
        }
        let unknown = self.graph().extent(a.0).unknown;
        let set = self.texts(set);
        self.new_truth(I::InTexts { to: ToT(0), a, set, domain }, Extent::KNOWN_TRUTH.or_unknown(unknown))
    }

    /// A test on a text that is one of a few.
    fn of_places(&mut self, place: N, texts: &[String], holds: impl Fn(&String) -> bool) -> T {
        let places = texts.iter().enumerate().filter(|(_, text)| holds(text)).map(|(place, _)| place as i64);
        let places = places.collect();
        self.in_numbers(place, places)
    }

    /// Compares folded texts.
    pub(crate) fn compare_texts(&mut self, how: Comparison, a: X, b: X) -> T {
        if let Some(constant) = self.constant_text(b) {
            return self.compare_text_constant(how, a, constant, b);
        }
        if let Some(constant) = self.constant_text(a) {
            return self.compare_text_constant(super::narrow::turned(how), b, constant, a);
        }
        let unknown = self.graph().extent(a.0).unknown || self.graph().extent(b.0).unknown;
        self.new_truth(I::CompareTexts { to: ToT(0), how, a, b }, Extent::KNOWN_TRUTH.or_unknown(unknown))
    }

    fn compare_text_constant(&mut self, how: Comparison, a: X, constant: String, b: X) -> T {
        if let Some((place, texts)) = self.finite(a) {
            return self.of_places(place, &texts, |text| holds(how, text::compare(text, &constant)));
        }
        match how {
            Comparison::Equal => self.in_texts(a, vec![constant], false),
            Comparison::NotEqual => {
                let equal = self.in_texts(a, vec![constant], false);
                self.not(equal)
            }
            _ => {
                let unknown = self.graph().extent(a.0).unknown;
                let compare = I::CompareTexts { to: ToT(0), how, a, b };
                self.new_truth(compare, Extent::KNOWN_TRUTH.or_unknown(unknown))
            }
        }
    }

    pub(crate) fn constant_text(&mut self, a: X) -> Option<String> {
        match self.graph().node(a.0).instruction {
            I::TextConstant { text, .. } => self.plan.constants.texts[text.index()].first().cloned(),
            _ => None,
        }
    }

    /// A test on a text, or on any text of a list; any needle suffices.
    pub(crate) fn text_test(
        &mut self,
        test: TextTest,
        value: (Computed, &'m Type),
        needles: &'m [Expr],
        span: Span,
        scope: Scope,
    ) -> Lowered<T> {
        let (mut constant, mut computed) = (Vec::new(), Vec::new());
        let mut unknown_needle = false;
        for needle in needles {
            let value = self.value(needle, scope)?;
            let Some(text) = self.as_text(value, &needle.ty) else {
                unknown_needle = true;
                continue;
            };
            match self.constant_text(text) {
                Some(text) => constant.push(text),
                None => computed.push(text),
            }
        }
        let mut each = Vec::new();
        if !constant.is_empty() || (computed.is_empty() && !unknown_needle) {
            each.push(self.test_constants(test, value, constant, span)?);
        }
        for needle in computed {
            let by = match (value.0, self.as_text(value.0, value.1)) {
                (Computed::List(a), _) => I::TestListBy { to: ToT(0), test, a, needle },
                (_, Some(a)) => I::TestTextBy { to: ToT(0), test, a, needle },
                _ => return self.unsupported("a test on a text", span),
            };
            each.push(self.new_truth(by, Extent::TRUTH));
        }
        if unknown_needle {
            each.push(self.constant_truth(Truth::Unknown));
        }
        let any = self.any(each);
        // of an unknown text nothing can be told, also without needles
        let known = self.known(value.0);
        let open = self.constant_truth(Truth::Unknown);
        Ok(if needles.is_empty() { self.select_truth(known, any, open) } else { any })
    }

    fn test_constants(
        &mut self,
        test: TextTest,
        value: (Computed, &Type),
        needles: Vec<String>,
        span: Span,
    ) -> Lowered<T> {
        if let (Computed::List(a), Type::List(element)) = value {
            if let Type::OneOf(id) = &**element {
                let words = &self.model.schema.vocabulary(*id).words;
                let places = words.iter().enumerate().filter(|(_, word)| passes(test, &word.name, &needles));
                let places = places.map(|(place, _)| place as i64).collect();
                let set = self.numbers(places);
                return Ok(self.of_list(a, I::ListInNumbers { to: ToT(0), a, set }));
            }
            let needles = self.texts(needles);
            return Ok(self.of_list(a, I::TestList { to: ToT(0), test, a, needles }));
        }
        let Some(a) = self.as_text(value.0, value.1) else {
            return self.unsupported("a test on a text", span);
        };
        if let Some((place, texts)) = self.finite(a) {
            return Ok(self.of_places(place, &texts, |text| passes(test, text, &needles)));
        }
        let unknown = self.graph().extent(a.0).unknown;
        let needles = self.texts(needles);
        let tested = I::TestText { to: ToT(0), test, a, needles };
        Ok(self.new_truth(tested, Extent::KNOWN_TRUTH.or_unknown(unknown)))
    }
}

/// Whether values of the type are numbers in lists.
fn is_counted(ty: &Type) -> bool {
    decimals_of(ty).is_some() || *ty == Type::YesNo
}

/// Of dates and times only a time is an instant as it is.
fn is_time(ty: &Type) -> bool {
    *ty == Type::Time
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Text(_) | Type::Stage)
}

pub(crate) fn passes(test: TextTest, text: &str, needles: &[String]) -> bool {
    needles.iter().any(|needle| match test {
        TextTest::Contains => text::contains(text, needle),
        TextTest::StartsWith => text::starts_with(text, needle),
        TextTest::EndsWith => text::ends_with(text, needle),
        TextTest::Mentions => text::mentions(text, needle),
        TextTest::Matches => text::matches(text, needle),
    })
}

fn holds(how: Comparison, ordering: Ordering) -> bool {
    match how {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    }
}
