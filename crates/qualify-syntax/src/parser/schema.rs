//! The schema: leads, related records, events and their attributes.

use super::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::tree::*;
use crate::words::OPENERS;

/// The types that are one word.
#[rustfmt::skip]
const TYPES: &[&str] = &[
    "text", "integer", "number", "money", "points", "date", "time", "duration", "email", "url", "stage", "yes",
    "one", "ordered", "list",
];

impl Parser<'_> {
    pub(super) fn lead(&mut self) -> Got<StatementKind> {
        let start = self.take();
        let name = Name { text: "lead".to_string(), span: self.span(start) };
        Ok(StatementKind::Lead(self.record(name, None, start)?))
    }

    pub(super) fn related(&mut self) -> Got<StatementKind> {
        let start = self.take();
        let name = self.name("the related record")?;
        let of = match self.eat("of") {
            true => Some(self.name("the record it belongs to")?),
            false => None,
        };
        Ok(StatementKind::Related(self.record(name, of, start)?))
    }

    fn record(&mut self, name: Name, of: Option<Name>, start: usize) -> Got<Record> {
        let key = match self.eat("key") {
            true => Some(self.name("the key")?),
            false => None,
        };
        let open = self.open_block("`{` and the attributes", start, self.begins_type(self.at + 1))?;
        let members = self.members(open);
        Ok(Record { name, of, key, members })
    }

    fn members(&mut self, open: usize) -> Vec<Member> {
        let mut members = Vec::new();
        while !self.attributes_end(open) || self.closed_too_early() {
            let start = self.at;
            let member = match self.is_name(start) && self.kind(start + 1) == Kind::OpenBrace {
                true => self.group(),
                false if self.at_kind(Kind::OpenBrace) => self.group_without_name(),
                false => self.attribute().map(Member::Attribute),
            };
            match member {
                Ok(member) => members.push(member),
                Err(Reported) => {
                    // perhaps it is a group whose bracket is missing
                    self.orphans += usize::from(self.at == start + 1 && self.begins_attribute(self.at));
                    self.skip_to_attribute(start, open);
                }
            }
            let _ = self.eat_kind(Kind::Comma) || self.eat_kind(Kind::Semicolon);
        }
        members
    }

    /// Attributes follow the bracket that has just closed the record: it is reported, and they are read.
    fn closed_too_early(&mut self) -> bool {
        let early = self.at > 0
            && self.kind(self.at - 1) == Kind::CloseBrace
            && self.begins_line(self.at)
            && self.begins_attribute(self.at)
            && !self.is_one_of(self.at, OPENERS);
        if early {
            self.at -= 1;
            let Reported = self.closes_nothing("{");
            self.at += 1;
            self.blocks += 1;
        }
        early
    }

    fn group(&mut self) -> Got<Member> {
        let name = self.name("the group")?;
        let open = self.open_block("`{`", self.at, false)?;
        Ok(Member::Group { name, attributes: self.attributes(open) })
    }

    /// A group that lacks its name: reported, its attributes are read and dropped.
    fn group_without_name(&mut self) -> Got<Member> {
        let reported = self.no_name("the group");
        let open = self.open_block("`{`", self.at, false)?;
        self.attributes(open);
        Err(reported)
    }

    /// Attributes up to the bracket that closes the one at `open`.
    fn attributes(&mut self, open: usize) -> Vec<AttributeDecl> {
        let mut attributes = Vec::new();
        while !self.attributes_end(open) {
            let start = self.at;
            match self.attribute() {
                Ok(attribute) => attributes.push(attribute),
                Err(Reported) => self.skip_to_attribute(start, open),
            }
            let _ = self.eat_kind(Kind::Comma) || self.eat_kind(Kind::Semicolon);
        }
        attributes
    }

    fn attribute(&mut self) -> Got<AttributeDecl> {
        let start = self.at;
        let name = self.name("an attribute")?;
        let ty = self.type_of()?;
        let mut modifiers = Vec::new();
        while self.begins_modifier(self.at + usize::from(self.at_kind(Kind::Comma))) {
            self.eat_kind(Kind::Comma);
            let start = self.at;
            let kind = self.modifier()?;
            modifiers.push(Modifier { kind, span: self.since(start) });
        }
        Ok(AttributeDecl { name, ty, modifiers, span: self.since(start) })
    }

    fn type_of(&mut self) -> Got<TypeDecl> {
        let start = self.at;
        if !self.begins_type(start) {
            return Err(self.no_type(TYPES));
        }
        let kind = match self.text(start) {
            "list" => {
                self.take();
                self.word("of")?;
                self.enter()?;
                let inner = self.type_of();
                self.leave();
                TypeKind::ListOf(Box::new(inner?))
            }
            "one" | "ordered" => self.one_of()?,
            "yes" => {
                self.take();
                self.sign(Kind::Slash, "`yes/no`")?;
                self.word("no")?;
                TypeKind::YesNo
            }
            word => {
                self.take();
                plain_type(word)
            }
        };
        let ranged = !matches!(kind, TypeKind::ListOf(_) | TypeKind::OneOf { .. } | TypeKind::YesNo);
        let range = match ranged && self.begins_range() {
            true => Some(self.range()?),
            false => None,
        };
        Ok(TypeDecl { kind, range, span: self.since(start) })
    }

    /// `from` stands here and is not the column of the source.
    fn begins_range(&self) -> bool {
        self.at("from") && (self.kind(self.at + 1) != Kind::Text || self.is(self.at + 2, "to"))
    }

    /// `from LOW to HIGH`, both included.
    pub(super) fn range(&mut self) -> Got<(Literal, Literal)> {
        self.take();
        let start = self.at;
        let low = self.value("the lowest value")?;
        if let Some(reported) = self.column_without_quotes(start) {
            return Err(reported);
        }
        self.word("to")?;
        Ok((low, self.value("the highest value")?))
    }

    fn one_of(&mut self) -> Got<TypeKind> {
        let ordered = self.eat("ordered");
        self.word("one")?;
        self.word("of")?;
        let open = self.at;
        let mut bracket = self.eat_kind(Kind::OpenParen);
        self.not_twice(Kind::OpenParen);
        if !bracket {
            let Reported = self.unexpected("`(` and the allowed words", &[]);
            bracket = self.eat("of") && self.eat_kind(Kind::OpenParen);
        }
        let mut words = vec![self.choice()?];
        while self.at_kind(Kind::Comma) && !self.begins_attribute(self.at + 1) {
            self.take();
            if self.at_kind(Kind::CloseParen) {
                return Err(self.comma_too_many());
            }
            words.push(self.choice()?);
        }
        self.close_words(open, bracket)?;
        Ok(TypeKind::OneOf { ordered, words })
    }

    /// Behind the words of `one of`; without its opening bracket, the closing one is passed over.
    fn close_words(&mut self, open: usize, bracket: bool) -> Got<()> {
        if !bracket {
            let inside = !self.is(self.start, "event") || !self.begins_line(self.at + 1);
            if self.at_kind(Kind::CloseParen) && inside {
                self.take();
            }
            return Ok(());
        }
        let next = self.at + usize::from(self.at_kind(Kind::Comma));
        if self.begins_attribute(next) && (next > self.at || self.begins_line(next)) {
            self.never_closed(open, ")");
            return Ok(());
        }
        self.close_list(open)
    }

    fn choice(&mut self) -> Got<WordDecl> {
        let word = self.value("a word")?;
        let mut from = Vec::new();
        if self.eat("from") {
            from.push(self.quoted_text("the spelling of the source in quotes")?);
            while self.at_kind(Kind::Comma)
                && self.kind(self.at + 1) == Kind::Text
                && !self.is(self.at + 2, "from")
            {
                self.take();
                from.push(self.quoted_text("a spelling")?);
            }
        }
        Ok(WordDecl { word, from })
    }

    /// The word at `i` begins a type.
    pub(super) fn begins_type(&self, i: usize) -> bool {
        self.is_one_of(i, TYPES)
    }

    pub(super) fn begins_modifier(&self, i: usize) -> bool {
        self.is_one_of(i, &["required", "personal", "protected", "from"])
            || (self.is(i, "unknown") && self.is(i + 1, "if"))
    }

    fn modifier(&mut self) -> Got<ModifierKind> {
        let word = self.take();
        Ok(match self.text(word) {
            "required" => ModifierKind::Required,
            "personal" => ModifierKind::Personal,
            "protected" => ModifierKind::Protected,
            "from" => ModifierKind::From(self.texts()?),
            _ => {
                self.word("if")?;
                ModifierKind::UnknownIf(self.texts()?)
            }
        })
    }

    pub(super) fn event(&mut self) -> Got<StatementKind> {
        self.take();
        let name = self.name("the event")?;
        let key = match self.eat("key") {
            true => Some(self.name("the key")?),
            false => None,
        };
        let received = match self.eat("received") {
            true => Some(self.name("the column that says when it became known")?),
            false => None,
        };
        let from = match self.eat("from") {
            true => self.texts()?,
            false => Vec::new(),
        };
        let open = self.at;
        let properties = match self.eat_kind(Kind::OpenParen) {
            true => {
                self.not_twice(Kind::OpenParen);
                self.attributes(open)
            }
            false => Vec::new(),
        };
        Ok(StatementKind::Event(EventDecl { name, key, received, from, properties }))
    }
}

fn plain_type(word: &str) -> TypeKind {
    match word {
        "integer" => TypeKind::Integer,
        "number" => TypeKind::Number,
        "money" => TypeKind::Money,
        "points" => TypeKind::Points,
        "date" => TypeKind::Date,
        "time" => TypeKind::Time,
        "duration" => TypeKind::Duration,
        "email" => TypeKind::Email,
        "url" => TypeKind::Url,
        "stage" => TypeKind::Stage,
        _ => TypeKind::Text,
    }
}
