//! File formats and how they are told by a file's name.

use serde::Serialize;
use std::path::Path;

/// How rows are written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Rows of fields with a delimiter; a header line.
    Csv,
    /// One JSON object on each line.
    Jsonl,
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC, file or stream.
    Arrow,
}

impl Format {
    /// The names that a manifest or a command line may use.
    pub const NAMES: [&'static str; 4] = ["csv", "jsonl", "parquet", "arrow"];

    /// The format of that name or file extension.
    pub fn named(name: &str) -> Option<Format> {
        match name.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "tab" | "txt" => Some(Format::Csv),
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            "parquet" | "pq" => Some(Format::Parquet),
            "arrow" | "arrows" | "ipc" | "feather" => Some(Format::Arrow),
            _ => None,
        }
    }

    /// The format's name in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Jsonl => "jsonl",
            Format::Parquet => "parquet",
            Format::Arrow => "arrow",
        }
    }
}

/// What a file is compressed with as a whole. (Parquet and Arrow compress inside as well.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not at all.
    None,
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

/// Format and compression of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Storage {
    /// How rows are written; none if the name does not tell.
    pub format: Option<Format>,
    /// The compression around it.
    pub compression: Compression,
    /// The name says that fields are separated by tabs.
    pub tabs: bool,
}

impl Storage {
    /// What the file's name says: `touches.csv.gz` is CSV in gzip.
    pub fn of(path: &Path) -> Storage {
        let mut path = path.to_path_buf();
        let compression = match extension(&path).as_str() {
            "gz" | "gzip" => Compression::Gzip,
            "zst" | "zstd" => Compression::Zstd,
            _ => Compression::None,
        };
        if compression != Compression::None {
            path.set_extension("");
        }
        let extension = extension(&path);
        let tabs = matches!(extension.as_str(), "tsv" | "tab");
        Storage { format: Format::named(&extension), compression, tabs }
    }
}

fn extension(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}
