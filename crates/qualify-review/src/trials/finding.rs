//! Why an expectation did not come true: the parts that decide, each with the values it looked at.

use qualify_diagnostics::{Sources, Span};
use qualify_model::{
    Comparison, Expr, ExprKind, GradeId, GradeKind, Model, NumberKind, Outcome, Quantity, Status, Term,
    Truth, Type, Value, exact,
};
use qualify_reference::Hindsight;
use serde::Serialize;

/// One line of the reason: what was asked, what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// How deep it stands below the expectation.
    pub depth: usize,
    /// The author's words, of a part of the expectation or of the line that it asks about.
    pub asked: String,
    /// What is the case, in words: `score is 43, 7 less`.
    pub found: String,
}

/// Reasons stay on a screen: below this depth they end.
const DEEPEST: usize = 4;

/// Looks for reasons in one lead.
pub(crate) struct Search<'a> {
    pub(crate) model: &'a Model,
    pub(crate) sources: &'a Sources,
    pub(crate) outcome: &'a Outcome,
    pub(crate) facts: Hindsight<'a>,
}

impl Search<'_> {
    /// The reasons why `expect` is not true.
    pub(crate) fn findings(&self, expect: &Expr) -> Vec<Finding> {
        let mut out = Vec::new();
        self.why(expect, true, 0, &mut out);
        out
    }

    /// Why `expr` is not `wanted`.
    fn why(&self, expr: &Expr, wanted: bool, depth: usize, out: &mut Vec<Finding>) {
        if self.facts.truth(expr) == Truth::from(wanted) || depth > DEEPEST {
            return;
        }
        match &expr.kind {
            ExprKind::And(parts) | ExprKind::Or(parts) => {
                parts.iter().for_each(|part| self.why(part, wanted, depth, out));
            }
            ExprKind::Not(inner) if compound(inner) => self.why(inner, !wanted, depth, out),
            ExprKind::HowMany(quantity, parts) => {
                self.say(expr.span, how_many(self, quantity, parts), depth, out);
                let more = self.wants_more(quantity, parts);
                parts.iter().for_each(|part| self.why(part, more, depth + 1, out));
            }
            _ => {
                self.say(expr.span, self.leaf(expr), depth, out);
                self.behind(expr, wanted, depth + 1, out);
            }
        }
    }

    fn say(&self, asked: Span, found: String, depth: usize, out: &mut Vec<Finding>) {
        out.push(Finding { depth, asked: self.sources.words(asked), found });
    }

    /// What decides behind a name: the condition of the stage, route or segment that was expected, a `let`.
    fn behind(&self, expr: &Expr, wanted: bool, depth: usize, out: &mut Vec<Finding>) {
        let mut line = |condition: &Expr| self.why(condition, wanted, depth, out);
        match &expr.kind {
            ExprKind::Not(inner) => self.behind(inner, !wanted, depth, out),
            ExprKind::Let(id) => line(&self.model.lets[id.index()].value),
            ExprKind::Segment(id) => line(&self.model.segments[id.index()].condition),
            ExprKind::StageIs(stages) => {
                let stages = stages.iter().map(|id| &self.model.stages[id.index()]);
                stages.filter_map(|stage| stage.condition.as_ref()).for_each(line);
            }
            ExprKind::StageAtLeast(stage) | ExprKind::StageHolds(stage) => {
                self.model.stages[stage.index()].condition.iter().for_each(line);
            }
            ExprKind::RouteIs(routes) => {
                let routes = routes.iter().map(|id| &self.model.routes[id.index()]);
                routes.filter_map(|route| route.condition.as_ref()).for_each(line);
            }
            ExprKind::Compare(Comparison::Equal, a, b) => {
                if let (ExprKind::Grade(id), ExprKind::Constant(Value::Text(label))) = (&a.kind, &b.kind) {
                    self.grade(*id, label, wanted, depth, out);
                }
            }
            _ => {}
        }
    }

    fn grade(&self, id: GradeId, label: &str, wanted: bool, depth: usize, out: &mut Vec<Finding>) {
        let set = &self.model.grades[id.index()];
        let GradeKind::Lines(lines) = &set.kind else { return };
        let of_label =
            lines.iter().filter(|line| set.labels.get(line.label as usize).is_some_and(|l| l == label));
        of_label.filter_map(|line| line.condition.as_ref()).for_each(|c| self.why(c, wanted, depth, out));
    }

    /// What is the case where a condition without parts was asked.
    fn leaf(&self, expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::Not(inner) => self.leaf(inner),
            ExprKind::Compare(_, a, b) => self.compared(a, b),
            ExprKind::Between(value, low, high) => {
                let bounds = [low, high].into_iter().filter_map(|bound| self.named_operand(bound));
                [Some(self.operand(value))].into_iter().flatten().chain(bounds).collect::<Vec<_>>().join(", ")
            }
            ExprKind::In(value, _) | ExprKind::Text(_, value, _) | ExprKind::Known(value) => {
                self.operand(value)
            }
            ExprKind::InWindow(value, _) => self.operand(value),
            ExprKind::Happens(term) => self.happened(term),
            ExprKind::StageIs(_) | ExprKind::StageAtLeast(_) => match &self.outcome.stage {
                Some(stage) => format!("stage is {stage}"),
                None => format!("no stage{}", self.no_stage()),
            },
            ExprKind::RouteIs(_) => match &self.outcome.route {
                Some(route) => format!("route is \"{route}\""),
                None => format!("no route{}", self.no_stage()),
            },
            ExprKind::StatusIs(_) => {
                let why = self.outcome.reasons.first().filter(|_| self.outcome.status != Status::Scored);
                format!(
                    "it is {}{}",
                    self.outcome.status.name(),
                    why.map(|w| format!(": {w}")).unwrap_or_default()
                )
            }
            _ => match self.facts.truth(expr) {
                Truth::True => "it holds".to_string(),
                Truth::False => "it does not hold".to_string(),
                Truth::Unknown => "it is unknown".to_string(),
            },
        }
    }

    /// Why there is no stage and no route, where the lead's status says so.
    fn no_stage(&self) -> String {
        match self.outcome.status {
            Status::Scored => String::new(),
            other => format!(": the lead is {}", other.name()),
        }
    }

    /// `score is 43, 7 less`.
    fn compared(&self, a: &Expr, b: &Expr) -> String {
        let named: Vec<String> = [a, b].into_iter().filter_map(|side| self.named_operand(side)).collect();
        let text = if named.is_empty() { self.operand(a) } else { named.join(", ") };
        match (self.number(a), self.number(b)) {
            (Some(a), Some(b)) if a != b => {
                let decimals = NumberKind::Number.decimals();
                let gap = exact::format((a - b).abs(), decimals);
                format!("{text}: {gap} {}", if a < b { "less" } else { "more" })
            }
            (Some(_), Some(_)) => format!("{text}: just that"),
            _ => text,
        }
    }

    /// `mql_line is 65`; nothing for a constant.
    fn named_operand(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Constant(_) => None,
            ExprKind::Convert(inner) => self.named_operand(inner),
            _ => Some(self.operand(expr)),
        }
    }

    /// `firmographics.size is 120`.
    fn operand(&self, expr: &Expr) -> String {
        let words = self.sources.words(expr.span);
        match self.facts.value(expr) {
            Some(value) => format!("{words} is {}", qualify::show_value(self.model, &expr.ty, &value)),
            None => format!("{words} is unknown"),
        }
    }

    /// A number in units of 1e-6.
    fn number(&self, expr: &Expr) -> Option<i128> {
        let Type::Number(kind) = expr.ty else { return None };
        match self.facts.value(expr)? {
            Value::Number(units) => {
                Some(exact::rescale(units as i128, kind.decimals(), NumberKind::Number.decimals()))
            }
            _ => None,
        }
    }

    /// `it happened 2 times`, and where it did not, when it last happened outside its windows.
    fn happened(&self, term: &Term) -> String {
        let ask = |kind: ExprKind| {
            let expr = Expr { kind, ty: Type::Number(NumberKind::Integer), span: term.span };
            match self.facts.value(&expr) {
                Some(Value::Number(n)) => Some(n),
                _ => None,
            }
        };
        let counted = Term { counts: Vec::new(), ..term.clone() };
        let Some(times) = ask(ExprKind::Count(counted.clone())) else {
            return "it is unknown".to_string();
        };
        let plural = if times == 1 { "" } else { "s" };
        let text = format!("it happened {times} time{plural}");
        let mut anytime = counted;
        anytime.steps.iter_mut().for_each(|step| step.windows.clear());
        match ask(ExprKind::DaysSinceLast(anytime)) {
            Some(days) if times == 0 => format!("{text}, the last one is {days} days ago"),
            _ => text,
        }
    }

    /// Whether more of the parts would have to hold.
    fn wants_more(&self, quantity: &Quantity, parts: &[Expr]) -> bool {
        let hold = parts.iter().filter(|part| self.facts.truth(part).is_true()).count() as i128;
        let units = |bound: &Expr| self.number(bound).unwrap_or_default() / 1_000_000;
        match quantity {
            Quantity::AtLeast(n) | Quantity::Exactly(n) | Quantity::Between(n, _) => hold < units(n),
            Quantity::MoreThan(n) => hold <= units(n),
            Quantity::AtMost(_) | Quantity::FewerThan(_) => false,
        }
    }
}

fn how_many(search: &Search, _: &Quantity, parts: &[Expr]) -> String {
    let count = |wanted: Truth| parts.iter().filter(|part| search.facts.truth(part) == wanted).count();
    let unknown = match count(Truth::Unknown) {
        0 => String::new(),
        n => format!(", {n} unknown"),
    };
    format!("{} of {} hold{unknown}", count(Truth::True), parts.len())
}

fn compound(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::HowMany(..))
}
