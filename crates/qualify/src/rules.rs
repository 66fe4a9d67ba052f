//! Rule files: the texts that a model is compiled from, what is said about them, and their layout.

pub use crate::mistakes::Mistakes;
pub use crate::model::Compiled;
pub use qualify_check::{LintSettings, Sifted, lint, sift};
pub use qualify_diagnostics::{
    Allowance, Code, Diagnostic, FileId, Part, Severity, Sources, Suppressed, render_github, render_json,
    render_json_with, render_sarif, render_terminal,
};

/// Rule files in their canonical layout, comments kept.
pub use qualify_syntax::format as format_rules;
