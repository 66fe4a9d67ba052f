//! Comments in rule files that allow a message: `# allow W0651: both windows are meant`.
//!
//! On the line of a statement, or on the lines directly above it, such a comment holds for this statement (of a
//! block for its first line); `# allow file W0651: …` holds for the whole file. Errors cannot be allowed. What is
//! wrong with such a comment is a message itself, which no comment can allow.

mod comment;

use crate::nearest::nearest;
use comment::{Comment, comments};
use qualify_diagnostics::{Allowance, Code, Diagnostic, FileId, Part, Severity, Sources, Span, Suppressed};
use qualify_syntax::tree::{Rule, Statement, StatementKind};
use std::collections::HashSet;
use std::ops::RangeInclusive;

/// Messages parted in those that stand and those that comments allow.
#[derive(Clone, Debug, Default)]
pub struct Sifted {
    /// What stands; what is wrong with the comments comes last.
    pub shown: Vec<Diagnostic>,
    /// What comments allow.
    pub suppressed: Vec<Suppressed>,
}

/// Applies the comments of all files to the messages that one part of the program gave. All messages of the part
/// must be given at once: a comment that allows a code of this part, and that no message has, is a message. What
/// else is wrong with comments is said by [`Part::Check`].
pub fn sift(sources: &Sources, diagnostics: Vec<Diagnostic>, part: Part) -> Sifted {
    let mut allowed: Vec<Allowed> = Vec::new();
    let mut sifted = Sifted::default();
    let mut wrong = Vec::new();
    for (id, file) in sources.files() {
        let comments = comments(&file.text);
        if comments.is_empty() {
            continue;
        }
        let statements = Lined::of(id, &file.text);
        for comment in &comments {
            read(sources, id, comment, &statements, &mut allowed, &mut wrong);
        }
    }
    if allowed.is_empty() && wrong.is_empty() {
        return Sifted { shown: diagnostics, suppressed: Vec::new() };
    }
    let broken = diagnostics.iter().any(|d| d.severity == Severity::Error);
    for diagnostic in diagnostics {
        let named = allowed.iter().any(|allowed| allowed.names(&diagnostic));
        let line = if named { line_of(sources, diagnostic.place.span) } else { 0 };
        let by = allowed.iter_mut().find(|a| a.names(&diagnostic) && a.holds_at(line));
        match by {
            Some(allowed) => {
                allowed.used = true;
                let reason = allowed.reason.clone();
                sifted.suppressed.push(Suppressed {
                    diagnostic,
                    by: Allowance::Comment(allowed.comment),
                    reason,
                });
            }
            None => sifted.shown.push(diagnostic),
        }
    }
    if part == Part::Check {
        sifted.shown.append(&mut wrong);
    }
    let mut said = HashSet::new();
    let used = allowed.iter().filter(|allowed| allowed.used && allowed.reason.is_empty());
    let used = used.filter(|allowed| said.insert(allowed.comment));
    sifted.shown.extend(used.map(|allowed| allowed.without_reason(sources)));
    // with a mistake in the model much is not looked at, and nothing can be said of what did not come up
    if !broken {
        let unused = allowed.iter().filter(|allowed| !allowed.used && allowed.code.part() == part);
        sifted.shown.extend(unused.map(Allowed::unused));
    }
    sifted
}

/// One code that a comment allows.
struct Allowed {
    code: Code,
    file: FileId,
    /// The lines for which it holds, from 1; none: the whole file.
    lines: Option<RangeInclusive<usize>>,
    reason: String,
    /// The comment from its `#`.
    comment: Span,
    /// The code's word.
    word: Span,
    /// The words of all codes of the comment.
    codes: Span,
    /// What to take away so that the code is allowed no longer.
    removal: Span,
    used: bool,
}

impl Allowed {
    fn names(&self, diagnostic: &Diagnostic) -> bool {
        diagnostic.code == self.code && diagnostic.place.span.file == self.file
    }

    fn holds_at(&self, line: usize) -> bool {
        self.lines.as_ref().is_none_or(|lines| lines.contains(&line))
    }

    fn without_reason(&self, sources: &Sources) -> Diagnostic {
        let rest = Span { start: self.codes.end, ..self.comment };
        let diagnostic = Diagnostic::new(
            Code::W0101,
            self.codes,
            "this comment does not say why it allows it",
        )
        .label("no reason")
        .note("the next one to read it must know whether it still holds: `# allow W0651: both are meant`");
        let said = sources.text(rest).trim_matches([':', ' ', '\t']);
        if said.is_empty() {
            diagnostic.fix("write the reason behind a colon", rest, ": meant so")
        } else {
            diagnostic.fix("write a colon before the reason", rest, format!(": {said}"))
        }
    }

    fn unused(&self) -> Diagnostic {
        let code = self.code;
        let whole = self.lines.is_none();
        let place = if whole { "in this file" } else { "here" };
        let diagnostic =
            Diagnostic::new(Code::W0103, self.word, format!("there is no {code} {place} to allow"))
                .label("nothing to allow")
                .fix("take it away", self.removal, "");
        if whole {
            return diagnostic;
        }
        diagnostic.note("such a comment stands on the line of a statement, or on the line directly above it")
    }
}

/// Reads one comment.
fn read(
    sources: &Sources,
    file: FileId,
    comment: &Comment,
    statements: &Lined,
    allowed: &mut Vec<Allowed>,
    wrong: &mut Vec<Diagnostic>,
) {
    let span = |range: &std::ops::Range<usize>| Span::new(file, range.start, range.end);
    for (i, word) in comment.codes.iter().enumerate() {
        let (text, place) = (sources.text(span(word)), span(word));
        let removal = span(&comment.removal(&sources.file(file).text, i));
        let Some(code) = Code::parse(text) else {
            wrong.push(unknown(text, place, removal));
            continue;
        };
        if code.severity() == Severity::Error || Code::ABOUT_COMMENTS.contains(&code) {
            wrong.push(never(code, place, removal));
            continue;
        }
        allowed.push(Allowed {
            code,
            file,
            lines: (!comment.whole_file).then(|| statements.lines(comment)),
            reason: comment.reason.clone(),
            comment: span(&comment.range),
            word: place,
            codes: Span::new(file, comment.codes[0].start, comment.codes[comment.codes.len() - 1].end),
            removal,
            used: false,
        });
    }
}

fn unknown(text: &str, place: Span, removal: Span) -> Diagnostic {
    let shown = text.to_uppercase();
    let diagnostic = Diagnostic::new(Code::W0102, place, format!("no code is called `{text}`"));
    let may_be_allowed = |code: &&Code| code.severity() == Severity::Warning;
    let names = Code::ALL.iter().filter(may_be_allowed).map(|code| code.as_str());
    match nearest(&shown, names) {
        Some(near) => diagnostic.fix(format!("write `{near}`"), place, near),
        None => diagnostic.fix("take it away", removal, ""),
    }
}

fn never(code: Code, place: Span, removal: Span) -> Diagnostic {
    let why = if code.severity() == Severity::Error {
        "with this error the model means nothing"
    } else {
        "it is about such comments"
    };
    Diagnostic::new(Code::W0104, place, format!("no comment can allow {code}: {why}"))
        .label("cannot be allowed")
        .fix("take it away", removal, "")
}

/// The lines of a file's statements.
struct Lined {
    /// First and last line of each statement or rule.
    statements: Vec<(usize, usize)>,
}

impl Lined {
    fn of(id: FileId, text: &str) -> Lined {
        let tree = qualify_syntax::parse(id, text).tree;
        let starts: Vec<usize> =
            [0].into_iter().chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        let line = |at: u32| starts.partition_point(|start| *start <= at as usize);
        let lines = |span: Span| (line(span.start), line(span.end.max(span.start + 1) - 1));
        let mut statements = Vec::new();
        for statement in &tree.statements {
            let (first, last) = lines(statement.span);
            let rules = parts(statement);
            match rules {
                Some(rules) => {
                    statements.push((first, first));
                    statements.extend(rules.iter().map(|rule| lines(rule.span)));
                }
                None => statements.push((first, last)),
            }
        }
        Lined { statements }
    }

    /// The lines for which a comment holds.
    fn lines(&self, comment: &Comment) -> RangeInclusive<usize> {
        match comment.below {
            // beside something: the statement that begins or ends there
            None => {
                let line = comment.line;
                let at = |(first, last): &&(usize, usize)| *first == line || *last == line;
                self.statements.iter().filter(at).fold(line..=line, hull)
            }
            // above something: the statement that begins there
            Some(line) => self.statements.iter().filter(|(first, _)| *first == line).fold(line..=line, hull),
        }
    }
}

fn hull(lines: RangeInclusive<usize>, (first, last): &(usize, usize)) -> RangeInclusive<usize> {
    *lines.start().min(first)..=*lines.end().max(last)
}

/// The rules of a block; none if the statement is no block. Of records only the first line counts as theirs.
fn parts(statement: &Statement) -> Option<&[Rule]> {
    match &statement.kind {
        StatementKind::Score(score) => Some(&score.rules),
        StatementKind::Lead(_) | StatementKind::Related(_) => Some(&[]),
        _ => None,
    }
}

fn line_of(sources: &Sources, span: Span) -> usize {
    sources.line_column(span).0
}

#[cfg(test)]
mod tests {
    use crate::{Options, check};
    use qualify_diagnostics::Sources;

    const SCHEMA: &str =
        "lead key id { size integer from 1 to 9 }\nevent visited (page one of (pricing, docs))\n";

    /// Codes that are shown and codes that are suppressed, each with its line.
    fn check_lines(rules: &str, shown: &[(&str, usize)], suppressed: &[(&str, usize)]) {
        let mut sources = Sources::new();
        let file = sources.add("m.qualify", format!("{SCHEMA}{rules}"));
        let none = |path: &str, _: &str| Err(format!("there is no file {path}"));
        let checked = check(&mut sources, &[file], &none, &Options::default());
        let line = |span| sources.line_column(span).0 - 2;
        let found: Vec<_> =
            checked.diagnostics.iter().map(|d| (d.code.as_str(), line(d.place.span))).collect();
        assert_eq!(found, shown, "{rules}");
        let found: Vec<_> = checked.suppressed.iter().map(|s| &s.diagnostic).collect();
        let found: Vec<_> = found.iter().map(|d| (d.code.as_str(), line(d.place.span))).collect();
        assert_eq!(found, suppressed, "{rules}");
    }

    #[test]
    fn above_beside_and_for_the_file() {
        let never = "when size > 20 add 5";
        let other = "when size > 30 add 6";
        check_lines(&format!("{never} # allow W0501: x\n{other}\n"), &[("W0501", 2)], &[("W0501", 1)]);
        check_lines(
            &format!("# allow W0501: x\n# more\n{never}\n{other}\n"),
            &[("W0501", 4)],
            &[("W0501", 3)],
        );
        check_lines(
            &format!("{never}\n{other}\n# allow file w0501: x\n"),
            &[],
            &[("W0501", 1), ("W0501", 2)],
        );
        check_lines(&format!("# allow W0501: x\n\n{never}\n"), &[("W0103", 1), ("W0501", 3)], &[]);
    }

    #[test]
    fn a_statement_of_several_lines_is_one() {
        let rule = "when size > 2\n  and size > 20\n  add 5";
        check_lines(&format!("# allow W0501: x\n{rule}\n"), &[], &[("W0501", 3)]);
        check_lines(&format!("{rule} # allow W0501: x\n"), &[], &[("W0501", 2)]);
        // of a block the first line alone: rules in it have comments of their own
        check_lines(
            &format!("# allow W0501: x\nscore fit from 0 up to 9 {{\n{rule}\n}}\n"),
            &[("W0103", 1), ("W0501", 4)],
            &[],
        );
        check_lines(
            &format!("score fit from 0 up to 9 {{\n# allow W0501: x\n{rule}\n}}\n"),
            &[],
            &[("W0501", 4)],
        );
    }

    #[test]
    fn with_a_mistake_nothing_is_said_of_what_did_not_come_up() {
        check_lines("when size > 2 add -5 # allow W0501: x\n", &[("E0401", 1)], &[]);
    }

    #[test]
    fn a_mistyped_code_is_named_and_hides_nothing() {
        check_lines("when size > 20 add 5 # allow W501: x\n", &[("W0501", 1), ("W0102", 1)], &[]);
    }
}
