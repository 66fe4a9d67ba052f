//! Everything in a model that a test can reach, found by walking through it once.

use super::record::Record;
use super::unknown::can_be_unknown;
use super::{Condition, Item, Kind};
use crate::parts::leaves;
use crate::place::Place;
use qualify_diagnostics::{Sources, Span};
use qualify_model::{Expr, ExprKind, GradeKind, Model, Rule, RuleId, RuleKind, Table, Term, Type, parts};
use qualify_reference::Chosen;

/// An item while it is counted.
pub(super) struct Counted<'m> {
    kind: Kind,
    by: By<'m>,
    span: Span,
    /// The author's words, where they are not those of the span.
    text: Option<String>,
    /// The condition of the item has no parts.
    whole: bool,
    reached: u32,
    missed: u32,
    conditions: Vec<CountedCondition<'m>>,
}

struct CountedCondition<'m> {
    expr: &'m Expr,
    yes: u32,
    no: u32,
    unknown: Option<u32>,
}

/// How it is known whether an item was reached.
enum By<'m> {
    /// A line of the ledger.
    Fired(RuleId),
    /// The condition held.
    Held(&'m Expr),
    /// It was chosen.
    Chosen(Chosen<'m>),
}

/// All items, without counts.
pub(super) fn of(model: &Model) -> Vec<Counted<'_>> {
    let mut walk = Walk { model, out: Vec::new() };
    for named in model.lets.iter() {
        if named.value.ty == Type::YesNo {
            walk.add(Kind::Let, By::Held(&named.value), named.span, &[&named.value]);
        }
        walk.tables_in(&named.value);
    }
    for ignore in &model.ignores {
        walk.add(Kind::Ignore, By::Chosen(Chosen::Ignore(ignore)), ignore.span, &filters(&ignore.term));
    }
    for (kind, verdicts) in [(Kind::Exclude, &model.excludes), (Kind::Disqualify, &model.disqualifies)] {
        for verdict in verdicts {
            walk.add(kind, By::Held(&verdict.condition), verdict.span, &[&verdict.condition]);
        }
    }
    for score in &model.scores {
        if let Some(population) = &score.population {
            walk.add(Kind::Population, By::Held(population), population.span, &[population]);
            walk.name(format!("score {} for leads where", score.name));
        }
    }
    for (index, rule) in model.rules.iter().enumerate() {
        walk.rule(RuleId(index as u32), rule);
    }
    for set in &model.grades {
        let GradeKind::Lines(lines) = &set.kind else { continue };
        for line in lines {
            walk.add(Kind::Grade, By::Chosen(Chosen::Grade(line)), line.span, &all(&[&line.condition]));
        }
    }
    for stage in &model.stages {
        let conditions = all(&[&stage.condition, &stage.stays_while]);
        walk.add(Kind::Stage, By::Chosen(Chosen::Stage(stage)), stage.span, &conditions);
    }
    for segment in &model.segments {
        walk.add(Kind::Segment, By::Held(&segment.condition), segment.span, &[&segment.condition]);
    }
    for route in &model.routes {
        walk.add(Kind::Route, By::Chosen(Chosen::Route(route)), route.span, &all(&[&route.condition]));
    }
    if let Some(formula) = &model.total.formula {
        walk.tables_in(formula);
    }
    walk.out
}

fn all<'m>(conditions: &[&'m Option<Expr>]) -> Vec<&'m Expr> {
    conditions.iter().filter_map(|condition| condition.as_ref()).collect()
}

struct Walk<'m> {
    model: &'m Model,
    out: Vec<Counted<'m>>,
}

impl<'m> Walk<'m> {
    fn add(&mut self, kind: Kind, by: By<'m>, span: Span, conditions: &[&'m Expr]) {
        let mut found: Vec<&'m Expr> = Vec::new();
        conditions.iter().for_each(|condition| leaves(condition, &mut found));
        let counted = |expr: &'m Expr| CountedCondition {
            expr,
            yes: 0,
            no: 0,
            unknown: can_be_unknown(self.model, expr).then_some(0),
        };
        let whole = match (conditions, found.as_slice()) {
            ([whole], [one]) => std::ptr::eq(*whole, *one),
            _ => false,
        };
        let conditions = found.into_iter().map(counted).collect();
        self.out.push(Counted { kind, by, span, text: None, whole, reached: 0, missed: 0, conditions });
    }

    /// Gives the newest item other words than those of its place.
    fn name(&mut self, text: String) {
        if let Some(item) = self.out.last_mut() {
            item.text = Some(text);
        }
    }

    fn rule(&mut self, id: RuleId, rule: &'m Rule) {
        let start = self.out.len();
        match &rule.kind {
            RuleKind::Add { condition, .. } => {
                self.add(Kind::Rule, By::Fired(id), rule.span, &[condition]);
                self.tables_in(condition);
            }
            RuleKind::Multiply { condition, .. }
            | RuleKind::Cap { condition, .. }
            | RuleKind::Set { condition, .. } => {
                self.add(Kind::Rule, By::Held(condition), rule.span, &[condition]);
                self.tables_in(condition);
            }
            RuleKind::ForEach { term, .. } | RuleKind::ForEachDifferent { term, .. } => {
                self.add(Kind::Rule, By::Fired(id), rule.span, &filters(term));
            }
            RuleKind::Table(table) => self.table(table),
        }
        if let Some(item) = self.out.get_mut(start).filter(|item| item.kind == Kind::Rule) {
            item.text = Some(rule.text.clone());
        }
    }

    fn table(&mut self, table: &'m Table) {
        for row in &table.rows {
            self.add(Kind::Row, By::Chosen(Chosen::Row(row)), row.span, &[]);
        }
        for (word, cell) in [("otherwise", &table.otherwise), ("unknown", &table.unknown)] {
            if let Some(cell) = cell {
                self.add(Kind::Row, By::Chosen(Chosen::Cell(cell)), cell.span, &[]);
                self.name(word.to_string());
            }
        }
        self.tables_in(&table.subject);
    }

    /// The tables that stand as values.
    fn tables_in(&mut self, expr: &'m Expr) {
        if let ExprKind::Table(table) = &expr.kind {
            return self.table(table);
        }
        parts(expr).into_iter().for_each(|part| self.tables_in(part));
    }
}

/// Conditions on the events of a term.
fn filters(term: &Term) -> Vec<&Expr> {
    term.steps.iter().flat_map(|step| &step.filters).collect()
}

impl Counted<'_> {
    /// Counts one test.
    pub(super) fn count(&mut self, record: &Record, fired: &dyn Fn(RuleId) -> bool, scored: bool) {
        let (reached, missed) = match &self.by {
            By::Fired(rule) => (fired(*rule), scored && !fired(*rule)),
            By::Held(condition) => {
                let seen = record.seen(condition);
                (seen.yes, seen.no || seen.unknown)
            }
            By::Chosen(what) => {
                let chosen = record.has_chosen(*what);
                (chosen, matches!(what, Chosen::Ignore(_)) && scored && !chosen)
            }
        };
        self.reached += u32::from(reached);
        self.missed += u32::from(missed);
        for condition in &mut self.conditions {
            let seen = record.seen(condition.expr);
            condition.yes += u32::from(seen.yes);
            condition.no += u32::from(seen.no);
            if let Some(unknown) = &mut condition.unknown {
                *unknown += u32::from(seen.unknown);
            }
        }
    }

    /// The item in words.
    pub(super) fn done(self, sources: &Sources) -> Item {
        let condition = |counted: CountedCondition| Condition {
            text: sources.words(counted.expr.span),
            place: Place::of(sources, counted.expr.span),
            yes: counted.yes,
            no: counted.no,
            unknown: counted.unknown,
        };
        Item {
            kind: self.kind,
            text: match self.text {
                Some(text) if self.kind == Kind::Population => format!("{text} {}", sources.words(self.span)),
                Some(text) => text,
                None => sources.words(self.span),
            },
            place: Place::of(sources, self.span),
            reached: self.reached,
            missed: self.missed,
            whole: self.whole,
            conditions: self.conditions.into_iter().map(condition).collect(),
        }
    }
}
