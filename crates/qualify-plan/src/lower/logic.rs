//! Truths: what can be told without looking at a lead is told here.

use super::{Computed, Extent, Lowering, Number};
use crate::Instruction as I;
use crate::*;
use qualify_model::Truth;

/// Whether it can be false, unknown, true.
fn possible(extent: Extent) -> [bool; 3] {
    let known = |value| extent.low <= value && value <= extent.high;
    [known(0), extent.unknown, known(2)]
}

fn extent_of(possible: [bool; 3]) -> Extent {
    let (low, high) = match possible {
        [true, _, true] => (0, 2),
        [true, _, false] => (0, 0),
        [false, _, true] => (2, 2),
        [false, _, false] => (1, 0),
    };
    Extent { low, high, unknown: possible[1] }
}

fn joined(a: Extent, b: Extent, join: fn(usize, usize) -> usize) -> Extent {
    let (a, b) = (possible(a), possible(b));
    let mut all = [false; 3];
    for x in 0..3 {
        for y in 0..3 {
            all[join(x, y)] |= a[x] && b[y];
        }
    }
    extent_of(all)
}

impl Lowering<'_> {
    pub(crate) fn constant_truth(&mut self, truth: Truth) -> T {
        let value = truth as i64;
        let mut all = [false; 3];
        all[value as usize] = true;
        self.graph().truth(I::TruthConstant { to: ToT(0), value }, extent_of(all))
    }

    pub(crate) fn yes(&mut self) -> T {
        self.constant_truth(Truth::True)
    }

    pub(crate) fn no(&mut self) -> T {
        self.constant_truth(Truth::False)
    }

    /// What it always is.
    pub(crate) fn always(&mut self, a: T) -> Option<Truth> {
        match possible(self.graph().extent(a.0)) {
            [true, false, false] => Some(Truth::False),
            [false, true, false] => Some(Truth::Unknown),
            [false, false, true] => Some(Truth::True),
            _ => None,
        }
    }

    /// It is never unknown.
    pub(crate) fn is_certain(&mut self, a: T) -> bool {
        !self.graph().extent(a.0).unknown
    }

    /// Puts a truth into the graph, or what it always is.
    pub(crate) fn new_truth(&mut self, instruction: Instruction, extent: Extent) -> T {
        match possible(extent) {
            [true, false, false] => self.no(),
            [false, true, false] => self.constant_truth(Truth::Unknown),
            [false, false, true] => self.yes(),
            _ => self.graph().truth(instruction, extent),
        }
    }

    pub(crate) fn and(&mut self, a: T, b: T) -> T {
        match (self.always(a), self.always(b)) {
            _ if a == b => a,
            (Some(Truth::True), _) | (_, Some(Truth::False)) => b,
            (_, Some(Truth::True)) | (Some(Truth::False), _) => a,
            _ => {
                let extent = joined(self.graph().extent(a.0), self.graph().extent(b.0), usize::min);
                self.new_truth(I::And { to: ToT(0), a: T(a.0.min(b.0)), b: T(a.0.max(b.0)) }, extent)
            }
        }
    }

    pub(crate) fn or(&mut self, a: T, b: T) -> T {
        match (self.always(a), self.always(b)) {
            _ if a == b => a,
            (Some(Truth::False), _) | (_, Some(Truth::True)) => b,
            (_, Some(Truth::False)) | (Some(Truth::True), _) => a,
            _ => {
                let extent = joined(self.graph().extent(a.0), self.graph().extent(b.0), usize::max);
                self.new_truth(I::Or { to: ToT(0), a: T(a.0.min(b.0)), b: T(a.0.max(b.0)) }, extent)
            }
        }
    }

    pub(crate) fn not(&mut self, a: T) -> T {
        if let I::Not { a: inner, .. } = self.graph().node(a.0).instruction {
            return inner;
        }
        let [f, u, t] = possible(self.graph().extent(a.0));
        self.new_truth(I::Not { to: ToT(0), a }, extent_of([t, u, f]))
    }

    /// All hold. Parts that depend on the same attribute come together first.
    pub(crate) fn all(&mut self, parts: Vec<T>) -> T {
        let yes = self.yes();
        self.grouped(parts).into_iter().fold(yes, |all, part| self.and(all, part))
    }

    /// One holds.
    pub(crate) fn any(&mut self, parts: Vec<T>) -> T {
        let no = self.no();
        self.grouped(parts).into_iter().fold(no, |any, part| self.or(any, part))
    }

    /// A fold over what depends on one attribute is a value of its own only if it stands at the front; `and` and
    /// `or` do not mind the order.
    fn grouped(&mut self, mut parts: Vec<T>) -> Vec<T> {
        parts.sort_by_key(|part| match self.graph().node(part.0).depends {
            super::Depends::Nothing => (0, 0),
            super::Depends::Code(attribute) => (1, attribute),
            super::Depends::Row => (2, 0),
        });
        parts
    }

    /// True where it is true, else false.
    pub(crate) fn is_true(&mut self, a: T) -> T {
        let [f, u, t] = possible(self.graph().extent(a.0));
        if !u {
            return a;
        }
        self.new_truth(I::IsTrue { to: ToT(0), a }, extent_of([f || u, false, t]))
    }

    /// `then` where the condition is true, `otherwise` where it is false, else unknown.
    pub(crate) fn select_truth(&mut self, condition: T, then: T, otherwise: T) -> T {
        match self.always(condition) {
            Some(Truth::True) => return then,
            Some(Truth::False) => return otherwise,
            Some(Truth::Unknown) => return condition,
            None => {}
        }
        let certain = self.is_certain(condition);
        if then == otherwise && certain {
            return then;
        }
        let extent = self.graph().extent(then.0).hull(self.graph().extent(otherwise.0)).or_unknown(!certain);
        self.new_truth(I::SelectTruth { to: ToT(0), condition, then, otherwise }, extent)
    }

    /// The first if it is known, else the second.
    pub(crate) fn if_known_truth(&mut self, a: T, b: T) -> T {
        if self.is_certain(a) || a == b {
            return a;
        }
        let (first, second) = (self.graph().extent(a.0), self.graph().extent(b.0));
        if first.low > first.high {
            return b;
        }
        let extent = first.but_known().hull(second);
        self.new_truth(I::IfKnownTruth { to: ToT(0), a, b }, extent)
    }

    /// Whether it is known.
    pub(crate) fn known(&mut self, value: Computed) -> T {
        let to = ToT(0);
        let (number, instruction) = match value {
            Computed::Truth(a) => (a.0, I::KnownTruth { to, a }),
            Computed::Number(Number::Plain(a) | Number::Held(a, _)) => (a.0, I::KnownNumber { to, a }),
            Computed::Number(Number::Wide(a)) => (a.0, I::KnownWide { to, a }),
            Computed::Text(a) => (a.0, I::KnownText { to, a }),
            Computed::List(a) => (a.0, I::KnownList { to, a }),
        };
        let extent = self.graph().extent(number);
        if !extent.unknown {
            return self.yes();
        }
        if extent.low > extent.high {
            return self.no();
        }
        self.new_truth(instruction, Extent::KNOWN_TRUTH)
    }

    /// Whether a number is known.
    pub(crate) fn known_number(&mut self, a: N) -> T {
        self.known(Computed::Number(Number::Plain(a)))
    }

    /// Whether so many of them hold, `low` to `high`, however the unknown ones fall.
    pub(crate) fn how_many(&mut self, (low, high): (i64, i64), parts: Vec<T>) -> T {
        let (mut low, mut high) = (low as i128, high as i128);
        let mut open = Vec::new();
        for part in parts {
            match self.always(part) {
                Some(Truth::True) => (low, high) = (low - 1, high - 1),
                Some(Truth::False) => {}
                _ => open.push(part),
            }
        }
        let most = open.len() as i128;
        if low > high || low > most || high < 0 {
            return self.no();
        }
        if low <= 0 && high >= most {
            return self.yes();
        }
        if low == 1 && high >= most {
            return self.any(open);
        }
        if low == most && high >= most {
            return self.all(open);
        }
        let unknown = open.iter().any(|part| !self.is_certain(*part));
        let clamped = |n: i128| n.clamp(i64::MIN as i128, i64::MAX as i128) as i64;
        let how_many = I::HowMany { to: ToT(0), low: clamped(low), high: clamped(high), parts: open };
        self.new_truth(how_many, Extent::KNOWN_TRUTH.or_unknown(unknown))
    }
}
