//! Unknown in every position: it never fires.

use crate::build::*;
use qualify_model::Truth::{False, True, Unknown};
use qualify_model::*;

#[test]
fn comparisons_with_unknown_are_unknown() {
    use Comparison::*;
    for comparison in [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual] {
        for (a, b) in [(attr(SIZE), int(5)), (int(5), attr(SIZE)), (attr(SIZE), attr(SIZE))] {
            let condition = compare(a, comparison, b);
            assert_eq!(truth(&condition, &lead()), Unknown);
            assert_eq!(truth(&not(condition), &lead()), Unknown);
        }
    }
}

#[test]
fn logic_with_unknown() {
    let all = [never(), unknown(), always()];
    let value = [False, Unknown, True];
    for (i, a) in all.iter().enumerate() {
        for (j, b) in all.iter().enumerate() {
            let both = [a.clone(), b.clone()];
            assert_eq!(truth(&and(both.clone()), &lead()), value[i].and(value[j]));
            assert_eq!(truth(&or(both), &lead()), value[i].or(value[j]));
        }
    }
    assert_eq!(truth(&not(unknown()), &lead()), Unknown);
    assert_eq!((truth(&and([]), &lead()), truth(&or([]), &lead())), (True, False));
}

#[test]
fn only_true_fires() {
    for condition in [unknown(), not(unknown()), never()] {
        let model = model_of([when(condition, add("5"))]);
        assert!(run(&model, &lead()).ledger.is_empty());
    }
}

#[test]
fn known_and_if_known() {
    let sized = lead().set(SIZE, Value::Number(7));
    assert_eq!((truth(&known(attr(SIZE)), &lead()), truth(&known(attr(SIZE)), &sized)), (False, True));
    assert_eq!(truth(&known(unknown()), &lead()), False);
    let or_three = expr(INTEGER, ExprKind::IfKnown(Box::new(attr(SIZE)), Box::new(int(3))));
    assert_eq!((worth(&or_three, &lead()), worth(&or_three, &sized)), ("3".into(), "7".into()));
    let title = expr(TEXT, ExprKind::IfKnown(Box::new(attr(TITLE)), Box::new(words("none"))));
    assert_eq!(truth(&is(title, words("NONE")), &lead()), True);
    let consent = condition(ExprKind::IfKnown(Box::new(attr(CONSENT)), Box::new(always())));
    assert_eq!(truth(&consent, &lead()), True);
    assert_eq!(truth(&consent, &lead().set(CONSENT, Value::YesNo(false))), False);
}

#[test]
fn sets_and_text_with_unknown() {
    let values = |value: Expr, values: &[&str]| {
        condition(ExprKind::In(Box::new(value), Set::Values(values.iter().map(|v| text(v)).collect())))
    };
    let tags = |tags: &[&str]| lead().set(TAGS, Value::List(tags.iter().map(|t| text(t)).collect()));
    assert_eq!(truth(&values(attr(TITLE), &["cto"]), &lead()), Unknown);
    assert_eq!(truth(&values(attr(TITLE), &[]), &lead().set(TITLE, text("cto"))), False);
    assert_eq!(truth(&values(attr(TITLE), &["ceo", "CTO "]), &lead().set(TITLE, text("cto"))), True);
    // an empty list is unknown
    for (lead, expected) in [(tags(&[]), Unknown), (tags(&["a", "b"]), True), (tags(&["c"]), False)] {
        assert_eq!(truth(&values(attr(TAGS), &["B", "x"]), &lead), expected);
        let element = condition(ExprKind::In(Box::new(words("b")), Set::Attribute(Box::new(attr(TAGS)))));
        assert_eq!(truth(&element, &lead), expected);
        let contains = ExprKind::Text(TextTest::Contains, Box::new(attr(TAGS)), vec![words("b")]);
        assert_eq!(truth(&condition(contains), &lead), expected);
    }
    let test = |test, needles: &[&str]| {
        condition(ExprKind::Text(test, Box::new(attr(TITLE)), needles.iter().map(|n| words(n)).collect()))
    };
    let vp = lead().set(TITLE, text("VP, Data & Sales"));
    for (condition, expected) in [
        (test(TextTest::Contains, &["x", "DATA"]), True),
        (test(TextTest::StartsWith, &["vp"]), True),
        (test(TextTest::EndsWith, &["data"]), False),
        (test(TextTest::Mentions, &["data sales"]), True),
        (test(TextTest::Matches, &["vp*sales"]), True),
        (test(TextTest::Matches, &["vp"]), False),
    ] {
        assert_eq!(truth(&condition, &vp), expected, "{condition:?}");
        assert_eq!(truth(&condition, &lead()), Unknown);
    }
}

#[test]
fn domains_match_subdomains_in_lists_alone() {
    let domain = || {
        let ty = Type::Text(TextKind::Domain);
        expr(ty, ExprKind::Part(Part::Domain, Box::new(attr(EMAIL))))
    };
    let list = List {
        name: "rivals".into(),
        values: vec![text("Rival.com"), text("other.io")],
        ty: TEXT,
        span: Default::default(),
    };
    let model = Model { lists: vec![list], ..model() };
    for (email, in_list, equal) in [
        ("a@mail.rival.COM", True, False),
        ("a@rival.com", True, True),
        ("a@notrival.com", False, False),
        ("nobody", Unknown, Unknown),
    ] {
        let lead = lead().set(EMAIL, text(email));
        let set = |set| condition(ExprKind::In(Box::new(domain()), set));
        assert_eq!(truth_in(&model, &set(Set::List(ListId(0))), &lead), in_list, "{email}");
        let written = Set::Values(vec![text("rival.com")]);
        assert_eq!(truth_in(&model, &set(written), &lead), in_list, "{email}");
        assert_eq!(truth_in(&model, &is(domain(), words("rival.com")), &lead), equal, "{email}");
    }
}

#[test]
fn words_and_other_values_compare() {
    let seniority = |word| constant(Type::OneOf(VocabularyId(0)), Value::Word(word));
    let senior = lead().set(SENIORITY, Value::Word(1));
    assert_eq!(truth(&at_least(attr(SENIORITY), seniority(1)), &senior), True);
    assert_eq!(truth(&at_least(attr(SENIORITY), seniority(2)), &senior), False);
    assert_eq!(truth(&is(attr(SENIORITY), words("Senior")), &senior), True);
    let list = List { name: "l".into(), values: vec![text("SENIOR")], ty: TEXT, span: Default::default() };
    let listed = condition(ExprKind::In(Box::new(attr(SENIORITY)), Set::List(ListId(0))));
    assert_eq!(truth_in(&Model { lists: vec![list], ..model() }, &listed, &senior), True);
    let numbers = List {
        name: "n".into(),
        values: vec![Value::Number(units("7", &NUMBER))],
        ty: NUMBER,
        span: Default::default(),
    };
    let listed = condition(ExprKind::In(Box::new(attr(SIZE)), Set::List(ListId(0))));
    let model = Model { lists: vec![numbers], ..model() };
    assert_eq!(truth_in(&model, &listed, &lead().set(SIZE, Value::Number(7))), True);
    let between =
        |low, high| condition(ExprKind::Between(Box::new(attr(SIZE)), Box::new(low), Box::new(high)));
    let seven = lead().set(SIZE, Value::Number(7));
    assert_eq!(truth(&between(int(7), int(7)), &seven), True);
    assert_eq!(truth(&between(num("7.000001"), int(9)), &seven), False);
    assert_eq!(truth(&between(attr(RATIO), int(6)), &seven), False); // above, whatever the other end
    assert_eq!(truth(&between(attr(RATIO), int(9)), &seven), Unknown);
}

#[test]
fn unknown_points_are_nothing_and_the_ledger_says_so() {
    let amount = Points { negative: false, value: to_points(attr(SIZE)) };
    let outcome = run(&model_of([when(always(), amount.clone())]), &lead());
    let line = &outcome.ledger[0];
    assert_eq!(line.points, 0);
    assert!(matches!(line.entry, Entry::Rule { unknown_points: true, raw: 0, .. }));
    let per_event = Points { negative: false, value: to_points(of_event("amount")) };
    let model = model_of([for_each(event(PURCHASED), per_event)]);
    let outcome = run(&model, &lead().purchase("x", "12.5", DAY).at(as_of(), PURCHASED, vec![]));
    assert_eq!(outcome.ledger[0].points, 125_000);
    assert!(matches!(outcome.ledger[0].entry, Entry::Rule { unknown_points: true, .. }));
}

#[test]
fn unknown_limits_do_nothing() {
    let unknown_points = || expr(POINTS, ExprKind::Unknown);
    let target = Target::Total;
    let model = model_of([
        when(always(), add("10")),
        RuleKind::Multiply { condition: always(), target, by: expr(NUMBER, ExprKind::Unknown) },
        RuleKind::Cap { condition: always(), target, at: unknown_points() },
        RuleKind::Set { condition: always(), target, to: unknown_points() },
        RuleKind::Cap { condition: unknown(), target, at: pts("1") },
    ]);
    let bounds = Bounds { low: Some(unknown_points()), high: Some(unknown_points()) };
    let outcome = run(&Model { total: Total { bounds, ..Total::default() }, ..model }, &lead());
    assert_eq!((outcome.score, outcome.ledger.len()), (Some(100_000), 1));
}
