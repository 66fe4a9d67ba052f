//! What is said about a mistake, where the parser knows what it expected.
//!
//! Everything here reports exactly one diagnostic. What another word may have meant is in `suggestions.rs`.

use super::recovery::RULES;
use super::{Got, MOST_OPERATORS, Parser, Reported};
use crate::tokens::Kind;
use crate::tree::Term;
use crate::words::{CONNECTORS, OPENERS, RESERVED, TAILS, VERBS};
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
    fn missing(&mut self, what: &str) -> Reported {
        let before = self.at - 1;
        let message = format!("expected {what} after {}", self.shown(before));
        let d = Diagnostic::new(Code::E0102, self.span(before), message).label("the statement ends here");
        self.fail(d)
    }

    /// The current token in words.
    fn found(&self) -> String {
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
        let ours = crate::words::meant(found, words)?;
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
            Kind::Text if crate::words::is_name(text.trim_matches('"')) => {
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
    fn names_something(&self, i: usize) -> bool {
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
        let behind_operator = i > 0
            && (matches!(self.kind(i - 1), Kind::Plus | Kind::Minus | Kind::Star | Kind::Slash)
                || self.compare(i - 1).is_some());
        self.unexpected(
            if behind_operator { "a value" } else { "a value or a condition" },
            &["not", "no", "any", "if"],
        )
    }

    /// A type is missing in the schema.
    pub(super) fn no_type(&mut self, types: &[&'static str]) -> Reported {
        let (i, text) = (self.at, self.text(self.at));
        let theirs = match text.to_ascii_lowercase().as_str() {
            "string" | "str" | "varchar" | "char" => Some("text"),
            "int" | "bigint" | "whole" | "count" => Some("integer"),
            "float" | "double" | "decimal" | "real" => Some("number"),
            "bool" | "boolean" | "flag" | "yesno" | "true" => Some("yes/no"),
            "datetime" | "timestamp" | "instant" => Some("time"),
            "currency" => Some("money"),
            "enum" | "category" | "choice" | "oneof" => Some("one of (…)"),
            _ => crate::words::meant(text, types),
        };
        let name = self.shown(i.max(1) - 1);
        let known = "the types are `text`, `yes/no`, `integer`, `number`, `money`, `points`, `date`, `time`, `duration`, `email`, `url`, `stage`, `one of (…)`, `ordered one of (…)` and `list of …`";
        match theirs.filter(|_| self.at_kind(Kind::Word)) {
            Some(ours) => {
                let message = format!("`{text}` is no type; did you mean `{ours}`?");
                let d = Diagnostic::new(Code::E0103, self.span(i), message).note(known);
                let d = match ours.contains('…') {
                    true => d,
                    false => d.fix(format!("write `{ours}`"), self.span(i), ours),
                };
                self.fail(d)
            }
            None if self.at_kind(Kind::Bad) => Reported,
            None => {
                let place = if self.begins_line(i) || !self.at_kind(Kind::Word) { i.max(1) - 1 } else { i };
                let message = match place == i {
                    true => format!("expected the type of {name} here, found {}", self.found()),
                    false => format!("the type of {name} is missing"),
                };
                let code = if place == i { Code::E0101 } else { Code::E0102 };
                let d = Diagnostic::new(code, self.span(place), message).note(known);
                self.fail(d)
            }
        }
    }

    /// A length of time is missing or has no unit.
    pub(super) fn no_length(&mut self) -> Reported {
        let i = self.at;
        if self.is_one_of(i, &["last", "past"]) || self.at_words(&["the", "last"]) {
            let end = i + 1 + usize::from(self.is(i, "the"));
            let span = self.span(i).to(self.span(end - 1).after());
            let d = Diagnostic::new(Code::E0116, span, "`within` already means the time before now");
            return self.fail(d.fix("leave it out", self.gap_to(i, end), ""));
        }
        if !self.at_kind(Kind::Number) {
            return self.unexpected("a length of time such as `7d` or `3 months`", &[]);
        }
        let number = self.text(i);
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

    /// From the start of the token at `i` to the start of the one at `end`: what deleting takes away.
    pub(super) fn gap_to(&self, i: usize, end: usize) -> Span {
        Span { end: self.token(end).start, ..self.span(i) }
    }

    /// `because` without text behind it.
    pub(super) fn reason_without_quotes(&mut self) -> Reported {
        let start = self.at;
        let mut end = start;
        while matches!(self.kind(end), Kind::Word | Kind::Number) && (end == start || !self.begins_line(end))
        {
            end += 1;
        }
        if end == start || self.begins_line(start) {
            return self.unexpected("a reason in quotes", &[]);
        }
        let span = self.span(start).to(self.span(end - 1));
        let words = &self.source[span.start as usize..span.end as usize];
        let d = Diagnostic::new(Code::E0119, span, "a reason stands in quotes").fix(
            format!("write `\"{words}\"`"),
            span,
            format!("\"{words}\""),
        );
        self.at = end;
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
        let before = self.span(self.at.max(1) - 1);
        let message = format!("this {} is never closed", self.shown(open));
        let place = if sign == ")" { ")".to_string() } else { "\n}".to_string() };
        let d = Diagnostic::new(Code::E0114, self.span(open), message)
            .other(before, format!("`{sign}` is missing after this"))
            .fix(format!("close it with `{sign}`"), before.after(), place);
        self.report(d);
    }

    /// A row of a table has a head and no points.
    pub(super) fn row_without_points(&mut self) -> Reported {
        let i = self.at;
        let instead = self.compare(i).is_some() || self.at_kind(Kind::Minus);
        if instead && self.kind(i + 1) == Kind::Number {
            let d = Diagnostic::new(Code::E0101, self.span(i), "in a table the points stand behind `:`");
            return self.fail(d.fix("write `:`", self.span(i), ":"));
        }
        if self.at_kind(Kind::Number) && !self.begins_line(i) {
            let d = Diagnostic::new(Code::E0102, self.span(i), "in a table the points stand behind `:`");
            return self.fail(d.fix("write `:`", self.span(i - 1).after(), " :"));
        }
        if self.begins_value(i) && !self.begins_line(i) {
            return self.no_comma();
        }
        self.unexpected("`:` and the points of this row", &["to"])
    }

    /// `then` before an action: reported and passed over.
    pub(super) fn needless_then(&mut self) {
        if !self.at("then") {
            return;
        }
        let d = Diagnostic::new(
            Code::E0116,
            self.span(self.at),
            "no `then` is needed: the action follows the condition",
        )
        .fix("leave `then` out", self.gap_to(self.at, self.at + 1), "");
        self.report(d);
        self.at += 1;
    }

    /// No action follows the condition of a rule.
    pub(super) fn no_action(&mut self) -> Reported {
        let i = self.at;
        let example = "an action such as `add 20`";
        match self.kind(i) {
            Kind::Number | Kind::Plus
                if self.kind(i + usize::from(self.at_kind(Kind::Plus))) == Kind::Number =>
            {
                let plus = usize::from(self.at_kind(Kind::Plus));
                let number = self.text(i + plus);
                if plus == 0 {
                    if let Some(d) = self.suggestion(&[]).filter(|d| d.code != Code::E0101) {
                        return self.fail(d);
                    }
                }
                let span = self.span(i).to(self.span(i + plus));
                let message = format!("expected {example} here: points are given with `add {number}`");
                let d = Diagnostic::new(Code::E0126, span, message);
                self.fail(d.fix(format!("write `add {number}`"), span, format!("add {number}")))
            }
            Kind::Colon | Kind::Comma => {
                if let Some(d) = self.suggestion(&[]) {
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
                        .note("an action follows the condition: `add 20`, `subtract 5`, `multiply by 2`, `cap at 50`, `set to 0`")
                        .fix("add an action", before.after(), " add 1");
                    return self.fail(d);
                }
                let words: Vec<&'static str> = VERBS.iter().chain(CONNECTORS).copied().collect();
                self.unexpected(example, &words)
            }
        }
    }

    /// No rule begins here, inside a score block.
    pub(super) fn no_rule(&mut self) -> Reported {
        self.no_opener("a rule such as `when … add …`", "no rule begins with", RULES)
    }

    /// No statement begins here.
    pub(super) fn no_statement(&mut self) -> Reported {
        self.no_opener("a statement", "no statement begins with", OPENERS)
    }

    fn no_opener(&mut self, what: &str, nothing: &str, openers: &[&'static str]) -> Reported {
        let i = self.at;
        let closer = match self.kind(i) {
            Kind::Bad => return Reported,
            Kind::CloseBrace => Some("{"),
            Kind::CloseParen => Some("("),
            _ => None,
        };
        if let Some(open) = closer {
            let d = Diagnostic::new(
                Code::E0115,
                self.span(i),
                format!("this {} closes nothing: there is no open `{open}` before it", self.shown(i)),
            );
            return self.fail(d.fix("leave it out", self.span(i), ""));
        }
        if let Some(d) = self.suggestion_for_statement() {
            return self.fail(d);
        }
        if !self.at_kind(Kind::Word) {
            return self.unexpected(what, &[]);
        }
        let mut d = Diagnostic::new(Code::E0130, self.span(i), format!("{nothing} {}", self.shown(i)));
        let list: Vec<String> = openers.iter().map(|word| format!("`{word}`")).collect();
        d = d.note(format!("what can stand here begins with {}", list.join(", ")));
        self.fail(d)
    }

    /// Behind a rule of a score block, the next one, `;` or the end of the block must follow.
    pub(super) fn end_of_rule(&mut self, start: usize) {
        if !self.rule_word_here() && !self.at_kind(Kind::CloseBrace) {
            self.end_of_statement(start);
        }
    }

    /// Behind a statement, the next one, `;` or the end of the file must follow. What else begins a line is
    /// looked at as a statement.
    pub(super) fn end_of_statement(&mut self, start: usize) {
        let ends = matches!(self.kind(self.at), Kind::End | Kind::Semicolon | Kind::CloseBrace)
            || self.is_one_of(self.at, OPENERS)
            || self.at_words(&["account", "score"]);
        if ends {
            return;
        }
        let word = self.at_kind(Kind::Word);
        if word && self.begins_part(self.at) && self.suggestion_for_rest().is_none() {
            return;
        }
        let Reported = self.leftover();
        self.skip_statement(start);
    }

    fn leftover(&mut self) -> Reported {
        if self.at_kind(Kind::Bad) {
            return Reported;
        }
        if let Some(d) = self.suggestion_for_rest() {
            return self.fail(d);
        }
        if matches!(self.kind(self.at), Kind::CloseParen) {
            return self.no_statement();
        }
        let mut words: Vec<&'static str> = TAILS.iter().chain(CONNECTORS).copied().collect();
        words.extend(["if", "respond", "stays"]);
        if let Some(d) = self.suggestion(&words) {
            return self.fail(d);
        }
        let message = format!("{} cannot stand here: the statement is complete before it", self.found());
        let d = Diagnostic::new(Code::E0101, self.span(self.at), message)
            .other(self.span(self.at - 1), "it ends here");
        self.fail(d)
    }

    /// An event that is narrowed down, with an operator behind it.
    pub(super) fn event_as_number(&mut self, term: &Term) -> Reported {
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
        let words = &self.source[term.span.start as usize..term.span.end as usize];
        let message =
            format!("`{words}` is an event, which holds or not; it is no number to compare or compute with");
        let d = Diagnostic::new(Code::E0120, term.span, message)
            .other(self.span(i), "this needs a number before it")
            .fix(format!("write `number of {words}`"), term.span.before(), "number of ");
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

    /// `(seconds < 5)` behind an event lacks its `where`.
    pub(super) fn filter_without_where(&mut self, open: usize) -> Option<Reported> {
        let mut i = open + 1;
        while i < open + 50 && !matches!(self.kind(i), Kind::CloseParen | Kind::End | Kind::OpenBrace) {
            let condition = self.compare(i).is_some()
                || self.is_one_of(
                    i,
                    &["and", "or", "is", "contains", "starts", "ends", "mentions", "matches", "in"],
                );
            if condition && i > open + 1 {
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
    pub(super) fn no_times(&mut self, start: usize) -> Reported {
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
        let d = Diagnostic::new(Code::E0127, span, message)
            .fix(format!("write `{words} times`"), span.after(), " times")
            .fix(format!("write `{sign} {count}`"), span, format!("{sign} {count}"));
        self.fail(d)
    }

    /// `if` belongs where `when` or `where` stands.
    pub(super) fn if_not_when(&mut self, statement: &str) -> Reported {
        let found = self.text(self.at);
        let message =
            format!("a {statement} has `if`, not `{found}`: `when` begins a rule that gives points");
        self.instead(message, self.span(self.at), "if")
    }

    /// The next `count` tokens should be `ours`.
    pub(super) fn write_instead(&mut self, message: &str, ours: &str, count: usize) -> Reported {
        let span = self.span(self.at).to(self.span(self.at + count - 1));
        self.instead(message.to_string(), span, ours)
    }

    fn instead(&mut self, message: String, span: Span, ours: &str) -> Reported {
        let d = Diagnostic::new(Code::E0116, span, message).fix(format!("write `{ours}`"), span, ours);
        self.fail(d)
    }

    /// More stands behind `expect` than conditions.
    pub(super) fn after_expect(&mut self) -> Reported {
        let word = self.is_name(self.at) || self.at_kind(Kind::Duration) || self.at_kind(Kind::Number);
        if !word {
            return self.unexpected("`,` and another condition, or the end of the test", &["and", "or"]);
        }
        let d = Diagnostic::new(
            Code::E0129,
            self.span(self.at),
            "an event cannot follow `expect` directly",
        )
        .note("what happened stands before what is expected of it; if it is meant to come later, `;` ends the `expect`");
        self.fail(d)
    }

    /// Neither `,` nor `}` follows a field.
    pub(super) fn field_goes_on(&mut self, open: usize) -> Reported {
        if self.is_name(self.at) && self.kind(self.path_end(self.at)) == Kind::Colon {
            return self.no_comma();
        }
        if self.test_is_open() {
            self.never_closed(open, "}");
            return Reported;
        }
        self.unexpected("`,` or `}`", &[])
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

    /// Runs `part` without reporting anything.
    pub(super) fn quietly<T>(&mut self, part: fn(&mut Self) -> Got<T>) -> Got<T> {
        let reported = self.diagnostics.len();
        let found = part(self);
        self.diagnostics.truncate(reported);
        found
    }
}
