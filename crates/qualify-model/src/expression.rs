//! Expressions: conditions and values, with their types.

use crate::outcome::Status;
use crate::{
    AttributeId, GradeId, LetId, ListId, ParamId, RouteId, ScoreId, SegmentId, StageId, Table, Term, Type,
    Value, Window,
};
use qualify_diagnostics::Span;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
