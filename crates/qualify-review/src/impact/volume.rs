//! How many leads reach each stage in a week, before and after.
//!
//! Data that are quickly scored are scored at earlier instants too, week by week: a lead reaches a stage in the week at
//! whose end it stands there or higher, and at whose beginning it did not. Attributes are those of today, for nobody
//! recorded earlier ones; events and creation are those of that instant. For more data the leads that were created in a
//! week are counted at the stage that they have now.

use super::gather::At;
use super::places::Places;
use super::run::Setting;
use qualify_model::{Model, calendar::format_instant};
use serde::Serialize;

const WEEK: i64 = 7 * 24 * 3600 * 1_000_000;

/// So many weeks are looked at.
const WEEKS: i64 = 8;

/// Leads in a week.
#[derive(Clone, Debug, Serialize)]
pub struct Volume {
    /// How it was computed: `replayed` week by week, or by the week in which leads were `created`.
    pub how: &'static str,
    /// The same in a sentence.
    pub explained: String,
    /// Where each week begins.
    pub weeks: Vec<String>,
    /// Each stage.
    pub stages: Vec<StageVolume>,
}

/// Leads that reach a stage.
#[derive(Clone, Debug, Serialize)]
pub struct StageVolume {
    /// The stage.
    pub name: String,
    /// In each week before.
    pub before: Vec<u64>,
    /// In each week after.
    pub after: Vec<u64>,
    /// On average per week, with one decimal.
    pub mean_before: String,
    /// See above.
    pub mean_after: String,
}

/// The instants before `as_of` at which leads are scored, the earliest first.
pub(crate) fn earlier(as_of: i64) -> Vec<i64> {
    (1..=WEEKS).rev().map(|week| as_of.saturating_sub(week * WEEK)).collect()
}

/// Counts week by week.
pub(crate) struct Counting {
    /// Where weeks begin, and the end of the last.
    instants: Vec<i64>,
    replayed: bool,
    names: Vec<String>,
    sides: [Ladder; 2],
    /// Whether there is a time of creation at all.
    knows_creation: bool,
    first: i64,
}

/// A model's stages, and what reached them.
struct Ladder {
    /// For each place how high it stands; side stages and no stage stand nowhere.
    height: Vec<Option<usize>>,
    counts: Vec<Vec<u64>>,
}

impl Ladder {
    fn new(model: &Model, places: &Places, weeks: usize) -> Ladder {
        let mut height = vec![None; places.names.len()];
        let ladder = model.stages.iter().zip(places.of_stages(model)).filter(|(stage, _)| !stage.side);
        for (rank, (_, place)) in ladder.enumerate() {
            height[place as usize] = Some(rank);
        }
        Ladder { height, counts: vec![vec![0; weeks]; places.stages] }
    }

    /// A lead was at one place when a week began and at another when it ended.
    fn add(&mut self, week: usize, from: Option<u16>, to: u16) {
        if from == Some(to) {
            return;
        }
        let to = to as usize;
        match (self.height[to], from.and_then(|from| self.height[from as usize])) {
            (None, _) => {
                if let Some(counts) = self.counts.get_mut(to) {
                    counts[week] += 1;
                }
            }
            (Some(high), low) => {
                let reached =
                    |height: &Option<usize>| height.is_some_and(|h| h <= high && low.is_none_or(|l| h > l));
                let places = self.height.iter().enumerate().filter(|(_, height)| reached(height));
                for (place, _) in places {
                    self.counts[place][week] += 1;
                }
            }
        }
    }
}

impl Counting {
    pub fn new(setting: &Setting<'_>, as_of: i64, earlier: &[i64]) -> Counting {
        let replayed = !earlier.is_empty();
        let mut instants = if replayed { earlier.to_vec() } else { self::earlier(as_of) };
        instants.push(as_of);
        let ladder = |model: &Model| Ladder::new(model, &setting.places, WEEKS as usize);
        Counting {
            instants,
            replayed,
            names: setting.places.names[..setting.places.stages].to_vec(),
            sides: [ladder(setting.both.old), ladder(setting.both.new)],
            knows_creation: setting.created.is_some(),
            first: i64::MAX,
        }
    }

    pub fn add(&mut self, old: At<'_>, new: At<'_>, created: Option<i64>) {
        if let Some(created) = created {
            self.first = self.first.min(created);
        }
        for (side, at) in self.sides.iter_mut().zip([old, new]) {
            let last = at.found.place[at.row];
            if !self.replayed {
                let week = created.and_then(|created| {
                    self.instants.windows(2).position(|w| created >= w[0] && created < w[1])
                });
                week.into_iter().for_each(|week| side.add(week, None, last));
                continue;
            }
            let exists = |instant: i64| created.is_none_or(|created| created < instant);
            let place = |k: usize| at.found.replays.get(k).map_or(last, |places| places[at.row]);
            let mut from = exists(self.instants[0]).then(|| place(0));
            for week in 0..self.instants.len() - 1 {
                let to = exists(self.instants[week + 1]).then(|| place(week + 1));
                if let Some(to) = to {
                    side.add(week, from, to);
                }
                from = to;
            }
        }
    }

    pub fn finish(self) -> Option<Volume> {
        if self.names.is_empty() || !self.replayed && !self.knows_creation {
            return None;
        }
        // weeks before there was a lead say nothing
        let skip = match self.knows_creation {
            true => self.instants[1..].iter().take_while(|end| **end <= self.first).count(),
            false => 0,
        };
        let weeks: Vec<String> =
            self.instants[skip..self.instants.len() - 1].iter().map(|i| format_instant(*i)).collect();
        if weeks.is_empty() {
            return None;
        }
        let mean = |counts: &[u64]| {
            let tenths = (counts.iter().sum::<u64>() * 10 + counts.len() as u64 / 2) / counts.len() as u64;
            format!("{}.{}", tenths / 10, tenths % 10)
        };
        let stages = self.names.iter().enumerate().map(|(place, name)| {
            let of = |side: &Ladder| side.counts[place][skip..].to_vec();
            let (before, after) = (of(&self.sides[0]), of(&self.sides[1]));
            let (mean_before, mean_after) = (mean(&before), mean(&after));
            StageVolume { name: name.clone(), before, after, mean_before, mean_after }
        });
        let (how, explained) = if self.replayed {
            let created = if self.knows_creation { " and the leads created until then" } else { "" };
            let text = format!(
                "leads were scored at the end of each of {} weeks with the events until then{created}; a lead counts in the \
                 week in which it reaches the stage or a higher one; attributes are those of today",
                weeks.len()
            );
            ("replayed", text)
        } else {
            let text = "leads created in a week, at the stage or a higher one that they have now".to_string();
            ("created", text)
        };
        Some(Volume { how, explained, weeks, stages: stages.collect() })
    }
}
