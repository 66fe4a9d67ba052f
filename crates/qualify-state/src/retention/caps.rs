//! How far a count matters: `at least 3 times` cannot tell three from more.

use qualify_model::Comparison;
use qualify_plan::{Instruction as I, Operand, Plan, Register, RegisterType, SlotAt};
use std::collections::HashMap;

/// A number that is `a * count + c`, as far as the count matters.
type Line = (i128, i128);

/// From this number on all results are the same whatever the count in a slot is; none if there is no such number.
pub(crate) fn cap(plan: &Plan, slot: SlotAt) -> Option<u64> {
    cap_where(plan, |_, instruction| matches!(instruction, I::SlotNumber { slot: of, .. } if *of == slot))
}

/// The same for the number that an instruction of the main program gives, as far as that is not below zero.
pub(crate) fn cap_of_result(plan: &Plan, instruction: usize) -> Option<u64> {
    cap_where(plan, |place, _| place == instruction)
}

/// The same for the number that some instructions give.
fn cap_where(plan: &Plan, is_source: impl Fn(usize, &I) -> bool) -> Option<u64> {
    let mut lines: HashMap<u32, Line> = HashMap::new();
    let mut cap = 0u64;
    for (place, instruction) in plan.main.code.iter().enumerate() {
        let operands = instruction.operands();
        let line = match instruction {
            _ if is_source(place, instruction) => Some((1, 0)),
            // what is tallied is no result
            I::TallyRule { .. } | I::TallyConstant { .. } | I::TallyWide { .. } => None,
            _ if !reads(&operands, &lines) => None,
            other => match step(plan, other, &lines)? {
                Step::Line(line, least) => {
                    cap = cap.max(least);
                    Some(line)
                }
                Step::Done(least) => {
                    cap = cap.max(least);
                    None
                }
            },
        };
        for operand in &operands {
            if let Operand::Write(RegisterType::Number, to) = operand {
                lines.remove(to);
                line.filter(|(a, _)| *a != 0).map(|line| lines.insert(*to, line));
            }
        }
    }
    let is_output = |Register(ty, at): &Register| *ty == RegisterType::Number && lines.contains_key(at);
    (!plan.main.outputs.iter().any(is_output)).then_some(cap)
}

fn reads(operands: &[Operand], lines: &HashMap<u32, Line>) -> bool {
    operands.iter().any(|operand| match operand {
        Operand::Read(RegisterType::Number, at) => lines.contains_key(at),
        Operand::ReadAll(RegisterType::Number, all) => all.iter().any(|at| lines.contains_key(at)),
        _ => false,
    })
}

/// What an instruction makes of a line.
enum Step {
    /// Another line, from the count on.
    Line(Line, u64),
    /// The same for all counts from this on.
    Done(u64),
}

fn step(plan: &Plan, instruction: &I, lines: &HashMap<u32, Line>) -> Option<Step> {
    let line = |at: u32| lines.get(&at).copied();
    Some(match instruction {
        I::KnownNumber { .. } => Step::Done(0),
        I::CompareConstant { how, a, b, .. } => {
            let line = line(a.0)?;
            // all comparisons are settled behind the constant, some at it
            let at_it = match line.0 > 0 {
                true => matches!(how, Comparison::GreaterOrEqual | Comparison::Less),
                false => matches!(how, Comparison::LessOrEqual | Comparison::Greater),
            };
            Step::Done(if at_it { reaches(line, *b)? } else { passes(line, *b)? })
        }
        I::AddConstant { a, b, .. } => Step::Line((line(a.0)?.0, line(a.0)?.1 + *b as i128), 0),
        I::MultiplyConstant { a, b, .. } => {
            let (by, (slope, start)) = (*b as i128, line(a.0)?);
            Step::Line((slope.checked_mul(by)?, start.checked_mul(by)?), 0)
        }
        I::Negate { a, .. } => Step::Line((-line(a.0)?.0, -line(a.0)?.1), 0),
        I::MinimumConstant { a, b, .. } => match line(a.0)? {
            line @ (1.., _) => Step::Done(reaches(line, *b)?),
            line => Step::Line(line, reaches(line, *b)?),
        },
        I::MaximumConstant { a, b, .. } => match line(a.0)? {
            line @ (1.., _) => Step::Line(line, reaches(line, *b)?),
            line => Step::Done(reaches(line, *b)?),
        },
        I::Bins { a, bins, .. } => {
            let edges = &plan.constants.bins.get(bins.index())?.edges;
            let line = line(a.0)?;
            let edge = if line.0 > 0 { edges.last() } else { edges.first() };
            Step::Done(edge.map_or(Some(0), |edge| passes(line, *edge))?)
        }
        I::InNumbers { a, set, .. } => {
            let numbers = plan.constants.numbers.get(set.index())?;
            let line = line(a.0)?;
            let edge = if line.0 > 0 { numbers.iter().max() } else { numbers.iter().min() };
            Step::Done(edge.map_or(Some(0), |edge| passes(line, *edge))?)
        }
        I::ZeroUnknown { a, .. } | I::KnownWhere { a, .. } => Step::Line(line(a.0)?, 0),
        I::IfKnownNumber { a, b, .. } => match (line(a.0), line(b.0)) {
            (Some(line), None) | (None, Some(line)) => Step::Line(line, 0),
            (Some(a), Some(b)) if a == b => Step::Line(a, 0),
            _ => return None,
        },
        I::SelectNumber { then, otherwise, .. } => match (line(then.0), line(otherwise.0)) {
            (Some(line), None) | (None, Some(line)) => Step::Line(line, 0),
            (Some(a), Some(b)) if a == b => Step::Line(a, 0),
            _ => return None,
        },
        _ => return None,
    })
}

/// The least count at which a line has come to a number.
fn reaches((slope, start): Line, number: i64) -> Option<u64> {
    let (slope, way) = match slope > 0 {
        true => (slope, number as i128 - start),
        false => (-slope, start - number as i128),
    };
    if way <= 0 {
        return Some(0);
    }
    u64::try_from((way - 1).checked_div(slope)? + 1).ok()
}

/// The least count at which a line has gone beyond a number.
fn passes((slope, start): Line, number: i64) -> Option<u64> {
    let (slope, way) = match slope > 0 {
        true => (slope, number as i128 - start),
        false => (-slope, start - number as i128),
    };
    if way < 0 {
        return Some(0);
    }
    u64::try_from(way.checked_div(slope)? + 1).ok()
}
