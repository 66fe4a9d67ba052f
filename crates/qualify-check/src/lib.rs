//! From the tree to the model: names, types, vocabularies, constants, the shape of rules; then the passes
//! that look at the finished model (ranges, reachability, lints).
//!
//! Not in here: IO (files come through [`Load`]), evaluation. A [`qualify_model::Model`] is only ever made here.

mod alternatives;
mod analysis;
mod arithmetic;
mod cases;
mod check;
mod compare;
mod constants;
mod cycles;
mod damage;
mod dates;
mod decay;
mod digest;
mod files;
mod grades;
mod leftovers;
mod lengths;
mod lets;
mod lint;
mod lists;
mod lower;
mod names;
mod nearest;
mod outcomes;
mod outline;
mod params;
mod paths;
mod properties;
mod rules;
mod schema;
mod scores;
mod stages;
mod suppression;
mod tables;
mod tails;
mod terms;
mod values;
mod walk;
mod windows;

pub use analysis::{Range, Ranges, score_ranges};
pub use check::{Checked, Load, Options, check, check_schema, check_without_study};
pub use lint::{LintSettings, lint};
pub use suppression::{Sifted, sift};
