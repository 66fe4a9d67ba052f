//! `same-reason`: several rules give the same reason word for word. Who reads an explanation cannot tell them apart.

use super::Lints;
use crate::analysis::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use std::collections::BTreeMap;

/// Places that are shown beside the first.
const SHOWN: usize = 3;

pub(super) fn check(lints: &mut Lints<'_>) {
    let mut reasons: BTreeMap<String, Vec<Span>> = BTreeMap::new();
    for rule in &lints.model.rules {
        if let Some(reason) = &rule.because {
            reasons.entry(reason.trim().to_lowercase()).or_default().push(rule.span);
        }
    }
    for (reason, places) in reasons {
        let [_, second, more @ ..] = places.as_slice() else { continue };
        let message = format!("{} rules give the same reason, {}", places.len(), words::quoted(&reason));
        let mut diagnostic =
            Diagnostic::new(Code::W0809, *second, message).other(places[0], "the first of them");
        for place in more.iter().take(SHOWN) {
            diagnostic = diagnostic.other(*place, "and here");
        }
        let note = "an explanation shows reasons: say in each what it adds to the other";
        lints.out.push(diagnostic.note(note));
    }
}
