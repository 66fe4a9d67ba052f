//! The bytes of a file, decompressed.

use super::Broken;
use crate::format::Compression;
use crate::problem::ProblemKind;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The whole content.
pub(super) fn load(path: &Path, compression: Compression) -> Result<Vec<u8>, Broken> {
    let file = file(path)?;
    let mut content = Vec::new();
    let read = match compression {
        Compression::None => {
            content.reserve(file.metadata().map_or(0, |m| m.len() as usize));
            (&file).read_to_end(&mut content)
        }
        Compression::Gzip => flate2::read::MultiGzDecoder::new(&file).read_to_end(&mut content),
        Compression::Zstd => {
            zstd::stream::read::Decoder::new(&file).and_then(|mut d| d.read_to_end(&mut content))
        }
    };
    match read {
        Ok(_) => Ok(content),
        Err(error) if compression == Compression::None => Err(cannot_open(&error)),
        Err(error) => Err(damaged(&error, compression)),
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
