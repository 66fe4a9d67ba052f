//! Which combinations of values make a condition true, false or unknown.
//!
//! A condition becomes a list of cases, each a set of allowed values for some variables. The list is always
//! wide enough: a lead that gives the asked answer is in one of the cases. So an empty list proves that no
//! lead gives it; a full one proves nothing. Where there would be too many cases, nothing is claimed.
//!
//! Comparisons and other leaves are turned into cases by the file `atoms`.

use super::interval::Intervals;
use super::study::{DEEPEST, Study, Var};
use qualify_model::*;

/// The answers of a condition, joined by `|`.
pub(super) const TRUE: u8 = 1;
pub(super) const FALSE: u8 = 2;
pub(super) const UNKNOWN: u8 = 4;
const ANY: u8 = TRUE | FALSE | UNKNOWN;

/// More cases than this are not looked into.
const MOST_CASES: usize = 64;
/// More ways to choose `N of (…)` than this are not looked into.
const MOST_CHOICES: usize = 40;

/// Values that a variable may have in a case.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Allowed {
    pub(super) values: Intervals,
    pub(super) unknown: bool,
}

/// One case: what some variables must be, sorted by variable; the others are free.
pub(super) type Case = Vec<(Var, Allowed)>;

/// All cases; none means that nothing is known.
pub(super) type Cases = Option<Vec<Case>>;

/// The one case without any demand.
fn free() -> Cases {
    Some(vec![Case::new()])
}

impl<'m> Study<'m> {
    /// No lead makes the condition true.
    pub(super) fn never(&mut self, condition: &'m Expr) -> bool {
        self.cases(condition, TRUE).is_some_and(|cases| cases.is_empty())
    }

    /// Each lead makes the condition true.
    pub(super) fn always(&mut self, condition: &'m Expr) -> bool {
        self.cases(condition, FALSE | UNKNOWN).is_some_and(|cases| cases.is_empty())
    }

    /// The cases in which the answer of the condition is one of `answers`.
    pub(super) fn cases(&mut self, condition: &'m Expr, answers: u8) -> Cases {
        match answers & ANY {
            0 => return Some(Vec::new()),
            ANY => return free(),
            _ => {}
        }
        if self.depth > DEEPEST {
            self.blurred = true;
            return None;
        }
        // the same expression is asked about by several passes, and by everything that names it
        let place = (std::ptr::from_ref(condition), answers);
        if let Some((cases, blurred)) = self.answered.get(&place) {
            self.blurred |= blurred;
            return cases.clone();
        }
        let before = std::mem::take(&mut self.blurred);
        self.depth += 1;
        let cases = self.cases_of(condition, answers);
        self.depth -= 1;
        let blurred = self.blurred || cases.is_none();
        self.blurred = before || blurred;
        self.answered.insert(place, (cases.clone(), blurred));
        cases
    }

    fn cases_of(&mut self, condition: &'m Expr, answers: u8) -> Cases {
        use ExprKind::*;
        let model = self.model;
        match &condition.kind {
            And(parts) => self.joined(parts, answers, true),
            Or(parts) => self.joined(parts, answers, false),
            Not(part) => self.cases(part, turned(answers)),
            HowMany(quantity, parts) => self.how_many(condition, quantity, parts, answers),
            Let(id) => self.cases(&model.lets[id.index()].value, answers),
            Segment(id) => self.cases(&model.segments[id.index()].condition, answers),
            StageHolds(id) => match &model.stages[id.index()].condition {
                Some(condition) => self.cases(condition, answers),
                None if answers & TRUE != 0 => free(),
                None => Some(Vec::new()),
            },
            Known(part) => self.known(part, answers),
            If(test, yes, no) => {
                let unknown = self.cases(test, UNKNOWN);
                let unknown = if answers & UNKNOWN == 0 { Some(Vec::new()) } else { unknown };
                let yes = [self.cases(test, TRUE), self.cases(yes, answers)];
                let no = [self.cases(test, FALSE), self.cases(no, answers)];
                let (yes, no) = (self.all(yes), self.all(no));
                self.any([unknown, yes, no])
            }
            IfKnown(first, second) => {
                let known = self.cases(first, answers & (TRUE | FALSE));
                let other = [self.cases(first, UNKNOWN), self.cases(second, answers)];
                let other = self.all(other);
                self.any([known, other])
            }
            _ => self.atom(condition, answers),
        }
    }

    fn known(&mut self, part: &'m Expr, answers: u8) -> Cases {
        let known = if answers & TRUE == 0 {
            Some(Vec::new())
        } else if matches!(part.ty, Type::YesNo) {
            self.cases(part, TRUE | FALSE)
        } else {
            self.value_is(part, &Intervals::of(super::interval::Interval::ALL))
        };
        let unknown = if answers & FALSE == 0 {
            Some(Vec::new())
        } else if matches!(part.ty, Type::YesNo) {
            self.cases(part, UNKNOWN)
        } else {
            self.value_unknown(part)
        };
        self.any([known, unknown])
    }

    /// `and` (and `or`, which is the same with true and false exchanged).
    fn joined(&mut self, parts: &'m [Expr], answers: u8, and: bool) -> Cases {
        let asked = if and { answers } else { turned(answers) };
        let ask = |study: &mut Self, part: &'m Expr, answers: u8| {
            study.cases(part, if and { answers } else { turned(answers) })
        };
        match asked {
            TRUE | 5 => {
                // true, or not false: all of them are
                let cases: Vec<Cases> = parts.iter().map(|part| ask(self, part, asked)).collect();
                self.all(cases)
            }
            FALSE | 6 => {
                // false, or not true: one of them is
                let cases: Vec<Cases> = parts.iter().map(|part| ask(self, part, asked)).collect();
                self.any(cases)
            }
            UNKNOWN => {
                let one: Vec<Cases> = parts.iter().map(|part| ask(self, part, UNKNOWN)).collect();
                let one = self.any(one);
                let mut all = vec![one];
                all.extend(parts.iter().map(|part| ask(self, part, TRUE | UNKNOWN)));
                self.all(all)
            }
            _ => {
                let yes = self.joined(parts, if and { TRUE } else { FALSE }, and);
                let no = self.joined(parts, if and { FALSE } else { TRUE }, and);
                self.any([yes, no])
            }
        }
    }

    fn how_many(
        &mut self,
        condition: &'m Expr,
        quantity: &'m Quantity,
        parts: &'m [Expr],
        answers: u8,
    ) -> Cases {
        let Some((low, high)) = self.exact_quantity(quantity) else {
            return self.opaque(condition, &parts.iter().collect::<Vec<_>>(), answers);
        };
        let n = parts.len() as i128;
        // between low and high hold: at least `low`, and at least `n - high` do not
        let enough = |study: &mut Self, answers| study.at_least(parts, low, answers);
        let few = |study: &mut Self, answers: u8| match high {
            Some(high) => study.at_least(parts, high + 1, turned(answers)),
            None if answers & TRUE != 0 => free(),
            None => Some(Vec::new()),
        };
        if low > n {
            return if answers & FALSE != 0 { free() } else { Some(Vec::new()) };
        }
        match answers {
            TRUE | 5 => {
                let both = [enough(self, answers), few(self, answers)];
                self.all(both)
            }
            FALSE | 6 => {
                let one = [enough(self, answers), few(self, answers)];
                self.any(one)
            }
            UNKNOWN => {
                let both = [enough(self, FALSE | UNKNOWN), few(self, FALSE | UNKNOWN)];
                let not_true = self.any(both);
                let both = [enough(self, TRUE | UNKNOWN), few(self, TRUE | UNKNOWN), not_true];
                self.all(both)
            }
            _ => None,
        }
    }

    /// At least `n` of the parts hold, for answers that are an end of the scale: true, false, not true, not
    /// false.
    fn at_least(&mut self, parts: &'m [Expr], n: i128, answers: u8) -> Cases {
        let total = parts.len() as i128;
        // if it should not hold, so many must not hold
        let needed = if answers & TRUE != 0 { n } else { total - n + 1 };
        if needed <= 0 {
            return free();
        }
        if needed > total {
            return Some(Vec::new());
        }
        let cases: Vec<Cases> = parts.iter().map(|part| self.cases(part, answers)).collect();
        let choices = choices(parts.len(), usize::try_from(needed).ok()?)?;
        let ways: Vec<Cases> =
            choices.iter().map(|choice| self.all(choice.iter().map(|i| cases[*i].clone()))).collect();
        self.any(ways)
    }

    /// All of these at once.
    pub(super) fn all(&mut self, parts: impl IntoIterator<Item = Cases>) -> Cases {
        let mut out: Cases = free();
        for part in parts {
            out = self.both(out, part);
        }
        out
    }

    /// Both at once. What is too large to look into is left out, so that the rest still proves what it can.
    pub(super) fn both(&mut self, a: Cases, b: Cases) -> Cases {
        let (a, b) = match (a, b) {
            (None, other) | (other, None) => return other,
            (Some(a), Some(b)) => (a, b),
        };
        let mut out: Vec<Case> = Vec::new();
        for x in &a {
            for y in &b {
                if let Some(case) = self.merged(x, y) {
                    add(&mut out, case);
                }
                if out.len() > MOST_CASES {
                    self.blurred = true;
                    return Some(if a.len() <= b.len() { b } else { a });
                }
            }
        }
        Some(out)
    }

    /// One of these at least.
    pub(super) fn any(&mut self, parts: impl IntoIterator<Item = Cases>) -> Cases {
        let mut out = Vec::new();
        for part in parts {
            for case in part? {
                add(&mut out, case);
            }
            if out.len() > MOST_CASES {
                self.blurred = true;
                return None;
            }
        }
        Some(out)
    }

    /// Both cases at once; none if they exclude each other.
    fn merged(&mut self, a: &Case, b: &Case) -> Option<Case> {
        let mut out = Case::with_capacity(a.len() + b.len());
        let (mut i, mut j) = (0, 0);
        while i < a.len() || j < b.len() {
            let from_a = j >= b.len() || (i < a.len() && a[i].0 < b[j].0);
            let from_b = i >= a.len() || (j < b.len() && b[j].0 < a[i].0);
            if from_a {
                out.push(a[i].clone());
                i += 1;
            } else if from_b {
                out.push(b[j].clone());
                j += 1;
            } else {
                let values = a[i].1.values.meet(&b[j].1.values);
                let unknown = a[i].1.unknown && b[j].1.unknown;
                if values.is_empty() && !unknown {
                    return None;
                }
                out.push((a[i].0, Allowed { values, unknown }));
                i += 1;
                j += 1;
            }
        }
        self.counts_agree(&out).then_some(out)
    }

    /// Events of a narrower term are events of the wider one too: it cannot have fewer.
    fn counts_agree(&mut self, case: &Case) -> bool {
        let counts: Vec<(Var, i128, i128)> = case
            .iter()
            .filter(|(var, _)| self.variable(*var).term.is_some())
            .take(8)
            .map(|(var, set)| (*var, set.values.hull().low, set.values.hull().high))
            .collect();
        for (a, least, _) in &counts {
            for (b, _, most) in &counts {
                if a != b && least > most && self.counts_for(*a, *b) {
                    return false;
                }
            }
        }
        true
    }
}

/// True for false and false for true.
fn turned(answers: u8) -> u8 {
    (answers & UNKNOWN) | (answers & TRUE) << 1 | (answers & FALSE) >> 1
}

/// Adds a case; one that differs from the last in a single variable is joined with it.
fn add(out: &mut Vec<Case>, case: Case) {
    if let Some(last) = out.last_mut()
        && last.len() == case.len()
        && last.iter().zip(&case).all(|(a, b)| a.0 == b.0)
    {
        let mut differing = last.iter_mut().zip(&case).filter(|(a, b)| a.1 != b.1);
        match (differing.next(), differing.next()) {
            (None, _) => return,
            (Some((a, b)), None) => {
                a.1.values = a.1.values.join(&b.1.values);
                a.1.unknown |= b.1.unknown;
                return;
            }
            _ => {}
        }
    }
    out.push(case);
}

/// All ways to choose `k` of `n`; none if there are too many.
fn choices(n: usize, k: usize) -> Option<Vec<Vec<usize>>> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new()];
    for left in (1..=k).rev() {
        let mut longer = Vec::new();
        for choice in &out {
            let from = choice.last().map_or(0, |last| last + 1);
            for next in from..=n - left {
                let mut choice = choice.clone();
                choice.push(next);
                longer.push(choice);
            }
            if longer.len() > MOST_CHOICES * 4 {
                return None;
            }
        }
        out = longer;
    }
    (out.len() <= MOST_CHOICES).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_to_choose() {
        assert_eq!(choices(3, 2), Some(vec![vec![0, 1], vec![0, 2], vec![1, 2]]));
        assert_eq!(choices(4, 4).map(|c| c.len()), Some(1));
        assert_eq!(choices(30, 15), None);
    }

    #[test]
    fn turning_exchanges_true_and_false() {
        assert_eq!(turned(TRUE | UNKNOWN), FALSE | UNKNOWN);
        assert_eq!(turned(turned(TRUE)), TRUE);
    }
}
