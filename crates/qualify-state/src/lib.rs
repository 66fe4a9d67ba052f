//! Scores that follow events: what a model needs to know of one lead, fed event by event.
//!
//! A [`StateModel`] knows how long an event can matter, a [`LeadState`] keeps what still can, a [`StateScorer`] scores
//! it, and [`transitions`] says what changed from one result to the next.
//!
//! Not in here: clocks, stores, acting on a change. `docs/design/lead-state.md` says why it is right.

mod bytes;
mod check;
mod delivery;
mod error;
mod model;
mod record;
mod retention;
mod saved;
mod scorer;
mod state;
mod transition;
mod unbounded;

pub use error::StateError;
pub use model::StateModel;
pub use retention::{ReadBack, read_back};
#[doc(hidden)]
pub use saved::seal;
pub use scorer::StateScorer;
pub use state::LeadState;
pub use transition::{Change, Responsible, Transition, transitions};
pub use unbounded::{Growth, Unbounded};
