//! A plan: what to read, which facts the events give, and the programs that make results of them.
//!
//! Domains of programs, each with its inputs:
//! - leads: input `i` is attribute `i` of the schema; the main program;
//! - values: one row for each value of the dictionary of a text or list attribute; input 0 is the value;
//! - events: input `i` is column `i` of [`Needs::properties`].

use crate::{Outputs, Program, RegisterType, SlotAt};
use qualify_model::calendar::{Interval, Zone};
use qualify_model::{CalendarUnit, EventId, Labels, Length, Needs, RuleId, Schema, Window};
use serde::{Deserialize, Serialize};

/// A model made ready to run: the same at every instant. Bound to one ([`Bound`](crate::Bound)) it scores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The words of the results.
    pub labels: Labels,
    /// What leads and events look like.
    pub schema: Schema,
    /// What must be read.
    pub needs: Needs,
    /// Constants that instructions name.
    pub constants: Constants,
    /// What is computed once for each value of a column instead of each row.
    pub tables: Vec<CodeTable>,
    /// Rules that read a table only.
    pub code_tallies: Vec<CodeTally>,
    /// Text columns of events made of several columns of texts and words: the value that is known, a word by its
    /// name. Of any event one of them is known at most. Where a fact names a property column, numbers from the
    /// number of [`Needs::properties`] on mean these.
    pub joined: Vec<Vec<u32>>,
    /// Which events a step means, its windows aside.
    pub matchers: Vec<Matcher>,
    /// Programs over events: filters and points.
    pub event_programs: Vec<Program>,
    /// The events that blocks see. The first is that of the whole model.
    pub views: Vec<View>,
    /// What is asked of events.
    pub facts: Vec<Fact>,
    /// Where facts stand.
    pub slots: Vec<RegisterType>,
    /// The program over leads. Its outputs are as [`Outputs`] names them.
    pub main: Program,
    /// The outputs of the main program.
    pub outputs: Outputs,
}

/// See [`Plan::constants`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constants {
    /// Lists of texts.
    pub texts: Vec<Vec<String>>,
    /// Sets of numbers, rising.
    pub numbers: Vec<Vec<i64>>,
    /// Piecewise constant functions.
    pub bins: Vec<Bins>,
    /// Windows that must all hold; none of them refers to a value or an event.
    pub windows: Vec<Vec<FixedWindow>>,
    /// How points fade.
    pub curves: Vec<PlanCurve>,
}

/// A piecewise constant function of a number. With `edges` rising, `values[0]` holds below `edges[0]`,
/// `values[i]` from `edges[i - 1]` on, `values[n]` from the last on; `unknown` where the number is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bins {
    /// Where values change, rising.
    pub edges: Vec<i64>,
    /// One more than edges; none: unknown.
    pub values: Vec<Option<i64>>,
    /// The value of an unknown number.
    pub unknown: Option<i64>,
}

/// How points fade; see [`qualify_model::Curve`]. Constants are evaluated.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum PlanCurve {
    Halving {
        every: Length,
        by_day: bool,
    },
    Fading {
        over: Length,
    },
    /// Share in units of 1e-6.
    LosingShare {
        share: i64,
        every: Length,
    },
    /// Points in units of 1e-4. Used by [`LosingPoints`](crate::Instruction::LosingPoints) and by facts alone.
    LosingPoints {
        amount: i64,
        every: Length,
    },
    /// Share in units of 1e-6 and age.
    Dropping {
        steps: Vec<(i64, Length)>,
    },
    /// Nothing is left at any age (a constant of it is unknown).
    Nothing,
}

/// What is computed once for each value of a text or list attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeTable {
    /// The attribute.
    pub attribute: u32,
    /// Over values; the row behind the last value is the unknown one. Outputs are truths and numbers.
    pub program: Program,
}

/// Rules whose firing and points depend on the code of one attribute alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeTally {
    /// Place of the table.
    pub table: u32,
    /// Rule, and the outputs of the table that say whether it fired (a truth) and its points (a number).
    pub rules: Vec<(RuleId, u32, u32)>,
}

/// Which events a step means: all must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matcher {
    /// The type; none: any.
    pub kind: Option<EventId>,
    /// For each event type the tests on its object, of which one must hold; none: any object. A type whose
    /// object cannot match has an empty list.
    pub object: Option<Vec<Vec<PlanObject>>>,
    /// Event programs with one truth as output, which must be true.
    pub filters: Vec<u32>,
    /// The author's words.
    pub text: String,
}

/// A test on the object of an event: its first property.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PlanObject {
    /// The object, a word, number, date, time or duration, has these units; a yes/no has 0 or 1. Of a list any
    /// element.
    Number(i64),
    /// The object is a text equal to this, folded.
    Text(String),
    /// The object is a text that this glob matches.
    Glob(String),
}

/// The events that a block sees: those known at `as of` that nothing ignores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The view that it is part of.
    pub within: Option<u32>,
    /// What is ignored of that; each a single step. Each looks at all events of the view around.
    pub ignores: Vec<PlanStep>,
}

/// One event of a fact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlanStep {
    /// Which events.
    pub matcher: u32,
    /// How much later than the step before it may be: strictly less. None: any later time.
    pub gap: Option<Length>,
    /// All must hold.
    pub windows: Vec<PlanWindow>,
    /// `after … of silence`.
    pub silence: Option<Length>,
}

/// A window that is the same for all leads; see [`Window`]. Lengths hold no params.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum FixedWindow {
    Within(Length),
    InTheNext(Length),
    Between(Length, Length),
    MoreThanAgo(Length),
    /// From an instant on.
    Since(i64),
    /// Before an instant.
    Before(i64),
    InPeriod {
        last: bool,
        unit: CalendarUnit,
    },
}

impl FixedWindow {
    /// The instants in it, seen from `as_of` (microseconds since 1970).
    pub fn interval(&self, zone: &Zone, as_of: i64) -> Interval {
        let window = match self.clone() {
            FixedWindow::Within(length) => Window::Within(length),
            FixedWindow::InTheNext(length) => Window::InTheNext(length),
            FixedWindow::Between(near, far) => Window::Between(near, far),
            FixedWindow::MoreThanAgo(length) => Window::MoreThanAgo(length),
            FixedWindow::InPeriod { last, unit } => Window::InPeriod { last, unit },
            FixedWindow::Since(first) => return Interval { first, ..Interval::ALL },
            FixedWindow::Before(i64::MIN) => return Interval { first: i64::MAX, last: i64::MIN },
            FixedWindow::Before(end) => return Interval { last: end - 1, ..Interval::ALL },
        };
        zone.window(as_of, &window, &[]).unwrap_or(Interval::ALL) // only anchored windows have none
    }
}

/// A window of time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PlanWindow {
    /// The same for all leads.
    Fixed(FixedWindow),
    /// From an instant of the lead on: a number argument of the fact; unknown makes the fact unknown. In an
    /// ignore of a view the numbers are those of each fact of the view, whose first arguments are the view's;
    /// unknown ignores nothing.
    Since(u32),
    /// Before an instant of the lead.
    Before(u32),
    /// Since the newest such event; without one, every event.
    SinceLast(Box<PlanStep>),
    /// Before the newest such event; without one, none.
    BeforeLast(Box<PlanStep>),
}

/// Something that is asked of the events of a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The events that are looked at.
    pub view: u32,
    /// One: the events of a step. More: a sequence, whose last steps count.
    pub steps: Vec<PlanStep>,
    /// What is asked.
    pub ask: Ask,
    /// Where the answer stands; the slots of one fact follow each other. See [`Ask`].
    pub slot: SlotAt,
    /// Depends on arguments: computed by [`ComputeFact`](crate::Instruction::ComputeFact) when these are
    /// known. Else it is there before the main program starts.
    pub late: bool,
    /// How many truths, numbers, texts and lists it takes as arguments, each numbered by themselves.
    pub arguments: (u32, u32, u32, u32),
    /// Where the author wrote it: `start..end` in bytes, behind `file:` in another file than the first.
    pub text: String,
}

/// What is asked, and the slots of the answer. All answers are unknown if a window is (windows on an unknown
/// argument); then sums and counts of [`Ask::Each`] are known zeros all the same, as nothing fires.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ask {
    /// How many events: a number.
    Count,
    /// The instant of the newest: a number; unknown without one.
    Newest,
    /// On how many different local days: a number.
    Days,
    /// How many different known values (folded) of a property column, which may be [joined](Plan::joined): a
    /// number.
    Different(u32),
    /// The sum of the known values of a number column, held in 64 bits, and whether it was held: a number and
    /// a truth. 0 without any.
    Total(u32),
    /// The sum of the known values, wide and exact, and how many are known: a wide number and a number.
    Sum(u32),
    /// The largest, smallest, first or latest known value of a property column: a slot of the column's type
    /// (a truth for yes/no; a text for one that is [joined](Plan::joined)). Ties as the reference interpreter
    /// breaks them.
    Choose(qualify_model::Aggregate, u32),
    /// Whether a group has from `low` to `high` events: a truth.
    Groups {
        /// How events are grouped.
        by: GroupBy,
        /// At least so many.
        low: i64,
        /// At most so many.
        high: i64,
    },
    /// The sum over the events of what is left of one at `as of`: numerators over the denominator of the curve,
    /// at most 2^30: a number; and how many events: a number.
    Factors(u32),
    /// The points of all events together: a wide number of units of 1e-4 over the denominator of the curve (1
    /// without one); how many events count: a number; whether points were held: a truth.
    Each(Box<Each>),
    /// The outputs of an event program for the newest event (by content among those of one instant): a slot for
    /// each output, of its type; unknown without an event.
    OfNewest(u32),
}

/// How events are grouped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GroupBy {
    /// By the known values (folded) of a property column, which may be [joined](Plan::joined).
    Property(u32),
    /// By periods of the local calendar.
    Period(CalendarUnit),
}

/// `for each`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Each {
    /// Once for each different known value of this column, which may be [joined](Plan::joined), by its newest
    /// event; else for each event.
    pub different: Option<u32>,
    /// An event program: outputs are points in units of 1e-4 (a number; unknown counts as 0) and whether they
    /// were held (a truth).
    pub points: u32,
    /// At most so many of each period, or altogether.
    pub limit: Option<(i64, Option<CalendarUnit>)>,
    /// How they fade.
    pub curve: Option<u32>,
    /// An event program that gives the instant (a number) that the age counts from, instead of the event's;
    /// unknown: nothing is left.
    pub from: Option<u32>,
    /// An event program that gives a truth: where it is true nothing fades.
    pub unless: Option<u32>,
}
