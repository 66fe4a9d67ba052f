//! What this crate promises by itself, in one binary.

mod junit;
