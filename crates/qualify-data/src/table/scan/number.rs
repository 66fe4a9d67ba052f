//! Numbers as most files write them, straight from their bytes to exact units.
//!
//! Whatever is written in another way - exponents, thousands, very many digits - is nothing here, and left to
//! the converters.

/// Digits that certainly fit 64 bits.
const DIGITS: usize = 18;

/// A whole number in the shortest decimal spelling: such a text is the same key as the number.
#[inline]
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let value = match digits {
        [b'0'] if !negative => 0,
        [b'1'..=b'9', ..] if digits.len() <= DIGITS => whole(digits)?,
        _ => return None,
    };
    Some(if negative { -value } else { value })
}

/// A decimal number times `10^decimals`, rounded half away from zero, and whether digits that are not zero were
/// rounded away.
#[inline]
pub(crate) fn decimal(text: &[u8], decimals: usize) -> Option<(i64, bool)> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let point = rest.iter().position(|b| *b == b'.').unwrap_or(rest.len());
    let (first, fraction) = rest.split_at(point);
    let fraction = fraction.get(1..).unwrap_or_default();
    if first.is_empty() || first.len() + decimals > DIGITS {
        return None;
    }
    let (kept, lost) = fraction.split_at(fraction.len().min(decimals));
    let mut units = whole(first)?;
    for digit in kept {
        units = units * 10 + i64::from(self::digit(*digit)?);
    }
    units *= POWERS[decimals - kept.len()];
    let mut rounded = false;
    for (place, digit) in lost.iter().enumerate() {
        let digit = self::digit(*digit)?;
        units += i64::from(place == 0 && digit >= 5);
        rounded |= digit != 0;
    }
    Some((if negative { -units } else { units }, rounded))
}

const POWERS: [i64; DIGITS + 1] = {
    let mut powers = [1; DIGITS + 1];
    let mut i = 1;
    while i <= DIGITS {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// The number of up to 18 digits and nothing else.
#[inline]
fn whole(mut digits: &[u8]) -> Option<i64> {
    let mut value = 0i64;
    while let Some((eight, rest)) = digits.split_first_chunk::<8>() {
        value = value * 100_000_000 + i64::from(self::eight(*eight)?);
        digits = rest;
    }
    for digit in digits {
        value = value * 10 + i64::from(self::digit(*digit)?);
    }
    Some(value)
}

#[inline]
fn digit(byte: u8) -> Option<u8> {
    let digit = byte.wrapping_sub(b'0');
    (digit <= 9).then_some(digit)
}

/// Eight digits at once.
#[inline]
pub(super) fn eight(bytes: [u8; 8]) -> Option<u32> {
    let word = u64::from_le_bytes(bytes);
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let above_nine = word.wrapping_add(0x0606_0606_0606_0606);
    if (word & HIGH) | (above_nine & HIGH) >> 4 != 0x3333_3333_3333_3333 {
        return None;
    }
    let digits = word & !HIGH;
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some((fours.wrapping_mul(10_000).wrapping_add(fours >> 32)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::{Scaled, scaled};
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};
    use std::hash::{BuildHasher, RandomState};

    /// Texts of few characters in every mixture: what is read is what the exact reader reads.
    #[test]
    #[allow(clippy::print_stdout)] // the seed, to run a failure again
    fn numbers_are_those_of_the_exact_reader() {
        let seed = RandomState::new().hash_one(0);
        println!("seed {seed}");
        let mut random = StdRng::seed_from_u64(seed);
        let mut read = 0;
        for _ in 0..200_000 {
            let length = random.random_range(0..24);
            let letters = if random.random_bool(0.2) { &b"0123456789.-+e x"[..] } else { b"0123456789." };
            let mut text: Vec<u8> =
                (0..length).map(|_| letters[random.random_range(0..letters.len())]).collect();
            if random.random_bool(0.2) {
                text.insert(0, b'-');
            }
            let shown = String::from_utf8_lossy(&text).into_owned();
            for decimals in [0, 2, 4, 6] {
                if let Some((units, rounded)) = decimal(&text, decimals) {
                    read += 1;
                    assert_eq!(scaled(&shown, decimals as u32), Scaled::Units { units, rounded }, "{shown}");
                }
            }
            if let Some(number) = integer(&text) {
                assert_eq!(number.to_string(), shown);
            }
        }
        assert!(read > 10_000, "only {read} numbers were read at once");
    }

    #[test]
    fn usual_numbers_are_read_at_once() {
        assert_eq!(integer(b"10000002"), Some(10_000_002));
        assert_eq!(integer(b"-5"), Some(-5));
        assert_eq!(integer(b"123456789012345678"), Some(123_456_789_012_345_678));
        for other in ["007", "+5", "-0", "", "-", "12a45678", "1234567:"] {
            assert_eq!(integer(other.as_bytes()), None, "{other}");
        }
        assert_eq!(decimal(b"1234.5", 4), Some((12_345_000, false)));
        assert_eq!(decimal(b"-0.00005", 4), Some((-1, true)));
        assert_eq!(decimal(b"7.", 2), Some((700, false)));
        for other in [".5", "1e5", "", "-", ".", "1.2.3", "123456789012345"] {
            assert_eq!(decimal(other.as_bytes(), 4), None, "{other}");
        }
    }
}
