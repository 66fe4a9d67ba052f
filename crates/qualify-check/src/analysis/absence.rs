//! Counts that hold with no event at all: `at most 3 times` is true for a lead that never did it.

use super::Lint;
use super::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::*;

/// Looks at all event terms of conditions.
pub(super) fn check(lint: &mut Lint<'_, '_>) {
    let mut terms: Vec<&Term> = Vec::new();
    for root in qualify_model::roots(lint.model) {
        qualify_model::below(root, &mut |expr| {
            if let ExprKind::Happens(term) = &expr.kind
                && !term.counts.is_empty()
            {
                terms.push(term);
            }
        });
    }
    for term in terms {
        let mut holds = true;
        for count in &term.counts {
            let (low, high) = lint.study.quantity(quantity(count));
            // with no event there is no value and no period that could have so many
            let whole = matches!(count, Count::Times(_) | Count::DifferentDays(_));
            holds &= whole && low.high <= 0 && high.low >= 0;
        }
        if let (true, Some(first)) = (holds, term.counts.first()) {
            report(lint, term, quantity(first));
        }
    }
}

fn quantity(count: &Count) -> &Quantity {
    match count {
        Count::Times(quantity)
        | Count::DifferentDays(quantity)
        | Count::TimesPerValue(quantity, _)
        | Count::TimesPerPeriod(quantity, _) => quantity,
    }
}

fn report<'m>(lint: &mut Lint<'m, '_>, term: &'m Term, quantity: &'m Quantity) {
    let text = lint.quoted(term.span);
    let message = format!("{text} also holds for a lead with no such event at all");
    let mut diagnostic = Diagnostic::new(Code::W0656, term.span, message);
    let (most, word, fewer) = match quantity {
        Quantity::AtMost(n) => (n, "at most", 0),
        Quantity::FewerThan(n) => (n, "fewer than", super::interval::ONE),
        Quantity::Between(_, n) => (n, "", 0),
        other => {
            if let Quantity::Exactly(_) = other {
                diagnostic = diagnostic.note("to ask for no event, write `no` before its name");
            }
            return lint.say(diagnostic);
        }
    };
    let most_value = lint.study.extent(most).values;
    let span = written_before(lint, most.span, word);
    diagnostic = match span {
        Some(span) if most_value.low == most_value.high && most_value.low - fewer >= super::interval::ONE => {
            let better = format!("between 1 and {}", words::number(most_value.low - fewer));
            diagnostic.fix(format!("to ask for one event at least, write `{better}`"), span, better)
        }
        _ => diagnostic.note("to ask for one event at least, write `between 1 and … times`"),
    };
    lint.say(diagnostic);
}

/// The stretch from `word`, which stands just before `span`, to the end of `span`.
fn written_before(lint: &Lint<'_, '_>, span: Span, word: &str) -> Option<Span> {
    if word.is_empty() {
        return None;
    }
    let text = &lint.sources.file(span.file).text;
    let before = text.get(..span.start as usize)?.trim_end();
    let start = before.len() - before.ends_with(word).then_some(word.len())?;
    Some(Span { start: u32::try_from(start).ok()?, ..span })
}
