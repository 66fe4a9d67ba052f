//! The least and the greatest value of each expression.
//!
//! Params take their whole declared range, attributes theirs; counts start at 0. All that is claimed holds for
//! every lead: where something is not known, the range is wider, never narrower.

use super::interval::{HIGHEST, Interval, LOWEST, ONE};
use super::study::{DEEPEST, Study, grain, unit};
use super::windows::{self, DAY};
use qualify_model::*;

/// What an expression can be: the interval of its known values, and whether it may be unknown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub(super) values: Interval,
    pub(super) unknown: bool,
}

impl Extent {
    pub(super) fn new(values: Interval, unknown: bool) -> Extent {
        Extent { values, unknown }
    }

    fn known(values: Interval) -> Extent {
        Extent { values, unknown: false }
    }

    pub(super) const ANYTHING: Extent = Extent { values: Interval::ALL, unknown: true };

    fn hull(self, other: Extent) -> Extent {
        Extent { values: self.values.hull(other.values), unknown: self.unknown || other.unknown }
    }
}

impl<'m> Study<'m> {
    /// The values that an expression can have.
    pub(super) fn extent(&mut self, expr: &'m Expr) -> Extent {
        if self.depth > DEEPEST {
            self.blurred = true;
            return Extent::ANYTHING;
        }
        self.depth += 1;
        let extent = self.extent_of(expr);
        self.depth -= 1;
        extent
    }

    fn extent_of(&mut self, expr: &'m Expr) -> Extent {
        use ExprKind::*;
        let grain = grain(&expr.ty);
        let model = self.model;
        match &expr.kind {
            Constant(value) => match self.constant(value, &expr.ty) {
                Some(n) => Extent::known(Interval::point(n)),
                None => Extent::known(Interval::ALL),
            },
            Unknown => Extent::new(Interval::NONE, true),
            Param(id) => Extent::known(self.param(*id)),
            Let(id) => self.extent_of_named(&model.lets[id.index()].value),
            Attribute(id) => {
                let attribute = &model.schema.attributes[id.index()];
                Extent::new(self.declared(attribute), !attribute.required)
            }
            Property(property) => Extent::new(self.property(property), true),
            EventTime => Extent::known(Interval::ALL),
            Times => Extent::known(Interval::new(ONE, HIGHEST)),
            // a text without `@` has no domain
            Part(..) => Extent::new(Interval::new(0, HIGHEST), true),
            CurrentStageAtLeast(_) => Extent::new(Interval::new(0, 1), true),
            StageHolds(id) => match &model.stages[id.index()].condition {
                Some(condition) => self.extent_of_named(condition),
                None => Extent::known(Interval::point(1)),
            },
            Segment(id) => self.extent_of_named(&model.segments[id.index()].condition),
            Score(id) => self.score(*id),
            Total => self.total(),
            Grade(id) => Extent::new(Interval::new(0, HIGHEST), self.grade_unknown(*id)),
            Arithmetic(..) | Negate(_) | Weighted(_) | Min(_) | Max(_) | Clamp(..) | Round(_)
            | Convert(_) => self.computed(expr, grain),
            If(condition, a, b) => {
                let unknown = self.extent(condition).unknown;
                let both = self.extent(a).hull(self.extent(b));
                Extent::new(both.values, both.unknown || unknown)
            }
            IfKnown(a, b) => {
                let (a, b) = (self.extent(a), self.extent(b));
                if a.unknown { Extent::new(a.values.hull(b.values), b.unknown) } else { a }
            }
            AggregateOf(kind, parts) => self.aggregate_of(*kind, parts, grain),
            Table(table) => self.table_extent(table),
            Count(term) => Extent::new(Interval::new(0, HIGHEST), self.term_unknown(term)),
            CountDifferent(property, term) => {
                Extent::new(Interval::new(0, self.different(property)), self.term_unknown(term))
            }
            Aggregate(kind, property, term) => self.aggregate(*kind, property, term, grain),
            DaysSinceLast(term) => Extent::new(self.days_since_last(term), true),
            DaysWith(term) => Extent::new(self.days_with(term), self.term_unknown(term)),
            DaysSince(value) => Extent::new(Interval::ALL, self.extent(value).unknown),
            _ => self.condition_extent(expr),
        }
    }

    /// A name may stand in another many times over, and that one in a third: each is looked into once.
    fn extent_of_named(&mut self, value: &'m Expr) -> Extent {
        let place = (std::ptr::from_ref(value), self.in_formula);
        if let Some(known) = self.extents.get(&place) {
            return *known;
        }
        let extent = self.extent(value);
        self.extents.insert(place, extent);
        extent
    }

    /// Conditions: 0 or 1, and whether one of their parts may be unknown.
    fn condition_extent(&mut self, expr: &'m Expr) -> Extent {
        use ExprKind::*;
        let mut unknown = false;
        let mut look = |study: &mut Self, part: &'m Expr| unknown |= study.extent(part).unknown;
        match &expr.kind {
            And(parts) | Or(parts) | HowMany(_, parts) => parts.iter().for_each(|p| look(self, p)),
            Not(part) => look(self, part),
            Compare(_, a, b) => [a, b].into_iter().for_each(|p| look(self, p)),
            Between(a, b, c) => [a, b, c].into_iter().for_each(|p| look(self, p)),
            In(value, set) => {
                look(self, value);
                if let Set::Attribute(list) = set {
                    look(self, list);
                }
            }
            Text(_, value, _) => look(self, value),
            Happens(term) => unknown = self.term_unknown(term),
            InWindow(value, windows) => {
                look(self, value);
                unknown |= self.windows_unknown(windows);
            }
            _ => {}
        }
        Extent::new(Interval::new(0, 1), unknown)
    }

    fn computed(&mut self, expr: &'m Expr, grain_of: i128) -> Extent {
        use ExprKind::*;
        match &expr.kind {
            Arithmetic(operator, a, b) => {
                let divisor_grain = grain(&b.ty);
                let (a, b) = (self.extent(a), self.extent(b));
                let zero = b.values.low <= 0 && b.values.high >= 0;
                let values = match operator {
                    Operator::Add => a.values.plus(b.values),
                    Operator::Subtract => a.values.plus(b.values.negate()),
                    Operator::Multiply => a.values.times(b.values, grain_of),
                    Operator::Divide => a.values.over(b.values, grain_of, divisor_grain),
                };
                let unknown = a.unknown || b.unknown || (*operator == Operator::Divide && zero);
                Extent::new(values, unknown)
            }
            Negate(part) => {
                let part = self.extent(part);
                Extent::new(part.values.negate(), part.unknown)
            }
            Weighted(parts) => {
                let mut sum = Extent::known(Interval::ZERO);
                for (weight, value) in parts {
                    let (weight, value) = (self.extent(weight), self.extent(value));
                    sum.values = sum.values.plus(weight.values.times(value.values, 1));
                    sum.unknown |= value.unknown;
                }
                Extent::new(sum.values.rounded(grain_of), sum.unknown)
            }
            Min(parts) => self.fold(parts, |a, b| Interval::new(a.low.min(b.low), a.high.min(b.high))),
            Max(parts) => self.fold(parts, |a, b| Interval::new(a.low.max(b.low), a.high.max(b.high))),
            Clamp(value, low, high) => {
                let (value, low, high) = (self.extent(value), self.extent(low), self.extent(high));
                let unknown = value.unknown || low.unknown || high.unknown;
                Extent::new(clamp(value.values, Some(low.values), Some(high.values)), unknown)
            }
            Round(value) => {
                let value = self.extent(value);
                Extent::new(value.values.rounded(ONE), value.unknown)
            }
            Convert(value) => {
                let value = self.extent(value);
                Extent::new(value.values.rounded(grain_of), value.unknown)
            }
            _ => Extent::ANYTHING,
        }
    }

    fn fold(&mut self, parts: &'m [Expr], f: impl Fn(Interval, Interval) -> Interval) -> Extent {
        let mut all: Option<Extent> = None;
        for part in parts {
            let part = self.extent(part);
            all = Some(match all {
                None => part,
                Some(all) if all.values.is_empty() || part.values.is_empty() => {
                    Extent::new(Interval::NONE, true)
                }
                Some(all) => Extent::new(f(all.values, part.values), all.unknown || part.unknown),
            });
        }
        all.unwrap_or(Extent::ANYTHING)
    }

    fn aggregate_of(&mut self, kind: Aggregate, parts: &'m [Expr], grain: i128) -> Extent {
        let extents: Vec<Extent> = parts.iter().map(|part| self.extent(part)).collect();
        let unknown = extents.iter().all(|e| e.unknown);
        let hull = extents.iter().fold(Interval::NONE, |all, e| all.hull(e.values));
        let values = match kind {
            Aggregate::Total => extents.iter().fold(Interval::ZERO, |sum, e| {
                sum.plus(if e.unknown { e.values.hull(Interval::ZERO) } else { e.values })
            }),
            Aggregate::Average => hull.rounded(grain),
            _ => hull,
        };
        Extent::new(values, unknown)
    }

    fn aggregate(&mut self, kind: Aggregate, property: &Property, term: &'m Term, grain: i128) -> Extent {
        let values = self.property(property);
        match kind {
            Aggregate::Total => {
                let low = if values.low >= 0 { 0 } else { LOWEST };
                let high = if values.high <= 0 { 0 } else { HIGHEST };
                Extent::new(Interval::new(low, high), self.term_unknown(term))
            }
            Aggregate::Average => Extent::new(values.rounded(grain), true),
            _ => Extent::new(values, true),
        }
    }

    /// The whole range of a param.
    pub(super) fn param(&mut self, id: ParamId) -> Interval {
        let param = &self.model.params[id.index()];
        if param.length.is_some() {
            return windows::length(self.model, &Length::Param(id));
        }
        let (low, high) = match &param.range {
            Some((low, high)) => (low, high),
            None => (&param.value, &param.value),
        };
        match (self.constant(low, &param.ty), self.constant(high, &param.ty)) {
            (Some(low), Some(high)) => Interval::new(low, high),
            _ => Interval::ALL,
        }
    }

    /// The declared range of an attribute or property, or all values of its type.
    fn declared(&mut self, attribute: &qualify_model::Attribute) -> Interval {
        let whole = self.whole(&attribute.ty);
        let Some((low, high)) = &attribute.range else {
            return whole;
        };
        match (self.constant(low, &attribute.ty), self.constant(high, &attribute.ty)) {
            (Some(low), Some(high)) => Interval::new(low, high),
            _ => whole,
        }
    }

    /// All values of a type.
    fn whole(&self, ty: &Type) -> Interval {
        match ty {
            Type::YesNo => Interval::new(0, 1),
            Type::OneOf(id) => Interval::new(0, self.model.schema.vocabulary(*id).words.len() as i128 - 1),
            Type::Text(_) | Type::Stage => Interval::new(0, HIGHEST),
            _ => Interval::ALL,
        }
    }

    /// The values of a property over all event types that have it.
    fn property(&mut self, property: &Property) -> Interval {
        let model = self.model;
        let mut all = Interval::NONE;
        for (event, place) in model.schema.events.iter().zip(&property.places) {
            let Some(declared) = place.and_then(|place| event.properties.get(place as usize)) else {
                continue;
            };
            if declared.ty == property.ty {
                let values = self.declared(declared);
                all = all.hull(values);
            } else {
                return self.whole(&property.ty);
            }
        }
        if all.is_empty() { self.whole(&property.ty) } else { all }
    }

    /// The most different values that a property can have, in millionths.
    pub(super) fn different(&self, property: &Property) -> i128 {
        match &property.ty {
            Type::YesNo => 2 * ONE,
            Type::OneOf(id) => self.model.schema.vocabulary(*id).words.len() as i128 * ONE,
            _ => HIGHEST,
        }
    }

    fn grade_unknown(&self, id: GradeId) -> bool {
        match &self.model.grades[id.index()].kind {
            GradeKind::Lines(lines) => lines.last().is_none_or(|line| line.condition.is_some()),
            GradeKind::Matrix(a, b) => self.grade_unknown(*a) || self.grade_unknown(*b),
        }
    }

    pub(super) fn table_extent(&mut self, table: &'m Table) -> Extent {
        let subject = self.extent(&table.subject);
        let mut all = Extent::new(Interval::NONE, false);
        for cell in table.rows.iter().map(|row| &row.points).chain(&table.otherwise) {
            all = all.hull(self.extent(cell));
        }
        if table.otherwise.is_none() {
            all.unknown = true;
        }
        if subject.unknown {
            all = match &table.unknown {
                Some(cell) => all.hull(self.extent(cell)),
                None => Extent::new(all.values, true),
            };
        }
        all
    }

    /// Whether a term as a whole can be unknown: a window that hangs on an attribute that is.
    pub(super) fn term_unknown(&mut self, term: &'m Term) -> bool {
        term.steps.iter().any(|step| self.windows_unknown(&step.windows))
    }

    fn windows_unknown(&mut self, windows: &'m [Window]) -> bool {
        windows.iter().any(|window| match window {
            Window::Since(Anchor::Value(value)) | Window::Before(Anchor::Value(value)) => {
                self.extent(value).unknown
            }
            _ => false,
        })
    }

    fn days_since_last(&self, term: &Term) -> Interval {
        let Some(step) = term.steps.last() else {
            return Interval::new(0, HIGHEST);
        };
        let reach = windows::together(self.model, &step.windows).meet(Interval::new(0, HIGHEST));
        if reach.is_empty() {
            return Interval::NONE;
        }
        let high = if reach.high == HIGHEST { HIGHEST } else { reach.high / DAY * ONE };
        Interval::new(reach.low / DAY * ONE, high)
    }

    /// The number of local days that events of a term can lie on.
    pub(super) fn days_with(&self, term: &Term) -> Interval {
        let Some(step) = term.steps.last() else {
            return Interval::new(0, HIGHEST);
        };
        let reach = windows::together(self.model, &step.windows).meet(Interval::new(0, HIGHEST));
        if reach.is_empty() {
            return Interval::ZERO;
        }
        if reach.high == HIGHEST {
            return Interval::new(0, HIGHEST);
        }
        // a stretch of N days touches at most N + 1 of them, and one more where the clocks change
        Interval::new(0, ((reach.high - reach.low) / DAY + 3) * ONE)
    }

    /// Whether the windows of a step leave no time at all.
    pub(super) fn happens_never(&mut self, term: &'m Term) -> bool {
        term.steps.iter().any(|step| {
            let past = windows::together(self.model, &step.windows).meet(Interval::new(0, HIGHEST));
            past.is_empty() || step.filters.iter().any(|filter| self.never(filter))
        })
    }
}

/// A value held between bounds.
pub(super) fn clamp(value: Interval, low: Option<Interval>, high: Option<Interval>) -> Interval {
    let mut out = value;
    if out.is_empty() {
        return out;
    }
    if let Some(low) = low.filter(|i| !i.is_empty()) {
        out = Interval::new(out.low.max(low.low), out.high.max(low.high));
    }
    if let Some(high) = high.filter(|i| !i.is_empty()) {
        out = Interval::new(out.low.min(high.low), out.high.min(high.high));
    }
    out
}

/// The most that a number kind can hold, in millionths.
pub(super) fn limit(kind: NumberKind) -> i128 {
    i128::from(i64::MAX) * unit(kind)
}
