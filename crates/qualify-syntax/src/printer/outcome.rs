//! Grades, stages, routes and tests.

use super::expression::whole;
use super::literal::{because, duration, grade_label, label, length, literal, literals, path, quoted};
use super::{Lines, join};
use crate::tree::*;

impl Lines {
    pub(super) fn grade(&mut self, grade: &GradeDecl) {
        let set = grade.set.as_ref().map_or(String::new(), |set| format!("{}: ", set.text));
        let head = format!("grade {set}{}", grade_label(&grade.label.text));
        match &grade.condition {
            Some(condition) => self.conditioned(&format!("{head} if"), condition, ""),
            None => self.line(format!("{head} otherwise")),
        }
    }

    pub(super) fn stages(&mut self, except: &[Name]) {
        let names: Vec<String> = except.iter().map(|name| label(&name.text)).collect();
        match names.is_empty() {
            true => self.line("stages only move up"),
            false => self.line(format!("stages only move up except to {}", names.join(", "))),
        }
    }

    pub(super) fn stage(&mut self, stage: &StageDecl) {
        let side = if stage.side { "side " } else { "" };
        let head = format!("{side}stage {}", label(&stage.name.text));
        let stays = stage.stays_while.as_ref().map_or(String::new(), |c| format!("stays while {}", whole(c)));
        let tail = join([&stays, &because(stage.because.as_ref())]);
        match &stage.condition {
            Some(condition) => self.conditioned(&format!("{head} if"), condition, &tail),
            None => self.line(join([&head, &tail])),
        }
    }

    pub(super) fn route(&mut self, route: &RouteDecl) {
        let head = format!("route {}", label(&route.name.text));
        let respond =
            route.respond_within.as_ref().map_or(String::new(), |l| format!("respond within {}", length(l)));
        let tail = join([&respond, &because(route.because.as_ref())]);
        match &route.condition {
            Some(condition) => self.conditioned(&format!("{head} if"), condition, &tail),
            None => self.line(join([&format!("{head} otherwise"), &tail])),
        }
    }

    pub(super) fn test(&mut self, test: &TestDecl) {
        self.block(format!("test {}", quoted(&test.name)), test.steps.is_empty(), |lines| {
            for (i, step) in test.steps.iter().enumerate() {
                let event_follows =
                    test.steps.get(i + 1).is_some_and(|next| matches!(next.kind, TestStepKind::Event { .. }));
                lines.step(&step.kind, event_follows);
            }
        });
    }

    fn step(&mut self, step: &TestStepKind, event_follows: bool) {
        match step {
            TestStepKind::AsOf(moment) => self.line(format!("as of {}", quoted(moment))),
            TestStepKind::Lead(all) => self.lead_facts(all),
            TestStepKind::Event { event, object, fields: all, when } => {
                let object = object.as_ref().map_or(String::new(), literal);
                let properties =
                    if all.is_empty() { String::new() } else { format!("{{ {} }}", fields(all)) };
                let when = match when {
                    Moment::Ago(length, _) => format!("{} ago", duration(length)),
                    Moment::At(moment) => format!("at {}", quoted(moment)),
                };
                self.line(join([&event.text, &object, &properties, &when]));
            }
            TestStepKind::Expect(conditions) => {
                let mut conditions: Vec<String> = conditions.iter().map(whole).collect();
                if let Some(last) = conditions.last_mut().filter(|_| event_follows) {
                    last.push(';');
                }
                self.listed("expect".to_string(), &conditions);
            }
        }
    }

    fn lead_facts(&mut self, all: &[Field]) {
        if all.is_empty() {
            return self.line("lead {}");
        }
        let one = format!("lead {{ {} }}", fields(all));
        if self.fits(&one) {
            return self.line(one);
        }
        self.block("lead".to_string(), false, |lines| {
            for (i, one) in all.iter().enumerate() {
                let comma = if i + 1 < all.len() { "," } else { "" };
                lines.line(format!("{}{comma}", field(one)));
            }
        });
    }
}

fn fields(all: &[Field]) -> String {
    all.iter().map(field).collect::<Vec<_>>().join(", ")
}

fn field(field: &Field) -> String {
    let value = match &field.value {
        FieldValue::Literal(value) => literal(value),
        FieldValue::List(values, _) => format!("({})", literals(values)),
        FieldValue::Ago(length, _) => format!("{} ago", duration(length)),
    };
    format!("{}: {value}", path(&field.path))
}
