//! What this crate promises by itself, in one binary.

mod junit;
mod limits;
mod review;
mod schemas;
mod sentences;
mod support;
