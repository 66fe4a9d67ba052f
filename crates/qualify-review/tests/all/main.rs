//! What this crate promises by itself, in one binary.

mod junit;
mod review;
mod sentences;
