//! The keys of results have the type of the keys that came in: whole numbers or text. What reads the tables may have made
//! texts of whole numbers on its way, which depends on the memory it had.

use qualify::arrow::array::{ArrayRef, RecordBatch};
use qualify::arrow::compute::{CastOptions, cast_with_options};
use qualify::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use qualify::arrow::error::ArrowError;
use qualify::tables::Scored;
use std::sync::Arc;

/// The type that keys shall have, if it is known.
pub(crate) struct KeyType(Option<DataType>);

impl KeyType {
    /// As in the table of leads.
    pub fn of(leads: &Schema, key: &str) -> KeyType {
        let field = leads.fields().iter().find(|field| field.name().trim() == key);
        let ty =
            field.map(|field| if field.data_type().is_integer() { DataType::Int64 } else { DataType::Utf8 });
        KeyType(ty)
    }

    /// Results with such keys; as they are where a key does not fit.
    pub fn apply(&self, mut scored: Scored) -> Scored {
        let Some(ty) = &self.0 else { return scored };
        if scored.schema.fields().first().is_none_or(|field| field.data_type() == ty) {
            return scored;
        }
        if let Ok((schema, batches)) = with_keys(&scored, ty) {
            (scored.schema, scored.batches) = (schema, batches);
        }
        scored
    }
}

fn with_keys(scored: &Scored, ty: &DataType) -> Result<(SchemaRef, Vec<RecordBatch>), ArrowError> {
    let mut fields: Vec<Arc<Field>> = scored.schema.fields().iter().cloned().collect();
    if let Some(first) = fields.first_mut() {
        *first = Arc::new(Field::new(first.name(), ty.clone(), first.is_nullable()));
    }
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    let batch = |batch: &RecordBatch| {
        let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
        if let Some(first) = columns.first_mut() {
            *first = cast_with_options(first, ty, &strict)?;
        }
        RecordBatch::try_new(schema.clone(), columns)
    };
    let batches = scored.batches.iter().map(batch).collect::<Result<Vec<_>, _>>()?;
    Ok((schema, batches))
}
