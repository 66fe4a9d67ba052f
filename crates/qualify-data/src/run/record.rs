//! An event as a few 64-bit words: which bits of which word hold what.

use super::facts::Facts;
use super::order::Stop;
use super::plan::empty;
use super::store::Records;
use qualify_model::{Column, Needs, Type};
use std::ops::Range;

/// Bits of a number of a lead in its partition.
pub(super) const LEAD_BITS: u32 = 16;

/// The word of the lead and the type, and that of the time.
const HEAD: usize = 0;
const TIME: usize = 1;

/// The number of a record's lead in its partition.
#[inline]
pub(super) fn lead(record: &[u64]) -> usize {
    (record[HEAD] & ((1 << LEAD_BITS) - 1)) as usize
}

/// What sorts records by their leads, and those of a lead by time.
pub(super) fn by_lead_and_time(record: &[u64]) -> (u16, i64) {
    (lead(record) as u16, record[TIME] as i64)
}

/// Where everything lies.
#[derive(Clone)]
pub(super) struct Layout {
    /// Words of a record.
    pub words: usize,
    /// Bits of the number of an event type.
    kind_bits: u32,
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
        let kind_bits = needs.events.len().max(2).next_power_of_two().ilog2();
        let mut used = vec![(HEAD, LEAD_BITS + kind_bits)]; // words with free bits, and how many are taken
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
        Layout { words, kind_bits, received, places, types }
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

    /// How many events each of the leads of a partition has.
    pub fn counts(&self, records: &Records, leads: usize) -> Result<Vec<u64>, Stop> {
        let mut counts = vec![0; leads];
        records.each_record(&mut |record| {
            *counts.get_mut(lead(record)).ok_or(Stop::Changed)? += 1;
            Ok(())
        })?;
        Ok(counts)
    }

    /// The events of the records of some leads of a partition, those of a lead together, and where those of each of them
    /// start. Columns of texts and lists get no dictionary.
    pub fn unpack(
        &self,
        records: Records,
        leads: Range<usize>,
        facts: &mut Facts,
        offsets: &mut Vec<u32>,
    ) -> Result<(), Stop> {
        let records = records.loaded()?;
        let lead = |record: &[u64]| lead(record).wrapping_sub(leads.start);
        offsets.clear();
        offsets.resize(leads.len() + 1, 0);
        records.each(&mut |chunk| {
            let mut is_none = false;
            for record in chunk.chunks_exact(self.words) {
                match offsets.get_mut(lead(record).wrapping_add(1)) {
                    Some(offset) => *offset += 1,
                    None => is_none = true,
                }
            }
            // fewer leads than before: somebody writes to the file
            if is_none { Err(Stop::Changed) } else { Ok(()) }
        })?;
        let mut sum = 0;
        for offset in offsets.iter_mut() {
            sum += *offset;
            *offset = sum;
        }
        self.make_room(sum as usize, facts);
        let (mut next, mut rows) = (offsets.clone(), Vec::new());
        // chunk by chunk, so that it stays in the nearest cache for all columns
        records.each(&mut |chunk| {
            rows.clear();
            rows.extend(chunk.chunks_exact(self.words).map(|record| {
                let at = &mut next[lead(record)];
                *at += 1;
                *at - 1
            }));
            self.put(chunk, &rows, facts);
            Ok(())
        })?;
        facts.forget_unrecorded();
        Ok(())
    }

    /// The events of some records, in their order. Columns of texts and lists get no dictionary.
    pub fn columns(&self, records: &[u64], facts: &mut Facts) {
        let count = records.len() / self.words;
        self.make_room(count, facts);
        self.put(records, &(0..count as u32).collect::<Vec<_>>(), facts);
        facts.forget_unrecorded();
    }

    /// Columns of so many events, whatever they hold.
    fn make_room(&self, events: usize, facts: &mut Facts) {
        facts.kinds.resize(events, 0);
        facts.times.resize(events, 0);
        if self.received.is_some() {
            facts.received.get_or_insert_default().resize(events, 0);
        }
        if facts.properties.is_empty() {
            facts.properties = self.types.iter().map(empty).collect();
        }
        for column in &mut facts.properties {
            match column {
                Column::Number { values, known } => {
                    values.resize(events, 0);
                    known.get_or_insert_default().resize(events, 0);
                }
                Column::YesNo(values) => values.resize(events, 0),
                Column::Text { codes, .. } | Column::List { codes, .. } => codes.resize(events, 0),
            }
        }
    }

    /// Puts the events of some records at their rows.
    fn put(&self, records: &[u64], rows: &[u32], facts: &mut Facts) {
        match self.words {
            2 => self.scatter(records.as_chunks::<2>().0.iter(), rows, facts),
            3 => self.scatter(records.as_chunks::<3>().0.iter(), rows, facts),
            4 => self.scatter(records.as_chunks::<4>().0.iter(), rows, facts),
            words => self.scatter(records.chunks_exact(words), rows, facts),
        }
    }

    #[inline(always)]
    fn scatter<R: AsRef<[u64]>>(
        &self,
        records: impl Iterator<Item = R> + Clone,
        rows: &[u32],
        facts: &mut Facts,
    ) {
        let word = |at: usize| records.clone().map(move |record| record.as_ref()[at]);
        let kind_mask = (1u64 << self.kind_bits) - 1;
        put(&mut facts.kinds, rows, word(HEAD).map(|head| (head >> LEAD_BITS & kind_mask) as u16));
        put(&mut facts.times, rows, word(TIME).map(|time| time as i64));
        if let (Some(at), Some(times)) = (self.received, &mut facts.received) {
            put(times, rows, word(at).map(|time| time as i64));
        }
        for (place, column) in self.places.iter().zip(&mut facts.properties) {
            match (*place, column) {
                (Place::Word { word: value, known: (at, bit) }, Column::Number { values, known }) => {
                    put(values, rows, word(value).map(|value| value as i64));
                    let known = known.get_or_insert_default();
                    put(known, rows, word(at).map(|word| (word >> bit & 1) as u8));
                }
                (Place::Truth((at, bit)), Column::YesNo(values)) => {
                    put(values, rows, word(at).map(|word| (word >> bit & 3) as u8));
                }
                (Place::Code((at, bit)), Column::Text { codes, .. } | Column::List { codes, .. }) => {
                    put(codes, rows, word(at).map(|word| (word >> bit) as u32));
                }
                _ => {} // columns are of the types of their places
            }
        }
    }

    /// Gives columns of texts and lists their dictionaries.
    pub fn share(&self, facts: &mut Facts, dictionaries: &[super::texts::Finished]) -> Result<(), Stop> {
        facts.properties.iter_mut().zip(dictionaries).try_for_each(|(column, texts)| texts.share(column))
    }
}

fn add_bits(words: &mut [u64], values: impl Iterator<Item = u64>, bit: u32) {
    words.iter_mut().zip(values).for_each(|(word, value)| *word |= value << bit);
}

/// Puts each value at its row.
#[inline(always)]
fn put<T>(out: &mut [T], rows: &[u32], values: impl Iterator<Item = T>) {
    for (row, value) in rows.iter().zip(values) {
        out[*row as usize] = value;
    }
}
