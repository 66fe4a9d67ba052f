//! How many different values a property has among the events of each lead in a spot.

use super::Block;
use qualify_model::{Column, EventColumns, UNKNOWN, text};
use qualify_vm::{Task, run_task};
use std::collections::HashMap;
use std::sync::Arc;

/// Texts up to so many different ones are counted by bits.
const BITS: usize = 256;

/// Room that is used again for each block.
#[derive(Clone, Debug, Default)]
pub(super) struct Different {
    bits: Vec<u64>,
    pairs: Vec<(u16, i64)>,
    /// For each property column the dictionary that folds were made for, and for each code the first equal one.
    folds: Vec<Option<Folds>>,
}

/// A dictionary, and for each of its codes the first code of an equal text.
type Folds = (Arc<Vec<Arc<str>>>, Vec<u32>);

impl Different {
    /// Counts the different known values of a column.
    pub fn count(&mut self, block: &Block<'_>, spot: usize, column: usize, counts: &mut Vec<i64>) {
        counts.clear();
        counts.resize(block.leads, 0);
        let pairs = &mut self.pairs;
        match block.events.properties.get(column) {
            Some(Column::Text { codes, .. }) => {
                fold(&mut self.folds, column, block.events);
                let (bits, codes) = (&mut self.bits, block.part(codes));
                let first = self.folds[column].as_ref().map_or(&[][..], |(_, first)| first);
                match first.len() {
                    0..=64 => run_task(CountBits::<1> { block, spot, codes, first, bits, counts }),
                    65..=BITS => {
                        run_task(CountBits::<{ BITS / 64 }> { block, spot, codes, first, bits, counts })
                    }
                    _ => count_pairs(pairs, counts, block, spot, |event| match codes[event] {
                        UNKNOWN => None,
                        code => Some(first[code as usize] as i64),
                    }),
                }
            }
            Some(Column::Number { values, known }) => {
                let known = known.as_ref().map(|known| block.part(known));
                let values = block.part(values);
                let of = |event: usize| known.is_none_or(|known| known[event] != 0).then(|| values[event]);
                count_pairs(pairs, counts, block, spot, of);
            }
            Some(Column::YesNo(values)) => {
                let values = block.part(values);
                let of = |event: usize| (values[event] != 1).then(|| values[event] as i64);
                count_pairs(pairs, counts, block, spot, of);
            }
            Some(Column::List { .. }) | None => {} // the layout leaves lists to the general way
        }
    }
}

/// For each code of a dictionary the first code of an equal text.
fn fold(folds: &mut Vec<Option<Folds>>, column: usize, events: &EventColumns) {
    let Some(Column::Text { dictionary, .. }) = events.properties.get(column) else { return };
    if folds.len() <= column {
        folds.resize(column + 1, None);
    }
    let is_held = folds[column].as_ref().is_some_and(|(held, _)| Arc::ptr_eq(held, dictionary));
    if !is_held {
        let mut numbers = HashMap::new();
        let of = |(code, value): (usize, &Arc<str>)| *numbers.entry(text::fold(value)).or_insert(code as u32);
        let first = dictionary.iter().enumerate().map(of).collect();
        folds[column] = Some((dictionary.clone(), first));
    }
}

/// Counts different texts by a bit for each in `WORDS` words for each lead.
struct CountBits<'a, 'b, const WORDS: usize> {
    block: &'b Block<'a>,
    spot: usize,
    codes: &'b [u32],
    first: &'b [u32],
    bits: &'b mut Vec<u64>,
    counts: &'b mut [i64],
}

impl<const WORDS: usize> Task for CountBits<'_, '_, WORDS> {
    #[inline(always)]
    fn run(self) {
        let CountBits { block, spot, codes, first, bits, counts } = self;
        bits.clear();
        bits.resize(block.leads * WORDS, 0);
        let (rows, bits) = (&block.lists.rows[..], &mut bits[..]);
        for list in block.lists.in_spot(block.cells, spot) {
            for event in list {
                let code = codes[*event as usize];
                if let Some(code) = first.get(code as usize) {
                    let row = rows[*event as usize] as usize;
                    bits[row * WORDS + *code as usize / 64 % WORDS] |= 1 << (code % 64);
                }
            }
        }
        for (count, words) in counts.iter_mut().zip(bits.as_chunks::<WORDS>().0) {
            *count = words.iter().map(|word| word.count_ones() as i64).sum();
        }
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
