//! What the tests that cross crates share: the files of the workspace, fenced blocks of Markdown, cases of the
//! corpus and how they are run.
//!
//! Not in here: tests; they are modules of `all.rs`.

pub mod agree;
pub mod blocks;
pub mod case;
pub mod doors;
pub mod hostile;
pub mod trial;
pub mod workspace;
