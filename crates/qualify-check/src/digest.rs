//! The digest of a model: SHA-256 over its files, its lists and the params in force.

use qualify_diagnostics::{FileId, Sources};
use qualify_model::Param;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// In hexadecimal. File names do not count: a model that moves stays the same.
pub(crate) fn digest(sources: &Sources, files: &[FileId], lists: &[String], params: &[Param]) -> String {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        // the length keeps two texts from running into each other
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    for &file in files {
        part(&sources.file(file).text);
    }
    for text in lists {
        part(text);
    }
    for param in params {
        part(&format!("{}={:?}{:?}", param.name, param.value, param.length));
    }
    let mut out = String::new();
    for byte in hash.finalize() {
        // writing to a string cannot fail
        let _ = write!(out, "{byte:02x}");
    }
    out
}
