//! A look at the lengths in an Arrow IPC file before it is decoded: the decoder sets memory aside for
//! whatever a damaged length says, and a program without memory cannot report anything.

use arrow::ipc::{Block, CompressionType, Message, RecordBatch, root_as_footer, root_as_message};
use std::io::{Read, Seek, SeekFrom};

/// What an Arrow IPC file starts and ends with; a stream does not.
pub(super) const MAGIC: &[u8; 6] = b"ARROW1";

/// What stands before the length of a message.
const CONTINUATION: u32 = 0xffff_ffff;

/// Largest decompressed part that is believed, in bytes.
const LARGEST: i64 = 1 << 32;

/// Whether all parts that the lengths speak of lie inside the content. Gives the bytes that its compressed parts say
/// they have once they are decompressed. Holds one message at a time.
pub(super) fn check(content: &mut (impl Read + Seek)) -> Result<u64, String> {
    let length = content.seek(SeekFrom::End(0)).map_err(|e| e.to_string())?;
    let mut content = Content { content, length };
    let start = content.bytes(0, (MAGIC.len() as u64).min(length))?;
    if start == MAGIC { content.check_file() } else { content.check_stream() }
}

/// What is checked, and how many bytes it has.
struct Content<'c, C> {
    content: &'c mut C,
    length: u64,
}

impl<C: Read + Seek> Content<'_, C> {
    /// So many bytes from a place on.
    fn bytes(&mut self, at: u64, length: u64) -> Result<Vec<u8>, String> {
        if at.checked_add(length).is_none_or(|end| end > self.length) {
            return Err(OUTSIDE.to_string());
        }
        let mut bytes = Vec::new();
        let read = self.content.seek(SeekFrom::Start(at));
        let read = read.and_then(|_| Read::by_ref(self.content).take(length).read_to_end(&mut bytes));
        match read {
            Ok(read) if read as u64 == length => Ok(bytes),
            Ok(_) => Err(OUTSIDE.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn check_file(&mut self) -> Result<u64, String> {
        let end = self.length.checked_sub(10).ok_or("it ends before its end mark")?;
        let tail = self.bytes(end, 10)?;
        if !tail.ends_with(MAGIC) {
            return Err("it ends before its end mark".to_string());
        }
        let length = u64::from(number(&tail, 0).ok_or("its footer has no length")?);
        let start = end.checked_sub(length).ok_or("its footer is longer than it")?;
        let footer = self.bytes(start, length)?;
        let footer = root_as_footer(&footer).map_err(|e| format!("its footer is damaged: {e}"))?;
        let batches = footer.recordBatches().into_iter().flatten();
        batches
            .chain(footer.dictionaries().into_iter().flatten())
            .try_fold(0, |sum: u64, block| Ok(sum.saturating_add(self.check_block(block)?)))
    }

    fn check_block(&mut self, block: &Block) -> Result<u64, String> {
        let at = u64::try_from(block.offset()).map_err(|_| OUTSIDE)?;
        let metadata = u64::try_from(block.metaDataLength()).map_err(|_| OUTSIDE)?;
        let body = u64::try_from(block.bodyLength()).map_err(|_| OUTSIDE)?;
        let length = metadata.checked_add(body).ok_or(OUTSIDE)?;
        let bytes = self.bytes(at, length)?;
        let (metadata, body) = bytes.split_at_checked(metadata as usize).ok_or(OUTSIDE)?;
        let prefix = if number(metadata, 0) == Some(CONTINUATION) { 8 } else { 4 };
        let metadata = metadata.get(prefix..).ok_or(OUTSIDE)?;
        let message = root_as_message(metadata).map_err(|e| format!("a message is damaged: {e}"))?;
        check_message(&message, body)
    }

    fn check_stream(&mut self) -> Result<u64, String> {
        let (mut at, mut sum) = (0, 0u64);
        while at < self.length {
            let mut length = number(&self.bytes(at, 4)?, 0).ok_or(OUTSIDE)?;
            at += 4;
            if length == CONTINUATION {
                length = number(&self.bytes(at, 4)?, 0).ok_or(OUTSIDE)?;
                at += 4;
            }
            if length == 0 {
                let rest = self.length - at;
                return if rest == 0 {
                    Ok(sum)
                } else {
                    Err(format!("{rest} bytes stand behind its end mark"))
                };
            }
            let metadata = self.bytes(at, u64::from(length))?;
            at += u64::from(length);
            let message = root_as_message(&metadata).map_err(|e| format!("a message is damaged: {e}"))?;
            let body = u64::try_from(message.bodyLength()).map_err(|_| OUTSIDE)?;
            let body = self.bytes(at, body)?;
            at += body.len() as u64;
            sum = sum.saturating_add(check_message(&message, &body)?);
        }
        Ok(sum)
    }
}

const OUTSIDE: &str = "a part lies outside it";

fn check_message(message: &Message<'_>, body: &[u8]) -> Result<u64, String> {
    // the decoder takes the message's own length, not the block's
    if usize::try_from(message.bodyLength()) != Ok(body.len()) {
        return Err(OUTSIDE.to_string());
    }
    let dictionary = message.header_as_dictionary_batch().and_then(|d| d.data());
    match message.header_as_record_batch().or(dictionary) {
        Some(batch) => check_batch(&batch, body),
        None => Ok(0),
    }
}

fn check_batch(batch: &RecordBatch<'_>, body: &[u8]) -> Result<u64, String> {
    let mut sum = 0u64;
    for buffer in batch.buffers().into_iter().flatten() {
        let part = usize::try_from(buffer.offset()).ok().and_then(|start| body.get(start..));
        let length = usize::try_from(buffer.length()).map_err(|_| OUTSIDE)?;
        let part = part.and_then(|rest| rest.get(..length)).ok_or(OUTSIDE)?;
        let compressed = batch.compression().is_some() && !part.is_empty();
        let size = part.first_chunk().map_or(0, |bytes| i64::from_le_bytes(*bytes));
        if compressed && !(-1..=LARGEST).contains(&size) {
            return Err("a compressed part has an impossible size".to_string());
        }
        let is_lz4 = batch.compression().is_some_and(|c| c.codec() == CompressionType::LZ4_FRAME);
        if compressed && is_lz4 && size >= 0 && !holds(&part[8..], size as u64) {
            return Err("a compressed part has not the size that it says".to_string());
        }
        if compressed {
            sum = sum.saturating_add(u64::try_from(size).unwrap_or(0)); // -1: it is not compressed after all
        }
    }
    Ok(sum)
}

/// Whether a part has so many bytes when it is decompressed. The decoder of this compression does not keep to the size
/// that a part says it has: one that says less would take as much memory as it likes.
fn holds(part: &[u8], size: u64) -> bool {
    let mut within = lz4_flex::frame::FrameDecoder::new(part).take(size + 1);
    std::io::copy(&mut within, &mut std::io::sink()).is_ok_and(|found| found == size)
}

fn number(content: &[u8], at: usize) -> Option<u32> {
    content.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Int64Array;
    use arrow::ipc::writer::{IpcWriteOptions, StreamWriter};
    use std::io::Cursor;
    use std::sync::Arc;

    /// A stream of one column of zeros, compressed.
    fn compressed(by: CompressionType) -> Vec<u8> {
        let zeros = Arc::new(Int64Array::from(vec![0; 100_000])) as _;
        let batch = arrow::array::RecordBatch::try_from_iter([("n", zeros)]).expect("one column");
        let options = IpcWriteOptions::default().try_with_compression(Some(by)).expect("compressed");
        let mut writer =
            StreamWriter::try_new_with_options(Vec::new(), &batch.schema(), options).expect("a writer");
        writer.write(&batch).expect("written");
        writer.into_inner().expect("closed")
    }

    #[test]
    fn parts_tell_their_sizes() {
        for by in [CompressionType::LZ4_FRAME, CompressionType::ZSTD] {
            assert_eq!(check(&mut Cursor::new(compressed(by))), Ok(800_000));
        }
    }

    #[test]
    fn a_part_that_is_larger_than_it_says_is_found() {
        let mut content = compressed(CompressionType::LZ4_FRAME);
        let said = 800_000i64.to_le_bytes();
        let at =
            content.windows(8).rposition(|bytes| bytes == said).expect("the size stands before its part");
        for wrong in [8i64, 799_999, 800_001] {
            content[at..at + 8].copy_from_slice(&wrong.to_le_bytes());
            let why = check(&mut Cursor::new(&content)).expect_err("another size");
            assert!(why.contains("not the size"), "{why}");
        }
    }
}
