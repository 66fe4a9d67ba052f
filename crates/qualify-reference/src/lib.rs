//! The reference interpreter: direct code that says what a model means. Every faster engine is held against
//! it, so it prefers being obvious to being quick: no shared facts, no compiled programs, no order of
//! evaluation but by need.
//!
//! The way through: [`Interpreter::score`] makes an evaluation of one lead, which computes named things (lets,
//! scores, grades, stages) when they are first asked for and remembers them for this lead. Each file is one
//! section of the language: `condition`, `value`, `number`, `term`, `sequence`, `count`, `aggregate`, `rule`,
//! `decay`, `score` with the order of limits, `table`, `grade`, `stage`, `outcome`.
//!
//! A model that checks cannot fail here. Not in here: checking, reading data, threads.

mod aggregate;
mod condition;
mod count;
mod decay;
mod evaluation;
mod events;
mod expectation;
mod grade;
mod interpreter;
mod limit;
mod lists;
mod memo;
mod number;
mod outcome;
mod rule;
mod score;
mod sequence;
mod stage;
mod table;
mod term;
mod terms;
mod value;
mod view;
mod watch;

pub use expectation::{Hindsight, TestRun, run_test};
pub use interpreter::Interpreter;
pub use watch::{Chosen, Watch};
