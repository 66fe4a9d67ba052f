//! Which things of the new model are which of the old one.

use super::form::{Form, Tokens};
use std::collections::HashMap;

/// A thing to be paired: as written and by meaning.
pub(crate) struct Item {
    /// As written.
    pub written: Form,
    /// With names replaced by what they stand for.
    pub meant: Form,
    /// What must be equal for two things to be one that changed, such as a name; may be empty.
    pub within: String,
}

impl Item {
    /// Whether both say the same.
    pub fn same(&self, other: &Item) -> bool {
        self.written == other.written || self.meant == other.meant
    }
}

/// How two lists of things belong together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pairs {
    /// Places in both, by the place in the new one.
    pub both: Vec<(usize, usize)>,
    /// Places of those that are gone.
    pub removed: Vec<usize>,
    /// Places of those that are new.
    pub added: Vec<usize>,
}

/// Two that are less alike than this (of 1,000) are not one that changed.
const ALIKE: u32 = 600;

/// More comparisons than this are not made; things of long lists that are not equal are then gone and new.
const MOST: usize = 4_000_000;

/// Pairs what is equal, then what means the same, then what is most alike.
pub(crate) fn pair(old: &[Item], new: &[Item]) -> Pairs {
    let mut found = Found::new(old.len(), new.len());
    found.equal(old, new, |item| format!("{}\u{0}{}", item.within, item.written.key()));
    found.equal(old, new, |item| format!("{}\u{0}{}", item.within, item.meant.key()));
    found.equal(old, new, |item| item.meant.key());
    found.alike(old, new, 150);
    found.finish()
}

/// Pairs by name, then what means the same or nearly the same under another name.
pub(crate) fn pair_renamed(old: &[Item], new: &[Item]) -> Pairs {
    let mut found = Found::new(old.len(), new.len());
    found.equal(old, new, |item| item.within.clone());
    found.equal(old, new, |item| item.meant.key());
    found.alike(old, new, 0);
    found.finish()
}

/// Pairs by name alone, then what means the same under another name.
pub(crate) fn pair_named(old: &[Item], new: &[Item]) -> Pairs {
    let mut found = Found::new(old.len(), new.len());
    found.equal(old, new, |item| item.within.clone());
    found.equal(old, new, |item| item.meant.key());
    found.finish()
}

/// Pairs of lists in order, in which names may stand more than once.
pub(crate) fn pair_listed(old: &[Item], new: &[Item]) -> Pairs {
    let mut found = Found::new(old.len(), new.len());
    found.equal(old, new, |item| format!("{}\u{0}{}", item.within, item.written.key()));
    found.equal(old, new, |item| format!("{}\u{0}{}", item.within, item.meant.key()));
    found.equal(old, new, |item| item.within.clone());
    // the first part is the name
    found.equal(old, new, |item| item.meant.parts[1..].iter().map(Form::key).collect());
    found.finish()
}

struct Found {
    /// For each new one which old one it is.
    of_new: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Found {
    fn new(old: usize, new: usize) -> Found {
        Found { of_new: vec![None; new], taken: vec![false; old] }
    }

    /// Pairs those with equal keys, in their order.
    fn equal(&mut self, old: &[Item], new: &[Item], key: impl Fn(&Item) -> String) {
        if self.taken.iter().all(|taken| *taken) || self.of_new.iter().all(Option::is_some) {
            return;
        }
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, item) in old.iter().enumerate().rev().filter(|(i, _)| !self.taken[*i]) {
            places.entry(key(item)).or_default().push(i);
        }
        for (j, item) in new.iter().enumerate() {
            if self.of_new[j].is_some() {
                continue;
            }
            if let Some(i) = places.get_mut(&key(item)).and_then(Vec::pop) {
                self.of_new[j] = Some(i);
                self.taken[i] = true;
            }
        }
    }

    /// Pairs the most alike first; of equally alike ones those whose places are nearest. Two that do not lie within
    /// the same are so much less alike.
    fn alike(&mut self, old: &[Item], new: &[Item], elsewhere: u32) {
        let gone: Vec<usize> = (0..old.len()).filter(|i| !self.taken[*i]).collect();
        let come: Vec<usize> = (0..new.len()).filter(|j| self.of_new[*j].is_none()).collect();
        if gone.is_empty() || come.is_empty() || gone.len().saturating_mul(come.len()) > MOST {
            return;
        }
        let tokens: Vec<Tokens> = come.iter().map(|j| new[*j].written.tokens()).collect();
        let mut candidates = Vec::new();
        for &i in &gone {
            let mine = old[i].written.tokens();
            for (&j, other) in come.iter().zip(&tokens) {
                let same_home = old[i].within == new[j].within;
                let alike = mine.alike(other).saturating_sub(if same_home { 0 } else { elsewhere });
                if alike >= ALIKE {
                    candidates.push((std::cmp::Reverse(alike), i.abs_diff(j), i, j));
                }
            }
        }
        candidates.sort_unstable();
        for (_, _, i, j) in candidates {
            if !self.taken[i] && self.of_new[j].is_none() {
                self.taken[i] = true;
                self.of_new[j] = Some(i);
            }
        }
    }

    fn finish(self) -> Pairs {
        let mut pairs = Pairs::default();
        for (j, of) in self.of_new.iter().enumerate() {
            match of {
                Some(i) => pairs.both.push((*i, j)),
                None => pairs.added.push(j),
            }
        }
        pairs.removed = (0..self.taken.len()).filter(|i| !self.taken[*i]).collect();
        pairs
    }
}

/// Which of these pairs must move for the rest to stand in one order: those outside a longest rising run of the old
/// places. Pairs come by their new place.
pub(crate) fn moved(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let n = pairs.len();
    let (mut longest, mut before) = (vec![1usize; n], vec![None; n]);
    for i in 0..n {
        for j in 0..i {
            if pairs[j].0 < pairs[i].0 && longest[j] + 1 > longest[i] {
                longest[i] = longest[j] + 1;
                before[i] = Some(j);
            }
        }
    }
    let mut stay = vec![false; n];
    let mut at = (0..n).max_by_key(|i| (longest[*i], std::cmp::Reverse(*i)));
    while let Some(i) = at {
        stay[i] = true;
        at = before[i];
    }
    pairs.iter().zip(stay).filter(|(_, stay)| !stay).map(|(pair, _)| *pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_move() {
        let check = |old_places: &[usize], expected: &[usize]| {
            let pairs: Vec<_> = old_places.iter().copied().enumerate().map(|(j, i)| (i, j)).collect();
            let found: Vec<usize> = moved(&pairs).iter().map(|(i, _)| *i).collect();
            assert_eq!(found, expected, "{old_places:?}");
        };
        check(&[], &[]);
        check(&[0, 1, 2], &[]);
        check(&[2, 0, 1], &[2]);
        check(&[0, 3, 1, 2], &[3]);
    }
}
