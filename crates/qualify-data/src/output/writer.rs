//! Writing results batch by batch, while more are computed: columns are made where they come from, and encoded
//! and put into the file by a thread of its own.

use super::batch::Batches;
use super::columns::Columns;
use super::encode::{Kind, encode};
use super::place::{self, Place};
use super::{OutputError, Stamp, Target};
use crate::format::{self, Format};
use arrow::record_batch::RecordBatch;
use qualify_model::{Labels, LeadColumns, ScoreColumns};
use std::fs::File;
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// Batches that may wait for the thread that writes.
const WAITING: usize = 4;

/// Takes results in their order. Without [`finish`](Writer::finish) a file is left as it was.
pub struct Writer {
    target: String,
    batches: Batches,
    /// None when the thread has gone.
    pieces: Option<SyncSender<Piece>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

/// What the thread gets.
enum Piece {
    Rows(RecordBatch),
    End,
}

impl Writer {
    /// Opens the target for the results of a model. Without a format the file's name tells it; standard output
    /// is CSV.
    pub fn open(
        target: &Target,
        format: Option<Format>,
        labels: &Labels,
        stamp: &Stamp,
    ) -> Result<Writer, OutputError> {
        let (name, format) = match target {
            Target::Stdout => ("standard output".to_string(), format.unwrap_or(Format::Csv)),
            Target::File(path) => (path.display().to_string(), format_of(path, format)?),
        };
        let out = Out::open(target).map_err(|e| OutputError::of(&name, &e))?;
        let kind = Kind { format, columns: Columns::of(labels), facts: stamp.facts(labels) };
        let (pieces, received) = sync_channel(WAITING);
        let thread = thread::Builder::new().name("write".to_string());
        let thread = thread.spawn(move || run(out, &kind, Received { pieces: received, whole: false }));
        let thread = thread.map_err(|e| OutputError::of(&name, &e))?;
        let batches = Batches::of(labels, matches!(format, Format::Csv | Format::Jsonl));
        Ok(Writer { target: name, batches, pieces: Some(pieces), thread: Some(thread) })
    }

    /// Writes the results of some leads. `respond_by` is the instant of each route.
    pub fn write(
        &mut self,
        leads: &LeadColumns,
        scores: &ScoreColumns,
        respond_by: &[Option<i64>],
    ) -> Result<(), OutputError> {
        if scores.rows == 0 {
            return Ok(());
        }
        let batch = self.batches.batch(leads, scores, respond_by);
        let batch = batch.map_err(|e| OutputError::of(&self.target, &io::Error::other(e)))?;
        self.send(Piece::Rows(batch))
    }

    /// Writes what is left, and puts the file to its place.
    pub fn finish(mut self) -> Result<(), OutputError> {
        self.send(Piece::End)?;
        self.end()
    }

    /// If the thread has gone, it knows why.
    fn send(&mut self, piece: Piece) -> Result<(), OutputError> {
        match self.pieces.as_ref().map(|pieces| pieces.send(piece)) {
            Some(Ok(())) => Ok(()),
            _ => self.end().and(Err(self.gone())),
        }
    }

    fn end(&mut self) -> Result<(), OutputError> {
        self.pieces = None;
        let Some(thread) = self.thread.take() else { return Err(self.gone()) };
        let written = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        written.map_err(|e| OutputError::of(&self.target, &e))
    }

    fn gone(&self) -> OutputError {
        OutputError::Other { target: self.target.clone(), reason: "writing had ended before".to_string() }
    }
}

impl Drop for Writer {
    /// Waits until what was written beside is removed.
    fn drop(&mut self) {
        self.pieces = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// The work of the thread.
fn run(mut out: Out, kind: &Kind, mut received: Received) -> io::Result<()> {
    encode(&mut out, kind, &mut received)?;
    if received.whole { out.put() } else { Ok(()) }
}

/// The rows that come, until the end or until nobody sends any more.
struct Received {
    pieces: Receiver<Piece>,
    whole: bool,
}

impl Iterator for Received {
    type Item = RecordBatch;

    fn next(&mut self) -> Option<RecordBatch> {
        match self.pieces.recv() {
            Ok(Piece::Rows(batch)) => Some(batch),
            Ok(Piece::End) => {
                self.whole = true;
                None
            }
            Err(_) => None,
        }
    }
}

/// Where the bytes go: whole, or not at all.
enum Out {
    /// A file is written beside its place.
    File(BufWriter<Place>),
    /// What cannot be taken back, standard output and devices, waits in a temporary file without a name.
    Waiting(BufWriter<File>, Box<dyn Write + Send>),
}

impl Out {
    fn open(target: &Target) -> io::Result<Out> {
        const BUFFER: usize = 1 << 16;
        let to: Box<dyn Write + Send> = match target {
            Target::Stdout => Box::new(io::stdout()),
            Target::File(path) if place::is_special(path) => Box::new(Place::open(path)?),
            Target::File(path) => {
                return Ok(Out::File(BufWriter::with_capacity(BUFFER, Place::open(path)?)));
            }
        };
        Ok(Out::Waiting(BufWriter::with_capacity(BUFFER, tempfile::tempfile()?), to))
    }

    fn put(self) -> io::Result<()> {
        match self {
            Out::File(out) => out.into_inner().map_err(io::IntoInnerError::into_error)?.put(),
            Out::Waiting(out, mut to) => {
                let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.rewind()?;
                io::copy(&mut file, &mut to)?;
                to.flush()
            }
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Out::File(out) => out.write(bytes),
            Out::Waiting(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Out::File(out) => out.flush(),
            Out::Waiting(out, _) => out.flush(),
        }
    }
}

/// The format asked for, else the one that the name tells.
fn format_of(path: &Path, asked: Option<Format>) -> Result<Format, OutputError> {
    let storage = format::Storage::of(path);
    let plain = storage.compression == format::Compression::None;
    let by_name = storage.format.filter(|_| plain);
    let by_name = by_name.or(place::is_special(path).then_some(Format::Csv)); // as standard output
    asked.or(by_name).ok_or_else(|| OutputError::NoFormat(path.display().to_string()))
}
