//! Named scores, their bounds, and how the total is made of them.

use crate::lower::{Lower, Scope};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Bounds, Rule, RuleKind, Score, ScoreId, Target, Total};
use qualify_syntax::tree;

impl Lower<'_> {
    /// Lowers the headers of all scores.
    pub fn lower_scores(&mut self) -> Vec<Option<Score>> {
        let outline = self.outline;
        let mut out = Vec::new();
        for (i, (decl, span)) in outline.scores.iter().enumerate() {
            let scope = Scope { score: Some(ScoreId(i as u32)), ..Scope::default() };
            let population = match &decl.population {
                None => Some(None),
                Some(condition) => self.within(scope, |lower| lower.condition(condition)).map(Some),
            };
            let bounds = self.bounds(&decl.bounds);
            let header = Span { end: decl.name.span.end, ..*span };
            out.push(population.zip(bounds).map(|(population, bounds)| Score {
                name: decl.name.text.clone(),
                population,
                bounds,
                span: header,
            }));
        }
        out
    }

    fn bounds(&mut self, bounds: &tree::Bounds) -> Option<Bounds> {
        let low = match &bounds.from {
            None => Some(None),
            Some(literal) => self.points_literal(literal).map(Some),
        };
        let high = match &bounds.up_to {
            None => Some(None),
            Some(literal) => self.points_literal(literal).map(Some),
        };
        let bounds = Bounds { low: low?, high: high? };
        if let (Some(low), Some(high)) = (&bounds.low, &bounds.high) {
            self.rises(low, high)?;
        }
        Some(bounds)
    }

    /// Lowers `score = …`.
    pub fn lower_total(&mut self) -> Option<Total> {
        let outline = self.outline;
        let mut total: Option<(Span, Option<Total>)> = None;
        let mut fine = true;
        for (decl, span) in &outline.totals {
            if let Some(record) = &decl.record {
                self.not_yet(&format!("{} score", record.text), *span);
                fine = false;
            } else if let Some((first, _)) = &total {
                let first = *first;
                self.twice("total", "score", *span, first);
                fine = false;
            } else {
                let formula = self.points(&decl.value);
                let bounds = self.bounds(&decl.bounds);
                let lowered = formula.zip(bounds).map(|(formula, bounds)| Total {
                    formula: Some(formula),
                    bounds,
                    span: Some(*span),
                });
                total = Some((*span, lowered));
            }
        }
        match total {
            None => fine.then(Total::default),
            Some((_, total)) => total.filter(|_| fine),
        }
    }

    /// With a formula, points outside every score have no place.
    pub fn no_loose_rules(&mut self, rules: &[Option<Rule>]) {
        let Some(&(total, _)) = self.outline.totals.iter().find(|(decl, _)| decl.record.is_none()).as_ref()
        else {
            return;
        };
        let gives_points = |kind: &RuleKind| {
            !matches!(kind, RuleKind::Multiply { .. } | RuleKind::Cap { .. } | RuleKind::Set { .. })
        };
        let mut loose =
            rules.iter().flatten().filter(|rule| rule.home == Target::Total && gives_points(&rule.kind));
        let Some(first) = loose.next() else { return };
        let message = "this rule stands outside every score, and the formula of the total does not count it";
        let mut diagnostic = Diagnostic::new(Code::E0409, first.span, message)
            .other(total.value.span, "the total is made here")
            .note("put it into a score of its own, and that score into the formula");
        for rule in loose {
            diagnostic = diagnostic.other(rule.span, "this one too");
        }
        self.report(diagnostic);
    }
}
