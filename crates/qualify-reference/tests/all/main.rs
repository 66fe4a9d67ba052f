//! What models mean, on models and leads built by hand: one file for each section of the language.

mod build;

mod decay;
mod limits;
mod numbers;
mod outcomes;
mod random;
mod stages;
mod tables;
mod terms;
mod unknown;
mod windows;
