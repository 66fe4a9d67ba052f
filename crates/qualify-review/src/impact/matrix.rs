//! How many leads went from where to where, with some of their keys.

use serde::Serialize;

/// So many keys are kept of each way.
const KEYS: usize = 5;

/// Counts of leads by where they were and where they are.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Matrix {
    /// All places that a lead can be at in either model.
    pub places: Vec<String>,
    /// For each place before a row: for each place after the number of leads.
    pub counts: Vec<Vec<u64>>,
    /// The first few leads of each way that leads elsewhere.
    #[serde(skip)]
    keys: Vec<Vec<Vec<String>>>,
}

/// What happened to one place.
#[derive(Clone, Debug, Serialize)]
pub struct Flow {
    /// Its name.
    pub name: String,
    /// Leads there before.
    pub before: u64,
    /// Leads there after.
    pub after: u64,
    /// Leads that are there now and were elsewhere.
    pub entered: u64,
    /// Leads that were there and are elsewhere now.
    pub left: u64,
    /// The first few that entered.
    pub entered_keys: Vec<String>,
    /// The first few that left.
    pub left_keys: Vec<String>,
}

impl Matrix {
    /// Of these places.
    pub(crate) fn new(places: Vec<String>) -> Matrix {
        let n = places.len();
        Matrix { places, counts: vec![vec![0; n]; n], keys: vec![vec![Vec::new(); n]; n] }
    }

    /// Counts a lead; `key` is asked for while few leads went its way.
    pub(crate) fn add(&mut self, from: usize, to: usize, key: impl FnOnce() -> String) {
        self.counts[from][to] += 1;
        if from != to {
            let keys = &mut self.keys[from][to];
            if keys.len() < KEYS {
                keys.push(key());
            }
        }
    }

    /// Leads that are elsewhere now.
    pub fn moved(&self) -> u64 {
        let rows = self.counts.iter().enumerate();
        rows.map(|(i, row)| row.iter().enumerate().filter(|(j, _)| i != *j).map(|(_, n)| n).sum::<u64>())
            .sum()
    }

    /// The first few of them.
    pub fn moved_keys(&self) -> Vec<String> {
        self.keys.iter().flatten().flatten().take(KEYS).cloned().collect()
    }

    /// What happened to each place.
    pub fn flows(&self) -> Vec<Flow> {
        (0..self.places.len()).map(|place| self.flow(place)).collect()
    }

    fn flow(&self, place: usize) -> Flow {
        let others = || (0..self.places.len()).filter(move |other| *other != place);
        let stays = self.counts[place][place];
        let entered = others().map(|from| self.counts[from][place]).sum();
        let left = others().map(|to| self.counts[place][to]).sum();
        let entered_keys = others().flat_map(|from| &self.keys[from][place]).take(KEYS).cloned().collect();
        let left_keys = others().flat_map(|to| &self.keys[place][to]).take(KEYS).cloned().collect();
        Flow {
            name: self.places[place].clone(),
            before: stays + left,
            after: stays + entered,
            entered,
            left,
            entered_keys,
            left_keys,
        }
    }
}
