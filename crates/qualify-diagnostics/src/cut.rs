//! Long lines and long sentences cut to what can be read, so that a line of megabytes is not printed whole.

use std::ops::Range;

/// Longer lines are cut around what is marked in them, in characters.
const LONGEST_LINE: usize = 300;
/// What stays before and after each end of a mark in a line that is cut, in characters.
const AROUND: usize = 60;
/// Longer sentences and lines of fixes are cut at their ends, in characters.
const LONGEST_TEXT: usize = 400;

/// The sentence, cut at its end if it is long.
pub(crate) fn sentence(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_string(),
    }
}

/// The byte so many characters before a place, at most at the start of the text.
pub(crate) fn back(text: &str, at: usize, characters: usize) -> usize {
    text[..at].char_indices().rev().take(characters).last().map_or(at, |(i, _)| i)
}

/// The byte so many characters after a place, at most at the end of the text.
pub(crate) fn ahead(text: &str, at: usize, characters: usize) -> usize {
    text[at..].char_indices().nth(characters).map_or(text.len(), |(i, _)| at + i)
}

/// A text with the same lines of which only those around marks are filled, the long ones cut.
pub(crate) struct Cut {
    /// What is shown.
    pub(crate) text: String,
    /// The stretches that were kept: where each stood, and where it stands now.
    kept: Vec<(Range<usize>, usize)>,
}

impl Cut {
    /// Where a place of the whole text stands in what is shown. It must be the end of one of the marks.
    pub(crate) fn place(&self, at: usize) -> usize {
        let i = self.kept.partition_point(|(from, _)| from.end < at);
        match self.kept.get(i) {
            Some((from, to)) => to + at.clamp(from.start, from.end) - from.start,
            None => self.text.len(),
        }
    }
}

/// Cuts a text around marks; none if no line that they touch is long.
pub(crate) fn around(text: &str, marks: &[Range<usize>]) -> Option<Cut> {
    let first = marks.iter().map(|mark| mark.start).min()?;
    let last = marks.iter().map(|mark| mark.end).max()?;
    let start = text[..first].rfind('\n').map_or(0, |i| i + 1);
    let end = text[last..].find('\n').map_or(text.len(), |i| last + i);
    if !text[start..end].split('\n').any(is_long) {
        return None;
    }
    let mut cut = Cut { text: "\n".repeat(text[..start].matches('\n').count()), kept: Vec::new() };
    let mut at = start;
    for (i, line) in text[start..end].split('\n').enumerate() {
        if i > 0 {
            cut.text.push('\n');
        }
        let whole = at..at + line.len();
        if is_long(line) {
            cut.line(text, whole.clone(), marks);
        } else {
            cut.keep(text, whole.clone());
        }
        at = whole.end + 1;
    }
    Some(cut)
}

fn is_long(line: &str) -> bool {
    line.len() > LONGEST_LINE && line.chars().nth(LONGEST_LINE).is_some()
}

impl Cut {
    fn keep(&mut self, text: &str, range: Range<usize>) {
        self.kept.push((range.clone(), self.text.len()));
        self.text.push_str(&text[range]);
    }

    /// Keeps what stands around the ends of marks in one line; without marks, its beginning.
    fn line(&mut self, text: &str, line: Range<usize>, marks: &[Range<usize>]) {
        let of_line = &text[line.clone()];
        let mut ends: Vec<usize> = marks.iter().flat_map(|mark| [mark.start, mark.end]).collect();
        ends.retain(|end| line.start <= *end && *end <= line.end);
        ends.sort_unstable();
        if ends.is_empty() {
            ends.push(line.start);
        }
        let mut parts: Vec<Range<usize>> = Vec::new();
        for end in ends {
            let at = end - line.start;
            let part = line.start + back(of_line, at, AROUND)..line.start + ahead(of_line, at, AROUND);
            match parts.last_mut() {
                Some(before) if part.start <= before.end => before.end = before.end.max(part.end),
                _ => parts.push(part),
            }
        }
        let mut shown = line.start;
        for part in parts {
            if part.start > shown {
                self.text.push('…');
            }
            shown = part.end;
            self.keep(text, part);
        }
        if shown < line.end {
            self.text.push('…');
        }
    }
}
