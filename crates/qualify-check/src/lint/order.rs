//! `threshold-order`: a higher stage asks for less of something than a lower one. The ladder is read from low to
//! high, so the lower number decides nothing, or the two are swapped.

use super::{Lints, Threshold};
use crate::analysis::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Comparison, Expr, ExprKind, Model};
use std::collections::HashMap;

pub(super) fn check(lints: &mut Lints<'_>) {
    let model = lints.model;
    // for each value the highest that a stage so far asks for, and which stage
    let mut highest: HashMap<String, (i128, &str, Span)> = HashMap::new();
    for stage in model.stages.iter().filter(|stage| !stage.side) {
        let Some(condition) = &stage.condition else { continue };
        for (threshold, number, place) in floors(model, condition) {
            let subject = lints.sources.words(threshold.subject.span);
            match highest.get(&subject) {
                Some((higher, lower_stage, other)) if number < *higher => {
                    let message = format!(
                        "stage {} asks for {} of {}, less than the lower stage {} with {}",
                        words::quoted(&stage.name),
                        words::number(number),
                        words::quoted(&subject),
                        words::quoted(lower_stage),
                        words::number(*higher)
                    );
                    let diagnostic = Diagnostic::new(Code::W0807, place, message)
                        .other(*other, "the lower stage asks for more");
                    lints.out.push(diagnostic);
                }
                _ => {
                    highest.insert(subject, (number, &stage.name, place));
                }
            }
        }
    }
}

/// The least values that a condition asks for in any case.
fn floors<'m>(model: &Model, condition: &'m Expr) -> Vec<(Threshold<'m>, i128, Span)> {
    match &condition.kind {
        ExprKind::And(parts) => parts.iter().flat_map(|part| floors(model, part)).collect(),
        _ => {
            let threshold = Threshold::of(condition).filter(|threshold| {
                matches!(threshold.comparison, Comparison::Greater | Comparison::GreaterOrEqual)
            });
            let found = threshold.and_then(|threshold| {
                let number = threshold.value(model)?;
                Some((threshold, number, condition.span))
            });
            found.into_iter().collect()
        }
    }
}
