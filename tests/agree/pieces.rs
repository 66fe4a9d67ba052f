//! Leads whose events come piece by piece: any number of them in a piece, none too, those of one instant in any order
//! and in different pieces, each piece with dictionaries of its own.
//!
//! Not in here: what a piece looks like.

use super::{Dice, columns};
use qualify_model::{EventColumns, Lead, LongEvents, LongLead, Needs};
use std::sync::Arc;

/// Events in pieces, and how many bytes may be kept of them.
#[derive(Debug)]
struct Pieces(Vec<EventColumns>, usize);

impl LongEvents for Pieces {
    fn count(&self) -> u64 {
        self.0.iter().map(|piece| piece.kinds.len() as u64).sum()
    }

    fn room(&self) -> usize {
        self.1
    }

    fn each(&self, show: &mut dyn FnMut(&EventColumns)) {
        self.0.iter().for_each(show);
    }
}

/// Takes the events of some leads, and makes pieces of them, of so many events at most.
pub fn lengthen(dice: &mut Dice, needs: &Needs, leads: &[Lead], most: usize) -> (Vec<Lead>, Vec<LongLead>) {
    let mut others = leads.to_vec();
    let mut long = Vec::new();
    for (row, lead) in others.iter_mut().enumerate().filter(|(_, lead)| !lead.events.is_empty()) {
        if dice.chance(20) {
            continue;
        }
        let mut left = std::mem::take(&mut lead.events);
        for event in 0..left.len() {
            let other = dice.below(left.len());
            left.swap(event, other);
        }
        left.sort_by_key(|event| event.time);
        let mut pieces = Vec::new();
        while !left.is_empty() {
            // seldom none
            let rest = left.split_off(dice.below(most * 4 + 1).div_ceil(4).min(left.len()));
            let piece = Lead { events: left, ..Lead::default() };
            pieces.push(columns::events(dice, needs, &[piece]));
            left = rest;
        }
        let room = *dice.one(&[0, 300, 5_000, 1_000_000]);
        long.push(LongLead { row, events: Arc::new(Pieces(pieces, room)) });
    }
    (others, long)
}
