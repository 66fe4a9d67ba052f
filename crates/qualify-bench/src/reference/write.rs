//! Scores to a Parquet file.

use super::attributes::SEGMENTS;
use super::score::{STAGES, Scores};
use crate::failure::Failure;
use arrow::array::{
    ArrayRef, DictionaryArray, Float64Array, Int8Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Int8Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const BATCH: usize = 131_072;

/// Writes the scores of the leads with these keys.
pub fn scores(file: &Path, ids: &[i64], scores: &Scores) -> Result<(), Failure> {
    let word = || DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
    let schema = Arc::new(Schema::new(vec![
        Field::new("lead_id", DataType::Int64, false),
        Field::new("fit", DataType::Int32, false),
        Field::new("engagement", DataType::Float64, false),
        Field::new("score", DataType::Float64, false),
        Field::new("stage", word(), false),
        Field::new("segment", word(), false),
    ]));
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let out = File::create(file).map_err(Failure::at(file))?;
    let mut writer = ArrowWriter::try_new(out, schema.clone(), Some(properties))?;
    let mut row = 0;
    while row < ids.len() {
        let rows = row..ids.len().min(row + BATCH);
        row = rows.end;
        let batch = RecordBatch::try_new(
            schema.clone(),
            vec![
                Arc::new(Int64Array::from(ids[rows.clone()].to_vec())),
                Arc::new(Int32Array::from(scores.fit[rows.clone()].to_vec())),
                Arc::new(Float64Array::from(scores.engagement[rows.clone()].to_vec())),
                Arc::new(Float64Array::from(scores.score[rows.clone()].to_vec())),
                words(&scores.stage[rows.clone()], &STAGES),
                words(&scores.segment[rows], &SEGMENTS),
            ],
        )?;
        writer.write(&batch)?;
    }
    writer.close()?;
    Ok(())
}

fn words(codes: &[u8], names: &[&str]) -> ArrayRef {
    let codes = Int8Array::from_iter_values(codes.iter().map(|code| *code as i8));
    Arc::new(DictionaryArray::<Int8Type>::new(codes, Arc::new(StringArray::from(names.to_vec()))))
}
