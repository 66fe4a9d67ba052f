//! Lists: the events of a block that are more than counted, by signature, so that what is done for them runs over
//! many events of one kind without asking each what it is. Few events stand on a list for each spot instead: to go
//! through the lists of all signatures would take longer than to write an event down more than once.

use super::cells::Cells;
use qualify_vm::{Task, run_task};

/// Stretches of a block that are sorted side by side. Neighbours are often alike, and to put one on a list must wait
/// until the one before is on it; events of another stretch need not.
const STRETCHES: usize = 4;

/// With more signatures neighbours are seldom alike, and the lists of stretches would be short: there is one.
const FEW: usize = 64;

/// With fewer events it is not worth it.
const MANY: usize = 1024;

/// Fewer events than this are put on lists of spots.
const ONE_BY_ONE: usize = 64;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    /// For each stretch, for each signature the events with it, as places in the block, rising. Of few events there
    /// are no stretches: in the place of the first for each spot its events.
    of: [Vec<Vec<u32>>; STRETCHES],
    /// How many of them are in use; 0 of few events.
    stretches: usize,
    /// The row of the lead of each event of the block.
    pub rows: Vec<u16>,
}

impl Lists {
    /// Sorts the events of a block.
    pub fn fill(&mut self, lookups: &Cells, cells: &[u32], offsets: &[u32]) {
        run_task(FillRows { rows: &mut self.rows, events: cells.len(), offsets });
        if cells.len() < ONE_BY_ONE {
            self.stretches = 0;
            return self.fill_spots(lookups, cells);
        }
        let are_worth = lookups.signature_count <= FEW && cells.len() >= MANY;
        self.stretches = if are_worth { STRETCHES } else { 1 };
        for lists in &mut self.of[..self.stretches] {
            lists.iter_mut().for_each(Vec::clear);
            if lists.len() < lookups.signature_count {
                lists.resize_with(lookups.signature_count, Vec::new);
            }
        }
        let (stretches, of) = (self.stretches, &mut self.of);
        run_task(Fill { of, stretches, signatures: &lookups.signatures, cells });
    }

    fn fill_spots(&mut self, lookups: &Cells, cells: &[u32]) {
        let of_spots = &mut self.of[0];
        of_spots.iter_mut().for_each(Vec::clear);
        if of_spots.len() < lookups.standing.len() {
            of_spots.resize_with(lookups.standing.len(), Vec::new);
        }
        for (event, cell) in cells.iter().enumerate() {
            for spot in &lookups.spots[lookups.signatures[*cell as usize] as usize] {
                of_spots[*spot as usize].push(event as u32);
            }
        }
    }

    /// The lists whose events stand in a spot.
    #[inline(always)]
    pub fn in_spot<'a>(&'a self, lookups: &'a Cells, spot: usize) -> impl Iterator<Item = &'a [u32]> + 'a {
        let of = &self.of[..self.stretches];
        let (of_spot, signatures) = match of {
            [] => (self.of[0].get(spot), &[][..]),
            _ => (None, lookups.standing[spot].as_slice()),
        };
        let lists = signatures
            .iter()
            .flat_map(move |signature| of.iter().map(move |lists| lists[*signature as usize].as_slice()));
        of_spot.map(Vec::as_slice).into_iter().chain(lists).filter(|list| !list.is_empty())
    }
}

/// Puts events on the lists of their signatures.
struct Fill<'a> {
    of: &'a mut [Vec<Vec<u32>>; STRETCHES],
    stretches: usize,
    signatures: &'a [u32],
    cells: &'a [u32],
}

impl Task for Fill<'_> {
    #[inline(always)]
    fn run(self) {
        let Fill { of, stretches, signatures, cells } = self;
        let [first, second, third, fourth] = of;
        if stretches == 1 {
            for (event, cell) in cells.iter().enumerate() {
                first[signatures[*cell as usize] as usize].push(event as u32);
            }
            return;
        }
        let length = cells.len() / STRETCHES;
        for event in 0..length {
            let put = |lists: &mut Vec<Vec<u32>>, event: usize| {
                lists[signatures[cells[event] as usize] as usize].push(event as u32);
            };
            put(first, event);
            put(second, event + length);
            put(third, event + 2 * length);
            put(fourth, event + 3 * length);
        }
        for event in STRETCHES * length..cells.len() {
            fourth[signatures[cells[event] as usize] as usize].push(event as u32);
        }
    }
}

/// Puts the row of its lead for each event.
struct FillRows<'a> {
    rows: &'a mut Vec<u16>,
    events: usize,
    offsets: &'a [u32],
}

impl Task for FillRows<'_> {
    #[inline(always)]
    fn run(self) {
        /// As many as most leads have are written at once; those too many are written over by the next leads.
        const MANY: usize = 32;
        let FillRows { rows, events, offsets } = self;
        rows.resize(events + MANY, 0);
        for (row, ends) in offsets.windows(2).enumerate() {
            let of_lead = (ends[0] - offsets[0]) as usize..(ends[1] - offsets[0]) as usize;
            rows[of_lead.start..of_lead.start + MANY].fill(row as u16);
            if of_lead.len() > MANY {
                rows[of_lead].fill(row as u16);
            }
        }
        rows.truncate(events);
    }
}
