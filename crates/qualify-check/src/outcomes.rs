//! Comparisons with what the model finds: the stage, and in tests the route and the status.

use crate::lower::Lower;
use crate::paths::{Found, Meaning};
use crate::values::{negated, yes_no};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Comparison, Expr, ExprKind, RouteId, StageId, Status, Type};
use qualify_syntax::tree::{self, Literal, LiteralKind, Path};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    Stage,
    CurrentStage,
    Route,
    Status,
}

/// A name on the right side.
struct Wanted {
    text: String,
    span: Span,
}

impl Lower<'_> {
    /// Whether the tree is `stage`, `current stage`, `route`, `status`.
    pub fn outcome(&self, expr: &tree::Expr) -> Option<Outcome> {
        match &expr.kind {
            tree::ExprKind::CurrentStage => Some(Outcome::CurrentStage),
            tree::ExprKind::Path(path) if path.parts.len() == 1 => match self.look_up(path) {
                Found::One(Meaning::ResultStage) => Some(Outcome::Stage),
                Found::One(Meaning::Route) => Some(Outcome::Route),
                Found::One(Meaning::Status) => Some(Outcome::Status),
                _ => None,
            },
            _ => None,
        }
    }

    /// `stage is MQL`, `stage at least MQL`, `current stage at least MQL`, `route is "X"`, `status is scored`.
    pub fn compare_outcome(
        &mut self,
        outcome: Outcome,
        operator: Comparison,
        other: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let wanted = match &other.kind {
            tree::ExprKind::Mistake => return None,
            tree::ExprKind::Literal(Literal { kind: LiteralKind::Text(text), span }) => {
                Wanted { text: text.clone(), span: *span }
            }
            tree::ExprKind::Path(Path { parts, span }) if parts.len() == 1 => {
                Wanted { text: parts[0].text.clone(), span: *span }
            }
            _ => {
                let words = self.words(other.span);
                return self.fail(
                    Code::E0208,
                    other.span,
                    format!("`{words}` is not the name of a {}", noun(outcome)),
                );
            }
        };
        self.only_in_tests(outcome, span)?;
        match (outcome, operator) {
            (Outcome::CurrentStage, _) => self.current_stage(operator, &wanted, span),
            (_, Comparison::Equal) => self.outcome_is(outcome, &[wanted], span),
            (_, Comparison::NotEqual) => {
                self.outcome_is(outcome, &[wanted], span).map(|is| negated(is, span))
            }
            (Outcome::Stage, Comparison::GreaterOrEqual) => {
                let id = self.ladder_stage(&wanted)?;
                Some(yes_no(ExprKind::StageAtLeast(id), span))
            }
            _ => {
                let noun = noun(outcome);
                let message = format!("a {noun} is compared with `is` and `at least` only");
                let text = crate::constants::quoted_if_needed(&wanted.text);
                let fix = format!("{noun} at least {text}");
                let mut diagnostic = Diagnostic::new(Code::E0410, span, message);
                if outcome == Outcome::Stage {
                    diagnostic = diagnostic.fix(format!("write `{fix}`"), span, fix);
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// `stage in (MQL, SQL)`.
    pub fn outcome_in(&mut self, outcome: Outcome, set: &tree::Set, span: Span) -> Option<Expr> {
        self.only_in_tests(outcome, span)?;
        let tree::Set::Values(literals, _) = set else {
            return self.fail(
                Code::E0208,
                span,
                format!("the names of a {} are written out: `in (A, B)`", noun(outcome)),
            );
        };
        if outcome == Outcome::CurrentStage {
            return self.fail(
                Code::E0411,
                span,
                "`current stage` is compared as `current stage at least …` only",
            );
        }
        let wanted: Vec<Wanted> = literals
            .iter()
            .map(|literal| Wanted { text: self.word_text(literal), span: literal.span })
            .collect();
        self.outcome_is(outcome, &wanted, span)
    }

    fn only_in_tests(&mut self, outcome: Outcome, span: Span) -> Option<()> {
        if self.scope.test || matches!(outcome, Outcome::Stage | Outcome::CurrentStage) {
            return Some(());
        }
        let message = format!("the {} is what a model finds last: only tests can ask for it", noun(outcome));
        self.fail(Code::E0420, span, message)
    }

    fn outcome_is(&mut self, outcome: Outcome, wanted: &[Wanted], span: Span) -> Option<Expr> {
        match outcome {
            Outcome::Stage | Outcome::CurrentStage => {
                if let [one] = wanted
                    && one.text == "none"
                    && !self.names.stages.contains_key("none")
                {
                    return Some(negated(yes_no(ExprKind::StageIs(self.all_stages()), span), span));
                }
                let ids: Vec<Option<StageId>> = wanted.iter().map(|one| self.stage_named(one)).collect();
                let ids: Option<Vec<StageId>> = ids.into_iter().collect();
                Some(yes_no(ExprKind::StageIs(ids?), span))
            }
            Outcome::Route => self.route_is(wanted, span),
            Outcome::Status => self.status_is(wanted, span),
        }
    }

    fn route_is(&mut self, wanted: &[Wanted], span: Span) -> Option<Expr> {
        if let [one] = wanted
            && one.text == "none"
            && !self.names.routes.contains_key("none")
        {
            let all = (0..self.outline.routes.len()).map(|i| RouteId(i as u32)).collect();
            return Some(negated(yes_no(ExprKind::RouteIs(all), span), span));
        }
        let mut ids = Vec::new();
        let mut fine = true;
        for one in wanted {
            match self.names.routes.get(&one.text) {
                Some(routes) => ids.extend(routes),
                None => {
                    fine = false;
                    let known: Vec<String> = self.names.routes.keys().cloned().collect();
                    self.no_such_outcome("route", one, &known);
                }
            }
        }
        fine.then(|| yes_no(ExprKind::RouteIs(ids), span))
    }

    fn status_is(&mut self, wanted: &[Wanted], span: Span) -> Option<Expr> {
        const ALL: [(&str, Status); 4] = [
            ("scored", Status::Scored),
            ("disqualified", Status::Disqualified),
            ("invalid", Status::Invalid),
            ("excluded", Status::Excluded),
        ];
        let mut parts = Vec::new();
        let mut fine = true;
        for one in wanted {
            match ALL.iter().find(|(name, _)| *name == one.text) {
                Some((_, status)) => parts.push(yes_no(ExprKind::StatusIs(*status), span)),
                None => {
                    fine = false;
                    self.no_such_outcome("status", one, &ALL.map(|(name, _)| name.to_string()));
                }
            }
        }
        if !fine {
            return None;
        }
        if parts.len() == 1 { parts.pop() } else { Some(yes_no(ExprKind::Or(parts), span)) }
    }

    fn no_such_outcome(&mut self, noun: &str, wanted: &Wanted, known: &[String]) -> Option<StageId> {
        let message = if known.is_empty() {
            format!("the model has no {noun}s")
        } else {
            format!("no {noun} is called `{}`", wanted.text)
        };
        self.unknown(Code::E0208, &wanted.text, wanted.span, message, known.iter().map(String::as_str))
    }

    fn stage_named(&mut self, wanted: &Wanted) -> Option<StageId> {
        if let Some(&(id, _)) = self.names.stages.get(&wanted.text) {
            return Some(id);
        }
        let known: Vec<String> = self.names.stages.keys().cloned().collect();
        self.no_such_outcome("stage", wanted, &known)
    }

    fn ladder_stage(&mut self, wanted: &Wanted) -> Option<StageId> {
        let id = self.stage_named(wanted)?;
        if !self.outline.stages[id.index()].0.side {
            return Some(id);
        }
        let message = format!("`{}` stands off the ladder: no stage is at least that", wanted.text);
        self.fail(Code::E0410, wanted.span, message)
    }

    fn all_stages(&self) -> Vec<StageId> {
        (0..self.outline.stages.len()).map(|i| StageId(i as u32)).collect()
    }

    /// `current stage at least X`; in `stays while` also `current stage is X`.
    fn current_stage(&mut self, operator: Comparison, wanted: &Wanted, span: Span) -> Option<Expr> {
        let staying = operator == Comparison::Equal && self.scope.stays_while;
        if operator != Comparison::GreaterOrEqual && !staying {
            let text = crate::constants::quoted_if_needed(&wanted.text);
            let fix = format!("current stage at least {text}");
            let message = "`current stage` is compared as `current stage at least …` only, so that scoring twice changes nothing";
            let diagnostic = Diagnostic::new(Code::E0411, span, message);
            self.report(diagnostic.fix(format!("write `{fix}`"), span, fix));
            return None;
        }
        self.needs_stage_attribute(span)?;
        let id = self.ladder_stage(wanted)?;
        let at_least = yes_no(ExprKind::CurrentStageAtLeast(id), span);
        if operator == Comparison::GreaterOrEqual {
            return Some(at_least);
        }
        let next = (id.index() + 1..self.outline.stages.len()).find(|&i| !self.outline.stages[i].0.side);
        let Some(next) = next else { return Some(at_least) };
        let above = yes_no(ExprKind::CurrentStageAtLeast(StageId(next as u32)), span);
        Some(yes_no(ExprKind::And(vec![at_least, negated(above, span)]), span))
    }

    /// Reports that the schema does not say where the current stage is stored.
    pub fn needs_stage_attribute(&mut self, span: Span) -> Option<()> {
        if self.blind || self.files.incomplete || self.schema.attributes.iter().any(|a| a.ty == Type::Stage) {
            return Some(());
        }
        let message = "the current stage is asked for, and no attribute of the lead holds it";
        let note = "declare the attribute that the CRM stores it in: `lead { stage stage }`";
        self.report(Diagnostic::new(Code::E0412, span, message).note(note));
        None
    }

    /// `stage is known`, `route is known`: some is found.
    pub fn stage_known(&mut self, value: &tree::Expr, span: Span) -> Option<Option<Expr>> {
        let outcome = self.outcome(value)?;
        if self.only_in_tests(outcome, span).is_none() {
            return Some(None);
        }
        Some(match outcome {
            Outcome::Stage => Some(yes_no(ExprKind::StageIs(self.all_stages()), span)),
            Outcome::Route => {
                let all = (0..self.outline.routes.len()).map(|i| RouteId(i as u32)).collect();
                Some(yes_no(ExprKind::RouteIs(all), span))
            }
            Outcome::Status => self.fail(Code::E0420, span, "every lead has a status"),
            Outcome::CurrentStage => {
                self.fail(Code::E0411, span, "`current stage` is compared as `current stage at least …` only")
            }
        })
    }

    /// A stage's name alone: in a later stage it means that its condition holds.
    pub fn stage_alone(&mut self, id: StageId, path: &Path) -> Option<Expr> {
        let name = &path.parts[0].text;
        match self.scope.stage {
            Some(here) if id.index() < here => return Some(yes_no(ExprKind::StageHolds(id), path.span)),
            Some(here) => {
                let message = if id.index() == here {
                    format!("the stage `{name}` stands in its own condition")
                } else {
                    format!("the stage `{name}` is declared below: a condition can use the stages above it")
                };
                return self.fail(Code::E0410, path.span, message);
            }
            None => {}
        }
        let message = format!("`{name}` is a stage: say how the lead's stage compares with it");
        let mut diagnostic = Diagnostic::new(Code::E0410, path.span, message);
        for fix in [format!("stage is {name}"), format!("stage at least {name}")] {
            diagnostic = diagnostic.fix(format!("write `{fix}`"), path.span, fix);
        }
        self.report(diagnostic);
        None
    }
}

fn noun(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Stage | Outcome::CurrentStage => "stage",
        Outcome::Route => "route",
        Outcome::Status => "status",
    }
}
