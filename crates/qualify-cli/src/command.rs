//! One file for each command.

pub mod check;
pub mod compile;
pub mod completions;
pub mod diff;
pub mod explain;
pub mod explain_code;
pub mod fmt;
pub mod grammar;
pub mod init;
pub mod lint;
pub mod plan;
pub mod profile;
pub mod schema;
pub mod score;
pub mod serve;
pub mod test;
