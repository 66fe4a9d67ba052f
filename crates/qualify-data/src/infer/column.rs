//! What one column holds.

use crate::cell::Cell;
use crate::clock::TimeFormat;
use crate::convert::looks_missing;
use crate::convert::scalar::PATTERNS;
use crate::decimal::{Scaled, scaled};
use qualify_model::calendar::Zone;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;

/// Different values beyond which a column is no vocabulary.
const MOST_WORDS: usize = 40;

/// Longest word of a vocabulary, in bytes.
const LONGEST_WORD: usize = 40;

/// One hasher for all columns, so that keys of two tables can be compared.
static HASHER: LazyLock<RandomState> = LazyLock::new(RandomState::new);

/// Facts gathered row by row.
pub(crate) struct ColumnFacts {
    pub name: String,
    /// Rows with a value, also one that looks like a spelling of missing.
    pub filled: u64,
    /// Spellings that look like missing, and how often.
    pub missing: BTreeMap<String, u64>,
    /// The other values, as long as they are few.
    counts: Option<BTreeMap<String, u64>>,
    /// Hashes of all different values.
    pub different: HashSet<u64>,
    /// Elements of lists came.
    lists: bool,
    /// A value came that no attribute can be: its description.
    pub other: Option<String>,
    shapes: Shapes,
}

/// What all values so far could be.
struct Shapes {
    yes_no: bool,
    whole: bool,
    number: bool,
    decimals: usize,
    address: bool,
    url: bool,
    /// Places in [`PATTERNS`] of time formats that fit all.
    times: Vec<usize>,
    /// All times are days without a clock.
    days: bool,
    least: i64,
    greatest: i64,
}

/// What a column probably is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Guess {
    /// No value at all.
    Empty,
    YesNo,
    /// Least and greatest value.
    Integer(i64, i64),
    Number,
    Money,
    /// A day; the place of its format in the patterns.
    Date(&'static str),
    Time(&'static str),
    Email,
    Url,
    /// Words and how often.
    Words(Vec<(String, u64)>),
    /// Texts, several in a cell.
    List,
    Text,
}

impl ColumnFacts {
    pub fn new(name: &str) -> ColumnFacts {
        let shapes = Shapes {
            yes_no: true,
            whole: true,
            number: true,
            decimals: 0,
            address: true,
            url: true,
            times: (0..PATTERNS.len()).collect(),
            days: true,
            least: i64::MAX,
            greatest: i64::MIN,
        };
        ColumnFacts {
            name: name.to_string(),
            filled: 0,
            missing: BTreeMap::new(),
            counts: Some(BTreeMap::new()),
            different: HashSet::new(),
            lists: false,
            other: None,
            shapes,
        }
    }

    /// Takes in the next row's cell.
    pub fn add(&mut self, cell: &Cell<'_>) {
        let inner = if let Cell::List(cells) = cell { cells.as_slice() } else { &[] };
        if inner.iter().any(|c| matches!(c, Cell::List(_) | Cell::Other(_))) {
            self.other = Some("a list of other things than values".to_string());
        }
        if let Cell::Other(what) = cell {
            let what =
                if what.starts_with('{') { "an object" } else { what.split('(').next().unwrap_or(what) };
            self.other = Some(what.replace(char::is_control, " "));
        }
        let Some(text) = cell.key() else { return };
        self.filled += 1;
        self.lists |= matches!(cell, Cell::List(_));
        let new = self.different.insert(HASHER.hash_one(&*text));
        if looks_missing(&text) || matches!(cell, Cell::NotFinite(_)) {
            *self.missing.entry(text.into_owned()).or_default() += 1;
            return;
        }
        if new {
            self.shapes.narrow(&text);
        }
        let Some(counts) = &mut self.counts else { return };
        if let Some(count) = counts.get_mut(&*text) {
            *count += 1;
        } else if counts.len() < MOST_WORDS && text.len() <= LONGEST_WORD {
            counts.insert(text.into_owned(), 1);
        } else {
            self.counts = None;
        }
    }

    /// Every row has a value of its own.
    pub fn is_key(&self, rows: u64) -> bool {
        rows > 0 && self.filled == rows && self.different.len() as u64 == rows
    }

    /// Values without those that look missing.
    pub fn known(&self) -> u64 {
        self.filled - self.missing.values().sum::<u64>()
    }

    /// The few different values.
    pub fn words(&self) -> Option<&BTreeMap<String, u64>> {
        self.counts.as_ref()
    }

    /// What it probably is.
    pub fn guess(&self) -> Guess {
        let shapes = &self.shapes;
        if self.known() == 0 || self.other.is_some() {
            return Guess::Empty;
        }
        if self.lists {
            return Guess::List;
        }
        if shapes.yes_no {
            return Guess::YesNo;
        }
        if shapes.whole {
            return self.epoch().map_or(Guess::Integer(shapes.least, shapes.greatest), Guess::Time);
        }
        if shapes.number {
            let money = shapes.decimals <= 4 && self.is_named(&MONEY);
            return if money { Guess::Money } else { Guess::Number };
        }
        if let Some(place) = shapes.times.first() {
            let format = PATTERNS[*place];
            return if shapes.days { Guess::Date(format) } else { Guess::Time(format) };
        }
        if shapes.address {
            return Guess::Email;
        }
        if shapes.url {
            return Guess::Url;
        }
        self.vocabulary().map_or(Guess::Text, Guess::Words)
    }

    /// Few different values that come often.
    fn vocabulary(&self) -> Option<Vec<(String, u64)>> {
        let counts = self.counts.as_ref()?;
        let writable = counts.keys().all(|word| !word.contains(['"', '\n', '\r']));
        let often = counts.len() as u64 * 3 <= self.known();
        let key = super::names::snake_case(&self.name).ends_with("_id");
        (writable && often && !key).then(|| {
            let all = counts.iter().chain(&self.missing);
            all.map(|(word, count)| (word.clone(), *count)).collect()
        })
    }

    /// Integers that are named like times and lie in this age of the world are times.
    fn epoch(&self) -> Option<&'static str> {
        let between = |low: i64, high: i64| low <= self.shapes.least && self.shapes.greatest <= high;
        let named = super::names::snake_case(&self.name);
        if !self.is_named(&EPOCHS) && !["ts", "t", "at", "when"].contains(&named.as_str()) {
            return None;
        }
        if between(946_684_800, 4_102_444_800) {
            return Some("epoch_seconds");
        }
        between(946_684_800_000, 4_102_444_800_000).then_some("epoch_millis")
    }

    /// Another format fits all dates as well.
    pub fn other_format(&self) -> Option<&'static str> {
        self.shapes.times.get(1).map(|place| PATTERNS[*place])
    }

    /// The column's name holds one of these.
    pub fn is_named(&self, parts: &[&str]) -> bool {
        let name = super::names::snake_case(&self.name);
        parts.iter().any(|part| name.contains(part))
    }

    /// All values of this column are values of that one.
    pub fn is_within(&self, other: &ColumnFacts) -> bool {
        self.different.is_subset(&other.different)
    }
}

/// Parts of the names of columns with numbers that may be times.
const EPOCHS: [&str; 12] = [
    "time", "date", "_at", "_on", "_ts", "epoch", "unix", "created", "modified", "occurred", "visited",
    "seen",
];

/// Parts of the names of columns that hold money.
const MONEY: [&str; 12] = [
    "amount", "price", "revenue", "cost", "balance", "acv", "mrr", "arr", "budget", "spend", "salary",
    "income",
];

impl Shapes {
    /// Takes away what the text is not.
    fn narrow(&mut self, text: &str) {
        self.yes_no &= ["yes", "no", "true", "false", "y", "n"].iter().any(|w| text.eq_ignore_ascii_case(w));
        self.numbers(text);
        self.address &= text.split('@').count() == 2 && !text.starts_with('@') && !text.ends_with('@');
        self.address &= !text.contains(char::is_whitespace);
        self.url &= ["http://", "https://", "www."].iter().any(|p| text.starts_with(p));
        self.url &= !text.contains(char::is_whitespace);
        let days = &mut self.days;
        self.times.retain(|place| {
            let format = TimeFormat::named(PATTERNS[*place]);
            let moment = format.and_then(|f| f.read(text));
            *days &=
                !matches!(moment, Some(crate::clock::Moment::Local(_) | crate::clock::Moment::Instant(_)));
            let instant = moment.and_then(|m| m.instant(&Zone::utc()));
            instant.is_some()
        });
    }

    fn numbers(&mut self, text: &str) {
        if !self.number {
            return;
        }
        let digits = text.trim_start_matches('-');
        let padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        match scaled(text, 0) {
            Scaled::Units { units, rounded } if !padded && !text.starts_with('+') => {
                self.whole &= !rounded;
                self.least = self.least.min(units);
                self.greatest = self.greatest.max(units);
                let fraction = text.split_once('.').map_or("", |(_, f)| f);
                self.decimals = self.decimals.max(fraction.len());
            }
            _ => (self.whole, self.number) = (false, false),
        }
    }
}
