//! The pass over the events of a block of leads: every event is looked at once for its class and its bucket of
//! time; what it counts for and where it is listed is looked up from then on. No pass for each rule.
//!
//! Answers go into slots. Facts that need more than this are answered by the general way ([`facts`](crate::facts)),
//! which uses the classes found here.

mod answers;
mod buckets;
mod cells;
mod classes;
mod counts;
mod edges;
mod layout;
mod lists;
mod objects;
mod reached;
mod sweep;

use crate::batch_program::BatchProgram;
use answers::{Block, Scratch};
pub(crate) use cells::{Adds, Cells, LANES};
pub(crate) use classes::Classes;
use counts::Counting;
pub(crate) use layout::Layout;
use lists::Lists;
use qualify_model::{Column, EventColumns, Tally};
use qualify_plan::{Bound, Plan};
use qualify_vm::{Slots, Task, run_task};
pub(crate) use reached::{Fired, Round, rounds};
use std::ops::Range;
use sweep::{Sweep, Swept};

/// The state of one worker, used again for every block.
#[derive(Clone, Debug)]
pub(crate) struct Pass {
    pub classes: Classes,
    /// They belong to the layout.
    pub cells: Cells,
    lists: Lists,
    scratch: Scratch,
    /// For each event of the block in hand its class; none of a block that was swept.
    pub class_of: Vec<u32>,
    swept: Swept,
    truths: Vec<u8>,
    fired: Fired,
    offsets: Vec<u32>,
}

/// Runs an event program with one truth over some events of the batch; the truths are put into the list.
pub(crate) type Filter<'f> = &'f mut dyn FnMut(u32, Range<usize>, &mut Vec<u8>);

/// The leads of a block and their events.
pub(crate) struct Rows<'a> {
    pub plan: &'a Plan,
    pub bound: &'a Bound,
    pub layout: &'a Layout,
    pub events: &'a EventColumns,
    /// Rows of the batch.
    pub leads: Range<usize>,
}

impl Rows<'_> {
    /// The events of the block, as places in the batch.
    pub fn range(&self) -> Range<usize> {
        let at = |row: usize| self.events.offsets.get(row).copied().unwrap_or(0) as usize;
        at(self.leads.start)..at(self.leads.end)
    }
}

impl Pass {
    /// Of a plan, without data yet.
    pub fn new(plan: &Plan, layout: &Layout) -> Pass {
        Pass {
            classes: Classes::new(plan),
            cells: Cells::new(layout),
            lists: Lists::default(),
            scratch: Scratch::default(),
            class_of: Vec::new(),
            swept: Swept::default(),
            truths: Vec::new(),
            fired: Vec::new(),
            offsets: Vec::new(),
        }
    }

    /// Makes ready for the dictionaries of a batch.
    pub fn adopt(&mut self, plan: &Plan, events: &EventColumns) {
        self.classes.adopt(plan, events);
    }

    /// Answers what can be answered in the pass. `filter` runs an event program with one truth over some events
    /// of the batch.
    pub fn run(
        &mut self,
        rows: &Rows<'_>,
        program: Option<&BatchProgram>,
        slots: &mut Slots,
        filter: Filter<'_>,
    ) {
        let range = rows.range();
        let times = &rows.events.times[range.clone()];
        self.offsets.clear();
        match rows.events.offsets.get(rows.leads.start..=rows.leads.end) {
            Some(offsets) => self.offsets.extend_from_slice(offsets),
            None => self.offsets.resize(rows.leads.len() + 1, 0),
        }
        let is_swept = self.sweep(rows, range.clone());
        if !is_swept {
            self.classify(rows, range.clone(), filter);
            self.cells.grow(rows.layout, &self.classes);
            let cells = &mut self.swept.cell_of;
            rows.layout.buckets.refine(rows.layout.count as u32, &self.class_of, times, cells);
        }
        let Swept { cell_of: cells, counts, .. } = &mut self.swept;
        let counting = Counting { layout: rows.layout, cells, offsets: &self.offsets, counts, is_swept };
        counting.run(program, &self.cells, slots, &mut self.fired);
        if rows.layout.work.is_empty() {
            return;
        }
        if !is_swept {
            self.lists.fill_rows(range.len(), &self.offsets);
        }
        let cell_of = &self.swept.cell_of;
        self.lists.fill(&self.cells, cell_of);
        let block = Block {
            plan: rows.plan,
            bound: rows.bound,
            layout: rows.layout,
            cells: &self.cells,
            lists: &self.lists,
            events: rows.events,
            start: range.start,
            times,
            cell_of,
            offsets: &self.offsets,
            is_by_time: if is_swept { self.swept.is_by_time } else { is_by_time(times, &self.offsets) },
            sums: rows.layout.swept.filter(|_| is_swept && self.swept.has_sums).map(|of| (of, &self.swept)),
            leads: rows.leads.len(),
        };
        self.scratch.answer(&block, slots);
    }

    /// Does the first steps for the events of a block at once, if they can be done that way.
    fn sweep(&mut self, rows: &Rows<'_>, range: Range<usize>) -> bool {
        let Rows { layout, events, .. } = rows;
        let Some(table) = layout.sweeps() else { return false };
        let Some(classes) = self.classes.flat(events) else { return false };
        let is_filtered = self.classes.filters().next().is_some();
        if is_filtered || events.received.is_some() || range.len() < sweep::FEW {
            return false;
        }
        self.class_of.clear();
        self.cells.grow(layout, &self.classes);
        let Some(adds) = self.cells.adds.first() else { return false };
        self.lists.fill_rows(range.len(), &self.offsets);
        let (classes, times) = (classes.of(range.clone()), &events.times[range.clone()]);
        let (rows, offsets, lines) = (&self.lists.rows[..], &self.offsets[..], &self.cells.lines[..]);
        let swept = &mut self.swept;
        match layout.swept.and_then(|(_, column)| events.properties.get(column)) {
            Some(Column::Number { values, .. }) => {
                let numbers = &values[range];
                run_task(Sweep::<true> { classes, table, times, rows, offsets, adds, lines, numbers, swept });
            }
            _ => {
                let numbers = &[];
                run_task(Sweep::<false> {
                    classes,
                    table,
                    times,
                    rows,
                    offsets,
                    adds,
                    lines,
                    numbers,
                    swept,
                });
            }
        }
        true
    }

    /// Tallies the rules of the program for batches that fired in the block, of leads of which `evaluated` is 2.
    pub fn tally(&self, program: &BatchProgram, evaluated: &[u8], tally: &mut Tally) {
        program.tally(&self.fired, evaluated, tally);
    }

    /// The classes of the events of a block. Those that were not known yet at `as of` are of class 0.
    pub fn classify(&mut self, rows: &Rows<'_>, range: Range<usize>, filter: Filter<'_>) {
        self.classes.assign(rows.events, range.clone(), &mut self.class_of);
        let filters: Vec<u32> = self.classes.filters().collect();
        for (place, program) in filters.into_iter().enumerate() {
            filter(program, range.clone(), &mut self.truths);
            self.classes.apply(place, &self.truths, &mut self.class_of);
        }
        if let Some(received) = &rows.events.received {
            let late = received[range].iter().map(|received| *received > rows.bound.as_of);
            self.class_of.iter_mut().zip(late).filter(|(_, late)| *late).for_each(|(class, _)| *class = 0);
        }
    }
}

/// Whether the events of each lead stand in the order of their times.
fn is_by_time(times: &[i64], offsets: &[u32]) -> bool {
    let mut all = 0;
    run_task(StepsBack { times, count: &mut all });
    // from the last event of a lead to the first of the next one there is no order
    let ends = offsets.iter().map(|end| (end - offsets[0]) as usize);
    let mut between = 0;
    let mut last = 0;
    for end in ends.filter(|end| (1..times.len()).contains(end)) {
        if end > last {
            between += (times[end - 1] > times[end]) as u32;
        }
        last = end;
    }
    all == between
}

/// Counts the instants after which an earlier one stands.
struct StepsBack<'a> {
    times: &'a [i64],
    count: &'a mut u32,
}

impl Task for StepsBack<'_> {
    #[inline(always)]
    fn run(self) {
        let StepsBack { times, count } = self;
        let next = times.get(1..).unwrap_or_default();
        let mut back = 0;
        for (now, next) in times.iter().zip(next) {
            back += (now > next) as u32;
        }
        *count = back;
    }
}
