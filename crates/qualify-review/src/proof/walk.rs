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
