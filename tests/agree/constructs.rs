//! What a model is made of: names of the constructs of the language that occur in it.
//!
//! Not in here: whether they give the right result.

use qualify_model::{
    Aggregate, Anchor, Count, Curve, Decay, Expr, ExprKind, GradeKind, Head, Length, Limit, Model, NumberKind,
    ObjectTest, Operator, Part, Quantity, Rule, RuleKind, Set, Step, Table, Target, Term, TextTest, Type, Window,
};
use std::collections::BTreeSet;

/// All names that [`constructs`] can give: each must occur in the random models of a test run.
pub const ALL_CONSTRUCTS: &[&str] = &[
    "a list", "a list of numbers", "a param", "a param of calendar time", "a let", "a let of a score", "a zone",
    "ignore", "ignore in a score", "ignore before last", "exclude", "disqualify", "population", "bounds of a score",
    "a bound by a param", "loose rules", "several scores", "formula", "bounds of the total", "add", "subtract",
    "for each", "for each of a sequence", "for each different", "a table", "multiply", "cap", "set", "multiply of another score",
    "set of the total", "up to", "up to so many times", "so many times per period", "halving", "halving by day", "fading",
    "losing a share", "losing points", "dropping", "decay from", "without decay if", "unknown points", "amount of a property",
    "amount of an attribute", "amount of times", "amount of a table", "grades", "a matrix", "a grade set without otherwise",
    "only move up", "except to", "side stage", "stays while", "a stage without condition", "because of a stage", "a segment",
    "because of a segment", "a route", "respond within", "respond within business time", "otherwise of a route",
    "a param in an expression", "score in a condition", "total in a condition", "grade in a condition", "stage is", "stage at least",
    "a stage by its name", "current stage", "a segment in a condition", "property in a filter", "time of an event", "times",
    "domain", "local part", "host", "path", "and", "or", "not", "how many", "compare numbers", "compare money", "compare text",
    "compare dates", "compare durations", "compare words", "compare ordered words", "compare yes/no", "compare a date with a time",
    "compare two kinds of numbers", "between", "in values", "in a list", "in an attribute", "a list in values", "a domain in values",
    "contains", "starts with", "ends with", "mentions", "matches", "a test on a list of text", "known",
    "+", "-", "*", "/", "negate", "weighted sum", "min", "max", "clamp", "round", "convert", "if", "if known", "largest of several",
    "total of several", "a table as a value", "table of numbers", "table of text", "table of words", "table of dates",
    "table of durations", "table of a grade", "table of a score", "table of a list", "table of yes/no", "table without otherwise", "table without unknown",
    "head: compare", "head: range", "head: set", "head: list", "head: text", "cell: a param", "happens", "number of", "number of different",
    "total of", "average of", "largest of", "smallest of", "first of", "latest of", "first of text", "days since last", "days with", "days since", "an attribute in a window",
    "times", "times per value", "times per period", "different days", "several counts", "a count by a param", "sequence", "sequence of three", "gap",
    "any event", "object: a word", "object: text", "object: pattern", "object: of any event", "several objects", "object: another type",
    "filter", "filter of any event", "silence", "several windows", "window of a step before", "within", "in the next", "between ago", "more than ago",
    "since an attribute", "before an attribute", "since last", "before last", "since last of an object", "in this period", "in last period",
    "months", "business days", "business hours", "length by a param", "a sequence with counts", "account attribute", "shared property",
    "at least", "at most", "exactly", "more than", "fewer than", "between so many",
];

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

    fn expr(&mut self, expr: &Expr) {
        let several = |walk: &mut Self, of: &[Expr]| of.iter().for_each(|part| walk.expr(part));
        match &expr.kind {
            ExprKind::Constant(_) | ExprKind::Unknown | ExprKind::Let(_) => {}
            ExprKind::RouteIs(_) | ExprKind::StatusIs(_) => {}
            ExprKind::Param(_) => self.is("a param in an expression"),
            ExprKind::Attribute(id) => {
                let account = self.model.schema.attribute(*id).owner == qualify_model::Owner::Account;
                self.if_so(account, "account attribute");
            }
            ExprKind::Property(property) => {
                self.is("property in a filter");
                self.if_so(property.places.iter().flatten().count() > 1, "shared property");
            }
            ExprKind::EventTime => self.is("time of an event"),
            ExprKind::Times => self.is("times"),
            ExprKind::Part(part, text) => {
                self.is(match part {
                    Part::Domain => "domain",
                    Part::LocalPart => "local part",
                    Part::Host => "host",
                    Part::Path => "path",
                });
                self.expr(text);
            }
            ExprKind::Score(_) => self.is("score in a condition"),
            ExprKind::Total => self.is("total in a condition"),
            ExprKind::Grade(_) => self.is("grade in a condition"),
            ExprKind::StageIs(_) => self.is("stage is"),
            ExprKind::StageAtLeast(_) => self.is("stage at least"),
            ExprKind::StageHolds(_) => self.is("a stage by its name"),
            ExprKind::CurrentStageAtLeast(_) => self.is("current stage"),
            ExprKind::Segment(_) => self.is("a segment in a condition"),
            ExprKind::And(parts) => {
                self.is("and");
                several(self, parts);
            }
            ExprKind::Or(parts) => {
                self.is("or");
                several(self, parts);
            }
            ExprKind::Not(part) => {
                self.is("not");
                self.expr(part);
            }
            ExprKind::HowMany(quantity, parts) => {
                self.is("how many");
                self.quantity(quantity);
                several(self, parts);
            }
            ExprKind::Compare(_, a, b) => self.compare(a, b),
            ExprKind::Between(a, b, c) => {
                self.is("between");
                [a, b, c].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::In(value, set) => self.in_set(value, set),
            ExprKind::Text(test, text, needles) => {
                self.text_test(*test);
                self.if_so(matches!(text.ty, Type::List(_)), "a test on a list of text");
                self.expr(text);
                several(self, needles);
            }
            ExprKind::Known(part) => {
                self.is("known");
                self.expr(part);
            }
            _ => self.number(expr),
        }
    }

    fn compare(&mut self, a: &Expr, b: &Expr) {
        self.is(match (&a.ty, &b.ty) {
            (Type::Number(NumberKind::Money), _) => "compare money",
            (Type::Number(a), Type::Number(b)) if a != b => "compare two kinds of numbers",
            (Type::Number(_), _) => "compare numbers",
            (Type::Date, Type::Time) | (Type::Time, Type::Date) => "compare a date with a time",
            (Type::Date | Type::Time, _) => "compare dates",
            (Type::Duration, _) => "compare durations",
            (Type::OneOf(id), _) if self.model.schema.vocabulary(*id).ordered => "compare ordered words",
            (Type::OneOf(_), _) => "compare words",
            (Type::YesNo, _) => "compare yes/no",
            _ => "compare text",
        });
        self.expr(a);
        self.expr(b);
    }

    fn in_set(&mut self, value: &Expr, set: &Set) {
        match set {
            Set::Values(_) => self.is("in values"),
            Set::List(_) => self.is("in a list"),
            Set::Attribute(list) => {
                self.is("in an attribute");
                self.expr(list);
            }
        }
        self.if_so(matches!(value.ty, Type::List(_)), "a list in values");
        self.if_so(value.ty == Type::Text(qualify_model::TextKind::Domain), "a domain in values");
        self.expr(value);
    }

    fn number(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Arithmetic(operator, a, b) => {
                self.is(match operator {
                    Operator::Add => "+",
                    Operator::Subtract => "-",
                    Operator::Multiply => "*",
                    Operator::Divide => "/",
                });
                self.expr(a);
                self.expr(b);
            }
            ExprKind::Negate(part) => {
                self.is("negate");
                self.expr(part);
            }
            ExprKind::Weighted(parts) => {
                self.is("weighted sum");
                parts.iter().for_each(|(_, value)| self.expr(value));
            }
            ExprKind::Min(parts) => {
                self.is("min");
                parts.iter().for_each(|part| self.expr(part));
            }
            ExprKind::Max(parts) => {
                self.is("max");
                parts.iter().for_each(|part| self.expr(part));
            }
            ExprKind::Clamp(a, b, c) => {
                self.is("clamp");
                [a, b, c].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::Round(part) => {
                self.is("round");
                self.expr(part);
            }
            ExprKind::Convert(part) => {
                self.is("convert");
                self.expr(part);
            }
            ExprKind::If(a, b, c) => {
                self.is("if");
                [a, b, c].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::IfKnown(a, b) => {
                self.is("if known");
                self.expr(a);
                self.expr(b);
            }
            ExprKind::AggregateOf(aggregate, parts) => {
                self.is(if *aggregate == Aggregate::Total { "total of several" } else { "largest of several" });
                parts.iter().for_each(|part| self.expr(part));
            }
            ExprKind::Table(table) => {
                self.is("a table as a value");
                self.table(table);
            }
            _ => self.of_events(expr),
        }
    }

    fn of_events(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Happens(term) => {
                self.is("happens");
                self.term(term);
            }
            ExprKind::Count(term) => {
                self.is("number of");
                self.term(term);
            }
            ExprKind::CountDifferent(property, term) => {
                self.is("number of different");
                self.if_so(property.places.iter().flatten().count() > 1, "shared property");
                self.term(term);
            }
            ExprKind::Aggregate(aggregate, property, term) => {
                self.is(match aggregate {
                    Aggregate::Total => "total of",
                    Aggregate::Average => "average of",
                    Aggregate::Largest => "largest of",
                    Aggregate::Smallest => "smallest of",
                    Aggregate::First => "first of",
                    Aggregate::Latest => "latest of",
                });
                let text = matches!(property.ty, Type::Text(_) | Type::OneOf(_));
                self.if_so(text, "first of text");
                self.term(term);
            }
            ExprKind::DaysSinceLast(term) => {
                self.is("days since last");
                self.term(term);
            }
            ExprKind::DaysWith(term) => {
                self.is("days with");
                self.term(term);
            }
            ExprKind::DaysSince(part) => {
                self.is("days since");
                self.expr(part);
            }
            ExprKind::InWindow(part, windows) => {
                self.is("an attribute in a window");
                self.expr(part);
                windows.iter().for_each(|window| self.window(window));
            }
            _ => {}
        }
    }

    fn term(&mut self, term: &Term) {
        self.if_so(term.steps.len() > 1, "sequence");
        self.if_so(term.steps.len() > 2, "sequence of three");
        self.if_so(term.steps.len() > 1 && !term.counts.is_empty(), "a sequence with counts");
        self.if_so(term.counts.len() > 1, "several counts");
        let early = term.steps.split_last().map_or(&[][..], |(_, early)| early);
        self.if_so(early.iter().any(|step| !step.windows.is_empty()), "window of a step before");
        term.steps.iter().for_each(|step| self.step(step));
        for count in &term.counts {
            let quantity = match count {
                Count::Times(quantity) => {
                    self.is("times");
                    quantity
                }
                Count::TimesPerValue(quantity, _) => {
                    self.is("times per value");
                    quantity
                }
                Count::TimesPerPeriod(quantity, _) => {
                    self.is("times per period");
                    quantity
                }
                Count::DifferentDays(quantity) => {
                    self.is("different days");
                    quantity
                }
            };
            self.quantity(quantity);
        }
    }

    fn step(&mut self, step: &Step) {
        self.if_so(step.gap.is_some(), "gap");
        self.if_so(step.kind.is_none(), "any event");
        self.if_so(step.silence.is_some(), "silence");
        self.if_so(step.windows.len() > 1, "several windows");
        self.if_so(!step.filters.is_empty(), "filter");
        self.if_so(!step.filters.is_empty() && step.kind.is_none(), "filter of any event");
        let objects = step.object.as_deref().unwrap_or_default();
        self.if_so(objects.len() > 1, "several objects");
        for object in objects {
            self.is(match object {
                ObjectTest::Is(qualify_model::Value::Word(_)) => "object: a word",
                ObjectTest::Is(qualify_model::Value::Text(_)) => "object: text",
                ObjectTest::Is(_) => "object: another type",
                ObjectTest::Glob(_) => "object: pattern",
                ObjectTest::Named(_) => "object: of any event",
            });
        }
        step.filters.iter().for_each(|filter| self.expr(filter));
        step.windows.iter().for_each(|window| self.window(window));
    }

    fn window(&mut self, window: &Window) {
        match window {
            Window::Within(length) => {
                self.is("within");
                self.length(length);
            }
            Window::InTheNext(_) => self.is("in the next"),
            Window::Between(near, far) => {
                self.is("between ago");
                self.length(near);
                self.length(far);
            }
            Window::MoreThanAgo(length) => {
                self.is("more than ago");
                self.length(length);
            }
            Window::Since(Anchor::Value(value)) => {
                self.is("since an attribute");
                self.expr(value);
            }
            Window::Before(Anchor::Value(value)) => {
                self.is("before an attribute");
                self.expr(value);
            }
            Window::Since(Anchor::LastEvent(step)) => {
                self.is("since last");
                self.if_so(step.object.is_some(), "since last of an object");
                self.step(step);
            }
            Window::Before(Anchor::LastEvent(step)) => {
                self.is("before last");
                self.step(step);
            }
            Window::InPeriod { last, .. } => self.is(if *last { "in last period" } else { "in this period" }),
        }
    }

    fn length(&mut self, length: &Length) {
        match length {
            Length::Exact(_) => {}
            Length::Calendar(..) => self.is("months"),
            Length::BusinessDays(_) => self.is("business days"),
            Length::BusinessHours(_) => self.is("business hours"),
            Length::Param(_) => self.is("length by a param"),
        }
    }

    fn quantity(&mut self, quantity: &Quantity) {
        let (name, limit) = match quantity {
            Quantity::AtLeast(limit) => ("at least", limit),
            Quantity::AtMost(limit) => ("at most", limit),
            Quantity::Exactly(limit) => ("exactly", limit),
            Quantity::MoreThan(limit) => ("more than", limit),
            Quantity::FewerThan(limit) => ("fewer than", limit),
            Quantity::Between(limit, _) => ("between so many", limit),
        };
        self.is(name);
        self.if_so(matches!(of(limit), ExprKind::Param(_)), "a count by a param");
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
