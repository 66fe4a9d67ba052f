//! Scores that follow events: what a model needs to know of one lead, fed event by event.
//!
//! ```text
//! ```
//!
//! A [`StateModel`] knows how long an event can matter, a [`LeadState`] keeps what still can, a [`StateScorer`] scores
//!
//! Not in here: clocks, stores, acting on a change. `docs/design/lead-state.md` says why it is right.

mod bytes;
mod check;
mod error;
mod model;
mod record;
mod retention;
mod saved;
mod scorer;
mod state;
mod transition;

pub use error::StateError;
pub use model::{Growth, StateModel, Unbounded};
#[doc(hidden)]
pub use saved::seal;
pub use scorer::StateScorer;
pub use state::LeadState;
pub use transition::{Change, Responsible, Transition, transitions};
