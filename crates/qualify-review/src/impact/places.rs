//! Names of two models as one list: stages with how leads without one fared, routes, labels.

use qualify_model::Model;

/// Where a lead can be: the stages of both models, then how a lead without a stage fared.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// All names.
    pub names: Vec<String>,
    /// How many of them are stages.
    pub stages: usize,
}

impl Places {
    /// No stage, disqualified, invalid, excluded.
    pub const STATUSES: usize = 4;

    /// Of two models.
    pub fn of(old: &Model, new: &Model) -> Places {
        let name = |model: &Model| model.stages.iter().map(|stage| stage.name.clone()).collect::<Vec<_>>();
        let mut names = merged(&name(old), &name(new));
        let stages = names.len();
        names.extend(["no stage", "disqualified", "invalid", "excluded"].map(|name| format!("({name})")));
        Places { names, stages }
    }

    /// For each stage of a model its place, then the places of no stage, disqualified, invalid and excluded.
    pub fn of_stages(&self, model: &Model) -> Vec<u16> {
        let place =
            |name: &String| self.names.iter().position(|other| other == name).unwrap_or(self.stages) as u16;
        let stages = model.stages.iter().map(|stage| place(&stage.name));
        stages.chain((0..Places::STATUSES).map(|i| (self.stages + i) as u16)).collect()
    }
}

/// The names of both, each once: those of the new list in its order, each of the old one that is gone where it stood.
pub(crate) fn merged(old: &[String], new: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    new.iter().for_each(|name| {
        if !out.contains(name) {
            out.push(name.clone());
        }
    });
    for (i, name) in old.iter().enumerate() {
        if !out.contains(name) {
            let before = old[..i].iter().rev().find_map(|name| out.iter().position(|other| other == name));
            out.insert(before.map_or(0, |at| at + 1), name.clone());
        }
    }
    out
}

/// For each name its place in a list; one more at the end for none of them.
pub(crate) fn numbers(names: &[String], of: &[String]) -> Vec<usize> {
    let place = |name: &String| of.iter().position(|other| other == name).unwrap_or(of.len());
    names.iter().map(place).chain([of.len()]).collect()
}
