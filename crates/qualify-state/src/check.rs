//! When to look at a lead again: an instant before which no decision can change without a new event.
//!
//! Time is cut into pieces at whose ends something happens by itself: an event or an attribute enters or leaves a
//! window, a day or a period ends, a step of a decay comes, an event that was fed early becomes known. Within a piece
//! nothing moves but smooth decays, and each of them only falls. So at the end of a piece the lead is scored and its
//! decision compared, and within a piece the program is run on what the decays can be between its ends: if that leaves
//! no decision open, there is none; else the piece is halved.

mod candidates;
mod crossing;
mod decision;
mod interval;
mod pieces;
mod slice;
mod smooth;
mod taint;

use crate::scorer::StateScorer;
use crate::{LeadState, StateError};
use crossing::Next;
use decision::Decision;
use pieces::Pieces;
use qualify_plan::Plan;
use smooth::{Ends, Smooth};

/// Pieces that are looked at in one search. Then the search ends at an instant at which nothing changed.
const PIECES: usize = 2_500;

/// Scorings of one search within pieces.
const SCORINGS: usize = 4_000;

/// What is known of the plan for searches, and room.
#[derive(Debug)]
pub(crate) struct Room {
    pieces: Pieces,
    smooth: Smooth,
}

impl Room {
    pub fn new(plan: &Plan) -> Room {
        let slice = slice::Slice::new(plan);
        Room { smooth: Smooth::new(plan, &slice), pieces: Pieces::new(plan, slice) }
    }
}

impl LeadState {
    /// An instant behind `as_of` (both in microseconds since 1970) before which no decision changes unless an event or
    /// an attribute is fed: status, reasons of status, grades, segments, stage and its reason, route. None: no
    /// decision ever changes by itself.
    ///
    /// It is never too late. It is exact where decisions depend on time by windows, by-day decay, steps and dates, and
    /// where smooth decay takes them over a threshold. It may come early, and then the decisions at it are those of
    /// before: after some thousand days or edges of windows at which nothing changed, and where decaying points that
    /// are multiplied by others stay within a rounding of a threshold.
    ///
    /// # Errors
    ///
    /// As [`LeadState::score`].
    pub fn next_check(&mut self, scorer: &mut StateScorer, as_of: i64) -> Result<Option<i64>, StateError> {
        self.take(scorer, as_of)?;
        let found = search(self, scorer, as_of);
        scorer.inner.move_to(as_of);
        Ok(found)
    }
}

/// The first change behind an instant.
fn search(state: &LeadState, scorer: &mut StateScorer, as_of: i64) -> Option<i64> {
    let model = state.model.clone();
    let StateScorer { inner, room, .. } = scorer;
    let Room { pieces, smooth } = room;
    let facts = candidates::Facts::of(state);
    let mut from = as_of;
    let mut base: Option<Decision> = None;
    let mut scorings = SCORINGS;
    for _ in 0..PIECES {
        let mut next = Next::new(from);
        smooth.begin();
        inner.run_watched(&mut |place, registers| {
            pieces.watch(place, registers);
            smooth.watch(place, registers);
        });
        let decision = Decision::of(inner.scores());
        let base = base.get_or_insert(decision.clone());
        if *base != decision {
            return Some(from);
        }
        pieces.collect(&model, inner, &facts, &mut next);
        let end = next.found();
        if smooth.matters() {
            let last = end.map_or(i64::MAX, |end| end - 1);
            let starts = Ends::of(smooth, inner, from);
            if let Some(change) = smooth.first_change(&model, inner, base, starts, last, &mut scorings) {
                return Some(change);
            }
        }
        from = end?;
        inner.move_to(from);
    }
    Some(from).filter(|from| *from > as_of)
}
