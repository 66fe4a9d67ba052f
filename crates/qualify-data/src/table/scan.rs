//! Delimited text at speed: a file in [blocks](Blocks) of whole rows, each taken apart into [rows](Rows) by any
//! thread, and their fields read column by column.
//!
//! What comes out is what the row-wise reader of `delimited` gives, whatever the size of the blocks and the
//! number of threads: the same cells, the same lines, the same rows that cannot be taken apart, with the same
//! words. Everything that is odd is decided there, on the text of the row.

mod blocks;
mod marks;
mod number;
mod rows;
mod time;
mod words;

pub(crate) use super::delimited::Head;
pub(crate) use blocks::Blocks;
pub(crate) use number::{decimal, integer};
pub(crate) use rows::{Block, Rows, plain, text};
pub(crate) use time::Moments;
pub(crate) use words::Words;

#[cfg(test)]
mod tests;
