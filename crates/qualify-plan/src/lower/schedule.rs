//! From values to programs: an order in which values die early, and registers that are used again.

use super::Graph;
use crate::registers::{allocate, each_read};
use crate::{FactAt, Instruction, Program, Register, SlotAt};
use std::collections::{HashMap, HashSet};

/// What an order must know beside the values.
#[derive(Default)]
pub(crate) struct Surroundings {
    /// For some values another instruction that gives them.
    pub(crate) instead: HashMap<u32, Instruction>,
    /// For slots of late facts the instruction that fills them.
    pub(crate) late: HashMap<SlotAt, Instruction>,
    /// Effects that stand right behind a value.
    pub(crate) behind: HashMap<u32, Vec<Instruction>>,
}

/// Lines of a program; registers are still the numbers of values.
pub(crate) struct Order<'g> {
    graph: &'g Graph,
    around: Surroundings,
    done: Vec<bool>,
    facts: HashSet<FactAt>,
    lines: Vec<Instruction>,
}

enum Visit {
    Value(u32),
    Line(u32),
    Effect(Instruction),
}

impl Graph {
    /// A program that gives these values.
    pub(crate) fn program(&self, outputs: &[Register]) -> Program {
        let mut order = Order::new(self, Surroundings::default());
        outputs.iter().for_each(|output| order.value(output.1));
        order.program(outputs)
    }
}

impl<'g> Order<'g> {
    pub(crate) fn new(graph: &'g Graph, around: Surroundings) -> Order<'g> {
        Order { graph, around, done: vec![false; graph.len()], facts: HashSet::new(), lines: Vec::new() }
    }

    /// Computes a value, and first what it reads.
    pub(crate) fn value(&mut self, number: u32) {
        self.visit(vec![Visit::Value(number)]);
    }

    /// Does something, when what it reads is computed.
    pub(crate) fn effect(&mut self, instruction: Instruction) {
        let mut stack = Vec::new();
        self.push_effect(instruction, &mut stack);
        self.visit(stack);
    }

    fn visit(&mut self, mut stack: Vec<Visit>) {
        while let Some(visit) = stack.pop() {
            match visit {
                Visit::Value(number) if self.done[number as usize] => {}
                Visit::Value(number) => {
                    stack.push(Visit::Line(number));
                    let instruction = self.instruction(number).clone();
                    if let Some(slot) = slot_of(&instruction)
                        && let Some(compute) = self.around.late.get(&slot)
                    {
                        let compute = compute.clone();
                        self.push_effect(compute, &mut stack);
                    }
                    push_reads(&instruction, &mut stack);
                }
                Visit::Line(number) if self.done[number as usize] => {}
                Visit::Line(number) => {
                    self.done[number as usize] = true;
                    let mut line = self.instruction(number).clone();
                    line.rename(&mut |written, _, read| if written { number } else { read });
                    self.lines.push(line);
                    for effect in self.around.behind.remove(&number).unwrap_or_default().into_iter().rev() {
                        self.push_effect(effect, &mut stack);
                    }
                }
                Visit::Effect(Instruction::ComputeFact { fact, .. }) if !self.facts.insert(fact) => {}
                Visit::Effect(instruction) => self.lines.push(instruction),
            }
        }
    }

    fn instruction(&self, number: u32) -> &Instruction {
        self.around.instead.get(&number).unwrap_or_else(|| &self.graph.node(number).instruction)
    }

    fn push_effect(&self, instruction: Instruction, stack: &mut Vec<Visit>) {
        let reads = instruction.clone();
        stack.push(Visit::Effect(instruction));
        push_reads(&reads, stack);
    }

    /// Gives registers to what was ordered.
    pub(crate) fn program(mut self, outputs: &[Register]) -> Program {
        // effects whose value nobody asked for
        let rest: Vec<_> = std::mem::take(&mut self.around.behind).into_iter().collect();
        let mut rest: Vec<(u32, Vec<Instruction>)> = rest;
        rest.sort_by_key(|(number, _)| *number);
        rest.into_iter().flat_map(|(_, effects)| effects).for_each(|effect| self.effect(effect));
        allocate(self.lines, self.graph.len(), outputs)
    }
}

fn slot_of(instruction: &Instruction) -> Option<SlotAt> {
    match instruction {
        Instruction::SlotTruth { slot, .. }
        | Instruction::SlotNumber { slot, .. }
        | Instruction::SlotWide { slot, .. }
        | Instruction::SlotText { slot, .. }
        | Instruction::SlotList { slot, .. } => Some(*slot),
        _ => None,
    }
}

/// Reads are computed in the order of the operands: the last pushed comes first.
fn push_reads(instruction: &Instruction, stack: &mut Vec<Visit>) {
    let from = stack.len();
    each_read(instruction, &mut |number| stack.push(Visit::Value(number)));
    stack[from..].reverse();
}
