//! Delimited text taken apart into records and fields, with the exact line and text of each.
//!
//! Strict where a lenient reader would swallow rows without a word: a quotation mark that is not closed, text
//! behind a closing one. A quotation mark inside a field that does not start with one is text.

use std::borrow::Cow;
use std::ops::Range;

/// One record: places in the content.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The line it starts on, from 1.
    pub line: u64,
    /// All of it, without the line end.
    pub all: Range<usize>,
    pub fields: Vec<Field>,
    /// What is wrong with its quotation marks.
    pub fault: Option<Fault>,
}

/// One field, without its quotation marks.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub place: Range<usize>,
    /// It holds doubled quotation marks.
    pub doubled: bool,
}

impl Field {
    /// The text of the field.
    pub fn text<'a>(&self, content: &'a [u8]) -> Cow<'a, [u8]> {
        let bytes = &content[self.place.clone()];
        if !self.doubled {
            return Cow::Borrowed(bytes);
        }
        let mut out = Vec::with_capacity(bytes.len());
        let mut rest = bytes.iter();
        while let Some(&b) = rest.next() {
            out.push(b);
            if b == b'"' {
                rest.next(); // its double
            }
        }
        Cow::Owned(out)
    }
}

/// What can be wrong with quotation marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NotClosed,
    TextBehind,
}

/// Goes through the content record by record.
pub(super) struct Records<'a> {
    content: &'a [u8],
    delimiter: u8,
    at: usize,
    line: u64,
}

impl<'a> Records<'a> {
    /// Starts at byte `at`, which is on line `line`.
    pub fn new(content: &'a [u8], delimiter: u8, at: usize, line: u64) -> Records<'a> {
        Records { content, delimiter, at, line }
    }

    /// The next record; empty lines are skipped. False at the end.
    pub fn next(&mut self, record: &mut Record) -> bool {
        while matches!(self.content.get(self.at), Some(b'\n' | b'\r')) {
            self.end_line();
        }
        if self.at >= self.content.len() {
            return false;
        }
        record.line = self.line;
        record.fields.clear();
        record.fault = None;
        let start = self.at;
        loop {
            let (field, fault) = self.field();
            record.fields.push(field);
            record.fault = record.fault.or(fault);
            match self.content.get(self.at) {
                Some(b) if *b == self.delimiter => self.at += 1,
                _ => break,
            }
        }
        record.all = start..self.at;
        self.end_line();
        true
    }

    /// Where the next record starts, and on which line.
    pub fn position(&self) -> (usize, u64) {
        (self.at, self.line)
    }

    /// Steps over a line end of any kind.
    fn end_line(&mut self) {
        match self.content.get(self.at) {
            Some(b'\r') if self.content.get(self.at + 1) == Some(&b'\n') => self.at += 2,
            Some(_) => self.at += 1,
            None => return,
        }
        self.line += 1;
    }

    fn field(&mut self) -> (Field, Option<Fault>) {
        if self.content.get(self.at) == Some(&b'"') {
            return self.quoted();
        }
        let start = self.at;
        self.at = self.plain_end(start);
        (Field { place: start..self.at, doubled: false }, None)
    }

    fn plain_end(&self, start: usize) -> usize {
        let ends = |b: &u8| *b == self.delimiter || *b == b'\n' || *b == b'\r';
        self.content[start..].iter().position(ends).map_or(self.content.len(), |n| start + n)
    }

    fn quoted(&mut self) -> (Field, Option<Fault>) {
        let start = self.at + 1;
        let mut at = start;
        let mut doubled = false;
        loop {
            match (self.content.get(at), self.content.get(at + 1)) {
                (None, _) => {
                    self.at = at;
                    return (Field { place: start..at, doubled }, Some(Fault::NotClosed));
                }
                (Some(b'"'), Some(b'"')) => {
                    doubled = true;
                    at += 2;
                }
                (Some(b'"'), _) => break,
                (Some(b'\n'), _) => {
                    self.line += 1;
                    at += 1;
                }
                _ => at += 1,
            }
        }
        let field = Field { place: start..at, doubled };
        let end = self.plain_end(at + 1);
        let behind = &self.content[at + 1..end];
        self.at = end;
        let fault = (!behind.iter().all(|b| *b == b' ')).then_some(Fault::TextBehind);
        (field, fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u64, &[&str])]) {
        let mut records = Records::new(text.as_bytes(), b',', 0, 1);
        let mut record = Record::default();
        let mut found = Vec::new();
        while records.next(&mut record) {
            let fields =
                record.fields.iter().map(|f| String::from_utf8_lossy(&f.text(text.as_bytes())).into_owned());
            let fault = record.fault.map(|f| format!("{f:?}"));
            found.push((record.line, fields.chain(fault).collect::<Vec<_>>()));
        }
        let expected: Vec<_> =
            expected.iter().map(|(l, f)| (*l, f.iter().map(|s| s.to_string()).collect::<Vec<_>>())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn records_with_every_kind_of_line_end() {
        check("a,b\r\n1,2\r\n\r\n3,", &[(1, &["a", "b"]), (2, &["1", "2"]), (4, &["3", ""])]);
        check("a\rb\nc", &[(1, &["a"]), (2, &["b"]), (3, &["c"])]);
        check("", &[]);
    }

    #[test]
    fn quotation_marks() {
        check("\"a,\"\"b\"\"\nc\",d\ne,f", &[(1, &["a,\"b\"\nc", "d"]), (3, &["e", "f"])]);
        check("5\" pipe,x", &[(1, &["5\" pipe", "x"])]);
        check("a,\"b\nc,d", &[(1, &["a", "b\nc,d", "NotClosed"])]);
        check("a,\"b\nc,\"d\"\ne,f", &[(1, &["a", "b\nc,", "TextBehind"]), (3, &["e", "f"])]);
    }
}
