//! From the key of a lead to its place: a plain table where keys are whole numbers that lie close together, else
//! a table by hash.

use qualify_model::Keys;

/// No lead has the key.
pub(super) const NOBODY: u32 = u32::MAX;

/// How many times as many places as leads a plain table may have.
const SPARSE: i128 = 16;

/// The places of all leads.
pub(super) enum KeyMap {
    /// Keys from `low` on.
    Dense { low: i64, places: Vec<u32> },
    /// Whole numbers: slots of key and place, a power of two of them.
    Numbers { slots: Vec<(i64, u32)> },
    /// Texts: slots of places in `texts`; and for each text where it lies, and its lead's place.
    Texts { slots: Vec<u32>, ends: Vec<u64>, bytes: Vec<u8>, places: Vec<u32>, seed: u64 },
}

impl KeyMap {
    /// Of the keys of all parts; the leads of a part have places from its number on. None if a key occurs twice
    /// or the parts have keys of different kinds.
    pub fn of(parts: &[(Keys, u32)]) -> Option<KeyMap> {
        let count: usize = parts.iter().map(|(keys, _)| keys.len()).sum();
        if parts.iter().all(|(keys, _)| matches!(keys, Keys::Integers(_))) {
            return numbers(parts, count);
        }
        if parts.iter().all(|(keys, _)| matches!(keys, Keys::Texts { .. })) {
            return texts(parts, count);
        }
        None
    }

    /// The place of the lead with that number as its key.
    #[inline]
    pub fn number(&self, key: i64) -> u32 {
        match self {
            KeyMap::Dense { low, places } => {
                let place = usize::try_from(key.wrapping_sub(*low) as u64).ok();
                place.and_then(|p| places.get(p)).copied().unwrap_or(NOBODY)
            }
            KeyMap::Numbers { slots } => {
                let mut at = mix(key as u64) as usize & (slots.len() - 1);
                loop {
                    let (found, place) = slots[at];
                    if found == key || place == NOBODY {
                        return place;
                    }
                    at = (at + 1) & (slots.len() - 1);
                }
            }
            KeyMap::Texts { .. } => self.text(&key.to_string()),
        }
    }

    /// The place of the lead with that text as its key.
    pub fn text(&self, key: &str) -> u32 {
        let KeyMap::Texts { slots, ends, bytes, places, seed } = self else {
            let number = key.parse::<i64>().ok().filter(|n| n.to_string() == key);
            return number.map_or(NOBODY, |n| self.number(n));
        };
        let mut at = hash(key.as_bytes(), *seed) as usize & (slots.len() - 1);
        loop {
            let text = slots[at];
            if text == NOBODY {
                return NOBODY;
            }
            let text = text as usize;
            if bytes[ends[text] as usize..ends[text + 1] as usize] == *key.as_bytes() {
                return places[text];
            }
            at = (at + 1) & (slots.len() - 1);
        }
    }

    /// The bytes that it takes.
    pub fn bytes(&self) -> u64 {
        let bytes = match self {
            KeyMap::Dense { places, .. } => places.len() * 4,
            KeyMap::Numbers { slots } => slots.len() * 16,
            KeyMap::Texts { slots, ends, bytes, places, .. } => {
                slots.len() * 4 + ends.len() * 8 + bytes.len() + places.len() * 4
            }
        };
        bytes as u64
    }
}

fn numbers(parts: &[(Keys, u32)], count: usize) -> Option<KeyMap> {
    let all = || {
        parts.iter().flat_map(|(keys, first)| {
            let keys: &[i64] = if let Keys::Integers(keys) = keys { keys } else { &[] };
            keys.iter().copied().zip(*first..)
        })
    };
    let (low, high) = all().fold((i64::MAX, i64::MIN), |(low, high), (key, _)| (low.min(key), high.max(key)));
    if i128::from(high) - i128::from(low) < SPARSE * count as i128 {
        let mut places = vec![NOBODY; usize::try_from(i128::from(high) - i128::from(low) + 1).unwrap_or(0)];
        for (key, place) in all() {
            let slot = &mut places[(key - low) as usize];
            if *slot != NOBODY {
                return None;
            }
            *slot = place;
        }
        return Some(KeyMap::Dense { low, places });
    }
    let mut slots = vec![(0, NOBODY); (count * 2).next_power_of_two().max(2)];
    let mask = slots.len() - 1;
    for (key, place) in all() {
        let mut at = mix(key as u64) as usize & mask;
        while slots[at].1 != NOBODY {
            if slots[at].0 == key {
                return None;
            }
            at = (at + 1) & mask;
        }
        slots[at] = (key, place);
    }
    Some(KeyMap::Numbers { slots })
}

fn texts(parts: &[(Keys, u32)], count: usize) -> Option<KeyMap> {
    let seed = seed();
    let size = (count * 2).next_power_of_two().max(2);
    let (mut slots, mut ends, mut bytes, mut places) = (vec![NOBODY; size], vec![0], Vec::new(), Vec::new());
    for (keys, first) in parts {
        let Keys::Texts { offsets, bytes: all } = keys else { return None };
        for (place, bounds) in (*first..).zip(offsets.windows(2)) {
            let key = &all[bounds[0] as usize..bounds[1] as usize];
            let mut at = hash(key, seed) as usize & (size - 1);
            while slots[at] != NOBODY {
                let text = slots[at] as usize;
                if bytes[ends[text] as usize..ends[text + 1] as usize] == *key {
                    return None;
                }
                at = (at + 1) & (size - 1);
            }
            slots[at] = places.len() as u32;
            bytes.extend_from_slice(key);
            ends.push(bytes.len() as u64);
            places.push(place);
        }
    }
    Some(KeyMap::Texts { slots, ends, bytes, places, seed })
}

/// Another one for each run, so that nobody can prepare keys that collide.
pub(super) fn seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(0u8)
}

fn mix(key: u64) -> u64 {
    let product = u128::from(key ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93_u128;
    (product >> 64) as u64 ^ product as u64
}

/// A number of 64 bits for a text, another one for each seed.
pub(super) fn hash(bytes: &[u8], seed: u64) -> u64 {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let start = mix(seed ^ bytes.len() as u64);
    let sum = chunks.iter().fold(start, |sum, chunk| mix(sum ^ u64::from_le_bytes(*chunk)));
    mix(sum ^ u64::from_le_bytes(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_find_their_place() {
        for factor in [1, 3, 1_000_000_007] {
            let keys: Vec<i64> = (-500..500).map(|n| n * factor).collect();
            let (a, b) = keys.split_at(300);
            let map = KeyMap::of(&[(Keys::Integers(a.to_vec()), 0), (Keys::Integers(b.to_vec()), 4096)])
                .expect("keys");
            for (place, key) in keys.iter().enumerate() {
                let expected = if place < 300 { place } else { place - 300 + 4096 };
                assert_eq!(
                    (map.number(*key), map.text(&key.to_string())),
                    (expected as u32, expected as u32)
                );
            }
            for key in [i64::MIN, i64::MAX, 500 * factor, -501 * factor] {
                assert_eq!(map.number(key), NOBODY);
            }
            assert_eq!(map.text("+0"), NOBODY);
        }
        assert!(KeyMap::of(&[(Keys::Integers(vec![5, 7, 5]), 0)]).is_none());
        assert!(KeyMap::of(&[(Keys::Integers(vec![5, 7_000_000_000, 5]), 0)]).is_none());
    }

    #[test]
    fn texts_find_their_place() {
        let keys = |texts: &[&str]| {
            let mut offsets = vec![0];
            let bytes = texts.concat().into_bytes();
            texts.iter().for_each(|t| offsets.push(offsets.last().unwrap_or(&0) + t.len() as u32));
            Keys::Texts { offsets, bytes }
        };
        let map = KeyMap::of(&[(keys(&["a", "7", "0123456789"]), 10), (keys(&["b"]), 0)]).expect("keys");
        let found: Vec<_> = ["a", "7", "0123456789", "b", "c", "07"].iter().map(|k| map.text(k)).collect();
        assert_eq!(found, [10, 11, 12, 0, NOBODY, NOBODY]);
        assert_eq!(map.number(7), 11);
        assert!(KeyMap::of(&[(keys(&["a", "b"]), 0), (keys(&["a"]), 2)]).is_none());
        assert!(KeyMap::of(&[(keys(&["a"]), 0), (Keys::Integers(vec![1]), 1)]).is_none());
    }
}
