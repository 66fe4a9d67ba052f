//! What is done for the listed events of a block: newest instants, fading, sums, different values, sequences.

use super::cells::Cells;
use super::layout::{Layout, Work};
use super::lists::Lists;
use qualify_model::decay::Halving;
use qualify_model::{Column, EventColumns, UNKNOWN, exact, text};
use qualify_plan::{Bound, BoundCurve, Plan, PlanStep};
use qualify_vm::{SlotColumn, Slots};
use std::collections::HashMap;
use std::sync::Arc;

/// What the work is done with.
pub(crate) struct Block<'a> {
    pub plan: &'a Plan,
    pub bound: &'a Bound,
    pub layout: &'a Layout,
    pub cells: &'a Cells,
    pub lists: &'a Lists,
    /// All events of the batch.
    pub events: &'a EventColumns,
    /// Where the block's events start and end.
    pub range: std::ops::Range<usize>,
    /// For each event of the block its cell.
    pub cell_of: &'a [u32],
    /// Which events are whose, one more than there are leads.
    pub offsets: &'a [u32],
    pub leads: usize,
}

/// Room that is used again for each block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    wide: Vec<i128>,
    counts: Vec<i64>,
    bits: Vec<u64>,
    pairs: Vec<(u16, i64)>,
    reached: Vec<u32>,
    step: Vec<u32>,
    /// For each property column the dictionary that folds were made for, and for each code the first equal one.
    folds: Vec<Option<Folds>>,
}

/// A dictionary, and for each of its codes the first code of an equal text.
type Folds = (Arc<Vec<Arc<str>>>, Vec<u32>);

/// Texts up to so many different ones are counted by bits.
const BITS: usize = 256;

impl Scratch {
    /// Does all work of a block.
    pub fn answer(&mut self, block: &Block<'_>, slots: &mut Slots) {
        for work in &block.layout.work {
            match work {
                Work::Newest { spot, slot } => block.newest(*spot, &mut slots.columns[*slot]),
                Work::Factors { spot, curve, slot } => block.factors(*spot, *curve, *slot, slots),
                Work::Total { spot, column, slot } => {
                    self.sum(block, *spot, *column);
                    block.put_total(&self.wide, *slot, slots);
                }
                Work::Sum { spot, column, slot } => {
                    self.sum(block, *spot, *column);
                    block.put_sum(&self.wide, &self.counts, *slot, slots);
                }
                Work::Different { spot, column, slot } => {
                    self.different(block, *spot, *column);
                    block.put(&self.counts, &mut slots.columns[*slot]);
                }
                Work::Sequence { spots, fact, slot } => {
                    self.sequence(block, spots, &block.plan.facts[*fact].steps);
                    block.put(&self.counts, &mut slots.columns[*slot]);
                }
            }
        }
    }

    fn sum(&mut self, block: &Block<'_>, spot: usize, column: usize) {
        self.wide.clear();
        self.wide.resize(block.leads, 0);
        self.counts.clear();
        self.counts.resize(block.leads, 0);
        let Some(Column::Number { values, known }) = block.events.properties.get(column) else { return };
        let values = &values[block.range.clone()];
        let known = known.as_ref().map(|known| &known[block.range.clone()]);
        if let Some(masks) = block.cells.frequent.get(&spot) {
            for row in 0..block.leads {
                let (mut sum, mut count) = (0i128, 0u64);
                for event in block.events_of(row) {
                    let mask = masks[block.cell_of[event] as usize];
                    sum += (values[event] & mask as i64) as i128; // unknown ones hold 0
                    count += mask & known.map_or(1, |known| known[event] as u64);
                }
                (self.wide[row], self.counts[row]) = (sum, count as i64);
            }
            return;
        }
        for list in block.lists.in_spot(block.cells, spot) {
            for event in list {
                let (row, event) = (block.lists.rows[*event as usize] as usize, *event as usize);
                self.wide[row] += values[event] as i128; // unknown ones hold 0
                self.counts[row] += known.is_none_or(|known| known[event] != 0) as i64;
            }
        }
    }

    fn different(&mut self, block: &Block<'_>, spot: usize, column: usize) {
        self.counts.clear();
        self.counts.resize(block.leads, 0);
        let range = block.range.clone();
        match block.events.properties.get(column) {
            Some(Column::Text { codes, dictionary }) => {
                let codes = &codes[range];
                self.fold(column, dictionary);
                let first = self.folds[column].as_ref().map_or(&[][..], |(_, first)| first);
                if first.len() <= BITS {
                    return count_bits(&mut self.bits, &mut self.counts, block, spot, codes, first);
                }
                let of = |event: usize| match codes[event] {
                    UNKNOWN => None,
                    code => Some(first[code as usize] as i64),
                };
                count_pairs(&mut self.pairs, &mut self.counts, block, spot, of);
            }
            Some(Column::Number { values, known }) => {
                let known = known.as_ref().map(|known| &known[range.clone()]);
                let values = &values[range];
                let of = |event: usize| known.is_none_or(|known| known[event] != 0).then(|| values[event]);
                count_pairs(&mut self.pairs, &mut self.counts, block, spot, of);
            }
            Some(Column::YesNo(values)) => {
                let values = &values[range];
                let of = |event: usize| (values[event] != 1).then(|| values[event] as i64);
                count_pairs(&mut self.pairs, &mut self.counts, block, spot, of);
            }
            Some(Column::List { .. }) | None => {} // the layout leaves lists to the general way
        }
    }

    /// For each code of a dictionary the first code of an equal text.
    fn fold(&mut self, column: usize, dictionary: &Arc<Vec<Arc<str>>>) {
        if self.folds.len() <= column {
            self.folds.resize(column + 1, None);
        }
        let held = self.folds[column].as_ref().is_some_and(|(held, _)| Arc::ptr_eq(held, dictionary));
        if !held {
            let mut numbers = HashMap::new();
            let of =
                |(code, value): (usize, &Arc<str>)| *numbers.entry(text::fold(value)).or_insert(code as u32);
            let first = dictionary.iter().enumerate().map(of).collect();
            self.folds[column] = Some((dictionary.clone(), first));
        }
    }

    /// Counts the events of the last step that follow one of the step before, each strictly later than it by less
    /// than the gap. The nearest earlier one decides: any other lies further back.
    fn sequence(&mut self, block: &Block<'_>, spots: &[usize], steps: &[PlanStep]) {
        self.counts.clear();
        self.counts.resize(block.leads, 0);
        let times = &block.events.times[block.range.clone()];
        let rows = &block.lists.rows;
        block.in_time(spots[0], &mut self.reached);
        for (spot, step) in spots.iter().zip(steps).skip(1) {
            block.in_time(*spot, &mut self.step);
            let mut earlier = 0;
            let reached = &self.reached;
            self.step.retain(|event| {
                let (row, time) = (rows[*event as usize], times[*event as usize]);
                let lies_before = |other: u32| {
                    let other_row = rows[other as usize];
                    other_row < row || (other_row == row && times[other as usize] < time)
                };
                while earlier < reached.len() && lies_before(reached[earlier]) {
                    earlier += 1;
                }
                let nearest = reached[..earlier].last().filter(|other| rows[**other as usize] == row);
                nearest.is_some_and(|nearest| {
                    let in_gap = |gap| times[*nearest as usize] > block.bound.before(time, gap);
                    step.gap.as_ref().is_none_or(in_gap)
                })
            });
            std::mem::swap(&mut self.reached, &mut self.step);
        }
        self.reached.iter().for_each(|event| self.counts[rows[*event as usize] as usize] += 1);
    }
}

fn count_bits(
    bits: &mut Vec<u64>,
    counts: &mut [i64],
    block: &Block<'_>,
    spot: usize,
    codes: &[u32],
    first: &[u32],
) {
    const WORDS: usize = BITS / 64;
    bits.clear();
    bits.resize(block.leads * WORDS, 0);
    for list in block.lists.in_spot(block.cells, spot) {
        for event in list {
            let code = codes[*event as usize];
            if let Some(code) = first.get(code as usize) {
                let row = block.lists.rows[*event as usize] as usize;
                bits[row * WORDS + *code as usize / 64] |= 1 << (code % 64);
            }
        }
    }
    for (count, words) in counts.iter_mut().zip(bits.chunks_exact(WORDS)) {
        *count = words.iter().map(|word| word.count_ones() as i64).sum();
    }
}

fn count_pairs(
    pairs: &mut Vec<(u16, i64)>,
    counts: &mut [i64],
    block: &Block<'_>,
    spot: usize,
    of: impl Fn(usize) -> Option<i64>,
) {
    pairs.clear();
    for list in block.lists.in_spot(block.cells, spot) {
        let known =
            list.iter().filter_map(|event| Some((block.lists.rows[*event as usize], of(*event as usize)?)));
        pairs.extend(known);
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.iter().for_each(|(row, _)| counts[*row as usize] += 1);
}

impl Block<'_> {
    /// The events of a lead, as places in the block.
    #[inline(always)]
    fn events_of(&self, row: usize) -> std::ops::Range<usize> {
        (self.offsets[row] - self.offsets[0]) as usize..(self.offsets[row + 1] - self.offsets[0]) as usize
    }

    /// The events of a spot, lead by lead, by time.
    fn in_time(&self, spot: usize, into: &mut Vec<u32>) {
        self.lists.in_order(self.cells, spot, into);
        let times = &self.events.times[self.range.clone()];
        let key = |event: &u32| (self.lists.rows[*event as usize], times[*event as usize]);
        if !into.is_sorted_by_key(key) {
            into.sort_by_key(key);
        }
    }

    fn put(&self, counts: &[i64], column: &mut SlotColumn) {
        if let SlotColumn::Number { values, known } = column {
            values[..self.leads].copy_from_slice(counts);
            known[..self.leads].fill(1);
        }
    }

    fn put_total(&self, sums: &[i128], slot: usize, slots: &mut Slots) {
        let rows = sums.iter().map(|sum| exact::hold(*sum)).enumerate();
        for (row, (value, held)) in rows {
            slots.columns[slot].set_number(row, Some(value));
            slots.columns[slot + 1].set_truth(row, 2 * held as u8);
        }
    }

    fn put_sum(&self, sums: &[i128], counts: &[i64], slot: usize, slots: &mut Slots) {
        sums.iter().enumerate().for_each(|(row, sum)| slots.columns[slot].set_wide(row, Some(*sum)));
        self.put(counts, &mut slots.columns[slot + 1]);
    }

    fn newest(&self, spot: usize, column: &mut SlotColumn) {
        let SlotColumn::Number { values, known } = column else { return };
        let (values, known) = (&mut values[..self.leads], &mut known[..self.leads]);
        values.fill(i64::MIN);
        known.fill(0);
        let times = &self.events.times[self.range.clone()];
        if let Some(masks) = self.cells.frequent.get(&spot) {
            for row in 0..self.leads {
                let (mut newest, mut any) = (i64::MIN, 0);
                for event in self.events_of(row) {
                    let mask = masks[self.cell_of[event] as usize];
                    newest = newest.max(if mask == 0 { i64::MIN } else { times[event] });
                    any |= mask;
                }
                known[row] = (any & 1) as u8;
                values[row] = if any == 0 { 0 } else { newest };
            }
            return;
        }
        for list in self.lists.in_spot(self.cells, spot) {
            for event in list {
                let row = self.lists.rows[*event as usize] as usize;
                values[row] = values[row].max(times[*event as usize]);
                known[row] = 1;
            }
        }
        values.iter_mut().zip(known).filter(|(_, known)| **known == 0).for_each(|(value, _)| *value = 0);
    }

    fn factors(&self, spot: usize, curve: usize, slot: usize, slots: &mut Slots) {
        let [SlotColumn::Number { values, known }, SlotColumn::Number { values: counts, known: counted }] =
            &mut slots.columns[slot..slot + 2]
        else {
            return;
        };
        let (values, counts) = (&mut values[..self.leads], &mut counts[..self.leads]);
        values.fill(0);
        counts.fill(0);
        known[..self.leads].fill(1);
        counted[..self.leads].fill(1);
        let times = &self.events.times[self.range.clone()];
        let as_of = self.bound.as_of;
        let curve = &self.bound.curves[curve];
        let rows = &self.lists.rows[..];
        for list in self.lists.in_spot(self.cells, spot) {
            match curve {
                BoundCurve::Halving { every } => {
                    let halving = Halving::new(*every);
                    add_factors(list, rows, times, values, counts, |time| {
                        halving.factor(as_of.saturating_sub(time) / 1_000)
                    });
                }
                other => add_factors(list, rows, times, values, counts, |time| other.numerator(as_of, time)),
            }
        }
    }
}

#[inline(always)]
fn add_factors(
    list: &[u32],
    rows: &[u16],
    times: &[i64],
    values: &mut [i64],
    counts: &mut [i64],
    factor: impl Fn(i64) -> i64,
) {
    for event in list {
        let row = rows[*event as usize] as usize;
        values[row] += factor(times[*event as usize]);
        counts[row] += 1;
    }
}
