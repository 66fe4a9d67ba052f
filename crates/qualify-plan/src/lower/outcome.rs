//! What comes out: the outputs of the main program, and the program itself.

use super::schedule::{Order, Surroundings};
use super::{Lowered, Lowering, Scope};
use crate::Instruction as I;
use crate::*;
use qualify_model::{AttributeId, Expr, GradeId, GradeKind, Owner, ScoreId, SegmentId, Target};

impl<'m> Lowering<'m> {
    /// The place of the label of a grade set.
    pub(crate) fn grade(&mut self, id: GradeId) -> Lowered<N> {
        if let Some(known) = self.grades[id.index()] {
            return Ok(known);
        }
        let set = &self.model.grades[id.index()];
        let place = match &set.kind {
            GradeKind::Lines(lines) => {
                let mut conditions = Vec::new();
                for line in lines {
                    conditions.push(self.holds_or_always(line.condition.as_ref())?);
                }
                let line = self.first(conditions);
                let labels = lines.iter().map(|line| Some(line.label as i64)).collect::<Vec<_>>();
                if labels.is_empty() { line } else { self.by_place(line, labels, None) }
            }
            GradeKind::Matrix(first, second) => {
                let (a, b) = (self.grade(*first)?, self.grade(*second)?);
                let columns = self.model.grades[second.index()].labels.len();
                let start = self.times(a, columns as i128);
                let place = start.and_then(|start| self.add(start, b));
                place.unwrap_or(a) // a matrix has at most 10,000 labels
            }
        };
        self.grades[id.index()] = Some(place);
        Ok(place)
    }

    fn holds_or_always(&mut self, condition: Option<&'m Expr>) -> Lowered<T> {
        match condition {
            Some(condition) => self.truth(condition, Scope::of(Target::Total)),
            None => Ok(self.yes()),
        }
    }

    pub(crate) fn segment(&mut self, id: SegmentId) -> Lowered<T> {
        if let Some(known) = self.segments[id.index()] {
            return Ok(known);
        }
        let holds = self.truth(&self.model.segments[id.index()].condition, Scope::of(Target::Total))?;
        self.segments[id.index()] = Some(holds);
        Ok(holds)
    }

    fn route(&mut self) -> Lowered<N> {
        let mut conditions = Vec::new();
        for route in &self.model.routes {
            conditions.push(self.holds_or_always(route.condition.as_ref())?);
        }
        let route = self.first(conditions);
        let disqualified = self.is_disqualified()?;
        let counts = self.not(disqualified);
        Ok(self.known_where(route, counts))
    }

    fn excluded(&mut self) -> Lowered<Vec<T>> {
        let model = self.model;
        model
            .excludes
            .iter()
            .map(|verdict| self.truth(&verdict.condition, Scope::of(Target::Total)))
            .collect()
    }

    fn missing(&mut self) -> Vec<T> {
        let attributes = self.model.schema.attributes.iter().enumerate();
        let required = attributes.filter(|(_, a)| a.required && a.owner == Owner::Lead);
        let required: Vec<u32> = required.map(|(place, _)| place as u32).collect();
        let missing = |place: u32| {
            let attribute = self.attribute(AttributeId(place));
            let known = self.known(attribute);
            self.not(known)
        };
        required.into_iter().map(missing).collect()
    }

    /// Lowers everything that comes out.
    pub(crate) fn outputs(&mut self) -> Lowered<Outputs> {
        let (excluded, missing) = (self.excluded()?, self.missing());
        let stops: Vec<T> = excluded.iter().chain(&missing).copied().collect();
        let stops = self.any(stops);
        let stopped = self.is_true(stops);
        self.evaluated = Some(self.not(stopped));
        let model = self.model;
        let (mut scores, mut held) = (Vec::new(), Vec::new());
        for index in 0..model.scores.len() {
            let score = self.score_of(ScoreId(index as u32))?;
            held.extend(self.held(score));
            scores.push(self.units(score));
        }
        let total = self.total()?;
        held.extend(self.held(total));
        let score = self.units(total);
        let saturated = self.any(held);
        let mut disqualified = Vec::new();
        for verdict in &model.disqualifies {
            disqualified.push(self.truth(&verdict.condition, Scope::of(Target::Total))?);
        }
        let grades = (0..model.grades.len()).map(|index| self.grade(GradeId(index as u32)));
        let grades = grades.collect::<Lowered<Vec<N>>>()?;
        let segments = (0..model.segments.len()).map(|index| self.segment(SegmentId(index as u32)));
        let segments = segments.collect::<Lowered<Vec<T>>>()?;
        let staged = self.result_stage()?;
        Ok(Outputs {
            excluded,
            missing,
            disqualified,
            score,
            scores,
            grades,
            segments,
            stage: staged.stage,
            stage_reason: staged.reason,
            stage_changed: self.stage_changed()?,
            unknown_current_stage: self.unknown_current_stage(),
            route: self.route()?,
            saturated,
        })
    }

    /// The main program, with its tables.
    pub(crate) fn main_program(&mut self, outputs: Outputs) {
        let mut all = Vec::new();
        let mut outputs = outputs;
        outputs.renumber(&mut |register| {
            all.push(register);
            register.1
        });
        let evaluated =
            self.evaluated.filter(|evaluated| self.leads.extent(evaluated.0).constant() != Some(2));
        let mut effects = std::mem::take(&mut self.effects);
        let tallies = self.code_tallies(&mut effects);
        let instead = self.code_tables(&all, &effects, &tallies, evaluated);
        let around = Surroundings { instead, late: std::mem::take(&mut self.late), behind: effects };
        let mut order = Order::new(&self.leads, around);
        if let Some(a) = evaluated {
            order.effect(I::Evaluated { a });
        }
        tallies.into_iter().for_each(|tally| order.effect(tally));
        all.iter().for_each(|output| order.value(output.1));
        self.plan.main = order.program(&all);
        outputs.renumber_as(&self.plan.main);
        self.plan.outputs = outputs;
    }
}
