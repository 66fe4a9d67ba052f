//! Wide numbers: sums and products before they are held in 64 bits.

use super::numbers::{quotient, shifted};
use crate::{Frame, Registers, SlotColumn};
use qualify_model::{Comparison, exact};
use qualify_plan::{Instruction as I, T, ToT, ToW, W};
use std::cmp::Ordering;

/// Units, and whether it or what it was computed from was held.
type Wide = (i128, bool);

fn each1(r: &mut Registers, to: ToW, a: W, rows: usize, f: impl Fn(Wide) -> Option<Wide>) {
    for row in 0..rows {
        let wide = r.wide(a.index(), row).and_then(&f);
        r.set_wide(to.index(), row, wide);
    }
}

fn each2(r: &mut Registers, to: ToW, a: W, b: W, rows: usize, f: impl Fn(i128, i128) -> Option<i128>) {
    for row in 0..rows {
        let pair = r.wide(a.index(), row).zip(r.wide(b.index(), row));
        let wide = pair.and_then(|(a, b)| Some((f(a.0, b.0)?, a.1 | b.1)));
        r.set_wide(to.index(), row, wide);
    }
}

/// Both held in 64 bits first.
fn ends(r: &mut Registers, to: ToW, a: W, b: W, rows: usize, f: impl Fn(i64, i64) -> Option<i128>) {
    for row in 0..rows {
        let pair = r.wide(a.index(), row).zip(r.wide(b.index(), row));
        let wide = pair.and_then(|(a, b)| {
            let ((x, x_held), (y, y_held)) = (exact::hold(a.0), exact::hold(b.0));
            Some((f(x, y)?, a.1 | b.1 | x_held | y_held))
        });
        r.set_wide(to.index(), row, wide);
    }
}

fn choose(r: &mut Registers, to: ToW, rows: usize, f: impl Fn(&Registers, usize) -> Option<Wide>) {
    for row in 0..rows {
        let wide = f(r, row);
        r.set_wide(to.index(), row, wide);
    }
}

fn truths(r: &mut Registers, to: ToT, a: W, rows: usize, f: impl Fn(Option<Wide>) -> bool) {
    for row in 0..rows {
        let truth = f(r.wide(a.index(), row)) as u8 * 2;
        r.set_truth(to.index(), row, truth);
    }
}

pub(super) fn holds(how: Comparison, ordering: Ordering) -> bool {
    match how {
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
    }
}

pub(super) fn step(instruction: &I, rows: usize, f: &mut Frame<'_>, r: &mut Registers) {
    match *instruction {
        I::Widen { to, a } => choose(r, to, rows, |r, row| Some((r.number(a.index(), row)? as i128, false))),
        I::WidenHeld { to, a, held } => choose(r, to, rows, |r, row| {
            Some((r.number(a.index(), row)? as i128, r.truth(held.index(), row) == 2))
        }),
        I::WideConstant { to, value } => choose(r, to, rows, |_, _| Some((value, false))),
        I::SlotWide { to, slot } => slot_wide(f, r, to, slot.index(), rows),
        I::AddWide { to, a, b } => each2(r, to, a, b, rows, |a, b| Some(a.saturating_add(b))),
        I::SubtractWide { to, a, b } => each2(r, to, a, b, rows, |a, b| Some(a.saturating_sub(b))),
        I::MinimumWide { to, a, b } => each2(r, to, a, b, rows, |a, b| Some(a.min(b))),
        I::MaximumWide { to, a, b } => each2(r, to, a, b, rows, |a, b| Some(a.max(b))),
        I::NegateWide { to, a } => each1(r, to, a, rows, |a| Some((a.0.saturating_neg(), a.1))),
        I::MultiplyWide { to, a, b } => ends(r, to, a, b, rows, |a, b| Some(a as i128 * b as i128)),
        I::DivideWide { to, a, b, a_decimals, b_decimals, decimals } => {
            let (a_decimals, b_decimals) = (a_decimals as u32, b_decimals as u32);
            ends(r, to, a, b, rows, |a, b| exact::divide((a, a_decimals), (b, b_decimals), decimals as u32));
        }
        I::Rescale { to, a, from, into } => rescale(r, to, a, from as u32, into as u32, rows),
        I::SelectWide { to, condition, then, otherwise } => {
            choose(r, to, rows, |r, row| match r.truth(condition.index(), row) {
                2 => r.wide(then.index(), row),
                0 => r.wide(otherwise.index(), row),
                _ => None,
            });
        }
        I::IfKnownWide { to, a, b } => {
            choose(r, to, rows, |r, row| r.wide(a.index(), row).or_else(|| r.wide(b.index(), row)));
        }
        I::Average { to, a, count, from, into } => {
            let (up, down) = (into.saturating_sub(from) as u32, from.saturating_sub(into) as u32);
            let (up, down) = (exact::power_of_ten(up), exact::power_of_ten(down));
            choose(r, to, rows, |r, row| {
                let (sum, count) = (r.wide(a.index(), row)?, r.number(count.index(), row)?);
                let by = (count as i128).saturating_mul(down);
                let average = quotient(sum.0.saturating_mul(up), by);
                average.filter(|_| count > 0).map(|average| (average, sum.1))
            });
        }
        I::DivideWideConstant { to, a, by } => match by {
            1.. if by & (by - 1) == 0 => {
                let shift = by.trailing_zeros();
                each1(r, to, a, rows, |a| Some((shifted(a.0, shift), a.1)));
            }
            _ => each1(r, to, a, rows, |a| Some((quotient(a.0, by)?, a.1))),
        },
        I::Product { to, a, b } => choose(r, to, rows, |r, row| {
            let (a, b) = (r.number(a.index(), row)?, r.number(b.index(), row)?);
            Some((a as i128 * b as i128, false))
        }),
        I::Scale { to, a, b } => choose(r, to, rows, |r, row| {
            let (a, b) = (r.wide(a.index(), row)?, r.number(b.index(), row)?);
            Some((a.0.saturating_mul(b as i128), a.1))
        }),
        I::ZeroUnknownWide { to, a } => {
            choose(r, to, rows, |r, row| Some(r.wide(a.index(), row).unwrap_or((0, false))));
        }
        I::AddWideWhere { to, a, condition, b } => choose(r, to, rows, |r, row| {
            let sum = r.wide(a.index(), row)?;
            let more = if r.truth(condition.index(), row) == 2 { r.wide(b.index(), row) } else { None };
            let (more, held) = more.unwrap_or((0, false));
            Some((sum.0.saturating_add(more), sum.1 | held))
        }),
        I::End { to, a } => each1(r, to, a, rows, |a| {
            let (units, held) = exact::hold(a.0);
            Some((units as i128, a.1 | held))
        }),
        I::WideWhere { to, a, condition } => choose(r, to, rows, |r, row| {
            r.wide(a.index(), row).filter(|_| r.truth(condition.index(), row) == 2)
        }),
        I::Held { to, a } => truths(r, to, a, rows, |a| a.is_some_and(|a| a.1)),
        I::KnownWide { to, a } => truths(r, to, a, rows, |a| a.is_some()),
        I::CompareWide { to, how, a, b } => {
            for row in 0..rows {
                let pair = r.wide(a.index(), row).zip(r.wide(b.index(), row));
                let truth = pair.map_or(1, |(a, b)| 2 * holds(how, a.0.cmp(&b.0)) as u8);
                r.set_truth(to.index(), row, truth);
            }
        }
        I::Narrow { to, a } => {
            for row in 0..rows {
                let number = r.wide(a.index(), row).map(|a| exact::hold(a.0).0);
                r.set_number(to.index(), row, number);
            }
        }
        I::TallyWide { rule, fired, points } => tally(f, r, rule.index(), fired, points, rows),
        _ => {}
    }
}

fn slot_wide(f: &Frame<'_>, r: &mut Registers, to: ToW, slot: usize, rows: usize) {
    let slot = match f.slots.columns.get(slot) {
        Some(SlotColumn::Wide { values, known }) => (values.as_slice(), known.as_slice()),
        _ => (&[][..], &[][..]),
    };
    for row in 0..rows {
        let known = slot.1.get(row).is_some_and(|known| *known != 0);
        let units = slot.0.get(row).filter(|_| known);
        r.set_wide(to.index(), row, units.map(|units| (*units, false)));
    }
}

fn rescale(r: &mut Registers, to: ToW, a: W, from: u32, into: u32, rows: usize) {
    if into >= from {
        each1(r, to, a, rows, |a| Some((exact::rescale(a.0, from, into), a.1)));
    } else {
        let by = exact::power_of_ten(from - into);
        each1(r, to, a, rows, |a| Some((quotient(a.0, by)?, a.1)));
    }
}

fn tally(f: &mut Frame<'_>, r: &mut Registers, rule: usize, fired: T, points: W, rows: usize) {
    let tally = &mut f.tallies.rules;
    let (Some(leads), Some(sum)) = (tally.leads.get_mut(rule), tally.points.get_mut(rule)) else { return };
    for row in 0..rows {
        if r.truth(fired.index(), row).min(r.evaluated[row]) == 2 {
            *leads = leads.wrapping_add(1);
            *sum = sum.saturating_add(r.wide(points.index(), row).map_or(0, |points| points.0));
        }
    }
}
