//! What a change may do without somebody's mark: the limits of `[review]` in the manifest, what the change does beside
//! each, and the approvals that the change itself brings.
//!
//! The limits in force are those before the change: a change cannot loosen what it is held to. An approval is a line
//! `# approve max_stage_change: why` in a rule file; it counts for the change that brings it, not for later ones.
//!
//! Not in here: reading the manifest (`qualify-data`), exit statuses (the command line).

mod approval;

pub use approval::{Approval, approvals};

use crate::change::{Action, Changes, Kind, Read, read_attributes};
use crate::impact::{Flow, Impact, Points, ScoreChange};
use crate::proof::{Comparison, PlaceKind};
use qualify_data::{Most, Review};
use serde::Serialize;

/// How a change stands to all limits.
#[derive(Clone, Debug, Serialize)]
pub struct Budgets {
    /// Each limit that is set.
    pub limits: Vec<Limit>,
    /// The approvals in the rules.
    pub approvals: Vec<Approval>,
    /// Whether the change may pass: no limit is exceeded without an approval, and all could be looked at.
    pub passes: bool,
}

/// How a change stands to one limit.
#[derive(Clone, Debug, Serialize)]
pub struct Limit {
    /// Its name in the manifest.
    pub name: &'static str,
    /// What is allowed, in words.
    pub allowed: String,
    /// What the change does, in words.
    pub found: String,
    /// How it stands.
    pub state: State,
    /// The reason of the approval, if one counts.
    pub approved: Option<String>,
    /// How many leads are behind it.
    pub leads: Option<u64>,
    /// The first few of them.
    pub keys: Vec<String>,
    /// Which changes or places are behind it.
    pub behind: Vec<String>,
}

/// How a change stands to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Within it.
    Within,
    /// Beyond it, and nobody approved.
    Exceeded,
    /// Beyond it, and approved.
    Approved,
    /// It could not be looked at.
    Unknown,
}

/// All that is known of a change.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// The model before.
    pub old: Read<'a>,
    /// The model after.
    pub new: Read<'a>,
    /// What changed.
    pub changes: &'a Changes,
    /// What it does to leads.
    pub leads: Option<&'a Impact>,
    /// What it could do.
    pub could: Option<&'a Comparison>,
}

impl Budgets {
    /// Holds a change to its limits.
    pub fn of(review: &Review, known: &Known<'_>) -> Budgets {
        let mut limits = leads(review, known);
        limits.extend(points(review, known));
        limits.extend(forbidden(review, known));
        let mut approvals = approvals(known.old.sources, known.new.sources);
        // points that no comparison can tell are for people to judge; what was not measured is to be measured
        let asks = |limit: &&mut Limit| {
            limit.state == State::Exceeded
                || limit.state == State::Unknown && limit.name == "max_points_change"
        };
        for limit in limits.iter_mut().filter(asks) {
            let counts = |approval: &&Approval| approval.counts && approval.budget == limit.name;
            if let Some(approval) = approvals.iter().find(counts) {
                limit.state = State::Approved;
                limit.approved = Some(approval.reason.clone());
            }
        }
        for approval in &mut approvals {
            approval.judge(&limits);
        }
        let passes = limits.iter().all(|limit| matches!(limit.state, State::Within | State::Approved));
        Budgets { limits, approvals, passes }
    }
}

/// A limit, before approvals are looked at.
fn limit(name: &'static str, allowed: String, found: String, exceeded: bool) -> Limit {
    let state = if exceeded { State::Exceeded } else { State::Within };
    Limit { name, allowed, found, state, approved: None, leads: None, keys: Vec::new(), behind: Vec::new() }
}

fn unknown(name: &'static str, allowed: String, why: &str) -> Limit {
    Limit { state: State::Unknown, ..limit(name, allowed, why.to_string(), false) }
}

const NO_LEADS: &str = "no leads were scored, so it is not known";

/// Leads that moved, as far as a limit on them is set.
fn leads(review: &Review, known: &Known<'_>) -> Vec<Limit> {
    let flows = |flows: &[Flow]| -> (u64, Vec<String>, Vec<String>) {
        // who left one place entered another: each lead once
        let mut keys: Vec<String> = Vec::new();
        for key in flows.iter().flat_map(|f| f.entered_keys.iter().chain(&f.left_keys)) {
            if keys.len() < 5 && !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        let of = |flow: &&Flow| flow.entered + flow.left > 0;
        let behind =
            flows.iter().filter(of).map(|f| format!("{}: {} entered, {} left", f.name, f.entered, f.left));
        (flows.iter().map(|f| f.entered).sum(), keys, behind.collect())
    };
    type Moved = (u64, Vec<String>, Vec<String>);
    type Count<'c> = Box<dyn Fn(&Impact) -> Moved + 'c>;
    let stage: Count<'_> = Box::new(|impact| {
        let (_, _, behind) = flows(&impact.stage_flows);
        (impact.stages.moved(), impact.stages.moved_keys(), behind)
    });
    let route: Count<'_> = Box::new(|impact| {
        let (_, keys, behind) = flows(&impact.routes.flows);
        (impact.routes.changed, keys, behind)
    });
    let grade: Count<'_> = Box::new(|impact| {
        let most = impact.grades.iter().max_by_key(|set| set.value.changed);
        most.map_or_else(Default::default, |set| {
            let (_, keys, behind) = flows(&set.value.flows);
            let behind = behind.into_iter().map(|text| format!("{} {text}", set.name));
            (set.value.changed, keys, behind.collect())
        })
    });
    let segment: Count<'_> = Box::new(|impact| {
        let (_, keys, behind) = flows(&impact.segments);
        (impact.segment_changes, keys, behind)
    });
    let disqualified: Count<'_> = Box::new(|impact| {
        let of: Vec<Flow> =
            impact.stage_flows.iter().filter(|f| f.name == "(disqualified)").cloned().collect();
        let (_, keys, behind) = flows(&of);
        (of.iter().map(|f| f.entered + f.left).sum(), keys, behind)
    });
    let all = [
        ("max_stage_change", review.max_stage_change, stage, ("is", "are", "at another stage")),
        ("max_route_change", review.max_route_change, route, ("has", "have", "another route")),
        ("max_grade_change", review.max_grade_change, grade, ("has", "have", "another grade")),
        ("max_segment_change", review.max_segment_change, segment, ("is", "are", "in other segments")),
        (
            "max_disqualified_change",
            review.max_disqualified_change,
            disqualified,
            ("is", "are", "disqualified now, or no longer"),
        ),
    ];
    let mut out = Vec::new();
    for (name, most, count, what) in all {
        let Some(most) = most else { continue };
        let allowed = most_words(most);
        let Some(impact) = known.leads else {
            out.push(unknown(name, allowed, NO_LEADS));
            continue;
        };
        let (n, keys, behind) = count(impact);
        let (one, many, what) = what;
        let verb = if n == 1 { one } else { many };
        let (share, number, all) = (percent(n, impact.leads), thousands(n), thousands(impact.leads));
        let found = format!("{number} of {all} leads ({share}) {verb} {what}");
        out.push(Limit {
            leads: Some(n),
            keys,
            behind,
            ..limit(name, allowed, found, exceeds(n, impact.leads, most))
        });
    }
    out.extend(volume(review, known));
    out
}

fn volume(review: &Review, known: &Known<'_>) -> Option<Limit> {
    let (name, most) = ("max_volume_change", review.max_volume_change?);
    let allowed = match most {
        Most::Share(_) => format!("{} more or fewer in a week", most_words(most)),
        Most::Leads(n) => format!("{n} leads more or fewer in a week"),
    };
    let Some(volume) = known.leads.and_then(|impact| impact.volume.as_ref()) else {
        let why = if known.leads.is_some() { "the data do not tell weeks" } else { NO_LEADS };
        return Some(unknown(name, allowed, why));
    };
    let weeks = volume.weeks.len() as u64;
    let sums = |stage: &crate::impact::StageVolume| {
        (stage.before.iter().sum::<u64>(), stage.after.iter().sum::<u64>())
    };
    let beyond = |stage: &&crate::impact::StageVolume| {
        let (before, after) = sums(stage);
        match most {
            Most::Share(_) => exceeds(before.abs_diff(after), before, most),
            Most::Leads(n) => before.abs_diff(after) > n.saturating_mul(weeks),
        }
    };
    let told = |stage: &crate::impact::StageVolume| {
        let (before, after) = sums(stage);
        let change = percent(before.abs_diff(after), before);
        let sign = if after < before { "-" } else { "+" };
        format!("{}: {} a week, was {} ({sign}{change})", stage.name, stage.mean_after, stage.mean_before)
    };
    let over: Vec<&crate::impact::StageVolume> = volume.stages.iter().filter(beyond).collect();
    let worst = volume.stages.iter().max_by_key(|stage| {
        let (before, after) = sums(stage);
        before.abs_diff(after).saturating_mul(1_000_000) / before.max(1)
    });
    let found = worst.map_or_else(|| "no stages".to_string(), told);
    let behind = over.iter().map(|stage| told(stage)).collect();
    Some(Limit { behind, ..limit(name, allowed, found, !over.is_empty()) })
}

/// Points of rules and of leads.
fn points(review: &Review, known: &Known<'_>) -> Vec<Limit> {
    let mut out = Vec::new();
    if let Some(most) = review.max_points_change {
        out.push(rule_points(most, known.changes));
    }
    let (shift, lead) = (review.max_score_shift, review.max_lead_change);
    for (name, most, found) in
        [("max_score_shift", shift, score_shift as Moved), ("max_lead_change", lead, lead_change)]
    {
        let Some(most) = most else { continue };
        let allowed = format!("{} points", Points(most));
        out.push(match known.leads {
            None => unknown(name, allowed, NO_LEADS),
            Some(impact) => found(most, allowed, impact),
        });
    }
    out
}

type Moved = fn(i64, String, &Impact) -> Limit;

/// The total and the named scores, with what they are called in a sentence.
fn all_scores(impact: &Impact) -> impl Iterator<Item = (String, &ScoreChange)> {
    let named = impact.scores.iter().map(|score| (format!("score `{}`", score.name), &score.value));
    std::iter::once(("score".to_string(), &impact.score)).chain(named)
}

fn score_shift(most: i64, allowed: String, impact: &Impact) -> Limit {
    let shift = |score: &ScoreChange| score.after.mean.0.saturating_sub(score.before.mean.0).saturating_abs();
    let told = |(name, score): (String, &ScoreChange)| {
        let (before, after) = (mean(score.before.mean), mean(score.after.mean));
        match (score.before.leads, score.after.leads) {
            (0, 1..) => format!("the mean {name} is {after}, before no lead had one"),
            (1.., 0) => format!("no lead has a {name} any more, the mean was {before}"),
            _ => format!("the mean {name} is {after}, was {before}"),
        }
    };
    let over: Vec<(String, &ScoreChange)> =
        all_scores(impact).filter(|(_, score)| shift(score) > most).collect();
    let exceeded = !over.is_empty();
    let behind = over.into_iter().map(told).collect();
    let found = told(("score".to_string(), &impact.score));
    Limit { behind, ..limit("max_score_shift", allowed, found, exceeded) }
}

/// With two decimals at most.
fn mean(points: Points) -> String {
    let hundredths = qualify_model::exact::divide_rounded(i128::from(points.0), 100).unwrap_or(0);
    qualify_model::exact::format(hundredths, 2)
}

fn lead_change(most: i64, allowed: String, impact: &Impact) -> Limit {
    let told = |name: &str, score: &ScoreChange| {
        let (up, down) = (score.most_up, Points(score.most_down.0.saturating_neg()));
        format!("{name}at most {up} up and {down} down for one lead")
    };
    let beyond = |score: &ScoreChange| score.most_up.0 > most || score.most_down.0.saturating_neg() > most;
    let over: Vec<(String, &ScoreChange)> = all_scores(impact).filter(|(_, score)| beyond(score)).collect();
    let exceeded = !over.is_empty();
    let behind = over.iter().skip_while(|(name, _)| name == "score");
    let behind = behind.map(|(name, score)| told(&format!("{name}: "), score)).collect();
    let movers = impact.movers.iter().filter(|mover| mover.change.0.saturating_abs() > most);
    let keys = movers.take(5).map(|mover| mover.lead.clone()).collect();
    Limit { keys, behind, ..limit("max_lead_change", allowed, told("", &impact.score), exceeded) }
}

/// The points of rules: what they give and what they read.
fn rule_points(most: i64, changes: &Changes) -> Limit {
    let others = changes.changes.iter().filter(|change| change.kind != Kind::Rule);
    let others = others.map(|change| (Some(change.points), &change.sentence));
    let rules = changes.rule_points.iter().map(|rule| (rule.most, &rule.sentence));
    let mut all: Vec<(Option<i64>, &String)> = others.chain(rules).collect();
    // what is not known could be anything
    all.sort_by_key(|(points, _)| std::cmp::Reverse(points.unwrap_or(i64::MAX)));
    let largest = all.iter().filter_map(|(points, _)| *points).max().unwrap_or(0);
    let open = all.iter().filter(|(points, _)| points.is_none()).count();
    let mut found = format!("{} points in one rule", Points(largest));
    if open > 0 {
        let rules = if open == 1 { "rule" } else { "rules" };
        found.push_str(&format!("; of {open} {rules} it is not known, as they work it out for each lead"));
    }
    let over = all.iter().filter(|(points, _)| points.is_none_or(|points| points > most));
    let behind = over.map(|(_, sentence)| sentence.to_string()).collect();
    let limit = limit("max_points_change", format!("{} points", Points(most)), found, largest > most);
    let state = if limit.state == State::Within && open > 0 { State::Unknown } else { limit.state };
    Limit { behind, state, ..limit }
}

/// What must not be at all.
fn forbidden(review: &Review, known: &Known<'_>) -> Vec<Limit> {
    let mut out = Vec::new();
    if review.forbid_unreachable_stage {
        let (name, allowed) = ("forbid_unreachable_stage", "no stage becomes unreachable".to_string());
        out.push(match known.could {
            None => unknown(name, allowed, "reachability was not looked at"),
            Some(could) => {
                let stages = could.vanishing.iter().filter(|place| place.kind == PlaceKind::Stage);
                // a stage that is no longer there is a change that everybody sees
                let there = |name: &String| known.new.model.stages.iter().any(|stage| stage.name == *name);
                let behind: Vec<String> = stages.map(|place| place.name.clone()).filter(there).collect();
                let found = match behind.as_slice() {
                    [] => "none".to_string(),
                    names => format!("no lead can reach {}", names.join(", ")),
                };
                let exceeded = !behind.is_empty();
                Limit { behind, ..limit(name, allowed, found, exceeded) }
            }
        });
    }
    if review.forbid_new_personal {
        let before = read_attributes(known.old);
        // a change cannot take the mark off for itself
        let guarded = |path: &String| {
            let is = |a: &qualify_model::Attribute| a.path() == *path && (a.personal || a.protected);
            [known.old, known.new].iter().any(|read| read.model.schema.attributes.iter().any(is))
        };
        let new: Vec<String> = read_attributes(known.new)
            .into_iter()
            .filter(|path| !before.contains(path) && guarded(path))
            .collect();
        let found = if new.is_empty() { "none".to_string() } else { format!("now read: {}", new.join(", ")) };
        let allowed = "no personal or protected attribute is newly read".to_string();
        let exceeded = !new.is_empty();
        out.push(Limit { behind: new, ..limit("forbid_new_personal", allowed, found, exceeded) });
    }
    if review.require_because {
        let is_mute = |change: &&crate::change::Change| {
            change.kind == Kind::Rule
                && matches!(change.action, Action::Added | Action::Changed)
                && matches!(change.edit, crate::change::Edit::Rule(_, Some(j)) if known.new.model.rules[j].because.is_none())
        };
        let behind: Vec<String> =
            known.changes.changes.iter().filter(is_mute).map(|c| c.sentence.clone()).collect();
        let found = match behind.len() {
            0 => "all say why".to_string(),
            1 => "1 rule does not say why".to_string(),
            n => format!("{n} rules do not say why"),
        };
        let exceeded = !behind.is_empty();
        let allowed = "new and changed rules say why".to_string();
        out.push(Limit { behind, ..limit("require_because", allowed, found, exceeded) });
    }
    out
}

fn most_words(most: Most) -> String {
    match most {
        Most::Share(millionths) => {
            let percent = qualify_model::exact::format(i128::from(millionths), 4);
            format!("{percent}%")
        }
        Most::Leads(n) => format!("{n} leads"),
    }
}

/// Whether `n` of `all` is more than a limit.
fn exceeds(n: u64, all: u64, most: Most) -> bool {
    match most {
        Most::Share(millionths) => u128::from(n) * 1_000_000 > u128::from(all) * u128::from(millionths),
        Most::Leads(limit) => n > limit,
    }
}

/// `1,234,567`.
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share in percent with one decimal; one that is not zero is never told as zero.
pub(crate) fn percent(n: u64, all: u64) -> String {
    if all == 0 {
        return if n == 0 { "0%".to_string() } else { "from none".to_string() };
    }
    let tenths = (u128::from(n) * 1000 + u128::from(all) / 2) / u128::from(all);
    match (n, tenths) {
        (1.., 0) => "<0.1%".to_string(),
        (_, tenths) => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}
