//! A column of words in Parquet, made of their places in a dictionary. The writer of the library would look up
//! every word of every row by its text to learn the place that is known already; three such columns would cost
//! as much as all the others.
//!
//! The bytes are those of the format: a dictionary page of plain texts, and one data page of bit-packed places.

use arrow::array::{Array, DictionaryArray, StringArray};
use arrow::datatypes::UInt32Type;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use std::io::Write;

/// No word.
const NONE: u32 = u32::MAX;

/// The words of a row group, in one column.
pub(super) struct WordChunk {
    column: ColumnDescPtr,
    /// The same for all rows.
    words: StringArray,
    /// For each row the place of its word, or [`NONE`].
    places: Vec<u32>,
}

impl WordChunk {
    pub fn new(column: ColumnDescPtr) -> WordChunk {
        WordChunk { column, words: StringArray::new_null(0), places: Vec::new() }
    }

    /// Adds rows, whose dictionary is that of all others.
    pub fn add(&mut self, rows: &DictionaryArray<UInt32Type>) {
        if let Some(words) = rows.values().as_any().downcast_ref::<StringArray>() {
            self.words = words.clone();
        }
        let places = rows.keys();
        match places.nulls() {
            None => self.places.extend_from_slice(places.values()),
            Some(nulls) => {
                let known = places.values().iter().zip(nulls.iter());
                self.places.extend(known.map(|(place, known)| if known { *place } else { NONE }));
            }
        }
    }

    /// Puts the column behind those that the row group has, and begins anew.
    pub fn append<W: Write + Send>(
        &mut self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        let places = std::mem::take(&mut self.places);
        let known: Vec<u32> = places.iter().copied().filter(|place| *place != NONE).collect();
        let mut sink = TrackedWrite::new(Vec::new());
        let mut pages = SerializedPageWriter::new(&mut sink);
        let dictionary = pages.write_page(self.dictionary())?;
        let data = pages.write_page(self.data(&places, &known))?;
        let bytes = sink.into_inner()?;
        let metadata = ColumnChunkMetaData::builder(self.column.clone())
            .set_compression(Compression::UNCOMPRESSED)
            .set_encodings(vec![Encoding::PLAIN, Encoding::RLE, Encoding::RLE_DICTIONARY])
            .set_total_compressed_size(bytes.len() as i64)
            .set_total_uncompressed_size(bytes.len() as i64)
            .set_num_values(places.len() as i64)
            .set_dictionary_page_offset(Some(dictionary.offset as i64))
            .set_data_page_offset(data.offset as i64)
            .set_statistics(self.statistics(&known, places.len() - known.len()))
            .build()?;
        let close = ColumnCloseResult {
            bytes_written: bytes.len() as u64,
            rows_written: places.len() as u64,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        // the library takes bytes of a kind that it does not export: a page makes them
        let page = page_of(bytes, 0);
        group.append_column(page.buffer(), close)
    }

    fn dictionary(&self) -> CompressedPage {
        let mut bytes = Vec::new();
        for word in self.words.iter().flatten() {
            bytes.extend_from_slice(&(word.len() as u32).to_le_bytes());
            bytes.extend_from_slice(word.as_bytes());
        }
        let size = bytes.len();
        CompressedPage::new(page_of(bytes, self.words.len()), size)
    }

    fn data(&self, places: &[u32], known: &[u32]) -> CompressedPage {
        let mut bytes = Vec::new();
        if self.column.max_def_level() > 0 {
            let levels: Vec<u32> = places.iter().map(|place| u32::from(*place != NONE)).collect();
            let levels = packed(&levels, 1);
            bytes.extend_from_slice(&(levels.len() as u32).to_le_bytes());
            bytes.extend_from_slice(&levels);
        }
        let greatest = self.words.len().saturating_sub(1) as u32;
        let width = u32::BITS - greatest.leading_zeros();
        bytes.push(width as u8);
        bytes.extend_from_slice(&packed(known, width));
        let size = bytes.len();
        let page = Page::DataPage {
            buf: bytes.into(),
            num_values: places.len() as u32,
            encoding: Encoding::RLE_DICTIONARY,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        CompressedPage::new(page, size)
    }

    /// The least and the greatest word that occurs, as bytes compare.
    fn statistics(&self, known: &[u32], unknown: usize) -> Statistics {
        let mut seen = vec![false; self.words.len()];
        known.iter().for_each(|place| seen[*place as usize] = true);
        let words = || self.words.iter().zip(&seen).filter(|(_, seen)| **seen).filter_map(|(word, _)| word);
        let value = |word: &str| ByteArray::from(word.as_bytes().to_vec());
        let (least, greatest) = (words().min().map(value), words().max().map(value));
        Statistics::new(least, greatest, None, Some(unknown as u64), false)
    }
}

fn page_of(bytes: Vec<u8>, values: usize) -> Page {
    let (num_values, encoding) = (values as u32, Encoding::PLAIN);
    Page::DictionaryPage { buf: bytes.into(), num_values, encoding, is_sorted: false }
}

/// Parquet's hybrid of runs and bit-packed groups of 8, for numbers of so many bits: runs of 504 numbers, each
/// packed unless all its numbers are equal.
fn packed(numbers: &[u32], width: u32) -> Vec<u8> {
    const GROUPS: usize = 63; // as many as a head of one byte can tell
    let mut out = Vec::with_capacity(numbers.len() * width as usize / 8 + 16);
    for run in numbers.chunks(GROUPS * 8) {
        match run.first() {
            Some(first) if run.iter().all(|number| number == first) => {
                let mut head = run.len() << 1;
                while head >= 128 {
                    out.push(head as u8 | 128);
                    head >>= 7;
                }
                out.push(head as u8);
                out.extend_from_slice(&first.to_le_bytes()[..width.div_ceil(8) as usize]);
            }
            _ => {
                let groups = run.len().div_ceil(8);
                out.push((groups << 1) as u8 | 1);
                let end = out.len() + groups * width as usize;
                let (mut bits, mut count) = (0u64, 0);
                for number in run {
                    bits |= u64::from(*number) << count;
                    count += width;
                    while count >= 8 {
                        out.push(bits as u8);
                        bits >>= 8;
                        count -= 8;
                    }
                }
                out.push(bits as u8);
                out.resize(end, 0); // the last group may be short
            }
        }
    }
    out
}
