//! The constants of a plan, each kept once.

use super::Lowering;
use crate::*;
use std::collections::HashMap;

/// Places of constants by what they are.
#[derive(Default)]
pub(crate) struct Places {
    texts: HashMap<Vec<String>, u32>,
    numbers: HashMap<Vec<i64>, u32>,
    bins: HashMap<Bins, u32>,
    windows: HashMap<Vec<FixedWindow>, u32>,
    curves: HashMap<PlanCurve, u32>,
}

fn place<K: std::hash::Hash + Eq + Clone>(known: &mut HashMap<K, u32>, all: &mut Vec<K>, constant: K) -> u32 {
    if let Some(place) = known.get(&constant) {
        return *place;
    }
    let place = all.len() as u32;
    known.insert(constant.clone(), place);
    all.push(constant);
    place
}

impl Lowering<'_> {
    pub(crate) fn texts(&mut self, texts: Vec<String>) -> TextsAt {
        TextsAt(place(&mut self.places.texts, &mut self.plan.constants.texts, texts))
    }

    /// A set of numbers, in any order.
    pub(crate) fn numbers(&mut self, mut numbers: Vec<i64>) -> NumbersAt {
        numbers.sort_unstable();
        numbers.dedup();
        NumbersAt(place(&mut self.places.numbers, &mut self.plan.constants.numbers, numbers))
    }

    pub(crate) fn bins_at(&mut self, bins: Bins) -> BinsAt {
        BinsAt(place(&mut self.places.bins, &mut self.plan.constants.bins, bins))
    }

    /// Windows that must all hold.
    pub(crate) fn windows_at(&mut self, windows: Vec<FixedWindow>) -> WindowsAt {
        WindowsAt(place(&mut self.places.windows, &mut self.plan.constants.windows, windows))
    }

    pub(crate) fn curve_at(&mut self, curve: PlanCurve) -> CurveAt {
        CurveAt(place(&mut self.places.curves, &mut self.plan.constants.curves, curve))
    }
}
