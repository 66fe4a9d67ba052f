//! Mistakes in rules: actions, events, counts and lengths of time.

use crate::parser::literal::unit;
use crate::parser::{Got, Parser, Reported};
use crate::tokens::{Kind, is_decimal};
use crate::tree::Term;
use crate::words::{CONNECTORS, STATEMENT, VERBS, meant};
use qualify_diagnostics::{Code, Diagnostic, Span};

impl Parser<'_> {
    /// `then` before an action: reported and passed over. Between events it is no action that is missing.
    pub(in crate::parser) fn needless_then(&mut self) -> Got<()> {
        let i = self.at;
        if !self.at("then") {
            return Ok(());
        }
        if self.is_name(i + 1) && meant(self.text(i + 1), VERBS).is_none() {
            let d = Diagnostic::new(
                Code::E0116,
                self.span(i),
                "one event after another is written `followed by`",
            )
            .fix("write `followed by`", self.span(i), "followed by");
            return Err(self.fail(d));
        }
        if self.is(self.start, "if") {
            self.at += 1; // was reported with the `if`
            return Ok(());
        }
        let d = Diagnostic::new(
            Code::E0116,
            self.span(i),
            "no `then` is needed: the action follows the condition",
        )
        .fix("leave `then` out", self.gap_to(i, i + 1), "");
        self.report(d);
        self.at += 1;
        Ok(())
    }

    /// No action follows the condition of a rule.
    pub(in crate::parser) fn no_action(&mut self) -> Reported {
        let i = self.at;
        let example = "an action such as `add 20`";
        match self.kind(i) {
            Kind::Number | Kind::Plus
                if !self.is_one_of(i + 1, VERBS)
                    && self.kind(i + usize::from(self.at_kind(Kind::Plus))) == Kind::Number =>
            {
                let plus = usize::from(self.at_kind(Kind::Plus));
                if let Some(d) = self.bare_range() {
                    return self.fail(d);
                }
                let number = self.text(i + plus);
                let other = if plus == 0 { self.suggestion(&[]) } else { None };
                if let Some(d) = other.filter(|d| d.code != Code::E0101) {
                    return self.fail(d);
                }
                let span = self.span(i).to(self.span(i + plus));
                let message = format!("expected {example} here: points are given with `add {number}`");
                let d = Diagnostic::new(Code::E0126, span, message);
                self.fail(d.fix(format!("write `add {number}`"), span, format!("add {number}")))
            }
            Kind::CloseParen => self.closes_nothing("("),
            Kind::OpenParen => match self.filter_without_where(i) {
                Some(reported) => reported,
                None => self.unexpected(example, &[]),
            },
            Kind::Word if self.is_one_of(i, STATEMENT) && !self.statement_ends() && !self.begins_line(i) => {
                let word = self.text(i);
                let d = Diagnostic::new(
                    Code::E0118,
                    self.span(i),
                    format!("as the object of an event, `{word}` needs quotes"),
                )
                .note(format!("`{word}` begins a statement"))
                .fix(format!("write `\"{word}\"`"), self.span(i), format!("\"{word}\""));
                self.fail(d)
            }
            Kind::Colon | Kind::Comma => {
                if let Some(d) = self.suggestion(&[]) {
                    return self.fail(d);
                }
                if let Some(d) = self.list_without_brackets() {
                    return self.fail(d);
                }
                let message = format!("no {} is needed: the action follows the condition", self.shown(i));
                let d = Diagnostic::new(Code::E0116, self.span(i), message);
                self.fail(d.fix("leave it out", self.span(i), ""))
            }
            Kind::OpenBrace => {
                let d = Diagnostic::new(Code::E0116, self.span(i), "an action stands without brackets");
                self.fail(d.note("the action follows the condition: `when visited pricing add 20`"))
            }
            _ => {
                let ends = self.statement_ends() && (self.begins_line(i) || !self.at_kind(Kind::Word));
                let stage =
                    self.start >= 2 && self.is(self.start - 2, "stage") && !self.begins_line(self.start);
                if ends && stage && self.is(self.start, "when") {
                    let message = "a stage has `if`, not `when`, which begins a rule that gives points";
                    return self.instead(message.to_string(), self.span(self.start), "if");
                }
                if ends {
                    let before = self.span(i.max(1) - 1);
                    let d = Diagnostic::new(Code::E0126, before, "this rule does nothing: it has no action")
                        .note("an action follows the condition: `add 20`, `subtract 5`, `multiply by 2`, `cap at 50`, `set to 0`");
                    return self.fail(d);
                }
                if let Some(d) = self.bare_range() {
                    return self.fail(d);
                }
                let words: Vec<&'static str> = VERBS.iter().chain(CONNECTORS).copied().collect();
                self.unexpected(example, &words)
            }
        }
    }

    /// An event that is narrowed down, with an operator behind it.
    pub(in crate::parser) fn event_as_number(&mut self, term: &Term) -> Reported {
        if self.at("not")
            && let Some(reported) = self.negated_test(term.span)
        {
            return reported;
        }
        if let Some(reported) = self.signed_count(term) {
            return reported;
        }
        let i = self.at;
        let plus = matches!(self.kind(i), Kind::Plus | Kind::Minus) && self.kind(i + 1) == Kind::Number;
        if plus {
            let verb = if self.at_kind(Kind::Plus) { "add" } else { "subtract" };
            let (number, span) = (self.text(i + 1), self.span(i).to(self.span(i + 1)));
            let d = Diagnostic::new(Code::E0126, span, format!("points are given with `{verb} {number}`"));
            return self.fail(d.fix(format!("write `{verb} {number}`"), span, format!("{verb} {number}")));
        }
        if let Some(d) = self.suggestion_for_object() {
            return self.fail(d);
        }
        if let Some(d) = self.length_behind_in() {
            return self.fail(d);
        }
        let first = term.steps.first().map_or("", |step| step.event.parts[0].text.as_str());
        if ["number", "total", "average", "largest", "smallest"].contains(&first) {
            let place = term.span.start + first.len() as u32;
            let place = Span { start: place, end: place, ..term.span };
            let d = Diagnostic::new(Code::E0102, term.span, format!("expected `of` after `{first}`"));
            return self.fail(d.fix("write `of`", place, " of"));
        }
        let words = &self.source[term.span.start as usize..term.span.end as usize];
        let message =
            format!("`{words}` is an event, which holds or not; it is no number to compare or compute with");
        let d = Diagnostic::new(Code::E0120, term.span, message)
            .other(self.span(i), "this needs a number before it")
            .fix(format!("write `number of {words}`"), term.span.before(), "number of ");
        self.fail(d)
    }

    /// `(seconds < 5)` behind an event lacks its `where`.
    pub(in crate::parser) fn filter_without_where(&mut self, open: usize) -> Option<Reported> {
        if let Some(reported) = self.objects_with_or(open) {
            return Some(reported);
        }
        let mut i = open + 1;
        while i < open + 50 && !matches!(self.kind(i), Kind::CloseParen | Kind::End | Kind::OpenBrace) {
            let condition = self.compare(i).is_some()
                || self.is_one_of(
                    i,
                    &["and", "or", "is", "contains", "starts", "ends", "mentions", "matches", "in"],
                );
            if condition && i > open + 1 && self.kind(i - 1) != Kind::Dot {
                let d = Diagnostic::new(
                    Code::E0102,
                    self.span(open),
                    "a condition on an event stands behind `where`",
                )
                .fix("write `where`", self.span(open).before(), "where ");
                return Some(self.fail(d));
            }
            i += 1;
        }
        None
    }

    /// `at least 3` behind an event, without `times`. `start` is where the count began.
    pub(in crate::parser) fn no_times(&mut self, start: usize) -> Reported {
        let words = self.words_since(start);
        let span = self.since(start);
        let sign = match self.text(start) {
            "more" => ">",
            "fewer" => "<",
            "exactly" => "=",
            _ => return self.unexpected("`times`", &["times"]),
        };
        let count = words.rsplit(char::is_whitespace).next().unwrap_or(words);
        let message =
            format!("`{words}` counts events and has `times` behind it; a number is compared with `{sign}`");
        let d = Diagnostic::new(Code::E0127, span, message).fix(
            format!("write `{words} times`"),
            span.after(),
            " times",
        );
        let plain = self.kind(start - 1) == Kind::Word && self.object != Some(start - 1);
        self.fail(match plain {
            true => d.fix(format!("write `{sign} {count}`"), span, format!("{sign} {count}")),
            false => d,
        })
    }

    /// `days since visited pricing`; the event began at `start`.
    pub(in crate::parser) fn no_last(&mut self, start: usize) -> Reported {
        let event = self.shown(start);
        let d = Diagnostic::new(
            Code::E0102,
            self.span(start),
            format!("the days since an event are written `days since last {}`", event.trim_matches('`')),
        );
        self.fail(d.fix("write `last`", self.span(start).before(), "last "))
    }

    /// A length of time is missing or has no unit.
    pub(in crate::parser) fn no_length(&mut self) -> Reported {
        let i = self.at;
        if unit(self.text(i)).is_some() && self.at_kind(Kind::Word) {
            let word = self.text(i);
            let d = Diagnostic::new(
                Code::E0112,
                self.span(i),
                format!("how many? a length of time has a number: `1 {word}`"),
            )
            .fix(format!("write `1 {word}`"), self.span(i).before(), "1 ");
            return self.fail(d);
        }
        if !self.at_kind(Kind::Number) {
            return self.unexpected("a length of time such as `7d` or `3 months`", &[]);
        }
        let number = self.text(i);
        if !is_decimal(number) {
            return Reported; // the number itself was reported
        }
        let letter = self.text(i + 1);
        if matches!(letter, "s" | "m" | "h" | "d" | "w") {
            let span = self.span(i).to(self.span(i + 1));
            let d =
                Diagnostic::new(Code::E0112, span, format!("`{number}{letter}` is written without a blank"));
            return self.fail(d.fix(format!("write `{number}{letter}`"), span, format!("{number}{letter}")));
        }
        let message =
            format!("`{number}` of what? a length of time has a unit: `{number}d` or `{number} days`");
        let d = Diagnostic::new(Code::E0112, self.span(i), message)
            .fix(format!("write `{number}d`"), self.span(i), format!("{number}d"))
            .fix(format!("write `{number}h`"), self.span(i), format!("{number}h"));
        self.fail(d)
    }

    /// `within the last 7d`: reported, and the needless words passed over.
    pub(in crate::parser) fn needless_last(&mut self) -> Got<()> {
        let i = self.at;
        let length = i + 1 + usize::from(self.is(i, "the"));
        if !self.is_one_of(length - 1, &["last", "past"]) {
            return Ok(());
        }
        if self.begins_duration(length) {
            let span = self.span(i).to(self.span(length - 1));
            let d = Diagnostic::new(Code::E0116, span, "`within` already means the time before now");
            self.report(d.fix("leave it out", self.gap_to(i, length), ""));
            self.at = length;
        } else if self.kind(length) == Kind::Word && unit(self.text(length)).is_some() {
            let word = self.text(length);
            let span = self.span(i).to(self.span(length));
            let d = Diagnostic::new(Code::E0112, span, format!("a length of time has a number: `1 {word}`"))
                .note(format!("`in last {word}` is the calendar {word} before this one"))
                .fix(format!("write `1 {word}`"), span, format!("1 {word}"));
            return Err(self.fail(d));
        }
        Ok(())
    }

    /// `in last 7 days`, `in 7 days`: a window that was begun like a list.
    pub(in crate::parser) fn length_behind_in(&self) -> Option<Diagnostic> {
        let mut i = self.at;
        if self.is(i, "in") {
            i += 1;
        } else if i == 0 || !self.is(i - 1, "in") {
            return None;
        }
        let start = i - 1;
        i += usize::from(self.is(i, "the"));
        i += usize::from(self.is_one_of(i, &["last", "past"]));
        if !self.begins_duration(i) {
            return None;
        }
        let end = self.length_end(i)?;
        let length = self.span(i).to(self.span(end - 1));
        let words = &self.source[length.start as usize..length.end as usize];
        let span = self.span(start).to(length);
        let d = Diagnostic::new(Code::E0112, span, format!("a time before now is written `within {words}`"));
        Some(d.fix(format!("write `within {words}`"), span, format!("within {words}")))
    }

    /// `in a, b`.
    pub(in crate::parser) fn list_without_brackets(&self) -> Option<Diagnostic> {
        let i = self.at;
        let single = i >= 2 && self.at_kind(Kind::Comma) && self.is(i - 2, "in");
        if !single {
            return None;
        }
        let mut end = i;
        while self.kind(end) == Kind::Comma && self.begins_value(end + 1) {
            end += 2;
        }
        let span = self.span(i - 1).to(self.span(end - 1));
        let words = &self.source[span.start as usize..span.end as usize];
        let d = Diagnostic::new(Code::E0102, span, "several values stand in brackets");
        Some(d.fix(format!("write `({words})`"), span, format!("({words})")))
    }
}
