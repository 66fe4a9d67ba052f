//! Values where conditions should stand: `industry = software or finance`, `size != unknown`. What was meant is
//! written out; nothing is decided here about well-formed conditions.

use crate::lower::{Hint, Lower};
use crate::paths::{Found, joined};
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::Type;
use qualify_syntax::tree::{Comparison, Expr, ExprKind, LiteralKind, TextTest};

/// A value that stands where a condition should: its place, and whether more of the condition follows it.
struct Stray {
    span: Span,
    more: bool,
    name: bool,
}

impl Lower<'_> {
    /// Reports the first run of values in `a or b or c`; gives whether there was one.
    pub fn values_as_conditions(&mut self, all: &[Expr]) -> bool {
        let Some(first) = (1..all.len()).find(|&i| self.stray(&all[i]).is_some()) else { return false };
        let mut strays: Vec<Stray> = Vec::new();
        for part in &all[first..] {
            let Some(stray) = self.stray(part) else { break };
            let more = stray.more;
            strays.push(stray);
            if more {
                break;
            }
        }
        let values: Vec<String> = strays.iter().map(|stray| self.words(stray.span)).collect();
        let base = match &all[first - 1].kind {
            ExprKind::And(parts) => parts.last().unwrap_or(&all[first - 1]),
            _ => &all[first - 1],
        };
        let (Some(ours), Some(last)) = (self.with_values(base, &values), strays.last()) else { return false };
        let code = if strays[0].name { Code::E0201 } else { Code::E0301 };
        let message = format!("`{}` alone is no condition: several values are written `{ours}`", values[0]);
        let span = base.span.to(last.span);
        self.report(Diagnostic::new(code, strays[0].span, message).fix(
            format!("write `{ours}`"),
            span,
            ours,
        ));
        for part in all[..first].iter().chain(&all[first + strays.len()..]) {
            let _ = self.condition(part);
        }
        true
    }

    fn stray(&self, part: &Expr) -> Option<Stray> {
        let of = |span, name| Some(Stray { span, more: false, name });
        match &part.kind {
            ExprKind::Literal(literal) if !matches!(literal.kind, LiteralKind::Word(_)) => {
                of(part.span, false)
            }
            ExprKind::Path(path) if path.parts.len() == 1 => {
                let yes_no = ["yes", "no", "true", "false"].contains(&joined(path).as_str());
                (!yes_no && matches!(self.look_up(path), Found::Nothing)).then_some(())?;
                of(part.span, true)
            }
            ExprKind::Term(term) => match term.steps.as_slice() {
                [step] if step.object.is_none() && !step.any && step.event.parts.len() == 1 => {
                    matches!(self.look_up(&step.event), Found::Nothing).then_some(())?;
                    Some(Stray { span: step.event.span, more: true, name: true })
                }
                _ => None,
            },
            ExprKind::And(parts) => {
                let stray = self.stray(parts.first()?)?;
                Some(Stray { more: true, ..stray })
            }
            _ => None,
        }
    }

    /// The condition with further values; nothing if it cannot have them.
    fn with_values(&self, base: &Expr, values: &[String]) -> Option<String> {
        let list = |first: Vec<String>| first.iter().chain(values).cloned().collect::<Vec<_>>().join(", ");
        match &base.kind {
            ExprKind::Compare(Comparison::Equal, left, right)
            | ExprKind::Is { value: left, negated: false, other: right }
                if self.is_word(right) =>
            {
                Some(format!("{} in ({})", self.words(left.span), list(vec![self.words(right.span)])))
            }
            ExprKind::Text { test, value, needles } => {
                let test = match test {
                    TextTest::Contains => "contains",
                    TextTest::Mentions => "mentions",
                    TextTest::Matches => "matches",
                    TextTest::StartsWith => "starts with",
                    TextTest::EndsWith => "ends with",
                };
                let needles = needles.iter().map(|needle| self.words(needle.span)).collect();
                Some(format!("{} {test} ({})", self.words(value.span), list(needles)))
            }
            ExprKind::Term(term) => {
                let [step] = term.steps.as_slice() else { return None };
                let object = step.object.as_ref().filter(|_| step.qualifiers.is_empty())?;
                let before = Span { end: object.span.start, ..step.span };
                let on = if object.on { "on " } else { "" };
                let objects = object.values.iter().map(|value| self.words(value.span)).collect();
                Some(format!("{} {on}({})", self.words(before).trim(), list(objects)))
            }
            _ => None,
        }
    }

    /// `size != unknown`, `size is empty`: reported; gives whether it was one.
    pub fn unknown_as_value(&mut self, equal: bool, a: &Expr, b: &Expr) -> bool {
        let ExprKind::Path(path) = &b.kind else { return false };
        let word = joined(path);
        let known = match word.to_lowercase().as_str() {
            "unknown" | "empty" | "null" | "nil" | "missing" | "blank" | "none" => !equal,
            "known" => equal,
            _ => return false,
        };
        if !matches!(self.look_up(path), Found::Nothing) || self.outcome(a).is_some() {
            return false;
        }
        // a mistake in it was reported: nothing more is said
        let Some(left) = self.value(a, &Hint::Any) else { return true };
        match &left.ty {
            Type::Text(_) | Type::List(_) => return false,
            Type::OneOf(id) if self.schema.vocabulary(*id).find(&word).is_some() => return false,
            _ => {}
        }
        if self.is_event(&left) || self.grade_of(&left).is_some() {
            return false;
        }
        let ours = format!("{} is {}", self.words(a.span), if known { "known" } else { "unknown" });
        let message = format!("`{word}` is no value: whether something is known is written `{ours}`");
        let span = a.span.to(b.span);
        self.report(Diagnostic::new(Code::E0201, b.span, message).fix(format!("write `{ours}`"), span, ours));
        true
    }
}
