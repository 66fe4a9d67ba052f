//! An event as a few 64-bit words: which bits of which word hold what.

use super::events::Facts;
use super::plan::empty;
use qualify_model::{Column, Needs, Type, UNKNOWN};
use std::sync::Arc;

/// Bits of a number of a lead in its partition.
pub(super) const LEAD_BITS: u32 = 16;

/// The word of the lead and the type, and that of the time.
const HEAD: usize = 0;
const TIME: usize = 1;

/// Where everything lies.
pub(super) struct Layout {
    /// Words of a record.
    pub words: usize,
    /// The word of when it became known, if that is asked.
    received: Option<usize>,
    places: Vec<Place>,
    types: Vec<Type>,
}

/// Where a value lies.
#[derive(Clone, Copy)]
enum Place {
    /// A word, and the bit that says whether it is known.
    Word { word: usize, known: (usize, u32) },
    /// Two bits.
    Truth((usize, u32)),
    /// Thirty-two bits.
    Code((usize, u32)),
}

impl Layout {
    /// For the properties that are needed.
    pub fn new(needs: &Needs) -> Layout {
        let mut words = if needs.received { 3 } else { 2 };
        let received = needs.received.then_some(2);
        let mut used = vec![(HEAD, LEAD_BITS + 16)]; // words with free bits, and how many are taken
        let mut bits = |wanted: u32, words: &mut usize| {
            if let Some((word, taken)) = used.iter_mut().find(|(_, taken)| taken + wanted <= 64) {
                *taken += wanted;
                return (*word, *taken - wanted);
            }
            used.push((*words, wanted));
            *words += 1;
            (*words - 1, 0)
        };
        let types: Vec<Type> = needs.properties.iter().map(|p| p.ty.clone()).collect();
        let mut places = Vec::new();
        for ty in &types {
            places.push(match empty(ty) {
                Column::Number { .. } => {
                    let known = bits(1, &mut words);
                    words += 1;
                    Place::Word { word: words - 1, known }
                }
                Column::YesNo(_) => Place::Truth(bits(2, &mut words)),
                _ => Place::Code(bits(32, &mut words)),
            });
        }
        Layout { words, received, places, types }
    }

    /// The words of events, a column for each; `leads` are the numbers of their leads in their partitions.
    pub fn pack(&self, facts: &Facts, leads: impl Iterator<Item = u64>, out: &mut Vec<Vec<u64>>) {
        out.resize(self.words, Vec::new());
        let rows = facts.kinds.len();
        for word in out.iter_mut() {
            word.clear();
            word.resize(rows, 0);
        }
        for ((word, lead), kind) in out[HEAD].iter_mut().zip(leads).zip(&facts.kinds) {
            *word = lead | u64::from(*kind) << LEAD_BITS;
        }
        out[TIME].iter_mut().zip(&facts.times).for_each(|(word, time)| *word = *time as u64);
        if let Some(word) = self.received {
            match &facts.received {
                Some(times) => out[word].iter_mut().zip(times).for_each(|(word, time)| *word = *time as u64),
                None => out[word].fill(i64::MIN as u64),
            }
        }
        for (place, column) in self.places.iter().zip(&facts.properties) {
            match (place, column) {
                (Place::Word { word, known: (at, bit) }, Column::Number { values, known }) => {
                    out[*word].iter_mut().zip(values).for_each(|(word, value)| *word = *value as u64);
                    match known {
                        Some(known) => add_bits(&mut out[*at], known.iter().map(|k| u64::from(*k)), *bit),
                        None => out[*at].iter_mut().for_each(|word| *word |= 1 << bit),
                    }
                }
                (Place::Truth((at, bit)), Column::YesNo(values)) => {
                    add_bits(&mut out[*at], values.iter().map(|v| u64::from(*v)), *bit);
                }
                (Place::Code((at, bit)), Column::Text { codes, .. } | Column::List { codes, .. }) => {
                    add_bits(&mut out[*at], codes.iter().map(|c| u64::from(*c)), *bit);
                }
                _ => {} // columns are of the types of their places
            }
        }
    }

    /// The events of the records of a partition, those of a lead together, and where those of each of `leads` leads
    /// start. Columns of texts and lists get no dictionary.
    pub fn unpack(&self, chunks: &[Vec<u64>], leads: usize, facts: &mut Facts, offsets: &mut Vec<u32>) {
        let lead = |record: &[u64]| (record[HEAD] & ((1 << LEAD_BITS) - 1)) as usize;
        let records = || chunks.iter().flat_map(|chunk| chunk.chunks_exact(self.words));
        offsets.clear();
        offsets.resize(leads + 1, 0);
        records().for_each(|record| offsets[lead(record) + 1] += 1);
        let mut sum = 0;
        for offset in offsets.iter_mut() {
            sum += *offset;
            *offset = sum;
        }
        let mut next = offsets.clone();
        let rows: Vec<u32> = records()
            .map(|record| {
                let at = &mut next[lead(record)];
                *at += 1;
                *at - 1
            })
            .collect();
        fill(&mut facts.kinds, &rows, records().map(|record| (record[HEAD] >> LEAD_BITS) as u16));
        fill(&mut facts.times, &rows, records().map(|record| record[TIME] as i64));
        if let Some(word) = self.received {
            let mut times = facts.received.take().unwrap_or_default();
            fill(&mut times, &rows, records().map(|record| record[word] as i64));
            facts.received = times.iter().any(|time| *time != i64::MIN).then_some(times);
        }
        if facts.properties.is_empty() {
            facts.properties = self.types.iter().map(empty).collect();
        }
        for (place, column) in self.places.iter().zip(&mut facts.properties) {
            match (*place, column) {
                (Place::Word { word, known: (at, bit) }, Column::Number { values, known }) => {
                    fill(values, &rows, records().map(|record| record[word] as i64));
                    let known = known.get_or_insert_default();
                    fill(known, &rows, records().map(|record| (record[at] >> bit & 1) as u8));
                }
                (Place::Truth((at, bit)), Column::YesNo(values)) => {
                    fill(values, &rows, records().map(|record| (record[at] >> bit & 3) as u8));
                }
                (Place::Code((at, bit)), Column::Text { codes, .. } | Column::List { codes, .. }) => {
                    fill(codes, &rows, records().map(|record| (record[at] >> bit) as u32));
                }
                _ => {} // columns are of the types of their places
            }
        }
    }

    /// Gives columns of texts and lists their dictionaries.
    pub fn share(&self, facts: &mut Facts, dictionaries: &[super::texts::Finished]) {
        for (column, (texts, lists)) in facts.properties.iter_mut().zip(dictionaries) {
            match column {
                Column::Text { dictionary, codes } => {
                    debug_assert!(codes.iter().all(|c| *c == UNKNOWN || (*c as usize) < texts.len()));
                    *dictionary = Arc::clone(texts);
                }
                Column::List { dictionary, .. } => *dictionary = Arc::clone(lists),
                _ => {}
            }
        }
    }
}

fn add_bits(words: &mut [u64], values: impl Iterator<Item = u64>, bit: u32) {
    words.iter_mut().zip(values).for_each(|(word, value)| *word |= value << bit);
}

/// Puts each value at its row.
fn fill<T: Copy + Default>(out: &mut Vec<T>, rows: &[u32], values: impl Iterator<Item = T>) {
    out.clear();
    out.resize(rows.len(), T::default());
    for (row, value) in rows.iter().zip(values) {
        out[*row as usize] = value;
    }
}
