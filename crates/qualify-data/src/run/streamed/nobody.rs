//! Events where the leads cannot be read at all: what is wrong with them is told beside that.

use crate::problem::Outside;
use crate::read::events::{TakesEvents, Took};
use qualify_model::Event;

/// Knows no lead.
pub(super) struct Nobody;

impl TakesEvents for Nobody {
    fn place(&mut self, _: &str) -> Option<u32> {
        None
    }

    fn is_rejected(&self, _: &str) -> bool {
        false
    }

    fn complete(&self) -> bool {
        false
    }

    fn take(&mut self, _: u32, _: Event, _: Option<&str>, odd: Vec<Outside>, _: bool) -> Took {
        Took::Taken(odd)
    }
}
