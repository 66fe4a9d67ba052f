//! `for each`, its limits, and the one order of limits.

use crate::build::*;
use qualify_model::*;

fn events_of(line: &LedgerLine) -> &[u32] {
    match &line.entry {
        Entry::Rule { events, .. } => events,
        other => panic!("not a rule: {other:?}"),
    }
}

fn by_amount() -> Points {
    Points { negative: false, value: to_points(of_event("amount")) }
}

#[test]
fn for_each_counts_each() {
    let facts = lead().visit(DOCS, DAY).visit(DOCS, DAY).visit(DOCS, 3 * DAY).visit(DOCS, 9 * DAY);
    check_points(for_each(event(VISITED).within(days(5)), add("1.5")), &facts, "4.5");
    check_points(for_each(event(VISITED), subtract("5")).up_to("15"), &facts, "-15");
    check_points(for_each(event(VISITED), add("5")).up_to("15"), &facts, "15");
    let outcome = run(&model_of([for_each(event(REQUESTED), add("5"))]), &facts);
    assert!(outcome.ledger.is_empty());
    check_points(
        for_each(event(PURCHASED), by_amount()),
        &lead().purchase("x", "3", 1).purchase("x", "-1.5", 2),
        "1.5",
    );
    // `up to` bounds from above only
    check_points(for_each(event(PURCHASED), by_amount()).up_to("1"), &lead().purchase("x", "-9", 1), "-9");
}

#[test]
fn the_newest_of_each_period_count() {
    let facts = lead()
        .purchase("a", "1", 6 * HOUR)
        .purchase("b", "2", 5 * HOUR)
        .purchase("c", "4", 5 * HOUR)
        .purchase("d", "8", 13 * HOUR)
        .purchase("e", "16", 14 * HOUR);
    let rule = |n, per| for_each(event(PURCHASED), by_amount()).at_most(n, per);
    check_points(rule(1, None), &facts, "4"); // at one instant the greatest points
    check_points(rule(2, None), &facts, "6");
    check_points(rule(1, Some(CalendarUnit::Day)), &facts, "12");
    check_points(rule(2, Some(CalendarUnit::Day)), &facts, "30");
    check_points(rule(1, Some(CalendarUnit::Hour)), &facts, "29");
    check_points(rule(0, None), &facts, "0");
    check_points(rule(9, Some(CalendarUnit::Week)), &facts, "31");
    let outcome = run(&model_of([rule(1, Some(CalendarUnit::Day))]), &facts);
    assert_eq!(events_of(&outcome.ledger[0]), [2, 3]);
    let berlin = Model { timezone: "Asia/Tokyo".into(), ..model_of([rule(1, Some(CalendarUnit::Day))]) };
    check_total(&berlin, &facts, "4"); // 21:00 in Tokyo: all today
}

#[test]
fn each_different_value_counts_once() {
    let facts = lead()
        .purchase("A", "1", 5 * DAY)
        .purchase(" a", "2", 2 * DAY)
        .purchase("a", "3", 2 * DAY)
        .purchase("b", "10", 3 * DAY)
        .at(as_of(), PURCHASED, vec![]);
    let rule = |amount| for_each_different("product", event(PURCHASED), amount);
    check_points(rule(add("5")), &facts, "10");
    check_points(rule(by_amount()), &facts, "13"); // the newest of each, the greatest at one instant
    check_points(rule(by_amount()).at_most(1, None), &facts, "3");
    check_points(rule(by_amount()).at_most(1, Some(CalendarUnit::Week)), &facts, "13");
    let times = || Points { negative: false, value: to_points(expr(INTEGER, ExprKind::Times)) };
    check_points(rule(times()), &facts, "4");
    check_points(rule(times()).up_to("3"), &facts, "3");
    let curve = Curve::Halving { every: days(1), by_day: false };
    check_points(rule(add("8")).decaying(curve), &facts, "3"); // 8/4 + 8/8
    assert_eq!(events_of(&run(&model_of([rule(by_amount())]), &facts).ledger[0]), [2, 3]);
}

#[test]
fn the_order_of_limits() {
    let scored = in_score(0);
    let multiply = |by: &str| RuleKind::Multiply { condition: always(), target: scored, by: num(by) };
    let cap = |at: &str| RuleKind::Cap { condition: always(), target: scored, at: pts(at) };
    let set = |to: &str| RuleKind::Set { condition: always(), target: scored, to: pts(to) };
    let kinds = [when(always(), add("10")), when(always(), subtract("3")), multiply("1.5"), multiply("2")];
    let with = |more: Vec<RuleKind>, bounds: Bounds| {
        let rules = kinds.iter().cloned().chain(more).map(|kind| rule(scored, kind)).collect();
        Model { scores: vec![Score { bounds, ..score("s") }], rules, ..model() }
    };
    let check = |more: Vec<RuleKind>, bounds: Bounds, expected: &str| {
        check_total(&with(more, bounds), &lead(), expected);
    };
    check(vec![], Bounds::default(), "21");
    check(vec![cap("20"), cap("15"), cap("30")], Bounds::default(), "15");
    check(vec![cap("15"), set("40"), set("50")], Bounds::default(), "40");
    let bounds = |low: &str, high: &str| Bounds { low: Some(pts(low)), high: Some(pts(high)) };
    check(vec![cap("15"), set("40")], bounds("0", "35"), "35");
    check(vec![set("-5")], bounds("0", "35"), "0");
    check(vec![cap("15")], bounds("18", "35"), "18");
    let outcome = run(&with(vec![cap("15"), cap("16"), set("40")], bounds("0", "35")), &lead());
    let lines: Vec<(Entry, i64)> =
        outcome.ledger.iter().skip(2).map(|line| (line.entry.clone(), line.points / 10_000)).collect();
    let expected = [
        (Entry::Multiplied(vec![RuleId(2), RuleId(3)]), 14),
        (Entry::Capped(RuleId(4)), -6),
        (Entry::Set(RuleId(6)), 25),
        (Entry::Bounded, -5),
        (Entry::Score(ScoreId(0)), 35),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn products_hold_six_decimals_at_each_step() {
    let by = |by: &str| RuleKind::Multiply { condition: always(), target: Target::Total, by: num(by) };
    let model = model_of([when(always(), add("1000000")), by("0.0011"), by("0.0005")]);
    check_total(&model, &lead(), "1"); // 0.00000055 is held as 0.000001
    let model = model_of([when(always(), add("0.0001")), by("0.5")]);
    check_total(&model, &lead(), "0.0001");
}

#[test]
fn what_acts_on_which_score() {
    let half = |target| RuleKind::Multiply { condition: always(), target, by: num("0.5") };
    let rules = vec![
        rule(in_score(0), when(always(), add("10"))),
        rule(in_score(1), when(always(), add("20"))),
        rule(in_score(1), half(in_score(0))),
        rule(Target::Total, when(always(), add("1"))),
        rule(Target::Total, half(Target::Total)),
    ];
    let model = Model { scores: vec![score("a"), score("b")], rules, ..model() };
    let outcome = run(&model, &lead());
    assert_eq!((outcome.scores, outcome.score), (vec![Some(50_000), Some(200_000)], Some(130_000)));
}

#[test]
fn totals_and_formulas() {
    let rules =
        vec![rule(in_score(0), when(always(), add("80"))), rule(in_score(1), when(always(), add("50")))];
    let model = Model { scores: vec![score("fit"), score("engagement")], rules, ..model() };
    check_total(&model, &lead(), "130");
    let with = |formula: Expr, high: Option<&str>| {
        let bounds = Bounds { low: None, high: high.map(pts) };
        Model { total: Total { formula: Some(formula), bounds, span: None }, ..model.clone() }
    };
    let sum = || arithmetic(POINTS, score_value(0), Operator::Add, score_value(1));
    let outcome = run(&with(sum(), Some("100")), &lead());
    let entries: Vec<Entry> = outcome.ledger.iter().skip(2).map(|line| line.entry.clone()).collect();
    assert_eq!(outcome.score, Some(1_000_000));
    assert_eq!(entries, [Entry::Score(ScoreId(0)), Entry::Score(ScoreId(1)), Entry::Bounded]);
    let parts = vec![(num("0.6"), score_value(0)), (num("0.4"), score_value(1))];
    let weighted = with(expr(POINTS, ExprKind::Weighted(parts)), None);
    check_total(&weighted, &lead(), "68");
    assert_eq!(run(&weighted, &lead()).ledger.last().map(|line| line.entry.clone()), Some(Entry::Formula));
    check_total(&with(to_points(attr(SIZE)), None), &lead(), "0"); // an unknown formula
}

#[test]
fn a_score_outside_its_population_has_no_value() {
    let mut partners = score("partners");
    partners.population = Some(attr(CONSENT));
    let half = RuleKind::Multiply { condition: always(), target: Target::Total, by: num("0.5") };
    let rules = vec![
        rule(in_score(0), when(always(), add("10"))),
        rule(in_score(0), half),
        rule(in_score(1), when(always(), add("4"))),
    ];
    let in_total = Model { scores: vec![partners, score("other")], rules, ..model() };
    let formula = arithmetic(POINTS, score_value(0), Operator::Multiply, num("2"));
    let formula = arithmetic(POINTS, formula, Operator::Add, score_value(1));
    let total = Total { formula: Some(formula), ..Total::default() };
    let in_formula = Model { total, ..in_total.clone() };
    let consenting = |consent| lead().set(CONSENT, Value::YesNo(consent));
    check_total(&in_total, &consenting(true), "7");
    check_total(&in_formula, &consenting(true), "12");
    for outside in [lead(), consenting(false)] {
        check_total(&in_total, &outside, "4");
        check_total(&in_formula, &outside, "4");
        let outcome = run(&in_total, &outside);
        assert_eq!(outcome.scores, [None, Some(40_000)]);
        assert_eq!(truth_in(&in_total, &at_least(score_value(0), pts("0")), &outside), Truth::Unknown);
        assert_eq!(outcome.ledger.len(), 2);
    }
}

#[test]
fn conditions_see_the_bounded_score() {
    let mut bounded = score("s");
    bounded.bounds.high = Some(pts("10"));
    let rules = vec![
        rule(in_score(0), when(always(), add("50"))),
        rule(Target::Total, when(at_least(score_value(0), pts("11")), add("100"))),
    ];
    check_total(&Model { scores: vec![bounded], rules, ..model() }, &lead(), "10");
}
