//! The typed model: every name looked up, every type known, every constant exact.
//!
//! It says what to compute, not how. Spans point to the author's words.

use crate::schema::ids;
use crate::{AttributeId, EventId, NumberKind, Schema, Type, Value};
use qualify_diagnostics::Span;

ids! {
    /// A list, in [`Model::lists`].
    ListId;
    /// A param, in [`Model::params`].
    ParamId;
    /// A `let`, in [`Model::lets`].
    LetId;
    /// A named score, in [`Model::scores`].
    ScoreId;
    /// A rule, in [`Model::rules`].
    RuleId;
    /// A grade set, in [`Model::grades`].
    GradeId;
    /// A stage, in [`Model::stages`].
    StageId;
    /// A segment, in [`Model::segments`].
    SegmentId;
    /// A route, in [`Model::routes`].
    RouteId;
}

/// A checked model. Names in it form no cycle: evaluation by need ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// `language 1`.
    pub edition: u32,
    /// The schema it was checked against.
    pub schema: Schema,
    /// The IANA name of the zone of calendar terms; `UTC` unless declared.
    pub timezone: String,
    /// Named lists.
    pub lists: Vec<List>,
    /// Params with the values in force.
    pub params: Vec<Param>,
    /// Named expressions.
    pub lets: Vec<Let>,
    /// Events that do not count, for the whole model or for one score.
    pub ignores: Vec<Ignore>,
    /// `exclude leads where …`.
    pub excludes: Vec<Verdict>,
    /// `disqualify if …`.
    pub disqualifies: Vec<Verdict>,
    /// Named scores.
    pub scores: Vec<Score>,
    /// All rules, in the order of the text.
    pub rules: Vec<Rule>,
    /// How the score is made of the named ones.
    pub total: Total,
    /// Grade sets and matrices, in the order of their first line.
    pub grades: Vec<GradeSet>,
    /// `stages only move up`, with the exceptions: stages that a lead may still fall to.
    pub only_move_up: Option<Vec<StageId>>,
    /// The ladder from low to high and the side stages, in the order of the text.
    pub stages: Vec<Stage>,
    /// Segments.
    pub segments: Vec<Segment>,
    /// Routes: first match.
    pub routes: Vec<Route>,
    /// Tests written in the language.
    pub tests: Vec<Test>,
    /// SHA-256 of model, lists and params in force, in hexadecimal.
    pub digest: String,
}

/// A named list of constants of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Its name.
    pub name: String,
    /// In order; text lists hold `Value::Text`.
    pub values: Vec<Value>,
    /// The type of the values.
    pub ty: Type,
    /// The declaration.
    pub span: Span,
}

/// A constant that can be overridden within its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// The value in force.
    pub value: Value,
    /// Least and greatest allowed value.
    pub range: Option<(Value, Value)>,
    /// For a length of calendar time, which no [`Value`] can hold.
    pub length: Option<Length>,
    /// The declaration.
    pub span: Span,
}

/// A named expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Let {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub value: Expr,
    /// The score block it stands in, if any.
    pub within: Option<ScoreId>,
    /// The declaration.
    pub span: Span,
}

/// Events that do not count: `ignore opened where (seconds < 5)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ignore {
    /// Which events: one step without counts.
    pub term: Term,
    /// The score it holds for; none: the whole model.
    pub within: Option<ScoreId>,
    /// Why.
    pub because: Option<String>,
    /// All of it.
    pub span: Span,
}

/// A condition with consequences for the whole lead.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// When it holds.
    pub condition: Expr,
    /// The reason given: the `because`, or else the author's condition.
    pub reason: String,
    /// All of it.
    pub span: Span,
}

/// A named score.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Its name.
    pub name: String,
    /// `for leads where (…)`: outside it the score has no value and adds 0.
    pub population: Option<Expr>,
    /// Least and greatest value.
    pub bounds: Bounds,
    /// Its header.
    pub span: Span,
}

/// Bounds in points (units of 1e-4): constants or params.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// Least.
    pub low: Option<Expr>,
    /// Greatest.
    pub high: Option<Expr>,
}

/// How the total is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Total {
    /// `score = …`, of points; none: the sum of the named scores and the loose rules.
    pub formula: Option<Expr>,
    /// Its bounds.
    pub bounds: Bounds,
    /// The statement, if there is one.
    pub span: Option<Span>,
}

/// What a rule acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// The total.
    Total,
    /// A named score.
    Score(ScoreId),
}

/// A rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The score it stands in; loose rules stand in the total. Ignores of this score hold for it.
    pub home: Target,
    /// What it does.
    pub kind: RuleKind,
    /// `because "…"`.
    pub because: Option<String>,
    /// The author's words on one line.
    pub text: String,
    /// All of it.
    pub span: Span,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleKind {
    /// `when C add N`, `when C subtract N`: once if C holds.
    Add {
        /// The condition.
        condition: Expr,
        /// Points, before the sign. Of type points.
        amount: Points,
        /// How they fade, and which event gives the age.
        decay: Option<Decay>,
        /// `up to M`.
        up_to: Option<Expr>,
    },
    /// `for each E add N`.
    ForEach {
        /// The events; `counts` of the term are empty.
        term: Term,
        /// Points for each, before the sign; may read the properties of the event (for a sequence: of its
        /// last step).
        amount: Points,
        /// How many count.
        limit: Option<Limit>,
        /// How they fade, each by its own age.
        decay: Option<Decay>,
        /// `up to M`: the amount of the rule.
        up_to: Option<Expr>,
    },
    /// `for each different E.property add N`: once for each value, by its newest event.
    ForEachDifferent {
        /// The property.
        property: Property,
        /// The events.
        term: Term,
        /// Points for each value; may read the newest event and [`ExprKind::Times`].
        amount: Points,
        /// How many count.
        limit: Option<Limit>,
        /// How they fade, each by the age of its newest event.
        decay: Option<Decay>,
        /// `up to M`.
        up_to: Option<Expr>,
    },
    /// `points for X { … }`.
    Table(Table),
    /// `when C multiply [SCORE] by F`.
    Multiply {
        /// The condition.
        condition: Expr,
        /// What is multiplied.
        target: Target,
        /// By what: a number.
        by: Expr,
    },
    /// `when C cap [SCORE] at M`.
    Cap {
        /// The condition.
        condition: Expr,
        /// What is capped.
        target: Target,
        /// The most it can be, in points.
        at: Expr,
    },
    /// `when C set [SCORE] to M`.
    Set {
        /// The condition.
        condition: Expr,
        /// What is set.
        target: Target,
        /// To what, in points.
        to: Expr,
    },
}

/// Points with their sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// `subtract`.
    pub negative: bool,
    /// How many, of type points; unknown counts as 0 and the ledger says so.
    pub value: Expr,
}

/// Which of the matching events count.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// At most so many: an integer constant or param.
    pub count: Expr,
    /// In each such period (calendar, in the model's zone); none: altogether. The newest count.
    pub per: Option<CalendarUnit>,
}

/// How points fade.
#[derive(Clone, Debug, PartialEq)]
pub struct Decay {
    /// The shape of the curve.
    pub curve: Curve,
    /// `from event.held_at`: a time or date that the age is counted from instead of the event's.
    pub from: Option<Expr>,
    /// `without decay if C`: no fading when this holds.
    pub unless: Option<Expr>,
    /// Where it is written: on the rule, or on the score's header.
    pub span: Span,
}

/// The shape of a decay. All lengths are exact, above zero.
#[derive(Clone, Debug, PartialEq)]
pub enum Curve {
    /// Half after each such time.
    Halving {
        /// The half-life.
        every: Length,
        /// Age counted in whole UTC days.
        by_day: bool,
    },
    /// Linear down to nothing.
    Fading {
        /// After so long nothing is left.
        over: Length,
    },
    /// A share of the original lost with each full period.
    LosingShare {
        /// Of type number: 0.25 for 25 %.
        share: Expr,
        /// The period.
        every: Length,
    },
    /// Points lost with each full period, down to 0.
    LosingPoints {
        /// Of type points.
        amount: Expr,
        /// The period.
        every: Length,
    },
    /// Steps: the share left once the age reaches a length; before the first, all. Ages rise.
    Dropping {
        /// Share (of type number) and age.
        steps: Vec<(Expr, Length)>,
    },
}

/// A grade set.
#[derive(Clone, Debug, PartialEq)]
pub struct GradeSet {
    /// Its name; `grade` for the set without one.
    pub name: String,
    /// How the grade is found.
    pub kind: GradeKind,
    /// Its labels, in the order of their first mention (a matrix: the first set's with each of the second's).
    pub labels: Vec<String>,
    /// The first line.
    pub span: Span,
}

/// See [`GradeSet`].
#[derive(Clone, Debug, PartialEq)]
pub enum GradeKind {
    /// First match; none: no grade.
    Lines(Vec<GradeLine>),
    /// The labels of two sets joined: `A` and `1` give `A1`. Without one of them, no grade.
    Matrix(GradeId, GradeId),
}

/// One line of a grade set.
#[derive(Clone, Debug, PartialEq)]
pub struct GradeLine {
    /// Index into [`GradeSet::labels`].
    pub label: u32,
    /// None: otherwise.
    pub condition: Option<Expr>,
    /// All of it.
    pub span: Span,
}

/// A stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// Stands off the ladder.
    pub side: bool,
    /// When it holds; none: always.
    pub condition: Option<Expr>,
    /// `stays while C`.
    pub stays_while: Option<Expr>,
    /// `because "…"`.
    pub because: Option<String>,
    /// All of it.
    pub span: Span,
}

/// A segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Its name.
    pub name: String,
    /// When it holds.
    pub condition: Expr,
    /// `because "…"`.
    pub because: Option<String>,
    /// All of it.
    pub span: Span,
}

/// A route.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Where to.
    pub name: String,
    /// None: otherwise.
    pub condition: Option<Expr>,
    /// `respond within 5m`.
    pub respond_within: Option<Length>,
    /// `because "…"`.
    pub because: Option<String>,
    /// All of it.
    pub span: Span,
}

/// A test written in the language.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// The instant, microseconds since 1970; none: any (the runner chooses one; ages are the same).
    pub as_of: Option<i64>,
    /// The lead's attributes, one for each of the schema.
    pub attributes: Vec<Option<TestValue>>,
    /// Its events.
    pub events: Vec<TestEvent>,
    /// What must hold, with the place of each.
    pub expects: Vec<Expr>,
    /// All of it.
    pub span: Span,
}

/// A value in a test.
#[derive(Clone, Debug, PartialEq)]
pub enum TestValue {
    /// As written.
    Value(Value),
    /// `90d ago`, for times and dates.
    Ago(Length),
}

/// An event in a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestEvent {
    /// Its type.
    pub kind: EventId,
    /// When.
    pub when: TestValue,
    /// One for each property of its type.
    pub properties: Vec<Option<TestValue>>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Of which type. A condition is of type yes/no, with unknown as its third value.
    pub ty: Type,
    /// The author's words.
    pub span: Span,
}

/// What an expression computes.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A constant, in the units of the expression's type.
    Constant(Value),
    /// Never known (`unknown` as a value of a table cell or test).
    Unknown,
    /// A param's value.
    Param(ParamId),
    /// A named expression.
    Let(LetId),
    /// An attribute of the lead or its account.
    Attribute(AttributeId),
    /// A property of the event in hand: in an event filter, in the points of a `for each`.
    Property(Property),
    /// The time of the event in hand.
    EventTime,
    /// `times`: how many events had the value in hand, in `for each different`.
    Times,
    /// `domain`, `local part`, `host`, `path` of a text.
    Part(Part, Box<Expr>),
    /// The final value of a named score; unknown outside its population.
    Score(ScoreId),
    /// The final total.
    Total,
    /// The label of a grade set, as text; unknown if it has none.
    Grade(GradeId),
    /// The result stage is one of these.
    StageIs(Vec<StageId>),
    /// The result stage stands on the ladder at this stage or above it.
    StageAtLeast(StageId),
    /// The condition of that stage holds.
    StageHolds(StageId),
    /// The stage stored in the CRM stands at this stage or above it; side stages rank lowest.
    CurrentStageAtLeast(StageId),
    /// The segment holds.
    Segment(SegmentId),
    /// In tests: the route is one of these.
    RouteIs(Vec<RouteId>),
    /// In tests: the status is this.
    StatusIs(Status),
    /// All hold.
    And(Vec<Expr>),
    /// One holds.
    Or(Vec<Expr>),
    /// Does not hold.
    Not(Box<Expr>),
    /// So many of them hold.
    HowMany(Quantity, Vec<Expr>),
    /// Two values of the same type compared; numbers of different kinds compare exactly, a date with a time as its
    /// first instant in the model's zone.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// Low and high included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The value equals one of the set; a list value shares an element with it; a domain matches subdomains.
    In(Box<Expr>, Set),
    /// A test on text; any needle suffices. A list of texts: any element.
    Text(TextTest, Box<Expr>, Vec<Expr>),
    /// Is known.
    Known(Box<Expr>),
    /// `+ - * /`.
    Arithmetic(Operator, Box<Expr>, Box<Expr>),
    /// `-x`.
    Negate(Box<Expr>),
    /// A weighted sum, rounded once: each coefficient (of type number, a constant or param) times its value.
    Weighted(Vec<(Expr, Expr)>),
    /// The least of all; unknown if one is.
    Min(Vec<Expr>),
    /// The greatest of all; unknown if one is.
    Max(Vec<Expr>),
    /// Value, low, high.
    Clamp(Box<Expr>, Box<Expr>, Box<Expr>),
    /// To a whole number, half away from zero.
    Round(Box<Expr>),
    /// The same number in the units of this expression's type; what it does not hold is rounded half away from
    /// zero. The checker puts it wherever one kind of number is used as another: a param as points.
    Convert(Box<Expr>),
    /// Condition, then, else. An unknown condition gives unknown.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The first if it is known, else the second.
    IfKnown(Box<Expr>, Box<Expr>),
    /// Total, average, largest, smallest or first of those that are known.
    AggregateOf(Aggregate, Vec<Expr>),
    /// The points of the matching row.
    Table(Box<Table>),
    /// Such an event happened (`no …` is [`ExprKind::Not`] of it).
    Happens(Term),
    /// How many events; an integer.
    Count(Term),
    /// How many different known values of the property; an integer.
    CountDifferent(Property, Term),
    /// An aggregate of a property over events.
    Aggregate(Aggregate, Property, Term),
    /// Whole days since the newest such event; unknown without one.
    DaysSinceLast(Term),
    /// On how many different local days; an integer.
    DaysWith(Term),
    /// Whole days since a time or date.
    DaysSince(Box<Expr>),
    /// A time or date lies in all these windows.
    InWindow(Box<Expr>, Vec<Window>),
}

/// A property, which several event types may share.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Property {
    /// As written: `page`, `value`, `object`.
    pub name: String,
    /// For each event type of the schema its place among the type's properties, if it has it.
    pub places: Vec<Option<u32>>,
    /// The type; types that mix vocabularies and text are read as plain text.
    pub ty: Type,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Behind the last `@` of an e-mail address.
    Domain,
    /// Before the last `@`.
    LocalPart,
    /// The host of a URL.
    Host,
    /// The path of a URL.
    Path,
}

/// What a value is looked for in.
#[derive(Clone, Debug, PartialEq)]
pub enum Set {
    /// Constants written there.
    Values(Vec<Value>),
    /// A named list.
    List(ListId),
    /// A list attribute.
    Attribute(Box<Expr>),
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Tests on text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
    Mentions,
    Matches,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Aggregates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Aggregate {
    Total,
    Average,
    Largest,
    Smallest,
    First,
    Latest,
}

/// How many, as integers (constants or params).
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Quantity {
    AtLeast(Box<Expr>),
    AtMost(Box<Expr>),
    Exactly(Box<Expr>),
    MoreThan(Box<Expr>),
    FewerThan(Box<Expr>),
    Between(Box<Expr>, Box<Expr>),
}

/// An event term.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// One: an event. More: a sequence, each strictly later than the one before, by less than its gap.
    pub steps: Vec<Step>,
    /// Counts of the (last) step's events; all must hold. Empty: at least one event.
    pub counts: Vec<Count>,
    /// The author's words.
    pub span: Span,
}

/// One event of a term.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// How much later than the step before it may be: strictly less. None: any later time.
    pub gap: Option<Length>,
    /// The type; none: any.
    pub kind: Option<EventId>,
    /// The object: any of these. None: any object, also an unknown one.
    pub object: Option<Vec<ObjectTest>>,
    /// `where (…)`: conditions on the event's own properties; unknown does not match.
    pub filters: Vec<Expr>,
    /// All must hold. A window on an unknown attribute makes the whole term unknown.
    pub windows: Vec<Window>,
    /// `after 30d of silence`: no event that matches the step (but for windows) lies in the time before it,
    /// of this length; there must be an earlier one.
    pub silence: Option<Length>,
    /// The author's words.
    pub span: Span,
}

/// A test on the object of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectTest {
    /// Is this value; text compares by folding.
    Is(Value),
    /// A glob on text.
    Glob(String),
    /// For a term of any type: the object's text or word, whatever its vocabulary.
    Named(String),
}

/// A count of events.
#[derive(Clone, Debug, PartialEq)]
pub enum Count {
    /// `at least 3 times`.
    Times(Quantity),
    /// `at least 9 times in one session`: for at least one known value of the property.
    TimesPerValue(Quantity, Property),
    /// `at least 2 times in one week`: in at least one calendar period.
    TimesPerPeriod(Quantity, CalendarUnit),
    /// `on at least 5 different days`: local days.
    DifferentDays(Quantity),
}

/// A window of time, relative to `as of`. With `d = as_of - t`.
#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    /// `0 <= d < D`.
    Within(Length),
    /// `0 <= t - as_of < D`, for attributes only.
    InTheNext(Length),
    /// `D1 <= d < D2`.
    Between(Length, Length),
    /// `d >= D`.
    MoreThanAgo(Length),
    /// `t >= anchor`.
    Since(Anchor),
    /// `t < anchor`.
    Before(Anchor),
    /// `this month`, `last quarter`: the calendar period that holds `as of`, or the one before it.
    InPeriod {
        /// The one before.
        last: bool,
        /// Which period.
        unit: CalendarUnit,
    },
}

/// What `since` and `before` refer to.
#[derive(Clone, Debug, PartialEq)]
pub enum Anchor {
    /// A time or date; unknown makes the term unknown. A date is its first instant in the model's zone.
    Value(Box<Expr>),
    /// The newest such event up to `as of`. Without one, every event is since it and none before it.
    LastEvent(Box<Step>),
}

/// A length of time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// Microseconds.
    Exact(i64),
    /// Calendar units in the model's zone: months, quarters, years.
    Calendar(u32, CalendarUnit),
    /// Business days (Monday to Friday) in the model's zone.
    BusinessDays(u32),
    /// Business hours (Monday to Friday, 9 to 17 local time).
    BusinessHours(u32),
    /// A param of type duration.
    Param(ParamId),
}

/// Units of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum CalendarUnit {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// `points for X { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What is looked at.
    pub subject: Expr,
    /// First match wins.
    pub rows: Vec<Row>,
    /// Every other known value; without it a rule gives 0 and a value is unknown.
    pub otherwise: Option<Expr>,
    /// An unknown subject; without it a rule gives 0 and a value is unknown.
    pub unknown: Option<Expr>,
    /// The type of the cells.
    pub kind: NumberKind,
    /// All of it.
    pub span: Span,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which values.
    pub head: Head,
    /// A constant or param, of the table's kind; may be negative.
    pub points: Expr,
    /// All of it.
    pub span: Span,
}

/// The head of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Head {
    /// Compares with a constant or param.
    Compare(Comparison, Expr),
    /// Both included.
    Range(Expr, Expr),
    /// Is in the set.
    In(Set),
    /// A test on text.
    Text(TextTest, Vec<Expr>),
}

pub use crate::outcome::Status;
