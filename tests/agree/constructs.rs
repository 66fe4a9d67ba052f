//! What a model is made of: names of the constructs of the language that occur in it.
//!
//! Not in here: whether they give the right result.

use qualify_model::{
    Anchor, Curve, Decay, Expr, ExprKind, GradeKind, Head, Length, Limit, Model, Rule, RuleKind, Set, Step,
    Table, Target, TextTest, Type, Window,
};
use std::collections::BTreeSet;

mod expressions;
mod list;
mod terms;

pub use list::ALL_CONSTRUCTS;

/// The names of what occurs in the model.
pub fn constructs(model: &Model) -> BTreeSet<&'static str> {
    let mut walk = Walk { model, found: BTreeSet::new() };
    walk.model();
    walk.found
}

struct Walk<'m> {
    model: &'m Model,
    found: BTreeSet<&'static str>,
}

impl<'m> Walk<'m> {
    fn is(&mut self, name: &'static str) {
        debug_assert!(ALL_CONSTRUCTS.contains(&name), "`{name}` is not in the list");
        self.found.insert(name);
    }

    fn if_so(&mut self, so: bool, name: &'static str) {
        if so {
            self.is(name);
        }
    }

    fn model(&mut self) {
        let model = self.model;
        self.names();
        for ignore in &model.ignores {
            self.is("ignore");
            self.if_so(ignore.within.is_some(), "ignore in a score");
            let before =
                |step: &Step| step.windows.iter().any(|w| matches!(w, Window::Before(Anchor::LastEvent(_))));
            self.if_so(ignore.term.steps.iter().any(before), "ignore before last");
            self.term(&ignore.term);
        }
        for verdict in &model.excludes {
            self.is("exclude");
            self.expr(&verdict.condition);
        }
        for verdict in &model.disqualifies {
            self.is("disqualify");
            self.expr(&verdict.condition);
        }
        self.scores();
        model.rules.iter().for_each(|rule| self.rule(rule));
        self.outcomes();
    }

    fn names(&mut self) {
        let model = self.model;
        for list in &model.lists {
            self.is("a list");
            self.if_so(matches!(list.ty, Type::Number(_)), "a list of numbers");
        }
        for param in &model.params {
            self.is("a param");
            self.if_so(param.length.is_some(), "a param of calendar time");
        }
        for given in &model.lets {
            self.is("a let");
            self.if_so(given.within.is_some(), "a let of a score");
            self.expr(&given.value);
        }
        self.if_so(model.timezone != "UTC", "a zone");
    }

    fn scores(&mut self) {
        let model = self.model;
        self.if_so(model.scores.len() > 1, "several scores");
        for score in &model.scores {
            if let Some(population) = &score.population {
                self.is("population");
                self.expr(population);
            }
            for bound in [&score.bounds.low, &score.bounds.high].into_iter().flatten() {
                self.is("bounds of a score");
                self.if_so(matches!(of(bound), ExprKind::Param(_)), "a bound by a param");
            }
        }
        if let Some(formula) = &model.total.formula {
            self.is("formula");
            self.expr(formula);
        }
        let bounds = &model.total.bounds;
        self.if_so(bounds.low.is_some() || bounds.high.is_some(), "bounds of the total");
    }

    fn outcomes(&mut self) {
        let model = self.model;
        for set in &model.grades {
            match &set.kind {
                GradeKind::Matrix(..) => self.is("a matrix"),
                GradeKind::Lines(lines) => {
                    self.is("grades");
                    self.if_so(
                        lines.iter().all(|line| line.condition.is_some()),
                        "a grade set without otherwise",
                    );
                    lines.iter().filter_map(|line| line.condition.as_ref()).for_each(|c| self.expr(c));
                }
            }
        }
        if let Some(except) = &model.only_move_up {
            self.is("only move up");
            self.if_so(!except.is_empty(), "except to");
        }
        for stage in &model.stages {
            self.if_so(stage.side, "side stage");
            self.if_so(stage.condition.is_none(), "a stage without condition");
            self.if_so(stage.because.is_some(), "because of a stage");
            self.if_so(stage.stays_while.is_some(), "stays while");
            [&stage.condition, &stage.stays_while].into_iter().flatten().for_each(|c| self.expr(c));
        }
        for segment in &model.segments {
            self.is("a segment");
            self.if_so(segment.because.is_some(), "because of a segment");
            self.expr(&segment.condition);
        }
        for route in &model.routes {
            self.is("a route");
            match &route.condition {
                Some(condition) => self.expr(condition),
                None => self.is("otherwise of a route"),
            }
            if let Some(length) = &route.respond_within {
                self.is("respond within");
                self.if_so(
                    matches!(length, Length::BusinessDays(_) | Length::BusinessHours(_)),
                    "respond within business time",
                );
                self.length(length);
            }
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.if_so(rule.home == Target::Total, "loose rules");
        match &rule.kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                self.expr(condition);
                self.points(amount);
                self.tails(None, decay.as_ref(), up_to.as_ref());
            }
            RuleKind::ForEach { term, amount, limit, decay, up_to } => {
                self.is("for each");
                self.if_so(term.steps.len() > 1, "for each of a sequence");
                self.term(term);
                self.points(amount);
                self.tails(limit.as_ref(), decay.as_ref(), up_to.as_ref());
            }
            RuleKind::ForEachDifferent { property, term, amount, limit, decay, up_to } => {
                self.is("for each different");
                self.if_so(property.places.iter().flatten().count() > 1, "shared property");
                self.term(term);
                self.points(amount);
                self.tails(limit.as_ref(), decay.as_ref(), up_to.as_ref());
            }
            RuleKind::Table(table) => {
                self.is("a table");
                self.table(table);
            }
            RuleKind::Multiply { condition, target, by } => {
                self.is("multiply");
                self.if_so(*target != rule.home, "multiply of another score");
                self.expr(condition);
                self.expr(by);
            }
            RuleKind::Cap { condition, at, .. } => {
                self.is("cap");
                self.expr(condition);
                self.expr(at);
            }
            RuleKind::Set { condition, target, to } => {
                self.is("set");
                self.if_so(*target == Target::Total, "set of the total");
                self.expr(condition);
                self.expr(to);
            }
        }
    }

    fn points(&mut self, points: &qualify_model::Points) {
        self.is(if points.negative { "subtract" } else { "add" });
        self.if_so(!matches!(of(&points.value), ExprKind::Constant(_)), "unknown points");
        let mut inner = Walk { model: self.model, found: BTreeSet::new() };
        inner.expr(&points.value);
        self.if_so(inner.found.contains("property in a filter"), "amount of a property");
        self.if_so(reads_attribute(&points.value), "amount of an attribute");
        self.if_so(inner.found.contains("times"), "amount of times");
        self.if_so(inner.found.contains("a table as a value"), "amount of a table");
        self.found.extend(inner.found);
    }

    fn tails(&mut self, limit: Option<&Limit>, decay: Option<&Decay>, up_to: Option<&Expr>) {
        self.if_so(up_to.is_some(), "up to");
        if let Some(limit) = limit {
            self.is(if limit.per.is_some() { "so many times per period" } else { "up to so many times" });
        }
        let Some(decay) = decay else { return };
        match &decay.curve {
            Curve::Halving { by_day: false, every } => {
                self.is("halving");
                self.length(every);
            }
            Curve::Halving { by_day: true, .. } => self.is("halving by day"),
            Curve::Fading { .. } => self.is("fading"),
            Curve::LosingShare { .. } => self.is("losing a share"),
            Curve::LosingPoints { .. } => self.is("losing points"),
            Curve::Dropping { .. } => self.is("dropping"),
        }
        if let Some(from) = &decay.from {
            self.is("decay from");
            self.expr(from);
        }
        if let Some(unless) = &decay.unless {
            self.is("without decay if");
            self.expr(unless);
        }
    }

    fn table(&mut self, table: &Table) {
        self.if_so(table.otherwise.is_none(), "table without otherwise");
        self.if_so(table.unknown.is_none(), "table without unknown");
        self.expr(&table.subject);
        self.is(match (of(&table.subject), &table.subject.ty) {
            (ExprKind::Grade(_), _) => "table of a grade",
            (ExprKind::Score(_) | ExprKind::Total, _) => "table of a score",
            (_, Type::Number(_)) => "table of numbers",
            (_, Type::Text(_) | Type::Stage) => "table of text",
            (_, Type::OneOf(_)) => "table of words",
            (_, Type::Date | Type::Time) => "table of dates",
            (_, Type::Duration) => "table of durations",
            (_, Type::List(_)) => "table of a list",
            (_, Type::YesNo) => "table of yes/no",
        });
        for row in &table.rows {
            self.if_so(matches!(of(&row.points), ExprKind::Param(_)), "cell: a param");
            match &row.head {
                Head::Compare(_, with) => {
                    self.is("head: compare");
                    self.expr(with);
                }
                Head::Range(..) => self.is("head: range"),
                Head::In(Set::List(_)) => self.is("head: list"),
                Head::In(_) => self.is("head: set"),
                Head::Text(test, _) => {
                    self.is("head: text");
                    self.text_test(*test);
                }
            }
        }
    }

    fn text_test(&mut self, test: TextTest) {
        self.is(match test {
            TextTest::Contains => "contains",
            TextTest::StartsWith => "starts with",
            TextTest::EndsWith => "ends with",
            TextTest::Mentions => "mentions",
            TextTest::Matches => "matches",
        });
    }
}

/// The expression behind conversions.
fn of(expr: &Expr) -> &ExprKind {
    match &expr.kind {
        ExprKind::Convert(inner) => of(inner),
        kind => kind,
    }
}

fn reads_attribute(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Attribute(_) => true,
        ExprKind::Convert(part) | ExprKind::Round(part) | ExprKind::Negate(part) => reads_attribute(part),
        ExprKind::Arithmetic(_, a, b) | ExprKind::IfKnown(a, b) => reads_attribute(a) || reads_attribute(b),
        ExprKind::Min(parts) | ExprKind::Max(parts) => parts.iter().any(reads_attribute),
        _ => false,
    }
}
