//! Status, reasons, segments, routes, and tests written in the language.

use crate::build::*;
use qualify_model::*;
use qualify_reference::{Interpreter, run_test};

fn verdict(condition: Expr, reason: &str) -> Verdict {
    Verdict { condition, reason: reason.into(), because: None, span: Default::default() }
}

fn route(name: &str, condition: Option<Expr>, respond_within: Option<Length>) -> Route {
    let because = Some(format!("to {name}"));
    Route { name: name.into(), condition, respond_within, because, span: Default::default() }
}

fn segment(name: &str, condition: Expr) -> Segment {
    Segment { name: name.into(), condition, because: Some(format!("is {name}")), span: Default::default() }
}

fn small() -> Expr {
    compare(attr(SIZE), Comparison::Less, int(10))
}

fn everything() -> Model {
    let stage = Stage {
        name: "Lead".into(),
        side: false,
        condition: None,
        stays_while: None,
        because: None,
        span: Default::default(),
    };
    Model {
        stages: vec![stage],
        segments: vec![segment("big", at_least(attr(SIZE), int(100))), segment("any", always())],
        routes: vec![
            route("Big", Some(condition(ExprKind::Segment(SegmentId(0)))), Some(hours(1))),
            route("Rest", None, Some(Length::BusinessHours(6))),
        ],
        disqualifies: vec![verdict(small(), "too small"), verdict(attr(CONSENT), "consented")],
        excludes: vec![verdict(is(attr(TITLE), words("test")), "a test lead")],
        ..model_of([when(always(), add("5"))])
    }
}

#[test]
fn scored() {
    let big = run(&everything(), &lead().set(SIZE, Value::Number(500)));
    assert_eq!((big.status, big.score, big.stage.as_deref()), (Status::Scored, Some(50_000), Some("Lead")));
    assert_eq!((big.route.as_deref(), big.respond_by), (Some("Big"), Some(as_of() + HOUR)));
    assert_eq!(
        (big.segments, big.reasons),
        (vec!["big".into(), "any".into()], vec!["is big".to_owned(), "is any".into(), "to Big".into()])
    );
    let rest = run(&everything(), &lead());
    assert_eq!((rest.route.as_deref(), rest.segments), (Some("Rest"), vec!["any".into()]));
    assert_eq!(rest.respond_by, Some(at("2024-06-13T10:00:00Z"))); // 5 hours today, one tomorrow
}

#[test]
fn disqualified_leads_keep_their_score() {
    let lead = lead().set(SIZE, Value::Number(1)).set(CONSENT, Value::YesNo(true));
    let outcome = run(&everything(), &lead);
    assert_eq!((outcome.status, outcome.score), (Status::Disqualified, Some(50_000)));
    assert_eq!((outcome.stage, outcome.route, outcome.respond_by), (None, None, None));
    assert_eq!(outcome.reasons, ["too small", "consented", "is any"]);
    assert_eq!((outcome.ledger.len(), outcome.segments.len()), (1, 1));
    let stage = condition(ExprKind::StageIs(vec![StageId(0)]));
    assert_eq!(truth_in(&everything(), &stage, &lead), Truth::False);
    let mut model = everything();
    model.segments.push(segment("staged", stage));
    assert_eq!(run(&model, &lead).segments, ["any"]);
    assert_eq!(run(&model, &super::build::lead()).segments, ["any", "staged"]);
}

#[test]
fn excluded_and_invalid_leads_are_not_evaluated() {
    let excluded = lead().set(TITLE, text(" TEST")).set(SIZE, Value::Number(1));
    let outcome = run(&everything(), &excluded);
    assert_eq!((outcome.status, outcome.score, outcome.ledger.len()), (Status::Excluded, None, 0));
    assert_eq!(outcome.reasons, ["a test lead"]);
    let mut model = everything();
    model.schema.attributes[CREATED_AT as usize].required = true;
    assert_eq!(run(&model, &excluded).status, Status::Excluded);
    let outcome = run(&model, &lead());
    assert_eq!(
        (outcome.status, outcome.reasons),
        (Status::Invalid, vec!["`created_at` is unknown".to_owned()])
    );
    let scored = at_least(total_value(), pts("0"));
    assert_eq!(truth_in(&everything(), &scored, &excluded), Truth::Unknown);
    // an exclusion that is unknown does not exclude
    assert_eq!(run(&everything(), &lead()).status, Status::Scored);
}

#[test]
fn tests_of_the_language_run() {
    let event = |kind, ago, object: Option<Value>| TestEvent {
        kind: EventId(kind),
        when: TestValue::Ago(ago),
        properties: vec![object.map(TestValue::Value), None],
    };
    let mut attributes = vec![None; 11];
    attributes[SIZE as usize] = Some(TestValue::Value(Value::Number(500)));
    attributes[CREATED_AT as usize] = Some(TestValue::Ago(days(90)));
    attributes[TRIAL_ENDS as usize] = Some(TestValue::Ago(days(1)));
    let days_since = |value| expr(INTEGER, ExprKind::DaysSince(Box::new(value)));
    let test = Test {
        name: "a big one".into(),
        as_of: None,
        attributes,
        events: vec![
            event(VISITED, days(2), Some(Value::Word(PRICING))),
            event(REQUESTED, hours(1), Some(text("demo"))),
        ],
        expects: vec![
            at_least(total_value(), pts("5")),
            condition(ExprKind::RouteIs(vec![RouteId(0)])),
            condition(ExprKind::RouteIs(vec![RouteId(1)])),
            condition(ExprKind::StageIs(vec![StageId(0)])),
            condition(ExprKind::StatusIs(Status::Scored)),
            condition(ExprKind::Segment(SegmentId(0))),
            is(days_since(attr(CREATED_AT)), int(90)),
            is(days_since(attr(TRIAL_ENDS)), int(1)),
            visit(PRICING).within(days(3)).happens(),
            at_least(attr(REVENUE), money("1")),
        ],
        span: Default::default(),
    };
    use Truth::{False, True, Unknown};
    let result = run_test(&everything(), &test, as_of());
    assert_eq!(result.expects, [True, True, False, True, True, True, True, True, True, Unknown]);
    assert!(!result.passed() && result.as_of == as_of());
    let earlier = Test { as_of: Some(0), ..test };
    assert_eq!(run_test(&everything(), &earlier, as_of()).expects, result.expects);
}

#[test]
fn a_model_without_anything_scores_nothing() {
    let outcome = run(&model(), &Lead::default());
    assert_eq!((outcome.status, outcome.score, outcome.ledger.len()), (Status::Scored, Some(0), 0));
}

#[test]
fn names_in_a_circle_are_unknown_instead_of_endless() {
    let circle = Let {
        name: "a".into(),
        value: expr(INTEGER, ExprKind::Let(LetId(0))),
        within: None,
        span: Default::default(),
    };
    let model = Model { lets: vec![circle], ..model() };
    assert_eq!(worth_in(&model, &expr(INTEGER, ExprKind::Let(LetId(0))), &lead()), "unknown");
}

#[test]
fn interpreters_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Interpreter<'_>>();
}
