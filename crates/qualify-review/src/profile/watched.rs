//! A model with a segment for each of its rules that give points, which holds for the leads that get them.

use qualify::plan::Plan;
use qualify::{Engine, EngineOptions};
use qualify_model::{
    Comparison, Expr, ExprKind, Model, NumberKind, Rule, RuleKind, Segment, Target, Type, Value,
};
use std::sync::Arc;

/// The model at work.
pub(super) struct Watched {
    /// Scores with the segments added, behind those of the model.
    pub engine: Engine,
    /// For each rule its segment, if it has one.
    pub segments: Vec<Option<usize>>,
    /// For each rule the score it stands in, if it is not the total.
    pub homes: Vec<Option<usize>>,
}

impl Watched {
    /// At `as_of` (microseconds since 1970).
    pub fn of(model: &qualify::Model, as_of: i64) -> Watched {
        let typed = model.typed();
        let mut with = typed.clone();
        let mut segments = Vec::new();
        for rule in &typed.rules {
            let condition = fires(typed, rule);
            segments.push(condition.as_ref().map(|_| with.segments.len()));
            with.segments.extend(condition.map(|condition| Segment {
                name: format!("rule {}", segments.len()),
                condition,
                because: None,
                span: rule.span,
            }));
        }
        let homes = typed.rules.iter().map(|rule| match rule.home {
            Target::Score(id) => Some(id.index()),
            Target::Total => None,
        });
        let homes = homes.collect();
        match Plan::of(&with) {
            Ok(plan) => {
                let engine = Engine::of_plan(Arc::new(plan), as_of, &EngineOptions::default());
                Watched { engine, segments, homes }
            }
            // what no plan can hold is scored without the segments; the tally still tells how often rules fire
            Err(_) => Watched {
                engine: model.engine(as_of, &EngineOptions::default()),
                segments: vec![None; typed.rules.len()],
                homes,
            },
        }
    }
}

/// The condition under which a rule gives points, if it can be said outside its score.
fn fires(model: &Model, rule: &Rule) -> Option<Expr> {
    // what one score ignores, a segment would still count
    let ignores = |target| model.ignores.iter().any(|i| i.within.map(Target::Score) == Some(target));
    if ignores(rule.home) {
        return None;
    }
    let yes_no = |kind| Expr { kind, ty: Type::YesNo, span: rule.span };
    let condition = match &rule.kind {
        RuleKind::Add { condition, .. } => condition.clone(),
        RuleKind::ForEach { term, .. } => yes_no(ExprKind::Happens(term.clone())),
        RuleKind::ForEachDifferent { property, term, .. } => {
            let integer = |kind| Expr { kind, ty: Type::Number(NumberKind::Integer), span: rule.span };
            let values = integer(ExprKind::CountDifferent(property.clone(), term.clone()));
            let one = integer(ExprKind::Constant(Value::Number(1)));
            yes_no(ExprKind::Compare(Comparison::GreaterOrEqual, Box::new(values), Box::new(one)))
        }
        // of a table every row is a rule of its own, and what changes a score gives no points a second time
        RuleKind::Table(_) | RuleKind::Multiply { .. } | RuleKind::Cap { .. } | RuleKind::Set { .. } => {
            return None;
        }
    };
    let Target::Score(home) = rule.home else { return Some(condition) };
    match &model.scores.get(home.index())?.population {
        Some(population) => Some(yes_no(ExprKind::And(vec![population.clone(), condition]))),
        None => Some(condition),
    }
}
