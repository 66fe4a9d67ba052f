//! What is left of points after a time: exact factors, as integers over a fixed denominator.
//!
//! Not in here: which event gives the age, and the sums.

/// Halving factors are counted in units of 2^-30.
pub const HALVING_ONE: i64 = 1 << 30;

/// Shares are counted in units of 1e-6.
pub const SHARE_ONE: i64 = 1_000_000;

/// `TABLE[i]` is 2^(-i/1024) in units of 2^-30, rounded to the nearest.
static TABLE: [u32; 1025] = halving_table();

/// Roots of one half by repeated integer square roots, multiplied together with 62 bits behind the point;
/// the error stays below 2^-57, far from any case of rounding in the table (a test looks).
const fn halving_table() -> [u32; 1025] {
    const BITS: u32 = 62;
    let mut roots = [0u128; 10]; // roots[k] is 2^(-1 / 2^(k+1))
    let mut root = 1u128 << (BITS - 1);
    let mut k = 0;
    while k < 10 {
        root = (root << BITS).isqrt();
        roots[k] = root;
        k += 1;
    }
    let mut table = [0u32; 1025];
    let mut i = 0;
    while i < 1024 {
        let mut value = 1u128 << BITS;
        let mut k = 0;
        while k < 10 {
            if i & (512 >> k) != 0 {
                value = (value * roots[k]) >> BITS;
            }
            k += 1;
        }
        table[i] = ((value + (1 << (BITS - 31))) >> (BITS - 30)) as u32;
        i += 1;
    }
    table[1024] = 1 << 29;
    table
}

/// `halving every D`: what is left after `age`, in units of 2^-30. Both in the same unit (whole milliseconds,
/// or whole days for `by day`); an age below zero counts as 0, a half-life below one as one.
///
/// With `n = a div h`, `r = a mod h`, `i = r * 1024 div h`, `f = r * 1024 mod h`:
/// `((T[i] * (h - f) + T[i+1] * f) div h) >> n`; 0 from 30 half-lives on.
pub fn halving_factor(age: i64, half_life: i64) -> i64 {
    let (a, h) = (age.max(0) as u128, half_life.max(1) as u128);
    let halvings = a / h;
    if halvings >= 30 {
        return 0;
    }
    let x = (a % h) * 1024;
    let (i, f) = ((x / h) as usize, x % h);
    let between = (TABLE[i] as u128 * (h - f) + TABLE[i + 1] as u128 * f) / h;
    (between >> halvings) as i64
}

/// [`halving_factor`] prepared for one half-life: the same numbers without dividing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halving {
    half_life: i64,
    /// `floor(2^(64 + shift) / half_life) + 1`; 0 if the half-life is too short or too long for it.
    magic: u64,
    shift: u32,
    /// From this age on nothing is left.
    end: u64,
    wide: Option<WideHalving>,
}

impl Halving {
    /// Half-lives from 2 to below 2^40 units (34 years in milliseconds) are quick, others divide.
    pub fn new(half_life: i64) -> Halving {
        let half_life = half_life.max(1);
        let quick = (2..1 << 40).contains(&half_life);
        let shift = half_life.ilog2().saturating_sub(1);
        let magic = if quick { ((1u128 << (64 + shift)) / half_life as u128) as u64 + 1 } else { 0 };
        let (end, wide) = (half_life.saturating_mul(30) as u64, WideHalving::new(half_life));
        Halving { half_life, magic, shift, end, wide }
    }

    /// What is left after `age`, in the unit of the half-life.
    pub fn factor(&self, age: i64) -> i64 {
        match self.quick() {
            Some(quick) => quick.factor(age.max(0) as u64),
            None => halving_factor(age, self.half_life),
        }
    }

    /// For half-lives that do not divide.
    #[inline(always)]
    pub fn quick(&self) -> Option<QuickHalving> {
        let Halving { half_life, magic, shift, end, .. } = *self;
        (magic != 0).then_some(QuickHalving { half_life: half_life as u64, magic, shift, end })
    }

    /// For many ages at once, if the half-life is in the range of that.
    #[inline(always)]
    pub fn wide(&self) -> Option<WideHalving> {
        self.wide
    }

    /// In the unit that it was made for, at least one.
    pub fn half_life(&self) -> i64 {
        self.half_life
    }
}

/// [`Halving`] where it does not divide.
#[derive(Clone, Copy, Debug)]
pub struct QuickHalving {
    half_life: u64,
    magic: u64,
    shift: u32,
    end: u64,
}

impl QuickHalving {
    /// What is left after `age`, in the unit of the half-life. Without branches, as ages are of any size.
    #[inline(always)]
    pub fn factor(&self, age: u64) -> i64 {
        // below 30 * 2^40 * 2^10 < 2^55, and the products with the table below 2^60: for n < 2^62 the high half
        // of n * magic is the quotient, as magic exceeds 2^(64 + shift) / h by at most 1 and h < 2^(shift + 2);
        // what comes out of ages beyond the end does not matter
        let h = self.half_life;
        let divide = |n: u64| (((n as u128 * self.magic as u128) >> 64) as u64) >> self.shift;
        let x = age.wrapping_mul(1024);
        let steps = divide(x);
        let f = x.wrapping_sub(steps.wrapping_mul(h));
        let i = (steps & 1023) as usize;
        let (from, to) = (TABLE[i] as u64, TABLE[i + 1] as u64);
        // (from * (h - f) + to * f) div h, with the division on the small difference
        let between = from.wrapping_sub(divide((from - to).wrapping_mul(f).wrapping_add(h - 1)));
        let left = between.wrapping_shr((steps >> 10) as u32) as i64;
        if age < self.end { left } else { 0 }
    }
}

/// [`Halving`] for many ages at once: the same numbers by products of 32 bits, of which vector instructions make many in
/// the time of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WideHalving {
    half_life: u64,
    /// From this age on nothing is left.
    end: u64,
    /// 1024ths of half-lives in an age.
    steps: Quotient,
    /// What lies between two entries of the table.
    between: Quotient,
}

/// For each entry of [`TABLE`] but the last, so that ten bits look into it: the entry, and above its 32 bits by how much it
/// lies above the next, which is below 2^20. One look for both.
static STEPS: [u64; 1024] = {
    let mut steps = [0; 1024];
    let mut i = 0;
    while i < 1024 {
        steps[i] = TABLE[i] as u64 | ((TABLE[i] - TABLE[i + 1]) as u64) << 32;
        i += 1;
    }
    steps
};

impl WideHalving {
    /// For half-lives from 2^11 to below 2^32 units (two seconds to 49 days in milliseconds).
    fn new(half_life: i64) -> Option<WideHalving> {
        let h = u64::try_from(half_life).ok().filter(|h| (1 << 11..1 << 32).contains(h))?;
        let (steps, between) = (Quotient::new(30 * h, 10, h), Quotient::new(h << 20, 0, h));
        Some(WideHalving { half_life: h, end: 30 * h, steps, between })
    }

    /// What is left after `age`, in the unit of the half-life.
    #[inline(always)]
    pub fn factor(&self, age: u64) -> i64 {
        let h = self.half_life;
        let within = age.min(self.end);
        let steps = self.steps.guess(within);
        let f = (within << 10) - product(steps, h);
        let (steps, f) = if f >= h { (steps + 1, f - h) } else { (steps, f) };
        let step = STEPS[(steps & 1023) as usize];
        // (from * (h - f) + to * f) div h, with the division on the small difference
        let n = product(step >> 32, f) + (h - 1);
        let between = self.between.guess(n);
        let between = between + (n - product(between, h) >= h) as u64;
        let left = ((step & 0xffff_ffff) - between) >> (steps >> 10 & 63);
        if age < self.end { left as i64 } else { 0 }
    }
}

/// A division by a number, as a product that is right or one too small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Quotient {
    drop: u32,
    magic: u64,
    shift: u32,
}

impl Quotient {
    /// For `n * 2^scale / by` with `n` up to `most`, if that is below 2^21. Of `n` the upper 32 bits count: what is
    /// dropped is less than 2^-9 of `by`, and `magic`, of 32 bits too, is off by 2^-31 of itself. `by` has at least 12
    /// bits, so that there is such a magic.
    fn new(most: u64, scale: u32, by: u64) -> Quotient {
        let drop = (64 - most.leading_zeros()).saturating_sub(32);
        let magic = |shift: u32| ((1u128 << (scale + drop + shift)) / by as u128) as u64;
        let shift = (32..64).find(|shift| magic(*shift) >= 1 << 31).unwrap_or(32);
        Quotient { drop, magic: magic(shift), shift }
    }

    #[inline(always)]
    fn guess(self, n: u64) -> u64 {
        product(n >> self.drop, self.magic) >> self.shift
    }
}

/// The whole milliseconds of an age in microseconds, by products of 32 bits too. Ages from 2^47 on, which is four years, count as
/// that: no [`WideHalving`] has anything left of them.
#[inline(always)]
pub fn milliseconds(age: u64) -> u64 {
    let eighths = age.min((1 << 47) - 1) >> 3;
    // by 125: 2^22 is 33554 times that and 54, and below 2^28 the product with 2^38 / 125, rounded up, is exact
    let (high, low) = (eighths >> 22, eighths & ((1 << 22) - 1));
    let rest = product(high, 54) + low;
    product(high, 33_554) + (product(rest, 2_199_023_256) >> 38)
}

/// The product of numbers of 32 bits.
#[inline(always)]
fn product(a: u64, b: u64) -> u64 {
    (a & 0xffff_ffff) * (b & 0xffff_ffff)
}

/// `fading over D`: the numerator of what is left after `age`; the denominator is `over`.
pub fn fading_share(age: i64, over: i64) -> i64 {
    over.saturating_sub(age.max(0)).max(0)
}

/// `losing P% every D`: what is left after `age`, in units of 1e-6. `share` is in the same units.
pub fn losing_share(age: i64, share: i64, every: i64) -> i64 {
    let periods = age.max(0) / every.max(1);
    (SHARE_ONE as i128 - share as i128 * periods as i128).clamp(0, SHARE_ONE as i128) as i64
}

/// `losing N every D`: what is left of `points` after `age`. An amount below zero rises to 0.
pub fn losing_points(points: i64, age: i64, amount: i64, every: i64) -> i64 {
    let lost = amount.max(0) as i128 * (age.max(0) / every.max(1)) as i128;
    let left = (points.unsigned_abs() as i128 - lost).max(0);
    // no further from zero than `points`, so it fits
    if points < 0 { (-left) as i64 } else { left as i64 }
}

/// `dropping to P% after D, …`: what is left after `age`, in units of 1e-6. Steps are share and length; the
/// last one that the age reaches counts, before the first all is left.
pub fn dropping_share(age: i64, steps: &[(i64, i64)]) -> i64 {
    let reached = steps.iter().filter(|(_, after)| age.max(0) >= *after);
    reached.max_by_key(|(_, after)| *after).map_or(SHARE_ONE, |(share, _)| *share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Whether `t` is 2^30 * 2^(-i/1024) rounded: (2t - 1)^1024 <= 2^(31*1024 - i) < (2t + 1)^1024, by big
    /// integers of 32-bit limbs.
    fn is_rounded_power(t: u32, i: usize) -> bool {
        let power = |base: u64| (0..10).fold(vec![base as u32, (base >> 32) as u32], |x, _| times(&x, &x));
        let exponent = 31 * 1024 - i;
        let mut target = vec![0u32; exponent / 32 + 1];
        target[exponent / 32] = 1 << (exponent % 32);
        !less(&target, &power(2 * t as u64 - 1)) && less(&target, &power(2 * t as u64 + 1))
    }

    fn times(a: &[u32], b: &[u32]) -> Vec<u32> {
        let mut product = vec![0u32; a.len() + b.len()];
        for (i, x) in a.iter().enumerate() {
            let mut carry = 0u64;
            for (j, y) in b.iter().enumerate() {
                let sum = product[i + j] as u64 + *x as u64 * *y as u64 + carry;
                product[i + j] = sum as u32;
                carry = sum >> 32;
            }
            product[i + b.len()] = carry as u32;
        }
        while product.last() == Some(&0) {
            product.pop();
        }
        product
    }

    fn less(a: &[u32], b: &[u32]) -> bool {
        let size = a.len().max(b.len());
        let limb = |x: &[u32], k: usize| x.get(k).copied().unwrap_or(0);
        (0..size).rev().map(|k| (limb(a, k), limb(b, k))).find(|(x, y)| x != y).is_some_and(|(x, y)| x < y)
    }

    #[test]
    fn the_table_is_rounded_correctly() {
        assert_eq!((TABLE[0], TABLE[512], TABLE[1024]), (1 << 30, 759_250_125, 1 << 29));
        // every entry takes half a minute without optimisation; a prime step meets all parts of the table
        for i in (0..=1024).step_by(if cfg!(debug_assertions) { 61 } else { 1 }) {
            assert!(is_rounded_power(TABLE[i], i), "entry {i}");
        }
        assert!(TABLE.windows(2).all(|pair| pair[0] > pair[1]));
    }

    #[test]
    fn halving_at_the_edges() {
        let month = 30 * 86_400_000;
        assert_eq!(halving_factor(0, month), HALVING_ONE);
        assert_eq!(halving_factor(-5, month), HALVING_ONE);
        assert_eq!(halving_factor(month, month), HALVING_ONE / 2);
        assert_eq!(halving_factor(29 * month, month), 2);
        assert_eq!(halving_factor(30 * month - 1, month), 1);
        assert_eq!(halving_factor(30 * month, month), 0);
        assert_eq!(halving_factor(i64::MAX, 1), 0);
        assert_eq!(halving_factor(i64::MAX, i64::MAX), HALVING_ONE / 2);
        assert_eq!(halving_factor(5, 0), HALVING_ONE >> 5);
    }

    #[test]
    fn milliseconds_are_whole() {
        let most = (1u64 << 47) - 1;
        let near = (0..47).flat_map(|bit| (1u64 << bit).saturating_sub(1_001)..=(1u64 << bit) + 1_001);
        let steps = (0..=most).step_by(987_654_321);
        for age in near.chain(steps.flat_map(|n| n / 1000 * 1000..n / 1000 * 1000 + 2)).chain([most]) {
            assert_eq!(milliseconds(age), age.min(most) / 1_000, "{age}");
        }
        assert_eq!(milliseconds(u64::MAX), most / 1_000);
        assert!(most / 1_000 >= Halving::new(u32::MAX as i64).end);
    }

    #[test]
    fn wide_halving_has_its_range() {
        for (half_life, is_in_it) in
            [(0, false), (2047, false), (2048, true), (u32::MAX as i64, true), (1 << 32, false)]
        {
            assert_eq!(Halving::new(half_life).wide().is_some(), is_in_it, "{half_life}");
        }
    }

    #[test]
    fn the_other_shapes() {
        assert_eq!([0, 3, 10, 11].map(|age| fading_share(age, 10)), [10, 7, 0, 0]);
        assert_eq!(
            [-1, 9, 10, 39, 40, 400].map(|age| losing_share(age, 250_000, 10)),
            [1_000_000, 1_000_000, 750_000, 250_000, 0, 0]
        );
        assert_eq!([0, 10, 20, 30].map(|age| losing_points(50, age, 20, 10)), [50, 30, 10, 0]);
        assert_eq!([0, 10, 30].map(|age| losing_points(-50, age, 20, 10)), [-50, -30, 0]);
        assert_eq!(losing_points(i64::MIN, 0, 1, 1), i64::MIN);
        let steps = [(500_000, 10), (0, 20)];
        assert_eq!([9, 10, 19, 20].map(|age| dropping_share(age, &steps)), [1_000_000, 500_000, 500_000, 0]);
    }

    proptest! {
        #[test]
        fn halving_falls_and_never_fails(age: i64, later: i64, half_life in 1i64..) {
            let (age, later) = (age.min(later), age.max(later));
            let (young, old) = (halving_factor(age, half_life), halving_factor(later, half_life));
            prop_assert!(young >= old && old >= 0 && young <= HALVING_ONE);
        }

        #[test]
        fn prepared_halving_is_the_same(age in -5i64..1 << 46, bits in 0u32..45, low: u32) {
            let half_life = (1i64 << bits) + (low as i64 & ((1 << bits) - 1));
            let near = |n: i64| (n - 3..=n + 3).collect::<Vec<_>>();
            let edges = [0, half_life, 7 * half_life, 29 * half_life, 30 * half_life, half_life / 1024];
            for age in edges.into_iter().flat_map(near).chain([age, age % (31 * half_life)]) {
                let prepared = Halving::new(half_life).factor(age);
                prop_assert_eq!(prepared, halving_factor(age, half_life), "age {} half-life {}", age, half_life);
            }
        }

        #[test]
        fn wide_halving_is_the_same(age in 0u64..1 << 46, bits in 11u32..32, low: u32) {
            let half_life = (1i64 << bits) + (low as i64 & ((1 << bits) - 1));
            let wide = Halving::new(half_life).wide().expect("of a half-life in its range");
            let h = half_life as u64;
            let near = |n: u64| (n.saturating_sub(3)..=n + 3).collect::<Vec<_>>();
            let edges = [0, h, 7 * h, 29 * h, 30 * h, h / 1024, h * (age % 30720) / 1024, 1 << 53, u64::MAX - 3];
            for age in edges.into_iter().flat_map(near).chain([age, age % (31 * h)]) {
                let expected = halving_factor(i64::try_from(age).unwrap_or(i64::MAX), half_life);
                prop_assert_eq!(wide.factor(age), expected, "age {} half-life {}", age, half_life);
            }
        }

        /// The square of the factor of an age is the factor of twice the age, but for rounding.
        #[test]
        fn halving_is_a_power(age in 0i64..1_000_000, half_life in 100_000i64..1_000_000) {
            let once = halving_factor(age, half_life) as i128;
            let twice = halving_factor(2 * age, half_life) as i128;
            let error = (((once * once) >> 30) - twice).abs();
            prop_assert!(error <= 2 + (twice >> 18), "off by {error}");
        }

        #[test]
        fn no_shape_fails(points: i64, age: i64, n: i64, every: i64) {
            let _ = (fading_share(age, every), losing_share(age, n, every));
            prop_assert!(losing_points(points, age, n, every).unsigned_abs() <= points.unsigned_abs());
        }
    }
}
