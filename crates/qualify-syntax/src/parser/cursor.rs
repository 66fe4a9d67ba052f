//! Looking at tokens and taking them.

use super::{Got, MOST_LEVELS, MOST_MESSAGES, Parser, Reported};
use crate::tokens::{Kind, Token};
use crate::words::{RESERVED, SHOUTED, STATEMENT};
use qualify_diagnostics::{Diagnostic, Span};

impl<'t> Parser<'t> {
    /// The token at `i`; the last one stands for all behind it.
    pub(super) fn token(&self, i: usize) -> Token {
        self.tokens[i.min(self.tokens.len() - 1)]
    }

    pub(super) fn kind(&self, i: usize) -> Kind {
        self.token(i).kind
    }

    /// The text of the token at `i`; signs that stand for words are given as the words.
    pub(super) fn text(&self, i: usize) -> &'t str {
        let token = self.token(i);
        match &self.source[token.start as usize..token.end as usize] {
            "&&" | "&" => "and",
            "||" => "or",
            "!" => "not",
            text => text,
        }
    }

    pub(super) fn span(&self, i: usize) -> Span {
        let token = self.token(i);
        Span::new(self.file, token.start as usize, token.end as usize)
    }

    /// From the token at `start` to the last one taken.
    pub(super) fn since(&self, start: usize) -> Span {
        self.span(start).to(self.span(self.at.max(start + 1) - 1))
    }

    /// The text between the starts of the token at `start` and the end of the last one taken.
    pub(super) fn words_since(&self, start: usize) -> &'t str {
        let span = self.since(start);
        &self.source[span.start as usize..span.end as usize]
    }

    /// The current token is of that kind.
    pub(super) fn at_kind(&self, kind: Kind) -> bool {
        self.kind(self.at) == kind
    }

    /// The token at `i` is that word of the language, perhaps in capitals where that is a slip.
    pub(super) fn is(&self, i: usize, word: &str) -> bool {
        if self.kind(i) != Kind::Word {
            return false;
        }
        let text = self.text(i);
        text == word || (text.eq_ignore_ascii_case(word) && SHOUTED.contains(&text))
    }

    /// The current token is that word.
    pub(super) fn at(&self, word: &str) -> bool {
        self.is(self.at, word)
    }

    /// The next tokens are those words.
    pub(super) fn at_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.is(self.at + n, word))
    }

    /// The token at `i` is one of those words.
    pub(super) fn is_one_of(&self, i: usize, words: &[&str]) -> bool {
        self.kind(i) == Kind::Word && words.contains(&self.text(i))
    }

    /// The token at `i` can be a name.
    pub(super) fn is_name(&self, i: usize) -> bool {
        self.kind(i) == Kind::Word && !self.is_one_of(i, RESERVED) && !self.is_one_of(i, SHOUTED)
    }

    /// The token at `i` can be the object of an event without quotes: rule `object_word`.
    pub(super) fn is_object_word(&self, i: usize) -> bool {
        self.is_name(i)
            && !self.is_one_of(i, STATEMENT)
            && !(self.is(i, "account") && self.is(i + 1, "score"))
    }

    /// The token behind the path that begins at `i`.
    pub(super) fn path_end(&self, i: usize) -> usize {
        let mut end = i + 1;
        while self.kind(end) == Kind::Dot
            && self.kind(end + 1) == Kind::Word
            && self.touches(end)
            && self.touches(end + 1)
        {
            end += 2;
        }
        end
    }

    /// The token at `i` follows the one before it without a gap.
    pub(super) fn touches(&self, i: usize) -> bool {
        i > 0 && self.token(i - 1).end == self.token(i).start
    }

    /// The token at `i` is the first on its line.
    pub(super) fn begins_line(&self, i: usize) -> bool {
        i == 0 || {
            let (from, to) = (self.token(i - 1).end as usize, self.token(i).start as usize);
            self.source[from..to].contains('\n')
        }
    }

    /// Takes the current token and gives its number.
    pub(super) fn take(&mut self) -> usize {
        let taken = self.at;
        if self.kind(taken) == Kind::Word && SHOUTED.contains(&self.text(taken)) {
            self.shouted(taken);
        }
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        taken
    }

    /// Takes the current token as a value: a word in capitals is fine there.
    pub(super) fn take_value(&mut self) -> usize {
        let taken = self.at;
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        taken
    }

    /// Takes the word if it stands here.
    pub(super) fn eat(&mut self, word: &str) -> bool {
        let here = self.at(word);
        if here {
            self.take();
        }
        here
    }

    /// Takes the words if all of them stand here.
    pub(super) fn eat_words(&mut self, words: &[&str]) -> bool {
        let here = self.at_words(words);
        if here {
            words.iter().for_each(|_| {
                self.take();
            });
        }
        here
    }

    /// Takes a token of that kind if it stands here.
    pub(super) fn eat_kind(&mut self, kind: Kind) -> bool {
        let here = self.at_kind(kind);
        if here {
            self.take();
        }
        here
    }

    /// Takes the word, or reports that it is missing.
    pub(super) fn word(&mut self, word: &'static str) -> Got<()> {
        match self.eat(word) {
            true => Ok(()),
            false => Err(self.no_word(word)),
        }
    }

    /// Takes a sign, or reports that it is missing.
    pub(super) fn sign(&mut self, kind: Kind, what: &str) -> Got<()> {
        match self.eat_kind(kind) {
            true => Ok(()),
            false => Err(self.unexpected(what, &[])),
        }
    }

    /// Takes the closing round bracket of the one at `open`, or reports that it is missing. Where what follows
    /// goes on well without it, the parser goes on too.
    pub(super) fn close_paren(&mut self, open: usize) -> Got<()> {
        if self.eat_kind(Kind::CloseParen) {
            return Ok(());
        }
        if self.goes_on() {
            self.never_closed(open, ")");
            return Ok(());
        }
        Err(self.unexpected("`)`", &["and", "or"]))
    }

    /// The same behind values, between which a comma may be missing.
    pub(super) fn close_list(&mut self, open: usize) -> Got<()> {
        match self.begins_value(self.at) && !self.begins_line(self.at) {
            true => Err(self.no_comma()),
            false => self.close_paren(open),
        }
    }

    /// Forgets what was remembered of the rule before.
    pub(super) fn forget(&mut self) {
        self.start = self.at;
        self.operators = 0;
        self.object = None;
        self.verb = None;
        self.compared = false;
    }

    /// One level deeper; every call is paired with [`Parser::leave`].
    pub(super) fn enter(&mut self) -> Got<()> {
        if self.levels >= MOST_LEVELS {
            return Err(self.too_deep());
        }
        self.levels += 1;
        Ok(())
    }

    /// One level up.
    pub(super) fn leave(&mut self) {
        self.levels -= 1;
    }

    /// Reports and gives the mark that says so. Lines with an open quote are quiet.
    pub(super) fn fail(&mut self, diagnostic: Diagnostic) -> Reported {
        self.report(diagnostic);
        Reported
    }

    /// Reports and goes on.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let place = diagnostic.place.span.start;
        let i = self.muted.partition_point(|line| line.end < place);
        let muted = self.muted.get(i).is_some_and(|line| line.start <= place);
        if !muted && self.diagnostics.len() <= MOST_MESSAGES {
            self.diagnostics.push(diagnostic);
        }
    }
}
