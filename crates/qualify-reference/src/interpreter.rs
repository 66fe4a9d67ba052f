//! The entrance: a model made ready to score leads at one instant.

use crate::evaluation::Evaluation;
use crate::lists::Lookup;
use crate::terms::RuleTerms;
use crate::watch::Watch;
use qualify_model::calendar::Zone;
use qualify_model::{Ignore, Lead, Model, Outcome, Rule, RuleId, RuleKind, Target, Type};

/// A model at one instant. May be shared between threads.
pub struct Interpreter<'m> {
    pub(crate) model: &'m Model,
    pub(crate) as_of: i64,
    pub(crate) zone: Zone,
    pub(crate) lists: Vec<Lookup<'m>>,
    /// For each rule the event terms that it reads.
    pub(crate) terms: Vec<RuleTerms<'m>>,
    /// The attribute that holds the stage stored in the CRM.
    pub(crate) current_stage: Option<usize>,
    /// For each target the rules that give it points, and those that multiply, cap or set it.
    giving: Vec<Vec<RuleId>>,
    changing: Vec<Vec<RuleId>>,
    /// For each target the ignores written in it.
    ignores: Vec<Vec<&'m Ignore>>,
}

impl<'m> Interpreter<'m> {
    /// Prepares a checked model; `as_of` in microseconds since 1970-01-01T00:00:00Z.
    pub fn new(model: &'m Model, as_of: i64) -> Interpreter<'m> {
        let targets = model.scores.len() + 1;
        let (mut giving, mut changing) = (vec![Vec::new(); targets], vec![Vec::new(); targets]);
        for (index, rule) in model.rules.iter().enumerate() {
            let id = RuleId(index as u32);
            match changed_by(rule) {
                Some(target) => changing[place(target)].push(id),
                None => giving[place(rule.home)].push(id),
            }
        }
        let mut ignores = vec![Vec::new(); targets];
        for ignore in &model.ignores {
            ignores[place(ignore.within.map_or(Target::Total, Target::Score))].push(ignore);
        }
        Interpreter {
            model,
            as_of,
            zone: model.zone(),
            lists: model.lists.iter().map(Lookup::new).collect(),
            terms: model.rules.iter().map(|rule| RuleTerms::of(model, rule)).collect(),
            current_stage: model.schema.attributes.iter().position(|a| a.ty == Type::Stage),
            giving,
            changing,
            ignores,
        }
    }

    /// Scores a lead.
    pub fn score(&self, lead: &Lead) -> Outcome {
        Evaluation::new(self, lead).outcome()
    }

    /// Scores a lead and tells `watch` what is looked at on the way.
    pub fn score_watched(&self, lead: &Lead, watch: &dyn Watch) -> Outcome {
        Evaluation { watch: Some(watch), ..Evaluation::new(self, lead) }.outcome()
    }

    /// The instant of it all.
    pub fn as_of(&self) -> i64 {
        self.as_of
    }

    pub(crate) fn rule(&self, id: RuleId) -> &'m Rule {
        &self.model.rules[id.index()]
    }

    /// The rules that give points to a target, in the order of the text.
    pub(crate) fn giving(&self, target: Target) -> &[RuleId] {
        &self.giving[place(target)]
    }

    /// The rules that multiply, cap or set a target, in the order of the text.
    pub(crate) fn changing(&self, target: Target) -> &[RuleId] {
        &self.changing[place(target)]
    }

    /// The ignores of the whole model (for the total) or of a score.
    pub(crate) fn ignores(&self, home: Target) -> &[&'m Ignore] {
        &self.ignores[place(home)]
    }
}

/// Where a target stands in vectors over all targets.
pub(crate) fn place(target: Target) -> usize {
    match target {
        Target::Total => 0,
        Target::Score(score) => score.index() + 1,
    }
}

fn changed_by(rule: &Rule) -> Option<Target> {
    match &rule.kind {
        RuleKind::Multiply { target, .. } | RuleKind::Cap { target, .. } | RuleKind::Set { target, .. } => {
            Some(*target)
        }
        _ => None,
    }
}
