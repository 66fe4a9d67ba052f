//! A message that is not shown among the others, because somebody said that it is all right.

use crate::{Diagnostic, Span};

/// A message and who allowed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The message.
    pub diagnostic: Diagnostic,
    /// By what.
    pub by: Allowance,
    /// Why, in the words of whoever allowed it; empty if nothing was said.
    pub reason: String,
}

/// What allows a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowance {
    /// A comment in a rule file: `# allow W0651: reason`.
    Comment(Span),
    /// Something outside the rule files: an argument or the project's manifest.
    Outside,
}
