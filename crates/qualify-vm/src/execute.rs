//! The interpreter: what each instruction does to a chunk of rows. The body is compiled once for each level of
//! vector instructions; what vectors do not help is in [`slow`](crate::slow) and compiled once.

mod numbers;
mod tallies;
mod truths;

use crate::{Frame, Registers, SlotColumn, TableColumns, slow};
use qualify_plan::Instruction as I;

/// Runs instructions. Inlined into a function for each level.
#[inline(always)]
pub(crate) fn execute(code: &[I], rows: usize, frame: &mut Frame<'_>, registers: &mut Registers) {
    for instruction in code {
        step(instruction, rows, frame, registers);
    }
}

#[inline(always)]
fn step(instruction: &I, rows: usize, f: &mut Frame<'_>, r: &mut Registers) {
    use numbers::*;
    use truths::*;
    match *instruction {
        I::TruthConstant { to, value } => r.truths.column_mut(to.index(), rows).fill(value.clamp(0, 2) as u8),
        I::LoadTruth { to, input } => load_truth(f, r, to, input, rows),
        I::TableTruth { to, table, output } => table_truth(f, r, to, table, output, rows),
        I::SlotTruth { to, slot } => slot_truth(f, r, to, slot, rows),
        I::And { to, a, b } => truths2(r, to, a, b, rows, u8::min),
        I::Or { to, a, b } => truths2(r, to, a, b, rows, u8::max),
        I::Not { to, a } => truths1(r, to, a, rows, |a| 2u8.wrapping_sub(a)),
        I::IsTrue { to, a } => truths1(r, to, a, rows, |a| if a == 2 { 2 } else { 0 }),
        I::KnownTruth { to, a } => truths1(r, to, a, rows, |a| if a != 1 { 2 } else { 0 }),
        I::KnownNumber { to, a } => known_number(r, to, a, rows),
        I::CompareConstant { to, how, a, b } => compare_constant(r, to, how, a, b, rows),
        I::CompareNumbers { to, how, a, b } => compare_numbers(r, to, how, a, b, rows),
        I::InNumbers { to, a, set } => in_numbers(f, r, to, a, set, rows),
        I::InWindows { to, a, windows } => in_windows(f, r, to, a, windows, rows),
        I::HowMany { to, low, high, ref parts } => how_many(r, to, low, high, parts, rows),
        I::SelectTruth { to, condition, then, otherwise } => {
            select_truth(r, to, condition, then, otherwise, rows)
        }
        I::IfKnownTruth { to, a, b } => truths2(r, to, a, b, rows, |a, b| if a == 1 { b } else { a }),
        I::ArgumentTruth { to, argument } => argument_truth(f, r, to, argument, rows),

        I::NumberConstant { to, value } => number_constant(r, to, value, 1, rows),
        I::NumberUnknown { to } => number_constant(r, to, 0, 0, rows),
        I::LoadNumber { to, input } => load_number(f, r, to, input, rows),
        I::TableNumber { to, table, output } => table_number(f, r, to, table, output, rows),
        I::SlotNumber { to, slot } => slot_number(f, r, to, slot, rows),
        I::Add { to, a, b } => numbers2(r, to, a, b, rows, i64::wrapping_add),
        I::Subtract { to, a, b } => numbers2(r, to, a, b, rows, i64::wrapping_sub),
        I::Multiply { to, a, b } => numbers2(r, to, a, b, rows, i64::wrapping_mul),
        I::AddConstant { to, a, b } => numbers1(r, to, a, rows, move |a| a.wrapping_add(b)),
        I::MultiplyConstant { to, a, b } => numbers1(r, to, a, rows, move |a| a.wrapping_mul(b)),
        I::Negate { to, a } => numbers1(r, to, a, rows, i64::wrapping_neg),
        I::Minimum { to, a, b } => numbers2(r, to, a, b, rows, i64::min),
        I::Maximum { to, a, b } => numbers2(r, to, a, b, rows, i64::max),
        I::MinimumConstant { to, a, b } => numbers1(r, to, a, rows, move |a| a.min(b)),
        I::MaximumConstant { to, a, b } => numbers1(r, to, a, rows, move |a| a.max(b)),
        I::MultiplyDivide { to, a, b, by } if is_short(r, a, b, by, rows) => {
            let (half, shift) = (by as u64 >> 1, by.trailing_zeros());
            numbers2(r, to, a, b, rows, move |a, b| {
                let product = a.wrapping_mul(b);
                let rounded = (product.unsigned_abs().wrapping_add(half) >> shift) as i64;
                if product < 0 { -rounded } else { rounded }
            });
        }
        I::SelectNumber { to, condition, then, otherwise } => {
            select_number(r, to, condition, then, otherwise, rows)
        }
        I::IfKnownNumber { to, a, b } => if_known_number(r, to, a, b, rows),
        I::AddIf { to, a, condition, points } => add_if(r, to, a, condition, points, rows),
        I::AddWhere { to, a, condition, points } => add_where(r, to, a, condition, points, rows),
        I::ZeroUnknown { to, a } => zero_unknown(r, to, a, rows),
        I::Bins { to, a, bins } => look_up_bins(f, r, to, a, bins, rows),
        I::DaysSinceDate { to, a } => {
            let today = f.bound.today as i64;
            numbers1(r, to, a, rows, move |a| today.wrapping_sub(a))
        }
        I::First { to, ref conditions } => first(r, to, conditions, rows),
        I::Last { to, ref conditions } => last(r, to, conditions, rows),
        I::KnownWhere { to, a, condition } => known_where(r, to, a, condition, rows),
        I::TruthNumber { to, a } => truth_number(r, to, a, rows),
        I::LoadTime { to } => load_own(r, to, f.event_times, rows),
        I::LoadTimes { to } => load_own(r, to, f.times, rows),
        I::ArgumentNumber { to, argument } => argument_number(f, r, to, argument, rows),

        I::Evaluated { a } => r.evaluated[..rows].copy_from_slice(r.truths.column(a.index(), rows)),
        I::TallyRule { rule, fired, points } => tallies::rule(f, r, rule, fired, points, rows),
        I::TallyConstant { rule, fired, points } => tallies::constant(f, r, rule, fired, points, rows),
        I::TallyCodes { tally, condition } => tallies::codes(f, r, tally, condition, rows),

        ref other => slow::step(other, rows, f, r),
    }
}

/// A table and the codes of the rows; none if they are missing.
#[inline(always)]
fn table_codes<'f>(
    frame: &Frame<'f>,
    table: qualify_plan::TableAt,
    rows: usize,
) -> Option<(&'f [u32], &'f TableColumns)> {
    let attribute = frame.plan.tables.get(table.index())?.attribute as usize;
    let codes = frame.inputs.get(attribute)?.codes(rows)?;
    Some((codes, frame.tables.get(table.index())?))
}

#[inline(always)]
fn slot<'f>(frame: &'f Frame<'_>, slot: qualify_plan::SlotAt) -> Option<&'f SlotColumn> {
    frame.slots.columns.get(slot.index())
}
