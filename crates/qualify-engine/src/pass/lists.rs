//! Lists: the events of a block that are more than counted, by signature, so that what is done for them runs over
//! many events of one kind without asking each what it is. Few events stand on a list for each spot instead: to go
//! through the lists of all signatures would take longer than to write an event down more than once.

use super::cells::Cells;
use qualify_vm::{Task, run_task};

/// With more signatures the lists are short, and to have room for each to be long would take too much.
const FEW: usize = 64;

/// Stretches of a block that are sorted side by side. Neighbours are often alike, and to put one on a list must wait
/// until the one before is on it; events of another stretch need not.
const STRETCHES: usize = 4;

/// Events of a block at most, unless one lead has more.
const MOST: usize = 1 << 15;

/// The room of a list of a stretch: for all events of that, and some more, so that lists do not begin in the same places
/// of the cache.
const ROOM: usize = MOST / STRETCHES + 80;

/// Fewer events than this are put on lists of spots.
const ONE_BY_ONE: usize = 64;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    filed: Filed,
    /// A list for each spot or each signature: places in the block, rising.
    of: Vec<Vec<u32>>,
    /// The lists of few signatures, stretch by stretch, each with [`ROOM`].
    flat: Vec<u32>,
    /// For each stretch and each of [`FEW`] signatures where its list ends within the stretch's part of `flat`.
    ends: Vec<u32>,
    /// The row of the lead of each event of the block.
    pub rows: Vec<u16>,
}

/// Where the events of a block stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Filed {
    /// In `of`, by spots.
    #[default]
    BySpot,
    /// In `of`, by signatures.
    BySignature,
    /// In `flat`, by signatures.
    Flat,
}

impl Lists {
    /// Puts the rows of the leads of a block's events.
    pub fn fill_rows(&mut self, events: usize, offsets: &[u32]) {
        run_task(FillRows { rows: &mut self.rows, events, offsets });
    }

    /// Sorts the events of a block.
    pub fn fill(&mut self, lookups: &Cells, cells: &[u32]) {
        if (ONE_BY_ONE..=MOST).contains(&cells.len()) && lookups.signature_count <= FEW {
            self.filed = Filed::Flat;
            if self.flat.is_empty() {
                self.flat = vec![0; STRETCHES * FEW * ROOM];
            }
            self.ends.clear();
            self.ends.extend((0..STRETCHES * FEW).map(|list| (list % FEW * ROOM) as u32));
            let (flat, ends) = (&mut self.flat, &mut self.ends);
            return run_task(Fill { flat, ends, signatures: &lookups.signatures, cells });
        }
        let are_few = cells.len() < ONE_BY_ONE;
        self.filed = if are_few { Filed::BySpot } else { Filed::BySignature };
        self.of.iter_mut().for_each(Vec::clear);
        let lists = if are_few { lookups.standing.len() } else { lookups.signature_count };
        if self.of.len() < lists {
            self.of.resize_with(lists, Vec::new);
        }
        for (event, cell) in cells.iter().enumerate() {
            let signature = lookups.signatures[*cell as usize] as usize;
            match are_few {
                true => lookups.spots[signature]
                    .iter()
                    .for_each(|spot| self.of[*spot as usize].push(event as u32)),
                false => self.of[signature].push(event as u32),
            }
        }
    }

    /// The lists whose events stand in a spot.
    #[inline(always)]
    pub fn in_spot<'a>(&'a self, lookups: &'a Cells, spot: usize) -> impl Iterator<Item = &'a [u32]> + 'a {
        let (of_spot, signatures, stretches) = match self.filed {
            Filed::BySpot => (self.of.get(spot), &[][..], 0),
            Filed::BySignature => (None, lookups.standing[spot].as_slice(), 1),
            Filed::Flat => (None, lookups.standing[spot].as_slice(), STRETCHES),
        };
        let lists = signatures.iter().flat_map(move |signature| {
            let signature = *signature as usize;
            (0..stretches).map(move |stretch| match self.filed {
                Filed::Flat => self.flat_list(stretch, signature),
                _ => &self.of[signature],
            })
        });
        of_spot.map(Vec::as_slice).into_iter().chain(lists).filter(|list| !list.is_empty())
    }

    #[inline(always)]
    fn flat_list(&self, stretch: usize, signature: usize) -> &[u32] {
        let end = self.ends[stretch * FEW + signature] as usize;
        &self.flat[stretch * FEW * ROOM..][signature * ROOM..end]
    }
}

/// Puts events on the lists of their signatures, whose rooms lie behind each other.
struct Fill<'a> {
    flat: &'a mut [u32],
    ends: &'a mut [u32],
    signatures: &'a [u32],
    cells: &'a [u32],
}

impl Task for Fill<'_> {
    #[inline(always)]
    fn run(self) {
        let Fill { flat, ends, signatures, cells } = self;
        let signature = |cell: u32| signatures[cell as usize] as usize % FEW;
        let put = |lists: &mut [u32], ends: &mut [u32], cell: u32, event: usize| {
            let end = &mut ends[..FEW][signature(cell)];
            // there is always room; to say it this way is the least that can be said
            if let Some(place) = lists.get_mut(*end as usize) {
                *place = event as u32;
            }
            *end += 1;
        };
        let ([of_0, of_1, of_2, of_3], [ends_0, ends_1, ends_2, ends_3]) =
            (parts(flat, FEW * ROOM), parts(ends, FEW));
        let length = cells.len() / STRETCHES;
        let ((cells_0, rest), third) = (cells.split_at(length), 2 * length);
        let (cells_1, rest) = rest.split_at(length);
        let (cells_2, cells_3) = rest.split_at(length);
        for event in 0..length {
            put(of_0, ends_0, cells_0[event], event);
            put(of_1, ends_1, cells_1[event], event + length);
            put(of_2, ends_2, cells_2[event], event + third);
            put(of_3, ends_3, cells_3[event], event + third + length);
        }
        for (event, cell) in cells_3.iter().enumerate().skip(length) {
            put(of_3, ends_3, *cell, event + third + length);
        }
    }
}

/// The first parts of a slice, of one length each.
#[inline(always)]
fn parts(all: &mut [u32], length: usize) -> [&mut [u32]; STRETCHES] {
    let mut parts = all.chunks_exact_mut(length);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
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
