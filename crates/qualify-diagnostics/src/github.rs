//! Messages as commands of a GitHub workflow, which shows them beside the lines of a pull request:
//! `::error file=model.qualify,line=3,col=5,title=E0201 no such name::…`.

use crate::lines::{ColumnKind, Lines};
use crate::{Diagnostic, Severity, Sources};
use std::fmt::Write;

/// One line for each message, in the order given. Notes and the titles of fixes stand below the sentence.
pub fn render_github(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut lines = Lines::new(sources, ColumnKind::Characters);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let span = diagnostic.place.span;
        let (from, to) = lines.range(span);
        let name = crate::uri::tidy(&sources.file(span.file).name);
        // writing to a String does not fail
        let _ = write!(out, "::{command} file={},line={}", property(name), from.line);
        if to.line == from.line {
            // columns are shown within one line only
            let _ = write!(out, ",col={},endColumn={}", from.column, to.column.max(from.column + 1) - 1);
        } else {
            let _ = write!(out, ",endLine={}", to.line);
        }
        let title = property(&format!("{} {}", diagnostic.code, diagnostic.code.title()));
        let _ = writeln!(out, ",title={title}::{}", data(&text(diagnostic)));
    }
    out
}

/// The sentence, its notes and what would mend it.
fn text(diagnostic: &Diagnostic) -> String {
    let mut text = diagnostic.message.clone();
    for note in &diagnostic.notes {
        let _ = write!(text, "\nnote: {note}");
    }
    for fix in &diagnostic.fixes {
        let _ = write!(text, "\nfix: {}", fix.title);
    }
    text
}

/// What stands behind `::` ends with the line.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands in a property ends with a comma or a colon, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, Span};

    #[test]
    fn one_line_with_everything_escaped() {
        let mut sources = Sources::new();
        let file = sources.add("./rules, new: 100%.qualify", "when consent\nadd -5 # é\n");
        let at = sources.file(file).text.find("-5").unwrap();
        let diagnostic = Diagnostic::new(Code::E0401, Span::new(file, at, at + 2), "100% wrong:\r\nsee")
            .note("a note")
            .fix("write `subtract 5`", Span::new(file, at, at + 2), "5");
        let over_lines = Diagnostic::new(Code::W0501, Span::new(file, 5, at + 2), "never");
        let text = render_github(&sources, &[diagnostic, over_lines]);
        let expected = "::error file=rules%2C new%3A 100%25.qualify,line=2,col=5,endColumn=6,\
             title=E0401 points the wrong way round::100%25 wrong:%0D%0Asee%0Anote: a note%0Afix: write `subtract 5`\n\
             ::warning file=rules%2C new%3A 100%25.qualify,line=1,endLine=2,\
             title=W0501 a condition that is never true::never\n";
        assert_eq!(text, expected);
    }
}
