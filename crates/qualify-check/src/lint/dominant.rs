//! `dominant-rule`: one rule can move its score by more than the other rules together. Often it should be a stage,
//! a disqualification or a score of its own, or its points are a slip.

use super::Lints;
use crate::analysis::{Range, unit, words};
use qualify_diagnostics::{Code, Diagnostic};
use qualify_model::{NumberKind, RuleKind, Target};
use std::collections::BTreeMap;

/// With fewer rules one of them always has much to say.
const FEWEST: usize = 4;

pub(super) fn check(lints: &mut Lints<'_>) {
    let mut scores: BTreeMap<Target, Vec<(usize, i128)>> = BTreeMap::new();
    let mut endless: Vec<Target> = Vec::new();
    for (i, rule) in lints.model.rules.iter().enumerate() {
        if matches!(rule.kind, RuleKind::Multiply { .. } | RuleKind::Cap { .. } | RuleKind::Set { .. }) {
            continue;
        }
        match lints.ranges.rules.get(i).and_then(|range| width(*range)) {
            Some(width) => scores.entry(rule.home).or_default().push((i, width)),
            None => endless.push(rule.home), // the checker says that there is no bound
        }
    }
    for (home, rules) in scores {
        let all: i128 = rules.iter().map(|(_, width)| width).sum();
        let Some((rule, width)) = rules.iter().max_by_key(|(_, width)| *width) else { continue };
        let share = if all == 0 { 0 } else { width * 1_000_000 / all };
        if rules.len() < FEWEST
            || endless.contains(&home)
            || share <= i128::from(lints.settings.dominant_share)
        {
            continue;
        }
        let points = |width: i128| words::number(width * unit(NumberKind::Points));
        let message = format!(
            "this rule alone can move {} by {} points, of {} that its {} rules have together ({} %)",
            lints.score_name(home),
            points(*width),
            points(all),
            rules.len(),
            share / 10_000
        );
        let span = lints.model.rules[*rule].span;
        let diagnostic = Diagnostic::new(Code::W0803, span, message)
            .note("what decides alone is better a stage, a disqualification or a score of its own");
        lints.out.push(diagnostic);
    }
}

/// From the least to the greatest number of points.
fn width(range: Range) -> Option<i128> {
    Some(range.high? - range.low?)
}
