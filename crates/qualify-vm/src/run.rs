//! Running a program: the interpreter compiled for the vector instructions that the processor has.

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
    LEVEL.run(code, frame, registers);
}

static LEVEL: LazyLock<Level> = LazyLock::new(Level::of_this_processor);

/// Which vector instructions are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Those that every processor of the kind has.
    Plain,
    /// AVX2.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 with the extensions F, BW, DQ and VL.
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Level {
    /// The best.
    pub(crate) fn of_this_processor() -> Level {
        Level::all().last().copied().unwrap_or(Level::Plain)
    }

    /// All that this processor can run, rising.
    pub(crate) fn all() -> Vec<Level> {
        let mut levels = vec![Level::Plain];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi2") {
                levels.push(Level::Avx2);
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                {
                    levels.push(Level::Avx512);
                }
            }
        }
        levels
    }

    #[inline]
    #[allow(unsafe_code)] // the only way to call a function compiled for more than the least processor
    pub(crate) fn run(self, code: &[Instruction], frame: &mut Frame<'_>, registers: &mut Registers) {
        match self {
            Level::Plain => execute(code, frame, registers),
            // SAFETY: `Level::all` gives this level only where the processor has these instructions.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { with_avx2(code, frame, registers) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { with_avx512(code, frame, registers) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi2")]
fn with_avx2(code: &[Instruction], frame: &mut Frame<'_>, registers: &mut Registers) {
    execute(code, frame, registers);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi2")]
fn with_avx512(code: &[Instruction], frame: &mut Frame<'_>, registers: &mut Registers) {
    execute(code, frame, registers);
}
