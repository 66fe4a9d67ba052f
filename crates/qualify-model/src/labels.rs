//! The words of a result: names of scores, labels, stages, routes and reasons, which results in columns refer to
//! by number. With them results can be written without the model.

use crate::calendar::param_length;
use crate::{Length, Model, NONE, Outcome, Owner, Route, ScoreColumns, StageReason, Status, Type};
use serde::{Deserialize, Serialize};

/// See the module. All lists are in the order of the model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// The name of the key column; empty if the schema has no lead.
    pub lead_key: String,
    /// Names of the scores.
    pub scores: Vec<String>,
    /// Name and labels of each grade set.
    pub grades: Vec<(String, Vec<String>)>,
    /// Stages.
    pub stages: Vec<Named>,
    /// Segments.
    pub segments: Vec<Named>,
    /// Routes.
    pub routes: Vec<Named>,
    /// `respond within` of each route.
    pub respond_within: Vec<Option<Length>>,
    /// The reason of each `exclude`.
    pub excludes: Vec<String>,
    /// What is said of each required attribute that is unknown, as [`ScoreColumns::missing`] numbers them.
    pub missing: Vec<String>,
    /// The reason of each `disqualify`.
    pub disqualifies: Vec<String>,
    /// Each rule on one line.
    pub rules: Vec<String>,
    /// The place of the attribute that holds the stage stored in the CRM.
    pub current_stage: Option<u32>,
    /// `language 1`.
    pub edition: u32,
    /// Of model, lists and params in force.
    pub digest: String,
    /// The zone of calendar terms.
    pub timezone: String,
}

/// A name with its `because`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The name.
    pub name: String,
    /// Why.
    pub because: Option<String>,
}

/// With the value of a param put in.
fn respond_within(model: &Model, route: &Route) -> Option<Length> {
    route.respond_within.as_ref().map(|length| param_length(length, &model.params))
}

impl Labels {
    /// The places of the attributes that are written with the results.
    pub fn written_attributes(&self) -> Vec<usize> {
        self.current_stage.iter().map(|place| *place as usize).collect()
    }

    /// Of a model.
    pub fn of(model: &Model) -> Labels {
        let named =
            |name: &String, because: &Option<String>| Named { name: name.clone(), because: because.clone() };
        let attributes = &model.schema.attributes;
        let required = attributes.iter().filter(|a| a.required && a.owner == Owner::Lead);
        Labels {
            lead_key: model.schema.lead_key.clone(),
            scores: model.scores.iter().map(|s| s.name.clone()).collect(),
            grades: model.grades.iter().map(|g| (g.name.clone(), g.labels.clone())).collect(),
            stages: model.stages.iter().map(|s| named(&s.name, &s.because)).collect(),
            segments: model.segments.iter().map(|s| named(&s.name, &s.because)).collect(),
            routes: model.routes.iter().map(|r| named(&r.name, &r.because)).collect(),
            respond_within: model.routes.iter().map(|r| respond_within(model, r)).collect(),
            excludes: model.excludes.iter().map(|v| v.reason.clone()).collect(),
            missing: required.map(|a| format!("`{}` is unknown", a.path())).collect(),
            disqualifies: model.disqualifies.iter().map(|v| v.reason.clone()).collect(),
            rules: model.rules.iter().map(|r| r.text.clone()).collect(),
            current_stage: attributes.iter().position(|a| a.ty == Type::Stage).map(|place| place as u32),
            edition: model.edition,
            digest: model.digest.clone(),
            timezone: model.timezone.clone(),
        }
    }

    /// The reasons of a row, in the order in which an [`Outcome`] gives them.
    pub fn reasons<'l>(&'l self, scores: &ScoreColumns, row: usize) -> Vec<&'l str> {
        let holding = |reasons: &'l [String], columns: &[Vec<u8>]| -> Vec<&'l str> {
            let held = reasons.iter().zip(columns).filter(|(_, column)| column[row] != 0);
            held.map(|(reason, _)| reason.as_str()).collect()
        };
        match scores.status[row] {
            Status::Excluded => return holding(&self.excludes, &scores.excluded),
            Status::Invalid => return holding(&self.missing, &scores.missing),
            Status::Scored | Status::Disqualified => {}
        }
        let disqualified = scores.status[row] == Status::Disqualified;
        let mut reasons =
            if disqualified { holding(&self.disqualifies, &scores.disqualified) } else { Vec::new() };
        let by_condition = [StageReason::Condition as u8, StageReason::Side as u8];
        if by_condition.contains(&scores.stage_reason[row]) {
            reasons.extend(self.stages.get(scores.stage[row] as usize).and_then(|s| s.because.as_deref()));
        }
        let segments = self.segments.iter().zip(&scores.segments).filter(|(_, column)| column[row] != 0);
        reasons.extend(segments.filter_map(|(segment, _)| segment.because.as_deref()));
        reasons.extend(self.routes.get(scores.route[row] as usize).and_then(|r| r.because.as_deref()));
        reasons
    }

    /// The outcome of a row, without its ledger. `previous_stage` is the stage that came with the lead,
    /// `respond_by` the instant of each route.
    pub fn outcome(
        &self,
        scores: &ScoreColumns,
        row: usize,
        key: String,
        previous_stage: Option<String>,
        respond_by: &[Option<i64>],
    ) -> Outcome {
        let name = |of: &[Named], number: u16| of.get(number as usize).map(|named| named.name.clone());
        let label = |(labels, column): (&Vec<String>, &Vec<u16>)| match column[row] {
            NONE => None,
            number => labels.get(number as usize).cloned(),
        };
        let segments = self.segments.iter().zip(&scores.segments).filter(|(_, column)| column[row] != 0);
        Outcome {
            key,
            status: scores.status[row],
            reasons: self.reasons(scores, row).into_iter().map(str::to_owned).collect(),
            score: scores.score.get(row),
            scores: scores.scores.iter().map(|points| points.get(row)).collect(),
            grades: self.grades.iter().map(|(_, labels)| labels).zip(&scores.grades).map(label).collect(),
            stage: name(&self.stages, scores.stage[row]),
            previous_stage,
            unknown_current_stage: scores.unknown_current_stage[row] != 0,
            stage_changed: scores.stage_changed[row] != 0,
            stage_reason: StageReason::ALL
                [(scores.stage_reason[row] as usize).min(StageReason::ALL.len() - 1)],
            segments: segments.map(|(segment, _)| segment.name.clone()).collect(),
            route: name(&self.routes, scores.route[row]),
            respond_by: respond_by.get(scores.route[row] as usize).copied().flatten(),
            ledger: Vec::new(),
            saturated: scores.saturated[row] != 0,
        }
    }
}
