//! Questions to the circuit of two models: can they differ, and what can a lead be under each?

use super::circuit::{FALSE, Lit, TRUE};
use super::encode::{Encoder, Ends};
use super::pair::Pair;
use super::solver::{Answer, Asked};
use super::{Effort, Limits, Obstacle, Place};

/// From so many nodes on a circuit is large.
const LARGE: u64 = 50_000;

/// Two models as a circuit, and the solver that was asked about it.
pub(super) struct Decision<'p, 'm> {
    pub(super) encoder: Encoder<'p, 'm>,
    pub(super) solver: Asked,
    /// What solvers before this one took.
    before: Effort,
    old: Ends,
    new: Ends,
    /// When the models differ.
    pub(super) differ: Lit,
}

impl<'p, 'm> Decision<'p, 'm> {
    pub(super) fn new(pair: &'p Pair<'m>) -> Decision<'p, 'm> {
        let mut encoder = Encoder::new(pair);
        let (old, new) = (encoder.ends(0), encoder.ends(1));
        let differ = encoder.differ(&old, &new);
        encoder.settle_texts();
        Decision { encoder, solver: Asked::new(), before: Effort::default(), old, new, differ }
    }

    /// Both models come to the same conditions and sums.
    pub(super) fn never_differ(&self) -> bool {
        self.differ == FALSE
    }

    /// Adds which events are among which others, so that there are no fewer of those.
    pub(super) fn tighten(&mut self) {
        self.encoder.containments();
    }

    /// What the difference hangs on that no proof can look into.
    pub(super) fn obstacles(&self) -> Vec<Obstacle> {
        self.encoder.obstacles_below(self.differ)
    }

    /// That all facts are such as both sides accept.
    pub(super) fn shared(&mut self) -> Vec<Lit> {
        self.encoder.shared()
    }

    /// A solver that has learned nothing.
    pub(super) fn afresh(&mut self) {
        self.before = Effort { conflicts: self.before.conflicts + self.solver.turns(), ..self.effort() };
        self.solver = Asked::new();
    }

    /// What it took so far.
    pub(super) fn effort(&self) -> Effort {
        Effort {
            variables: self.before.variables.max(self.solver.variables()),
            clauses: self.before.clauses.max(self.solver.clauses),
            conflicts: self.before.conflicts + self.solver.turns() + self.encoder.turns(),
            leads: 0,
        }
    }

    /// Whether the models can differ, as far as the circuit knows.
    pub(super) fn can_differ(&mut self, limits: &Limits) -> Answer {
        match self.differ {
            FALSE => Answer::No,
            TRUE => Answer::Yes,
            _ => self.solver.ask(&self.encoder.c, &[self.differ], self.scaled(limits.conflicts)),
        }
    }

    /// The circuit is so large that it is slow to ask it.
    pub(super) fn is_large(&self) -> bool {
        self.encoder.c.len() as u64 > LARGE
    }

    /// So many wrong turns, fewer in a large circuit, where each takes longer.
    pub(super) fn scaled(&self, turns: u64) -> u64 {
        turns.saturating_mul(LARGE) / LARGE.max(self.encoder.c.len() as u64)
    }

    /// What some lead may be only under the new model, and only under the old one. What is named here cannot be
    /// under the one; that it can be under the other is not proved.
    pub(super) fn reach(&mut self, limits: &Limits) -> (Vec<Place>, Vec<Place>) {
        let mut all: Vec<Place> =
            self.old.places.iter().chain(&self.new.places).map(|(p, _)| p.clone()).collect();
        all.sort();
        all.dedup();
        let (mut appearing, mut vanishing) = (Vec::new(), Vec::new());
        for place in all {
            let lit =
                |ends: &Ends| ends.places.iter().find(|(p, _)| *p == place).map_or(FALSE, |(_, lit)| *lit);
            let (old, new) = (lit(&self.old), lit(&self.new));
            if old == new {
                continue;
            }
            match (self.possible(old, limits), self.possible(new, limits)) {
                (false, true) => appearing.push(place),
                (true, false) => vanishing.push(place),
                _ => {}
            }
        }
        (appearing, vanishing)
    }

    fn possible(&mut self, lit: Lit, limits: &Limits) -> bool {
        lit != FALSE
            && self.solver.ask(&self.encoder.c, &[lit], self.scaled(limits.conflicts / 10)) != Answer::No
    }
}
