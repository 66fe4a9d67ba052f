//! Different texts numbered in the order they come up: what a text means is decided once for each.

use std::hash::{BuildHasher, RandomState};

/// Texts and their numbers.
#[derive(Debug)]
pub(crate) struct Words {
    /// Places by hash, a power of two of them, half of them empty at least.
    slots: Vec<Slot>,
    /// All texts behind each other, and where each ends.
    texts: Vec<u8>,
    ends: Vec<usize>,
    /// Nobody can make texts that all share a place.
    seed: u64,
}

/// A text of up to 16 bytes is all in its slot; of a longer one it is a digest.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Slot {
    first: u64,
    second: u64,
    /// Plus one; 0 where nothing is.
    length: u32,
    number: u32,
}

const SHORT: usize = 16;
const FEW: usize = 64;

impl Default for Words {
    fn default() -> Words {
        let seed = RandomState::new().hash_one(0) | 1;
        Words { slots: vec![Slot::default(); FEW], texts: Vec::new(), ends: Vec::new(), seed }
    }
}

impl Words {
    /// How many texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Their bytes.
    pub fn bytes(&self) -> usize {
        self.texts.len()
    }

    /// Forgets all texts.
    pub fn clear(&mut self) {
        self.slots.fill(Slot::default());
        self.texts.clear();
        self.ends.clear();
    }

    /// The number of a text, and whether it is new.
    #[inline]
    pub fn number(&mut self, text: &[u8]) -> (usize, bool) {
        let (first, second) = if text.len() <= SHORT { whole(text) } else { digest(text, self.seed) };
        let length = text.len() as u32 + 1; // a field is shorter than 4 GiB
        let mask = self.slots.len() - 1;
        let mut at = self.hash(first, second, length) & mask;
        loop {
            let slot = self.slots[at];
            if slot.length == 0 {
                self.slots[at] = Slot { first, second, length, number: self.ends.len() as u32 };
                return (self.insert(text), true);
            }
            let same = slot.length == length && slot.first == first && slot.second == second;
            if same && (text.len() <= SHORT || self.text(slot.number as usize) == text) {
                return (slot.number as usize, false);
            }
            at = (at + 1) & mask;
        }
    }

    fn text(&self, number: usize) -> &[u8] {
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.texts[start..self.ends[number]]
    }

    #[inline]
    fn hash(&self, first: u64, second: u64, length: u32) -> usize {
        let mixed = mix(first ^ self.seed, second ^ u64::from(length).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (mixed ^ mixed >> 29) as usize
    }

    #[cold]
    fn insert(&mut self, text: &[u8]) -> usize {
        self.texts.extend_from_slice(text);
        self.ends.push(self.texts.len());
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        self.ends.len() - 1
    }

    fn grow(&mut self) {
        let slots = vec![Slot::default(); self.slots.len() * 2];
        let mask = slots.len() - 1;
        for slot in std::mem::replace(&mut self.slots, slots) {
            if slot.length == 0 {
                continue;
            }
            let mut at = self.hash(slot.first, slot.second, slot.length) & mask;
            while self.slots[at].length != 0 {
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }
}

#[inline]
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b | 1);
    product as u64 ^ (product >> 64) as u64
}

/// All bytes of a text of up to 16; together with the length no two texts have the same.
#[inline]
fn whole(text: &[u8]) -> (u64, u64) {
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        return (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
    }
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        return (u64::from(u32::from_le_bytes(*first)), u64::from(u32::from_le_bytes(*last)));
    }
    match text {
        [] => (0, 0),
        [a] => (u64::from(*a), 0),
        [a, b] => (u64::from(*a), u64::from(*b)),
        [a, b, c, ..] => (u64::from(*a), u64::from(*b) << 8 | u64::from(*c)),
    }
}

/// A digest of a longer text.
#[inline]
fn digest(text: &[u8], seed: u64) -> (u64, u64) {
    let (mut first, mut second) = (seed, seed.rotate_left(32));
    for part in text.chunks(SHORT) {
        let (a, b) = whole(part);
        first = mix(first ^ a, second ^ b);
        second = second.rotate_left(23) ^ b;
    }
    (first, second)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn every_text_has_one_number() {
        let mut words = Words::default();
        for _ in 0..2 {
            let mut expected: HashMap<Vec<u8>, usize> = HashMap::new();
            for round in 0..3 {
                for i in 0..3000usize {
                    let text: Vec<u8> = (0..i % 37).map(|k| (i / 37 * (k + 1) % 251) as u8).collect();
                    let new = !expected.contains_key(&text);
                    let next = expected.len();
                    let number = *expected.entry(text.clone()).or_insert(next);
                    assert_eq!(words.number(&text), (number, new), "{text:?} in round {round}");
                }
            }
            assert_eq!(words.len(), expected.len());
            words.clear();
        }
    }
}
