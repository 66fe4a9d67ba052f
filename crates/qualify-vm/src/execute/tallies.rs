//! Counting what rules do. A rule fired for a row where its condition is true and the row is evaluated.

use crate::table_columns::MANY;
use crate::{Frame, Registers, TableColumn};
use qualify_model::Tally;
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
    add(&mut f.tallies.rules, rule.index(), count, (points as i128).wrapping_mul(count as i128));
}

#[inline(always)]
pub(super) fn rule(f: &mut Frame<'_>, r: &mut Registers, rule: RuleAt, fired: T, points: N, rows: usize) {
    let (fired, evaluated) = (r.truths.column(fired.index(), rows), &r.evaluated[..rows]);
    let points = r.numbers.column(points.index(), rows);
    let mut sum = Sum::default();
    for i in 0..rows {
        sum.add(points[i] & -((fired[i].min(evaluated[i]) >> 1) as i64));
    }
    add(&mut f.tallies.rules, rule.index(), count(fired, evaluated), sum.whole());
}

/// The points of a chunk in halves of 32 bits, which cannot overflow over a chunk.
#[derive(Default)]
struct Sum {
    low: u64,
    high: i64,
}

impl Sum {
    #[inline(always)]
    fn add(&mut self, points: i64) {
        self.low = self.low.wrapping_add(points as u64 & 0xffff_ffff);
        self.high = self.high.wrapping_add(points >> 32);
    }

    #[inline(always)]
    fn whole(&self) -> i128 {
        ((self.high as i128) << 32) + self.low as i128
    }
}

fn add(tally: &mut Tally, rule: usize, count: u64, points: i128) {
    if let (Some(leads), Some(sum)) = (tally.leads.get_mut(rule), tally.points.get_mut(rule)) {
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
    // to go through all entries at the end would take longer than to count row by row
    if let Some(columns) = f.tables.get(at.table as usize).filter(|_| last >= MANY) {
        for (rule, fired, points) in &at.rules {
            let few = columns.few(*points as usize);
            let (fired, points) =
                (columns.outputs.get(*fired as usize), columns.outputs.get(*points as usize));
            let (Some(TableColumn::Truth(fired)), Some(TableColumn::Number { values, .. })) = (fired, points)
            else {
                continue;
            };
            let counted =
                |row: usize, place: usize| (condition[row].min(evaluated[row]).min(fired[place]) >> 1) as u64;
            let place = |row: usize| (codes[row] as usize).min(last);
            let (leads, sum) = match few {
                // most rules give the same points everywhere
                Some(few) if few.count == 1 => {
                    let leads = (0..rows).fold(0, |leads, row| leads + counted(row, place(row)));
                    (leads, few.numbers[0] as i128 * leads as i128)
                }
                _ => {
                    let (mut leads, mut sum) = (0, Sum::default());
                    for row in 0..rows {
                        let counted = counted(row, place(row));
                        leads += counted;
                        sum.add(values[place(row)] & -(counted as i64));
                    }
                    (leads, sum.whole())
                }
            };
            add(&mut f.tallies.rules, rule.index(), leads, sum);
        }
        return;
    }
    if let Some(are_counted) = f.tallies.are_counted.get_mut(tally.index()) {
        *are_counted = true;
    }
    for i in 0..rows {
        let counted = (condition[i].min(evaluated[i]) >> 1) as u64;
        let count = &mut counts[(codes[i] as usize).min(last)];
        *count = count.wrapping_add(counted);
    }
}
