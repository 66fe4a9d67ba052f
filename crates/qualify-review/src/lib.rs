//! Reviewing rules like code: tests of a model and what they leave uncovered, what a change of a model says, what it
//! does to leads, and what it could do to any lead.
//!
//! Results are data and texts; nothing here prints. Not in here: arguments and exit statuses (the command line), what
//! is wrong with one model (`qualify-check`).

pub mod budget;
pub mod change;
pub mod coverage;
pub mod impact;
pub mod junit;
pub mod lint;
pub mod mutants;
mod parts;
pub mod place;
pub mod profile;
pub mod proof;
pub mod report;
pub mod suggestion;
mod translate;
pub mod trials;
