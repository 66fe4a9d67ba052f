//! Every instruction against what it means, on random columns with unknowns and extremes, at every level of
//! vector instructions; and compiled models that are damaged.

mod bytes;
mod numbers;
mod plans;
mod texts;
mod truths;
mod wides;
mod world;
