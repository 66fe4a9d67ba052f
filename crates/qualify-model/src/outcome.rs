//! What scoring a lead gives: the same for every engine, bit for bit.

use crate::{RuleId, ScoreId, Target};
use serde::Serialize;

/// How a lead fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Scored, staged, routed.
    Scored,
    /// Scored with its ledger, but without stage and route.
    Disqualified,
    /// A required attribute is unknown: nothing was evaluated.
    Invalid,
    /// `exclude leads where …`: nothing was evaluated.
    Excluded,
}

impl Status {
    /// The word of results and of tests.
    pub fn name(self) -> &'static str {
        match self {
            Status::Scored => "scored",
            Status::Disqualified => "disqualified",
            Status::Invalid => "invalid",
            Status::Excluded => "excluded",
        }
    }
}

/// The result of one lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The lead's key.
    pub key: String,
    /// How it fared.
    pub status: Status,
    /// Why it is excluded, invalid or disqualified; the `because` of its stage, segments and route.
    pub reasons: Vec<String>,
    /// The total in units of 1e-4 points; none for excluded and invalid leads.
    pub score: Option<i64>,
    /// Each named score in units of 1e-4 points; none outside its population.
    pub scores: Vec<Option<i64>>,
    /// Each grade set's label, if it has one.
    pub grades: Vec<Option<String>>,
    /// The stage's name.
    pub stage: Option<String>,
    /// The current stage as it came, if known.
    pub previous_stage: Option<String>,
    /// The current stage names no stage of the model.
    pub unknown_current_stage: bool,
    /// The stage differs from the previous one.
    pub stage_changed: bool,
    /// Why it is this stage.
    pub stage_reason: StageReason,
    /// Names of the segments that hold, in the order of the model.
    pub segments: Vec<String>,
    /// The route's name.
    pub route: Option<String>,
    /// `respond within`, as the instant: microseconds since 1970.
    pub respond_by: Option<i64>,
    /// What makes up the score: the lines of each target sum to its value exactly.
    pub ledger: Vec<LedgerLine>,
    /// A number left the 64-bit range and was held at its end.
    pub saturated: bool,
}

/// Why a lead has its stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StageReason {
    /// No stage.
    None,
    /// Its condition holds.
    Condition,
    /// Its `stays while` holds.
    Stays,
    /// The current stage is higher, and stages only move up.
    OnlyMovesUp,
    /// A side stage holds.
    Side,
}

impl StageReason {
    /// All, in their order.
    pub const ALL: [StageReason; 5] = [
        StageReason::None,
        StageReason::Condition,
        StageReason::Stays,
        StageReason::OnlyMovesUp,
        StageReason::Side,
    ];
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerLine {
    /// The score that the line belongs to.
    pub target: Target,
    /// What kind of line.
    pub entry: Entry,
    /// What it gives, in units of 1e-4 points.
    pub points: i64,
}

/// The kinds of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A rule that fired.
    Rule {
        /// Which.
        rule: RuleId,
        /// Points before decay and `up to`, with their sign.
        raw: i64,
        /// Points after decay, before `up to`, with their sign; equal to `raw` without decay.
        decayed: i64,
        /// The events behind it: indices into the lead's events, newest first.
        events: Vec<u32>,
        /// The points were unknown and count as 0.
        unknown_points: bool,
    },
    /// What a `multiply` changed.
    Multiplied(Vec<RuleId>),
    /// What a `cap` took away.
    Capped(RuleId),
    /// What a `set` changed.
    Set(RuleId),
    /// What a bound took away or gave: `limit of engagement`.
    Bounded,
    /// A named score as part of the total.
    Score(ScoreId),
    /// The rest when the total is a formula: what the formula makes of the scores.
    Formula,
}
