//! For how many leads rules fire, and which rules fire for the same leads.

use super::watched::Watched;
use qualify_model::{ScoreColumns, Status, Tally};
use std::collections::HashMap;

/// What a run told of the rules.
pub(super) struct Fired {
    /// All leads.
    pub leads: u64,
    /// Leads that were evaluated: neither excluded nor invalid.
    pub evaluated: u64,
    /// For each score the leads that have a value for it.
    pub in_score: Vec<u64>,
    /// What the rules did.
    pub tally: Tally,
    segments: Vec<Option<usize>>,
    homes: Vec<Option<usize>>,
    /// For each rule the sum of the marks of the leads for which it fires, and how many these are. Equal sums are
    /// equal sets of leads but for a chance of one in 2^128.
    sums: Vec<(Mark, u64)>,
    /// The marks of the leads of a batch.
    marks: Vec<Mark>,
}

/// A number as if by chance.
type Mark = (u64, u64);

impl Fired {
    /// Of no lead yet.
    pub fn new(watched: &Watched) -> Fired {
        let rules = watched.segments.len();
        Fired {
            leads: 0,
            evaluated: 0,
            in_score: vec![0; watched.engine.labels().scores.len()],
            tally: Tally::new(rules),
            segments: watched.segments.clone(),
            homes: watched.homes.clone(),
            sums: vec![((0, 0), 0); rules],
            marks: Vec::new(),
        }
    }

    /// The results of the next leads.
    pub fn add(&mut self, scores: &ScoreColumns) {
        let evaluated = |status: &&Status| matches!(status, Status::Scored | Status::Disqualified);
        self.evaluated += scores.status.iter().filter(evaluated).count() as u64;
        self.tally.add(&scores.tally);
        for (count, score) in self.in_score.iter_mut().zip(&scores.scores) {
            *count += score.known.iter().filter(|known| **known != 0).count() as u64;
        }
        self.marks.clear();
        self.marks.extend((self.leads..).take(scores.rows).map(mark));
        self.leads += scores.rows as u64;
        for (segment, (sum, count)) in self.segments.iter().zip(&mut self.sums) {
            let Some(column) = segment.and_then(|segment| scores.segments.get(segment)) else { continue };
            for (fires, mark) in column.iter().zip(&self.marks) {
                let fires = u64::from(*fires);
                let mask = fires.wrapping_neg();
                sum.0 = sum.0.wrapping_add(mark.0 & mask);
                sum.1 = sum.1.wrapping_add(mark.1 & mask);
                *count += fires;
            }
        }
    }

    /// The leads for which the rule could fire: those of its score.
    pub fn leads_of(&self, rule: usize) -> u64 {
        let home = self.homes.get(rule).copied().flatten();
        home.and_then(|score| self.in_score.get(score).copied()).unwrap_or(self.evaluated)
    }

    /// The leads for which it fired.
    pub fn fired(&self, rule: usize) -> u64 {
        self.tally.leads.get(rule).copied().unwrap_or(0)
    }

    /// Rules that fired for the same leads, at least so many and not all, with their number.
    pub fn together(&self, least: u64) -> Vec<(Vec<usize>, u64)> {
        let mut groups: HashMap<(Mark, u64), Vec<usize>> = HashMap::new();
        for (rule, sum) in self.sums.iter().enumerate() {
            let some = sum.1 >= least.max(1) && sum.1 < self.evaluated;
            if self.segments[rule].is_some() && some {
                groups.entry(*sum).or_default().push(rule);
            }
        }
        let mut together: Vec<_> =
            groups.into_iter().filter(|(_, rules)| rules.len() > 1).map(|((_, n), r)| (r, n)).collect();
        together.sort();
        together
    }
}

/// The mark of a lead by its number: two steps of the generator SplitMix64, from two seeds.
fn mark(lead: u64) -> Mark {
    let mix = |seed: u64| {
        let mut z = seed.wrapping_add(lead.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    (mix(0x243f_6a88_85a3_08d3), mix(0x1319_8a2e_0370_7344))
}
