//! Event programs over chosen events: their rows are gathered first.

use crate::facts::Given;
use crate::worker::EventPrograms;
use qualify_model::{Column, EventColumns};
use qualify_plan::{Operand, PlaceKind, Plan, Program, Register};
use qualify_vm::{Arguments, CHUNK, Frame, Input, NoFacts, Registers, Slots, Sources, Tallies};

/// Room for rows, used again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gather {
    /// For each event program the columns that it reads.
    reads: Vec<Vec<u32>>,
    columns: Vec<Rows>,
    times: Vec<i64>,
}

#[derive(Clone, Debug, Default)]
struct Rows {
    truths: Vec<u8>,
    numbers: Vec<i64>,
    known: Vec<u8>,
    codes: Vec<u32>,
}

/// Takes the outputs of a program, the registers that hold them, and how many rows they have.
pub(crate) type Take<'t> = dyn FnMut(&[Register], &Registers, &Sources<'_>, usize) + 't;

/// Columns that fit on the stack.
const FEW: usize = 24;

impl Gather {
    pub fn new(plan: &Plan) -> Gather {
        let reads = |program: &Program| {
            let operands = program.code.iter().flat_map(|instruction| instruction.operands());
            let inputs = operands.filter_map(|operand| match operand {
                Operand::Place(PlaceKind::Input, column) => Some(column),
                _ => None,
            });
            let mut inputs: Vec<u32> = inputs.collect();
            inputs.sort_unstable();
            inputs.dedup();
            inputs
        };
        Gather {
            reads: plan.event_programs.iter().map(reads).collect(),
            columns: vec![Rows::default(); plan.needs.properties.len()],
            times: Vec::new(),
        }
    }

    /// Runs a program over events of the batch, some at a time: `take` gets the registers, with the rows of the
    /// first of these events on, and how many. `times` are the numbers of events with the value in hand, one for
    /// each event, or nothing.
    #[allow(clippy::too_many_arguments)] // all parts of a run
    pub fn run(
        &mut self,
        program: u32,
        events: &[usize],
        times: &[i64],
        arguments: &Given,
        run: &EventPrograms<'_>,
        registers: &mut Registers,
        take: &mut Take<'_>,
    ) {
        let Some(code) = run.engine.plan.event_programs.get(program as usize) else { return };
        let most = registers.rows().clamp(1, CHUNK);
        for (part, events) in events.chunks(most).enumerate() {
            let times = times.get(part * most..part * most + events.len()).unwrap_or_default();
            self.take_rows(program, run.events, events);
            let mut few = [Input::Absent; FEW];
            let mut many = Vec::new();
            let inputs = if self.columns.len() <= FEW {
                &mut few[..self.columns.len()]
            } else {
                many.resize(self.columns.len(), Input::Absent);
                &mut many[..]
            };
            for column in &self.reads[program as usize] {
                let (Some(input), Some(rows)) =
                    (inputs.get_mut(*column as usize), self.columns.get(*column as usize))
                else {
                    continue;
                };
                *input = rows.input(run.events.properties.get(*column as usize));
            }
            let mut frame = Frame {
                plan: &run.engine.plan,
                prepared: &run.engine.prepared,
                bound: &run.engine.bound,
                rows: events.len(),
                inputs,
                tables: &[],
                slots: &mut Slots::default(),
                arguments: Arguments {
                    truths: &arguments.truths,
                    numbers: &arguments.numbers,
                    texts: &arguments.texts,
                    lists: &arguments.lists,
                },
                event_times: &self.times,
                times,
                tallies: &mut Tallies::default(),
                host: &mut NoFacts,
            };
            qualify_vm::run(code, &mut frame, registers);
            take(&code.outputs, registers, &frame.sources(), events.len());
        }
    }

    fn take_rows(&mut self, program: u32, batch: &EventColumns, events: &[usize]) {
        self.times.clear();
        self.times.extend(events.iter().map(|event| batch.times[*event]));
        for column in &self.reads[program as usize] {
            let values = batch.properties.get(*column as usize);
            if let (Some(rows), Some(values)) = (self.columns.get_mut(*column as usize), values) {
                rows.take(values, events);
            }
        }
    }
}

impl Rows {
    fn take(&mut self, column: &Column, events: &[usize]) {
        match column {
            Column::YesNo(values) => {
                self.truths.clear();
                self.truths.extend(events.iter().map(|event| values[*event]));
            }
            Column::Number { values, known } => {
                self.numbers.clear();
                self.numbers.extend(events.iter().map(|event| values[*event]));
                self.known.clear();
                if let Some(known) = known {
                    self.known.extend(events.iter().map(|event| known[*event]));
                }
            }
            Column::Text { codes, .. } | Column::List { codes, .. } => {
                self.codes.clear();
                self.codes.extend(events.iter().map(|event| codes[*event]));
            }
        }
    }

    fn input<'a>(&'a self, column: Option<&'a Column>) -> Input<'a> {
        match column {
            None => Input::Absent,
            Some(Column::YesNo(_)) => Input::Truths(&self.truths),
            Some(Column::Number { known, .. }) => {
                Input::Numbers { values: &self.numbers, known: known.as_ref().map(|_| self.known.as_slice()) }
            }
            Some(Column::Text { dictionary, .. }) => Input::Texts { codes: &self.codes, dictionary },
            Some(Column::List { dictionary, .. }) => Input::Lists { codes: &self.codes, dictionary },
        }
    }
}
