//! Running a program.

use crate::{Frame, Registers};
use qualify_plan::{Instruction, Program};

/// Runs a verified program over the rows of a frame; its outputs stand in their registers.
pub fn run(program: &Program, frame: &mut Frame<'_>, registers: &mut Registers) {
    registers.begin(&program.registers);
    run_code(&program.code, frame, registers);
}

/// Runs some instructions of a program for which the registers were made ready.
pub fn run_code(_code: &[Instruction], _frame: &mut Frame<'_>, _registers: &mut Registers) {}
