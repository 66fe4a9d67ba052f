//! Rules: what they do, how their points fade, and tables of points.

use crate::{CalendarUnit, Comparison, Expr, Length, NumberKind, Property, Set, Target, Term, TextTest};
use qualify_diagnostics::Span;

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
        /// Points for each value; may read the newest event and `ExprKind::Times`.
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
