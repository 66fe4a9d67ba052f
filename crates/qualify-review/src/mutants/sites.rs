//! Where a model can be changed, and to what: one small change at a time, as a slip of the pen would make it.
//!
//! Only what some expectation can see is changed: no reasons, no names, no time to respond.

mod expressions;
mod literals;

use super::Change;
use qualify_diagnostics::{FileId, Span};
use qualify_syntax::tree::*;

/// A change that can be made to the text of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Site {
    /// What kind of change.
    pub(crate) change: Change,
    /// What is taken out.
    pub(crate) span: Span,
    /// What is put there.
    pub(crate) new: String,
    /// The phrase around it, which people are shown.
    pub(crate) shown: Span,
}

/// All sites of a file, in the order of the text.
pub(crate) fn of(file: FileId, text: &str) -> Vec<Site> {
    let parsed = qualify_syntax::parse(file, text);
    let mut walk = Walk { text, out: Vec::new() };
    for statement in &parsed.tree.statements {
        walk.statement(statement);
    }
    walk.out.sort_by(|a, b| (a.span.start, a.span.end, &a.new).cmp(&(b.span.start, b.span.end, &b.new)));
    walk.out.dedup();
    walk.out
}

struct Walk<'t> {
    text: &'t str,
    out: Vec<Site>,
}

impl Walk<'_> {
    fn add(&mut self, change: Change, span: Span, new: impl Into<String>, shown: Span) {
        self.out.push(Site { change, span, new: new.into(), shown });
    }

    fn text(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// The stretch with the words right before it, if they are these.
    fn with_words(&self, span: Span, words: &str) -> Span {
        let start = span.start.saturating_sub(words.len() as u32);
        let before = Span { start, end: span.start, ..span };
        if self.text.get(start as usize..span.start as usize) == Some(words) { before.to(span) } else { span }
    }

    fn statement(&mut self, statement: &Statement) {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Param(param) => {
                self.literal(Change::Param, &param.value, param.name.span.to(param.value.span));
            }
            StatementKind::Let(decl) => self.expr(&decl.value, Change::Threshold),
            StatementKind::Exclude(verdict) | StatementKind::Disqualify(verdict) => {
                self.expr(&verdict.condition, Change::Threshold);
            }
            StatementKind::Rule(rule) => self.rule(rule),
            StatementKind::Score(score) => self.score(score),
            StatementKind::Total(total) => {
                self.expr(&total.value, Change::Points);
                self.bounds(&total.bounds);
            }
            StatementKind::Grade(grade) => self.condition(&grade.condition),
            StatementKind::Stage(stage) => {
                self.condition(&stage.condition);
                self.condition(&stage.stays_while);
            }
            StatementKind::Segment(segment) => self.expr(&segment.condition, Change::Threshold),
            StatementKind::Route(route) => self.condition(&route.condition),
            StatementKind::StagesOnlyMoveUp { .. } => self.add(Change::Dropped, span, "", span),
            _ => {}
        }
    }

    fn condition(&mut self, condition: &Option<Expr>) {
        if let Some(condition) = condition {
            self.expr(condition, Change::Threshold);
        }
    }

    fn score(&mut self, score: &ScoreDecl) {
        self.condition(&score.population);
        self.bounds(&score.bounds);
        if let Some(decay) = &score.decay {
            self.decay(decay);
        }
        score.rules.iter().for_each(|rule| self.rule(rule));
    }

    /// A bound is moved outwards: what it held back comes through.
    fn bounds(&mut self, bounds: &Bounds) {
        if let Some(low) = &bounds.from {
            self.step(Change::Bound, low, -1, self.with_words(low.span, "from "));
        }
        if let Some(high) = &bounds.up_to {
            self.step(Change::Bound, high, 1, self.with_words(high.span, "up to "));
        }
    }

    fn rule(&mut self, rule: &Rule) {
        match &rule.kind {
            RuleKind::Ignore { term, .. } => {
                self.add(Change::Dropped, rule.span, "", rule.span);
                self.term(term);
            }
            RuleKind::When { condition, action, tails } => {
                self.expr(condition, Change::Threshold);
                self.action(action);
                tails.iter().for_each(|tail| self.tail(tail));
            }
            RuleKind::ForEach { over, action, tails } => {
                match over {
                    Over::Events(term) => self.term(term),
                    Over::Different { qualifiers, .. } => self.qualifiers(qualifiers),
                }
                self.action(action);
                tails.iter().for_each(|tail| self.tail(tail));
            }
            RuleKind::Table(table) => self.table(table),
            RuleKind::Let(decl) => self.expr(&decl.value, Change::Threshold),
        }
    }

    fn action(&mut self, action: &Action) {
        let verb = |word: &str| Span { end: action.span.start + word.len() as u32, ..action.span };
        match &action.kind {
            ActionKind::Add(points) => {
                self.add(Change::Operator, verb("add"), "subtract", action.span);
                self.operand(points, Change::Points, action.span);
            }
            ActionKind::Subtract(points) => {
                self.add(Change::Operator, verb("subtract"), "add", action.span);
                self.operand(points, Change::Points, action.span);
            }
            ActionKind::Multiply { by: value, .. }
            | ActionKind::Cap { at: value, .. }
            | ActionKind::Set { to: value, .. } => self.operand(value, Change::Points, action.span),
        }
    }

    fn tail(&mut self, tail: &Tail) {
        match &tail.kind {
            TailKind::UpTo(most) => self.step(Change::Bound, most, 1, tail.span),
            TailKind::UpToTimes { count, .. } => self.literal(Change::Threshold, count, tail.span),
            TailKind::OncePer(_) => self.add(Change::Dropped, tail.span, "", tail.span),
            TailKind::Decay(decay) => {
                if matches!(decay.kind, DecayKind::Without(_)) {
                    self.add(Change::Dropped, tail.span, "", tail.span);
                }
                self.decay(decay);
            }
            TailKind::Because(_) => {}
        }
    }

    fn decay(&mut self, decay: &DecayDecl) {
        let shown = decay.span;
        match &decay.kind {
            DecayKind::Halving { every, .. } | DecayKind::Fading(every) => self.length(every, shown),
            DecayKind::Losing { amount, every } => {
                self.step(Change::Points, amount, 1, shown);
                self.length(every, shown);
            }
            DecayKind::Dropping(steps) => {
                for (share, age) in steps {
                    let step = share.span.to(age.span);
                    self.step(Change::Points, share, 1, step);
                    self.length(age, step);
                }
            }
            DecayKind::Without(Some(condition)) => self.expr(condition, Change::Threshold),
            DecayKind::Without(None) => {}
        }
    }

    fn table(&mut self, table: &Table) {
        self.expr(&table.subject, Change::Threshold);
        for row in &table.rows {
            self.row(row);
        }
    }

    fn row(&mut self, row: &Row) {
        let shown = row.span;
        self.step(Change::Points, &row.points, 1, shown);
        match &row.head {
            RowHead::Compare(comparison, bound) => {
                let before = Span { end: bound.span.start, ..row.span };
                self.comparison(*comparison, before, shown);
                self.literal(Change::Threshold, bound, shown);
            }
            RowHead::Range(low, high) | RowHead::Between(low, high) => {
                self.literal(Change::Threshold, low, shown);
                self.literal(Change::Threshold, high, shown);
            }
            RowHead::Values(values) => self.one_less(values, shown),
            RowHead::In(Set::Values(values, _)) => self.one_less(values, shown),
            RowHead::Text(_, needles) => self.one_less(needles, shown),
            RowHead::In(Set::Name(_)) | RowHead::Otherwise | RowHead::Unknown => {}
        }
    }
}
