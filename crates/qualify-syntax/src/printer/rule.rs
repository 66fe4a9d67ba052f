//! Rules, tables, scores and what follows a rule.

use super::expression::{sign, text_test};
use super::literal::{length, literal, path, quoted, unit};
use crate::layout::{Blanks, Break, Columns, Pieces};
use crate::tree::*;

const ROWS: Columns = Columns { kind: "row", widest: [40, 0], whole: false };

impl Pieces {
    pub(super) fn score(&mut self, score: &ScoreDecl) {
        self.item(|p| {
            p.text(&format!("score {}", score.name.text));
            if let Some(population) = &score.population {
                p.may_break(Break::WhenFull);
                p.text("for leads where (");
                p.aligned(|p| p.group(|p| p.whole(population)));
                p.text(")");
            }
            p.bounds(&score.bounds, Break::WhenFull);
            if let Some(decay) = &score.decay {
                p.may_break(Break::WhenFull);
                p.decay(decay);
            }
        });
        self.block(&score.rules, |p, rules| {
            for (i, rule) in rules.iter().enumerate() {
                if i > 0 {
                    p.gap(Break::Always, Blanks::Keep);
                }
                p.rule(&rule.kind);
            }
        });
    }

    pub(super) fn total(&mut self, total: &TotalDecl) {
        self.item(|p| {
            if let Some(record) = &total.record {
                p.text(&format!("{} ", record.text));
            }
            p.text("score = ");
            p.condition(&total.value);
            p.bounds(&total.bounds, Break::AfterLines);
        });
    }

    fn bounds(&mut self, bounds: &Bounds, line: Break) {
        let parts = [
            bounds.from.as_ref().map(|low| ("from", low)),
            bounds.up_to.as_ref().map(|high| ("up to", high)),
        ];
        for (i, (words, bound)) in parts.into_iter().flatten().enumerate() {
            if i == 0 {
                self.may_break(line)
            } else {
                self.space()
            }
            self.text(&format!("{words} {}", literal(bound)));
        }
    }

    pub(super) fn rule(&mut self, rule: &RuleKind) {
        match rule {
            RuleKind::Ignore { term, because } => self.item(|p| {
                p.text("ignore ");
                p.deeper(1, |p| p.term(term));
                p.because(because.as_ref(), Break::WhenFull);
                if p.takes_more() {
                    p.text(";");
                }
            }),
            RuleKind::When { condition, action, tails } => self.item(|p| {
                p.text("when ");
                p.condition(condition);
                p.does(action, tails);
            }),
            RuleKind::ForEach { over, action, tails } => self.item(|p| {
                p.text("for each ");
                p.deeper(1, |p| match over {
                    Over::Events(events) => p.group(|p| p.term(events)),
                    Over::Different { path: property, qualifiers } => p.group(|p| {
                        p.text(&format!("different {}", path(property)));
                        p.qualifiers(qualifiers);
                    }),
                });
                p.does(action, tails);
            }),
            RuleKind::Table(table) => {
                self.item(|p| p.table_head(table));
                self.table_rows(table);
            }
            RuleKind::Let(definition) => self.definition(definition),
        }
    }

    /// The action with what limits it, and then its reason.
    fn does(&mut self, action: &Action, tails: &[Tail]) {
        let because = |tail: &Tail| matches!(tail.kind, TailKind::Because(_));
        let reason = tails.iter().position(because).unwrap_or(tails.len());
        self.may_break(Break::AfterLines);
        self.group(|p| {
            p.action(&action.kind);
            p.tails(&tails[..reason]);
        });
        self.tails(&tails[reason..]);
    }

    fn action(&mut self, action: &ActionKind) {
        let (word, score, value) = match action {
            ActionKind::Add(points) => ("add", &None, points),
            ActionKind::Subtract(points) => ("subtract", &None, points),
            ActionKind::Multiply { score, by } => ("multiply by", score, by),
            ActionKind::Cap { score, at } => ("cap at", score, at),
            ActionKind::Set { score, to } => ("set to", score, to),
        };
        match (word.split_once(' '), score) {
            (Some((verb, before)), Some(score)) => self.text(&format!("{verb} {} {before} ", score.text)),
            _ => self.text(&format!("{word} ")),
        }
        self.deeper(1, |p| p.sum(value));
    }

    /// Each with its gap before it.
    fn tails(&mut self, tails: &[Tail]) {
        for tail in tails {
            self.may_break(Break::WhenFull);
            match &tail.kind {
                TailKind::UpTo(limit) => self.text(&format!("up to {}", literal(limit))),
                TailKind::UpToTimes { count, per } => {
                    let per = per.map_or(String::new(), |period| format!(" per {}", unit(period)));
                    self.text(&format!("up to {} times{per}", literal(count)));
                }
                TailKind::OncePer(period) => self.text(&format!("once per {}", unit(*period))),
                TailKind::Decay(decay) => self.decay(decay),
                TailKind::Because(reason) => self.text(&format!("because {}", quoted(reason))),
            }
        }
    }

    fn decay(&mut self, decay: &DecayDecl) {
        match &decay.kind {
            DecayKind::Halving { every, by_day } => {
                self.text(&format!(
                    "halving every {}{}",
                    length(every),
                    if *by_day { " by day" } else { "" }
                ));
            }
            DecayKind::Fading(over) => self.text(&format!("fading over {}", length(over))),
            DecayKind::Losing { amount, every } => {
                self.text(&format!("losing {} every {}", literal(amount), length(every)));
            }
            DecayKind::Dropping(steps) => {
                self.text("dropping to ");
                self.deeper(1, |p| {
                    p.listed(steps, |p, (share, after)| {
                        p.text(&format!("{} after {}", literal(share), length(after)));
                    });
                });
            }
            DecayKind::Without(None) => self.text("without decay"),
            DecayKind::Without(Some(condition)) => {
                self.text("without decay if ");
                self.condition(condition);
            }
        }
        if let Some(start) = &decay.from {
            self.text(&format!(" from {}", path(start)));
        }
    }

    /// `points for X`, before the block of its rows.
    pub(super) fn table_head(&mut self, table: &Table) {
        self.text("points for ");
        self.deeper(1, |p| p.sum(&table.subject));
    }

    /// The rows of a table as a block, a row a line.
    pub(super) fn table_rows(&mut self, table: &Table) {
        self.block(&table.rows, |p, rows| {
            for (i, row) in rows.iter().enumerate() {
                if i > 0 {
                    p.gap(Break::Always, Blanks::Keep);
                }
                p.row(ROWS, |p| {
                    p.row_head(&row.head);
                    p.column(Break::Never);
                    p.text(&format!(": {}", literal(&row.points)));
                });
            }
        });
    }

    /// A table inside an expression.
    pub(super) fn table_in_line(&mut self, table: &Table) {
        self.table_head(table);
        if table.rows.is_empty() {
            return self.text(" {}");
        }
        self.text(" { ");
        self.aligned(|p| {
            for (i, row) in table.rows.iter().enumerate() {
                if i > 0 {
                    p.text(";");
                    p.may_break(Break::WhenFull);
                }
                p.row_head(&row.head);
                p.text(&format!(" : {}", literal(&row.points)));
            }
        });
        self.text(" }");
    }

    fn row_head(&mut self, head: &RowHead) {
        match head {
            RowHead::Otherwise => self.text("otherwise"),
            RowHead::Unknown => self.text("unknown"),
            RowHead::Compare(comparison, value) => {
                self.text(&format!("{} {}", sign(*comparison), literal(value)))
            }
            RowHead::Range(low, high) => self.text(&format!("{} to {}", literal(low), literal(high))),
            RowHead::Between(low, high) => {
                self.text(&format!("between {} and {}", literal(low), literal(high)))
            }
            RowHead::Values(values) => self.literals(values),
            RowHead::In(values) => {
                self.text("in ");
                self.set(values);
            }
            RowHead::Text(test, values) => {
                self.text(&format!("{} ", text_test(*test)));
                match values.len() {
                    1 => self.literals(values),
                    _ => self.literals_in_brackets(values),
                }
            }
        }
    }
}
