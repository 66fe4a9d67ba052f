//! Lines and columns of many places: the beginnings of lines are found once for each file.

use crate::{Sources, Span};
use std::collections::HashMap;

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub line: usize,
    pub column: usize,
}

/// What a column counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    /// Characters (code points).
    Characters,
    /// Units of UTF-16, as editors and SARIF count by default.
    Utf16,
}

/// Where the lines of each file begin.
pub(crate) struct Lines<'s> {
    sources: &'s Sources,
    starts: HashMap<u32, Vec<usize>>,
    kind: ColumnKind,
}

impl<'s> Lines<'s> {
    pub fn new(sources: &'s Sources, kind: ColumnKind) -> Lines<'s> {
        Lines { sources, starts: HashMap::new(), kind }
    }

    /// Where the place begins and where it ends (the column behind its last character).
    pub fn range(&mut self, span: Span) -> (Position, Position) {
        (self.position(span.before()), self.position(span.after()))
    }

    /// The lines that the place touches, whole, without the last line's end.
    pub fn text(&mut self, span: Span) -> &'s str {
        let text = self.sources.file(span.file).text.as_str();
        let start = text[..at(text, span.start)].rfind('\n').map_or(0, |i| i + 1);
        let end = at(text, span.end);
        &text[start..text[end..].find('\n').map_or(text.len(), |i| end + i)]
    }

    /// Where the empty place lies.
    fn position(&mut self, span: Span) -> Position {
        let text = self.sources.file(span.file).text.as_str();
        let starts = self.starts.entry(span.file.0).or_insert_with(|| {
            let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            [0].into_iter().chain(ends.map(|(i, _)| i + 1)).collect()
        });
        let at = at(text, span.start);
        let line = starts.partition_point(|start| *start <= at);
        let before = &text[starts[line - 1]..at];
        let column = match self.kind {
            ColumnKind::Characters => before.chars().count(),
            ColumnKind::Utf16 => before.chars().map(char::len_utf16).sum(),
        };
        Position { line, column: column + 1 }
    }
}

/// The byte, or the end of the text if that comes first.
fn at(text: &str, byte: u32) -> usize {
    (byte as usize).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_or_units_of_utf_16() {
        let mut sources = Sources::new();
        let file = sources.add("a.qualify", "first\n😀é add\n");
        let start = sources.file(file).text.find("add").unwrap();
        let span = Span::new(file, start, start + 3);
        for (kind, column) in [(ColumnKind::Characters, 4), (ColumnKind::Utf16, 5)] {
            let (from, to) = Lines::new(&sources, kind).range(span);
            assert_eq!((from, to), (Position { line: 2, column }, Position { line: 2, column: column + 3 }));
        }
    }

    #[test]
    fn the_end_of_a_file_is_a_place() {
        let mut sources = Sources::new();
        let file = sources.add("a.qualify", "one\n");
        let (from, _) = Lines::new(&sources, ColumnKind::Utf16).range(Span::new(file, 4, 4));
        assert_eq!(from, Position { line: 2, column: 1 });
    }
}
