//! Rules, tables, scores and what follows a rule.

use super::expression::{set, sign, sum, takes_more, text_test, whole};
use super::literal::{because, length, literal, literals, path, quoted, unit};
use super::term::{qualifiers, term};
use super::{Lines, join};
use crate::tree::*;

/// Heads of rows are padded up to this width.
const WIDEST_HEAD: usize = 40;

impl Lines {
    pub(super) fn score(&mut self, score: &ScoreDecl) {
        let population = score.population.as_ref();
        let population = population.map_or(String::new(), |who| format!("for leads where ({})", whole(who)));
        let decays = score.decay.as_ref().map_or(String::new(), decay);
        let name = format!("score {}", score.name.text);
        let head = join([&name, &population, &bounds(&score.bounds), &decays]);
        self.block(head, score.rules.is_empty(), |lines| {
            for rule in &score.rules {
                lines.rule(&rule.kind);
            }
        });
    }

    pub(super) fn total(&mut self, total: &TotalDecl) {
        let head = match &total.record {
            Some(record) => format!("{} score =", record.text),
            None => "score =".to_string(),
        };
        self.conditioned(&head, &total.value, &bounds(&total.bounds));
    }

    pub(super) fn rule(&mut self, rule: &RuleKind) {
        match rule {
            RuleKind::Ignore { term: events, because: reason } => {
                let line = join(["ignore", &term(events), &because(reason.as_ref())]);
                self.line(if takes_more(&line) { format!("{line};") } else { line });
            }
            RuleKind::When { condition, action: does, tails } => {
                self.conditioned("when", condition, &join([&action(&does.kind), &all_tails(tails)]));
            }
            RuleKind::ForEach { over, action: does, tails } => {
                let over = match over {
                    Over::Events(events) => term(events),
                    Over::Different { path: property, qualifiers: narrowed } => {
                        format!("different {}{}", path(property), qualifiers(narrowed))
                    }
                };
                let (head, tail) =
                    (format!("for each {over}"), join([&action(&does.kind), &all_tails(tails)]));
                let one = join([&head, &tail]);
                if self.fits(&one) {
                    return self.line(one);
                }
                self.line(head);
                self.depth += 1;
                self.line(tail);
                self.depth -= 1;
            }
            RuleKind::Table(table) => self.table("", table),
            RuleKind::Let(definition) => self.definition(definition),
        }
    }

    /// `points for X { … }` with a row a line; `before` stands before it.
    pub(super) fn table(&mut self, before: &str, table: &Table) {
        let head = format!("{before}points for {}", sum(&table.subject));
        let heads: Vec<String> = table.rows.iter().map(|row| row_head(&row.head)).collect();
        let widest =
            heads.iter().map(|head| head.chars().count()).filter(|&w| w <= WIDEST_HEAD).max().unwrap_or(0);
        self.block(head, table.rows.is_empty(), |lines| {
            for (head, row) in heads.iter().zip(&table.rows) {
                lines.line(format!("{head:<widest$} : {}", literal(&row.points)));
            }
        });
    }
}

/// A table inside an expression.
pub(super) fn table_in_line(table: &Table) -> String {
    let rows: Vec<String> =
        table.rows.iter().map(|row| format!("{} : {}", row_head(&row.head), literal(&row.points))).collect();
    match rows.is_empty() {
        true => format!("points for {} {{}}", sum(&table.subject)),
        false => format!("points for {} {{ {} }}", sum(&table.subject), rows.join("; ")),
    }
}

fn row_head(head: &RowHead) -> String {
    match head {
        RowHead::Otherwise => "otherwise".to_string(),
        RowHead::Unknown => "unknown".to_string(),
        RowHead::Compare(comparison, value) => format!("{} {}", sign(*comparison), literal(value)),
        RowHead::Range(low, high) => format!("{} to {}", literal(low), literal(high)),
        RowHead::Between(low, high) => format!("between {} and {}", literal(low), literal(high)),
        RowHead::Values(values) => literals(values),
        RowHead::In(values) => format!("in {}", set(values)),
        RowHead::Text(test, values) => match values.len() {
            1 => format!("{} {}", text_test(*test), literals(values)),
            _ => format!("{} ({})", text_test(*test), literals(values)),
        },
    }
}

fn bounds(bounds: &Bounds) -> String {
    let from = bounds.from.as_ref().map_or(String::new(), |low| format!("from {}", literal(low)));
    let up_to = bounds.up_to.as_ref().map_or(String::new(), |high| format!("up to {}", literal(high)));
    join([&from, &up_to])
}

fn action(action: &ActionKind) -> String {
    let other = |score: &Option<Name>| score.as_ref().map_or(String::new(), |name| format!("{} ", name.text));
    match action {
        ActionKind::Add(points) => format!("add {}", sum(points)),
        ActionKind::Subtract(points) => format!("subtract {}", sum(points)),
        ActionKind::Multiply { score, by } => format!("multiply {}by {}", other(score), sum(by)),
        ActionKind::Cap { score, at } => format!("cap {}at {}", other(score), sum(at)),
        ActionKind::Set { score, to } => format!("set {}to {}", other(score), sum(to)),
    }
}

fn all_tails(tails: &[Tail]) -> String {
    tails.iter().map(|one| tail(&one.kind)).collect::<Vec<_>>().join(" ")
}

fn tail(kind: &TailKind) -> String {
    match kind {
        TailKind::UpTo(limit) => format!("up to {}", literal(limit)),
        TailKind::UpToTimes { count, per } => {
            let per = per.map_or(String::new(), |period| format!(" per {}", unit(period)));
            format!("up to {} times{per}", literal(count))
        }
        TailKind::OncePer(period) => format!("once per {}", unit(*period)),
        TailKind::Decay(fades) => decay(fades),
        TailKind::Because(reason) => format!("because {}", quoted(reason)),
    }
}

fn decay(decay: &DecayDecl) -> String {
    let shape = match &decay.kind {
        DecayKind::Halving { every, by_day } => {
            format!("halving every {}{}", length(every), if *by_day { " by day" } else { "" })
        }
        DecayKind::Fading(over) => format!("fading over {}", length(over)),
        DecayKind::Losing { amount, every } => format!("losing {} every {}", literal(amount), length(every)),
        DecayKind::Dropping(steps) => {
            let steps: Vec<String> = steps
                .iter()
                .map(|(share, after)| format!("{} after {}", literal(share), length(after)))
                .collect();
            format!("dropping to {}", steps.join(", "))
        }
        DecayKind::Without(None) => "without decay".to_string(),
        DecayKind::Without(Some(condition)) => format!("without decay if {}", whole(condition)),
    };
    let from = decay.from.as_ref().map_or(String::new(), |start| format!("from {}", path(start)));
    join([&shape, &from])
}
