//! `no-reason`: a rule of great effect without `because`. Small rules speak for themselves; a table has no reason of
//! its own.

use super::Lints;
use crate::analysis::{Range, words};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Rule, RuleKind, Verdict};

/// Units of a point.
const POINT: i128 = 10_000;

pub(super) fn check(lints: &mut Lints<'_>) {
    let model = lints.model;
    for (i, rule) in model.rules.iter().enumerate() {
        let Some(range) = lints.ranges.rules.get(i).copied() else { continue };
        if rule.because.is_none()
            && let Some(what) = effect(rule, range, lints.settings.reason_from)
        {
            say(lints, rule.span, &what);
        }
    }
    for verdict in &model.excludes {
        verdict_says_why(lints, verdict, "leaves leads out");
    }
    for verdict in &model.disqualifies {
        verdict_says_why(lints, verdict, "disqualifies leads");
    }
}

fn verdict_says_why(lints: &mut Lints<'_>, verdict: &Verdict, what: &str) {
    if verdict.because.is_none() {
        say(lints, verdict.span, what);
    }
}

fn say(lints: &mut Lints<'_>, span: Span, what: &str) {
    let diagnostic = Diagnostic::new(Code::W0804, span, format!("this rule {what} and does not say why"))
        .note("a reason behind it, `because \"…\"`, is shown wherever the score is explained");
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
