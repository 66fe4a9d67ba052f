//! The catalogue of codes. A new message needs one line here, one page under `pages/` and one golden case
//! under `tests/corpus/diagnostics/`; a test finds what is missing. A code is never given a second meaning.
//!
//! `E01` syntax, `E02` names, `E03` types and values, `E04` the shape of a model, `E09` not yet;
//! `W01` comments that allow messages, `W05` ranges and reachability, `W06` repeats and leftovers, `W07` unknown
//! values, `W08` style and risk, `W09` the data at hand.

use crate::Severity;
use serde::{Serialize, Serializer};
use std::fmt;

macro_rules! catalogue {
    ($($code:ident $severity:ident $title:literal;)*) => {
        /// A stable code of a message. Its digits never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // the title beside each code is its doc
        pub enum Code { $(#[doc = $title] $code,)* }

        impl Code {
            /// All codes in order.
            pub const ALL: &[Code] = &[$(Code::$code),*];

            /// The code as text, such as `E0101`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$code => stringify!($code),)* }
            }

            /// A few words that name the problem.
            pub fn title(self) -> &'static str {
                match self { $(Code::$code => $title,)* }
            }

            /// Error or warning.
            pub fn severity(self) -> Severity {
                match self { $(Code::$code => Severity::$severity,)* }
            }

            /// The page about it, Markdown: what it means, an example, how to mend it.
            pub fn page(self) -> &'static str {
                match self { $(Code::$code => include_str!(concat!("../pages/", stringify!($code), ".md")),)* }
            }
        }
    };
}

catalogue! {
    E0101 Error "this cannot stand here";
    E0102 Error "something is missing";
    E0103 Error "a word of the language is misspelt";
    E0104 Error "text without its closing quote";
    E0105 Error "a character that means nothing here";
    E0106 Error "a number that cannot be read";
    E0107 Error "quotes of another kind";
    E0108 Error "a sign of another language";
    E0109 Error "a comment of another language";
    E0110 Error "a word of the language in capitals";
    E0111 Error "a comma inside a number";
    E0112 Error "a length of time that is not said in full";
    E0113 Error "a money sign";
    E0114 Error "a bracket that is never closed";
    E0115 Error "a bracket that closes nothing";
    E0116 Error "a word that is not needed, or another one is meant";
    E0117 Error "a name is missing";
    E0118 Error "a word of the language used as a name";
    E0119 Error "text without quotes";
    E0120 Error "an event used as a number";
    E0121 Error "a part in the wrong place";
    E0122 Error "too much in one statement";
    E0123 Error "a file that is too large";
    E0124 Error "two comparisons in a row";
    E0125 Error "a comma too many";
    E0126 Error "a rule that does nothing";
    E0127 Error "a count without `at least`";
    E0128 Error "`is` before a word that does not follow it";
    E0129 Error "an event after `expect`";
    E0130 Error "no statement begins like this";
    E0131 Error "a name of several words without quotes";
    E0201 Error "no such name";
    E0202 Error "a name that stands for several things";
    E0203 Error "declared twice";
    E0204 Error "no such event";
    E0205 Error "no such property";
    E0206 Error "no such word";
    E0207 Error "no such grade";
    E0208 Error "no such stage, route or status";
    E0209 Error "names that need each other";
    E0210 Error "a file that cannot be read";
    E0301 Error "a condition that is not yes or no";
    E0302 Error "two values that cannot be compared";
    E0303 Error "a number is needed";
    E0304 Error "too many decimals";
    E0305 Error "a number that is too large";
    E0306 Error "money and points together";
    E0307 Error "a second currency";
    E0308 Error "more or less of something without order";
    E0309 Error "text is needed";
    E0310 Error "a date or time that cannot be read";
    E0311 Error "a whole number is needed";
    E0312 Error "a length of time that cannot be used here";
    E0313 Error "a time or date is needed";
    E0314 Error "a list and a single value mixed up";
    E0315 Error "a range that is upside down";
    E0316 Error "a param outside what it may be";
    E0317 Error "values of different kinds together";
    E0318 Error "a range or list that there is not";
    E0319 Error "a constant is needed";
    E0401 Error "points the wrong way round";
    E0402 Error "fading points without one event";
    E0403 Error "nothing that could fade";
    E0404 Error "`by day` without whole days";
    E0405 Error "steps of decay that do not rise";
    E0406 Error "a limit of events in a rule that counts once";
    E0407 Error "a limit of points where none are given";
    E0408 Error "`for each` that gives no points";
    E0409 Error "a rule that the total leaves out";
    E0410 Error "a stage that is not compared";
    E0411 Error "the current stage where it cannot be read";
    E0412 Error "no attribute holds the current stage";
    E0413 Error "`otherwise` is not last";
    E0414 Error "said twice";
    E0415 Error "a count in the wrong place";
    E0416 Error "a filter that reads more than the event";
    E0417 Error "no schema";
    E0418 Error "a property without its event";
    E0419 Error "an unknown edition of the language";
    E0420 Error "what only tests can ask";
    E0421 Error "a window or filter in the wrong place";
    E0422 Error "`times` outside `for each different`";
    E0423 Error "no such timezone";
    E0424 Error "too many names lean on each other";
    E0425 Error "a share that is none";
    E0901 Error "not yet";
    W0101 Warning "something is allowed without a reason";
    W0102 Warning "a code that there is not is allowed";
    W0103 Warning "something is allowed that does not occur";
    W0104 Warning "something that cannot be allowed";
    W0501 Warning "a condition that is never true";
    W0502 Warning "a condition that is always true";
    W0503 Warning "a stage that no lead reaches";
    W0504 Warning "a stage that is always passed over";
    W0505 Warning "a grade that no lead gets";
    W0506 Warning "a route that no lead takes";
    W0507 Warning "a row that no lead reaches";
    W0508 Warning "a rule that changes nothing";
    W0509 Warning "a score that can fall below zero";
    W0510 Warning "a score without a greatest value";
    W0511 Warning "a number that can become too large";
    W0512 Warning "a route that misses leads of a higher stage";
    W0601 Warning "declared and never used";
    W0602 Warning "a score that the total leaves out";
    W0604 Warning "a value that stands twice in a list";
    W0650 Warning "a rule that stands twice";
    W0651 Warning "two windows of one event, one inside the other";
    W0652 Warning "values without a row";
    W0653 Warning "a value that stands in two rows";
    W0654 Warning "leads without a grade";
    W0655 Warning "leads without a route";
    W0656 Warning "a count that holds without any event";
    W0660 Warning "points on personal data";
    W0661 Warning "points on a protected attribute";
    W0701 Warning "a negation of something that may be unknown";
    W0702 Warning "an exclusion that an unknown value slips through";
    W0703 Warning "a table without a row for unknown";
    W0801 Warning "a number that stands in several places";
    W0802 Warning "points on an attribute that is protected by its name";
    W0803 Warning "one rule that outweighs the others";
    W0804 Warning "a rule of great effect without a reason";
    W0805 Warning "an outcome without a test";
    W0806 Warning "a name spelled in another way";
    W0807 Warning "a higher stage that asks for less";
    W0808 Warning "a condition of too many parts";
    W0809 Warning "a reason that is given twice";
    W0810 Warning "a rule in a comment";
    W0811 Warning "many leads close to a threshold";
    W0812 Warning "many leads at the end of a score";
    W0901 Warning "an attribute that is almost never known";
    W0902 Warning "a value that is never seen";
    W0903 Warning "a rule that never fires";
    W0904 Warning "a rule that always fires";
    W0905 Warning "rules that always fire together";
}

/// The parts of the program that look at a model; each gives codes of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is said whenever a model is compiled.
    Check,
    /// Style and risk.
    Lint,
    /// What the data at hand say about the model.
    Data,
}

impl Code {
    /// Codes about comments that allow messages; no comment allows them.
    pub const ABOUT_COMMENTS: [Code; 4] = [Code::W0101, Code::W0102, Code::W0103, Code::W0104];

    /// The names of the lints.
    pub const NAMES: [(Code, &str); 12] = [
        (Code::W0801, "magic-number"),
        (Code::W0802, "protected-name"),
        (Code::W0803, "dominant-rule"),
        (Code::W0804, "no-reason"),
        (Code::W0805, "untested-outcome"),
        (Code::W0806, "name-style"),
        (Code::W0807, "threshold-order"),
        (Code::W0808, "long-condition"),
        (Code::W0809, "same-reason"),
        (Code::W0810, "commented-out"),
        (Code::W0811, "crowded-threshold"),
        (Code::W0812, "crowded-end"),
    ];

    /// Which part gives it.
    pub fn part(self) -> Part {
        match self.as_str().get(..3) {
            Some("W08") => Part::Lint,
            Some("W09") => Part::Data,
            _ => Part::Check,
        }
    }

    /// It takes the data of a project to give it.
    pub fn needs_data(self) -> bool {
        self.part() == Part::Data || matches!(self, Code::W0811 | Code::W0812)
    }

    /// The name of a lint, such as `magic-number`, by which it can be called as by its code.
    pub fn name(self) -> Option<&'static str> {
        Code::NAMES.iter().find(|(code, _)| *code == self).map(|(_, name)| *name)
    }

    /// The code that `text` spells, in any case, or the one of the lint with that name.
    pub fn parse(text: &str) -> Option<Code> {
        let named = || Code::NAMES.iter().find(|(_, name)| *name == text).map(|(code, _)| *code);
        Code::ALL.iter().copied().find(|c| c.as_str().eq_ignore_ascii_case(text)).or_else(named)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
