//! Mistakes in declarations: types, heads of scores, rows of tables, steps of tests.

use crate::parser::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::words::{OPENERS, meant};
use qualify_diagnostics::{Code, Diagnostic, Edit};

impl Parser<'_> {
    /// A type is missing in the schema.
    pub(in crate::parser) fn no_type(&mut self, types: &[&'static str]) -> Reported {
        let (i, text) = (self.at, self.text(self.at));
        let theirs = match text.to_ascii_lowercase().as_str() {
            "string" | "str" | "varchar" | "char" => Some("text"),
            "int" | "bigint" | "whole" | "count" => Some("integer"),
            "float" | "double" | "decimal" | "real" => Some("number"),
            "bool" | "boolean" | "flag" | "yesno" | "true" => Some("yes/no"),
            "datetime" | "timestamp" | "instant" => Some("time"),
            "currency" => Some("money"),
            "enum" | "category" | "choice" | "oneof" => Some("one of (…)"),
            _ => meant(text, types),
        };
        if self.at_kind(Kind::Text) && self.is(i.max(1) - 1, "unknown") {
            let d = Diagnostic::new(
                Code::E0102,
                self.span(i),
                "spellings of a missing value stand behind `unknown if`",
            )
            .fix("write `if`", self.span(i).before(), "if ");
            return self.fail(d);
        }
        if let Some(d) = self.twice() {
            return self.fail(d);
        }
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

    /// `=` behind a declared name.
    pub(in crate::parser) fn equals(&mut self, what: &str) -> Got<()> {
        if self.eat_kind(Kind::Equal) {
            return Ok(());
        }
        let i = self.at;
        if self.begins_line(i) {
            return Err(self.unexpected(what, &[]));
        }
        if (self.at_kind(Kind::Colon) || self.is_one_of(i, &["is", "to", "as"])) && self.begins_value(i + 1) {
            let d = Diagnostic::new(
                Code::E0101,
                self.span(i),
                format!("expected `=` here, found {}", self.found()),
            );
            return Err(self.fail(d.fix("write `=`", self.span(i), "=")));
        }
        if self.begins_value(i) && !self.is_one_of(i, OPENERS) {
            let d =
                Diagnostic::new(Code::E0102, self.span(i), format!("expected `=` before {}", self.shown(i)));
            return Err(self.fail(d.fix("write `=` before it", self.span(i).before(), "= ")));
        }
        Err(self.unexpected(what, &[]))
    }

    /// `if` is missing behind a name.
    pub(in crate::parser) fn no_if(&mut self, what: &str, words: &[&'static str]) -> Reported {
        let i = self.at;
        let named = i > 0 && matches!(self.kind(i - 1), Kind::Word | Kind::Number) && !self.begins_line(i);
        let part = |kind| matches!(kind, Kind::Plus | Kind::Minus | Kind::Number);
        let mut end = i;
        while named && end < i + 6 && (self.is_name(end) || part(self.kind(end))) {
            end += 1;
        }
        if end > i && self.is_one_of(end, &["if", "otherwise"]) {
            let span = self.span(i - 1).to(self.span(end - 1));
            let name = &self.source[span.start as usize..span.end as usize];
            let message = format!("a name of several words or with signs stands in quotes: `\"{name}\"`");
            let d = Diagnostic::new(Code::E0131, span, message);
            return self.fail(d.fix(format!("write `\"{name}\"`"), span, format!("\"{name}\"")));
        }
        if self.is_name(i) && !self.begins_line(i) && meant(self.text(i), words).is_none() {
            let d =
                Diagnostic::new(Code::E0102, self.span(i), format!("expected `if` before {}", self.shown(i)));
            return self.fail(d.fix("write `if` before it", self.span(i).before(), "if "));
        }
        self.unexpected(what, words)
    }

    /// `if` belongs where `when` or `where` stands: reported, and taken for it.
    pub(in crate::parser) fn if_not_when(&mut self) {
        let found = self.text(self.at);
        let message = format!("a condition stands behind `if` here, not behind `{found}`");
        let d = Diagnostic::new(Code::E0116, self.span(self.at), message).fix(
            "write `if`",
            self.span(self.at),
            "if",
        );
        self.report(d);
        self.take();
    }

    /// `leads where`, with a word about what people write in its place.
    pub(in crate::parser) fn leads_where(&mut self) -> Got<()> {
        let i = self.at;
        let leads = usize::from(self.is_one_of(i, &["leads", "lead", "contacts"]));
        let wrong = self.is_one_of(i + leads, &["if", "when"]) || (leads == 0 && self.at("where"));
        if wrong || (leads == 1 && !self.at("leads") && self.is(i + 1, "where")) {
            let span = self.span(i).to(self.span(i + leads));
            let words = &self.source[span.start as usize..span.end as usize];
            let d =
                Diagnostic::new(Code::E0116, span, format!("expected `leads where` here, found `{words}`"));
            self.report(d.fix("write `leads where`", span, "leads where"));
            self.at = i + leads + 1;
            return Ok(());
        }
        self.word("leads")?;
        self.word("where")
    }

    /// Something stands between the head of a score and its `{` that people write for bounds.
    pub(in crate::parser) fn score_head_goes_on(&mut self, start: usize) -> Option<Reported> {
        let i = self.at;
        if self.at_kind(Kind::Equal) {
            let name = self.gap_to(start + 1, i);
            let d = Diagnostic::new(Code::E0116, self.span(start + 1), "the total has no name: `score = …`")
                .note("`let` gives a name to any other value")
                .fix("leave the name out", name, "");
            return Some(self.fail(d));
        }
        if self.at("to") && self.is(i - 2, "from") {
            let d = Diagnostic::new(Code::E0102, self.span(i), "the highest value stands behind `up to`");
            return Some(self.fail(d.fix("write `up to`", self.span(i), "up to")));
        }
        if self.at_kind(Kind::Number) && self.is(i + 1, "to") && self.kind(i + 2) == Kind::Number {
            let (low, high) = (self.text(i), self.text(i + 2));
            let ours = format!("from {low} up to {high}");
            let span = self.span(i).to(self.span(i + 2));
            let d = Diagnostic::new(Code::E0102, span, format!("bounds are written `{ours}`"));
            return Some(self.fail(d.fix(format!("write `{ours}`"), span, ours)));
        }
        let words = ["from", "up", "halving", "fading", "losing", "dropping", "without", "for"];
        let wrong = self.at_kind(Kind::Word) && meant(self.text(i), &words).is_some();
        wrong.then(|| self.unexpected("`{`", &words))
    }

    /// `from Job Title`: the column of the source lacks its quotes. It began at `start`.
    pub(in crate::parser) fn column_without_quotes(&mut self, start: usize) -> Option<Reported> {
        if !self.is_one_of(self.start, &["lead", "related", "event"]) || !self.is_name(start) || self.at("to")
        {
            return None;
        }
        self.at = start;
        Some(self.no_quotes("the column of the source in quotes"))
    }

    /// More behind a declaration, which people write in other languages.
    pub(in crate::parser) fn rest_of_declaration(&self) -> Option<Diagnostic> {
        let i = self.at;
        if self.is(self.start, "event") && self.is_name(i) && self.begins_type(i + 1) {
            let mut end = i;
            while !self.begins_line(end + 1) && !matches!(self.kind(end + 1), Kind::End | Kind::Semicolon) {
                end += 1;
            }
            let edits = vec![
                Edit { span: self.span(i).before(), replacement: "(".to_string() },
                Edit { span: self.span(end).after(), replacement: ")".to_string() },
            ];
            let d =
                Diagnostic::new(Code::E0102, self.span(i), "the properties of an event stand in brackets");
            return Some(d.fix_all("write the brackets", edits));
        }
        if self.is(self.start, "param") && self.at("between") {
            let d =
                Diagnostic::new(Code::E0116, self.span(i), "the range of a param is written `from … to …`");
            let and = i + 2 + usize::from(self.kind(i + 1) == Kind::Minus);
            let edits = vec![
                Edit { span: self.span(i), replacement: "from".to_string() },
                Edit { span: self.span(and), replacement: "to".to_string() },
            ];
            return Some(if self.is(and, "and") { d.fix_all("write `from … to …`", edits) } else { d });
        }
        None
    }

    /// A row of a table has a head and no points.
    pub(in crate::parser) fn row_without_points(&mut self) -> Reported {
        let i = self.at;
        if self.begins_line(i) || self.at_kind(Kind::CloseBrace) {
            return self.no_points();
        }
        let number = |i: usize| self.kind(i) == Kind::Number;
        if self.at_kind(Kind::Minus) && number(i + 1) && number(i - 1) && self.kind(i + 2) == Kind::Colon {
            let ours = format!("{} to {}", self.text(i - 1), self.text(i + 1));
            let span = self.span(i - 1).to(self.span(i + 1));
            let d = Diagnostic::new(Code::E0101, span, format!("a range is written `{ours}`"));
            self.at = i + 3;
            return self.fail(d.fix(format!("write `{ours}`"), span, ours));
        }
        let arrow = usize::from(self.at_kind(Kind::Minus) && self.kind(i + 1) == Kind::Greater);
        if (self.compare(i).is_some() || self.at_kind(Kind::Minus)) && number(i + arrow + 1) {
            let span = self.span(i).to(self.span(i + arrow));
            // what was said about the sign itself is not what is wrong with it
            self.diagnostics.retain(|d| d.place.span != span);
            let d = Diagnostic::new(Code::E0101, span, "in a table the points stand behind `:`");
            return self.fail(d.fix("write `:`", span, ":"));
        }
        if number(i) {
            let d = Diagnostic::new(Code::E0102, self.span(i), "in a table the points stand behind `:`");
            return self.fail(d.fix("write `:`", self.span(i - 1).after(), " :"));
        }
        if self.begins_value(i) {
            return self.no_comma();
        }
        self.unexpected("`:` and the points of this row", &["to"])
    }

    /// A row ends before its points.
    pub(in crate::parser) fn no_points(&mut self) -> Reported {
        let before = self.at - 1;
        let d = Diagnostic::new(Code::E0102, self.span(before), "the points of this row are missing")
            .note("a row has its points behind `:`, as in `over 200 : 20`");
        self.fail(d)
    }

    /// An event of a test without its moment.
    pub(in crate::parser) fn no_moment(&mut self) -> Reported {
        let first = self.text(self.start);
        if let Some(ours) = meant(first, &["expect", "lead"]) {
            let d = Diagnostic::new(
                Code::E0103,
                self.span(self.start),
                format!("`{first}` begins nothing; did you mean `{ours}`?"),
            );
            return self.fail(d.fix(format!("write `{ours}`"), self.span(self.start), ours));
        }
        self.unexpected("when it happened, such as `2d ago`", &["at"])
    }

    /// More stands behind `expect` than conditions.
    pub(in crate::parser) fn after_expect(&mut self) -> Reported {
        let value = self.at_kind(Kind::Number) && self.kind(self.at - 1) == Kind::Word;
        if value && !self.begins_line(self.at) && !self.begins_duration(self.at) {
            let d = Diagnostic::new(
                Code::E0102,
                self.span(self.at),
                format!("expected `=` before {}", self.shown(self.at)),
            );
            return self.fail(d.fix("write `=`", self.span(self.at).before(), "= "));
        }
        let behind = self.path_end(self.at);
        let compared = matches!(
            self.kind(behind),
            Kind::Equal
                | Kind::NotEqual
                | Kind::Less
                | Kind::LessOrEqual
                | Kind::Greater
                | Kind::GreaterOrEqual
        ) || self.is_one_of(behind, &["is", "in", "between"]);
        if self.at_kind(Kind::Word) && compared {
            return self.no_comma();
        }
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

    /// Neither `,` nor `}` follows a field. Where a line begins that is no field, `}` has been forgotten.
    pub(in crate::parser) fn field_goes_on(&mut self, open: usize) -> Got<()> {
        if self.is_name(self.at) && self.kind(self.path_end(self.at)) == Kind::Colon {
            return Err(self.no_comma());
        }
        if self.test_is_open() || (self.begins_line(self.at) && self.at_kind(Kind::Word)) {
            self.never_closed(open, "}");
            return Ok(());
        }
        Err(self.unexpected("`,` or `}`", &[]))
    }
}
