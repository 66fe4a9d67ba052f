//! One stretch of a program as a function: a loop over the rows, in each of which every register is a value.

use crate::context::{Column, VALUE_WORDS, WORDS};
use crate::helpers;
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AbiParam, InstBuilder, MemFlagsData, SigRef, Signature, Value, types};
use cranelift_codegen::isa::CallConv;
use cranelift_frontend::FunctionBuilder;
use qualify_model::Comparison;
use qualify_plan::{Instruction, N, RegisterType, T, ToN, ToT};
use qualify_vm::{Prepared, PreparedNumbers};
use std::collections::HashMap;

/// A number: 64 bits that are 0 where it is unknown, and a byte that is 1 where it is known (none: everywhere).
#[derive(Clone, Copy)]
struct Number {
    units: Value,
    known: Option<Value>,
}

/// What the function is given, as values.
pub(crate) struct Given {
    pub row: Value,
    pub stride: Value,
    pub truths: Value,
    pub numbers: Value,
    pub known: Value,
    pub evaluated: Value,
    pub context: Value,
}

/// How the values of columns are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rows {
    /// By the addresses of the columns.
    Many,
    /// By themselves: those of the one row.
    One,
}

/// The translation of one row.
pub(crate) struct Row<'a, 'f> {
    pub builder: &'a mut FunctionBuilder<'f>,
    pub given: Given,
    pub prepared: &'a Prepared,
    rows: Rows,
    /// The columns that the code asks for, in the order of the context.
    pub columns: &'a mut Vec<Column>,
    pub call: CallConv,
    truths: HashMap<u32, Value>,
    numbers: HashMap<u32, Number>,
    evaluated: Option<Value>,
}

fn flags() -> MemFlagsData {
    MemFlagsData::trusted()
}

impl<'a, 'f> Row<'a, 'f> {
    pub fn new(
        builder: &'a mut FunctionBuilder<'f>,
        given: Given,
        (prepared, rows): (&'a Prepared, Rows),
        columns: &'a mut Vec<Column>,
        call: CallConv,
    ) -> Row<'a, 'f> {
        let (truths, numbers) = (HashMap::new(), HashMap::new());
        Row { builder, given, prepared, rows, columns, call, truths, numbers, evaluated: None }
    }

    /// Leaves registers in memory.
    pub fn store(&mut self, registers: &[(RegisterType, u32)]) {
        for (ty, register) in registers {
            match ty {
                RegisterType::Truth => {
                    let value = self.truth(T(*register));
                    let at = self.cell(self.given.truths, *register, 0);
                    self.builder.ins().store(flags(), value, at, 0);
                }
                _ => {
                    let number = self.number(N(*register));
                    let known = self.known(number);
                    let at = self.cell(self.given.numbers, *register, 3);
                    self.builder.ins().store(flags(), number.units, at, 0);
                    let at = self.cell(self.given.known, *register, 0);
                    self.builder.ins().store(flags(), known, at, 0);
                }
            }
        }
    }

    // ---- values

    fn byte(&mut self, byte: i64) -> Value {
        self.builder.ins().iconst(types::I8, byte)
    }

    fn long(&mut self, number: i64) -> Value {
        self.builder.ins().iconst(types::I64, number)
    }

    /// The address of the row in hand of a register; cells have `2^size` bytes.
    fn cell(&mut self, bank: Value, register: u32, size: i64) -> Value {
        let start = self.builder.ins().imul_imm_s(self.given.stride, register as i64);
        let at = self.builder.ins().iadd(start, self.given.row);
        let bytes = self.builder.ins().ishl_imm_u(at, size);
        self.builder.ins().iadd(bank, bytes)
    }

    fn truth(&mut self, register: T) -> Value {
        if let Some(value) = self.truths.get(&register.0) {
            return *value;
        }
        let at = self.cell(self.given.truths, register.0, 0);
        let value = self.builder.ins().load(types::I8, flags(), at, 0);
        self.truths.insert(register.0, value);
        value
    }

    fn number(&mut self, register: N) -> Number {
        if let Some(number) = self.numbers.get(&register.0) {
            return *number;
        }
        let at = self.cell(self.given.numbers, register.0, 3);
        let units = self.builder.ins().load(types::I64, flags(), at, 0);
        let at = self.cell(self.given.known, register.0, 0);
        let known = self.builder.ins().load(types::I8, flags(), at, 0);
        let number = Number { units, known: Some(known) };
        self.numbers.insert(register.0, number);
        number
    }

    fn known(&mut self, number: Number) -> Value {
        match number.known {
            Some(known) => known,
            None => self.byte(1),
        }
    }

    fn both(&mut self, a: Number, b: Number) -> Option<Value> {
        match (a.known, b.known) {
            (Some(a), Some(b)) => Some(self.builder.ins().band(a, b)),
            (known, None) | (None, known) => known,
        }
    }

    fn set_truth(&mut self, to: ToT, value: Value) {
        self.truths.insert(to.0, value);
    }

    /// Sets a number, to 0 where it is unknown.
    fn set(&mut self, to: ToN, units: Value, known: Option<Value>) {
        let units = match known {
            Some(known) => {
                let zero = self.long(0);
                self.builder.ins().select(known, units, zero)
            }
            None => units,
        };
        self.numbers.insert(to.0, Number { units, known });
    }

    /// 2 where the byte is not 0, else 0; 1 where it is not known.
    fn as_truth(&mut self, holds: Value, known: Option<Value>) -> Value {
        let truth = self.builder.ins().ishl_imm_u(holds, 1);
        match known {
            Some(known) => {
                let unknown = self.byte(1);
                self.builder.ins().select(known, truth, unknown)
            }
            None => truth,
        }
    }

    fn is(&mut self, truth: Value, wanted: i64) -> Value {
        self.builder.ins().icmp_imm_s(IntCC::Equal, truth, wanted)
    }

    // ---- columns

    /// The place of a column in the context, in bytes.
    fn column(&mut self, column: Column) -> i32 {
        let place = self.columns.iter().position(|c| *c == column).unwrap_or_else(|| {
            self.columns.push(column);
            self.columns.len() - 1
        });
        let words = match self.rows {
            Rows::Many => WORDS,
            Rows::One => VALUE_WORDS,
        };
        (place * words * 8) as i32
    }

    fn word(&mut self, column: i32, word: i32) -> Value {
        self.builder.ins().load(types::I64, flags(), self.given.context, column + 8 * word)
    }

    /// The instant.
    fn as_of(&mut self) -> Value {
        let column = self.column(Column::AsOf);
        self.word(column, 0)
    }

    /// A byte in a word of the context.
    fn byte_of(&mut self, column: i32, word: i32) -> Value {
        let word = self.word(column, word);
        self.builder.ins().ireduce(types::I8, word)
    }

    /// The entry of a table for the row in hand: its code, or the last where the code is too large. The value of the
    /// entry is given itself where there is one row.
    fn code(&mut self, column: i32) -> Value {
        if self.rows == Rows::One {
            return self.given.row;
        }
        let codes = self.word(column, 3);
        let bytes = self.builder.ins().ishl_imm_u(self.given.row, 2);
        let at = self.builder.ins().iadd(codes, bytes);
        let code = self.builder.ins().uload32(flags(), at, 0);
        let last = self.word(column, 4);
        self.builder.ins().umin(code, last)
    }

    fn load_truth(&mut self, to: ToT, column: i32, place: Value) {
        if self.rows == Rows::One {
            let truth = self.byte_of(column, 0);
            return self.set_truth(to, truth);
        }
        let start = self.word(column, 0);
        let at = self.builder.ins().iadd(start, place);
        let truth = self.builder.ins().load(types::I8, flags(), at, 0);
        self.set_truth(to, truth);
    }

    fn load_number(&mut self, to: ToN, column: i32, place: Value) {
        if self.rows == Rows::One {
            let number = Number { units: self.word(column, 0), known: Some(self.byte_of(column, 1)) };
            self.numbers.insert(to.0, number);
            return;
        }
        let start = self.word(column, 0);
        let bytes = self.builder.ins().ishl_imm_u(place, 3);
        let at = self.builder.ins().iadd(start, bytes);
        let units = self.builder.ins().load(types::I64, flags(), at, 0);
        let (known, mask) = (self.word(column, 1), self.word(column, 2));
        let place = self.builder.ins().band(place, mask);
        let at = self.builder.ins().iadd(known, place);
        let known = self.builder.ins().load(types::I8, flags(), at, 0);
        self.set(to, units, Some(known));
    }

    // ---- instructions

    /// Translates one instruction. Those that [`parts`](crate::parts) does not choose do not come.
    pub fn step(&mut self, instruction: &Instruction) {
        use Instruction as I;
        match *instruction {
            I::TruthConstant { to, value } => {
                let value = self.byte(value.clamp(0, 2));
                self.set_truth(to, value);
            }
            I::LoadTruth { to, input } => {
                let column = self.column(Column::InputTruths(input));
                self.load_truth(to, column, self.given.row);
            }
            I::SlotTruth { to, slot } => {
                let column = self.column(Column::SlotTruths(slot));
                self.load_truth(to, column, self.given.row);
            }
            I::TableTruth { to, table, output } => {
                let column = self.column(Column::TableTruths(table, output));
                let code = self.code(column);
                self.load_truth(to, column, code);
            }
            I::And { to, a, b } => {
                let (a, b) = (self.truth(a), self.truth(b));
                let value = self.builder.ins().umin(a, b);
                self.set_truth(to, value);
            }
            I::Or { to, a, b } => {
                let (a, b) = (self.truth(a), self.truth(b));
                let value = self.builder.ins().umax(a, b);
                self.set_truth(to, value);
            }
            I::Not { to, a } => {
                let (a, two) = (self.truth(a), self.byte(2));
                let value = self.builder.ins().isub(two, a);
                self.set_truth(to, value);
            }
            I::IsTrue { to, a } => {
                let a = self.truth(a);
                let value = self.builder.ins().band_imm_s(a, 2);
                self.set_truth(to, value);
            }
            I::KnownTruth { to, a } => {
                let a = self.truth(a);
                let known = self.builder.ins().icmp_imm_s(IntCC::NotEqual, a, 1);
                let value = self.as_truth(known, None);
                self.set_truth(to, value);
            }
            I::KnownNumber { to, a } => {
                let a = self.number(a);
                let known = self.known(a);
                let value = self.as_truth(known, None);
                self.set_truth(to, value);
            }
            I::CompareConstant { to, how, a, b } => {
                let a = self.number(a);
                let b = self.long(b);
                self.compare(to, how, a, Number { units: b, known: None });
            }
            I::CompareNumbers { to, how, a, b } => {
                let (a, b) = (self.number(a), self.number(b));
                self.compare(to, how, a, b);
            }
            I::InNumbers { to, a, set } => self.in_numbers(to, a, set.index()),
            I::InWindows { to, a, windows } => {
                let column = self.column(Column::Windows(windows));
                let (first, last) = (self.word(column, 0), self.word(column, 1));
                let a = self.number(a);
                let early = self.builder.ins().icmp(IntCC::SignedGreaterThanOrEqual, a.units, first);
                let late = self.builder.ins().icmp(IntCC::SignedLessThanOrEqual, a.units, last);
                let holds = self.builder.ins().band(early, late);
                let value = self.as_truth(holds, a.known);
                self.set_truth(to, value);
            }
            I::HowMany { to, low, high, ref parts } => self.how_many(to, low, high, parts),
            I::SelectTruth { to, condition, then, otherwise } => {
                let (condition, then, otherwise) =
                    (self.truth(condition), self.truth(then), self.truth(otherwise));
                let (yes, no, unknown) = (self.is(condition, 2), self.is(condition, 0), self.byte(1));
                let else_ = self.builder.ins().select(no, otherwise, unknown);
                let value = self.builder.ins().select(yes, then, else_);
                self.set_truth(to, value);
            }
            I::IfKnownTruth { to, a, b } => {
                let (a, b) = (self.truth(a), self.truth(b));
                let unknown = self.is(a, 1);
                let value = self.builder.ins().select(unknown, b, a);
                self.set_truth(to, value);
            }
            I::Evaluated { a } => {
                let a = self.truth(a);
                let at = self.builder.ins().iadd(self.given.evaluated, self.given.row);
                self.builder.ins().store(flags(), a, at, 0);
                self.evaluated = Some(a);
            }
            I::TallyRule { rule, fired, points } => {
                let points = self.number(points).units;
                self.tally(Column::Rule(rule), fired, points);
            }
            I::TallyConstant { rule, fired, points } => {
                let points = self.long(points);
                self.tally(Column::Rule(rule), fired, points);
            }
            I::TallyCodes { tally, condition } => {
                let column = self.column(Column::Codes(tally));
                let counts = self.counts(condition);
                let code = self.code(column);
                let start = self.word(column, 0);
                let bytes = self.builder.ins().ishl_imm_u(code, 3);
                let at = self.builder.ins().iadd(start, bytes);
                self.add_to(at, 0, counts);
            }
            _ => self.number_step(instruction),
        }
    }

    fn number_step(&mut self, instruction: &Instruction) {
        use Instruction as I;
        match *instruction {
            I::NumberConstant { to, value } => {
                let value = self.long(value);
                self.set(to, value, None);
            }
            I::NumberUnknown { to } => {
                let (zero, unknown) = (self.long(0), self.byte(0));
                self.numbers.insert(to.0, Number { units: zero, known: Some(unknown) });
            }
            I::LoadNumber { to, input } => {
                let column = self.column(Column::InputNumbers(input));
                self.load_number(to, column, self.given.row);
            }
            I::SlotNumber { to, slot } => {
                let column = self.column(Column::SlotNumbers(slot));
                self.load_number(to, column, self.given.row);
            }
            I::TableNumber { to, table, output } => {
                let column = self.column(Column::TableNumbers(table, output));
                let code = self.code(column);
                self.load_number(to, column, code);
            }
            I::Add { to, a, b } => self.two(to, a, b, |row, a, b| row.builder.ins().iadd(a, b)),
            I::Subtract { to, a, b } => self.two(to, a, b, |row, a, b| row.builder.ins().isub(a, b)),
            I::Multiply { to, a, b } => self.two(to, a, b, |row, a, b| row.builder.ins().imul(a, b)),
            I::Minimum { to, a, b } => self.two(to, a, b, |row, a, b| row.builder.ins().smin(a, b)),
            I::Maximum { to, a, b } => self.two(to, a, b, |row, a, b| row.builder.ins().smax(a, b)),
            I::MultiplyDivide { to, a, b, by } => self.two(to, a, b, |row, a, b| {
                let by = row.long(by);
                row.helper(helpers::multiply_divide as *const () as i64, &[a, b, by])
            }),
            I::AddConstant { to, a, b } => self.one(to, a, |row, a| row.builder.ins().iadd_imm_s(a, b)),
            I::MultiplyConstant { to, a, b } => self.one(to, a, |row, a| row.builder.ins().imul_imm_s(a, b)),
            I::Negate { to, a } => self.one(to, a, |row, a| row.builder.ins().ineg(a)),
            I::MinimumConstant { to, a, b } => self.one(to, a, |row, a| {
                let b = row.long(b);
                row.builder.ins().smin(a, b)
            }),
            I::MaximumConstant { to, a, b } => self.one(to, a, |row, a| {
                let b = row.long(b);
                row.builder.ins().smax(a, b)
            }),
            I::DivideConstant { to, a, by } => self.one(to, a, |row, a| {
                let by = row.long(by);
                row.helper(helpers::divide as *const () as i64, &[a, by])
            }),
            I::DaysSince { to, a } => self.one(to, a, |row, a| {
                let as_of = row.as_of();
                row.helper(helpers::days_since as *const () as i64, &[as_of, a])
            }),
            I::Factor { to, curve, since } => self.one(to, since, |row, since| {
                let column = row.column(Column::Curve(curve));
                let (as_of, curve) = (row.as_of(), row.word(column, 0));
                row.helper(helpers::factor as *const () as i64, &[curve, as_of, since])
            }),
            I::SelectNumber { to, condition, then, otherwise } => {
                let condition = self.truth(condition);
                let (then, otherwise) = (self.number(then), self.number(otherwise));
                let (yes, no) = (self.is(condition, 2), self.is(condition, 0));
                let units = self.builder.ins().select(yes, then.units, otherwise.units);
                let (then_known, otherwise_known) = (self.known(then), self.known(otherwise));
                let zero = self.byte(0);
                let else_ = self.builder.ins().select(no, otherwise_known, zero);
                let known = self.builder.ins().select(yes, then_known, else_);
                self.set(to, units, Some(known));
            }
            I::IfKnownNumber { to, a, b } => {
                let (a, b) = (self.number(a), self.number(b));
                let a_known = self.known(a);
                let units = self.builder.ins().select(a_known, a.units, b.units);
                let known = match (a.known, b.known) {
                    (Some(a), Some(b)) => Some(self.builder.ins().bor(a, b)),
                    _ => None,
                };
                self.set(to, units, known);
            }
            I::AddIf { to, a, condition, points } => {
                let (a, condition) = (self.number(a), self.truth(condition));
                let holds = self.is(condition, 2);
                let (points, zero) = (self.long(points), self.long(0));
                let more = self.builder.ins().select(holds, points, zero);
                let units = self.builder.ins().iadd(a.units, more);
                self.set(to, units, a.known);
            }
            I::AddWhere { to, a, condition, points } => {
                let (a, points, condition) = (self.number(a), self.number(points), self.truth(condition));
                let (holds, zero) = (self.is(condition, 2), self.long(0));
                let more = self.builder.ins().select(holds, points.units, zero);
                let units = self.builder.ins().iadd(a.units, more);
                self.set(to, units, a.known);
            }
            I::ZeroUnknown { to, a } => {
                let a = self.number(a);
                self.set(to, a.units, None);
            }
            I::KnownWhere { to, a, condition } => {
                let (a, condition) = (self.number(a), self.truth(condition));
                let (holds, known) = (self.is(condition, 2), self.known(a));
                let known = self.builder.ins().band(holds, known);
                self.set(to, a.units, Some(known));
            }
            I::TruthNumber { to, a } => {
                let a = self.truth(a);
                let known = self.builder.ins().icmp_imm_s(IntCC::NotEqual, a, 1);
                let holds = self.is(a, 2);
                let units = self.builder.ins().uextend(types::I64, holds);
                self.set(to, units, Some(known));
            }
            I::Bins { to, a, bins } => self.bins(to, a, bins.index()),
            I::First { to, ref conditions } => self.place(to, conditions, true),
            I::Last { to, ref conditions } => self.place(to, conditions, false),
            _ => {}
        }
    }

    fn one(&mut self, to: ToN, a: N, make: impl FnOnce(&mut Self, Value) -> Value) {
        let a = self.number(a);
        let units = make(self, a.units);
        self.set(to, units, a.known);
    }

    fn two(&mut self, to: ToN, a: N, b: N, make: impl FnOnce(&mut Self, Value, Value) -> Value) {
        let (a, b) = (self.number(a), self.number(b));
        let units = make(self, a.units, b.units);
        let known = self.both(a, b);
        self.set(to, units, known);
    }

    fn compare(&mut self, to: ToT, how: Comparison, a: Number, b: Number) {
        let how = match how {
            Comparison::Equal => IntCC::Equal,
            Comparison::NotEqual => IntCC::NotEqual,
            Comparison::Less => IntCC::SignedLessThan,
            Comparison::LessOrEqual => IntCC::SignedLessThanOrEqual,
            Comparison::Greater => IntCC::SignedGreaterThan,
            Comparison::GreaterOrEqual => IntCC::SignedGreaterThanOrEqual,
        };
        let holds = self.builder.ins().icmp(how, a.units, b.units);
        let known = self.both(a, b);
        let value = self.as_truth(holds, known);
        self.set_truth(to, value);
    }

    fn in_numbers(&mut self, to: ToT, a: N, set: usize) {
        let a = self.number(a);
        let holds = match &self.prepared.numbers[set] {
            PreparedNumbers::Bits { least, bits } => {
                let least = self.long(*least);
                let place = self.builder.ins().isub(a.units, least);
                let inside = self.builder.ins().icmp_imm_s(IntCC::UnsignedLessThan, place, 64);
                let bits = self.long(*bits as i64);
                let shifted = self.builder.ins().ushr(bits, place); // the place counts modulo 64
                let bit = self.builder.ins().ireduce(types::I8, shifted);
                let bit = self.builder.ins().band_imm_s(bit, 1);
                self.builder.ins().band(inside, bit)
            }
            PreparedNumbers::Sorted(numbers) => {
                let mut holds = self.byte(0);
                for number in numbers {
                    let number = self.long(*number);
                    let equal = self.builder.ins().icmp(IntCC::Equal, a.units, number);
                    holds = self.builder.ins().bor(holds, equal);
                }
                holds
            }
        };
        let value = self.as_truth(holds, a.known);
        self.set_truth(to, value);
    }

    /// From `low` to `high` hold, however the unknown ones fall; else unknown.
    fn how_many(&mut self, to: ToT, low: i64, high: i64, parts: &[T]) {
        if low > high {
            let no = self.byte(0);
            return self.set_truth(to, no);
        }
        let (mut least, mut most) = (self.long(0), self.long(0));
        for part in parts {
            let part = self.truth(*part);
            let (holds, may) = (self.is(part, 2), self.builder.ins().icmp_imm_s(IntCC::NotEqual, part, 0));
            let (holds, may) =
                (self.builder.ins().uextend(types::I64, holds), self.builder.ins().uextend(types::I64, may));
            least = self.builder.ins().iadd(least, holds);
            most = self.builder.ins().iadd(most, may);
        }
        let (low, high) = (self.long(low), self.long(high));
        let mut and = |a: (IntCC, Value, Value), b: (IntCC, Value, Value), is_and: bool| {
            let a = self.builder.ins().icmp(a.0, a.1, a.2);
            let b = self.builder.ins().icmp(b.0, b.1, b.2);
            if is_and { self.builder.ins().band(a, b) } else { self.builder.ins().bor(a, b) }
        };
        let inside = and(
            (IntCC::SignedGreaterThanOrEqual, least, low),
            (IntCC::SignedLessThanOrEqual, most, high),
            true,
        );
        let outside = and((IntCC::SignedLessThan, most, low), (IntCC::SignedGreaterThan, least, high), false);
        let (yes, no, unknown) = (self.byte(2), self.byte(0), self.byte(1));
        let else_ = self.builder.ins().select(outside, no, unknown);
        let value = self.builder.ins().select(inside, yes, else_);
        self.set_truth(to, value);
    }

    fn bins(&mut self, to: ToN, a: N, bins: usize) {
        let bins = &self.prepared.bins[bins];
        let a = self.number(a);
        let always = bins.known.iter().all(|known| *known != 0) && bins.unknown_known != 0;
        let (mut units, mut known) = (self.long(bins.values[0]), self.byte(bins.known[0] as i64));
        for (at, edge) in bins.edges.iter().enumerate() {
            let edge = self.long(*edge);
            let behind = self.builder.ins().icmp(IntCC::SignedGreaterThanOrEqual, a.units, edge);
            let value = self.long(bins.values[at + 1]);
            units = self.builder.ins().select(behind, value, units);
            if !always {
                let value_known = self.byte(bins.known[at + 1] as i64);
                known = self.builder.ins().select(behind, value_known, known);
            }
        }
        if let Some(a_known) = a.known {
            let (value, value_known) = (self.long(bins.unknown), self.byte(bins.unknown_known as i64));
            units = self.builder.ins().select(a_known, units, value);
            known = self.builder.ins().select(a_known, known, value_known);
        }
        self.set(to, units, (!always).then_some(known));
    }

    /// The place of the first or last condition that is true.
    fn place(&mut self, to: ToN, conditions: &[T], first: bool) {
        let (mut units, mut known) = (self.long(0), self.byte(0));
        let mut places: Vec<usize> = (0..conditions.len()).collect();
        if first {
            places.reverse(); // what is looked at last wins
        }
        for place in places {
            let condition = self.truth(conditions[place]);
            let holds = self.is(condition, 2);
            let value = self.long(place as i64);
            units = self.builder.ins().select(holds, value, units);
            known = self.builder.ins().bor(known, holds);
        }
        self.set(to, units, Some(known));
    }

    // ---- counting

    /// 1 where the condition is true and the lead is evaluated, else 0.
    fn counts(&mut self, condition: T) -> Value {
        let evaluated = match self.evaluated {
            Some(evaluated) => evaluated,
            None => {
                let at = self.builder.ins().iadd(self.given.evaluated, self.given.row);
                let evaluated = self.builder.ins().load(types::I8, flags(), at, 0);
                self.evaluated = Some(evaluated);
                evaluated
            }
        };
        let condition = self.truth(condition);
        let both = self.builder.ins().umin(condition, evaluated);
        let counts = self.is(both, 2);
        self.builder.ins().uextend(types::I64, counts)
    }

    fn add_to(&mut self, at: Value, offset: i32, more: Value) {
        let before = self.builder.ins().load(types::I64, flags(), at, offset);
        let sum = self.builder.ins().iadd(before, more);
        self.builder.ins().store(flags(), sum, at, offset);
    }

    fn tally(&mut self, rule: Column, fired: T, points: Value) {
        let column = self.column(rule);
        let counts = self.counts(fired);
        let leads = self.word(column, 0);
        self.add_to(leads, 0, counts);
        let zero = self.long(0);
        let more = self.builder.ins().select(counts, points, zero);
        // 128 bits: the carry of the low half goes to the high one
        let sum = self.word(column, 1);
        let low = self.builder.ins().load(types::I64, flags(), sum, 0);
        let new = self.builder.ins().iadd(low, more);
        let carry = self.builder.ins().icmp(IntCC::UnsignedLessThan, new, more);
        let carry = self.builder.ins().uextend(types::I64, carry);
        let sign = self.builder.ins().sshr_imm_u(more, 63);
        let high = self.builder.ins().iadd(sign, carry);
        self.builder.ins().store(flags(), new, sum, 0);
        self.add_to(sum, 8, high);
    }

    // ---- helpers

    /// Calls a function of [`helpers`] by its address: all take and give 64 bits.
    fn helper(&mut self, address: i64, arguments: &[Value]) -> Value {
        let signature = self.signature(arguments.len());
        let address = self.long(address);
        let call = self.builder.ins().call_indirect(signature, address, arguments);
        self.builder.inst_results(call)[0]
    }

    fn signature(&mut self, arguments: usize) -> SigRef {
        let mut signature = Signature::new(self.call);
        signature.params = vec![AbiParam::new(types::I64); arguments];
        signature.returns = vec![AbiParam::new(types::I64)];
        self.builder.import_signature(signature)
    }
}
