//! The event terms that a rule reads: which event gives the age, and which events stand behind its points.

use qualify_model::{Expr, ExprKind, LetId, Model, Rule, RuleKind, Set, Target, Term};

/// The terms of one rule, each with the block whose events it sees.
#[derive(Default)]
pub(crate) struct RuleTerms<'m> {
    /// Happenings that the condition wants; their newest event gives the age of what fades.
    pub(crate) happenings: Vec<(&'m Term, Target)>,
    /// Terms in numbers: counts, totals.
    pub(crate) numbers: Vec<(&'m Term, Target)>,
    /// Terms of which the newest event alone matters: days since the last.
    pub(crate) newest: Vec<(&'m Term, Target)>,
}

impl<'m> RuleTerms<'m> {
    /// Finds them in a condition or the subject of a table, also behind the names of `let`s. Terms below `not`
    /// are no reason for anything; bounds, counts and rows are constants.
    pub(crate) fn of(model: &'m Model, rule: &'m Rule) -> RuleTerms<'m> {
        let mut search = Search { model, found: RuleTerms::default(), seen: Vec::new() };
        match &rule.kind {
            RuleKind::Add { condition, .. } => search.expr(condition, rule.home),
            RuleKind::Table(table) => search.expr(&table.subject, rule.home),
            _ => {}
        }
        search.found
    }
}

struct Search<'m> {
    model: &'m Model,
    found: RuleTerms<'m>,
    seen: Vec<LetId>,
}

impl<'m> Search<'m> {
    fn all(&mut self, parts: impl IntoIterator<Item = &'m Expr>, home: Target) {
        parts.into_iter().for_each(|part| self.expr(part, home));
    }

    fn expr(&mut self, expr: &'m Expr, home: Target) {
        match &expr.kind {
            ExprKind::Happens(term) => self.found.happenings.push((term, home)),
            ExprKind::Count(term)
            | ExprKind::CountDifferent(_, term)
            | ExprKind::Aggregate(_, _, term)
            | ExprKind::DaysWith(term) => self.found.numbers.push((term, home)),
            ExprKind::DaysSinceLast(term) => self.found.newest.push((term, home)),
            ExprKind::Let(id) => self.definition(*id),
            ExprKind::And(parts)
            | ExprKind::Or(parts)
            | ExprKind::Min(parts)
            | ExprKind::Max(parts)
            | ExprKind::HowMany(_, parts)
            | ExprKind::AggregateOf(_, parts) => self.all(parts, home),
            ExprKind::Compare(_, a, b) | ExprKind::Arithmetic(_, a, b) | ExprKind::IfKnown(a, b) => {
                self.all([&**a, b], home);
            }
            ExprKind::Between(a, b, c) | ExprKind::Clamp(a, b, c) | ExprKind::If(a, b, c) => {
                self.all([&**a, b, c], home);
            }
            ExprKind::In(value, set) => {
                self.expr(value, home);
                if let Set::Attribute(list) = set {
                    self.expr(list, home);
                }
            }
            ExprKind::Weighted(parts) => self.all(parts.iter().flat_map(|(c, v)| [c, v]), home),
            ExprKind::Text(_, inner, _)
            | ExprKind::Part(_, inner)
            | ExprKind::Known(inner)
            | ExprKind::Negate(inner)
            | ExprKind::Round(inner)
            | ExprKind::Convert(inner)
            | ExprKind::DaysSince(inner)
            | ExprKind::InWindow(inner, _) => self.expr(inner, home),
            ExprKind::Table(table) => self.expr(&table.subject, home),
            ExprKind::Not(_)
            | ExprKind::Constant(_)
            | ExprKind::Unknown
            | ExprKind::Param(_)
            | ExprKind::Attribute(_)
            | ExprKind::Property(_)
            | ExprKind::EventTime
            | ExprKind::Times
            | ExprKind::Score(_)
            | ExprKind::Total
            | ExprKind::Grade(_)
            | ExprKind::StageIs(_)
            | ExprKind::StageAtLeast(_)
            | ExprKind::StageHolds(_)
            | ExprKind::CurrentStageAtLeast(_)
            | ExprKind::Segment(_)
            | ExprKind::RouteIs(_)
            | ExprKind::StatusIs(_) => {}
        }
    }

    fn definition(&mut self, id: LetId) {
        if !self.seen.contains(&id) {
            self.seen.push(id);
            let definition = &self.model.lets[id.index()];
            self.expr(&definition.value, definition.within.map_or(Target::Total, Target::Score));
        }
    }
}
