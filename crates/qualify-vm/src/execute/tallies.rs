//! Counting what rules do. A rule fired for a row where its condition is true and the row is evaluated.

use crate::{Frame, Registers};
use qualify_plan::{CodeTallyAt, N, RuleAt, T};

/// How many of the rows fired.
#[inline(always)]
fn count(fired: &[u8], evaluated: &[u8]) -> u64 {
    let mut count = 0;
    // counts of a block fit into bytes, of which a vector holds the most
    for (fired, evaluated) in fired.chunks(128).zip(evaluated.chunks(128)) {
        let mut block = 0u8;
        let evaluated = &evaluated[..fired.len()];
        for i in 0..fired.len() {
            block += fired[i].min(evaluated[i]) >> 1 & 1;
        }
        count += block as u64;
    }
    count
}

#[inline(always)]
pub(super) fn constant(
    f: &mut Frame<'_>,
    r: &mut Registers,
    rule: RuleAt,
    fired: T,
    points: i64,
    rows: usize,
) {
    let count = count(r.truths.column(fired.index(), rows), &r.evaluated[..rows]);
    add(f, rule, count, (points as i128).wrapping_mul(count as i128));
}

#[inline(always)]
pub(super) fn rule(f: &mut Frame<'_>, r: &mut Registers, rule: RuleAt, fired: T, points: N, rows: usize) {
    let (fired, evaluated) = (r.truths.column(fired.index(), rows), &r.evaluated[..rows]);
    let points = r.numbers.column(points.index(), rows);
    // halves of 32 bits cannot overflow over a chunk
    let (mut low, mut high) = (0u64, 0i64);
    for i in 0..rows {
        let points = points[i] & -((fired[i].min(evaluated[i]) >> 1) as i64);
        low = low.wrapping_add(points as u64 & 0xffff_ffff);
        high = high.wrapping_add(points >> 32);
    }
    let sum = ((high as i128) << 32) + low as i128;
    add(f, rule, count(fired, evaluated), sum);
}

fn add(f: &mut Frame<'_>, rule: RuleAt, count: u64, points: i128) {
    let tally = &mut f.tallies.rules;
    if let (Some(leads), Some(sum)) = (tally.leads.get_mut(rule.index()), tally.points.get_mut(rule.index()))
    {
        *leads = leads.wrapping_add(count);
        *sum = sum.saturating_add(points);
    }
}

#[inline(always)]
pub(super) fn codes(f: &mut Frame<'_>, r: &mut Registers, tally: CodeTallyAt, condition: T, rows: usize) {
    let Some(at) = f.plan.code_tallies.get(tally.index()) else { return };
    let Some(table) = f.plan.tables.get(at.table as usize) else { return };
    let codes = f.inputs.get(table.attribute as usize).and_then(|input| input.codes(rows));
    let Some(codes) = codes else { return };
    let Some(counts) = f.tallies.codes.get_mut(tally.index()) else { return };
    let Some(last) = counts.len().checked_sub(1) else { return };
    let (condition, evaluated) = (r.truths.column(condition.index(), rows), &r.evaluated[..rows]);
    for i in 0..rows {
        let counted = (condition[i].min(evaluated[i]) >> 1) as u64;
        let count = &mut counts[(codes[i] as usize).min(last)];
        *count = count.wrapping_add(counted);
    }
}
