//! Divisions, days and decay.

use crate::columns::mask;
use crate::{Frame, Registers};
use qualify_model::{calendar, exact};
use qualify_plan::{Instruction as I, N, ToN};

fn each1(r: &mut Registers, to: ToN, a: N, rows: usize, f: impl Fn(i64) -> Option<i64>) {
    for row in 0..rows {
        let number = r.number(a.index(), row).and_then(&f);
        r.set_number(to.index(), row, number);
    }
}

/// Of numbers that all are known where the operand is.
fn known1(r: &mut Registers, to: ToN, a: N, rows: usize, f: impl Fn(i64) -> i64) {
    let (a, to, stride) = (a.index(), to.index(), r.stride());
    r.known.flat_mut().copy_within(a * stride..a * stride + rows, to * stride);
    let values = r.numbers.flat_mut();
    values.copy_within(a * stride..a * stride + rows, to * stride);
    let known = r.known.column(to, rows);
    for (value, known) in r.numbers.column_mut(to, rows).iter_mut().zip(known) {
        *value = f(*value) & mask(*known);
    }
}

fn each2(r: &mut Registers, to: ToN, a: N, b: N, rows: usize, f: impl Fn(i64, i64) -> Option<i64>) {
    for row in 0..rows {
        let pair = r.number(a.index(), row).zip(r.number(b.index(), row));
        r.set_number(to.index(), row, pair.and_then(|(a, b)| f(a, b)));
    }
}

pub(super) fn step(instruction: &I, rows: usize, f: &mut Frame<'_>, r: &mut Registers) {
    let bound = f.bound;
    let as_of = bound.as_of;
    match *instruction {
        I::DivideConstant { to, a, by } => match Divisor::new(by) {
            Some(by) => known1(r, to, a, rows, |a| by.divide(a)),
            None => each1(r, to, a, rows, |_| None),
        },
        I::Divide { to, a, b } => each2(r, to, a, b, rows, divide),
        I::MultiplyDivide { to, a, b, by } => match by {
            1.. if by & (by - 1) == 0 => {
                let shift = by.trailing_zeros();
                each2(r, to, a, b, rows, |a, b| Some(shifted(a as i128 * b as i128, shift) as i64));
            }
            _ => {
                each2(r, to, a, b, rows, |a, b| quotient(a as i128 * b as i128, by as i128).map(|q| q as i64))
            }
        },
        I::DaysSince { to, a } => known1(r, to, a, rows, |a| match as_of.checked_sub(a) {
            Some(distance) => distance.div_euclid(calendar::DAY_US),
            None => calendar::days_since(as_of, a),
        }),
        I::StartOfDay { to, a } => {
            // days of neighbouring rows are often the same, and calendars are slow
            let mut last = None;
            for row in 0..rows {
                let instant = r.number(a.index(), row).map(|day| {
                    let (_, instant) = last.filter(|(of, _)| *of == day).unwrap_or_else(|| {
                        let held = day.clamp(i32::MIN as i64, i32::MAX as i64) as i32;
                        (day, bound.zone.start_of_day(held))
                    });
                    last = Some((day, instant));
                    instant
                });
                r.set_number(to.index(), row, instant);
            }
        }
        I::Factor { to, curve, since } => match bound.curves.get(curve.index()) {
            Some(curve) => each1(r, to, since, rows, |since| Some(curve.numerator(as_of, since))),
            None => each1(r, to, since, rows, |_| None),
        },
        I::LosingPoints { to, curve, points, since } => match bound.curves.get(curve.index()) {
            Some(curve) => {
                each2(r, to, points, since, rows, |points, since| {
                    Some(curve.left(points, as_of, since) as i64)
                });
            }
            None => each1(r, to, since, rows, |_| None),
        },
        _ => {}
    }
}

/// The quotient rounded half away from zero; none by zero.
fn divide(a: i64, by: i64) -> Option<i64> {
    if by == 0 {
        return None;
    }
    let (size, by_size) = (a.unsigned_abs(), by.unsigned_abs());
    let (whole, rest) = (size / by_size, size % by_size);
    let rounded = whole.wrapping_add((rest >= by_size - rest) as u64) as i64;
    Some(if (a < 0) != (by < 0) { rounded.wrapping_neg() } else { rounded })
}

/// A divisor of many numbers, by which they are multiplied instead.
struct Divisor {
    by: i64,
    /// `2^(64 + shift) / by`, rounded up; 0 for a power of two.
    magic: u64,
    shift: u32,
}

impl Divisor {
    /// None for zero.
    fn new(by: i64) -> Option<Divisor> {
        let size = by.unsigned_abs();
        let shift = size.checked_ilog2()?;
        let magic =
            if size.is_power_of_two() { 0 } else { ((1u128 << (64 + shift)) / size as u128) as u64 + 1 };
        Some(Divisor { by, magic, shift })
    }

    /// The quotient rounded half away from zero.
    #[inline(always)]
    fn divide(&self, a: i64) -> i64 {
        let (size, by_size) = (a.unsigned_abs(), self.by.unsigned_abs());
        // magic is too large by less than 1, so the product by less than size <= 2^63; divided by 2^(64 + shift) that
        // is less than 1 / (2 * 2^shift) < 1 / by: not enough to reach the next whole number
        let whole = match self.magic {
            0 => size,
            magic => ((size as u128 * magic as u128) >> 64) as u64,
        } >> self.shift;
        let rest = size - whole.wrapping_mul(by_size);
        let rounded = whole.wrapping_add((rest >= by_size - rest) as u64) as i64;
        if (a < 0) != (self.by < 0) { rounded.wrapping_neg() } else { rounded }
    }
}

/// A quotient by a power of two, rounded half away from zero.
pub(super) fn shifted(a: i128, shift: u32) -> i128 {
    let half = (1u128 << shift) >> 1;
    // as `exact::divide_rounded` holds what does not fit
    let rounded = (a.unsigned_abs().wrapping_add(half) >> shift).min(i128::MAX as u128) as i128;
    if a < 0 { -rounded } else { rounded }
}

/// The quotient rounded half away from zero; none by zero. Divides in 64 bits where that is enough, which is
/// several times faster.
pub(super) fn quotient(a: i128, by: i128) -> Option<i128> {
    match (u64::try_from(a.unsigned_abs()), u64::try_from(by.unsigned_abs())) {
        (Ok(size), Ok(by_size)) if by_size != 0 => {
            let (whole, rest) = (size / by_size, size % by_size);
            let rounded = whole as i128 + (rest >= by_size - rest) as i128;
            Some(if (a < 0) != (by < 0) { -rounded } else { rounded })
        }
        _ => exact::divide_rounded(a, by),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fast_divisions_are_the_exact_ones() {
        let interesting = [0, 1, 2, 3, 5, 7, 10, 1 << 30, (1 << 30) - 1, i64::MAX, i64::MAX - 1, 10_000];
        let signed = || interesting.iter().flat_map(|n| [*n, -*n, i64::MIN]);
        for a in signed() {
            for b in signed().filter(|b| *b != 0) {
                let expected = exact::divide_rounded(a as i128, b as i128);
                assert_eq!(quotient(a as i128, b as i128), expected, "{a} / {b}");
                assert_eq!(divide(a, b), expected.map(|q| q as i64), "{a} / {b}");
                let by = Divisor::new(b).map(|by| by.divide(a));
                assert_eq!(by, expected.map(|q| q as i64), "{a} / {b}");
                for by in [1i128, 2, 1 << 30, 1 << 62] {
                    let product = a as i128 * b as i128;
                    let expected = exact::divide_rounded(product, by);
                    assert_eq!(quotient(product, by), expected, "{product} / {by}");
                    assert_eq!(Some(shifted(product, by.trailing_zeros())), expected, "{product} / {by}");
                }
            }
        }
    }
}
