//! Values that were met, and what is known of each. As many are remembered as find room: what finds none is left for
//! another walk through the events.

use super::marks::Mark;
use std::collections::HashMap;

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Met<V> {
    /// How many are remembered at most.
    most: usize,
    share: Share,
    /// Shares that no walk has looked at yet.
    later: Vec<Share>,
    of: HashMap<Mark, V>,
}

/// The values whose marks have these lowest bits.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    bits: u32,
    lowest: u128,
}

impl Share {
    fn has(self, mark: Mark) -> bool {
        mark.0 & ((1 << self.bits) - 1) == self.lowest
    }

    /// Both halves of it.
    fn halves(self) -> (Share, Share) {
        let half = |lowest: u128| Share { bits: self.bits + 1, lowest };
        (half(self.lowest), half(self.lowest | 1 << self.bits))
    }
}

/// Marks of other values differ in one of so many lowest bits, as good as always.
const BITS: u32 = 64;

impl<V> Default for Met<V> {
    fn default() -> Met<V> {
        Met { most: 1, share: Share::default(), later: Vec::new(), of: HashMap::new() }
    }
}

impl<V: Default> Met<V> {
    /// So many may be remembered.
    pub fn make_room(&mut self, most: usize) {
        self.most = most.max(1);
    }

    /// What is known of a value; none if it is another walk's.
    pub fn at(&mut self, mark: Mark) -> Option<&mut V> {
        while self.share.has(mark)
            && self.of.len() >= self.most
            && self.share.bits < BITS
            && !self.of.contains_key(&mark)
        {
            let (share, later) = self.share.halves();
            self.later.push(later);
            self.share = share;
            self.of.retain(|mark, _| share.has(*mark));
        }
        self.share.has(mark).then(|| self.of.entry(mark).or_default())
    }

    /// What is known of a value that was met in this walk or the one before.
    pub fn known(&mut self, mark: Mark) -> Option<&mut V> {
        self.of.get_mut(&mark)
    }

    /// What is known of all values that were met, which are forgotten.
    pub fn take(&mut self) -> HashMap<Mark, V> {
        std::mem::take(&mut self.of)
    }

    /// Turns to values that were left. False if there are none.
    pub fn next_share(&mut self) -> bool {
        self.of.clear();
        match self.later.pop() {
            Some(share) => {
                self.share = share;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_values_are_met_in_as_many_walks_as_it_takes() {
        for most in [1, 2, 7, 1000, 10_000] {
            let mut met: Met<u64> = Met::default();
            met.make_room(most);
            let (mut counts, mut walks) = (HashMap::new(), 0);
            loop {
                for value in 0..3000u64 {
                    if let Some(count) = met.at(Mark::of_units((value % 1000) as i64)) {
                        *count += 1;
                    }
                    assert!(met.of.len() <= most, "more than find room");
                }
                walks += 1;
                for (mark, count) in met.take() {
                    assert_eq!(counts.insert(mark, count), None, "met in two walks");
                }
                if !met.next_share() {
                    break;
                }
            }
            assert_eq!(counts.len(), 1000);
            assert!(counts.values().all(|count| *count == 3));
            assert_eq!(walks > 1, most < 1000);
        }
    }
}
