//! Bytes that are put aside one behind the other and read again at any place: in memory up to a bound, and behind it
//! in a temporary file without a name.

use super::order::lock;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::Mutex;

/// Bytes that are gathered before they are written.
const WRITTEN: usize = 1 << 16;

/// While bytes are added.
pub(super) struct Aside {
    held: Vec<u8>,
    room: u64,
    file: Option<BufWriter<File>>,
    length: u64,
}

/// When all are there.
pub(super) struct Kept {
    held: Vec<u8>,
    file: Option<Mutex<File>>,
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

    /// How many bytes there are.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// All are there.
    pub fn finish(self) -> io::Result<Kept> {
        let file = self.file.map(|file| file.into_inner().map_err(io::IntoInnerError::into_error));
        Ok(Kept { held: self.held, file: file.transpose()?.map(Mutex::new), length: self.length })
    }
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
        let mut file = lock(file);
        file.seek(SeekFrom::Start(at))?;
        Read::by_ref(&mut *file).take(end.saturating_sub(at)).read_to_end(into)?;
        Ok(())
    }

    /// The bytes of the temporary file.
    pub fn spilled_bytes(&self) -> u64 {
        if self.file.is_some() { self.length } else { 0 }
    }
}
