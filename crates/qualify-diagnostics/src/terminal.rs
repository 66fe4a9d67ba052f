//! Messages as people read them in a terminal: the source with the place marked, notes, and each fix as the
//! lines it changes. The only file that knows ariadne.

use crate::{Diagnostic, Fix, Severity, SourceFile, Sources, Span};
use ariadne::{Cache, CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};
use std::collections::HashMap;
use std::fmt::{Debug, Display, Write};
use std::ops::Range;

/// All messages, one after the other with an empty line between, in the order given. `color` adds terminal
/// colours.
pub fn render_terminal(sources: &Sources, diagnostics: &[Diagnostic], color: bool) -> String {
    let mut files = Files { sources, read: HashMap::new() };
    let mut out = String::new();
    for (i, diagnostic) in diagnostics.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        out.push_str(&render_one(&mut files, diagnostic, color));
    }
    out
}

/// A file's number and the bytes of a place in it.
type Place = (u32, Range<usize>);

fn render_one(files: &mut Files, diagnostic: &Diagnostic, color: bool) -> String {
    let sources = files.sources;
    let (word, shade) = match diagnostic.severity {
        Severity::Error => ("error", Color::Red),
        Severity::Warning => ("warning", Color::Yellow),
    };
    let config =
        Config::default().with_color(color).with_index_type(IndexType::Byte).with_char_set(CharSet::Unicode);
    let place = visible(sources, diagnostic.place.span);
    let main = Label::new(place.clone()).with_color(shade).with_priority(1);
    // a label without words would be drawn without a mark
    let main = main.with_message(match diagnostic.place.text.as_str() {
        "" => "here",
        text => text,
    });
    let mut report = Report::build(ReportKind::Custom(word, shade), place)
        .with_config(config)
        .with_code(diagnostic.code)
        .with_message(&diagnostic.message)
        .with_label(main);
    for other in &diagnostic.others {
        let label = Label::new(visible(sources, other.span)).with_color(Color::Blue);
        report.add_label(label.with_message(&other.text));
    }
    let mut bytes = Vec::new();
    let written = report.finish().write(files, &mut bytes);
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    let mut out = trim_line_ends(&String::from_utf8_lossy(&bytes));
    if !color {
        out = without_colors(&out); // ariadne colours the first word whatever its configuration says
    }
    for note in &diagnostic.notes {
        let _ = writeln!(out, "   note: {note}"); // writing to a String does not fail
    }
    for fix in &diagnostic.fixes {
        let _ = writeln!(out, "   fix: {}", show_fix(sources, fix));
    }
    out
}

/// The text without terminal escapes, which here are all of the form `ESC [ … m`.
fn without_colors(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("\u{1b}[") {
        out.push_str(&rest[..start]);
        rest = rest[start..].split_once('m').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// A place that can be seen: an empty one is widened to the character before or after it, on its line.
fn visible(sources: &Sources, span: Span) -> Place {
    let text = &sources.file(span.file).text;
    let (mut start, mut end) = (span.start as usize, (span.end as usize).min(text.len()));
    if start >= end {
        match text[end..].chars().next() {
            Some(c) if c != '\n' => end += c.len_utf8(),
            _ => start = text[..end].char_indices().next_back().map_or(0, |(i, _)| i),
        }
    }
    (span.file.0, start..end)
}

/// The title of a fix and the lines that it changes, before and after.
fn show_fix(sources: &Sources, fix: &Fix) -> String {
    let mut out = fix.title.clone();
    let Some(first) = fix.edits.first() else { return out };
    let file = first.span.file;
    let same_file = fix.edits.iter().filter(|e| e.span.file == file);
    let text = &sources.file(file).text;
    let start = same_file.clone().map(|e| e.span.start as usize).min().unwrap_or(0);
    let end = same_file.clone().map(|e| e.span.end as usize).max().unwrap_or(0);
    let start = text[..start].rfind('\n').map_or(0, |i| i + 1);
    let end = text[end..].find('\n').map_or(text.len(), |i| end + i);
    let mut edits: Vec<_> = same_file.collect();
    edits.sort_by_key(|e| e.span);
    let (mut changed, mut at) = (String::new(), start);
    for edit in edits {
        changed.push_str(&text[at..(edit.span.start as usize).max(at)]);
        changed.push_str(&edit.replacement);
        at = edit.span.end as usize;
    }
    changed.push_str(&text[at..end.max(at)]);
    for line in text[start..end].lines() {
        let _ = write!(out, "\n      - {}", line.trim()); // writing to a String does not fail
    }
    for line in changed.lines() {
        let _ = write!(out, "\n      + {}", line.trim());
    }
    out
}

fn trim_line_ends(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The files as ariadne wants them: each split into lines once.
struct Files<'s> {
    sources: &'s Sources,
    read: HashMap<u32, Source<&'s str>>,
}

impl<'s> Cache<u32> for &mut Files<'s> {
    type Storage = &'s str;

    fn fetch(&mut self, id: &u32) -> Result<&Source<&'s str>, impl Debug> {
        let sources = self.sources;
        let source = self.read.entry(*id).or_insert_with(|| Source::from(file(sources, *id).text.as_str()));
        Ok::<_, String>(source)
    }

    fn display<'a>(&self, id: &'a u32) -> Option<impl Display + 'a> {
        Some(file(self.sources, *id).name.clone())
    }
}

fn file(sources: &Sources, id: u32) -> &SourceFile {
    sources.file(crate::FileId(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[test]
    fn a_fix_is_shown_as_the_lines_it_changes() {
        let mut sources = Sources::new();
        let file = sources.add("model.qualify", "# über\nwhen consent add -5\n");
        let at = sources.file(file).text.find("add").unwrap();
        let span = Span::new(file, at, at + 6);
        let diagnostic = Diagnostic::new(Code::ALL[0], span, "points are taken away with `subtract`")
            .label("a negative number")
            .fix("write `subtract 5`", span, "subtract 5");
        let text = render_terminal(&sources, &[diagnostic], false);
        assert!(text.contains("model.qualify:2:14"), "{text}");
        assert!(text.contains("- when consent add -5"), "{text}");
        assert!(text.contains("+ when consent subtract 5"), "{text}");
    }

    #[test]
    fn a_place_at_the_end_of_an_empty_file_is_shown() {
        let mut sources = Sources::new();
        let file = sources.add("empty.qualify", "");
        let diagnostic = Diagnostic::new(Code::ALL[0], Span::new(file, 0, 0), "nothing here");
        assert!(render_terminal(&sources, &[diagnostic], false).contains("nothing here"));
    }
}
