//! Which events match: objects, filters, counts, sequences, silence, ignored events.

use crate::build::*;
use proptest::prelude::*;
use qualify_model::Truth::{self, False, True};
use qualify_model::*;

#[test]
fn objects() {
    let lead = lead().request(" Demo Call ", DAY).at(as_of(), REQUESTED, vec![]).visit(DOCS, DAY);
    for (term, expected) in [
        (event(REQUESTED), "2"),
        (event(REQUESTED).on(ObjectTest::Is(text("demo call"))), "1"),
        (event(REQUESTED).on(ObjectTest::Glob("demo*".into())), "1"),
        (event(REQUESTED).on(ObjectTest::Glob("*".into())), "1"),
        (event(REQUESTED).on(ObjectTest::Is(text("trial"))).on(ObjectTest::Is(text("demo call"))), "1"),
        (visit(PRICING), "0"),
        (any_event(), "3"),
        (any_event().on(ObjectTest::Named("DOCS".into())), "1"),
        (any_event().on(ObjectTest::Named("demo call".into())).on(ObjectTest::Named("docs".into())), "2"),
    ] {
        assert_eq!(worth(&term.clone().number(), &lead), expected, "{term:?}");
    }
}

#[test]
fn an_unknown_filter_does_not_match() {
    let long = at_least(of_event("seconds"), num("5"));
    let seconds = |s: Option<&str>| s.map(|s| Value::Number(units(s, &NUMBER)));
    let visit = |lead: Lead, s| lead.at(as_of() - DAY, VISITED, vec![None, seconds(s)]);
    let lead = visit(visit(visit(lead(), Some("5")), Some("4.999999")), None);
    assert_eq!(worth(&event(VISITED).filter(long.clone()).number(), &lead), "1");
    assert_eq!(worth(&event(VISITED).filter(not(long)).number(), &lead), "1");
    // a property that the type does not have is unknown
    assert_eq!(worth(&any_event().filter(known(of_event("amount"))).number(), &lead), "0");
}

#[test]
fn counts() {
    let lead = lead().visit(DOCS, DAY).visit(DOCS, 2 * DAY).visit(BLOG, 3 * DAY);
    let n = |n| Box::new(int(n));
    for (quantity, expected) in [
        (Quantity::AtLeast(n(3)), True),
        (Quantity::AtLeast(n(4)), False),
        (Quantity::AtMost(n(3)), True),
        (Quantity::AtMost(n(2)), False),
        (Quantity::Exactly(n(3)), True),
        (Quantity::MoreThan(n(3)), False),
        (Quantity::FewerThan(n(4)), True),
        (Quantity::Between(n(3), n(5)), True),
        (Quantity::Between(n(4), n(5)), False),
    ] {
        assert_eq!(truth(&event(VISITED).times(quantity.clone()).happens(), &lead), expected, "{quantity:?}");
    }
    let none = event(REQUESTED).times(Quantity::AtMost(n(2))).happens();
    assert_eq!(truth(&none, &lead), True);
}

#[test]
fn counts_per_value_and_period() {
    let buy = |lead: Lead, session: Option<&str>, ago| {
        lead.at(as_of() - ago, PURCHASED, vec![None, None, session.map(text)])
    };
    let per = |n| event(PURCHASED).count(Count::TimesPerValue(at_least_n(n), property("session"))).happens();
    let mut shop = lead();
    for session in [Some("A"), Some(" a"), Some("b"), None, None, None] {
        shop = buy(shop, session, DAY);
    }
    assert_eq!((truth(&per(2), &shop), truth(&per(3), &shop)), (True, False));
    let week = |n| event(VISITED).count(Count::TimesPerPeriod(at_least_n(n), CalendarUnit::Week)).happens();
    // Sunday, Monday, Tuesday: two weeks
    let lead = lead().visit(DOCS, 3 * DAY).visit(DOCS, 2 * DAY).visit(DOCS, DAY);
    assert_eq!((truth(&week(2), &lead), truth(&week(3), &lead)), (True, False));
    assert_eq!(truth(&week(0), &Lead { events: vec![], ..lead }), False);
}

fn check_sequence(gap: Option<Length>, visits: &[i64], requests: &[i64], expected: &str) {
    let term = visit(PRICING).then(gap, event(REQUESTED).within(days(30)));
    let facts = visits.iter().fold(lead(), |lead, ago| lead.visit(PRICING, *ago));
    let facts = requests.iter().fold(facts, |lead, ago| lead.request("demo", *ago));
    assert_eq!(worth(&term.clone().number(), &facts), expected, "{visits:?} then {requests:?}");
    assert_eq!(truth(&term.happens(), &facts), Truth::from(expected != "0"));
}

#[test]
fn sequences() {
    check_sequence(None, &[5], &[5], "0"); // the same instant is not later
    check_sequence(None, &[5], &[4], "1");
    check_sequence(None, &[4], &[5], "0");
    check_sequence(Some(days(1)), &[3 * DAY], &[2 * DAY], "0"); // less than the gap
    check_sequence(Some(days(1)), &[3 * DAY - 1], &[2 * DAY], "1");
    check_sequence(Some(days(1)), &[9 * DAY, 3 * DAY - 1], &[2 * DAY], "1");
    check_sequence(None, &[40 * DAY], &[2 * DAY, DAY], "2"); // not used up; no window on the first step
    check_sequence(None, &[40 * DAY], &[35 * DAY], "0");
    check_sequence(None, &[], &[DAY], "0");
    let three = visit(DOCS).then(Some(days(2)), visit(BLOG)).then(Some(days(2)), event(REQUESTED));
    let lead = lead().visit(DOCS, 5 * DAY).visit(BLOG, 4 * DAY).visit(BLOG, DAY).request("demo", 3 * DAY);
    assert_eq!(worth(&three.clone().number(), &lead), "1");
    assert_eq!(worth(&three.number(), &lead.request("demo", HOUR)), "1"); // the second blog is no follower
}

#[test]
fn silence() {
    let after = |length| event(VISITED).silence(length);
    let lead = lead().visit(DOCS, 50 * DAY).visit(DOCS, 20 * DAY).visit(BLOG, 20 * DAY).visit(DOCS, DAY);
    assert_eq!(worth(&after(days(30)).number(), &lead), "2"); // two at one instant, 30 days after the first
    assert_eq!(worth(&after(Length::Exact(30 * DAY + 1)).number(), &lead), "0");
    assert_eq!(worth(&after(days(19)).number(), &lead), "3");
    // the predecessor may lie outside the window, and must be of the same object
    assert_eq!(worth(&after(days(19)).within(days(2)).number(), &lead), "1");
    assert_eq!(worth(&visit(BLOG).silence(days(1)).number(), &lead), "0");
}

#[test]
fn ignored_events_are_not_seen() {
    let ignore = |term: Term, within| Ignore { term, within, because: None, span: Default::default() };
    let of =
        |ignores, lets: Vec<Let>| Model { ignores, lets, scores: vec![score("a"), score("b")], ..model() };
    let visits = || for_each(event(VISITED), add("1"));
    let with_rules = |mut model: Model| {
        for home in [in_score(0), in_score(1), Target::Total] {
            model.rules.push(rule(home, visits()));
        }
        model
    };
    let lead = lead().visit(DOCS, DAY).visit(BLOG, 2 * DAY).visit(DOCS, 9 * DAY);
    let points =
        |model: &Model| run(model, &lead).scores.iter().map(|s| s.unwrap_or(0) / 10_000).collect::<Vec<_>>();
    let everywhere = with_rules(of(vec![ignore(visit(BLOG), None)], vec![]));
    assert_eq!((points(&everywhere), total(&everywhere, &lead)), (vec![2, 2], "6".into()));
    let first = with_rules(of(vec![ignore(visit(DOCS), Some(ScoreId(0)))], vec![]));
    assert_eq!((points(&first), total(&first, &lead)), (vec![1, 3], "7".into()));
    // a named expression sees the events of the block it stands in, wherever it is used
    let visited =
        |within| Let { name: "n".into(), value: event(VISITED).number(), within, span: Default::default() };
    let lets = vec![visited(None), visited(Some(ScoreId(0)))];
    let mut named = of(vec![ignore(visit(DOCS), Some(ScoreId(0)))], lets);
    for (home, id) in [(in_score(0), 0), (in_score(1), 1)] {
        let value = to_points(expr(INTEGER, ExprKind::Let(LetId(id))));
        named.rules.push(rule(home, when(always(), Points { negative: false, value })));
    }
    assert_eq!(points(&named), vec![3, 1]);
    // `ignore event before last requested`
    let anchor = Anchor::LastEvent(Box::new(event(REQUESTED).steps.remove(0)));
    let before = with_rules(of(vec![ignore(any_event().window(Window::Before(anchor)), None)], vec![]));
    let asked = lead.clone().request("demo", 2 * DAY);
    assert_eq!((total(&before, &asked), total(&before, &lead)), ("6".into(), "9".into()));
    // also for silence and sequences
    let quiet = Model {
        ignores: vec![ignore(visit(BLOG), None)],
        ..model_of([when(visit(DOCS).silence(days(8)).happens(), add("1"))])
    };
    check_total(&quiet, &lead, "1");
    let sequence = when(visit(BLOG).then(None, visit(DOCS)).happens(), add("1"));
    check_total(&model_of([sequence.clone()]), &lead, "1");
    check_total(&Model { ignores: vec![ignore(visit(BLOG), None)], ..model_of([sequence]) }, &lead, "0");
}

#[test]
fn n_of_m() {
    let truths = [always(), never(), unknown()];
    let how_many = |quantity, which: &[usize]| {
        let parts = which.iter().map(|i| truths[*i].clone()).collect();
        truth(&condition(ExprKind::HowMany(quantity, parts)), &lead())
    };
    let n = |n| Box::new(int(n));
    let (yes, no, open) = (0, 1, 2);
    for (quantity, which, expected) in [
        (Quantity::AtLeast(n(2)), vec![yes, yes, open], True),
        (Quantity::AtLeast(n(2)), vec![yes, no, open], Truth::Unknown),
        (Quantity::AtLeast(n(2)), vec![no, no, open], False),
        (Quantity::AtMost(n(1)), vec![yes, yes, open], False),
        (Quantity::AtMost(n(1)), vec![yes, no, open], Truth::Unknown),
        (Quantity::AtMost(n(2)), vec![yes, no, open], True),
        (Quantity::Exactly(n(1)), vec![yes, no, no], True),
        (Quantity::Exactly(n(1)), vec![yes, open], Truth::Unknown),
        (Quantity::Exactly(n(2)), vec![open], False),
        (Quantity::Exactly(n(1)), vec![open, open], Truth::Unknown),
        (Quantity::Between(n(0), n(2)), vec![open, open], True),
        (Quantity::AtLeast(n(0)), vec![], True),
    ] {
        assert_eq!(how_many(quantity.clone(), &which), expected, "{quantity:?} of {which:?}");
    }
}

proptest! {
    /// Sequences by trying every chain of events.
    #[test]
    fn sequences_as_defined(
        visits in prop::collection::vec((0u32..3, 0i64..12), 0..9),
        gaps in prop::array::uniform2(prop::option::of(1i64..6)),
    ) {
        let gap = |n: Option<i64>| n.map(Length::Exact);
        let term = visit(0).then(gap(gaps[0]), visit(1)).then(gap(gaps[1]), visit(2));
        let facts = visits.iter().fold(lead(), |lead, (page, ago)| lead.visit(*page, *ago));
        let follows = |earlier: &(u32, i64), later: &(u32, i64), gap: Option<i64>| {
            let distance = earlier.1 - later.1;
            distance > 0 && gap.is_none_or(|gap| distance < gap)
        };
        let of = |page| visits.iter().filter(move |visit| visit.0 == page);
        let reached = of(2).filter(|c| {
            of(1).any(|b| follows(b, c, gaps[1]) && of(0).any(|a| follows(a, b, gaps[0])))
        });
        prop_assert_eq!(worth(&term.number(), &facts), reached.count().to_string());
    }

    /// Silence by looking at every pair of events.
    #[test]
    fn silence_as_defined(visits in prop::collection::vec(0i64..40, 0..9), length in 1i64..20) {
        let facts = visits.iter().fold(lead(), |lead, ago| lead.visit(DOCS, *ago));
        let silent = visits.iter().filter(|ago| {
            visits.iter().any(|p| p > ago) && visits.iter().filter(|p| p > ago).all(|p| *p - **ago >= length)
        });
        let term = visit(DOCS).silence(Length::Exact(length));
        prop_assert_eq!(worth(&term.number(), &facts), silent.count().to_string());
    }
}

/// Each rule looks at the events of its own window only; looking at all of them would take minutes here.
#[test]
fn many_rules_look_at_many_events() {
    let mut facts = lead();
    for i in 0..50_000 {
        facts = facts.visit(DOCS, i * DAY / 50);
    }
    let rule = |i: i64| {
        let visits = event(VISITED).within(days(i % 30 + 1));
        when(visits.times(at_least_n(i + 1)).happens(), add("1"))
    };
    let outcome = run(&model_of((0..2_000).map(rule)), &facts);
    // 50 visits a day
    let fire = (0..2_000).filter(|i| *i < (i % 30 + 1) * 50).count();
    assert_eq!(outcome.ledger.len(), fire);
}
