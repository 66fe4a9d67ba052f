//! Decay: every shape against its formula, and which event gives the age.

use crate::build::*;
use qualify_model::decay::halving_factor;
use qualify_model::*;

fn halving(length: Length) -> Curve {
    Curve::Halving { every: length, by_day: false }
}

fn check_curve(curve: Curve, ago: i64, expected: &str) {
    let lead = lead().visit(DOCS, ago);
    check_points(for_each(event(VISITED), add("100")).decaying(curve.clone()), &lead, expected);
    check_points(when(event(VISITED).happens(), add("100")).decaying(curve), &lead, expected);
}

#[test]
fn every_shape() {
    for (ago, expected) in
        [(0, "100"), (30 * DAY, "50"), (60 * DAY, "25"), (15 * DAY, "70.7107"), (900 * DAY, "0")]
    {
        check_curve(halving(days(30)), ago, expected);
    }
    let by_day = |n| Curve::Halving { every: days(n), by_day: true };
    // noon: 12 hours ago is today, one microsecond more is yesterday
    for (ago, expected) in [(0, "100"), (12 * HOUR, "100"), (12 * HOUR + 1, "50"), (36 * HOUR, "50")] {
        check_curve(by_day(1), ago, expected);
    }
    for (ago, expected) in [(0, "100"), (5 * DAY, "50"), (10 * DAY, "0"), (11 * DAY, "0"), (3, "100")] {
        check_curve(Curve::Fading { over: days(10) }, ago, expected);
    }
    let share = |share: &str| Curve::LosingShare { share: num(share), every: days(10) };
    for (ago, expected) in [(10 * DAY - 1, "100"), (10 * DAY, "75"), (30 * DAY, "25"), (50 * DAY, "0")] {
        check_curve(share("0.25"), ago, expected);
    }
    let points = Curve::LosingPoints { amount: pts("30"), every: days(10) };
    for (ago, expected) in [(10 * DAY - 1, "100"), (10 * DAY, "70"), (30 * DAY, "10"), (50 * DAY, "0")] {
        check_curve(points.clone(), ago, expected);
    }
    let steps = vec![(num("0.5"), days(10)), (num("0.1"), days(20))];
    for (ago, expected) in [(10 * DAY - 1, "100"), (10 * DAY, "50"), (20 * DAY, "10"), (99 * DAY, "10")] {
        check_curve(Curve::Dropping { steps: steps.clone() }, ago, expected);
    }
}

#[test]
fn sums_of_faded_points_are_rounded_once() {
    let ages = [1, 2, 3, 5, 8, 13, 21].map(|n| n * DAY + n);
    let lead = ages.iter().fold(lead(), |lead, ago| lead.visit(DOCS, *ago));
    let factors: i128 = ages.iter().map(|ago| halving_factor(ago / 1000, 30 * 86_400_000) as i128).sum();
    let expected = exact::divide_rounded(factors * 33_333, 1 << 30).expect("not zero");
    let model = model_of([for_each(event(VISITED), subtract("3.3333")).decaying(halving(days(30)))]);
    let outcome = run(&model, &lead);
    assert_eq!(outcome.score, Some(-expected as i64));
    let Entry::Rule { raw, decayed, .. } = outcome.ledger[0].entry else { panic!("a rule") };
    assert_eq!((raw, decayed), (-7 * 33_333, -expected as i64));
    // the bound comes after decay and before the sign
    let bounded = for_each(event(VISITED), subtract("3.3333")).decaying(halving(days(30))).up_to("10");
    check_points(bounded, &lead, "-10");
}

#[test]
fn the_newest_matching_event_gives_the_age_of_a_when() {
    let rule = |condition| when(condition, add("100")).decaying(halving(days(10)));
    let facts = lead().visit(DOCS, 30 * DAY).visit(DOCS, 10 * DAY).visit(BLOG, DAY);
    check_points(rule(visit(DOCS).happens()), &facts, "50");
    check_points(rule(visit(DOCS).window(Window::MoreThanAgo(days(20))).happens()), &facts, "12.5");
    check_points(rule(visit(DOCS).times(at_least_n(2)).happens()), &facts, "50");
    let other = or([visit(DOCS).happens(), at_least(attr(SIZE), int(1))]);
    check_points(rule(other.clone()), &facts, "50");
    // holds without an event: nothing that could have aged
    check_points(rule(other), &lead().set(SIZE, Value::Number(1)), "100");
    // of a sequence the last step, not the newest event of its type
    let sequence = visit(DOCS).then(Some(days(1)), visit(BLOG));
    let lead = lead().visit(DOCS, 20 * DAY + HOUR).visit(BLOG, 20 * DAY).visit(BLOG, DAY);
    check_points(rule(sequence.happens()), &lead, "25");
    // behind a name
    let definition =
        Let { name: "read".into(), value: visit(DOCS).happens(), within: None, span: Default::default() };
    let model = model_of([rule(condition(ExprKind::Let(LetId(0))))]);
    check_total(&Model { lets: vec![definition], ..model }, &facts, "50");
}

#[test]
fn from_another_instant() {
    let held_at = |lead: Lead, value: Option<i64>| {
        lead.at(as_of() - DAY, PURCHASED, vec![None, None, None, value.map(Value::Time)])
    };
    let decay = |from, unless| Decay { curve: halving(days(10)), from, unless, span: Default::default() };
    let rule = || for_each(event(PURCHASED), add("100")).decay(decay(Some(of_event("held_at")), None));
    check_points(rule(), &held_at(lead(), Some(as_of() - 20 * DAY)), "25");
    check_points(rule(), &held_at(lead(), Some(as_of() + 20 * DAY)), "100"); // not yet: age 0
    check_points(rule(), &held_at(lead(), None), "0"); // unknown age
    let rule = when(event(PURCHASED).happens(), add("100")).decay(decay(Some(attr(TRIAL_ENDS)), None));
    let ends = Value::Date((at("2024-06-02T00:00:00Z") / DAY) as i32);
    let expected = halving_factor((10 * DAY + 12 * HOUR) / 1000, 10 * DAY / 1000) as i128 * 1_000_000;
    let expected = exact::format(exact::divide_rounded(expected, 1 << 30).expect("not zero"), 4);
    check_points(rule, &held_at(lead(), None).set(TRIAL_ENDS, ends), &expected);
}

#[test]
fn without_decay_if() {
    let decay = |unless| Decay {
        curve: halving(days(10)),
        from: None,
        unless: Some(unless),
        span: Default::default(),
    };
    let lead = lead().visit(DOCS, 10 * DAY).set(CONSENT, Value::YesNo(true));
    for (unless, expected) in [(attr(CONSENT), "100"), (not(attr(CONSENT)), "50"), (unknown(), "50")] {
        check_points(
            when(event(VISITED).happens(), add("100")).decay(decay(unless.clone())),
            &lead,
            expected,
        );
        check_points(for_each(event(VISITED), add("100")).decay(decay(unless)), &lead, expected);
    }
}

#[test]
fn lengths_may_be_params() {
    let param = Param {
        name: "half".into(),
        ty: Type::Duration,
        value: Value::Duration(5 * DAY),
        range: None,
        length: None,
        span: Default::default(),
    };
    let model = model_of([for_each(event(VISITED), add("100")).decaying(halving(Length::Param(ParamId(0))))]);
    check_total(&Model { params: vec![param], ..model }, &lead().visit(DOCS, 10 * DAY), "25");
}
