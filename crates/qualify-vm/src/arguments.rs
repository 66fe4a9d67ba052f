//! Values of leads that facts and their event programs take.

use crate::{ListValue, Registers, Sources};
use qualify_plan::{L, N, T, X};
use std::sync::Arc;

/// What an event program sees of the lead: the same for all its rows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arguments<'a> {
    /// 0 false, 1 unknown, 2 true.
    pub truths: &'a [u8],
    /// Numbers, if they are known.
    pub numbers: &'a [Option<i64>],
    /// Texts, if they are known.
    pub texts: &'a [Option<Arc<str>>],
    /// Lists, if they are known.
    pub lists: &'a [Option<ListValue>],
}

/// The arguments of a fact for all rows of a chunk.
#[derive(Clone, Copy, Debug)]
pub struct FactArguments<'a> {
    pub(crate) rows: usize,
    pub(crate) registers: &'a Registers,
    pub(crate) sources: Sources<'a>,
    pub(crate) truths: &'a [T],
    pub(crate) numbers: &'a [N],
    pub(crate) texts: &'a [X],
    pub(crate) lists: &'a [L],
}

impl<'a> FactArguments<'a> {
    /// How many rows the chunk has.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// A truth: 0 false, 1 unknown, 2 true.
    pub fn truth(&self, argument: usize, row: usize) -> u8 {
        self.truths.get(argument).map_or(1, |register| self.registers.truth(register.index(), row))
    }

    /// A number, if it is known.
    pub fn number(&self, argument: usize, row: usize) -> Option<i64> {
        self.registers.number(self.numbers.get(argument)?.index(), row)
    }

    /// A text, if it is known.
    pub fn text(&self, argument: usize, row: usize) -> Option<&'a str> {
        self.sources.text(self.registers.text(self.texts.get(argument)?.index(), row))
    }

    /// A text, if it is known, to keep.
    pub fn kept_text(&self, argument: usize, row: usize) -> Option<Arc<str>> {
        self.sources.kept_text(self.registers.text(self.texts.get(argument)?.index(), row))
    }

    /// Writes the arguments of a row behind each other; the lists are emptied first. [`Arguments`] of the
    /// event programs can be made of them.
    pub fn row(
        &self,
        row: usize,
        truths: &mut Vec<u8>,
        numbers: &mut Vec<Option<i64>>,
        texts: &mut Vec<Option<Arc<str>>>,
        lists: &mut Vec<Option<ListValue>>,
    ) {
        truths.clear();
        truths.extend((0..self.truths.len()).map(|argument| self.truth(argument, row)));
        numbers.clear();
        numbers.extend((0..self.numbers.len()).map(|argument| self.number(argument, row)));
        texts.clear();
        texts.extend((0..self.texts.len()).map(|argument| self.kept_text(argument, row)));
        lists.clear();
        lists.extend(
            self.lists.iter().map(|list| self.sources.kept_list(self.registers.list(list.index(), row))),
        );
    }
}
