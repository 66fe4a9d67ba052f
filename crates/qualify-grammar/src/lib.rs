//! `grammar/qualify.pest` as an executable specification: does it accept a text, which sentences does it
//! describe, and which texts are nearly sentences.
//!
//! Not in here: the parser that people use. The two are held against each other by a test; this one is
//! short and slow and has no messages worth reading.
//!
//! Architecture invariant: pest is used in this crate only.

mod near_miss;
mod outline;
mod sentence;
mod specification;

pub use near_miss::{near_misses, tokens};
pub use sentence::{rules, sentence, sentences, unreached};
pub use specification::{Rejection, accepts, text};
