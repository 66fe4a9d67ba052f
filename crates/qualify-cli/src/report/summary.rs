//! The summary of a run: how many leads, which stages, which scores, which rules.

use super::bars::{Class, Histogram, bar};
use super::numbers::{points, share, thousands};
use super::table::{Align, table};
use qualify::Status;
use qualify::typed::{Labels, Named, ScoreColumns, Tally};
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

/// A summary in the making: results are counted as they come, and none are kept.
pub struct Counting<'l> {
    labels: &'l Labels,
    leads: usize,
    /// As [`STATUSES`].
    status: [usize; STATUSES.len()],
    disqualifies: Vec<usize>,
    missing: Vec<usize>,
    excludes: Vec<usize>,
    /// Scored leads alone have stages and routes.
    stages: Vec<usize>,
    routes: Vec<usize>,
    segments: Vec<usize>,
    scores: Histogram,
    unknown_current_stages: usize,
    saturated: usize,
}

const STATUSES: [Status; 4] = [Status::Scored, Status::Disqualified, Status::Invalid, Status::Excluded];

impl<'l> Counting<'l> {
    /// Of no lead yet.
    pub fn new(labels: &'l Labels) -> Counting<'l> {
        Counting {
            labels,
            leads: 0,
            status: [0; STATUSES.len()],
            disqualifies: vec![0; labels.disqualifies.len()],
            missing: vec![0; labels.missing.len()],
            excludes: vec![0; labels.excludes.len()],
            stages: vec![0; labels.stages.len()],
            routes: vec![0; labels.routes.len()],
            segments: vec![0; labels.segments.len()],
            scores: Histogram::default(),
            unknown_current_stages: 0,
            saturated: 0,
        }
    }

    /// Counts the results of some leads.
    pub fn add(&mut self, scores: &ScoreColumns) {
        self.leads += scores.rows;
        for (count, status) in self.status.iter_mut().zip(STATUSES) {
            *count += scores.status.iter().filter(|s| **s == status).count();
        }
        count_reasons(&mut self.disqualifies, &scores.disqualified, &scores.status, Status::Disqualified);
        count_reasons(&mut self.missing, &scores.missing, &scores.status, Status::Invalid);
        count_reasons(&mut self.excludes, &scores.excluded, &scores.status, Status::Excluded);
        count_numbers(&mut self.stages, &scores.stage, &scores.status);
        count_numbers(&mut self.routes, &scores.route, &scores.status);
        for (count, column) in self.segments.iter_mut().zip(&scores.segments) {
            *count += holding(column);
        }
        let known = scores.score.values.iter().zip(&scores.score.known).filter(|(_, known)| **known != 0);
        self.scores.add(known.map(|(units, _)| *units));
        self.unknown_current_stages += holding(&scores.unknown_current_stage);
        self.saturated += holding(&scores.saturated);
    }

    /// The summary, with what the rules did.
    pub fn finish(self, tally: &Tally, as_of: String) -> Summary {
        let labels = self.labels;
        let reasons = [
            (Status::Disqualified, &labels.disqualifies, &self.disqualifies),
            (Status::Invalid, &labels.missing, &self.missing),
            (Status::Excluded, &labels.excludes, &self.excludes),
        ];
        let scored = self.status[0];
        let segments = labels.segments.iter().zip(&self.segments);
        Summary {
            as_of,
            model: labels.digest.clone(),
            leads: self.leads,
            status: STATUSES.into_iter().zip(self.status).collect(),
            reasons: most_frequent(&reasons),
            stages: counted(labels.stages.iter().zip(&self.stages).rev(), scored),
            routes: counted(labels.routes.iter().zip(&self.routes), scored),
            segments: segments.map(|(segment, count)| (segment.name.clone(), *count)).collect(),
            histogram: self.scores.classes(),
            rules: rule_uses(labels, tally),
            unknown_current_stages: self.unknown_current_stages,
            saturated: self.saturated,
        }
    }
}

fn holding(column: &[u8]) -> usize {
    column.iter().filter(|flag| **flag != 0).count()
}

fn count_reasons(counts: &mut [usize], columns: &[Vec<u8>], statuses: &[Status], of: Status) {
    for (count, column) in counts.iter_mut().zip(columns) {
        *count += column.iter().zip(statuses).filter(|(flag, status)| **flag != 0 && **status == of).count();
    }
}

fn count_numbers(counts: &mut [usize], numbers: &[u16], statuses: &[Status]) {
    for (number, _) in numbers.iter().zip(statuses).filter(|(_, status)| **status == Status::Scored) {
        if let Some(count) = counts.get_mut(usize::from(*number)) {
            *count += 1;
        }
    }
}

impl Summary {
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

/// The reasons of leads that were not staged, the most frequent first; equal ones are one.
fn most_frequent(counts: &[(Status, &Vec<String>, &Vec<usize>)]) -> Vec<(Status, String, usize)> {
    let mut sums: BTreeMap<(Status, &str), usize> = BTreeMap::new();
    for (status, reasons, counts) in counts {
        for (reason, count) in reasons.iter().zip(*counts).filter(|(_, count)| **count > 0) {
            *sums.entry((*status, reason)).or_default() += count;
        }
    }
    let mut out: Vec<_> =
        sums.into_iter().map(|((status, reason), n)| (status, reason.to_string(), n)).collect();
    out.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    out
}

/// How many leads each name has, in this order, each name once; then those without, if any.
fn counted<'l>(
    counts: impl Iterator<Item = (&'l Named, &'l usize)>,
    whole: usize,
) -> Vec<(Option<String>, usize)> {
    let mut out: Vec<(Option<String>, usize)> = Vec::new();
    for (named, count) in counts {
        match out.iter_mut().find(|(name, _)| name.as_ref() == Some(&named.name)) {
            Some((_, sum)) => *sum += count,
            None => out.push((Some(named.name.clone()), *count)),
        }
    }
    let without = whole.saturating_sub(out.iter().map(|(_, count)| count).sum());
    if without > 0 && !out.is_empty() {
        out.push((None, without));
    }
    out
}

fn rule_uses(labels: &Labels, tally: &Tally) -> Vec<RuleUse> {
    let head = |text: &str| {
        let head = text.split('{').next().unwrap_or(text);
        head.split(" because \"").next().unwrap_or(head).trim().to_string()
    };
    let did = tally.leads.iter().zip(&tally.points);
    let rules = labels.rules.iter().zip(did).map(|(text, (leads, points))| RuleUse {
        rule: head(text),
        leads: usize::try_from(*leads).unwrap_or(usize::MAX),
        points: *points,
    });
    let mut uses: Vec<RuleUse> = rules.collect();
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
