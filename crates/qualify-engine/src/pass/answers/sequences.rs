//! How often each lead reached the last step of a sequence.

use super::Block;
use qualify_model::Length;
use qualify_plan::PlanStep;

/// Room that is used again for each block.
#[derive(Clone, Debug, Default)]
pub(super) struct Sequences {
    /// The events that were reached, and those of the next step: a bit for each event of the block by its rank.
    reached: Vec<u64>,
    step: Vec<u64>,
    /// The events of each lead by time; and the rank that each event has there. Empty until a sequence of the block
    /// asks for them.
    by_time: Vec<u32>,
    ranks: Vec<u32>,
}

impl Sequences {
    /// Makes ready for another block.
    pub fn begin(&mut self) {
        self.by_time.clear();
    }

    /// Counts the events of the last step that follow one of the step before, each strictly later than it by less
    /// than the gap.
    pub fn count(&mut self, block: &Block<'_>, spots: &[usize], steps: &[PlanStep], counts: &mut Vec<i64>) {
        counts.clear();
        counts.resize(block.leads, 0);
        let Sequences { reached, step, by_time, ranks } = self;
        let marks = (reached, step);
        if block.is_by_time {
            return count(block, spots, steps, marks, counts, |event| event, |rank| rank);
        }
        if by_time.is_empty() {
            by_time.extend(0..block.times.len() as u32);
            for row in 0..block.leads {
                let events = block.events_of(row);
                if !block.times[events.clone()].is_sorted() {
                    by_time[events].sort_unstable_by_key(|event| block.times[*event as usize]);
                }
            }
            ranks.resize(by_time.len(), 0);
            by_time.iter().zip(0..).for_each(|(event, rank)| ranks[*event as usize] = rank);
        }
        let (rank_of, event_of) = (|event| ranks[event] as usize, |rank| by_time[rank] as usize);
        count(block, spots, steps, marks, counts, rank_of, event_of);
    }
}

/// With the rank of each event among those of its lead by time, and the event of each rank.
#[inline(always)]
fn count(
    block: &Block<'_>,
    spots: &[usize],
    steps: &[PlanStep],
    marks: (&mut Vec<u64>, &mut Vec<u64>),
    counts: &mut [i64],
    rank_of: impl Fn(usize) -> usize,
    event_of: impl Fn(usize) -> usize,
) {
    let (mut reached, mut next) = marks;
    let words = block.times.len().div_ceil(64);
    clear(reached, words);
    for list in block.lists.in_spot(block.cells, spots[0]) {
        list.iter().for_each(|event| mark(reached, rank_of(*event as usize), true));
    }
    for (number, step) in steps.iter().enumerate().skip(1) {
        clear(next, words);
        let is_last = number + 1 == steps.len();
        for list in block.lists.in_spot(block.cells, spots[number]) {
            for event in list {
                let event = *event as usize;
                let (row, time) = (block.lists.rows[event] as usize, block.times[event]);
                let first = block.events_of(row).start;
                // the nearest earlier one decides: any other lies further back
                let mut nearest = mark_before(reached, rank_of(event), first);
                while let Some(rank) = nearest
                    && block.times[event_of(rank)] == time
                {
                    nearest = mark_before(reached, rank, first);
                }
                let is_in_gap = |rank: usize| match &step.gap {
                    Some(Length::Exact(gap)) => block.times[event_of(rank)] > time.saturating_sub(*gap),
                    Some(gap) => block.times[event_of(rank)] > block.bound.before(time, gap),
                    None => true,
                };
                let is_reached = nearest.is_some_and(is_in_gap);
                match is_last {
                    true => counts[row] += is_reached as i64,
                    false => mark(next, rank_of(event), is_reached),
                }
            }
        }
        std::mem::swap(&mut reached, &mut next);
    }
}

fn clear(marks: &mut Vec<u64>, words: usize) {
    marks.clear();
    marks.resize(words, 0);
}

#[inline(always)]
fn mark(marks: &mut [u64], at: usize, is_reached: bool) {
    marks[at / 64] |= (is_reached as u64) << (at % 64);
}

/// The last mark before `at`, from `first` on.
#[inline(always)]
fn mark_before(marks: &[u64], at: usize, first: usize) -> Option<usize> {
    let mut word = at / 64;
    let mut bits = marks[word] & ((1 << (at % 64)) - 1);
    while bits == 0 {
        if word * 64 <= first {
            return None;
        }
        word -= 1;
        bits = marks[word];
    }
    let last = word * 64 + 63 - bits.leading_zeros() as usize;
    (last >= first).then_some(last)
}
