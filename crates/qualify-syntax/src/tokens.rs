//! Text to tokens. White space and comments are dropped; every token knows its bytes.
//!
//! A mistake inside a token (an open quote, `1_`, `==`) is reported here, once, and the token is given the kind
//! that was meant, so that the parser goes on without a second message. Where nothing can be guessed the token is
//! [`Kind::Bad`], which the parser refuses silently.

use crate::parser::MOST_MESSAGES;
use crate::slips;
use logos::Logos;
use qualify_diagnostics::{Code, Diagnostic, FileId, Span};

/// One token: a kind and the bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    /// `10_000`, `0.5`.
    Number,
    /// `25%`.
    Percent,
    /// `7d`: a number with a letter for its unit.
    Duration,
    /// `"…"`.
    Text,
    Semicolon,
    Comma,
    Colon,
    Dot,
    OpenBrace,
    CloseBrace,
    OpenParen,
    CloseParen,
    Plus,
    Minus,
    Star,
    Slash,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Nothing can be made of it; already reported.
    Bad,
    /// After the last token.
    End,
}

/// The raw shapes; what needs a closer look gets it in [`Lexer`].
#[derive(Logos, Clone, Copy, Debug, PartialEq, Eq)]
#[logos(skip(r"[ \t\r\n]+"))]
#[logos(skip("#[^\n]*", allow_greedy = true))]
enum Raw {
    #[regex("[A-Za-z_][A-Za-z0-9_]*", priority = 20)]
    Word,
    #[regex(r"[\p{Alphabetic}_][\p{Alphabetic}\p{M}0-9_]*", priority = 10)]
    ForeignWord,
    #[regex("[0-9][0-9A-Za-z_.]*%?")]
    Figures,
    #[regex("[0-9][0-9][0-9][0-9]-[0-9][0-9]?-[0-9][0-9]?(T[0-9:.+Z-]*)?", priority = 30)]
    Date,
    #[regex("\"[^\"\n]*\"")]
    Text,
    #[regex("\"[^\"\n]*", priority = 3)]
    OpenText,
    #[regex("'[^'\n]*'")]
    #[regex("[“”„«»][^“”„«»\"\n]*[“”„«»\"]")]
    OtherText,
    #[token(";")]
    Semicolon,
    #[token(",")]
    Comma,
    #[token(":")]
    Colon,
    #[token(".")]
    Dot,
    #[token("{")]
    OpenBrace,
    #[token("}")]
    CloseBrace,
    #[token("(")]
    OpenParen,
    #[token(")")]
    CloseParen,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("=")]
    Equal,
    #[token("!=")]
    NotEqual,
    #[token("<")]
    Less,
    #[token("<=")]
    LessOrEqual,
    #[token(">")]
    Greater,
    #[token(">=")]
    GreaterOrEqual,
    #[token("=>")]
    #[token("==")]
    #[token("===")]
    #[token("=<")]
    #[token("<>")]
    #[token("!==")]
    #[token(":=")]
    #[token("&&")]
    #[token("&")]
    #[token("||")]
    #[token("!")]
    #[token("≥")]
    #[token("≤")]
    #[token("≠")]
    ForeignSign,
    #[regex("//[^\n]*", allow_greedy = true)]
    #[regex(r"/\*([^*]|\*+[^*/])*\*+/", priority = 30)]
    ForeignComment,
    #[regex("[$€£¥]")]
    Money,
    #[regex("[\u{A0}\u{2000}-\u{200F}\u{202F}\u{2060}\u{3000}\u{FEFF}]")]
    OddBlank,
    #[regex(".", priority = 0)]
    Stray,
}

/// What [`tokens`] gives.
pub(crate) struct Tokens {
    /// In order; the last is [`Kind::End`].
    pub tokens: Vec<Token>,
    /// One for each mistake.
    pub diagnostics: Vec<Diagnostic>,
    /// Lines with an open quote: nothing else on them is worth a message.
    pub muted: Vec<Span>,
}

/// The tokens of `text`.
pub(crate) fn tokens(file: FileId, text: &str) -> Tokens {
    let mut lexer =
        Lexer { file, text, tokens: Vec::new(), diagnostics: Vec::new(), muted: Vec::new(), brackets: 0 };
    let mut raw = Raw::lexer(text);
    while let Some(shape) = raw.next() {
        let span = raw.span();
        // the catch-all rule matches every character, so an error is a stray character too
        let resume = lexer.take(shape.unwrap_or(Raw::Stray), span.start, span.end);
        if resume != span.end {
            raw = Raw::lexer(text);
            raw.bump(resume);
        }
    }
    lexer.push(Kind::End, text.len(), text.len());
    Tokens { tokens: lexer.tokens, diagnostics: lexer.diagnostics, muted: lexer.muted }
}

struct Lexer<'t> {
    file: FileId,
    text: &'t str,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
    muted: Vec<Span>,
    /// `[` that were read as `(`.
    brackets: usize,
}

impl Lexer<'_> {
    /// Takes one raw token and gives the byte to go on from.
    fn take(&mut self, raw: Raw, start: usize, end: usize) -> usize {
        let kind = match raw {
            Raw::Word => Kind::Word,
            Raw::Text => Kind::Text,
            Raw::Semicolon => Kind::Semicolon,
            Raw::Comma => Kind::Comma,
            Raw::Colon => Kind::Colon,
            Raw::Dot => Kind::Dot,
            Raw::OpenBrace => Kind::OpenBrace,
            Raw::CloseBrace => Kind::CloseBrace,
            Raw::OpenParen => Kind::OpenParen,
            Raw::CloseParen => Kind::CloseParen,
            Raw::Plus => Kind::Plus,
            Raw::Minus => Kind::Minus,
            Raw::Star => Kind::Star,
            Raw::Slash => Kind::Slash,
            Raw::Equal => Kind::Equal,
            Raw::NotEqual => Kind::NotEqual,
            Raw::Less => Kind::Less,
            Raw::LessOrEqual => Kind::LessOrEqual,
            Raw::Greater => Kind::Greater,
            Raw::GreaterOrEqual => Kind::GreaterOrEqual,
            Raw::Figures => self.figures(start, end),
            Raw::Date => {
                let before = self.tokens.last().map_or("", |t| &self.text[t.start as usize..t.end as usize]);
                let named = self.defines("let") || ["since", "before", "after"].contains(&before);
                self.report(slips::bare_date(self.span(start, end), &self.text[start..end], named));
                Kind::Bad
            }
            Raw::OpenText => match self.inner_quote(start) {
                Some(end) => return end,
                None => return self.open_text(start, end),
            },
            Raw::Stray
                if self.text[start..].starts_with("\\\"")
                    && let Some(end) = self.inner_quote(start) =>
            {
                return end;
            }
            Raw::ForeignWord => {
                self.report(slips::foreign_word(self.span(start, end), &self.text[start..end]));
                Kind::Word
            }
            Raw::OtherText => {
                self.report(slips::other_quotes(self.span(start, end), &self.text[start..end]));
                Kind::Text
            }
            Raw::ForeignSign => self.foreign_sign(start, end),
            Raw::ForeignComment => {
                self.report(slips::foreign_comment(self.span(start, end), &self.text[start..end]));
                return end;
            }
            Raw::Money => return self.money(start, end),
            Raw::OddBlank => {
                if start > 0 || self.text[start..end] != *"\u{FEFF}" {
                    self.report(slips::odd_blank(self.span(start, end)));
                }
                return end;
            }
            Raw::Stray => match self.stray(start, end) {
                Some(kind) => kind,
                None => return end,
            },
        };
        self.push(kind, start, end);
        end
    }

    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        self.tokens.push(Token { kind, start: start as u32, end: end as u32 });
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start, end)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() <= MOST_MESSAGES {
            self.diagnostics.push(diagnostic);
        }
    }

    /// A run that begins with a digit.
    fn figures(&mut self, start: usize, end: usize) -> Kind {
        let text = &self.text[start..end];
        let (kind, well) = classify(text);
        if !well {
            let by = self.tokens.last().is_some_and(|t| &self.text[t.start as usize..t.end as usize] == "by");
            let d = slips::bad_number(self.span(start, end), text, by);
            let unclear = d.fixes.is_empty() || d.code != Code::E0106;
            self.report(d);
            if unclear {
                return Kind::Bad;
            }
        } else if text.bytes().filter(u8::is_ascii_digit).count() > MOST_DIGITS {
            self.report(slips::long_number(self.span(start, end)));
        }
        kind
    }

    /// A quote that is not closed on its line. It is taken to end before the punctuation that ends the line.
    fn open_text(&mut self, start: usize, end: usize) -> usize {
        let line_end = end;
        let body = self.text[start..end].trim_end_matches([' ', '\t', '\r', ')', '{', '}', ';', ',']);
        let end = start + body.len().max(1);
        self.report(slips::open_text(self.span(start, end), body));
        let line_start = self.text[..start].rfind('\n').map_or(0, |i| i + 1);
        self.muted.push(self.span(line_start, line_end));
        self.push(Kind::Text, start, end);
        end
    }

    /// `"say \"hello\""`: a quote was meant to stand inside the text that ended at the first `\"` before `at` on this
    /// line. All of it is read as one text; gives its end.
    fn inner_quote(&mut self, at: usize) -> Option<usize> {
        let last = self.tokens.iter().rposition(|token| token.kind == Kind::Text)?;
        let start = self.tokens[last].start as usize;
        let text = &self.text[start..self.tokens[last].end as usize];
        if !text.ends_with("\\\"") || self.text[start..at].contains('\n') {
            return None;
        }
        let rest = self.text[start..].lines().next()?;
        let (close, _) =
            rest.char_indices().skip(1).find(|(i, c)| *c == '"' && !rest[..*i].ends_with('\\'))?;
        let end = start + close + 1;
        let said = last > 0 && {
            let before = self.tokens[last - 1];
            matches!(&self.text[before.start as usize..before.end as usize], "because" | "test")
        };
        self.tokens.truncate(last);
        self.diagnostics.retain(|diagnostic| (diagnostic.place.span.start as usize) < start);
        self.report(slips::inner_quote(self.span(start, end), &self.text[start..end], said));
        self.push(Kind::Text, start, end);
        Some(end)
    }

    fn foreign_sign(&mut self, start: usize, end: usize) -> Kind {
        let (kind, ours) = match &self.text[start..end] {
            "=>" | "≥" => (Kind::GreaterOrEqual, ">="),
            "=<" | "≤" => (Kind::LessOrEqual, "<="),
            "<>" | "!==" | "≠" => (Kind::NotEqual, "!="),
            "==" | "===" | ":=" => (Kind::Equal, "="),
            "||" => (Kind::Word, "or"),
            "!" => (Kind::Word, "not"),
            _ => (Kind::Word, "and"),
        };
        self.report(slips::foreign_sign(self.span(start, end), &self.text[start..end], ours));
        kind
    }

    /// `$500`, `500 €`: the sign is dropped. Anywhere else it is a stray character. Gives the byte to go on from.
    fn money(&mut self, start: usize, end: usize) -> usize {
        let sign = &self.text[start..end];
        let rest = &self.text[end..];
        let run = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_.,".contains(c)).unwrap_or(rest.len());
        let number = rest[..run].trim_end_matches(['.', ',']);
        if number.starts_with(|c: char| c.is_ascii_digit()) {
            let stop = end + number.len();
            self.report(slips::money_before(self.span(start, stop), sign, number));
            self.push(Kind::Number, end, stop);
            return stop;
        }
        match self.tokens.last().copied().filter(|last| last.kind == Kind::Number) {
            Some(last) => {
                let number = &self.text[last.start as usize..last.end as usize];
                self.report(slips::money_after(self.span(last.start as usize, end), sign, number));
            }
            None => {
                self.report(slips::stray(self.span(start, end), sign));
                self.push(Kind::Bad, start, end);
            }
        }
        end
    }

    /// `WORD NAME =` has just been read.
    fn defines(&self, word: &str) -> bool {
        let text = |token: &Token| &self.text[token.start as usize..token.end as usize];
        matches!(self.tokens.as_slice(), [.., first, _, equal] if text(first) == word && equal.kind == Kind::Equal)
    }

    fn stray(&mut self, start: usize, end: usize) -> Option<Kind> {
        let text = &self.text[start..end];
        match text {
            "[" => {
                self.brackets += 1;
                // looked for on this line only, and not far
                let near = self.text[end..].char_indices().take(200).take_while(|(_, c)| *c != '\n');
                let close = near.filter(|(_, c)| *c == ']').map(|(i, _)| i).next();
                let close = close.map(|i| self.span(end + i, end + i + 1));
                if self.defines("list") {
                    self.report(slips::list_in_brackets(self.span(start, end), close));
                    return Some(Kind::OpenParen);
                }
                self.report(slips::square_bracket(self.span(start, end), close));
                return Some(Kind::OpenParen);
            }
            "]" if self.brackets > 0 => {
                self.brackets -= 1;
                return Some(Kind::CloseParen);
            }
            "%" => {
                if let Some(last) = self.tokens.last_mut().filter(|t| t.kind == Kind::Number) {
                    last.kind = Kind::Percent;
                    let (from, to) = (last.end as usize, end);
                    self.report(slips::apart_percent(self.span(from, to)));
                    return None;
                }
            }
            _ => {}
        }
        self.report(slips::stray(self.span(start, end), text));
        Some(Kind::Bad)
    }
}

/// Digits that a number may have, before and after the point together.
pub(crate) const MOST_DIGITS: usize = 30;

/// What a run of digits, letters, `_` and `.` is, and whether it is well written.
fn classify(text: &str) -> (Kind, bool) {
    if let Some(figures) = text.strip_suffix('%') {
        return (Kind::Percent, is_decimal(figures));
    }
    if is_decimal(text) {
        return (Kind::Number, true);
    }
    if text.strip_suffix(['s', 'm', 'h', 'd', 'w']).is_some_and(is_decimal) {
        return (Kind::Duration, true);
    }
    let kind = if slips::unit_suffix(text).is_some() { Kind::Duration } else { Kind::Number };
    (kind, false)
}

/// `10_000.5`: groups of digits with single strokes between them, and digits after a point.
pub(crate) fn is_decimal(text: &str) -> bool {
    let all_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    whole.split('_').all(all_digits) && fraction.is_none_or(all_digits)
}
