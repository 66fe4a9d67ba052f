//! Stages: the ladder, stages beside it, and what holds a lead where it is.

use crate::evaluation::Evaluation;
use qualify_model::{StageId, StageReason, Truth, Value, text};

/// The stage of a lead, and why.
#[derive(Clone, Copy)]
pub(crate) struct Staged {
    pub(crate) stage: Option<StageId>,
    pub(crate) reason: StageReason,
}

impl Evaluation<'_> {
    /// Whether the condition of a stage holds.
    pub(crate) fn stage_holds(&self, id: StageId) -> Truth {
        self.stages[id.index()].get(Truth::Unknown, || match &self.model.stages[id.index()].condition {
            Some(condition) => self.truth(condition, self.everything()),
            None => Truth::True,
        })
    }

    /// The stage that the model gives: a side stage that holds; else the ladder, where a lead may be kept.
    pub(crate) fn staged(&self) -> Staged {
        let none = Staged { stage: None, reason: StageReason::None };
        self.stage.get(none, || self.side_stage().unwrap_or_else(|| self.ladder_stage()))
    }

    fn stage_ids(&self, side: bool) -> impl Iterator<Item = StageId> + '_ {
        let all = self.model.stages.iter().enumerate();
        all.filter(move |(_, stage)| stage.side == side).map(|(index, _)| StageId(index as u32))
    }

    /// The first side stage that holds, or that the lead is in and stays in.
    fn side_stage(&self) -> Option<Staged> {
        self.stage_ids(true).find_map(|id| {
            let reason = if self.stage_holds(id).is_true() {
                StageReason::Side
            } else if self.stays_in(id) {
                StageReason::Stays
            } else {
                return None;
            };
            Some(Staged { stage: Some(id), reason })
        })
    }

    fn ladder_stage(&self) -> Staged {
        // from low to high: a later stage asks for the ones before it
        let computed = self.stage_ids(false).filter(|id| self.stage_holds(*id).is_true()).last();
        let reason = if computed.is_some() { StageReason::Condition } else { StageReason::None };
        let computed = Staged { stage: computed, reason };
        let Some(current) = self.current_stage() else { return computed };
        if self.rank(Some(current)) <= self.rank(computed.stage) {
            return computed;
        }
        if self.stays_in(current) {
            return Staged { stage: Some(current), reason: StageReason::Stays };
        }
        match (&self.model.only_move_up, computed.stage) {
            (Some(exceptions), Some(stage)) if exceptions.contains(&stage) => computed,
            (Some(_), _) => Staged { stage: Some(current), reason: StageReason::OnlyMovesUp },
            (None, _) => computed,
        }
    }

    /// It is the current stage, and its `stays while` holds.
    fn stays_in(&self, id: StageId) -> bool {
        let stays_while = self.model.stages[id.index()].stays_while.as_ref();
        self.current_stage() == Some(id)
            && stays_while.is_some_and(|condition| self.truth(condition, self.everything()).is_true())
    }

    /// None ranks lowest, then the side stages, then the ladder.
    fn rank(&self, stage: Option<StageId>) -> usize {
        match stage {
            None => 0,
            Some(id) if self.model.stages[id.index()].side => 1,
            Some(id) => id.index() + 2,
        }
    }

    /// Whether a stage stands on the ladder at another one or above it.
    pub(crate) fn stands_at_least(&self, stage: StageId, wanted: StageId) -> bool {
        let is_side = |id: StageId| self.model.stages[id.index()].side;
        stage == wanted || (!is_side(stage) && !is_side(wanted) && stage >= wanted)
    }

    /// `current stage at least X`; unknown if the stored stage is unknown or none of the model's.
    pub(crate) fn current_stage_at_least(&self, wanted: StageId) -> Truth {
        let current = self.current_stage();
        Truth::from(current.map(|current| self.rank(Some(current)) >= self.rank(Some(wanted))))
    }

    /// The name of the stage that the lead came with.
    pub(crate) fn current_stage_name(&self) -> Option<&str> {
        match self.lead.attributes.get(self.of.current_stage?)?.as_ref()? {
            Value::Stage(name) | Value::Text(name) => Some(name),
            _ => None,
        }
    }

    fn current_stage(&self) -> Option<StageId> {
        self.stage_named(self.current_stage_name()?)
    }

    /// The stage of a name, whatever its case.
    pub(crate) fn stage_named(&self, name: &str) -> Option<StageId> {
        let place = self.model.stages.iter().position(|stage| text::equal(&stage.name, name))?;
        Some(StageId(place as u32))
    }
}
