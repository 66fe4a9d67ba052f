//! Statements of the language: lists, scores, rules, stages.

use super::{Done, Missing, Translate};
use qualify_model::*;

impl Translate<'_> {
    /// A list.
    pub fn list(&self, list: &List) -> Result<List, Missing> {
        let mut out = list.clone();
        self.values(&mut out.values, &list.ty)?;
        self.ty(&mut out.ty)?;
        Ok(out)
    }

    /// A param.
    pub fn param(&self, param: &Param) -> Result<Param, Missing> {
        let mut out = param.clone();
        self.value(&mut out.value, &param.ty)?;
        if let Some((low, high)) = &mut out.range {
            self.value(low, &param.ty)?;
            self.value(high, &param.ty)?;
        }
        if let Some(length) = &mut out.length {
            self.length(length)?;
        }
        self.ty(&mut out.ty)?;
        Ok(out)
    }

    /// A `let`.
    pub fn named(&self, named: &Let) -> Result<Let, Missing> {
        let mut out = named.clone();
        self.expr(&mut out.value)?;
        out.within = out.within.map(|id| self.score_id(id)).transpose()?;
        Ok(out)
    }

    /// An ignore.
    pub fn ignore(&self, ignore: &Ignore) -> Result<Ignore, Missing> {
        let mut out = ignore.clone();
        self.term(&mut out.term)?;
        out.within = out.within.map(|id| self.score_id(id)).transpose()?;
        Ok(out)
    }

    /// An exclude or disqualify.
    pub fn verdict(&self, verdict: &Verdict) -> Result<Verdict, Missing> {
        let mut out = verdict.clone();
        self.expr(&mut out.condition)?;
        Ok(out)
    }

    /// A score.
    pub fn score(&self, score: &Score) -> Result<Score, Missing> {
        let mut out = score.clone();
        self.maybe(&mut out.population)?;
        self.bounds(&mut out.bounds)?;
        Ok(out)
    }

    /// The total.
    pub fn total(&self, total: &Total) -> Result<Total, Missing> {
        let mut out = total.clone();
        self.maybe(&mut out.formula)?;
        self.bounds(&mut out.bounds)?;
        Ok(out)
    }

    /// A grade set.
    pub fn grades(&self, set: &GradeSet) -> Result<GradeSet, Missing> {
        let mut out = set.clone();
        match &mut out.kind {
            GradeKind::Lines(lines) => {
                lines.iter_mut().try_for_each(|line| self.maybe(&mut line.condition))?
            }
            GradeKind::Matrix(a, b) => (*a, *b) = (self.grade_id(*a)?, self.grade_id(*b)?),
        }
        Ok(out)
    }

    /// A stage.
    pub fn stage(&self, stage: &Stage) -> Result<Stage, Missing> {
        let mut out = stage.clone();
        self.maybe(&mut out.condition)?;
        self.maybe(&mut out.stays_while)?;
        Ok(out)
    }

    /// A segment.
    pub fn segment(&self, segment: &Segment) -> Result<Segment, Missing> {
        let mut out = segment.clone();
        self.expr(&mut out.condition)?;
        Ok(out)
    }

    /// A route.
    pub fn route(&self, route: &Route) -> Result<Route, Missing> {
        let mut out = route.clone();
        self.maybe(&mut out.condition)?;
        out.respond_within.as_mut().map_or(Ok(()), |length| self.length(length))?;
        Ok(out)
    }

    /// A rule.
    pub fn rule(&self, rule: &Rule) -> Result<Rule, Missing> {
        let mut out = rule.clone();
        out.home = self.target(out.home)?;
        match &mut out.kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                self.expr(condition)?;
                self.expr(&mut amount.value)?;
                self.decay(decay)?;
                self.maybe(up_to)?;
            }
            RuleKind::ForEach { term, amount, limit, decay, up_to } => {
                self.term(term)?;
                self.expr(&mut amount.value)?;
                limit.as_mut().map_or(Ok(()), |limit| self.expr(&mut limit.count))?;
                self.decay(decay)?;
                self.maybe(up_to)?;
            }
            RuleKind::ForEachDifferent { property, term, amount, limit, decay, up_to } => {
                self.property(property)?;
                self.term(term)?;
                self.expr(&mut amount.value)?;
                limit.as_mut().map_or(Ok(()), |limit| self.expr(&mut limit.count))?;
                self.decay(decay)?;
                self.maybe(up_to)?;
            }
            RuleKind::Table(table) => self.table(table)?,
            RuleKind::Multiply { condition, target, by: value }
            | RuleKind::Cap { condition, target, at: value }
            | RuleKind::Set { condition, target, to: value } => {
                self.expr(condition)?;
                self.expr(value)?;
                *target = self.target(*target)?;
            }
        }
        Ok(out)
    }

    fn decay(&self, decay: &mut Option<Decay>) -> Done {
        let Some(decay) = decay else { return Ok(()) };
        match &mut decay.curve {
            Curve::Halving { every, .. } => self.length(every)?,
            Curve::Fading { over } => self.length(over)?,
            Curve::LosingShare { share: value, every } | Curve::LosingPoints { amount: value, every } => {
                self.expr(value)?;
                self.length(every)?;
            }
            Curve::Dropping { steps } => {
                for (share, age) in steps {
                    self.expr(share)?;
                    self.length(age)?;
                }
            }
        }
        self.maybe(&mut decay.from)?;
        self.maybe(&mut decay.unless)
    }

    fn bounds(&self, bounds: &mut Bounds) -> Done {
        self.maybe(&mut bounds.low)?;
        self.maybe(&mut bounds.high)
    }

    pub(super) fn maybe(&self, expr: &mut Option<Expr>) -> Done {
        expr.as_mut().map_or(Ok(()), |expr| self.expr(expr))
    }

    pub(super) fn all(&self, all: &mut [Expr]) -> Done {
        all.iter_mut().try_for_each(|expr| self.expr(expr))
    }
}
