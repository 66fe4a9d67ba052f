//! Messages as people read them in a terminal: the source with the place marked, notes, and each fix as the
//! lines it changes. The only file that knows ariadne.

use crate::cut::{self, Cut};
use crate::{Diagnostic, Edit, Fix, Severity, SourceFile, Sources, Span};
use ariadne::{Cache, CharSet, Color, Config, IndexType, Label, Report, ReportKind, Source};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{Debug, Display, Write};
use std::ops::Range;

/// All messages, one after the other with an empty line between, in the order given. `color` adds terminal
/// colours.
pub fn render_terminal(sources: &Sources, diagnostics: &[Diagnostic], color: bool) -> String {
    let mut files = Files { sources, read: HashMap::new(), cut: HashMap::new() };
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
    let cuts = cut_lines(sources, diagnostic);
    let shown = |span: Span| {
        let (file, place) = visible(sources, span);
        match cuts.get(&file) {
            Some(cut) => (file, cut.place(place.start)..cut.place(place.end)),
            None => (file, place),
        }
    };
    let place = shown(diagnostic.place.span);
    let main = Label::new(place.clone()).with_color(shade).with_priority(1);
    // a label without words would be drawn without a mark
    let main = main.with_message(match diagnostic.place.text.as_str() {
        "" => "here".to_string(),
        text => cut::sentence(text),
    });
    let mut report = Report::build(ReportKind::Custom(word, shade), place)
        .with_config(config)
        .with_code(diagnostic.code)
        .with_message(cut::sentence(&diagnostic.message))
        .with_label(main);
    for other in &diagnostic.others {
        let label = Label::new(shown(other.span)).with_color(Color::Blue);
        report.add_label(label.with_message(cut::sentence(&other.text)));
    }
    let columns: Vec<(String, String)> = diagnostic
        .others
        .iter()
        .chain([&diagnostic.place])
        .filter_map(|label| column(sources, &cuts, label.span))
        .collect();
    files.cut = cuts.into_iter().map(|(id, cut)| (id, Source::from(Cow::from(cut.text)))).collect();
    let mut bytes = Vec::new();
    let written = report.finish().write(&mut *files, &mut bytes);
    files.cut.clear();
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    let mut out = trim_line_ends(&String::from_utf8_lossy(&bytes));
    if !color {
        out = without_colors(&out); // ariadne colours the first word whatever its configuration says
    }
    for (cut, whole) in columns {
        out = out.replacen(&cut, &whole, 1);
    }
    for note in &diagnostic.notes {
        let _ = writeln!(out, "   note: {}", cut::sentence(note)); // writing to a String does not fail
    }
    for fix in &diagnostic.fixes {
        let _ = writeln!(out, "   fix: {}", show_fix(sources, fix));
    }
    out
}

/// For each file of a message in which long lines are marked what is shown of them.
fn cut_lines(sources: &Sources, diagnostic: &Diagnostic) -> HashMap<u32, Cut> {
    let mut marks: HashMap<u32, Vec<Range<usize>>> = HashMap::new();
    for label in diagnostic.others.iter().chain([&diagnostic.place]) {
        let (file, place) = visible(sources, label.span);
        marks.entry(file).or_default().push(place);
    }
    let cut =
        |(id, marks): (u32, Vec<Range<usize>>)| Some((id, cut::around(&file(sources, id).text, &marks)?));
    marks.into_iter().filter_map(cut).collect()
}

/// How a place is written that stands in a line that was cut: with the column there, and with the true one.
fn column(sources: &Sources, cuts: &HashMap<u32, Cut>, span: Span) -> Option<(String, String)> {
    let (id, place) = visible(sources, span);
    let cut = cuts.get(&id)?;
    let start = cut.place(place.start);
    let line_start = cut.text[..start].rfind('\n').map_or(0, |i| i + 1);
    let shown = cut.text[line_start..start].chars().count() + 1;
    let (line, column) = sources.line_column(Span::new(span.file, place.start, place.end));
    let name = &file(sources, id).name;
    Some((format!("{name}:{line}:{shown} ]"), format!("{name}:{line}:{column} ]")))
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

/// So many characters of a long line stand beside the change of a fix.
const BESIDE_A_CHANGE: usize = 150;

/// The title of a fix and the lines that it changes, before and after. Changes far from each other are shown one
/// after the other; what lies between them is left out.
fn show_fix(sources: &Sources, fix: &Fix) -> String {
    let mut out = cut::sentence(&fix.title);
    let Some(first) = fix.edits.first() else { return out };
    let text = &sources.file(first.span.file).text;
    let mut edits: Vec<&Edit> = fix.edits.iter().filter(|e| e.span.file == first.span.file).collect();
    edits.sort_by_key(|edit| edit.span);
    let near = |a: &&Edit, b: &&Edit| {
        let between = text.get(a.span.end as usize..b.span.start as usize).unwrap_or("");
        between.matches('\n').count() <= 1
    };
    for edits in edits.chunk_by(near) {
        show_change(text, edits, &mut out);
    }
    out
}

/// The lines that these edits change.
fn show_change(text: &str, edits: &[&Edit], out: &mut String) {
    let start = edits.iter().map(|e| e.span.start as usize).min().unwrap_or(0);
    let end = edits.iter().map(|e| e.span.end as usize).max().unwrap_or(0);
    let line_start = text[..start].rfind('\n').map_or(0, |i| i + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |i| end + i);
    // of a long line what stands around the change
    let start = line_start.max(cut::back(text, start, BESIDE_A_CHANGE));
    let end = line_end.min(cut::ahead(text, end, BESIDE_A_CHANGE));
    let mark = |left_out: bool| if left_out { "…" } else { "" };
    let (before, after) = (mark(start > line_start), mark(end < line_end));
    let (mut changed, mut at) = (String::new(), start);
    for edit in edits {
        changed.push_str(&text[at..(edit.span.start as usize).max(at)]);
        changed.push_str(&edit.replacement);
        at = edit.span.end as usize;
    }
    changed.push_str(&text[at..end.max(at)]);
    for line in format!("{before}{}{after}", &text[start..end]).lines() {
        let _ = write!(out, "\n      - {}", cut::sentence(line.trim())); // writing to a String does not fail
    }
    for line in format!("{before}{changed}{after}").lines() {
        let _ = write!(out, "\n      + {}", cut::sentence(line.trim()));
    }
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
    read: HashMap<u32, Source<Cow<'s, str>>>,
    /// What is shown of files with long lines in the message at hand, instead of all.
    cut: HashMap<u32, Source<Cow<'s, str>>>,
}

impl<'s> Cache<u32> for &mut Files<'s> {
    type Storage = Cow<'s, str>;

    fn fetch(&mut self, id: &u32) -> Result<&Source<Cow<'s, str>>, impl Debug> {
        let sources = self.sources;
        let whole = || Source::from(Cow::from(file(sources, *id).text.as_str()));
        let source = match self.cut.get(id) {
            Some(cut) => cut,
            None => self.read.entry(*id).or_insert_with(whole),
        };
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

    #[test]
    fn a_line_without_end_is_cut_around_the_place() {
        let mut sources = Sources::new();
        let before = "# first\n# second\n";
        let line =
            format!("when \"{}\" is ünknown add 5 because \"{}\"", "x".repeat(10_000_000), "y".repeat(1000));
        let file = sources.add("model.qualify", format!("{before}{line}\n# last\n"));
        let at = sources.file(file).text.find("ünknown").unwrap();
        let span = Span::new(file, at, at + "ünknown".len());
        let other = Span::new(file, before.len(), before.len() + 4);
        let diagnostic = Diagnostic::new(Code::ALL[0], span, "z".repeat(5000)).other(other, "a rule").fix(
            "write `known`",
            span,
            "known",
        );
        let text = render_terminal(&sources, &[diagnostic], false);
        assert!(text.contains("model.qualify:3:10000012 ]"), "{text}");
        assert!(text.contains(" 3 │ when \"xxx"), "{text}");
        assert!(text.contains("x\" is ünknown add 5 because"), "{text}");
        assert!(text.contains("x\" is known add 5"), "{text}");
        assert!(text.chars().count() < 3000, "{} characters", text.chars().count());
    }

    #[test]
    fn a_place_of_megabytes_is_cut_inside() {
        let mut sources = Sources::new();
        let file = sources.add("model.qualify", format!("when \"{}\" add 5", "x".repeat(10_000_000)));
        let end = sources.file(file).text.len() - " add 5".len();
        let diagnostic = Diagnostic::new(Code::ALL[0], Span::new(file, 5, end), "a long text");
        let text = render_terminal(&sources, &[diagnostic], false);
        assert!(
            text.contains("model.qualify:1:6 ]") && text.contains("x…x") && text.contains("x\" add 5"),
            "{text}"
        );
        assert!(text.chars().count() < 2000, "{} characters", text.chars().count());
    }
}
