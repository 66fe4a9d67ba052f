//! From the tree to the model: names, types, vocabularies, constants, the shape of rules; then the passes
//! that look at the finished model (ranges, reachability, lints).
//!
//! Not in here: IO (files come through [`Load`]), evaluation. A [`qualify_model::Model`] is only ever made here.

mod analysis;
mod check;

pub use analysis::{Range, Ranges, score_ranges};
pub use check::{Checked, Load, Options, check, check_schema};
