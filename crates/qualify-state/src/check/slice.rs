//! What of a plan decisions depend on: the rest need not be looked at.

use qualify_plan::{Ask, Instruction as I, Operand, Plan, Register, RegisterType, SlotAt};
use std::collections::HashSet;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Slice {
    /// Instructions of the main program.
    pub instructions: Vec<bool>,
    pub facts: Vec<bool>,
    pub tables: Vec<bool>,
    /// Event programs.
    pub programs: Vec<bool>,
    pub views: Vec<bool>,
}

/// The outputs that decide something.
pub(crate) fn decisions(plan: &Plan) -> Vec<Register> {
    let outputs = &plan.outputs;
    let flags = [&outputs.excluded, &outputs.missing, &outputs.disqualified, &outputs.segments];
    let flags = flags.into_iter().flatten().map(|register| register.register());
    let places = outputs.grades.iter().chain([&outputs.stage, &outputs.stage_reason, &outputs.route]);
    flags.chain(places.map(|register| register.register())).collect()
}

/// The registers that an operand reads.
pub(crate) fn reads(operand: &Operand) -> Vec<Register> {
    match operand {
        Operand::Read(ty, at) => vec![Register(*ty, *at)],
        Operand::ReadAll(ty, all) => all.iter().map(|at| Register(*ty, *at)).collect(),
        _ => Vec::new(),
    }
}

/// How many slots the answer to a question has, or more.
pub(crate) fn slots_of(plan: &Plan, ask: &Ask) -> u32 {
    match ask {
        Ask::OfNewest(program) => {
            plan.event_programs.get(*program as usize).map_or(0, |program| program.outputs.len() as u32)
        }
        Ask::Total(_) | Ask::Sum(_) | Ask::Factors(_) => 2,
        Ask::Each(_) => 3,
        _ => 1,
    }
}

impl Slice {
    /// Of a plan.
    pub fn new(plan: &Plan) -> Slice {
        let mut slice = Slice {
            instructions: vec![false; plan.main.code.len()],
            facts: vec![false; plan.facts.len()],
            tables: vec![false; plan.tables.len()],
            programs: vec![false; plan.event_programs.len()],
            views: vec![false; plan.views.len()],
        };
        let mut wanted: HashSet<(RegisterType, u32)> =
            decisions(plan).iter().map(|register| (register.0, register.1)).collect();
        let mut slots: HashSet<u32> = HashSet::new();
        for (place, instruction) in plan.main.code.iter().enumerate().rev() {
            let operands = instruction.operands();
            let mut is_wanted = false;
            for operand in &operands {
                if let Operand::Write(ty, at) = operand {
                    is_wanted |= wanted.remove(&(*ty, *at));
                }
            }
            if let I::ComputeFact { fact, .. } = instruction
                && let Some(of) = plan.facts.get(fact.index())
            {
                is_wanted |= (0..slots_of(plan, &of.ask)).any(|behind| slots.contains(&(of.slot.0 + behind)));
            }
            if !is_wanted {
                continue;
            }
            slice.instructions[place] = true;
            wanted.extend(operands.iter().flat_map(reads).map(|register| (register.0, register.1)));
            match instruction {
                I::SlotTruth { slot, .. }
                | I::SlotNumber { slot, .. }
                | I::SlotWide { slot, .. }
                | I::SlotText { slot, .. }
                | I::SlotList { slot, .. } => {
                    slots.insert(slot.0);
                }
                I::TableTruth { table, .. } | I::TableNumber { table, .. } => {
                    slice.tables.get_mut(table.index()).into_iter().for_each(|table| *table = true);
                }
                _ => {}
            }
        }
        slice.add_facts(plan, &slots);
        slice
    }

    fn add_facts(&mut self, plan: &Plan, slots: &HashSet<u32>) {
        let is_asked =
            |SlotAt(slot): SlotAt, count: u32| (slot..slot + count).any(|slot| slots.contains(&slot));
        for (number, fact) in plan.facts.iter().enumerate() {
            if !is_asked(fact.slot, slots_of(plan, &fact.ask)) {
                continue;
            }
            self.facts[number] = true;
            let mut view = Some(fact.view);
            while let Some(at) = view.map(|view| view as usize).filter(|at| *at < self.views.len()) {
                self.views[at] = true;
                view = plan.views[at].within.filter(|around| (*around as usize) < at);
            }
            let programs = match &fact.ask {
                Ask::Each(each) => [Some(each.points), each.from, each.unless],
                Ask::OfNewest(program) => [Some(*program), None, None],
                _ => [None; 3],
            };
            for program in programs.into_iter().flatten() {
                self.programs.get_mut(program as usize).into_iter().for_each(|program| *program = true);
            }
        }
        // which matcher means what is asked for all of them
        for filter in plan.matchers.iter().flat_map(|matcher| &matcher.filters) {
            self.programs.get_mut(*filter as usize).into_iter().for_each(|program| *program = true);
        }
    }
}
