//! Bytes that are put aside one behind the other and read again at any place: in memory up to a bound, and behind it
//! in a temporary file without a name.

use super::order::Stop;
use crate::positioned::Positioned;
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Bytes that are gathered before they are written.
const WRITTEN: usize = 1 << 16;

/// Bytes of a record's length.
const LENGTH: usize = 4;

/// While bytes are added.
pub(super) struct Aside {
    held: Vec<u8>,
    room: u64,
    file: Option<BufWriter<File>>,
    length: u64,
}

/// When all are there.
#[derive(Default)]
pub(super) struct Kept {
    held: Vec<u8>,
    file: Option<Positioned>,
    length: u64,
}

impl Aside {
    /// With so many bytes in memory at most.
    pub fn new(room: u64) -> Aside {
        Aside { held: Vec::new(), room, file: None, length: 0 }
    }

    /// Adds bytes; gives where they begin.
    pub fn add(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.length;
        self.length += bytes.len() as u64;
        if self.file.is_none() && self.length > self.room {
            let mut file = BufWriter::with_capacity(WRITTEN, tempfile::tempfile()?);
            file.write_all(&std::mem::take(&mut self.held))?;
            self.file = Some(file);
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes)?,
            None => self.held.extend_from_slice(bytes),
        }
        Ok(at)
    }

    /// Adds a record, which [`Pages`] gives back as a whole; gives where it begins. Its bytes stand behind some room
    /// for its length, as [`record`] makes it.
    pub fn add_record(&mut self, bytes: &mut [u8]) -> io::Result<u64> {
        let (length, rest) = bytes.split_first_chunk_mut::<LENGTH>().ok_or(io::ErrorKind::InvalidInput)?;
        *length = u32::try_from(rest.len()).map_err(io::Error::other)?.to_le_bytes();
        self.add(bytes)
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// All are there.
    pub fn finish(self) -> io::Result<Kept> {
        let file = self.file.map(|file| file.into_inner().map_err(io::IntoInnerError::into_error));
        Ok(Kept { held: self.held, file: file.transpose()?.map(Positioned::of), length: self.length })
    }
}

/// Starts a record.
pub(super) fn record(buffer: &mut Vec<u8>) {
    buffer.clear();
    buffer.resize(LENGTH, 0);
}

impl Kept {
    /// So many bytes from a place on; fewer where the end comes before.
    pub fn read(&self, at: u64, bytes: u64, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        let end = at.saturating_add(bytes).min(self.length);
        let Some(file) = &self.file else {
            // what is held is not longer than memory is
            into.extend_from_slice(self.held.get(at as usize..end as usize).unwrap_or_default());
            return Ok(());
        };
        into.resize(end.saturating_sub(at) as usize, 0);
        file.read(at, into)
    }

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The bytes of the temporary file.
    pub fn spilled_bytes(&self) -> u64 {
        if self.file.is_some() { self.length } else { 0 }
    }
}

/// Records that were put aside, read so many bytes at a time: best from the front to the back.
pub(super) struct Pages<'k> {
    kept: &'k Kept,
    size: u64,
    page: Vec<u8>,
    start: u64,
}

impl Pages<'_> {
    /// Nothing is read yet.
    pub fn new(kept: &Kept, size: u64) -> Pages<'_> {
        Pages { kept, size, page: Vec::new(), start: 0 }
    }

    /// The record that begins at a place.
    pub fn record(&mut self, at: u64) -> Result<&[u8], Stop> {
        let start = self.load(at, LENGTH)?;
        let length =
            self.page[start..].first_chunk().map_or(0, |length| u32::from_le_bytes(*length)) as usize;
        let start = self.load(at, LENGTH + length)? + LENGTH;
        Ok(&self.page[start..start + length])
    }

    /// Has so many bytes from a place on in memory; gives where they are.
    fn load(&mut self, at: u64, bytes: usize) -> Result<usize, Stop> {
        let inside = |start: u64, page: &[u8]| {
            let from = usize::try_from(at.checked_sub(start)?).ok()?;
            (from.checked_add(bytes)? <= page.len()).then_some(from)
        };
        if let Some(from) = inside(self.start, &self.page) {
            return Ok(from);
        }
        self.kept.read(at, self.size.max(bytes as u64), &mut self.page).map_err(Stop::Spill)?;
        self.start = at;
        inside(at, &self.page).ok_or_else(|| Stop::Spill(io::ErrorKind::UnexpectedEof.into()))
    }

    /// Where the record behind the one at a place begins.
    pub fn behind(&mut self, at: u64) -> Result<u64, Stop> {
        Ok(at + (LENGTH + self.record(at)?.len()) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_whole() {
        for room in [0, u64::MAX] {
            for size in [1, 10, 1 << 20] {
                let mut aside = Aside::new(room);
                let records: Vec<Vec<u8>> = (0..200u8).map(|n| vec![n; usize::from(n) * 7 % 50]).collect();
                let mut buffer = Vec::new();
                for bytes in &records {
                    record(&mut buffer);
                    buffer.extend_from_slice(bytes);
                    aside.add_record(&mut buffer).expect("room");
                }
                let kept = aside.finish().expect("room");
                assert_eq!(kept.spilled_bytes() > 0, room == 0);
                let (mut pages, mut at) = (Pages::new(&kept, size), 0);
                for bytes in &records {
                    assert_eq!(pages.record(at).expect("bytes"), bytes);
                    at = pages.behind(at).expect("bytes");
                }
                assert_eq!(at, kept.length());
                assert!(matches!(pages.record(at), Err(Stop::Spill(_))));
            }
        }
    }
}
