//! What is said twice: equal rules, and two windows of one event of which one holds the other.

use super::Lint;
use super::key::Key;
use super::visit;
use super::windows;
use super::words;
use qualify_diagnostics::{Code, Diagnostic};
use qualify_model::*;
use std::collections::HashMap;

/// So many rules about the same event are compared with each other; more are only compared with the first.
const MOST_COMPARED: usize = 16;

/// Looks for equal rules and verdicts, then for points given twice.
pub(super) fn check(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    let mut seen: HashMap<Key, usize> = HashMap::new();
    let mut first = vec![true; model.rules.len()];
    for (i, rule) in model.rules.iter().enumerate() {
        let key = lint.study.keys.rule(rule);
        let earlier = *seen.entry(key).or_insert(i);
        if earlier != i {
            first[i] = false;
            let message = "this rule stands here a second time, so its points are counted twice";
            twice(lint, rule.span, model.rules[earlier].span, message);
        }
    }
    for verdicts in [&model.excludes, &model.disqualifies] {
        let mut seen: HashMap<Key, usize> = HashMap::new();
        for (i, verdict) in verdicts.iter().enumerate() {
            let key = lint.study.keys.expr(&verdict.condition);
            let earlier = *seen.entry(key).or_insert(i);
            if earlier != i {
                twice(lint, verdict.span, verdicts[earlier].span, "this stands here a second time");
            }
        }
    }
    wider_windows(lint, &first);
}

fn twice(
    lint: &mut Lint<'_, '_>,
    span: qualify_diagnostics::Span,
    earlier: qualify_diagnostics::Span,
    message: &str,
) {
    lint.say(Diagnostic::new(Code::W0650, span, message).other(earlier, "the first time").fix(
        "leave out the second",
        span,
        "",
    ));
}

/// `when E within 7d add 15` beside `when E within 30d add 8`.
fn wider_windows(lint: &mut Lint<'_, '_>, first: &[bool]) {
    let model = lint.model;
    let mut groups: HashMap<(Target, bool, Key), Vec<usize>> = HashMap::new();
    for (i, rule) in model.rules.iter().enumerate().filter(|(i, _)| first[*i]) {
        let Some(term) = term_of(model, i) else { continue };
        let Some(amount) = visit::amount(rule) else { continue };
        if term.steps.last().is_none_or(|step| step.windows.is_empty()) {
            continue;
        }
        let mut keys = vec![lint.study.keys.unwindowed(term)];
        keys.extend(term.counts.iter().map(|count| lint.study.keys.count(count)));
        let label = if visit::for_each(rule).is_some() { "each but for windows" } else { "but for windows" };
        let key = lint.study.keys.node(label.into(), keys);
        let group = groups.entry((rule.home, amount.negative, key)).or_default();
        let compared = group.len().min(MOST_COMPARED);
        let other = group[..compared].iter().copied().find(|j| overlapping(lint, *j, i).is_some());
        group.push(i);
        if let Some(j) = other {
            report(lint, j, i);
        }
    }
}

/// The narrower and the wider of two rules, if one window holds the other; of equal ones the first is the narrower.
fn overlapping(lint: &mut Lint<'_, '_>, a: usize, b: usize) -> Option<(usize, usize)> {
    let (x, y) = (term_of(lint.model, a)?, term_of(lint.model, b)?);
    let (x, y) = (&x.steps.last()?.windows, &y.steps.last()?.windows);
    let keys = &mut lint.study.keys;
    match (windows::inside(lint.model, keys, x, y), windows::inside(lint.model, keys, y, x)) {
        (true, _) => Some((a, b)),
        (false, true) => Some((b, a)),
        _ => None,
    }
}

fn term_of(model: &Model, rule: usize) -> Option<&Term> {
    match &model.rules[rule].kind {
        RuleKind::Add { condition, .. } => match &condition.kind {
            ExprKind::Happens(term) => Some(term),
            _ => None,
        },
        RuleKind::ForEach { term, .. } => Some(term),
        _ => None,
    }
}

fn report(lint: &mut Lint<'_, '_>, a: usize, b: usize) {
    let model = lint.model;
    let Some((narrow, wide)) = overlapping(lint, a, b) else { return };
    let (Some(narrow_term), Some(wide_term)) = (term_of(model, narrow), term_of(model, wide)) else { return };
    let (inner, outer) = (lint.quoted(narrow_term.span), lint.quoted(wide_term.span));
    let each = visit::for_each(&model.rules[narrow]).is_some();
    let same = lint.study.keys.events(narrow_term) == lint.study.keys.events(wide_term);
    let message = match (each, same) {
        (false, false) => {
            format!("every lead with {inner} has {outer} too, and gets the points of both rules")
        }
        (false, true) => format!("two rules ask for {inner}, and a lead with it gets the points of both"),
        (true, false) => {
            format!("each event of {inner} is one of {outer} too, and gives the points of both rules")
        }
        (true, true) => format!("two rules give points for each {inner}, and each event gives those of both"),
    };
    let place = &model.rules[a.max(b)];
    let mut diagnostic =
        Diagnostic::new(Code::W0651, place.span, message).other(model.rules[a.min(b)].span, "the other rule");
    if !each && !same && narrow_term.counts.is_empty() {
        let but = format!(" and no {}", lint.sources.words(narrow_term.span));
        let both = match (fixed_points(lint, narrow), fixed_points(lint, wide)) {
            (Some(x), Some(y)) => format!(" ({} and {})", words::number(x + y), words::number(y)),
            _ => String::new(),
        };
        diagnostic = diagnostic
            .note(format!(
                "if both are meant, a table says it in one place: `points for days since last …`{both}"
            ))
            .fix(
                format!("give the points of the wider window only to leads without {inner}"),
                wide_term.span.after(),
                but,
            );
    } else {
        diagnostic = diagnostic.note("if both are meant, all is well: the points of both rules are added");
    }
    lint.say(diagnostic);
}

/// The points of a rule, if they are always the same.
fn fixed_points(lint: &mut Lint<'_, '_>, rule: usize) -> Option<i128> {
    let model = lint.model;
    let RuleKind::Add { amount, decay: None, .. } = &model.rules[rule].kind else { return None };
    let values = lint.study.extent(&amount.value).values;
    (values.low == values.high).then_some(if amount.negative { -values.low } else { values.low })
}
