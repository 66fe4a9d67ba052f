//! Events by lead.

use super::columns::{Events, Leads, ShortCodes};

/// No lead has this event.
const NOBODY: u32 = u32::MAX;

/// Events that come by lead, as the leads do: one merge.
pub fn sorted(leads: &Leads, events: &mut Events) {
    let mut offsets = Vec::with_capacity(leads.len() + 1);
    let mut place = 0;
    for id in &leads.ids {
        while place < events.lead_ids.len() && events.lead_ids[place] < *id {
            place += 1;
        }
        offsets.push(place as u32);
    }
    offsets.push(events.lead_ids.len() as u32);
    events.offsets = offsets;
    events.lead_ids = Vec::new();
}

/// Events in the order of time, straightforward: a hash table from key to row, then each event to its place.
pub fn scattered(leads: &Leads, events: Events) -> Events {
    let rows = rows_by_hash(leads, &events.lead_ids);
    let mut offsets = vec![0u32; leads.len() + 1];
    for row in rows.iter().filter(|row| **row != NOBODY) {
        offsets[*row as usize + 1] += 1;
    }
    for lead in 0..leads.len() {
        offsets[lead + 1] += offsets[lead];
    }
    let mut next = offsets.clone();
    let mut grouped = room(offsets[leads.len()] as usize);
    for (event, row) in rows.iter().enumerate().filter(|(_, row)| **row != NOBODY) {
        let place = next[*row as usize] as usize;
        next[*row as usize] += 1;
        grouped.kinds[place] = events.kinds[event];
        grouped.objects.codes[place] = events.objects.codes[event];
        grouped.times[place] = events.times[event];
        grouped.values[place] = events.values[event];
    }
    grouped.objects.dictionary = events.objects.dictionary;
    grouped.offsets = offsets;
    grouped
}

fn room(events: usize) -> Events {
    Events {
        kinds: vec![0; events],
        objects: ShortCodes { codes: vec![0; events], ..ShortCodes::default() },
        times: vec![0; events],
        values: vec![0.0; events],
        ..Events::default()
    }
}

/// Open addressing; at most half of the table is in use.
fn rows_by_hash(leads: &Leads, ids: &[i64]) -> Vec<u32> {
    const FREE: i64 = i64::MIN;
    let size = (leads.len() * 2).next_power_of_two();
    let mask = size - 1;
    let start = |id: i64| ((id as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) as usize & mask;
    let mut table = vec![(FREE, 0u32); size];
    for (row, id) in leads.ids.iter().enumerate() {
        let mut place = start(*id);
        while table[place].0 != FREE {
            place = (place + 1) & mask;
        }
        table[place] = (*id, row as u32);
    }
    let find = |id: &i64| {
        let mut place = start(*id);
        loop {
            match table[place].0 {
                found if found == *id => return table[place].1,
                FREE => return NOBODY,
                _ => place = (place + 1) & mask,
            }
        }
    };
    ids.iter().map(find).collect()
}

/// Leads in one block of [`partitioned`].
const BLOCK_BITS: u32 = 12;

#[derive(Clone, Copy, Default)]
struct Record {
    time: i64,
    value: f64,
    row: u32,
    kind: u8,
    object: u8,
}

/// Events in the order of time, with an eye to the cache: keys straight to rows by a table, events to blocks of
/// 4,096 leads, then to their places within each block. Only for keys in a narrow range; none if they are not.
pub fn partitioned(leads: &Leads, events: &Events) -> Option<Events> {
    let rows = rows_by_table(leads, &events.lead_ids)?;
    let blocks = (leads.len() >> BLOCK_BITS) + 1;
    let mut starts = vec![0u32; blocks + 1];
    for row in rows.iter().filter(|row| **row != NOBODY) {
        starts[(*row >> BLOCK_BITS) as usize + 1] += 1;
    }
    for block in 0..blocks {
        starts[block + 1] += starts[block];
    }
    let mut records = vec![Record::default(); starts[blocks] as usize];
    let mut next = starts.clone();
    for (event, row) in rows.iter().enumerate().filter(|(_, row)| **row != NOBODY) {
        let place = &mut next[(*row >> BLOCK_BITS) as usize];
        let (time, value) = (events.times[event], events.values[event]);
        let (kind, object) = (events.kinds[event], events.objects.codes[event]);
        records[*place as usize] = Record { time, value, row: *row, kind, object };
        *place += 1;
    }
    let mut grouped = room(records.len());
    grouped.offsets = vec![0; leads.len() + 1];
    grouped.offsets[leads.len()] = records.len() as u32;
    for block in 0..blocks {
        let range = starts[block] as usize..starts[block + 1] as usize;
        place_block(&records[range], block << BLOCK_BITS, starts[block], leads.len(), &mut grouped);
    }
    grouped.objects.dictionary = events.objects.dictionary.clone();
    Some(grouped)
}

fn place_block(records: &[Record], first: usize, start: u32, leads: usize, grouped: &mut Events) {
    let last = (first + (1 << BLOCK_BITS)).min(leads);
    let mut next = [0u32; (1 << BLOCK_BITS) + 1];
    for record in records {
        next[record.row as usize - first + 1] += 1;
    }
    let mut sum = start;
    for row in first..last {
        grouped.offsets[row] = sum;
        sum += next[row - first + 1];
        next[row - first] = grouped.offsets[row];
    }
    for record in records {
        let place = next[record.row as usize - first] as usize;
        next[record.row as usize - first] += 1;
        grouped.kinds[place] = record.kind;
        grouped.objects.codes[place] = record.object;
        grouped.times[place] = record.time;
        grouped.values[place] = record.value;
    }
}

fn rows_by_table(leads: &Leads, ids: &[i64]) -> Option<Vec<u32>> {
    let (lowest, highest) = (*leads.ids.first()?, *leads.ids.last()?);
    let span = usize::try_from(highest.checked_sub(lowest)?).ok()?;
    if span >= 16 * leads.len() {
        return None;
    }
    let mut table = vec![NOBODY; span + 1];
    for (row, id) in leads.ids.iter().enumerate() {
        table[(*id - lowest) as usize] = row as u32;
    }
    let find = |id: &i64| table.get(id.wrapping_sub(lowest) as usize).copied().unwrap_or(NOBODY);
    Some(ids.iter().map(find).collect())
}
