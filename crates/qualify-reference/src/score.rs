//! Scores: the sum of their rules, then the one order of limits: multiplied, capped, set, bounded.

use crate::evaluation::{Evaluation, Scope};
use crate::number::Wide;
use qualify_model::{
    Bounds, Entry, Expr, ExprKind, LedgerLine, NumberKind, Operator, RuleId, RuleKind, ScoreId, Target, Type,
    exact,
};
use std::rc::Rc;

/// A score with the lines that sum to it.
#[derive(Default)]
pub(crate) struct Scored {
    /// In units of 1e-4 points; none outside the population.
    pub(crate) value: Option<Wide>,
    pub(crate) lines: Vec<LedgerLine>,
}

/// A sum in the making: `sum` is always the sum of `lines`.
struct Account {
    target: Target,
    sum: i128,
    held: bool,
    lines: Vec<LedgerLine>,
}

/// Lines for one change of a sum at most.
const LINES: usize = 16;

impl Account {
    fn new(target: Target) -> Account {
        Account { target, sum: 0, held: false, lines: Vec::new() }
    }

    fn push(&mut self, entry: Entry, points: i64) {
        self.sum += points as i128;
        self.lines.push(LedgerLine { target: self.target, entry, points });
    }

    /// Brings the sum to a value by a line; by several if the difference does not fit one. Of differences that would
    /// take more lines than anybody reads the rest is told by none.
    fn change_to(&mut self, value: i128, entry: Entry) {
        for _ in 0..LINES {
            let (points, more) = exact::hold(value.saturating_sub(self.sum));
            self.push(entry.clone(), points);
            if !more {
                return;
            }
        }
        self.sum = value;
    }

    fn end(mut self) -> Scored {
        let (value, held) = exact::hold(self.sum);
        if held {
            self.change_to(value as i128, Entry::Bounded);
        }
        let value = Wide { units: value as i128, held: self.held || held };
        Scored { value: Some(value), lines: self.lines }
    }
}

impl Evaluation<'_> {
    /// The value of a named score; none outside its population.
    pub(crate) fn score_of(&self, id: ScoreId) -> Option<Wide> {
        match self.concluded {
            Some(outcome) => outcome.scores[id.index()].map(Wide::new),
            None => self.scored(id).value,
        }
    }

    /// The value of the total.
    pub(crate) fn total_value(&self) -> Option<Wide> {
        match self.concluded {
            Some(outcome) => outcome.score.map(Wide::new),
            None => self.total_scored().value,
        }
    }

    pub(crate) fn scored(&self, id: ScoreId) -> Rc<Scored> {
        self.scores[id.index()].get(Rc::default(), || {
            if !self.is_in_population(Target::Score(id)) {
                return Rc::default();
            }
            let target = Target::Score(id);
            let mut account = Account::new(target);
            self.give(target, &mut account);
            self.limit(target, &self.model.scores[id.index()].bounds, &mut account);
            Rc::new(account.end())
        })
    }

    pub(crate) fn total_scored(&self) -> Rc<Scored> {
        self.total.get(Rc::default(), || {
            let mut account = Account::new(Target::Total);
            match &self.model.total.formula {
                Some(formula) => self.formula(formula, &mut account),
                None => {
                    let scores = (0..self.model.scores.len()).map(|index| ScoreId(index as u32));
                    scores.for_each(|id| self.add_score(id, &mut account));
                }
            }
            self.give(Target::Total, &mut account);
            self.limit(Target::Total, &self.model.total.bounds, &mut account);
            Rc::new(account.end())
        })
    }

    /// Whether the lead belongs to the leads that a score is for; the total is for all.
    fn is_in_population(&self, home: Target) -> bool {
        let Target::Score(id) = home else { return true };
        let population = &self.model.scores[id.index()].population;
        population.as_ref().is_none_or(|condition| self.truth(condition, self.scope(home)).is_true())
    }

    /// The lines of the rules that give points to a target.
    fn give(&self, target: Target, account: &mut Account) {
        for id in self.of.giving(target) {
            if let Some(given) = self.given(*id) {
                account.sum += given.line.points as i128;
                account.held |= given.held;
                account.lines.push(given.line);
            }
        }
    }

    fn add_score(&self, id: ScoreId, account: &mut Account) {
        if let Some(value) = self.score_of(id) {
            account.held |= value.held;
            account.push(Entry::Score(id), value.units as i64);
        }
    }

    /// `score = fit + engagement` is shown score by score, any other formula as one line. An unknown one is 0.
    fn formula(&self, formula: &Expr, account: &mut Account) {
        let mut addends = Vec::new();
        if plain_sum(formula, &mut addends) {
            return addends.into_iter().for_each(|id| self.add_score(id, account));
        }
        let scope = Scope { formula: true, ..self.everything() };
        let value = self.number_as(formula, &Type::Number(NumberKind::Points), scope);
        let value = value.unwrap_or(Wide::new(0)).end();
        account.held |= value.held;
        account.push(Entry::Formula, value.units as i64);
    }

    /// Multiplied by the product of its `multiply`, the lowest `cap`, the first `set`, its bounds.
    fn limit(&self, target: Target, bounds: &Bounds, account: &mut Account) {
        let firing = self.firing(target);
        self.multiply(&firing, account);
        self.cap(&firing, account);
        self.set(&firing, account);
        let bound = |bound: &Option<Expr>| {
            let (bound, _) = self.points(bound.as_ref()?, self.everything())?;
            Some(bound as i128)
        };
        let raised = bound(&bounds.low).map_or(account.sum, |low| account.sum.max(low));
        let bounded = bound(&bounds.high).map_or(raised, |high| raised.min(high));
        if bounded != account.sum {
            account.change_to(bounded, Entry::Bounded);
        }
    }

    /// The rules that multiply, cap or set a target and whose conditions hold, in the order of the text.
    fn firing(&self, target: Target) -> Vec<RuleId> {
        let fires = |id: &&RuleId| {
            let rule = self.of.rule(**id);
            let condition = match &rule.kind {
                RuleKind::Multiply { condition, .. }
                | RuleKind::Cap { condition, .. }
                | RuleKind::Set { condition, .. } => condition,
                _ => return false,
            };
            let elsewhere = rule.home != target;
            (!elsewhere || self.is_in_population(rule.home))
                && self.truth(condition, self.scope(rule.home)).is_true()
        };
        self.of.changing(target).iter().filter(fires).copied().collect()
    }

    /// The product of the factors, held to six decimals at each step; one rounding of the sum.
    fn multiply(&self, firing: &[RuleId], account: &mut Account) {
        let number = NumberKind::Number;
        let one = exact::power_of_ten(number.decimals());
        let mut product = Wide::new(one);
        let mut rules = Vec::new();
        for id in firing {
            let rule = self.of.rule(*id);
            let RuleKind::Multiply { by, .. } = &rule.kind else { continue };
            let Some(by) = self.number_as(by, &Type::Number(number), self.scope(rule.home)) else { continue };
            let by = by.end();
            let units = exact::divide_rounded(product.units * by.units, one).unwrap_or(0); // 64 bits each
            product = Wide { units, held: product.held || by.held }.end();
            rules.push(*id);
        }
        if !rules.is_empty() {
            account.held |= product.held;
            let multiplied = exact::divide_rounded(account.sum.saturating_mul(product.units), one);
            account.change_to(multiplied.unwrap_or(0), Entry::Multiplied(rules));
        }
    }

    fn cap(&self, firing: &[RuleId], account: &mut Account) {
        let mut lowest: Option<(i64, RuleId)> = None;
        for id in firing {
            let rule = self.of.rule(*id);
            let RuleKind::Cap { at, .. } = &rule.kind else { continue };
            let Some((at, _)) = self.points(at, self.scope(rule.home)) else { continue };
            if lowest.is_none_or(|(so_far, _)| at < so_far) {
                lowest = Some((at, *id));
            }
        }
        if let Some((at, id)) = lowest {
            account.change_to(account.sum.min(at as i128), Entry::Capped(id));
        }
    }

    fn set(&self, firing: &[RuleId], account: &mut Account) {
        let first = firing.iter().find_map(|id| {
            let rule = self.of.rule(*id);
            let RuleKind::Set { to, .. } = &rule.kind else { return None };
            Some((*id, self.points(to, self.scope(rule.home))?))
        });
        if let Some((id, (to, held))) = first {
            account.held |= held;
            account.change_to(to as i128, Entry::Set(id));
        }
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
