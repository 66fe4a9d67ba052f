//! Mutants: the model with one small change, a threshold moved by one, a window by a day, `>=` made `>`. Tests that
//! still pass on a mutant would not notice the same slip in the model.
//!
//! A mutant is made of the text, so that what is reported is what a person would have written, and goes through the
//! checker like any model. What does not compile, or provably changes nothing, is no mutant.
//!
//! Not in here: finding a test for what nobody notices (`suggestion`).

mod meaning;
mod sites;
mod try_out;

use try_out::Tried;
pub use try_out::Workshop;

use crate::place::Place;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde::Serialize;
use sites::Site;

/// What kind of change makes a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A number or count that something is compared with, or one of several words.
    Threshold,
    /// A length of time.
    Window,
    /// Points, factors, shares.
    Points,
    /// What bounds a rule or a score.
    Bound,
    /// `>=`, `and`, `not`, `add`.
    Operator,
    /// A condition, filter or limit left out.
    Dropped,
    /// The value of a param.
    Param,
}

impl Change {
    /// All, in the order in which they are reported.
    pub const ALL: [Change; 7] = [
        Change::Threshold,
        Change::Window,
        Change::Points,
        Change::Bound,
        Change::Operator,
        Change::Dropped,
        Change::Param,
    ];
}

/// A change of the model that compiles, and whether a test noticed it.
#[derive(Clone, Debug, Serialize)]
pub struct Mutant {
    /// What kind of change.
    pub change: Change,
    /// Where.
    pub place: Place,
    /// The phrase as it is.
    pub old: String,
    /// The phrase as changed; empty if it is left out.
    pub new: String,
    /// The rule or line that it stands in.
    pub within: String,
    /// A test fails on it.
    pub noticed: bool,
    #[serde(skip)]
    pub(crate) site: Site,
}

/// What tests notice of the changes of a model.
#[derive(Clone, Debug, Serialize)]
pub struct Mutants {
    /// Those that were tried, in the order of the text.
    pub tried: Vec<Mutant>,
    /// How many changes there are; more than were tried if a sample was taken.
    pub possible: usize,
    /// How many changes were left out because they provably change nothing.
    pub same: usize,
    /// The seed of the sample, if one was taken.
    pub seed: Option<u64>,
    /// Tests fail on the model as it is: nothing was tried.
    pub failing: Vec<String>,
}

impl Mutants {
    /// Those that no test notices.
    pub fn unnoticed(&self) -> impl Iterator<Item = &Mutant> {
        self.tried.iter().filter(|mutant| !mutant.noticed)
    }

    /// How many are noticed, of those that were tried.
    pub fn noticed(&self) -> (usize, usize) {
        (self.tried.len() - self.unnoticed().count(), self.tried.len())
    }
}

/// How many to try.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// At most so many; none: all.
    pub most: Option<usize>,
    /// Which, if not all.
    pub seed: u64,
}

/// Tries changes of the rules that `workshop` holds on its tests. `threads` share the work; the answer is the same for
/// any number.
pub fn of(workshop: &Workshop, sample: Sample, threads: usize) -> Mutants {
    let failing = workshop.failing();
    let mut sites = workshop.sites();
    let possible = sites.len();
    if !failing.is_empty() {
        return Mutants { tried: Vec::new(), possible, same: 0, seed: None, failing };
    }
    let sampled = sample.most.filter(|most| *most < possible);
    if sampled.is_some() {
        sites.shuffle(&mut StdRng::seed_from_u64(sample.seed));
    }
    let (mut tried, mut same) = (Vec::new(), 0);
    let wanted = sampled.unwrap_or(possible);
    // what does not compile is no mutant: the next ones of the shuffled sites take its place
    let mut rest = sites.as_slice();
    while tried.len() < wanted && !rest.is_empty() {
        let (now, later) = rest.split_at((wanted - tried.len()).min(rest.len()));
        for result in workshop.try_all(now, threads) {
            match result {
                Tried::Mutant(mutant) => tried.push(*mutant),
                Tried::Same => same += 1,
            }
        }
        rest = later;
    }
    tried.sort_by_key(|mutant| (mutant.site.span.file, mutant.site.span.start, mutant.site.span.end));
    Mutants { tried, possible, same, seed: sampled.map(|_| sample.seed), failing }
}
