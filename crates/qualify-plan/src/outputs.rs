//! What the main program gives.

use crate::{N, Program, Register, T};
use serde::{Deserialize, Serialize};

/// Where results stand among the registers of the main program. Numbers that name something are places in
/// [`Labels`](qualify_model::Labels); unknown is none. Of excluded and invalid leads only `excluded`, `missing` and
/// `unknown_current_stage` are right: whoever reads the outputs gives them no score, label, stage or route. Of
/// disqualified leads all are right. A truth that is unknown does not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the columns of `ScoreColumns`
pub struct Outputs {
    pub excluded: Vec<T>,
    pub missing: Vec<T>,
    pub disqualified: Vec<T>,
    /// Numbers of points.
    pub score: N,
    pub scores: Vec<N>,
    pub grades: Vec<N>,
    pub segments: Vec<T>,
    pub stage: N,
    /// A number: the place of the reason.
    pub stage_reason: N,
    pub stage_changed: T,
    pub unknown_current_stage: T,
    pub route: N,
    pub saturated: T,
}

impl Outputs {
    /// Gives all registers other numbers, in a fixed order.
    pub(crate) fn renumber(&mut self, to: &mut dyn FnMut(Register) -> u32) {
        let mut truth = |t: &mut T| t.0 = to(t.register());
        self.excluded.iter_mut().for_each(&mut truth);
        self.missing.iter_mut().for_each(&mut truth);
        self.scores.iter_mut().for_each(|n| n.0 = to(n.register()));
        self.score.0 = to(self.score.register());
        self.saturated.0 = to(self.saturated.register());
        self.disqualified.iter_mut().for_each(|t| t.0 = to(t.register()));
        self.grades.iter_mut().for_each(|n| n.0 = to(n.register()));
        self.segments.iter_mut().for_each(|t| t.0 = to(t.register()));
        for number in [&mut self.stage, &mut self.stage_reason, &mut self.route] {
            number.0 = to(number.register());
        }
        for truth in [&mut self.stage_changed, &mut self.unknown_current_stage] {
            truth.0 = to(truth.register());
        }
    }

    /// Gives all registers the numbers that a program has them under, whose outputs they are in the order of
    /// [`renumber`](Outputs::renumber).
    pub(crate) fn renumber_as(&mut self, program: &Program) {
        let mut registers = program.outputs.iter();
        self.renumber(&mut |register| registers.next().map_or(register.1, |found| found.1));
    }
}
