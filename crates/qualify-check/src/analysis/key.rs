//! Structural keys: two expressions have the same key if and only if they compute the same thing in the same
//! words, wherever they stand. Spans do not count, and a `let` is what it stands for.
//!
//! Each node is stored once, as its own label and the keys of its children, so that a key costs time in
//! proportion to the expression, and lets that are used many times cost nothing more.

use qualify_model::*;
use std::collections::HashMap;
use std::fmt::Debug;

/// The number of a structure among those that were seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key(u32);

/// All structures that were seen.
pub(super) struct Keys<'m> {
    model: &'m Model,
    known: HashMap<(String, Vec<Key>), Key>,
    lets: HashMap<LetId, Key>,
}

impl<'m> Keys<'m> {
    pub(super) fn new(model: &'m Model) -> Keys<'m> {
        Keys { model, known: HashMap::new(), lets: HashMap::new() }
    }

    /// The key of a label over parts.
    pub(super) fn node(&mut self, label: String, parts: Vec<Key>) -> Key {
        let next = Key(self.known.len() as u32);
        *self.known.entry((label, parts)).or_insert(next)
    }

    fn leaf(&mut self, label: &str, what: &dyn Debug) -> Key {
        self.node(format!("{label} {what:?}"), Vec::new())
    }

    fn all<'e>(&mut self, parts: impl IntoIterator<Item = &'e Expr>) -> Vec<Key> {
        parts.into_iter().map(|part| self.expr(part)).collect()
    }

    fn option(&mut self, part: Option<&Expr>) -> Key {
        match part {
            Some(part) => self.expr(part),
            None => self.leaf("none", &()),
        }
    }

    /// The key of an expression.
    pub(super) fn expr(&mut self, expr: &Expr) -> Key {
        use ExprKind::*;
        let (label, parts) = match &expr.kind {
            Let(id) => return self.named(*id),
            Constant(value) => (format!("constant {value:?} {:?}", expr.ty), vec![]),
            Unknown | Total | EventTime | Times => (format!("{:?}", expr.kind), vec![]),
            Param(_)
            | Attribute(_)
            | Property(_)
            | Score(_)
            | Grade(_)
            | StageIs(_)
            | StageAtLeast(_)
            | StageHolds(_)
            | CurrentStageAtLeast(_)
            | Segment(_)
            | RouteIs(_)
            | StatusIs(_) => (format!("{:?}", expr.kind), vec![]),
            Part(part, value) => (format!("part {part:?}"), vec![self.expr(value)]),
            And(parts) => ("and".into(), self.all(parts)),
            Or(parts) => ("or".into(), self.all(parts)),
            Not(part) => ("not".into(), vec![self.expr(part)]),
            HowMany(quantity, parts) => {
                let mut keys = vec![self.quantity(quantity)];
                keys.extend(self.all(parts));
                ("how many".into(), keys)
            }
            Compare(how, a, b) => (format!("compare {how:?}"), vec![self.expr(a), self.expr(b)]),
            Between(a, b, c) => ("between".into(), vec![self.expr(a), self.expr(b), self.expr(c)]),
            In(value, set) => ("in".into(), vec![self.expr(value), self.set(set)]),
            Text(test, value, needles) => {
                let mut keys = vec![self.expr(value)];
                keys.extend(self.all(needles));
                (format!("text {test:?}"), keys)
            }
            Known(part) => ("known".into(), vec![self.expr(part)]),
            Arithmetic(operator, a, b) => (format!("{operator:?}"), vec![self.expr(a), self.expr(b)]),
            Negate(part) => ("negate".into(), vec![self.expr(part)]),
            Weighted(parts) => ("weighted".into(), self.all(parts.iter().flat_map(|(a, b)| [a, b]))),
            Min(parts) => ("min".into(), self.all(parts)),
            Max(parts) => ("max".into(), self.all(parts)),
            Clamp(a, b, c) => ("clamp".into(), vec![self.expr(a), self.expr(b), self.expr(c)]),
            Round(part) => ("round".into(), vec![self.expr(part)]),
            Convert(part) => (format!("convert {:?}", expr.ty), vec![self.expr(part)]),
            If(a, b, c) => ("if".into(), vec![self.expr(a), self.expr(b), self.expr(c)]),
            IfKnown(a, b) => ("if known".into(), vec![self.expr(a), self.expr(b)]),
            AggregateOf(kind, parts) => (format!("of {kind:?}"), self.all(parts)),
            Table(table) => return self.table(table),
            Happens(term) => ("happens".into(), self.counted(term)),
            Count(term) => ("count".into(), self.counted(term)),
            CountDifferent(property, term) => (format!("different {property:?}"), self.counted(term)),
            Aggregate(kind, property, term) => (format!("{kind:?} {property:?}"), self.counted(term)),
            DaysSinceLast(term) => ("days since last".into(), self.counted(term)),
            DaysWith(term) => ("days with".into(), self.counted(term)),
            DaysSince(part) => ("days since".into(), vec![self.expr(part)]),
            InWindow(part, windows) => {
                let mut keys = vec![self.expr(part)];
                keys.extend(windows.iter().map(|w| self.window(w)));
                ("in window".into(), keys)
            }
        };
        self.node(label, parts)
    }

    fn named(&mut self, id: LetId) -> Key {
        if let Some(key) = self.lets.get(&id) {
            return *key;
        }
        let model = self.model;
        let key = self.expr(&model.lets[id.index()].value);
        self.lets.insert(id, key);
        key
    }

    fn set(&mut self, set: &Set) -> Key {
        match set {
            Set::Values(values) => self.leaf("values", values),
            Set::List(id) => self.leaf("list", id),
            Set::Attribute(expr) => self.expr(expr),
        }
    }

    fn quantity(&mut self, quantity: &Quantity) -> Key {
        let (label, parts) = match quantity {
            Quantity::AtLeast(n) => ("at least", vec![self.expr(n)]),
            Quantity::AtMost(n) => ("at most", vec![self.expr(n)]),
            Quantity::Exactly(n) => ("exactly", vec![self.expr(n)]),
            Quantity::MoreThan(n) => ("more than", vec![self.expr(n)]),
            Quantity::FewerThan(n) => ("fewer than", vec![self.expr(n)]),
            Quantity::Between(a, b) => ("between", vec![self.expr(a), self.expr(b)]),
        };
        self.node(label.into(), parts)
    }

    /// The key of a term without its counts: of the events that it speaks of.
    pub(super) fn events(&mut self, term: &Term) -> Key {
        let steps = term.steps.iter().map(|step| self.step(step, true)).collect();
        self.node("events".into(), steps)
    }

    /// The key of a term without its counts and the windows of its last step.
    pub(super) fn unwindowed(&mut self, term: &Term) -> Key {
        let last = term.steps.len().saturating_sub(1);
        let steps = term.steps.iter().enumerate().map(|(i, step)| self.step(step, i != last)).collect();
        self.node("unwindowed".into(), steps)
    }

    /// The key of one count.
    pub(super) fn count(&mut self, count: &Count) -> Key {
        let (label, quantity) = match count {
            Count::Times(quantity) => ("times".to_string(), quantity),
            Count::TimesPerValue(quantity, property) => (format!("per {property:?}"), quantity),
            Count::TimesPerPeriod(quantity, unit) => (format!("per {unit:?}"), quantity),
            Count::DifferentDays(quantity) => ("days".to_string(), quantity),
        };
        let quantity = self.quantity(quantity);
        self.node(label, vec![quantity])
    }

    fn counted(&mut self, term: &Term) -> Vec<Key> {
        let mut keys = vec![self.events(term)];
        keys.extend(term.counts.iter().map(|count| self.count(count)));
        keys
    }

    fn step(&mut self, step: &Step, windows: bool) -> Key {
        let mut label = format!("step {:?} {:?}", step.gap, step.kind);
        label += &format!(" {:?} {:?}", step.object, step.silence);
        let mut keys = self.all(&step.filters);
        if windows {
            keys.extend(step.windows.iter().map(|w| self.window(w)));
        }
        self.node(label, keys)
    }

    /// The key of a window.
    pub(super) fn window(&mut self, window: &Window) -> Key {
        let (label, anchor) = match window {
            Window::Since(anchor) => ("since", anchor),
            Window::Before(anchor) => ("before", anchor),
            other => return self.leaf("window", other),
        };
        let anchor = match anchor {
            Anchor::Value(value) => self.expr(value),
            Anchor::LastEvent(step) => self.step(step, true),
        };
        self.node(label.into(), vec![anchor])
    }

    fn table(&mut self, table: &Table) -> Key {
        let mut keys = vec![self.expr(&table.subject)];
        for row in &table.rows {
            let head = self.head(&row.head);
            let points = self.expr(&row.points);
            keys.push(self.node("row".into(), vec![head, points]));
        }
        keys.push(self.option(table.otherwise.as_ref()));
        keys.push(self.option(table.unknown.as_ref()));
        self.node(format!("table {:?}", table.kind), keys)
    }

    fn head(&mut self, head: &Head) -> Key {
        let (label, parts) = match head {
            Head::Compare(how, value) => (format!("{how:?}"), vec![self.expr(value)]),
            Head::Range(low, high) => ("range".into(), vec![self.expr(low), self.expr(high)]),
            Head::In(set) => ("in".into(), vec![self.set(set)]),
            Head::Text(test, needles) => (format!("{test:?}"), self.all(needles)),
        };
        self.node(label, parts)
    }

    /// The key of what a rule does: home, condition, action, limits and decay, but not its reason.
    pub(super) fn rule(&mut self, rule: &Rule) -> Key {
        let (label, parts) = match &rule.kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                let mut keys = vec![self.expr(condition)];
                keys.extend(self.points(amount, decay.as_ref(), up_to.as_ref()));
                ("add".to_string(), keys)
            }
            RuleKind::ForEach { term, amount, limit, decay, up_to } => {
                let mut keys = vec![self.events(term), self.limit(limit.as_ref())];
                keys.extend(self.points(amount, decay.as_ref(), up_to.as_ref()));
                ("for each".into(), keys)
            }
            RuleKind::ForEachDifferent { property, term, amount, limit, decay, up_to } => {
                let mut keys = vec![self.events(term), self.limit(limit.as_ref())];
                keys.extend(self.points(amount, decay.as_ref(), up_to.as_ref()));
                (format!("for each different {property:?}"), keys)
            }
            RuleKind::Table(table) => ("table".into(), vec![self.table(table)]),
            RuleKind::Multiply { condition, target, by } => {
                (format!("multiply {target:?}"), vec![self.expr(condition), self.expr(by)])
            }
            RuleKind::Cap { condition, target, at } => {
                (format!("cap {target:?}"), vec![self.expr(condition), self.expr(at)])
            }
            RuleKind::Set { condition, target, to } => {
                (format!("set {target:?}"), vec![self.expr(condition), self.expr(to)])
            }
        };
        self.node(format!("{:?} {label}", rule.home), parts)
    }

    fn points(&mut self, amount: &Points, decay: Option<&Decay>, up_to: Option<&Expr>) -> Vec<Key> {
        let amount_key = self.expr(&amount.value);
        let mut keys = vec![self.leaf("sign", &amount.negative), amount_key, self.option(up_to)];
        if let Some(decay) = decay {
            keys.push(self.curve(&decay.curve));
            keys.push(self.option(decay.from.as_ref()));
            keys.push(self.option(decay.unless.as_ref()));
        }
        keys
    }

    fn curve(&mut self, curve: &Curve) -> Key {
        match curve {
            Curve::Halving { .. } | Curve::Fading { .. } => self.leaf("curve", curve),
            Curve::LosingShare { share, every } => {
                let share = self.expr(share);
                self.node(format!("share {every:?}"), vec![share])
            }
            Curve::LosingPoints { amount, every } => {
                let amount = self.expr(amount);
                self.node(format!("points {every:?}"), vec![amount])
            }
            Curve::Dropping { steps } => {
                let keys = self.all(steps.iter().map(|(share, _)| share));
                let lengths: Vec<&Length> = steps.iter().map(|(_, length)| length).collect();
                self.node(format!("dropping {lengths:?}"), keys)
            }
        }
    }

    fn limit(&mut self, limit: Option<&Limit>) -> Key {
        match limit {
            Some(limit) => {
                let count = self.expr(&limit.count);
                self.node(format!("limit {:?}", limit.per), vec![count])
            }
            None => self.leaf("no limit", &()),
        }
    }
}
