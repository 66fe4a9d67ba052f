//! What every other room says to people: where (spans in source files), what (diagnostics with a stable
//! code, a sentence and a fix) and how it is shown (renderers).
//!
//! Not in here: any rule of the language. Nothing in here prints; renderers return text.

mod catalogue;
mod diagnostic;
mod source;

pub use catalogue::Code;
pub use diagnostic::{Diagnostic, Edit, Fix, Label, Severity};
pub use source::{FileId, SourceFile, Sources, Span};
