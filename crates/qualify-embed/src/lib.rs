//! What the bindings for other languages share: rule files from the disk, one lead in and its results out, instants,
//! and what changed between two models. Each binding turns this into the values of its language.
//!
//! Not in here: anything of one language (`qualify-python`, `qualify-c`), and what a Rust program uses (`qualify`).

mod changes;
mod files;
mod handle;
mod instant;
mod params;
mod problems;
mod refusal;
mod state;
mod told;
mod transitions;

pub use changes::changes;
pub use files::{Files, compile_path, compile_source, compile_text};
pub use handle::{Handle, Read};
pub use instant::{instant, now};
pub use params::params;
pub use problems::problems;
pub use refusal::Refusal;
pub use state::State;
pub use transitions::transitions_json;
