//! Cells: a class of events in a bucket of time. All that the pass wants to know of an event is looked up by its
//! cell: what it adds to the counts, and on which lists it stands.

use super::classes::Classes;
use super::layout::Layout;
use std::collections::HashMap;

/// Counts that are added at once: one byte each.
pub(crate) const LANES: usize = 32;

/// What an event adds to a group of counts: a byte for each, in words. Up to 255 events are added word by word
/// without a byte running over into the next.
pub(crate) type Adds = [u64; LANES / 8];

/// Words of a [`Line`] that count.
pub(crate) const COUNTED: usize = LANES / 8;

/// What a [`sweep`](super::sweep) adds up of an event: the first group of counts, and behind it a number where all bits of
/// the word are set.
pub(crate) type Line = [u64; 8];

/// Groups of [`LANES`] counts up to which every event adds to all counts of a group at once; more counts are
/// listed for each cell.
pub(crate) const GROUPS: usize = 16;

/// The lookups, which grow with the classes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    /// For each group of [`LANES`] counts, for each cell, what an event of the cell adds. Empty if there are too
    /// many counts.
    pub adds: Vec<Vec<Adds>>,
    /// For each cell what a sweep looks at, if the layout can be swept.
    pub lines: Vec<Line>,
    /// Otherwise, for each cell, the counts that an event of it adds to.
    pub listed: Vec<Vec<u32>>,
    /// For each cell its signature.
    pub signatures: Vec<u32>,
    /// For each spot the signatures whose events stand in it, rising.
    pub standing: Vec<Vec<u32>>,
    /// How many signatures there are. Signature 0 is that of events that stand in no spot.
    pub signature_count: usize,
    /// For each spot, if most events may stand in it, for each cell all bits (-1) if its events do. These are not on
    /// lists: every event is asked.
    frequent: Vec<Option<Vec<i64>>>,
    /// For each signature its spots.
    pub spots: Vec<Vec<u32>>,
    numbers: HashMap<Vec<u32>, u32>,
    classes: usize,
    /// For each matcher its counts and its spots.
    counts_of: HashMap<u32, Vec<u32>>,
    spots_of: HashMap<u32, Vec<u32>>,
}

impl Cells {
    /// Without classes yet.
    pub fn new(layout: &Layout) -> Cells {
        let groups = if layout.counts_are_listed() { 0 } else { layout.counts.len().div_ceil(LANES) };
        let adds = vec![Vec::new(); groups];
        let standing = vec![Vec::new(); layout.spots.len()];
        let mut cells = Cells { adds, standing, ..Cells::default() };
        for (number, (spot, _)) in layout.counts.iter().enumerate() {
            cells.counts_of.entry(spot.matcher).or_default().push(number as u32);
        }
        for (number, spot) in layout.spots.iter().enumerate() {
            cells.spots_of.entry(spot.matcher).or_default().push(number as u32);
        }
        cells.frequent = vec![None; layout.spots.len()];
        layout.frequent().into_iter().for_each(|spot| cells.frequent[spot] = Some(Vec::new()));
        cells.signature(Vec::new());
        cells
    }

    /// Fills in the cells of classes that are new.
    pub fn grow(&mut self, layout: &Layout, classes: &Classes) {
        let is_listed = self.adds.is_empty() && !layout.counts.is_empty();
        let is_swept = layout.sweeps().is_some();
        for class in self.classes..classes.len() {
            let matchers: Vec<u32> = classes.matchers(class as u32).collect();
            let of = |all: &HashMap<u32, Vec<u32>>| -> Vec<u32> {
                matchers.iter().filter_map(|m| all.get(m)).flatten().copied().collect()
            };
            let (counts, spots) = (of(&self.counts_of), of(&self.spots_of));
            for bucket in 0..layout.count as u32 {
                let means = |matcher| classes.means(class as u32, matcher);
                let holds = |spot: &super::layout::Spot| {
                    spot.buckets.contains(&bucket) && layout.visible(spot.view, bucket, means)
                };
                let mut adds = vec![Adds::default(); self.adds.len()];
                let mut listed = Vec::new();
                for count in counts.iter().filter(|count| holds(&layout.counts[**count as usize].0)) {
                    match is_listed {
                        true => listed.push(*count),
                        false => {
                            let lane = *count as usize % LANES;
                            adds[*count as usize / LANES][lane / 8] |= 1 << (lane % 8 * 8);
                        }
                    }
                }
                let first = adds.first().copied().filter(|_| is_swept);
                self.adds.iter_mut().zip(adds).for_each(|(all, adds)| all.push(adds));
                if is_listed {
                    self.listed.push(listed);
                }
                let mut standing: Vec<u32> =
                    spots.iter().copied().filter(|spot| holds(&layout.spots[*spot as usize])).collect();
                for (spot, means) in self.frequent.iter_mut().enumerate() {
                    means
                        .iter_mut()
                        .for_each(|means| means.push(-(standing.contains(&(spot as u32)) as i64)));
                }
                let is_summed = layout.swept.is_some_and(|(spot, _)| standing.contains(&(spot as u32)));
                self.lines
                    .extend(first.map(|[a, b, c, d]| [a, b, c, d, -(is_summed as i64) as u64, 0, 0, 0]));
                standing.retain(|spot| self.frequent[*spot as usize].is_none());
                standing.sort_unstable();
                let signature = self.signature(standing);
                self.signatures.push(signature);
            }
        }
        self.classes = classes.len();
    }

    /// For each cell all bits (-1) if its events stand in the spot, if it is one that most events may stand in.
    #[inline(always)]
    pub fn asking(&self, spot: usize) -> Option<&[i64]> {
        self.frequent[spot].as_deref()
    }

    fn signature(&mut self, spots: Vec<u32>) -> u32 {
        if let Some(number) = self.numbers.get(&spots) {
            return *number;
        }
        let number = self.signature_count as u32;
        self.signature_count += 1;
        spots.iter().for_each(|spot| self.standing[*spot as usize].push(number));
        self.spots.push(spots.clone());
        self.numbers.insert(spots, number);
        number
    }
}
