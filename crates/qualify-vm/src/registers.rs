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
}

impl<T: Copy + Default> Bank<T> {
    fn fit(&mut self, registers: u32, stride: usize) {
        let wanted = registers as usize * stride;
        if self.stride == stride && self.cells.len() >= self.start + wanted {
            return;
        }
        self.stride = stride;
        self.cells = vec![T::default(); wanted + LINE];
        self.start = self.cells.as_ptr().align_offset(LINE).min(LINE);
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
        &self.cells[at..at + rows]
    }

    /// The first rows of a register.
    #[inline(always)]
    pub fn column_mut(&mut self, register: usize, rows: usize) -> &mut [T] {
        let at = self.start + register * self.stride;
        &mut self.cells[at..at + rows]
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
    pub(crate) other_text: String,
    pub(crate) counts: Vec<u32>,
    pub(crate) possible: Vec<u32>,
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
            scratch: Scratch { counts: vec![0; rows], possible: vec![0; rows], ..Scratch::default() },
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
    pub fn truth(&self, register: usize, row: usize) -> u8 {
        self.truths.column(register, row + 1)[row]
    }

    /// A row of a register of numbers, if it is known.
    pub fn number(&self, register: usize, row: usize) -> Option<i64> {
        let known = self.known.column(register, row + 1)[row] != 0;
        known.then(|| self.numbers.column(register, row + 1)[row])
    }

    /// A row of a register of wide numbers, if it is known, and whether it was held.
    pub fn wide(&self, register: usize, row: usize) -> Option<(i128, bool)> {
        let known = self.wide_known.column(register, row + 1)[row] != 0;
        let held = self.wide_held.column(register, row + 1)[row] != 0;
        known.then(|| (self.wides.column(register, row + 1)[row], held))
    }

    /// A row of a register of texts; [`Sources`](crate::Sources) says what it is.
    pub fn text(&self, register: usize, row: usize) -> TextHandle {
        self.texts.column(register, row + 1)[row]
    }

    /// A row of a register of lists; [`Sources`](crate::Sources) says what it is.
    pub fn list(&self, register: usize, row: usize) -> ListHandle {
        self.lists.column(register, row + 1)[row]
    }
}
