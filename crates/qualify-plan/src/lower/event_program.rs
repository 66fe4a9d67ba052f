//! Programs over events, and the values of the lead that they see as arguments.

use super::{Extent, Graph, Lowered, Lowering};
use crate::*;

/// Values of the lead that a fact takes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Arguments {
    pub(crate) truths: Vec<T>,
    pub(crate) numbers: Vec<N>,
    pub(crate) texts: Vec<X>,
    pub(crate) lists: Vec<L>,
}

impl Arguments {
    /// No value of the lead is needed.
    pub(crate) fn is_empty(&self) -> bool {
        self.counts() == (0, 0, 0, 0)
    }

    /// How many of each, as [`Fact::arguments`] has them.
    pub(crate) fn counts(&self) -> (u32, u32, u32, u32) {
        let Arguments { truths, numbers, texts, lists } = self;
        (truths.len() as u32, numbers.len() as u32, texts.len() as u32, lists.len() as u32)
    }

    /// The place of a number among them; it is added if it is not yet there.
    pub(crate) fn number(&mut self, number: N) -> ArgumentAt {
        ArgumentAt(place(&mut self.numbers, number))
    }

    /// The place of a truth among them.
    pub(crate) fn truth(&mut self, truth: T) -> ArgumentAt {
        ArgumentAt(place(&mut self.truths, truth))
    }

    /// The place of a text among them.
    pub(crate) fn text(&mut self, text: X) -> ArgumentAt {
        ArgumentAt(place(&mut self.texts, text))
    }

    /// The place of a list among them.
    pub(crate) fn list(&mut self, list: L) -> ArgumentAt {
        ArgumentAt(place(&mut self.lists, list))
    }
}

fn place<V: PartialEq>(all: &mut Vec<V>, value: V) -> u32 {
    let known = all.iter().position(|other| *other == value);
    known.unwrap_or_else(|| {
        all.push(value);
        all.len() - 1
    }) as u32
}

/// An event program in the making.
pub(crate) struct EventProgram {
    /// A filter: it reads the event and constants alone, and takes nothing of the lead.
    pub(crate) filter: bool,
    pub(crate) graph: Graph,
    pub(crate) arguments: Arguments,
}

impl<'m> Lowering<'m> {
    /// An event program: inside `build` expressions are about the event in hand, and values of the lead that they
    /// read are added to the arguments. Equal programs are one. Returns its place in `plan.event_programs`.
    pub(crate) fn event_program(
        &mut self,
        arguments: &mut Arguments,
        build: &mut dyn FnMut(&mut Self) -> Lowered<Vec<Register>>,
    ) -> Lowered<u32> {
        let outer = self.event.take();
        let arguments_so_far = std::mem::take(arguments);
        self.event =
            Some(EventProgram { filter: false, graph: Graph::default(), arguments: arguments_so_far });
        let outputs = build(self);
        let done = std::mem::replace(&mut self.event, outer);
        let Some(EventProgram { graph, arguments: added, .. }) = done else { return outputs.map(|_| 0) };
        *arguments = added;
        let program = graph.program(&outputs?);
        let key = (program.code.clone(), program.outputs.clone());
        if let Some(known) = self.event_programs.get(&key) {
            return Ok(*known);
        }
        let number = self.plan.event_programs.len() as u32;
        self.event_programs.insert(key, number);
        self.plan.event_programs.push(program);
        Ok(number)
    }

    /// A value of the lead as an argument of the event program in hand.
    pub(crate) fn argument(&mut self, value: Register) -> Register {
        let extent = self.leads.extent(value.1);
        let Some(event) = &mut self.event else { return value };
        let to_argument = match value {
            Register(RegisterType::Truth, n) => {
                let argument = event.arguments.truth(T(n));
                Instruction::ArgumentTruth { to: ToT(0), argument }
            }
            Register(RegisterType::Text, n) => {
                let argument = event.arguments.text(X(n));
                Instruction::ArgumentText { to: ToX(0), argument }
            }
            Register(RegisterType::List, n) => {
                let argument = event.arguments.list(L(n));
                Instruction::ArgumentList { to: ToL(0), argument }
            }
            Register(_, n) => {
                let argument = event.arguments.number(N(n));
                Instruction::ArgumentNumber { to: ToN(0), argument }
            }
        };
        event.graph.value(to_argument, extent)
    }

    /// What is in hand outside of the event program, while `compute` runs.
    pub(crate) fn of_lead<V>(&mut self, compute: impl FnOnce(&mut Self) -> V) -> V {
        let event = self.event.take();
        let value = compute(self);
        self.event = event;
        value
    }
}

/// Used by the extents of facts: so many events has a lead at most.
pub(crate) const MOST_EVENTS: i128 = 1 << 32;

/// How many of something there are.
pub(crate) const COUNT: Extent = Extent { low: 0, high: MOST_EVENTS, unknown: false };
