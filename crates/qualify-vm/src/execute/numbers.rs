//! Instructions that give numbers. An unknown number holds 0, so every result is masked by what is known.

use super::truths::is_false;
use super::{slot, table_codes};
use crate::columns::{map1, map2, map3, mask};
use crate::{Frame, Input, PreparedBins, Registers, SlotColumn, TableColumn};
use qualify_plan::{ArgumentAt, BinsAt, InputAt, N, OutputAt, SlotAt, T, TableAt, ToN};

/// Up to so many edges, bins are found by looking at all of them; above, by bisection.
const EDGES_IN_TURN: usize = 24;

#[inline(always)]
fn copy_known(r: &mut Registers, to: ToN, a: N, rows: usize) {
    if to.index() != a.index() {
        let (out, others) = r.known.write(to.index(), rows);
        out.copy_from_slice(others.column(a.index()));
    }
}

#[inline(always)]
pub(super) fn numbers1(r: &mut Registers, to: ToN, a: N, rows: usize, f: impl Fn(i64) -> i64) {
    copy_known(r, to, a, rows);
    let a = r.numbers.apart(to.index(), a.index(), 0, rows);
    let known = r.known.column(to.index(), rows);
    let (out, others) = r.numbers.write(to.index(), rows);
    map2(out, others.column(a), known, |a, known| f(a) & mask(known));
}

#[inline(always)]
fn known2(r: &mut Registers, to: ToN, a: N, b: N, rows: usize, f: impl Fn(u8, u8) -> u8) {
    let a = r.known.apart(to.index(), a.index(), 0, rows);
    let b = r.known.apart(to.index(), b.index(), 1, rows);
    let (out, others) = r.known.write(to.index(), rows);
    map2(out, others.column(a), others.column(b), f);
}

#[inline(always)]
pub(super) fn numbers2(r: &mut Registers, to: ToN, a: N, b: N, rows: usize, f: impl Fn(i64, i64) -> i64) {
    known2(r, to, a, b, rows, |a, b| a & b);
    let a = r.numbers.apart(to.index(), a.index(), 0, rows);
    let b = r.numbers.apart(to.index(), b.index(), 1, rows);
    let known = r.known.column(to.index(), rows);
    let (out, others) = r.numbers.write(to.index(), rows);
    map3(out, others.column(a), others.column(b), known, |a, b, known| f(a, b) & mask(known));
}

/// Whether the divisor is a power of two and all products stay within 62 bits, so that they need no 128.
#[inline(always)]
pub(super) fn is_short(r: &Registers, a: N, b: N, by: i64, rows: usize) -> bool {
    let bits = |column: &[i64]| {
        let all = column.iter().fold(0, |all, number| all | (number ^ (number >> 63)));
        i64::BITS - all.leading_zeros()
    };
    let power_of_two = by > 0 && by & (by - 1) == 0;
    power_of_two && bits(r.numbers.column(a.index(), rows)) + bits(r.numbers.column(b.index(), rows)) <= 62
}

#[inline(always)]
pub(super) fn number_constant(r: &mut Registers, to: ToN, value: i64, known: u8, rows: usize) {
    r.numbers.column_mut(to.index(), rows).fill(value);
    r.known.column_mut(to.index(), rows).fill(known);
}

#[inline(always)]
pub(super) fn if_known_number(r: &mut Registers, to: ToN, a: N, b: N, rows: usize) {
    let a_value = r.numbers.apart(to.index(), a.index(), 0, rows);
    let b_value = r.numbers.apart(to.index(), b.index(), 1, rows);
    let known = r.known.column(a.index(), rows);
    let (out, others) = r.numbers.write(to.index(), rows);
    map3(
        out,
        others.column(a_value),
        others.column(b_value),
        known,
        |a, b, known| {
            if known != 0 { a } else { b }
        },
    );
    known2(r, to, a, b, rows, |a, b| a | b);
}

#[inline(always)]
pub(super) fn select_number(r: &mut Registers, to: ToN, condition: T, then: N, otherwise: N, rows: usize) {
    let condition = r.truths.column(condition.index(), rows);
    let (t, o) = (
        r.known.apart(to.index(), then.index(), 0, rows),
        r.known.apart(to.index(), otherwise.index(), 1, rows),
    );
    let (out, others) = r.known.write(to.index(), rows);
    map3(out, condition, others.column(t), others.column(o), |c, t, o| (t & (c >> 1)) | (o & is_false(c)));
    let (t, o) = (
        r.numbers.apart(to.index(), then.index(), 0, rows),
        r.numbers.apart(to.index(), otherwise.index(), 1, rows),
    );
    let (out, others) = r.numbers.write(to.index(), rows);
    map3(out, condition, others.column(t), others.column(o), |c, t, o| {
        (t & mask(c >> 1)) | (o & mask(is_false(c)))
    });
}

#[inline(always)]
pub(super) fn add_if(r: &mut Registers, to: ToN, a: N, condition: T, points: i64, rows: usize) {
    let known = r.known.column(a.index(), rows);
    let condition = r.truths.column(condition.index(), rows);
    if to.index() == a.index() {
        let sums = &mut r.numbers.column_mut(to.index(), rows)[..rows];
        let (condition, known) = (&condition[..rows], &known[..rows]);
        for i in 0..rows {
            sums[i] = sums[i].wrapping_add(points & mask((condition[i] >> 1) & known[i]));
        }
        return;
    }
    let (out, others) = r.numbers.write(to.index(), rows);
    map3(out, others.column(a.index()), condition, known, move |a, condition, known| {
        a.wrapping_add(points & mask((condition >> 1) & known))
    });
    copy_known(r, to, a, rows);
}

#[inline(always)]
pub(super) fn add_where(r: &mut Registers, to: ToN, a: N, condition: T, points: N, rows: usize) {
    let known = r.known.column(a.index(), rows);
    let condition = r.truths.column(condition.index(), rows);
    let a_value = r.numbers.apart(to.index(), a.index(), 0, rows);
    let points = r.numbers.apart(to.index(), points.index(), 1, rows);
    let (out, others) = r.numbers.write(to.index(), rows);
    let values = (others.column(a_value), others.column(points));
    crate::columns::map4(out, values, (condition, known), |a, points, condition, known| {
        a.wrapping_add(points & mask((condition >> 1) & known))
    });
    copy_known(r, to, a, rows);
}

#[inline(always)]
fn copy_value(r: &mut Registers, to: ToN, a: N, rows: usize) {
    if to.index() != a.index() {
        let (out, others) = r.numbers.write(to.index(), rows);
        out.copy_from_slice(others.column(a.index()));
    }
}

#[inline(always)]
pub(super) fn zero_unknown(r: &mut Registers, to: ToN, a: N, rows: usize) {
    copy_value(r, to, a, rows);
    r.known.column_mut(to.index(), rows).fill(1);
}

#[inline(always)]
pub(super) fn known_where(r: &mut Registers, to: ToN, a: N, condition: T, rows: usize) {
    let condition = r.truths.column(condition.index(), rows);
    let a_known = r.known.apart(to.index(), a.index(), 0, rows);
    let (out, others) = r.known.write(to.index(), rows);
    map2(out, others.column(a_known), condition, |known, condition| known & (condition >> 1));
    let a = r.numbers.apart(to.index(), a.index(), 0, rows);
    let known = r.known.column(to.index(), rows);
    let (out, others) = r.numbers.write(to.index(), rows);
    map2(out, others.column(a), known, |a, known| a & mask(known));
}

#[inline(always)]
pub(super) fn truth_number(r: &mut Registers, to: ToN, a: T, rows: usize) {
    let truths = r.truths.column(a.index(), rows);
    map1(r.numbers.column_mut(to.index(), rows), truths, |truth| (truth >> 1) as i64);
    map1(r.known.column_mut(to.index(), rows), truths, |truth| (truth != 1) as u8);
}

/// Places of conditions that hold: the last that is looked at counts. 0xffff for none.
#[inline(always)]
fn place<'t>(r: &mut Registers, to: ToN, conditions: impl Iterator<Item = (usize, &'t T)>, rows: usize) {
    let places = &mut r.scratch.holding[..rows];
    places.fill(u16::MAX);
    for (place, condition) in conditions {
        let (place, condition) = (place as u16, r.truths.column(condition.index(), rows));
        for i in 0..rows {
            let holds = ((condition[i] >> 1) as u16).wrapping_neg();
            places[i] = (place & holds) | (places[i] & !holds);
        }
    }
    let found = |place: u16| (place != u16::MAX) as u8;
    map1(r.known.column_mut(to.index(), rows), places, found);
    let value = |place: u16| if place != u16::MAX { place as i64 } else { 0 };
    map1(r.numbers.column_mut(to.index(), rows), places, value);
}

#[inline(always)]
pub(super) fn first(r: &mut Registers, to: ToN, conditions: &[T], rows: usize) {
    place(r, to, conditions.iter().enumerate().rev(), rows);
}

#[inline(always)]
pub(super) fn last(r: &mut Registers, to: ToN, conditions: &[T], rows: usize) {
    place(r, to, conditions.iter().enumerate(), rows);
}

#[inline(always)]
pub(super) fn look_up_bins(f: &Frame<'_>, r: &mut Registers, to: ToN, a: N, bins: BinsAt, rows: usize) {
    let Some(bins) = f.prepared.bins.get(bins.index()) else { return number_constant(r, to, 0, 0, rows) };
    let a_value = r.numbers.apart(to.index(), a.index(), 0, rows);
    let a_known = r.known.apart(to.index(), a.index(), 0, rows);
    let (out, others) = r.numbers.write(to.index(), rows);
    let (known_out, known_others) = r.known.write(to.index(), rows);
    let (values, known) = (others.column(a_value), known_others.column(a_known));
    if bins.edges.len() <= EDGES_IN_TURN {
        bins_in_turn(bins, out, values);
    } else {
        bins_by_bisection(bins, out, values);
    }
    let (unknown, unknown_known) = (bins.unknown, bins.unknown_known);
    if bins.all_known {
        map1(known_out, known, |known| known | unknown_known);
    } else {
        let known_at = |value| {
            let bin = bins.edges.partition_point(|edge| *edge <= value);
            bins.known.get(bin).copied().unwrap_or(0)
        };
        map2(
            known_out,
            values,
            known,
            |value, known| if known != 0 { known_at(value) } else { unknown_known },
        );
    }
    let known = &known[..rows];
    for i in 0..rows {
        out[i] = (out[i] & mask(known[i])) | (unknown & !mask(known[i]));
    }
}

/// Adds what changes at each edge below the number.
#[inline(always)]
fn bins_in_turn(bins: &PreparedBins, out: &mut [i64], values: &[i64]) {
    const BLOCK: usize = 16;
    let first = bins.values.first().copied().unwrap_or(0);
    let changes = || bins.edges.iter().copied().zip(bins.changes.iter().copied());
    let (mut blocks, mut value_blocks) = (out.chunks_exact_mut(BLOCK), values.chunks_exact(BLOCK));
    for (out, values) in blocks.by_ref().zip(value_blocks.by_ref()) {
        let mut sums = [first; BLOCK];
        for (edge, change) in changes() {
            for i in 0..BLOCK {
                sums[i] = sums[i].wrapping_add(change & -((values[i] >= edge) as i64));
            }
        }
        out.copy_from_slice(&sums);
    }
    for (out, value) in blocks.into_remainder().iter_mut().zip(value_blocks.remainder()) {
        *out = changes().fold(
            first,
            |sum, (edge, change)| {
                if *value >= edge { sum.wrapping_add(change) } else { sum }
            },
        );
    }
}

#[inline(always)]
fn bins_by_bisection(bins: &PreparedBins, out: &mut [i64], values: &[i64]) {
    map1(out, values, |value| {
        let bin = bins.edges.partition_point(|edge| *edge <= value);
        bins.values.get(bin).copied().unwrap_or(0)
    });
}

#[inline(always)]
fn load(r: &mut Registers, to: ToN, values: &[i64], known: Option<&[u8]>, rows: usize) {
    let enough = values.len() >= rows && known.is_none_or(|known| known.len() >= rows);
    if !enough {
        return number_constant(r, to, 0, 0, rows);
    }
    r.numbers.column_mut(to.index(), rows).copy_from_slice(&values[..rows]);
    let out = r.known.column_mut(to.index(), rows);
    match known {
        Some(known) => out.copy_from_slice(&known[..rows]),
        None => out.fill(1),
    }
}

#[inline(always)]
pub(super) fn load_number(f: &Frame<'_>, r: &mut Registers, to: ToN, input: InputAt, rows: usize) {
    match f.inputs.get(input.index()) {
        Some(Input::Numbers { values, known }) => load(r, to, values, *known, rows),
        _ => number_constant(r, to, 0, 0, rows),
    }
}

#[inline(always)]
pub(super) fn load_own(r: &mut Registers, to: ToN, values: &[i64], rows: usize) {
    load(r, to, values, None, rows);
}

#[inline(always)]
pub(super) fn slot_number(f: &Frame<'_>, r: &mut Registers, to: ToN, at: SlotAt, rows: usize) {
    match slot(f, at) {
        Some(SlotColumn::Number { values, known }) => load(r, to, values, Some(known), rows),
        _ => number_constant(r, to, 0, 0, rows),
    }
}

#[inline(always)]
pub(super) fn table_number(
    f: &Frame<'_>,
    r: &mut Registers,
    to: ToN,
    table: TableAt,
    output: OutputAt,
    rows: usize,
) {
    let Some((codes, table)) = table_codes(f, table, rows) else { return number_constant(r, to, 0, 0, rows) };
    let Some(TableColumn::Number { values, known }) = table.outputs.get(output.index()) else {
        return number_constant(r, to, 0, 0, rows);
    };
    let Some(last) = values.len().checked_sub(1) else { return number_constant(r, to, 0, 0, rows) };
    let out = r.numbers.column_mut(to.index(), rows);
    match table.few(output.index()).filter(|few| few.places.len() > last) {
        Some(few) => map1(out, codes, |code| few.numbers[few.places[(code as usize).min(last)] as usize]),
        None => map1(out, codes, |code| {
            let place = (code as usize).min(last);
            // it is; to say it this way lets many be looked up at once
            if place < values.len() { values[place] } else { 0 }
        }),
    }
    let out = r.known.column_mut(to.index(), rows);
    match known {
        Some(known) if known.len() == values.len() => {
            let known = &known[..last + 1];
            map1(out, codes, |code| known[(code as usize).min(last)]);
        }
        _ => out.fill(1),
    }
}

#[inline(always)]
pub(super) fn argument_number(f: &Frame<'_>, r: &mut Registers, to: ToN, argument: ArgumentAt, rows: usize) {
    let number = f.arguments.numbers.get(argument.index()).copied().flatten();
    number_constant(r, to, number.unwrap_or(0), number.is_some() as u8, rows);
}
