//! What the passes share: the model, keys of structures, the variables that conditions speak of, and what was
//! found out about scores. Nothing in here reports.

use super::interval::{HIGHEST, Interval, Intervals, ONE};
use super::key::{Key, Keys};
use super::range::Extent;
use super::solve::Cases;
use super::windows;
use qualify_model::*;
use std::collections::HashMap;

/// How deep names may stand for names before nothing more is claimed.
pub(super) const DEEPEST: u32 = 60;

/// The number of a [`Variable`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Var(pub(super) u32);

/// What a condition can speak of: an attribute, a count of events, a computed value, or a test that is not
/// looked into.
pub(super) struct Variable<'m> {
    /// All values that it can have.
    pub(super) values: Intervals,
    /// It may be unknown.
    pub(super) unknown: bool,
    /// The distance between its values.
    pub(super) grain: i128,
    /// The author's expression, where it is one.
    pub(super) expr: Option<&'m Expr>,
    /// The events that it counts.
    pub(super) term: Option<&'m Term>,
}

/// The state of one look at a model.
pub(super) struct Study<'m> {
    pub(super) model: &'m Model,
    pub(super) keys: Keys<'m>,
    variables: Vec<Variable<'m>>,
    by_key: HashMap<Key, Var>,
    contained: HashMap<(Var, Var), bool>,
    texts: HashMap<String, i128>,
    lists: HashMap<ListId, Intervals>,
    /// Cases that were asked for, by the place of the expression in the model, and whether they are blurred.
    pub(super) answered: HashMap<(*const Expr, u8), (Cases, bool)>,
    /// What names stand for, by the place of that; inside a formula and elsewhere.
    pub(super) extents: HashMap<(*const Expr, bool), Extent>,
    pub(super) depth: u32,
    /// Something was too large to look into since this was last set to false.
    pub(super) blurred: bool,
    /// A formula is looked at, in which a score outside its population is 0.
    pub(super) in_formula: bool,
    pub(super) scores: Vec<Progress>,
    pub(super) total: Progress,
    pub(super) contributions: Vec<Option<Interval>>,
    pub(super) homes: HashMap<Target, Vec<usize>>,
    pub(super) actions: HashMap<Target, Vec<usize>>,
    /// What a target can be before its caps.
    pub(super) uncapped: HashMap<Target, Interval>,
}

/// Whether a score was computed already.
#[derive(Clone, Copy)]
pub(super) enum Progress {
    Open,
    /// Being computed: asked again, nothing is known.
    Busy,
    Done(Extent),
}

impl<'m> Study<'m> {
    pub(super) fn new(model: &'m Model) -> Study<'m> {
        let mut homes: HashMap<Target, Vec<usize>> = HashMap::new();
        let mut actions: HashMap<Target, Vec<usize>> = HashMap::new();
        for (i, rule) in model.rules.iter().enumerate() {
            match &rule.kind {
                RuleKind::Multiply { target, .. }
                | RuleKind::Cap { target, .. }
                | RuleKind::Set { target, .. } => actions.entry(*target).or_default().push(i),
                _ => homes.entry(rule.home).or_default().push(i),
            }
        }
        Study {
            model,
            keys: Keys::new(model),
            variables: Vec::new(),
            by_key: HashMap::new(),
            contained: HashMap::new(),
            texts: HashMap::new(),
            lists: HashMap::new(),
            answered: HashMap::new(),
            extents: HashMap::new(),
            depth: 0,
            blurred: false,
            in_formula: false,
            scores: vec![Progress::Open; model.scores.len()],
            total: Progress::Open,
            contributions: vec![None; model.rules.len()],
            homes,
            actions,
            uncapped: HashMap::new(),
        }
    }

    pub(super) fn variable(&self, var: Var) -> &Variable<'m> {
        &self.variables[var.0 as usize]
    }

    /// The variable of that key, made by `make` if it is new.
    pub(super) fn intern(&mut self, key: Key, make: impl FnOnce(&mut Self) -> Variable<'m>) -> Var {
        if let Some(var) = self.by_key.get(&key) {
            return *var;
        }
        let variable = make(self);
        self.variables.push(variable);
        let var = Var(self.variables.len() as u32 - 1);
        self.by_key.insert(key, var);
        var
    }

    /// The variable that stands for a value.
    pub(super) fn value(&mut self, expr: &'m Expr) -> Var {
        let expr = self.unnamed(expr);
        let key = self.keys.expr(expr);
        self.intern(key, |study| {
            let extent = study.extent(expr);
            let grain = grain(&expr.ty);
            let values = match &expr.kind {
                ExprKind::Grade(id) => study.labels(*id),
                _ => Intervals::of(extent.values),
            };
            let values = values.snapped(grain);
            Variable { values, unknown: extent.unknown, grain, expr: Some(expr), term: None }
        })
    }

    /// The variable for the number of events of `term`, its counts left aside.
    pub(super) fn events(&mut self, term: &'m Term) -> Var {
        let key = self.keys.events(term);
        let key = self.keys.node("number".into(), vec![key]);
        self.intern(key, |study| {
            let most = if study.happens_never(term) { 0 } else { HIGHEST };
            let values = Intervals::of(Interval::new(0, most));
            Variable { values, unknown: false, grain: ONE, expr: None, term: Some(term) }
        })
    }

    /// The variable for the number of days with events of `term`.
    pub(super) fn days(&mut self, term: &'m Term) -> Var {
        let key = self.keys.events(term);
        let key = self.keys.node("days".into(), vec![key]);
        self.intern(key, |study| {
            let values = Intervals::of(study.days_with(term));
            Variable { values, unknown: false, grain: ONE, expr: None, term: None }
        })
    }

    /// A variable for a test that is not looked into: 0 or 1.
    pub(super) fn test(&mut self, key: Key, expr: Option<&'m Expr>) -> Var {
        let key = self.keys.node("test".into(), vec![key]);
        self.intern(key, |_| {
            let values = Intervals::of(Interval::new(0, 1));
            Variable { values, unknown: false, grain: 1, expr, term: None }
        })
    }

    /// The age of a time or date in microseconds.
    pub(super) fn age(&mut self, expr: &'m Expr) -> Var {
        let expr = self.unnamed(expr);
        let key = self.keys.expr(expr);
        let key = self.keys.node("age".into(), vec![key]);
        self.intern(key, |_| {
            let values = Intervals::of(Interval::ALL);
            Variable { values, unknown: false, grain: 1, expr: None, term: None }
        })
    }

    /// What a name stands for, without exact conversions; other expressions are themselves.
    pub(super) fn unnamed(&self, expr: &'m Expr) -> &'m Expr {
        let mut expr = expr;
        for _ in 0..DEEPEST {
            match &expr.kind {
                ExprKind::Let(id) => expr = &self.model.lets[id.index()].value,
                ExprKind::Convert(part) if grain(&expr.ty) <= grain(&part.ty) => expr = part,
                _ => break,
            }
        }
        expr
    }

    /// Whether all events counted by `a` are counted by `b`.
    pub(super) fn counts_for(&mut self, a: Var, b: Var) -> bool {
        if let Some(known) = self.contained.get(&(a, b)) {
            return *known;
        }
        let (x, y) = (self.variable(a).term, self.variable(b).term);
        let answer = match (x, y) {
            (Some(x), Some(y)) => windows::counts_for(self.model, &mut self.keys, x, y),
            _ => false,
        };
        self.contained.insert((a, b), answer);
        answer
    }

    /// The number given to a text; texts that compare as equal have one number.
    pub(super) fn text(&mut self, text: &str) -> i128 {
        let next = self.texts.len() as i128;
        *self.texts.entry(qualify_model::text::fold(text)).or_insert(next)
    }

    /// A constant in the units of intervals.
    pub(super) fn constant(&mut self, value: &Value, ty: &Type) -> Option<i128> {
        Some(match value {
            Value::YesNo(yes) => i128::from(*yes),
            Value::Number(n) => match ty {
                Type::Number(kind) => i128::from(*n) * unit(*kind),
                _ => return None,
            },
            Value::Text(text) | Value::Stage(text) => self.text(text),
            Value::Date(days) => i128::from(*days),
            Value::Time(us) | Value::Duration(us) => i128::from(*us),
            Value::Word(n) => i128::from(*n),
            Value::List(_) => return None,
        })
    }

    /// The constants of a list.
    pub(super) fn constants(&mut self, values: &[Value], ty: &Type) -> Option<Intervals> {
        let numbers: Option<Vec<i128>> = values.iter().map(|v| self.constant(v, ty)).collect();
        numbers.map(Intervals::points)
    }

    /// The constants of a named list.
    pub(super) fn list(&mut self, id: ListId) -> Option<Intervals> {
        if let Some(known) = self.lists.get(&id) {
            return Some(known.clone());
        }
        let list = &self.model.lists[id.index()];
        let values = self.constants(&list.values, &list.ty)?;
        self.lists.insert(id, values.clone());
        Some(values)
    }

    /// The labels of a grade set, as texts.
    fn labels(&mut self, id: GradeId) -> Intervals {
        let model = self.model;
        let labels = &model.grades[id.index()].labels;
        let numbers: Vec<i128> = labels.iter().map(|label| self.text(label)).collect();
        Intervals::points(numbers)
    }
}

/// The smallest unit of a number kind in millionths.
pub(crate) fn unit(kind: NumberKind) -> i128 {
    match kind {
        NumberKind::Integer => ONE,
        NumberKind::Number => 1,
        NumberKind::Money | NumberKind::Points => 100,
    }
}

/// The distance between values of a type, in the units of intervals.
pub(super) fn grain(ty: &Type) -> i128 {
    match ty {
        Type::Number(kind) => unit(*kind),
        _ => 1,
    }
}
