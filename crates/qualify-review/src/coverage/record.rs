//! What one evaluation looked at. Parts of a model are known by their address: the model is borrowed all the while.

use qualify_model::{Expr, Truth};
use qualify_reference::{Chosen, Watch};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

/// The outcomes that a condition had: true, false, unknown. An event filter can have all of them in one test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) yes: bool,
    pub(super) no: bool,
    pub(super) unknown: bool,
}

/// Remembers what it is told.
#[derive(Default)]
pub(super) struct Record {
    conditions: RefCell<HashMap<usize, Seen>>,
    chosen: RefCell<HashSet<usize>>,
}

impl Record {
    /// What a condition came to.
    pub(super) fn seen(&self, condition: &Expr) -> Seen {
        self.conditions.borrow().get(&address(condition)).copied().unwrap_or_default()
    }

    /// Whether a part of the model was chosen.
    pub(super) fn has_chosen(&self, what: Chosen) -> bool {
        self.chosen.borrow().contains(&address_of(what))
    }
}

impl Watch for Record {
    fn condition(&self, condition: &Expr, truth: Truth) {
        let mut conditions = self.conditions.borrow_mut();
        let seen = conditions.entry(address(condition)).or_default();
        match truth {
            Truth::True => seen.yes = true,
            Truth::False => seen.no = true,
            Truth::Unknown => seen.unknown = true,
        }
    }

    fn chosen(&self, what: Chosen) {
        self.chosen.borrow_mut().insert(address_of(what));
    }
}

fn address_of(what: Chosen) -> usize {
    match what {
        Chosen::Row(row) => address(row),
        Chosen::Cell(cell) => address(cell),
        Chosen::Grade(line) => address(line),
        Chosen::Stage(stage) => address(stage),
        Chosen::Route(route) => address(route),
        Chosen::Ignore(ignore) => address(ignore),
    }
}

fn address<T>(part: &T) -> usize {
    std::ptr::from_ref(part) as usize
}
