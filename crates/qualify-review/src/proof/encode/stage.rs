//! Grades, segments, the ladder of stages, and what keeps a lead where it is.

use super::text::{Spelled, Test};
use super::{Encoder, Source};
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::three::Three;
use qualify_model::*;

impl<'m> Encoder<'_, 'm> {
    /// When a lead has each label of a grade set.
    pub(super) fn grade(&mut self, id: GradeId, which: usize) -> Vec<(Lit, String)> {
        if let Some(known) = &self.sides[which].grades[id.index()] {
            return known.clone();
        }
        let here = self.everywhere(which);
        let set = &self.sides[which].model.grades[id.index()];
        let mut labels: Vec<(Lit, String)> = Vec::new();
        match &set.kind {
            GradeKind::Lines(lines) => {
                let mut free = TRUE;
                for line in lines {
                    let holds = match &line.condition {
                        Some(condition) => self.truth(condition, here).yes,
                        None => TRUE,
                    };
                    let taken = self.c.and([free, holds]);
                    free = self.c.and([free, !holds]);
                    let label = set.labels[line.label as usize].clone();
                    match labels.iter().position(|(_, other)| *other == label) {
                        Some(place) => labels[place].0 = self.c.or([labels[place].0, taken]),
                        None => labels.push((taken, label)),
                    }
                }
            }
            GradeKind::Matrix(first, second) => {
                let (first, second) = (self.grade(*first, which), self.grade(*second, which));
                for (a, x) in &first {
                    for (b, y) in &second {
                        labels.push((self.c.and([*a, *b]), format!("{x}{y}")));
                    }
                }
            }
        }
        self.sides[which].grades[id.index()] = Some(labels.clone());
        labels
    }

    pub(super) fn segment(&mut self, id: SegmentId, which: usize) -> Three {
        if let Some(known) = self.sides[which].segments[id.index()] {
            return known;
        }
        let here = self.everywhere(which);
        let condition = &self.sides[which].model.segments[id.index()].condition;
        let holds = self.truth(condition, here);
        self.sides[which].segments[id.index()] = Some(holds);
        holds
    }

    /// Whether the condition of a stage holds.
    pub(super) fn stage_holds(&mut self, id: StageId, which: usize) -> Three {
        if let Some(known) = self.sides[which].stages[id.index()] {
            return known;
        }
        let here = self.everywhere(which);
        let holds = match &self.sides[which].model.stages[id.index()].condition {
            Some(condition) => self.truth(condition, here),
            None => Three::TRUE,
        };
        self.sides[which].stages[id.index()] = Some(holds);
        holds
    }

    /// A stage and those above it on the ladder; a side stage alone.
    pub(super) fn ladder_from(&self, stage: StageId, which: usize) -> Vec<StageId> {
        let stages = &self.sides[which].model.stages;
        let above = |place: &usize| {
            *place == stage.index()
                || (!stages[*place].side && !stages[stage.index()].side && *place > stage.index())
        };
        (0..stages.len()).filter(above).map(|place| StageId(place as u32)).collect()
    }

    /// For each stage when it is the one that the lead came with.
    fn current(&mut self, which: usize) -> Vec<Lit> {
        let model = self.sides[which].model;
        let Some(place) = model.schema.attributes.iter().position(|a| a.ty == Type::Stage) else {
            return vec![FALSE; model.stages.len()];
        };
        let variable = self.variable(Source::Attribute(place));
        let super::Values::Text(text) = variable.values else { return vec![FALSE; model.stages.len()] };
        let spelled = Spelled::Variable(variable.known, text);
        let mut taken = TRUE;
        let mut out = Vec::new();
        for stage in &model.stages {
            let is = self.passes(&spelled, &Test::Is(stage.name.clone()));
            out.push(self.c.and([variable.known, is, taken]));
            // names that compare as equal belong to the first
            taken = self.c.and([taken, !is]);
        }
        out
    }

    pub(super) fn current_stage_at_least(&mut self, wanted: StageId, which: usize) -> Three {
        let current = self.current(which);
        let wanted = self.rank(wanted.index(), which);
        let enough: Vec<Lit> = (0..current.len())
            .filter(|place| self.rank(*place, which) >= wanted)
            .map(|place| current[place])
            .collect();
        let (known, enough) = (self.c.or(current), self.c.or(enough));
        self.c.if_known(known, enough)
    }

    /// Side stages rank lowest, then the ladder.
    fn rank(&self, place: usize, which: usize) -> usize {
        if self.sides[which].model.stages[place].side { 1 } else { place + 2 }
    }

    /// For each stage when it is the result; of a disqualified lead none is.
    pub(super) fn result_stage(&mut self, which: usize) -> Vec<Lit> {
        if let Some(known) = &self.sides[which].result {
            return known.clone();
        }
        let disqualified = self.disqualified(which);
        let stages = self.staged(which);
        let result: Vec<Lit> = stages.into_iter().map(|lit| self.c.and([lit, !disqualified])).collect();
        self.sides[which].result = Some(result.clone());
        result
    }

    fn staged(&mut self, which: usize) -> Vec<Lit> {
        let model = self.sides[which].model;
        let here = self.everywhere(which);
        let current = self.current(which);
        let mut holds = Vec::new();
        let mut stays = Vec::new();
        for (place, stage) in model.stages.iter().enumerate() {
            holds.push(self.stage_holds(StageId(place as u32), which).yes);
            let keeps = match &stage.stays_while {
                Some(condition) => self.truth(condition, here).yes,
                None => FALSE,
            };
            stays.push(self.c.and([current[place], keeps]));
        }
        let mut result = vec![FALSE; model.stages.len()];
        let mut free = TRUE;
        for place in (0..model.stages.len()).filter(|place| model.stages[*place].side) {
            let is = self.c.or([holds[place], stays[place]]);
            result[place] = self.c.and([free, is]);
            free = self.c.and([free, !is]);
        }
        let ladder: Vec<usize> = (0..model.stages.len()).filter(|place| !model.stages[*place].side).collect();
        let mut computed = vec![FALSE; model.stages.len()];
        let mut none_above = TRUE;
        for place in ladder.iter().rev() {
            computed[*place] = self.c.and([none_above, holds[*place]]);
            none_above = self.c.and([none_above, !holds[*place]]);
        }
        // where the current stage stands higher than what was computed
        let mut kept = Vec::new();
        for place in 0..model.stages.len() {
            let side = model.stages[place].side;
            let reached: Vec<Lit> =
                ladder.iter().filter(|other| side || **other >= place).map(|o| holds[*o]).collect();
            let reached = self.c.or(reached);
            let higher = self.c.and([current[place], !reached]);
            let only_up = match &model.only_move_up {
                Some(exceptions) => {
                    let excepted = self.c.or(exceptions.iter().map(|stage| computed[stage.index()]));
                    !excepted
                }
                None => FALSE,
            };
            let keeps = self.c.or([stays[place], only_up]);
            kept.push(self.c.and([higher, keeps]));
        }
        let any_kept = self.c.or(kept.iter().copied());
        for place in 0..model.stages.len() {
            let computed = self.c.and([computed[place], !any_kept]);
            let here = self.c.or([kept[place], computed]);
            let here = self.c.and([free, here]);
            result[place] = self.c.or([result[place], here]);
        }
        result
    }
}
