//! Changes that provably change nothing, which are no mutants: a bound that no lead reaches, a row whose new values
//! were taken by the row before it.
//!
//! What is not proved here may still mean the same; it is tried like any other change.

use super::Change;
use super::sites::Site;
use qualify_check::{Ranges, score_ranges};
use qualify_diagnostics::Span;
use qualify_model::{Comparison, Expr, ExprKind, Head, Model, RuleKind, Set, Table, Type, Value, exact};
use std::cmp::Ordering;

/// Whether it is proved that the changed model scores every lead as the old one does.
pub(super) fn is_the_same(old: &Model, new: &Model, site: &Site) -> bool {
    match site.change {
        Change::Bound => bound_is_never_reached(old, site.span),
        Change::Threshold | Change::Operator | Change::Points => {
            let inside = |rule: &qualify_model::Rule| holds(rule.span, site.span);
            let Some(place) = old.rules.iter().position(inside) else { return false };
            match (&old.rules[place].kind, new.rules.get(place).map(|rule| &rule.kind)) {
                (RuleKind::Table(a), Some(RuleKind::Table(b))) => same_table((old, a), (new, b), site.span),
                _ => false,
            }
        }
        _ => false,
    }
}

fn holds(outer: Span, inner: Span) -> bool {
    outer.file == inner.file && outer.start <= inner.start && inner.end <= outer.end
}

// ---- bounds ----

fn bound_is_never_reached(model: &Model, site: Span) -> bool {
    let is_it = |bound: &Option<Expr>| bound.as_ref().is_some_and(|bound| holds(bound.span, site));
    let mut free = model.clone();
    let found = model.scores.iter().position(|s| is_it(&s.bounds.low) || is_it(&s.bounds.high));
    let (bounds, free_bounds) = match found {
        Some(place) => (&model.scores[place].bounds, &mut free.scores[place].bounds),
        None => (&model.total.bounds, &mut free.total.bounds),
    };
    let range = |ranges: Ranges| match found {
        Some(place) => ranges.scores.into_iter().nth(place),
        None => Some(ranges.total),
    };
    // only this bound is lifted: what could be without it?
    if is_it(&bounds.low) {
        free_bounds.low = None;
        let least = range(score_ranges(&free)).and_then(|range| range.low);
        least.zip(points(model, &bounds.low)).is_some_and(|(least, bound)| least >= bound)
    } else if is_it(&bounds.high) {
        free_bounds.high = None;
        let most = range(score_ranges(&free)).and_then(|range| range.high);
        most.zip(points(model, &bounds.high)).is_some_and(|(most, bound)| most <= bound)
    } else {
        false
    }
}

/// A bound in units of 0.0001 points.
fn points(model: &Model, bound: &Option<Expr>) -> Option<i128> {
    match number(model, bound.as_ref()?)? {
        (units, decimals) if decimals <= 4 => Some(units * 10i128.pow(4 - decimals)),
        (units, decimals) => Some(units / 10i128.pow(decimals - 4)),
    }
}

/// A constant number with its decimals.
fn number(model: &Model, expr: &Expr) -> Option<(i128, u32)> {
    let value = match &expr.kind {
        ExprKind::Constant(value) => value,
        ExprKind::Param(id) => &model.params[id.index()].value,
        ExprKind::Convert(inner) => return number(model, inner),
        _ => return None,
    };
    match (value, &expr.ty) {
        (Value::Number(units), Type::Number(kind)) => Some((*units as i128, kind.decimals())),
        (Value::Word(word), _) => Some((i128::from(*word), 0)),
        _ => None,
    }
}

// ---- tables that are rules ----

/// Both give the same points for every value: for all words of a vocabulary, or around all numbers that either names,
/// between which nothing changes.
fn same_table(old: (&Model, &Table), new: (&Model, &Table), site: Span) -> bool {
    if holds(old.1.subject.span, site) {
        return false;
    }
    let values: Vec<(i128, u32)> = match &old.1.subject.ty {
        Type::OneOf(id) => (0..old.0.schema.vocabulary(*id).words.len() as i128).map(|w| (w, 0)).collect(),
        Type::Number(kind) => {
            let decimals = kind.decimals();
            let bounds = [old, new].into_iter().flat_map(|(model, table)| bounds(model, table));
            let here = |(units, from): (i128, u32)| exact::rescale(units, from, decimals);
            bounds
                .flat_map(|bound| [here(bound) - 1, here(bound), here(bound) + 1])
                .map(|n| (n, decimals))
                .collect()
        }
        _ => return false,
    };
    let same_unknown = given(old.0, old.1.unknown.as_ref()) == given(new.0, new.1.unknown.as_ref());
    same_unknown
        && values.into_iter().all(|value| match (cell(old, value), cell(new, value)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        })
}

/// The numbers that the heads of a table name.
fn bounds(model: &Model, table: &Table) -> Vec<(i128, u32)> {
    let mut out = Vec::new();
    for row in &table.rows {
        match &row.head {
            Head::Compare(_, bound) => out.extend(number(model, bound)),
            Head::Range(low, high) => out.extend([low, high].into_iter().filter_map(|b| number(model, b))),
            Head::In(Set::Values(values)) => {
                let decimals = if let Type::Number(kind) = &table.subject.ty { kind.decimals() } else { 0 };
                out.extend(values.iter().filter_map(|value| constant(value).map(|units| (units, decimals))));
            }
            _ => {}
        }
    }
    out
}

fn constant(value: &Value) -> Option<i128> {
    match value {
        Value::Number(units) => Some(*units as i128),
        Value::Word(word) => Some(i128::from(*word)),
        _ => None,
    }
}

/// The points for a value; the outer none: it cannot be told.
fn cell((model, table): (&Model, &Table), value: (i128, u32)) -> Option<i128> {
    for row in &table.rows {
        if matches(model, table, &row.head, value)? {
            return given(model, Some(&row.points));
        }
    }
    given(model, table.otherwise.as_ref())
}

/// Points of a cell in units of 0.0001; a missing one gives none at all, which is 0.
fn given(model: &Model, cell: Option<&Expr>) -> Option<i128> {
    match cell {
        Some(cell) => points(model, &Some(cell.clone())),
        None => Some(0),
    }
}

fn matches(model: &Model, table: &Table, head: &Head, value: (i128, u32)) -> Option<bool> {
    let against = |bound: &Expr| Some(exact::compare(value, number(model, bound)?));
    Some(match head {
        Head::Compare(comparison, bound) => {
            let ordering = against(bound)?;
            match comparison {
                Comparison::Equal => ordering == Ordering::Equal,
                Comparison::NotEqual => ordering != Ordering::Equal,
                Comparison::Less => ordering == Ordering::Less,
                Comparison::LessOrEqual => ordering != Ordering::Greater,
                Comparison::Greater => ordering == Ordering::Greater,
                Comparison::GreaterOrEqual => ordering != Ordering::Less,
            }
        }
        Head::Range(low, high) => against(low)? != Ordering::Less && against(high)? != Ordering::Greater,
        Head::In(Set::Values(values)) => {
            let decimals = if let Type::Number(kind) = &table.subject.ty { kind.decimals() } else { 0 };
            values.iter().filter_map(constant).any(|units| exact::compare(value, (units, decimals)).is_eq())
        }
        Head::In(_) | Head::Text(..) => return None,
    })
}
