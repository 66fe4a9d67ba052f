//! Small cases worked out by hand, one for each question; answered by the general way, and where the pass answers
//! too, by both.

use super::*;
use crate::engine::{Backend, Engine};
use qualify_diagnostics::Span;
use qualify_model::{
    Aggregate, Attribute, Batch, CalendarUnit, Column, EventColumns, EventId, EventType, Keys, LeadColumns,
    Length, Needs, NumberKind, Owner, PropertyColumn, Schema, TextKind, Type, UNKNOWN,
};
use qualify_plan::*;
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;
const AS_OF: i64 = 20_000 * DAY;

/// `visited (page text, value number)` and `requested (page text)`.
fn schema() -> Schema {
    let property = |name: &str, ty: Type| Attribute {
        owner: Owner::Lead,
        group: None,
        name: name.to_owned(),
        ty,
        range: None,
        required: false,
        personal: false,
        protected: false,
        from: Vec::new(),
        unknown_if: Vec::new(),
        span: Span::default(),
    };
    let text = || Type::Text(TextKind::Plain);
    let event = |name: &str, properties| EventType {
        name: name.to_owned(),
        from: Vec::new(),
        key: None,
        received: None,
        properties,
        span: Span::default(),
    };
    Schema {
        lead_key: "id".to_owned(),
        attributes: vec![property("since", Type::Time)],
        events: vec![
            event("visited", vec![property("page", text()), property("value", number())]),
            event("requested", vec![property("page", text())]),
        ],
        ..Schema::default()
    }
}

fn number() -> Type {
    Type::Number(NumberKind::Points)
}

/// Matchers: 0 visited, 1 requested, 2 any, 3 visited pricing. Programs: 0 the value of the event as points,
/// 1 one point times `times`.
fn plan() -> Plan {
    let matcher =
        |kind: Option<u32>, object| Matcher { kind: kind.map(EventId), object, ..Matcher::default() };
    let pricing = vec![vec![PlanObject::Text("pricing".to_owned())], Vec::new()];
    let load = Instruction::LoadNumber { to: ToN(0), input: InputAt(1) };
    let no = Instruction::TruthConstant { to: ToT(0), value: 0 };
    let registers = RegisterCounts { truths: 1, numbers: 2, ..RegisterCounts::default() };
    let outputs = vec![N(0).register(), T(0).register()];
    let times = vec![
        Instruction::LoadTimes { to: ToN(1) },
        Instruction::MultiplyConstant { to: ToN(0), a: N(1), b: 10_000 },
        no.clone(),
    ];
    Plan {
        schema: schema(),
        needs: Needs {
            attributes: vec![true],
            events: vec![true, true],
            properties: vec![
                PropertyColumn { ty: Type::Text(TextKind::Plain), places: vec![Some(0), Some(0)] },
                PropertyColumn { ty: number(), places: vec![Some(1), None] },
            ],
            received: false,
        },
        constants: Constants {
            curves: vec![PlanCurve::Halving { every: Length::Exact(DAY), by_day: false }],
            ..Constants::default()
        },
        matchers: vec![
            matcher(Some(0), None),
            matcher(Some(1), None),
            matcher(None, None),
            matcher(Some(0), Some(pricing)),
        ],
        event_programs: vec![
            Program { code: vec![load, no], registers, outputs: outputs.clone() },
            Program { code: times, registers, outputs },
        ],
        views: vec![View::default()],
        ..Plan::default()
    }
}

/// An event: visited or requested, its age in hours, its page, its value.
type Happening<'a> = (u16, i64, &'a str, Option<i64>);

/// The events of one lead, in this order and turned around, behind a lead that has others.
fn batch(events: &[Happening<'_>], turned: bool) -> Batch {
    let mut all: Vec<Happening<'_>> = vec![(0, 1, "other", Some(7)), (1, 2, "other", None)];
    let mut own = events.to_vec();
    if turned {
        own.reverse();
    }
    all.extend(own);
    let pages: Vec<Arc<str>> = all.iter().map(|event| Arc::from(event.2)).collect();
    let codes = (0..).zip(&pages).map(|(code, page)| if page.is_empty() { UNKNOWN } else { code }).collect();
    let events = EventColumns {
        offsets: vec![0, 2, all.len() as u32],
        kinds: all.iter().map(|event| event.0).collect(),
        times: all.iter().map(|event| AS_OF - event.1 * DAY / 24).collect(),
        received: None,
        properties: vec![
            Column::Text { codes, dictionary: Arc::new(pages) },
            Column::Number {
                values: all.iter().map(|event| event.3.unwrap_or(0)).collect(),
                known: Some(all.iter().map(|event| event.3.is_some() as u8).collect()),
            },
        ],
        long: Vec::new(),
    };
    let since = Column::Number { values: vec![0, AS_OF - 3 * DAY], known: Some(vec![0, 1]) };
    let leads = LeadColumns { rows: 2, keys: Keys::Integers(vec![1, 2]), attributes: vec![Some(since)] };
    Batch { leads, events }
}

fn step(matcher: u32) -> PlanStep {
    PlanStep { matcher, ..PlanStep::default() }
}

fn within(matcher: u32, days: i64) -> PlanStep {
    let windows = vec![PlanWindow::Fixed(FixedWindow::Within(Length::Exact(days * DAY)))];
    PlanStep { windows, ..step(matcher) }
}

fn show(column: &SlotColumn, row: usize) -> String {
    let or_unknown = |known: u8, text: String| if known == 0 { "?".to_owned() } else { text };
    match column {
        SlotColumn::Truth(truths) => ["no", "?", "yes"][truths[row] as usize].to_owned(),
        SlotColumn::Number { values, known } => or_unknown(known[row], values[row].to_string()),
        SlotColumn::Wide { values, known } => or_unknown(known[row], values[row].to_string()),
        SlotColumn::Text(texts) => texts[row].as_deref().unwrap_or("?").to_owned(),
        SlotColumn::List(lists) => format!("{:?}", lists[row]),
    }
}

/// The answers of the second lead to one fact, in both orders of its events.
fn check_in(mut plan: Plan, events: &[Happening<'_>], steps: Vec<PlanStep>, ask: Ask, expected: &str) {
    use RegisterType::{Number, Text, Truth, Wide};
    plan.slots = match &ask {
        Ask::Total(_) => vec![Number, Truth],
        Ask::Sum(_) => vec![Wide, Number],
        Ask::Choose(_, 0) => vec![Text],
        Ask::Groups { .. } => vec![Truth],
        Ask::Factors(_) => vec![Number, Number],
        Ask::Each(_) => vec![Wide, Number, Truth],
        Ask::OfNewest(_) => vec![Number, Truth],
        _ => vec![Number],
    };
    let slots = plan.slots.len();
    let late = steps
        .iter()
        .flat_map(|step| &step.windows)
        .chain(plan.views.iter().flat_map(|view| view.ignores.iter().flat_map(|step| &step.windows)));
    let late = late.into_iter().any(|w| matches!(w, PlanWindow::Since(_) | PlanWindow::Before(_)));
    let view = plan.views.len() as u32 - 1;
    let text = String::new();
    let arguments = (0, late as u32, 0, 0);
    plan.facts = vec![Fact { view, steps, ask, slot: SlotAt(0), late, arguments, text }];
    let numbers = vec![N(0)];
    let compute = Instruction::ComputeFact {
        fact: FactAt(0),
        truths: Vec::new(),
        numbers,
        texts: Vec::new(),
        lists: Vec::new(),
    };
    plan.main = Program {
        code: [Instruction::LoadNumber { to: ToN(0), input: InputAt(0) }]
            .into_iter()
            .chain(late.then_some(compute))
            .chain([Instruction::TruthConstant { to: ToT(0), value: 0 }])
            .collect(),
        registers: RegisterCounts { truths: 1, numbers: 1, ..RegisterCounts::default() },
        outputs: Vec::new(),
    };
    let engine = Engine::new(Arc::new(plan), AS_OF, Backend::Interpreter);
    for turned in [false, true] {
        let batch = batch(events, turned);
        let mut worker = engine.worker();
        worker.score(&batch);
        let answer = |columns: &[SlotColumn]| {
            let each: Vec<String> = columns.iter().take(slots).map(|column| show(column, 1)).collect();
            each.join(" ")
        };
        assert_eq!(answer(&worker.slots().columns), expected, "in a run, turned: {turned}");
        if !late {
            let mut answers = worker.general(&batch);
            assert_eq!(answer(&answers), expected, "the general way, turned: {turned}");
            answers.clear();
        }
    }
}

fn check(events: &[Happening<'_>], steps: Vec<PlanStep>, ask: Ask, expected: &str) {
    check_in(plan(), events, steps, ask, expected);
}

const VISITS: &[Happening<'_>] = &[
    (0, 10, "Pricing", Some(10_000)),
    (0, 20, "docs", Some(-30_000)),
    (0, 20, "pricing ", None),
    (1, 30, "demo", None),
    (0, 50, "docs", Some(20_000)),
    (0, 80, "", Some(40_000)),
    (0, -5, "later", Some(90_000)),
];

#[test]
fn counts() {
    check(VISITS, vec![step(0)], Ask::Count, "5");
    check(VISITS, vec![within(0, 1)], Ask::Count, "3");
    check(VISITS, vec![step(3)], Ask::Count, "2");
    check(VISITS, vec![within(1, 1)], Ask::Count, "0");
    check(&[], vec![step(2)], Ask::Count, "0");
}

#[test]
fn newest_and_days() {
    check(VISITS, vec![step(0)], Ask::Newest, &(AS_OF - 10 * DAY / 24).to_string());
    check(VISITS, vec![within(1, 1)], Ask::Newest, "?");
    check(VISITS, vec![step(0)], Ask::Days, "3");
}

#[test]
fn values() {
    check(VISITS, vec![step(2)], Ask::Different(0), "3");
    check(VISITS, vec![step(2)], Ask::Different(1), "4");
    check(VISITS, vec![step(0)], Ask::Total(1), "40000 no");
    check(VISITS, vec![step(1)], Ask::Total(1), "0 no");
    check(VISITS, vec![step(0)], Ask::Sum(1), "40000 4");
    check(
        &[(0, 1, "a", Some(i64::MAX)), (0, 2, "b", Some(1))],
        vec![step(0)],
        Ask::Total(1),
        &format!("{} yes", i64::MAX),
    );
    check(VISITS, vec![step(0)], Ask::Factors(0), &{
        let bound = Bound::new(&plan(), AS_OF);
        let ages = [10, 20, 20, 50, 80].map(|hours| AS_OF - hours * DAY / 24);
        format!("{} 5", ages.iter().map(|time| bound.curves[0].numerator(AS_OF, *time)).sum::<i64>())
    });
}

#[test]
fn chosen_values() {
    check(VISITS, vec![step(0)], Ask::Choose(Aggregate::Largest, 1), "40000");
    check(VISITS, vec![step(0)], Ask::Choose(Aggregate::Smallest, 1), "-30000");
    check(VISITS, vec![within(0, 2)], Ask::Choose(Aggregate::First, 0), "docs");
    check(&VISITS[1..], vec![step(0)], Ask::Choose(Aggregate::Latest, 0), "pricing ");
    check(VISITS, vec![step(1)], Ask::Choose(Aggregate::Latest, 1), "?");
}

#[test]
fn groups() {
    let by_page = |low, high| Ask::Groups { by: GroupBy::Property(0), low, high };
    check(VISITS, vec![step(2)], by_page(2, i64::MAX), "yes");
    check(VISITS, vec![step(2)], by_page(3, i64::MAX), "no");
    check(VISITS, vec![step(2)], by_page(i64::MIN, 1), "yes");
    check(&[], vec![step(2)], by_page(i64::MIN, 1), "no");
    let by_day = |low| Ask::Groups { by: GroupBy::Period(CalendarUnit::Day), low, high: i64::MAX };
    check(VISITS, vec![step(2)], by_day(3), "yes");
    check(VISITS, vec![step(2)], by_day(4), "no");
}

#[test]
fn sequences_and_silences() {
    let gap = |matcher, hours: i64| PlanStep { gap: Some(Length::Exact(hours * DAY / 24)), ..step(matcher) };
    check(VISITS, vec![step(0), step(1)], Ask::Count, "1");
    check(VISITS, vec![step(1), step(0)], Ask::Count, "3");
    check(VISITS, vec![step(1), gap(0, 11)], Ask::Count, "2");
    check(VISITS, vec![step(0), gap(1, 20)], Ask::Count, "0");
    check(&[(0, 5, "a", None), (1, 5, "a", None)], vec![step(0), step(1)], Ask::Count, "0");
    let silent = |hours: i64| PlanStep { silence: Some(Length::Exact(hours * DAY / 24)), ..step(0) };
    check(VISITS, vec![silent(30)], Ask::Count, "3");
    check(VISITS, vec![silent(31)], Ask::Count, "0");
    check(VISITS, vec![silent(10)], Ask::Newest, &(AS_OF - 10 * DAY / 24).to_string());
    // behind the newest visit that follows a silence
    let since = PlanStep { windows: vec![PlanWindow::SinceLast(Box::new(silent(30)))], ..step(2) };
    check(VISITS, vec![since], Ask::Count, "3");
    let before = PlanStep { windows: vec![PlanWindow::BeforeLast(Box::new(step(1)))], ..step(0) };
    check(VISITS, vec![before], Ask::Count, "2");
    let never = PlanStep { windows: vec![PlanWindow::BeforeLast(Box::new(within(1, 1)))], ..step(0) };
    check(VISITS, vec![never], Ask::Count, "0");
}

#[test]
fn windows_of_the_lead() {
    let since = PlanStep { windows: vec![PlanWindow::Since(0)], ..step(0) };
    check(VISITS, vec![since.clone()], Ask::Count, "4");
    let before = PlanStep { windows: vec![PlanWindow::Before(0)], ..step(0) };
    check(VISITS, vec![before.clone()], Ask::Count, "1");
    let unknown = PlanStep { windows: vec![PlanWindow::Since(7)], ..step(0) };
    check(VISITS, vec![unknown.clone()], Ask::Count, "?");
    check(VISITS, vec![unknown.clone(), step(1)], Ask::Total(1), "? ?");
    let each = Each { points: 0, ..each() };
    check(VISITS, vec![unknown], Ask::Each(Box::new(each)), "0 0 no");
}

#[test]
fn ignored_events() {
    let mut plan = plan();
    plan.views[0].ignores = vec![step(3)];
    check_in(plan.clone(), VISITS, vec![step(0)], Ask::Count, "3");
    let before = PlanStep { windows: vec![PlanWindow::BeforeLast(Box::new(step(1)))], ..step(2) };
    plan.views.push(View { within: Some(0), ignores: vec![before.clone()] });
    check_in(plan.clone(), VISITS, vec![step(2)], Ask::Count, "2");
    plan.views[1].ignores = vec![PlanStep { windows: vec![PlanWindow::Before(0)], ..step(2) }];
    check_in(plan, VISITS, vec![step(2)], Ask::Count, "3");
}

fn each() -> Each {
    Each { different: None, points: 0, limit: None, curve: None, from: None, unless: None }
}

#[test]
fn points_of_each() {
    let ask = |each: Each| Ask::Each(Box::new(each));
    check(VISITS, vec![step(0)], ask(each()), "40000 5 no");
    check(VISITS, vec![step(0)], ask(Each { limit: Some((3, None)), ..each() }), "-20000 3 no");
    // of one instant the greatest points come first
    check(VISITS, vec![step(0)], ask(Each { limit: Some((2, None)), ..each() }), "10000 2 no");
    check(VISITS, vec![step(0)], ask(Each { limit: Some((0, None)), ..each() }), "0 0 no");
    let daily = Some((1, Some(CalendarUnit::Day)));
    check(VISITS, vec![step(0)], ask(Each { limit: daily, ..each() }), "70000 3 no");
    // newest: of pricing the one without a value counts 0 against 1, of docs the newest
    check(VISITS, vec![step(0)], ask(Each { different: Some(0), ..each() }), "-20000 2 no");
    check(VISITS, vec![step(0)], ask(Each { different: Some(0), points: 1, ..each() }), "40000 2 no");
    let one = 1i128 << 30;
    let now = [(0, 0, "a", Some(10_000)), (0, 24, "a", Some(10_000))];
    let halved = Each { curve: Some(0), ..each() };
    check(&now, vec![step(0)], ask(halved.clone()), &format!("{} 2 no", 15_000 * one));
    check(&now, vec![step(0)], ask(Each { different: Some(0), ..halved }), &format!("{} 1 no", 10_000 * one));
}

#[test]
fn of_the_newest() {
    check(VISITS, vec![step(0)], Ask::OfNewest(0), "10000 no");
    // of one instant the one with the greatest content
    check(&VISITS[1..], vec![step(0)], Ask::OfNewest(0), "? no");
    check(VISITS, vec![within(1, 1)], Ask::OfNewest(0), "? ?");
}
