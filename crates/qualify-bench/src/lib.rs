//! The benchmark LS60: a million leads, twenty million events, sixty rules.
//!
//! ```text
//! data_set ── files ──┬── reference (hand-written) ── scores ──┐
//!                     ├── qualify ── scores ───────────────────┼── comparison ── the same, or a failure
//!                     └── DuckDB, Polars ── scores ────────────┘
//! rows ── what is measured ── run (one process for each, interleaved) ── report, bars
//! ```
//!
//! `docs/benchmarks.md` says how it is measured and what came out.

mod arguments;
mod bars;
mod comparison;
mod data_set;
mod failure;
mod in_memory;
pub mod many_rules;
mod random;
mod reference;
mod report;
mod rows;
mod run;
#[cfg(test)]
mod tests;
mod usage;

pub use arguments::{Arguments, Command, Ls60, ReferenceRun, RulesRun, start};
pub use data_set::{AS_OF, DataSet, MODEL, Order, Parameters, SCHEMA, project};
pub use failure::Failure;
pub use in_memory::{batches, lead_of, model, plan};
