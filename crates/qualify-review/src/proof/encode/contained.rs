//! Which events are among which others: of more events there are no fewer.
//!
//! Each event that the solver thinks of is kept, for it tells apart the terms that it matches from those that it does
//! not: only of pairs that none of them tells apart the solver is asked. What follows from two containments is not
//! asked either.

use super::Encoder;
use super::events::{Asked, Matched, MatchedStep};
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::int::Int;
use crate::proof::solver::{Answer, Asked as Solver};

/// Of more terms than this no containment is looked for: their pairs are too many.
const MOST: usize = 4_000;

/// A set of small numbers.
#[derive(Clone, Default)]
struct Marks(Vec<u64>);

impl Marks {
    fn set(&mut self, at: usize) {
        if self.0.len() <= at / 64 {
            self.0.resize(at / 64 + 1, 0);
        }
        self.0[at / 64] |= 1 << (at % 64);
    }

    fn has(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|part| part >> (at % 64) & 1 == 1)
    }

    fn add(&mut self, other: &Marks) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    fn among(&self, other: &Marks) -> bool {
        let other = |at: usize| other.0.get(at).copied().unwrap_or(0);
        self.0.iter().enumerate().all(|(at, part)| part & !other(at) == 0)
    }

    fn count(&self) -> u32 {
        self.0.iter().map(|part| part.count_ones()).sum()
    }
}

/// A count with the events that it counts.
struct Counted {
    /// For each event type when it matches.
    events: Vec<Lit>,
    int: Int,
    /// For each event type which of the known events match.
    seen: Vec<Marks>,
}

impl Counted {
    /// Whether its events may be among those of another, as far as types and known events tell.
    fn may_be_among(&self, other: &Counted) -> bool {
        let kinds = || self.events.iter().zip(&other.events);
        !kinds().any(|(a, b)| *a != FALSE && *b == FALSE)
            && self.seen.iter().zip(&other.seen).all(|(a, b)| a.among(b))
    }

    fn breadth(&self) -> u32 {
        self.seen.iter().map(Marks::count).sum()
    }
}

impl Encoder<'_, '_> {
    /// Facts about which events are among which others: of more events there are no fewer.
    pub(crate) fn containments(&mut self) {
        let mut counts = self.plain_counts();
        if counts.len() <= MOST {
            self.contained(&mut counts);
        }
        self.of_sequences();
    }

    fn plain_counts(&self) -> Vec<Counted> {
        let plain = self.events.tallies.iter().filter_map(|tally| match &tally.asked {
            Asked::Count(matched) if matched.is_plain() => {
                let events = matched.steps[0].events.clone();
                let seen = vec![Marks::default(); events.len()];
                Some(Counted { events, int: tally.int.clone(), seen })
            }
            _ => None,
        });
        plain.collect()
    }

    fn contained(&mut self, counts: &mut [Counted]) {
        self.settle_texts();
        let mut solver = self.events.solver.take().unwrap_or_else(Solver::new);
        counts.iter().for_each(|counted| solver.know(&self.c, &counted.events));
        self.events.solver = Some(solver);
        let mut known = 0;
        // an event of each that no other event is of
        for at in 0..counts.len() {
            let unseen = |kind: &usize| counts[at].seen[*kind].count() == 0;
            let kinds: Vec<usize> = (0..counts[at].events.len()).filter(unseen).collect();
            for kind in kinds {
                let lit = counts[at].events[kind];
                if lit != FALSE && self.an_event(lit) == Answer::Yes {
                    self.remember(counts, &mut known);
                }
            }
        }
        let mut order: Vec<usize> = (0..counts.len()).collect();
        order.sort_by_key(|at| (counts[*at].breadth(), *at));
        // those that each is known to be among, also through others
        let mut among: Vec<Marks> = vec![Marks::default(); counts.len()];
        for (rank, &i) in order.iter().enumerate().rev() {
            // the narrowest first: what they are among follows
            let equal =
                order[..rank].iter().rev().take_while(|j| counts[**j].breadth() == counts[i].breadth());
            let others: Vec<usize> = equal.chain(&order[rank + 1..]).copied().collect();
            for j in others {
                if among[i].has(j) || !counts[i].may_be_among(&counts[j]) {
                    continue;
                }
                if self.all_among(i, j, counts, &mut known) {
                    let fewer = self.c.not_less(&counts[j].int, &counts[i].int);
                    self.c.fact([fewer]);
                    let more = among[j].clone();
                    among[i].set(j);
                    among[i].add(&more);
                }
            }
        }
    }

    /// Whether every event of one is of the other.
    fn all_among(&mut self, i: usize, j: usize, counts: &mut [Counted], known: &mut usize) -> bool {
        for kind in 0..counts[i].events.len() {
            let stray = self.c.and([counts[i].events[kind], !counts[j].events[kind]]);
            if self.never(stray) {
                continue;
            }
            if stray != TRUE {
                self.remember(counts, known);
            }
            return false;
        }
        true
    }

    /// Keeps the event that the solver thought of last.
    fn remember(&self, counts: &mut [Counted], known: &mut usize) {
        let Some(solver) = &self.events.solver else { return };
        for counted in counts {
            for (lit, seen) in counted.events.iter().zip(&mut counted.seen) {
                if solver.value(*lit) == Some(true) {
                    seen.set(*known);
                }
            }
        }
        *known += 1;
    }

    /// A sequence is reached no more often than its last step happens.
    fn of_sequences(&mut self) {
        let counts = self.events.tallies.iter().filter_map(|tally| match &tally.asked {
            Asked::Count(matched) if !matched.is_plain() => Some((matched.clone(), tally.int.clone())),
            _ => None,
        });
        for (matched, int) in counts.collect::<Vec<_>>() {
            let Some(last) = matched.steps.last() else { continue };
            let plain = MatchedStep { gap: None, silence: None, timeless: Vec::new(), ..last.clone() };
            let asked = Asked::Count(Matched { steps: vec![plain], zone: None });
            if let Some(place) = self.events.places.get(&asked) {
                let n = self.events.tallies[*place].int.clone();
                let fewer = self.c.not_less(&n, &int);
                self.c.fact([fewer]);
            }
        }
    }
}
