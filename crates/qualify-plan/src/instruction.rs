//! The instructions: one table. From it come the type, the names, and the operands by which programs are encoded,
//! decoded, verified and printed. The interpreter of columns and the machine code match on the type.
//!
//! An instruction takes whole columns and gives a whole column. Unknown is a value like any other: unless said
//! otherwise a result is unknown where an operand is. Numbers that are not wide never overflow: the lowering
//! proves their bounds, and interpreters may wrap around where a damaged program lies about them.

use crate::operand::*;
use qualify_model::{Comparison, Part, TextTest};
use serde::{Deserialize, Serialize};

macro_rules! instructions {
    ($($(#[$doc:meta])* $code:literal $name:ident $word:literal { $($field:ident: $ty:ty),* })*) => {
        /// An instruction.
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[allow(missing_docs)] // the fields are named for what they hold
        pub enum Instruction {
            $($(#[$doc])* $name { $($field: $ty),* },)*
        }

        impl Instruction {
            /// All codes with their words and operands, in the order of the table.
            pub const TABLE: &[(u8, &str, &[(&str, OperandKind)])] = &[
                $(($code, $word, &[$((stringify!($field), <$ty as OperandType>::KIND)),*]),)*
            ];

            /// Whether its result depends on the instant, beside its operands.
            pub fn asks_instant(&self) -> bool {
                matches!(
                    self,
                    Instruction::DaysSince { .. }
                        | Instruction::DaysSinceDate { .. }
                        | Instruction::InWindows { .. }
                        | Instruction::Factor { .. }
                        | Instruction::LosingPoints { .. }
                )
            }

            /// Whether it only counts what rules do, or says for which rows to.
            pub fn counts(&self) -> bool {
                matches!(
                    self,
                    Instruction::Evaluated { .. }
                        | Instruction::TallyRule { .. }
                        | Instruction::TallyConstant { .. }
                        | Instruction::TallyCodes { .. }
                        | Instruction::TallyWide { .. }
                )
            }

            /// The number that stands for it in a compiled model.
            pub fn code(&self) -> u8 {
                match self {
                    $(Instruction::$name { .. } => $code,)*
                }
            }

            /// The word that a listing prints.
            pub fn word(&self) -> &'static str {
                match self {
                    $(Instruction::$name { .. } => $word,)*
                }
            }

            /// Its operands, in the order of the table.
            pub fn operands(&self) -> Vec<Operand> {
                match self {
                    $(Instruction::$name { $($field),* } => vec![$($field.operand()),*],)*
                }
            }

            /// The instruction of a code, with operands as `next` gives them for their kinds; none if there is
            /// no such code or an operand does not fit.
            pub fn build(
                code: u8,
                next: &mut dyn FnMut(OperandKind) -> Option<Operand>,
            ) -> Option<Instruction> {
                match code {
                    $($code => Some(Instruction::$name {
                        $($field: <$ty as OperandType>::of(next(<$ty as OperandType>::KIND)?)?),*
                    }),)*
                    _ => None,
                }
            }

            /// Gives registers other numbers; `to` is told whether the register is written.
            pub fn rename(&mut self, to: &mut dyn FnMut(bool, RegisterType, u32) -> u32) {
                match self {
                    $(Instruction::$name { $($field),* } => {
                        let _ = &to;
                        $($field.rename(to);)*
                    })*
                }
            }
        }
    };
}

instructions! {
    // ---- truths

    /// The same truth everywhere: 0 false, 1 unknown, 2 true.
    0 TruthConstant "truth" { to: ToT, value: i64 }
    /// A column of yes/no.
    1 LoadTruth "load.t" { to: ToT, input: InputAt }
    /// The truth that a table has for the code of the row.
    2 TableTruth "table.t" { to: ToT, table: TableAt, output: OutputAt }
    /// A truth that an event pass found.
    3 SlotTruth "slot.t" { to: ToT, slot: SlotAt }
    /// The lesser truth.
    4 And "and" { to: ToT, a: T, b: T }
    /// The greater truth.
    5 Or "or" { to: ToT, a: T, b: T }
    /// The opposite.
    6 Not "not" { to: ToT, a: T }
    /// True where `a` is true, else false: never unknown.
    7 IsTrue "is-true" { to: ToT, a: T }
    /// Whether it is known.
    8 KnownTruth "known.t" { to: ToT, a: T }
    /// Whether it is known.
    9 KnownNumber "known.n" { to: ToT, a: N }
    /// Whether it is known.
    10 KnownText "known.x" { to: ToT, a: X }
    /// Whether it is known.
    11 KnownList "known.l" { to: ToT, a: L }
    /// Compares with a constant of the same unit.
    12 CompareConstant "compare" { to: ToT, how: Comparison, a: N, b: i64 }
    /// Compares numbers of the same unit.
    13 CompareNumbers "compare.n" { to: ToT, how: Comparison, a: N, b: N }
    /// Compares wide numbers of the same unit.
    14 CompareWide "compare.w" { to: ToT, how: Comparison, a: W, b: W }
    /// Compares folded texts.
    15 CompareTexts "compare.x" { to: ToT, how: Comparison, a: X, b: X }
    /// Compares lists, element by element, texts folded.
    16 CompareLists "compare.l" { to: ToT, how: Comparison, a: L, b: L }
    /// Whether the number is in the set.
    17 InNumbers "in.n" { to: ToT, a: N, set: NumbersAt }
    /// Whether the text equals one of the set; as a domain: whether it or a parent domain is in it.
    18 InTexts "in.x" { to: ToT, a: X, set: TextsAt, domain: bool }
    /// Whether the number is an element of the list.
    19 NumberInList "in-list.n" { to: ToT, a: N, list: L }
    /// Whether the text equals an element of the list; as a domain: whether an element is it or a parent.
    20 TextInList "in-list.x" { to: ToT, a: X, list: L, domain: bool }
    /// Whether an element of the list is in the set.
    21 ListInNumbers "list-in.n" { to: ToT, a: L, set: NumbersAt }
    /// Whether an element of the list is in the set; as domains as above.
    22 ListInTexts "list-in.x" { to: ToT, a: L, set: TextsAt, domain: bool }
    /// Whether two lists share an element; as domains: an element of `b` is one of `a` or a parent of it.
    23 ListsShare "lists-share" { to: ToT, a: L, b: L, domain: bool }
    /// A test on the text; any needle suffices.
    24 TestText "test.x" { to: ToT, test: TextTest, a: X, needles: TextsAt }
    /// A test on the text with a needle that is computed.
    25 TestTextBy "test-by.x" { to: ToT, test: TextTest, a: X, needle: X }
    /// A test on any text of the list; any needle suffices.
    26 TestList "test.l" { to: ToT, test: TextTest, a: L, needles: TextsAt }
    /// Whether the instant lies in all the windows.
    27 InWindows "in-windows" { to: ToT, a: N, windows: WindowsAt }
    /// Whether from `low` to `high` of the conditions hold, however the unknown ones fall; else unknown.
    28 HowMany "how-many" { to: ToT, low: i64, high: i64, parts: Vec<T> }
    /// `then` where the condition is true, `otherwise` where it is false, else unknown.
    29 SelectTruth "select.t" { to: ToT, condition: T, then: T, otherwise: T }
    /// `a` where it is known, else `b`.
    30 IfKnownTruth "if-known.t" { to: ToT, a: T, b: T }
    /// A value of the lead, in event programs.
    31 ArgumentTruth "argument.t" { to: ToT, argument: ArgumentAt }
    /// A test on any text of the list with a needle that is computed.
    32 TestListBy "test-by.l" { to: ToT, test: TextTest, a: L, needle: X }
    /// Whether the number is an element of a list of another kind, whose numbers have `decimals`. An instant is
    /// among dates if it is the first of one of these local days.
    33 NumberInOther "in-other.n" { to: ToT, a: N, list: L, a_decimals: Decimals, decimals: Decimals }
    /// Whether two lists of different kinds share an element; a date is its first instant.
    34 ListsShareOther "lists-share-other" { to: ToT, a: L, b: L, a_decimals: Decimals, b_decimals: Decimals }

    // ---- numbers

    /// The same number everywhere.
    40 NumberConstant "number" { to: ToN, value: i64 }
    /// Unknown everywhere.
    41 NumberUnknown "unknown.n" { to: ToN }
    /// A column of numbers, dates, times, durations or words.
    42 LoadNumber "load.n" { to: ToN, input: InputAt }
    /// The number that a table has for the code of the row.
    43 TableNumber "table.n" { to: ToN, table: TableAt, output: OutputAt }
    /// A number that an event pass found.
    44 SlotNumber "slot.n" { to: ToN, slot: SlotAt }
    /// The sum.
    45 Add "add" { to: ToN, a: N, b: N }
    /// The difference.
    46 Subtract "subtract" { to: ToN, a: N, b: N }
    /// The product.
    47 Multiply "multiply" { to: ToN, a: N, b: N }
    /// The sum with a constant.
    48 AddConstant "add-constant" { to: ToN, a: N, b: i64 }
    /// The product with a constant.
    49 MultiplyConstant "multiply-constant" { to: ToN, a: N, b: i64 }
    /// Below zero if it was above.
    50 Negate "negate" { to: ToN, a: N }
    /// The quotient by a constant that is not zero, rounded half away from zero.
    51 DivideConstant "divide-constant" { to: ToN, a: N, by: i64 }
    /// The quotient, rounded half away from zero; unknown where `b` is zero.
    52 Divide "divide" { to: ToN, a: N, b: N }
    /// The lesser.
    53 Minimum "minimum" { to: ToN, a: N, b: N }
    /// The greater.
    54 Maximum "maximum" { to: ToN, a: N, b: N }
    /// The lesser of it and a constant.
    55 MinimumConstant "minimum-constant" { to: ToN, a: N, b: i64 }
    /// The greater of it and a constant.
    56 MaximumConstant "maximum-constant" { to: ToN, a: N, b: i64 }
    /// The product, taken in 128 bits, over a constant that is not zero, rounded half away from zero.
    57 MultiplyDivide "multiply-divide" { to: ToN, a: N, b: N, by: i64 }
    /// `then` where the condition is true, `otherwise` where it is false, else unknown.
    58 SelectNumber "select.n" { to: ToN, condition: T, then: N, otherwise: N }
    /// `a` where it is known, else `b`.
    59 IfKnownNumber "if-known.n" { to: ToN, a: N, b: N }
    /// `a`, and where the condition is true the points more.
    60 AddIf "add-if" { to: ToN, a: N, condition: T, points: i64 }
    /// `a`, and where the condition is true the points more; unknown points are 0.
    61 AddWhere "add-where" { to: ToN, a: N, condition: T, points: N }
    /// 0 where it is unknown.
    62 ZeroUnknown "zero-unknown.n" { to: ToN, a: N }
    /// The value of the bin that the number lies in.
    63 Bins "bins" { to: ToN, a: N, bins: BinsAt }
    /// Whole days of 24 hours from the instant to `as of`, rounded down.
    64 DaysSince "days-since" { to: ToN, a: N }
    /// Days from the local day to the local day of `as of`.
    65 DaysSinceDate "days-since-date" { to: ToN, a: N }
    /// The first instant of the local day.
    66 StartOfDay "start-of-day" { to: ToN, a: N }
    /// What is left, at `as of`, of one for something of that instant: the numerator over the denominator of
    /// the curve.
    67 Factor "factor" { to: ToN, curve: CurveAt, since: N }
    /// What is left of the points after steps that take points away.
    68 LosingPoints "losing-points" { to: ToN, curve: CurveAt, points: N, since: N }
    /// The place of the first of the texts that equals it; unknown if none does.
    69 TextPlace "text-place" { to: ToN, a: X, texts: TextsAt }
    /// The place of the first condition that is true; unknown if none is.
    70 First "first" { to: ToN, conditions: Vec<T> }
    /// The place of the last condition that is true; unknown if none is.
    71 Last "last" { to: ToN, conditions: Vec<T> }
    /// `a` where the condition is true, else unknown.
    72 KnownWhere "known-where" { to: ToN, a: N, condition: T }
    /// The units of a wide number held in 64 bits.
    73 Narrow "narrow" { to: ToN, a: W }
    /// The instant of the event, in event programs.
    74 LoadTime "load-time" { to: ToN }
    /// How many events had the value in hand, in programs of `for each different`.
    75 LoadTimes "load-times" { to: ToN }
    /// A value of the lead, in event programs.
    76 ArgumentNumber "argument.n" { to: ToN, argument: ArgumentAt }
    /// 1 where it is true, 0 where it is false.
    77 TruthNumber "truth-number" { to: ToN, a: T }

    // ---- wide numbers

    /// A number made wide.
    90 Widen "widen" { to: ToW, a: N }
    /// A number made wide; it was held where `held` is true.
    91 WidenHeld "widen-held" { to: ToW, a: N, held: T }
    /// The same number everywhere.
    92 WideConstant "wide" { to: ToW, value: i128 }
    /// A wide number that an event pass found.
    93 SlotWide "slot.w" { to: ToW, slot: SlotAt }
    /// The sum, held at the ends of 128 bits.
    94 AddWide "add.w" { to: ToW, a: W, b: W }
    /// The difference, held at the ends of 128 bits.
    95 SubtractWide "subtract.w" { to: ToW, a: W, b: W }
    /// The product of both, each held in 64 bits first.
    96 MultiplyWide "multiply.w" { to: ToW, a: W, b: W }
    /// `exact::divide` of both, each held in 64 bits first: `a` has `a_decimals`, `b` has `b_decimals`, the
    /// quotient `decimals`; unknown where `b` is zero.
    97 DivideWide "divide.w" { to: ToW, a: W, b: W, a_decimals: Decimals, b_decimals: Decimals, decimals: Decimals }
    /// `exact::rescale`: from so many decimals to so many.
    98 Rescale "rescale" { to: ToW, a: W, from: Decimals, into: Decimals }
    /// The lesser.
    99 MinimumWide "minimum.w" { to: ToW, a: W, b: W }
    /// The greater.
    100 MaximumWide "maximum.w" { to: ToW, a: W, b: W }
    /// Below zero if it was above, held at the ends of 128 bits.
    101 NegateWide "negate.w" { to: ToW, a: W }
    /// `then` where the condition is true, `otherwise` where it is false, else unknown.
    102 SelectWide "select.w" { to: ToW, condition: T, then: W, otherwise: W }
    /// `a` where it is known, else `b`.
    103 IfKnownWide "if-known.w" { to: ToW, a: W, b: W }
    /// A sum of `from` decimals over a count as an average of `into` decimals, rounded once; unknown where the
    /// count is not above zero.
    104 Average "average" { to: ToW, a: W, count: N, from: Decimals, into: Decimals }
    /// The sum over a constant that is not zero, rounded half away from zero.
    105 DivideWideConstant "divide-constant.w" { to: ToW, a: W, by: i128 }
    /// The product of two numbers, exact.
    106 Product "product" { to: ToW, a: N, b: N }
    /// The product of a wide number and a number, held at the ends of 128 bits.
    107 Scale "scale" { to: ToW, a: W, b: N }
    /// 0 where it is unknown.
    108 ZeroUnknownWide "zero-unknown.w" { to: ToW, a: W }
    /// `a`, and where the condition is true `b` more; unknown ones are 0 and were not held.
    109 AddWideWhere "add-where.w" { to: ToW, a: W, condition: T, b: W }
    /// Held in 64 bits; where that changed it, it counts as held.
    110 End "end" { to: ToW, a: W }
    /// True where it is known and was held, else false.
    111 Held "held" { to: ToT, a: W }
    /// `a` where the condition is true, else unknown.
    112 WideWhere "known-where.w" { to: ToW, a: W, condition: T }
    /// Whether it is known.
    113 KnownWide "known.w" { to: ToT, a: W }

    // ---- texts and lists

    /// Unknown everywhere.
    120 TextUnknown "unknown.x" { to: ToX }
    /// The first of the texts everywhere.
    121 TextConstant "text" { to: ToX, text: TextsAt }
    /// A column of texts.
    122 LoadText "load.x" { to: ToX, input: InputAt }
    /// A text that an event pass found.
    123 SlotText "slot.x" { to: ToX, slot: SlotAt }
    /// A part of the text; unknown if it has none.
    124 TakePart "part" { to: ToX, part: Part, a: X }
    /// `then` where the condition is true, `otherwise` where it is false, else unknown.
    125 SelectText "select.x" { to: ToX, condition: T, then: X, otherwise: X }
    /// `a` where it is known, else `b`.
    126 IfKnownText "if-known.x" { to: ToX, a: X, b: X }
    /// The text at that place; unknown if there is none.
    127 TextAt "text-at" { to: ToX, a: N, texts: TextsAt }
    /// The lesser, by folded form and then as it came.
    128 MinimumText "minimum.x" { to: ToX, a: X, b: X }
    /// The greater, by folded form and then as it came; at equal texts `b`.
    129 MaximumText "maximum.x" { to: ToX, a: X, b: X }
    /// A value of the lead, in event programs.
    130 ArgumentText "argument.x" { to: ToX, argument: ArgumentAt }
    /// Unknown everywhere.
    140 ListUnknown "unknown.l" { to: ToL }
    /// A column of lists.
    141 LoadList "load.l" { to: ToL, input: InputAt }
    /// A list that an event pass found.
    142 SlotList "slot.l" { to: ToL, slot: SlotAt }
    /// `then` where the condition is true, `otherwise` where it is false, else unknown.
    143 SelectList "select.l" { to: ToL, condition: T, then: L, otherwise: L }
    /// `a` where it is known, else `b`.
    144 IfKnownList "if-known.l" { to: ToL, a: L, b: L }
    /// A value of the lead, in event programs.
    145 ArgumentList "argument.l" { to: ToL, argument: ArgumentAt }

    // ---- what is done beside computing

    /// Rules are tallied from here on only where this is true.
    160 Evaluated "evaluated" { a: T }
    /// Counts the leads where the rule fired, and its points there.
    161 TallyRule "tally" { rule: RuleAt, fired: T, points: N }
    /// Counts the leads where the rule fired, and its constant points.
    162 TallyConstant "tally-constant" { rule: RuleAt, fired: T, points: i64 }
    /// Counts the codes of a table where the condition is true: its rules are tallied from them at the end.
    163 TallyCodes "tally-codes" { tally: CodeTallyAt, condition: T }
    /// Computes a fact that depends on values of the lead; its results are in its slots behind this.
    164 ComputeFact "fact" { fact: FactAt, truths: Vec<T>, numbers: Vec<N>, texts: Vec<X>, lists: Vec<L> }
    /// Counts the leads where the rule fired, and its wide points.
    165 TallyWide "tally.w" { rule: RuleAt, fired: T, points: W }
}
