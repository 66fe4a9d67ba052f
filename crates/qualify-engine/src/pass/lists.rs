//! Lists: the events of a block that are more than counted, by signature, so that what is done for them runs over
//! many events of one kind without asking each what it is.

use super::cells::Cells;

/// For each signature the events with it, as places in the block, rising.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    of: Vec<Vec<u32>>,
    /// The row of the lead of each event of the block.
    pub rows: Vec<u16>,
}

impl Lists {
    /// Sorts the events of a block.
    pub fn fill(&mut self, lookups: &Cells, cells: &[u32], offsets: &[u32]) {
        self.of.iter_mut().for_each(Vec::clear);
        self.of.resize_with(lookups.spots.len(), Vec::new);
        for (event, cell) in cells.iter().enumerate() {
            self.of[lookups.signatures[*cell as usize] as usize].push(event as u32);
        }
        self.rows.clear();
        for (row, ends) in offsets.windows(2).enumerate() {
            self.rows.extend(std::iter::repeat_n(row as u16, (ends[1] - ends[0]) as usize));
        }
    }

    /// The lists whose events stand in a spot.
    pub fn in_spot<'a>(&'a self, lookups: &'a Cells, spot: usize) -> impl Iterator<Item = &'a [u32]> + 'a {
        let lists = self.of.iter().zip(&lookups.spots);
        let standing = lists.filter(move |(_, spots)| spots.binary_search(&(spot as u32)).is_ok());
        standing.map(|(list, _)| list.as_slice())
    }

    /// The events of a spot in their order in the block.
    pub fn in_order(&self, lookups: &Cells, spot: usize, into: &mut Vec<u32>) {
        into.clear();
        let mut lists = 0;
        for list in self.in_spot(lookups, spot) {
            lists += !list.is_empty() as usize;
            into.extend_from_slice(list);
        }
        if lists > 1 {
            into.sort_unstable();
        }
    }
}
