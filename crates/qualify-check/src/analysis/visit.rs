//! Ways through a model: all of its expressions with what they are for.

use qualify_model::*;

/// The condition of a rule.
pub(super) fn condition(rule: &Rule) -> Option<&Expr> {
    match &rule.kind {
        RuleKind::Add { condition, .. }
        | RuleKind::Multiply { condition, .. }
        | RuleKind::Cap { condition, .. }
        | RuleKind::Set { condition, .. } => Some(condition),
        _ => None,
    }
}

/// The decay of a rule.
pub(super) fn decay(rule: &Rule) -> Option<&Decay> {
    match &rule.kind {
        RuleKind::Add { decay, .. }
        | RuleKind::ForEach { decay, .. }
        | RuleKind::ForEachDifferent { decay, .. } => decay.as_ref(),
        _ => None,
    }
}

/// The term of a `for each`.
pub(super) fn for_each(rule: &Rule) -> Option<&Term> {
    match &rule.kind {
        RuleKind::ForEach { term, .. } | RuleKind::ForEachDifferent { term, .. } => Some(term),
        _ => None,
    }
}

/// The points of a rule.
pub(super) fn amount(rule: &Rule) -> Option<&Points> {
    match &rule.kind {
        RuleKind::Add { amount, .. }
        | RuleKind::ForEach { amount, .. }
        | RuleKind::ForEachDifferent { amount, .. } => Some(amount),
        _ => None,
    }
}

/// All expressions that a rule reads, without those of its decay.
pub(crate) fn rule_parts(rule: &Rule) -> Vec<&Expr> {
    let mut out: Vec<&Expr> = condition(rule).into_iter().collect();
    out.extend(for_each(rule).map(term_parts).unwrap_or_default());
    out.extend(amount(rule).map(|points| &points.value));
    match &rule.kind {
        RuleKind::Table(table) => out.extend(table_parts(table)),
        RuleKind::Multiply { by, .. } => out.push(by),
        RuleKind::Cap { at, .. } => out.push(at),
        RuleKind::Set { to, .. } => out.push(to),
        _ => {}
    }
    out
}

/// All tables of a model, each once: those that are rules and those that stand as values.
pub(super) fn tables(model: &Model) -> Vec<&Table> {
    let mut out = Vec::new();
    for rule in &model.rules {
        if let RuleKind::Table(table) = &rule.kind {
            out.push(table);
        }
    }
    for root in roots(model) {
        below(root, &mut |expr| {
            if let ExprKind::Table(table) = &expr.kind {
                out.push(table);
            }
        });
    }
    out
}
