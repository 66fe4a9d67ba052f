//! True, false or unknown as two literals: it holds; it does not. Neither is unknown; both never happen.

use super::circuit::{Circuit, FALSE, Lit, TRUE};
use super::int::Int;

/// A condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Three {
    pub(super) yes: Lit,
    pub(super) no: Lit,
}

impl std::ops::Not for Three {
    type Output = Three;

    fn not(self) -> Three {
        Three { yes: self.no, no: self.yes }
    }
}

impl Three {
    pub(super) const TRUE: Three = Three { yes: TRUE, no: FALSE };
    pub(super) const FALSE: Three = Three { yes: FALSE, no: TRUE };
    pub(super) const UNKNOWN: Three = Three { yes: FALSE, no: FALSE };

    /// Never unknown.
    pub(super) fn certain(lit: Lit) -> Three {
        Three { yes: lit, no: !lit }
    }
}

/// A number that may be unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Num {
    pub(super) known: Lit,
    pub(super) int: Int,
}

impl Num {
    pub(super) fn constant(value: i128) -> Num {
        Num { known: TRUE, int: Int::constant(value) }
    }

    pub(super) fn unknown() -> Num {
        Num { known: FALSE, int: Int::constant(0) }
    }
}

impl Circuit {
    /// Known and so.
    pub(super) fn if_known(&mut self, known: Lit, holds: Lit) -> Three {
        Three { yes: self.and([known, holds]), no: self.and([known, !holds]) }
    }

    pub(super) fn all_of(&mut self, parts: &[Three]) -> Three {
        Three {
            yes: self.and(parts.iter().map(|part| part.yes)),
            no: self.or(parts.iter().map(|part| part.no)),
        }
    }

    pub(super) fn one_of(&mut self, parts: &[Three]) -> Three {
        Three {
            yes: self.or(parts.iter().map(|part| part.yes)),
            no: self.and(parts.iter().map(|part| part.no)),
        }
    }

    pub(super) fn known(&mut self, three: Three) -> Lit {
        self.or([three.yes, three.no])
    }

    /// `a` where the condition holds, `b` where it does not, else unknown.
    pub(super) fn choose_three(&mut self, condition: Three, a: Three, b: Three) -> Three {
        let mut pick = |x: Lit, y: Lit| {
            let (x, y) = (self.and([condition.yes, x]), self.and([condition.no, y]));
            self.or([x, y])
        };
        Three { yes: pick(a.yes, b.yes), no: pick(a.no, b.no) }
    }
}
