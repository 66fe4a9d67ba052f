//! The leaves of conditions as cases: comparisons, words, texts, events.

use super::interval::{HIGHEST, Interval, Intervals, LOWEST, ONE};
use super::solve::{Allowed, Case, Cases, FALSE, TRUE, UNKNOWN};
use super::study::{Study, Var, grain};
use super::windows;
use qualify_model::*;
use std::collections::HashSet;

/// Lists longer than this are one test that is not looked into.
const LONGEST_LIST: usize = 300;

fn impossible() -> Cases {
    Some(Vec::new())
}

impl<'m> Study<'m> {
    /// The cases of a condition that is no combination of others.
    pub(super) fn atom(&mut self, expr: &'m Expr, answers: u8) -> Cases {
        use ExprKind::*;
        match &expr.kind {
            Constant(Value::YesNo(yes)) => {
                let asked = if *yes { TRUE } else { FALSE };
                if answers & asked != 0 { Some(vec![Case::new()]) } else { impossible() }
            }
            Unknown if answers & UNKNOWN == 0 => impossible(),
            Unknown => Some(vec![Case::new()]),
            Compare(how, a, b) => self.compare(expr, *how, a, b, answers),
            Between(value, low, high) => self.between(expr, value, low, high, answers),
            In(value, set) => self.is_in(expr, value, set, answers),
            Text(_, value, needles) => {
                let mut parts = vec![&**value];
                parts.extend(needles);
                self.opaque(expr, &parts, answers)
            }
            Happens(term) => self.happens(term, answers),
            InWindow(value, windows) => self.in_window(expr, value, windows, answers),
            StageIs(stages) => self.stage(stages.iter().map(|s| s.index()).collect(), answers),
            StageAtLeast(least) => {
                let above = |i: &usize| *i >= least.index() && !self.model.stages[*i].side;
                let stages = (0..self.model.stages.len()).filter(above).collect();
                self.stage(stages, answers)
            }
            _ if matches!(expr.ty, Type::YesNo) => self.plain(expr, answers),
            _ => None,
        }
    }

    /// A yes/no value.
    fn plain(&mut self, expr: &'m Expr, answers: u8) -> Cases {
        let values = [(TRUE, 1), (FALSE, 0)].into_iter().filter(|(a, _)| answers & a != 0);
        let set = Intervals::points(values.map(|(_, value)| value));
        let known = self.value_is(expr, &set);
        let unknown = if answers & UNKNOWN != 0 { self.value_unknown(expr) } else { impossible() };
        self.any([known, unknown])
    }

    /// The value is known and one of `set`.
    pub(super) fn value_is(&mut self, expr: &'m Expr, set: &Intervals) -> Cases {
        let var = self.value(expr);
        let variable = self.variable(var);
        let values = variable.values.meet(set).snapped(variable.grain);
        if values.is_empty() {
            return impossible();
        }
        let mut case = vec![(var, Allowed { values, unknown: false })];
        for leaf in self.leaves(expr) {
            let leaf = self.value(leaf);
            if leaf != var {
                let values = self.variable(leaf).values.clone();
                case.push((leaf, Allowed { values, unknown: false }));
            }
        }
        self.one(case)
    }

    /// The value is unknown: one of those that it hangs on is.
    pub(super) fn value_unknown(&mut self, expr: &'m Expr) -> Cases {
        let mut out = Vec::new();
        for leaf in self.leaves(expr) {
            let var = self.value(leaf);
            if self.variable(var).unknown {
                out.push(vec![(var, Allowed { values: Intervals::none(), unknown: true })]);
            }
        }
        Some(out)
    }

    /// One case, its parts sorted and made one for each variable.
    fn one(&mut self, parts: Case) -> Cases {
        let singles: Vec<Cases> = parts.into_iter().map(|part| Some(vec![vec![part]])).collect();
        self.all(singles)
    }

    /// The parts of a value whose being unknown makes it unknown: of a sum its operands, and so on. A value
    /// that can be unknown for other reasons is its own part.
    fn leaves(&mut self, expr: &'m Expr) -> Vec<&'m Expr> {
        let (mut out, mut seen) = (Vec::new(), HashSet::new());
        self.gather(expr, &mut out, &mut seen);
        out
    }

    fn gather(&mut self, expr: &'m Expr, out: &mut Vec<&'m Expr>, seen: &mut HashSet<*const Expr>) {
        use ExprKind::*;
        let expr = self.unnamed(expr);
        if !seen.insert(std::ptr::from_ref(expr)) {
            return;
        }
        let parts: Vec<&'m Expr> = match &expr.kind {
            Arithmetic(Operator::Divide, a, b) => {
                let divisor = self.extent(b).values;
                if divisor.low <= 0 && divisor.high >= 0 { vec![] } else { vec![a, b] }
            }
            Arithmetic(_, a, b) => vec![a, b],
            Negate(part) | Round(part) | Convert(part) | DaysSince(part) => vec![part],
            // itself too: a text can be known and have no such part
            Part(_, part) => {
                out.push(expr);
                vec![part]
            }
            Weighted(parts) => parts.iter().map(|(_, value)| value).collect(),
            Min(parts) | Max(parts) => parts.iter().collect(),
            Clamp(a, b, c) => vec![a, b, c],
            _ => vec![],
        };
        if parts.is_empty() {
            out.push(expr);
        }
        for part in parts {
            self.gather(part, out, seen);
        }
    }

    /// A test that is not looked into, but that is unknown if and only if one of its `parts` is.
    pub(super) fn opaque(&mut self, expr: &'m Expr, parts: &[&'m Expr], answers: u8) -> Cases {
        let key = self.keys.expr(expr);
        let var = self.test(key, Some(expr));
        let mut out = Vec::new();
        if answers & (TRUE | FALSE) != 0 {
            let values = [(TRUE, 1), (FALSE, 0)].into_iter().filter(|(a, _)| answers & a != 0);
            let values = Intervals::points(values.map(|(_, value)| value));
            let mut all: Vec<Cases> = vec![Some(vec![vec![(var, Allowed { values, unknown: false })]])];
            for part in parts.iter().filter(|part| !matches!(part.ty, Type::YesNo)) {
                all.push(self.value_is(part, &Intervals::of(Interval::ALL)));
            }
            out.push(self.all(all));
        }
        if answers & UNKNOWN != 0 {
            for part in parts {
                out.push(match part.ty {
                    Type::YesNo => self.cases(part, UNKNOWN),
                    _ => self.value_unknown(part),
                });
            }
        }
        self.any(out)
    }

    /// A test of one value: true for some values, false for others.
    fn tested(&mut self, value: &'m Expr, yes: &Intervals, no: &Intervals, answers: u8) -> Cases {
        let mut out = Vec::new();
        if answers & TRUE != 0 {
            out.push(self.value_is(value, yes));
        }
        if answers & FALSE != 0 {
            out.push(self.value_is(value, no));
        }
        if answers & UNKNOWN != 0 {
            out.push(self.value_unknown(value));
        }
        self.any(out)
    }

    fn compare(&mut self, expr: &'m Expr, how: Comparison, a: &'m Expr, b: &'m Expr, answers: u8) -> Cases {
        let comparable = a.ty == b.ty || matches!((&a.ty, &b.ty), (Type::Number(_), Type::Number(_)));
        let texts = matches!((&a.ty, &b.ty), (Type::Text(_), Type::Text(_)));
        if (!comparable && !texts) || matches!(a.ty, Type::List(_)) {
            return self.opaque(expr, &[a, b], answers);
        }
        let (value, how, other) = match (self.fixed(a), self.fixed(b)) {
            (_, Some(b)) => (a, how, b),
            (Some(a), None) => (b, mirrored(how), a),
            (None, None) => return self.two_values(expr, how, a, b, answers),
        };
        let (yes, no) = compared(how, other, grain(&value.ty));
        self.tested(value, &yes, &no, answers)
    }

    /// Two values that both vary: only what their ranges decide.
    fn two_values(
        &mut self,
        expr: &'m Expr,
        how: Comparison,
        a: &'m Expr,
        b: &'m Expr,
        answers: u8,
    ) -> Cases {
        let numbers = matches!(a.ty, Type::Number(_) | Type::Duration | Type::OneOf(_));
        let (x, y) = (self.extent(a).values, self.extent(b).values);
        let (yes, no) = compared(how, y, 1);
        let x = Intervals::of(x);
        let mut answers = answers;
        if numbers && x.meet(&yes).is_empty() {
            answers &= !TRUE;
        }
        if numbers && x.meet(&no).is_empty() {
            answers &= !FALSE;
        }
        self.opaque(expr, &[a, b], answers)
    }

    fn between(
        &mut self,
        expr: &'m Expr,
        value: &'m Expr,
        low: &'m Expr,
        high: &'m Expr,
        answers: u8,
    ) -> Cases {
        let comparable =
            |x: &Expr| x.ty == value.ty || matches!((&x.ty, &value.ty), (Type::Number(_), Type::Number(_)));
        match (self.fixed(low), self.fixed(high)) {
            (Some(from), Some(to)) if comparable(low) && comparable(high) => {
                let yes = Intervals::of(Interval::new(from.low, to.high));
                let no = Intervals::of(Interval::new(from.high, to.low)).complement();
                self.tested(value, &yes, &no, answers)
            }
            _ => self.opaque(expr, &[value, low, high], answers),
        }
    }

    /// The values of a constant or param.
    pub(super) fn fixed(&mut self, expr: &'m Expr) -> Option<Interval> {
        let expr = self.unnamed(expr);
        match &expr.kind {
            ExprKind::Constant(value) => self.constant(value, &expr.ty).map(Interval::point),
            ExprKind::Param(id) => Some(self.param(*id)),
            ExprKind::Negate(part) => self.fixed(part).map(Interval::negate),
            ExprKind::Convert(part) => {
                let grain = grain(&expr.ty);
                self.fixed(part).map(|values| values.rounded(grain))
            }
            _ => None,
        }
    }

    fn is_in(&mut self, expr: &'m Expr, value: &'m Expr, set: &'m Set, answers: u8) -> Cases {
        let constants = match set {
            Set::Values(values) => self.constants(values, &value.ty),
            Set::List(id) => self.list(*id),
            Set::Attribute(list) => return self.opaque(expr, &[value, list], answers),
        };
        match constants {
            Some(set) if set.is_empty() => self.tested(value, &set, &set.complement(), answers),
            Some(set) if set.parts().len() <= LONGEST_LIST && exact(&value.ty) => {
                self.tested(value, &set, &set.complement(), answers)
            }
            _ => self.opaque(expr, &[value], answers),
        }
    }

    /// The result stage: one of these, by place; none is -1.
    fn stage(&mut self, stages: Vec<usize>, answers: u8) -> Cases {
        let key = self.keys.node("stage".into(), Vec::new());
        let var = self.stage_variable(key);
        let yes = Intervals::points(stages.into_iter().map(|i| i as i128));
        let mut values = Intervals::none();
        if answers & TRUE != 0 {
            values = yes.clone();
        }
        if answers & FALSE != 0 {
            values = values.join(&yes.complement());
        }
        let values = values.meet(&self.variable(var).values);
        let case = vec![(var, Allowed { values: values.clone(), unknown: false })];
        Some(if values.is_empty() { vec![] } else { vec![case] })
    }

    fn stage_variable(&mut self, key: super::key::Key) -> Var {
        let most = self.model.stages.len() as i128 - 1;
        self.intern(key, |_| super::study::Variable {
            values: Intervals::of(Interval::new(-1, most)),
            unknown: false,
            grain: 1,
            expr: None,
            term: None,
        })
    }

    fn in_window(&mut self, expr: &'m Expr, value: &'m Expr, all: &'m [Window], answers: u8) -> Cases {
        let (mut outer, mut inner, mut exact) = (Interval::ALL, Interval::ALL, true);
        for window in all {
            match windows::distances(self.model, window) {
                Some((may, sure)) => {
                    outer = outer.meet(may);
                    inner = inner.meet(sure);
                }
                None => exact = false,
            }
        }
        let age = self.age(value);
        let allow = |set: Intervals| {
            let case = vec![(age, Allowed { values: set.clone(), unknown: false })];
            Some(if set.is_empty() { vec![] } else { vec![case] })
        };
        let know = self.value_is(value, &Intervals::of(Interval::ALL));
        let key = self.keys.expr(expr);
        let test = self.test(key, Some(expr));
        let tested = |value| {
            let values = Intervals::points([value]);
            Some(vec![vec![(test, Allowed { values, unknown: false })]])
        };
        let mut out = Vec::new();
        if answers & TRUE != 0 {
            out.push(self.all([know.clone(), allow(Intervals::of(outer)), tested(1)]));
        }
        if answers & FALSE != 0 {
            let no = if exact { Intervals::of(inner).complement() } else { Intervals::of(Interval::ALL) };
            out.push(self.all([know, allow(no), tested(0)]));
        }
        if answers & UNKNOWN != 0 {
            out.push(self.value_unknown(value));
            out.push(self.anchors_unknown(all));
        }
        self.any(out)
    }

    /// One of the attributes that windows hang on is unknown.
    fn anchors_unknown(&mut self, windows: &'m [Window]) -> Cases {
        let mut out = Vec::new();
        for window in windows {
            if let Window::Since(Anchor::Value(value)) | Window::Before(Anchor::Value(value)) = window {
                out.push(self.value_unknown(value));
            }
        }
        self.any(out)
    }

    fn happens(&mut self, term: &'m Term, answers: u8) -> Cases {
        let mut out = Vec::new();
        if answers & TRUE != 0 {
            let events = self.events(term);
            let mut all = Vec::new();
            if term.counts.is_empty() {
                all.push(self.number(events, Interval::new(ONE, HIGHEST)));
            }
            for count in &term.counts {
                all.push(self.counted(term, count, true));
            }
            out.push(self.all(all));
        }
        if answers & FALSE != 0 {
            let events = self.events(term);
            if term.counts.is_empty() {
                out.push(self.number(events, Interval::ZERO));
            }
            for count in &term.counts {
                out.push(self.counted(term, count, false));
            }
        }
        if answers & UNKNOWN != 0 {
            for step in &term.steps {
                out.push(self.anchors_unknown(&step.windows));
            }
        }
        self.any(out)
    }

    fn number(&mut self, var: Var, allowed: Interval) -> Cases {
        let values = self.variable(var).values.meet(&Intervals::of(allowed));
        Some(if values.is_empty() { vec![] } else { vec![vec![(var, Allowed { values, unknown: false })]] })
    }

    /// A count of a term, holding or not.
    fn counted(&mut self, term: &'m Term, count: &'m Count, holds: bool) -> Cases {
        let (quantity, var) = match count {
            Count::Times(quantity) => (quantity, self.events(term)),
            Count::DifferentDays(quantity) => (quantity, self.days(term)),
            Count::TimesPerValue(quantity, _) | Count::TimesPerPeriod(quantity, _) => {
                let keys = vec![self.keys.events(term), self.keys.count(count)];
                let key = self.keys.node("per".into(), keys);
                let test = self.test(key, None);
                let values = Intervals::points([i128::from(holds)]);
                let tested = Some(vec![vec![(test, Allowed { values, unknown: false })]]);
                return if holds { self.with_events(term, quantity, tested) } else { tested };
            }
        };
        let (low, high) = self.quantity(quantity);
        let values = if holds {
            Intervals::of(Interval::new(low.low, high.high))
        } else {
            Intervals::of(Interval::new(low.high, high.low)).complement()
        };
        let mut cases = impossible();
        for part in values.meet(&Intervals::of(Interval::new(0, HIGHEST))).parts() {
            let more = self.number(var, *part);
            cases = self.any([cases, more]);
        }
        match count {
            Count::DifferentDays(_) if holds => self.with_events(term, quantity, cases),
            _ => cases,
        }
    }

    /// So many on one day, or for one value, are at least as many in all.
    fn with_events(&mut self, term: &'m Term, quantity: &'m Quantity, cases: Cases) -> Cases {
        let least = self.quantity(quantity).0.low;
        let events = self.events(term);
        let enough = self.number(events, Interval::new(least.max(0), HIGHEST));
        self.both(cases, enough)
    }

    /// Least and greatest number of a quantity, each as the range of its constant or param.
    pub(super) fn quantity(&mut self, quantity: &'m Quantity) -> (Interval, Interval) {
        let shifted = |n: Interval, by: i128| n.plus(Interval::point(by));
        let none = Interval::point(LOWEST);
        let all = Interval::point(HIGHEST);
        let mut n = |expr: &'m Expr| self.extent(expr).values;
        match quantity {
            Quantity::AtLeast(low) => (n(low), all),
            Quantity::AtMost(high) => (none, n(high)),
            Quantity::Exactly(count) => (n(count), n(count)),
            Quantity::MoreThan(low) => (shifted(n(low), ONE), all),
            Quantity::FewerThan(high) => (none, shifted(n(high), -ONE)),
            Quantity::Between(low, high) => (n(low), n(high)),
        }
    }

    /// A quantity of constants, as whole numbers; the greatest is none where there is no end.
    pub(super) fn exact_quantity(&mut self, quantity: &'m Quantity) -> Option<(i128, Option<i128>)> {
        let (low, high) = self.quantity(quantity);
        let point = |n: Interval| (n.low == n.high).then_some(n.low);
        let low = point(low)?.max(0) / ONE;
        let high = point(high)?;
        Some((low, (high != HIGHEST).then_some(high.div_euclid(ONE))))
    }
}

/// Values for which a comparison with something in `other` can hold, and those for which it can fail.
pub(super) fn compared(how: Comparison, other: Interval, grain: i128) -> (Intervals, Intervals) {
    let below = |end: i128| if end == HIGHEST || end == LOWEST { end } else { end - 1 };
    let above = |end: i128| if end == HIGHEST || end == LOWEST { end } else { end + 1 };
    let at_most = |end| Intervals::of(Interval::new(LOWEST, end)).snapped(grain);
    let at_least = |end| Intervals::of(Interval::new(end, HIGHEST)).snapped(grain);
    let equal = Intervals::of(other).snapped(grain);
    let differs = if other.low == other.high { equal.complement() } else { Intervals::of(Interval::ALL) };
    match how {
        Comparison::Less => (at_most(below(other.high)), at_least(other.low)),
        Comparison::LessOrEqual => (at_most(other.high), at_least(above(other.low))),
        Comparison::Greater => (at_least(above(other.low)), at_most(other.high)),
        Comparison::GreaterOrEqual => (at_least(other.low), at_most(below(other.high))),
        Comparison::Equal => (equal, differs),
        Comparison::NotEqual => (differs, equal),
    }
}

/// The comparison with its sides exchanged.
pub(super) fn mirrored(how: Comparison) -> Comparison {
    match how {
        Comparison::Less => Comparison::Greater,
        Comparison::LessOrEqual => Comparison::GreaterOrEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterOrEqual => Comparison::LessOrEqual,
        same => same,
    }
}

/// Whether `in` on such a value means equality with one of the set. A list has many values at once; a domain
/// matches its subdomains.
fn exact(ty: &Type) -> bool {
    !matches!(ty, Type::List(_) | Type::Text(TextKind::Domain))
}
