//! Operands of instructions: registers, immediate numbers, places in the constants of a plan.
//!
//! A register holds a column with one value for each row of the program's domain. Registers of each type are
//! numbered by themselves. What an instruction writes has a type of its own, so that nobody takes it for
//! something that is read.

use qualify_model::{Comparison, Part, TextTest};
use serde::{Deserialize, Serialize};

/// An operand, seen from outside: what encoders, verifiers and printers work on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A register that is read.
    Read(RegisterType, u32),
    /// A register that is written.
    Write(RegisterType, u32),
    /// Registers of one type that are read.
    ReadAll(RegisterType, Vec<u32>),
    /// An immediate number.
    Number(i64),
    /// A wide immediate number.
    Wide(i128),
    /// A place in one of the plan's lists.
    Place(PlaceKind, u32),
    /// A small number: decimals, a flag, the variant of an enum; with the greatest it can be.
    Small(u8, u8),
}

/// What an operand is, before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    /// See [`Operand::Read`].
    Read(RegisterType),
    /// See [`Operand::Write`].
    Write(RegisterType),
    /// See [`Operand::ReadAll`].
    ReadAll(RegisterType),
    /// See [`Operand::Number`].
    Number,
    /// See [`Operand::Wide`].
    Wide,
    /// See [`Operand::Place`].
    Place(PlaceKind),
    /// See [`Operand::Small`]; the greatest it can be.
    Small(u8),
}

/// Types of registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RegisterType {
    /// One byte: 0 false, 1 unknown, 2 true.
    Truth,
    /// 64 bits and whether it is known; an unknown one holds 0.
    Number,
    /// 128 bits, whether it is known, whether it was held at an end of the 64-bit range.
    Wide,
    /// A text or unknown.
    Text,
    /// A list or unknown.
    List,
}

/// A register with its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Register(pub RegisterType, pub u32);

/// The lists of a plan that operands point into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// A column of the domain: an attribute of leads, a property column of events, the value of a table.
    Input,
    /// [`Plan::tables`](crate::Plan::tables).
    Table,
    /// An output of the table named before it.
    Output,
    /// [`Plan::slots`](crate::Plan::slots).
    Slot,
    /// [`Plan::facts`](crate::Plan::facts).
    Fact,
    /// [`Constants::windows`](crate::Constants::windows).
    Windows,
    /// [`Constants::curves`](crate::Constants::curves).
    Curve,
    /// [`Constants::numbers`](crate::Constants::numbers): a rising set.
    Numbers,
    /// [`Constants::texts`](crate::Constants::texts).
    Texts,
    /// [`Constants::bins`](crate::Constants::bins).
    Bins,
    /// [`Plan::code_tallies`](crate::Plan::code_tallies).
    CodeTally,
    /// A rule, in [`Labels::rules`](qualify_model::Labels::rules).
    Rule,
    /// An argument of an event program: a value of the lead that each of its events sees.
    Argument,
}

/// A type of operand.
pub trait OperandType: Sized {
    /// What it is.
    const KIND: OperandKind;
    /// The operand.
    fn operand(&self) -> Operand;
    /// Back from the operand; none if it is of another kind or out of its range.
    fn of(operand: Operand) -> Option<Self>;
    /// Replaces the numbers of registers: first argument says whether it is written.
    fn rename(&mut self, _to: &mut dyn FnMut(bool, RegisterType, u32) -> u32) {}
}

macro_rules! registers {
    ($($(#[$doc:meta])* $read:ident $write:ident $ty:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub struct $read(pub u32);

        $(#[$doc])*
        /// Written.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub struct $write(pub u32);

        impl $read {
            /// Its place among the registers of its type.
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// With its type.
            pub fn register(self) -> Register {
                Register(RegisterType::$ty, self.0)
            }
        }

        impl $write {
            /// Its place among the registers of its type.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl OperandType for $read {
            const KIND: OperandKind = OperandKind::Read(RegisterType::$ty);
            fn operand(&self) -> Operand {
                Operand::Read(RegisterType::$ty, self.0)
            }
            fn of(operand: Operand) -> Option<Self> {
                match operand {
                    Operand::Read(RegisterType::$ty, number) => Some($read(number)),
                    _ => None,
                }
            }
            fn rename(&mut self, to: &mut dyn FnMut(bool, RegisterType, u32) -> u32) {
                self.0 = to(false, RegisterType::$ty, self.0);
            }
        }

        impl OperandType for $write {
            const KIND: OperandKind = OperandKind::Write(RegisterType::$ty);
            fn operand(&self) -> Operand {
                Operand::Write(RegisterType::$ty, self.0)
            }
            fn of(operand: Operand) -> Option<Self> {
                match operand {
                    Operand::Write(RegisterType::$ty, number) => Some($write(number)),
                    _ => None,
                }
            }
            fn rename(&mut self, to: &mut dyn FnMut(bool, RegisterType, u32) -> u32) {
                self.0 = to(true, RegisterType::$ty, self.0);
            }
        }

        impl OperandType for Vec<$read> {
            const KIND: OperandKind = OperandKind::ReadAll(RegisterType::$ty);
            fn operand(&self) -> Operand {
                Operand::ReadAll(RegisterType::$ty, self.iter().map(|register| register.0).collect())
            }
            fn of(operand: Operand) -> Option<Self> {
                match operand {
                    Operand::ReadAll(RegisterType::$ty, numbers) => {
                        Some(numbers.into_iter().map($read).collect())
                    }
                    _ => None,
                }
            }
            fn rename(&mut self, to: &mut dyn FnMut(bool, RegisterType, u32) -> u32) {
                self.iter_mut().for_each(|register| register.0 = to(false, RegisterType::$ty, register.0));
            }
        }
    )*};
}

registers! {
    /// A register of truths.
    T ToT Truth;
    /// A register of numbers.
    N ToN Number;
    /// A register of wide numbers.
    W ToW Wide;
    /// A register of texts.
    X ToX Text;
    /// A register of lists.
    L ToL List;
}

macro_rules! places {
    ($($(#[$doc:meta])* $name:ident $kind:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The place in its list.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl OperandType for $name {
            const KIND: OperandKind = OperandKind::Place(PlaceKind::$kind);
            fn operand(&self) -> Operand {
                Operand::Place(PlaceKind::$kind, self.0)
            }
            fn of(operand: Operand) -> Option<Self> {
                match operand {
                    Operand::Place(PlaceKind::$kind, place) => Some($name(place)),
                    _ => None,
                }
            }
        }
    )*};
}

places! {
    /// See [`PlaceKind::Input`].
    InputAt Input;
    /// See [`PlaceKind::Table`].
    TableAt Table;
    /// See [`PlaceKind::Output`].
    OutputAt Output;
    /// See [`PlaceKind::Slot`].
    SlotAt Slot;
    /// See [`PlaceKind::Fact`].
    FactAt Fact;
    /// See [`PlaceKind::Windows`].
    WindowsAt Windows;
    /// See [`PlaceKind::Curve`].
    CurveAt Curve;
    /// See [`PlaceKind::Numbers`].
    NumbersAt Numbers;
    /// See [`PlaceKind::Texts`].
    TextsAt Texts;
    /// See [`PlaceKind::Bins`].
    BinsAt Bins;
    /// See [`PlaceKind::CodeTally`].
    CodeTallyAt CodeTally;
    /// See [`PlaceKind::Rule`].
    RuleAt Rule;
    /// See [`PlaceKind::Argument`].
    ArgumentAt Argument;
}

impl OperandType for i64 {
    const KIND: OperandKind = OperandKind::Number;
    fn operand(&self) -> Operand {
        Operand::Number(*self)
    }
    fn of(operand: Operand) -> Option<Self> {
        match operand {
            Operand::Number(number) => Some(number),
            _ => None,
        }
    }
}

impl OperandType for i128 {
    const KIND: OperandKind = OperandKind::Wide;
    fn operand(&self) -> Operand {
        Operand::Wide(*self)
    }
    fn of(operand: Operand) -> Option<Self> {
        match operand {
            Operand::Wide(number) => Some(number),
            _ => None,
        }
    }
}

/// Decimals of a unit: at most 38.
pub type Decimals = u8;

impl OperandType for Decimals {
    const KIND: OperandKind = OperandKind::Small(38);
    fn operand(&self) -> Operand {
        Operand::Small(*self, 38)
    }
    fn of(operand: Operand) -> Option<Self> {
        match operand {
            Operand::Small(small, 38) if small <= 38 => Some(small),
            _ => None,
        }
    }
}

impl OperandType for bool {
    const KIND: OperandKind = OperandKind::Small(1);
    fn operand(&self) -> Operand {
        Operand::Small(*self as u8, 1)
    }
    fn of(operand: Operand) -> Option<Self> {
        match operand {
            Operand::Small(small @ 0..=1, 1) => Some(small == 1),
            _ => None,
        }
    }
}

macro_rules! choices {
    ($($name:ident $greatest:literal: $($variant:ident)*;)*) => {$(
        impl OperandType for $name {
            const KIND: OperandKind = OperandKind::Small($greatest);
            fn operand(&self) -> Operand {
                Operand::Small(*self as u8, $greatest)
            }
            fn of(operand: Operand) -> Option<Self> {
                let all = [$($name::$variant),*];
                match operand {
                    Operand::Small(small, $greatest) => all.get(small as usize).copied(),
                    _ => None,
                }
            }
        }
    )*};
}

// in the order of their declarations
choices! {
    Comparison 5: Equal NotEqual Less LessOrEqual Greater GreaterOrEqual;
    TextTest 4: Contains StartsWith EndsWith Mentions Matches;
    Part 3: Domain LocalPart Host Path;
}
