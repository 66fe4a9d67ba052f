//! `untested-outcome`: stages, grades and routes that no test expects. One message for each kind, one for a model
//! without any test.

use super::Lints;
use crate::analysis::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{Comparison, Expr, ExprKind, GradeKind, Set, Value};
use std::collections::HashSet;

/// What tests expect, in so many words.
#[derive(Default)]
struct Expected {
    stages: HashSet<usize>,
    routes: HashSet<usize>,
    /// Grade set and label.
    grades: HashSet<(usize, String)>,
}

pub(super) fn check(lints: &mut Lints<'_>) {
    let model = lints.model;
    let outcomes = model.stages.iter().map(|stage| stage.span);
    let first = outcomes.chain(model.routes.iter().map(|route| route.span)).next();
    let first = first.or(model.grades.first().map(|grade| grade.span));
    let Some(first) = first else { return };
    if model.tests.is_empty() {
        let message = "this model has stages, grades or routes and no test that says who should get them";
        let note = "a test is a lead and what is expected: `test \"…\" { lead { … } expect stage is MQL }`";
        lints.out.push(Diagnostic::new(Code::W0805, first, message).note(note));
        return;
    }
    let mut expected = Expected::default();
    for expect in model.tests.iter().flat_map(|test| &test.expects) {
        qualify_model::below(expect, &mut |expr| expected.note(expr));
    }
    let stages = model.stages.iter().enumerate().filter(|(i, _)| !expected.stages.contains(i));
    let stages = stages.map(|(_, stage)| (stage.name.clone(), stage.span)).collect();
    say(lints, "stage", stages);
    for (i, set) in model.grades.iter().enumerate() {
        let GradeKind::Lines(lines) = &set.kind else { continue }; // a matrix has no line to read
        let label = |label: u32| set.labels.get(label as usize).cloned().unwrap_or_default();
        let missing = lines.iter().map(|line| (label(line.label), line.span));
        let missing = missing.filter(|(label, _)| !expected.grades.contains(&(i, label.clone())));
        let kind = if set.name == "grade" { "grade".to_string() } else { format!("grade of `{}`", set.name) };
        say(lints, &kind, missing.collect());
    }
    let routes = model.routes.iter().enumerate().filter(|(i, _)| !expected.routes.contains(i));
    let routes = routes.map(|(_, route)| (route.name.clone(), route.span)).collect();
    say(lints, "route", routes);
}

fn say(lints: &mut Lints<'_>, kind: &str, missing: Vec<(String, Span)>) {
    let Some((_, first)) = missing.first() else { return };
    let first = *first;
    let names: Vec<String> = missing.iter().map(|(name, _)| words::quoted(name)).collect();
    let which = match (kind.split_once(' '), names.len()) {
        (_, 1) => kind.to_string(),
        (Some((word, rest)), _) => format!("{word}s {rest}"),
        (None, _) => format!("{kind}s"),
    };
    let message = format!("no test expects the {which} {}", words::few(&names, "and"));
    let note = "`qualify test --suggest` writes tests for what is missing";
    lints.out.push(Diagnostic::new(Code::W0805, first, message).note(note));
}

impl Expected {
    fn note(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::StageIs(stages) => self.stages.extend(stages.iter().map(|id| id.index())),
            ExprKind::StageAtLeast(stage) => {
                self.stages.insert(stage.index());
            }
            ExprKind::RouteIs(routes) => self.routes.extend(routes.iter().map(|id| id.index())),
            ExprKind::Compare(Comparison::Equal, left, right) => {
                if let (ExprKind::Grade(set), ExprKind::Constant(Value::Text(label))) =
                    (&left.kind, &right.kind)
                {
                    self.grades.insert((set.index(), label.to_string()));
                }
            }
            ExprKind::In(value, Set::Values(labels)) => {
                if let ExprKind::Grade(set) = &value.kind {
                    let texts = labels.iter().filter_map(|label| match label {
                        Value::Text(text) => Some((set.index(), text.to_string())),
                        _ => None,
                    });
                    self.grades.extend(texts);
                }
            }
            _ => {}
        }
    }
}
