//! What changed between two results of a lead, as data. Computing it notifies nobody.

use qualify_model::{Entry, Labels, LedgerLine, Outcome, RuleId, StageReason, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// Something that changed, with the rules behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transition {
    /// What.
    #[serde(flatten)]
    pub change: Change,
    /// The rules whose points differ between the two results, those that moved most first. Empty if one of the results
    /// has no ledger: that of the reference interpreter has one.
    pub rules: Vec<Responsible>,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The lead was excluded, disqualified, became invalid, or is scored (again).
    Status {
        /// None: it was not known before.
        from: Option<Status>,
        /// What it is now.
        to: Status,
        /// Why it is not scored.
        reasons: Vec<String>,
    },
    /// It left a stage, on the ladder or beside it.
    LeftStage {
        /// The stage.
        stage: String,
        /// Where it went; none: nowhere.
        to: Option<String>,
    },
    /// It entered a stage, on the ladder or beside it.
    EnteredStage {
        /// The stage.
        stage: String,
        /// Where it came from; none: nowhere.
        from: Option<String>,
        /// Why it has this stage.
        reason: StageReason,
    },
    /// Another grade.
    Grade {
        /// The name of the grade set.
        set: String,
        /// The label before.
        from: Option<String>,
        /// The label now.
        to: Option<String>,
    },
    /// A segment holds from now on.
    EnteredSegment {
        /// Its name.
        segment: String,
    },
    /// A segment holds no longer.
    LeftSegment {
        /// Its name.
        segment: String,
    },
    /// It goes another way, or for the first time, or none any more.
    Rerouted {
        /// The route before.
        from: Option<String>,
        /// The route now.
        to: Option<String>,
        /// By when to respond, in microseconds since 1970.
        respond_by: Option<i64>,
    },
}

/// A rule whose points differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Responsible {
    /// Its place among the rules of the model.
    pub rule: u32,
    /// The author's words.
    pub text: String,
    /// Its points before, in units of 1e-4; 0 if it did not fire. Points of several multipliers together stand at the
    /// first of them.
    pub before: i64,
    /// Its points now.
    pub after: i64,
}

/// What changed from one result of a lead to the next; from nothing, what it starts with. Compare each result with the
/// one before it: then every crossing is told once, and a lead that stays where it is tells nothing. A lead that wavers
/// about a threshold crosses it each time, unless its stage says `stays while`.
///
/// ```
/// # use qualify_state::{transitions, Change};
/// # use qualify_model::{Labels, Lead, Value};
/// # use qualify_reference::Interpreter;
/// # let mut sources = qualify_diagnostics::Sources::new();
/// # let text = "lead key id { size integer } when size > 100 add 20 stage MQL if score >= 20";
/// # let root = sources.add("model.qualify", text);
/// # let load = |_: &str, _: &str| Err(String::new());
/// # let model = qualify_check::check(&mut sources, &[root], &load, &Default::default()).model.expect("it is right");
/// let labels = Labels::of(&model);
/// let interpreter = Interpreter::new(&model, 1_767_225_600_000_000);
/// let of_size = |size| Lead { attributes: vec![Some(Value::Number(size))], ..Lead::default() };
/// let (small, large) = (interpreter.score(&of_size(5)), interpreter.score(&of_size(500)));
///
/// let changes = transitions(&labels, Some(&small), &large);
/// assert!(matches!(&changes[0].change, Change::EnteredStage { stage, from: None, .. } if stage == "MQL"));
/// assert_eq!((changes[0].rules[0].before, changes[0].rules[0].after), (0, 20_0000));
/// assert!(transitions(&labels, Some(&large), &large).is_empty());
/// ```
pub fn transitions(labels: &Labels, before: Option<&Outcome>, after: &Outcome) -> Vec<Transition> {
    let changes = changes(labels, before, after);
    let rules = match (before, changes.is_empty()) {
        (_, true) => Vec::new(),
        (None, _) => responsible(labels, &[], &after.ledger),
        (Some(before), _) if scored(before) && before.ledger.is_empty() && !after.ledger.is_empty() => {
            Vec::new()
        }
        (Some(before), _) if scored(after) && after.ledger.is_empty() && !before.ledger.is_empty() => {
            Vec::new()
        }
        (Some(before), _) => responsible(labels, &before.ledger, &after.ledger),
    };
    changes.into_iter().map(|change| Transition { change, rules: rules.clone() }).collect()
}

/// Whether it has lines in its ledger, if it has one: a score of nothing but zeros has none either.
fn scored(outcome: &Outcome) -> bool {
    outcome.score.is_some_and(|score| score != 0)
}

fn changes(labels: &Labels, before: Option<&Outcome>, after: &Outcome) -> Vec<Change> {
    let mut changes = Vec::new();
    let status = before.map(|before| before.status);
    // a new lead that is scored is nothing to tell
    if status != Some(after.status) && !(status.is_none() && after.status == Status::Scored) {
        let reasons = if after.status == Status::Scored { Vec::new() } else { after.reasons.clone() };
        changes.push(Change::Status { from: status, to: after.status, reasons });
    }
    let stage = before.and_then(|before| before.stage.clone());
    if stage != after.stage {
        let (from, to) = (stage.clone(), after.stage.clone());
        changes.extend(stage.map(|stage| Change::LeftStage { stage, to }));
        let reason = after.stage_reason;
        changes.extend(after.stage.clone().map(|stage| Change::EnteredStage { stage, from, reason }));
    }
    for (place, (set, _)) in labels.grades.iter().enumerate() {
        let label = |outcome: &Outcome| outcome.grades.get(place).cloned().flatten();
        let (from, to) = (before.and_then(label), label(after));
        if from != to {
            changes.push(Change::Grade { set: set.clone(), from, to });
        }
    }
    for segment in &labels.segments {
        let holds = |outcome: &Outcome| outcome.segments.contains(&segment.name);
        let name = segment.name.clone();
        match (before.is_some_and(holds), holds(after)) {
            (false, true) => changes.push(Change::EnteredSegment { segment: name }),
            (true, false) => changes.push(Change::LeftSegment { segment: name }),
            _ => {}
        }
    }
    let route = before.and_then(|before| before.route.clone());
    if route != after.route {
        let (to, respond_by) = (after.route.clone(), after.respond_by);
        changes.push(Change::Rerouted { from: route, to, respond_by });
    }
    changes
}

/// The rules whose points differ between two ledgers.
fn responsible(labels: &Labels, before: &[LedgerLine], after: &[LedgerLine]) -> Vec<Responsible> {
    let mut points: BTreeMap<RuleId, (i64, i64)> = BTreeMap::new();
    for line in before {
        let of = rule(line).map(|rule| &mut points.entry(rule).or_default().0);
        of.into_iter().for_each(|sum| *sum = sum.saturating_add(line.points));
    }
    for line in after {
        let of = rule(line).map(|rule| &mut points.entry(rule).or_default().1);
        of.into_iter().for_each(|sum| *sum = sum.saturating_add(line.points));
    }
    let differing = points.into_iter().filter(|(_, (before, after))| before != after);
    let mut rules: Vec<Responsible> = differing
        .map(|(rule, (before, after))| {
            let text = labels.rules.get(rule.index()).cloned().unwrap_or_default();
            Responsible { rule: rule.0, text, before, after }
        })
        .collect();
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.after.abs_diff(rule.before)));
    rules
}

/// The rule that a line is of.
fn rule(line: &LedgerLine) -> Option<RuleId> {
    match &line.entry {
        Entry::Rule { rule, .. } | Entry::Capped(rule) | Entry::Set(rule) => Some(*rule),
        Entry::Multiplied(rules) => rules.first().copied(),
        Entry::Bounded | Entry::Score(_) | Entry::Formula => None,
    }
}
