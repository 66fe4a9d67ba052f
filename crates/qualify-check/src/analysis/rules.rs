//! Rules that change nothing, and what the sum of all rules can come to.

use super::Lint;
use super::interval::{HIGHEST, Interval, LOWEST, ONE};
use super::range::limit;
use super::visit;
use super::words;
use qualify_diagnostics::{Code, Diagnostic};
use qualify_model::*;

/// Looks at each rule and at the total.
pub(super) fn check(lint: &mut Lint<'_, '_>) {
    lint.study.total();
    let model = lint.model;
    for rule in &model.rules {
        changes_nothing(lint, rule);
        overflows(lint, rule);
    }
    below_zero(lint);
    without_end(lint);
}

/// `add 0`, `multiply by 1`, a cap that is never reached.
fn changes_nothing<'m>(lint: &mut Lint<'m, '_>, rule: &'m Rule) {
    if visit::condition(rule).is_some_and(|condition| lint.study.never(condition)) {
        return;
    }
    let reason = match &rule.kind {
        RuleKind::Add { amount, .. }
        | RuleKind::ForEach { amount, .. }
        | RuleKind::ForEachDifferent { amount, .. } => {
            let verb = if amount.negative { "subtracts" } else { "adds" };
            (lint.study.extent(&amount.value).values == Interval::ZERO)
                .then(|| format!("this rule {verb} 0, so it"))
        }
        RuleKind::Multiply { by, .. } => {
            let same = lint.study.extent(by).values == Interval::point(ONE);
            same.then(|| "this rule multiplies by 1, so it".to_string())
        }
        RuleKind::Cap { target, at, .. } => {
            let least = lint.study.extent(at).values.low;
            let range = lint.study.uncapped.get(target).copied().unwrap_or(Interval::ALL);
            let score = lint.score_name(*target);
            (least != LOWEST && range.high <= least).then(|| {
                format!("{score} is never more than {} here, so this cap", words::number(range.high))
            })
        }
        _ => None,
    };
    if let Some(reason) = reason {
        let message = format!("{reason} changes nothing");
        lint.say(Diagnostic::new(Code::W0508, rule.span, message));
    }
}

/// A rule whose points do not fit, as the declared ranges show.
fn overflows<'m>(lint: &mut Lint<'m, '_>, rule: &'m Rule) {
    let Some(points) = visit::amount(rule) else { return };
    let mut culprit = None;
    qualify_model::below(&points.value, &mut |expr| {
        if let Type::Number(kind) = expr.ty {
            let values = lint.study.extent(expr).values;
            let most = limit(kind);
            if values.is_finite() && (values.high > most || values.low < -most) {
                culprit = Some((expr, kind));
            }
        }
    });
    if let Some((expr, kind)) = culprit {
        let text = lint.quoted(expr.span);
        let most = words::number(limit(kind) / ONE * ONE);
        let message = format!("{text} can be more than {most}, the most that such a number holds");
        let note = "the result is held at that end, and a run says where this happened";
        lint.say(Diagnostic::new(Code::W0511, expr.span, message).note(note));
    }
}

/// A total without a least value that can fall below zero.
fn below_zero(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    let total = lint.study.total().values;
    if total.low >= 0 || model.total.bounds.low.is_some() || is_meant_below_zero(lint) {
        return;
    }
    let lowest =
        (0..model.rules.len()).map(|i| (lint.study.contribution(i).low, i)).filter(|(low, _)| *low < 0).min();
    let span = match (model.total.span, lowest) {
        (Some(span), _) => span,
        (None, Some((_, rule))) => model.rules[rule].span,
        (None, None) => return,
    };
    let without_range = lowest.and_then(|(_, rule)| may_be_negative(lint, rule));
    let message = if let Some((value, _)) = &without_range {
        format!("`score` can fall below zero: {} may be negative", words::quoted(value))
    } else if total.low == LOWEST {
        "`score` can fall below zero without end: it has no least value".to_string()
    } else {
        format!("`score` can fall to {}: it has no least value", words::number(total.low))
    };
    let mut diagnostic = Diagnostic::new(Code::W0509, span, message);
    if let (Some(_), Some((_, rule))) = (model.total.span, lowest) {
        let text = if without_range.is_some() { "may add less than nothing" } else { "takes points away" };
        diagnostic = diagnostic.other(model.rules[rule].span, text);
    }
    if let Some((value, name)) = without_range {
        let note = format!(
            "if {} cannot be negative, say so where it is declared: `{name} … from 0 to …`",
            words::quoted(&value)
        );
        diagnostic = diagnostic.note(note);
    }
    let names: Vec<&str> = model.scores.iter().map(|score| score.name.as_str()).collect();
    diagnostic = match (model.total.span, &model.total.bounds.high) {
        (Some(span), None) => diagnostic.fix("add `from 0`", span.after(), " from 0"),
        (None, None) if !names.is_empty() && !has_loose_rules(model) => {
            diagnostic.note(format!("to hold it at zero, write `score = {} from 0`", names.join(" + ")))
        }
        (None, None) => {
            diagnostic.note("to hold it at zero, put the rules into a block such as `score fit from 0 { … }`")
        }
        _ => diagnostic.note("to hold it at zero, write `from 0` before `up to`"),
    };
    lint.say(diagnostic);
}

/// Whether each score that can fall below zero says how far, and nothing else takes points away.
fn is_meant_below_zero(lint: &mut Lint<'_, '_>) -> bool {
    let model = lint.model;
    let mut told = false;
    for (i, score) in model.scores.iter().enumerate() {
        if lint.study.score(ScoreId(i as u32)).values.low < 0 {
            if score.bounds.low.is_none() {
                return false;
            }
            told = true;
        }
    }
    let mut takes_away = (0..model.rules.len())
        .any(|i| model.rules[i].home == Target::Total && lint.study.contribution(i).low < 0);
    for rule in &model.rules {
        // what changes the total itself may set it to anything
        takes_away |= matches!(
            &rule.kind,
            RuleKind::Multiply { target: Target::Total, .. }
                | RuleKind::Cap { target: Target::Total, .. }
                | RuleKind::Set { target: Target::Total, .. }
        );
    }
    if let Some(formula) = &model.total.formula {
        qualify_model::below(formula, &mut |expr| {
            takes_away |= match &expr.kind {
                ExprKind::Negate(_) | ExprKind::Arithmetic(Operator::Subtract, ..) => true,
                ExprKind::Constant(Value::Number(n)) => *n < 0,
                ExprKind::Weighted(parts) => parts.iter().any(
                    |(weight, _)| !matches!(weight.kind, ExprKind::Constant(Value::Number(n)) if n >= 0),
                ),
                _ => false,
            };
        });
    }
    told && !takes_away
}

/// The value without a declared range that lets a rule add less than nothing: as written, and its own name.
fn may_be_negative<'m>(lint: &mut Lint<'m, '_>, rule: usize) -> Option<(String, String)> {
    let amount = visit::amount(&lint.model.rules[rule]).filter(|amount| !amount.negative)?;
    let mut found = None;
    qualify_model::below(&amount.value, &mut |expr| {
        let read = matches!(expr.kind, ExprKind::Property(_) | ExprKind::Attribute(_));
        if read && found.is_none() && lint.study.extent(expr).values.low == LOWEST {
            found = Some(expr.span);
        }
    });
    let text = words::bare(&lint.sources.words(found?)).to_string();
    let name = text.rsplit('.').next().unwrap_or(&text).to_string();
    Some((text, name))
}

fn has_loose_rules(model: &Model) -> bool {
    model.rules.iter().any(|rule| rule.home == Target::Total)
}

/// A total that grows with every event. Points that fade are left out: their sum settles.
fn without_end(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    if lint.study.total().values.high != HIGHEST {
        return;
    }
    let endless: Vec<&Rule> = (0..model.rules.len())
        .filter(|i| {
            let rule = &model.rules[*i];
            visit::for_each(rule).is_some()
                && visit::decay(rule).is_none()
                && lint.study.contribution(*i).high == HIGHEST
                && lint.study.home(rule.home).high == HIGHEST
        })
        .map(|i| &model.rules[i])
        .collect();
    let Some((first, more)) = endless.split_first() else { return };
    let mut diagnostic = Diagnostic::new(
        Code::W0510,
        first.span,
        "`score` has no greatest value: this rule adds points for each event without `up to`",
    )
    .note("write `up to N` behind the points, or bound the score: `score fit up to 100 { … }`");
    for rule in more.iter().take(3) {
        diagnostic = diagnostic.other(rule.span, "and this one");
    }
    lint.say(diagnostic);
}
