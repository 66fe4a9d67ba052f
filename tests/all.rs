//! The tests that cross crates, in one binary.

#![allow(clippy::print_stdout)] // tests say their seeds and counts

mod architecture;
mod book;
mod changes;
mod corpus;
mod data_checks;
mod embedded;
mod engines;
mod examples;
mod facade;
mod formatting;
mod grammar;
mod messages;
mod moving;
mod promises;
mod proofs;
mod readme;
mod review;
mod robust;
mod sarif;
mod served;
mod states;
mod transitions;
