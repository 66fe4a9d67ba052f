//! Registers: columns of rows that programs compute on.
//!
//! The columns of one type stand behind each other in one [`Bank`]; register `r` has the rows from
//! `r * stride` on. An unknown number or wide number holds 0.

use crate::{ListHandle, TextHandle};
use qualify_plan::RegisterCounts;

/// How many rows a program works on at a time: long enough to hide the cost of an instruction, short enough
/// for columns to stay in the caches.
pub const CHUNK: usize = 1024;

/// Columns begin where a line of the cache begins, else every wide load would touch two.
const LINE: usize = 64;

/// The columns of the registers of one type.
#[derive(Debug, Default)]
pub struct Bank<T> {
    cells: Vec<T>,
    /// Where the first line of the cache begins.
    start: usize,
    stride: usize,
    registers: usize,
}

/// Registers of each type that no program names.
const SPARE: usize = 3;

impl<T: Copy + Default> Bank<T> {
    fn fit(&mut self, registers: u32, stride: usize) {
        let registers = registers as usize;
        if self.stride == stride && self.registers >= registers {
            return;
        }
        (self.stride, self.registers) = (stride, registers);
        self.cells = vec![T::default(); (registers + SPARE) * stride + LINE];
        self.start = self.cells.as_ptr().align_offset(LINE).min(LINE);
    }

    /// How many cells lie between the beginnings of two registers.
    #[inline(always)]
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// A register that no program names: 0, 1 or 2.
    #[inline(always)]
    pub(crate) fn spare(&self, number: usize) -> usize {
        self.registers + number
    }

    /// All columns: register `r` begins at `r * stride`.
    pub fn flat(&self) -> &[T] {
        &self.cells[self.start..]
    }

    /// All columns: register `r` begins at `r * stride`.
    pub fn flat_mut(&mut self) -> &mut [T] {
        &mut self.cells[self.start..]
    }

    /// The first rows of a register.
    #[inline(always)]
    pub fn column(&self, register: usize, rows: usize) -> &[T] {
        let at = self.start + register * self.stride;
        &self.cells[at..][..rows]
    }

    /// The first rows of a register.
    #[inline(always)]
    pub fn column_mut(&mut self, register: usize, rows: usize) -> &mut [T] {
        let at = self.start + register * self.stride;
        &mut self.cells[at..][..rows]
    }
}

/// The registers of a running program, of any number of programs one after the other. Nothing is allocated
/// once they are as many as the greatest of them needs.
#[derive(Debug)]
pub struct Registers {
    rows: usize,
    stride: usize,
    /// Truths: 0 false, 1 unknown, 2 true.
    pub truths: Bank<u8>,
    /// Numbers.
    pub numbers: Bank<i64>,
    /// For each number 1 if it is known, else 0.
    pub known: Bank<u8>,
    /// Wide numbers.
    pub wides: Bank<i128>,
    /// For each wide number 1 if it is known, else 0.
    pub wide_known: Bank<u8>,
    /// For each wide number 1 if it was held at an end of the 64-bit range, else 0.
    pub wide_held: Bank<u8>,
    /// Texts.
    pub texts: Bank<TextHandle>,
    /// Lists.
    pub lists: Bank<ListHandle>,
    /// Where rules are tallied: 2, as an `Evaluated` instruction left it.
    pub evaluated: Vec<u8>,
    pub(crate) scratch: Scratch,
}

/// What instructions need beside registers.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) text: String,
    pub(crate) holding: Vec<u16>,
    pub(crate) possible: Vec<u16>,
    pub(crate) answers: Vec<crate::SlotColumn>,
}

impl Registers {
    /// For runs over at most so many rows (1 to [`CHUNK`]); with few rows all columns stand close together.
    pub fn new(rows: usize) -> Registers {
        let rows = rows.clamp(1, CHUNK);
        Registers {
            rows,
            stride: rows.next_multiple_of(8),
            truths: Bank::default(),
            numbers: Bank::default(),
            known: Bank::default(),
            wides: Bank::default(),
            wide_known: Bank::default(),
            wide_held: Bank::default(),
            texts: Bank::default(),
            lists: Bank::default(),
            evaluated: vec![2; rows],
            scratch: Scratch { holding: vec![0; rows], possible: vec![0; rows], ..Scratch::default() },
        }
    }

    /// The greatest number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many cells lie between the beginnings of two registers, in every bank.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Makes ready for a program: room for its registers, all rows to be tallied. What registers hold is left
    /// from before.
    pub fn begin(&mut self, counts: &RegisterCounts) {
        self.truths.fit(counts.truths, self.stride);
        self.numbers.fit(counts.numbers, self.stride);
        self.known.fit(counts.numbers, self.stride);
        self.wides.fit(counts.wides, self.stride);
        self.wide_known.fit(counts.wides, self.stride);
        self.wide_held.fit(counts.wides, self.stride);
        self.texts.fit(counts.texts, self.stride);
        self.lists.fit(counts.lists, self.stride);
        self.evaluated.fill(2);
    }

    /// A row of a register of truths.
    #[inline]
    pub fn truth(&self, register: usize, row: usize) -> u8 {
        self.truths.flat()[register * self.stride + row]
    }

    /// A row of a register of numbers, if it is known.
    #[inline]
    pub fn number(&self, register: usize, row: usize) -> Option<i64> {
        let at = register * self.stride + row;
        (self.known.flat()[at] != 0).then(|| self.numbers.flat()[at])
    }

    /// A row of a register of wide numbers, if it is known, and whether it was held.
    #[inline]
    pub fn wide(&self, register: usize, row: usize) -> Option<(i128, bool)> {
        let at = register * self.stride + row;
        let known = self.wide_known.flat()[at] != 0;
        known.then(|| (self.wides.flat()[at], self.wide_held.flat()[at] != 0))
    }

    /// A row of a register of texts; [`Sources`](crate::Sources) says what it is.
    #[inline]
    pub fn text(&self, register: usize, row: usize) -> TextHandle {
        self.texts.flat()[register * self.stride + row]
    }

    /// A row of a register of lists; [`Sources`](crate::Sources) says what it is.
    #[inline]
    pub fn list(&self, register: usize, row: usize) -> ListHandle {
        self.lists.flat()[register * self.stride + row]
    }

    #[inline]
    pub(crate) fn set_truth(&mut self, register: usize, row: usize, truth: u8) {
        self.truths.flat_mut()[register * self.stride + row] = truth;
    }

    #[inline]
    pub(crate) fn set_number(&mut self, register: usize, row: usize, number: Option<i64>) {
        let at = register * self.stride + row;
        self.known.flat_mut()[at] = number.is_some() as u8;
        self.numbers.flat_mut()[at] = number.unwrap_or(0);
    }

    #[inline]
    pub(crate) fn set_wide(&mut self, register: usize, row: usize, wide: Option<(i128, bool)>) {
        let at = register * self.stride + row;
        let (units, held) = wide.unwrap_or((0, false));
        self.wide_known.flat_mut()[at] = wide.is_some() as u8;
        self.wide_held.flat_mut()[at] = held as u8;
        self.wides.flat_mut()[at] = units;
    }

    #[inline]
    pub(crate) fn set_text(&mut self, register: usize, row: usize, text: TextHandle) {
        self.texts.flat_mut()[register * self.stride + row] = text;
    }

    #[inline]
    pub(crate) fn set_list(&mut self, register: usize, row: usize, list: ListHandle) {
        self.lists.flat_mut()[register * self.stride + row] = list;
    }
}
