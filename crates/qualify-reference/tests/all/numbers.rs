//! Exact numbers: arithmetic between kinds, rounding, aggregates.

use crate::build::*;
use qualify_model::*;

fn op(ty: Type, a: Expr, operator: Operator, b: Expr) -> String {
    worth(&arithmetic(ty, a, operator, b), &lead())
}

#[test]
fn arithmetic_between_kinds() {
    use Operator::*;
    assert_eq!(op(INTEGER, int(7), Add, int(-9)), "-2");
    assert_eq!(op(NUMBER, int(7), Subtract, num("0.5")), "6.5");
    assert_eq!(op(MONEY, money("0.0001"), Multiply, num("0.5")), "0.0001"); // half away from zero
    assert_eq!(op(MONEY, money("-0.0001"), Multiply, num("0.5")), "-0.0001");
    assert_eq!(op(NUMBER, int(2), Divide, int(3)), "0.6667"); // as points, at the end
    assert_eq!(op(NUMBER, money("1"), Divide, money("8")), "0.125");
    assert_eq!(op(MONEY, money("10"), Divide, int(4)), "2.5");
    assert_eq!(op(POINTS, pts("1"), Divide, int(3)), "0.3333");
    assert_eq!(op(NUMBER, int(1), Divide, int(0)), "unknown");
    assert_eq!(op(NUMBER, int(0), Divide, num("0")), "unknown");
    for operator in [Add, Subtract, Multiply, Divide] {
        assert_eq!(op(INTEGER, attr(SIZE), operator, int(1)), "unknown");
        assert_eq!(op(INTEGER, int(1), operator, attr(SIZE)), "unknown");
    }
    let negated = expr(INTEGER, ExprKind::Negate(Box::new(int(i64::MIN))));
    assert_eq!(worth(&expr(INTEGER, ExprKind::Round(Box::new(negated))), &lead()), "922337203685477.5807");
}

#[test]
fn products_round_at_each_operator_and_weighted_sums_once() {
    let part = |weight, value: &str| (num(weight), pts(value));
    let parts = vec![part("0.5", "0.0001"), part("0.5", "0.0001")];
    assert_eq!(worth(&expr(POINTS, ExprKind::Weighted(parts)), &lead()), "0.0001");
    let half = || arithmetic(POINTS, num("0.5"), Operator::Multiply, pts("0.0001"));
    assert_eq!(op(POINTS, half(), Operator::Add, half()), "0.0002");
    let parts = vec![part("0.6", "80"), part("-0.4", "50.5")];
    assert_eq!(worth(&expr(POINTS, ExprKind::Weighted(parts)), &lead()), "27.8");
    let parts = vec![part("0.6", "80"), (num("1"), to_points(attr(SIZE)))];
    assert_eq!(worth(&expr(POINTS, ExprKind::Weighted(parts)), &lead()), "unknown");
}

#[test]
fn sums_are_wide_until_their_end() {
    let big = || int(i64::MAX);
    let sum = arithmetic(INTEGER, big(), Operator::Add, big());
    let back = arithmetic(INTEGER, sum.clone(), Operator::Subtract, big());
    assert_eq!(truth(&is(back, big()), &lead()), Truth::True);
    assert_eq!(truth(&compare(sum.clone(), Comparison::Greater, big()), &lead()), Truth::True);
    // an operand of a product is held first
    let held = arithmetic(INTEGER, sum, Operator::Multiply, int(1));
    assert_eq!(truth(&is(held, big()), &lead()), Truth::True);
}

#[test]
fn held_numbers_are_reported() {
    let add_max =
        || when(always(), Points { negative: false, value: constant(POINTS, Value::Number(i64::MAX)) });
    let outcome = run(&model_of([add_max()]), &lead());
    assert_eq!((outcome.score, outcome.saturated), (Some(i64::MAX), false));
    let outcome = run(&model_of([add_max(), add_max(), add_max()]), &lead());
    assert_eq!((outcome.score, outcome.saturated), (Some(i64::MAX), true));
    let less = when(always(), Points { negative: true, value: constant(POINTS, Value::Number(i64::MIN)) });
    let outcome = run(&model_of([less]), &lead());
    assert_eq!((outcome.score, outcome.saturated), (Some(i64::MAX), true));
    // wide until the end: one of each leaves nothing to hold
    let minus = when(always(), Points { negative: true, value: constant(POINTS, Value::Number(i64::MAX)) });
    let outcome = run(&model_of([add_max(), add_max(), minus]), &lead());
    assert_eq!((outcome.score, outcome.saturated), (Some(i64::MAX), false));
}

#[test]
fn least_greatest_and_between() {
    let list = |values: &[Expr]| values.to_vec();
    let min = |values: &[Expr]| worth(&expr(NUMBER, ExprKind::Min(list(values))), &lead());
    let max = |values: &[Expr]| worth(&expr(NUMBER, ExprKind::Max(list(values))), &lead());
    assert_eq!(min(&[int(3), num("2.5"), int(9)]), "2.5");
    assert_eq!(max(&[int(3), num("3.25")]), "3.25");
    assert_eq!(
        (min(&[int(3), attr(SIZE)]), max(&[attr(SIZE), int(3)])),
        ("unknown".into(), "unknown".into())
    );
    let clamp = |value| {
        let kind = ExprKind::Clamp(Box::new(value), Box::new(int(0)), Box::new(int(10)));
        worth(&expr(INTEGER, kind), &lead())
    };
    assert_eq!(
        [clamp(int(-5)), clamp(int(5)), clamp(int(50)), clamp(attr(SIZE))],
        ["0", "5", "10", "unknown"]
    );
    let round = |value| worth(&expr(INTEGER, ExprKind::Round(Box::new(value))), &lead());
    assert_eq!([round(num("2.5")), round(num("-2.5")), round(num("2.499999"))], ["3", "-3", "2"]);
}

#[test]
fn if_then_else() {
    let choose = |condition: Expr| {
        let kind = ExprKind::If(Box::new(condition), Box::new(int(1)), Box::new(num("2.5")));
        worth(&expr(NUMBER, kind), &lead())
    };
    assert_eq!([choose(always()), choose(never()), choose(unknown())], ["1", "2.5", "unknown"]);
}

#[test]
fn aggregates_of_values_look_at_the_known_ones() {
    let of = |aggregate, values: Vec<Expr>| {
        worth(&expr(NUMBER, ExprKind::AggregateOf(aggregate, values)), &lead())
    };
    let some = || vec![int(1), attr(SIZE), num("2.5"), int(-4)];
    for (aggregate, expected) in [
        (Aggregate::Total, "-0.5"),
        (Aggregate::Average, "-0.1667"),
        (Aggregate::Largest, "2.5"),
        (Aggregate::Smallest, "-4"),
        (Aggregate::First, "1"),
        (Aggregate::Latest, "-4"),
    ] {
        assert_eq!(of(aggregate, some()), expected, "{aggregate:?}");
        assert_eq!(of(aggregate, vec![attr(SIZE)]), "unknown", "{aggregate:?} of none");
    }
    let title = expr(TEXT, ExprKind::AggregateOf(Aggregate::First, vec![attr(TITLE), words("b")]));
    assert_eq!(truth(&is(title, words("B")), &lead()), Truth::True);
}

#[test]
fn aggregates_over_events() {
    let of = |aggregate, lead: &Lead| {
        worth(&expr(MONEY, ExprKind::Aggregate(aggregate, property("amount"), event(PURCHASED))), lead)
    };
    let unknown_amount = |lead: Lead, ago| lead.at(as_of() - ago, PURCHASED, vec![Some(text("x"))]);
    let lead_with = unknown_amount(lead(), 9 * DAY)
        .purchase("x", "3", 8 * DAY)
        .purchase("x", "10", 8 * DAY)
        .purchase("x", "-1", 5 * DAY)
        .purchase("x", "2.5", DAY)
        .purchase("x", "2", DAY);
    let lead_with = unknown_amount(lead_with, 0);
    for (aggregate, expected) in [
        (Aggregate::Total, "16.5"),
        (Aggregate::Average, "3.3"),
        (Aggregate::Largest, "10"),
        (Aggregate::Smallest, "-1"),
        (Aggregate::First, "3"),
        (Aggregate::Latest, "2.5"),
    ] {
        assert_eq!(of(aggregate, &lead_with), expected, "{aggregate:?}");
        let empty = if aggregate == Aggregate::Total { "0" } else { "unknown" };
        assert_eq!(of(aggregate, &lead()), empty, "{aggregate:?} of none");
        assert_eq!(of(aggregate, &unknown_amount(lead(), DAY)), empty, "{aggregate:?} of unknown ones");
    }
    let third = expr(NUMBER, ExprKind::Aggregate(Aggregate::Average, property("amount"), event(PURCHASED)));
    let thrice = lead().purchase("x", "1", 1).purchase("x", "0", 2).purchase("x", "0", 3);
    assert_eq!(worth(&third, &thrice), "0.3333");
    let latest = expr(TEXT, ExprKind::Aggregate(Aggregate::Latest, property("product"), event(PURCHASED)));
    let lead = lead().purchase("b", "1", DAY).purchase("C", "1", DAY).purchase("z", "1", 2 * DAY);
    assert_eq!(truth(&is(latest, words("c")), &lead), Truth::True);
}

#[test]
fn different_values() {
    let different = |name: &str, term| expr(INTEGER, ExprKind::CountDifferent(property(name), term));
    let lead = lead().visit(DOCS, 1).visit(DOCS, 2).visit(BLOG, 3).request("docs", 4).request(" Demo", 5);
    let lead = lead.request("demo", 6).at(as_of(), VISITED, vec![]);
    assert_eq!(worth(&different("page", event(VISITED)), &lead), "2");
    // objects of all types together, words and texts alike
    assert_eq!(worth(&different("object", any_event()), &lead), "3");
    assert_eq!(worth(&different("page", event(REQUESTED)), &lead), "0");
}

#[test]
fn dates_and_times() {
    let created = |text: &str| lead().set(CREATED_AT, Value::Time(at(text)));
    let ends = |text: &str, lead: Lead| lead.set(TRIAL_ENDS, Value::Date((at(text) / DAY) as i32));
    let before = compare(attr(CREATED_AT), Comparison::Less, attr(TRIAL_ENDS));
    let lead = ends("2024-06-12T00:00:00Z", created("2024-06-11T23:00:00Z"));
    assert_eq!(truth(&before, &lead), Truth::True);
    let berlin = Model { timezone: "Europe/Berlin".into(), ..model() };
    assert_eq!(truth_in(&berlin, &before, &lead), Truth::False); // the day began at 22:00Z
    let length = arithmetic(Type::Duration, attr(TRIAL_ENDS), Operator::Subtract, attr(CREATED_AT));
    let hour = constant(Type::Duration, Value::Duration(HOUR));
    assert_eq!(truth(&is(length, hour.clone()), &lead), Truth::True);
    let later = arithmetic(Type::Time, attr(CREATED_AT), Operator::Add, hour);
    assert_eq!(truth(&is(later, attr(TRIAL_ENDS)), &lead), Truth::True);
}
