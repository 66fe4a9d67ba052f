//! Powers of two for points that halve.

use crate::data_set::DAY;

/// What an age in microseconds is multiplied with for a half-life of so many days.
pub const fn per_age(half_life: i64) -> f64 {
    -1.0 / ((half_life * DAY) as f64)
}

/// 2^x for x <= 0 by a table of 64 steps and a polynomial of degree 4, to about 1e-12 of the value.
pub struct Decay([f64; 64]);

impl Decay {
    pub fn new() -> Decay {
        Decay(std::array::from_fn(|step| (step as f64 / 64.0).exp2()))
    }

    #[inline(always)]
    pub fn exp2(&self, x: f64) -> f64 {
        /// 1.5 * 2^52: adding it leaves the nearest integer in the low bits of the mantissa.
        const TO_INTEGER: f64 = 6_755_399_441_055_744.0;
        let shifted = x * 64.0 + TO_INTEGER;
        let steps = shifted.to_bits() as i64 as i32;
        let rest = (x - (shifted - TO_INTEGER) / 64.0) * std::f64::consts::LN_2;
        let near = 1.0 + rest * (1.0 + rest * (0.5 + rest * (1.0 / 6.0 + rest * (1.0 / 24.0))));
        let exponent = (i64::from(steps >> 6) as u64) << 52;
        f64::from_bits((near * self.0[(steps & 63) as usize]).to_bits().wrapping_add(exponent))
    }
}
