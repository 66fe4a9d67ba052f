//! The tests of a model, run: what came of each, and of a failed one why, with the values of everything it asked about
//! and the ledger of its lead.
//!
//! Not in here: how a test is run (`qualify-reference`), how it is shown (the command line).

mod finding;
mod names;

pub use finding::Finding;
pub use names::NameFilter;

use crate::junit;
use crate::place::Place;
use qualify::Explanation;
use qualify_diagnostics::Sources;
use qualify_model::{Model, Test, Truth};
use qualify_reference::{Interpreter, TestRun, run_test};
use qualify_syntax::tree::StatementKind;
use serde::Serialize;

/// The instant of tests that name none and are given none: 2026-01-01T00:00:00Z, in microseconds since 1970. It never
/// changes, so that what passes today passes tomorrow.
pub const AS_OF: i64 = 1_767_225_600_000_000;

/// Whether a rule file states tests.
pub fn states_tests(text: &str) -> bool {
    let parsed = qualify_syntax::parse(Default::default(), text);
    parsed.tree.statements.iter().any(|s| matches!(s.kind, StatementKind::Test(_)))
}

/// What came of one test.
#[derive(Clone, Debug, Serialize)]
pub struct Trial {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether all came out as expected.
    pub passed: bool,
    /// The instant it ran at, microseconds since 1970.
    pub as_of: i64,
    /// How long it took, in microseconds.
    pub microseconds: u64,
    /// The expectations that did not come true.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
    /// Of a failed test: where the score of its lead comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// An expectation that did not come true.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failure {
    /// As written.
    pub expected: String,
    /// Where.
    pub place: Place,
    /// It is neither true nor false: something in it is unknown.
    pub unknown: bool,
    /// What was found instead.
    pub findings: Vec<Finding>,
}

/// Runs the tests whose names are wanted, in the order of the text. `clock` tells microseconds.
pub fn run(
    model: &Model,
    sources: &Sources,
    wanted: &NameFilter,
    as_of: i64,
    clock: &dyn Fn() -> u64,
) -> Vec<Trial> {
    let tests = model.tests.iter().filter(|test| wanted.takes(&test.name));
    tests.map(|test| try_one(model, sources, test, as_of, clock)).collect()
}

fn try_one(model: &Model, sources: &Sources, test: &Test, as_of: i64, clock: &dyn Fn() -> u64) -> Trial {
    let start = clock();
    let run = run_test(model, test, as_of);
    let microseconds = clock().saturating_sub(start);
    let passed = run.passed();
    let explain = || Explanation::new(model, &run.lead, &run.outcome, run.as_of, true); // a made-up lead has no secrets
    Trial {
        name: test.name.clone(),
        place: Place::of(sources, test.span),
        passed,
        as_of: run.as_of,
        microseconds,
        failures: failures(model, sources, test, &run),
        explanation: (!passed).then(explain),
    }
}

fn failures(model: &Model, sources: &Sources, test: &Test, run: &TestRun) -> Vec<Failure> {
    let interpreter = Interpreter::new(model, run.as_of);
    let search = finding::Search {
        model,
        sources,
        outcome: &run.outcome,
        facts: interpreter.hindsight(&run.lead, &run.outcome),
    };
    let failed = test.expects.iter().zip(&run.expects).filter(|(_, truth)| !truth.is_true());
    failed
        .map(|(expect, truth)| Failure {
            expected: sources.words(expect.span),
            place: Place::of(sources, expect.span),
            unknown: *truth == Truth::Unknown,
            findings: search.findings(expect),
        })
        .collect()
}

/// The trials of one group as a suite of a JUnit file; `account` says of a failed one all there is to say.
pub fn suite(name: &str, trials: &[Trial], account: &dyn Fn(&Trial) -> String) -> junit::Suite {
    let case = |trial: &Trial| junit::Case {
        name: trial.name.clone(),
        class: trial.place.file.clone(),
        microseconds: trial.microseconds,
        result: match trial.failures.first() {
            None => junit::CaseResult::Passed,
            Some(first) => junit::CaseResult::Failed(junit::Trouble {
                kind: "expectation".to_string(),
                message: format!("{}: expected {}", first.place, first.expected),
                account: account(trial),
            }),
        },
    };
    junit::Suite { name: name.to_string(), properties: Vec::new(), cases: trials.iter().map(case).collect() }
}
