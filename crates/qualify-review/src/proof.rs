//! What a change of a model could do, without any data: ranges, reachability, and whether a lead can be scored
//! differently at all.
//!
//! ```text
//! two models ── encode ──> one circuit of conditions and sums ── solver ──> the same | facts
//!                                                    facts ── reference interpreter ──> confirmed ── shrink
//!                                         beyond the circuit ── search ──> confirmed | unknown
//! ```
//!
//! "The same" is only said when it is proved; "differs" only of a lead that the reference interpreter scores
//! differently under both models. Everything is counted in steps, so that the answer is the same on every machine.
//!
//! Not in here: what changed in words, and what it does to leads at hand.

mod candidates;
mod comparison;
mod outcomes;
mod pair;
mod search;
mod shrink;
pub(crate) mod test_text;
pub(crate) mod walk;

pub use comparison::*;
pub use outcomes::differences;
pub use test_text::test_text;

use pair::Pair;
use qualify_model::{Lead, Model};

/// What the change from `old` to `new` could do.
pub fn compare(old: &Model, new: &Model, limits: &Limits) -> Comparison {
    let pair = Pair::new(old, new);
    let verdict = searched(&pair, limits);
    Comparison {
        ranges: ranges(old, new),
        appearing: Vec::new(),
        vanishing: Vec::new(),
        verdict,
        effort: Effort { leads: pair.leads.get(), ..Effort::default() },
    }
}

fn searched(pair: &Pair<'_>, limits: &Limits) -> Verdict {
    let found = search::search(pair, limits);
    match found.lead {
        Some((lead, as_of)) => Verdict::Differs(Box::new(counterexample(pair, lead, as_of))),
        None => Verdict::Unknown { why: Vec::new(), searched: found.searched },
    }
}

/// A lead that is scored differently, made small.
fn counterexample(pair: &Pair<'_>, lead: Lead, as_of: i64) -> Counterexample {
    let both = pair.at(as_of);
    let lead = shrink::shrunk(&both, lead);
    let (before, after) = both.score(&lead);
    let differences = differences((pair.old, &before), (pair.new, &after));
    let test = test_text(pair.new, &lead, as_of, &differences);
    Counterexample { as_of, old_lead: pair.old_lead(&lead), lead, differences, before, after, test }
}

/// A small lead that both models score differently, made of one that they do; none if they do not.
pub(crate) fn made_small(old: &Model, new: &Model, lead: Lead, as_of: i64) -> Option<Lead> {
    let pair = Pair::new(old, new);
    let both = pair.at(as_of);
    (!both.differences(&lead).is_empty()).then(|| shrink::shrunk(&both, lead))
}

/// The ranges of the total and of all named scores.
fn ranges(old: &Model, new: &Model) -> Vec<RangeChange> {
    let (before, after) = (qualify_check::score_ranges(old), qualify_check::score_ranges(new));
    let range = |range: &qualify_check::Range| PointRange { low: range.low, high: range.high };
    let total =
        RangeChange { score: None, before: Some(range(&before.total)), after: Some(range(&after.total)) };
    let named = outcomes::names(&old.scores, &new.scores, |score| &score.name).into_iter().map(|name| {
        let of = |model: &Model, ranges: &qualify_check::Ranges| {
            let place = model.scores.iter().position(|score| score.name == name)?;
            Some(range(&ranges.scores[place]))
        };
        RangeChange { score: Some(name.into()), before: of(old, &before), after: of(new, &after) }
    });
    std::iter::once(total).chain(named).collect()
}
