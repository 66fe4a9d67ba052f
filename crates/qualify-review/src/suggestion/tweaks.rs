//! Small changes of a lead on which a part of a model hangs: an attribute just at, below and above what it is compared
//! with, an event just inside and just outside its window, as many events as are counted, one less and one more.

mod events;

use qualify_model::calendar::{DAY_US, HOUR_US};
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
