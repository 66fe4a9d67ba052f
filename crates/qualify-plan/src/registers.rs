//! From values to registers: each register is used again once what it holds is not read any more.

use crate::{Instruction, Operand, Program, Register, RegisterCounts, RegisterType};

/// A program of lines whose registers are numbers of values, below `values`, each written once.
pub(crate) fn allocate(lines: Vec<Instruction>, values: usize, outputs: &[Register]) -> Program {
    let mut last_read = vec![None; values];
    for (place, line) in lines.iter().enumerate() {
        each_read(line, &mut |number| last_read[number as usize] = Some(place));
    }
    for output in outputs {
        last_read[output.1 as usize] = Some(usize::MAX);
    }
    let mut registers = Registers { of: vec![0; values], ..Registers::default() };
    let mut code = Vec::with_capacity(lines.len());
    for (place, mut line) in lines.into_iter().enumerate() {
        let mut dead: Vec<(RegisterType, u32)> = Vec::new();
        line.rename(&mut |written, ty, number| {
            if written {
                registers.take(ty, number);
            }
            let is_last = last_read[number as usize].is_none_or(|last| last == place);
            if is_last {
                last_read[number as usize] = Some(usize::MAX); // given back once
                dead.push((ty, number));
            }
            registers.of[number as usize]
        });
        dead.into_iter().for_each(|(ty, number)| registers.give_back(ty, number));
        code.push(line);
    }
    let outputs = outputs.iter().map(|o| Register(o.0, registers.of[o.1 as usize])).collect();
    Program { code, registers: registers.counts, outputs }
}

/// The registers that an instruction reads, in the order of its operands.
pub(crate) fn each_read(instruction: &Instruction, to: &mut dyn FnMut(u32)) {
    for operand in instruction.operands() {
        match operand {
            Operand::Read(_, number) => to(number),
            Operand::ReadAll(_, numbers) => numbers.into_iter().for_each(&mut *to),
            _ => {}
        }
    }
}

/// Registers in use and free ones.
#[derive(Default)]
struct Registers {
    /// For each value its register.
    of: Vec<u32>,
    free: [Vec<u32>; 5],
    counts: RegisterCounts,
}

impl Registers {
    fn take(&mut self, ty: RegisterType, number: u32) {
        let count = match ty {
            RegisterType::Truth => &mut self.counts.truths,
            RegisterType::Number => &mut self.counts.numbers,
            RegisterType::Wide => &mut self.counts.wides,
            RegisterType::Text => &mut self.counts.texts,
            RegisterType::List => &mut self.counts.lists,
        };
        self.of[number as usize] = self.free[ty as usize].pop().unwrap_or_else(|| {
            *count += 1;
            *count - 1
        });
    }

    fn give_back(&mut self, ty: RegisterType, number: u32) {
        self.free[ty as usize].push(self.of[number as usize]);
    }
}
