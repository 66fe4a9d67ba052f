//! Stages: the ladder, stages beside it, and what holds a lead where it is. Stages are numbers: their places in
//! the model.

use super::{Computed, Extent, Lowered, Lowering, Scope};
use crate::Instruction as I;
use crate::*;
use qualify_model::{AttributeId, Comparison, Expr, StageId, StageReason, Target, Truth};

/// The stage of a lead that is not disqualified, and why.
#[derive(Clone, Copy)]
pub(crate) struct Staged {
    pub(crate) stage: N,
    pub(crate) reason: N,
}

impl<'m> Lowering<'m> {
    fn everywhere(&mut self, condition: &'m Expr) -> Lowered<T> {
        self.truth(condition, Scope::of(Target::Total))
    }

    /// Whether the condition of a stage holds.
    pub(crate) fn stage_holds(&mut self, id: StageId) -> Lowered<T> {
        if let Some(known) = self.stages[id.index()] {
            return Ok(known);
        }
        let holds = match &self.model.stages[id.index()].condition {
            Some(condition) => self.everywhere(condition)?,
            None => self.yes(),
        };
        self.stages[id.index()] = Some(holds);
        Ok(holds)
    }

    /// The text of the stage that the lead came with.
    pub(crate) fn current_stage_text(&mut self) -> Option<X> {
        let attribute = self.plan.labels.current_stage?;
        match self.attribute(AttributeId(attribute)) {
            Computed::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The stage that the lead came with; unknown if it is none of the model's.
    fn current_stage(&mut self) -> N {
        let Some(a) = self.current_stage_text() else { return self.unknown_number() };
        let names: Vec<String> = self.model.stages.iter().map(|stage| stage.name.clone()).collect();
        if names.is_empty() {
            return self.unknown_number();
        }
        let extent = Extent { low: 0, high: names.len() as i128 - 1, unknown: true };
        let texts = self.texts(names);
        self.fitting(I::TextPlace { to: ToN(0), a, texts }, extent)
    }

    /// None ranks lowest, then the side stages, then the ladder.
    fn rank(&self, stage: StageId) -> i64 {
        if self.model.stages[stage.index()].side { 1 } else { stage.0 as i64 + 2 }
    }

    fn ranks(&mut self, stage: N) -> N {
        let ranks =
            (0..self.model.stages.len()).map(|stage| Some(self.rank(StageId(stage as u32)))).collect();
        self.by_place(stage, ranks, Some(0))
    }

    fn ids(&self, side: bool) -> Vec<StageId> {
        let all = self.model.stages.iter().enumerate();
        all.filter(|(_, stage)| stage.side == side).map(|(place, _)| StageId(place as u32)).collect()
    }

    /// It is the current stage, and its `stays while` holds; never unknown.
    fn stays_in(&mut self, id: StageId) -> Lowered<T> {
        let Some(stays_while) = &self.model.stages[id.index()].stays_while else { return Ok(self.no()) };
        let current = self.current_stage();
        let is_current = self.compare_constant(Comparison::Equal, current, id.0 as i128);
        let stays_while = self.everywhere(stays_while)?;
        let both = self.and(is_current, stays_while);
        Ok(self.is_true(both))
    }

    /// The stage that the model gives: a side stage that holds; else the ladder, where a lead may be kept.
    fn staged(&mut self) -> Lowered<Staged> {
        if let Some(known) = self.staged {
            return Ok(known);
        }
        let mut staged = self.ladder_stage()?;
        let sides = self.ids(true);
        if !sides.is_empty() {
            let mut conditions = Vec::new();
            for id in &sides {
                conditions.push(self.stage_holds(*id)?);
                conditions.push(self.stays_in(*id)?);
            }
            let place = self.first(conditions);
            let stages = sides.iter().flat_map(|id| [Some(id.0 as i64); 2]).collect();
            let reasons = [StageReason::Side, StageReason::Stays].map(|reason| Some(reason as i64));
            let reasons = sides.iter().flat_map(|_| reasons).collect();
            let (side, side_reason) =
                (self.by_place(place, stages, None), self.by_place(place, reasons, None));
            staged.stage = self.if_known(side, staged.stage);
            staged.reason = self.if_known(side_reason, staged.reason);
        }
        self.staged = Some(staged);
        Ok(staged)
    }

    fn ladder_stage(&mut self) -> Lowered<Staged> {
        let ladder = self.ids(false);
        let mut conditions = Vec::new();
        for id in &ladder {
            conditions.push(self.stage_holds(*id)?);
        }
        let place = self.last(conditions);
        let ids: Vec<Option<i64>> = ladder.iter().map(|id| Some(id.0 as i64)).collect();
        let computed = if ids.is_empty() { self.unknown_number() } else { self.by_place(place, ids, None) };
        let reason = |this: &mut Self, reason: StageReason| this.number_constant(reason as i64);
        let (by_condition, none) = (reason(self, StageReason::Condition), reason(self, StageReason::None));
        let has_stage = self.known_number(computed);
        let computed_reason = self.select(has_stage, by_condition, none);
        let current = self.current_stage();
        let (rank, computed_rank) = (self.ranks(current), self.ranks(computed));
        let higher = self.compare(Comparison::Greater, rank, computed_rank);
        if self.always(higher) == Some(Truth::False) {
            return Ok(Staged { stage: computed, reason: computed_reason });
        }
        let mut stays = Vec::new();
        for index in 0..self.model.stages.len() {
            stays.push(self.stays_in(StageId(index as u32))?);
        }
        let stays = self.any(stays);
        let stays = self.and(higher, stays);
        let (by_stays, by_moving) =
            (reason(self, StageReason::Stays), reason(self, StageReason::OnlyMovesUp));
        let (mut stage, mut why) = (computed, computed_reason);
        if let Some(exceptions) = &self.model.only_move_up {
            let exceptions = exceptions.iter().map(|id| id.0 as i64).collect();
            let excepted = self.in_numbers(computed, exceptions);
            let excepted = self.is_true(excepted);
            let kept = self.not(excepted);
            let kept = self.and(higher, kept);
            stage = self.select(kept, current, stage);
            why = self.select(kept, by_moving, why);
        }
        let stage = self.select(stays, current, stage);
        let reason = self.select(stays, by_stays, why);
        Ok(Staged { stage, reason })
    }

    /// Whether the lead is disqualified; never unknown.
    pub(crate) fn is_disqualified(&mut self) -> Lowered<T> {
        if let Some(known) = self.disqualified {
            return Ok(known);
        }
        let mut reasons = Vec::new();
        for verdict in &self.model.disqualifies {
            reasons.push(self.everywhere(&verdict.condition)?);
        }
        let any = self.any(reasons);
        let any = self.is_true(any);
        self.disqualified = Some(any);
        Ok(any)
    }

    /// The stage that comes out; none for a lead that is disqualified.
    pub(crate) fn result_stage(&mut self) -> Lowered<Staged> {
        let disqualified = self.is_disqualified()?;
        let staged = self.staged()?;
        let counts = self.not(disqualified);
        let none = self.number_constant(StageReason::None as i64);
        let stage = self.known_where(staged.stage, counts);
        let reason = self.select(disqualified, none, staged.reason);
        Ok(Staged { stage, reason })
    }

    pub(crate) fn stage_is(&mut self, stages: &[StageId]) -> Lowered<T> {
        let stage = self.result_stage()?.stage;
        let is = self.in_numbers(stage, stages.iter().map(|id| id.0 as i64).collect());
        Ok(self.is_true(is))
    }

    /// On the ladder at a stage or above it.
    pub(crate) fn stage_at_least(&mut self, wanted: StageId) -> Lowered<T> {
        let is_side = |id: StageId| self.model.stages[id.index()].side;
        let all = (0..self.model.stages.len() as u32).map(StageId);
        let stands = all
            .filter(|id| *id == wanted || (!is_side(*id) && !is_side(wanted) && *id >= wanted))
            .collect::<Vec<_>>();
        self.stage_is(&stands)
    }

    pub(crate) fn current_stage_at_least(&mut self, wanted: StageId) -> T {
        let current = self.current_stage();
        let rank = self.rank(wanted);
        let all = (0..self.model.stages.len() as u32).map(StageId);
        let stands = all.filter(|id| self.rank(*id) >= rank).map(|id| id.0 as i64).collect();
        self.in_numbers(current, stands)
    }

    /// Whether the stage differs from the one that came with the lead.
    pub(crate) fn stage_changed(&mut self) -> Lowered<T> {
        let disqualified = self.is_disqualified()?;
        let stage = self.result_stage()?.stage;
        let current = self.current_stage();
        let same = self.compare(Comparison::Equal, stage, current);
        let same = self.is_true(same);
        let changed = self.not(same);
        let (new, old) = (self.known_number(stage), self.has_current_stage());
        let any = self.or(new, old);
        let changed = self.and(changed, any);
        let counts = self.not(disqualified);
        Ok(self.and(changed, counts))
    }

    fn has_current_stage(&mut self) -> T {
        match self.current_stage_text() {
            Some(text) => self.known(Computed::Text(text)),
            None => self.no(),
        }
    }

    /// The stage that came with the lead is none of the model's.
    pub(crate) fn unknown_current_stage(&mut self) -> T {
        let current = self.current_stage();
        let found = self.known_number(current);
        let not_found = self.not(found);
        let has = self.has_current_stage();
        self.and(has, not_found)
    }
}
