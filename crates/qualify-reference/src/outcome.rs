//! The outcome of a lead: status first, then everything that follows from it.

use crate::evaluation::{Evaluation, Scope};
use crate::watch::Chosen;
use qualify_model::{
    GradeId, Outcome, Owner, Route, ScoreId, SegmentId, StageReason, Status, Target, Verdict, text,
};
use std::rc::Rc;

impl<'a> Evaluation<'a> {
    /// What is written outside all blocks sees all events that nothing ignores.
    pub(crate) fn everything(&self) -> Scope<'_> {
        self.scope(Target::Total)
    }

    /// Scores the lead.
    pub(crate) fn outcome(&self) -> Outcome {
        let excluded = self.reasons(&self.model.excludes);
        if !excluded.is_empty() {
            return self.nothing(Status::Excluded, excluded);
        }
        let missing = self.missing();
        if !missing.is_empty() {
            return self.nothing(Status::Invalid, missing);
        }
        let mut outcome = self.scored_outcome();
        let disqualified = self.disqualified();
        if disqualified.is_empty() {
            self.stage_and_route(&mut outcome);
        } else {
            outcome.status = Status::Disqualified;
            outcome.reasons.splice(..0, disqualified.iter().cloned());
        }
        outcome
    }

    /// The required attributes of the lead that are unknown.
    fn missing(&self) -> Vec<String> {
        let attributes = self.model.schema.attributes.iter().enumerate();
        let required =
            attributes.filter(|(_, attribute)| attribute.required && attribute.owner == Owner::Lead);
        let unknown = |index: usize| self.lead.attributes.get(index).is_none_or(Option::is_none);
        let missing = required.filter(|(index, _)| unknown(*index));
        missing.map(|(_, attribute)| format!("`{}` is unknown", attribute.path())).collect()
    }

    /// The reasons of the verdicts that hold, in the order of the text.
    fn reasons(&self, verdicts: &[Verdict]) -> Vec<String> {
        let hold = |verdict: &&Verdict| self.truth(&verdict.condition, self.everything()).is_true();
        verdicts.iter().filter(hold).map(|verdict| verdict.reason.clone()).collect()
    }

    /// Why the lead is disqualified; empty if it is not.
    pub(crate) fn disqualified(&self) -> Rc<[String]> {
        self.disqualified.get(Rc::default(), || self.reasons(&self.model.disqualifies).into())
    }

    /// Nothing is evaluated.
    fn nothing(&self, status: Status, reasons: Vec<String>) -> Outcome {
        let current = self.current_stage_name();
        Outcome {
            key: self.lead.key.clone(),
            status,
            reasons,
            score: None,
            scores: vec![None; self.model.scores.len()],
            grades: vec![None; self.model.grades.len()],
            stage: None,
            previous_stage: current.map(str::to_owned),
            unknown_current_stage: current.is_some_and(|name| self.stage_named(name).is_none()),
            stage_changed: false,
            stage_reason: StageReason::None,
            segments: Vec::new(),
            route: None,
            respond_by: None,
            ledger: Vec::new(),
            saturated: false,
        }
    }

    /// Scores, grades, segments and the ledger; no stage and route yet.
    fn scored_outcome(&self) -> Outcome {
        let model = self.model;
        let mut outcome = self.nothing(Status::Scored, Vec::new());
        for index in 0..model.scores.len() {
            let scored = self.scored(ScoreId(index as u32));
            outcome.scores[index] = scored.value.map(|value| value.units as i64);
            outcome.saturated |= scored.value.is_some_and(|value| value.held);
            outcome.ledger.extend(scored.lines.iter().cloned());
        }
        let total = self.total_scored();
        outcome.score = total.value.map(|value| value.units as i64);
        outcome.saturated |= total.value.is_some_and(|value| value.held);
        outcome.ledger.extend(total.lines.iter().cloned());
        outcome.grades = (0..model.grades.len()).map(|index| self.label(GradeId(index as u32))).collect();
        for (index, segment) in model.segments.iter().enumerate() {
            if self.segment(SegmentId(index as u32)).is_true() {
                outcome.segments.push(segment.name.clone());
                outcome.reasons.extend(segment.because.clone());
            }
        }
        outcome
    }

    fn stage_and_route(&self, outcome: &mut Outcome) {
        let staged = self.staged();
        let stage = staged.stage.map(|id| &self.model.stages[id.index()]);
        outcome.stage = stage.map(|stage| stage.name.clone());
        outcome.stage_reason = staged.reason;
        outcome.stage_changed = match (&outcome.stage, &outcome.previous_stage) {
            (Some(new), Some(old)) => !text::equal(new, old),
            (new, old) => new.is_some() != old.is_some(),
        };
        let by_condition = matches!(staged.reason, StageReason::Condition | StageReason::Side);
        let because = stage.filter(|_| by_condition).and_then(|stage| stage.because.clone());
        outcome.reasons.splice(..0, because);
        stage.inspect(|stage| self.tell(Chosen::Stage(stage)));
        if let Some(route) = self.model.routes.iter().find(|route| self.takes(route)) {
            self.tell(Chosen::Route(route));
            outcome.route = Some(route.name.clone());
            outcome.reasons.extend(route.because.clone());
            let ahead = |length| self.of.zone.ahead(self.of.as_of, length, &self.model.params);
            outcome.respond_by = route.respond_within.as_ref().map(ahead);
        }
    }

    fn takes(&self, route: &Route) -> bool {
        route.condition.as_ref().is_none_or(|condition| self.truth(condition, self.everything()).is_true())
    }
}
