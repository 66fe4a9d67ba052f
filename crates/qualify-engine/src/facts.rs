//! The general way to answer what is asked of events: fact by fact, lead by lead, for all windows, sequences,
//! silences, groups and limits that the pass leaves over.

use crate::pass::{Pass, Rows};
use crate::worker::EventPrograms;
use qualify_plan::{Bound, FactAt, Plan};
use qualify_vm::{FactArguments, Registers, SlotColumn};

/// The state of one worker, used again for every block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {}

impl Facts {
    /// Of a plan at an instant.
    pub fn new(_plan: &Plan, _bound: &Bound) -> Facts {
        Facts {}
    }

    /// A new block of leads: its events were classified by the pass (`pass.class_of` from the first event of
    /// `rows.range()` on; `pass.classes.means(class, matcher)`).
    pub fn begin(&mut self, _pass: &Pass, _rows: &Rows<'_>) {}

    /// Answers one fact for all leads of the block. `answers` begin with the slots of the fact.
    #[allow(clippy::too_many_arguments)] // what it needs is owned by different parts of a worker
    pub fn answer(
        &mut self,
        _fact: FactAt,
        _arguments: Option<&FactArguments<'_>>,
        _answers: &mut [SlotColumn],
        _pass: &Pass,
        _rows: &Rows<'_>,
        _run: &EventPrograms<'_>,
        _registers: &mut Registers,
    ) {
    }
}
