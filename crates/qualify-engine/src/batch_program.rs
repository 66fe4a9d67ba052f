//! The main program as it runs over batches by the interpreter: rules on counts are taken out of it and done where events
//! are counted.

use crate::pass::{Adds, Fired, LANES, Layout, Round, rounds};
use qualify_model::Tally;
use qualify_plan::{Counted, Instruction, Outputs, Plan, Program, RegisterType, SlotAt};
use qualify_vm::{SlotColumn, Slots};
use std::collections::{HashMap, HashSet};

/// See the module. It has slots of its own behind those of the plan.
#[derive(Clone, Debug)]
pub(crate) struct BatchProgram {
    pub program: Program,
    /// Where its outputs stand.
    pub outputs: Outputs,
    rounds: Vec<Round>,
    /// The slots of the sums of points.
    sums: std::ops::Range<usize>,
    /// For each count of the layout whether the program reads it.
    pub is_read: Vec<bool>,
}

impl BatchProgram {
    /// None if too few rules look at a count only.
    pub fn new(plan: &Plan, layout: &Layout) -> Option<BatchProgram> {
        if layout.counts_are_listed() {
            return None;
        }
        let counts = layout.counts.iter().enumerate();
        let places: HashMap<usize, usize> = counts.map(|(place, (_, slot))| (*slot, place)).collect();
        let place = |slot: SlotAt| places.get(&slot.index()).copied();
        let counted = Counted::new(plan, &|slot| Some(place(slot)? / LANES))?;
        let first = plan.slots.len();
        let rounds = rounds(&counted, &place, first)?;
        let Counted { program, outputs, sums } = counted;
        let read = program.code.iter().filter_map(|line| match line {
            Instruction::SlotNumber { slot, .. } => Some(slot.index()),
            _ => None,
        });
        let read: HashSet<usize> = read.collect();
        let is_read = layout.counts.iter().map(|(_, slot)| read.contains(slot)).collect();
        Some(BatchProgram { program, outputs, rounds, sums: first..first + sums.len(), is_read })
    }

    /// Room for the sums of so many leads, behind the slots of the plan.
    pub fn add_slots(&self, slots: &mut Slots, rows: usize) {
        let column = || SlotColumn::unknown(RegisterType::Number, rows);
        slots.columns.resize_with(self.sums.end, column);
    }

    /// Begins the sums of a block of so many leads.
    pub fn begin(&self, slots: &mut Slots, rows: usize) {
        for column in &mut slots.columns[self.sums.clone()] {
            if let SlotColumn::Number { values, known } = column {
                values[..rows].fill(0);
                known[..rows].fill(1);
            }
        }
    }

    /// Adds the points of the rules on a group of counts.
    pub fn reach(&self, group: usize, counts: &[Adds], slots: &mut Slots, fired: &mut Fired) {
        fired.resize_with(self.rounds.len(), Vec::new);
        for (round, fired) in self.rounds.iter().zip(fired).filter(|(round, _)| round.group == group) {
            round.run(counts, slots, fired);
        }
    }

    /// Tallies the rules that fired for leads of which `evaluated` is 2.
    pub fn tally(&self, fired: &Fired, evaluated: &[u8], tally: &mut Tally) {
        for (round, fired) in self.rounds.iter().zip(fired) {
            round.tally(fired, evaluated, tally);
        }
    }
}
