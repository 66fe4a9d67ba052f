//! Negations of what may be unknown, which do not fire where people expect it: `industry is not retail` leaves
//! out the leads whose industry is unknown. And exclusions that such leads slip through.

use super::Lint;
use super::solve::{Allowed, Case, Cases, FALSE, TRUE, UNKNOWN};
use super::study::Var;
use super::visit;
use super::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::*;
use std::collections::HashSet;

/// Looks at every condition of the model.
pub(super) fn check(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    for item in &model.lets {
        lint.negations(&item.value, &anything());
    }
    for ignore in &model.ignores {
        lint.negations_in(qualify_model::term_parts(&ignore.term), &anything());
    }
    for verdict in &model.excludes {
        if !lint.negations(&verdict.condition, &anything()) {
            exclusion(lint, &verdict.condition);
        }
    }
    for verdict in &model.disqualifies {
        lint.negations(&verdict.condition, &anything());
    }
    for score in &model.scores {
        lint.negations_in(score.population.iter().collect(), &anything());
    }
    for rule in &model.rules {
        lint.negations_in(visit::rule_parts(rule), &anything());
        let unless = visit::decay(rule).and_then(|decay| decay.unless.as_ref());
        lint.negations_in(unless.into_iter().collect(), &anything());
    }
    for grade in &model.grades {
        if let GradeKind::Lines(lines) = &grade.kind {
            first_match(lint, lines.iter().map(|line| line.condition.as_ref()));
        }
    }
    for stage in &model.stages {
        lint.negations_in(stage.condition.iter().chain(&stage.stays_while).collect(), &anything());
    }
    for segment in &model.segments {
        lint.negations(&segment.condition, &anything());
    }
    first_match(lint, model.routes.iter().map(|route| route.condition.as_ref()));
}

fn anything() -> Cases {
    Some(vec![Case::new()])
}

/// Lines of which the first that holds is taken: what earlier lines have taken is settled.
fn first_match<'m>(lint: &mut Lint<'m, '_>, lines: impl Iterator<Item = Option<&'m Expr>>) {
    let mut left = anything();
    for condition in lines.flatten() {
        lint.negations(condition, &left);
        let passes = lint.study.cases(condition, FALSE | UNKNOWN);
        left = lint.study.both(left, passes);
    }
}

/// Whether there is anything to look at.
fn has_negation(expr: &Expr) -> bool {
    let own = matches!(expr.kind, ExprKind::Not(_) | ExprKind::Compare(Comparison::NotEqual, ..));
    own || qualify_model::parts(expr).into_iter().any(has_negation)
}

impl<'m> Lint<'m, '_> {
    fn negations_in(&mut self, parts: Vec<&'m Expr>, context: &Cases) -> bool {
        let mut said = false;
        for part in parts {
            said |= self.negations(part, context);
        }
        said
    }

    /// Reports the negations in an expression; `context` holds wherever the expression matters.
    fn negations(&mut self, expr: &'m Expr, context: &Cases) -> bool {
        if !has_negation(expr) {
            return false;
        }
        match &expr.kind {
            ExprKind::And(parts) => self.negations_beside(parts, TRUE, context),
            ExprKind::Or(parts) => self.negations_beside(parts, FALSE | UNKNOWN, context),
            ExprKind::Not(part) => self.negation(expr, context) || self.negations(part, context),
            ExprKind::Compare(Comparison::NotEqual, ..) => self.negation(expr, context),
            // whether an event matches does not hang on what else is known of the lead
            _ => self.negations_in(qualify_model::parts(expr), context),
        }
    }

    /// Parts joined by `and` or `or`: each matters only where the others answer so.
    fn negations_beside(&mut self, parts: &'m [Expr], others: u8, context: &Cases) -> bool {
        let mut said = false;
        for (i, part) in parts.iter().enumerate().filter(|(_, part)| has_negation(part)) {
            let mut all = context.clone();
            for (j, other) in parts.iter().enumerate() {
                if j != i {
                    let cases = self.study.cases(other, others);
                    all = self.study.both(all, cases);
                }
            }
            said |= self.negations(part, &all);
        }
        said
    }

    /// Reports one negation, if it can be unknown there.
    fn negation(&mut self, expr: &'m Expr, context: &Cases) -> bool {
        let turned = match &expr.kind {
            ExprKind::Not(part) => part,
            _ => expr,
        };
        if self.study.never(expr) || self.study.never(turned) {
            // it has been said that this is always or never so
            return true;
        }
        let unknown = self.unknown_in(expr, context);
        if unknown.is_empty() {
            return false;
        }
        let quoted: Vec<String> = unknown.iter().map(|text| words::quoted(text)).collect();
        let text = self.quoted(expr.span);
        let message =
            format!("{text} does not hold for a lead whose {} is unknown", words::list(&quoted, "or"));
        let mut diagnostic = Diagnostic::new(Code::W0701, expr.span, message)
            .note("what is unknown is neither this nor not this: say which is meant");
        let titles =
            ["count the leads of which it is unknown in", "leave the leads of which it is unknown out"];
        diagnostic = both_ways(self, diagnostic, expr.span, &unknown, titles);
        self.say(diagnostic);
        true
    }

    /// What can make the condition unknown in the context, in the author's words.
    fn unknown_in(&mut self, expr: &'m Expr, context: &Cases) -> Vec<String> {
        self.study.blurred = false;
        let cases = self.study.cases(expr, UNKNOWN);
        let unknown = |allowed: &Allowed| allowed.unknown && allowed.values.is_empty();
        // the context may ask for other unknown values, which are not to blame
        let own: HashSet<Var> =
            cases.iter().flatten().flatten().filter(|(_, a)| unknown(a)).map(|(var, _)| *var).collect();
        let cases = self.study.both(context.clone(), cases);
        let Some(cases) = cases.filter(|_| !self.study.blurred) else {
            return Vec::new();
        };
        let mut out: Vec<String> = Vec::new();
        for (var, allowed) in cases.iter().flatten() {
            if unknown(allowed) && own.contains(var) {
                let Some(value) = self.study.variable(*var).expr else { continue };
                if matches!(value.kind, ExprKind::Part(..) | ExprKind::CurrentStageAtLeast(_)) {
                    // an address without a domain, a lead new to the CRM: nobody means these
                    continue;
                }
                let text = words::bare(&self.sources.words(value.span)).to_string();
                if !out.contains(&text) {
                    out.push(text);
                }
            }
        }
        out
    }
}

/// The two ways to say it: with those that are unknown, and without them.
fn both_ways(
    lint: &Lint<'_, '_>,
    diagnostic: Diagnostic,
    span: Span,
    unknown: &[String],
    titles: [&str; 2],
) -> Diagnostic {
    let text = lint.sources.text(span);
    let with: Vec<String> = unknown.iter().map(|x| format!("{x} is unknown")).collect();
    let without: Vec<String> = unknown.iter().map(|x| format!("{x} is known")).collect();
    let with = format!("({text} or {})", with.join(" or "));
    let without = format!("({} and {text})", without.join(" and "));
    diagnostic.fix(titles[0], span, with).fix("without the leads of which it is unknown", span, without)
}

/// An exclusion that can be unknown does not exclude.
fn exclusion<'m>(lint: &mut Lint<'m, '_>, condition: &'m Expr) {
    let unknown = lint.unknown_in(condition, &anything());
    if unknown.is_empty() {
        return;
    }
    let quoted: Vec<String> = unknown.iter().map(|text| words::quoted(text)).collect();
    let message = format!("a lead whose {} is unknown is not excluded", words::list(&quoted, "or"));
    let diagnostic = Diagnostic::new(Code::W0702, condition.span, message);
    let titles =
        ["exclude the leads of which it is unknown too", "keep the leads of which it is unknown, and say so"];
    let diagnostic = both_ways(lint, diagnostic, condition.span, &unknown, titles);
    lint.say(diagnostic);
}
