//! Many numbers at once as exact units. What cannot be told quickly is given back as a list of rows.

/// Adding and taking away this number rounds a double of less than 2^51 to a whole one.
const ROUNDS: f64 = 6_755_399_441_055_744.0;

/// Whole numbers below this have at most 15 digits.
const FIFTEEN_DIGITS: f64 = 1e15;

/// Appends the doubles times `factor`, a power of ten, and gives the rows that must be read again.
///
/// A whole number `n` of at most 15 digits with `n / factor == value` is what the shortest decimal text of the
/// value says: decimals of up to 15 digits are told apart by their doubles, so a shorter text of the same double
/// would be the same number.
pub(super) fn doubles(values: &[f64], factor: f64, range: (i64, i64), out: &mut Vec<i64>) -> Vec<usize> {
    let start = out.len();
    let mut sound = true;
    out.extend(values.iter().map(|value| {
        let shifted = value * factor + ROUNDS;
        let whole = shifted - ROUNDS;
        let units = (shifted.to_bits() as i64).wrapping_sub(ROUNDS.to_bits() as i64);
        sound &= exact(*value, whole, factor) & (range.0 <= units) & (units <= range.1);
        units
    }));
    if sound {
        return Vec::new();
    }
    let rows = values.iter().zip(&out[start..]).enumerate();
    let odd = |(value, units): (&f64, &i64)| {
        let whole = value * factor + ROUNDS - ROUNDS;
        !(exact(*value, whole, factor) && range.0 <= *units && *units <= range.1)
    };
    rows.filter(|(_, pair)| odd(*pair)).map(|(row, _)| row).collect()
}

#[inline]
fn exact(value: f64, whole: f64, factor: f64) -> bool {
    (whole / factor == value) & (whole.abs() < FIFTEEN_DIGITS)
}

/// Appends the numbers times `factor` and gives the rows whose product does not lie in the range.
pub(super) fn integers<T: Copy + Into<i64>>(
    values: &[T],
    factor: i64,
    range: (i64, i64),
    out: &mut Vec<i64>,
) -> Vec<usize> {
    // rounded inwards: products of numbers between them neither leave the range nor overflow
    let low = range.0.div_euclid(factor) + i64::from(range.0.rem_euclid(factor) != 0);
    let high = range.1.div_euclid(factor);
    let (mut least, mut greatest) = (i64::MAX, i64::MIN);
    out.extend(values.iter().map(|value| {
        let value: i64 = (*value).into();
        least = least.min(value);
        greatest = greatest.max(value);
        value.wrapping_mul(factor)
    }));
    if values.is_empty() || low <= least && greatest <= high {
        return Vec::new();
    }
    let outside = |value: i64| value < low || value > high;
    values.iter().enumerate().filter(|(_, value)| outside((**value).into())).map(|(row, _)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::{Scaled, scaled, shortest};
    use rand::{RngExt, SeedableRng, rngs::StdRng};

    #[test]
    #[allow(clippy::print_stdout)] // the seed, to run a failure again
    fn doubles_are_what_their_text_says() {
        let seed = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0);
        println!("seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let mut values =
            vec![0.0, -0.0, 0.1 + 0.2, 1.00005, 2.5, 1e15, 999_999_999.999_999, -1e-7, 1e300, 4e-5, 5e-5];
        for _ in 0..20_000 {
            let digits = random.random_range(0..9);
            let whole =
                random.random_range(-1_000_000_000_000i64..1_000_000_000_000) >> random.random_range(0..40);
            values.push(whole as f64 / 10f64.powi(digits));
            values.push(f64::from_bits(random.random()));
        }
        for decimals in [0, 4, 6] {
            let mut out = Vec::new();
            let odd = doubles(&values, 10f64.powi(decimals as i32), (i64::MIN, i64::MAX), &mut out);
            assert!(odd.len() < values.len());
            for (row, value) in values.iter().enumerate().filter(|(row, _)| odd.binary_search(row).is_err()) {
                let expected = Scaled::Units { units: out[row], rounded: false };
                assert_eq!(scaled(&shortest(*value), decimals), expected, "{value:?}");
            }
        }
    }

    #[test]
    fn integers_stay_in_their_range() {
        let mut out = Vec::new();
        assert_eq!(integers(&[1i32, -5, 7], 100, (-499, 700), &mut out), [1]);
        assert_eq!(out, [100, -500, 700]);
        assert_eq!(integers(&[i64::MAX, 0, i64::MIN], 10, (i64::MIN, i64::MAX), &mut out), [0, 2]);
    }
}
