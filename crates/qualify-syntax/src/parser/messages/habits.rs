//! Habits from other languages and from speech that need more than one word mended.

use crate::parser::literal::period;
use crate::parser::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::tree::{Amount, Magnitude, Term};
use crate::words::VERBS;
use qualify_diagnostics::{Code, Diagnostic, Edit, Span};

impl Parser<'_> {
    /// The text of a span.
    fn text_of(&self, span: Span) -> &str {
        &self.source[span.start as usize..span.end as usize]
    }

    /// `title does not contain "x"`, `title not contains "x"`: the parser stands at the `not`, and the value began
    /// at the byte `from`.
    pub(in crate::parser) fn negated_test(&mut self, from: Span) -> Option<Reported> {
        let not = self.at;
        let ours = match self.text(not + 1) {
            "contain" | "contains" | "include" | "includes" => "contains",
            "start" | "starts" => "starts with",
            "end" | "ends" => "ends with",
            "match" | "matches" => "matches",
            "mention" | "mentions" => "mentions",
            _ => return None,
        };
        let needle = not + 2 + usize::from(self.is(not + 2, "with"));
        let mut end = needle;
        if self.kind(needle) == Kind::OpenParen {
            while !matches!(self.kind(end), Kind::CloseParen | Kind::End | Kind::OpenBrace) {
                end += 1;
            }
        }
        if !matches!(self.kind(end), Kind::Text | Kind::CloseParen) {
            return None;
        }
        let does = not - usize::from(self.is_one_of(not - 1, &["does", "do", "did"]));
        let value = Span { end: self.token(does - 1).end, ..from };
        if value.end <= value.start {
            return None;
        }
        let needles = self.span(needle).to(self.span(end));
        let ours = format!("not ({} {ours} {})", self.text_of(value), self.text_of(needles));
        let span = value.to(self.span(end));
        self.at = end + 1;
        Some(self.instead("a test on text is turned round by a `not` before it".to_string(), span, &ours))
    }

    /// `visited pricing >= 3 times`: the parser stands at the sign behind the event.
    pub(in crate::parser) fn signed_count(&mut self, term: &Term) -> Option<Reported> {
        let i = self.at;
        let event = self.text_of(term.span).to_string();
        let ours = match self.text(i) {
            ">=" | "=>" | "≥" => "at least",
            ">" => "more than",
            "<=" | "=<" | "≤" => "at most",
            "<" => "fewer than",
            "=" | "==" => "exactly",
            _ => return None,
        };
        if self.kind(i + 1) != Kind::Number || !self.is(i + 2, "times") {
            return None;
        }
        let count = format!("{ours} {} times", self.text(i + 1));
        let span = self.span(i).to(self.span(i + 2));
        let d =
            Diagnostic::new(Code::E0127, span, format!("how often `{event}` happened is written `{count}`"));
        Some(self.fail(d.fix(format!("write `{count}`"), span, count)))
    }

    /// `visited pricing today`, `… this month`, `… twice`, `created_at older than 30d`: what the words behind the
    /// event, or behind its object, mean.
    pub(in crate::parser) fn moment_in_words(&self, object: usize) -> Option<Diagnostic> {
        let i = self.at;
        if self.is_one_of(object, &["older", "newer", "younger"]) && self.is(i, "than") {
            let end = self.length_end(i + 1)?;
            let (span, length) =
                (self.span(object).to(self.span(end - 1)), self.span(i + 1).to(self.span(end - 1)));
            let ours = match self.is(object, "older") {
                true => format!("more than {} ago", self.text_of(length)),
                false => format!("within {}", self.text_of(length)),
            };
            let d = Diagnostic::new(Code::E0116, span, format!("a time before now is written `{ours}`"));
            return Some(d.fix(format!("write `{ours}`"), span, ours));
        }
        let (ours, last) = match self.text(i) {
            "today" => ("in this day".to_string(), i),
            "yesterday" => ("in last day".to_string(), i),
            "twice" => ("at least 2 times".to_string(), i),
            "thrice" => ("at least 3 times".to_string(), i),
            "this" | "last" if self.kind(i + 1) == Kind::Word && period(self.text(i + 1)).is_some() => {
                (format!("in {} {}", self.text(i), self.text(i + 1)), i + 1)
            }
            _ => return None,
        };
        let span = self.span(i).to(self.span(last));
        let d = Diagnostic::new(Code::E0116, span, format!("`{}` is written `{ours}`", self.text_of(span)));
        Some(d.fix(format!("write `{ours}`"), span, ours))
    }

    /// `10m EUR`, `10mio USD`: a length of time where money is meant. Reported, and taken as it is meant.
    pub(in crate::parser) fn millions(&mut self) -> Option<Amount> {
        let i = self.at;
        let number = self.text(i).strip_suffix('m')?;
        if self.kind(i) != Kind::Duration || !self.is_currency(i + 1) {
            return None;
        }
        let ours = format!("{number} million {}", self.text(i + 1));
        let span = self.span(i).to(self.span(i + 1));
        let d = Diagnostic::new(Code::E0106, span, format!("`{}` is written `{ours}`", self.text_of(span)));
        self.report(d.fix(format!("write `{ours}`"), span, ours));
        let mut amount = self.amount();
        amount.times = Some(Magnitude::Million);
        Some(amount)
    }

    /// `unique visited.page` is `different visited.page`: reported, and taken as that.
    pub(in crate::parser) fn different_here(&mut self) -> bool {
        let i = self.at;
        if self.is_one_of(i, &["unique", "distinct"])
            && self.is_name(i + 1)
            && self.kind(i + 2) == Kind::Dot
            && self.touches(i + 2)
        {
            let d = Diagnostic::new(
                Code::E0103,
                self.span(i),
                format!("`{}` is written `different`", self.text(i)),
            );
            self.report(d.fix("write `different`", self.span(i), "different"));
            return true;
        }
        self.begins_different(i)
    }

    /// `size 10 to 50`, between a value and its action.
    pub(in crate::parser) fn bare_range(&self) -> Option<Diagnostic> {
        let first = self.at;
        let i = first + usize::from(self.at("from"));
        let number = |i: usize| self.kind(i) == Kind::Number;
        let joins = self.is_one_of(i + 1, &["to", "and"]) || self.kind(i + 1) == Kind::Minus;
        if !number(i) || !joins || !number(i + 2) || self.kind(first - 1) != Kind::Word {
            return None;
        }
        let ours = format!("between {} and {}", self.text(i), self.text(i + 2));
        let span = self.span(first).to(self.span(i + 2));
        let d = Diagnostic::new(Code::E0116, span, format!("a range is written `{ours}`"));
        Some(d.fix(format!("write `{ours}`"), span, ours))
    }

    /// `add 5 points`: reported, and the needless word passed over.
    pub(in crate::parser) fn needless_points(&mut self) {
        let i = self.at;
        if !self.begins_line(i) && self.is_one_of(i, &["points", "pts"]) && !self.is(i + 1, "for") {
            let d = Diagnostic::new(
                Code::E0116,
                self.span(i),
                "the number alone is enough: what is added are points",
            );
            let gap = Span { start: self.token(i - 1).end, ..self.span(i) };
            self.report(d.fix(format!("leave `{}` out", self.text(i)), gap, ""));
            self.at += 1;
        }
    }

    /// `within 7 days ago`: reported, and the needless word passed over.
    pub(in crate::parser) fn needless_ago(&mut self) {
        let i = self.at;
        if self.at("ago") {
            let d = Diagnostic::new(Code::E0116, self.span(i), "`within` already means the time before now");
            let gap = Span { start: self.token(i - 1).end, ..self.span(i) };
            self.report(d.fix("leave `ago` out", gap, ""));
            self.at += 1;
        }
    }

    /// `up to 3 per day` lacks its `times`: reported.
    pub(in crate::parser) fn times_before_per(&mut self) -> bool {
        let i = self.at;
        let lacks = self.at("per") && self.kind(i + 1) == Kind::Word && period(self.text(i + 1)).is_some();
        if lacks {
            let d = Diagnostic::new(Code::E0102, self.span(i), "expected `times` before `per`");
            self.report(d.fix("write `times`", self.span(i).before(), "times "));
        }
        lacks
    }

    /// `add 5 when consent`: the rule stands the wrong way round.
    pub(in crate::parser) fn action_first(&mut self) -> Option<Diagnostic> {
        let start = self.at;
        let read = self.quietly(Self::action).is_ok() && !self.begins_line(self.at);
        let each = self.at_words(&["for", "each"]);
        if !read || !(each || self.is_one_of(self.at, &["when", "if"])) {
            self.at = start;
            return None;
        }
        let action = self.words_since(start).to_string();
        let action = action.trim_end_matches(" points").trim_end_matches(" pts");
        let opener = if each { "for each" } else { "when" };
        self.at += if each { 2 } else { 1 };
        let condition = self.at;
        let read = match each {
            true => self.quietly(Self::term).is_ok(),
            false => self.quietly(Self::expression).is_ok(),
        };
        let message = "what the action is for stands before it";
        let d = Diagnostic::new(Code::E0121, self.span(start), message);
        if !read {
            return Some(d.note("a rule is written `when visited pricing add 20`"));
        }
        let ours = format!("{opener} {} {action}", self.words_since(condition));
        Some(d.fix(format!("write `{ours}`"), self.since(start), ours))
    }

    /// `when score >= 50 then stage MQL`, `when consent disqualify`: the outcome has its own statement.
    pub(in crate::parser) fn outcome_as_action(&mut self) -> Option<Reported> {
        let i = self.at + usize::from(self.at("then"));
        if !self.is_one_of(self.start, &["when", "if"]) || self.begins_line(i) {
            return None;
        }
        let named = self.is_one_of(i, &["stage", "grade", "segment", "route"])
            && (self.is_name(i + 1) || self.kind(i + 1) == Kind::Text)
            && !self.begins_line(i + 1)
            && !self.is_one_of(i + 2, &["if", "otherwise"]);
        let last = match (named, self.is(i, "disqualify") && !self.is(i + 1, "if")) {
            (true, _) => i + 1,
            (false, true) => i,
            _ => return None,
        };
        let condition = self.span(self.start + 1).to(self.span(self.at - 1));
        let outcome = self.span(i).to(self.span(last));
        let ours = format!("{} if {}", self.text_of(outcome), self.text_of(condition));
        let span = self.span(self.start).to(outcome);
        let d = Diagnostic::new(Code::E0116, span, format!("a rule gives points; this is written `{ours}`"));
        let d = d.fix(format!("write `{ours}`"), span, ours);
        self.at = last + 1;
        // nothing was wrong with an `if` or `then` but this
        let begun = self.span(self.start);
        self.diagnostics.retain(|d| d.place.span != begun);
        Some(self.fail(d))
    }

    /// `give 20 points` in place of `add 20`: the word before was taken as the object of an event.
    pub(in crate::parser) fn giving(&mut self, object: usize) -> Option<Diagnostic> {
        let i = self.at;
        let points = self.kind(i) == Kind::Number
            && self.is_one_of(i + 1, &["points", "pts"])
            && !self.begins_line(i + 1);
        let ours = match self.text(object) {
            "give" | "gives" | "gets" | "award" | "awards" | "gain" | "plus" => "add",
            "lose" | "loses" | "deduct" | "remove" | "minus" => "subtract",
            _ => return None,
        };
        if self.kind(i) != Kind::Number || VERBS.contains(&self.text(object)) {
            return None;
        }
        let last = i + usize::from(points);
        let span = self.span(object).to(self.span(last));
        let ours = format!("{ours} {}", self.text(i));
        let d = Diagnostic::new(Code::E0103, span, format!("points are given with `{ours}`"));
        self.at = last + 1;
        Some(d.fix(format!("write `{ours}`"), span, ours))
    }

    /// `(demo or quote)`: alternatives of an object have commas between them.
    pub(in crate::parser) fn objects_with_or(&mut self, open: usize) -> Option<Reported> {
        let mut edits = Vec::new();
        let mut i = open + 1;
        let value = |i: usize| self.kind(i) == Kind::Text || self.is_name(i);
        loop {
            if !value(i) {
                return None;
            }
            match self.kind(i + 1) {
                Kind::CloseParen => break,
                Kind::Comma => i += 2,
                Kind::Word if self.is(i + 1, "or") => {
                    let gap = Span { start: self.token(i).end, ..self.span(i + 1) };
                    edits.push(Edit { span: gap, replacement: ",".to_string() });
                    i += 2;
                }
                _ => return None,
            }
        }
        let place = edits.first().map(|edit| edit.span)?;
        let d = Diagnostic::new(Code::E0116, place, "several objects have commas between them");
        Some(self.fail(d.fix_all("write commas", edits)))
    }

    /// The values of a list in brackets, which it does not need. The square ones were reported with their token.
    pub(in crate::parser) fn needless_brackets(&mut self) -> Got<Vec<crate::tree::Literal>> {
        let open = self.at;
        let values = self.values_in_brackets()?;
        let edits = [open, self.at - 1].map(|i| Edit { span: self.span(i), replacement: String::new() });
        if self.text(open) == "(" {
            let d =
                Diagnostic::new(Code::E0116, self.span(open), "the values of a list stand without brackets");
            self.report(d.fix_all("leave the brackets out", edits.to_vec()));
        }
        Ok(values)
    }
}
