//! Scores: the sum of their rules, then the one order of limits: multiplied, capped, set, bounded.

use super::rule::RulePoints;
use super::{Computed, Depends, Extent, Lowered, Lowering, Number, Scope};
use crate::Instruction as I;
use crate::*;
use qualify_model::{
    Bounds, Comparison, Expr, ExprKind, NumberKind, Operator, RuleId, RuleKind, ScoreId, Target, Type, exact,
};
use std::collections::BTreeMap;

const DECIMALS: u32 = NumberKind::Number.decimals();

/// A sum in the making.
struct Account {
    /// Units of 1e-4 points.
    sum: Number,
    /// A number was held on the way where one of them is true.
    held: Vec<T>,
    /// The leads that the score is for.
    population: T,
}

/// A rule that changes a sum, where it does.
struct Change<'m> {
    rule: RuleId,
    /// Never unknown.
    fires: T,
    by: &'m Expr,
    scope: Scope,
}

impl<'m> Lowering<'m> {
    /// The value of a named score; none outside its population.
    pub(crate) fn score_of(&mut self, id: ScoreId) -> Lowered<Number> {
        if let Some(known) = self.scores[id.index()] {
            return Ok(known);
        }
        let target = Target::Score(id);
        let population = self.population(target)?;
        let sum = self.plain(0);
        let mut account = Account { sum, held: Vec::new(), population };
        self.give(target, &mut account)?;
        self.limit(target, &self.model.scores[id.index()].bounds, &mut account)?;
        let value = self.close(account);
        self.scores[id.index()] = Some(value);
        Ok(value)
    }

    /// The value of the total.
    pub(crate) fn total(&mut self) -> Lowered<Number> {
        if let Some(known) = self.total {
            return Ok(known);
        }
        let (sum, population) = (self.plain(0), self.yes());
        let mut account = Account { sum, held: Vec::new(), population };
        let mut addends = Vec::new();
        match &self.model.total.formula {
            Some(formula) if !plain_sum(formula, &mut addends) => {
                let scope = Scope { formula: true, ..Scope::of(Target::Total) };
                let value = self.number_as(formula, &Type::Number(NumberKind::Points), scope)?;
                let value = self.end(value);
                self.add_value(value, &mut account);
            }
            Some(_) => self.add_scores(addends, &mut account)?,
            None => {
                let all = (0..self.model.scores.len()).map(|index| ScoreId(index as u32)).collect();
                self.add_scores(all, &mut account)?;
            }
        }
        self.give(Target::Total, &mut account)?;
        self.limit(Target::Total, &self.model.total.bounds, &mut account)?;
        let value = self.close(account);
        self.total = Some(value);
        Ok(value)
    }

    fn add_scores(&mut self, scores: Vec<ScoreId>, account: &mut Account) -> Lowered<()> {
        for id in scores {
            let value = self.score_of(id)?;
            self.add_value(value, account);
        }
        Ok(())
    }

    /// Adds a number that is held in 64 bits; an unknown one is 0.
    fn add_value(&mut self, value: Number, account: &mut Account) {
        account.held.extend(self.held(value));
        let units = self.units(value);
        let units = Number::Plain(self.zero_unknown(units));
        account.sum = self.plus(account.sum, units);
    }

    /// Whether the lead belongs to the leads that a score is for; never unknown.
    fn population(&mut self, home: Target) -> Lowered<T> {
        let Target::Score(id) = home else { return Ok(self.yes()) };
        match &self.model.scores[id.index()].population {
            Some(condition) => {
                let condition = self.truth(condition, Scope::of(home))?;
                Ok(self.is_true(condition))
            }
            None => Ok(self.yes()),
        }
    }

    /// The sum, held in 64 bits.
    fn close(&mut self, account: Account) -> Number {
        let value = self.end(account.sum);
        let mut held: Vec<T> = account.held;
        held.extend(self.held(value));
        let units = self.units(value);
        let held = if held.is_empty() { None } else { Some(self.any(held)) };
        let value = self.with_flag(units, held);
        self.only_where(value, account.population)
    }
}

/// Rules that give points.
impl<'m> Lowering<'m> {
    /// The points of the rules of a target. What depends on one attribute alone is summed by itself.
    fn give(&mut self, target: Target, account: &mut Account) -> Lowered<()> {
        let mut alike: BTreeMap<u32, Vec<RulePoints>> = BTreeMap::new();
        let mut others = Vec::new();
        for id in self.giving[super::place(target)].clone() {
            let Some(given) = self.rule(id)? else { continue };
            match (self.depends(&given), given.points) {
                (Depends::Code(attribute), Number::Plain(_)) => {
                    alike.entry(attribute).or_default().push(given)
                }
                _ => others.push(given),
            }
        }
        for (attribute, rules) in alike {
            if rules.len() < 2 {
                others.extend(rules);
                continue;
            }
            self.give_by_code(attribute, rules, account);
        }
        others.sort_by_key(|given| given.rule);
        let mut wide = Vec::new();
        for given in others {
            let units = self.units(given.points);
            let narrow = match account.sum {
                Number::Plain(sum) => self.add_where(sum, given.fired, units),
                _ => None,
            };
            match narrow {
                Some(sum) => {
                    if let Some(held) = self.held(given.points) {
                        let fired = self.is_true(given.fired);
                        account.held.push(self.and(held, fired));
                    }
                    account.sum = Number::Plain(sum);
                    self.tally(&given, account.population, sum.0);
                }
                None => wide.push(given),
            }
        }
        for given in wide {
            let (sum, points) = (self.extent(account.sum), self.extent(given.points));
            let points = points.but_known().hull(Extent::known(0, 0));
            let (low, high) = (sum.low.saturating_add(points.low), sum.high.saturating_add(points.high));
            let (a, b) = (self.wide(account.sum), self.wide(given.points));
            let add = I::AddWideWhere { to: ToW(0), a, condition: given.fired, b };
            let sum = self.leads.wide(add, Extent { low, high, unknown: false });
            account.sum = Number::Wide(sum);
            self.tally(&given, account.population, sum.0);
        }
        Ok(())
    }

    fn depends(&self, given: &RulePoints) -> Depends {
        let points = match given.points {
            Number::Plain(points) => self.leads.node(points.0).depends,
            _ => Depends::Row,
        };
        self.leads.node(given.fired.0).depends.and(points)
    }

    /// Rules whose whole effect depends on one attribute: one sum for each of its values.
    fn give_by_code(&mut self, attribute: u32, rules: Vec<RulePoints>, account: &mut Account) {
        let mut sum = self.number_constant(0);
        let mut tallied = Vec::new();
        for given in rules {
            let points = self.units(given.points);
            match self.add_where(sum, given.fired, points) {
                Some(more) => sum = more,
                None => {
                    // it may leave 64 bits: the sum so far, and a new one
                    account.sum = self.plus(account.sum, Number::Plain(sum));
                    let nothing = self.number_constant(0);
                    sum = self.add_where(nothing, given.fired, points).unwrap_or(nothing);
                }
            }
            tallied.push((given.rule, given.fired, points));
        }
        account.sum = self.plus(account.sum, Number::Plain(sum));
        self.code_tallies.push(super::codes::Tallied {
            attribute,
            rules: tallied,
            condition: account.population,
        });
    }

    /// Counts what a rule did, behind a value that is computed.
    fn tally(&mut self, given: &RulePoints, population: T, behind: u32) {
        let fired = self.and(given.fired, population);
        let points = self.units(given.points);
        self.tally_points(given.rule, fired, points, behind);
    }

    fn tally_points(&mut self, rule: RuleId, fired: T, points: N, behind: u32) {
        let rule = RuleAt(rule.0);
        let tally = match self.constant_of(points) {
            Some(points) => I::TallyConstant { rule, fired, points },
            None => I::TallyRule { rule, fired, points },
        };
        self.effects.entry(behind).or_default().push(tally);
    }
}

/// Rules that multiply, cap or set.
impl<'m> Lowering<'m> {
    fn limit(&mut self, target: Target, bounds: &'m Bounds, account: &mut Account) -> Lowered<()> {
        let (mut multiplies, mut caps, mut sets) = (Vec::new(), Vec::new(), Vec::new());
        for id in self.changing[super::place(target)].clone() {
            let rule = &self.model.rules[id.index()];
            let (condition, by, kind) = match &rule.kind {
                RuleKind::Multiply { condition, by, .. } => (condition, by, &mut multiplies),
                RuleKind::Cap { condition, at, .. } => (condition, at, &mut caps),
                RuleKind::Set { condition, to, .. } => (condition, to, &mut sets),
                _ => continue,
            };
            let scope = Scope::of(rule.home);
            let condition = self.truth(condition, scope)?;
            let mut fires = self.is_true(condition);
            if rule.home != target {
                let population = self.population(rule.home)?;
                fires = self.and(fires, population);
            }
            kind.push(Change { rule: id, fires, by, scope });
        }
        self.multiply_sum(multiplies, account)?;
        self.cap_sum(caps, account)?;
        self.set_sum(sets, account)?;
        if let Some(low) = &bounds.low
            && let Some(low) = self.constant_points(low)?
        {
            let low = self.plain(low);
            account.sum = self.greatest(account.sum, low);
        }
        if let Some(high) = &bounds.high
            && let Some(high) = self.constant_points(high)?
        {
            let high = self.plain(high);
            account.sum = self.least(account.sum, high);
        }
        Ok(())
    }

    /// The product of the factors, held to six decimals at each step; one rounding of the sum.
    fn multiply_sum(&mut self, rules: Vec<Change<'m>>, account: &mut Account) -> Lowered<()> {
        if rules.is_empty() {
            return Ok(());
        }
        let one = exact::power_of_ten(DECIMALS);
        let mut product = self.plain(one as i64);
        let mut firing = Vec::new();
        for change in &rules {
            let by = self.number_as(change.by, &Type::Number(NumberKind::Number), change.scope)?;
            let by = self.end(by);
            let known = self.known(Computed::Number(by));
            let fires = self.and(change.fires, known);
            let next = self.product((product, DECIMALS), (by, DECIMALS), DECIMALS);
            let next = self.end(next);
            let chosen = self.choose(fires, next, product);
            product = self.end(chosen);
            firing.push((change.rule, fires));
        }
        account.held.extend(self.held(product));
        let factor = self.units(product);
        let before = account.sum;
        let narrow = match before {
            Number::Plain(sum) => self.multiply_divide(sum, factor, one).map(Number::Plain),
            _ => None,
        };
        account.sum = match narrow {
            Some(sum) => sum,
            None => {
                let (x, y) = (self.extent(before), self.leads.extent(factor.0));
                let corners = [(x.low, y.low), (x.low, y.high), (x.high, y.low), (x.high, y.high)];
                let corners = corners.map(|(a, b)| a.saturating_mul(b));
                let low = corners.into_iter().min().unwrap_or(i128::MIN);
                let high = corners.into_iter().max().unwrap_or(i128::MAX);
                let a = self.wide(before);
                let scaled = self.leads.wide(I::Scale { to: ToW(0), a, b: factor }, Extent::known(low, high));
                self.divided(Number::Wide(scaled), one)
            }
        };
        let mut earlier = self.no();
        for (rule, fires) in firing {
            let first = self.not(earlier);
            let tallied = self.and(fires, account.population);
            self.tally_change(rule, tallied, first, before, account.sum);
            earlier = self.or(earlier, fires);
        }
        Ok(())
    }

    /// Counts a rule that fired; what it changed counts where `first` is true.
    fn tally_change(&mut self, rule: RuleId, fired: T, first: T, before: Number, after: Number) {
        let difference = self.minus(after, before);
        let nothing = self.plain(0);
        let points = self.choose(first, difference, nothing);
        match points {
            Number::Plain(points) => self.tally_points(rule, fired, points, points.0),
            other => {
                let points = self.wide(other);
                let tally = I::TallyWide { rule: RuleAt(rule.0), fired, points };
                self.effects.entry(points.0).or_default().push(tally);
            }
        }
    }

    /// The lowest cap, of the first rule that has it.
    fn cap_sum(&mut self, rules: Vec<Change<'m>>, account: &mut Account) -> Lowered<()> {
        if rules.is_empty() {
            return Ok(());
        }
        let mut lowest = self.unknown_number();
        let mut each = Vec::new();
        for change in &rules {
            let at = self.points(change.by, change.scope)?;
            let at = self.units(at);
            let at = self.known_where(at, change.fires);
            each.push((change.rule, at, lowest));
            let both = self.minimum(lowest, at);
            let one = self.if_known(lowest, at);
            lowest = self.if_known(both, one);
        }
        let before = account.sum;
        let capped = self.least(before, Number::Plain(lowest));
        account.sum = self.first_known(capped, before);
        let yes = self.yes();
        let several = each.len() > 1;
        for (rule, at, so_far) in each {
            let fired = if several {
                let is_lowest = self.compare(Comparison::Equal, at, lowest);
                let not_first = self.compare(Comparison::Equal, so_far, lowest);
                let (is_lowest, not_first) = (self.is_true(is_lowest), self.is_true(not_first));
                let first = self.not(not_first);
                self.and(is_lowest, first)
            } else {
                self.known_number(at)
            };
            let fired = self.and(fired, account.population);
            self.tally_change(rule, fired, yes, before, account.sum);
        }
        Ok(())
    }

    /// The first rule that sets it.
    fn set_sum(&mut self, rules: Vec<Change<'m>>, account: &mut Account) -> Lowered<()> {
        if rules.is_empty() {
            return Ok(());
        }
        let mut set = self.unknown();
        let mut each = Vec::new();
        let mut earlier = self.no();
        for change in &rules {
            let to = self.points(change.by, change.scope)?;
            let to = self.only_where(to, change.fires);
            let known = self.known(Computed::Number(to));
            let first = self.not(earlier);
            each.push((change.rule, self.and(known, first)));
            earlier = self.or(earlier, known);
            set = self.first_known(set, to);
        }
        let set = self.end(set);
        let before = account.sum;
        account.held.extend(self.held(before));
        account.held.extend(self.held(set));
        let units = Number::Plain(self.units(set));
        account.sum = self.first_known(units, before);
        let yes = self.yes();
        for (rule, fired) in each {
            let fired = self.and(fired, account.population);
            self.tally_change(rule, fired, yes, before, account.sum);
        }
        Ok(())
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
