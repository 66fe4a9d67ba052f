//! The tests that cross crates, in one binary.

mod architecture;
mod book;
