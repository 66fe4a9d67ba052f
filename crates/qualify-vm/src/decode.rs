//! Reading compiled models. Bytes may be damaged or hostile: nothing in here panics, and nothing is allocated
//! that the length of the bytes does not bound.

mod depth;

use crate::encode::{FORMAT, MAGIC, programs_mut};
use depth::Bounded;
use qualify_plan::{Instruction, Operand, OperandKind, Plan};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Why bytes are not a compiled model that this program can run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It begins otherwise: some other file.
    #[error("this is not a compiled model")]
    NotCompiled,
    /// Of an older or newer program.
    #[error(
        "the model was compiled by another version of qualify (its format is {found}, this program reads {FORMAT}): compile it again"
    )]
    OtherFormat {
        /// The format it says.
        found: u16,
    },
    /// The sum over its content is not the one that it says.
    #[error("the compiled model is damaged: compile it again")]
    Damaged,
    /// The sum is right and yet it makes no sense.
    #[error("the compiled model is malformed (its {0}): compile it again")]
    Malformed(&'static str),
}

/// See [`decode`](crate::decode()).
pub(crate) fn decode(bytes: &[u8]) -> Result<Plan, DecodeError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(DecodeError::NotCompiled)?;
    let (format, rest) = rest.split_first_chunk::<2>().ok_or(DecodeError::Damaged)?;
    let found = u16::from_le_bytes(*format);
    if found != FORMAT {
        return Err(DecodeError::OtherFormat { found });
    }
    let (sum, content) = rest.split_first_chunk::<32>().ok_or(DecodeError::Damaged)?;
    if Sha256::digest(content).as_slice() != sum {
        return Err(DecodeError::Damaged);
    }
    decode_content(content).map_err(DecodeError::Malformed)
}

/// What stands behind the sum. Errors name the place.
fn decode_content(content: &[u8]) -> Result<Plan, &'static str> {
    let mut reader = Reader { rest: content };
    reader.bytes().ok_or("version")?;
    let tables = reader.bytes().ok_or("tables")?;
    let mut tables = postcard::Deserializer::from_bytes(tables);
    let mut plan = Plan::deserialize(Bounded::new(&mut tables)).map_err(|_| "tables")?;
    for program in programs_mut(&mut plan) {
        let count = reader.length().ok_or("code")?;
        program.code = Vec::with_capacity(count);
        for _ in 0..count {
            program.code.push(reader.instruction().ok_or("code")?);
        }
    }
    if reader.rest.is_empty() { Ok(plan) } else { Err("end") }
}

/// What is left to be read.
struct Reader<'b> {
    rest: &'b [u8],
}

impl<'b> Reader<'b> {
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn unsigned(&mut self) -> Option<u128> {
        let mut number = 0u128;
        for place in 0..19 {
            let byte = self.byte()?;
            let bits = (byte & 127) as u128;
            if place == 18 && bits > 3 {
                return None;
            }
            number |= bits << (7 * place);
            if byte < 128 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i128> {
        let folded = self.unsigned()?;
        Some((folded >> 1) as i128 ^ -((folded & 1) as i128))
    }

    /// A number of things of a byte at least.
    fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(self.unsigned()?).ok()?;
        (length <= self.rest.len()).then_some(length)
    }

    fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = self.length()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    fn number(&mut self) -> Option<u32> {
        u32::try_from(self.unsigned()?).ok()
    }

    fn instruction(&mut self) -> Option<Instruction> {
        let code = self.byte()?;
        Instruction::build(code, &mut |kind| self.operand(kind))
    }

    fn operand(&mut self, kind: OperandKind) -> Option<Operand> {
        Some(match kind {
            OperandKind::Read(ty) => Operand::Read(ty, self.number()?),
            OperandKind::Write(ty) => Operand::Write(ty, self.number()?),
            OperandKind::ReadAll(ty) => {
                let count = self.length()?;
                Operand::ReadAll(ty, (0..count).map(|_| self.number()).collect::<Option<_>>()?)
            }
            OperandKind::Number => Operand::Number(i64::try_from(self.signed()?).ok()?),
            OperandKind::Wide => Operand::Wide(self.signed()?),
            OperandKind::Place(place) => Operand::Place(place, self.number()?),
            OperandKind::Small(greatest) => Operand::Small(self.byte()?, greatest),
        })
    }
}
