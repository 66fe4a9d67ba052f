//! What is computed once for each value of a column: the outputs of a table.

use crate::{Arguments, CHUNK, Frame, Input, NoFacts, Prepared, Registers, Slots, Tallies, run::run};
use qualify_model::{UNKNOWN, Value};
use qualify_plan::{Bound, Plan, Program, Register, RegisterType, TableAt};
use std::ops::Range;
use std::sync::Arc;

/// The outputs of a table. Each has an entry for each code and one more, the last, for unknown.
#[derive(Clone, Debug, Default)]
pub struct TableColumns {
    /// One for each output of the program.
    pub outputs: Vec<TableColumn>,
    /// For each output, in a [settled](TableColumns::settle) table of many values, what it has few of.
    few: Vec<Option<Box<Few>>>,
}

/// A column of many numbers of which few are different: what is asked of most values is in the caches then.
#[derive(Clone, Debug)]
pub(crate) struct Few {
    /// For each entry the place of its number.
    pub(crate) places: Vec<u8>,
    /// The different numbers, and 0 behind them.
    pub(crate) numbers: [i64; 256],
    /// How many are different.
    pub(crate) count: usize,
}

impl Few {
    /// To look for a number among more would take longer than it saves.
    const MOST: usize = 32;

    /// None if more than [`Few::MOST`] numbers are different.
    fn of(values: &[i64]) -> Option<Box<Few>> {
        let mut few = Box::new(Few { places: Vec::with_capacity(values.len()), numbers: [0; 256], count: 0 });
        let (mut last, mut place) = (None, 0);
        for value in values {
            if last != Some(*value) {
                let known = few.numbers[..few.count].iter().position(|number| number == value);
                place = known.unwrap_or(few.count);
                if place == few.count {
                    if place == Few::MOST {
                        return None;
                    }
                    few.numbers[place] = *value;
                    few.count += 1;
                }
                last = Some(*value);
            }
            few.places.push(place as u8);
        }
        Some(few)
    }
}

/// Columns of so many entries do not fit into the nearest cache.
pub(crate) const MANY: usize = 4 * CHUNK;

/// One output of a table.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum TableColumn {
    Truth(Vec<u8>),
    /// Unknown ones hold 0.
    Number {
        values: Vec<i64>,
        /// None if all are known.
        known: Option<Vec<u8>>,
    },
}

impl TableColumn {
    /// How many entries: codes and one for unknown.
    pub fn len(&self) -> usize {
        match self {
            TableColumn::Truth(truths) => truths.len(),
            TableColumn::Number { values, .. } => values.len(),
        }
    }

    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The values that a table is computed for.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub enum Dictionary<'a> {
    Texts(&'a Arc<Vec<Arc<str>>>),
    Lists(&'a Arc<Vec<Vec<Value>>>),
}

impl Dictionary<'_> {
    fn len(&self) -> usize {
        match self {
            Dictionary::Texts(texts) => texts.len(),
            Dictionary::Lists(lists) => lists.len(),
        }
    }
}

impl TableColumns {
    /// Runs the program of a table over a dictionary. No outputs if there is no such table.
    pub fn new(
        of: (&Plan, &Prepared, &Bound),
        table: TableAt,
        dictionary: Dictionary<'_>,
        registers: &mut Registers,
    ) -> TableColumns {
        let mut columns = TableColumns::default();
        columns.renew(of, table, dictionary, registers);
        columns
    }

    /// Runs the program of a table over another dictionary; the room of the outputs is used again.
    pub fn renew(
        &mut self,
        of: (&Plan, &Prepared, &Bound),
        table: TableAt,
        dictionary: Dictionary<'_>,
        registers: &mut Registers,
    ) {
        let values = dictionary.len();
        let Some(table) = of.0.tables.get(table.index()) else { return self.outputs.clear() };
        if self.outputs.len() != table.program.outputs.len() {
            let room = |output: &Register| TableColumn::with_room(output.0, values + 1);
            self.outputs = table.program.outputs.iter().map(room).collect();
        }
        self.few.clear();
        self.outputs.iter_mut().for_each(TableColumn::clear);
        self.compute(of, &table.program, dictionary, 0..values + 1, registers);
    }

    /// Makes ready to be asked for many leads.
    pub fn settle(&mut self) {
        self.outputs.iter_mut().for_each(TableColumn::settle);
        let few = |output: &TableColumn| match output {
            TableColumn::Number { values, known: None } if values.len() >= MANY => Few::of(values),
            _ => None,
        };
        if self.outputs.iter().any(|output| output.len() >= MANY) {
            self.few = self.outputs.iter().map(few).collect();
        }
    }

    /// What an output has few of, if it has.
    #[inline(always)]
    pub(crate) fn few(&self, output: usize) -> Option<&Few> {
        self.few.get(output)?.as_deref()
    }

    /// Makes the outputs fit a dictionary that had fewer values when they were last computed. The dictionary must
    /// begin with those.
    pub fn grow(
        &mut self,
        of: (&Plan, &Prepared, &Bound),
        table: TableAt,
        dictionary: Dictionary<'_>,
        registers: &mut Registers,
    ) {
        let values = dictionary.len();
        let held = match self.outputs.first() {
            Some(output) if !output.is_empty() && output.len() <= values + 1 => output.len() - 1,
            _ => return self.renew(of, table, dictionary, registers),
        };
        let Some(table) = of.0.tables.get(table.index()).filter(|_| held < values) else { return };
        self.compute(of, &table.program, dictionary, held..values, registers);
        self.outputs.iter_mut().for_each(|output| output.put_last(held));
    }

    /// Appends the outputs for some codes; the code behind the last value stands for unknown.
    fn compute(
        &mut self,
        (plan, prepared, bound): (&Plan, &Prepared, &Bound),
        program: &Program,
        dictionary: Dictionary<'_>,
        wanted: Range<usize>,
        registers: &mut Registers,
    ) {
        let values = dictionary.len();
        let (mut slots, mut tallies) = (Slots::default(), Tallies::default());
        let code = |code: usize| if code < values { code as u32 } else { UNKNOWN };
        let (mut one, mut many);
        let codes: &mut [u32] = if registers.rows() == 1 {
            one = [UNKNOWN];
            &mut one
        } else {
            many = [UNKNOWN; CHUNK];
            &mut many
        };
        for from in wanted.clone().step_by(registers.rows()) {
            let to = (from + registers.rows()).min(wanted.end);
            codes.iter_mut().zip(from..to).for_each(|(cell, place)| *cell = code(place));
            let codes = &codes[..to - from];
            let input = match dictionary {
                Dictionary::Texts(dictionary) => Input::Texts { codes, dictionary },
                Dictionary::Lists(dictionary) => Input::Lists { codes, dictionary },
            };
            let mut frame = Frame {
                plan,
                prepared,
                bound,
                rows: to - from,
                inputs: &[input],
                tables: &[],
                slots: &mut slots,
                arguments: Arguments::default(),
                event_times: &[],
                times: &[],
                tallies: &mut tallies,
                host: &mut NoFacts,
            };
            run(program, &mut frame, registers);
            for (output, column) in program.outputs.iter().zip(&mut self.outputs) {
                column.extend(registers, output.1 as usize, to - from);
            }
        }
    }
}

impl TableColumn {
    fn with_room(ty: RegisterType, entries: usize) -> TableColumn {
        match ty {
            RegisterType::Truth => TableColumn::Truth(Vec::with_capacity(entries)),
            _ => TableColumn::Number {
                values: Vec::with_capacity(entries),
                known: Some(Vec::with_capacity(entries)),
            },
        }
    }

    fn extend(&mut self, registers: &Registers, register: usize, rows: usize) {
        match self {
            TableColumn::Truth(truths) => truths.extend_from_slice(registers.truths.column(register, rows)),
            TableColumn::Number { values, known } => {
                values.extend_from_slice(registers.numbers.column(register, rows));
                if let Some(known) = known {
                    known.extend_from_slice(registers.known.column(register, rows));
                }
            }
        }
    }

    /// Known everywhere needs no column.
    fn settle(&mut self) {
        if let TableColumn::Number { known, .. } = self
            && known.as_ref().is_some_and(|known| known.iter().all(|known| *known != 0))
        {
            *known = None;
        }
    }

    /// Moves an entry behind all others.
    fn put_last(&mut self, at: usize) {
        fn last<T>(entries: &mut Vec<T>, at: usize) {
            let entry = entries.remove(at);
            entries.push(entry);
        }
        match self {
            TableColumn::Truth(truths) => last(truths, at),
            TableColumn::Number { values, known } => {
                last(values, at);
                known.iter_mut().for_each(|known| last(known, at));
            }
        }
    }

    fn clear(&mut self) {
        match self {
            TableColumn::Truth(truths) => truths.clear(),
            TableColumn::Number { values, known } => {
                values.clear();
                known.get_or_insert_default().clear();
            }
        }
    }
}
