//! The row groups of a Parquet file: texts come as places in a dictionary where the file has them so.
//!
//! What the file says about itself is checked before it is believed: see `guard`.

use crate::positioned::Positioned;
use crate::table::columnar::check_chunks;
use crate::table::guard::guarded;
use crate::table::{Broken, load};
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Encoding;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::statistics::Statistics;
use std::collections::HashSet;
use std::io::{self, BufReader, Cursor, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// An opened file.
pub(super) struct FileGroups {
    file: Arc<Positioned>,
    bytes: u64,
    metadata: ArrowReaderMetadata,
    columns: Vec<String>,
    /// The row of the file that each group starts with, from 0.
    starts: Vec<u64>,
}

impl FileGroups {
    /// Opens a file; none if it has columns in columns, or two of one name.
    pub fn open(path: &Path) -> Result<Option<FileGroups>, Broken> {
        let file = load::file(path)?;
        let bytes = file.metadata().map_or(u64::MAX, |m| m.len());
        let plain = guarded(|| ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()))?;
        guarded(|| check_chunks(plain.metadata(), bytes))?;
        let fields = plain.schema().fields();
        let nested = fields.iter().any(|f| f.data_type().is_nested());
        let columns: Vec<_> = fields.iter().map(|f| f.name().trim().to_string()).collect();
        let mut seen = HashSet::new();
        if nested
            || fields.len() != plain.parquet_schema().num_columns()
            || !columns.iter().all(|c| seen.insert(c))
        {
            return Ok(None);
        }
        let metadata = guarded(|| Ok::<_, ParquetError>(coded(&plain).unwrap_or_else(|| plain.clone())))?;
        let mut starts = Vec::new();
        let mut row = 0u64;
        for group in metadata.metadata().row_groups() {
            starts.push(row);
            let Ok(rows) = u64::try_from(group.num_rows()) else {
                return Err(Broken::new("truncated or damaged: a part has a negative number of rows"));
            };
            row = row.saturating_add(rows);
        }
        Ok(Some(FileGroups { file: Arc::new(Positioned::of(file)), bytes, metadata, columns, starts }))
    }

    /// The names of its columns, white space around them stripped.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The type that a column is read in.
    pub fn data_type(&self, column: usize) -> &DataType {
        self.metadata.schema().field(column).data_type()
    }

    /// The size of the file.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// How many groups.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// How many rows a group has.
    pub fn rows(&self, group: usize) -> u64 {
        u64::try_from(self.metadata.metadata().row_group(group).num_rows()).unwrap_or(0)
    }

    /// The bytes of some columns of a group once they are decompressed, as the file says.
    pub fn size(&self, group: usize, columns: &[usize]) -> u64 {
        let chunks = self.metadata.metadata().row_group(group).columns();
        let size = |column: &usize| u64::try_from(chunks.get(*column)?.uncompressed_size()).ok();
        columns.iter().filter_map(size).fold(0, u64::saturating_add)
    }

    /// The row of the file that a group starts with, from 0.
    pub fn start(&self, group: usize) -> u64 {
        self.starts[group]
    }

    /// The least and the greatest value of a column of whole numbers in a group, if the file says so and none is
    /// unknown.
    pub fn range(&self, group: usize, column: usize) -> Option<(i64, i64)> {
        let chunk = self.metadata.metadata().row_group(group).columns().get(column)?;
        let statistics = chunk.statistics()?;
        if statistics.null_count_opt() != Some(0) {
            return None;
        }
        let (low, high) = match statistics {
            Statistics::Int64(s) => (*s.min_opt()?, *s.max_opt()?),
            Statistics::Int32(s) => (i64::from(*s.min_opt()?), i64::from(*s.max_opt()?)),
            _ => return None,
        };
        (low <= high).then_some((low, high))
    }

    /// Reads some columns of some groups, given in rising order, in batches of so many rows: all at once, or page by
    /// page.
    pub fn read(
        &self,
        groups: Range<usize>,
        columns: &[usize],
        rows: usize,
        paged: bool,
    ) -> Result<FileReader, Broken> {
        let mut parts = Vec::new();
        for (group, column) in groups.clone().flat_map(|g| columns.iter().map(move |c| (g, *c))) {
            if paged {
                break;
            }
            let (start, length) = self.metadata.metadata().row_group(group).column(column).byte_range();
            let bytes = bytes_of(&self.file, start, usize::try_from(length).unwrap_or(0));
            parts.push((start, bytes.map_err(|e| Broken::new(format!("cannot be read: {e}")))?));
        }
        let file = paged.then(|| Arc::clone(&self.file));
        let source = Parts { bytes: self.bytes, parts: Arc::new(parts), file };
        let mask = ProjectionMask::roots(self.metadata.parquet_schema(), columns.iter().copied());
        let reader = guarded(|| {
            ParquetRecordBatchReaderBuilder::new_with_metadata(source, self.metadata.clone())
                .with_row_groups(groups.collect())
                .with_projection(mask)
                .with_batch_size(rows)
                .build()
        })?;
        Ok(FileReader(reader))
    }
}

/// The columns of a group, batch by batch.
pub(super) struct FileReader(ParquetRecordBatchReader);

impl FileReader {
    /// The next batch.
    pub fn next(&mut self) -> Result<Option<RecordBatch>, Broken> {
        guarded(|| self.0.next().transpose())
    }
}

/// The same file with the columns as dictionaries that it has as dictionaries throughout.
fn coded(plain: &ArrowReaderMetadata) -> Option<ArrowReaderMetadata> {
    let groups = plain.metadata().row_groups();
    let field = |(place, field): (usize, &Arc<Field>)| {
        let text = matches!(field.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        if !text || !groups.iter().all(|g| g.columns().get(place).is_some_and(all_coded)) {
            return field.as_ref().clone();
        }
        let ty = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        Field::new(field.name(), ty, field.is_nullable())
    };
    let fields: Vec<_> = plain.schema().fields().iter().enumerate().map(field).collect();
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    ArrowReaderMetadata::try_new(plain.metadata().clone(), options).ok()
}

fn all_coded(chunk: &ColumnChunkMetaData) -> bool {
    let dictionary = [Encoding::PLAIN_DICTIONARY, Encoding::RLE_DICTIONARY];
    chunk.dictionary_page_offset().is_some()
        && match chunk.page_encoding_stats_mask() {
            Some(mask) => dictionary.iter().any(|e| mask.is_only(*e)),
            // older writers do not say; plain texts have four bytes of length each
            None => chunk.uncompressed_size() < chunk.num_values().saturating_mul(4),
        }
}

/// So many bytes of a file; that they lie in it was checked.
fn bytes_of(file: &Positioned, start: u64, length: usize) -> io::Result<Bytes> {
    let mut bytes = vec![0; length];
    file.read(start, &mut bytes)?;
    Ok(Bytes::from(bytes))
}

/// The bytes of some column chunks, at their places in the file; or the file itself.
struct Parts {
    bytes: u64,
    parts: Arc<Vec<(u64, Bytes)>>,
    file: Option<Arc<Positioned>>,
}

impl Parts {
    fn rest(&self, start: u64) -> ParquetResult<Bytes> {
        let part = self.parts.iter().find_map(|(first, bytes)| {
            let at = usize::try_from(start.checked_sub(*first)?).ok()?;
            (at < bytes.len()).then(|| bytes.slice(at..))
        });
        part.ok_or_else(|| ParquetError::EOF("a page lies outside its column".to_string()))
    }
}

impl Length for Parts {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Parts {
    type T = Front;

    fn get_read(&self, start: u64) -> ParquetResult<Front> {
        Ok(match &self.file {
            None => Front::Held(Cursor::new(self.rest(start)?)),
            Some(file) => {
                let rest = Rest { file: Arc::clone(file), at: start, end: self.bytes };
                Front::File(BufReader::with_capacity(HEAD, rest))
            }
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        if let Some(file) = &self.file {
            if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
                return Err(ParquetError::EOF("a page is longer than its file".to_string()));
            }
            return Ok(bytes_of(file, start, length)?);
        }
        let rest = self.rest(start)?;
        if length > rest.len() {
            return Err(ParquetError::EOF("a page is longer than its column".to_string()));
        }
        Ok(rest.slice(..length))
    }
}

/// Bytes that are read at a time where the head of a page is looked for.
const HEAD: usize = 512;

/// What begins with the head of a page.
enum Front {
    Held(Cursor<Bytes>),
    File(BufReader<Rest>),
}

impl Read for Front {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Front::Held(bytes) => bytes.read(into),
            Front::File(file) => file.read(into),
        }
    }
}

/// A file from a place on.
struct Rest {
    file: Arc<Positioned>,
    at: u64,
    end: u64,
}

impl Read for Rest {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = into.len().min(usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX));
        self.file.read(self.at, &mut into[..length])?;
        self.at += length as u64;
        Ok(length)
    }
}
