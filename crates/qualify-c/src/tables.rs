//! Tables as streams of the Arrow C interface.

use crate::failure::Failure;
use arrow::array::RecordBatch;
use arrow::array::RecordBatchIterator;
use arrow::datatypes::SchemaRef;
use arrow::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use arrow::record_batch::RecordBatchReader;
use qualify::tables::Scored;

/// The batches of a stream, their columns shared.
pub(crate) fn read(
    stream: FFI_ArrowArrayStream,
    what: &str,
) -> Result<(SchemaRef, Vec<RecordBatch>), Failure> {
    let failed = |e: arrow::error::ArrowError| Failure::argument(format!("{what} cannot be read: {e}"));
    let reader = ArrowArrayStreamReader::try_new(stream).map_err(failed)?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    Ok((schema, batches))
}

/// Results as a stream.
pub(crate) fn stream(scored: Scored) -> FFI_ArrowArrayStream {
    let batches = RecordBatchIterator::new(scored.batches.into_iter().map(Ok), scored.schema);
    FFI_ArrowArrayStream::new(Box::new(batches))
}
