//! The ladder of stages, side stages, and what keeps a lead where it is.

use crate::build::*;
use qualify_model::StageReason::{self, Condition, OnlyMovesUp, Side, Stays};
use qualify_model::*;
use std::sync::Arc;

fn stage(name: &str, condition: Option<Expr>) -> Stage {
    Stage {
        name: name.into(),
        side: false,
        condition,
        stays_while: None,
        because: Some(format!("because of {name}")),
        span: Default::default(),
    }
}

fn size(n: i64) -> Option<Expr> {
    Some(at_least(attr(SIZE), int(n)))
}

/// Lead, MQL from 10, SQL from 20 and MQL, and Recycled beside them for those who consent.
fn ladder() -> Model {
    let sql = and([condition(ExprKind::StageHolds(StageId(1))), at_least(attr(SIZE), int(20))]);
    let recycled = Stage { side: true, ..stage("Recycled", Some(attr(CONSENT))) };
    let stages = vec![stage("Lead", None), stage("MQL", size(10)), stage("SQL", Some(sql)), recycled];
    Model { stages, ..model() }
}

fn of(size: i64, current: Option<&str>) -> Lead {
    let lead = lead().set(SIZE, Value::Number(size));
    match current {
        Some(stage) => lead.set(STAGE, Value::Stage(Arc::from(stage))),
        None => lead,
    }
}

fn check(model: &Model, lead: &Lead, stage: Option<&str>, reason: StageReason, changed: bool) {
    let outcome = run(model, lead);
    let found = (outcome.stage.as_deref(), outcome.stage_reason, outcome.stage_changed);
    assert_eq!(found, (stage, reason, changed), "{lead:?}");
}

#[test]
fn the_last_that_holds() {
    for (size, stage) in [(5, "Lead"), (10, "MQL"), (20, "SQL")] {
        check(&ladder(), &of(size, None), Some(stage), Condition, true);
        check(&ladder(), &of(size, Some(&stage.to_lowercase())), Some(stage), Condition, false);
    }
    // falls without `stages only move up`
    check(&ladder(), &of(10, Some("SQL")), Some("MQL"), Condition, true);
    // a gap on the ladder: the last that holds
    let stages = vec![stage("A", size(5)), stage("B", Some(never())), stage("C", size(1))];
    check(&Model { stages, ..model() }, &of(5, None), Some("C"), Condition, true);
    let stages = vec![stage("A", size(5))];
    check(&Model { stages: stages.clone(), ..model() }, &of(1, None), None, StageReason::None, false);
    check(&Model { stages: stages.clone(), ..model() }, &of(1, Some("A")), None, StageReason::None, true);
    check(&Model { stages, ..model() }, &lead(), None, StageReason::None, false);
    assert_eq!(run(&ladder(), &of(10, None)).reasons, ["because of MQL"]);
}

#[test]
fn stages_only_move_up() {
    let up = |except: &[u32]| Model {
        only_move_up: Some(except.iter().map(|i| StageId(*i)).collect()),
        ..ladder()
    };
    check(&up(&[]), &of(10, Some("sql")), Some("SQL"), OnlyMovesUp, false);
    check(&up(&[]), &of(20, Some("MQL")), Some("SQL"), Condition, true);
    check(&up(&[]), &of(10, Some("MQL")), Some("MQL"), Condition, false);
    check(&up(&[1]), &of(10, Some("SQL")), Some("MQL"), Condition, true);
    check(&up(&[1]), &of(5, Some("SQL")), Some("SQL"), OnlyMovesUp, false);
    // running twice changes nothing, and a stage that the model does not know constrains nothing
    let outcome = run(&up(&[]), &of(10, Some("Customer")));
    assert_eq!((outcome.stage.as_deref(), outcome.unknown_current_stage), (Some("MQL"), true));
    assert_eq!((outcome.previous_stage.as_deref(), outcome.stage_changed), (Some("Customer"), true));
    // a recycled lead can rise again
    check(&up(&[]), &of(5, Some("Recycled")), Some("Lead"), Condition, true);
}

#[test]
fn side_stages_win() {
    let consenting = |lead: Lead| lead.set(CONSENT, Value::YesNo(true));
    check(&ladder(), &consenting(of(20, None)), Some("Recycled"), Side, true);
    let up = Model { only_move_up: Some(vec![]), ..ladder() };
    check(&up, &consenting(of(20, Some("SQL"))), Some("Recycled"), Side, true);
    let mut two = ladder();
    two.stages.insert(0, Stage { side: true, ..stage("First", size(20)) });
    two.stages[3].condition = Some(never());
    check(&two, &consenting(of(20, None)), Some("First"), Side, true);
}

#[test]
fn stays_while() {
    let mut model = ladder();
    model.stages[1].stays_while = size(8);
    check(&model, &of(9, Some("MQL")), Some("MQL"), Stays, false);
    check(&model, &of(7, Some("MQL")), Some("Lead"), Condition, true);
    check(&model, &of(9, Some("Lead")), Some("Lead"), Condition, false);
    check(&model, &of(20, Some("MQL")), Some("SQL"), Condition, true);
    model.stages[3].stays_while = size(8);
    check(&model, &of(9, Some("Recycled")), Some("Recycled"), Stays, false);
    check(&model, &of(7, Some("Recycled")), Some("Lead"), Condition, true);
}

#[test]
fn conditions_on_stages() {
    let is = |ids: &[u32]| condition(ExprKind::StageIs(ids.iter().map(|id| StageId(*id)).collect()));
    let at_least = |id| condition(ExprKind::StageAtLeast(StageId(id)));
    let rules = vec![
        rule(Target::Total, when(is(&[1, 3]), add("1"))),
        rule(Target::Total, when(at_least(1), add("10"))),
        rule(Target::Total, when(at_least(3), add("100"))),
    ];
    let model = Model { rules, ..ladder() };
    check_total(&model, &of(5, None), "0");
    check_total(&model, &of(10, None), "11");
    check_total(&model, &of(20, None), "10");
    check_total(&model, &of(20, None).set(CONSENT, Value::YesNo(true)), "101");
    let current = |id| condition(ExprKind::CurrentStageAtLeast(StageId(id)));
    for (lead, id, expected) in [
        (of(1, Some("MQL")), 1, Truth::True),
        (of(1, Some("MQL")), 2, Truth::False),
        (of(1, Some("Recycled")), 0, Truth::False),
        (of(1, Some("Customer")), 0, Truth::Unknown),
        (of(1, None), 0, Truth::Unknown),
    ] {
        assert_eq!(truth_in(&model, &current(id), &lead), expected, "{lead:?}");
    }
}
