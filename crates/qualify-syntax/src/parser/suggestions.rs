//! What may have been meant: misspelt words, words and habits of other languages, parts in the wrong place.

use super::Parser;
use super::recovery::RULES;
use crate::tokens::Kind;
use crate::words::{CONNECTORS, OPENERS, TAILS, VERBS, meant};
use qualify_diagnostics::{Code, Diagnostic};

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
    /// The word that begins a statement here; a misspelt one is reported and given as what was meant.
    pub(super) fn statement_word(&mut self) -> Option<&'static str> {
        if self.at_words(&["account", "score"]) {
            return Some("account");
        }
        self.opener(OPENERS)
    }

    /// The word that begins a rule here, in a score block.
    pub(super) fn rule_word(&mut self) -> Option<&'static str> {
        self.opener(RULES)
    }

    /// A word that begins a rule stands here.
    pub(super) fn rule_word_here(&self) -> bool {
        RULES.iter().any(|word| self.at(word))
    }

    fn opener(&mut self, openers: &[&'static str]) -> Option<&'static str> {
        if !self.at_kind(Kind::Word) {
            return None;
        }
        if let Some(word) = openers.iter().copied().find(|word| self.at(word)) {
            return Some(word);
        }
        let rule = openers.contains(&"when");
        let followed = !matches!(self.kind(self.at + 1), Kind::End | Kind::Semicolon | Kind::Colon);
        if rule && self.at("if") && followed {
            let d =
                Diagnostic::new(Code::E0116, self.span(self.at), "a rule begins with `when`, not with `if`");
            self.report(d.fix("write `when`", self.span(self.at), "when"));
            return Some("when");
        }
        let what = if openers.len() == RULES.len() { "a rule" } else { "a statement" };
        match followed {
            true => self.misspelt(openers, &[what, "such as `when … add …`"]),
            false => None,
        }
    }

    /// What the current token may have meant; `words` could stand here.
    pub(super) fn suggestion(&mut self, words: &[&'static str]) -> Option<Diagnostic> {
        self.number_with_comma()
            .or_else(|| self.shouted_here())
            .or_else(|| self.second_comparison())
            .or_else(|| self.bare_count())
            .or_else(|| self.bare_length())
            .or_else(|| self.misspelt_here(words))
            .or_else(|| self.suggestion_for_object())
            .or_else(|| self.hyphen())
            .or_else(|| self.loose_dot())
    }

    /// What may have been meant by more behind a complete statement.
    pub(super) fn suggestion_for_rest(&mut self) -> Option<Diagnostic> {
        self.misplaced()
            .or_else(|| self.second_action())
            .or_else(|| self.bare_reason())
            .or_else(|| self.else_here())
            .or_else(|| self.misspelt_here(TAILS))
            .or_else(|| self.limit_in_other_words())
    }

    /// What a word may have meant that begins no statement.
    pub(super) fn suggestion_for_statement(&mut self) -> Option<Diagnostic> {
        self.else_here().or_else(|| self.suggestion_for_rest()).or_else(|| {
            let span = self.span(self.at);
            self.at("then").then(|| {
                Diagnostic::new(Code::E0116, span, "no `then` is needed anywhere").fix(
                    "leave `then` out",
                    span,
                    "",
                )
            })
        })
    }

    /// `10,000`.
    fn number_with_comma(&self) -> Option<Diagnostic> {
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
    fn shouted_here(&self) -> Option<Diagnostic> {
        let text = self.text(self.at);
        let lower = text.to_ascii_lowercase();
        let ours = text != lower && text.to_ascii_uppercase() == text && lower.len() > 1;
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
    fn second_comparison(&self) -> Option<Diagnostic> {
        (self.compared && self.compare(self.at).is_some()).then(|| {
            Diagnostic::new(Code::E0124, self.span(self.at), "two comparisons cannot stand in a row").note(
                "write two conditions with `and` between them, or `x between 1 and 5`, which includes both ends",
            )
        })
    }

    /// `visited pricing 3 times`.
    fn bare_count(&self) -> Option<Diagnostic> {
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
    fn bare_length(&self) -> Option<Diagnostic> {
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
    fn misspelt_here(&self, words: &[&'static str]) -> Option<Diagnostic> {
        match self.at_kind(Kind::Word) {
            true => self.misspelt_at(self.at, words),
            false => None,
        }
    }

    fn misspelt_at(&self, i: usize, words: &[&'static str]) -> Option<Diagnostic> {
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
    pub(super) fn suggestion_for_object(&mut self) -> Option<Diagnostic> {
        let object = self.object.filter(|&object| object + 1 == self.at)?;
        let word = self.text(object);
        if let Some(sign) = comparative(word) {
            let small = usize::from(self.is_one_of(self.at, &["than", "to"]));
            let span = self.span(object).to(self.span(self.at + small).before());
            let span = qualify_diagnostics::Span { end: self.span(self.at + small).start, ..span };
            let words = self.source[span.start as usize..span.end as usize].trim_end();
            let d = Diagnostic::new(Code::E0116, span, format!("`{words}` is written `{sign}`"));
            return Some(d.fix(format!("write `{sign}`"), span, format!("{sign} ")));
        }
        let words: Vec<&'static str> = VERBS.iter().chain(CONNECTORS).copied().collect();
        if let Some(d) = self.misspelt_at(object, &words) {
            return Some(d);
        }
        self.several_words(object)
    }

    /// `downloaded white paper`.
    fn several_words(&self, object: usize) -> Option<Diagnostic> {
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
        Some(d.fix(format!("write `\"{words}\"`"), span, format!("\"{words}\"")))
    }

    /// `sales-qualified`.
    fn hyphen(&self) -> Option<Diagnostic> {
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
    fn loose_dot(&self) -> Option<Diagnostic> {
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

    /// A window, filter, count or condition behind the action.
    fn misplaced(&mut self) -> Option<Diagnostic> {
        let (start, verb) = (self.at, self.verb?);
        let verb_word = self.text(verb);
        if self.begins_qualifier(start) {
            let _ = self.quietly(Self::qualifiers);
            let (words, span, edits) = (self.words_since(start), self.since(start), self.moved(start, verb));
            self.at = start;
            let message = format!("`{words}` belongs to the event, before `{verb_word}`");
            return Some(
                Diagnostic::new(Code::E0121, span, message)
                    .other(self.span(verb), "the action begins here")
                    .fix_all(format!("move it to before `{verb_word}`"), edits),
            );
        }
        let joined = self.is_one_of(start, &["and", "or"]);
        let second = joined && VERBS.iter().any(|verb| self.is(start + 1, verb));
        if joined && !second {
            let message =
                format!("a condition stands before the action, not behind `{}`", self.words_from(verb));
            return Some(
                Diagnostic::new(Code::E0121, self.span(start), message)
                    .other(self.span(verb), "the action begins here"),
            );
        }
        None
    }

    fn words_from(&self, start: usize) -> &str {
        self.words_since(start)
    }

    /// `add 5 multiply by 2`.
    fn second_action(&mut self) -> Option<Diagnostic> {
        self.verb?;
        let joined = usize::from(self.is_one_of(self.at, &["and"]) || self.at_kind(Kind::Comma));
        let verb = VERBS.iter().find(|verb| self.is(self.at + joined, verb))?;
        let message = format!("a rule has one action: `{verb}` needs a rule of its own");
        Some(
            Diagnostic::new(Code::E0121, self.span(self.at + joined), message)
                .note("the same condition can stand in both rules; `let` gives it a name"),
        )
    }

    /// A text behind an action.
    fn bare_reason(&self) -> Option<Diagnostic> {
        self.at_kind(Kind::Text).then(|| {
            Diagnostic::new(Code::E0119, self.span(self.at), "a reason stands behind `because`").fix(
                "write `because`",
                self.span(self.at).before(),
                "because ",
            )
        })
    }

    fn else_here(&self) -> Option<Diagnostic> {
        let word = self.text(self.at);
        let other = self.at_kind(Kind::Word) && ["else", "elif", "elsif", "elseif", "ELSE"].contains(&word);
        other.then(|| {
            Diagnostic::new(Code::E0116, self.span(self.at), format!("a rule has no `{word}`"))
                .note("the other case is a rule of its own, with its own condition")
                .note("a `points for … { … }` table, where the first row that fits counts, is often simpler")
        })
    }

    /// `max 15`, `limit 15` behind an action.
    fn limit_in_other_words(&self) -> Option<Diagnostic> {
        let word = self.text(self.at);
        let limit = self.verb.is_some()
            && ["max", "maximum", "cap", "capped", "limit", "limited", "to"].contains(&word)
            && self.kind(self.at + 1) == Kind::Number;
        limit.then(|| {
            Diagnostic::new(
                Code::E0103,
                self.span(self.at),
                format!("a limit is written `up to`, not `{word}`"),
            )
            .fix("write `up to`", self.span(self.at), "up to")
        })
    }

    /// What cannot stand behind `is` (or `is not`), though people say it.
    pub(super) fn wrong_after_is(&mut self, negated: bool) -> Option<super::Reported> {
        let i = self.at;
        let is = i - 1 - usize::from(negated);
        let word = self.text(i);
        if !self.at_kind(Kind::Word) {
            return None;
        }
        let both = self.span(is).to(self.span(i));
        if negated && (word == "known" || word == "unknown") {
            let ours = if word == "known" { "is unknown" } else { "is known" };
            let d = Diagnostic::new(Code::E0128, both, format!("`is not {word}` is written `{ours}`"));
            return Some(self.fail(d.fix(format!("write `{ours}`"), both, ours)));
        }
        let plain = ["in", "at", "between", "contains", "starts", "ends", "mentions", "matches"];
        if plain.contains(&word) {
            let (written, not) = match (word, negated) {
                ("in", true) => ("not in".to_string(), "not in"),
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
