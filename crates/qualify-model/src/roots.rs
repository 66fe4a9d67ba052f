//! All expressions that a model has, whatever they are for. What is inside them is found by [`below`](crate::below).

use crate::{Curve, Decay, Expr, GradeKind, Model, Rule, RuleKind, table_parts, term_parts};

/// All expressions of a model but those of its tests and those inside others.
pub fn roots(model: &Model) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = model.lets.iter().map(|item| &item.value).collect();
    out.extend(model.ignores.iter().flat_map(|ignore| term_parts(&ignore.term)));
    out.extend(model.excludes.iter().chain(&model.disqualifies).map(|verdict| &verdict.condition));
    for score in &model.scores {
        out.extend(&score.population);
        out.extend(score.bounds.low.iter().chain(&score.bounds.high));
    }
    out.extend(model.rules.iter().flat_map(rule_expressions));
    out.extend(&model.total.formula);
    out.extend(model.total.bounds.low.iter().chain(&model.total.bounds.high));
    for grade in &model.grades {
        if let GradeKind::Lines(lines) = &grade.kind {
            out.extend(lines.iter().filter_map(|line| line.condition.as_ref()));
        }
    }
    for stage in &model.stages {
        out.extend(stage.condition.iter().chain(&stage.stays_while));
    }
    out.extend(model.segments.iter().map(|segment| &segment.condition));
    out.extend(model.routes.iter().filter_map(|route| route.condition.as_ref()));
    out
}

/// All expressions of a rule but those inside others, with those of its limits and its decay.
pub fn rule_expressions(rule: &Rule) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = Vec::new();
    match &rule.kind {
        RuleKind::Add { condition, amount, decay, up_to } => {
            out.extend([condition, &amount.value]);
            out.extend(up_to);
            decay.iter().for_each(|decay| decay_parts(decay, &mut out));
        }
        RuleKind::ForEach { term, amount, limit, decay, up_to }
        | RuleKind::ForEachDifferent { term, amount, limit, decay, up_to, .. } => {
            out.extend(term_parts(term));
            out.push(&amount.value);
            out.extend(limit.as_ref().map(|limit| &limit.count));
            out.extend(up_to);
            decay.iter().for_each(|decay| decay_parts(decay, &mut out));
        }
        RuleKind::Table(table) => out.extend(table_parts(table)),
        RuleKind::Multiply { condition, by: value, .. }
        | RuleKind::Cap { condition, at: value, .. }
        | RuleKind::Set { condition, to: value, .. } => out.extend([condition, value]),
    }
    out
}

fn decay_parts<'m>(decay: &'m Decay, out: &mut Vec<&'m Expr>) {
    out.extend(decay.from.iter().chain(&decay.unless));
    match &decay.curve {
        Curve::LosingShare { share: value, .. } | Curve::LosingPoints { amount: value, .. } => {
            out.push(value)
        }
        Curve::Dropping { steps } => out.extend(steps.iter().map(|(share, _)| share)),
        Curve::Halving { .. } | Curve::Fading { .. } => {}
    }
}
