//! What changed between two results: each crossing once, with the rules behind it.

use qualify_model::{Event, EventId, Labels, Lead, Model, Outcome, Value};
use qualify_reference::Interpreter;
use qualify_state::{Change, Transition, transitions};
use qualify_tests::agree::compile;
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;

const SCHEMA: &str = "\
lead key id { size integer  rival yes/no  stage stage }
event visited (page text)
";

fn model(rules: &str) -> Model {
    compile(&format!("{SCHEMA}{rules}")).unwrap_or_else(|messages| panic!("{messages:?}"))
}

fn lead(size: i64, visits: &[i64]) -> Lead {
    let visit =
        |day: &i64| Event { kind: EventId(0), time: day * DAY, received: None, properties: vec![None] };
    let attributes = vec![Some(Value::Number(size)), None, None];
    Lead { key: "a".into(), attributes, events: visits.iter().map(visit).collect() }
}

fn at(model: &Model, lead: &Lead, day: i64) -> Outcome {
    Interpreter::new(model, day * DAY).score(lead)
}

/// A transition in a few words.
fn words(transition: &Transition) -> String {
    let of = |name: &Option<String>| name.clone().unwrap_or("-".into());
    match &transition.change {
        Change::Status { from: Some(from), to, .. } => format!("{from:?} to {to:?}"),
        Change::Status { from: None, to, .. } => format!("{to:?}"),
        Change::LeftStage { stage, to } => format!("left {stage} for {}", of(to)),
        Change::EnteredStage { stage, from, reason } => {
            format!("entered {stage} from {} by {reason:?}", of(from))
        }
        Change::Grade { set, from, to } => format!("{set}: {} to {}", of(from), of(to)),
        Change::EnteredSegment { segment } => format!("in {segment}"),
        Change::LeftSegment { segment } => format!("out of {segment}"),
        Change::Rerouted { from, to, .. } => format!("rerouted from {} to {}", of(from), of(to)),
    }
}

#[track_caller]
fn check(model: &Model, before: Option<&Outcome>, after: &Outcome, expected: &[&str]) {
    let found = transitions(&Labels::of(model), before, after);
    assert_eq!(found.iter().map(words).collect::<Vec<_>>(), expected);
}

const RULES: &str = "\
when visited within 7d add 30
when size > 100 add 20
grade fit: A if size > 100
grade fit: B otherwise
disqualify if rival because \"a rival\"
stage Lead
stage MQL if score >= 30
side stage Gone if no visited within 100d and size > 100
segment active if visited within 30d
route \"Sales\" if stage at least MQL respond within 1d
route \"Nobody\" otherwise
";

#[test]
fn what_changed_is_told_in_order() {
    let model = model(RULES);
    let (quiet, visited) = (at(&model, &lead(5, &[]), 200), at(&model, &lead(5, &[198]), 200));
    let came = [
        "left Lead for MQL",
        "entered MQL from Lead by Condition",
        "in active",
        "rerouted from Nobody to Sales",
    ];
    check(&model, Some(&quiet), &visited, &came);
    check(&model, Some(&visited), &visited, &[]);
    check(
        &model,
        None,
        &quiet,
        &["entered Lead from - by Condition", "fit: - to B", "rerouted from - to Nobody"],
    );
    let mut rival = lead(500, &[198]);
    let large = at(&model, &rival, 200);
    check(&model, Some(&visited), &large, &["fit: B to A"]);
    rival.attributes[1] = Some(Value::YesNo(true));
    let out = at(&model, &rival, 200);
    let gone = ["Scored to Disqualified", "left MQL for -", "rerouted from Sales to -"];
    check(&model, Some(&large), &out, &gone);
    let back = ["Disqualified to Scored", "entered MQL from - by Condition", "rerouted from - to Sales"];
    check(&model, Some(&out), &large, &back);
    let lost = at(&model, &lead(500, &[198]), 400);
    let side = [
        "left MQL for Gone",
        "entered Gone from MQL by Side",
        "out of active",
        "rerouted from Sales to Nobody",
    ];
    check(&model, Some(&large), &lost, &side);
}

#[test]
fn the_rules_behind_it_come_with_their_points() {
    let model = model(RULES);
    let (quiet, visited) = (at(&model, &lead(5, &[]), 200), at(&model, &lead(500, &[198]), 200));
    let found = transitions(&Labels::of(&model), Some(&quiet), &visited);
    let rules: Vec<_> = found[0].rules.iter().map(|rule| (&*rule.text, rule.before, rule.after)).collect();
    let expected = [("when visited within 7d add 30", 0, 30_0000), ("when size > 100 add 20", 0, 20_0000)];
    assert_eq!(rules, expected);
    let json = serde_json::to_value(&found[0]).expect("it is data");
    assert_eq!(json["change"], "left_stage");
    assert_eq!(json["rules"][0]["after"], 300_000);
}

#[test]
fn each_crossing_is_told_once_and_hysteresis_makes_no_storm() {
    let crossings = |stages: &str| {
        let model = model(&format!("for each visited within 7d add 10\n{stages}"));
        let labels = Labels::of(&model);
        // two visits each ninth day, one in between: the score goes up and down between 10 and 30
        let visits: Vec<i64> = (0..40).flat_map(|week| [9 * week, 9 * week, 9 * week + 4]).collect();
        let mut lead = lead(5, &visits);
        let mut before: Option<Outcome> = None;
        let mut entered = 0;
        for hour in 0..24 * 300 {
            let after = Interpreter::new(&model, hour * DAY / 24).score(&lead);
            let told = transitions(&labels, before.as_ref(), &after);
            entered += told.iter().filter(|t| words(t).starts_with("entered MQL")).count();
            lead.attributes[2] = after.stage.as_deref().map(|stage| Value::Stage(Arc::from(stage)));
            before = Some(after);
        }
        entered
    };
    let storm = crossings("stage Lead stage MQL if score >= 30");
    assert!((40..=80).contains(&storm), "{storm} crossings");
    assert_eq!(crossings("stage Lead stage MQL if score >= 30 stays while score >= 10"), 1);
}
