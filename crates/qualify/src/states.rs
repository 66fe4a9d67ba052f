//! Scores that follow events: the state of one lead, fed event by event, when to look at it again, and what changed.
//!
//! [`Model::states`] makes a model ready for it; [`LeadState`] has a complete example.

pub use qualify_state::{
    Change, Growth, LeadState, Responsible, StateError, StateModel, StateScorer, Transition, Unbounded,
    transitions,
};

use crate::Model;
use qualify_plan::Unsupported;
use std::sync::Arc;

impl Model {
    /// The model made ready to keep states of leads that follow events. Share it between threads.
    ///
    /// ```
    /// # use qualify::{Model, leads::Event, states::{LeadState, StateScorer}, typed::EventId};
    /// # let model = Model::from_text("lead key id { size integer } event visited when visited within 7d add 20")?;
    /// let states = model.states()?;
    /// let mut scorer = StateScorer::new(&states); // one for each thread
    /// let mut state = LeadState::new(&states); // one for each lead
    /// state.apply(&Event { kind: EventId(0), time: 0, received: None, properties: vec![] })?;
    /// assert_eq!(state.score(&mut scorer, 1_000_000)?.score.get(0), Some(20_0000));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the model holds what no plan can: the error names it.
    pub fn states(&self) -> Result<Arc<StateModel>, Unsupported> {
        StateModel::of(self.typed())
    }
}

/// The examples of `docs/lead-state.md` are run with those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/lead-state.md")]
struct Page;
