//! The typed model: every name looked up, every type known, every constant exact.
//!
//! It says what to compute, not how. Spans point to the author's words.

use crate::schema::ids;
use crate::{EventId, Expr, Length, Rule, Schema, Term, Type, Value};
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
    /// `because "…"`.
    pub because: Option<String>,
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
