//! Batches of leads and events through a plan: one pass over the events, one over the leads.
//!
//! The way through: an [`Engine`] is a plan at one instant; each thread has a [`Worker`], which cuts a batch into
//! blocks. For a block the pass over its events answers facts into slots, the main program makes results of
//! slots and attributes, and these are appended to columns. The same leads give the same results, whatever the
//! size of batches and blocks, the number of threads and the backend. A [`Scorer`] takes leads one at a time.
//!
//! Not in here: reading, writing, the clock.

mod batch_program;
mod codes;
mod engine;
mod facts;
mod pass;
mod results;
mod scorer;
mod tables;
mod worker;

pub use engine::{Backend, Engine};
pub use scorer::{Cell, Scorer, TextCell};
pub use worker::Worker;
