//! Tests of the front of the language, through its public functions.

#[path = "syntax/models.rs"]
mod models;
#[path = "syntax/printing.rs"]
mod printing;
