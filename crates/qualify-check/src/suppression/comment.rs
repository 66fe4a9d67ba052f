//! Finding comments that allow something, and reading what they say.

use qualify_diagnostics::Code;
use std::ops::Range;

/// A comment of the form `# allow [file] CODE, CODE: reason`. Places are bytes of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// From `#` to the end of its line.
    pub range: Range<usize>,
    /// Its line, from 1.
    pub line: usize,
    /// If it stands alone on its line: the line of what it stands directly above, or its own if nothing does.
    pub below: Option<usize>,
    /// It holds for the whole file.
    pub whole_file: bool,
    /// Words that look like codes, at least one.
    pub codes: Vec<Range<usize>>,
    /// What stands behind the colon.
    pub reason: String,
}

impl Comment {
    /// What to take away so that the code of that number is allowed no longer: the code, or all of the comment if it
    /// is the only one; with the line if nothing else stands on it.
    pub fn removal(&self, text: &str, code: usize) -> Range<usize> {
        if self.codes.len() > 1 {
            return match self.codes.get(code + 1) {
                Some(next) => self.codes[code].start..next.start,
                None => self.codes[code - 1].end..self.codes[code].end,
            };
        }
        let line = text[..self.range.start].rfind('\n').map_or(0, |i| i + 1);
        if self.below.is_none() {
            let before = text[line..self.range.start].trim_end().len();
            return line + before..self.range.end;
        }
        line..text[self.range.end..].find('\n').map_or(text.len(), |i| self.range.end + i + 1)
    }
}

/// The comments of a text that allow something, in its order.
pub(super) fn comments(text: &str) -> Vec<Comment> {
    if !text.contains("allow") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut start = 0;
    for (i, line) in text.split('\n').enumerate() {
        if let Some(at) = comment_in(line)
            && let Some(mut comment) = read(line, at, start)
        {
            comment.line = i + 1;
            let alone = line[..at].trim().is_empty();
            comment.below = alone.then(|| below(text, start + line.len(), i + 1));
            found.push(comment);
        }
        start += line.len() + 1;
    }
    found
}

/// Where the comment of a line begins; a `#` in quotes is text.
fn comment_in(line: &str) -> Option<usize> {
    let mut quoted = false;
    for (i, byte) in line.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'#' if !quoted => return Some(i),
            _ => {}
        }
    }
    None
}

/// The line of what stands below a line of comment: further comments may stand between, an empty line may not.
fn below(text: &str, end: usize, line: usize) -> usize {
    let rest = text.get(end + 1..).unwrap_or("");
    for (i, next) in rest.split('\n').enumerate() {
        match next.trim_start() {
            "" => break,
            comment if comment.starts_with('#') => {}
            _ => return line + 1 + i,
        }
    }
    line
}

/// Reads the comment that begins at byte `at` of a line, which begins at byte `start` of the text.
fn read(line: &str, at: usize, start: usize) -> Option<Comment> {
    let mut rest = Words { line, at: at + 1 };
    (rest.word() == "allow").then_some(())?;
    let mut word = rest.word();
    let whole_file = word == "file";
    if whole_file {
        word = rest.word();
    }
    let mut codes = Vec::new();
    // what does not look like a code is a sentence that happens to begin like this
    while looks_like_a_code(word) {
        codes.push(start + rest.at - word.len()..start + rest.at);
        if !rest.skip(',') {
            break;
        }
        word = rest.word();
    }
    if codes.is_empty() {
        return None;
    }
    let reason = if rest.skip(':') { line[rest.at..].trim().to_string() } else { String::new() };
    let end = start + line.trim_end().len();
    Some(Comment { range: start + at..end, line: 0, below: None, whole_file, codes, reason })
}

fn looks_like_a_code(word: &str) -> bool {
    let mut letters = word.bytes();
    let code = letters.next().is_some_and(|b| b.is_ascii_alphabetic())
        && word.len() > 1
        && letters.all(|b| b.is_ascii_digit());
    code || Code::parse(word).is_some() // the name of a lint
}

/// Words of a line, one after the other.
struct Words<'l> {
    line: &'l str,
    at: usize,
}

impl<'l> Words<'l> {
    /// The next word of letters, digits and `-`; empty if something else comes.
    fn word(&mut self) -> &'l str {
        self.blanks();
        let rest = &self.line[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn skip(&mut self, sign: char) -> bool {
        let before = self.at;
        self.blanks();
        if self.line[self.at..].starts_with(sign) {
            self.at += sign.len_utf8();
            return true;
        }
        self.at = before;
        false
    }

    fn blanks(&mut self) {
        let rest = &self.line[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read, as: lines it belongs to, codes, reason.
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = comments(text)
            .iter()
            .map(|c| {
                let codes: Vec<&str> = c.codes.iter().map(|code| &text[code.clone()]).collect();
                let place = match (c.whole_file, c.below) {
                    (true, _) => "file".to_string(),
                    (_, Some(line)) => format!("above {line}"),
                    (_, None) => format!("beside {}", c.line),
                };
                format!("{place}: {}: {}", codes.join(" "), c.reason)
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn comments_are_read() {
        check("# allow W0651: both are meant\nwhen a add 5", &["above 2: W0651: both are meant"]);
        check("when a add 5 # allow W0651,W0652 : a, b\r\n", &["beside 1: W0651 W0652: a, b"]);
        check("#allow file w0601: drafts", &["file: w0601: drafts"]);
        check("# allow W0651: x\n# and why\n\t# really\nwhen a add 5", &["above 4: W0651: x"]);
        check("# allow W0651: x\n\nwhen a add 5", &["above 1: W0651: x"]);
        check("# allow W0651", &["above 1: W0651: "]);
        check("# allow W0651 because it is meant", &["above 1: W0651: "]);
        check("when a = \"# allow W0651: x\" add 5 # allow W1: y", &["beside 1: W1: y"]);
        check("# allow everybody: yes\n# allowed W0651: x\nlist allow = 1", &[]);
        check("# allow file everything", &[]);
        check("# größer allow\n# allow W0651: größer 😀", &["above 2: W0651: größer 😀"]);
    }

    #[test]
    fn removals_leave_nothing_behind() {
        for (text, code, left) in [
            ("a\n  # allow W1: x\nb\n", 0, "a\nb\n"),
            ("a   # allow W1: x  \nb\n", 0, "a  \nb\n"),
            ("# allow W1, W2: x\n", 0, "# allow W2: x\n"),
            ("# allow W1, W2: x\n", 1, "# allow W1: x\n"),
            ("# allow W1: x", 0, ""),
        ] {
            let mut mended = text.to_string();
            mended.replace_range(comments(text)[0].removal(text, code), "");
            assert_eq!(mended, left);
        }
    }
}
