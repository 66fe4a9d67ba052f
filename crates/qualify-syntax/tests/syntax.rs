//! Tests of the front of the language, through its public functions.

#[path = "syntax/formatting.rs"]
mod formatting;
#[path = "syntax/grammar.rs"]
mod grammar;
#[path = "syntax/mistakes.rs"]
mod mistakes;
#[path = "syntax/models.rs"]
mod models;
#[path = "syntax/printing.rs"]
mod printing;
#[path = "syntax/soup.rs"]
mod soup;
