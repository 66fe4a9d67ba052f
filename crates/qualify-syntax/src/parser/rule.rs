//! Rules: `when`, `for each`, `ignore`, tables, and what follows them.

use super::literal::period;
use super::{Got, Parser};
use crate::tokens::Kind;
use crate::tree::*;
use crate::words::VERBS;
use qualify_diagnostics::{Code, Diagnostic};

impl Parser<'_> {
    /// A rule; `word` is the word that begins it (perhaps misspelt in the text, which is reported).
    pub(super) fn rule(&mut self, word: &str) -> Got<Rule> {
        let start = self.at;
        self.forget();
        let kind = match word {
            "ignore" => self.ignore()?,
            "for" => self.for_each()?,
            "points" => RuleKind::Table(self.table()?),
            _ => self.when()?,
        };
        Ok(Rule { kind, span: self.since(start) })
    }

    fn ignore(&mut self) -> Got<RuleKind> {
        self.take();
        let term = self.term()?;
        let because = self.because()?;
        Ok(RuleKind::Ignore { term, because })
    }

    fn when(&mut self) -> Got<RuleKind> {
        self.take();
        let condition = *self.expression()?;
        let action = self.action()?;
        let tails = self.tails()?;
        Ok(RuleKind::When { condition, action, tails })
    }

    fn for_each(&mut self) -> Got<RuleKind> {
        let first = self.take();
        // another word may have been read as `for each`
        let every = self.text(first) == "for"
            && self.is_one_of(self.at, &["every", "all"])
            && self.is_name(self.at + 1);
        if every {
            let (span, message) =
                (self.span(self.at), format!("`for {}` is written `for each`", self.text(self.at)));
            self.report(Diagnostic::new(Code::E0116, span, message).fix("write `each`", span, "each"));
            self.at += 1;
        } else if !self.eat("each") && self.text(first) == "for" {
            return Err(self.unexpected("`each`", &["each"]));
        }
        let over = match self.different_here() {
            true => {
                let (path, qualifiers) = self.different()?;
                Over::Different { path, qualifiers }
            }
            false => Over::Events(self.term()?),
        };
        let action = self.action()?;
        let tails = self.tails()?;
        Ok(RuleKind::ForEach { over, action, tails })
    }

    pub(super) fn action(&mut self) -> Got<Action> {
        if let Some(reported) = self.outcome_as_action() {
            return Err(reported);
        }
        self.needless_then()?;
        let start = self.at;
        let Some(verb) = self.verb_here() else { return Err(self.no_action()) };
        self.verb = Some(start);
        self.take();
        let kind = match verb {
            "add" => ActionKind::Add(*self.sum()?),
            "subtract" => ActionKind::Subtract(*self.sum()?),
            "multiply" => {
                let score = self.other_score("by")?;
                ActionKind::Multiply { score, by: *self.sum()? }
            }
            "cap" => {
                let score = self.other_score("at")?;
                ActionKind::Cap { score, at: *self.sum()? }
            }
            _ => {
                let score = self.other_score("to")?;
                ActionKind::Set { score, to: *self.sum()? }
            }
        };
        let span = self.since(start);
        self.needless_points();
        Ok(Action { kind, span })
    }

    /// The action that stands here; a misspelt one is reported and taken.
    fn verb_here(&mut self) -> Option<&'static str> {
        if !self.at_kind(Kind::Word) {
            return None;
        }
        let exact = VERBS.iter().copied().find(|verb| self.at(verb));
        exact.or_else(|| self.misspelt(VERBS, &["an action", "such as `add 20`"]))
    }

    /// `multiply fit by`: the score between the verb and its preposition.
    fn other_score(&mut self, preposition: &'static str) -> Got<Option<Name>> {
        if self.eat(preposition) {
            return Ok(None);
        }
        if !self.is_name(self.at) {
            return Err(self.no_word(preposition));
        }
        let score = self.name("a score")?;
        self.word(preposition)?;
        Ok(Some(score))
    }

    fn tails(&mut self) -> Got<Vec<Tail>> {
        let mut tails = Vec::new();
        loop {
            let start = self.at;
            match self.tail()? {
                Some(kind) => tails.push(Tail { kind, span: self.since(start) }),
                None => return Ok(tails),
            }
        }
    }

    fn tail(&mut self) -> Got<Option<TailKind>> {
        if self.at("up") {
            return Ok(Some(self.limit()?));
        }
        if self.at("once") {
            return Ok(Some(self.once()?));
        }
        if let Some(decay) = self.decay()? {
            return Ok(Some(TailKind::Decay(decay)));
        }
        Ok(self.because()?.map(TailKind::Because))
    }

    fn limit(&mut self) -> Got<TailKind> {
        self.take();
        self.word("to")?;
        let count = self.bound("a limit")?;
        if !self.eat("times") && !self.times_before_per() {
            return Ok(TailKind::UpTo(count));
        }
        let per = match self.eat("per") {
            true => Some(self.period()?),
            false => None,
        };
        Ok(TailKind::UpToTimes { count, per })
    }

    fn once(&mut self) -> Got<TailKind> {
        self.take();
        self.word("per")?;
        Ok(TailKind::OncePer(self.period()?))
    }

    fn period(&mut self) -> Got<Unit> {
        let words = &["hour", "day", "week", "month", "quarter", "year"];
        match period(self.text(self.at)) {
            Some(unit) if self.at_kind(Kind::Word) => {
                self.take();
                Ok(unit)
            }
            _ => Err(self.unexpected("a period: `hour`, `day`, `week`, `month`, `quarter` or `year`", words)),
        }
    }
}
