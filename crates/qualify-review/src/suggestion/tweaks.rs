//! Small changes of a lead on which a part of a model hangs: an attribute just at, below and above what it is compared
//! with, an event just inside and just outside its window, as many events as are counted, one less and one more.

use crate::parts::parts;
use qualify_model::calendar::{self, DAY_US, HOUR_US};
use qualify_model::*;
use std::collections::HashSet;

/// One small change of a lead.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tweak {
    /// This attribute has this value.
    Attribute(usize, Option<Value>),
    /// These events happened too.
    Events(Vec<Event>),
}

impl Tweak {
    /// Makes the change.
    pub(super) fn apply(&self, lead: &mut Lead) {
        match self {
            Tweak::Attribute(place, value) => lead.attributes[*place] = value.clone(),
            Tweak::Events(events) => lead.events.extend(events.iter().cloned()),
        }
    }
}

/// Names are followed this deep: a stage, its score, the rules of the score.
const DEEPEST: usize = 4;

/// Collects the tweaks of parts of a model.
pub(super) struct Tweaks<'m> {
    model: &'m Model,
    as_of: i64,
    pub(super) all: Vec<Tweak>,
    /// Names that were followed.
    lets: HashSet<LetId>,
    scores: HashSet<Option<ScoreId>>,
    stages: HashSet<StageId>,
}

impl<'m> Tweaks<'m> {
    pub(super) fn new(model: &'m Model, as_of: i64) -> Tweaks<'m> {
        let (lets, scores, stages) = Default::default();
        Tweaks { model, as_of, all: Vec::new(), lets, scores, stages }
    }

    fn add(&mut self, tweak: Tweak) {
        if !self.all.contains(&tweak) {
            self.all.push(tweak);
        }
    }

    /// Those of an expression and of everything it names.
    pub(super) fn expr(&mut self, expr: &Expr, depth: usize) {
        match &expr.kind {
            ExprKind::Compare(_, a, b) => {
                self.compared(a, b);
                self.compared(b, a);
            }
            ExprKind::Between(value, low, high) => {
                self.compared(value, low);
                self.compared(value, high);
            }
            ExprKind::In(value, set) => self.among(value, set),
            ExprKind::Text(_, value, needles) => {
                needles.iter().for_each(|needle| self.compared(value, needle))
            }
            ExprKind::Attribute(id) => self.values(id.index(), Vec::new()),
            ExprKind::InWindow(value, windows) => {
                let ages = windows.iter().flat_map(|window| self.edges_of(window)).collect();
                self.ages(value, ages);
            }
            ExprKind::DaysSince(value) => self.ages(value, vec![DAY_US]),
            ExprKind::Table(table) => self.table(table),
            ExprKind::Happens(term)
            | ExprKind::Count(term)
            | ExprKind::CountDifferent(_, term)
            | ExprKind::Aggregate(_, _, term)
            | ExprKind::DaysSinceLast(term)
            | ExprKind::DaysWith(term) => self.term(term, &[]),
            _ => {}
        }
        if depth < DEEPEST {
            self.named(expr, depth + 1);
        }
        parts(expr).into_iter().for_each(|part| self.expr(part, depth));
    }

    /// What a name stands for.
    fn named(&mut self, expr: &Expr, depth: usize) {
        match &expr.kind {
            ExprKind::Let(id) if self.lets.insert(*id) => {
                self.expr(&self.model.lets[id.index()].value, depth)
            }
            ExprKind::Score(id) => self.score(Some(*id), depth),
            ExprKind::Total => self.score(None, depth),
            ExprKind::Segment(id) => self.expr(&self.model.segments[id.index()].condition, depth),
            ExprKind::StageHolds(id) | ExprKind::StageAtLeast(id) | ExprKind::CurrentStageAtLeast(id) => {
                self.stage(*id, depth);
            }
            ExprKind::StageIs(ids) => ids.iter().for_each(|id| self.stage(*id, depth)),
            ExprKind::Grade(id) => {
                if let GradeKind::Lines(lines) = &self.model.grades[id.index()].kind {
                    lines.iter().filter_map(|line| line.condition.as_ref()).for_each(|c| self.expr(c, depth));
                }
            }
            _ => {}
        }
    }

    fn stage(&mut self, id: StageId, depth: usize) {
        if self.stages.insert(id) {
            let stage = &self.model.stages[id.index()];
            stage
                .condition
                .iter()
                .chain(&stage.stays_while)
                .for_each(|condition| self.expr(condition, depth));
        }
    }

    /// Those of all rules of a score; of none: of the total, with the named scores in it.
    pub(super) fn score(&mut self, id: Option<ScoreId>, depth: usize) {
        if !self.scores.insert(id) {
            return;
        }
        let target = id.map_or(Target::Total, Target::Score);
        let population = id.and_then(|id| self.model.scores[id.index()].population.as_ref());
        population.into_iter().for_each(|condition| self.expr(condition, depth));
        self.model.rules.iter().filter(|rule| rule.home == target).for_each(|rule| self.rule(rule, depth));
        if id.is_none() {
            (0..self.model.scores.len()).for_each(|i| self.score(Some(ScoreId(i as u32)), depth));
        }
    }

    pub(super) fn rule(&mut self, rule: &Rule, depth: usize) {
        match &rule.kind {
            RuleKind::Add { condition, amount, decay, .. } => {
                if let (Some(decay), ExprKind::Happens(term)) = (decay, &condition.kind) {
                    self.term(term, &ages_of(decay));
                }
                self.expr(condition, depth);
                self.expr(&amount.value, depth);
            }
            RuleKind::ForEach { term, amount, decay, limit, up_to } => {
                let ages = decay.as_ref().map(ages_of).unwrap_or_default();
                self.term(term, &ages);
                self.expr(&amount.value, depth);
                self.many(term, up_to.is_some() || limit.is_some());
            }
            RuleKind::ForEachDifferent { term, property, amount, decay, up_to, .. } => {
                let ages = decay.as_ref().map(ages_of).unwrap_or_default();
                self.term(term, &ages);
                self.expr(&amount.value, depth);
                self.different(term, property, up_to.is_some());
            }
            RuleKind::Table(table) => {
                self.table(table);
                self.expr(&table.subject, depth);
            }
            RuleKind::Multiply { condition, .. }
            | RuleKind::Cap { condition, .. }
            | RuleKind::Set { condition, .. } => {
                self.expr(condition, depth);
            }
        }
    }

    /// The subject of a table just at the edge of each row.
    fn table(&mut self, table: &Table) {
        for row in &table.rows {
            match &row.head {
                Head::Compare(_, bound) => self.compared(&table.subject, bound),
                Head::Range(low, high) => {
                    self.compared(&table.subject, low);
                    self.compared(&table.subject, high);
                }
                Head::In(set) => self.among(&table.subject, set),
                Head::Text(_, needles) => {
                    needles.iter().for_each(|needle| self.compared(&table.subject, needle))
                }
            }
        }
    }

    // ---- attributes ----

    fn constant(&self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::Constant(value) => Some(value.clone()),
            ExprKind::Param(id) => Some(self.model.params[id.index()].value.clone()),
            ExprKind::Convert(inner) => self.constant(inner),
            _ => None,
        }
    }

    /// A value just at, below and above a constant.
    fn compared(&mut self, value: &Expr, bound: &Expr) {
        let Some(constant) = self.constant(bound) else { return };
        match (&value.kind, &constant) {
            (ExprKind::Convert(inner) | ExprKind::Part(_, inner), _) => self.compared(inner, bound),
            (ExprKind::Attribute(id), _) => {
                let near = near(&constant, &bound.ty, &self.model.schema.attribute(*id).ty);
                self.values(id.index(), near);
            }
            (ExprKind::DaysSince(moment), Value::Number(units)) => {
                let days = whole(*units, &bound.ty);
                let ages = (days - 1..=days + 1).filter(|day| *day >= 0).map(|day| day * DAY_US).collect();
                self.ages(moment, ages);
            }
            (ExprKind::DaysSinceLast(term), Value::Number(units)) => {
                let days = whole(*units, &bound.ty);
                let ages: Vec<i64> =
                    (days - 1..=days + 1).filter(|day| *day >= 0).map(|day| day * DAY_US).collect();
                self.term(term, &ages);
            }
            (ExprKind::Count(term), Value::Number(units)) => self.times(term, whole(*units, &bound.ty), 0),
            (ExprKind::DaysWith(term), Value::Number(units)) => {
                self.times(term, whole(*units, &bound.ty), DAY_US);
            }
            (ExprKind::CountDifferent(property, term), _) => self.different(term, property, false),
            (ExprKind::Aggregate(_, property, term), _) => {
                self.aggregate(term, property, &constant, &bound.ty)
            }
            _ => {}
        }
    }

    fn among(&mut self, value: &Expr, set: &Set) {
        let mut inner = value;
        while let ExprKind::Part(_, whole) | ExprKind::Convert(whole) = &inner.kind {
            inner = whole;
        }
        let ExprKind::Attribute(id) = &inner.kind else { return };
        let values = match set {
            Set::Values(values) => values.clone(),
            Set::List(list) => self.model.lists[list.index()].values.iter().take(3).cloned().collect(),
            Set::Attribute(_) => Vec::new(),
        };
        self.values(id.index(), values);
    }

    /// These values of an attribute, and what else stands for all others.
    fn values(&mut self, place: usize, mut values: Vec<Value>) {
        let attribute = &self.model.schema.attributes[place];
        match &attribute.ty {
            Type::YesNo => values = vec![Value::YesNo(true), Value::YesNo(false)],
            Type::OneOf(id) => {
                let words = self.model.schema.vocabulary(*id).words.len();
                values = (0..words as u32).map(Value::Word).collect();
            }
            Type::Stage => {
                let names = self.model.stages.iter().map(|stage| Value::Stage(stage.name.as_str().into()));
                values = names.collect();
            }
            Type::Text(_) => values.push(Value::Text("something else".into())),
            Type::List(_) => values = values.into_iter().map(|value| Value::List(vec![value])).collect(),
            _ => {}
        }
        if let Some((low, high)) = &attribute.range {
            values.retain(|value| in_range(value, low, high));
        }
        if !attribute.required {
            self.add(Tweak::Attribute(place, None));
        }
        values.into_iter().for_each(|value| self.add(Tweak::Attribute(place, Some(value))));
    }

    /// A time or date of the lead so long ago.
    fn ages(&mut self, value: &Expr, ages: Vec<i64>) {
        let ExprKind::Attribute(id) = &value.kind else { return };
        let ty = &self.model.schema.attribute(*id).ty;
        for age in ages {
            let time = self.as_of - age;
            let value = match ty {
                Type::Date => Value::Date(self.model.zone().day(time)),
                _ => Value::Time(time),
            };
            self.add(Tweak::Attribute(id.index(), Some(value)));
        }
    }

    // ---- events ----

    fn length(&self, length: &Length) -> i64 {
        let zone = self.model.zone();
        self.as_of
            - zone.ago(self.as_of, &calendar::param_length(length, &self.model.params), &self.model.params)
    }

    /// Just inside a window, at its edge, and just outside.
    fn edges_of(&self, window: &Window) -> Vec<i64> {
        match window {
            Window::Within(length) | Window::MoreThanAgo(length) => edges(self.length(length)),
            Window::Between(near, far) => [edges(self.length(near)), edges(self.length(far))].concat(),
            Window::InTheNext(length) => edges(self.length(length)).into_iter().map(|age| -age).collect(),
            Window::Since(_) | Window::Before(_) => vec![DAY_US],
            Window::InPeriod { .. } => (0..13).map(|month| month * 30 * DAY_US).collect(),
        }
    }

    /// The events of a term at the edges of its windows and at the given ages, as often as it counts.
    pub(super) fn term(&mut self, term: &Term, ages: &[i64]) {
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
    fn times(&mut self, term: &Term, wanted: i64, apart: i64) {
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
    fn many(&mut self, term: &Term, limited: bool) {
        if limited {
            [4, 8].into_iter().for_each(|n| self.times(term, n, 0));
            self.times(term, 8, DAY_US);
        }
    }

    /// An event for each of the values of a property.
    fn different(&mut self, term: &Term, property: &Property, _: bool) {
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

    fn words(&self, ty: &Type) -> Vec<Value> {
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
    fn aggregate(&mut self, term: &Term, property: &Property, constant: &Value, ty: &Type) {
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

/// At a constant, just below and just above, in the units of another type.
fn near(constant: &Value, from: &Type, to: &Type) -> Vec<Value> {
    match (constant, from, to) {
        (Value::Number(units), Type::Number(a), Type::Number(b)) => {
            let (units, _) = exact::hold(exact::rescale(*units as i128, a.decimals(), b.decimals()));
            let one = 10i64.pow(b.decimals());
            // a constant with decimals is compared in its last digit
            let mut step = one;
            while step > 1 && units % step != 0 {
                step /= 10;
            }
            [units, units - step, units + step].into_iter().map(Value::Number).collect()
        }
        (Value::Date(day), ..) => [*day, day - 1, day + 1].into_iter().map(Value::Date).collect(),
        (Value::Time(time), ..) => {
            [*time, time - HOUR_US, time + HOUR_US].into_iter().map(Value::Time).collect()
        }
        (Value::Duration(us), ..) => {
            [*us, us - HOUR_US, us + HOUR_US].into_iter().map(Value::Duration).collect()
        }
        _ => vec![constant.clone()],
    }
}

fn in_range(value: &Value, low: &Value, high: &Value) -> bool {
    match (value, low, high) {
        (Value::Number(n), Value::Number(low), Value::Number(high)) => low <= n && n <= high,
        _ => true,
    }
}

fn whole(units: i64, ty: &Type) -> i64 {
    match ty {
        Type::Number(kind) => units / 10i64.pow(kind.decimals()),
        _ => units,
    }
}

/// Just inside a length of time, at its edge, and just outside: by an hour, of short ones by a tenth.
fn edges(length: i64) -> Vec<i64> {
    let step = if length >= 12 * HOUR_US { HOUR_US } else { (length / 10 / 1_000_000).max(1) * 1_000_000 };
    vec![(length - step).max(0), length, length + step]
}

/// The ages at which a decay changes its pace.
fn ages_of(decay: &Decay) -> Vec<i64> {
    let exact = |length: &Length| if let Length::Exact(us) = length { *us } else { DAY_US };
    match &decay.curve {
        Curve::Halving { every, .. } => vec![exact(every), DAY_US],
        Curve::Fading { over } => vec![exact(over) / 2],
        Curve::LosingShare { every, .. } | Curve::LosingPoints { every, .. } => edges(exact(every)),
        Curve::Dropping { steps } => steps.iter().flat_map(|(_, age)| edges(exact(age))).collect(),
    }
}
