//! Events that stand in the order of their leads: what the parts of the files say of their keys gives stretches
//! of leads whose events lie in one part. They are cut into smaller ones, and each is a batch as soon as both are read, while
//! its events are still in the caches.
//!
//! ```text
//! leads    |---- unit 0 ----|------ unit 1 ------|
//! events   |-- 0 --|-- 1 --|-- 2 --|------ 3 ----|
//! batches  |   0   |   1   |2|  3  |      4      |
//! ```
//!
//! A lead whose events go over from one part to the next belongs to the first; the second hands over what it has
//! of it, the head. The order within a part is verified while it is read; results are handed on when all of it is, for until
//! then an event of a lead before may come.

use super::Handed;
use super::events::EventReader;
use super::facts::Facts;
use super::leads::{self, integers, reserved};
use super::notes::{AllNotes, Notes};
use super::order::{Put, Stop, lock};
use super::plan::{Plan, Unit};
use super::texts::Texts;
use crate::run::Scorer;
use qualify_model::{Batch, Column, Keys, LeadColumns, UNKNOWN};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Rows of events that are read at a time.
const ROWS: usize = 16_384;

/// Where the batches begin and end.
pub(super) struct Stretches {
    /// For each batch the units of its leads and its events, and the last key.
    stretches: Vec<(usize, usize, i64)>,
    tasks: Vec<Task>,
}

#[derive(Clone, Copy)]
enum Task {
    Leads(usize),
    Events(usize),
}

/// The stretches, if the files' own words promise the order.
pub(super) fn stretches(plan: &Plan<'_>) -> Option<Stretches> {
    let ranges = |units: &[Unit]| units.iter().map(|u| u.range).collect::<Option<Vec<_>>>();
    let (leads, events) = (ranges(&plan.lead_units)?, ranges(&plan.event_units)?);
    let apart = leads.windows(2).all(|w| w[0].1 < w[1].0);
    // a lead may go over from one part into the next, but not through it
    let rising = events.windows(2).all(|w| w[0].1 < w[1].0 || w[0].1 == w[1].0 && w[1].0 < w[1].1);
    if !apart || !rising || leads.is_empty() || events.is_empty() {
        return None;
    }
    let (mut stretches, mut tasks) = (Vec::new(), vec![Task::Leads(0), Task::Events(0)]);
    let (mut lead, mut event) = (0, 0);
    loop {
        let last =
            |ranges: &[(i64, i64)], at: usize| if at + 1 == ranges.len() { i64::MAX } else { ranges[at].1 };
        let ends = (last(&leads, lead), last(&events, event));
        stretches.push((lead, event, ends.0.min(ends.1)));
        let over = (lead + 1 == leads.len(), event + 1 == events.len());
        if over == (true, true) {
            break;
        }
        let next = (ends.0 <= ends.1 && !over.0, ends.1 <= ends.0 && !over.1);
        if next.0 {
            lead += 1;
            tasks.push(Task::Leads(lead));
        }
        if next.1 {
            event += 1;
            tasks.push(Task::Events(event));
        }
    }
    let stretches = cut(stretches, plan, &events);
    Some(Stretches { stretches, tasks })
}

/// Cuts stretches of many events at keys between, as if these were spread evenly: any key will do.
fn cut(
    stretches: Vec<(usize, usize, i64)>,
    plan: &Plan<'_>,
    ranges: &[(i64, i64)],
) -> Vec<(usize, usize, i64)> {
    let mut all = Vec::new();
    let mut before = i64::MIN;
    for (lead, event, end) in stretches {
        let (low, high) = (i128::from(ranges[event].0), i128::from(ranges[event].1));
        let parts = i128::from((plan.event_units[event].rows / plan.stretch.max(1)).max(1));
        let keys = (1..parts).map(|part| (low + (high - low) * part / parts) as i64);
        all.extend(keys.filter(|key| (before + 1..end).contains(key)).map(|key| (lead, event, key)));
        all.push((lead, event, end));
        before = end;
    }
    all
}

/// The bytes that reading in order takes, about: each thread is at one unit of events, and one of each kind waits.
pub(super) fn memory(plan: &Plan<'_>, threads: usize) -> u64 {
    // texts that are wide take more than the columns do
    let unit = |unit: &Unit, row: u64| {
        unit.rows.saturating_mul(row).max(unit.rows.saturating_mul(32).saturating_add(unit.bytes))
    };
    let most = |units: &[Unit], row: u64| units.iter().map(|u| unit(u, row)).max().unwrap_or(0);
    let event = 24 + 12 * plan.needs.properties.len() as u64;
    let lead = 32 + 24 * plan.needs.attributes.iter().filter(|a| **a).count() as u64;
    let both = most(&plan.event_units, event).saturating_add(most(&plan.lead_units, lead));
    (threads as u64 + 2).saturating_mul(both)
}

/// The events of a stretch.
#[derive(Default)]
struct Piece {
    facts: Facts,
    /// Leads, each with the place of its first event.
    runs: Vec<(i64, u32)>,
    /// Something about a value was noted.
    noted: bool,
}

/// A stretch that is being read.
#[derive(Default)]
struct Slot {
    leads: Option<LeadColumns>,
    events: Option<Piece>,
    /// What the next unit of events has of the last lead; known when that is read.
    head: Option<Piece>,
    /// All events of the unit were read: none of these leads has more.
    is_certain: bool,
    /// What was found before that was certain.
    scored: Option<Handed>,
}

/// Everything that threads share.
pub(super) struct Sorted<'r, 'p> {
    plan: &'r Plan<'p>,
    stretches: &'r Stretches,
    slots: Vec<Mutex<Slot>>,
    strict: bool,
    notes: &'r AllNotes,
    score: Scorer<'r>,
    /// Events that were left out.
    pub ignored: AtomicU64,
    /// Batches to use again.
    spare: Mutex<Vec<Piece>>,
}

impl<'r, 'p> Sorted<'r, 'p> {
    pub fn new(
        plan: &'r Plan<'p>,
        stretches: &'r Stretches,
        strict: bool,
        notes: &'r AllNotes,
        score: Scorer<'r>,
    ) -> Sorted<'r, 'p> {
        let slots = stretches.stretches.iter().map(|_| Mutex::default()).collect();
        let (ignored, spare) = (AtomicU64::new(0), Mutex::default());
        Sorted { plan, stretches, slots, strict, notes, score, ignored, spare }
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> usize {
        self.stretches.tasks.len()
    }

    /// Does one of them, and scores the batches that it completes.
    pub fn work(&self, worker: usize, task: usize, put: Put<'_, Handed>) -> Result<(), Stop> {
        match self.stretches.tasks[task] {
            Task::Leads(unit) => self.leads(worker, unit, put),
            Task::Events(unit) => self.events(worker, unit, put),
        }
    }

    fn leads(&self, worker: usize, unit_number: usize, put: Put<'_, Handed>) -> Result<(), Stop> {
        let unit = &self.plan.lead_units[unit_number];
        let keys = leads::keys(self.plan, unit)?;
        let Keys::Integers(numbers) = &keys else { return Err(Stop::Rows) };
        if !numbers.windows(2).all(|w| w[0] < w[1]) {
            return Err(Stop::Rows);
        }
        let ends = numbers.first().copied().zip(numbers.last().copied());
        check(ends, unit.range, &self.plan.leads[unit.file].name)?;
        let mine: Vec<_> =
            (0..self.slots.len()).filter(|k| self.stretches.stretches[*k].0 == unit_number).collect();
        let ends: Vec<usize> = mine
            .iter()
            .map(|k| numbers.partition_point(|key| *key <= self.stretches.stretches[*k].2))
            .collect();
        let mut notes = Notes::default();
        let mut start = 0;
        leads::columns(self.plan, unit, &ends, self.strict, &mut notes, &mut |piece, attributes| {
            let rows = start..ends[piece];
            start = ends[piece];
            let columns = LeadColumns { rows: rows.len(), keys: leads::slice(&keys, rows), attributes };
            lock(&self.slots[mine[piece]]).leads = Some(columns);
            self.complete(worker, mine[piece], put)
        })?;
        self.notes.add((0, unit_number, 0), notes);
        Ok(())
    }

    fn events(&self, worker: usize, unit_number: usize, put: Put<'_, Handed>) -> Result<(), Stop> {
        let unit = &self.plan.event_units[unit_number];
        let file = &self.plan.events[unit.file];
        let mut reader = EventReader::new(self.plan, file, self.strict, |_| Texts::own())?;
        let range = unit.range.ok_or(Stop::Rows)?;
        let first = self.stretches.stretches.iter().position(|s| s.1 == unit_number).ok_or(Stop::Rows)?;
        let last = self.stretches.stretches.iter().rposition(|s| s.1 == unit_number).ok_or(Stop::Rows)?;
        let mut source = self.plan.read(&file.groups, unit, &file.columns, ROWS)?;
        // the head of the unit is a piece of the batch before
        let mut at = first.saturating_sub(1);
        let mut notes = Notes::default();
        let mut piece = self.piece(unit, if first == 0 { 1 } else { 0 });
        let mut row = unit.start;
        let mut head = None;
        let mut end_piece =
            |at: usize, piece: &mut Piece, notes: &mut Notes, reader: &mut _, put: Put<'_, _>| {
                let ended = self.end_piece(unit_number, at, first, piece, notes, reader);
                if at + 1 == first {
                    head = Some(ended);
                    return Ok(());
                }
                lock(&self.slots[at]).events = Some(ended);
                self.complete(worker, at, put)
            };
        while let Some(batch) = source.next().map_err(|_| Stop::Rows)? {
            let taken = reader.sift(&batch, row)?;
            row += batch.num_rows() as u64;
            let keys = integers(taken.keys(file)).ok_or(Stop::Rows)?;
            let mut done = 0;
            while done < keys.len() {
                let end = self.stretches.stretches[at].2;
                let length = runs(&keys[done..], end, range, &mut piece).map_err(|e| lies(e, &file.name))?;
                if length == keys.len() {
                    reader.append(&taken, &mut piece.facts, &mut notes)?;
                } else if length > 0 {
                    reader.append(&taken.slice(done, length), &mut piece.facts, &mut notes)?;
                }
                done += length;
                if done < keys.len() && at == last {
                    return Err(lies(Disorder::Promise, &file.name));
                }
                if done < keys.len() {
                    end_piece(at, &mut piece, &mut notes, &mut reader, put)?;
                    at += 1;
                }
            }
        }
        while at <= last {
            end_piece(at, &mut piece, &mut notes, &mut reader, put)?;
            at += 1;
        }
        self.put_back(piece.facts);
        if row != unit.start + unit.rows {
            return Err(Stop::Rows);
        }
        self.ignored.fetch_add(reader.ignored, Ordering::Relaxed);
        // only now is it certain that no event of an earlier piece stands behind a later one
        if let Some(head) = head {
            lock(&self.slots[first - 1]).head = Some(head);
            self.complete(worker, first - 1, put)?;
        }
        for at in first..=last {
            let mut slot = lock(&self.slots[at]);
            slot.is_certain = true;
            let scored = slot.scored.take();
            drop(slot);
            scored.map_or(Ok(()), |scored| put(at, scored))?;
        }
        Ok(())
    }

    /// Ends a piece, and begins the next.
    fn end_piece(
        &self,
        unit_number: usize,
        at: usize,
        first: usize,
        piece: &mut Piece,
        notes: &mut Notes,
        reader: &mut EventReader<'_, '_>,
    ) -> Piece {
        let unit = &self.plan.event_units[unit_number];
        let mut ended = std::mem::replace(piece, self.piece(unit, usize::from(at + 1 >= first)));
        reader.finish(&mut ended.facts);
        ended.noted = !notes.is_empty();
        self.notes.add((1, unit_number, at), std::mem::take(notes));
        ended
    }

    /// An empty piece; a large one has room for all events of the unit.
    fn piece(&self, unit: &Unit, large: usize) -> Piece {
        let spare = if large > 0 { lock(&self.spare).pop() } else { None };
        let mut piece = spare.unwrap_or_default();
        let rows = large * unit.rows.min(self.plan.stretch + self.plan.stretch / 8) as usize;
        piece.facts.kinds.reserve(rows);
        piece.facts.times.reserve(rows);
        if piece.facts.properties.is_empty() {
            piece.facts.properties =
                self.plan.needs.properties.iter().map(|p| reserved(&p.ty, rows)).collect();
        }
        piece
    }

    /// Scores a batch if all of it is there.
    fn complete(&self, worker: usize, at: usize, put: Put<'_, Handed>) -> Result<(), Stop> {
        let last = at + 1 == self.slots.len()
            || self.stretches.stretches[at + 1].1 == self.stretches.stretches[at].1;
        let mut slot = lock(&self.slots[at]);
        if slot.leads.is_none() || slot.events.is_none() || !last && slot.head.is_none() {
            return Ok(());
        }
        let taken = (slot.leads.take(), slot.events.take(), slot.head.take());
        drop(slot);
        let (Some(leads), Some(mut piece), head) = taken else { return Ok(()) };
        if let Some(head) = head.filter(|h| !h.runs.is_empty()) {
            join(&mut piece, head);
        }
        let file = &self.plan.events[self.plan.event_units[self.stretches.stretches[at].1].file];
        let Keys::Integers(keys) = &leads.keys else { return Err(Stop::Rows) };
        let (offsets, unknown) = offsets(keys, &mut piece);
        if unknown > 0 && (!file.ignores_leads() || piece.noted) {
            return Err(Stop::Rows);
        }
        self.ignored.fetch_add(unknown, Ordering::Relaxed);
        let batch = Batch { leads, events: piece.facts.into_columns(offsets, Vec::new()) };
        let scores = self.score.of(worker, &batch);
        let Batch { leads, events } = batch;
        let counted = events.kinds.len() as u64;
        self.put_back(Facts::of_columns(events).0);
        let handed = self.score.hand(leads, scores, counted);
        let mut slot = lock(&self.slots[at]);
        if slot.is_certain {
            drop(slot);
            return put(at, handed);
        }
        slot.scored = Some(handed);
        Ok(())
    }

    /// Keeps the memory of a batch for another.
    fn put_back(&self, mut facts: Facts) {
        facts.clear();
        lock(&self.spare).push(Piece { facts, runs: Vec::new(), noted: false });
    }
}

/// Whether the keys are those that the file promises.
fn check(found: Option<(i64, i64)>, promised: Option<(i64, i64)>, file: &str) -> Result<(), Stop> {
    match found.zip(promised) {
        Some((found, promised)) if found.0 < promised.0 || found.1 > promised.1 => {
            Err(Stop::Lies(file.to_string()))
        }
        _ => Ok(()),
    }
}

fn lies(disorder: Disorder, file: &str) -> Stop {
    match disorder {
        Disorder::Within => Stop::Rows,
        Disorder::Promise => Stop::Lies(file.to_string()),
    }
}

/// What can be wrong with the order of keys.
enum Disorder {
    /// One is less than the one before.
    Within,
    /// One is not among those that the file promises.
    Promise,
}

/// Appends the runs of equal keys up to the key `end`; gives how many events they have.
fn runs(keys: &[i64], end: i64, range: (i64, i64), piece: &mut Piece) -> Result<usize, Disorder> {
    let before = piece.facts.kinds.len() as u32;
    let mut last = piece.runs.last().map(|run| run.0);
    for (place, key) in keys.iter().enumerate() {
        if last == Some(*key) {
            continue;
        }
        if *key > end {
            return Ok(place);
        }
        if last.is_some_and(|last| *key < last) {
            return Err(Disorder::Within);
        }
        if *key < range.0 || *key > range.1 {
            return Err(Disorder::Promise);
        }
        last = Some(*key);
        piece.runs.push((*key, before + place as u32));
    }
    Ok(keys.len())
}

/// For each lead where its events start, and behind the last; events of other leads are taken out and counted.
fn offsets(keys: &[i64], piece: &mut Piece) -> (Vec<u32>, u64) {
    let end = piece.facts.kinds.len() as u32;
    let mut offsets = Vec::with_capacity(keys.len() + 1);
    let mut run = 0;
    let mut unknown = Vec::new();
    let ends = |run: usize| piece.runs.get(run + 1).map_or(end, |r| r.1);
    for key in keys {
        while piece.runs.get(run).is_some_and(|r| r.0 < *key) {
            unknown.push(piece.runs[run].1..ends(run));
            run += 1;
        }
        offsets.push(piece.runs.get(run).map_or(end, |r| r.1));
        run += usize::from(piece.runs.get(run).is_some_and(|r| r.0 == *key));
    }
    offsets.push(piece.runs.get(run).map_or(end, |r| r.1));
    while run < piece.runs.len() {
        unknown.push(piece.runs[run].1..ends(run));
        run += 1;
    }
    if unknown.is_empty() {
        return (offsets, 0);
    }
    let mut keep = vec![true; end as usize];
    unknown.iter().for_each(|gap| keep[gap.start as usize..gap.end as usize].fill(false));
    let mut before = Vec::with_capacity(keep.len() + 1);
    let mut kept = 0;
    for keep in &keep {
        before.push(kept);
        kept += u32::from(*keep);
    }
    before.push(kept);
    offsets.iter_mut().for_each(|offset| *offset = before[*offset as usize]);
    retain(&mut piece.facts, &keep);
    (offsets, u64::from(end - kept))
}

fn retain(facts: &mut Facts, keep: &[bool]) {
    fn only<T: Copy>(values: &mut Vec<T>, keep: &[bool]) {
        let mut at = 0;
        values.retain(|_| {
            at += 1;
            keep[at - 1]
        });
    }
    only(&mut facts.kinds, keep);
    only(&mut facts.times, keep);
    for column in &mut facts.properties {
        match column {
            Column::YesNo(values) => only(values, keep),
            Column::Number { values, known } => {
                only(values, keep);
                known.iter_mut().for_each(|known| only(known, keep));
            }
            Column::Text { codes, .. } | Column::List { codes, .. } => only(codes, keep),
        }
    }
}

/// Puts the head of the next unit behind a piece.
fn join(piece: &mut Piece, head: Piece) {
    let rows = piece.facts.kinds.len();
    let mut runs = head.runs.iter().map(|run| (run.0, run.1 + rows as u32)).peekable();
    let last = piece.runs.last().map(|run| run.0);
    if last.is_some() && last == runs.peek().map(|run| run.0) {
        runs.next();
    }
    piece.runs.extend(runs);
    piece.noted |= head.noted;
    piece.facts.kinds.extend(head.facts.kinds);
    piece.facts.times.extend(head.facts.times);
    for (column, more) in piece.facts.properties.iter_mut().zip(head.facts.properties) {
        append(column, more);
    }
}

fn append(column: &mut Column, more: Column) {
    match (column, more) {
        (Column::YesNo(values), Column::YesNo(more)) => values.extend(more),
        (Column::Number { values, known }, Column::Number { values: more, known: more_known }) => {
            if let Some(more_known) = &more_known {
                let known = known.get_or_insert_with(|| vec![1; values.len()]);
                known.extend_from_slice(more_known);
            } else if let Some(known) = known {
                known.resize(values.len() + more.len(), 1);
            }
            values.extend(more);
        }
        (Column::Text { codes, dictionary }, Column::Text { codes: more, dictionary: texts }) => {
            append_codes(codes, dictionary, &more, &texts);
        }
        (Column::List { codes, dictionary }, Column::List { codes: more, dictionary: lists }) => {
            append_codes(codes, dictionary, &more, &lists);
        }
        _ => {} // both are of one type
    }
}

/// Only the entries that occur are added to the dictionary.
fn append_codes<T: Clone>(codes: &mut Vec<u32>, dictionary: &mut Arc<Vec<T>>, more: &[u32], entries: &[T]) {
    let mut moved = vec![UNKNOWN; entries.len()];
    let all = Arc::make_mut(dictionary);
    for code in more {
        let Some(entry) = entries.get(*code as usize) else {
            codes.push(UNKNOWN);
            continue;
        };
        let place = &mut moved[*code as usize];
        if *place == UNKNOWN {
            *place = all.len() as u32;
            all.push(entry.clone());
        }
        codes.push(*place);
    }
}
