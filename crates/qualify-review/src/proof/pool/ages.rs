//! Ages at which events of a type can matter, and properties whose values are counted.

use crate::proof::pair::Pair;
use crate::proof::walk;
use qualify_model::calendar::DAY_US;
use qualify_model::*;
use std::collections::{BTreeMap, BTreeSet};

/// Most ages of one type.
const MOST: usize = 14;

/// Edges of windows of events of that type, from the youngest.
pub(super) fn of(pair: &Pair<'_>, kind: EventId) -> Vec<i64> {
    let (old, new) = (edges(pair.models[0], kind), edges(pair.models[1], kind));
    let all: BTreeSet<i64> = old.keys().chain(new.keys()).copied().chain([0, DAY_US]).collect();
    if all.len() <= MOST {
        return all.into_iter().collect();
    }
    // an edge that moved is kept above all, with those on both sides of it
    let mut kept = BTreeSet::new();
    for age in all.iter().filter(|age| old.get(age) != new.get(age)).take(MOST / 2) {
        kept.insert(*age);
        kept.extend(all.range(..age).next_back());
        kept.extend(all.range(age + 1..).next());
    }
    let others: Vec<i64> = all.difference(&kept).copied().collect();
    let step = others.len().div_ceil(MOST.saturating_sub(kept.len()).max(4)).max(1);
    kept.extend(others.into_iter().step_by(step));
    kept.into_iter().collect()
}

/// Edges of windows with how often each is written.
fn edges(model: &Model, kind: EventId) -> BTreeMap<i64, usize> {
    let mut ages = Vec::new();
    walk::steps(model, &mut |step| {
        if step.kind.is_none_or(|own| own == kind) {
            lengths(model, step, &mut ages);
        }
    });
    walk::everything(model, &mut |expr| days(model, expr, kind, &mut ages));
    let mut out = BTreeMap::new();
    for age in ages {
        *out.entry(age).or_insert(0) += 1;
    }
    out
}

fn lengths(model: &Model, step: &Step, ages: &mut Vec<i64>) {
    let mut add = |length: &Length| {
        if let Length::Exact(us) = calendar::param_length(length, &model.params) {
            ages.push(us);
        }
    };
    step.gap.iter().for_each(&mut add);
    step.silence.iter().for_each(&mut add);
    for window in &step.windows {
        match window {
            Window::Within(length) | Window::MoreThanAgo(length) | Window::InTheNext(length) => add(length),
            Window::Between(near, far) => [near, far].into_iter().for_each(&mut add),
            _ => {}
        }
    }
}

/// Days that `days since last` is compared with, and days for counts of days.
fn days(model: &Model, expr: &Expr, kind: EventId, ages: &mut Vec<i64>) {
    let about = |expr: &Expr| match &expr.kind {
        ExprKind::DaysSinceLast(term) => {
            term.steps.last().is_some_and(|s| s.kind.is_none_or(|own| own == kind))
        }
        _ => false,
    };
    let mut edge = |expr: &Expr| {
        if let Some(n) = whole(model, expr) {
            ages.extend([n * DAY_US, (n + 1) * DAY_US]);
        }
    };
    match &expr.kind {
        ExprKind::Compare(_, a, b) if about(a) => edge(b),
        ExprKind::Compare(_, a, b) if about(b) => edge(a),
        ExprKind::Between(value, low, high) if about(value) => {
            [low, high].into_iter().for_each(|end| edge(end))
        }
        ExprKind::Constant(_) => {}
        _ => {}
    }
    let heads = |table: &Table, edge: &mut dyn FnMut(&Expr)| {
        if about(&table.subject) {
            for row in &table.rows {
                match &row.head {
                    Head::Compare(_, bound) => edge(bound),
                    Head::Range(low, high) => [low, high].into_iter().for_each(&mut *edge),
                    _ => {}
                }
            }
        }
    };
    if let ExprKind::Table(table) = &expr.kind {
        heads(table, &mut edge);
    }
    if about(expr) {
        for rule in &model.rules {
            if let RuleKind::Table(table) = &rule.kind
                && std::ptr::eq(&table.subject, expr)
            {
                heads(table, &mut edge);
            }
        }
    }
    if let ExprKind::Happens(term) | ExprKind::DaysWith(term) = &expr.kind {
        let own = term.steps.last().is_some_and(|s| s.kind.is_none_or(|own| own == kind));
        let counts = term.counts.iter().any(|count| matches!(count, Count::DifferentDays(_)));
        if own && (counts || matches!(expr.kind, ExprKind::DaysWith(_))) {
            ages.extend((1..6).map(|n| n * DAY_US));
        }
    }
}

fn whole(model: &Model, expr: &Expr) -> Option<i64> {
    let value = match &expr.kind {
        ExprKind::Constant(value) => value,
        ExprKind::Param(id) => &model.params[id.index()].value,
        ExprKind::Convert(inner) => return whole(model, inner),
        _ => return None,
    };
    match (value, &expr.ty) {
        (Value::Number(n), Type::Number(kind)) => {
            let n = n / 10i64.pow(kind.decimals());
            (0..100_000).contains(&n).then_some(n)
        }
        _ => None,
    }
}

/// Properties of events of that type whose values are counted, summed or read by points.
pub(super) fn counted_properties(pair: &Pair<'_>, kind: EventId) -> BTreeSet<usize> {
    let mut out = BTreeSet::new();
    let mut add = |property: &Property| {
        out.extend(property.places.get(kind.index()).copied().flatten().map(|place| place as usize));
    };
    for model in pair.models {
        walk::everything(model, &mut |expr| match &expr.kind {
            ExprKind::CountDifferent(property, _) | ExprKind::Aggregate(_, property, _) => add(property),
            ExprKind::Happens(term) => term.counts.iter().for_each(|count| {
                if let Count::TimesPerValue(_, property) = count {
                    add(property);
                }
            }),
            _ => {}
        });
        for rule in &model.rules {
            match &rule.kind {
                RuleKind::ForEachDifferent { property, .. } => add(property),
                RuleKind::ForEach { amount, .. } => {
                    if let ExprKind::Property(property) = &amount.value.kind {
                        add(property);
                    }
                }
                _ => {}
            }
        }
    }
    out
}
