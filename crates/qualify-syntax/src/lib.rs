//! Text to tree: tokens (logos), the error-resilient parser, the tree and its printer.
//!
//! Parsing never fails: [`parse`] gives a tree of what could be understood and one diagnostic for each
//! mistake. Nothing in here knows types or names; that is the checker's room.

pub mod tree;
