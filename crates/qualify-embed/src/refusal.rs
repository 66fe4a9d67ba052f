//! Why something was not done, in the kinds that callers tell apart.

use qualify::Mistakes;
use qualify::tables::DataErrors;
use std::fmt;

/// See the module.
#[derive(Debug)]
pub enum Refusal {
    /// The rules are wrong.
    Model(Mistakes),
    /// The leads, the events or the manifest are wrong.
    Data(DataErrors),
    /// A file cannot be read.
    File(String),
    /// An argument means nothing.
    Argument(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Model(mistakes) => f.write_str(mistakes.to_string().trim_end()),
            Refusal::Data(errors) => f.write_str(errors.to_string().trim_end()),
            Refusal::File(why) | Refusal::Argument(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Mistakes> for Refusal {
    fn from(mistakes: Mistakes) -> Refusal {
        Refusal::Model(mistakes)
    }
}

impl From<DataErrors> for Refusal {
    fn from(errors: DataErrors) -> Refusal {
        Refusal::Data(errors)
    }
}
