//! Why a state cannot do what is asked of it.

use qualify_model::calendar::format_instant;
use std::fmt;

/// See the module. Nothing of a state changes when it gives an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateError {
    /// A state forgets what cannot matter from the last instant on for which it was asked, so it cannot go back
    /// before it. Both in microseconds since 1970.
    Before {
        /// The last instant asked for.
        asked: i64,
        /// What was asked for now.
        as_of: i64,
    },
    /// The schema has no attribute of this number.
    NoSuchAttribute(u32),
    /// The schema has no event type of this number.
    NoSuchEvent(u32),
    /// The bytes are no state, or were changed since they were written.
    Damaged,
    /// The bytes are a state of another version of this program.
    OtherVersion {
        /// The version of the bytes.
        found: u8,
    },
    /// The state was made by another model: other rules, lists, params or schema. Make a new one and feed it the
    /// events again.
    OtherModel {
        /// The digest of the model in hand, its first 32 digits.
        wanted: String,
        /// That of the model that made the state.
        found: String,
    },
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateError::Before { asked, as_of } => write!(
                f,
                "the state was asked for {} already and cannot go back to {}",
                format_instant(*asked),
                format_instant(*as_of)
            ),
            StateError::NoSuchAttribute(place) => write!(f, "the schema has no attribute {place}"),
            StateError::NoSuchEvent(kind) => write!(f, "the schema has no event type {kind}"),
            StateError::Damaged => write!(f, "these bytes are no state of a lead, or they are damaged"),
            StateError::OtherVersion { found } => {
                write!(f, "the state was written by another version of this program (its format is {found})")
            }
            StateError::OtherModel { wanted, found } => write!(
                f,
                "the state was made by another model ({found}, and this is {wanted}): make a new one and feed it the events again"
            ),
        }
    }
}

impl std::error::Error for StateError {}
