//! Small builders for models, expressions, terms and leads, over one schema.

use qualify_model::calendar::{DAY_US, HOUR_US, parse_instant};
use qualify_model::*;
use qualify_reference::Interpreter;
use std::sync::Arc;

pub const HOUR: i64 = HOUR_US;
pub const DAY: i64 = DAY_US;

pub const SIZE: u32 = 0;
pub const REVENUE: u32 = 1;
pub const TITLE: u32 = 2;
pub const SENIORITY: u32 = 3;
pub const EMAIL: u32 = 4;
pub const CONSENT: u32 = 5;
pub const CREATED_AT: u32 = 6;
pub const STAGE: u32 = 7;
pub const TAGS: u32 = 8;
pub const TRIAL_ENDS: u32 = 9;
pub const RATIO: u32 = 10;

pub const VISITED: u32 = 0;
pub const REQUESTED: u32 = 1;
pub const PURCHASED: u32 = 2;

pub const PRICING: u32 = 0;
pub const DOCS: u32 = 1;
pub const BLOG: u32 = 2;

/// A Wednesday, noon.
pub fn as_of() -> i64 {
    at("2024-06-12T12:00:00Z")
}

pub fn at(text: &str) -> i64 {
    parse_instant(text).unwrap_or_else(|| panic!("not an instant: {text}"))
}

pub const INTEGER: Type = Type::Number(NumberKind::Integer);
pub const NUMBER: Type = Type::Number(NumberKind::Number);
pub const MONEY: Type = Type::Number(NumberKind::Money);
pub const POINTS: Type = Type::Number(NumberKind::Points);
pub const TEXT: Type = Type::Text(TextKind::Plain);

fn attribute(name: &str, ty: Type) -> Attribute {
    Attribute {
        owner: Owner::Lead,
        group: None,
        name: name.into(),
        ty,
        range: None,
        required: false,
        personal: false,
        protected: false,
        from: vec![],
        unknown_if: vec![],
        span: Default::default(),
    }
}

fn vocabulary(words: &[&str], ordered: bool) -> Vocabulary {
    let words = words.iter().map(|word| Word { name: word.to_string(), from: vec![] }).collect();
    Vocabulary { words, ordered }
}

fn event_type(name: &str, properties: Vec<Attribute>) -> EventType {
    EventType {
        name: name.into(),
        from: vec![],
        key: None,
        received: None,
        properties,
        span: Default::default(),
    }
}

pub fn schema() -> Schema {
    Schema {
        lead_key: "id".into(),
        attributes: vec![
            attribute("size", INTEGER),
            attribute("revenue", MONEY),
            attribute("title", TEXT),
            attribute("seniority", Type::OneOf(VocabularyId(0))),
            attribute("email", Type::Text(TextKind::Email)),
            attribute("consent", Type::YesNo),
            attribute("created_at", Type::Time),
            attribute("stage", Type::Stage),
            attribute("tags", Type::List(Box::new(TEXT))),
            attribute("trial_ends", Type::Date),
            attribute("ratio", NUMBER),
        ],
        events: vec![
            event_type(
                "visited",
                vec![attribute("page", Type::OneOf(VocabularyId(1))), attribute("seconds", NUMBER)],
            ),
            event_type("requested", vec![attribute("item", TEXT)]),
            event_type(
                "purchased",
                vec![
                    attribute("product", TEXT),
                    attribute("amount", MONEY),
                    attribute("session", TEXT),
                    attribute("held_at", Type::Time),
                ],
            ),
        ],
        vocabularies: vec![
            vocabulary(&["junior", "senior", "director"], true),
            vocabulary(&["pricing", "docs", "blog"], false),
        ],
        ..Schema::default()
    }
}

pub fn model() -> Model {
    Model {
        edition: 1,
        schema: schema(),
        timezone: "UTC".into(),
        lists: vec![],
        params: vec![],
        lets: vec![],
        ignores: vec![],
        excludes: vec![],
        disqualifies: vec![],
        scores: vec![],
        rules: vec![],
        total: Total::default(),
        grades: vec![],
        only_move_up: None,
        stages: vec![],
        segments: vec![],
        routes: vec![],
        tests: vec![],
        digest: String::new(),
    }
}

pub fn model_of(rules: impl IntoIterator<Item = RuleKind>) -> Model {
    let rules = rules.into_iter().map(|kind| rule(Target::Total, kind)).collect();
    Model { rules, ..model() }
}

pub fn rule(home: Target, kind: RuleKind) -> Rule {
    Rule { home, kind, because: None, text: String::new(), span: Default::default() }
}

pub fn score(name: &str) -> Score {
    Score { name: name.into(), population: None, bounds: Bounds::default(), span: Default::default() }
}

pub fn in_score(index: u32) -> Target {
    Target::Score(ScoreId(index))
}

// ---- values and expressions

pub fn expr(ty: Type, kind: ExprKind) -> Expr {
    Expr { kind, ty, span: Default::default() }
}

pub fn text(text: &str) -> Value {
    Value::Text(Arc::from(text))
}

pub fn units(decimal: &str, ty: &Type) -> i64 {
    let Type::Number(kind) = ty else { panic!("not a number") };
    exact::parse(decimal, kind.decimals()).unwrap_or_else(|_| panic!("not a number: {decimal}"))
}

pub fn constant(ty: Type, value: Value) -> Expr {
    expr(ty, ExprKind::Constant(value))
}

pub fn number_of(ty: Type, decimal: &str) -> Expr {
    let units = units(decimal, &ty);
    constant(ty, Value::Number(units))
}

pub fn int(n: i64) -> Expr {
    constant(INTEGER, Value::Number(n))
}

pub fn num(decimal: &str) -> Expr {
    number_of(NUMBER, decimal)
}

pub fn money(decimal: &str) -> Expr {
    number_of(MONEY, decimal)
}

pub fn pts(decimal: &str) -> Expr {
    number_of(POINTS, decimal)
}

pub fn words(t: &str) -> Expr {
    constant(TEXT, text(t))
}

pub fn always() -> Expr {
    constant(Type::YesNo, Value::YesNo(true))
}

pub fn never() -> Expr {
    constant(Type::YesNo, Value::YesNo(false))
}

/// A condition that is unknown.
pub fn unknown() -> Expr {
    expr(Type::YesNo, ExprKind::Unknown)
}

pub fn attr(id: u32) -> Expr {
    let ty = schema().attributes[id as usize].ty.clone();
    expr(ty, ExprKind::Attribute(AttributeId(id)))
}

pub fn condition(kind: ExprKind) -> Expr {
    expr(Type::YesNo, kind)
}

pub fn not(inner: Expr) -> Expr {
    condition(ExprKind::Not(Box::new(inner)))
}

pub fn and(parts: impl IntoIterator<Item = Expr>) -> Expr {
    condition(ExprKind::And(parts.into_iter().collect()))
}

pub fn or(parts: impl IntoIterator<Item = Expr>) -> Expr {
    condition(ExprKind::Or(parts.into_iter().collect()))
}

pub fn compare(a: Expr, comparison: Comparison, b: Expr) -> Expr {
    condition(ExprKind::Compare(comparison, Box::new(a), Box::new(b)))
}

pub fn at_least(a: Expr, b: Expr) -> Expr {
    compare(a, Comparison::GreaterOrEqual, b)
}

pub fn is(a: Expr, b: Expr) -> Expr {
    compare(a, Comparison::Equal, b)
}

pub fn known(inner: Expr) -> Expr {
    condition(ExprKind::Known(Box::new(inner)))
}

pub fn arithmetic(ty: Type, a: Expr, operator: Operator, b: Expr) -> Expr {
    expr(ty, ExprKind::Arithmetic(operator, Box::new(a), Box::new(b)))
}

pub fn to_points(inner: Expr) -> Expr {
    expr(POINTS, ExprKind::Convert(Box::new(inner)))
}

pub fn score_value(index: u32) -> Expr {
    expr(POINTS, ExprKind::Score(ScoreId(index)))
}

pub fn total_value() -> Expr {
    expr(POINTS, ExprKind::Total)
}

pub fn days(n: i64) -> Length {
    Length::Exact(n * DAY)
}

pub fn hours(n: i64) -> Length {
    Length::Exact(n * HOUR)
}

// ---- terms

pub fn any_event() -> Term {
    let step = Step {
        gap: None,
        kind: None,
        object: None,
        filters: vec![],
        windows: vec![],
        silence: None,
        span: Default::default(),
    };
    Term { steps: vec![step], counts: vec![], span: Default::default() }
}

pub fn event(kind: u32) -> Term {
    let mut term = any_event();
    term.steps[0].kind = Some(EventId(kind));
    term
}

/// Visits of a page.
pub fn visit(page: u32) -> Term {
    event(VISITED).on(ObjectTest::Is(Value::Word(page)))
}

pub trait TermParts {
    fn last(self, change: impl FnOnce(&mut Step)) -> Self;
    fn on(self, object: ObjectTest) -> Self;
    fn window(self, window: Window) -> Self;
    fn within(self, length: Length) -> Self;
    fn filter(self, filter: Expr) -> Self;
    fn silence(self, length: Length) -> Self;
    fn times(self, quantity: Quantity) -> Self;
    fn count(self, count: Count) -> Self;
    fn then(self, gap: Option<Length>, next: Term) -> Self;
    fn happens(self) -> Expr;
    fn number(self) -> Expr;
}

impl TermParts for Term {
    fn last(mut self, change: impl FnOnce(&mut Step)) -> Term {
        change(self.steps.last_mut().expect("a step"));
        self
    }
    fn on(self, object: ObjectTest) -> Term {
        self.last(|step| step.object.get_or_insert_default().push(object))
    }
    fn window(self, window: Window) -> Term {
        self.last(|step| step.windows.push(window))
    }
    fn within(self, length: Length) -> Term {
        self.window(Window::Within(length))
    }
    fn filter(self, filter: Expr) -> Term {
        self.last(|step| step.filters.push(filter))
    }
    fn silence(self, length: Length) -> Term {
        self.last(|step| step.silence = Some(length))
    }
    fn times(self, quantity: Quantity) -> Term {
        self.count(Count::Times(quantity))
    }
    fn count(mut self, count: Count) -> Term {
        self.counts.push(count);
        self
    }
    fn then(mut self, gap: Option<Length>, next: Term) -> Term {
        let mut steps = next.steps;
        steps[0].gap = gap;
        self.steps.extend(steps);
        self
    }
    fn happens(self) -> Expr {
        condition(ExprKind::Happens(self))
    }
    fn number(self) -> Expr {
        expr(INTEGER, ExprKind::Count(self))
    }
}

pub fn at_least_n(n: i64) -> Quantity {
    Quantity::AtLeast(Box::new(int(n)))
}

/// A property by its name, over all event types that have it.
pub fn property(name: &str) -> Property {
    let schema = schema();
    let place = |event: &EventType| event.properties.iter().position(|p| p.name == name).map(|i| i as u32);
    let places: Vec<Option<u32>> = if name == "object" {
        vec![Some(0); schema.events.len()]
    } else {
        schema.events.iter().map(place).collect()
    };
    let first = places.iter().enumerate().find_map(|(e, p)| Some((e, (*p)? as usize))).expect("has it");
    let ty = if name == "object" { TEXT } else { schema.events[first.0].properties[first.1].ty.clone() };
    Property { name: name.into(), places, ty }
}

pub fn of_event(name: &str) -> Expr {
    let property = property(name);
    expr(property.ty.clone(), ExprKind::Property(property))
}

// ---- rules

pub fn add(points: &str) -> Points {
    Points { negative: false, value: pts(points) }
}

pub fn subtract(points: &str) -> Points {
    Points { negative: true, value: pts(points) }
}

pub fn when(condition: Expr, amount: Points) -> RuleKind {
    RuleKind::Add { condition, amount, decay: None, up_to: None }
}

pub fn for_each(term: Term, amount: Points) -> RuleKind {
    RuleKind::ForEach { term, amount, limit: None, decay: None, up_to: None }
}

pub fn for_each_different(property_name: &str, term: Term, amount: Points) -> RuleKind {
    let property = property(property_name);
    RuleKind::ForEachDifferent { property, term, amount, limit: None, decay: None, up_to: None }
}

pub trait RuleParts {
    fn up_to(self, points: &str) -> Self;
    fn decaying(self, curve: Curve) -> Self;
    fn decay(self, decay: Decay) -> Self;
    fn at_most(self, n: i64, per: Option<CalendarUnit>) -> Self;
}

impl RuleParts for RuleKind {
    fn up_to(mut self, points: &str) -> RuleKind {
        match &mut self {
            RuleKind::Add { up_to, .. }
            | RuleKind::ForEach { up_to, .. }
            | RuleKind::ForEachDifferent { up_to, .. } => *up_to = Some(pts(points)),
            _ => panic!("has no bound"),
        }
        self
    }
    fn decaying(self, curve: Curve) -> RuleKind {
        self.decay(Decay { curve, from: None, unless: None, span: Default::default() })
    }
    fn decay(mut self, new: Decay) -> RuleKind {
        match &mut self {
            RuleKind::Add { decay, .. }
            | RuleKind::ForEach { decay, .. }
            | RuleKind::ForEachDifferent { decay, .. } => *decay = Some(new),
            _ => panic!("does not decay"),
        }
        self
    }
    fn at_most(mut self, n: i64, per: Option<CalendarUnit>) -> RuleKind {
        match &mut self {
            RuleKind::ForEach { limit, .. } | RuleKind::ForEachDifferent { limit, .. } => {
                *limit = Some(Limit { count: int(n), per });
            }
            _ => panic!("has no limit"),
        }
        self
    }
}

// ---- leads

pub fn lead() -> Lead {
    Lead { key: "lead".into(), attributes: vec![None; schema().attributes.len()], events: vec![] }
}

pub trait LeadParts {
    fn set(self, attribute: u32, value: Value) -> Self;
    fn at(self, time: i64, kind: u32, properties: Vec<Option<Value>>) -> Self;
    /// A visit so many microseconds ago.
    fn visit(self, page: u32, ago: i64) -> Self;
    fn request(self, item: &str, ago: i64) -> Self;
    fn purchase(self, product: &str, amount: &str, ago: i64) -> Self;
}

impl LeadParts for Lead {
    fn set(mut self, attribute: u32, value: Value) -> Lead {
        self.attributes[attribute as usize] = Some(value);
        self
    }
    fn at(mut self, time: i64, kind: u32, mut properties: Vec<Option<Value>>) -> Lead {
        properties.resize(schema().events[kind as usize].properties.len(), None);
        self.events.push(Event { kind: EventId(kind), time, received: None, properties });
        self
    }
    fn visit(self, page: u32, ago: i64) -> Lead {
        self.at(as_of() - ago, VISITED, vec![Some(Value::Word(page))])
    }
    fn request(self, item: &str, ago: i64) -> Lead {
        self.at(as_of() - ago, REQUESTED, vec![Some(text(item))])
    }
    fn purchase(self, product: &str, amount: &str, ago: i64) -> Lead {
        let amount = Value::Number(units(amount, &MONEY));
        self.at(as_of() - ago, PURCHASED, vec![Some(text(product)), Some(amount)])
    }
}

// ---- running

pub fn run(model: &Model, lead: &Lead) -> Outcome {
    let outcome = Interpreter::new(model, as_of()).score(lead);
    check_ledger(&outcome);
    outcome
}

/// The lines of each target sum to its value exactly.
pub fn check_ledger(outcome: &Outcome) {
    let sum = |target: Target| {
        let lines = outcome.ledger.iter().filter(|line| line.target == target);
        lines.map(|line| line.points as i128).sum::<i128>()
    };
    assert_eq!(sum(Target::Total), outcome.score.unwrap_or(0) as i128, "total: {outcome:#?}");
    for (index, value) in outcome.scores.iter().enumerate() {
        let found = sum(Target::Score(ScoreId(index as u32)));
        assert_eq!(found, value.unwrap_or(0) as i128, "score {index}: {outcome:#?}");
    }
}

/// The total as text.
pub fn total(model: &Model, lead: &Lead) -> String {
    exact::format(run(model, lead).score.expect("is scored") as i128, 4)
}

pub fn check_total(model: &Model, lead: &Lead, expected: &str) {
    assert_eq!(total(model, lead), expected, "{lead:?}");
}

/// What rules of one rule each come to.
pub fn check_points(kind: RuleKind, lead: &Lead, expected: &str) {
    check_total(&model_of([kind]), lead, expected);
}

pub fn truth(condition: &Expr, lead: &Lead) -> Truth {
    truth_in(&model(), condition, lead)
}

pub fn truth_in(model: &Model, condition: &Expr, lead: &Lead) -> Truth {
    Interpreter::new(model, as_of()).expectation(lead, condition)
}

/// A number as text, at most four decimals; `unknown` if it is.
pub fn worth(expr: &Expr, lead: &Lead) -> String {
    worth_in(&model(), expr, lead)
}

pub fn worth_in(model: &Model, expr: &Expr, lead: &Lead) -> String {
    let amount = Points { negative: false, value: to_points(expr.clone()) };
    let mut model = model.clone();
    model.rules.push(rule(Target::Total, when(always(), amount)));
    let outcome = run(&model, lead);
    let line = outcome.ledger.last().expect("it always fires");
    match line.entry {
        Entry::Rule { unknown_points: true, .. } => "unknown".into(),
        _ => exact::format(line.points as i128, 4),
    }
}
