//! Random numbers that are the same on every machine and for ever: the data of the benchmark must not change
//! with the version of a crate.

/// SplitMix64 (Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, without, 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From 0 up to, without, `bound`, which is below 2^31.
    pub fn below(&mut self, bound: usize) -> usize {
        ((self.bits() >> 32) as usize * bound) >> 32
    }

    /// Normally distributed with mean 0 and deviation 1 (Box and Muller 1958).
    pub fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.unit().max(1e-300).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// True in this share of all cases.
    pub fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// One of the words; often the ones with much weight.
    pub fn pick<'a>(&mut self, words: &'a Weighted) -> &'a str {
        let place = self.place(&words.weights);
        &words.words[place]
    }

    /// The place of a weight.
    pub fn place(&mut self, weights: &Weights) -> usize {
        let sums = &weights.0;
        let point = self.unit() * sums.last().copied().unwrap_or(0.0);
        sums.partition_point(|sum| *sum <= point).min(sums.len().saturating_sub(1))
    }
}

/// How often each of some things occurs, as running sums.
#[derive(Clone, Debug)]
pub struct Weights(Vec<f64>);

impl Weights {
    /// Of these weights.
    pub fn of(weights: impl IntoIterator<Item = f64>) -> Weights {
        let mut sum = 0.0;
        let running = weights.into_iter().map(|weight| {
            sum += weight;
            sum
        });
        Weights(running.collect())
    }

    /// Of `n` things, the later ones rarer (Zipf's law with this exponent, shifted by one place).
    pub fn falling(n: usize, exponent: f64) -> Weights {
        Weights::of((0..n).map(|place| 1.0 / ((place + 2) as f64).powf(exponent)))
    }
}

/// Words with weights.
#[derive(Clone, Debug)]
pub struct Weighted {
    words: Vec<String>,
    weights: Weights,
}

impl Weighted {
    /// Words and as many weights.
    pub fn new(words: Vec<String>, weights: Weights) -> Weighted {
        Weighted { words, weights }
    }

    /// Words, the later ones rarer.
    pub fn falling(words: Vec<String>, exponent: f64) -> Weighted {
        let weights = Weights::falling(words.len(), exponent);
        Weighted { words, weights }
    }
}
