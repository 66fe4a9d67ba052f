//! A file that several threads read at any place, without waiting for each other where the system can do that.

use std::fs::File;
use std::io;

/// See the module.
pub(crate) struct Positioned {
    file: File,
    /// Elsewhere a file has one place that is moved for each reader.
    #[cfg(not(unix))]
    moved: std::sync::Mutex<()>,
}

impl Positioned {
    /// Of a file that is written already, or by who has it.
    pub fn of(file: File) -> Positioned {
        Positioned {
            file,
            #[cfg(not(unix))]
            moved: std::sync::Mutex::default(),
        }
    }

    /// The file itself, to be written while nobody reads.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Fills `bytes` with those from a place on.
    #[cfg(unix)]
    pub fn read(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.file, bytes, at)
    }

    /// Fills `bytes` with those from a place on.
    #[cfg(not(unix))]
    pub fn read(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        use std::io::{Read, Seek};
        let _moved = self.moved.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (&self.file).seek(io::SeekFrom::Start(at))?;
        (&self.file).read_exact(bytes)
    }
}
