//! `magic-number`: one value compared with the same number in several statements. Whoever moves one of them must
//! find the others. 0 and 1 are not meant: they say "none" and "any".

use super::{Lints, Threshold, parts};
use crate::analysis::words;
use qualify_diagnostics::{Code, Diagnostic, Edit, Span};
use qualify_model::{ExprKind, Model};
use std::collections::{BTreeMap, HashSet};

/// Numbers that speak for themselves, in millionths.
const PLAIN: [i128; 3] = [0, 1_000_000, -1_000_000];
/// Places that are shown beside the first.
const SHOWN: usize = 3;

pub(super) fn check(lints: &mut Lints<'_>) {
    let model = lints.model;
    // for each value and number: where it stands, once for each statement, and all places
    let mut found: BTreeMap<(String, i128), (usize, Vec<Span>)> = BTreeMap::new();
    for exprs in parts(model) {
        let mut seen = HashSet::new();
        for expr in exprs {
            qualify_model::below(expr, &mut |expr| {
                let Some(threshold) = Threshold::of(expr) else { return };
                let constant = matches!(threshold.bound.kind, ExprKind::Constant(_));
                let Some(number) = threshold.value(model).filter(|n| constant && !PLAIN.contains(n)) else {
                    return;
                };
                let key = (lints.sources.words(threshold.subject.span), number);
                let (statements, places) = found.entry(key.clone()).or_default();
                places.push(threshold.bound.span);
                *statements += usize::from(seen.insert(key));
            });
        }
    }
    let mut taken = names(model);
    for ((subject, number), (statements, mut places)) in found {
        if statements < lints.settings.magic_uses.max(2) {
            continue;
        }
        places.sort_by_key(|span| (span.file, span.start));
        places.dedup();
        let Some(first) = places.first() else { continue };
        let shown = words::number(number);
        let subject_shown = words::quoted(&subject);
        let message = format!("{subject_shown} is compared with {shown} in {statements} statements");
        let mut diagnostic = Diagnostic::new(Code::W0801, *first, message);
        for place in places.iter().skip(1).take(SHOWN) {
            diagnostic = diagnostic.other(*place, "and here");
        }
        if let Some((title, edits)) = fix(lints, &subject, &places, &mut taken) {
            diagnostic = diagnostic.fix_all(title, edits);
        }
        lints.out.push(diagnostic);
    }
}

/// A param before the number is read, and its name in the places of the number.
fn fix(
    lints: &Lints<'_>,
    subject: &str,
    places: &[Span],
    taken: &mut HashSet<String>,
) -> Option<(String, Vec<Edit>)> {
    let first = *places.first()?;
    let name = name(subject, lints.sources.text(first), taken);
    let value = lints.sources.text(first);
    let param = format!("param {name} = {value}");
    let mut edits = vec![lints.new_statement(first, &param)?];
    edits.extend(places.iter().map(|span| Edit { span: *span, replacement: name.clone() }));
    taken.insert(name.clone());
    Some((format!("name it: `param {name} = {value}`"), edits))
}

/// `firmographics.size` gives `size_line`; of what is no name, `line_100`.
fn name(subject: &str, value: &str, taken: &HashSet<String>) -> String {
    let last = subject.rsplit('.').next().unwrap_or(subject);
    let plain = last.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let digits: String = value.chars().filter(|c| c.is_ascii_digit()).collect();
    let base = if plain { format!("{last}_line") } else { format!("line_{digits}") };
    let numbered = (2..).map(|n| format!("{base}_{n}"));
    let mut names = std::iter::once(base.clone()).chain(numbered);
    names.find(|name| !taken.contains(name)).unwrap_or(base)
}

/// Names that are taken.
fn names(model: &Model) -> HashSet<String> {
    let schema = &model.schema;
    let mut names: HashSet<String> = model.params.iter().map(|param| param.name.clone()).collect();
    names.extend(model.lets.iter().map(|item| item.name.clone()));
    names.extend(model.lists.iter().map(|list| list.name.clone()));
    names.extend(model.scores.iter().map(|score| score.name.clone()));
    names.extend(model.grades.iter().map(|grade| grade.name.clone()));
    names.extend(model.stages.iter().map(|stage| stage.name.clone()));
    names.extend(model.segments.iter().map(|segment| segment.name.clone()));
    names.extend(schema.attributes.iter().map(|attribute| attribute.name.clone()));
    names.extend(schema.attributes.iter().filter_map(|attribute| attribute.group.clone()));
    names.extend(schema.events.iter().map(|event| event.name.clone()));
    names
}
