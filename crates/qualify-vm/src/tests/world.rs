//! Random columns, and what an instruction makes of them against what it should.

use crate::{
    Arguments, CHUNK, Frame, Input, ListValue, NoFacts, Prepared, Registers, SlotColumn, Slots, Tallies,
    run::Level,
};
use qualify_model::{TextKind, Type, UNKNOWN, Value};
use qualify_plan::*;
use std::sync::Arc;

/// Numbers without much pattern.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        ((self.next() >> 16) % n as u64) as usize
    }

    pub(super) fn number(&mut self) -> i64 {
        match self.below(8) {
            0 => [i64::MIN, i64::MAX, 0, -1, 1, i64::MIN + 1][self.below(6)],
            1 => self.next() as i64,
            2 => (self.next() as i64) >> 32,
            _ => self.below(40) as i64 - 10,
        }
    }

    pub(super) fn wide(&mut self) -> i128 {
        match self.below(6) {
            0 => [i128::MIN, i128::MAX, i64::MAX as i128 + 1, i64::MIN as i128 - 1][self.below(4)],
            1 => ((self.next() as i128) << 64) | self.next() as i128,
            _ => self.number() as i128,
        }
    }
}

/// Texts that meet, fold, and have parts.
pub(super) const TEXTS: [&str; 18] = [
    "a",
    "A",
    "Ann@Mail.Corp.com",
    "corp.com",
    "x.CORP.com",
    "mycorp.com",
    "https://Shop.x.de:80/a/b?c",
    "x.de",
    "Chief Executive Officer",
    "Straße",
    "STRASSE",
    "info@",
    "/",
    "b",
    " a\t",
    "\u{212a}elvin",
    "CORP.COM\u{a0}",
    "corp.co\u{3bc}",
];

/// Columns of a chunk: truths 0..3, numbers 0..4, wide numbers 0..3, texts 0..2, lists 0..3 (the last of
/// numbers).
pub(super) struct World {
    truths: Vec<Vec<u8>>,
    values: Vec<Vec<i64>>,
    known: Vec<Vec<u8>>,
    wides: Vec<Vec<Option<i128>>>,
    codes: Vec<Vec<u32>>,
    pub(super) texts: Arc<Vec<Arc<str>>>,
    lists: [Arc<Vec<Vec<Value>>>; 2],
    pub(super) plan: Plan,
    pub(super) bound: Bound,
}

/// The values of a row.
#[derive(Clone, Copy)]
pub(super) struct Row<'w>(pub(super) &'w World, pub(super) usize);

/// What a register holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    T(u8),
    N(Option<i64>),
    W(Option<(i128, bool)>),
    X(Option<String>),
    L(Option<Vec<Value>>),
}

impl World {
    pub(super) fn new(seed: u64) -> World {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let r = &mut random;
        let known: Vec<Vec<u8>> =
            (0..4).map(|k| (0..CHUNK).map(|_| (k == 3 || r.below(4) > 0) as u8).collect()).collect();
        let mut lists = [Vec::new(), Vec::new()];
        for _ in 0..8 {
            let texts = (0..1 + r.below(3)).map(|_| Value::Text(TEXTS[r.below(TEXTS.len())].into()));
            lists[0].push(texts.collect());
            lists[1].push((0..1 + r.below(3)).map(|_| Value::Number(r.below(6) as i64)).collect());
        }
        let code = |r: &mut Random, n: usize| if r.below(5) == 0 { UNKNOWN } else { r.below(n) as u32 };
        let mut plan = super::plans::empty();
        plan.slots = vec![RegisterType::Wide; 3];
        World {
            truths: (0..3).map(|_| (0..CHUNK).map(|_| r.below(3) as u8).collect()).collect(),
            values: known
                .iter()
                .map(|known| known.iter().map(|known| if *known == 1 { r.number() } else { 0 }).collect())
                .collect(),
            known,
            wides: (0..3)
                .map(|_| (0..CHUNK).map(|_| if r.below(5) == 0 { None } else { Some(r.wide()) }).collect())
                .collect(),
            codes: (0..5)
                .map(|k| (0..CHUNK).map(|_| code(r, if k < 2 { TEXTS.len() } else { 8 })).collect())
                .collect(),
            texts: Arc::new(TEXTS.iter().map(|text| Arc::from(*text)).collect()),
            lists: lists.map(Arc::new),
            bound: Bound::new(&plan, 1_700_000_000_123_456),
            plan,
        }
    }

    pub(super) fn inputs(&self, rows: usize) -> Vec<Input<'_>> {
        let truths = self.truths.iter().map(|truths| Input::Truths(&truths[..rows]));
        let numbers = self.values.iter().zip(&self.known).enumerate().map(|(k, (values, known))| {
            Input::Numbers { values: &values[..rows], known: (k < 3).then(|| &known[..rows]) }
        });
        let texts = self.codes[..2]
            .iter()
            .map(|codes| Input::Texts { codes: &codes[..rows], dictionary: &self.texts });
        let lists = self.codes[2..].iter().enumerate().map(|(k, codes)| Input::Lists {
            codes: &codes[..rows],
            dictionary: &self.lists[(k == 2) as usize],
        });
        truths.chain(numbers).chain(texts).chain(lists).collect()
    }

    fn slots(&self) -> Slots {
        let wide = |column: &Vec<Option<i128>>| SlotColumn::Wide {
            values: column.iter().map(|wide| wide.unwrap_or(0)).collect(),
            known: column.iter().map(|wide| wide.is_some() as u8).collect(),
        };
        Slots { columns: self.wides.iter().map(wide).collect() }
    }

    /// Loads all registers, as they are numbered here; wide number 2 is held where truth 0 is true.
    fn head() -> Vec<Instruction> {
        use Instruction as I;
        let mut head: Vec<I> = (0..3).map(|k| I::LoadTruth { to: ToT(k), input: InputAt(k) }).collect();
        head.extend((0..4).map(|k| I::LoadNumber { to: ToN(k), input: InputAt(3 + k) }));
        head.extend((0..2).map(|k| I::SlotWide { to: ToW(k), slot: SlotAt(k) }));
        head.push(I::WidenHeld { to: ToW(2), a: N(0), held: T(0) });
        head.extend((0..2).map(|k| I::LoadText { to: ToX(k), input: InputAt(7 + k) }));
        head.extend((0..3).map(|k| I::LoadList { to: ToL(k), input: InputAt(9 + k) }));
        head
    }

    /// Runs instructions behind the loads and gives what a register holds.
    pub(super) fn run(&self, level: Level, code: &[Instruction], output: Register, rows: usize) -> Vec<Cell> {
        let mut code_all = World::head();
        code_all.extend_from_slice(code);
        let counts = RegisterCounts { truths: 12, numbers: 12, wides: 12, texts: 12, lists: 12 };
        let program = Program { code: code_all, registers: counts, outputs: vec![output] };
        let (mut slots, prepared) = (self.slots(), Prepared::new(&self.plan));
        let mut tallies = Tallies::new(&self.plan, &[]);
        let mut registers = Registers::new(rows);
        let inputs = self.inputs(rows);
        let mut frame = Frame {
            plan: &self.plan,
            prepared: &prepared,
            bound: &self.bound,
            rows,
            inputs: &inputs,
            tables: &[],
            slots: &mut slots,
            arguments: Arguments {
                truths: &[2],
                numbers: &[Some(7), None],
                texts: &[Some("Ann@x.de".into()), None],
                lists: &[Some(ListValue { dictionary: Arc::clone(&self.lists[1]), code: 2 }), None],
            },
            event_times: &self.values[3][..rows],
            times: &self.values[3][..rows],
            tallies: &mut tallies,
            host: &mut NoFacts,
        };
        level.run(&program, &mut frame, &mut registers);
        let sources = frame.sources();
        let at = output.1 as usize;
        let cell = |row: usize| match output.0 {
            RegisterType::Truth => Cell::T(registers.truth(at, row)),
            RegisterType::Number => {
                let number = registers.number(at, row);
                assert!(number.is_some() || registers.numbers.column(at, rows)[row] == 0, "unknown holds 0");
                Cell::N(number)
            }
            RegisterType::Wide => {
                let wide = registers.wide(at, row);
                assert!(wide.is_some() || registers.wides.column(at, rows)[row] == 0, "unknown holds 0");
                Cell::W(wide)
            }
            RegisterType::Text => {
                let handle = registers.text(at, row);
                assert_eq!(sources.kept_text(handle).as_deref(), sources.text(handle));
                Cell::X(sources.text(handle).map(str::to_owned))
            }
            RegisterType::List => {
                let handle = registers.list(at, row);
                let kept = sources.kept_list(handle);
                assert_eq!(kept.as_ref().and_then(ListValue::values), sources.list(handle));
                Cell::L(sources.list(handle).map(<[Value]>::to_vec))
            }
        };
        (0..rows).map(cell).collect()
    }
}

impl<'w> Row<'w> {
    pub(super) fn t(self, register: usize) -> u8 {
        self.0.truths[register][self.1]
    }

    pub(super) fn n(self, register: usize) -> Option<i64> {
        (self.0.known[register][self.1] == 1).then(|| self.0.values[register][self.1])
    }

    pub(super) fn w(self, register: usize) -> Option<(i128, bool)> {
        match register {
            2 => self.n(0).map(|n| (n as i128, self.t(0) == 2)),
            _ => self.0.wides[register][self.1].map(|wide| (wide, false)),
        }
    }

    pub(super) fn x(self, register: usize) -> Option<&'w str> {
        self.0.texts.get(self.0.codes[register][self.1] as usize).map(|text| &**text)
    }

    pub(super) fn l(self, register: usize) -> Option<&'w [Value]> {
        let lists = &self.0.lists[(register == 2) as usize];
        lists.get(self.0.codes[2 + register][self.1] as usize).map(Vec::as_slice)
    }
}

/// The type of the lists of a world.
pub(super) fn text_list() -> Type {
    Type::List(Box::new(Type::Text(TextKind::Plain)))
}

/// Checks an instruction that writes register 9, and the same writing each register that it reads; in a plan
/// with the constants that `constants` adds.
pub(super) fn check_with(
    constants: impl Fn(&mut Constants),
    instruction: Instruction,
    expected: impl Fn(Row<'_>) -> Cell,
) {
    for seed in [1, 2] {
        let mut world = World::new(seed);
        constants(&mut world.plan.constants);
        world.bound = Bound::new(&world.plan, world.bound.as_of);
        for instruction in with_shared_registers(&instruction) {
            let output = instruction.operands().iter().find_map(|operand| match operand {
                Operand::Write(ty, number) => Some(Register(*ty, *number)),
                _ => None,
            });
            let output = output.expect("the tested instruction writes a register");
            for level in Level::all() {
                for rows in [1, 5, 67, CHUNK] {
                    let found = world.run(level, std::slice::from_ref(&instruction), output, rows);
                    for (row, found) in found.into_iter().enumerate() {
                        let expected = expected(Row(&world, row));
                        if found != expected {
                            let at = format!("seed {seed}, {level:?}, {rows} rows, row {row}");
                            panic!("{instruction:?}, {at}: {found:?} instead of {expected:?}");
                        }
                    }
                }
            }
        }
    }
}

/// See [`check_with`].
pub(super) fn check(instruction: Instruction, expected: impl Fn(Row<'_>) -> Cell) {
    check_with(|_| (), instruction, expected);
}

/// The instruction, and the same writing each of the registers that it reads.
fn with_shared_registers(instruction: &Instruction) -> Vec<Instruction> {
    let mut all = vec![instruction.clone()];
    let operands = instruction.operands();
    let written = operands.iter().find_map(|operand| match operand {
        Operand::Write(ty, _) => Some(*ty),
        _ => None,
    });
    for operand in operands {
        let read = match operand {
            Operand::Read(ty, number) if Some(ty) == written => vec![number],
            Operand::ReadAll(ty, numbers) if Some(ty) == written => numbers,
            _ => continue,
        };
        for register in read {
            let mut shared = instruction.clone();
            shared.rename(&mut |is_written, _, number| if is_written { register } else { number });
            all.push(shared);
        }
    }
    all
}
