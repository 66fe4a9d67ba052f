//! Execution of plans over columns: the columns themselves, the interpreter, and compiled models as bytes.
//!
//! A program runs over a chunk of rows at a time: every instruction is one loop over columns, compiled for the
//! vector units of the processor in hand. Data flows from [`Input`], [`TableColumns`] and [`Slots`] through
//! [`Registers`]; a [`Frame`] holds together what a run sees. Machine code works on the same registers.
//!
//! A compiled model is [encoded](encode), [decoded](decode) and [verified](verify): what is verified runs without
//! panic for any data. [`listing`] shows it.
//!
//! Not in here: finding facts in events, cutting batches into chunks, threads. Nothing allocates once the
//! registers have been used.

mod arguments;
mod columns;
mod decode;
mod encode;
mod execute;
mod frame;
mod input;
mod listing;
mod prepared;
mod registers;
mod run;
mod slots;
mod slow;
mod table_columns;
mod tallies;
mod values;
mod verify;

#[cfg(test)]
mod tests;

pub use arguments::{Arguments, FactArguments};
pub use decode::DecodeError;
pub use encode::{FORMAT, decode, encode, seal};
pub use frame::{Frame, Host, NoFacts};
pub use input::Input;
pub use listing::listing;
pub use prepared::{Prepared, PreparedBins, PreparedNumbers, PreparedTexts};
pub use registers::{Bank, CHUNK, Registers};
pub use run::{Level, Task, run, run_code, run_task};
pub use slots::{SlotColumn, Slots};
pub use table_columns::{Dictionary, TableColumn, TableColumns};
pub use tallies::Tallies;
pub use values::{ListHandle, ListValue, Source, Sources, TextHandle};
pub use verify::{VerifyError, verify};
