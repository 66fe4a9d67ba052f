//! What is said about a mistake, where the parser knows what it expected.
//!
//! Everything here reports exactly one diagnostic. Its parts are beside it: what is missing in declarations, in rules,
//! between statements, and what another word may have meant.

mod declarations;
mod habits;
mod rules;
mod statements;
mod suggestions;

use super::{Got, MOST_LEVELS, MOST_OPERATORS, Parser, Reported};
use crate::tokens::Kind;
use crate::words::{RESERVED, VERBS, is_name, meant};
use qualify_diagnostics::{Code, Diagnostic, Edit, Span};

impl Parser<'_> {
    /// The general message: `what` was expected; `words` are words of the language that could stand here.
    pub(super) fn unexpected(&mut self, what: &str, words: &[&'static str]) -> Reported {
        if self.at_kind(Kind::Bad) {
            return Reported; // the token itself was reported
        }
        if let Some(d) = self.suggestion(words) {
            return self.fail(d);
        }
        let ends = self.statement_ends() && (self.begins_line(self.at) || !self.at_kind(Kind::Word));
        if ends && self.at > 0 {
            return self.missing(what);
        }
        let d = Diagnostic::new(
            Code::E0101,
            self.span(self.at),
            format!("expected {what} here, found {}", self.found()),
        );
        self.fail(d)
    }

    /// The statement ends before `what`.
    pub(super) fn missing(&mut self, what: &str) -> Reported {
        let before = self.at - 1;
        let message = format!("expected {what} after {}", self.shown(before));
        let d = Diagnostic::new(Code::E0102, self.span(before), message).label("the statement ends here");
        self.fail(d)
    }

    /// The current token in words.
    pub(super) fn found(&self) -> String {
        match self.kind(self.at) {
            Kind::End => "the end of the file".to_string(),
            _ => self.shown(self.at),
        }
    }

    /// The token at `i` in backticks.
    pub(super) fn shown(&self, i: usize) -> String {
        let text = self.text(i);
        match text.char_indices().nth(40) {
            Some((end, _)) => format!("`{}…`", &text[..end]),
            None => format!("`{text}`"),
        }
    }

    /// The token at `i` is a word of the language in capitals.
    pub(super) fn shouted(&mut self, i: usize) {
        let (word, span) = (self.text(i), self.span(i));
        let ours = word.to_ascii_lowercase();
        let d = Diagnostic::new(Code::E0110, span, format!("`{word}` is written in small letters: `{ours}`"))
            .fix(format!("write `{ours}`"), span, ours);
        self.report(d);
    }

    /// A misspelt word of `words` stands here: reported, and given as what was meant. `what` and `such_as` say
    /// what could stand here.
    pub(super) fn misspelt(&mut self, words: &[&'static str], expected: &[&str; 2]) -> Option<&'static str> {
        let found = self.text(self.at);
        let ours = meant(found, words)?;
        let first = ours.split(' ').next().unwrap_or(ours);
        let verb = words.iter().copied().find(|word| *word == first)?;
        let [what, such_as] = expected;
        let message = format!("expected {what} {such_as} here, found `{found}`; did you mean `{ours}`?");
        let d = Diagnostic::new(Code::E0103, self.span(self.at), message).fix(
            format!("write `{ours}`"),
            self.span(self.at),
            ours,
        );
        self.report(d);
        Some(verb)
    }

    /// No name stands where one is needed. `what` is what is named.
    pub(super) fn no_name(&mut self, what: &str) -> Reported {
        let (i, text) = (self.at, self.text(self.at));
        let what = match what.strip_prefix("the ") {
            Some(_) => format!("a name for {what}"),
            None => what.to_string(),
        };
        let ends = self.statement_ends() && self.begins_line(i);
        match self.kind(i) {
            Kind::Bad => Reported,
            Kind::Number if self.is(i + 1, "to") && what == "an attribute" => {
                let d = Diagnostic::new(Code::E0102, self.span(i), "a range is written `from … to …`");
                self.fail(d.fix("write `from`", self.span(i).before(), "from "))
            }
            Kind::Text if is_name(text.trim_matches('"')) => {
                let name = text.trim_matches('"');
                let d = Diagnostic::new(Code::E0117, self.span(i), format!("{what} stands without quotes"));
                self.fail(d.fix(format!("write `{name}`"), self.span(i), name))
            }
            Kind::Word if RESERVED.contains(&text) && !ends && self.names_something(i) => {
                let d = Diagnostic::new(
                    Code::E0118,
                    self.span(i),
                    format!("`{text}` is a word of the language and cannot be a name"),
                );
                self.fail(d.note(format!("another name would do, such as `{text}_`")))
            }
            Kind::End | Kind::Semicolon | Kind::CloseBrace => self.missing(&what),
            _ if ends => self.missing(&what),
            Kind::Number | Kind::Duration => {
                let message = format!("expected {what} here, and a name begins with a letter");
                let d = Diagnostic::new(Code::E0117, self.span(i), message);
                self.fail(d)
            }
            _ => {
                let message = format!("expected {what} here, found {}", self.found());
                let d = Diagnostic::new(Code::E0117, self.span(i), message);
                self.fail(d)
            }
        }
    }

    /// What follows the word at `i` shows that it was meant as a name.
    pub(super) fn names_something(&self, i: usize) -> bool {
        matches!(self.kind(i + 1), Kind::Equal | Kind::OpenBrace | Kind::OpenParen)
            || self.begins_type(i + 1)
            || self.is_one_of(i + 1, &["if", "from", "otherwise"])
    }

    /// No value stands where one is needed.
    pub(super) fn no_value(&mut self) -> Reported {
        let i = self.at;
        let split = i > 0
            && self.at_kind(Kind::Equal)
            && matches!(self.kind(i - 1), Kind::Less | Kind::Greater)
            && !self.touches(i);
        if split {
            let span = self.span(i - 1).to(self.span(i));
            let sign = format!("{}=", self.text(i - 1));
            let d = Diagnostic::new(Code::E0108, span, format!("`{sign}` is written without a blank inside"));
            return self.fail(d.fix(format!("write `{sign}`"), span, sign));
        }
        let word = self.text(i);
        let compared = i > 0 && (self.is_one_of(i - 1, &["is", "not"]) || self.compare(i - 1).is_some());
        let ends = self.is_one_of(i + 1, VERBS)
            || self.is_one_of(i + 1, &["and", "or"])
            || self.kind(i + 1) == Kind::CloseParen;
        if compared
            && ends
            && self.is_one_of(
                i,
                &["at", "in", "is", "on", "or", "and", "up", "any", "always", "more", "set", "cap"],
            )
        {
            let d = Diagnostic::new(Code::E0118, self.span(i), format!("as a value, `{word}` needs quotes"))
                .note(format!("`{word}` is a word of the language"))
                .fix(format!("write `\"{word}\"`"), self.span(i), format!("\"{word}\""));
            return self.fail(d);
        }
        let behind_operator = i > 0
            && (matches!(self.kind(i - 1), Kind::Plus | Kind::Minus | Kind::Star | Kind::Slash)
                || self.compare(i - 1).is_some());
        self.unexpected(
            if behind_operator { "a value" } else { "a value or a condition" },
            &["not", "no", "any", "if"],
        )
    }

    /// A word of the language is missing, or another one stands in its place.
    pub(super) fn no_word(&mut self, word: &'static str) -> Reported {
        let i = self.at;
        if i > 0 && (self.begins_line(i) || self.at_kind(Kind::End)) && !self.at_kind(Kind::Bad) {
            let message = format!("expected `{word}` after {}", self.shown(i - 1));
            let d = Diagnostic::new(Code::E0102, self.span(i - 1), message);
            return self.fail(d.fix(format!("write `{word}`"), self.span(i - 1).after(), format!(" {word}")));
        }
        if word == "to" && self.is(i, "up") && self.is(i + 1, "to") {
            let d = Diagnostic::new(Code::E0116, self.span(i), "`to` alone is enough here");
            return self.fail(d.fix("leave `up` out", self.gap_to(i, i + 1), ""));
        }
        let figure = matches!(self.kind(i), Kind::Number | Kind::Duration | Kind::OpenParen | Kind::Equal);
        let plain = self.is_name(i) || figure || (self.is(i, "in") && self.begins_duration(i + 1));
        if !plain || meant(self.text(i), &[word]).is_some() {
            return self.unexpected(&format!("`{word}`"), &[word]);
        }
        let value_follows = matches!(self.kind(i + 1), Kind::Number | Kind::Duration | Kind::Text);
        let article = word == "per" && self.is_one_of(i, &["a", "an", "each", "every"]);
        let instead = self.at_kind(Kind::Equal) || (self.at_kind(Kind::Word) && value_follows) || article;
        let here = self.shown(i);
        let d = match instead {
            true => {
                Diagnostic::new(Code::E0101, self.span(i), format!("expected `{word}` here, found {here}"))
                    .fix(format!("write `{word}`"), self.span(i), word)
            }
            false => Diagnostic::new(Code::E0102, self.span(i), format!("expected `{word}` before {here}"))
                .fix(format!("write `{word}` before it"), self.span(i).before(), format!("{word} ")),
        };
        self.fail(d)
    }

    /// Text stands here without its quotes, or something else.
    pub(super) fn no_quotes(&mut self, what: &str) -> Reported {
        let start = self.at;
        if self.begins_line(start) || self.statement_ends() {
            return self.unexpected(what, &[]);
        }
        let reason = self.is_one_of(start - 1, &["because", "from"]);
        let part = |p: &Self, i: usize| match p.kind(i) {
            Kind::Word if p.begins_modifier(i) || p.begins_type(i + 1) => false,
            Kind::Word | Kind::Number | Kind::Dot => true,
            Kind::Comma => p.is(start - 1, "because"),
            Kind::Slash | Kind::Minus | Kind::Plus => p.touches(i),
            _ => false,
        };
        let mut end = start;
        while part(self, end) && (end == start || (!self.begins_line(end) && (reason || self.touches(end)))) {
            end += 1;
        }
        if end == start {
            return self.unexpected(what, &[]);
        }
        let span = self.span(start).to(self.span(end - 1));
        let words = &self.source[span.start as usize..span.end as usize];
        let d = Diagnostic::new(Code::E0119, span, format!("expected {what} here")).fix(
            format!("write `\"{words}\"`"),
            span,
            format!("\"{words}\""),
        );
        self.at = end;
        self.fail(d)
    }

    /// Too many levels; what stands inside is skipped, to the next statement on a line of its own.
    pub(super) fn too_deep(&mut self) -> Reported {
        let message = format!("this is nested more than {MOST_LEVELS} levels deep");
        let d = Diagnostic::new(Code::E0122, self.span(self.at), message)
            .note("give parts of it names with `let`");
        self.too_deep = true;
        let ends = |p: &Self| p.at_kind(Kind::End) || (p.begins_line(p.at) && p.begins_statement(p.at));
        while !ends(self) {
            self.at += 1;
        }
        self.fail(d)
    }

    pub(super) fn too_many_operators(&mut self, sign: Span) -> Reported {
        let d = Diagnostic::new(
            Code::E0122,
            sign,
            format!("this computes with more than {MOST_OPERATORS} signs"),
        )
        .note("give parts of it names with `let`");
        self.fail(d)
    }

    /// A comma stands before a closing bracket, or ends a list.
    pub(super) fn comma_too_many(&mut self) -> Reported {
        let comma = self.at - 1;
        let d = Diagnostic::new(Code::E0125, self.span(comma), "nothing follows this comma").fix(
            "leave the comma out",
            self.span(comma),
            "",
        );
        self.fail(d)
    }

    /// A comma is missing between two values.
    pub(super) fn no_comma(&mut self) -> Reported {
        if let Some(d) = self.suggestion(&[]).filter(|d| d.code != Code::E0101) {
            return self.fail(d);
        }
        let (before, here) = (self.shown(self.at - 1), self.shown(self.at));
        let d = Diagnostic::new(
            Code::E0102,
            self.span(self.at),
            format!("expected `,` between {before} and {here}"),
        )
        .fix("write `,` between them", self.span(self.at - 1).after(), ",");
        self.fail(d)
    }

    /// The bracket at `open` has no closing one before what stands here.
    pub(super) fn never_closed(&mut self, open: usize, sign: &str) {
        if self.too_deep {
            return;
        }
        let before = self.span(self.at.max(1) - 1);
        let message = format!("this {} is never closed", self.shown(open));
        let place = if sign == ")" { ")".to_string() } else { "\n}".to_string() };
        let d = Diagnostic::new(Code::E0114, self.span(open), message)
            .other(before, format!("`{sign}` is missing after this"))
            .fix(format!("close it with `{sign}`"), before.after(), place);
        self.report(d);
    }

    /// An opening bracket that stands twice: the second is reported and passed over.
    pub(super) fn not_twice(&mut self, kind: Kind) {
        let twice = self.at > 0 && self.at_kind(kind) && self.kind(self.at - 1) == kind;
        if twice && !self.begins_line(self.at) {
            let message = format!("one {} is enough here", self.shown(self.at));
            let d = Diagnostic::new(Code::E0116, self.span(self.at), message);
            self.report(d.fix("leave it out", self.span(self.at), ""));
            self.at += 1;
        }
    }

    /// A closing bracket without an open one before it.
    pub(super) fn closes_nothing(&mut self, open: &str) -> Reported {
        let i = self.at;
        let message = format!("this {} closes nothing: there is no open `{open}` before it", self.shown(i));
        let d = Diagnostic::new(Code::E0115, self.span(i), message);
        self.fail(d.fix("leave it out", self.span(i), ""))
    }

    /// Runs `part` without reporting anything.
    pub(super) fn quietly<T>(&mut self, part: fn(&mut Self) -> Got<T>) -> Got<T> {
        let reported = self.diagnostics.len();
        let found = part(self);
        self.diagnostics.truncate(reported);
        found
    }

    /// From the start of the token at `i` to the start of the one at `end`: what deleting takes away.
    pub(super) fn gap_to(&self, i: usize, end: usize) -> Span {
        Span { end: self.token(end).start, ..self.span(i) }
    }

    /// Two edits: the words from `start` to the end of the last token taken move to before the token at `to`.
    pub(super) fn moved(&self, start: usize, to: usize) -> Vec<Edit> {
        let words = self.words_since(start);
        let span = self.since(start);
        let gap = Span { start: self.token(start - 1).end, ..span };
        vec![
            Edit { span: self.span(to).before(), replacement: format!("{words} ") },
            Edit { span: gap, replacement: String::new() },
        ]
    }

    pub(super) fn instead(&mut self, message: String, span: Span, ours: &str) -> Reported {
        let d = Diagnostic::new(Code::E0116, span, message).fix(format!("write `{ours}`"), span, ours);
        self.fail(d)
    }
}
