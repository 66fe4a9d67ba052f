//! A place that people and editors can go to: file and line.

use qualify_diagnostics::{Sources, Span};
use serde::Serialize;
use std::fmt;

/// A file and a line of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// As the user named it.
    pub file: String,
    /// From 1.
    pub line: usize,
}

impl Place {
    /// Where a stretch begins.
    pub fn of(sources: &Sources, span: Span) -> Place {
        Place { file: sources.file(span.file).name.clone(), line: sources.line_column(span).0 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
