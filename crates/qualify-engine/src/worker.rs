//! What one thread needs to score batches, used again from batch to batch.

use crate::engine::Engine;
use crate::facts::{Facts, Walker};
use crate::pass::{Cells, Layout, Pass, Rows};
use crate::results;
use crate::tables::Tables;
use qualify_model::{Batch, EventColumns, LongLead, ScoreColumns};
use qualify_plan::{FactAt, Plan};
use qualify_vm::{
    Arguments, CHUNK, FactArguments, Frame, Host, Input, NoFacts, Registers, SlotColumn, Slots, Tallies,
};
use std::ops::Range;

/// Events of a block at most, unless one lead has more: the caches hold what the pass keeps of them.
const EVENTS: usize = 1 << 15;

/// See the module.
#[derive(Debug)]
pub struct Worker<'e> {
    engine: &'e Engine,
    room: Room,
}

/// What a thread needs beside the engine.
#[derive(Debug)]
pub(crate) struct Room {
    registers: Registers,
    event_registers: Registers,
    slots: Slots,
    tables: Tables,
    pass: Pass,
    facts: Facts,
    tallies: Tallies,
    /// Leads in a chunk at most.
    rows: usize,
    /// What machine code is given.
    #[cfg(feature = "jit")]
    words: Vec<usize>,
    /// Layouts of other instants, with their cells, see [`Room::move_to`].
    spare: Vec<(Layout, Cells)>,
}

/// Layouts that are kept at most.
const SPARE: usize = 16;

impl Engine {
    /// For one thread.
    pub fn worker(&self) -> Worker<'_> {
        self.worker_of(CHUNK)
    }

    /// For leads that come one by one, or at most so many at a time.
    pub fn worker_of(&self, rows: usize) -> Worker<'_> {
        Worker { engine: self, room: Room::new(self, rows) }
    }
}

impl Worker<'_> {
    /// Scores the leads of a batch.
    pub fn score(&mut self, batch: &Batch) -> ScoreColumns {
        let mut scores = ScoreColumns::default();
        self.score_into(batch, &mut scores);
        scores
    }

    /// Scores the leads of a batch into columns that may be used again; what they held is gone.
    pub fn score_into(&mut self, batch: &Batch, scores: &mut ScoreColumns) {
        self.room.score_into(self.engine, batch, scores);
    }

    /// The answers of the general way to all facts that are not late, for a batch of one block.
    #[cfg(test)]
    pub(crate) fn general(&mut self, batch: &Batch) -> Vec<SlotColumn> {
        self.room.general(self.engine, batch)
    }

    /// The answers to the facts of the last block.
    #[cfg(test)]
    pub(crate) fn slots(&self) -> &Slots {
        &self.room.slots
    }
}

impl Room {
    /// For leads of an engine, at most so many at a time.
    pub fn new(engine: &Engine, rows: usize) -> Room {
        let rows = rows.clamp(1, CHUNK);
        let mut slots = Slots::new(&engine.plan, rows);
        if let Some(program) = engine.batch_program(rows) {
            program.add_slots(&mut slots, rows);
        }
        Room {
            registers: Registers::new(rows),
            event_registers: Registers::new(CHUNK),
            slots,
            tables: Tables::new(&engine.plan),
            pass: Pass::new(&engine.plan, &engine.layout),
            facts: Facts::new(&engine.plan, &engine.bound),
            tallies: Tallies::new(&engine.plan, &[]),
            rows,
            #[cfg(feature = "jit")]
            words: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Whether a matcher means an event of the last block.
    pub fn means(&self, event: usize, matcher: u32) -> bool {
        let class = self.pass.class_of.get(event);
        class.is_some_and(|class| self.pass.classes.means(*class, matcher))
    }

    /// The answers to the facts of the last block.
    pub fn answers(&self) -> &Slots {
        &self.slots
    }

    /// See [`Facts::parts`].
    pub fn parts(&self, fact: usize) -> (i128, i128) {
        self.facts.parts(fact)
    }

    /// Moves an engine and what was made ready for it to another instant. Where the edges of windows follow each
    /// other as before, they are found again and that is all; else another layout is made, or one that was made
    /// before is taken.
    pub fn move_to(&mut self, engine: &mut Engine, as_of: i64) {
        let Engine { plan, bound, layout, .. } = engine;
        bound.move_to(plan, as_of);
        if !layout.move_to(bound) {
            match self.spare.iter_mut().position(|(layout, _)| layout.move_to(bound)) {
                Some(at) => {
                    let (other, cells) = &mut self.spare[at];
                    std::mem::swap(layout, other);
                    std::mem::swap(&mut self.pass.cells, cells);
                }
                None => {
                    let other = Layout::moving(plan, bound);
                    let cells = std::mem::replace(&mut self.pass.cells, Cells::new(&other));
                    self.spare.truncate(SPARE - 1);
                    self.spare.insert(0, (std::mem::replace(layout, other), cells));
                }
            }
        }
        if layout.any_general {
            self.facts.move_to(plan, bound, &layout.left);
        }
        self.tables.move_to(plan);
    }

    fn score_into(&mut self, engine: &Engine, batch: &Batch, scores: &mut ScoreColumns) {
        results::clear(&engine.plan, scores);
        self.tables.adopt(engine, &batch.leads, &mut self.registers, &mut self.tallies);
        self.pass.adopt(&engine.plan, &batch.events);
        let mut start = 0;
        let mut long = batch.events.long.iter().filter(|long| long.row < batch.leads.rows).peekable();
        while start < batch.leads.rows {
            while long.next_if(|long| long.row < start).is_some() {} // they do not rise
            if let Some(lead) = long.next_if(|long| long.row == start) {
                self.long(engine, batch, lead, scores);
                self.pass.adopt(&engine.plan, &batch.events);
                start += 1;
                continue;
            }
            let rows = long.peek().map_or(batch.leads.rows, |long| long.row);
            let leads = start..self.end_of_block(&batch.events, start, rows);
            start = leads.end;
            self.block(engine, batch, leads, scores, Run::Batch);
        }
        self.tallies.settle(&engine.plan, self.tables.columns());
        // what lay in the columns is the room for the next batch
        std::mem::swap(&mut scores.tally, &mut self.tallies.rules);
        self.tallies.rules.clear(engine.plan.labels.rules.len());
    }

    /// Scores the one lead of a batch. Its dictionaries of attributes may grow from call to call, and begin anew after
    /// [`Room::forget`]; nothing of them is held. Those of events must be others as soon as they hold other texts.
    pub fn score_one(
        &mut self,
        engine: &Engine,
        batch: &Batch,
        scores: &mut ScoreColumns,
        watch: Option<Watch<'_>>,
    ) {
        let run = watch.map_or(Run::One, Run::Watched);
        results::clear(&engine.plan, scores);
        self.tables.adopt_one(engine, &batch.leads, &mut self.registers);
        self.pass.adopt(&engine.plan, &batch.events);
        self.block(engine, batch, 0..1, scores, run);
    }

    /// Forgets what was computed of the dictionary of an attribute.
    pub fn forget(&mut self, engine: &Engine, attribute: usize) {
        self.tables.forget(engine, attribute);
    }

    #[cfg(test)]
    fn general(&mut self, engine: &Engine, batch: &Batch) -> Vec<SlotColumn> {
        let Engine { plan, bound, layout, .. } = engine;
        let rows = Rows { plan, bound, layout, events: &batch.events, leads: 0..batch.leads.rows };
        let run = EventPrograms { engine, events: &batch.events };
        let mut slots = Slots::new(plan, self.rows);
        self.facts.begin(&self.pass, &rows);
        for (number, fact) in plan.facts.iter().enumerate().filter(|(_, fact)| !fact.late) {
            let answers = &mut slots.columns[fact.slot.index()..];
            let fact = FactAt(number as u32);
            self.facts.answer(fact, None, answers, &self.pass, &rows, &run, &mut self.event_registers);
        }
        slots.columns
    }

    fn end_of_block(&self, events: &EventColumns, start: usize, rows: usize) -> usize {
        let most = rows.min(start + self.rows);
        let Some(first) = events.offsets.get(start) else { return most };
        let fits = |row: usize| events.offsets.get(row).is_none_or(|end| (end - first) as usize <= EVENTS);
        if fits(most) {
            return most;
        }
        // the first row is taken in any case
        let ends = &events.offsets[start + 1..=most];
        let within = ends.partition_point(|end| (end - first) as usize <= EVENTS);
        start + within.max(1)
    }

    /// Scores a lead whose events come piece by piece.
    fn long(&mut self, engine: &Engine, batch: &Batch, lead: &LongLead, scores: &mut ScoreColumns) {
        let Engine { plan, bound, prepared, .. } = engine;
        let mut walker = Walker::new(engine, &*lead.events, &mut self.pass, &mut self.event_registers);
        let facts = plan.facts.iter().enumerate().filter(|(_, fact)| !fact.late);
        let facts = facts.map(|(number, fact)| (FactAt(number as u32), fact.slot.index()));
        self.facts.answer_long(facts, None, &mut self.slots.columns, &mut walker);
        let row = lead.row..lead.row + 1;
        let mut room = InputRoom::default();
        let inputs = room.fill(batch.leads.attributes.iter().map(|column| match column {
            Some(column) => Input::of(column, row.clone()),
            None => Input::Absent,
        }));
        let mut host = LateLongFacts { facts: &mut self.facts, walker };
        let mut frame = Frame {
            plan,
            prepared,
            bound,
            rows: 1,
            inputs,
            tables: self.tables.columns(),
            slots: &mut self.slots,
            arguments: Arguments::default(),
            event_times: &[],
            times: &[],
            tallies: &mut self.tallies,
            host: &mut host,
        };
        qualify_vm::run(&plan.main, &mut frame, &mut self.registers);
        results::append(&plan.outputs, &self.registers, 1, scores);
    }

    fn block<'a>(
        &mut self,
        engine: &Engine,
        batch: &'a Batch,
        leads: Range<usize>,
        scores: &mut ScoreColumns,
        how: Run<'_>,
    ) {
        let Engine { plan, bound, prepared, layout, .. } = engine;
        let rows = Rows { plan, bound, layout, events: &batch.events, leads: leads.clone() };
        let run = EventPrograms { engine, events: &batch.events };
        #[cfg(feature = "jit")]
        let machine = match how {
            Run::Batch => engine.machine(self.rows),
            Run::One => engine.machine_of_one(),
            Run::Watched(_) => None,
        };
        let program = engine.batch_program(self.rows).filter(|_| matches!(how, Run::Batch));
        let registers = &mut self.event_registers;
        let mut filter = |program: u32, range: Range<usize>, truths: &mut Vec<u8>| {
            run.filter(program, range, registers, truths);
        };
        self.pass.run(&rows, program, &mut self.slots, &mut filter);
        if layout.any_general {
            self.facts.begin(&self.pass, &rows);
            for fact in &layout.general {
                let at = plan.facts[*fact as usize].slot.index();
                let answers = &mut self.slots.columns[at..];
                self.facts.answer(FactAt(*fact), None, answers, &self.pass, &rows, &run, registers);
            }
        }
        let input =
            |column: &'a Option<_>| column.as_ref().map_or(Input::Absent, |c| Input::of(c, leads.clone()));
        let mut room = InputRoom::default();
        let inputs = room.fill(batch.leads.attributes.iter().map(input));
        let mut host = LateFacts {
            facts: &mut self.facts,
            pass: &self.pass,
            rows: &rows,
            run: &run,
            registers: &mut self.event_registers,
        };
        let mut frame = Frame {
            plan,
            prepared,
            bound,
            rows: leads.len(),
            inputs,
            tables: self.tables.columns(),
            slots: &mut self.slots,
            arguments: Arguments::default(),
            event_times: &[],
            times: &[],
            tallies: &mut self.tallies,
            host: &mut host,
        };
        match how {
            Run::Watched(watch) => watched(plan, &mut frame, &mut self.registers, watch),
            #[cfg(feature = "jit")]
            _ if let Some(machine) = machine => {
                machine.run(&mut frame, &mut self.registers, &mut self.words);
            }
            _ => {
                let main = program.map_or(&plan.main, |program| &program.program);
                qualify_vm::run(main, &mut frame, &mut self.registers);
            }
        }
        if let Some(program) = program {
            let evaluated = &self.registers.evaluated[..leads.len()];
            self.pass.tally(program, evaluated, &mut self.tallies.rules);
        }
        let outputs = program.map_or(&plan.outputs, |program| &program.outputs);
        results::append(outputs, &self.registers, leads.len(), scores);
    }
}

/// How the main program runs.
enum Run<'w> {
    /// Over leads of a batch, rules are tallied.
    Batch,
    /// Over one lead, of which nothing need be tallied.
    One,
    /// The same, watched.
    Watched(Watch<'w>),
}

/// Who is told of each instruction of the main program before it runs: its place, and what the registers hold.
pub(crate) type Watch<'w> = &'w mut dyn FnMut(usize, &Registers);

/// Runs the main program instruction by instruction.
fn watched(plan: &Plan, frame: &mut Frame<'_>, registers: &mut Registers, watch: Watch<'_>) {
    registers.begin(&plan.main.registers);
    for (place, instruction) in plan.main.code.iter().enumerate() {
        watch(place, registers);
        qualify_vm::run_code(std::slice::from_ref(instruction), frame, registers);
    }
}

/// Room for the inputs of a program; few of them need no allocation.
#[derive(Default)]
struct InputRoom<'a> {
    few: [Input<'a>; 32],
    many: Vec<Input<'a>>,
}

impl<'a> InputRoom<'a> {
    fn fill(&mut self, inputs: impl ExactSizeIterator<Item = Input<'a>>) -> &[Input<'a>] {
        let count = inputs.len();
        if count > self.few.len() {
            self.many.extend(inputs);
            return &self.many;
        }
        self.few.iter_mut().zip(inputs).for_each(|(place, input)| *place = input);
        &self.few[..count]
    }
}

/// Computes facts while the main program runs.
struct LateFacts<'a, 'b> {
    facts: &'a mut Facts,
    pass: &'a Pass,
    rows: &'a Rows<'b>,
    run: &'a EventPrograms<'b>,
    registers: &'a mut Registers,
}

impl Host for LateFacts<'_, '_> {
    fn fact(&mut self, fact: FactAt, arguments: &FactArguments<'_>, answers: &mut [SlotColumn]) {
        self.facts.answer(fact, Some(arguments), answers, self.pass, self.rows, self.run, self.registers);
    }
}

/// The same of a lead whose events come piece by piece.
struct LateLongFacts<'a> {
    facts: &'a mut Facts,
    walker: Walker<'a>,
}

impl Host for LateLongFacts<'_> {
    fn fact(&mut self, fact: FactAt, arguments: &FactArguments<'_>, answers: &mut [SlotColumn]) {
        self.facts.answer_long(std::iter::once((fact, 0)), Some(arguments), answers, &mut self.walker);
    }
}

/// Programs over events of a batch.
pub(crate) struct EventPrograms<'a> {
    pub engine: &'a Engine,
    pub events: &'a EventColumns,
}

impl EventPrograms<'_> {
    /// The truths of a filter for a range of events.
    pub fn filter(&self, program: u32, range: Range<usize>, registers: &mut Registers, truths: &mut Vec<u8>) {
        truths.clear();
        let Some(code) = self.engine.plan.event_programs.get(program as usize) else {
            return truths.resize(range.len(), 1);
        };
        let mut from = range.start;
        while from < range.end {
            let part = from..range.end.min(from + CHUNK);
            from = part.end;
            let mut room = InputRoom::default();
            let inputs =
                room.fill(self.events.properties.iter().map(|column| Input::of(column, part.clone())));
            let mut frame = Frame {
                plan: &self.engine.plan,
                prepared: &self.engine.prepared,
                bound: &self.engine.bound,
                rows: part.len(),
                inputs,
                tables: &[],
                slots: &mut Slots::default(),
                arguments: Arguments::default(),
                event_times: &self.events.times[part.clone()],
                times: &[],
                tallies: &mut Tallies::default(),
                host: &mut NoFacts,
            };
            qualify_vm::run(code, &mut frame, registers);
            match code.outputs.first() {
                Some(output) => {
                    truths.extend_from_slice(registers.truths.column(output.1 as usize, part.len()));
                }
                None => truths.resize(truths.len() + part.len(), 1),
            }
        }
    }
}
