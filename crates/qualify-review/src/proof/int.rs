//! Whole numbers as digits of the circuit: sums, comparisons, choices, and divisions by constants.
//!
//! A number is a scale times a signed binary number, so that points, which are counted in 0.0001, need few digits.
//! What it can be is known beforehand as a range, which holds of every lead.

use super::circuit::{Circuit, FALSE, Lit, TRUE};
use qualify_model::exact::divide_rounded;
use std::collections::BTreeMap;

/// A number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Int {
    /// Two's complement, the lowest digit first; never empty.
    pub(super) bits: Vec<Lit>,
    /// What one unit of the digits stands for; 0 for the constant 0.
    pub(super) scale: i128,
    /// The least that it can be.
    pub(super) low: i128,
    /// The greatest.
    pub(super) high: i128,
}

/// Literals with what each adds, and a constant: a sum before it is worked out.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    /// By literal (never an opposite).
    weights: BTreeMap<Lit, i128>,
    constant: i128,
    low: i128,
    high: i128,
}

impl Int {
    pub(super) fn constant(value: i128) -> Int {
        let bits = match value {
            0 => vec![FALSE],
            1.. => vec![TRUE, FALSE],
            _ => vec![TRUE],
        };
        Int { bits, scale: value.abs(), low: value, high: value }
    }

    /// The value of a constant.
    pub(super) fn fixed(&self) -> Option<i128> {
        (self.low == self.high).then_some(self.low)
    }

    /// The same number, known to be in a range: of digits no more than that needs.
    fn within(mut self, low: i128, high: i128) -> Int {
        (self.low, self.high) = (low, high);
        if low == high {
            return Int::constant(low);
        }
        if self.scale > 0 {
            self.bits.truncate(width(ceil(low, self.scale), high.div_euclid(self.scale)));
        }
        self
    }

    fn sign(&self) -> Lit {
        self.bits[self.bits.len() - 1]
    }

    fn bit(&self, place: usize) -> Lit {
        self.bits.get(place).copied().unwrap_or(self.sign())
    }
}

impl Sum {
    pub(super) fn of(addends: &[Int]) -> Sum {
        let mut sum = Sum::default();
        addends.iter().for_each(|addend| sum.add(addend, 1));
        sum
    }

    /// Adds so many times a number.
    pub(super) fn add(&mut self, addend: &Int, times: i128) {
        let last = addend.bits.len() - 1;
        for (place, bit) in addend.bits.iter().enumerate() {
            let weight = (addend.scale * times) << place;
            self.digit(*bit, if place == last { -weight } else { weight });
        }
        let ends = [addend.low * times, addend.high * times];
        self.low += ends[0].min(ends[1]);
        self.high += ends[0].max(ends[1]);
    }

    /// Adds all of another sum.
    pub(super) fn join(&mut self, other: &Sum) {
        for (lit, weight) in &other.weights {
            self.digit(*lit, *weight);
        }
        self.constant += other.constant;
        self.low += other.low;
        self.high += other.high;
    }

    /// Narrows what the sum can be, for a reason that the digits do not show.
    pub(super) fn within(mut self, low: i128, high: i128) -> Sum {
        (self.low, self.high) = (self.low.max(low), self.high.min(high));
        self
    }

    fn digit(&mut self, bit: Lit, weight: i128) {
        if bit == TRUE {
            self.constant += weight;
        } else if bit.is_not() && bit != FALSE {
            self.constant += weight;
            self.digit(!bit, -weight);
        } else if bit != FALSE {
            let sum = self.weights.entry(bit).or_insert(0);
            *sum += weight;
            if *sum == 0 {
                self.weights.remove(&bit);
            }
        }
    }

    /// What both add alike, and what is left of each.
    pub(super) fn shared(self, other: Sum) -> (Sum, Sum, Sum) {
        let mut base = Sum { low: i128::MIN >> 4, high: i128::MAX >> 4, ..Sum::default() };
        let (mut a, mut b) = (self, other);
        for (lit, weight) in &a.weights {
            if b.weights.get(lit) == Some(weight) {
                base.weights.insert(*lit, *weight);
            }
        }
        for lit in base.weights.keys() {
            a.weights.remove(lit);
            b.weights.remove(lit);
        }
        let (low, high) = base.reach();
        (base.low, base.high) = (low, high);
        (base, a, b)
    }

    /// What the digits alone can come to.
    fn reach(&self) -> (i128, i128) {
        let ends = |f: fn(&&i128) -> bool| {
            self.weights.values().filter(f).fold(self.constant, |sum, weight| sum.saturating_add(*weight))
        };
        (ends(|w| **w < 0), ends(|w| **w > 0))
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

/// Digits that hold every number from `low` to `high`.
fn width(low: i128, high: i128) -> usize {
    let magnitude = high.max(-(low + 1)).max(0);
    (129 - magnitude.leading_zeros()) as usize
}

impl Circuit {
    /// Any number from `low` to `high`.
    pub(super) fn any_int(&mut self, low: i128, high: i128) -> Int {
        if low == high {
            return Int::constant(low);
        }
        let mut bits: Vec<Lit> = (0..width(low, high)).map(|_| self.input()).collect();
        if low >= 0 {
            let last = bits.len() - 1;
            bits[last] = FALSE;
        }
        let wide = Int { bits, scale: 1, low: i128::MIN >> 2, high: i128::MAX >> 2 };
        let (least, most) = (self.at_least(&wide, low), self.at_least(&wide, high + 1));
        self.fact([least]);
        self.fact([!most]);
        Int { low, high, ..wide }
    }

    /// The number a sum comes to; `base` is a part of it that was worked out already.
    pub(super) fn total(&mut self, sum: &Sum, base: Option<&Int>) -> Int {
        let (low, high) = (sum.low, sum.high);
        let mut sum = sum.clone();
        if let Some(base) = base {
            sum.add(base, 1);
        }
        let (least, most) = sum.reach();
        let (low, high) = (low.max(least), high.min(most));
        if sum.weights.is_empty() || low >= high {
            return Int::constant(if sum.weights.is_empty() { sum.constant } else { low });
        }
        let scale = sum.weights.values().fold(sum.constant, |g, weight| gcd(g, *weight));
        let (low, high) = (ceil(low, scale), high.div_euclid(scale));
        let bits = self.digits(&sum, scale, width(low, high));
        Int { bits, scale, low: low * scale, high: high * scale }
    }

    /// The digits of a sum of multiples of `scale`.
    fn digits(&mut self, sum: &Sum, scale: i128, width: usize) -> Vec<Lit> {
        let mut columns: Vec<Vec<Lit>> = vec![Vec::new(); width + 1];
        let mut constant = sum.constant / scale;
        for (lit, weight) in &sum.weights {
            let weight = weight / scale;
            // minus n times a literal is n times its opposite, minus n
            constant += weight.min(0);
            let lit = if weight < 0 { !*lit } else { *lit };
            let magnitude = weight.abs();
            (0..width).filter(|place| magnitude >> place & 1 == 1).for_each(|place| columns[place].push(lit));
        }
        (0..width).filter(|place| constant >> place & 1 == 1).for_each(|place| columns[place].push(TRUE));
        (0..width).map(|place| self.column(&mut columns, place)).collect()
    }

    /// The digit of a column; what is carried goes to the next.
    fn column(&mut self, columns: &mut [Vec<Lit>], place: usize) -> Lit {
        let mut column = std::mem::take(&mut columns[place]);
        let mut from = 0;
        while column.len() - from > 1 {
            let (a, b) = (column[from], column[from + 1]);
            let c = column.get(from + 2).copied().unwrap_or(FALSE);
            from = (from + 3).min(column.len());
            let half = self.xor(a, b);
            let digit = self.xor(half, c);
            let carry = self.majority(a, b, c);
            column.push(digit);
            columns[place + 1].push(carry);
        }
        column.get(from).copied().unwrap_or(FALSE)
    }

    /// So many times a number each, summed.
    pub(super) fn linear(&mut self, parts: &[(i128, &Int)]) -> Int {
        let mut sum = Sum::default();
        parts.iter().for_each(|(times, part)| sum.add(part, *times));
        self.total(&sum, None)
    }

    /// At least a constant.
    pub(super) fn at_least(&mut self, a: &Int, constant: i128) -> Lit {
        if a.low >= constant {
            return TRUE;
        }
        if a.high < constant {
            return FALSE;
        }
        let limit = ceil(constant, a.scale);
        let last = a.bits.len() - 1;
        if limit < -(1i128 << last) {
            return TRUE;
        }
        if limit >= 1i128 << last {
            return FALSE;
        }
        let mut out = TRUE;
        for place in 0..=last {
            let (bit, wanted) = match place == last {
                true => (!a.bits[place], limit >= 0),
                false => (a.bits[place], limit >> place & 1 == 1),
            };
            out = if wanted { self.and([bit, out]) } else { self.or([bit, out]) };
        }
        out
    }

    pub(super) fn equals(&mut self, a: &Int, constant: i128) -> Lit {
        if let Some(value) = a.fixed() {
            return if value == constant { TRUE } else { FALSE };
        }
        let last = a.bits.len() - 1;
        let quotient = constant / a.scale;
        let fits = -(1i128 << last) <= quotient && quotient < 1i128 << last;
        if constant % a.scale != 0 || constant < a.low || constant > a.high || !fits {
            return FALSE;
        }
        let bits: Vec<Lit> = a
            .bits
            .iter()
            .enumerate()
            .map(|(i, bit)| if quotient >> i & 1 == 1 { *bit } else { !*bit })
            .collect();
        self.and(bits)
    }

    /// Two numbers with one scale, of equal width.
    fn aligned(&mut self, a: &Int, b: &Int) -> (Vec<Lit>, Vec<Lit>, i128) {
        let scale = gcd(a.scale, b.scale).max(1);
        let (a, b) = (self.scaled(a, scale), self.scaled(b, scale));
        let width = a.bits.len().max(b.bits.len());
        let wide = |n: &Int| (0..width).map(|place| n.bit(place)).collect::<Vec<Lit>>();
        (wide(&a), wide(&b), scale)
    }

    /// The same number in digits of another scale, which divides its own.
    fn scaled(&mut self, a: &Int, scale: i128) -> Int {
        if a.scale == scale || a.scale == 0 {
            return a.clone();
        }
        let mut sum = Sum::default();
        sum.add(a, 1);
        let bits = self.digits(&sum, scale, width(a.low / scale, a.high / scale));
        Int { bits, scale, ..*a }
    }

    /// `a >= b`.
    pub(super) fn not_less(&mut self, a: &Int, b: &Int) -> Lit {
        if let Some(constant) = b.fixed() {
            return self.at_least(a, constant);
        }
        if let Some(constant) = a.fixed() {
            return !self.at_least(b, constant + 1);
        }
        if a.low >= b.high {
            return TRUE;
        }
        if a.high < b.low {
            return FALSE;
        }
        let (a, b, _) = self.aligned(a, b);
        let last = a.len() - 1;
        let mut out = TRUE;
        for place in 0..=last {
            let (x, y) = if place == last { (!a[place], !b[place]) } else { (a[place], b[place]) };
            out = self.majority(x, !y, out);
        }
        out
    }

    pub(super) fn equal(&mut self, a: &Int, b: &Int) -> Lit {
        if a == b {
            return TRUE;
        }
        if let Some(constant) = b.fixed() {
            return self.equals(a, constant);
        }
        if let Some(constant) = a.fixed() {
            return self.equals(b, constant);
        }
        if a.high < b.low || b.high < a.low {
            return FALSE;
        }
        let (a, b, _) = self.aligned(a, b);
        let each: Vec<Lit> = a.iter().zip(&b).map(|(x, y)| self.same(*x, *y)).collect();
        self.and(each)
    }

    /// `a` where `c` holds, else `b`.
    pub(super) fn choose_int(&mut self, c: Lit, a: &Int, b: &Int) -> Int {
        match c {
            TRUE => return a.clone(),
            FALSE => return b.clone(),
            _ if a == b => return a.clone(),
            _ => {}
        }
        let (x, y, scale) = self.aligned(a, b);
        let bits = x.iter().zip(&y).map(|(x, y)| self.choose(c, *x, *y)).collect();
        Int { bits, scale, low: a.low.min(b.low), high: a.high.max(b.high) }
    }

    /// The number where `c` holds, else 0.
    pub(super) fn gated(&mut self, c: Lit, a: &Int) -> Int {
        self.choose_int(c, a, &Int::constant(0))
    }

    pub(super) fn least(&mut self, a: &Int, b: &Int) -> Int {
        let c = self.not_less(b, a);
        self.choose_int(c, a, b).within(a.low.min(b.low), a.high.min(b.high))
    }

    pub(super) fn greatest(&mut self, a: &Int, b: &Int) -> Int {
        let c = self.not_less(a, b);
        self.choose_int(c, a, b).within(a.low.max(b.low), a.high.max(b.high))
    }

    /// Divided by a constant above zero, rounded half away from zero.
    pub(super) fn rounded(&mut self, a: &Int, by: i128) -> Int {
        if let Some(exact) = exactly(a, by) {
            return exact;
        }
        let round = |n: i128| divide_rounded(n, by).unwrap_or(0);
        let q = self.any_int(round(a.low), round(a.high));
        let rest = self.linear(&[(2, a), (-2 * by, &q)]);
        let negative = !self.at_least(a, 0);
        let facts = [
            vec![self.at_least(&rest, -by)],
            vec![!self.at_least(&rest, by + 1)],
            vec![negative, !self.at_least(&rest, by)],
            vec![!negative, self.at_least(&rest, 1 - by)],
        ];
        facts.into_iter().for_each(|fact| self.fact(fact));
        q
    }

    /// Divided by a constant above zero, rounded down.
    pub(super) fn floored(&mut self, a: &Int, by: i128) -> Int {
        if let Some(exact) = exactly(a, by) {
            return exact;
        }
        let q = self.any_int(a.low.div_euclid(by), a.high.div_euclid(by));
        let rest = self.linear(&[(1, a), (-by, &q)]);
        let (least, most) = (self.at_least(&rest, 0), self.at_least(&rest, by));
        self.fact([least]);
        self.fact([!most]);
        q
    }
}

/// A division that leaves no rest, whatever the digits are.
fn exactly(a: &Int, by: i128) -> Option<Int> {
    let divides = a.scale % by == 0;
    divides.then(|| Int { scale: a.scale / by, low: a.low / by, high: a.high / by, ..a.clone() })
}

fn ceil(a: i128, by: i128) -> i128 {
    -((-a).div_euclid(by.max(1)))
}

impl Int {
    /// A constant where a literal holds, else 0.
    pub(super) fn of_lit(lit: Lit, value: i128) -> Int {
        let bits = if value < 0 { vec![lit] } else { vec![lit, FALSE] };
        Int { bits, scale: value.abs(), low: value.min(0), high: value.max(0) }
    }
}
