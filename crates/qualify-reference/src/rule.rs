//! Rules that give points: whether they fire, and the line of the ledger that says what they gave.

use crate::evaluation::{Evaluation, Scope};
use crate::events::order;
use crate::limit::Candidate;
use crate::number::Wide;
use crate::terms::RuleTerms;
use crate::value::key;
use qualify_model::{
    Decay, Entry, Event, Expr, LedgerLine, Limit, NumberKind, Points, Property, RuleId, RuleKind, Table,
    Target, Term, Type, Value, exact,
};
use std::collections::HashMap;

/// What a rule gave.
pub(crate) struct Given {
    pub(crate) line: LedgerLine,
    /// A number was held at an end of its range on the way.
    pub(crate) held: bool,
}

/// Points of a rule before they are bounded and signed.
#[derive(Default)]
struct Sum {
    /// Before decay, in units of 1e-4.
    raw: i128,
    /// After decay, in units of 1e-4 over the decay's denominator.
    faded: i128,
    events: Vec<u32>,
    unknown: bool,
    held: bool,
}

impl Evaluation<'_> {
    /// The line of a rule that gives points; none if it did not fire.
    pub(crate) fn given(&self, id: RuleId) -> Option<Given> {
        let rule = self.of.rule(id);
        let scope = self.scope(rule.home);
        match &rule.kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                if !self.truth(condition, scope).is_true() {
                    return None;
                }
                let sum = self.once(id, amount, decay.as_ref(), scope);
                Some(self.line(id, sum, amount.negative, decay.as_ref(), up_to.as_ref(), scope))
            }
            RuleKind::ForEach { term, amount, limit, decay, up_to } => {
                let candidates = self.each(term, amount, scope);
                let sum = self.sum(candidates, limit.as_ref(), decay.as_ref(), scope)?;
                Some(self.line(id, sum, amount.negative, decay.as_ref(), up_to.as_ref(), scope))
            }
            RuleKind::ForEachDifferent { property, term, amount, limit, decay, up_to } => {
                let candidates = self.each_different(property, term, amount, scope);
                let sum = self.sum(candidates, limit.as_ref(), decay.as_ref(), scope)?;
                Some(self.line(id, sum, amount.negative, decay.as_ref(), up_to.as_ref(), scope))
            }
            RuleKind::Table(table) => {
                let sum = self.of_table(id, table, scope)?;
                Some(self.line(id, sum, false, None, None, scope))
            }
            RuleKind::Multiply { .. } | RuleKind::Cap { .. } | RuleKind::Set { .. } => None,
        }
    }

    /// An expression as points in units of 1e-4, and whether it was held; none if it is unknown.
    pub(crate) fn points(&self, expr: &Expr, scope: Scope) -> Option<(i64, bool)> {
        let number = self.number_as(expr, &Type::Number(NumberKind::Points), scope)?.end();
        Some((number.units as i64, number.held))
    }

    /// `when C add N`: once, by the age of the newest event of its happening.
    fn once(&self, id: RuleId, amount: &Points, decay: Option<&Decay>, scope: Scope) -> Sum {
        let terms = &self.of.terms[id.index()];
        let points = self.points(&amount.value, scope);
        let (raw, held) = points.unwrap_or_default();
        let newest = if decay.is_some() { self.newest_of(&terms.happenings) } else { None };
        let in_hand = newest.map_or(scope, |event| scope.with(event));
        Sum {
            raw: raw as i128,
            faded: self.faded(raw, decay, newest.map(|event| event.time), in_hand),
            events: self.behind(terms),
            unknown: points.is_none(),
            held,
        }
    }

    /// The newest event of any of the terms, however often they want it.
    fn newest_of(&self, terms: &[(&Term, Target)]) -> Option<&Event> {
        let newest = terms.iter().filter_map(|(term, home)| {
            let events = self.matching(term, self.scope(*home))?;
            events.last().map(|index| self.event(*index))
        });
        newest.max_by(|a, b| order(a, b))
    }

    /// The events behind terms that hold, each once, the newest first.
    fn behind(&self, terms: &RuleTerms) -> Vec<u32> {
        let mut found = Vec::new();
        let mut of_several = false;
        for (term, home) in terms.happenings.iter().chain(&terms.numbers) {
            of_several |= !found.is_empty();
            found.extend(self.enough(term, self.scope(*home)));
        }
        for (term, home) in &terms.newest {
            of_several |= !found.is_empty();
            found.extend(self.matching(term, self.scope(*home)).unwrap_or_default().last());
        }
        if of_several {
            found.sort_by(|a, b| order(self.event(*a), self.event(*b)).then_with(|| a.cmp(b)));
            found.dedup();
        }
        found.reverse();
        found
    }

    fn candidate(&self, event: u32, times: Option<i64>, amount: &Points, scope: Scope) -> Candidate {
        let scope = Scope { times, ..scope.with(self.event(event)) };
        let points = self.points(&amount.value, scope);
        let (value, held) = points.unwrap_or_default();
        Candidate { event, points: value, unknown: points.is_none(), held, times }
    }

    fn each(&self, term: &Term, amount: &Points, scope: Scope) -> Vec<Candidate> {
        let events = self.matching(term, scope).unwrap_or_default();
        events.into_iter().rev().map(|event| self.candidate(event, None, amount, scope)).collect()
    }

    /// One candidate for each different known value: its newest event; at one instant the one that gives the
    /// most points.
    fn each_different(
        &self,
        property: &Property,
        term: &Term,
        amount: &Points,
        scope: Scope,
    ) -> Vec<Candidate> {
        let events = self.matching(term, scope).unwrap_or_default();
        let mut groups: HashMap<Value, Vec<u32>> = HashMap::new();
        let mut values = Vec::new(); // by their newest events
        for event in events.into_iter().rev() {
            let Some(value) = self.property(self.event(event), property) else { continue };
            let value = key(&value);
            let group = groups.entry(value.clone()).or_default();
            if group.is_empty() {
                values.push(value);
            }
            group.push(event);
        }
        let newest = |value: Value| {
            let group = &groups[&value];
            let time = self.event(group[0]).time;
            let ties = group.iter().take_while(|event| self.event(**event).time == time);
            let times = Some(group.len() as i64);
            let candidates = ties.map(|event| self.candidate(*event, times, amount, scope));
            // the first of the greatest, so that the order of equal points does not matter
            candidates.reduce(|best, next| if next.points > best.points { next } else { best })
        };
        values.into_iter().filter_map(newest).collect()
    }

    /// The sum over the candidates that count; none if there are none.
    fn sum(
        &self,
        candidates: Vec<Candidate>,
        limit: Option<&Limit>,
        decay: Option<&Decay>,
        scope: Scope,
    ) -> Option<Sum> {
        let counting = self.limited(candidates, limit, scope);
        let mut sum = Sum::default();
        for candidate in &counting {
            let event = self.event(candidate.event);
            let in_hand = Scope { times: candidate.times, ..scope.with(event) };
            let faded = self.faded(candidate.points, decay, Some(event.time), in_hand);
            sum.raw += candidate.points as i128;
            sum.faded = sum.faded.saturating_add(faded);
            sum.unknown |= candidate.unknown;
            sum.held |= candidate.held;
            sum.events.push(candidate.event);
        }
        (!counting.is_empty()).then_some(sum)
    }

    /// A table fires if a row matches, also `otherwise` and `unknown`; an unknown subject without a row gives
    /// unknown points.
    fn of_table(&self, id: RuleId, table: &Table, scope: Scope) -> Option<Sum> {
        let cell = self.cell(table, scope);
        if cell.is_none() && self.value(&table.subject, scope).is_some() {
            return None;
        }
        let points = cell.and_then(|cell| self.points(cell, scope));
        let (raw, held) = points.unwrap_or_default();
        let events = self.behind(&self.of.terms[id.index()]);
        Some(Sum { raw: raw as i128, faded: raw as i128, events, unknown: points.is_none(), held })
    }

    /// Rounds once, bounds by `up to`, then signs.
    fn line(
        &self,
        id: RuleId,
        sum: Sum,
        negative: bool,
        decay: Option<&Decay>,
        up_to: Option<&Expr>,
        scope: Scope,
    ) -> Given {
        let rule = self.of.rule(id);
        // above zero; rounding before bounding gives the same, the bound is a whole number of units
        let decayed = exact::divide_rounded(sum.faded, self.denominator(decay) as i128).unwrap_or(0);
        let most = up_to.and_then(|most| self.points(most, scope)).map(|(most, _)| most as i128);
        let bounded = most.map_or(decayed, |most| decayed.min(most));
        let sign = |units: i128| Wide::new(if negative { -units } else { units }).end();
        let (raw, decayed, points) = (sign(sum.raw), sign(decayed), sign(bounded));
        let entry = Entry::Rule {
            rule: id,
            raw: raw.units as i64,
            decayed: decayed.units as i64,
            events: sum.events,
            unknown_points: sum.unknown,
        };
        let line = LedgerLine { target: rule.home, entry, points: points.units as i64 };
        Given { line, held: sum.held || points.held }
    }
}
