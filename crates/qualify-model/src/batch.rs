//! Facts and results of many leads in columns: what reading gives, what engines take and give, what writing
//! takes. One row is one lead; the events of all leads stand behind each other, those of a lead together.
//!
//! Not in here: evaluation, files. [`Lead`](crate::Lead) and [`Outcome`](crate::Outcome) are the same for one
//! lead.

use crate::{Status, Type, Value};
use std::sync::Arc;

/// The code of an unknown text or list.
pub const UNKNOWN: u32 = u32::MAX;

/// No label, stage or route.
pub const NONE: u16 = u16::MAX;

/// Which facts a model reads: all others need not be read from files.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Needs {
    /// For each attribute of the schema whether it is read. Required ones always are.
    pub attributes: Vec<bool>,
    /// For each event type of the schema whether its events are read at all.
    pub events: Vec<bool>,
    /// The columns of properties, in the order of [`EventColumns::properties`].
    pub properties: Vec<PropertyColumn>,
    /// Whether the model asks when events became known.
    pub received: bool,
}

/// One column of event properties, which several event types may share: those that have a property of this
/// type in one column. Each pair of event type and place is in one column at most.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PropertyColumn {
    /// The type of the values.
    pub ty: Type,
    /// For each event type of the schema the place of the property among its properties, if it has it.
    pub places: Vec<Option<u32>>,
}

/// Some leads, in the order of the input, with all their events.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// The leads.
    pub leads: LeadColumns,
    /// Their events.
    pub events: EventColumns,
}

/// Leads in columns.
#[derive(Clone, Debug, Default)]
pub struct LeadColumns {
    /// How many leads.
    pub rows: usize,
    /// Their keys.
    pub keys: Keys,
    /// One for each attribute of the schema; `None` if it is not read.
    pub attributes: Vec<Option<Column>>,
}

/// The keys of leads.
#[derive(Clone, Debug)]
pub enum Keys {
    /// Whole numbers, as their source holds them; as text they are written in decimal.
    Integers(Vec<i64>),
    /// Texts behind each other: lead `i` has `bytes[offsets[i]..offsets[i + 1]]`.
    Texts {
        /// One more than there are leads.
        offsets: Vec<u32>,
        /// UTF-8.
        bytes: Vec<u8>,
    },
}

impl Default for Keys {
    fn default() -> Keys {
        Keys::Integers(Vec::new())
    }
}

/// Events in columns.
#[derive(Clone, Debug, Default)]
pub struct EventColumns {
    /// Lead `i` has the events `offsets[i]..offsets[i + 1]`, in any order; one more than there are leads.
    pub offsets: Vec<u32>,
    /// The number of the type in the schema.
    pub kinds: Vec<u16>,
    /// Microseconds since 1970.
    pub times: Vec<i64>,
    /// When it became known; `i64::MIN` if that is not recorded. None: recorded of no event, or not asked.
    pub received: Option<Vec<i64>>,
    /// As [`Needs::properties`] wants them; a value that an event's type does not have is unknown.
    pub properties: Vec<Column>,
    /// Leads with more events than are to be in memory at once, by rising row. The columns have none of these events.
    pub long: Vec<LongLead>,
}

/// A lead of a batch whose events come piece by piece.
#[derive(Clone, Debug)]
pub struct LongLead {
    /// Its row.
    pub row: usize,
    /// Its events.
    pub events: Arc<dyn LongEvents>,
}

/// Events of one lead that are never in memory all at once.
pub trait LongEvents: std::fmt::Debug + Send + Sync {
    /// How many.
    fn count(&self) -> u64;

    /// How many bytes whoever goes through them may keep of them, about.
    fn room(&self) -> usize;

    /// Shows all of them in the order of their times, piece by piece; each time the same. A piece has one row, whose events
    /// are all that it has: its offsets are 0 and their number. Those of one instant stand in any order, also across pieces. If they cannot be read any more, fewer are shown; whoever
    /// made this knows of it, and takes no result.
    fn each(&self, show: &mut dyn FnMut(&EventColumns));

    /// What sorts numbers made of them, holding about so many bytes of them. Unless something better is at hand it holds
    /// all.
    fn sorter(&self, _room: usize) -> Box<dyn SortNumbers> {
        Box::new(Vec::new())
    }
}

/// Four numbers that belong together.
pub type Numbers = [u64; 4];

/// Numbers on their way into an order: by the first, then by the second, and so on.
pub trait SortNumbers {
    /// Takes some.
    fn add(&mut self, numbers: Numbers);

    /// All of them in their order. If they cannot be read any more, fewer are given; see [`LongEvents::each`].
    fn finish(self: Box<Self>) -> Box<dyn Iterator<Item = Numbers>>;
}

impl SortNumbers for Vec<Numbers> {
    fn add(&mut self, numbers: Numbers) {
        self.push(numbers);
    }

    fn finish(mut self: Box<Self>) -> Box<dyn Iterator<Item = Numbers>> {
        self.sort_unstable();
        Box::new(self.into_iter())
    }
}

/// Values of one type.
#[derive(Clone, Debug)]
pub enum Column {
    /// `yes/no`: 0 is no, 1 unknown, 2 yes, as [`Truth`](crate::Truth) orders them.
    YesNo(Vec<u8>),
    /// Numbers in their units, dates in days, times and durations in microseconds, words by their number.
    Number {
        /// Unknown ones hold 0.
        values: Vec<i64>,
        /// 1 for known, 0 for unknown; none if all are known.
        known: Option<Vec<u8>>,
    },
    /// Texts (also e-mail addresses, web addresses, stages), stripped of white space at both ends, not empty.
    Text {
        /// Places in the dictionary, or [`UNKNOWN`].
        codes: Vec<u32>,
        /// The texts; not all need to occur, and a text may stand in it more than once.
        dictionary: Arc<Vec<Arc<str>>>,
    },
    /// Lists, none of them empty.
    List {
        /// Places in the dictionary, or [`UNKNOWN`].
        codes: Vec<u32>,
        /// The lists, each of known values of one type.
        dictionary: Arc<Vec<Vec<Value>>>,
    },
}

impl Column {
    /// A column of unknown values of a type.
    pub fn unknown(ty: &Type, rows: usize) -> Column {
        match ty {
            Type::YesNo => Column::YesNo(vec![1; rows]),
            Type::Text(_) | Type::Stage => {
                Column::Text { codes: vec![UNKNOWN; rows], dictionary: Arc::default() }
            }
            Type::List(_) => Column::List { codes: vec![UNKNOWN; rows], dictionary: Arc::default() },
            _ => Column::Number { values: vec![0; rows], known: Some(vec![0; rows]) },
        }
    }

    /// How many values, unknown ones included.
    pub fn len(&self) -> usize {
        match self {
            Column::YesNo(values) => values.len(),
            Column::Number { values, .. } => values.len(),
            Column::Text { codes, .. } | Column::List { codes, .. } => codes.len(),
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row, of the column's type; none if it is unknown.
    pub fn value(&self, row: usize, ty: &Type) -> Option<Value> {
        match self {
            Column::YesNo(values) => match values[row] {
                0 => Some(Value::YesNo(false)),
                2 => Some(Value::YesNo(true)),
                _ => None,
            },
            Column::Number { values, known } => {
                let units = values[row];
                if known.as_ref().is_some_and(|known| known[row] == 0) {
                    return None;
                }
                Some(match ty {
                    Type::Date => Value::Date(units as i32),
                    Type::Time => Value::Time(units),
                    Type::Duration => Value::Duration(units),
                    Type::OneOf(_) => Value::Word(units as u32),
                    _ => Value::Number(units),
                })
            }
            Column::Text { codes, dictionary } => {
                let text = dictionary.get(codes[row] as usize)?.clone();
                Some(if *ty == Type::Stage { Value::Stage(text) } else { Value::Text(text) })
            }
            Column::List { codes, dictionary } => {
                Some(Value::List(dictionary.get(codes[row] as usize)?.clone()))
            }
        }
    }
}

impl Keys {
    /// How many keys.
    pub fn len(&self) -> usize {
        match self {
            Keys::Integers(values) => values.len(),
            Keys::Texts { offsets, .. } => offsets.len().saturating_sub(1),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The key of a row as text.
    pub fn text(&self, row: usize) -> String {
        match self {
            Keys::Integers(values) => values[row].to_string(),
            Keys::Texts { offsets, bytes } => {
                let bytes = &bytes[offsets[row] as usize..offsets[row + 1] as usize];
                String::from_utf8_lossy(bytes).into_owned()
            }
        }
    }
}

/// The results of the leads of a [`Batch`], in columns, row by row. Numbers of stages, labels, routes and
/// reasons are places in [`Labels`](crate::Labels).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScoreColumns {
    /// How many leads.
    pub rows: usize,
    /// How each lead fared.
    pub status: Vec<Status>,
    /// The total.
    pub score: PointColumn,
    /// Each named score.
    pub scores: Vec<PointColumn>,
    /// For each grade set the number of the label, or [`NONE`].
    pub grades: Vec<Vec<u16>>,
    /// For each segment 1 where it holds, else 0.
    pub segments: Vec<Vec<u8>>,
    /// The stage, or [`NONE`].
    pub stage: Vec<u16>,
    /// Why: the place of a [`StageReason`](crate::StageReason) in its order.
    pub stage_reason: Vec<u8>,
    /// 1 where the stage differs from the one that came with the lead, else 0.
    pub stage_changed: Vec<u8>,
    /// 1 where the stage that came with the lead is none of the model's, else 0.
    pub unknown_current_stage: Vec<u8>,
    /// The route, or [`NONE`].
    pub route: Vec<u16>,
    /// For each `exclude` 1 where it holds, else 0.
    pub excluded: Vec<Vec<u8>>,
    /// For each required attribute of the lead 1 where it is unknown, else 0.
    pub missing: Vec<Vec<u8>>,
    /// For each `disqualify` 1 where it holds, else 0.
    pub disqualified: Vec<Vec<u8>>,
    /// 1 where a number left the 64-bit range and was held at its end, else 0.
    pub saturated: Vec<u8>,
    /// What the rules did to these leads.
    pub tally: Tally,
}

/// Points in units of 1e-4.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PointColumn {
    /// Unknown ones hold 0.
    pub values: Vec<i64>,
    /// 1 for known, 0 for none.
    pub known: Vec<u8>,
}

impl PointColumn {
    /// The points of a row, if it has any.
    pub fn get(&self, row: usize) -> Option<i64> {
        (self.known[row] != 0).then(|| self.values[row])
    }
}

/// What the rules of a model did in a run, over the leads that were evaluated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// For each rule the leads with a line of it in their ledger.
    pub leads: Vec<u64>,
    /// For each rule the points of these lines in units of 1e-4; points of several multipliers together stand
    /// at the first of them.
    pub points: Vec<i128>,
}

impl Tally {
    /// Of so many rules that did nothing yet.
    pub fn new(rules: usize) -> Tally {
        Tally { leads: vec![0; rules], points: vec![0; rules] }
    }

    /// Makes it one of so many rules that did nothing yet.
    pub fn clear(&mut self, rules: usize) {
        self.leads.clear();
        self.leads.resize(rules, 0);
        self.points.clear();
        self.points.resize(rules, 0);
    }

    /// Adds what another run counted.
    pub fn add(&mut self, other: &Tally) {
        self.leads.iter_mut().zip(&other.leads).for_each(|(sum, n)| *sum += n);
        self.points.iter_mut().zip(&other.points).for_each(|(sum, n)| *sum += n);
    }
}
