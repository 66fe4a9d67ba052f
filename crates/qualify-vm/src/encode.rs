//! Compiled models as bytes.
//!
//! ```text
//! magic       8 bytes   "qualify" and a byte that no text has
//! format      2 bytes   FORMAT, least byte first
//! sha256      32 bytes  of all that follows
//! version     text      the program that made it
//! tables      bytes     the plan without its code, by postcard
//! code        for each program (tables', over events, main): count, then instructions: code, operands
//! ```
//!
//! Texts and bytes begin with their length. Lengths, registers and places are variable-length numbers of 7 bits
//! a byte, numbers with a sign are folded first (0, -1, 1, -2, …).

use crate::decode::DecodeError;
use qualify_plan::{Instruction, Operand, Plan, Program};
use sha2::{Digest, Sha256};

/// What a compiled model begins with.
pub(crate) const MAGIC: &[u8; 8] = b"qualify\xff";

/// The version of the format. It rises with every change of the table of instructions or of the plan.
pub const FORMAT: u16 = 2;

/// The version of the program that writes and reads.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The bytes of a plan.
pub fn encode(plan: &Plan) -> Vec<u8> {
    let mut content = Vec::new();
    bytes(&mut content, VERSION.as_bytes());
    // fails only for types that do not know their lengths, of which a plan has none
    let tables = postcard::to_stdvec(plan).unwrap_or_default();
    bytes(&mut content, &tables);
    for program in programs(plan) {
        unsigned(&mut content, program.code.len() as u128);
        program.code.iter().for_each(|instruction| encode_instruction(&mut content, instruction));
    }
    seal(&content)
}

/// Content behind its head, with the right sum: what those need who test that content is not trusted for its sum.
pub fn seal(content: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(content.len() + 42);
    sealed.extend_from_slice(MAGIC);
    sealed.extend_from_slice(&FORMAT.to_le_bytes());
    sealed.extend_from_slice(&Sha256::digest(content));
    sealed.extend_from_slice(content);
    sealed
}

/// All programs of a plan, in the order of their code.
pub(crate) fn programs(plan: &Plan) -> impl Iterator<Item = &Program> {
    let tables = plan.tables.iter().map(|table| &table.program);
    tables.chain(&plan.event_programs).chain(std::iter::once(&plan.main))
}

/// See [`programs`].
pub(crate) fn programs_mut(plan: &mut Plan) -> impl Iterator<Item = &mut Program> {
    let tables = plan.tables.iter_mut().map(|table| &mut table.program);
    tables.chain(&mut plan.event_programs).chain(std::iter::once(&mut plan.main))
}

/// One instruction.
pub(crate) fn encode_instruction(out: &mut Vec<u8>, instruction: &Instruction) {
    out.push(instruction.code());
    for operand in instruction.operands() {
        match operand {
            Operand::Read(_, number) | Operand::Write(_, number) | Operand::Place(_, number) => {
                unsigned(out, number as u128);
            }
            Operand::ReadAll(_, numbers) => {
                unsigned(out, numbers.len() as u128);
                numbers.iter().for_each(|number| unsigned(out, *number as u128));
            }
            Operand::Number(number) => signed(out, number as i128),
            Operand::Wide(number) => signed(out, number),
            Operand::Small(small, _) => out.push(small),
        }
    }
}

fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    unsigned(out, bytes.len() as u128);
    out.extend_from_slice(bytes);
}

fn unsigned(out: &mut Vec<u8>, mut number: u128) {
    while number >= 128 {
        out.push(number as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

fn signed(out: &mut Vec<u8>, number: i128) {
    unsigned(out, ((number << 1) ^ (number >> 127)) as u128);
}

/// A plan from bytes, with nothing known of it but that it can be read: [`verify`](crate::verify) says whether
/// it can be run.
pub fn decode(bytes: &[u8]) -> Result<Plan, DecodeError> {
    crate::decode::decode(bytes)
}
