//! Expressions and event terms as written.

use super::{Comparison, Length, Literal, Path, Table, TextTest, Unit};
use qualify_diagnostics::Span;

/// An expression: a condition or a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Which.
    pub kind: ExprKind,
    /// Where; parentheses around it are included.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// Stands where a mistake was reported; the checker says nothing more about it.
    Mistake,
    /// `a or b or c`.
    Or(Vec<Expr>),
    /// `a and b and c`.
    And(Vec<Expr>),
    /// `not a`.
    Not(Box<Expr>),
    /// `a >= b`, `a at least b`.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `x in (a, b)`, `x not in list`.
    In {
        /// What is looked for.
        value: Box<Expr>,
        /// `not in`.
        negated: bool,
        /// Where.
        set: Set,
    },
    /// `x between a and b`, both included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x contains "a"`, `x contains ("a", "b")`.
    Text {
        /// Which test.
        test: TextTest,
        /// The text looked into.
        value: Box<Expr>,
        /// Any of these suffices.
        needles: Vec<Expr>,
    },
    /// `x is y`, `x is not y`.
    Is {
        /// The left side.
        value: Box<Expr>,
        /// `is not`.
        negated: bool,
        /// The right side.
        other: Box<Expr>,
    },
    /// `x is known`, `x is unknown`.
    Known {
        /// The value asked about.
        value: Box<Expr>,
        /// `is known`, not `is unknown`.
        known: bool,
    },
    /// `a + b`.
    Arithmetic(Operator, Box<Expr>, Box<Expr>),
    /// `-a`.
    Negate(Box<Expr>),
    /// A constant that is not a word.
    Literal(Literal),
    /// A word or dotted words: an attribute, param, let, score, stage, event …
    Path(Path),
    /// `always`.
    Always,
    /// `current stage`.
    CurrentStage,
    /// `visited pricing within 7d`: something stands behind the name that makes it an event term, or a
    /// moment stands behind the name of an attribute (`created_at within 30d`).
    Term(Term),
    /// `no opened within 60d`.
    No(Term),
    /// `at least 2 of (a, b, c)`.
    HowMany(Quantity, Vec<Expr>),
    /// `number of visited pricing within 30d`.
    NumberOf(Term),
    /// `number of different visited.page within 30d`.
    NumberOfDifferent {
        /// `visited.page`: the last part is the property.
        path: Path,
        /// Windows and filters.
        qualifiers: Vec<Qualifier>,
    },
    /// `total of purchased.amount within 90d`.
    Aggregate {
        /// Which.
        kind: Aggregate,
        /// `purchased.amount`: the last part is the property.
        path: Path,
        /// Windows and filters.
        qualifiers: Vec<Qualifier>,
    },
    /// `largest of (a, b)`: of those that are known.
    AggregateOf(Aggregate, Vec<Expr>),
    /// `days since last visited pricing`.
    DaysSinceLast(Term),
    /// `days since created_at`.
    DaysSince(Path),
    /// `days with visited within 14d`.
    DaysWith(Term),
    /// `if c then a else b`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `min(a, b)`, `max`, `clamp(x, low, high)`, `round(x)`.
    Call(Function, Vec<Expr>),
    /// `(x if known else y)`.
    IfKnown(Box<Expr>, Box<Expr>),
    /// `points for x { … }` as a value.
    Table(Table),
    /// `any opportunity where (…)`, `number of colleagues where (…)`, `best score`, `average of the rest`:
    /// reserved, not yet in the language. Holds the words.
    Reserved(String),
}

/// The right side of `in`.
#[derive(Clone, Debug, PartialEq)]
pub enum Set {
    /// `(a, b)`.
    Values(Vec<Literal>, Span),
    /// The name of a list, or a list attribute.
    Name(Path),
}

/// `+ - * /`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Aggregates over events or values.
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

/// Functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Function {
    Min,
    Max,
    Clamp,
    Round,
}

/// How many.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// Which.
    pub kind: QuantityKind,
    /// Where.
    pub span: Span,
}

/// See [`Quantity`]. The literals are whole numbers or params; the checker judges.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum QuantityKind {
    AtLeast(Literal),
    AtMost(Literal),
    Exactly(Literal),
    MoreThan(Literal),
    FewerThan(Literal),
    Between(Literal, Literal),
}

/// An event term: one event, or a sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// At least one; `followed … by` joins them.
    pub steps: Vec<Step>,
    /// All of it.
    pub span: Span,
}

/// One event of a term.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// `within G` of `followed within G by`, for every step but the first.
    pub gap: Option<Length>,
    /// `any` stood before it.
    pub any: bool,
    /// The type: `visited`, or `event` for all.
    pub event: Path,
    /// `pricing`, `(pricing, docs)`, `"/docs/*"`.
    pub object: Option<Object>,
    /// Windows, filters, counts, in order.
    pub qualifiers: Vec<Qualifier>,
    /// All of it.
    pub span: Span,
}

/// The object of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// `on` stood before it.
    pub on: bool,
    /// One, or several in parentheses.
    pub values: Vec<Literal>,
    /// All of it.
    pub span: Span,
}

/// What narrows an event term.
#[derive(Clone, Debug, PartialEq)]
pub struct Qualifier {
    /// Which.
    pub kind: QualifierKind,
    /// Where.
    pub span: Span,
}

/// See [`Qualifier`].
#[derive(Clone, Debug, PartialEq)]
pub enum QualifierKind {
    /// `where (seconds < 5)`.
    Where(Box<Expr>),
    /// `after 30d of silence`.
    AfterSilence(Length),
    /// `at least 3 times`, `at least 9 times in one session`.
    Times {
        /// How many.
        quantity: Quantity,
        /// `in one session`, `in one week`.
        in_one: Option<InOne>,
    },
    /// `on at least 5 different days`.
    DifferentDays(Quantity),
    /// `within 7d`; also written `in the last 7d`.
    Within(Length),
    /// `in the next 30d`, for attributes.
    InTheNext(Length),
    /// `between 7d and 14d ago`.
    BetweenAgo(Length, Length),
    /// `more than 30d ago`.
    MoreThanAgo(Length),
    /// `since created_at`, `since last rejected`.
    Since(Anchor),
    /// `before created_at`, `before last rejected`.
    Before(Anchor),
    /// `in this month`, `in last quarter`.
    InPeriod {
        /// `last`, not `this`.
        last: bool,
        /// Day and longer.
        unit: Unit,
    },
}

/// The key of `in one …`.
#[derive(Clone, Debug, PartialEq)]
pub enum InOne {
    /// A property: `in one session`.
    Property(Path),
    /// A calendar period: `in one week`.
    Period(Unit, Span),
}

/// What `since` and `before` refer to.
#[derive(Clone, Debug, PartialEq)]
pub enum Anchor {
    /// An attribute.
    Attribute(Path),
    /// `last rejected`.
    LastEvent {
        /// The type.
        event: Path,
        /// Its object.
        object: Option<Object>,
        /// With `last`.
        span: Span,
    },
}
