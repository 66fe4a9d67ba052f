//! The tweaks of the part of a model that a place lies in, and of what hangs on it.

use super::tweaks::{Tweak, Tweaks};
use qualify_diagnostics::Span;
use qualify_model::*;

/// Tweaks that may matter at a place of a model.
pub(super) fn tweaks_at(model: &Model, as_of: i64, place: Span) -> Vec<Tweak> {
    let mut tweaks = Tweaks::new(model, as_of);
    let holds = |span: Span| span.file == place.file && span.start <= place.start && place.end <= span.end;
    for rule in model.rules.iter().filter(|rule| holds(rule.span)) {
        tweaks.rule(rule, 0);
    }
    for (_, condition) in conditions(model).iter().filter(|(span, _)| holds(*span)) {
        tweaks.expr(condition, 0);
    }
    for (index, named) in model.lets.iter().enumerate().filter(|(_, named)| holds(named.span)) {
        tweaks.expr(&named.value, 0);
        users(model, &|expr| expr.kind == ExprKind::Let(LetId(index as u32)), &mut tweaks);
    }
    for (index, param) in model.params.iter().enumerate().filter(|(_, param)| holds(param.span)) {
        let id = ParamId(index as u32);
        users(model, &|expr| expr.kind == ExprKind::Param(id), &mut tweaks);
        if param.length.is_some() || param.ty == Type::Duration {
            model.rules.iter().for_each(|rule| tweaks.rule(rule, 0));
        }
    }
    for ignore in model.ignores.iter().filter(|ignore| holds(ignore.span)) {
        tweaks.term(&ignore.term, &[]);
    }
    if tweaks.all.is_empty() {
        // the head of a score, an ignore, the formula: anything may matter
        model.rules.iter().for_each(|rule| tweaks.rule(rule, 0));
    }
    tweaks.all
}

/// The tweaks of all rules.
pub(super) fn all_tweaks(model: &Model, as_of: i64) -> Vec<Tweak> {
    let mut tweaks = Tweaks::new(model, as_of);
    model.rules.iter().for_each(|rule| tweaks.rule(rule, 0));
    for (_, condition) in conditions(model) {
        tweaks.expr(condition, 0);
    }
    tweaks.all
}

/// The conditions outside rules, each with the span of its statement.
fn conditions(model: &Model) -> Vec<(Span, &Expr)> {
    let mut out: Vec<(Span, &Expr)> = Vec::new();
    for verdict in model.excludes.iter().chain(&model.disqualifies) {
        out.push((verdict.span, &verdict.condition));
    }
    for stage in &model.stages {
        out.extend(stage.condition.iter().chain(&stage.stays_while).map(|condition| (stage.span, condition)));
    }
    for segment in &model.segments {
        out.push((segment.span, &segment.condition));
    }
    for route in &model.routes {
        out.extend(route.condition.iter().map(|condition| (route.span, condition)));
    }
    for set in &model.grades {
        let GradeKind::Lines(lines) = &set.kind else { continue };
        for line in lines {
            out.extend(line.condition.iter().map(|condition| (line.span, condition)));
        }
    }
    for score in &model.scores {
        out.extend(score.population.iter().map(|condition| (condition.span, condition)));
    }
    out
}

/// The tweaks of whatever uses an expression.
fn users(model: &Model, wanted: &dyn Fn(&Expr) -> bool, tweaks: &mut Tweaks) {
    for rule in &model.rules {
        let exprs: Vec<&Expr> = match &rule.kind {
            RuleKind::Add { condition, .. }
            | RuleKind::Multiply { condition, .. }
            | RuleKind::Cap { condition, .. }
            | RuleKind::Set { condition, .. } => vec![condition],
            RuleKind::Table(table) => {
                std::iter::once(&table.subject).chain(table.rows.iter().map(|row| &row.points)).collect()
            }
            RuleKind::ForEach { .. } | RuleKind::ForEachDifferent { .. } => Vec::new(),
        };
        if exprs.iter().any(|expr| contains(expr, wanted)) {
            tweaks.rule(rule, 0);
        }
    }
    for (_, condition) in conditions(model) {
        if contains(condition, wanted) {
            tweaks.expr(condition, 0);
        }
    }
}

fn contains(expr: &Expr, wanted: &dyn Fn(&Expr) -> bool) -> bool {
    wanted(expr) || parts(expr).into_iter().any(|part| contains(part, wanted))
}
