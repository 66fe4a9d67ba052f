//! What every other room says to people: where (spans in source files), what (diagnostics with a stable
//! code, a sentence and a fix) and how it is shown (renderers).
//!
//! Not in here: any rule of the language. Nothing in here prints; renderers return text.

mod catalogue;
mod cut;
mod diagnostic;
mod json;
mod source;
mod terminal;

pub use catalogue::Code;
pub use diagnostic::{Diagnostic, Edit, Fix, Label, Severity};
pub use json::render_json;
pub use source::{FileId, SourceFile, Sources, Span};
pub use terminal::render_terminal;
