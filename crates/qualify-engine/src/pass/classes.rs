//! Classes of events: events of one class are meant by the same matchers. What a step means of an event, its
//! windows aside, is looked up by the class from then on.

use super::objects::Objects;
use qualify_plan::Plan;
use std::collections::HashMap;

/// The classes met so far. Class 0 is that of events that no matcher means.
#[derive(Clone, Debug)]
pub(crate) struct Classes {
    /// For each class the matchers as bits.
    sets: Vec<Box<[u64]>>,
    numbers: HashMap<Box<[u64]>, u32>,
    /// For each filter the matchers that ask for it, as bits.
    filters: Vec<(u32, Box<[u64]>)>,
    /// For each filter and class the class when the filter is not true; `u32::MAX` if not asked yet.
    without: Vec<Vec<u32>>,
    /// The objects of the dictionaries at hand.
    pub objects: Objects,
}

const OPEN: u32 = u32::MAX;

impl Classes {
    /// Of a plan, without data yet.
    pub fn new(plan: &Plan) -> Classes {
        let words = plan.matchers.len().div_ceil(64).max(1);
        let mut filters: Vec<(u32, Box<[u64]>)> = Vec::new();
        for (number, matcher) in plan.matchers.iter().enumerate() {
            for filter in &matcher.filters {
                let at = filters.iter().position(|(f, _)| f == filter).unwrap_or_else(|| {
                    filters.push((*filter, vec![0; words].into()));
                    filters.len() - 1
                });
                filters[at].1[number / 64] |= 1 << (number % 64);
            }
        }
        let mut classes = Classes {
            sets: Vec::new(),
            numbers: HashMap::new(),
            without: vec![Vec::new(); filters.len()],
            filters,
            objects: Objects::new(plan),
        };
        classes.number(vec![0; words].into());
        classes
    }

    /// How many classes there are so far.
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Whether events of the class are meant by the matcher.
    #[inline(always)]
    pub fn means(&self, class: u32, matcher: u32) -> bool {
        self.sets[class as usize][matcher as usize / 64] >> (matcher % 64) & 1 != 0
    }

    /// The matchers that mean events of the class.
    pub fn matchers(&self, class: u32) -> impl Iterator<Item = u32> + '_ {
        let words = self.sets[class as usize].iter().enumerate();
        words.flat_map(|(at, word)| {
            (0..64).filter(move |bit| word >> bit & 1 != 0).map(move |bit| at as u32 * 64 + bit)
        })
    }

    /// The set of no matcher.
    pub fn empty(&self) -> Box<[u64]> {
        vec![0; self.sets[0].len()].into()
    }

    /// The filters in use: numbers of event programs.
    pub fn filters(&self) -> impl Iterator<Item = u32> + '_ {
        self.filters.iter().map(|(filter, _)| *filter)
    }

    /// The class of a set of matchers.
    pub fn number(&mut self, set: Box<[u64]>) -> u32 {
        if let Some(number) = self.numbers.get(&set) {
            return *number;
        }
        let number = self.sets.len() as u32;
        self.numbers.insert(set.clone(), number);
        self.sets.push(set);
        self.without.iter_mut().for_each(|without| without.push(OPEN));
        number
    }

    /// Takes out of the classes of events the matchers that ask for a filter, where the filter is not true (2).
    pub fn apply(&mut self, filter: usize, truths: &[u8], classes: &mut [u32]) {
        for (class, truth) in classes.iter_mut().zip(truths) {
            if *truth != 2 {
                let next = self.without[filter][*class as usize];
                *class = if next == OPEN { self.take_out(filter, *class) } else { next };
            }
        }
    }

    fn take_out(&mut self, filter: usize, class: u32) -> u32 {
        let set = &self.sets[class as usize];
        let left: Box<[u64]> =
            set.iter().zip(&self.filters[filter].1).map(|(set, asks)| set & !asks).collect();
        let number = self.number(left);
        self.without[filter][class as usize] = number;
        number
    }
}
