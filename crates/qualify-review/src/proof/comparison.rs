//! What is said about a change: ranges, reachability and the verdict, as data.
//!
//! Not in here: finding it out.

use qualify_diagnostics::{Sources, Span};
use qualify_model::{Lead, Outcome};
use serde::Serialize;

/// What a change of a model could do, whatever the leads are.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// The total first, then the named scores.
    pub ranges: Vec<RangeChange>,
    /// Stages, grades, routes and segments that some lead can get only now.
    pub appearing: Vec<Place>,
    /// Those that no lead can get any more.
    pub vanishing: Vec<Place>,
    /// Whether a lead can be scored differently.
    pub verdict: Verdict,
    /// What it took.
    pub effort: Effort,
}

/// The least and the greatest value of a score, before and after. They hold for every lead and every allowed value of
/// each param; the true range can be narrower, never wider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RangeChange {
    /// The score; none: the total.
    pub score: Option<String>,
    /// None: the old model has no such score.
    pub before: Option<PointRange>,
    /// None: the new model has no such score.
    pub after: Option<PointRange>,
}

/// Points in units of 0.0001; none: no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PointRange {
    /// The least.
    pub low: Option<i128>,
    /// The greatest.
    pub high: Option<i128>,
}

/// Something that a lead can be or get.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// What kind of thing.
    pub kind: PlaceKind,
    /// The grade set, for a grade.
    pub set: Option<String>,
    /// Its name.
    pub name: String,
}

/// The kinds of [`Place`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum PlaceKind {
    Stage,
    Grade,
    Segment,
    Route,
}

/// Whether a lead can be scored differently: in status, score, named score, grade, segment, stage, route, or the time
/// to respond. Reasons and ledgers are not compared.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// No lead can be, at any instant: proved.
    Same {
        /// How it was proved.
        by: Proof,
    },
    /// This lead is; the reference interpreter confirmed it.
    Differs(Box<Counterexample>),
    /// Neither was found.
    Unknown {
        /// What stands in the way of a proof.
        why: Vec<Obstacle>,
        /// How many leads were tried, and from which seed.
        searched: Searched,
    },
}

/// How sameness was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Both models come to the same conditions and sums.
    Structure,
    /// The solver found that no facts tell them apart.
    Solver,
}

/// A lead that the two models score differently.
#[derive(Clone, Debug, Serialize)]
pub struct Counterexample {
    /// The instant, in microseconds since 1970.
    pub as_of: i64,
    /// The lead, in the new model's schema.
    #[serde(skip)]
    pub lead: Lead,
    /// The same lead in the old model's schema.
    #[serde(skip)]
    pub old_lead: Lead,
    /// What differs.
    pub differences: Vec<Difference>,
    /// What the old model makes of it.
    #[serde(skip)]
    pub before: Outcome,
    /// What the new model makes of it.
    #[serde(skip)]
    pub after: Outcome,
    /// The lead as a test of the new model, to be pasted into its file.
    pub test: String,
    /// What only one of the two versions accepts of it, in sentences; empty if both accept all.
    pub accepted_by_one: Vec<String>,
}

/// One thing that differs between two outcomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// `score`, `stage`, `fit`, `route`, `segment enterprise`.
    pub what: String,
    /// Before, as it is shown; `none` where there is none.
    pub before: String,
    /// After.
    pub after: String,
}

impl Comparison {
    /// Says of each obstacle in which file and line it stands; `old` and `new` are the texts of the models.
    pub fn with_places(mut self, old: &Sources, new: &Sources) -> Comparison {
        if let Verdict::Unknown { why, .. } = &mut self.verdict {
            for obstacle in why {
                let sources = if obstacle.old { old } else { new };
                obstacle.place = obstacle.span.map(|span| crate::place::Place::of(sources, span));
            }
        }
        self
    }
}

/// Something that no proof can look into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Obstacle {
    /// It stands in the old model, else in the new one.
    pub old: bool,
    /// Where, if at one place.
    pub span: Option<Span>,
    /// The same for people, once [`Comparison::with_places`] has been told the texts.
    pub place: Option<crate::place::Place>,
    /// What, as in "the order of events".
    pub what: String,
}

/// How far a search went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Searched {
    /// Leads that were scored by both models.
    pub leads: u64,
    /// The seed of the random ones.
    pub seed: u64,
}

/// What a comparison took, in steps that are the same on every machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Effort {
    /// Conditions and digits of sums that the solver was given.
    pub variables: u64,
    /// Clauses over them.
    pub clauses: u64,
    /// Wrong turns of the solver.
    pub conflicts: u64,
    /// Leads that the reference interpreter scored.
    pub leads: u64,
}

/// How much may be spent on a comparison; counted in steps, so that the answer is the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wrong turns of the solver for one question.
    pub conflicts: u64,
    /// Leads that are tried where the solver does not answer.
    pub leads: u64,
    /// The seed of the random leads.
    pub seed: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { conflicts: 100_000, leads: 20_000, seed: 20_260_101 }
    }
}
