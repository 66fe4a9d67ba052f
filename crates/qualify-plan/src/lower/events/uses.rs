//! Which properties of events a model reads, and with which events in hand: from this follow the columns.

use super::objects::Objects;
use super::walk::reads_event;
use qualify_model::{
    Anchor, Child, Count, Decay, EventId, Expr, ExprKind, GradeKind, LetId, Model, Property, Rule, RuleKind,
    Schema, Step, Term, Type, Window, each_child,
};
use std::collections::{BTreeSet, HashSet};

/// The type of the event in hand; none inside: any. None: no event is in hand.
type Hand = Option<Option<EventId>>;

/// See the module.
#[derive(Default)]
pub(super) struct Uses {
    /// Types of events and places among their properties.
    pub(super) pairs: BTreeSet<(u32, u32)>,
    /// The places of properties that are read of events of any type: of a type without a place there is no value.
    pub(super) shared: Vec<Vec<Option<u32>>>,
}

impl Uses {
    /// Of a model; definitions that nothing refers to are left out.
    pub(super) fn of(model: &Model) -> Uses {
        let mut search = Search { model, uses: Uses::default(), lets: HashSet::new() };
        search.model();
        search.uses
    }
}

struct Search<'m> {
    model: &'m Model,
    uses: Uses,
    lets: HashSet<LetId>,
}

impl<'m> Search<'m> {
    fn model(&mut self) {
        let model = self.model;
        model.ignores.iter().for_each(|ignore| self.term(&ignore.term));
        model.rules.iter().for_each(|rule| self.rule(rule));
        let verdicts = model.excludes.iter().chain(&model.disqualifies);
        verdicts.for_each(|verdict| self.expr(&verdict.condition, None));
        for score in &model.scores {
            self.all([&score.population, &score.bounds.low, &score.bounds.high].into_iter().flatten());
        }
        let bounds = &model.total.bounds;
        self.all([&model.total.formula, &bounds.low, &bounds.high].into_iter().flatten());
        for grade in &model.grades {
            if let GradeKind::Lines(lines) = &grade.kind {
                self.all(lines.iter().filter_map(|line| line.condition.as_ref()));
            }
        }
        self.all(model.stages.iter().flat_map(|stage| stage.condition.iter().chain(&stage.stays_while)));
        self.all(model.segments.iter().map(|segment| &segment.condition));
        self.all(model.routes.iter().filter_map(|route| route.condition.as_ref()));
    }

    fn all(&mut self, exprs: impl Iterator<Item = &'m Expr>) {
        exprs.for_each(|expr| self.expr(expr, None));
    }

    fn rule(&mut self, rule: &'m Rule) {
        match &rule.kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                self.all([condition, &amount.value].into_iter().chain(up_to));
                if let Some(decay) = decay {
                    let hand = self.sole_event(condition);
                    self.decay(decay, hand);
                    if parts(decay).any(reads_event) {
                        self.everything(hand);
                    }
                }
            }
            RuleKind::ForEach { term, amount, limit, decay, up_to } => {
                self.each(term, &amount.value, decay.as_ref(), limit.is_some());
                self.all(up_to.iter());
            }
            RuleKind::ForEachDifferent { property, term, amount, decay, up_to, .. } => {
                self.property(property, last_kind(term));
                self.each(term, &amount.value, decay.as_ref(), true);
                self.all(up_to.iter());
            }
            RuleKind::Table(table) => {
                qualify_model::table_children(table, &mut |inner| self.child(Child::Expr(inner), None));
            }
            RuleKind::Multiply { condition, by: value, .. }
            | RuleKind::Cap { condition, at: value, .. }
            | RuleKind::Set { condition, to: value, .. } => self.all([condition, value].into_iter()),
        }
    }

    /// `chosen`: not all events count, and which ones may depend on all that they say.
    fn each(&mut self, term: &'m Term, amount: &'m Expr, decay: Option<&'m Decay>, chosen: bool) {
        let hand = last_kind(term);
        self.term(term);
        self.expr(amount, Some(hand));
        if let Some(decay) = decay {
            self.decay(decay, hand);
        }
        let tells_apart = may_be_held(amount) || decay.is_some_and(|decay| parts(decay).any(reads_event));
        if chosen && tells_apart {
            self.everything(hand);
        }
    }

    fn decay(&mut self, decay: &'m Decay, hand: Option<EventId>) {
        parts(decay).for_each(|expr| self.expr(expr, Some(hand)));
    }

    /// All properties of the events that may be in hand: events of one instant are ordered by them.
    fn everything(&mut self, hand: Option<EventId>) {
        for (kind, event) in self.model.schema.events.iter().enumerate() {
            if hand.is_none_or(|hand| hand.index() == kind) {
                self.uses.pairs.extend((0..event.properties.len()).map(|place| (kind as u32, place as u32)));
            }
        }
    }

    /// The type of the event whose age a condition gives; any if that is not clear.
    fn sole_event(&self, condition: &'m Expr) -> Option<EventId> {
        let mut found = Vec::new();
        happenings(self.model, condition, &mut HashSet::new(), &mut found);
        match found.as_slice() {
            [one] => *one,
            _ => None,
        }
    }

    fn expr(&mut self, expr: &'m Expr, hand: Hand) {
        match &expr.kind {
            ExprKind::Property(property) => self.property(property, hand.flatten()),
            ExprKind::Aggregate(_, property, term) | ExprKind::CountDifferent(property, term) => {
                self.property(property, last_kind(term));
            }
            ExprKind::Let(id) if self.lets.insert(*id) => {
                self.expr(&self.model.lets[id.index()].value, None);
            }
            _ => {}
        }
        each_child(expr, &mut |child| self.child(child, hand));
    }

    fn child(&mut self, child: Child<'m>, hand: Hand) {
        match child {
            Child::Expr(expr) => self.expr(expr, hand),
            Child::Term(term) => self.term(term),
            Child::Window(window) => self.window(window, hand),
        }
    }

    fn term(&mut self, term: &'m Term) {
        term.steps.iter().for_each(|step| self.step(step));
        for count in &term.counts {
            if let Count::TimesPerValue(_, property) = count {
                self.property(property, last_kind(term));
            }
        }
    }

    fn step(&mut self, step: &'m Step) {
        let objects = Objects::of(&self.model.schema, step);
        self.uses.pairs.extend(objects.tested().map(|kind| (kind, 0)));
        step.filters.iter().for_each(|filter| self.expr(filter, Some(step.kind)));
        step.windows.iter().for_each(|window| self.window(window, None));
    }

    fn window(&mut self, window: &'m Window, hand: Hand) {
        match window {
            Window::Since(anchor) | Window::Before(anchor) => match anchor {
                Anchor::Value(value) => self.expr(value, hand),
                Anchor::LastEvent(step) => self.step(step),
            },
            _ => {}
        }
    }

    fn property(&mut self, property: &Property, hand: Option<EventId>) {
        let places = property.places.iter().enumerate();
        let pairs = places.filter_map(|(kind, place)| Some((kind as u32, (*place)?)));
        match hand {
            Some(kind) => self.uses.pairs.extend(pairs.filter(|pair| pair.0 == kind.0)),
            None => {
                self.uses.pairs.extend(pairs);
                if !self.uses.shared.contains(&property.places) {
                    self.uses.shared.push(property.places.clone());
                }
            }
        }
    }
}

fn parts(decay: &Decay) -> impl Iterator<Item = &Expr> {
    decay.from.iter().chain(&decay.unless)
}

/// The type of the events of a term, of a sequence of the last ones.
pub(super) fn last_kind(term: &Term) -> Option<EventId> {
    term.steps.last().and_then(|step| step.kind)
}

fn happenings(model: &Model, expr: &Expr, seen: &mut HashSet<LetId>, found: &mut Vec<Option<EventId>>) {
    match &expr.kind {
        ExprKind::Happens(term) => found.push(last_kind(term)),
        ExprKind::Not(_) => {}
        ExprKind::Let(id) => {
            if seen.insert(*id) {
                happenings(model, &model.lets[id.index()].value, seen, found);
            }
        }
        _ => each_child(expr, &mut |child| {
            if let Child::Expr(inner) = child {
                happenings(model, inner, seen, found);
            }
        }),
    }
}

/// Whether points that depend on the event may have been held at an end of the 64-bit range on the way: then
/// equal points do not make events equal.
fn may_be_held(amount: &Expr) -> bool {
    if !reads_event(amount) {
        return false;
    }
    match &amount.kind {
        ExprKind::Convert(inner) => match (&inner.ty, &amount.ty) {
            (Type::Number(from), Type::Number(to)) => from.decimals() < to.decimals() || may_be_held(inner),
            _ => may_be_held(inner),
        },
        ExprKind::Arithmetic(qualify_model::Operator::Divide, a, b) => {
            !matches!(b.kind, ExprKind::Constant(_)) || may_be_held(a)
        }
        ExprKind::Arithmetic(..) | ExprKind::Weighted(_) | ExprKind::Round(_) | ExprKind::Negate(_) => true,
        ExprKind::If(_, a, b) | ExprKind::IfKnown(a, b) => may_be_held(a) || may_be_held(b),
        ExprKind::Min(parts) | ExprKind::Max(parts) | ExprKind::AggregateOf(_, parts) => {
            parts.iter().any(may_be_held)
        }
        ExprKind::Clamp(a, b, c) => [a, b, c].into_iter().any(|part| may_be_held(part)),
        _ => false,
    }
}

/// The events of a schema that have a property at a place.
pub(super) fn property_type(schema: &Schema, pair: (u32, u32)) -> Option<&Type> {
    Some(&schema.events.get(pair.0 as usize)?.properties.get(pair.1 as usize)?.ty)
}
