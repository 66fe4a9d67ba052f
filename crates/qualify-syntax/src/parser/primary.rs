//! Values: constants, names, brackets, functions and aggregates.

use super::{Got, Parser};
use crate::tokens::Kind;
use crate::tree::*;

fn aggregate_word(word: &str) -> Option<Aggregate> {
    Some(match word {
        "total" => Aggregate::Total,
        "average" => Aggregate::Average,
        "largest" => Aggregate::Largest,
        "smallest" => Aggregate::Smallest,
        "first" => Aggregate::First,
        "latest" => Aggregate::Latest,
        _ => return None,
    })
}

fn function(word: &str) -> Option<Function> {
    Some(match word {
        "min" => Function::Min,
        "max" => Function::Max,
        "clamp" => Function::Clamp,
        "round" => Function::Round,
        _ => return None,
    })
}

impl Parser<'_> {
    /// The words at `i` begin a value that is more than a name.
    pub(super) fn begins_phrase(&self, i: usize) -> bool {
        match self.text(i) {
            "number" => self.is(i + 1, "of"),
            "days" => self.is(i + 1, "since") || self.is(i + 1, "with"),
            "points" => self.is(i + 1, "for"),
            "best" => self.is(i + 1, "score"),
            "current" => self.is(i + 1, "stage"),
            word if aggregate_word(word).is_some() => self.is(i + 1, "of"),
            word => function(word).is_some() && self.kind(i + 1) == Kind::OpenParen,
        }
    }

    pub(super) fn primary(&mut self) -> Got<Box<Expr>> {
        match self.kind(self.at) {
            Kind::OpenParen => self.parenthesized(),
            Kind::Word => self.word_value(),
            _ => self.constant(),
        }
    }

    fn constant(&mut self) -> Got<Box<Expr>> {
        let start = self.at;
        if !matches!(self.kind(start), Kind::Number | Kind::Percent | Kind::Duration | Kind::Text) {
            return Err(self.no_value());
        }
        let literal = self.value("a value")?;
        Ok(self.node(ExprKind::Literal(literal), start))
    }

    /// A value that begins with a word.
    fn word_value(&mut self) -> Got<Box<Expr>> {
        let start = self.at;
        let kind = if self.at("if") {
            self.conditional()?
        } else if self.at("no") {
            self.take();
            let name = Name { text: "no".to_string(), span: self.span(start) };
            ExprKind::Path(Path { parts: vec![name], span: self.span(start) })
        } else if self.is_name(start) && self.begins_phrase(start) {
            self.phrase()?
        } else if !self.is_name(start) || self.next_statement_here() {
            return Err(self.no_value());
        } else {
            ExprKind::Path(self.path("a value")?)
        };
        Ok(self.node(kind, start))
    }

    fn phrase(&mut self) -> Got<ExprKind> {
        let start = self.at;
        Ok(match self.text(start) {
            "number" => self.number_of()?,
            "days" => self.days()?,
            "points" => ExprKind::Table(self.table()?),
            "best" => self.reserved_words(2),
            "current" => {
                self.take();
                self.take();
                ExprKind::CurrentStage
            }
            word => match aggregate_word(word) {
                Some(kind) => self.aggregate(kind)?,
                None => self.call()?,
            },
        })
    }

    /// Words whose meaning is not yet in the language.
    fn reserved_words(&mut self, count: usize) -> ExprKind {
        let words: Vec<&str> = (0..count).map(|n| self.text(self.at + n)).collect();
        self.at += count;
        ExprKind::Reserved(words.join(" "))
    }

    fn parenthesized(&mut self) -> Got<Box<Expr>> {
        let open = self.at;
        self.take();
        let mut inner = self.expression()?;
        if self.eat_words(&["if", "known", "else"]) {
            let other = self.expression()?;
            inner = self.node(ExprKind::IfKnown(inner, other), open);
        }
        self.close_paren(open)?;
        inner.span = self.since(open);
        Ok(inner)
    }

    fn conditional(&mut self) -> Got<ExprKind> {
        self.take();
        let condition = self.expression()?;
        self.word("then")?;
        let then = self.expression()?;
        self.word("else")?;
        self.enter()?;
        let other = self.sum();
        self.leave();
        let other = other?;
        Ok(ExprKind::If(condition, then, other))
    }

    fn call(&mut self) -> Got<ExprKind> {
        let name = self.take();
        let open = self.at;
        self.sign(Kind::OpenParen, "`(`")?;
        self.enter()?;
        let arguments = self.listed(Self::sum);
        self.leave();
        let arguments = arguments?;
        self.close_paren(open)?;
        // begins_phrase looked at the word
        Ok(ExprKind::Call(function(self.text(name)).unwrap_or(Function::Round), arguments))
    }

    fn number_of(&mut self) -> Got<ExprKind> {
        self.take();
        self.take();
        if self.different_here() {
            let (path, qualifiers) = self.different()?;
            return Ok(ExprKind::NumberOfDifferent { path, qualifiers });
        }
        Ok(ExprKind::NumberOf(self.term()?))
    }

    fn aggregate(&mut self, kind: Aggregate) -> Got<ExprKind> {
        if self.at_words(&["average", "of", "the", "rest"]) {
            return Ok(self.reserved_words(4));
        }
        self.take();
        self.take();
        let open = self.at;
        if self.eat_kind(Kind::OpenParen) {
            self.enter()?;
            let values = self.listed(Self::sum);
            self.leave();
            let values = values?;
            self.close_paren(open)?;
            return Ok(ExprKind::AggregateOf(kind, values));
        }
        let path = self.path("a property of an event, such as `purchased.amount`")?;
        let qualifiers = self.qualifiers()?;
        Ok(ExprKind::Aggregate { kind, path, qualifiers })
    }

    fn days(&mut self) -> Got<ExprKind> {
        self.take();
        if self.eat("with") {
            return Ok(ExprKind::DaysWith(self.term()?));
        }
        self.take();
        if self.at("last") && (self.is_name(self.at + 1) || self.is(self.at + 1, "any")) {
            self.take();
            return Ok(ExprKind::DaysSinceLast(self.term()?));
        }
        let start = self.at;
        let attribute = self.path("an attribute, or `last` and an event")?;
        match self.begins_object(self.at) {
            true => Err(self.no_last(start)),
            false => Ok(ExprKind::DaysSince(attribute)),
        }
    }
}
