//! Which of the events of a `for each` count: the newest, so many of each period.

use crate::evaluation::{Evaluation, Scope};
use qualify_model::Limit;
use std::collections::HashMap;

/// An event that may give points.
pub(crate) struct Candidate {
    /// Which of the lead's.
    pub(crate) event: u32,
    /// Points before sign and decay; unknown ones are 0.
    pub(crate) points: i64,
    /// They were unknown.
    pub(crate) unknown: bool,
    /// A number was held on the way to them.
    pub(crate) held: bool,
    /// How many events had the value, in `for each different`.
    pub(crate) times: Option<i64>,
}

impl Evaluation<'_> {
    /// Those that count of candidates from the newest to the oldest. At one instant those with the greatest
    /// points come first. An unknown limit limits nothing.
    pub(crate) fn limited(
        &self,
        mut candidates: Vec<Candidate>,
        limit: Option<&Limit>,
        scope: Scope,
    ) -> Vec<Candidate> {
        let time = |candidate: &Candidate| self.event(candidate.event).time;
        candidates.sort_by(|a, b| time(b).cmp(&time(a)).then_with(|| b.points.cmp(&a.points)));
        let Some(limit) = limit else { return candidates };
        let Some(most) = self.number(&limit.count, scope).map(|n| n.units) else { return candidates };
        let mut counted: HashMap<Option<i64>, i128> = HashMap::new();
        candidates.retain(|candidate| {
            let period = limit.per.map(|unit| self.of.zone.period_number(unit, time(candidate)));
            let so_far = counted.entry(period).or_default();
            *so_far += 1;
            *so_far <= most
        });
        candidates
    }
}
