//! A model made ready to run: what to read, which facts the events must give, and straight-line programs over
//! columns that make scores, stages and routes of them. A plan holds for every instant; bound to one it runs.
//!
//! The way through: a checked model is lowered to a [`Plan`]; an engine feeds it batches. The instructions are
//! one table, from which compiled models, listings, the interpreter and machine code come.
//!
//! Not in here: execution, encoding, reading of data.

mod bound;
mod count_rules;
mod describe;
mod instruction;
mod lower;
mod operand;
mod outputs;
mod plan;
mod program;
mod registers;

pub use bound::{Bound, BoundCurve};
pub use count_rules::{CountRule, Counted};
pub use instruction::Instruction;
pub use lower::Unsupported;
pub use operand::*;
pub use outputs::Outputs;
pub use plan::*;
pub use program::{Program, RegisterCounts};
