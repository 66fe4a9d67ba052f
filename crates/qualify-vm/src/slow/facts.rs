//! Facts that depend on values of the lead.

use crate::{FactArguments, Frame, Registers, Sources};
use qualify_plan::{Ask, Instruction as I, Plan};

/// How many slots the answer of a fact has.
pub(crate) fn answers(plan: &Plan, ask: &Ask) -> usize {
    match ask {
        Ask::Count | Ask::Newest | Ask::Days | Ask::Different(_) | Ask::Choose(..) | Ask::Groups { .. } => 1,
        Ask::Total(_) | Ask::Sum(_) | Ask::Factors(_) => 2,
        Ask::Each(_) => 3,
        Ask::OfNewest(program) => {
            plan.event_programs.get(*program as usize).map_or(0, |program| program.outputs.len())
        }
    }
}

pub(super) fn step(instruction: &I, rows: usize, f: &mut Frame<'_>, r: &mut Registers) {
    let I::ComputeFact { fact, truths, numbers, texts, lists } = instruction else { return };
    let Some(asked) = f.plan.facts.get(fact.index()) else { return };
    let from = asked.slot.index();
    let to = from.saturating_add(answers(f.plan, &asked.ask)).min(f.slots.columns.len());
    // the answers are taken out while they are written, as arguments may be texts and lists that stand in other slots
    let mut columns = std::mem::take(&mut r.scratch.answers);
    columns.clear();
    columns.extend(f.slots.columns.get_mut(from..to).unwrap_or_default().iter_mut().map(std::mem::take));
    let sources =
        Sources { constants: &f.plan.constants, inputs: f.inputs, slots: f.slots, arguments: f.arguments };
    let arguments = FactArguments { rows, registers: r, sources, truths, numbers, texts, lists };
    f.host.fact(*fact, &arguments, &mut columns);
    for (slot, column) in f.slots.columns.iter_mut().skip(from).zip(columns.drain(..)) {
        *slot = column;
    }
    r.scratch.answers = columns;
}
