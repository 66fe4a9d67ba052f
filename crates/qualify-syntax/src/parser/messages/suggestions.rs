//! What may have been meant: misspelt words, words and habits of other languages.

use crate::parser::{Parser, Reported};
use crate::tokens::Kind;
use crate::words::{CONNECTORS, OPENERS, TAILS, VERBS, meant};
use qualify_diagnostics::{Code, Diagnostic, Span};

/// Words that people write for a comparison, and its sign.
const COMPARATIVES: &[(&str, &str)] = &[
    ("over", ">"),
    ("above", ">"),
    ("greater", ">"),
    ("larger", ">"),
    ("bigger", ">"),
    ("higher", ">"),
    ("exceeds", ">"),
    ("more", ">"),
    ("under", "<"),
    ("below", "<"),
    ("less", "<"),
    ("smaller", "<"),
    ("lower", "<"),
    ("fewer", "<"),
    ("equals", "="),
    ("equal", "="),
    ("exactly", "="),
];

fn comparative(word: &str) -> Option<&'static str> {
    COMPARATIVES.iter().find(|(theirs, _)| *theirs == word).map(|(_, sign)| *sign)
}

impl Parser<'_> {
    /// What the current token may have meant; `words` could stand here.
    pub(in crate::parser) fn suggestion(&mut self, words: &[&'static str]) -> Option<Diagnostic> {
        self.twice()
            .or_else(|| self.number_with_comma())
            .or_else(|| self.shouted_here())
            .or_else(|| self.second_comparison())
            .or_else(|| self.bare_count())
            .or_else(|| self.habit_behind_object())
            .or_else(|| self.misspelt_object())
            .or_else(|| self.bare_length())
            .or_else(|| self.misspelt_here(words))
            .or_else(|| self.suggestion_for_object())
            .or_else(|| self.hyphen())
            .or_else(|| self.loose_dot())
    }

    /// `within within`.
    pub(in crate::parser) fn twice(&self) -> Option<Diagnostic> {
        let i = self.at;
        let twice = i > 0
            && self.at_kind(Kind::Word)
            && self.kind(i - 1) == Kind::Word
            && self.text(i) == self.text(i - 1);
        twice.then(|| {
            let message = format!("{} stands here twice", self.shown(i));
            let gap = Span { start: self.token(i - 1).end, ..self.span(i) };
            Diagnostic::new(Code::E0116, self.span(i), message).fix("leave one out", gap, "")
        })
    }

    /// `10,000`.
    pub(in crate::parser) fn number_with_comma(&self) -> Option<Diagnostic> {
        let i = self.at;
        let thousands = i > 0
            && self.at_kind(Kind::Comma)
            && self.kind(i - 1) == Kind::Number
            && self.kind(i + 1) == Kind::Number
            && self.touches(i)
            && self.touches(i + 1)
            && self.text(i + 1).len() >= 3;
        if !thousands {
            return None;
        }
        let mut number = self.text(i - 1).to_string();
        let mut end = i;
        while self.kind(end) == Kind::Comma && self.kind(end + 1) == Kind::Number && self.touches(end + 1) {
            number = format!("{number}_{}", self.text(end + 1));
            end += 2;
        }
        let span = self.span(i - 1).to(self.span(end - 1));
        let d = Diagnostic::new(Code::E0111, span, format!("thousands are set apart by `_`: `{number}`"));
        Some(d.fix(format!("write `{number}`"), span, number))
    }

    /// A word of the language in capitals that is no name and no value.
    pub(in crate::parser) fn shouted_here(&self) -> Option<Diagnostic> {
        let text = self.text(self.at);
        let lower = text.to_ascii_lowercase();
        let ours = text != lower && text.to_ascii_uppercase() == text && lower.len() > 1;
        let ours = ours && (lower.len() > 2 || lower == "or" || lower == "if");
        let known = VERBS.iter().chain(CONNECTORS).chain(TAILS).chain(OPENERS).any(|word| *word == lower)
            || ["if", "then", "else", "times", "otherwise"].contains(&lower.as_str());
        (self.at_kind(Kind::Word) && ours && known).then(|| {
            let message = format!("`{text}` is written in small letters: `{lower}`");
            Diagnostic::new(Code::E0110, self.span(self.at), message).fix(
                format!("write `{lower}`"),
                self.span(self.at),
                lower,
            )
        })
    }

    /// `1 < x < 5`.
    pub(in crate::parser) fn second_comparison(&self) -> Option<Diagnostic> {
        (self.compared && self.compare(self.at).is_some()).then(|| {
            Diagnostic::new(Code::E0124, self.span(self.at), "two comparisons cannot stand in a row").note(
                "write two conditions with `and` between them, or `x between 1 and 5`, which includes both ends",
            )
        })
    }

    /// `visited pricing 3 times`.
    pub(in crate::parser) fn bare_count(&self) -> Option<Diagnostic> {
        let i = self.at;
        (self.at_kind(Kind::Number) && self.is(i + 1, "times")).then(|| {
            let number = self.text(i);
            let message = format!("`{number} times` needs `at least`, `at most` or `exactly` before it");
            Diagnostic::new(Code::E0127, self.span(i).to(self.span(i + 1)), message)
                .fix(format!("write `at least {number} times`"), self.span(i).before(), "at least ")
                .fix(format!("write `exactly {number} times`"), self.span(i).before(), "exactly ")
        })
    }

    /// `visited pricing 7d`, `… 7 days ago`, `… last 7d`.
    pub(in crate::parser) fn bare_length(&self) -> Option<Diagnostic> {
        let i = self.at;
        if i == 0 {
            return None;
        }
        let mut start = i;
        if self.is_one_of(i - 1, &["last", "past"]) {
            start = i - 1;
            if self.is_one_of(start - usize::from(start > 0), &["the", "in"]) {
                start -= 1;
            }
        }
        if self.at("for") && self.begins_duration(i + 1) {
            let d = Diagnostic::new(Code::E0112, self.span(i), "a time before now is written `within`");
            return Some(d.fix("write `within`", self.span(i), "within"));
        }
        let length = match self.is_one_of(i, &["last", "past"]) {
            true => i + 1,
            false => i,
        };
        if !self.begins_duration(length) {
            return None;
        }
        let end = self.length_end(length)?;
        let ago = self.is(end, "ago");
        let words = {
            let span = self.span(length).to(self.span(end - 1));
            &self.source[span.start as usize..span.end as usize]
        };
        let span = self.span(start).to(self.span(end - 1 + usize::from(ago)));
        let message = match ago {
            true => format!(
                "`{words} ago` does not say on which side: `within {words}` or `more than {words} ago`"
            ),
            false => format!("a time before now is written `within {words}`"),
        };
        let mut d = Diagnostic::new(Code::E0112, span, message).fix(
            format!("write `within {words}`"),
            span,
            format!("within {words}"),
        );
        if ago {
            d = d.fix(format!("write `more than {words} ago`"), span, format!("more than {words} ago"));
        }
        Some(d)
    }

    /// A misspelt word of `words`.
    pub(in crate::parser) fn misspelt_here(&self, words: &[&'static str]) -> Option<Diagnostic> {
        match self.at_kind(Kind::Word) {
            true => self.misspelt_at(self.at, words),
            false => None,
        }
    }

    pub(in crate::parser) fn misspelt_at(&self, i: usize, words: &[&'static str]) -> Option<Diagnostic> {
        let found = self.text(i);
        let ours = meant(found, words)?;
        let message = match words.len() {
            1 => format!("expected `{ours}` here, found `{found}`"),
            _ => format!("`{found}` cannot stand here; did you mean `{ours}`?"),
        };
        Some(Diagnostic::new(Code::E0103, self.span(i), message).fix(
            format!("write `{ours}`"),
            self.span(i),
            ours,
        ))
    }

    /// The word before was taken as the object of an event, and may have been something else.
    pub(in crate::parser) fn suggestion_for_object(&mut self) -> Option<Diagnostic> {
        let object = self.object.filter(|&object| object + 1 == self.at)?;
        if let Some(d) = self.giving(object).or_else(|| self.moment_in_words(object)) {
            return Some(d);
        }
        let word = self.text(object);
        if let Some(sign) = comparative(word) {
            let small = usize::from(self.is_one_of(self.at, &["than", "to"]));
            let span = self.span(object).to(self.span(object + small));
            let words = &self.source[span.start as usize..span.end as usize];
            let d = Diagnostic::new(Code::E0116, span, format!("`{words}` is written `{sign}`"));
            return Some(d.fix(format!("write `{sign}`"), span, sign));
        }
        if word == "unless" {
            let d = Diagnostic::new(Code::E0116, self.span(object), "`unless` is written `and not`");
            return Some(d.fix("write `and not`", self.span(object), "and not"));
        }
        self.misspelt_object().or_else(|| self.several_words(object))
    }

    /// The word before was taken as the object of an event, and what stands here says what is meant.
    fn habit_behind_object(&mut self) -> Option<Diagnostic> {
        let object = self.object.filter(|&object| object + 1 == self.at)?;
        self.giving(object).or_else(|| self.moment_in_words(object))
    }

    /// The word before was taken as the object of an event, and is a misspelt word of the language.
    pub(in crate::parser) fn misspelt_object(&self) -> Option<Diagnostic> {
        let object = self.object.filter(|&object| object + 1 == self.at)?;
        let words: Vec<&'static str> = VERBS.iter().chain(CONNECTORS).copied().collect();
        self.misspelt_at(object, &words)
    }

    /// `downloaded white paper`.
    pub(in crate::parser) fn several_words(&self, object: usize) -> Option<Diagnostic> {
        let mut end = self.at;
        while self.is_name(end) && !self.begins_line(end) && end < object + 6 {
            end += 1;
        }
        if end == self.at {
            return None;
        }
        let span = self.span(object).to(self.span(end - 1));
        let words = &self.source[span.start as usize..span.end as usize];
        let d = Diagnostic::new(
            Code::E0131,
            span,
            format!("a name of several words stands in quotes: `\"{words}\"`"),
        );
        Some(match self.has_text_object(object) {
            true => d.fix(format!("write `\"{words}\"`"), span, format!("\"{words}\"")),
            false => d,
        })
    }

    /// As far as this file says, the event before `object` has text behind it.
    fn has_text_object(&self, object: usize) -> bool {
        let name = self.text(object - 1 - usize::from(self.is(object - 1, "on") && object > 1));
        let declared = |i: &usize| self.begins_line(*i) && self.is(*i, "event") && self.is_name(i + 1);
        let mut events = (0..self.tokens.len()).filter(declared).peekable();
        let none = events.peek().is_none();
        let own = events.find(|i| self.text(i + 1) == name);
        let Some(own) = own else { return none };
        let open = (own + 2..own + 20).find(|&i| self.kind(i) == Kind::OpenParen);
        open.is_some_and(|open| self.is_one_of(open + 2, &["text", "one", "ordered", "url", "email"]))
    }

    /// `sales-qualified`.
    pub(in crate::parser) fn hyphen(&self) -> Option<Diagnostic> {
        let i = self.at;
        let hyphen = i > 0
            && self.at_kind(Kind::Minus)
            && self.kind(i - 1) == Kind::Word
            && self.kind(i + 1) == Kind::Word
            && self.touches(i)
            && self.touches(i + 1);
        hyphen.then(|| {
            let span = self.span(i - 1).to(self.span(i + 1));
            let words = &self.source[span.start as usize..span.end as usize];
            let joined = words.replace('-', "_");
            Diagnostic::new(Code::E0131, span, "a name has no `-`")
                .fix(format!("write `{joined}`"), span, joined)
                .fix(format!("write `\"{words}\"`"), span, format!("\"{words}\""))
        })
    }

    /// `account . tier`, or a dot at the end of a sentence.
    pub(in crate::parser) fn loose_dot(&self) -> Option<Diagnostic> {
        if !self.at_kind(Kind::Dot) {
            return None;
        }
        let i = self.at;
        if self.kind(i + 1) == Kind::Word && !self.begins_line(i + 1) {
            let gap = qualify_diagnostics::Span {
                start: self.token(i.max(1) - 1).end,
                ..self.span(i + 1).before()
            };
            let d = Diagnostic::new(Code::E0101, self.span(i), "a name and its dots stand without blanks");
            return Some(d.fix("leave the blanks out", gap, "."));
        }
        let d = Diagnostic::new(Code::E0101, self.span(i), "a statement has no dot at its end");
        Some(d.fix("leave the dot out", self.span(i), ""))
    }

    /// What cannot stand behind `is` (or `is not`), though people say it.
    pub(in crate::parser) fn wrong_after_is(&mut self, negated: bool) -> Option<Reported> {
        let i = self.at;
        let is = i - 1 - usize::from(negated);
        let word = self.text(i);
        if !self.at_kind(Kind::Word) {
            return None;
        }
        let both = self.span(is).to(self.span(i));
        if self.is_one_of(i, &["one", "any"]) && self.is(i + 1, "of") && self.kind(i + 2) == Kind::OpenParen {
            let ours = if negated { "not in" } else { "in" };
            let span = self.span(is).to(self.span(i + 1));
            let d =
                Diagnostic::new(Code::E0128, span, format!("one of several values is written `{ours} (…)`"));
            return Some(self.fail(d.fix(format!("write `{ours}`"), span, ours)));
        }
        if negated && (word == "known" || word == "unknown") {
            let ours = if word == "known" { "is unknown" } else { "is known" };
            let d = Diagnostic::new(Code::E0128, both, format!("`is not {word}` is written `{ours}`"));
            return Some(self.fail(d.fix(format!("write `{ours}`"), both, ours)));
        }
        let plain = ["in", "between", "contains", "mentions", "matches"];
        let two = (word == "at" && self.is_one_of(i + 1, &["least", "most"]))
            || (["starts", "ends"].contains(&word) && self.is(i + 1, "with"));
        if two
            || (plain.contains(&word) && self.begins_value(i + 1)
                || (plain.contains(&word) && self.kind(i + 1) == Kind::OpenParen))
        {
            let (written, not) = match (word, negated) {
                ("in", true) => ("not in".to_string(), "not in"),
                (word, _) if two => (format!("{word} {}", self.text(i + 1)), word),
                (word, _) => (word.to_string(), word),
            };
            let d = Diagnostic::new(Code::E0128, both, format!("`{written}` stands without `is`"));
            return Some(self.fail(d.fix(format!("write `{written}`"), both, not)));
        }
        let sign = comparative(word)?;
        let small = usize::from(self.is_one_of(i + 1, &["than", "to"]));
        if small == 0 && !matches!(self.kind(i + 1), Kind::Number | Kind::Duration | Kind::Percent) {
            return None;
        }
        let span = self.span(is).to(self.span(i + small));
        let words = &self.source[span.start as usize..span.end as usize];
        let sign = match (sign, negated) {
            (sign, false) => sign,
            (">", true) => "<=",
            ("<", true) => ">=",
            (_, true) => "!=",
        };
        let d = Diagnostic::new(Code::E0128, span, format!("`{words}` is written `{sign}`"));
        Some(self.fail(d.fix(format!("write `{sign}`"), span, sign)))
    }
}
