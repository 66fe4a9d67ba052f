//! What every other room says to people: where (spans in source files), what (diagnostics with a stable
//! code, a sentence and a fix) and how it is shown (renderers).
//!
//! Not in here: any rule of the language. Nothing in here prints; renderers return text.

mod catalogue;
mod cut;
mod diagnostic;
mod fingerprint;
mod github;
mod json;
mod lines;
mod sarif;
mod source;
mod suppressed;
mod terminal;
mod uri;

pub use catalogue::{Code, Part};
pub use diagnostic::{Diagnostic, Edit, Fix, Label, Severity};
pub use github::render_github;
pub use json::{render_json, render_json_with};
pub use sarif::render_sarif;
pub use source::{FileId, SourceFile, Sources, Span};
pub use suppressed::{Allowance, Suppressed};
pub use terminal::render_terminal;
