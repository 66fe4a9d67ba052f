//! The catalogue of codes. A new message needs one line here, one page under `pages/` and one golden case
//! under `tests/corpus/diagnostics/`; a test finds what is missing. A code is never given a second meaning.
//!
//! `E01` syntax, `E02` names, `E03` types and values, `E04` the shape of a model, `E09` not yet;
//! `W05` ranges and reachability, `W06` repeats and leftovers, `W07` unknown values.

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
    E0101 Error "this word cannot stand here";
}

impl Code {
    /// The code that `text` spells, in any case.
    pub fn parse(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|c| c.as_str().eq_ignore_ascii_case(text))
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
