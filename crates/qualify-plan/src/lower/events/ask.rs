//! Facts: what is asked of the events of a lead. Equal facts share their slots.

use super::steps::Sight;
use crate::lower::{Arguments, Extent, Lowered, Lowering};
use crate::{Ask, Fact, FactAt, PlanStep, Register, RegisterType, SlotAt};
use qualify_diagnostics::Span;
use qualify_model::{Step, Target, Term};

/// What makes facts equal.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    view: u32,
    steps: Vec<PlanStep>,
    ask: Ask,
    arguments: Arguments,
}

/// The events that a fact is about.
#[derive(Clone)]
pub(super) struct Events {
    view: u32,
    steps: Vec<PlanStep>,
    /// Values of the lead that they depend on; what is asked may add others.
    pub(super) arguments: Arguments,
    /// A window may be unknown.
    pub(super) unknown: bool,
    span: Span,
}

impl Events {
    /// The author's words.
    pub(super) fn span(&self) -> Span {
        self.span
    }
}

impl<'m> Lowering<'m> {
    /// The events of a term in a block.
    pub(super) fn events_of(&mut self, term: &'m Term, home: Target) -> Lowered<Events> {
        self.events_of_steps(&term.steps, term.span, home)
    }

    pub(super) fn events_of_steps(&mut self, steps: &'m [Step], span: Span, home: Target) -> Lowered<Events> {
        let Sight { view, mut arguments } = self.sight(home)?;
        let (steps, unknown) = self.lower_steps(steps, &mut arguments, home)?;
        Ok(Events { view, steps, arguments, unknown, span })
    }

    /// Asks something of events: the first of the slots of the answer, which follow each other.
    pub(super) fn ask(&mut self, events: Events, ask: Ask, answers: &[RegisterType]) -> SlotAt {
        let Events { view, steps, arguments, span, .. } = events;
        let question = Question { view, steps, ask, arguments };
        if let Some(known) = self.events.facts.get(&question) {
            return *known;
        }
        let slots: Vec<SlotAt> = answers.iter().map(|ty| self.slot(*ty)).collect();
        let slot = slots.first().copied().unwrap_or_default();
        let fact = FactAt(self.plan.facts.len() as u32);
        let late = !question.arguments.is_empty();
        if late {
            self.late_fact(fact, &question.arguments, &slots);
        }
        self.plan.facts.push(Fact {
            view: question.view,
            steps: question.steps.clone(),
            ask: question.ask.clone(),
            slot,
            late,
            arguments: question.arguments.counts(),
            text: place(span),
        });
        self.events.facts.insert(question, slot);
        slot
    }

    /// A slot as a value of the lead.
    pub(super) fn answer(&mut self, ty: RegisterType, slot: SlotAt, extent: Extent) -> Register {
        match ty {
            RegisterType::Truth => self.slot_truth(slot, extent).register(),
            RegisterType::Number => self.slot_number(slot, extent).register(),
            RegisterType::Wide => self.slot_wide(slot, extent).register(),
            RegisterType::Text => self.slot_text(slot, extent).register(),
            RegisterType::List => {
                let to = Default::default();
                self.leads.list(crate::Instruction::SlotList { to, slot }, extent).register()
            }
        }
    }
}

/// The slot so many places behind another.
pub(super) fn behind(slot: SlotAt, places: u32) -> SlotAt {
    SlotAt(slot.0 + places)
}

/// Where something is written, as text: `start..end` in bytes, with the number of the file before it unless that is
/// the first.
fn place(span: Span) -> String {
    match span.file.0 {
        0 => format!("{}..{}", span.start, span.end),
        file => format!("{file}:{}..{}", span.start, span.end),
    }
}
