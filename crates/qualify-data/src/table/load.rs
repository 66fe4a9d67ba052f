//! The bytes of a file, decompressed.

use super::Broken;
use crate::format::Compression;
use crate::problem::ProblemKind;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The content as a file that can be read at any place.
pub(super) fn unpacked(path: &Path, compression: Compression) -> Result<File, Broken> {
    let mut stream = Stream::open(path, compression)?;
    let cannot = |e: io::Error| Broken::new(format!("cannot be unpacked: {e}"));
    let mut file = tempfile::tempfile().map_err(cannot)?;
    let mut part = Vec::new();
    loop {
        part.clear();
        let ended = stream.read(&mut part, MORE)?;
        file.write_all(&part).map_err(cannot)?;
        if ended {
            break;
        }
    }
    file.rewind().map_err(cannot)?;
    Ok(file)
}

/// Bytes that are asked for where nobody knows how many there are.
const MORE: usize = 1 << 20;

/// A file while it is read from its start to its end, decompressed.
pub(super) struct Stream {
    source: Source,
    /// Bytes of the file as it is stored.
    size: usize,
}

enum Source {
    Held(Cursor<Vec<u8>>),
    Plain(File, u64),
    Packed(Box<dyn Read + Send>, Arc<AtomicU64>, Compression),
}

impl Stream {
    /// Opens a file.
    pub fn open(path: &Path, compression: Compression) -> Result<Stream, Broken> {
        let file = file(path)?;
        let size = file.metadata().map_or(0, |m| m.len() as usize);
        let read = Arc::new(AtomicU64::new(0));
        let counted = |file| BufReader::with_capacity(MORE, Counted { file, read: Arc::clone(&read) });
        let source = match compression {
            Compression::None => Source::Plain(file, 0),
            Compression::Gzip => {
                let reader = Box::new(flate2::read::MultiGzDecoder::new(counted(file)));
                Source::Packed(reader, read, compression)
            }
            Compression::Zstd => {
                let reader = zstd::stream::read::Decoder::with_buffer(counted(file));
                let reader = Box::new(reader.map_err(|e| damaged(&e, compression))?);
                Source::Packed(reader, read, compression)
            }
        };
        Ok(Stream { source, size })
    }

    /// Of bytes that are there.
    pub fn of(content: Vec<u8>) -> Stream {
        Stream { size: content.len(), source: Source::Held(Cursor::new(content)) }
    }

    /// Bytes of the file as it is stored.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Adds the next bytes to the content, as many as wanted unless the file ends before; says whether it did.
    pub fn read(&mut self, content: &mut Vec<u8>, wanted: usize) -> Result<bool, Broken> {
        content.reserve(wanted);
        let limit = wanted as u64;
        let read = match &mut self.source {
            Source::Held(bytes) => bytes.take(limit).read_to_end(content).map_err(|e| cannot_open(&e))?,
            Source::Plain(file, done) => {
                let read = file.take(limit).read_to_end(content).map_err(|e| cannot_open(&e))?;
                *done += read as u64;
                read
            }
            Source::Packed(reader, _, compression) => {
                reader.take(limit).read_to_end(content).map_err(|e| damaged(&e, *compression))?
            }
        };
        Ok(read < wanted)
    }

    /// How many bytes of the file, as it is stored, were read.
    pub fn done(&self) -> u64 {
        match &self.source {
            Source::Held(bytes) => bytes.position(),
            Source::Plain(_, done) => *done,
            Source::Packed(_, read, _) => read.load(Ordering::Relaxed),
        }
    }
}

/// A file that counts the bytes that were read of it.
struct Counted {
    file: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// The file itself.
pub(super) fn file(path: &Path) -> Result<File, Broken> {
    File::open(path).map_err(|e| cannot_open(&e))
}

fn cannot_open(error: &io::Error) -> Broken {
    let message = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_string(),
        io::ErrorKind::PermissionDenied => "reading it is not permitted".to_string(),
        io::ErrorKind::IsADirectory => "it is a folder, not a file".to_string(),
        _ => format!("cannot be read: {error}"),
    };
    Broken { kind: ProblemKind::File, message, help: None }
}

fn damaged(error: &io::Error, compression: Compression) -> Broken {
    let name = if compression == Compression::Gzip { "gzip" } else { "zstd" };
    Broken::new(match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("truncated: the {name} data ends before its end"),
        _ => format!("the {name} data is damaged: {error}"),
    })
}
