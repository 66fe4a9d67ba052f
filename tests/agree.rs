//! Engines held against the reference interpreter: random models, random leads, and what makes a disagreement small.
//!
//! ```text
//! dice ── author ──> text ── check ──> model ─┬─ reference ─┐
//!      └─ facts ───────────────> leads ───────┴─ engine ────┴─ difference ── shrink ──> report
//! ```
//!
//! [`Author`] writes the text of a well-typed model over one of the worlds, `facts` makes leads for it,
//! [`Trial`] compares an engine with the reference and makes what it finds small, [`constructs`] names what a model
//! is made of, so that a test can assert that nothing of the language is left out.
//!
//! Not in here: tests, engines.

mod author;
mod columns;
mod constructs;
mod dice;
mod facts;
mod fails;
mod pieces;
mod runs;
mod shrink;
mod trial;
mod worlds;

pub use author::{Author, Draft, Line};
pub use columns::batch;
pub use constructs::{ALL_CONSTRUCTS, constructs};
pub use dice::Dice;
pub use facts::{LENGTHS, instants, leads as facts_of};
pub use fails::{backwards, forgetful};
pub use runs::{HEAD, SETTINGS, Setting, engine, score_compiled, tally};
pub use trial::{Disagreement, Engine, Trial, compare, compare_with, compile, difference, reference};
pub use worlds::{WORLDS, plain};
