//! How statements begin and end, and what people write there instead.

use crate::parser::recovery::RULES;
use crate::parser::{Parser, Reported};
use crate::tokens::Kind;
use crate::words::{CONNECTORS, OPENERS, TAILS, VERBS, meant};
use qualify_diagnostics::{Code, Diagnostic, Edit};

impl Parser<'_> {
    /// The word that begins a statement here; a misspelt one is reported and given as what was meant.
    pub(in crate::parser) fn statement_word(&mut self) -> Option<&'static str> {
        if self.at_words(&["account", "score"]) {
            return Some("account");
        }
        self.opener(OPENERS)
    }

    /// The word that begins a rule here, in a score block.
    pub(in crate::parser) fn rule_word(&mut self) -> Option<&'static str> {
        self.opener(RULES)
    }

    /// A word that begins a rule stands here.
    pub(in crate::parser) fn rule_word_here(&self) -> bool {
        RULES.iter().any(|word| self.at(word))
    }

    pub(in crate::parser) fn opener(&mut self, openers: &[&'static str]) -> Option<&'static str> {
        if !self.at_kind(Kind::Word) {
            return None;
        }
        if let Some(word) = openers.iter().copied().find(|word| self.at(word)) {
            return Some(word);
        }
        let rule = openers.contains(&"when");
        let followed = !matches!(self.kind(self.at + 1), Kind::End | Kind::Semicolon | Kind::Colon);
        if rule && self.at("if") && followed && self.rule_without_when() {
            let message = "a rule begins with `when`, not with `if`";
            let mut edits = vec![Edit { span: self.span(self.at), replacement: "when".to_string() }];
            edits.extend(self.then_of_rule());
            let d = Diagnostic::new(Code::E0116, self.span(self.at), message);
            self.report(d.fix_all("write `when`", edits));
            return Some("when");
        }
        let what = if openers.len() == RULES.len() { "a rule" } else { "a statement" };
        let value = match self.kind(self.at + 1) {
            Kind::Equal => meant(self.text(self.at), openers) != Some("score"),
            _ => self.is_operator_like(self.at + 1),
        };
        // three letters are alike by chance
        let sure = (self.text(self.at).len() > 3 && !self.begins_line(self.at + 1))
            || self.is(self.at + 1, "each")
            || self.kind(self.at + 2) == Kind::Equal
            || (!self.begins_line(self.at + 1) && meant(self.text(self.at), openers) == Some("when"));
        match followed && sure && !value {
            true => self.misspelt(openers, &[what, "such as `when … add …`"]),
            false => None,
        }
    }

    /// No rule begins here, inside a score block.
    pub(in crate::parser) fn no_rule(&mut self) -> Reported {
        self.no_opener("a rule such as `when … add …`", "no rule begins with", RULES)
    }

    /// No statement begins here.
    pub(in crate::parser) fn no_statement(&mut self) -> Reported {
        self.no_opener("a statement", "no statement begins with", OPENERS)
    }

    pub(in crate::parser) fn no_opener(
        &mut self,
        what: &str,
        nothing: &str,
        openers: &[&'static str],
    ) -> Reported {
        let i = self.at;
        let closer = match self.kind(i) {
            Kind::Bad => return Reported,
            Kind::CloseBrace => Some("{"),
            Kind::CloseParen => Some("("),
            _ => None,
        };
        if let Some(open) = closer {
            if open == "{" && self.orphans > 0 {
                self.orphans -= 1;
                return Reported;
            }
            return self.closes_nothing(open);
        }
        if let Some(d) = self.suggestion_for_statement() {
            return self.fail(d);
        }
        if self.at("if") {
            let d = Diagnostic::new(Code::E0130, self.span(i), "no statement begins with `if`");
            return self.fail(d.note(
                "rules that give points begin with `when`; stages, grades and routes have a name before `if`",
            ));
        }
        if self.is_one_of(i, VERBS) {
            if let Some(d) = self.action_first() {
                return self.fail(d);
            }
            let message = format!("`{}` needs a condition before it", self.text(i));
            let d = Diagnostic::new(Code::E0102, self.span(i), message)
                .note("`when always add 20` gives points to every lead")
                .fix("write `when always`", self.span(i).before(), "when always ");
            return self.fail(d);
        }
        if openers.contains(&"when") && self.is_name(i) && self.rule_without_when() {
            let d = Diagnostic::new(Code::E0102, self.span(i), "a rule begins with `when`").fix(
                "write `when`",
                self.span(i).before(),
                "when ",
            );
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

    /// What takes away the `then` of a rule that begins with `if`.
    fn then_of_rule(&self) -> Option<Edit> {
        let ends = |i: usize| matches!(self.kind(i), Kind::End | Kind::Semicolon | Kind::CloseBrace);
        let mut rule = (self.at + 1..self.at + 60).take_while(|&i| !ends(i) && !self.is(i, "if"));
        let then = rule.find(|&i| self.is(i, "then"))?;
        Some(Edit { span: self.gap_to(then, then + 1), replacement: String::new() })
    }

    /// An action follows on this line.
    pub(in crate::parser) fn rule_without_when(&self) -> bool {
        let mut i = self.at + 1;
        while !matches!(self.kind(i), Kind::End | Kind::Semicolon | Kind::CloseBrace | Kind::OpenBrace)
            && !self.begins_line(i)
            && !self.begins_statement(i)
            && i < self.at + 60
        {
            if self.is_one_of(i, VERBS) {
                return true;
            }
            i += 1;
        }
        false
    }

    /// Behind a rule of a score block, the next one, `;` or the end of the block must follow.
    pub(in crate::parser) fn end_of_rule(&mut self, start: usize) {
        if !self.rule_word_here() && !self.at_kind(Kind::CloseBrace) {
            self.end_of_statement(start);
        }
    }

    /// Behind a statement, the next one, `;` or the end of the file must follow. What else begins a line is
    /// looked at as a statement.
    pub(in crate::parser) fn end_of_statement(&mut self, start: usize) {
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

    pub(in crate::parser) fn leftover(&mut self) -> Reported {
        if self.at_kind(Kind::Bad) {
            return Reported;
        }
        if let Some(d) = self.suggestion_for_rest() {
            return self.fail(d);
        }
        if self.at_kind(Kind::CloseParen) {
            return self.closes_nothing("(");
        }
        if self.is(self.start, "list") && self.begins_value(self.at) {
            return self.no_comma();
        }
        let stage = self.start + usize::from(self.is(self.start, "side"));
        if self.is(stage, "stage") && self.at == stage + 2 {
            return self.no_if("`if` and a condition", &["if", "stays", "because"]);
        }
        if self.at("if") && self.at >= 3 && self.is(self.at - 2, "stage") && self.begins_line(self.at - 2) {
            // the next stage was taken for the condition that is missing
            self.at -= 2;
            return self.missing("a condition");
        }
        if let Some(d) = self.rest_of_declaration() {
            return self.fail(d);
        }
        let mut words: Vec<&'static str> = TAILS.iter().chain(CONNECTORS).copied().collect();
        words.extend(["if", "respond", "stays", "times"]);
        if let Some(d) = self.suggestion(&words) {
            return self.fail(d);
        }
        let message = format!("{} cannot stand here: the statement is complete before it", self.found());
        let d = Diagnostic::new(Code::E0101, self.span(self.at), message)
            .other(self.span(self.at - 1), "it ends here");
        let quote = self.kind(self.at - 1) == Kind::Text && self.touches(self.at);
        self.fail(if quote { d.note("there cannot be a `\"` inside a text") } else { d })
    }

    /// What may have been meant by more behind a complete statement.
    pub(in crate::parser) fn suggestion_for_rest(&mut self) -> Option<Diagnostic> {
        self.misplaced()
            .or_else(|| self.second_action())
            .or_else(|| self.bare_reason())
            .or_else(|| self.else_here())
            .or_else(|| self.limit_in_other_words())
            .or_else(|| self.misspelt_here(TAILS))
    }

    /// What a word may have meant that begins no statement.
    pub(in crate::parser) fn suggestion_for_statement(&mut self) -> Option<Diagnostic> {
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

    /// A window, filter, count or condition behind the action.
    pub(in crate::parser) fn misplaced(&mut self) -> Option<Diagnostic> {
        let (start, verb) = (self.at, self.verb?);
        let verb_word = self.text(verb);
        if self.begins_qualifier(start) {
            let _ = self.quietly(Self::qualifiers);
            let (words, span, edits) = (self.words_since(start), self.since(start), self.moved(start, verb));
            self.at = start;
            let message = format!("`{words}` belongs to the event, before `{verb_word}`");
            let d =
                Diagnostic::new(Code::E0121, span, message).other(self.span(verb), "the action begins here");
            return Some(match self.compared {
                true => d,
                false => d.fix_all(format!("move it to before `{verb_word}`"), edits),
            });
        }
        if self.at("per") {
            let d = Diagnostic::new(Code::E0102, self.span(start), "expected `once` before `per`");
            return Some(d.fix("write `once`", self.span(start).before(), "once "));
        }
        let joined = self.is_one_of(start, &["and", "or", "if", "unless"]);
        let second = joined && VERBS.iter().any(|verb| self.is(start + 1, verb));
        if joined && !second {
            let message =
                format!("a condition stands before the action, not behind `{}`", self.words_since(verb));
            return Some(
                Diagnostic::new(Code::E0121, self.span(start), message)
                    .other(self.span(verb), "the action begins here"),
            );
        }
        None
    }

    /// `add 5 multiply by 2`.
    pub(in crate::parser) fn second_action(&mut self) -> Option<Diagnostic> {
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
    pub(in crate::parser) fn bare_reason(&self) -> Option<Diagnostic> {
        let reasons =
            ["when", "for", "if", "ignore", "stage", "side", "segment", "route", "disqualify", "exclude"];
        let inside = self.at > self.start && !self.touches(self.at) && self.kind(self.at - 1) != Kind::Text;
        (self.at_kind(Kind::Text) && inside && self.is_one_of(self.start, &reasons)).then(|| {
            Diagnostic::new(Code::E0119, self.span(self.at), "a reason stands behind `because`").fix(
                "write `because`",
                self.span(self.at).before(),
                "because ",
            )
        })
    }

    pub(in crate::parser) fn else_here(&self) -> Option<Diagnostic> {
        let word = self.text(self.at);
        let other = self.at_kind(Kind::Word)
            && ["else", "elif", "elsif", "elseif", "otherwise", "ELSE"].contains(&word);
        other.then(|| {
            Diagnostic::new(Code::E0116, self.span(self.at), format!("a rule has no `{word}`"))
                .note("the other case is a rule of its own, with its own condition")
                .note("a `points for … { … }` table, where the first row that fits counts, is often simpler")
        })
    }

    /// `max 15`, `limit 15` behind an action.
    pub(in crate::parser) fn limit_in_other_words(&self) -> Option<Diagnostic> {
        let i = self.at;
        let word = self.text(i);
        let number = i + 1 + usize::from(self.is_one_of(i + 1, &["at", "to"]));
        let limit = self.verb.is_some()
            && ["max", "maximum", "cap", "capped", "limit", "limited", "to"].contains(&word)
            && self.kind(number) == Kind::Number;
        limit.then(|| {
            let span = self.span(i).to(self.span(number - 1));
            let words = &self.source[span.start as usize..span.end as usize];
            let message = format!("a limit is written `up to`, not `{words}`");
            Diagnostic::new(Code::E0103, span, message).fix("write `up to`", span, "up to")
        })
    }
}
