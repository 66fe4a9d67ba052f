//! Rules, stage and segment of all leads, by one or more threads.

use super::attributes::{AttributeRules, Objects};
use super::decay::Decay;
use super::histogram::{self, Classes};
use super::one_pass;
use super::{Events, Leads};
use std::ops::Range;

/// Names of stages; [`Scores::stage`] holds places in it.
pub const STAGES: [&str; 5] = ["disqualified", "sales_qualified", "marketing_qualified", "engaged", "cold"];

/// How events are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Each event against the rules of its type.
    OnePass,
    /// By class and age first.
    Histogram,
}

/// The results, row by row.
#[derive(Clone, Debug, Default)]
pub struct Scores {
    pub fit: Vec<i32>,
    pub engagement: Vec<f64>,
    pub score: Vec<f64>,
    /// Places in [`STAGES`].
    pub stage: Vec<u8>,
    /// Places in [`SEGMENTS`](super::attributes::SEGMENTS).
    pub segment: Vec<u8>,
}

/// The part of the results that one thread writes.
struct Part<'a> {
    fit: &'a mut [i32],
    engagement: &'a mut [f64],
    score: &'a mut [f64],
    stage: &'a mut [u8],
    segment: &'a mut [u8],
}

struct Rules<'a> {
    leads: &'a Leads,
    events: &'a Events,
    attributes: AttributeRules,
    objects: Objects,
    classes: Classes,
    decay: Decay,
}

/// Scores all leads, whose events are grouped.
pub fn score(leads: &Leads, events: &Events, threads: usize, design: Design) -> Scores {
    let objects = Objects::new(events);
    let rules = Rules {
        leads,
        events,
        attributes: AttributeRules::new(leads),
        objects,
        classes: Classes::new(&objects),
        decay: Decay::new(),
    };
    let rows = leads.len();
    let mut scores = Scores {
        fit: vec![0; rows],
        engagement: vec![0.0; rows],
        score: vec![0.0; rows],
        stage: vec![0; rows],
        segment: vec![0; rows],
    };
    let mut rest = Part {
        fit: &mut scores.fit,
        engagement: &mut scores.engagement,
        score: &mut scores.score,
        stage: &mut scores.stage,
        segment: &mut scores.segment,
    };
    std::thread::scope(|scope| {
        for range in shares(rows, events, threads.max(1)) {
            let part;
            (part, rest) = rest.split(range.len());
            let rules = &rules;
            if threads <= 1 {
                rules.score(range, part, design);
            } else {
                scope.spawn(move || rules.score(range, part, design));
            }
        }
    });
    scores
}

/// Ranges of leads that are about equally much work: a lead counts as much as eight events.
fn shares(rows: usize, events: &Events, threads: usize) -> Vec<Range<usize>> {
    let work = |row: usize| events.offsets[row] as usize + row * 8;
    let mut cuts = vec![0];
    for thread in 1..threads {
        let wanted = work(rows) * thread / threads;
        let (mut low, mut high) = (0, rows);
        while low < high {
            let middle = (low + high) / 2;
            if work(middle) < wanted { low = middle + 1 } else { high = middle }
        }
        cuts.push(low);
    }
    cuts.push(rows);
    cuts.windows(2).map(|cut| cut[0]..cut[1]).collect()
}

impl<'a> Part<'a> {
    fn split(self, rows: usize) -> (Part<'a>, Part<'a>) {
        let (fit, fit_rest) = self.fit.split_at_mut(rows);
        let (engagement, engagement_rest) = self.engagement.split_at_mut(rows);
        let (score, score_rest) = self.score.split_at_mut(rows);
        let (stage, stage_rest) = self.stage.split_at_mut(rows);
        let (segment, segment_rest) = self.segment.split_at_mut(rows);
        let rest = Part {
            fit: fit_rest,
            engagement: engagement_rest,
            score: score_rest,
            stage: stage_rest,
            segment: segment_rest,
        };
        (Part { fit, engagement, score, stage, segment }, rest)
    }
}

impl Rules<'_> {
    fn score(&self, range: Range<usize>, out: Part, design: Design) {
        let (leads, events) = (self.leads, self.events);
        for (row, lead) in range.enumerate() {
            let own = events.offsets[lead] as usize..events.offsets[lead + 1] as usize;
            let tally = match design {
                Design::OnePass => one_pass::tally(events, &self.objects, &self.decay, own),
                Design::Histogram => histogram::tally(events, &self.objects, &self.classes, &self.decay, own),
            };
            let fit = self.attributes.fit(leads, lead);
            let engagement = tally.points();
            let score = (f64::from(fit) + engagement).clamp(0.0, 250.0);
            out.fit[row] = fit;
            out.engagement[row] = engagement;
            out.score[row] = score;
            out.stage[row] = if self.attributes.disqualified(leads, lead, tally.last) {
                0
            } else if score >= 100.0 && leads.consent[lead] != 0 {
                1
            } else if score >= 60.0 {
                2
            } else if score >= 25.0 {
                3
            } else {
                4
            };
            out.segment[row] = AttributeRules::segment(leads, lead);
        }
    }
}
