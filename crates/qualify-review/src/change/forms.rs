//! Expressions, event terms and tables of a model as [forms](super::form).
//!
//! A model is read in two ways. As written, names stay names, so that a change of a `let` is told once and not
//! with every rule that reads it. By meaning, lets, lists and params are replaced by what they stand for: two
//! parts that are equal in either way say the same.

use super::form::Form;
use super::words;
use qualify_diagnostics::{Sources, Span};
use qualify_model::{
    Anchor, Bounds, Count, Curve, Decay, Expr, ExprKind, Head, Length, LetId, Limit, ListId, Model,
    NumberKind, ObjectTest, Operator, ParamId, Part, Property, Quantity, Row, ScoreId, Set, Step, Table,
    Target, Term, Type, Value, Window, exact,
};
use std::collections::HashMap;

/// A model with its texts.
#[derive(Clone, Copy)]
pub struct Read<'m> {
    /// The model.
    pub model: &'m Model,
    /// The files that it was compiled from.
    pub sources: &'m Sources,
}

/// What is known of a model before its forms are made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// What the old model calls lets, lists and params that have another name in the new one.
    pub names: HashMap<String, String>,
    /// The same of scores.
    pub scores: HashMap<String, String>,
    /// Scores whose header says how points fade, as far as a rule takes it from there.
    pub fading: Vec<Target>,
}

impl Known {
    /// Of a model of which nothing was called otherwise.
    pub fn of(model: &Model) -> Known {
        let inheriting = model.rules.iter().filter(|rule| super::rules::inherits(rule));
        let mut fading: Vec<Target> = inheriting.map(|rule| rule.home).collect();
        fading.sort_unstable();
        fading.dedup();
        Known { fading, ..Known::default() }
    }
}

/// What makes forms of a model.
#[derive(Clone, Copy)]
pub(crate) struct Forms<'m> {
    pub read: Read<'m>,
    /// By meaning, not as written.
    pub deep: bool,
    pub known: &'m Known,
    /// The score that is looked at: its own name says nothing of what it is.
    pub own: Option<ScoreId>,
}

impl<'m> Forms<'m> {
    pub fn model(&self) -> &'m Model {
        self.read.model
    }

    /// The author's words on one line.
    pub fn words(&self, span: Span) -> String {
        if span.end == 0 { String::new() } else { self.read.sources.words(span) }
    }

    fn name(&self, noun: &str, name: &str) -> Form {
        let known = self.known.names.get(name).map_or(name, String::as_str);
        Form::leaf(format!("{noun} {known}"), name).naming()
    }

    /// What a score is known by: its name in the old model.
    pub fn score_name(&self, id: ScoreId) -> &str {
        if self.own == Some(id) {
            return "(itself)";
        }
        let name = &self.model().scores[id.index()].name;
        self.known.scores.get(name).unwrap_or(name)
    }

    /// An expression.
    pub fn expr(&self, expr: &Expr) -> Form {
        let mut form = self.expr_inside(expr);
        let words = self.words(expr.span);
        if !words.is_empty() {
            form.text = words;
        }
        form
    }

    fn all(&self, all: &[Expr]) -> Vec<Form> {
        all.iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr_inside(&self, expr: &Expr) -> Form {
        let model = self.model();
        let one = |kind: &str, a: &Expr| Form::of(kind, vec![self.expr(a)], "");
        match &expr.kind {
            ExprKind::Constant(value) => self.constant(value, &expr.ty),
            ExprKind::Unknown => Form::word("unknown"),
            ExprKind::Param(id) => self.param(*id, &expr.ty),
            ExprKind::Let(id) => self.let_of(*id),
            ExprKind::Attribute(id) => {
                let path = model.schema.attribute(*id).path();
                Form::leaf(format!("attribute {path}"), path).naming()
            }
            ExprKind::Property(property) => self.property(property),
            ExprKind::EventTime => Form::word("event time"),
            ExprKind::Times => Form::word("times"),
            ExprKind::Part(part, a) => one(part_word(*part), a),
            ExprKind::Score(id) => {
                let name = &model.scores[id.index()].name;
                Form::leaf(format!("score {}", self.score_name(*id)), name.as_str()).naming()
            }
            ExprKind::Total => Form::leaf("total score", "score").naming(),
            ExprKind::Grade(id) => {
                let name = &model.grades[id.index()].name;
                Form::leaf(format!("grade {name}"), name.as_str()).naming()
            }
            ExprKind::StageIs(ids) => Form::set("stage is", self.stages(ids), ""),
            ExprKind::StageAtLeast(id) => Form::of("stage at least", self.stages(&[*id]), ""),
            ExprKind::StageHolds(id) => Form::of("stage holds", self.stages(&[*id]), ""),
            ExprKind::CurrentStageAtLeast(id) => Form::of("current stage at least", self.stages(&[*id]), ""),
            ExprKind::Segment(id) => {
                let name = &model.segments[id.index()].name;
                Form::leaf(format!("segment {name}"), name.as_str()).naming()
            }
            ExprKind::RouteIs(ids) => {
                let names = ids.iter().map(|id| Form::word(model.routes[id.index()].name.clone()).naming());
                Form::set("route is", names.collect(), "")
            }
            ExprKind::StatusIs(status) => Form::word(format!("status {status:?}").to_lowercase()),
            ExprKind::And(all) if all.is_empty() => Form::word("always"),
            ExprKind::And(_) => Form::set("and", self.flat(expr, expr), ""),
            ExprKind::Or(_) => Form::set("or", self.flat(expr, expr), ""),
            ExprKind::Not(a) => match &a.kind {
                ExprKind::Not(inner) => self.expr(inner),
                _ => one("not", a),
            },
            ExprKind::HowMany(quantity, all) => {
                let parts = vec![self.quantity(quantity), Form::set("of", self.all(all), "")];
                Form::of("how many", parts, "")
            }
            ExprKind::Compare(how, a, b) => {
                let kind = format!("compare {}", words::comparison(*how));
                Form::of(kind, vec![self.expr(a), self.expr(b)], "").told_whole()
            }
            ExprKind::Between(a, b, c) => {
                Form::of("between", vec![self.expr(a), self.expr(b), self.expr(c)], "").told_whole()
            }
            ExprKind::In(a, set) => Form::of("in", vec![self.expr(a), self.set(set, &a.ty)], ""),
            ExprKind::Text(test, a, needles) => {
                let needles = Form::set("needles", self.all(needles), "");
                Form::of(words::text_test(*test), vec![self.expr(a), needles], "")
            }
            ExprKind::Known(a) => one("known", a),
            ExprKind::Arithmetic(Operator::Add, ..) => Form::set("sum", self.flat(expr, expr), ""),
            ExprKind::Arithmetic(how, a, b) => {
                let (kind, parts) = (words::operator(*how), vec![self.expr(a), self.expr(b)]);
                match kind {
                    "*" => Form::set(kind, parts, "").told_whole(),
                    _ => Form::of(kind, parts, "").told_whole(),
                }
            }
            ExprKind::Negate(a) => one("minus", a),
            ExprKind::Weighted(parts) => {
                let weigh = |(weight, value): &(Expr, Expr)| {
                    let parts = vec![self.expr(weight), self.expr(value)];
                    let text = format!("{} * {}", parts[0].text, parts[1].text);
                    Form::of("weighted", parts, text).told_whole()
                };
                Form::set("weighted sum", parts.iter().map(weigh).collect(), "")
            }
            ExprKind::Min(all) => Form::set("min", self.all(all), ""),
            ExprKind::Max(all) => Form::set("max", self.all(all), ""),
            ExprKind::Clamp(a, b, c) => {
                Form::of("clamp", vec![self.expr(a), self.expr(b), self.expr(c)], "").told_whole()
            }
            ExprKind::Round(a) => one("round", a),
            ExprKind::Convert(a) => self.converted(a, &expr.ty),
            ExprKind::If(a, b, c) => Form::of("if", vec![self.expr(a), self.expr(b), self.expr(c)], ""),
            ExprKind::IfKnown(a, b) => Form::of("if known", vec![self.expr(a), self.expr(b)], ""),
            ExprKind::AggregateOf(how, all) => {
                let kind = format!("{} of these", words::aggregate(*how));
                // the first of them is the one that stands first
                let ordered =
                    matches!(how, qualify_model::Aggregate::First | qualify_model::Aggregate::Latest);
                if ordered { Form::of(kind, self.all(all), "") } else { Form::set(kind, self.all(all), "") }
            }
            ExprKind::Table(table) => self.table(table),
            ExprKind::Happens(term) => Form::of("happens", vec![self.term(term)], ""),
            ExprKind::Count(term) => Form::of("number of", vec![self.term(term)], ""),
            ExprKind::CountDifferent(property, term) => {
                Form::of("number of different", vec![self.property(property), self.term(term)], "")
            }
            ExprKind::Aggregate(how, property, term) => {
                let parts = vec![self.property(property), self.term(term)];
                Form::of(format!("{} of", words::aggregate(*how)), parts, "")
            }
            ExprKind::DaysSinceLast(term) => Form::of("days since last", vec![self.term(term)], ""),
            ExprKind::DaysWith(term) => Form::of("days with", vec![self.term(term)], ""),
            ExprKind::DaysSince(a) => one("days since", a),
            ExprKind::InWindow(a, windows) => {
                Form::of("in window", vec![self.expr(a), self.windows(windows)], "")
            }
        }
    }

    /// The operands of `and` in `and`, of `or` in `or`, of `+` in `+`, as one list.
    fn flat(&self, expr: &Expr, top: &Expr) -> Vec<Form> {
        match (&expr.kind, &top.kind) {
            (ExprKind::And(all), ExprKind::And(_)) | (ExprKind::Or(all), ExprKind::Or(_)) => {
                all.iter().flat_map(|part| self.flat(part, top)).collect()
            }
            (ExprKind::Arithmetic(Operator::Add, a, b), ExprKind::Arithmetic(..)) if expr.ty == top.ty => {
                [a, b].into_iter().flat_map(|part| self.flat(part, top)).collect()
            }
            (ExprKind::Let(id), _) if self.deep => self.flat(&self.model().lets[id.index()].value, top),
            _ => vec![self.expr(expr)],
        }
    }

    /// A constant; its kind of number counts, so that 20 points and 20 of a number are told apart.
    pub fn constant(&self, value: &Value, ty: &Type) -> Form {
        let text = words::value(value, ty, self.model());
        Form::leaf(format!("{} {}", words::ty(ty, self.model()), folded(value, &text)), text)
    }

    fn param(&self, id: ParamId, ty: &Type) -> Form {
        let param = &self.model().params[id.index()];
        if !self.deep {
            return self.name("param", &param.name);
        }
        match &param.length {
            Some(length) => Form::word(words::length(length, &self.model().params)),
            None => self.constant(&param.value, ty),
        }
    }

    fn let_of(&self, id: LetId) -> Form {
        let named = &self.model().lets[id.index()];
        if self.deep { self.expr(&named.value) } else { self.name("let", &named.name) }
    }

    /// A conversion of a constant is the constant that it gives.
    fn converted(&self, a: &Expr, ty: &Type) -> Form {
        let units = match &a.kind {
            ExprKind::Constant(Value::Number(units)) => Some(*units),
            ExprKind::Param(id) if self.deep => match &self.model().params[id.index()].value {
                Value::Number(units) => Some(*units),
                _ => None,
            },
            _ => None,
        };
        match (units, decimals(&a.ty), decimals(ty)) {
            (Some(units), Some(from), Some(to)) => {
                let (units, _) = exact::hold(exact::rescale(i128::from(units), from, to));
                self.constant(&Value::Number(units), ty)
            }
            _ => Form::of(format!("as {}", words::ty(ty, self.model())), vec![self.expr(a)], ""),
        }
    }

    fn property(&self, property: &Property) -> Form {
        Form::leaf(format!("property {}", property.name), property.name.as_str()).naming()
    }

    fn stages(&self, ids: &[qualify_model::StageId]) -> Vec<Form> {
        let name = |id: &qualify_model::StageId| self.model().stages[id.index()].name.clone();
        ids.iter().map(|id| Form::leaf(format!("stage {}", name(id)), name(id)).naming()).collect()
    }

    fn set(&self, set: &Set, ty: &Type) -> Form {
        let of = match ty {
            Type::List(of) => of,
            other => other,
        };
        match set {
            Set::Values(values) => Form::set("values", self.values(values, of), ""),
            Set::List(id) => self.list(*id),
            Set::Attribute(a) => self.expr(a),
        }
    }

    fn values(&self, values: &[Value], ty: &Type) -> Vec<Form> {
        values.iter().map(|value| self.constant(value, ty)).collect()
    }

    fn list(&self, id: ListId) -> Form {
        let list = &self.model().lists[id.index()];
        if self.deep {
            Form::set("values", self.values(&list.values, &list.ty), list.name.as_str())
        } else {
            self.name("list", &list.name)
        }
    }

    /// A table: its subject, its rows in their order, what else.
    pub fn table(&self, table: &Table) -> Form {
        let mut parts = vec![self.expr(&table.subject)];
        parts.extend(table.rows.iter().map(|row| {
            Form::of("row", vec![self.head(row, table), self.expr(&row.points)], "").told_whole()
        }));
        for (kind, cell) in [("otherwise", &table.otherwise), ("unknown", &table.unknown)] {
            parts.extend(cell.as_ref().map(|cell| Form::of(kind, vec![self.expr(cell)], kind)));
        }
        Form::of("table", parts, self.words(table.span))
    }

    /// The head of a row.
    pub fn head(&self, row: &Row, table: &Table) -> Form {
        let text = self.words(row.span);
        // the words of a row are those of its head and its points
        let text = text.rsplit_once(':').map_or(text.as_str(), |(head, _)| head.trim()).to_string();
        match &row.head {
            Head::Compare(how, a) => {
                Form::of(format!("compare {}", words::comparison(*how)), vec![self.expr(a)], text)
                    .told_whole()
            }
            Head::Range(a, b) => Form::of("from to", vec![self.expr(a), self.expr(b)], text).told_whole(),
            Head::In(set) => Form { text, ..self.set(set, &table.subject.ty) },
            Head::Text(test, needles) => {
                let needles = Form::set("needles", self.all(needles), "");
                Form::of(words::text_test(*test), vec![needles], text)
            }
        }
    }

    /// Events.
    pub fn term(&self, term: &Term) -> Form {
        let mut parts: Vec<Form> = term.steps.iter().map(|step| self.step(step)).collect();
        let counts = term.counts.iter().map(|count| self.count(count)).collect();
        parts.push(Form::set("counts", counts, ""));
        Form::of("events", parts, self.words(term.span))
    }

    fn step(&self, step: &Step) -> Form {
        let model = self.model();
        let event = step.kind.map_or("event", |id| model.schema.event(id).name.as_str());
        let event = Form::leaf(format!("event {event}"), event).naming();
        let object = match &step.object {
            None => Form::none(),
            Some(tests) => {
                let ty = step.kind.and_then(|id| model.schema.event(id).properties.first()).map(|p| &p.ty);
                Form::set("objects", tests.iter().map(|test| self.object(test, ty)).collect(), "")
            }
        };
        let objects: Vec<&str> = object.parts.iter().map(|form| form.text.as_str()).collect();
        let text = match objects.as_slice() {
            [] => event.text.clone(),
            [one] => format!("{} {one}", event.text),
            many => format!("{} ({})", event.text, many.join(", ")),
        };
        let what = Form { whole: true, ..Form::of("what", vec![event, object], text) };
        let gap = self.optional_length(&step.gap, "followed within");
        let silence = self.optional_length(&step.silence, "after silence of");
        let filters = Form::set("filters", self.all(&step.filters), "");
        let parts = vec![what, filters, self.windows(&step.windows), gap, silence];
        Form::of("step", parts, self.words(step.span))
    }

    fn object(&self, test: &ObjectTest, ty: Option<&Type>) -> Form {
        match test {
            ObjectTest::Is(value) => {
                let text = words::value(value, ty.unwrap_or(&Type::Stage), self.model());
                Form::leaf(format!("is {}", folded(value, &text)), text).naming()
            }
            ObjectTest::Glob(glob) => Form::leaf(format!("matches {glob}"), format!("\"{glob}\"")).naming(),
            ObjectTest::Named(name) => Form::leaf(format!("is {name}"), name.as_str()).naming(),
        }
    }

    /// Windows.
    pub fn windows(&self, windows: &[Window]) -> Form {
        Form::set("windows", windows.iter().map(|window| self.window(window)).collect(), "")
    }

    fn window(&self, window: &Window) -> Form {
        let one = |word: &str, d: &Length, after: &str| {
            let d = self.length(d);
            let text = format!("{word} {}{after}", d.text);
            Form::of(word, vec![d], text).told_whole()
        };
        match window {
            Window::Within(d) => one("within", d, ""),
            Window::InTheNext(d) => one("in the next", d, ""),
            Window::MoreThanAgo(d) => one("more than", d, " ago"),
            Window::Between(a, b) => {
                let (a, b) = (self.length(a), self.length(b));
                let text = format!("between {} and {} ago", a.text, b.text);
                Form::of("between ago", vec![a, b], text).told_whole()
            }
            Window::Since(anchor) => self.anchored("since", anchor),
            Window::Before(anchor) => self.anchored("before", anchor),
            Window::InPeriod { last, unit } => {
                Form::word(format!("in {} {}", if *last { "last" } else { "this" }, words::unit(*unit)))
            }
        }
    }

    fn anchored(&self, word: &str, anchor: &Anchor) -> Form {
        let (form, last) = match anchor {
            Anchor::Value(value) => (self.expr(value), ""),
            Anchor::LastEvent(step) => (self.step(step), "last "),
        };
        let text = format!("{word} {last}{}", form.text);
        Form::of(format!("{word} {last}"), vec![form], text).told_whole()
    }

    /// A length of time.
    pub fn length(&self, length: &Length) -> Form {
        match length {
            Length::Param(id) if !self.deep => self.name("param", &self.model().params[id.index()].name),
            length => {
                let held = qualify_model::calendar::param_length(length, &self.model().params);
                Form::word(words::length(&held, &self.model().params))
            }
        }
    }

    /// A length that may be missing, behind a word.
    pub fn optional_length(&self, length: &Option<Length>, word: &str) -> Form {
        match length {
            None => Form::none(),
            Some(length) => {
                let form = self.length(length);
                let text = format!("{word} {}", form.text);
                Form::of(word, vec![form], text).told_whole()
            }
        }
    }

    fn quantity(&self, quantity: &Quantity) -> Form {
        let (word, parts) = match quantity {
            Quantity::AtLeast(n) => ("at least", vec![n]),
            Quantity::AtMost(n) => ("at most", vec![n]),
            Quantity::Exactly(n) => ("exactly", vec![n]),
            Quantity::MoreThan(n) => ("more than", vec![n]),
            Quantity::FewerThan(n) => ("fewer than", vec![n]),
            Quantity::Between(a, b) => ("between", vec![a, b]),
        };
        let parts: Vec<Form> = parts.into_iter().map(|n| self.expr(n)).collect();
        let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
        let text = format!("{word} {}", texts.join(" and "));
        Form::of(word, parts, text).told_whole()
    }

    fn count(&self, count: &Count) -> Form {
        let (quantity, kind, text) = match count {
            Count::Times(q) => (q, "times".to_string(), "times".to_string()),
            Count::TimesPerValue(q, property) => {
                let text = format!("times in one {}", property.name);
                (q, text.clone(), text)
            }
            Count::TimesPerPeriod(q, unit) => {
                let text = format!("times in one {}", words::unit(*unit));
                (q, format!("per {text}"), text)
            }
            Count::DifferentDays(q) => (q, "different days".to_string(), "different days".to_string()),
        };
        let quantity = self.quantity(quantity);
        let on = if matches!(count, Count::DifferentDays(_)) { "on " } else { "" };
        let text = format!("{on}{} {text}", quantity.text);
        Form::of(kind, vec![quantity], text).told_whole()
    }

    /// A limit.
    pub fn limit(&self, limit: &Option<Limit>) -> Form {
        let Some(Limit { count, per }) = limit else { return Form::none() };
        // the words of `once per day` are all of it: what counts is the number that it stands for
        let number = self.number_text(count);
        let count = self.expr(count);
        let number = number.unwrap_or_else(|| count.text.clone());
        let (unit, per) = match per {
            Some(unit) => (words::unit(*unit), format!(" per {}", words::unit(*unit))),
            None => ("", String::new()),
        };
        let text = match (number.as_str(), unit) {
            ("1", "") => "once".to_string(),
            ("1", unit) => format!("once per {unit}"),
            _ => format!("up to {number} times{per}"),
        };
        Form::of(format!("limit {unit}"), vec![count], text).told_whole()
    }

    /// A constant as a number.
    fn number_text(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Constant(value) => Some(words::value(value, &expr.ty, self.model())),
            ExprKind::Convert(inner) => self.number_text(inner),
            _ => None,
        }
    }

    /// How points fade.
    pub fn decay(&self, decay: &Option<Decay>) -> Form {
        let Some(decay) = decay else { return Form::none() };
        let (word, held, mut text) = match &decay.curve {
            Curve::Halving { every, by_day } => {
                let every = self.length(every);
                let by_day = if *by_day { " by day" } else { "" };
                let text = format!("halving every {}{by_day}", every.text);
                (if by_day.is_empty() { "halving" } else { "halving by day" }, vec![every], text)
            }
            Curve::Fading { over } => {
                let over = self.length(over);
                let text = format!("fading over {}", over.text);
                ("fading", vec![over], text)
            }
            Curve::LosingShare { share, every } | Curve::LosingPoints { amount: share, every } => {
                let (share, every) = (self.expr(share), self.length(every));
                let text = format!("losing {} every {}", share.text, every.text);
                ("losing", vec![share, every], text)
            }
            Curve::Dropping { steps } => {
                let step = |(share, age): &(Expr, Length)| [self.expr(share), self.length(age)];
                let held: Vec<Form> = steps.iter().flat_map(step).collect();
                let texts: Vec<String> =
                    held.chunks(2).map(|step| format!("{} after {}", step[0].text, step[1].text)).collect();
                ("dropping", held, format!("dropping to {}", texts.join(", ")))
            }
        };
        let mut parts = vec![Form::of(word, held, "").told_whole()];
        for (word, part) in [("from", &decay.from), ("without decay if", &decay.unless)] {
            let form = part.as_ref().map_or_else(Form::none, |part| self.expr(part));
            if !form.is_none() {
                text.push_str(&format!(" {word} {}", form.text));
            }
            parts.push(form);
        }
        Form::of("decay", parts, text).told_whole()
    }

    /// A part that may be missing.
    pub fn maybe(&self, expr: &Option<Expr>) -> Form {
        expr.as_ref().map_or_else(Form::none, |expr| self.expr(expr))
    }

    /// Bounds.
    pub fn bounds(&self, bounds: &Bounds) -> [Form; 2] {
        [self.maybe(&bounds.low), self.maybe(&bounds.high)]
    }
}

fn decimals(ty: &Type) -> Option<u32> {
    match ty {
        Type::Number(kind) => Some(kind.decimals()),
        _ => None,
    }
}

/// Texts are the same if they fold to the same.
fn folded(value: &Value, text: &str) -> String {
    match value {
        Value::Text(text) => qualify_model::text::fold(text),
        _ => text.to_string(),
    }
}

fn part_word(part: Part) -> &'static str {
    match part {
        Part::Domain => "domain",
        Part::LocalPart => "local part",
        Part::Host => "host",
        Part::Path => "path",
    }
}

/// The units of an amount of points that is a constant.
pub(crate) fn constant_points(expr: &Expr, model: &Model) -> Option<i64> {
    let units = |value: &Value, ty: &Type| match (value, decimals(ty)) {
        (Value::Number(units), Some(from)) => {
            Some(exact::hold(exact::rescale(i128::from(*units), from, NumberKind::Points.decimals())).0)
        }
        _ => None,
    };
    match &expr.kind {
        ExprKind::Constant(value) => units(value, &expr.ty),
        ExprKind::Param(id) => units(&model.params[id.index()].value, &model.params[id.index()].ty),
        ExprKind::Convert(inner) => constant_points(inner, model),
        ExprKind::Negate(inner) => constant_points(inner, model).map(|n| n.saturating_neg()),
        _ => None,
    }
}
