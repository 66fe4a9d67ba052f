//! Text to tree: tokens (logos), the error-resilient parser, the tree and its printer.
//!
//! Parsing never fails: [`parse`] gives a tree of what could be understood and one diagnostic for each
//! mistake. Nothing in here knows types or names; that is the checker's room.

mod parser;
mod printer;
mod same;
mod slips;
mod tokens;
pub mod tree;
mod words;

pub use parser::{MOST_BYTES, MOST_LEVELS, MOST_OPERATORS, Parsed, parse};
pub use printer::print;
pub use same::{same, without_spans};
