//! How points fade.

use super::{Got, Parser};
use crate::tokens::Kind;
use crate::tree::*;

impl Parser<'_> {
    /// A decay begins here.
    pub(super) fn begins_decay(&self) -> bool {
        self.is_one_of(self.at, &["halving", "fading", "losing", "dropping", "without"])
    }

    /// How points fade, if something about it stands here.
    pub(super) fn decay(&mut self) -> Got<Option<DecayDecl>> {
        if !self.begins_decay() {
            return Ok(None);
        }
        let start = self.at;
        let verb = self.take();
        let kind = match self.text(verb) {
            "halving" => self.halving()?,
            "fading" => self.fading()?,
            "losing" => self.losing()?,
            "dropping" => self.dropping()?,
            _ => self.without_decay()?,
        };
        let fades = !matches!(kind, DecayKind::Without(_));
        let from = match fades && self.eat("from") {
            true => Some(self.path("an attribute or property, such as `event.held_at`")?),
            false => None,
        };
        Ok(Some(DecayDecl { kind, from, span: self.since(start) }))
    }

    fn halving(&mut self) -> Got<DecayKind> {
        self.word("every")?;
        let every = self.length()?;
        let by_day = self.eat("by");
        if by_day {
            self.word("day")?;
        }
        Ok(DecayKind::Halving { every, by_day })
    }

    fn fading(&mut self) -> Got<DecayKind> {
        self.word("over")?;
        Ok(DecayKind::Fading(self.length()?))
    }

    fn losing(&mut self) -> Got<DecayKind> {
        let amount = self.share()?;
        self.word("every")?;
        Ok(DecayKind::Losing { amount, every: self.length()? })
    }

    fn dropping(&mut self) -> Got<DecayKind> {
        self.word("to")?;
        let mut steps = Vec::new();
        loop {
            let share = self.share()?;
            self.word("after")?;
            steps.push((share, self.length()?));
            if !self.eat_kind(Kind::Comma) {
                return Ok(DecayKind::Dropping(steps));
            }
        }
    }

    fn without_decay(&mut self) -> Got<DecayKind> {
        self.word("decay")?;
        let condition = match self.eat("if") {
            true => Some(self.expression()?),
            false => None,
        };
        Ok(DecayKind::Without(condition))
    }

    /// `50%`, or points.
    fn share(&mut self) -> Got<Literal> {
        match self.at_kind(Kind::Percent) {
            true => self.value("a percentage"),
            false => self.bound("a percentage or points"),
        }
    }
}
