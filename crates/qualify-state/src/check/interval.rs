//! Instructions on ranges of values: what a program can give while some of its inputs move.
//!
//! A range may hold values that never come, and never leaves out one that does. What is not translated may give
//! anything.

use qualify_model::{Comparison, exact};
use qualify_plan::{Instruction as I, N, Plan, Register, RegisterCounts, RegisterType, T, ToN, ToT, ToW, W};

/// What a register can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// Numbers: the least and the greatest, if it is known.
    pub low: i128,
    pub high: i128,
    /// It can be known.
    pub known: bool,
    /// It can be unknown.
    pub unknown: bool,
    /// Truths: bit 0 false, bit 1 unknown, bit 2 true. Of wide numbers: bit 0 not held, bit 1 held.
    pub bits: u8,
    /// It surely holds what it holds at the start of the piece.
    pub same: bool,
}

impl Range {
    pub const ANY: Range =
        Range { low: i128::MIN, high: i128::MAX, known: true, unknown: true, bits: 7, same: false };

    pub fn truth(bits: u8) -> Range {
        Range { bits, ..Range::ANY }
    }

    pub fn number(number: Option<i128>) -> Range {
        let units = number.unwrap_or(0);
        Range {
            low: units,
            high: units,
            known: number.is_some(),
            unknown: number.is_none(),
            bits: 1,
            same: false,
        }
    }

    pub fn wide(wide: Option<(i128, bool)>) -> Range {
        Range {
            bits: 1 << wide.is_some_and(|(_, held)| held) as u8,
            ..Range::number(wide.map(|(units, _)| units))
        }
    }

    pub fn between(low: i128, high: i128) -> Range {
        Range { low, high, known: true, unknown: false, bits: 1, same: false }
    }

    /// The one number that it holds.
    pub fn single(&self) -> Option<i128> {
        (self.low == self.high && self.known && !self.unknown).then_some(self.low)
    }

    /// Whether it is settled if a truth holds.
    pub fn is_decided(&self) -> bool {
        self.bits & 4 == 0 || self.bits & 3 == 0
    }

    /// Whether it holds nothing but one value, and that is the one of another.
    pub fn is_only(&self, ty: RegisterType, other: &Range) -> bool {
        match ty {
            RegisterType::Truth => self.bits == other.bits && self.bits.count_ones() == 1,
            RegisterType::Number => self.single_or_unknown() && self.single() == other.single(),
            RegisterType::Wide => {
                self.single_or_unknown()
                    && self.single() == other.single()
                    && (self.bits & 3 == other.bits & 3 && (self.bits & 3).count_ones() == 1)
            }
            RegisterType::Text | RegisterType::List => false,
        }
    }

    fn single_or_unknown(&self) -> bool {
        self.single().is_some() || !self.known
    }

    /// What either holds.
    fn or(self, other: Range) -> Range {
        let (low, high) = match (self.known, other.known) {
            (true, true) => (self.low.min(other.low), self.high.max(other.high)),
            (true, false) => (self.low, self.high),
            (false, _) => (other.low, other.high),
        };
        Range {
            low,
            high,
            known: self.known || other.known,
            unknown: self.unknown || other.unknown,
            bits: self.bits | other.bits,
            same: false,
        }
    }
}

/// The registers.
#[derive(Clone, Debug)]
pub(crate) struct Ranges {
    truths: Vec<Range>,
    numbers: Vec<Range>,
    wides: Vec<Range>,
    texts: Vec<Range>,
    lists: Vec<Range>,
}

impl Ranges {
    pub fn new(counts: &RegisterCounts) -> Ranges {
        let any = |count: u32| vec![Range::ANY; count as usize];
        Ranges {
            truths: any(counts.truths),
            numbers: any(counts.numbers),
            wides: any(counts.wides),
            texts: any(counts.texts),
            lists: any(counts.lists),
        }
    }

    pub fn get(&self, Register(ty, at): Register) -> Range {
        let bank = match ty {
            RegisterType::Truth => &self.truths,
            RegisterType::Number => &self.numbers,
            RegisterType::Wide => &self.wides,
            RegisterType::Text => &self.texts,
            RegisterType::List => &self.lists,
        };
        bank.get(at as usize).copied().unwrap_or(Range::ANY)
    }

    pub fn set(&mut self, Register(ty, at): Register, range: Range) {
        let bank = match ty {
            RegisterType::Truth => &mut self.truths,
            RegisterType::Number => &mut self.numbers,
            RegisterType::Wide => &mut self.wides,
            RegisterType::Text => &mut self.texts,
            RegisterType::List => &mut self.lists,
        };
        if let Some(place) = bank.get_mut(at as usize) {
            *place = range;
        }
    }

    /// Sets what an instruction writes.
    pub fn set_written(&mut self, instruction: &I, range: Range) {
        for operand in instruction.operands() {
            if let qualify_plan::Operand::Write(ty, at) = operand {
                self.set(Register(ty, at), range);
            }
        }
    }

    fn t(&self, register: T) -> u8 {
        self.get(register.register()).bits
    }

    fn n(&self, register: N) -> Range {
        self.get(register.register())
    }

    fn w(&self, register: W) -> Range {
        self.get(register.register())
    }

    fn put_truth(&mut self, to: ToT, bits: u8) {
        self.set(Register(RegisterType::Truth, to.0), Range::truth(bits));
    }

    fn put_number(&mut self, to: ToN, range: Range) {
        let held = |units: i128| units.clamp(i64::MIN as i128, i64::MAX as i128);
        let range = Range { low: held(range.low), high: held(range.high), same: false, ..range };
        self.set(
            Register(RegisterType::Number, to.0),
            if range.known { range } else { Range { low: 0, high: 0, ..range } },
        );
    }

    fn put_wide(&mut self, to: ToW, range: Range) {
        let range = Range { same: false, ..range };
        self.set(
            Register(RegisterType::Wide, to.0),
            if range.known { range } else { Range { low: 0, high: 0, ..range } },
        );
    }
}

/// The truths that come of all pairs.
fn pairs(a: u8, b: u8, f: impl Fn(u8, u8) -> u8) -> u8 {
    let mut bits = 0;
    for x in (0..3).filter(|x| a >> x & 1 == 1) {
        for y in (0..3).filter(|y| b >> y & 1 == 1) {
            bits |= 1 << f(x, y);
        }
    }
    bits
}

fn each(a: u8, f: impl Fn(u8) -> u8) -> u8 {
    pairs(a, 1, |x, _| f(x))
}

/// What comes of the corners, for what rises or falls in each of both.
fn corners(a: Range, b: Range, f: impl Fn(i128, i128) -> i128) -> Range {
    let all = [f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)];
    let (low, high) = all.iter().fold((i128::MAX, i128::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
    Range {
        low,
        high,
        known: a.known && b.known,
        unknown: a.unknown || b.unknown,
        bits: a.bits | b.bits,
        same: false,
    }
}

/// The same for what rises or falls.
fn ends(a: Range, f: impl Fn(i128) -> i128) -> Range {
    let (x, y) = (f(a.low), f(a.high));
    Range { low: x.min(y), high: x.max(y), ..a }
}

fn held(units: i128) -> i128 {
    exact::hold(units).0 as i128
}

/// Whether a range may leave the 64 bits.
fn may_be_held(a: Range) -> bool {
    a.low < i64::MIN as i128 || a.high > i64::MAX as i128
}

fn surely_held(a: Range) -> bool {
    a.high < i64::MIN as i128 || a.low > i64::MAX as i128
}

fn compare(how: Comparison, a: Range, b: Range) -> u8 {
    let (less, equal, greater) = (a.low < b.high, a.low <= b.high && b.low <= a.high, a.high > b.low);
    let (yes, no) = match how {
        Comparison::Equal => (equal, less || greater),
        Comparison::NotEqual => (less || greater, equal),
        Comparison::Less => (less, equal || greater),
        Comparison::LessOrEqual => (less || equal, greater),
        Comparison::Greater => (greater, less || equal),
        Comparison::GreaterOrEqual => (greater || equal, less),
    };
    let mut bits = if a.unknown || b.unknown { 2 } else { 0 };
    if a.known && b.known {
        bits |= no as u8 | (yes as u8) << 2;
    }
    bits
}

fn select(condition: u8, then: Range, otherwise: Range) -> Range {
    let mut all: Option<Range> = None;
    let mut add = |range: Range| all = Some(all.map_or(range, |all| all.or(range)));
    if condition & 4 != 0 {
        add(then);
    }
    if condition & 1 != 0 {
        add(otherwise);
    }
    if condition & 2 != 0 {
        add(Range::number(None));
    }
    all.unwrap_or(Range::ANY)
}

fn if_known(a: Range, b: Range) -> Range {
    match (a.known, a.unknown) {
        (true, false) => a,
        (true, true) => Range { unknown: false, ..a }.or(b),
        _ => b,
    }
}

/// `a`, and where the condition is true `b` more; unknown ones are 0.
fn add_where(a: Range, condition: u8, b: Range) -> Range {
    let nothing = Range::between(0, 0);
    let more = if_known(b, nothing);
    let added = corners(a, more, i128::saturating_add);
    let added = Range { unknown: a.unknown, known: a.known, bits: a.bits | more.bits, ..added };
    match (condition & 4 != 0, condition & 3 != 0) {
        (true, false) => added,
        (true, true) => added.or(a),
        _ => a,
    }
}

/// Runs an instruction; `source` is what it gives if it is where the movement comes from.
pub(crate) fn run(plan: &Plan, instruction: &I, source: Option<Range>, r: &mut Ranges) {
    match (instruction, source) {
        (I::Factor { to, .. } | I::SlotNumber { to, .. }, Some(range)) => return r.put_number(*to, range),
        (I::SlotWide { to, .. }, Some(range)) => return r.put_wide(*to, range),
        _ => {}
    }
    if !truths(plan, instruction, r) && !numbers(plan, instruction, r) && !wides(instruction, r) {
        r.set_written(instruction, Range::ANY);
    }
}

fn truths(plan: &Plan, instruction: &I, r: &mut Ranges) -> bool {
    let (to, bits) = match instruction {
        I::And { to, a, b } => (to, pairs(r.t(*a), r.t(*b), u8::min)),
        I::Or { to, a, b } => (to, pairs(r.t(*a), r.t(*b), u8::max)),
        I::Not { to, a } => (to, each(r.t(*a), |a| 2 - a)),
        I::IsTrue { to, a } => (to, each(r.t(*a), |a| if a == 2 { 2 } else { 0 })),
        I::KnownTruth { to, a } => (to, each(r.t(*a), |a| if a != 1 { 2 } else { 0 })),
        I::KnownNumber { to, a } => (to, known(r.n(*a))),
        I::KnownWide { to, a } => (to, known(r.w(*a))),
        I::CompareConstant { to, how, a, b } => {
            (to, compare(*how, r.n(*a), Range::between(*b as i128, *b as i128)))
        }
        I::InNumbers { to, a, set } => {
            let Some(set) = plan.constants.numbers.get(set.index()) else { return false };
            (to, in_numbers(r.n(*a), set))
        }
        I::CompareNumbers { to, how, a, b } => (to, compare(*how, r.n(*a), r.n(*b))),
        I::CompareWide { to, how, a, b } => (to, compare(*how, r.w(*a), r.w(*b))),
        I::HowMany { to, low, high, parts } => (to, how_many(*low, *high, parts, r)),
        I::SelectTruth { to, condition, then, otherwise } => {
            let condition = r.t(*condition);
            let mut bits = condition & 2;
            bits |= if condition & 4 != 0 { r.t(*then) } else { 0 };
            bits |= if condition & 1 != 0 { r.t(*otherwise) } else { 0 };
            (to, bits)
        }
        I::IfKnownTruth { to, a, b } => (to, pairs(r.t(*a), r.t(*b), |a, b| if a == 1 { b } else { a })),
        I::Held { to, a } => {
            let a = r.w(*a);
            let may_not = a.unknown || a.bits & 1 != 0;
            (to, may_not as u8 | if a.known && a.bits & 2 != 0 { 4 } else { 0 })
        }
        _ => return false,
    };
    r.put_truth(*to, bits);
    true
}

fn known(a: Range) -> u8 {
    a.unknown as u8 | (a.known as u8) << 2
}

/// The numbers rise.
fn in_numbers(a: Range, set: &[i64]) -> u8 {
    let mut bits = if a.unknown { 2 } else { 0 };
    if a.known {
        let from = set.partition_point(|number| (*number as i128) < a.low);
        let within =
            set.get(from..).unwrap_or_default().iter().take_while(|number| **number as i128 <= a.high);
        let met = within.count() as i128;
        bits |= if met > 0 { 4 } else { 0 };
        bits |= (met <= a.high.saturating_sub(a.low)) as u8;
    }
    bits
}

fn how_many(low: i64, high: i64, parts: &[T], r: &Ranges) -> u8 {
    // how many hold, and how many may, between which bounds
    let count = |holds: &dyn Fn(u8) -> bool| parts.iter().filter(|part| holds(r.t(**part))).count() as i64;
    let (least_holding, most_holding) = (count(&|bits| bits == 4), count(&|bits| bits & 4 != 0));
    let (least_possible, most_possible) = (count(&|bits| bits & 1 == 0), count(&|bits| bits != 1));
    let mut bits = 0;
    if low > high || least_holding > high || most_possible < low {
        return 1;
    }
    if least_possible < low || most_holding > high {
        bits |= 1;
    }
    if most_holding >= low && least_possible <= high {
        bits |= 4;
    }
    if !(least_holding >= low && most_possible <= high) {
        bits |= 2;
    }
    bits
}

fn numbers(plan: &Plan, instruction: &I, r: &mut Ranges) -> bool {
    let constant = |b: i64| Range::between(b as i128, b as i128);
    let (to, range) = match instruction {
        I::Add { to, a, b } => (to, corners(r.n(*a), r.n(*b), i128::saturating_add)),
        I::Subtract { to, a, b } => (to, corners(r.n(*a), r.n(*b), i128::saturating_sub)),
        I::Multiply { to, a, b } => (to, corners(r.n(*a), r.n(*b), i128::saturating_mul)),
        I::AddConstant { to, a, b } => (to, corners(r.n(*a), constant(*b), i128::saturating_add)),
        I::MultiplyConstant { to, a, b } => (to, corners(r.n(*a), constant(*b), i128::saturating_mul)),
        I::Negate { to, a } => (to, ends(r.n(*a), i128::saturating_neg)),
        I::DivideConstant { to, a, by } => (to, ends(r.n(*a), |a| divided(a, *by as i128))),
        I::Divide { to, a, b } => match r.n(*b).single() {
            Some(by) if by != 0 => (to, ends(r.n(*a), |a| divided(a, by))),
            _ => return false,
        },
        I::Minimum { to, a, b } => (to, corners(r.n(*a), r.n(*b), i128::min)),
        I::Maximum { to, a, b } => (to, corners(r.n(*a), r.n(*b), i128::max)),
        I::MinimumConstant { to, a, b } => (to, corners(r.n(*a), constant(*b), i128::min)),
        I::MaximumConstant { to, a, b } => (to, corners(r.n(*a), constant(*b), i128::max)),
        I::MultiplyDivide { to, a, b, by } => {
            let (a, b, by) = (r.n(*a), r.n(*b), *by as i128);
            (to, corners(a, b, |a, b| divided(a.saturating_mul(b), by)))
        }
        I::SelectNumber { to, condition, then, otherwise } => {
            (to, select(r.t(*condition), r.n(*then), r.n(*otherwise)))
        }
        I::IfKnownNumber { to, a, b } => (to, if_known(r.n(*a), r.n(*b))),
        I::AddIf { to, a, condition, points } => (to, add_where(r.n(*a), r.t(*condition), constant(*points))),
        I::AddWhere { to, a, condition, points } => (to, add_where(r.n(*a), r.t(*condition), r.n(*points))),
        I::ZeroUnknown { to, a } => (to, if_known(r.n(*a), Range::between(0, 0))),
        I::Bins { to, a, bins } => {
            let Some(bins) = plan.constants.bins.get(bins.index()) else { return false };
            let a = r.n(*a);
            let mut all = a.unknown.then(|| Range::number(bins.unknown.map(i128::from)));
            if a.known {
                let from = bins.edges.partition_point(|edge| *edge as i128 <= a.low);
                let to = bins.edges.partition_point(|edge| *edge as i128 <= a.high);
                for value in bins.values.get(from..=to).unwrap_or_default() {
                    let value = Range::number(value.map(i128::from));
                    all = Some(all.map_or(value, |all| all.or(value)));
                }
            }
            (to, all.unwrap_or(Range::ANY))
        }
        I::First { to, conditions } => (to, place(conditions.iter().enumerate(), r)),
        I::Last { to, conditions } => (to, place(conditions.iter().enumerate().rev(), r)),
        I::KnownWhere { to, a, condition } => (to, known_where(r.n(*a), r.t(*condition))),
        I::TruthNumber { to, a } => {
            let bits = r.t(*a);
            let (no, unknown, yes) = (bits & 1 != 0, bits & 2 != 0, bits & 4 != 0);
            let (low, high) = (!no as i128, yes as i128);
            (to, Range { low: low.min(high), high, known: no || yes, unknown, bits: 1, same: false })
        }
        I::Narrow { to, a } => (to, Range { bits: 1, ..ends(r.w(*a), held) }),
        _ => return false,
    };
    r.put_number(*to, range);
    true
}

/// The first in turn that holds.
fn place<'t>(conditions: impl Iterator<Item = (usize, &'t T)>, r: &Ranges) -> Range {
    let mut all: Option<Range> = None;
    let mut add = |range: Range| all = Some(all.map_or(range, |all: Range| all.or(range)));
    for (place, condition) in conditions {
        let bits = r.t(*condition);
        if bits & 4 != 0 {
            add(Range::between(place as i128, place as i128));
        }
        if bits == 4 {
            return all.unwrap_or(Range::ANY);
        }
    }
    add(Range::number(None));
    all.unwrap_or(Range::ANY)
}

fn known_where(a: Range, condition: u8) -> Range {
    Range { known: a.known && condition & 4 != 0, unknown: a.unknown || condition & 3 != 0, ..a }
}

fn divided(a: i128, by: i128) -> i128 {
    exact::divide_rounded(a, by).unwrap_or(0)
}

fn wides(instruction: &I, r: &mut Ranges) -> bool {
    let (to, range) = match instruction {
        I::Widen { to, a } => (to, Range { bits: 1, ..r.n(*a) }),
        I::WidenHeld { to, a, held } => {
            let held = r.t(*held);
            let bits = (held & 3 != 0) as u8 | if held & 4 != 0 { 2 } else { 0 };
            (to, Range { bits, ..r.n(*a) })
        }
        I::AddWide { to, a, b } => (to, of_both(r.w(*a), r.w(*b), i128::saturating_add)),
        I::SubtractWide { to, a, b } => (to, of_both(r.w(*a), r.w(*b), i128::saturating_sub)),
        I::MinimumWide { to, a, b } => (to, of_both(r.w(*a), r.w(*b), i128::min)),
        I::MaximumWide { to, a, b } => (to, of_both(r.w(*a), r.w(*b), i128::max)),
        I::NegateWide { to, a } => (to, ends(r.w(*a), i128::saturating_neg)),
        I::MultiplyWide { to, a, b } => (to, of_both(end(r.w(*a)), end(r.w(*b)), i128::saturating_mul)),
        I::DivideWide { to, a, b, a_decimals, b_decimals, decimals } => {
            let (a, b) = (end(r.w(*a)), end(r.w(*b)));
            let Some(by) = b.single().filter(|by| *by != 0) else { return false };
            let divide = |a: i128| {
                let quotient = exact::divide(
                    (a as i64, *a_decimals as u32),
                    (by as i64, *b_decimals as u32),
                    *decimals as u32,
                );
                quotient.unwrap_or(0)
            };
            (to, Range { bits: sum_of_bits(a.bits, b.bits), ..ends(a, divide) })
        }
        I::Average { to, a, count, from, into } => {
            let (up, down) = (into.saturating_sub(*from) as u32, from.saturating_sub(*into) as u32);
            let (up, down) = (exact::power_of_ten(up), exact::power_of_ten(down));
            let Some(count) = r.n(*count).single().filter(|count| *count > 0) else { return false };
            let by = count.saturating_mul(down);
            (to, ends(r.w(*a), |a| divided(a.saturating_mul(up), by)))
        }
        I::Rescale { to, a, from, into } => {
            let (from, into) = (*from as u32, *into as u32);
            (to, ends(r.w(*a), |a| exact::rescale(a, from, into)))
        }
        I::SelectWide { to, condition, then, otherwise } => {
            (to, select(r.t(*condition), r.w(*then), r.w(*otherwise)))
        }
        I::IfKnownWide { to, a, b } => (to, if_known(r.w(*a), r.w(*b))),
        I::DivideWideConstant { to, a, by } => (to, ends(r.w(*a), |a| divided(a, *by))),
        I::Product { to, a, b } => (to, Range { bits: 1, ..corners(r.n(*a), r.n(*b), i128::saturating_mul) }),
        I::Scale { to, a, b } => {
            let a = r.w(*a);
            (to, Range { bits: a.bits, ..corners(a, r.n(*b), i128::saturating_mul) })
        }
        I::ZeroUnknownWide { to, a } => (to, if_known(r.w(*a), Range::between(0, 0))),
        I::AddWideWhere { to, a, condition, b } => {
            let (a, condition, b) = (r.w(*a), r.t(*condition), r.w(*b));
            (to, Range { bits: sum_of_bits(a.bits, b.bits | 1), ..add_where(a, condition, b) })
        }
        I::End { to, a } => (to, end(r.w(*a))),
        I::WideWhere { to, a, condition } => (to, known_where(r.w(*a), r.t(*condition))),
        _ => return false,
    };
    r.put_wide(*to, range);
    true
}

/// Held where either was.
fn sum_of_bits(a: u8, b: u8) -> u8 {
    let (may_not, may) = (a & b & 1, (a | b) & 2);
    // both may be unknown and of no bits
    if may_not | may == 0 { 3 } else { may_not | may }
}

fn of_both(a: Range, b: Range, f: impl Fn(i128, i128) -> i128) -> Range {
    Range { bits: sum_of_bits(a.bits, b.bits), ..corners(a, b, f) }
}

/// Held in 64 bits.
fn end(a: Range) -> Range {
    let mut bits = a.bits;
    if may_be_held(a) {
        bits |= 2;
    }
    if surely_held(a) {
        bits &= 2;
    }
    Range { bits, ..ends(a, held) }
}
