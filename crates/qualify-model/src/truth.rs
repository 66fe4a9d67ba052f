//! Three-valued logic: what a condition comes to when facts may be unknown.

/// The value of a condition. The order is the one in which `and` takes the least and `or` the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    False,
    /// It cannot be told.
    Unknown,
    /// It holds. Only this fires.
    True,
}

impl Truth {
    /// Both hold (Kleene): false as soon as one is false.
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// One holds (Kleene): true as soon as one is true.
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }

    /// Whether it holds.
    pub fn is_true(self) -> bool {
        self == Truth::True
    }

    /// As a `yes/no` that may be unknown.
    pub fn known(self) -> Option<bool> {
        match self {
            Truth::False => Some(false),
            Truth::Unknown => None,
            Truth::True => Some(true),
        }
    }
}

/// The opposite; unknown stays unknown.
impl std::ops::Not for Truth {
    type Output = Truth;

    fn not(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Truth {
        if holds { Truth::True } else { Truth::False }
    }
}

impl From<Option<bool>> for Truth {
    fn from(known: Option<bool>) -> Truth {
        known.map_or(Truth::Unknown, Truth::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, *};

    #[test]
    fn the_tables_of_kleene() {
        let all = [False, Unknown, True];
        let and = [[False, False, False], [False, Unknown, Unknown], [False, Unknown, True]];
        let or = [[False, Unknown, True], [Unknown, Unknown, True], [True, True, True]];
        for (i, a) in all.into_iter().enumerate() {
            for (j, b) in all.into_iter().enumerate() {
                assert_eq!(a.and(b), and[i][j], "{a:?} and {b:?}");
                assert_eq!(a.or(b), or[i][j], "{a:?} or {b:?}");
                assert_eq!(!a.and(b), (!a).or(!b), "de morgan for {a:?}, {b:?}");
            }
            assert_eq!(Truth::from(a.known()), a);
            assert_eq!(!!a, a);
            assert_eq!(a.is_true(), a == True);
        }
    }
}
