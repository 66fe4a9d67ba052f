//! The ladder: stages that are always passed over, and routes that miss the leads of a higher stage.

use super::Lint;
use super::solve::{FALSE, TRUE, UNKNOWN};
use super::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::*;

/// Looks at the ladder and at the routes that name its stages.
pub(super) fn check(lint: &mut Lint<'_, '_>) {
    passed_over(lint);
    fallen_through(lint);
}

/// A stage whose leads always hold a higher one too. (A stage that no lead reaches is not told again here.)
fn passed_over(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    let ladder: Vec<&Stage> = model.stages.iter().filter(|stage| !stage.side).collect();
    for (i, low) in ladder.iter().enumerate() {
        if low.condition.as_ref().is_some_and(|condition| lint.study.never(condition)) {
            continue;
        }
        let above = ladder[i + 1..].iter().find(|high| implies(lint, low, high));
        let Some(high) = above else { continue };
        let (name, over) = (words::quoted(&low.name), words::quoted(&high.name));
        let message = match &high.condition {
            Some(_) => format!("no lead stays in stage {name}: whoever reaches it reaches {over} too"),
            None => format!("no lead stays in stage {name}: {over} above it holds for every lead"),
        };
        let diagnostic = Diagnostic::new(Code::W0504, low.span, message)
            .other(high.span, "the higher stage, which is taken")
            .note("stages are written from low to high, and the last that holds is taken");
        lint.say(diagnostic);
    }
}

fn implies<'m>(lint: &mut Lint<'m, '_>, low: &'m Stage, high: &'m Stage) -> bool {
    let Some(high) = &high.condition else { return true };
    let misses = lint.study.cases(high, FALSE | UNKNOWN);
    match &low.condition {
        Some(low) => {
            let both = [lint.study.cases(low, TRUE), misses];
            lint.study.all(both).is_some_and(|cases| cases.is_empty())
        }
        None => misses.is_some_and(|cases| cases.is_empty()),
    }
}

/// A route for `stage is MQL` where no route names the stages above it: their leads go elsewhere.
fn fallen_through(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    let mut named = vec![false; model.stages.len()];
    let mut exact: Vec<(&Route, &Expr, usize)> = Vec::new();
    for route in &model.routes {
        let Some(condition) = &route.condition else { continue };
        qualify_model::below(condition, &mut |expr| match &expr.kind {
            ExprKind::StageIs(stages) => stages.iter().for_each(|s| named[s.index()] = true),
            ExprKind::StageAtLeast(least) => {
                named[least.index()..].iter_mut().for_each(|named| *named = true);
            }
            _ => {}
        });
        positive_stage(condition, &mut |expr, top| exact.push((route, expr, top)));
    }
    for (route, expr, top) in exact {
        let missed: Vec<String> = (top + 1..model.stages.len())
            .filter(|i| !model.stages[*i].side && !named[*i])
            .map(|i| words::quoted(&model.stages[i].name))
            .collect();
        if missed.is_empty() {
            continue;
        }
        let least = match &expr.kind {
            ExprKind::StageIs(stages) => stages.iter().map(|s| s.index()).min().unwrap_or(top),
            _ => top,
        };
        let stage = &model.stages[least].name;
        let (route_name, missed) = (words::quoted(&route.name), words::list(&missed, "or"));
        let text = lint.quoted(expr.span);
        let message = format!(
            "a lead that has risen to stage {missed} misses the route {route_name}: it asks for {text}"
        );
        let better = format!("stage at least {}", spelled(lint, expr.span, stage));
        let diagnostic = Diagnostic::new(Code::W0512, expr.span, message)
            .note("no other route names that stage")
            .fix(format!("write `{better}`"), expr.span, better);
        lint.say(diagnostic);
    }
}

/// Stage tests that must hold for the condition to hold, with the highest stage of each.
fn positive_stage<'m>(expr: &'m Expr, f: &mut dyn FnMut(&'m Expr, usize)) {
    match &expr.kind {
        ExprKind::And(parts) => parts.iter().for_each(|part| positive_stage(part, f)),
        ExprKind::StageIs(stages) => {
            if let Some(top) = stages.iter().map(|s| s.index()).max() {
                f(expr, top);
            }
        }
        _ => {}
    }
}

/// A stage name as the author wrote it there: quoted if it stands in quotes.
fn spelled(lint: &Lint<'_, '_>, span: Span, stage: &str) -> String {
    if lint.sources.text(span).contains(&format!("\"{stage}\"")) {
        format!("\"{stage}\"")
    } else {
        stage.to_string()
    }
}
