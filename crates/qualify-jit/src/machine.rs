//! The main program of a plan, compiled for the processor in hand.

use crate::context::{self, Column};
use crate::parts::{Part, parts};
use crate::translate::{Given, Row, Rows};
use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{AbiParam, Function, InstBuilder, UserFuncName, types};
use cranelift_codegen::isa::TargetFrontendConfig;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Module, default_libcall_names};
use qualify_plan::{Instruction, Plan, Program};
use qualify_vm::{Frame, Prepared, Registers, run_code};
use std::fmt::{self, Write};
use std::ops::Range;
use std::sync::Mutex;

/// Rows, stride, the banks of truths, numbers and known, where rules are tallied, the context.
type Entry = extern "C" fn(usize, usize, *mut u8, *mut i64, *mut u8, *mut u8, *const usize);

/// Why there is no machine code: this processor is not supported, or the code could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoMachine(pub String);

impl fmt::Display for NoMachine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "machine code is not to be had here: {}", self.0)
    }
}

impl std::error::Error for NoMachine {}

/// A compiled main program. May be shared between threads.
pub struct Machine {
    parts: Vec<(Part, Step)>,
    rows: Rows,
    /// Owns the memory of the code; never used again but to free it.
    module: Mutex<Option<JITModule>>,
}

/// What is done for a part.
#[derive(Clone, Debug)]
enum Step {
    Interpreted(Vec<Instruction>),
    Compiled { function: Entry, columns: Vec<Column> },
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("parts", &self.parts).finish_non_exhaustive()
    }
}

impl Drop for Machine {
    #[allow(unsafe_code)] // the memory of the code is ours to free
    fn drop(&mut self) {
        let module = self.module.get_mut().ok().and_then(Option::take);
        if let Some(module) = module {
            // SAFETY: the functions are reached through this machine alone, and it is going.
            unsafe { module.free_memory() };
        }
    }
}

impl Machine {
    /// Compiles the main program of a verified plan. The code is the same at every instant.
    ///
    /// # Errors
    ///
    /// If there is no machine code for this processor or this program.
    pub fn new(plan: &Plan, prepared: &Prepared) -> Result<Machine, NoMachine> {
        Machine::listed(&plan.main, prepared, Rows::Many, &mut |_, _| {})
    }

    /// The same for one lead at a time, of which nothing is tallied: code that is given values, not columns.
    ///
    /// # Errors
    ///
    /// As [`Machine::new`].
    pub fn of_one(plan: &Plan, prepared: &Prepared) -> Result<Machine, NoMachine> {
        Machine::listed(&plan.main.uncounted(), prepared, Rows::One, &mut |_, _| {})
    }

    /// The intermediate code that Cranelift is given.
    ///
    /// # Errors
    ///
    /// As [`Machine::new`].
    pub fn listing(plan: &Plan, prepared: &Prepared) -> Result<String, NoMachine> {
        let mut listing = String::new();
        Machine::listed(&plan.main, prepared, Rows::Many, &mut |range, code| {
            let _ =
                writeln!(listing, "; instructions {} to {}\n{}", range.start, range.end - 1, code.display());
        })?;
        Ok(listing)
    }

    fn listed(
        program: &Program,
        prepared: &Prepared,
        rows: Rows,
        show: &mut dyn FnMut(&Range<usize>, &Function),
    ) -> Result<Machine, NoMachine> {
        let failed = |error: &dyn fmt::Display| NoMachine(error.to_string());
        let mut flags = settings::builder();
        // to allocate registers in one pass takes a third of the time, and leads take no longer for it
        let wanted =
            [("opt_level", "none"), ("enable_verifier", "false"), ("regalloc_algorithm", "single_pass")];
        for (name, value) in wanted {
            flags.set(name, value).map_err(|e| failed(&e))?;
        }
        let isa = cranelift_native::builder().map_err(|e| failed(&e))?;
        let isa = isa.finish(settings::Flags::new(flags)).map_err(|e| failed(&e))?;
        let mut module = JITModule::new(JITBuilder::with_isa(isa, default_libcall_names()));
        let (mut frontend, mut made) = (FunctionBuilderContext::new(), Vec::new());
        for (number, part) in parts(program, prepared).into_iter().enumerate() {
            if !part.is_machine {
                made.push((part, None));
                continue;
            }
            let mut unit = module.make_context();
            let pointer = AbiParam::new(types::I64);
            unit.func.signature.params = vec![pointer; 7];
            unit.func.name = UserFuncName::user(0, number as u32);
            let mut columns = Vec::new();
            let builder = FunctionBuilder::new(&mut unit.func, &mut frontend);
            let code = &program.code[part.range.clone()];
            build(builder, code, &part, (prepared, rows), &mut columns, module.target_config());
            show(&part.range, &unit.func);
            let id = module.declare_anonymous_function(&unit.func.signature).map_err(|e| failed(&e))?;
            module.define_function(id, &mut unit).map_err(|e| failed(&e))?;
            made.push((part, Some((id, columns))));
        }
        module.finalize_definitions().map_err(|e| failed(&e))?;
        let step = |(part, made): (Part, Option<_>)| {
            let step = match made {
                Some((id, columns)) => Step::Compiled { function: function(&module, id), columns },
                None => Step::Interpreted(program.code[part.range.clone()].to_vec()),
            };
            (part, step)
        };
        let parts = made.into_iter().map(step).collect();
        Ok(Machine { parts, rows, module: Mutex::new(Some(module)) })
    }

    /// How many instructions of the program became machine code, and how many are interpreted.
    pub fn shares(&self) -> (usize, usize) {
        let of = |machine: bool| {
            let parts = self.parts.iter().filter(|(part, _)| part.is_machine == machine);
            parts.map(|(part, _)| part.range.len()).sum()
        };
        (of(true), of(false))
    }

    /// Runs the program as [`qualify_vm::run`] does; that of one lead over the first row only. `words` is room that
    /// may be used again.
    pub fn run(&self, frame: &mut Frame<'_>, registers: &mut Registers, words: &mut Vec<usize>) {
        registers.begin(&frame.plan.main.registers);
        for (_, step) in &self.parts {
            let (function, columns) = match step {
                Step::Interpreted(code) => {
                    run_code(code, frame, registers);
                    continue;
                }
                Step::Compiled { function, columns } => (function, columns),
            };
            let rows = match self.rows {
                Rows::Many => {
                    context::fill(columns, frame, words);
                    frame.rows.min(registers.rows())
                }
                Rows::One => {
                    context::fill_values(columns, frame, words);
                    1
                }
            };
            let stride = registers.stride();
            // The code reads and writes `rows` cells of registers that `begin` made room for, of the
            // columns that `fill` has measured, and of tables up to their last entry.
            function(
                rows,
                stride,
                registers.truths.flat_mut().as_mut_ptr(),
                registers.numbers.flat_mut().as_mut_ptr(),
                registers.known.flat_mut().as_mut_ptr(),
                registers.evaluated.as_mut_ptr(),
                words.as_ptr(),
            );
        }
    }
}

#[allow(unsafe_code)] // an address becomes a function
fn function(module: &JITModule, id: cranelift_module::FuncId) -> Entry {
    let address = module.get_finalized_function(id);
    // SAFETY: the code behind the address was built with seven pointer-sized parameters and no result in the
    // calling convention of C, as the type says.
    unsafe { std::mem::transmute::<*const u8, Entry>(address) }
}

/// The function of a part: for each row all its instructions, then what lives on goes to memory.
fn build(
    mut builder: FunctionBuilder<'_>,
    code: &[Instruction],
    part: &Part,
    (prepared, rows): (&Prepared, Rows),
    columns: &mut Vec<Column>,
    target: TargetFrontendConfig,
) {
    let entry = builder.create_block();
    let (head, body, end) = (builder.create_block(), builder.create_block(), builder.create_block());
    builder.append_block_params_for_function_params(entry);
    builder.switch_to_block(entry);
    let given: Vec<_> = builder.block_params(entry).to_vec();
    let row = builder.append_block_param(head, types::I64);
    let zero = builder.ins().iconst(types::I64, 0);
    builder.ins().jump(head, &[zero.into()]);
    builder.switch_to_block(head);
    let more = builder.ins().icmp(IntCC::UnsignedLessThan, row, given[0]);
    builder.ins().brif(more, body, &[], end, &[]);
    builder.switch_to_block(body);
    let call = builder.func.signature.call_conv;
    let given = Given {
        row,
        stride: given[1],
        truths: given[2],
        numbers: given[3],
        known: given[4],
        evaluated: given[5],
        context: given[6],
    };
    let mut translation = Row::new(&mut builder, given, (prepared, rows), columns, call);
    code.iter().for_each(|instruction| translation.step(instruction));
    translation.store(&part.stored);
    let next = builder.ins().iadd_imm_s(row, 1);
    builder.ins().jump(head, &[next.into()]);
    builder.switch_to_block(end);
    builder.ins().return_(&[]);
    builder.seal_all_blocks();
    builder.finalize(target);
}
