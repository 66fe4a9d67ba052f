//! Programs: straight lines of instructions over the rows of one domain.

use crate::{Instruction, Register};
use serde::{Deserialize, Serialize};

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
