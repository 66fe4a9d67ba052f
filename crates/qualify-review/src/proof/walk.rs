//! All expressions and event terms of a model, whatever they are for.

use qualify_model::*;

/// Calls `each` with every expression of the model, parts after their whole; those of tests are left out.
pub(crate) fn everything<'m>(model: &'m Model, each: &mut dyn FnMut(&'m Expr)) {
    for root in roots(model) {
        below(root, each);
    }
}

/// Calls `each` with every step of every event term.
pub(crate) fn steps<'m>(model: &'m Model, each: &mut dyn FnMut(&'m Step)) {
    let mut terms: Vec<&'m Term> = model.ignores.iter().map(|ignore| &ignore.term).collect();
    for rule in &model.rules {
        if let RuleKind::ForEach { term, .. } | RuleKind::ForEachDifferent { term, .. } = &rule.kind {
            terms.push(term);
        }
    }
    everything(model, &mut |expr| terms.extend(term_of(expr)));
    for step in terms.into_iter().flat_map(|term| &term.steps) {
        each(step);
        for window in &step.windows {
            if let Window::Since(Anchor::LastEvent(step)) | Window::Before(Anchor::LastEvent(step)) = window {
                each(step);
            }
        }
    }
}

fn roots(model: &Model) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = model.lets.iter().map(|item| &item.value).collect();
    out.extend(model.ignores.iter().flat_map(|ignore| term_parts(&ignore.term)));
    out.extend(model.excludes.iter().chain(&model.disqualifies).map(|verdict| &verdict.condition));
    for score in &model.scores {
        out.extend(&score.population);
        out.extend(score.bounds.low.iter().chain(&score.bounds.high));
    }
    model.rules.iter().for_each(|rule| rule_parts(rule, &mut out));
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

pub(crate) fn rule_parts<'m>(rule: &'m Rule, out: &mut Vec<&'m Expr>) {
    match &rule.kind {
        RuleKind::Add { condition, amount, decay, up_to } => {
            out.extend([condition, &amount.value]);
            out.extend(up_to);
            decay.iter().for_each(|decay| decay_parts(decay, out));
        }
        RuleKind::ForEach { term, amount, limit, decay, up_to }
        | RuleKind::ForEachDifferent { term, amount, limit, decay, up_to, .. } => {
            out.extend(term_parts(term));
            out.push(&amount.value);
            out.extend(limit.as_ref().map(|limit| &limit.count));
            out.extend(up_to);
            decay.iter().for_each(|decay| decay_parts(decay, out));
        }
        RuleKind::Table(table) => out.extend(table_parts(table)),
        RuleKind::Multiply { condition, by: value, .. }
        | RuleKind::Cap { condition, at: value, .. }
        | RuleKind::Set { condition, to: value, .. } => out.extend([condition, value]),
    }
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
