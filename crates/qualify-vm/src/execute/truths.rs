//! Instructions that give truths.

use super::{slot, table_codes};
use crate::columns::{map1, map2, map3};
use crate::{Frame, Input, PreparedNumbers, Registers, SlotColumn, TableColumn};
use qualify_model::Comparison;
use qualify_plan::{ArgumentAt, InputAt, N, NumbersAt, OutputAt, SlotAt, T, TableAt, ToT, WindowsAt};

/// Where it is known what a test says of it, else unknown.
#[inline(always)]
fn tested(holds: bool, known: u8) -> u8 {
    // 2 or 0 where known, 1 where not
    ((holds as u8) << 1) & known.wrapping_neg() | (known ^ 1)
}

#[inline(always)]
pub(super) fn truths1(r: &mut Registers, to: ToT, a: T, rows: usize, f: impl Fn(u8) -> u8) {
    let a = r.truths.apart(to.index(), a.index(), 0, rows);
    let (out, others) = r.truths.write(to.index(), rows);
    map1(out, others.column(a), f);
}

#[inline(always)]
pub(super) fn truths2(r: &mut Registers, to: ToT, a: T, b: T, rows: usize, f: impl Fn(u8, u8) -> u8) {
    let a = r.truths.apart(to.index(), a.index(), 0, rows);
    let b = r.truths.apart(to.index(), b.index(), 1, rows);
    let (out, others) = r.truths.write(to.index(), rows);
    map2(out, others.column(a), others.column(b), f);
}

#[inline(always)]
pub(super) fn select_truth(r: &mut Registers, to: ToT, condition: T, then: T, otherwise: T, rows: usize) {
    let condition = r.truths.apart(to.index(), condition.index(), 0, rows);
    let then = r.truths.apart(to.index(), then.index(), 1, rows);
    let otherwise = r.truths.apart(to.index(), otherwise.index(), 2, rows);
    let (out, others) = r.truths.write(to.index(), rows);
    let columns = (others.column(condition), others.column(then), others.column(otherwise));
    map3(out, columns.0, columns.1, columns.2, |c, t, o| {
        (t & (c >> 1).wrapping_neg()) | (o & is_false(c).wrapping_neg()) | (c & 1)
    });
}

/// 1 for false, else 0.
#[inline(always)]
pub(super) fn is_false(truth: u8) -> u8 {
    (truth | truth >> 1) & 1 ^ 1
}

/// Numbers against what `holds` says of each.
#[inline(always)]
fn test_numbers(r: &mut Registers, to: ToT, a: N, rows: usize, holds: impl Fn(i64) -> bool) {
    let out = r.truths.column_mut(to.index(), rows);
    let (values, known) = (r.numbers.column(a.index(), rows), r.known.column(a.index(), rows));
    map2(out, values, known, |value, known| tested(holds(value), known));
}

#[inline(always)]
pub(super) fn known_number(r: &mut Registers, to: ToT, a: N, rows: usize) {
    map1(r.truths.column_mut(to.index(), rows), r.known.column(a.index(), rows), |known| known << 1);
}

#[inline(always)]
pub(super) fn compare_constant(r: &mut Registers, to: ToT, how: Comparison, a: N, b: i64, rows: usize) {
    match how {
        Comparison::Equal => test_numbers(r, to, a, rows, move |a| a == b),
        Comparison::NotEqual => test_numbers(r, to, a, rows, move |a| a != b),
        Comparison::Less => test_numbers(r, to, a, rows, move |a| a < b),
        Comparison::LessOrEqual => test_numbers(r, to, a, rows, move |a| a <= b),
        Comparison::Greater => test_numbers(r, to, a, rows, move |a| a > b),
        Comparison::GreaterOrEqual => test_numbers(r, to, a, rows, move |a| a >= b),
    }
}

#[inline(always)]
fn test_pairs(r: &mut Registers, to: ToT, a: N, b: N, rows: usize, holds: impl Fn(i64, i64) -> bool) {
    let out = r.truths.column_mut(to.index(), rows);
    let (a_known, b_known) = (r.known.column(a.index(), rows), r.known.column(b.index(), rows));
    let (a, b) = (r.numbers.column(a.index(), rows), r.numbers.column(b.index(), rows));
    crate::columns::map4(out, (a, b), (a_known, b_known), |a, b, a_known, b_known| {
        tested(holds(a, b), a_known & b_known)
    });
}

#[inline(always)]
pub(super) fn compare_numbers(r: &mut Registers, to: ToT, how: Comparison, a: N, b: N, rows: usize) {
    match how {
        Comparison::Equal => test_pairs(r, to, a, b, rows, |a, b| a == b),
        Comparison::NotEqual => test_pairs(r, to, a, b, rows, |a, b| a != b),
        Comparison::Less => test_pairs(r, to, a, b, rows, |a, b| a < b),
        Comparison::LessOrEqual => test_pairs(r, to, a, b, rows, |a, b| a <= b),
        Comparison::Greater => test_pairs(r, to, b, a, rows, |b, a| b < a),
        Comparison::GreaterOrEqual => test_pairs(r, to, b, a, rows, |b, a| b <= a),
    }
}

#[inline(always)]
pub(super) fn in_numbers(f: &Frame<'_>, r: &mut Registers, to: ToT, a: N, set: NumbersAt, rows: usize) {
    match f.prepared.numbers.get(set.index()) {
        Some(&PreparedNumbers::Bits { least, bits }) => test_numbers(r, to, a, rows, move |a| {
            let place = a.wrapping_sub(least) as u64;
            (bits >> (place & 63)) & 1 == 1 && place < 64
        }),
        Some(PreparedNumbers::Sorted(numbers)) => {
            test_numbers(r, to, a, rows, |a| numbers.binary_search(&a).is_ok())
        }
        None => r.truths.column_mut(to.index(), rows).fill(1),
    }
}

#[inline(always)]
pub(super) fn in_windows(f: &Frame<'_>, r: &mut Registers, to: ToT, a: N, windows: WindowsAt, rows: usize) {
    match f.bound.windows.get(windows.index()) {
        Some(&interval) => {
            let (first, last) = (interval.first, interval.last);
            test_numbers(r, to, a, rows, move |a| (first <= a) & (a <= last));
        }
        None => r.truths.column_mut(to.index(), rows).fill(1),
    }
}

#[inline(always)]
pub(super) fn how_many(r: &mut Registers, to: ToT, low: i64, high: i64, parts: &[T], rows: usize) {
    let (holding, possible) = (&mut r.scratch.holding[..rows], &mut r.scratch.possible[..rows]);
    holding.fill(0);
    possible.fill(0);
    for part in parts {
        let part = r.truths.column(part.index(), rows);
        for i in 0..rows {
            holding[i] = holding[i].wrapping_add((part[i] >> 1) as u16);
            possible[i] = possible[i].wrapping_add((part[i] != 0) as u16);
        }
    }
    let (low, high) =
        (low.clamp(0, u16::MAX as i64) as u16, if high < 0 { -1 } else { high.min(65_535) } as i32);
    let out = r.truths.column_mut(to.index(), rows);
    map2(out, holding, possible, move |holding, possible| {
        let all = (low <= holding) & (possible as i32 <= high);
        let none = (possible < low) | (holding as i32 > high) | (low as i32 > high);
        if none { 0 } else { 1 + all as u8 }
    });
}

#[inline(always)]
pub(super) fn load_truth(f: &Frame<'_>, r: &mut Registers, to: ToT, input: InputAt, rows: usize) {
    let out = r.truths.column_mut(to.index(), rows);
    match f.inputs.get(input.index()) {
        Some(Input::Truths(truths)) if truths.len() >= rows => out.copy_from_slice(&truths[..rows]),
        _ => out.fill(1),
    }
}

#[inline(always)]
pub(super) fn slot_truth(f: &Frame<'_>, r: &mut Registers, to: ToT, at: SlotAt, rows: usize) {
    let out = r.truths.column_mut(to.index(), rows);
    match slot(f, at) {
        Some(SlotColumn::Truth(truths)) if truths.len() >= rows => out.copy_from_slice(&truths[..rows]),
        _ => out.fill(1),
    }
}

#[inline(always)]
pub(super) fn table_truth(
    f: &Frame<'_>,
    r: &mut Registers,
    to: ToT,
    table: TableAt,
    output: OutputAt,
    rows: usize,
) {
    let out = r.truths.column_mut(to.index(), rows);
    let found = table_codes(f, table, rows);
    match found.and_then(|(codes, table)| Some((codes, table.outputs.get(output.index())?))) {
        Some((codes, TableColumn::Truth(truths))) if !truths.is_empty() => {
            let last = truths.len() - 1;
            map1(out, codes, |code| truths[(code as usize).min(last)]);
        }
        _ => out.fill(1),
    }
}

#[inline(always)]
pub(super) fn argument_truth(f: &Frame<'_>, r: &mut Registers, to: ToT, argument: ArgumentAt, rows: usize) {
    let truth = f.arguments.truths.get(argument.index()).copied().unwrap_or(1);
    r.truths.column_mut(to.index(), rows).fill(truth);
}
