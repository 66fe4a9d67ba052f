//! The main program as machine code, by Cranelift: runs of instructions over truths and numbers become one loop
//! over the rows, with values in the processor's registers instead of columns. What is left over (wide numbers,
//! texts, lists, facts) runs in the interpreter, in between and on the same registers.
//!
//! This is the only crate that makes and calls code of its own; each `unsafe` says why it holds.

mod context;
mod helpers;
mod machine;
mod parts;
mod translate;

pub use machine::{Machine, NoMachine};
