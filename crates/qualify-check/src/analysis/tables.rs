//! `points for` tables: rows that no lead reaches, rows that overlap, values without a row.

use super::Lint;
use super::interval::{Interval, Intervals};
use super::taken::Taken;
use super::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::*;

/// Rows that are looked at for one message: a row that spans thousands of others is said to do so by one of these.
const NEAREST: usize = 200;

/// What is known of the rows of one table.
struct Rows {
    /// For each row the values that it surely takes; none where it cannot be said.
    sure: Vec<Option<Intervals>>,
    /// And those that it can take.
    may: Vec<Option<Intervals>>,
}

/// Looks at one table.
pub(super) fn check<'m>(lint: &mut Lint<'m, '_>, table: &'m Table) {
    if table.rows.is_empty() {
        return;
    }
    let subject = lint.study.value(&table.subject);
    let variable = lint.study.variable(subject);
    let (base, grain) = (variable.values.clone(), variable.grain);
    let unknown = match &lint.study.unnamed(&table.subject).kind {
        // an address without a domain is too rare to ask for a row
        ExprKind::Part(_, whole) => lint.study.extent(whole).unknown,
        _ => lint.study.variable(subject).unknown,
    };
    let list = matches!(table.subject.ty, Type::List(_));
    let mut rows = Rows { sure: Vec::new(), may: Vec::new() };
    for row in &table.rows {
        let (sure, may) = head(lint, table, &row.head);
        rows.sure.push(sure.map(|set| set.snapped(grain)));
        rows.may.push(may.map(|set| set.snapped(grain)));
    }
    let base = if list { Intervals::of(Interval::ALL) } else { base };
    let mut taken = Taken::new(&base, grain);
    for i in 0..table.rows.len() {
        check_row(lint, table, &rows, i, &base, &taken);
        if let Some(sure) = &rows.sure[i] {
            taken.take(sure, i);
        }
    }
    let left = taken.left();
    let end = end_of_rows(table);
    if table.otherwise.is_none() && !left.is_empty() {
        left_over(lint, table, &left, end);
    }
    if unknown && table.unknown.is_none() {
        let text = lint.quoted(table.subject.span);
        lint.say(
            Diagnostic::new(
                Code::W0703,
                table.subject.span,
                format!("{text} may be unknown, and the table has no row for that"),
            )
            .note("a lead whose value is unknown gets 0 points")
            .fix("add the row `unknown : 0`", end, "\n  unknown : 0"),
        );
    }
    if left.is_empty() {
        let why = "the rows already name every value of";
        unused(lint, table, table.otherwise.as_ref(), |text| {
            format!("{why} {text}, so `otherwise` is never used")
        });
    }
    if !unknown {
        let why = "is never unknown, so this row is never used";
        unused(lint, table, table.unknown.as_ref(), |text| format!("{text} {why}"));
    }
}

/// Reports a last row that no lead reaches, unless it gives nothing: that is caution, not a mistake.
fn unused<'m>(
    lint: &mut Lint<'m, '_>,
    table: &Table,
    cell: Option<&'m Expr>,
    message: impl Fn(String) -> String,
) {
    let Some(cell) = cell else { return };
    if lint.study.extent(cell).values != Interval::ZERO {
        let text = lint.quoted(table.subject.span);
        lint.say(Diagnostic::new(Code::W0507, cell.span, message(text)));
    }
}

/// A row that can never be taken, or that shares values with an earlier one.
fn check_row(lint: &mut Lint<'_, '_>, table: &Table, rows: &Rows, i: usize, base: &Intervals, taken: &Taken) {
    let row = &table.rows[i];
    let Some(may) = &rows.may[i] else { return };
    let text = lint.quoted(table.subject.span);
    let possible = may.meet(base);
    if possible.is_empty() {
        let message = match (&table.subject.ty, ends(base)) {
            (Type::Number(_), Some(range)) => {
                format!("{text} goes from {range}, so no lead reaches this row")
            }
            _ => format!("{text} never has this value, so no lead reaches this row"),
        };
        lint.say(Diagnostic::new(Code::W0507, row.span, message));
        return;
    }
    if taken.wholly(&possible) {
        let holds =
            |by: &usize| rows.sure[*by].as_ref().is_some_and(|sure| possible.without(sure).is_empty());
        let by = taken.rows_of(&possible).take(NEAREST).filter(holds).min();
        let mut diagnostic = match by {
            Some(by) => {
                let earlier = row_head(lint, &table.rows[by]);
                let message =
                    format!("the row {earlier} already takes these values, so no lead reaches this row");
                Diagnostic::new(Code::W0507, row.span, message).other(table.rows[by].span, "taken here")
            }
            None => Diagnostic::new(
                Code::W0507,
                row.span,
                "the rows before already take these values, so no lead reaches this row",
            ),
        };
        diagnostic = diagnostic.note("the first row that fits is taken: put the narrower row first");
        lint.say(diagnostic);
        return;
    }
    overlap(lint, table, rows, i, taken);
}

/// Two ranges, or two lists of values, that share a part while neither holds the other. What an earlier row has taken
/// before both is no part of theirs.
fn overlap(lint: &mut Lint<'_, '_>, table: &Table, rows: &Rows, i: usize, taken: &Taken) {
    let plain = |head: &Head| matches!(head, Head::Range(..) | Head::In(Set::Values(_)));
    let row = &table.rows[i];
    let Some(mine) = rows.sure[i].as_ref().filter(|_| plain(&row.head)) else { return };
    let crosses = |j: usize| {
        let theirs = rows.sure[j].as_ref().filter(|_| plain(&table.rows[j].head))?;
        let shared = mine.meet(theirs);
        let both_ranges = matches!((&row.head, &table.rows[j].head), (Head::Range(..), Head::Range(..)));
        let nested = theirs.without(mine).is_empty() || mine.without(theirs).is_empty();
        (!shared.is_empty() && (!nested || !both_ranges)).then_some((j, shared))
    };
    if let Some((j, shared)) = taken.rows_of(mine).take(NEAREST).filter_map(crosses).max_by_key(|(j, _)| *j) {
        let values = named(lint, table, &shared);
        let earlier = row_head(lint, &table.rows[j]);
        let message = format!("{values} stands in two rows; the first of them, {earlier}, is taken");
        lint.say(Diagnostic::new(Code::W0653, row.span, message).other(table.rows[j].span, "taken here"));
    }
}

/// Values without a row.
fn left_over(lint: &mut Lint<'_, '_>, table: &Table, left: &Intervals, end: Span) {
    let text = lint.quoted(table.subject.span);
    let closed = matches!(table.subject.ty, Type::Number(_) | Type::OneOf(_) | Type::YesNo);
    let message = if closed {
        format!("{text} has no row for {}", named(lint, table, left))
    } else {
        format!("{text} has no row for other values: `otherwise` is missing")
    };
    lint.say(
        Diagnostic::new(Code::W0652, table.subject.span, message)
            .note("a lead with such a value gets 0 points")
            .fix("add the row `otherwise : 0`", end, "\n  otherwise : 0"),
    );
}

/// Values of the subject in words.
fn named(lint: &mut Lint<'_, '_>, table: &Table, set: &Intervals) -> String {
    let words_of = |id: &VocabularyId| &lint.model.schema.vocabulary(*id).words;
    let texts: Vec<String> = match &table.subject.ty {
        Type::OneOf(id) => set
            .parts()
            .iter()
            .flat_map(|part| part.low..=part.high)
            .filter_map(|n| words_of(id).get(usize::try_from(n).ok()?))
            .map(|word| words::quoted(&word.name))
            .collect(),
        Type::YesNo => {
            let both = [(0, "`no`"), (1, "`yes`")].into_iter();
            both.filter(|(n, _)| !set.meet(&Intervals::points([*n])).is_empty())
                .map(|(_, word)| word.to_string())
                .collect()
        }
        Type::Number(kind) => {
            let grain = super::study::unit(*kind);
            set.parts().iter().map(|part| words::range(*part, grain)).collect()
        }
        _ => return "a value".into(),
    };
    words::few(&texts, "and")
}

/// `at least 1`, `1 to 10`, for a whole set.
fn ends(set: &Intervals) -> Option<String> {
    let hull = set.hull();
    (!hull.is_empty()).then(|| words::range(hull, super::interval::ONE))
}

/// The head of a row as written.
fn row_head(lint: &Lint<'_, '_>, row: &Row) -> String {
    let text = lint.sources.words(row.span);
    let points = lint.sources.words(row.points.span);
    let head = text.strip_suffix(points.as_str()).unwrap_or(&text);
    words::quoted(head.trim_end().trim_end_matches(':').trim_end())
}

/// Just behind the last row.
fn end_of_rows(table: &Table) -> Span {
    let spans = table.rows.iter().map(|row| row.span);
    let others = table.otherwise.iter().chain(&table.unknown).map(|cell| cell.span);
    spans.chain(others).max_by_key(|span| span.end).unwrap_or(table.span).after()
}

/// What a row surely takes, and what it can take.
fn head<'m>(
    lint: &mut Lint<'m, '_>,
    table: &'m Table,
    head: &'m Head,
) -> (Option<Intervals>, Option<Intervals>) {
    let grain = super::study::grain(&table.subject.ty);
    match head {
        Head::Compare(how, value) => match lint.study.fixed(value) {
            Some(value) => {
                let (yes, no) = super::atoms::compared(*how, value, grain);
                (Some(no.complement()), Some(yes))
            }
            None => (None, None),
        },
        Head::Range(low, high) => match (lint.study.fixed(low), lint.study.fixed(high)) {
            (Some(low), Some(high)) => (
                Some(Intervals::of(Interval::new(low.high, high.low))),
                Some(Intervals::of(Interval::new(low.low, high.high))),
            ),
            _ => (None, None),
        },
        Head::In(set) => {
            let values = match set {
                Set::Values(values) => lint.study.constants(values, element(&table.subject.ty)),
                Set::List(id) => lint.study.list(*id),
                Set::Attribute(_) => None,
            };
            (values.clone(), values)
        }
        Head::Text(..) => (None, None),
    }
}

/// The type of a list's elements; other types are themselves.
fn element(ty: &Type) -> &Type {
    match ty {
        Type::List(inner) => inner,
        other => other,
    }
}
