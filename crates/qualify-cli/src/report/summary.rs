//! The summary of a run: how many leads, which stages, which scores, which rules.

use super::bars::{Class, bar, histogram};
use super::numbers::{points, share, thousands};
use super::table::{Align, table};
use qualify::typed::{Entry, Model};
use qualify::{Outcome, Status};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a run did, as numbers.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// The instant that ages count from.
    pub as_of: String,
    /// Digest of model, lists and params.
    pub model: String,
    /// All leads of the result.
    pub leads: usize,
    /// Leads by how they fared.
    pub status: Vec<(Status, usize)>,
    /// Why leads are disqualified, invalid or excluded; a lead may have several reasons.
    pub reasons: Vec<(Status, String, usize)>,
    /// Leads by stage, in the order of the model from high to low, then those without.
    pub stages: Vec<(Option<String>, usize)>,
    /// Leads by route, then those without.
    pub routes: Vec<(Option<String>, usize)>,
    /// Leads by segment.
    pub segments: Vec<(String, usize)>,
    /// Scores of the leads that have one.
    pub histogram: Vec<Class>,
    /// Rules by leads matched.
    pub rules: Vec<RuleUse>,
    /// Leads whose stored stage the model does not know.
    pub unknown_current_stages: usize,
    /// Leads where a number left the 64-bit range.
    pub saturated: usize,
}

/// What one rule did.
#[derive(Debug, Serialize)]
pub struct RuleUse {
    /// The rule on one line.
    pub rule: String,
    /// Leads on which it fired.
    pub leads: usize,
    /// All points it gave, in units of 0.0001.
    pub points: i128,
}

impl Summary {
    /// Counts what the outcomes of `model` hold.
    pub fn new(model: &Model, outcomes: &[Outcome], as_of: String) -> Summary {
        let count = |holds: &dyn Fn(&Outcome) -> bool| outcomes.iter().filter(|o| holds(o)).count();
        let statuses = [Status::Scored, Status::Disqualified, Status::Invalid, Status::Excluded];
        let scores: Vec<i64> = outcomes.iter().filter_map(|o| o.score).collect();
        let staged = |o: &&Outcome| o.status == Status::Scored;
        Summary {
            as_of,
            model: model.digest.clone(),
            leads: outcomes.len(),
            status: statuses.iter().map(|s| (*s, count(&|o| o.status == *s))).collect(),
            reasons: reasons(model, outcomes),
            stages: counted(
                model.stages.iter().rev().map(|s| s.name.clone()),
                outcomes.iter().filter(staged).map(|o| o.stage.as_ref()),
            ),
            routes: counted(
                model.routes.iter().map(|r| r.name.clone()),
                outcomes.iter().filter(staged).map(|o| o.route.as_ref()),
            ),
            segments: model
                .segments
                .iter()
                .map(|s| (s.name.clone(), count(&|o| o.segments.contains(&s.name))))
                .collect(),
            histogram: histogram(&scores),
            rules: rule_uses(model, outcomes),
            unknown_current_stages: count(&|o| o.unknown_current_stage),
            saturated: count(&|o| o.saturated),
        }
    }

    /// Stages, routes, segments, scores and rules as text, with at most `rules` rules.
    pub fn render(&self, rules: usize) -> String {
        let mut out = String::new();
        section(&mut out, "stage", &self.stages, self.leads);
        section(&mut out, "route", &self.routes, self.leads);
        let segments: Vec<_> = self.segments.iter().map(|(n, c)| (Some(n.clone()), *c)).collect();
        section(&mut out, "segment", &segments, self.leads);
        out.push_str(&self.render_histogram());
        out.push_str(&self.render_rules(rules));
        if self.unknown_current_stages > 0 {
            let n = thousands(self.unknown_current_stages);
            let _ = writeln!(
                out,
                "\n{n} leads have a stored stage that the model does not know; it was not used"
            );
        }
        if self.saturated > 0 {
            let n = thousands(self.saturated);
            let _ =
                writeln!(out, "\n{n} leads reached the end of the number range; their scores are held there");
        }
        out
    }

    /// The line about the leads and how they fared.
    pub fn render_status(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for (status, count) in self.status.iter().filter(|(_, count)| *count > 0) {
            let word = format!("{status:?}").to_lowercase();
            parts.push(format!("{} {word}", thousands(*count)));
        }
        let mut out = format!("{:<9} {:>9}   {}\n", "leads", thousands(self.leads), parts.join(" · "));
        for (status, reason, count) in &self.reasons {
            let word = format!("{status:?}").to_lowercase();
            let _ = writeln!(out, "{:>19}   {word}: {reason}", thousands(*count));
        }
        out
    }

    fn render_histogram(&self) -> String {
        if self.histogram.is_empty() {
            return String::new();
        }
        let most = self.histogram.iter().map(|c| c.leads).max().unwrap_or(0);
        let row = |c: &Class| {
            let range =
                if c.high - c.low == 1 { c.low.to_string() } else { format!("{} to <{}", c.low, c.high) };
            vec![range, thousands(c.leads), bar(c.leads, most)]
        };
        let rows: Vec<_> = self.histogram.iter().map(row).collect();
        let columns = [("score", Align::Right), ("leads", Align::Right), ("", Align::Left)];
        format!("\n{}", table(&columns, &rows, 0, 60))
    }

    fn render_rules(&self, most: usize) -> String {
        if self.rules.is_empty() {
            return String::new();
        }
        let fired = self.rules.iter().filter(|r| r.leads > 0).count();
        let shown: Vec<&RuleUse> = self.rules.iter().filter(|r| r.leads > 0).take(most).collect();
        let row = |r: &&RuleUse| {
            vec![thousands(r.leads), share(r.leads, self.leads), points(r.points), r.rule.clone()]
        };
        let rows: Vec<_> = shown.iter().map(row).collect();
        let columns = [
            ("leads", Align::Right),
            ("share", Align::Right),
            ("points", Align::Right),
            ("rule", Align::Left),
        ];
        let mut out = format!("\n{}", table(&columns, &rows, 0, 90));
        if fired > shown.len() {
            let _ = writeln!(out, "and {} more rules; --rules N shows N", fired - shown.len());
        }
        let never = self.rules.len() - fired;
        if never > 0 {
            let rules = if never == 1 { "1 rule" } else { &format!("{never} rules") };
            let _ = writeln!(out, "{rules} matched no lead:");
            for rule in self.rules.iter().filter(|r| r.leads == 0).take(most) {
                let _ = writeln!(out, "  {}", rule.rule);
            }
        }
        out
    }
}

/// The reasons of leads that were not staged, the most frequent first.
fn reasons(model: &Model, outcomes: &[Outcome]) -> Vec<(Status, String, usize)> {
    let mut counts: BTreeMap<(Status, &str), usize> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|o| o.status != Status::Scored) {
        // a disqualified lead keeps its segments and their reasons
        let disqualifies = |reason: &&String| {
            outcome.status != Status::Disqualified || model.disqualifies.iter().any(|d| d.reason == **reason)
        };
        for reason in outcome.reasons.iter().filter(disqualifies) {
            *counts.entry((outcome.status, reason)).or_default() += 1;
        }
    }
    let mut out: Vec<_> =
        counts.into_iter().map(|((status, reason), n)| (status, reason.to_string(), n)).collect();
    out.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    out
}

/// How many times each name occurs, in the order of the names, each once; then those without, if any.
fn counted<'o>(
    names: impl Iterator<Item = String>,
    values: impl Iterator<Item = Option<&'o String>> + Clone,
) -> Vec<(Option<String>, usize)> {
    let mut out: Vec<(Option<String>, usize)> = Vec::new();
    for name in names {
        if out.iter().any(|(n, _)| n.as_ref() == Some(&name)) {
            continue;
        }
        let count = values.clone().filter(|v| *v == Some(&name)).count();
        out.push((Some(name), count));
    }
    let without = values.filter(|v| v.is_none()).count();
    if without > 0 && !out.is_empty() {
        out.push((None, without));
    }
    out
}

fn rule_uses(model: &Model, outcomes: &[Outcome]) -> Vec<RuleUse> {
    let head = |text: &str| {
        let head = text.split('{').next().unwrap_or(text);
        head.split(" because \"").next().unwrap_or(head).trim().to_string()
    };
    let mut uses: Vec<RuleUse> =
        model.rules.iter().map(|r| RuleUse { rule: head(&r.text), leads: 0, points: 0 }).collect();
    for line in outcomes.iter().flat_map(|o| &o.ledger) {
        let (rules, points): (&[qualify::typed::RuleId], i64) = match &line.entry {
            Entry::Rule { rule, .. } | Entry::Capped(rule) | Entry::Set(rule) => {
                (std::slice::from_ref(rule), line.points)
            }
            // the points of several multipliers belong to all of them together: told at the first
            Entry::Multiplied(rules) => (rules, line.points),
            Entry::Bounded | Entry::Score(_) | Entry::Formula => continue,
        };
        for (i, rule) in rules.iter().enumerate() {
            uses[rule.index()].leads += 1;
            uses[rule.index()].points += if i == 0 { i128::from(points) } else { 0 };
        }
    }
    uses.sort_by_key(|u| std::cmp::Reverse(u.leads));
    uses
}

/// Names with counts, shares and bars.
fn section(out: &mut String, title: &str, counts: &[(Option<String>, usize)], whole: usize) {
    if counts.is_empty() {
        return;
    }
    let row = |(name, count): &(Option<String>, usize)| {
        let name = name.clone().unwrap_or_else(|| format!("(no {title})"));
        vec![name, thousands(*count), share(*count, whole), bar(*count, whole)]
    };
    let rows: Vec<_> = counts.iter().map(row).collect();
    let columns = [(title, Align::Left), ("leads", Align::Right), ("share", Align::Right), ("", Align::Left)];
    let _ = write!(out, "\n{}", table(&columns, &rows, 0, 60)); // writing to a String does not fail
}
