//! Different values that were met, and what is known of each: of as many as find room. Those that were met first stay; the
//! others are put in order by their marks, so that those of one value stand together when all were met.

use super::marks::Mark;
use qualify_model::{LongEvents, Numbers, SortNumbers};
use std::collections::HashMap;

/// See the module.
pub(super) struct Values<V> {
    /// Bytes that may be remembered.
    room: usize,
    /// How many values are remembered at most.
    most: usize,
    known: HashMap<Mark, V>,
    others: Option<Box<dyn SortNumbers>>,
}

/// What a mark takes in the table, about, in bytes.
const MARK: usize = 40;

impl<V: Default> Values<V> {
    /// None were met.
    pub fn new() -> Values<V> {
        Values { room: 0, most: 1, known: HashMap::new(), others: None }
    }

    /// So many bytes may be remembered.
    pub fn make_room(&mut self, bytes: usize) {
        self.room = bytes;
        self.most = (bytes / 2 / (MARK + size_of::<V>())).max(1);
    }

    /// What is known of a value that was met. If it is one of the others, it is put in order with these numbers behind its
    /// mark.
    pub fn meet(&mut self, mark: Mark, numbers: [u64; 2], events: &dyn LongEvents) -> Option<&mut V> {
        if self.known.len() < self.most || self.known.contains_key(&mark) {
            return Some(self.known.entry(mark).or_default());
        }
        let others = self.others.get_or_insert_with(|| events.sorter(self.room / 4));
        let [first, second] = numbers;
        others.add([(mark.0 >> 64) as u64, mark.0 as u64, first, second]);
        None
    }

    /// What is known of a value, if it is remembered.
    pub fn known(&mut self, mark: Mark) -> Option<&mut V> {
        self.known.get_mut(&mark)
    }

    /// What is known of all that are remembered.
    pub fn all_known(&self) -> impl ExactSizeIterator<Item = &V> {
        self.known.values()
    }

    /// Shows the numbers of all others, those of each value together.
    pub fn each_other(&mut self, show: &mut dyn FnMut(Group<'_>)) {
        let Some(others) = self.others.take() else { return };
        let mut others = others.finish().peekable();
        while let Some(first) = others.peek().copied() {
            let mut group = std::iter::from_fn(|| others.next_if(|next| next[..2] == first[..2]));
            show(&mut group);
            group.for_each(drop); // what was not looked at
        }
    }

    /// Bytes for what is put in order besides.
    pub fn room_to_sort(&self) -> usize {
        self.room / 4
    }
}

/// The numbers of one value, in their order, behind its mark.
pub(super) type Group<'g> = &'g mut dyn Iterator<Item = Numbers>;
