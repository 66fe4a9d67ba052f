//! Running a program: the interpreter, and whatever else loops over many rows, compiled for the vector instructions
//! that the processor has.

use crate::execute::execute;
use crate::{Frame, Registers};
use qualify_plan::{Instruction, Program};
use std::sync::LazyLock;

/// Runs a verified program over the rows of a frame; its outputs stand in their registers.
pub fn run(program: &Program, frame: &mut Frame<'_>, registers: &mut Registers) {
    registers.begin(&program.registers);
    run_code(&program.code, frame, registers);
}

/// Runs some instructions of a verified program for which the registers were made ready.
pub fn run_code(code: &[Instruction], frame: &mut Frame<'_>, registers: &mut Registers) {
    BEST.run_code(code, frame, registers);
}

static BEST: LazyLock<Level> = LazyLock::new(|| Level::all().last().copied().unwrap_or(Level(Kind::Plain)));

/// Work with loops over many values that gains from vector instructions.
pub trait Task {
    /// Does it. Mark it, and what loops in it, `#[inline(always)]`: it is compiled once for each level.
    fn run(self);
}

/// Does some work with the best vector instructions that the processor has.
pub fn run_task(task: impl Task) {
    BEST.run_task(task);
}

/// Which vector instructions are used. There are only levels that this processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Those that every processor of the kind has.
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 with the extensions F, BW, DQ and VL.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// All that this processor can run, rising.
    pub fn all() -> Vec<Level> {
        let mut levels = vec![Level(Kind::Plain)];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi2") {
                levels.push(Level(Kind::Avx2));
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                {
                    levels.push(Level(Kind::Avx512));
                }
            }
        }
        levels
    }

    /// As [`run`], with these instructions.
    pub fn run(self, program: &Program, frame: &mut Frame<'_>, registers: &mut Registers) {
        registers.begin(&program.registers);
        self.run_code(&program.code, frame, registers);
    }

    /// As [`run_task`], with these instructions.
    #[allow(unsafe_code)] // as below
    pub fn run_task(self, task: impl Task) {
        match self.0 {
            Kind::Plain => task.run(),
            // SAFETY: `Level::all` gives this level only where the processor has these instructions.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { task_with_avx2(task) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { task_with_avx512(task) },
        }
    }

    /// As [`run_code`], with these instructions.
    #[inline]
    #[allow(unsafe_code)] // the only way to call a function compiled for more than the least processor
    pub fn run_code(self, code: &[Instruction], frame: &mut Frame<'_>, registers: &mut Registers) {
        let rows = frame.rows.min(registers.rows());
        match self.0 {
            _ if rows == 1 => one_row(code, frame, registers),
            Kind::Plain => execute(code, rows, frame, registers),
            // SAFETY: `Level::all` gives this level only where the processor has these instructions.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { with_avx2(code, rows, frame, registers) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { with_avx512(code, rows, frame, registers) },
        }
    }
}

/// For one row there are no loops, and what surrounds them would take most of the time.
#[inline(never)]
fn one_row(code: &[Instruction], frame: &mut Frame<'_>, registers: &mut Registers) {
    execute(code, 1, frame, registers);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2")]
fn with_avx2(code: &[Instruction], rows: usize, frame: &mut Frame<'_>, registers: &mut Registers) {
    execute(code, rows, frame, registers);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi2")]
fn with_avx512(code: &[Instruction], rows: usize, frame: &mut Frame<'_>, registers: &mut Registers) {
    execute(code, rows, frame, registers);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2")]
fn task_with_avx2(task: impl Task) {
    task.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi2")]
fn task_with_avx512(task: impl Task) {
    task.run();
}
