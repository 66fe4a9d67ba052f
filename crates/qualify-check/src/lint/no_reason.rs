//! `no-reason`: a rule of great effect without `because`. Small rules speak for themselves; a table has no reason of
//! its own. Where no rule at all gives a reason, that is said once.

use super::Lints;
use crate::analysis::{Range, words};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Rule, RuleKind, Verdict};

/// Units of a point.
const POINT: i128 = 10_000;
/// Of more rules in a model without any reason one message is enough.
const MOST_OF_NONE: usize = 3;
const NOTE: &str = "a reason behind a rule, `because \"…\"`, is shown wherever a score is explained";

pub(super) fn check(lints: &mut Lints<'_>) {
    let model = lints.model;
    let mut found: Vec<(Span, String)> = Vec::new();
    for (i, rule) in model.rules.iter().enumerate() {
        let Some(range) = lints.ranges.rules.get(i).copied() else { continue };
        if rule.because.is_none()
            && let Some(what) = effect(rule, range, lints.settings.reason_from)
        {
            found.push((rule.span, what));
        }
    }
    let silent = |verdicts: &[Verdict], what: &str| -> Vec<(Span, String)> {
        let silent = verdicts.iter().filter(|verdict| verdict.because.is_none());
        silent.map(|verdict| (verdict.span, what.to_string())).collect()
    };
    found.extend(silent(&model.excludes, "leaves leads out"));
    found.extend(silent(&model.disqualifies, "disqualifies leads"));
    let some_say_why = model.rules.iter().any(|rule| rule.because.is_some());
    if found.len() > MOST_OF_NONE && !some_say_why {
        let (first, _) = found[0];
        let message = format!("{} rules of great effect, and no rule at all says why", found.len());
        lints.out.push(Diagnostic::new(Code::W0804, first, message).note(NOTE));
        return;
    }
    for (span, what) in found {
        say(lints, span, &what);
    }
}

fn say(lints: &mut Lints<'_>, span: Span, what: &str) {
    let diagnostic =
        Diagnostic::new(Code::W0804, span, format!("this rule {what} and does not say why")).note(NOTE);
    lints.out.push(diagnostic);
}

/// What a rule of great effect does.
fn effect(rule: &Rule, range: Range, from: i64) -> Option<String> {
    match &rule.kind {
        RuleKind::Multiply { .. } => Some("multiplies a score".into()),
        RuleKind::Cap { .. } => Some("caps a score".into()),
        RuleKind::Set { .. } => Some("sets a score".into()),
        RuleKind::Table(_) => None,
        _ => {
            let (low, high) = (range.low.unwrap_or(i128::MIN), range.high.unwrap_or(i128::MAX));
            let (gives, takes) = (high.max(0), low.min(0).saturating_neg());
            let most = gives.max(takes);
            let verb = if gives >= takes { "gives" } else { "takes" };
            let shown = match most {
                i128::MAX => "any number of points".to_string(),
                _ => format!("up to {} points", words::number(most.saturating_mul(100))),
            };
            (most >= i128::from(from).saturating_mul(POINT)).then(|| format!("{verb} {shown}"))
        }
    }
}
