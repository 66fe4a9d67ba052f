//! Event terms: which events, when, how many.

use crate::{EventId, Expr, ParamId, Property, Quantity, Value};
use qualify_diagnostics::Span;

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
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[allow(missing_docs)]
pub enum CalendarUnit {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}
