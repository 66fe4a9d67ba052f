//! Choices: from a seed, or from the bytes of a fuzzer first, so that what it changes changes the model.
//!
//! Not in here: what is chosen.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A source of choices.
pub struct Dice {
    /// What is left of them.
    bytes: std::collections::VecDeque<u8>,
    rng: StdRng,
}

impl Dice {
    /// The choices of a seed.
    pub fn of_seed(seed: u64) -> Dice {
        Dice { bytes: [].into(), rng: StdRng::seed_from_u64(seed) }
    }

    /// The choices of these bytes, one or two each, and when they are used up those of a fixed seed.
    pub fn of_bytes(bytes: &[u8]) -> Dice {
        Dice { bytes: bytes.iter().copied().collect(), rng: StdRng::seed_from_u64(0) }
    }

    /// A number below `n`, or 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let Some(first) = self.bytes.pop_front() else {
            return if n == 0 { 0 } else { self.rng.random_range(0..n) };
        };
        let byte = usize::from(first);
        let wide = if n > 256 { byte << 8 | usize::from(self.bytes.pop_front().unwrap_or(0)) } else { byte };
        wide % n.max(1)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low.saturating_add(self.below((high.saturating_sub(low) + 1).max(1) as usize) as i64)
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// One of several texts.
    pub fn word(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len())]
    }

    /// Any 64-bit number.
    pub fn wild(&mut self) -> i64 {
        self.rng.random()
    }
}
