//! Which instructions become machine code, and what of their registers must be in memory before and behind them.

use qualify_plan::{Instruction, Operand, Program, RegisterType};
use qualify_vm::{Prepared, PreparedNumbers};
use std::collections::BTreeSet;
use std::ops::Range;

/// Runs of instructions shorter than this are not worth a call.
const SHORTEST: usize = 4;

/// Longer stretches are cut: what a function costs to compile grows faster than its length.
const LONGEST: usize = 512;

/// Sets of numbers up to so many are compared one by one.
pub(crate) const COMPARED: usize = 16;

/// A stretch of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub range: Range<usize>,
    pub is_machine: bool,
    /// For machine code: the registers that it must leave in memory.
    pub stored: Vec<(RegisterType, u32)>,
}

/// Cuts a program into stretches.
pub(crate) fn parts(program: &Program, prepared: &Prepared) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (at, instruction) in program.code.iter().enumerate() {
        let is_machine = translates(instruction, prepared);
        let goes_on = |part: &&mut Part| part.is_machine == is_machine && part.range.len() < LONGEST;
        match parts.last_mut().filter(goes_on) {
            Some(part) => part.range.end = at + 1,
            None => parts.push(Part { range: at..at + 1, is_machine, stored: Vec::new() }),
        }
    }
    parts.iter_mut().filter(|part| part.range.len() < SHORTEST).for_each(|part| part.is_machine = false);
    let mut joined: Vec<Part> = Vec::new();
    for part in parts {
        match joined.last_mut().filter(|last| !last.is_machine && !part.is_machine) {
            Some(last) => last.range.end = part.range.end,
            None => joined.push(part),
        }
    }
    store_what_lives_on(program, &mut joined);
    joined
}

/// Backwards: a register written in a stretch is stored if something behind it reads it.
fn store_what_lives_on(program: &Program, parts: &mut [Part]) {
    let mut alive: BTreeSet<(u8, u32)> = program.outputs.iter().map(|r| (r.0 as u8, r.1)).collect();
    for part in parts.iter_mut().rev() {
        let behind = alive.clone();
        let mut written = BTreeSet::new();
        for instruction in program.code[part.range.clone()].iter().rev() {
            let operands = instruction.operands();
            for operand in &operands {
                if let Operand::Write(ty, register) = operand {
                    alive.remove(&(*ty as u8, *register));
                    written.insert((*ty as u8, *register));
                }
            }
            for operand in operands {
                match operand {
                    Operand::Read(ty, register) => {
                        alive.insert((ty as u8, register));
                    }
                    Operand::ReadAll(ty, registers) => {
                        alive.extend(registers.into_iter().map(|register| (ty as u8, register)));
                    }
                    _ => {}
                }
            }
        }
        let is = |ty: RegisterType| move |stored: &&(u8, u32)| stored.0 == ty as u8;
        for ty in [RegisterType::Truth, RegisterType::Number] {
            part.stored
                .extend(behind.intersection(&written).filter(is(ty)).map(|(_, register)| (ty, *register)));
        }
    }
}

/// Whether an instruction becomes machine code.
fn translates(instruction: &Instruction, prepared: &Prepared) -> bool {
    use Instruction::*;
    match instruction {
        InNumbers { set, .. } => match prepared.numbers.get(set.index()) {
            Some(PreparedNumbers::Bits { .. }) => true,
            Some(PreparedNumbers::Sorted(numbers)) => numbers.len() <= COMPARED,
            None => false,
        },
        TruthConstant { .. }
        | LoadTruth { .. }
        | TableTruth { .. }
        | SlotTruth { .. }
        | And { .. }
        | Or { .. }
        | Not { .. }
        | IsTrue { .. }
        | KnownTruth { .. }
        | KnownNumber { .. }
        | CompareConstant { .. }
        | CompareNumbers { .. }
        | InWindows { .. }
        | HowMany { .. }
        | SelectTruth { .. }
        | IfKnownTruth { .. }
        | NumberConstant { .. }
        | NumberUnknown { .. }
        | LoadNumber { .. }
        | TableNumber { .. }
        | SlotNumber { .. }
        | Add { .. }
        | Subtract { .. }
        | Multiply { .. }
        | AddConstant { .. }
        | MultiplyConstant { .. }
        | Negate { .. }
        | DivideConstant { .. }
        | Minimum { .. }
        | Maximum { .. }
        | MinimumConstant { .. }
        | MaximumConstant { .. }
        | MultiplyDivide { .. }
        | SelectNumber { .. }
        | IfKnownNumber { .. }
        | AddIf { .. }
        | AddWhere { .. }
        | ZeroUnknown { .. }
        | Bins { .. }
        | DaysSince { .. }
        | Factor { .. }
        | First { .. }
        | Last { .. }
        | KnownWhere { .. }
        | TruthNumber { .. }
        | Evaluated { .. }
        | TallyRule { .. }
        | TallyConstant { .. }
        | TallyCodes { .. } => true,
        _ => false,
    }
}
