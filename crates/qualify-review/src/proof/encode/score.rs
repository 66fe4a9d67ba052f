//! Scores: the sum of their rules, then the order of limits: multiplied, capped, set, bounded.

use super::{Encoder, Here, Sym};
use crate::proof::circuit::{FALSE, Lit, TRUE};
use crate::proof::int::{Int, Sum};
use crate::proof::three::Num;
use qualify_model::*;

/// More `multiply` rules of one score than this are not looked into.
const MOST_FACTORS: usize = 4;
const POINTS: Type = Type::Number(NumberKind::Points);
const NUMBER: Type = Type::Number(NumberKind::Number);
const ONE: i128 = 1_000_000;

impl<'m> Encoder<'_, 'm> {
    fn at(&self, which: usize, home: Target) -> Here {
        Here { which, home, event: None, formula: false }
    }

    /// Outside all blocks.
    pub(super) fn everywhere(&self, which: usize) -> Here {
        self.at(which, Target::Total)
    }

    /// The value of a named score; unknown outside its population.
    pub(super) fn score(&mut self, id: ScoreId, which: usize) -> Num {
        if let Some(known) = &self.sides[which].scores[id.index()] {
            return known.clone();
        }
        let target = Target::Score(id);
        let score = &self.sides[which].model.scores[id.index()];
        let other = self.sides[1 - which].model.scores.iter().position(|other| other.name == score.name);
        let other = other.map(|other| Target::Score(ScoreId(other as u32)));
        let int = self.summed(target, other, which);
        let int = self.limited(target, &score.bounds, int, which);
        let known = self.populated(target, which);
        let value = Num { known, int };
        self.sides[which].scores[id.index()] = Some(value.clone());
        value
    }

    /// The value of the total.
    pub(super) fn total_score(&mut self, which: usize) -> Num {
        if let Some(known) = &self.sides[which].total {
            return known.clone();
        }
        let int = self.summed(Target::Total, Some(Target::Total), which);
        let bounds = &self.sides[which].model.total.bounds;
        let int = self.limited(Target::Total, bounds, int, which);
        let value = Num { known: TRUE, int };
        self.sides[which].total = Some(value.clone());
        value
    }

    /// The lead belongs to the leads that a score is for.
    fn populated(&mut self, home: Target, which: usize) -> Lit {
        let Target::Score(id) = home else { return TRUE };
        match &self.sides[which].model.scores[id.index()].population {
            Some(condition) => {
                let here = self.at(which, home);
                self.truth(condition, here).yes
            }
            None => TRUE,
        }
    }

    /// The sum of a score's rules; what the other model's score adds alike is added first, so that it is one.
    fn summed(&mut self, target: Target, other: Option<Target>, which: usize) -> Int {
        let mine = self.gathered(target, which).unwrap_or_default();
        match other.and_then(|other| self.gathered(other, 1 - which)) {
            Some(other) => {
                let (base, rest, _) = mine.shared(other);
                let base = self.c.total(&base, None);
                self.c.total(&rest, Some(&base))
            }
            None => self.c.total(&mine, None),
        }
    }

    /// What the rules of a score add; none while it is being gathered.
    fn gathered(&mut self, target: Target, which: usize) -> Option<Sum> {
        let place = match target {
            Target::Total => 0,
            Target::Score(id) => id.index() + 1,
        };
        if let Some(known) = &self.sides[which].sums[place] {
            return Some(known.clone());
        }
        if !self.enter(which, format!("{target:?}")) {
            return None;
        }
        let model = self.sides[which].model;
        let here = self.at(which, target);
        let mut sum = Sum::default();
        for rule in model.rules.iter().filter(|rule| rule.home == target) {
            let points = self.rule_points(rule, here);
            sum.join(&points);
        }
        if target == Target::Total {
            let parts = self.parts_of_total(which);
            sum.join(&parts);
        }
        self.sides[which].sums[place] = Some(sum.clone());
        Some(sum)
    }

    /// The named scores, or the formula.
    fn parts_of_total(&mut self, which: usize) -> Sum {
        let model = self.sides[which].model;
        let mut addends = Vec::new();
        let ids: Vec<ScoreId> = match &model.total.formula {
            None => (0..model.scores.len()).map(|place| ScoreId(place as u32)).collect(),
            Some(formula) if plain_sum(formula, &mut addends) => addends,
            Some(formula) => {
                let here = Here { formula: true, ..self.everywhere(which) };
                let value = self.number_as(formula, &POINTS, here).unwrap_or_else(Num::unknown);
                let held = self.held(value.int);
                return Sum::of(&[self.c.gated(value.known, &held)]);
            }
        };
        let mut sum = Sum::default();
        for id in ids {
            let Num { known, int } = self.score(id, which);
            let part = self.c.gated(known, &int);
            sum.add(&part, 1);
        }
        sum
    }

    /// Multiplied, capped, set, bounded.
    fn limited(&mut self, target: Target, bounds: &'m Bounds, sum: Int, which: usize) -> Int {
        let model = self.sides[which].model;
        let mut value = sum;
        let (mut factors, mut caps, mut sets) = (Vec::new(), Vec::new(), Vec::new());
        for rule in &model.rules {
            let here = self.at(which, rule.home);
            let (condition, aim) = match &rule.kind {
                RuleKind::Multiply { condition, target, .. }
                | RuleKind::Cap { condition, target, .. }
                | RuleKind::Set { condition, target, .. } => (condition, *target),
                _ => continue,
            };
            if aim != target {
                continue;
            }
            let holds = self.truth(condition, here).yes;
            let inside = if rule.home == target { TRUE } else { self.populated(rule.home, which) };
            let fires = self.c.and([holds, inside]);
            match &rule.kind {
                RuleKind::Multiply { by, .. } => {
                    factors.push((fires, self.number_as(by, &NUMBER, here), rule.span));
                }
                RuleKind::Cap { at: to, .. } => caps.push((fires, self.number_as(to, &POINTS, here))),
                RuleKind::Set { to, .. } => sets.push((fires, self.number_as(to, &POINTS, here))),
                _ => {}
            }
        }
        value = self.multiplied(value, factors, which);
        for (fires, at) in caps {
            let at = at.unwrap_or_else(Num::unknown);
            let fires = self.c.and([fires, at.known]);
            let held = self.held(at.int);
            let capped = self.c.least(&value, &held);
            value = self.c.choose_int(fires, &capped, &value);
        }
        // the first that fires wins: the last is put in first
        for (fires, to) in sets.into_iter().rev() {
            let to = to.unwrap_or_else(Num::unknown);
            let fires = self.c.and([fires, to.known]);
            let held = self.held(to.int);
            value = self.c.choose_int(fires, &held, &value);
        }
        let here = self.everywhere(which);
        if let Some(low) = bounds.low.as_ref().and_then(|low| self.number_as(low, &POINTS, here)) {
            let raised = self.c.greatest(&value, &low.int);
            value = self.c.choose_int(low.known, &raised, &value);
        }
        if let Some(high) = bounds.high.as_ref().and_then(|high| self.number_as(high, &POINTS, here)) {
            let lowered = self.c.least(&value, &high.int);
            value = self.c.choose_int(high.known, &lowered, &value);
        }
        self.held(value)
    }

    /// Multiplied by the product of the factors that fire, which is rounded to six decimals at each step.
    fn multiplied(
        &mut self,
        value: Int,
        factors: Vec<(Lit, Option<Num>, qualify_diagnostics::Span)>,
        which: usize,
    ) -> Int {
        let Some((_, _, span)) = factors.first() else { return value };
        let span = *span;
        let here = self.everywhere(which);
        let constant = |factor: &Option<Num>| match factor {
            Some(Num { known: TRUE, int }) => int.fixed(),
            _ => None,
        };
        let fixed: Option<Vec<i128>> = factors.iter().map(|(_, by, _)| constant(by)).collect();
        let small = value.low.abs().max(value.high.abs()) < 1 << 50;
        let (Some(fixed), true) = (
            fixed.filter(|fixed| fixed.len() <= MOST_FACTORS && fixed.iter().all(|by| by.abs() <= 100 * ONE)),
            small,
        ) else {
            let mut parts = vec![Sym::Num(Num { known: TRUE, int: value })];
            for (fires, by, _) in factors {
                let by = by.unwrap_or_else(Num::unknown);
                parts.push(Sym::Num(Num { known: self.c.and([fires, by.known]), int: by.int }));
            }
            let reach = 1 << 120;
            let what = "a `multiply` by what is not constant";
            return self.any_points(what, span, "multiplied".into(), &parts, (-reach, reach), here);
        };
        let mut out = value.clone();
        for chosen in 1u32..1 << fixed.len() {
            let mut product = ONE;
            let mut these = TRUE;
            for (place, (fires, ..)) in factors.iter().enumerate() {
                let is = chosen >> place & 1 == 1;
                these = self.c.and([these, if is { *fires } else { !*fires }]);
                if is {
                    let step = exact::divide_rounded(product * fixed[place], ONE).unwrap_or(0);
                    product = exact::hold(step).0.into();
                }
            }
            if these == FALSE {
                continue;
            }
            let times = self.c.linear(&[(product, &value)]);
            let times = self.rounded(&times, ONE);
            out = self.c.choose_int(these, &times, &out);
        }
        out
    }
}

/// The scores of a formula that is nothing but their sum.
fn plain_sum(formula: &Expr, addends: &mut Vec<ScoreId>) -> bool {
    match &formula.kind {
        ExprKind::Score(id) => {
            addends.push(*id);
            true
        }
        ExprKind::Arithmetic(Operator::Add, a, b) => plain_sum(a, addends) && plain_sum(b, addends),
        _ => false,
    }
}
