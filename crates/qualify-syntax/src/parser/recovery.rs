//! Where to go on after a mistake: at the next statement, rule, row, attribute or step.

use super::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::words::{OPENERS, RESERVED, STATEMENT};

/// Words that begin a rule of a score block.
pub(super) const RULES: &[&str] = &["when", "for", "points", "ignore", "let"];

impl Parser<'_> {
    /// The tokens at `i` look like the beginning of a statement or rule, wherever they stand. Names that are also
    /// words of statements (`score`, `stage`) need more than the word.
    pub(super) fn begins_statement(&self, i: usize) -> bool {
        if self.kind(i) != Kind::Word {
            return false;
        }
        let next = i + 1;
        let names_then = |words: &[&str]| {
            (self.is_name(next) || matches!(self.kind(next), Kind::Text | Kind::Number))
                && self.is_one_of(next + 1, words)
        };
        match self.text(i) {
            "when" | "ignore" | "disqualify" | "exclude" => true,
            "let" | "param" => self.kind(next + 1) == Kind::Equal,
            "for" => self.is(next, "each"),
            "points" => self.is(next, "for"),
            "language" => self.kind(next) == Kind::Number,
            "use" | "timezone" | "test" => self.kind(next) == Kind::Text,
            "list" => self.is_name(next) && (self.kind(next + 1) == Kind::Equal || self.is(next + 1, "from")),
            "lead" => self.kind(next) == Kind::OpenBrace || self.is(next, "key"),
            "related" => self.is_name(next),
            "event" => {
                self.is_name(next)
                    && (self.begins_line(i)
                        || self.kind(next + 1) == Kind::OpenParen
                        || self.is_one_of(next + 1, &["from", "key", "received"]))
            }
            "score" if self.kind(next) == Kind::Equal => self.begins_part(i),
            "score" => {
                self.kind(next + 1) == Kind::OpenBrace
                    || names_then(&[
                        "from", "up", "for", "halving", "fading", "losing", "dropping", "without",
                    ])
            }
            "account" => self.is(next, "score") && self.kind(next + 1) == Kind::Equal,
            "grade" => {
                names_then(&["if", "otherwise"])
                    || (self.is_name(next) && matches!(self.kind(next + 1), Kind::Colon | Kind::Equal))
            }
            "stages" => self.is(next, "only"),
            "stage" => self.is_name(next) || self.kind(next) == Kind::Text,
            "side" => self.is(next, "stage"),
            "segment" => names_then(&["if"]),
            "route" => names_then(&["if", "otherwise"]),
            _ => false,
        }
    }

    /// The token at `i` is the first of its line, or follows a `;` or a bracket that ends a block.
    pub(super) fn begins_part(&self, i: usize) -> bool {
        self.begins_line(i) || matches!(self.kind(i - 1), Kind::Semicolon | Kind::CloseBrace)
    }

    /// A statement begins here, though a value was expected. Only what no value can go on with.
    pub(super) fn next_statement_here(&self) -> bool {
        let i = self.at;
        self.begins_line(i)
            && self.begins_statement(i)
            && self.kind(i + 1) != Kind::Equal
            && !self.is_one_of(i, &["account", "side", "lead"])
            // `not score` and then `lead { … }`: the second word is the statement
            && !self.is_one_of(i + 1, STATEMENT)
    }

    /// Nothing more of this statement can stand here.
    pub(super) fn statement_ends(&self) -> bool {
        matches!(self.kind(self.at), Kind::End | Kind::Semicolon | Kind::CloseBrace)
            || self.begins_statement(self.at)
            || (self.begins_line(self.at) && self.is_one_of(self.at, OPENERS))
    }

    /// What can follow a closed bracket stands here: the bracket itself has been forgotten.
    pub(super) fn goes_on(&self) -> bool {
        let words = [
            "add", "subtract", "multiply", "cap", "set", "because", "up", "once", "respond", "from",
            "halving", "fading", "losing", "dropping", "without", "then", "followed", "within",
        ];
        self.statement_ends()
            || self.at_kind(Kind::OpenBrace)
            || (self.is_one_of(self.at, &words) && self.is_one_of(self.at, RESERVED))
    }

    /// Skips to the next statement or rule, over whole blocks, to the end of the block at most. `start` is where
    /// the broken statement began; at least its first token is skipped.
    pub(super) fn skip_statement(&mut self, start: usize) {
        self.at = self.at.max((start + 1).min(self.tokens.len() - 1));
        self.skip_to_statement(start);
    }

    /// The same, but it may stay where it is.
    pub(super) fn skip_to_statement(&mut self, start: usize) {
        let mut depth = 0;
        loop {
            match self.kind(self.at) {
                Kind::End => return,
                Kind::Semicolon if depth == 0 => return,
                Kind::OpenBrace => depth += 1,
                Kind::CloseBrace if depth > 0 => depth -= 1,
                Kind::CloseBrace if self.blocks > 0 => return,
                Kind::Word if depth == 0 && self.at > start && self.ends_skip(self.at) => return,
                // an open block inside ends where a statement begins that stands in no block
                Kind::Word
                    if self.begins_line(self.at)
                        && self.begins_statement(self.at)
                        && !self.is_one_of(self.at, RULES)
                        && !self.begins_type(self.at + 1)
                        && !self.is(self.at, "lead") =>
                {
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn ends_skip(&self, i: usize) -> bool {
        self.begins_statement(i)
            || (self.begins_part(i) && self.is_one_of(i, OPENERS) && !self.is_operator_like(i + 1))
    }

    /// The token at `i` goes on an expression, so that the word before it is a name.
    pub(super) fn is_operator_like(&self, i: usize) -> bool {
        match self.kind(i) {
            Kind::Word => self.is_one_of(
                i,
                &["and", "or", "is", "in", "not", "at", "between", "contains", "starts", "ends", "within"],
            ),
            Kind::Text | Kind::Number | Kind::OpenBrace => false,
            Kind::OpenParen => true,
            _ => true,
        }
    }

    /// Takes `{` and gives its number. Where it is missing or other things stand before it, that is reported and
    /// the block is looked for, so that its rules are read: behind a `{` on the same line, or on the next line.
    ///
    /// `goes_on` says that what stands here belongs into the block.
    pub(super) fn open_block(&mut self, what: &str, start: usize, goes_on: bool) -> Got<usize> {
        if self.at_kind(Kind::OpenBrace) {
            self.blocks += 1;
            let open = self.take();
            if !self.is(start, "test") {
                self.not_twice(Kind::OpenBrace);
            }
            return Ok(open);
        }
        let goes_on = goes_on || self.begins_line(self.at);
        let Reported = self.unexpected(what, &[]);
        if goes_on {
            self.blocks += 1;
            return Ok(self.at - 1);
        }
        self.seek_block(start)
    }

    /// Looks for the `{` of a statement whose head has a mistake.
    pub(super) fn seek_block(&mut self, start: usize) -> Got<usize> {
        let mut i = self.at;
        loop {
            match self.kind(i) {
                Kind::OpenBrace => break,
                Kind::End | Kind::CloseBrace | Kind::Semicolon => {
                    self.orphans += 1;
                    return Err(Reported);
                }
                _ if i > start && self.begins_line(i) => return Err(Reported),
                _ => i += 1,
            }
        }
        self.at = i;
        self.blocks += 1;
        Ok(self.take())
    }

    fn close_block(&mut self) -> bool {
        let closes = self.eat_kind(Kind::CloseBrace);
        if closes {
            self.blocks -= 1;
            self.orphans = 0;
        }
        closes
    }

    fn unclosed_block(&mut self, open: usize) -> bool {
        if self.kind(open) == Kind::OpenBrace {
            self.never_closed(open, "}");
        }
        self.blocks -= 1;
        true
    }

    /// The score block opened at `open` ends here.
    pub(super) fn block_ends(&mut self, open: usize) -> bool {
        let foreign =
            self.begins_line(self.at) && self.begins_statement(self.at) && !self.is_one_of(self.at, RULES);
        self.close_block() || ((foreign || self.at_kind(Kind::End)) && self.unclosed_block(open))
    }

    /// The table opened at `open` ends here.
    pub(super) fn table_ends(&mut self, open: usize) -> bool {
        let foreign = self.begins_line(self.at) && self.begins_statement(self.at);
        self.close_block() || ((foreign || self.at_kind(Kind::End)) && self.unclosed_block(open))
    }

    /// The block of `for each account` opened at `open` ends here.
    pub(super) fn per_record_ends(&mut self, open: usize) -> bool {
        self.close_block() || (self.at_kind(Kind::End) && self.unclosed_block(open))
    }

    /// The test opened at `open` ends here.
    pub(super) fn test_ends(&mut self, open: usize) -> bool {
        self.close_block() || (self.test_is_open() && self.unclosed_block(open))
    }

    /// What stands here cannot be in a test.
    pub(super) fn test_is_open(&self) -> bool {
        let statement = self.begins_statement(self.at) && !self.is(self.at, "lead");
        self.at_kind(Kind::End) || (statement && self.begins_line(self.at))
    }

    /// The attributes opened at `open` end here, with `}` or `)`.
    pub(super) fn attributes_end(&mut self, open: usize) -> bool {
        let (kind, sign) = match self.kind(open) {
            Kind::OpenParen => (Kind::CloseParen, ")"),
            _ => (Kind::CloseBrace, "}"),
        };
        if kind == Kind::CloseBrace
            && self.at_kind(kind)
            && self.orphans > 0
            && self.begins_attribute(self.at + 1)
        {
            self.orphans -= 1;
            self.at += 1;
            return self.attributes_end(open);
        }
        if self.eat_kind(kind) {
            if kind == Kind::CloseBrace {
                self.blocks = self.blocks.saturating_sub(1);
            }
            return true;
        }
        let foreign = self.begins_line(self.at)
            && self.begins_statement(self.at)
            && !self.begins_type(self.at + 1)
            && !self.begins_type(self.at + 2)
            && self.kind(self.at + 1) != Kind::OpenBrace;
        let ends = foreign || matches!(self.kind(self.at), Kind::End | Kind::CloseBrace);
        if ends {
            if matches!(self.kind(open), Kind::OpenParen | Kind::OpenBrace) {
                self.never_closed(open, sign);
            }
            if kind == Kind::CloseBrace {
                self.blocks = self.blocks.saturating_sub(1);
            }
        }
        ends
    }

    /// Skips a broken row of a table: to its points, the end of its line, or the end of the table.
    pub(super) fn skip_to_row(&mut self, start: usize) {
        if self.at == start && !self.at_kind(Kind::CloseBrace) && !self.at_kind(Kind::End) {
            self.at += 1;
        }
        while !matches!(self.kind(self.at), Kind::CloseBrace | Kind::End | Kind::Semicolon) {
            let behind_points = self.at >= start + 2
                && self.kind(self.at - 1) == Kind::Number
                && matches!(self.kind(self.at - 2), Kind::Colon | Kind::Minus);
            if behind_points || self.begins_line(self.at) {
                return;
            }
            self.at += 1;
        }
    }

    /// An attribute or group begins at `i`, by its type or bracket.
    pub(super) fn begins_attribute(&self, i: usize) -> bool {
        self.is_name(i) && (self.begins_type(i + 1) || self.kind(i + 1) == Kind::OpenBrace)
    }

    /// Skips a broken attribute: to a comma outside brackets, the next line, or the end of the block.
    pub(super) fn skip_to_attribute(&mut self, start: usize, open: usize) {
        let in_brackets = self.kind(open) == Kind::OpenParen;
        let mut depth = 0;
        if self.at == start && !self.at_kind(Kind::End) {
            self.at += 1; // what can end the attributes was looked for before
        }
        // a bracket that closes nothing here is passed, or the block would never end
        if self.at == start && self.at_kind(Kind::CloseParen) {
            self.at += 1;
            return;
        }
        // an opening bracket that has been passed counts
        for i in start..self.at {
            depth += i32::from(self.kind(i) == Kind::OpenParen) - i32::from(self.kind(i) == Kind::CloseParen);
        }
        while !self.at_kind(Kind::End) {
            match self.kind(self.at) {
                Kind::CloseBrace => return,
                Kind::Semicolon if depth <= 0 => return,
                Kind::CloseParen if depth <= 0 && in_brackets => return,
                Kind::Comma if depth <= 0 && self.begins_attribute(self.at + 1) => return,
                _ if depth <= 0 && self.begins_line(self.at) => return,
                _ if self.begins_line(self.at) && self.begins_statement(self.at) => return,
                Kind::OpenParen => depth += 1,
                Kind::CloseParen => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Skips a broken step of a test: to the next line outside brackets, or the end of the test.
    pub(super) fn skip_to_step(&mut self, start: usize) {
        let mut depth = 0;
        for i in start..self.at {
            depth += i32::from(self.kind(i) == Kind::OpenBrace) - i32::from(self.kind(i) == Kind::CloseBrace);
        }
        if self.at == start && !matches!(self.kind(start), Kind::CloseBrace | Kind::End) {
            depth += i32::from(self.kind(start) == Kind::OpenBrace);
            self.at += 1;
        }
        while !self.at_kind(Kind::End) {
            match self.kind(self.at) {
                Kind::Semicolon if depth <= 0 => return,
                Kind::CloseBrace if depth <= 0 => return,
                Kind::CloseBrace => depth -= 1,
                Kind::OpenBrace => depth += 1,
                Kind::Word if depth <= 0 && self.begins_line(self.at) => return,
                Kind::Word if self.test_is_open() => return,
                _ => {}
            }
            self.at += 1;
        }
    }
}
