//! What people look at: tables, bars and numbers in fixed-width text. Everything here returns text.

pub mod bars;
pub mod coverage;
pub mod cpu;
pub mod diff;
pub mod explanation;
pub mod junit_of_check;
pub mod mutants;
pub mod numbers;
pub mod plan;
pub mod profile;
pub mod progress;
pub mod schema;
pub mod suggestions;
pub mod summary;
pub mod table;
pub mod trials;
