//! Programs: straight lines of instructions over the rows of one domain.

use crate::{Instruction, Operand, Register, RegisterType};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A straight line of instructions. Every register is written before it is read, unless the program is damaged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// In the order of execution.
    #[serde(skip)]
    pub code: Vec<Instruction>,
    /// How many registers of each type it uses.
    pub registers: RegisterCounts,
    /// What it gives; not written to again behind their last write.
    pub outputs: Vec<Register>,
}

/// How many registers of each type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct RegisterCounts {
    pub truths: u32,
    pub numbers: u32,
    pub wides: u32,
    pub texts: u32,
    pub lists: u32,
}

impl Program {
    /// The same without counting what rules do: what only counts is left out, and what only that needs.
    pub fn uncounted(&self) -> Program {
        let mut alive: HashSet<(RegisterType, u32)> = self.outputs.iter().map(|r| (r.0, r.1)).collect();
        let mut code = Vec::with_capacity(self.code.len());
        for instruction in self.code.iter().rev() {
            let operands = instruction.operands();
            let written = operands.iter().filter_map(|operand| match operand {
                Operand::Write(ty, register) => Some((*ty, *register)),
                _ => None,
            });
            let written: Vec<_> = written.collect();
            // what writes to no register does something else
            let is_read = written.is_empty() || written.iter().any(|register| alive.contains(register));
            if instruction.counts() || !is_read {
                continue;
            }
            written.iter().for_each(|register| _ = alive.remove(register));
            for operand in &operands {
                match operand {
                    Operand::Read(ty, register) => _ = alive.insert((*ty, *register)),
                    Operand::ReadAll(ty, registers) => alive.extend(registers.iter().map(|r| (*ty, *r))),
                    _ => {}
                }
            }
            code.push(instruction.clone());
        }
        code.reverse();
        Program { code, ..self.clone() }
    }
}
