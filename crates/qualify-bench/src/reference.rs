//! The sixty rules of LS60 written by hand, as well as we could: what `qualify` is measured and checked against.
//!
//! It is a program for these rules and nothing else, in floating point, and trusts its input. Two variants of the
//! event rules give the same results: [`one_pass`] tests each event against the rules of its type, [`histogram`]
//! counts events by class and age first. The attribute rules are the same in both.
//!
//! Columns ([`read`]) -> events by lead ([`group`]) -> scores ([`score`]) -> file ([`write`]).

pub mod attributes;
pub mod columns;
mod decay;
mod dictionary;
pub mod group;
mod histogram;
mod one_pass;
pub mod read;
pub mod score;
mod tally;
pub mod write;

pub use columns::{Events, Leads};
pub use score::Design;
