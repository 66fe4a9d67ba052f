//! What depends on one text or list attribute alone is computed once for each of its values: it moves from the
//! main program into a table.

use super::schedule::{Order, Surroundings};
use super::{Depends, Graph, Lowering};
use crate::Instruction as I;
use crate::*;
use qualify_model::RuleId;
use std::collections::HashMap;

/// Rules whose whole effect depends on one attribute.
pub(crate) struct Tallied {
    pub(crate) attribute: u32,
    /// Rule, where it fires, its points.
    pub(crate) rules: Vec<(RuleId, T, N)>,
    /// The leads that they are for.
    pub(crate) condition: T,
}

/// Tables in the making: for each attribute the values that are read of it.
#[derive(Default)]
pub(crate) struct Tables {
    /// Attribute and values, in the order of the tables.
    tables: Vec<(u32, Vec<Register>)>,
    of_attribute: HashMap<u32, usize>,
    places: HashMap<(usize, Register), u32>,
}

impl Tables {
    fn table(&mut self, attribute: u32) -> usize {
        *self.of_attribute.entry(attribute).or_insert_with(|| {
            self.tables.push((attribute, Vec::new()));
            self.tables.len() - 1
        })
    }

    fn output(&mut self, table: usize, value: Register) -> u32 {
        let outputs = &mut self.tables[table].1;
        *self.places.entry((table, value)).or_insert_with(|| {
            outputs.push(value);
            outputs.len() as u32 - 1
        })
    }
}

impl Lowering<'_> {
    /// The effects that count the codes of tables.
    pub(crate) fn code_tallies(&mut self, _effects: &mut HashMap<u32, Vec<Instruction>>) -> Vec<Instruction> {
        let mut tallies = Vec::new();
        for tallied in std::mem::take(&mut self.code_tallies) {
            let table = self.tables.table(tallied.attribute);
            let rules = tallied.rules.into_iter().map(|(rule, fired, points)| {
                let fired = self.tables.output(table, fired.register());
                (rule, fired, self.tables.output(table, points.register()))
            });
            let rules = rules.collect();
            let tally = CodeTallyAt(self.plan.code_tallies.len() as u32);
            self.plan.code_tallies.push(CodeTally { table: table as u32, rules });
            tallies.push(I::TallyCodes { tally, condition: tallied.condition });
        }
        tallies
    }

    /// Finds what moves into tables, writes their programs, and says what stands for it in the main program.
    pub(crate) fn code_tables(
        &mut self,
        outputs: &[Register],
        effects: &HashMap<u32, Vec<Instruction>>,
        tallies: &[Instruction],
        evaluated: Option<T>,
    ) -> HashMap<u32, Instruction> {
        let mut search = Search {
            graph: &self.leads,
            late: &self.late,
            tables: std::mem::take(&mut self.tables),
            instead: HashMap::new(),
            seen: vec![false; self.leads.len()],
            open: Vec::new(),
        };
        search.open.extend(outputs.iter().map(|output| output.1));
        search.open.extend(evaluated.map(|evaluated| evaluated.0));
        let mut behind: Vec<u32> = effects.keys().copied().collect();
        behind.sort_unstable();
        behind
            .iter()
            .flat_map(|value| &effects[value])
            .chain(tallies)
            .for_each(|effect| search.reads(effect));
        search.run();
        let Search { tables, instead, .. } = search;
        for (attribute, outputs) in &tables.tables {
            self.plan.tables.push(table(&self.leads, *attribute, outputs));
        }
        instead
    }
}

/// The program over the values of an attribute: input 0 is the value.
fn table(graph: &Graph, attribute: u32, outputs: &[Register]) -> CodeTable {
    let input = InputAt(0);
    let mut instead = HashMap::new();
    for load in [
        I::LoadText { to: ToX(0), input: InputAt(attribute) },
        I::LoadList { to: ToL(0), input: InputAt(attribute) },
    ] {
        if let Some(number) = graph.find(&load) {
            let of_value = match load {
                I::LoadText { .. } => I::LoadText { to: ToX(0), input },
                _ => I::LoadList { to: ToL(0), input },
            };
            instead.insert(number, of_value);
        }
    }
    let mut order = Order::new(graph, Surroundings { instead, ..Surroundings::default() });
    outputs.iter().for_each(|output| order.value(output.1));
    CodeTable { attribute, program: order.program(outputs) }
}

struct Search<'g> {
    graph: &'g Graph,
    late: &'g HashMap<SlotAt, Instruction>,
    tables: Tables,
    instead: HashMap<u32, Instruction>,
    seen: Vec<bool>,
    open: Vec<u32>,
}

impl Search<'_> {
    fn run(&mut self) {
        while let Some(number) = self.open.pop() {
            if std::mem::replace(&mut self.seen[number as usize], true) {
                continue;
            }
            let node = self.graph.node(number);
            if let Depends::Code(attribute) = node.depends
                && matches!(node.ty, RegisterType::Truth | RegisterType::Number)
                && !self.is_known(&node.instruction)
            {
                let table = self.tables.table(attribute);
                let output = OutputAt(self.tables.output(table, Register(node.ty, number)));
                let table = TableAt(table as u32);
                let read = match node.ty {
                    RegisterType::Truth => I::TableTruth { to: ToT(0), table, output },
                    _ => I::TableNumber { to: ToN(0), table, output },
                };
                self.instead.insert(number, read);
                continue;
            }
            self.reads(&node.instruction);
        }
    }

    /// Whether a value is known needs no table.
    fn is_known(&self, instruction: &Instruction) -> bool {
        match instruction {
            I::KnownText { .. } | I::KnownList { .. } => true,
            I::Not { a, .. } => self.is_known(&self.graph.node(a.0).instruction),
            _ => false,
        }
    }

    fn reads(&mut self, instruction: &Instruction) {
        for operand in instruction.operands() {
            match operand {
                Operand::Read(_, number) => self.open.push(number),
                Operand::ReadAll(_, numbers) => self.open.extend(numbers),
                Operand::Place(PlaceKind::Slot, slot) => {
                    if let Some(compute) = self.late.get(&SlotAt(slot)) {
                        self.reads(&compute.clone());
                    }
                }
                _ => {}
            }
        }
    }
}
