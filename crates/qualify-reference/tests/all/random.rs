//! One model with every construct, on random leads: nothing panics, ledgers sum, the order of events does not
//! matter.

use crate::build::*;
use proptest::prelude::*;
use qualify_model::*;
use qualify_reference::Interpreter;

fn rules_that_give() -> Vec<RuleKind> {
    let halving = |n, by_day| Curve::Halving { every: days(n), by_day };
    let amount = || Points { negative: false, value: to_points(of_event("amount")) };
    let times = || Points { negative: true, value: to_points(expr(INTEGER, ExprKind::Times)) };
    let table = Table {
        subject: expr(INTEGER, ExprKind::DaysSinceLast(event(VISITED))),
        rows: vec![Row {
            head: Head::Compare(Comparison::LessOrEqual, int(9)),
            points: pts("8"),
            span: Default::default(),
        }],
        otherwise: Some(pts("-3")),
        unknown: None,
        kind: NumberKind::Points,
        span: Default::default(),
    };
    let latest = expr(MONEY, ExprKind::Aggregate(Aggregate::Latest, property("amount"), event(PURCHASED)));
    let since = Window::Since(Anchor::LastEvent(Box::new(event(REQUESTED).steps.remove(0))));
    let per_session = Count::TimesPerValue(at_least_n(2), property("session"));
    vec![
        when(visit(PRICING).within(days(7)).happens(), add("20")).decaying(halving(7, false)),
        when(not(event(VISITED).within(days(30)).happens()), subtract("10")),
        when(event(PURCHASED).count(per_session).happens(), add("3")),
        when(visit(DOCS).then(Some(days(3)), event(REQUESTED)).happens(), add("15"))
            .decaying(halving(30, true)),
        when(at_least(attr(SIZE), event(VISITED).number()), add("2")),
        when(at_least(latest, money("10")), Points { negative: true, value: to_points(attr(REVENUE)) }),
        for_each(event(VISITED), add("0.5")).decaying(Curve::Fading { over: days(50) }).up_to("4"),
        for_each(event(PURCHASED), amount()).at_most(1, Some(CalendarUnit::Day)).up_to("50"),
        for_each(event(PURCHASED).silence(days(5)), amount()).decaying(halving(10, false)),
        for_each(any_event().window(since), subtract("1.25")).at_most(3, None),
        for_each_different("page", event(VISITED), times()),
        for_each_different("product", event(PURCHASED), amount())
            .decaying(Curve::LosingPoints { amount: pts("1"), every: days(3) }),
        RuleKind::Table(table),
    ]
}

fn wide_model() -> Model {
    let mut rules: Vec<Rule> = Vec::new();
    for home in [in_score(0), Target::Total, in_score(1)] {
        rules.extend(rules_that_give().into_iter().map(|kind| rule(home, kind)));
    }
    let target = in_score(1);
    rules.push(rule(target, RuleKind::Multiply { condition: attr(CONSENT), target, by: num("0.333333") }));
    rules.push(rule(target, RuleKind::Multiply { condition: always(), target, by: attr(RATIO) }));
    let cap = RuleKind::Cap { condition: not(attr(CONSENT)), target: Target::Total, at: pts("12.3456") };
    rules.push(rule(Target::Total, cap));
    let set = RuleKind::Set { condition: visit(BLOG).within(days(1)).happens(), target, to: pts("7") };
    rules.push(rule(target, set));
    let bounds = Bounds { low: Some(pts("-20")), high: Some(pts("40")) };
    let short = compare(of_event("seconds"), Comparison::Less, num("5"));
    let ignore = |term, within| Ignore { term, within, because: None, span: Default::default() };
    let population = Some(compare(attr(SIZE), Comparison::NotEqual, int(3)));
    Model {
        timezone: "Europe/Berlin".into(),
        scores: vec![Score { bounds, ..score("a") }, Score { population, ..score("b") }],
        rules,
        ignores: vec![ignore(event(VISITED).filter(short), None), ignore(visit(BLOG), Some(ScoreId(0)))],
        ..model()
    }
}

prop_compose! {
    fn any_time()(days in 0i64..60, offset in prop::sample::select(vec![0, 1, DAY - 1, HOUR])) -> i64 {
        as_of() - days * DAY - offset + HOUR // some lie ahead
    }
}

fn any_properties(kind: u32) -> BoxedStrategy<Vec<Option<Value>>> {
    let texts = prop::option::of(prop::sample::select(vec!["a", " A", "b", ""]).prop_map(text));
    let numbers = |most: i64| prop::option::of((-most..most).prop_map(Value::Number));
    let extremes = prop_oneof![
        9 => numbers(1_000_000),
        1 => prop::sample::select(vec![i64::MAX, i64::MIN]).prop_map(|n| Some(Value::Number(n))),
    ];
    match kind {
        VISITED => {
            let page = prop::option::of((0u32..3).prop_map(Value::Word));
            (page, numbers(20_000_000)).prop_map(|(page, seconds)| vec![page, seconds]).boxed()
        }
        REQUESTED => texts.prop_map(|item| vec![item]).boxed(),
        _ => (texts.clone(), extremes, texts)
            .prop_map(|(product, amount, session)| vec![product, amount, session, None])
            .boxed(),
    }
}

fn any_event_of_a_lead() -> impl Strategy<Value = Event> {
    let kind = 0u32..3;
    let kind_and_properties = kind.prop_flat_map(|kind| (Just(kind), any_properties(kind)));
    (kind_and_properties, any_time()).prop_map(|((kind, properties), time)| Event {
        kind: EventId(kind),
        time,
        received: None,
        properties,
    })
}

fn any_lead() -> impl Strategy<Value = Lead> {
    let events = prop::collection::vec(any_event_of_a_lead(), 0..25);
    let consent = prop::option::of(any::<bool>().prop_map(Value::YesNo));
    let number = |range: std::ops::Range<i64>| prop::option::of(range.prop_map(Value::Number));
    (events, consent, number(0..10), number(-90_000..90_000), number(-3_000_000..3_000_000)).prop_map(
        |(events, consent, size, revenue, ratio)| {
            let mut lead = Lead { events, ..lead() };
            for (id, value) in [(CONSENT, consent), (SIZE, size), (REVENUE, revenue), (RATIO, ratio)] {
                lead.attributes[id as usize] = value;
            }
            lead
        },
    )
}

/// The outcome with the events themselves instead of their places.
fn with_events(mut outcome: Outcome, lead: &Lead) -> (Outcome, Vec<Vec<Event>>) {
    let mut behind = Vec::new();
    for line in &mut outcome.ledger {
        if let Entry::Rule { events, .. } = &mut line.entry {
            behind.push(events.iter().map(|index| lead.events[*index as usize].clone()).collect());
            events.clear();
        }
    }
    (outcome, behind)
}

proptest! {
    #[test]
    fn ledgers_sum_to_scores(lead in any_lead()) {
        run(&wide_model(), &lead);
    }

    #[test]
    fn the_order_of_events_does_not_matter(
        (lead, shuffled) in any_lead().prop_flat_map(|lead| {
            let shuffled = Just(lead.events.clone()).prop_shuffle();
            (Just(lead), shuffled)
        }),
    ) {
        let other = Lead { events: shuffled, ..lead.clone() };
        let model = wide_model();
        let interpreter = Interpreter::new(&model, as_of());
        let outcome = with_events(interpreter.score(&lead), &lead);
        prop_assert_eq!(outcome, with_events(interpreter.score(&other), &other));
    }

    /// Events that lie ahead change nothing.
    #[test]
    fn the_future_does_not_exist(lead in any_lead()) {
        let mut past = lead.clone();
        past.events.retain(|event| event.time <= as_of());
        let model = wide_model();
        let interpreter = Interpreter::new(&model, as_of());
        let outcome = with_events(interpreter.score(&lead), &lead);
        prop_assert_eq!(outcome, with_events(interpreter.score(&past), &past));
    }
}

#[test]
fn thousands_of_events_take_no_square_of_time() {
    let lead = (0..20_000).fold(lead(), |lead, n| match n % 3 {
        0 => lead.visit((n % 5 % 3) as u32, n * HOUR / 10),
        1 => lead.request("demo", n * HOUR / 10),
        _ => lead.purchase("x", "1", n * HOUR / 10),
    });
    run(&wide_model(), &lead); // a square would take minutes
}
