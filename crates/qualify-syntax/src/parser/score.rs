//! Scores and how the total is made of them.

use super::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::tree::*;

impl Parser<'_> {
    /// `score = …`, `account score = …`.
    pub(super) fn score_total(&mut self) -> Got<StatementKind> {
        let record = match self.at("account") {
            true => Some(self.name("a record")?),
            false => None,
        };
        self.take();
        self.sign(Kind::Equal, "`=`")?;
        let value = self.expression_or_mistake();
        let bounds = self.bounds()?;
        Ok(StatementKind::Total(TotalDecl { record, value, bounds }))
    }

    pub(super) fn score(&mut self) -> Got<StatementKind> {
        let start = self.take();
        let name = self.name("the score")?;
        let mut score =
            ScoreDecl { name, population: None, bounds: Bounds::default(), decay: None, rules: Vec::new() };
        let open = match self.score_head(&mut score) {
            Ok(()) => match self.score_head_goes_on(start) {
                Some(Reported) => self.seek_block(start)?,
                None => self.open_block("`{` and the rules of the score", start, false)?,
            },
            Err(Reported) => self.seek_block(start)?,
        };
        while !self.block_ends(open) {
            if self.eat_kind(Kind::Semicolon) {
                continue;
            }
            self.rule_of_score(&mut score.rules);
        }
        Ok(StatementKind::Score(score))
    }

    fn score_head(&mut self, score: &mut ScoreDecl) -> Got<()> {
        if self.eat("for") {
            self.leads_where()?;
            score.population = Some(*self.expression()?);
        }
        score.bounds = self.bounds()?;
        score.decay = self.decay()?;
        Ok(())
    }

    fn rule_of_score(&mut self, rules: &mut Vec<Rule>) {
        let start = self.at;
        let rule = match self.rule_word() {
            Some("let") => self.definition().map(|value| {
                let span = self.since(start);
                Rule { kind: RuleKind::Let(value), span }
            }),
            Some(word) => self.rule(word),
            None => Err(self.no_rule()),
        };
        match rule {
            Ok(rule) => {
                rules.push(rule);
                self.end_of_rule(start);
            }
            Err(Reported) => self.skip_statement(start),
        }
    }

    fn bounds(&mut self) -> Got<Bounds> {
        let from = match self.eat("from") {
            true => Some(self.bound("the lowest value")?),
            false => None,
        };
        let up_to = match self.eat("up") {
            true => {
                self.word("to")?;
                Some(self.bound("the highest value")?)
            }
            false => None,
        };
        Ok(Bounds { from, up_to })
    }
}
