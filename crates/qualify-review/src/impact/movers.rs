//! The leads whose score moved most, and the rules that moved it.

use super::Points;
use super::gather::{At, Gather, points_of};
use super::run::{Setting, TwoLeads};
use crate::change::Changes;
use qualify_model::{Entry, LedgerLine, Model, Outcome, RuleId, Target};
use qualify_reference::Interpreter;
use serde::Serialize;
use std::collections::HashMap;

/// So many leads are told.
const MOST: usize = 10;

/// A lead that moved.
#[derive(Clone, Debug, Serialize)]
pub struct Mover {
    /// Its key.
    pub lead: String,
    /// Its score before; none if it has none.
    pub before: Option<Points>,
    /// Its score after.
    pub after: Option<Points>,
    /// The difference; a missing score counts as 0.
    pub change: Points,
    /// Its stage before, or how it fared.
    pub stage_before: String,
    /// Its stage after.
    pub stage_after: String,
    /// What made the difference, the largest first.
    pub why: Vec<Why>,
}

/// A line of the ledger that is different.
#[derive(Clone, Debug, Serialize)]
pub struct Why {
    /// The score it belongs to.
    pub score: String,
    /// The rule in the author's words, or what cut the score.
    pub text: String,
    /// Points before; none if there was no such line.
    pub before: Option<Points>,
    /// Points after.
    pub after: Option<Points>,
}

/// How much a lead moved: by its score, then by its stage.
pub(crate) fn rank(old: At<'_>, new: At<'_>) -> u64 {
    let change = points_of(&new.found.total, new.row).saturating_sub(points_of(&old.found.total, old.row));
    let elsewhere = old.found.place[old.row] != new.found.place[new.row];
    change.unsigned_abs().saturating_mul(2).saturating_add(u64::from(elsewhere))
}

/// The leads of the highest ranks; of equal ones those with the first keys.
#[derive(Clone, Debug)]
pub(crate) struct Top<T> {
    held: Vec<(u64, String, T)>,
}

impl<T> Default for Top<T> {
    fn default() -> Top<T> {
        Top { held: Vec::new() }
    }
}

impl<T> Top<T> {
    /// Whether a lead of that rank may be one of them.
    pub fn may_hold(&self, rank: u64) -> bool {
        rank > 0 && (self.held.len() < MOST || self.held.last().is_some_and(|(least, ..)| rank >= *least))
    }

    /// A lead; `value` is made if it is one of them.
    pub fn offer(&mut self, rank: u64, key: String, value: impl FnOnce() -> T) {
        let before = |(other, other_key, _): &(u64, String, T)| {
            (std::cmp::Reverse(*other), other_key) < (std::cmp::Reverse(rank), &key)
        };
        let at = self.held.partition_point(before);
        let known = self.held.get(at).is_some_and(|(_, other, _)| *other == key);
        if at < MOST && !known {
            self.held.insert(at, (rank, key, value()));
            self.held.truncate(MOST);
        }
    }

    /// All of them.
    pub fn into_held(self) -> impl Iterator<Item = (String, T)> {
        self.held.into_iter().map(|(_, key, value)| (key, value))
    }

    /// Their keys, the highest rank first.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.held.iter().map(|(_, key, _)| key)
    }
}

/// Scores the leads that moved most once more, with their ledgers.
pub(crate) fn explain(
    setting: &Setting<'_>,
    gather: &Gather,
    leads: &HashMap<String, TwoLeads>,
    as_of: i64,
    changes: &Changes,
) -> Vec<Mover> {
    let (old, new) = setting.readers();
    let judges = (Interpreter::new(old, as_of), Interpreter::new(new, as_of));
    let mover = |key: &String| {
        let leads = leads.get(key)?;
        let (was, is) = (judges.0.score(&leads.old), judges.1.score(&leads.new));
        let change = is.score.unwrap_or(0).saturating_sub(was.score.unwrap_or(0));
        let stage = |outcome: &Outcome| match &outcome.stage {
            Some(stage) => stage.clone(),
            None if outcome.status == qualify_model::Status::Scored => "(no stage)".to_string(),
            None => format!("({:?})", outcome.status).to_lowercase(),
        };
        Some(Mover {
            lead: key.clone(),
            before: was.score.map(Points),
            after: is.score.map(Points),
            change: Points(change),
            stage_before: stage(&was),
            stage_after: stage(&is),
            why: why((old, &was), (new, &is), changes),
        })
    };
    gather.top.keys().filter_map(mover).collect()
}

/// What a line is about, so that lines of two ledgers meet.
#[derive(PartialEq, Eq, Hash, Clone)]
enum About {
    /// A rule of the new model, or of the old one that is gone.
    Rule(String, RuleId, bool),
    Other(String, String),
}

fn why(old: (&Model, &Outcome), new: (&Model, &Outcome), changes: &Changes) -> Vec<Why> {
    let mut order: Vec<About> = Vec::new();
    let mut lines: HashMap<About, (String, Option<i64>, Option<i64>)> = HashMap::new();
    let mut add = |model: &Model, line: &LedgerLine, is_new: bool| {
        let Some((about, text)) = about(model, line, is_new, changes) else { return };
        if !lines.contains_key(&about) {
            order.push(about.clone());
        }
        let held = lines.entry(about).or_insert((text.clone(), None, None));
        held.0 = text;
        let side = if is_new { &mut held.2 } else { &mut held.1 };
        *side = Some(side.unwrap_or(0).saturating_add(line.points));
    };
    old.1.ledger.iter().for_each(|line| add(old.0, line, false));
    new.1.ledger.iter().for_each(|line| add(new.0, line, true));
    let mut out: Vec<(i64, Why)> = Vec::new();
    for about in order {
        let Some((text, before, after)) = lines.remove(&about) else { continue };
        let change = after.unwrap_or(0).saturating_sub(before.unwrap_or(0));
        if change != 0 {
            let (About::Rule(score, ..) | About::Other(score, _)) = about;
            let why = Why { score, text, before: before.map(Points), after: after.map(Points) };
            out.push((change, why));
        }
    }
    out.sort_by_key(|(change, _)| std::cmp::Reverse(change.unsigned_abs()));
    out.into_iter().map(|(_, why)| why).collect()
}

/// What a line is about and its text; lines that only sum up others are about nothing.
fn about(model: &Model, line: &LedgerLine, is_new: bool, changes: &Changes) -> Option<(About, String)> {
    let score = crate::change::target_name(line.target, model).to_string();
    let other = |what: String| Some((About::Other(score.clone(), what.clone()), what));
    match &line.entry {
        Entry::Rule { rule, .. } | Entry::Capped(rule) | Entry::Set(rule) => {
            let text = short(&model.rules[rule.index()].text);
            let (rule, gone) = if is_new {
                (*rule, false)
            } else {
                match changes.rules.iter().find(|(i, _)| *i == rule.index()) {
                    Some((_, j)) => (RuleId(*j as u32), false),
                    None => (*rule, true),
                }
            };
            Some((About::Rule(score, rule, gone), text))
        }
        Entry::Multiplied(rules) => {
            let texts: Vec<String> = rules
                .iter()
                .map(|rule| crate::change::words::short(&model.rules[rule.index()].text))
                .collect();
            other(texts.join("; "))
        }
        Entry::Bounded => other(format!("limit of {score}")),
        Entry::Formula => other("the formula of the score".to_string()),
        Entry::Score(_) => {
            debug_assert!(line.target == Target::Total);
            None
        }
    }
}

/// A rule without its reason; of a table its subject.
fn short(text: &str) -> String {
    let text = text.split(" because \"").next().unwrap_or(text);
    let text = if text.starts_with("points for ") { text.split('{').next().unwrap_or(text) } else { text };
    crate::change::words::short(text.trim_end())
}
