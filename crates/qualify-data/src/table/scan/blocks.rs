//! A file of delimited text as blocks of whole rows, one behind the other, in memory that is bounded by the size
//! of a block and the longest row.
//!
//! A quotation mark may stand for itself or open a field, so where a row ends can be told only from its start.
//! Blocks are therefore cut in their order, which needs little: one look for the last line end where there is
//! no quotation mark, else a walk from mark to mark. What is in the rows is found later, by any thread.

use super::Block;
use crate::format::Compression;
use crate::table::Broken;
use crate::table::delimited::Head;
use crate::table::load::Stream;
use memchr::{memchr, memchr_iter, memchr3, memrchr2};
use std::path::Path;

/// Bytes of the first look into a file, which is to show its header and its delimiter.
const FIRST: usize = 256 * 1024;

/// A file that is being read.
pub(crate) struct Blocks {
    stream: Stream,
    pub head: Head,
    size: usize,
    /// What was read behind the last row that was given.
    rest: Vec<u8>,
    /// The line on which that starts.
    line: u64,
    ended: bool,
}

impl Blocks {
    /// Opens a file and reads its header. A block has about `size` bytes.
    pub fn open(
        path: &Path,
        compression: Compression,
        delimiter: Option<u8>,
        size: usize,
    ) -> Result<Blocks, Broken> {
        Blocks::new(Stream::open(path, compression)?, delimiter, size)
    }

    fn new(mut stream: Stream, delimiter: Option<u8>, size: usize) -> Result<Blocks, Broken> {
        let mut rest = Vec::new();
        let mut ended = stream.read(&mut rest, FIRST)?;
        while !ended && !Head::is_whole(&rest, delimiter) {
            let more = rest.len();
            ended = stream.read(&mut rest, more)?;
        }
        let head = Head::read(&rest, delimiter)?;
        rest.drain(..head.start);
        Ok(Blocks { stream, size: size.max(1), rest, line: head.line, ended, head })
    }

    /// The next block; its bytes are put into `spare`, whatever that holds.
    pub fn next(&mut self, mut spare: Vec<u8>) -> Result<Option<Block>, Broken> {
        spare.clear();
        let mut wanted = self.size;
        let kept = self.rest.len().min(wanted);
        spare.extend_from_slice(&self.rest[..kept]);
        self.rest.drain(..kept);
        loop {
            self.fill(&mut spare, wanted)?;
            if spare.len() >= u32::MAX as usize {
                return Err(Broken::new(format!(
                    "the row on line {} is longer than 4 GiB: is a quotation mark opened and never closed?",
                    self.line
                )));
            }
            let end = self.ended && self.rest.is_empty();
            let cut = if end { Some((spare.len(), 0)) } else { cut(&spare, self.head.delimiter) };
            let Some((length, lines)) = cut else {
                wanted = spare.len() * 2;
                continue;
            };
            if length == 0 {
                return Ok(None);
            }
            self.rest.splice(..0, spare.drain(length..));
            let block = Block { bytes: spare, line: self.line, done: self.stream.done() };
            self.line += lines;
            return Ok(Some(block));
        }
    }

    /// Brings the text up to that length, unless the file ends before.
    fn fill(&mut self, text: &mut Vec<u8>, wanted: usize) -> Result<(), Broken> {
        let kept = self.rest.len().min(wanted.saturating_sub(text.len()));
        text.extend(self.rest.drain(..kept));
        if self.rest.is_empty() && !self.ended && text.len() < wanted {
            let missing = wanted - text.len();
            self.ended = self.stream.read(text, missing)?;
        }
        Ok(())
    }
}

/// Behind the last row of the text that certainly ends in it, and how many lines end before. The text starts
/// with a row.
fn cut(text: &[u8], delimiter: u8) -> Option<(usize, u64)> {
    if memchr(b'"', text).is_some() {
        return walk(text, delimiter);
    }
    // the other half of a last `\r` may follow
    let sure = text.strip_suffix(b"\r").unwrap_or(text);
    let length = memrchr2(b'\n', b'\r', sure)? + 1;
    let text = &text[..length];
    let feeds = memchr_iter(b'\n', text).count();
    let alone = memchr_iter(b'\r', text).filter(|at| text.get(at + 1) != Some(&b'\n')).count();
    Some((length, (feeds + alone) as u64))
}

fn walk(text: &[u8], delimiter: u8) -> Option<(usize, u64)> {
    let mut last = None;
    let (mut at, mut lines) = (0, 0);
    while let Some(length) = memchr3(b'"', b'\n', b'\r', &text[at..]) {
        let mark = at + length;
        at = match text[mark] {
            b'"' => {
                let opens = mark == 0 || [delimiter, b'\n', b'\r'].contains(&text[mark - 1]);
                if opens { behind_quoted(text, mark, &mut lines).unwrap_or(text.len()) } else { mark + 1 }
            }
            b'\r' if mark + 1 == text.len() => break,
            first => {
                let both = first == b'\r' && text[mark + 1] == b'\n';
                lines += 1;
                let behind = mark + 1 + usize::from(both);
                last = Some((behind, lines));
                behind
            }
        };
    }
    last
}

/// Behind the mark that closes the field, if it is certain that it does.
fn behind_quoted(text: &[u8], opened: usize, lines: &mut u64) -> Option<usize> {
    let mut from = opened + 1;
    loop {
        let close = from + memchr(b'"', &text[from..])?;
        *lines += memchr_iter(b'\n', &text[from..close]).count() as u64;
        if *text.get(close + 1)? != b'"' {
            return Some(close + 1);
        }
        from = close + 2;
    }
}
