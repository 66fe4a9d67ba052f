//! Changes of the example models: each is proved to change nothing, or a lead shows the difference.

#![allow(clippy::print_stdout)] // tests say their seeds and times

use qualify_check::{Options, check};
use qualify_diagnostics::{Severity, Sources};
use qualify_model::Model;
use qualify_reference::{Interpreter, run_test};
use qualify_review::proof::{Comparison, Limits, Verdict, compare, differences};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What is expected of a change.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    Same,
    Differs,
}
use Expected::{Differs, Same};

/// A change of an example model: a text that stands in it, and what stands there after.
struct Change {
    what: &'static str,
    example: &'static str,
    from: &'static str,
    to: &'static str,
    expected: Expected,
}

const fn change(
    example: &'static str,
    what: &'static str,
    from: &'static str,
    to: &'static str,
    expected: Expected,
) -> Change {
    Change { what, example, from, to, expected }
}

const CHANGES: &[Change] = &[
    change("leadforge", "the threshold of a stage", "param mql_line = 65", "param mql_line = 70", Differs),
    change(
        "leadforge",
        "a window",
        "touch at least 3 times within 7d add 4",
        "touch at least 3 times within 8d add 4",
        Differs,
    ),
    change("leadforge", "points", "= technical_evaluator add 2", "= technical_evaluator add 3", Differs),
    change(
        "leadforge",
        "an operator",
        "activity at least 2 times within 14d",
        "activity more than 2 times within 14d",
        Differs,
    ),
    change(
        "leadforge",
        "a rule dropped",
        "when activity where (method = demo) within 21d add 3\n",
        "",
        Differs,
    ),
    change("leadforge", "a half-life", "param half_life = 14d", "param half_life = 21d", Differs),
    change(
        "leadforge",
        "what is ignored",
        "page_views = 1 and seconds < 90",
        "page_views = 1 and seconds < 100",
        Differs,
    ),
    change(
        "leadforge",
        "a member of a list",
        "(\"procurement\", \"sourcing\")",
        "(\"procurement\", \"buying\")",
        Differs,
    ),
    change(
        "leadforge",
        "stages swapped",
        "stage Lead\nstage MQL if score >= mql_line and fit >= 25\n",
        "stage MQL if score >= mql_line and fit >= 25\nstage Lead\n",
        Differs,
    ),
    change("leadforge", "a name that others read", "decision_maker", "decides", Same),
    change(
        "leadforge",
        "rules in another order",
        "when visited pricing within 14d add 5\nwhen visited demo within 14d add 5\n",
        "when visited demo within 14d add 5\nwhen visited pricing within 14d add 5\n",
        Same,
    ),
    change(
        "leadforge",
        "a length in other units",
        "created_at more than 14d ago #",
        "created_at more than 336h ago #",
        Same,
    ),
    change(
        "leadforge",
        "not (a and b) as not a or not b",
        "demographics.mailbox = personal and settled and no visited and no activity",
        "not (not (demographics.mailbox = personal and settled) or visited or activity)",
        Same,
    ),
    change(
        "leadforge",
        "a filter said the other way",
        "(page_views = 1 and seconds < 90)",
        "(seconds <= 89 and not (page_views != 1))",
        Same,
    ),
    change(
        "leadforge",
        "a rule split in three",
        "when demographics.mailbox is unknown add 1",
        "when demographics.mailbox is unknown and decision_maker add 1\n\
         when demographics.mailbox is unknown and not decision_maker add 1\n\
         when demographics.mailbox is unknown and decision_maker is unknown add 1",
        Same,
    ),
    change("bank", "points of a row", "under 60 : 4", "under 60 : 5", Differs),
    change("bank", "the threshold of a grade", "grade B if score >= 25", "grade B if score > 25", Differs),
    change(
        "bank",
        "a condition dropped",
        "if call_list and score >= priority_line",
        "if score >= priority_line",
        Differs,
    ),
    change(
        "bank",
        "> 20 as >= 21",
        "when campaign.calls > 20 cap at 0",
        "when campaign.calls >= 21 cap at 0",
        Same,
    ),
    change(
        "bank",
        "a bound that nothing reaches",
        "score campaign_timing from -30 up to 40 {",
        "score campaign_timing from -30 up to 41 {",
        Same,
    ),
    change(
        "bank",
        "words one by one, a range as two ends",
        "when client.job in (management, self_employed) and client.education = tertiary and saver add 1",
        "when (client.job = management or client.job = self_employed) and not (client.education <= secondary)\n\
         and finance.balance >= 1000 and not (finance.balance > 9999) add 1",
        Same,
    ),
];

fn folder(example: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example)
}

fn compiled(example: &str, text: &str) -> Model {
    let folder = folder(example);
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", text);
    let load = |path: &str, _: &str| {
        let file = folder.join(path);
        let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
        Ok((path.to_string(), text))
    };
    let checked = check(&mut sources, &[root], &load, &Options::default());
    let errors: Vec<_> = checked.diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
    checked.model.unwrap_or_else(|| panic!("{errors:#?}"))
}

fn text_of(example: &str) -> String {
    let text = std::fs::read_to_string(folder(example).join("model.qualify")).expect("the example is there");
    // however it is laid out
    let line = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// What stands before the tests of a model.
fn rules(text: &str) -> &str {
    text.split("\ntest \"").next().unwrap_or(text)
}

fn changed(change: &Change) -> (Model, Model, String) {
    let text = text_of(change.example);
    assert!(text.contains(change.from), "{}: the text stands there", change.what);
    let new = text.replace(change.from, change.to);
    (compiled(change.example, rules(&text)), compiled(change.example, rules(&new)), rules(&new).to_string())
}

fn confirm(change: &Change, old: &Model, new: &Model, text: &str, comparison: &Comparison) {
    match (&comparison.verdict, change.expected) {
        (Verdict::Same { .. }, Same) => {}
        (Verdict::Differs(example), Differs) => {
            let before = Interpreter::new(old, example.as_of).score(&example.lead);
            let after = Interpreter::new(new, example.as_of).score(&example.lead);
            let found = differences((old, &before), (new, &after));
            assert_eq!(found, example.differences, "{}", change.what);
            assert!(!found.is_empty(), "{}", change.what);
            // the test that it comes as checks, and passes
            let with_test = compiled(change.example, &format!("{text}\n{}", example.test));
            for test in &with_test.tests {
                assert!(
                    run_test(&with_test, test, example.as_of).passed(),
                    "{}:\n{}",
                    change.what,
                    example.test
                );
            }
        }
        (other, expected) => panic!("{}: {expected:?} was expected, found {other:#?}", change.what),
    }
}

#[test]
fn changes_of_the_examples_are_decided() {
    let only = std::env::var("CHANGE").ok();
    for change in
        CHANGES.iter().filter(|change| only.as_ref().is_none_or(|only| change.what.contains(only.as_str())))
    {
        let (old, new, text) = changed(change);
        let start = Instant::now();
        let comparison = compare(&old, &new, &Limits::default());
        let took = start.elapsed();
        let verdict = match &comparison.verdict {
            Verdict::Same { by } => format!("same, by {by:?}"),
            Verdict::Differs(example) => format!("differs in {}", example.differences[0].what),
            Verdict::Unknown { why, .. } => format!("unknown: {why:?}"),
        };
        println!("{:10} {:40} {verdict}  {took:.2?} {:?}", change.example, change.what, comparison.effort);
        // in a release build, on an ordinary machine, each takes a tenth of that
        #[cfg(not(debug_assertions))]
        assert!(took.as_secs() < 10, "{}", change.what);
        if let Verdict::Differs(example) = &comparison.verdict {
            println!("{}", example.test);
        }
        if only.is_none() {
            confirm(change, &old, &new, &text, &comparison);
        }
    }
}

#[test]
fn a_test_asks_for_nothing_that_no_expect_can_name() {
    let model = |rules: &str| compiled("quickstart", &format!("lead key id {{ size integer }}\n{rules}\n"));
    let check = |old: &str, new: &str, expected: &[&str]| {
        let comparison = compare(&model(old), &model(new), &Limits::default());
        let Verdict::Differs(example) = &comparison.verdict else { panic!("{comparison:#?}") };
        assert_eq!(example.test.is_empty(), expected.is_empty(), "{}", example.test);
        for part in expected {
            assert!(example.test.contains(part), "{part}\n{}", example.test);
        }
        model(&format!("{new}\n{}", example.test)); // it checks
    };
    let big = |n: u32| format!("let big = size > {n}\nsegment \"Big fish\" if big\nwhen size > 0 add 1");
    check(&big(50), &big(60), &[]);
    let also = |n: u32| format!("{}\nsegment large if big", big(n));
    check(&also(50), &also(60), &["expect not large\n"]);
    let route = |n: u32| format!("when size > 0 add 1\nroute \"Sales\" if score > 0 respond within {n}h");
    check(&route(1), &route(2), &[]);
}
