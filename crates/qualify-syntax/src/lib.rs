//! Text to tree: tokens (logos), the error-resilient parser, the tree and its printer.
//!
//! Parsing never fails: [`parse`] gives a tree of what could be understood and one diagnostic for each
//! mistake. Nothing in here knows types or names; that is the checker's room.

mod layout;
mod parser;
mod printer;
mod same;
mod slips;
mod tokens;
#[allow(clippy::large_enum_variant)] // nodes are built once and read in place, never moved about
pub mod tree;
mod words;

pub use parser::{MOST_BYTES, MOST_LEVELS, MOST_MESSAGES, MOST_OPERATORS, Parsed, parse};
pub use printer::{format, print};
pub use same::{same, without_spans};
