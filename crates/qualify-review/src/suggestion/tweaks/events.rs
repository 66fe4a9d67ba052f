//! Events for a term: like its steps, just inside and outside its windows, as often as it counts.

use super::{Tweak, Tweaks, edges, near, whole};
use qualify_model::calendar::{self, DAY_US, HOUR_US};
use qualify_model::*;

impl Tweaks<'_> {
    pub(super) fn length(&self, length: &Length) -> i64 {
        let zone = self.model.zone();
        self.as_of
            - zone.ago(self.as_of, &calendar::param_length(length, &self.model.params), &self.model.params)
    }

    /// Just inside a window, at its edge, and just outside.
    pub(super) fn edges_of(&self, window: &Window) -> Vec<i64> {
        match window {
            Window::Within(length) | Window::MoreThanAgo(length) => edges(self.length(length)),
            Window::Between(near, far) => [edges(self.length(near)), edges(self.length(far))].concat(),
            Window::InTheNext(length) => edges(self.length(length)).into_iter().map(|age| -age).collect(),
            Window::Since(_) | Window::Before(_) => vec![DAY_US],
            Window::InPeriod { .. } => (0..13).map(|month| month * 30 * DAY_US).collect(),
        }
    }

    /// The events of a term at the edges of its windows and at the given ages, as often as it counts.
    pub(in crate::suggestion) fn term(&mut self, term: &Term, ages: &[i64]) {
        for count in &term.counts {
            match count {
                Count::Times(quantity) => self.quantity(term, quantity, 0),
                Count::TimesPerValue(quantity, _) => self.quantity(term, quantity, 0),
                Count::TimesPerPeriod(quantity, _) => self.quantity(term, quantity, HOUR_US),
                Count::DifferentDays(quantity) => self.quantity(term, quantity, DAY_US),
            }
        }
        let Some((last, earlier)) = term.steps.split_last() else { return };
        let mut all: Vec<i64> = last.windows.iter().flat_map(|window| self.edges_of(window)).collect();
        all.extend(ages);
        all.push(if last.windows.is_empty() { DAY_US } else { HOUR_US });
        all.sort_unstable();
        all.dedup();
        for age in all {
            for event in self.events(last, age) {
                self.sequence(earlier, last, event);
            }
        }
    }

    /// The last event with the earlier steps before it: at the edges of the gaps.
    fn sequence(&mut self, earlier: &[Step], last: &Step, event: Event) {
        if let Some(silence) = &last.silence {
            for gap in edges(self.length(silence)) {
                let before = Event { time: event.time - gap, ..event.clone() };
                self.add(Tweak::Events(vec![before, event.clone()]));
            }
        }
        if earlier.is_empty() {
            return self.add(Tweak::Events(vec![event]));
        }
        let gap_of = |step: &Step| step.gap.as_ref().map_or(DAY_US, |gap| self.length(gap));
        let gaps: Vec<i64> = earlier.iter().skip(1).chain([last]).map(gap_of).collect();
        let near: Vec<i64> = gaps.iter().map(|gap| (gap / 2).max(1_000_000)).collect();
        let mut variants = vec![near.clone()];
        for (i, gap) in gaps.iter().enumerate() {
            for edge in edges(*gap) {
                let mut variant = near.clone();
                variant[i] = edge;
                variants.push(variant);
            }
        }
        for variant in variants {
            let mut time = event.time;
            let mut chain = vec![event.clone()];
            for (step, gap) in earlier.iter().zip(&variant).rev() {
                time -= gap;
                chain.extend(self.events(step, self.as_of - time).into_iter().next());
            }
            chain.reverse();
            self.add(Tweak::Events(chain));
        }
    }

    fn quantity(&mut self, term: &Term, quantity: &Quantity, apart: i64) {
        let bounds = match quantity {
            Quantity::AtLeast(n) | Quantity::AtMost(n) | Quantity::Exactly(n) => vec![n],
            Quantity::MoreThan(n) | Quantity::FewerThan(n) => vec![n],
            Quantity::Between(low, high) => vec![low, high],
        };
        for bound in bounds {
            if let Some(Value::Number(units)) = self.constant(bound) {
                self.times(term, whole(units, &bound.ty), apart);
            }
        }
    }

    /// As many events of a term as wanted, one less and one more; with the oldest at the edge of the window too.
    pub(super) fn times(&mut self, term: &Term, wanted: i64, apart: i64) {
        let Some(step) = term.steps.last() else { return };
        let mut ages = vec![HOUR_US];
        ages.extend(step.windows.iter().flat_map(|window| self.edges_of(window)));
        for count in [wanted - 1, wanted, wanted + 1].into_iter().filter(|n| (1..=40).contains(n)) {
            for age in &ages {
                let Some(oldest) = self.events(step, *age).into_iter().next() else { continue };
                let inside = self.events(step, HOUR_US).into_iter().next().unwrap_or(oldest.clone());
                let later =
                    (1..count).map(|i| Event { time: inside.time - (i - 1) * apart, ..inside.clone() });
                self.add(Tweak::Events(later.chain([oldest.clone()]).collect()));
            }
        }
    }

    /// Enough events to reach what a rule is limited to.
    pub(super) fn many(&mut self, term: &Term, limited: bool) {
        if limited {
            [4, 8].into_iter().for_each(|n| self.times(term, n, 0));
            self.times(term, 8, DAY_US);
        }
    }

    /// An event for each of the values of a property.
    pub(super) fn different(&mut self, term: &Term, property: &Property, _: bool) {
        let Some(step) = term.steps.last() else { return };
        for event in self.events(step, HOUR_US) {
            let Some(Some(place)) = property.places.get(event.kind.index()) else { continue };
            let place = *place as usize;
            let values = self.words(&self.model.schema.event(event.kind).properties[place].ty);
            for n in 2..=values.len() {
                let with = |value: &Value| {
                    let mut event = event.clone();
                    event.properties[place] = Some(value.clone());
                    event
                };
                self.add(Tweak::Events(values[..n].iter().map(with).collect()));
            }
        }
    }

    pub(super) fn words(&self, ty: &Type) -> Vec<Value> {
        match ty {
            Type::OneOf(id) => {
                (0..self.model.schema.vocabulary(*id).words.len() as u32).map(Value::Word).collect()
            }
            Type::YesNo => vec![Value::YesNo(true), Value::YesNo(false)],
            Type::Number(_) => (1..=10).map(Value::Number).collect(),
            Type::Text(_) => {
                ["a", "b", "c", "d", "e", "f"].into_iter().map(|text| Value::Text(text.into())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Events whose property alone makes the value that an aggregate is compared with.
    pub(super) fn aggregate(&mut self, term: &Term, property: &Property, constant: &Value, ty: &Type) {
        let Some(step) = term.steps.last() else { return };
        let mut ages = vec![HOUR_US];
        ages.extend(step.windows.iter().flat_map(|window| self.edges_of(window)));
        for age in ages {
            for event in self.events(step, age) {
                let Some(Some(place)) = property.places.get(event.kind.index()) else { continue };
                let place = *place as usize;
                let to = &self.model.schema.event(event.kind).properties[place].ty;
                for value in near(constant, ty, to) {
                    let mut event = event.clone();
                    event.properties[place] = Some(value);
                    self.add(Tweak::Events(vec![event]));
                }
            }
        }
    }

    /// Events like a step, so long ago: one for each of its objects and one with another object; with properties that
    /// its filters ask for, and just beside them.
    fn events(&self, step: &Step, age: i64) -> Vec<Event> {
        let schema = &self.model.schema;
        let kind = step.kind.unwrap_or(EventId(0));
        let Some(ty) = schema.events.get(kind.index()) else { return Vec::new() };
        let blank = Event {
            kind,
            time: self.as_of - age,
            received: None,
            properties: vec![None; ty.properties.len()],
        };
        let mut fitting = blank;
        let mut beside: Vec<(usize, Option<Value>)> = Vec::new();
        for filter in &step.filters {
            self.filter(filter, kind, &mut fitting, &mut beside);
        }
        let mut out = Vec::new();
        for object in self.objects(step, kind) {
            let mut event = fitting.clone();
            if let (Some(first), Some(object)) = (event.properties.first_mut(), object) {
                *first = Some(object);
            }
            out.push(event);
        }
        if let Some(first) = out.first().cloned() {
            for (place, value) in beside {
                let mut event = first.clone();
                event.properties[place] = value;
                out.push(event);
            }
        }
        out
    }

    /// The objects of a step, and of a closed vocabulary all others.
    fn objects(&self, step: &Step, kind: EventId) -> Vec<Option<Value>> {
        let tests = step.object.as_deref().unwrap_or_default();
        let ty = self.model.schema.event(kind).properties.first().map(|property| &property.ty);
        let mut out: Vec<Option<Value>> = Vec::new();
        for test in tests {
            out.push(match test {
                ObjectTest::Is(value) => Some(value.clone()),
                ObjectTest::Glob(pattern) => {
                    Some(Value::Text(pattern.replace('*', "").replace('?', "x").into()))
                }
                ObjectTest::Named(name) => Some(Value::Text(name.as_str().into())),
            });
        }
        let all = ty.map(|ty| self.words(ty)).unwrap_or_default();
        if matches!(ty, Some(Type::OneOf(_))) {
            out.extend(all.into_iter().map(Some));
        } else if tests.is_empty() {
            out.push(None);
        }
        out.push(None);
        out.dedup();
        let mut seen = Vec::new();
        out.retain(|object| {
            !seen.contains(object) && {
                seen.push(object.clone());
                true
            }
        });
        out
    }

    /// Sets the properties that a filter asks for, and notes values just beside.
    fn filter(
        &self,
        filter: &Expr,
        kind: EventId,
        fitting: &mut Event,
        beside: &mut Vec<(usize, Option<Value>)>,
    ) {
        let place = |expr: &Expr| {
            let mut inner = expr;
            while let ExprKind::Convert(whole) | ExprKind::Part(_, whole) = &inner.kind {
                inner = whole;
            }
            let ExprKind::Property(property) = &inner.kind else { return None };
            property.places.get(kind.index()).copied().flatten().map(|place| place as usize)
        };
        let ty = |place: usize| &self.model.schema.event(kind).properties[place].ty;
        match &filter.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                parts.iter().for_each(|part| self.filter(part, kind, fitting, beside));
            }
            ExprKind::Not(inner) => self.filter(inner, kind, fitting, beside),
            ExprKind::Compare(comparison, a, b) => {
                let (Some(place), Some(constant)) = (place(a), self.constant(b)) else { return };
                let values = near(&constant, &b.ty, ty(place));
                let fits = match comparison {
                    Comparison::Less => 1,
                    Comparison::Greater => 2,
                    _ => 0,
                };
                fitting.properties[place] = values.get(fits).or(values.first()).cloned();
                let more = if matches!(ty(place), Type::OneOf(_) | Type::YesNo) {
                    self.words(ty(place))
                } else {
                    values
                };
                beside.extend(more.into_iter().map(|value| (place, Some(value))));
                beside.push((place, None));
            }
            ExprKind::In(value, Set::Values(values)) => {
                let Some(place) = place(value) else { return };
                fitting.properties[place] = values.first().cloned();
                beside.extend(values.iter().map(|value| (place, Some(value.clone()))));
                beside.extend(self.words(ty(place)).into_iter().map(|value| (place, Some(value))));
            }
            ExprKind::Property(_) => {
                if let Some(place) = place(filter) {
                    fitting.properties[place] = Some(Value::YesNo(true));
                    beside.push((place, Some(Value::YesNo(false))));
                }
            }
            _ => {}
        }
    }
}
