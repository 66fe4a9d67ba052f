//! What machine code calls: arithmetic that is not worth translating.

use qualify_model::{calendar, exact};
use qualify_plan::BoundCurve;

/// See [`Instruction::MultiplyDivide`](qualify_plan::Instruction::MultiplyDivide).
pub(crate) extern "C" fn multiply_divide(a: i64, b: i64, by: i64) -> i64 {
    exact::divide_rounded(a as i128 * b as i128, by as i128).unwrap_or(0) as i64
}

/// See [`Instruction::DivideConstant`](qualify_plan::Instruction::DivideConstant).
pub(crate) extern "C" fn divide(a: i64, by: i64) -> i64 {
    exact::divide_rounded(a as i128, by as i128).unwrap_or(0) as i64
}

/// See [`Instruction::DaysSince`](qualify_plan::Instruction::DaysSince).
pub(crate) extern "C" fn days_since(as_of: i64, instant: i64) -> i64 {
    calendar::days_since(as_of, instant)
}

/// See [`Instruction::Factor`](qualify_plan::Instruction::Factor).
pub(crate) extern "C" fn factor(curve: &BoundCurve, as_of: i64, since: i64) -> i64 {
    curve.numerator(as_of, since)
}
