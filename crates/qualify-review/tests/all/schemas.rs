//! Proofs and counterexamples where the schema changes too.

use crate::support::{compile, read};
use qualify::Compiled;
use qualify_reference::{Interpreter, run_test};
use qualify_review::proof::{Comparison, Limits, Verdict, compare};

const SCHEMA: &str = "\
lead key id {
  size integer from 1 to 1000
  tier ordered one of (low, mid, high)
  region one of (emea, amer, apac)
  other one of (emea, amer, apac)
  tags list of text
  plan text
}
event visited (page one of (pricing, docs, blog), seconds integer from 0 to 600)
event opened (campaign text)
";

const RULES: &str = "\
when size >= 600 add 5
when tier >= mid and region in (emea, apac) add 10
when region = other add 3
when visited pricing at least 2 times within 7d add 20
for each visited where (seconds > 30) within 14d add 2 up to 8
when no opened within 30d subtract 4
stage MQL if score >= 20
";

fn typed(compiled: &Compiled) -> &qualify_model::Model {
    read(compiled).model
}

fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_string(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

/// What comes of edits of the schema and the rules together.
fn compared(edits: &[(&str, &str)]) -> (Compiled, Compiled, Comparison) {
    let old = format!("{SCHEMA}{RULES}");
    let (old, new) = (compile(&old), compile(&edited(&old, edits)));
    let limits = Limits { conflicts: 20_000, leads: 4_000, ..Limits::default() };
    let found = compare(typed(&old), typed(&new), &limits);
    (old, new, found)
}

#[track_caller]
fn same(edits: &[(&str, &str)]) {
    let (.., found) = compared(edits);
    assert!(matches!(found.verdict, Verdict::Same { .. }), "{edits:?}\n{:#?}", found.verdict);
}

/// The counterexample is confirmed, and its test passes on the new model; it fails on the old one where both versions
/// accept it.
#[track_caller]
fn differs(edits: &[(&str, &str)], accepted_by_one: &[&str]) -> String {
    let (old, new, found) = compared(edits);
    let Verdict::Differs(example) = &found.verdict else { panic!("{edits:?}\n{:#?}", found.verdict) };
    assert_eq!(example.accepted_by_one, accepted_by_one, "{edits:?}\n{}", example.test);
    let before = Interpreter::new(typed(&old), example.as_of).score(&example.old_lead);
    let after = Interpreter::new(typed(&new), example.as_of).score(&example.lead);
    assert_eq!((before, after), (example.before.clone(), example.after.clone()), "{edits:?}");
    let passes = |rules: &str| {
        let compiled = compile(&format!("{rules}\n{}", example.test));
        let model = typed(&compiled);
        run_test(model, &model.tests[0], example.as_of).passed()
    };
    let old = format!("{SCHEMA}{RULES}");
    if !example.test.is_empty() {
        assert!(passes(&edited(&old, edits)), "{edits:?}\n{}", example.test);
    }
    if accepted_by_one.is_empty() {
        assert!(!passes(&old), "{edits:?}\n{}", example.test);
    }
    example.test.clone()
}

#[test]
fn what_nothing_reads_and_no_order_is_in_the_way_of_a_proof() {
    // attributes, words, events and properties in another order
    same(&[
        ("  size integer from 1 to 1000\n", ""),
        ("  plan text\n", "  plan text\n  size integer from 1 to 1000\n"),
    ]);
    same(&[
        ("region one of (emea, amer, apac)", "region one of (apac, emea, amer)"),
        ("other one of (emea, amer, apac)", "other one of (apac, emea, amer)"),
    ]);
    same(&[("page one of (pricing, docs, blog)", "page one of (blog, pricing, docs)")]);
    same(&[
        ("event opened (campaign text)\n", ""),
        ("event visited", "event opened (campaign text)\nevent visited"),
    ]);
    // more and less of what nothing reads
    same(&[("  plan text\n", "  plan text\n  job text\n  staff integer\n")]);
    same(&[("  plan text\n", "")]);
    same(&[("event opened (campaign text)", "event opened (campaign text, seconds integer)")]);
    same(&[("event opened (campaign text)", "event opened (campaign text)\nevent called (length integer)")]);
    same(&[("  plan text\n", "  plan integer\n")]);
    // what is read, with rules in other words
    same(&[
        ("  plan text\n", "  job text\n  plan text\n"),
        ("size >= 600", "size > 599"),
        ("page one of (pricing, docs, blog)", "page one of (docs, blog, pricing)"),
    ]);
    // a range or a word more that no rule tells from unknown
    same(&[("size integer from 1 to 1000", "size integer from 0 to 1000")]);
    same(&[("seconds integer from 0 to 600", "seconds integer from 10 to 600")]);
    same(&[
        ("page one of (pricing, docs, blog)", "page one of (pricing, docs, blog, jobs)"),
        ("where (seconds > 30) within 14d", "where (seconds > 30) within 336h"),
    ]);
}

#[test]
fn a_lead_that_both_versions_accept_where_there_is_one() {
    let wider = ("size integer from 1 to 1000", "size integer from 1 to 5000");
    differs(&[wider, ("size >= 600 add 5", "size >= 500 add 5")], &[]);
    differs(&[wider, ("add 10", "add 11")], &[]);
    differs(
        &[
            ("tier ordered one of (low, mid, high)", "tier ordered one of (none, low, mid, high, top)"),
            ("tier >= mid", "tier >= high"),
        ],
        &[],
    );
    differs(
        &[
            ("page one of (pricing, docs, blog)", "page one of (jobs, pricing, docs, blog)"),
            ("at least 2 times", "at least 3 times"),
        ],
        &[],
    );
    differs(
        &[
            ("event opened (campaign text)", "event opened (campaign text) event called (length integer)"),
            ("no opened within 30d", "no opened within 31d"),
        ],
        &[],
    );
    // required now: a lead without it
    differs(&[("  plan text\n", "  plan text required\n")], &[]);
}

#[test]
fn where_only_one_version_accepts_a_fact_it_is_said() {
    let test = differs(
        &[("size integer from 1 to 1000", "size integer from 1 to 5000")],
        &["to the old version `size` is unknown, for it does not accept `2000`"],
    );
    assert!(test.contains("size: 2000"), "{test}");
    let test = differs(
        &[("size integer from 1 to 1000", "size integer from 1 to 700")],
        &["to the new version `size` is unknown, for it does not accept `1000`"],
    );
    assert_eq!(test, "");
    differs(
        &[("tier ordered one of (low, mid, high)", "tier ordered one of (low, mid, high, top)")],
        &["to the old version `tier` is unknown, for it does not accept `top`"],
    );
    differs(
        &[
            ("  plan text\n", "  plan text\n  job text\n"),
            ("stage MQL", "when job = \"chief\" add 5\nstage MQL"),
        ],
        &["the old version does not know `job`"],
    );
    differs(
        &[
            ("event opened (campaign text)", "event opened (campaign text)\nevent called (length integer)"),
            ("no opened within 30d", "no event within 30d"),
        ],
        &[],
    );
}

#[test]
fn the_time_of_an_event_in_whatever_place() {
    let rule = "when no opened within 30d subtract 4";
    for condition in [
        "event.time is known",
        "event.time within 3d",
        "days since event.time > 4",
        "event.time < \"2026-01-01\"",
        "not (event.time is unknown)",
    ] {
        let more = format!("{rule}\nwhen visited where ({condition}) within 30d add 1");
        let (.., found) = compared(&[(rule, &more)]);
        assert!(matches!(found.verdict, Verdict::Differs(_)), "{condition}\n{:#?}", found.verdict);
    }
}

#[test]
fn what_stands_in_the_way_is_named() {
    let check = |edits: &[(&str, &str)], expected: &str| {
        let (.., found) = compared(edits);
        let Verdict::Unknown { why, .. } = &found.verdict else { panic!("{edits:?}\n{:#?}", found.verdict) };
        let told: Vec<&str> = why.iter().map(|obstacle| obstacle.what.as_str()).collect();
        assert_eq!(told, [expected], "{edits:?}");
    };
    check(
        &[
            ("size integer from 1 to 1000", "size number"),
            ("when size >= 600 add 5\n", "when size > 9 and size < 5 add 5\n"),
        ],
        "`size`, whose type is `number` now and was `integer`",
    );
}
