//! Which instructions of the main program depend on smooth decay.

use super::slice::{Slice, decisions, reads, slots_of};
use qualify_plan::{Ask, Instruction as I, Operand, Plan, PlanCurve, Register, RegisterType, SlotAt};
use std::collections::HashSet;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Taint {
    /// Their places, with the registers that they read and whether these depend on it.
    pub instructions: Vec<(usize, Vec<(Register, bool)>)>,
    /// Slots of facts that are given values which depend on it.
    pub loose: HashSet<u32>,
    /// Outputs that decide something and depend on it.
    pub outputs: Vec<Register>,
}

/// Whether a curve moves between its steps.
pub(crate) fn is_smooth(plan: &Plan, curve: u32) -> bool {
    let curve = plan.constants.curves.get(curve as usize);
    matches!(curve, Some(PlanCurve::Halving { by_day: false, .. } | PlanCurve::Fading { .. }))
}

/// The first slot of each fact that moves smoothly: its number, and the slot.
pub(crate) fn smooth_facts(plan: &Plan) -> Vec<(usize, SlotAt)> {
    let is_smooth = |ask: &Ask| match ask {
        Ask::Factors(curve) => is_smooth(plan, *curve),
        Ask::Each(each) => each.curve.is_some_and(|curve| is_smooth(plan, curve)),
        _ => false,
    };
    let facts = plan.facts.iter().enumerate().filter(|(_, fact)| is_smooth(&fact.ask));
    facts.map(|(number, fact)| (number, fact.slot)).collect()
}

impl Taint {
    pub fn new(plan: &Plan, slice: &Slice) -> Taint {
        let mut slots: HashSet<u32> = smooth_facts(plan).iter().map(|(_, slot)| slot.0).collect();
        let mut registers: HashSet<(RegisterType, u32)> = HashSet::new();
        let mut taint = Taint::default();
        for (place, instruction) in plan.main.code.iter().enumerate() {
            let operands = instruction.operands();
            let reads: Vec<Register> = operands.iter().flat_map(reads).collect();
            let of_slot = |slot: &SlotAt| slots.contains(&slot.0);
            let is_source = match instruction {
                I::Factor { curve, .. } => is_smooth(plan, curve.0),
                I::SlotTruth { slot, .. }
                | I::SlotNumber { slot, .. }
                | I::SlotWide { slot, .. }
                | I::SlotText { slot, .. }
                | I::SlotList { slot, .. } => of_slot(slot),
                _ => false,
            };
            let depends = reads.iter().any(|register| registers.contains(&(register.0, register.1)));
            if let (I::ComputeFact { fact, .. }, true) = (instruction, depends)
                && let Some(of) = plan.facts.get(fact.index())
            {
                let all = (0..slots_of(plan, &of.ask)).map(|behind| of.slot.0 + behind);
                taint.loose.extend(all);
                slots.extend(&taint.loose);
            }
            let tainted = is_source || depends;
            if tainted && slice.instructions[place] {
                let depends = |register: Register| (register, registers.contains(&(register.0, register.1)));
                taint.instructions.push((place, reads.into_iter().map(depends).collect()));
            }
            for operand in &operands {
                if let Operand::Write(ty, at) = operand {
                    match tainted {
                        true => registers.insert((*ty, *at)),
                        false => registers.remove(&(*ty, *at)),
                    };
                }
            }
        }
        taint.outputs = decisions(plan);
        taint.outputs.retain(|register| registers.contains(&(register.0, register.1)));
        taint
    }
}
