//! Lines of which the first that holds is taken: grades, routes, side stages. A line that those before it leave
//! nothing for, and what no line takes.

use super::Lint;
use super::interval::Interval;
use super::solve::{Case, Cases, FALSE, TRUE, UNKNOWN};
use super::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::*;

/// One line.
struct Line<'m> {
    /// None: otherwise.
    condition: Option<&'m Expr>,
    span: Span,
    /// What becomes of the line if nothing is left for it: "no lead gets the grade `B`".
    effect: String,
}

/// Looks at all grade sets, the routes and the side stages.
pub(super) fn check(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    for grade in &model.grades {
        let GradeKind::Lines(lines) = &grade.kind else { continue };
        let all: Vec<Line<'_>> = lines
            .iter()
            .map(|line| Line {
                condition: line.condition.as_ref(),
                span: line.span,
                effect: format!(
                    "no lead gets the grade {}",
                    words::quoted(&grade.labels[line.label as usize])
                ),
            })
            .collect();
        let left = first_match(lint, &all, Code::W0505);
        let named = if grade.name == "grade" { String::new() } else { format!("{}: ", grade.name) };
        missing(
            lint,
            lines.last().filter(|last| last.condition.is_some()).map(|last| last.span),
            (left, asks_for_known(lines.last().and_then(|last| last.condition.as_ref()))),
            Code::W0654,
            ("grade", "no grade"),
            format!("a last line such as `grade {named}… otherwise` takes all that are left"),
        );
    }
    let routes: Vec<Line<'_>> = model
        .routes
        .iter()
        .map(|route| Line {
            condition: route.condition.as_ref(),
            span: route.span,
            effect: format!("no lead takes the route {}", words::quoted(&route.name)),
        })
        .collect();
    let left = first_match(lint, &routes, Code::W0506);
    missing(
        lint,
        model.routes.last().filter(|last| last.condition.is_some()).map(|last| last.span),
        (left, asks_for_known(model.routes.last().and_then(|last| last.condition.as_ref()))),
        Code::W0655,
        ("route", "no route"),
        "a last line such as `route \"Nurture\" otherwise` takes all that are left".into(),
    );
    let sides: Vec<Line<'_>> = model
        .stages
        .iter()
        .filter(|stage| stage.side)
        .map(|stage| Line {
            condition: stage.condition.as_ref(),
            span: stage.span,
            effect: format!("no lead reaches stage {}", words::quoted(&stage.name)),
        })
        .collect();
    first_match(lint, &sides, Code::W0503);
}

fn asks_for_known(condition: Option<&Expr>) -> bool {
    condition.is_some_and(|condition| matches!(condition.kind, ExprKind::Known(_)))
}

/// Goes through the lines and gives what none of them takes.
fn first_match<'m>(lint: &mut Lint<'m, '_>, lines: &[Line<'m>], code: Code) -> Cases {
    let mut left: Cases = Some(vec![Case::new()]);
    for (i, line) in lines.iter().enumerate() {
        let takes = match line.condition {
            Some(condition) => lint.study.cases(condition, TRUE),
            None => Some(vec![Case::new()]),
        };
        let possible = takes.as_ref().is_none_or(|cases| !cases.is_empty());
        let remaining = lint.study.both(left.clone(), takes);
        if possible && remaining.is_some_and(|cases| cases.is_empty()) {
            shadowed(lint, lines, i, code);
        }
        let passes = match line.condition {
            Some(condition) => lint.study.cases(condition, FALSE | UNKNOWN),
            None => Some(Vec::new()),
        };
        left = lint.study.both(left, passes);
    }
    left
}

/// Reports a line that the lines before it leave nothing for.
fn shadowed<'m>(lint: &mut Lint<'m, '_>, lines: &[Line<'m>], at: usize, code: Code) {
    let line = &lines[at];
    let before = lines[..at].iter().find(|earlier| match (earlier.condition, line.condition) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(earlier), Some(condition)) => {
            let both = [lint.study.cases(condition, TRUE), lint.study.cases(earlier, FALSE | UNKNOWN)];
            lint.study.all(both).is_some_and(|cases| cases.is_empty())
        }
    });
    let (message, other) = match before {
        Some(earlier) => {
            let text = match earlier.condition {
                Some(condition) => lint.quoted(condition.span),
                None => "`otherwise`".into(),
            };
            let message = format!(
                "the line with {text} already takes every lead that this one names, so {}",
                line.effect
            );
            (message, Some(earlier.span))
        }
        None => (format!("the lines before already take every lead, so {}", line.effect), None),
    };
    let mut diagnostic = Diagnostic::new(code, line.span, message).note(match line.condition {
        Some(_) => "the first line that holds is taken: put the narrower line first",
        None => "leave it out, or look again at the lines before",
    });
    if let Some(span) = other {
        diagnostic = diagnostic.other(span, "taken here");
    }
    lint.say(diagnostic);
}

/// Reports lines without `otherwise` that leave some leads out. A last line `if x is known` leaves out on purpose
/// those of which it is unknown.
fn missing(
    lint: &mut Lint<'_, '_>,
    last: Option<Span>,
    (left, asks_for_known): (Cases, bool),
    code: Code,
    (what, without): (&str, &str),
    note: String,
) {
    let Some(last) = last else { return };
    if left.as_ref().is_some_and(|cases| cases.is_empty()) {
        return;
    }
    let only_unknown = left.as_ref().is_some_and(|cases| {
        cases.iter().all(|case| case.iter().any(|(_, set)| set.unknown && set.values.is_empty()))
    });
    if only_unknown && asks_for_known {
        return;
    }
    let message = match lint.described(&left) {
        Some(leads) => format!("a lead with {leads} gets {without}: there is no `{what} … otherwise`"),
        None => format!("some leads get {without}: there is no `{what} … otherwise`"),
    };
    lint.say(Diagnostic::new(code, last, message).label("the last line").note(note));
}

impl Lint<'_, '_> {
    /// The leads of some cases in words, if they differ in one number only: "`fit` under 50".
    fn described(&mut self, cases: &Cases) -> Option<String> {
        let cases = cases.as_ref()?;
        let mut parts: Vec<Interval> = Vec::new();
        let mut unknown = false;
        let mut only = None;
        for case in cases {
            let [(var, set)] = case.as_slice() else { return None };
            if *only.get_or_insert(*var) != *var {
                return None;
            }
            unknown |= set.unknown;
            parts.extend(set.values.parts());
        }
        let variable = self.study.variable(only?);
        let (expr, grain) = (variable.expr?, variable.grain);
        if !matches!(expr.ty, Type::Number(_)) {
            return None;
        }
        let mut texts: Vec<String> = parts.iter().map(|part| words::range(*part, grain)).collect();
        if unknown {
            texts.push("unknown".into());
        }
        Some(format!("{} {}", self.quoted(expr.span), words::few(&texts, "or")))
    }
}
