//! Why there is no model: all messages about the rule files.

use qualify_diagnostics::{Diagnostic, Sources, render_json, render_terminal};
use std::fmt;

/// All that is wrong with rule files. Displays as the command line shows it, without colours.
///
/// ```
/// let mistakes = qualify::Model::from_text("lead key id { size integer } when sise > 100 add 20").unwrap_err();
/// assert!(mistakes.to_string().contains("fix: write `size`"));
/// assert_eq!(mistakes.diagnostics.len(), 1);
/// ```
#[derive(Debug)]
pub struct Mistakes {
    /// The files that were read.
    pub sources: Sources,
    /// The messages, warnings among them.
    pub diagnostics: Vec<Diagnostic>,
}

impl Mistakes {
    /// The messages as JSON: code, severity, place, sentence and fix of each.
    ///
    /// ```
    /// let mistakes = qualify::Model::from_text("lead key id { size integer } when sise > 100 add 20").unwrap_err();
    /// assert!(mistakes.to_json().contains("E0201"));
    /// ```
    pub fn to_json(&self) -> String {
        render_json(&self.sources, &self.diagnostics)
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&render_terminal(&self.sources, &self.diagnostics, false))
    }
}

impl std::error::Error for Mistakes {}
