//! What each change does by itself: the old model with that change alone, beside the old model.
//!
//! Differences of single changes do not sum to that of all: where two touch one lead, limits and stages make more or
//! less of both together. This rest is told as such, so that all parts sum to the whole exactly.

use super::Points;
use super::gather::{At, points_of};
use super::parts::{Both, Parts, Which};
use super::places::Places;
use super::run::Setting;
use crate::change::{Changes, Edit};
use qualify_model::Model;
use serde::Serialize;

/// More changes than this are not tried alone.
const MOST: usize = 100;

/// The changes apart and together.
#[derive(Clone, Debug, Serialize)]
pub struct Attribution {
    /// Leads that were looked at.
    pub leads: u64,
    /// Whether these are a sample of all.
    pub sampled: bool,
    /// Each change by itself.
    pub alone: Vec<Alone>,
    /// What is left when the parts are taken from the whole: changes that meet in one lead, and those that cannot stand
    /// alone.
    pub rest: Part,
    /// All changes together.
    pub whole: Part,
}

/// A change by itself.
#[derive(Clone, Debug, Serialize)]
pub struct Alone {
    /// What it says; more than one sentence if these can only be made together.
    pub sentences: Vec<String>,
    /// Why it could not be tried; its part is then in the rest.
    pub impossible: Option<String>,
    /// What it does.
    pub part: Part,
}

/// What a change does.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Part {
    /// Leads with another score.
    pub scores: u64,
    /// Leads at another stage.
    pub moves: u64,
    /// The sum of all differences of the score.
    pub points: Points,
    /// For each stage how many more or fewer leads are there; those without a difference are left out.
    pub stages: Vec<(String, i64)>,
}

/// Changes of results that can be made alone, in groups that can only be made together.
pub(crate) struct Groups {
    /// Sentences of each.
    pub sentences: Vec<Vec<String>>,
    /// The old model with it, or why there is none.
    pub models: Vec<Result<Model, String>>,
}

impl Groups {
    /// Of all changes.
    pub fn of(both: Both<'_>, changes: &Changes) -> Groups {
        let mut groups: Vec<(Edit, Vec<String>)> = Vec::new();
        let has = |edit: Edit| changes.of_results().any(|change| change.edit == edit);
        let (stages, routes, scores) = (has(Edit::Stages), has(Edit::Routes), has(Edit::Scores));
        let came = |home: qualify_model::Target, model: &Model, other: &Model| match home {
            qualify_model::Target::Total => false,
            qualify_model::Target::Score(id) => {
                let name = &model.scores[id.index()].name;
                !other.scores.iter().any(|score| score.name == *name)
            }
        };
        for change in changes.of_results() {
            let edit = match &change.edit {
                // with the ladder taken as a whole its single stages come along
                Edit::Stage(..) if stages => Edit::Stages,
                Edit::Route(..) if routes => Edit::Routes,
                Edit::Total if scores => Edit::Scores,
                // the rules of a score that came or went come and go with it
                Edit::Rule(None, Some(j)) if came(both.new.rules[*j].home, both.new, both.old) => {
                    Edit::Scores
                }
                Edit::Rule(Some(i), None) if came(both.old.rules[*i].home, both.old, both.new) => {
                    Edit::Scores
                }
                edit => edit.clone(),
            };
            match groups.iter_mut().find(|(other, _)| *other == edit) {
                Some((_, sentences)) => sentences.push(change.sentence.clone()),
                None => groups.push((edit, vec![change.sentence.clone()])),
            }
        }
        let model = |(at, (edit, _)): (usize, &(Edit, Vec<String>))| {
            if at >= MOST {
                return Err(format!("only the first {MOST} changes are tried alone"));
            }
            if *edit == Edit::Schema {
                return Err("a change of the schema is not tried alone".to_string());
            }
            let mut parts = Parts::of(Which::Old, both.old, Which::Old);
            parts.apply(edit, both, &changes.rules);
            parts.assemble(both).map_err(|missing| missing.to_string())
        };
        let models = groups.iter().enumerate().map(model).collect();
        Groups { sentences: groups.into_iter().map(|(_, sentences)| sentences).collect(), models }
    }
}

/// One change as it is counted.
#[derive(Clone, Default)]
struct Count {
    scores: u64,
    moves: u64,
    points: i128,
    net: Vec<i64>,
}

impl Count {
    fn add(&mut self, change: i64, from: u16, to: u16) {
        self.scores += u64::from(change != 0);
        self.points += i128::from(change);
        if from != to {
            self.moves += 1;
            self.net[from as usize] -= 1;
            self.net[to as usize] += 1;
        }
    }

    fn part(&self, places: &Places) -> Part {
        let stages = places.names.iter().cloned().zip(self.net.iter().copied());
        Part {
            scores: self.scores,
            moves: self.moves,
            points: Points(qualify_model::exact::hold(self.points).0),
            stages: stages.filter(|(_, net)| *net != 0).collect(),
        }
    }
}

/// Counts all of them.
pub(crate) struct Counting {
    sentences: Vec<Vec<String>>,
    /// The number of its variant, or why there is none.
    variants: Vec<Result<usize, String>>,
    counts: Vec<Count>,
    whole: Count,
    leads: u64,
    all: u64,
}

impl Counting {
    pub fn new(setting: &Setting<'_>) -> Counting {
        let count = Count { net: vec![0; setting.places.names.len()], ..Count::default() };
        let mut next = 0..;
        let variants = setting.groups.models.iter().map(|model| match model {
            Ok(_) => Ok(next.next().unwrap_or(0)),
            Err(why) => Err(why.clone()),
        });
        let variants: Vec<Result<usize, String>> = variants.collect();
        let n = variants.iter().flatten().count();
        Counting {
            sentences: setting.groups.sentences.clone(),
            variants,
            counts: vec![count.clone(); n],
            whole: count,
            leads: 0,
            all: 0,
        }
    }

    pub fn add(&mut self, old: At<'_>, new: At<'_>) {
        self.all += 1;
        let (i, j) = (old.row, new.row);
        // a batch outside the sample has empty columns; a run that could not try changes alone has none
        if old.found.variants.len() != self.counts.len()
            || old.found.variants.iter().any(|(_, places)| places.is_empty())
        {
            return;
        }
        self.leads += 1;
        let was = points_of(&old.found.total, i);
        let from = old.found.place[i];
        self.whole.add(points_of(&new.found.total, j).saturating_sub(was), from, new.found.place[j]);
        for (count, (total, places)) in self.counts.iter_mut().zip(&old.found.variants) {
            count.add(points_of(total, i).saturating_sub(was), from, places[i]);
        }
    }

    pub fn finish(self, places: &Places) -> Option<Attribution> {
        if self.sentences.is_empty() || self.leads == 0 {
            return None;
        }
        let mut rest = self.whole.clone();
        for count in &self.counts {
            rest.points -= count.points;
            rest.net.iter_mut().zip(&count.net).for_each(|(rest, net)| *rest -= net);
        }
        // how many leads is no sum
        (rest.scores, rest.moves) = (0, 0);
        let alone = self.sentences.into_iter().zip(self.variants).map(|(sentences, variant)| match variant {
            Ok(at) => Alone { sentences, impossible: None, part: self.counts[at].part(places) },
            Err(why) => Alone { sentences, impossible: Some(why), part: Part::default() },
        });
        Some(Attribution {
            leads: self.leads,
            sampled: self.leads < self.all,
            alone: alone.collect(),
            rest: rest.part(places),
            whole: self.whole.part(places),
        })
    }
}
