//! What a program sees while it runs over a chunk of rows.

use crate::{Arguments, FactArguments, Input, Prepared, SlotColumn, Slots, Sources, TableColumns, Tallies};
use qualify_plan::{Bound, FactAt, Plan};

/// See the module.
pub struct Frame<'a> {
    /// The plan that the program is of.
    pub plan: &'a Plan,
    /// Its constants, made ready to be asked.
    pub prepared: &'a Prepared,
    /// What depends on the instant.
    pub bound: &'a Bound,
    /// How many rows: at most [`CHUNK`](crate::CHUNK) and as many as the registers have.
    pub rows: usize,
    /// The columns of the domain, each of so many rows.
    pub inputs: &'a [Input<'a>],
    /// For each of [`Plan::tables`] its outputs; those that the program does not read may be missing.
    pub tables: &'a [TableColumns],
    /// Answers of facts.
    pub slots: &'a mut Slots,
    /// Values of the lead, in event programs.
    pub arguments: Arguments<'a>,
    /// The instants of the events, in event programs: one for each row.
    pub event_times: &'a [i64],
    /// How many events had the value in hand, in programs of `for each different`: one for each row.
    pub times: &'a [i64],
    /// What is counted.
    pub tallies: &'a mut Tallies,
    /// Who computes facts that depend on the lead.
    pub host: &'a mut dyn Host,
}

/// Who computes facts while a program runs.
pub trait Host {
    /// Computes a fact for all rows of the chunk in hand. `answers` are its slots, in their order.
    fn fact(&mut self, fact: FactAt, arguments: &FactArguments<'_>, answers: &mut [SlotColumn]);
}

/// For programs that compute no facts: leaves the slots as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFacts;

impl Host for NoFacts {
    fn fact(&mut self, _: FactAt, _: &FactArguments<'_>, _: &mut [SlotColumn]) {}
}

impl Frame<'_> {
    /// What texts and lists in registers refer to.
    pub fn sources(&self) -> Sources<'_> {
        Sources {
            constants: &self.plan.constants,
            inputs: self.inputs,
            slots: self.slots,
            arguments: self.arguments,
        }
    }
}
