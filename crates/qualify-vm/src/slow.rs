//! Instructions that vectors do not help: wide numbers, divisions, decay, texts, lists, facts. Row by row.

mod facts;
mod lists;
mod numbers;
mod texts;
mod wides;

use crate::{Frame, Registers};
use qualify_plan::Instruction as I;

/// Runs an instruction that is not in [`execute`](crate::execute).
#[inline(never)]
pub(crate) fn step(instruction: &I, rows: usize, f: &mut Frame<'_>, r: &mut Registers) {
    match instruction.code() {
        14 | 90..=119 | 73 | 165 => wides::step(instruction, rows, f, r),
        0..=39 | 69 | 120..=130 => {
            if !lists::step(instruction, rows, f, r) {
                texts::step(instruction, rows, f, r);
            }
        }
        140..=159 => {
            lists::step(instruction, rows, f, r);
        }
        164 => facts::step(instruction, rows, f, r),
        _ => numbers::step(instruction, rows, f, r),
    }
}
