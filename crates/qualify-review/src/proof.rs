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
mod circuit;
mod comparison;
mod decide;
mod encode;
mod facts;
mod int;
mod joined;
mod outcomes;
mod pair;
mod pool;
mod search;
mod shrink;
mod solver;
#[cfg(test)]
mod sound;
pub(crate) mod test_text;
mod three;
pub(crate) mod walk;

pub use comparison::*;
pub use outcomes::differences;
pub use test_text::test_text;

use decide::Decision;
use pair::Pair;
use qualify_model::{Lead, Model};
use solver::Answer;

/// What the change from `old` to `new` could do.
pub fn compare(old: &Model, new: &Model, limits: &Limits) -> Comparison {
    let joined = joined::joined(old, new);
    let pair = Pair::new(old, new, &joined);
    let mut comparison = Comparison {
        ranges: ranges(old, new),
        appearing: Vec::new(),
        vanishing: Vec::new(),
        verdict: Verdict::Same { by: Proof::Structure },
        effort: Effort::default(),
    };
    if pair.blocked.is_empty() {
        let mut decision = Decision::new(&pair);
        (comparison.appearing, comparison.vanishing) = decision.reach(limits);
        comparison.verdict = decided(&pair, &mut decision, limits);
        comparison.effort = decision.effort();
    } else {
        comparison.verdict = searched(&pair, limits, pair.blocked.to_vec());
    }
    comparison.effort.leads = pair.leads.get();
    comparison
}

/// Proved the same, or a lead that differs, or neither.
fn decided(pair: &Pair<'_>, decision: &mut Decision<'_, '_>, limits: &Limits) -> Verdict {
    if decision.never_differ() {
        return Verdict::Same { by: Proof::Structure };
    }
    let large = decision.is_large();
    if !large && decision.can_differ(limits) == Answer::No {
        return Verdict::Same { by: Proof::Solver };
    }
    // most differences show in a simple lead; what the circuit lacks for an exact answer is added only then
    if let Some((lead, as_of)) = pool::simple(decision, pair, limits) {
        return Verdict::Differs(Box::new(counterexample(pair, lead, as_of)));
    }
    if large && decision.can_differ(limits) == Answer::No {
        return Verdict::Same { by: Proof::Solver };
    }
    decision.tighten();
    let answer = decision.can_differ(limits);
    if answer == Answer::No {
        return Verdict::Same { by: Proof::Solver };
    }
    let mut why = decision.obstacles();
    if answer == Answer::GaveUp {
        why.push(Obstacle {
            old: false,
            span: None,
            place: None,
            what: "more wrong turns than the solver may take".into(),
        });
    }
    if why.is_empty() {
        why.push(Obstacle {
            old: false,
            span: None,
            place: None,
            what: "how terms depend on each other, which the proof knows only in part".into(),
        });
    }
    // a lead that both versions accept shows more than one of which one of them knows less
    let found = pool::example(decision, pair, limits, true);
    let found = match (found, pair.views) {
        (None, Some(_)) => pool::example(decision, pair, limits, false),
        (found, _) => found,
    };
    match found {
        Some((lead, as_of)) => Verdict::Differs(Box::new(counterexample(pair, lead, as_of))),
        None => searched(pair, limits, why),
    }
}

fn searched(pair: &Pair<'_>, limits: &Limits, why: Vec<Obstacle>) -> Verdict {
    let found = search::search(pair, limits);
    match found.lead {
        Some((lead, as_of)) => Verdict::Differs(Box::new(counterexample(pair, lead, as_of))),
        None => Verdict::Unknown { why, searched: found.searched },
    }
}

/// A lead that is scored differently, made small.
fn counterexample(pair: &Pair<'_>, lead: Lead, as_of: i64) -> Counterexample {
    let both = pair.at(as_of);
    let lead = shrink::shrunk(&both, lead);
    let (before, after) = both.score(&lead);
    let differences = differences((pair.old, &before), (pair.new, &after));
    let (old_lead, new_lead) = (pair.read(0, &lead).into_owned(), pair.read(1, &lead).into_owned());
    let mut accepted_by_one = Vec::new();
    let mut test = test_text(pair.new, &new_lead, as_of, &differences);
    if let Some([old, new]) = pair.views {
        accepted_by_one = old.refused("old", pair.schema, &lead, as_of);
        accepted_by_one.extend(new.refused("new", pair.schema, &lead, as_of));
        if !new.accepts(&lead) {
            test.clear(); // a test of the new version cannot say what only the old one reads
        }
    }
    Counterexample { as_of, old_lead, lead: new_lead, differences, before, after, test, accepted_by_one }
}

/// A small lead that both models score differently, made of one that they do; none if they do not. Their schemas are
/// the same.
pub(crate) fn made_small(old: &Model, new: &Model, lead: Lead, as_of: i64) -> Option<Lead> {
    let joined = None; // the models are of one schema
    let pair = Pair::new(old, new, &joined);
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
