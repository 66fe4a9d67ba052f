//! The least and the greatest value of each rule, each named score and the total, after the order of limits:
//! rules, `multiply`, `cap`, `set`, bounds.
//!
//! Rules of one score whose conditions test the same thing (`seniority = vp`, `seniority = director`; `size >
//! 10`, `size > 100`) are summed together, so that what excludes each other is not added up. All other rules
//! are taken as independent, so the true range can be narrower than what is said here, never wider.

use super::interval::{HIGHEST, Interval, LOWEST, ONE};
use super::range::{Extent, clamp};
use super::solve::{Allowed, TRUE};
use super::study::{Progress, Study, Var, unit};
use super::windows::{self, DAY};
use super::words;
use qualify_model::*;
use std::collections::BTreeMap;
use std::fmt;

/// The least and the greatest number of points that a rule or score can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// In units of 0.0001 points; none: no lower bound.
    pub low: Option<i128>,
    /// In units of 0.0001 points; none: no upper bound.
    pub high: Option<i128>,
}

impl Range {
    fn of(interval: Interval) -> Range {
        let points = unit(NumberKind::Points);
        let low = (interval.low != LOWEST).then(|| interval.low.div_euclid(points));
        let high = (interval.high != HIGHEST).then(|| -(-interval.high).div_euclid(points));
        Range { low, high }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |n: i128| words::number(n.saturating_mul(unit(NumberKind::Points)));
        match (self.low, self.high) {
            (Some(low), Some(high)) if low == high => write!(f, "always {}", show(low)),
            (Some(low), Some(high)) => write!(f, "{} to {}", show(low), show(high)),
            (Some(low), None) => write!(f, "{} or more", show(low)),
            (None, Some(high)) => write!(f, "{} or less", show(high)),
            (None, None) => f.write_str("any number"),
        }
    }
}

/// The ranges of a model. They hold for every lead and for every allowed value of each param.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranges {
    /// What each of [`Model::rules`] can add; of `multiply`, `cap` and `set`: 0.
    pub rules: Vec<Range>,
    /// What each of [`Model::scores`] can be.
    pub scores: Vec<Range>,
    /// What the total can be.
    pub total: Range,
}

/// Computes the range of each rule and score.
pub fn score_ranges(model: &Model) -> Ranges {
    let mut study = Study::new(model);
    let ids = |n: usize| 0..n as u32;
    Ranges {
        scores: ids(model.scores.len()).map(|i| Range::of(study.score(ScoreId(i)).values)).collect(),
        total: Range::of(study.total().values),
        rules: (0..model.rules.len()).map(|i| Range::of(study.contribution(i))).collect(),
    }
}

impl<'m> Study<'m> {
    /// What a named score can be; unknown outside its population.
    pub(super) fn score(&mut self, id: ScoreId) -> Extent {
        match self.scores[id.index()] {
            Progress::Done(extent) => return extent.inside_formula(self.in_formula),
            Progress::Busy => return Extent::ANYTHING,
            Progress::Open => self.scores[id.index()] = Progress::Busy,
        }
        let model = self.model;
        let score = &model.scores[id.index()];
        let sum = self.sum(Target::Score(id));
        let values = self.limited(Target::Score(id), sum, &score.bounds);
        let extent = Extent::new(values, score.population.is_some());
        self.scores[id.index()] = Progress::Done(extent);
        extent.inside_formula(self.in_formula)
    }

    /// What the total can be.
    pub(super) fn total(&mut self) -> Extent {
        match self.total {
            Progress::Done(extent) => return extent,
            Progress::Busy => return Extent::ANYTHING,
            Progress::Open => self.total = Progress::Busy,
        }
        let model = self.model;
        let mut sum = self.sum(Target::Total);
        let scores: Vec<Interval> = (0..model.scores.len())
            .map(|i| self.score(ScoreId(i as u32)).inside_formula(true).values)
            .collect();
        match &model.total.formula {
            Some(formula) => {
                self.in_formula = true;
                let extent = self.extent(formula);
                self.in_formula = false;
                sum = sum.plus(or_zero(extent));
            }
            None => sum = scores.into_iter().fold(sum, Interval::plus),
        }
        let values = self.limited(Target::Total, sum, &model.total.bounds);
        let extent = Extent::new(values, false);
        self.total = Progress::Done(extent);
        extent
    }

    /// What a score or the total can be.
    pub(super) fn home(&mut self, target: Target) -> Interval {
        match target {
            Target::Total => self.total().values,
            Target::Score(id) => self.score(id).values,
        }
    }

    /// The sum of the rules that stand in a score.
    fn sum(&mut self, home: Target) -> Interval {
        let mut sum = Interval::ZERO;
        let mut groups: BTreeMap<Var, Vec<(Allowed, Interval)>> = BTreeMap::new();
        for i in self.homes.get(&home).cloned().unwrap_or_default() {
            let points = self.contribution(i);
            match self.subject_of(i).filter(|_| points.is_finite()) {
                Some((var, set)) => groups.entry(var).or_default().push((set, points)),
                None => sum = sum.plus(points),
            }
        }
        groups.into_values().map(|group| most_together(&group)).fold(sum, Interval::plus)
    }

    /// The value whose test a rule hangs on, and for which of its values the rule can fire at all.
    fn subject_of(&mut self, rule: usize) -> Option<(Var, Allowed)> {
        let model = self.model;
        let RuleKind::Add { condition, .. } = &model.rules[rule].kind else {
            return None;
        };
        let cases = self.cases(condition, TRUE)?;
        let [case] = cases.as_slice() else {
            return None;
        };
        let narrowed = |study: &Self, (var, set): &&(Var, Allowed)| study.variable(*var).values != set.values;
        let first = case.iter().find(|part| narrowed(self, part))?;
        // words first: that is where people write one rule for each
        let word = case.iter().filter(|part| narrowed(self, part)).find(|(var, _)| {
            let expr = self.variable(*var).expr;
            expr.is_some_and(|e| matches!(e.ty, Type::OneOf(_) | Type::Text(_)))
        });
        let (var, set) = word.unwrap_or(first);
        Some((*var, set.clone()))
    }

    /// What a rule can add to its score, in millionths; with 0, unless it always fires.
    pub(super) fn contribution(&mut self, rule: usize) -> Interval {
        if let Some(known) = self.contributions[rule] {
            return known;
        }
        let model = self.model;
        let points = match &model.rules[rule].kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                if self.never(condition) {
                    Interval::ZERO
                } else {
                    let mut points = or_zero(self.extent(&amount.value));
                    if decay.is_some() || !self.always(condition) {
                        points = points.hull(Interval::ZERO);
                    }
                    self.signed(points, up_to.as_ref(), amount.negative)
                }
            }
            RuleKind::ForEach { term, amount, limit, up_to, .. } => {
                let most = self.most_events(term, limit.as_ref(), HIGHEST);
                self.for_each(amount, most, up_to.as_ref())
            }
            RuleKind::ForEachDifferent { property, term, amount, limit, up_to, .. } => {
                let values = self.different(property);
                let most = self.most_events(term, limit.as_ref(), values);
                self.for_each(amount, most, up_to.as_ref())
            }
            RuleKind::Table(table) => {
                let extent = self.table_extent(table);
                or_zero(extent)
            }
            RuleKind::Multiply { .. } | RuleKind::Cap { .. } | RuleKind::Set { .. } => Interval::ZERO,
        };
        self.contributions[rule] = Some(points);
        points
    }

    fn for_each(&mut self, amount: &'m Points, most: i128, up_to: Option<&'m Expr>) -> Interval {
        let each = or_zero(self.extent(&amount.value)).hull(Interval::ZERO);
        let sum = each.times(Interval::new(0, most), unit(NumberKind::Points));
        self.signed(sum, up_to, amount.negative)
    }

    fn signed(&mut self, points: Interval, up_to: Option<&'m Expr>, negative: bool) -> Interval {
        let bound = up_to.map(|bound| self.extent(bound).values);
        let points = clamp(points, None, bound);
        if negative { points.negate() } else { points }
    }

    /// How many events of a term can count, in millionths.
    fn most_events(&mut self, term: &'m Term, limit: Option<&'m Limit>, values: i128) -> i128 {
        if self.happens_never(term) {
            return 0;
        }
        let Some(limit) = limit else {
            return values;
        };
        let count = Interval::point(self.extent(&limit.count).values.high.max(0));
        let periods = match limit.per {
            None => Interval::point(ONE),
            Some(unit) => {
                let windows = term.steps.last().map_or(&[][..], |step| &step.windows);
                let reach = windows::together(self.model, windows).meet(Interval::new(0, HIGHEST));
                let one = windows::length(self.model, &Length::Calendar(1, unit)).low.max(DAY / 24);
                if reach.high == HIGHEST {
                    Interval::point(HIGHEST)
                } else {
                    Interval::point(((reach.high - reach.low) / one + 2) * ONE)
                }
            }
        };
        count.times(periods, 1).high.min(values)
    }

    /// Multiplied, capped, set and bounded.
    fn limited(&mut self, target: Target, sum: Interval, bounds: &'m Bounds) -> Interval {
        let model = self.model;
        let actions = self.actions.get(&target).cloned().unwrap_or_default();
        let (mut product, mut caps, mut sets) = (Interval::point(ONE), Vec::new(), Vec::new());
        for i in actions {
            let (condition, value) = match &model.rules[i].kind {
                RuleKind::Multiply { condition, by, .. } => (condition, by),
                RuleKind::Cap { condition, at, .. } => (condition, at),
                RuleKind::Set { condition, to, .. } => (condition, to),
                _ => continue,
            };
            if self.never(condition) {
                continue;
            }
            let extent = self.extent(value);
            let sure = !extent.unknown && self.always(condition);
            match &model.rules[i].kind {
                RuleKind::Multiply { .. } => {
                    let factor = extent.values;
                    let factor = if sure { factor } else { factor.hull(Interval::point(ONE)) };
                    product = product.times(factor, 1);
                }
                RuleKind::Cap { .. } => caps.push((extent.values, sure)),
                _ => sets.push((extent.values, sure)),
            }
        }
        let mut values = sum.times(product, unit(NumberKind::Points));
        self.uncapped.insert(target, values);
        for (at, sure) in caps {
            let capped = clamp(values, None, Some(at));
            values = if sure { capped } else { capped.hull(values) };
        }
        for (to, sure) in sets.into_iter().rev() {
            values = if sure { to } else { values.hull(to) };
        }
        let low = bounds.low.as_ref().map(|bound| self.extent(bound).values);
        let high = bounds.high.as_ref().map(|bound| self.extent(bound).values);
        clamp(values, low, high)
    }
}

/// Unknown points are 0.
fn or_zero(extent: Extent) -> Interval {
    if extent.unknown || extent.values.is_empty() {
        extent.values.hull(Interval::ZERO)
    } else {
        extent.values
    }
}

impl Extent {
    /// In a formula a score outside its population is 0.
    fn inside_formula(self, inside: bool) -> Extent {
        if inside { Extent::new(or_zero(self), false) } else { self }
    }
}

/// The least and the greatest sum of rules that hang on one value: for each value only those whose set holds
/// it can fire. A sweep over the ends of the sets.
fn most_together(group: &[(Allowed, Interval)]) -> Interval {
    let mut ends: Vec<(i128, i128, i128)> = Vec::new();
    for (set, points) in group {
        for part in set.values.parts() {
            ends.push((part.low, points.low, points.high));
            if part.high != HIGHEST {
                ends.push((part.high + 1, -points.low, -points.high));
            }
        }
    }
    ends.sort_unstable();
    let unknown = group.iter().filter(|(set, _)| set.unknown).map(|(_, points)| *points);
    let mut all = unknown.fold(Interval::ZERO, Interval::plus).hull(Interval::ZERO);
    let (mut now, mut i) = ((0, 0), 0);
    while i < ends.len() {
        let at = ends[i].0;
        while i < ends.len() && ends[i].0 == at {
            now = (now.0 + ends[i].1, now.1 + ends[i].2);
            i += 1;
        }
        all = all.hull(Interval::new(now.0, now.1));
    }
    all
}
