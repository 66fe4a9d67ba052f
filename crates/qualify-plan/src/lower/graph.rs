//! Values in the making: instructions whose registers are the numbers of other values, each kept once.

use crate::*;
use std::collections::HashMap;

/// What is proven of a value: where it lies if it is known, and whether it may be unknown. A truth is 0 or 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The least; above `high` if it is never known.
    pub(crate) low: i128,
    /// The greatest.
    pub(crate) high: i128,
    /// It may be unknown.
    pub(crate) unknown: bool,
}

impl Extent {
    /// All that 64 bits hold, or unknown.
    pub(crate) const ANY: Extent = Extent { low: i64::MIN as i128, high: i64::MAX as i128, unknown: true };
    /// A truth that may be unknown.
    pub(crate) const TRUTH: Extent = Extent { low: 0, high: 2, unknown: true };
    /// A truth that is known.
    pub(crate) const KNOWN_TRUTH: Extent = Extent { low: 0, high: 2, unknown: false };
    /// Never known.
    pub(crate) const UNKNOWN: Extent = Extent { low: 1, high: 0, unknown: true };

    /// Known, between two.
    pub(crate) fn known(low: i128, high: i128) -> Extent {
        Extent { low, high, unknown: false }
    }

    /// The same bounds, perhaps unknown.
    pub(crate) fn or_unknown(self, unknown: bool) -> Extent {
        Extent { unknown: self.unknown || unknown, ..self }
    }

    /// Never unknown.
    pub(crate) fn but_known(self) -> Extent {
        Extent { unknown: false, ..self }
    }

    /// One of both.
    pub(crate) fn hull(self, other: Extent) -> Extent {
        let unknown = self.unknown || other.unknown;
        if self.low > self.high {
            return Extent { unknown, ..other };
        }
        if other.low > other.high {
            return Extent { unknown, ..self };
        }
        Extent { low: self.low.min(other.low), high: self.high.max(other.high), unknown }
    }

    /// 64 bits hold it.
    pub(crate) fn is_narrow(self) -> bool {
        self.low > self.high || (self.low >= i64::MIN as i128 && self.high <= i64::MAX as i128)
    }

    /// It is always this.
    pub(crate) fn constant(self) -> Option<i128> {
        (self.low == self.high && !self.unknown).then_some(self.low)
    }
}

/// A value.
pub(crate) struct Node {
    /// Reads the values of these numbers; writes register 0.
    pub(crate) instruction: Instruction,
    /// Of which type it is.
    pub(crate) ty: RegisterType,
    /// What is proven of it.
    pub(crate) extent: Extent,
    /// What it depends on.
    pub(crate) depends: Depends,
    /// A wide number that is never marked as held.
    flagless: bool,
}

/// What a value depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Depends {
    /// Nothing: a constant.
    Nothing,
    /// The value of one text or list attribute alone.
    Code(u32),
    /// Anything else.
    Row,
}

impl Depends {
    pub(crate) fn and(self, other: Depends) -> Depends {
        match (self, other) {
            (Depends::Nothing, one) | (one, Depends::Nothing) => one,
            (a, b) if a == b => a,
            _ => Depends::Row,
        }
    }
}

/// Values of one domain, each once: what reads others stands behind them.
#[derive(Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    known: HashMap<Instruction, u32>,
}

impl Graph {
    /// The value that an instruction gives, of which that is proven.
    pub(crate) fn value(&mut self, instruction: Instruction, extent: Extent) -> Register {
        if let Some(known) = self.known.get(&instruction) {
            return Register(self.nodes[*known as usize].ty, *known);
        }
        let (mut ty, mut depends) = (RegisterType::Truth, Depends::Nothing);
        for operand in instruction.operands() {
            match operand {
                Operand::Write(written, _) => ty = written,
                Operand::Read(_, from) => depends = depends.and(self.nodes[from as usize].depends),
                Operand::ReadAll(_, all) => {
                    let each = all.iter().map(|from| self.nodes[*from as usize].depends);
                    depends = each.fold(depends, Depends::and);
                }
                _ => {}
            }
        }
        match &instruction {
            Instruction::LoadText { input, .. } | Instruction::LoadList { input, .. } => {
                depends = Depends::Code(input.0);
            }
            other if reads_row(other) => depends = Depends::Row,
            _ => {}
        }
        let number = self.nodes.len() as u32;
        self.known.insert(instruction.clone(), number);
        let flagless = ty == RegisterType::Wide && self.gives_flagless(&instruction);
        self.nodes.push(Node { instruction, ty, extent, depends, flagless });
        Register(ty, number)
    }

    fn gives_flagless(&self, instruction: &Instruction) -> bool {
        use Instruction::*;
        let of_wides = instruction.operands().into_iter().all(|operand| match operand {
            Operand::Read(RegisterType::Wide, from) => self.nodes[from as usize].flagless,
            _ => true,
        });
        let held_first = |a: &W| !self.nodes[a.index()].extent.is_narrow();
        match instruction {
            WidenHeld { .. } => false,
            End { a, .. } => of_wides && !held_first(a),
            MultiplyWide { a, b, .. } | DivideWide { a, b, .. } => {
                of_wides && !held_first(a) && !held_first(b)
            }
            _ => of_wides,
        }
    }

    pub(crate) fn truth(&mut self, instruction: Instruction, extent: Extent) -> T {
        T(self.value(instruction, extent).1)
    }

    pub(crate) fn number(&mut self, instruction: Instruction, extent: Extent) -> N {
        N(self.value(instruction, extent).1)
    }

    pub(crate) fn wide(&mut self, instruction: Instruction, extent: Extent) -> W {
        W(self.value(instruction, extent).1)
    }

    pub(crate) fn text(&mut self, instruction: Instruction, extent: Extent) -> X {
        X(self.value(instruction, extent).1)
    }

    pub(crate) fn list(&mut self, instruction: Instruction, extent: Extent) -> L {
        L(self.value(instruction, extent).1)
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn node(&self, number: u32) -> &Node {
        &self.nodes[number as usize]
    }

    /// The value of an instruction, if there is one.
    pub(crate) fn find(&self, instruction: &Instruction) -> Option<u32> {
        self.known.get(instruction).copied()
    }

    /// A wide number that is not marked as held, whatever the lead.
    pub(crate) fn is_flagless(&self, a: W) -> bool {
        self.nodes[a.0 as usize].flagless
    }

    pub(crate) fn extent(&self, number: u32) -> Extent {
        self.nodes[number as usize].extent
    }
}

/// It differs from row to row, beside what it reads of other values.
fn reads_row(instruction: &Instruction) -> bool {
    use Instruction::*;
    matches!(
        instruction,
        LoadTruth { .. }
            | LoadNumber { .. }
            | SlotTruth { .. }
            | SlotNumber { .. }
            | SlotWide { .. }
            | SlotText { .. }
            | SlotList { .. }
            | LoadTime { .. }
            | LoadTimes { .. }
            | ArgumentTruth { .. }
            | ArgumentNumber { .. }
            | ArgumentText { .. }
            | ArgumentList { .. }
    )
}
