//! What can be wrong with a project's data: each problem with its place, the value, what was expected and,
//! where it helps, the text to paste. Problems are data; [`DataErrors`] shows them to people.

mod collector;
mod show;

pub(crate) use collector::{Collector, KEPT, Outside};
use serde::{Serialize, Serializer};

macro_rules! kinds {
    ($($name:ident $code:literal $title:literal;)*) => {
        /// The kind of a problem, with a stable code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ProblemKind { $(#[doc = $title] $name,)* }

        impl ProblemKind {
            /// All kinds in the order of their codes.
            pub const ALL: &[ProblemKind] = &[$(ProblemKind::$name),*];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(ProblemKind::$name => $code,)* }
            }

            /// What it means and how to mend it, for people: Markdown.
            pub fn page(self) -> &'static str {
                match self {
                    $(ProblemKind::$name => include_str!(concat!("../pages/", $code, ".md")),)*
                }
            }

            /// A heading for several of them.
            pub fn title(self) -> &'static str {
                match self { $(ProblemKind::$name => $title,)* }
            }
        }
    };
}

kinds! {
    Manifest "D0801" "mistakes in the manifest";
    File "D0802" "files that cannot be opened";
    BrokenFile "D0803" "files that are truncated or malformed";
    BrokenRow "D0804" "rows that are malformed";
    Encoding "D0805" "rows that are not UTF-8";
    MissingColumn "D0806" "columns that are missing";
    Value "D0807" "values that cannot be read";
    Time "D0808" "times that cannot be read";
    MissingKey "D0809" "rows without a key";
    DuplicateKey "D0810" "keys that occur twice";
    UnknownLead "D0811" "events of unknown leads";
    UnknownEvent "D0812" "events of unknown types";
    LeadRejected "D0813" "events of leads that were rejected";
    OutOfRange "D0820" "values outside their range";
    NotInVocabulary "D0821" "values outside their vocabulary";
    NotFinite "D0822" "numbers that are not finite or too large";
    NoSuchRow "D0823" "keys without a row in the joined table";
}

impl ProblemKind {
    /// The kind of that code, in upper or lower case.
    pub fn parse(code: &str) -> Option<ProblemKind> {
        ProblemKind::ALL.iter().copied().find(|kind| kind.code().eq_ignore_ascii_case(code.trim()))
    }

    /// The row can be put aside, and the others scored.
    pub fn of_a_row(self) -> bool {
        use ProblemKind::*;
        !matches!(self, Manifest | File | BrokenFile | MissingColumn | NoSuchRow)
    }
}

impl Serialize for ProblemKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// One problem at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Its kind; in JSON its code.
    #[serde(rename = "code")]
    pub kind: ProblemKind,
    /// The file, as the manifest's folder sees it.
    pub file: String,
    /// The line of a text file, the row of another, both from 1; the line of the manifest.
    pub row: Option<u64>,
    /// The column of the file.
    pub column: Option<String>,
    /// The value, as it came.
    pub value: Option<String>,
    /// What is wrong, in a sentence without a final dot.
    pub message: String,
    /// Text to paste, or what to do.
    pub help: Option<String>,
}

impl Problem {
    /// A problem of a whole file.
    pub(crate) fn new(kind: ProblemKind, file: impl Into<String>, message: impl Into<String>) -> Problem {
        let (file, message) = (file.into(), message.into());
        Problem { kind, file, row: None, column: None, value: None, message, help: None }
    }

    /// A lead that came as no record.
    pub fn of_lead(why: &str) -> Problem {
        Problem::new(ProblemKind::BrokenRow, "lead", format!("cannot be read as a record: {why}"))
    }

    /// Results that could not be handed on.
    pub fn of_results(why: &str) -> Problem {
        Problem::new(ProblemKind::BrokenFile, "results", why)
    }

    pub(crate) fn row(mut self, row: u64) -> Problem {
        self.row = Some(row);
        self
    }

    pub(crate) fn column(mut self, column: impl Into<String>) -> Problem {
        self.column = Some(column.into());
        self
    }

    pub(crate) fn value(mut self, value: impl Into<String>) -> Problem {
        self.value = Some(value.into());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<Option<String>>) -> Problem {
        self.help = help.into();
        self
    }
}

/// All problems of one kind: how many, and the first ten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The kind; in JSON its code.
    #[serde(rename = "code")]
    pub kind: ProblemKind,
    /// How many there are.
    pub count: u64,
    /// The first ten.
    pub first: Vec<Problem>,
}

/// Values of one attribute or property that were readable but outside what it allows: they became unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The kind; in JSON its code.
    #[serde(rename = "code")]
    pub kind: ProblemKind,
    /// The attribute's path, or `event.property`, or the table that was joined.
    pub subject: String,
    /// The column.
    pub column: String,
    /// How many values.
    pub count: u64,
    /// What is allowed.
    pub expected: String,
    /// The first ten different values.
    pub examples: Vec<Example>,
}

/// One value of a [`Warning`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The value, as it came.
    pub value: String,
    /// How often.
    pub count: u64,
    /// Where first: the file.
    pub file: String,
    /// Where first: the line or row.
    pub row: u64,
    /// What was probably meant.
    pub nearest: Option<String>,
}

/// Why nothing could be read: every kind of problem with its count and the first ten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DataErrors {
    /// In the order of the codes.
    pub groups: Vec<Group>,
}

impl DataErrors {
    /// All problems at once.
    pub fn of(problems: impl IntoIterator<Item = Problem>) -> DataErrors {
        let mut collector = Collector::new(false, None, false);
        problems.into_iter().for_each(|p| collector.add(p));
        DataErrors { groups: collector.take_groups() }
    }

    /// How many problems.
    pub fn count(&self) -> u64 {
        self.groups.iter().map(|g| g.count).sum()
    }
}

impl std::error::Error for DataErrors {}
