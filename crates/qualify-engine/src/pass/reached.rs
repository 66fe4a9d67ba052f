//! Rules that fire where a count reaches a number: the points of all of them are added up lead by lead while the counts
//! are at hand, eight rules at a time, and which fired is kept until it is known which leads are tallied.

use super::cells::{Adds, LANES};
use qualify_model::Tally;
use qualify_plan::{CountRule, Counted, RuleAt, SlotAt};
use qualify_vm::{SlotColumn, Slots, Task, run_task};

/// Counts in a word of [`Adds`].
const BYTES: usize = 8;

/// The highest bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Rules on the counts of a group, one for each count at most, that give points to one sum.
#[derive(Clone, Debug)]
pub(crate) struct Round {
    pub group: usize,
    /// The slot of the sum.
    slot: usize,
    /// For each count the number that it must reach.
    at_least: Adds,
    /// The highest bit of each byte whose count a rule looks at.
    asked: Adds,
    /// For each word, by the bits of the rules that fire, their points.
    points: Box<[[i32; 1 << BYTES]; LANES / BYTES]>,
    /// For each count its rule and points.
    rules: Vec<(usize, RuleAt, i64)>,
}

/// The rules of each round that fired for each lead of a block: 1 in the bytes of their counts.
pub(crate) type Fired = Vec<Vec<Adds>>;

/// Puts rules into rounds; `place` says which count is put into a slot. None if one is on a slot that is not counted.
pub(crate) fn rounds(
    counted: &Counted,
    place: &dyn Fn(SlotAt) -> Option<usize>,
    first_slot: usize,
) -> Option<Vec<Round>> {
    let mut rounds: Vec<Round> = Vec::new();
    for (sum, rules) in counted.sums.iter().enumerate() {
        let slot = first_slot + sum;
        for rule in rules {
            let count = place(rule.slot)?;
            let (group, lane) = (count / LANES, count % LANES);
            let is_free = |round: &Round| {
                (round.group, round.slot) == (group, slot)
                    && round.rules.iter().all(|(other, ..)| *other != lane)
            };
            let place = rounds.iter().position(is_free).unwrap_or_else(|| {
                rounds.push(Round::new(group, slot));
                rounds.len() - 1
            });
            rounds[place].take(lane, rule);
        }
    }
    Some(rounds)
}

impl Round {
    fn new(group: usize, slot: usize) -> Round {
        let none = Adds::default();
        let points = Box::new([[0; 1 << BYTES]; LANES / BYTES]);
        Round { group, slot, at_least: none, asked: none, points, rules: Vec::new() }
    }

    fn take(&mut self, lane: usize, rule: &CountRule) {
        let (word, byte) = (lane / BYTES, lane % BYTES);
        self.at_least[word] |= (rule.at_least as u64) << (byte * 8);
        self.asked[word] |= 0x80 << (byte * 8);
        for (bits, points) in self.points[word].iter_mut().enumerate() {
            if bits >> byte & 1 != 0 {
                *points += rule.points as i32; // their sum stays within 31 bits
            }
        }
        self.rules.push((lane, rule.rule, rule.points));
    }

    /// Adds the points for the counts of each lead to the slot of the sum, and puts which rules fired.
    pub fn run(&self, counts: &[Adds], slots: &mut Slots, fired: &mut Vec<Adds>) {
        let Some(SlotColumn::Number { values, .. }) = slots.columns.get_mut(self.slot) else { return };
        fired.resize(counts.len(), Adds::default());
        run_task(Reach { round: self, counts, sums: &mut values[..counts.len()], fired });
    }

    /// Tallies what fired, for the leads of which `evaluated` is 2.
    pub fn tally(&self, fired: &[Adds], evaluated: &[u8], tally: &mut Tally) {
        let mut leads = [0u64; LANES];
        // of so many leads a byte does not run over
        for (fired, evaluated) in fired.chunks(255).zip(evaluated.chunks(255)) {
            let mut some = Adds::default();
            run_task(AddFired { fired, evaluated, sums: &mut some });
            for (lane, leads) in leads.iter_mut().enumerate() {
                *leads += some[lane / BYTES] >> (lane % BYTES * 8) & 255;
            }
        }
        for (lane, rule, points) in &self.rules {
            let (sums, rule) = (tally.leads.get_mut(rule.index()), rule.index());
            if let (Some(all), Some(sum)) = (sums, tally.points.get_mut(rule)) {
                *all = all.wrapping_add(leads[*lane]);
                *sum = sum.saturating_add(*points as i128 * leads[*lane] as i128);
            }
        }
    }
}

/// See [`Round::run`].
struct Reach<'a> {
    round: &'a Round,
    counts: &'a [Adds],
    sums: &'a mut [i64],
    fired: &'a mut [Adds],
}

impl Task for Reach<'_> {
    #[inline(always)]
    fn run(self) {
        let Reach { round, counts, sums, fired } = self;
        let Round { at_least, asked, points, .. } = round;
        for ((counts, sum), fired) in counts.iter().zip(sums).zip(fired) {
            let mut all = 0i32;
            for word in 0..LANES / BYTES {
                let counts = counts[word];
                // numbers of seven bits are told apart by the eighth; what is above them has reached any
                let reached = (((counts | HIGH) - at_least[word]) | counts) & asked[word];
                let reached = reached >> 7;
                fired[word] = reached;
                // brings the lowest bits of the bytes together
                let bits = reached.wrapping_mul(0x0102_0408_1020_4080) >> 56;
                all += points[word][bits as usize];
            }
            *sum += all as i64;
        }
    }
}

/// Adds up which rules fired for leads that are tallied.
struct AddFired<'a> {
    fired: &'a [Adds],
    evaluated: &'a [u8],
    sums: &'a mut Adds,
}

impl Task for AddFired<'_> {
    #[inline(always)]
    fn run(self) {
        let AddFired { fired, evaluated, sums } = self;
        let mut all = Adds::default();
        for (fired, evaluated) in fired.iter().zip(evaluated) {
            let is_tallied = -((evaluated >> 1) as i64) as u64; // all bits or none
            for word in 0..LANES / BYTES {
                all[word] += fired[word] & is_tallied;
            }
        }
        *sums = all;
    }
}
