//! Grades, stages, routes and tests.

use super::literal::{duration, grade_label, label, length, literal, literals, path, quoted};
use crate::layout::{Blanks, Break, Columns, Pieces};
use crate::tree::*;

const GRADES: Columns = Columns { kind: "grade", widest: [38, 0], whole: false };
const SETS: Columns = Columns { kind: "grade of a set", ..GRADES };
const ROUTES: Columns = Columns { kind: "route", widest: [38, 72], whole: false };

impl Pieces {
    pub(super) fn grade(&mut self, grade: &GradeDecl) {
        let set = grade.set.as_ref().map_or(String::new(), |set| format!("{}: ", set.text));
        self.row(if set.is_empty() { GRADES } else { SETS }, |p| {
            p.text(&format!("grade {set}{}", grade_label(&grade.label.text)));
            p.column(Break::Never);
            p.when_or_otherwise(grade.condition.as_ref());
        });
    }

    fn when_or_otherwise(&mut self, condition: Option<&Expr>) {
        match condition {
            Some(condition) => {
                self.text("if ");
                self.condition(condition);
            }
            None => self.text("otherwise"),
        }
    }

    pub(super) fn stages(&mut self, except: &[Name]) {
        self.item(|p| {
            p.text("stages only move up");
            if !except.is_empty() {
                p.text(" except to ");
                p.listed(except, |p, name| p.text(&label(&name.text)));
            }
        });
    }

    pub(super) fn stage(&mut self, stage: &StageDecl) {
        let side = if stage.side { "side " } else { "" };
        self.item(|p| {
            p.text(&format!("{side}stage {}", label(&stage.name.text)));
            if let Some(condition) = &stage.condition {
                p.text(" if ");
                p.condition(condition);
            }
            if let Some(condition) = &stage.stays_while {
                p.may_break(Break::AfterLines);
                p.text("stays while ");
                p.condition(condition);
            }
            p.because(stage.because.as_ref(), Break::AfterLines);
        });
    }

    pub(super) fn route(&mut self, route: &RouteDecl) {
        self.row(ROUTES, |p| {
            p.text(&format!("route \"{}\"", route.name.text));
            p.column(Break::Never);
            p.when_or_otherwise(route.condition.as_ref());
            if let Some(within) = &route.respond_within {
                p.column(Break::AfterLines);
                p.text(&format!("respond within {}", length(within)));
            }
            p.because(route.because.as_ref(), Break::AfterLines);
        });
    }

    pub(super) fn test(&mut self, test: &TestDecl) {
        self.plain(&format!("test {}", quoted(&test.name)));
        self.block(&test.steps, |p, steps| {
            for (i, step) in steps.iter().enumerate() {
                if i > 0 {
                    p.gap(Break::Always, Blanks::Keep);
                }
                let event_follows =
                    steps.get(i + 1).is_some_and(|next| matches!(next.kind, TestStepKind::Event { .. }));
                p.item(|p| p.step(&step.kind, event_follows));
            }
        });
    }

    fn step(&mut self, step: &TestStepKind, event_follows: bool) {
        match step {
            TestStepKind::AsOf(moment) => self.text(&format!("as of {}", quoted(moment))),
            TestStepKind::Lead(fields) if fields.is_empty() => self.text("lead {}"),
            TestStepKind::Lead(fields) => {
                self.text("lead ");
                self.fields(fields);
            }
            TestStepKind::Event { event, object, fields, when } => {
                self.text(&event.text);
                if let Some(object) = object {
                    self.text(&format!(" {}", literal(object)));
                }
                if !fields.is_empty() {
                    self.space();
                    self.fields(fields);
                }
                match when {
                    Moment::Ago(length, _) => self.text(&format!(" {} ago", duration(length))),
                    Moment::At(moment) => self.text(&format!(" at {}", quoted(moment))),
                }
            }
            TestStepKind::Expect(conditions) => {
                self.text("expect ");
                self.aligned(|p| p.listed(conditions, |p, condition| p.group(|p| p.whole(condition))));
                if event_follows {
                    self.text(";");
                }
            }
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        self.text("{ ");
        self.aligned(|p| p.listed(fields, |p, one| p.text(&field(one))));
        self.text(" }");
    }
}

fn field(field: &Field) -> String {
    let value = match &field.value {
        FieldValue::Literal(value) => literal(value),
        FieldValue::List(values, _) => format!("({})", literals(values)),
        FieldValue::Ago(length, _) => format!("{} ago", duration(length)),
    };
    format!("{}: {value}", path(&field.path))
}
