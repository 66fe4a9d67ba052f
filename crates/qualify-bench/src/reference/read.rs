//! Parquet files to columns.

use super::columns::{EMPTY, EMPTY_SHORT, NO_SIZE};
use super::dictionary::{Dictionary, Recode};
use super::{Events, Leads};
use crate::data_set::words::EVENT_TYPES;
use crate::failure::Failure;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{
    DataType, Field, Float64Type, Int32Type, Int64Type, Schema, TimestampMicrosecondType,
};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

const BATCH: usize = 65_536;
const LEAD_COLUMNS: [&str; 16] = [
    "lead_id",
    "email",
    "email_domain",
    "country",
    "industry",
    "job_title",
    "seniority",
    "company_size",
    "annual_revenue",
    "budget",
    "source",
    "consent",
    "email_bounced",
    "is_competitor",
    "phone_valid",
    "created_at",
];
const LEAD_DICTIONARIES: [&str; 6] =
    ["email_domain", "country", "industry", "job_title", "seniority", "source"];
const EVENT_COLUMNS: [&str; 5] = ["lead_id", "type", "object", "ts", "value"];

fn open(file: &Path) -> Result<(File, ArrowReaderMetadata), Failure> {
    let opened = File::open(file).map_err(Failure::at(file))?;
    let metadata = ArrowReaderMetadata::load(&opened, ArrowReaderOptions::new())?;
    Ok((opened, metadata))
}

/// Batches of some columns, those named in `dictionaries` as codes; of all row groups or of some.
fn batches(
    file: &Path,
    columns: &[&str],
    dictionaries: &[&str],
    row_groups: Option<Vec<usize>>,
) -> Result<ParquetRecordBatchReader, Failure> {
    let (opened, metadata) = open(file)?;
    let field = |field: &Arc<Field>| {
        if dictionaries.contains(&field.name().as_str()) {
            let codes = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            Field::new(field.name(), codes, field.is_nullable())
        } else {
            field.as_ref().clone()
        }
    };
    let schema = Schema::new(metadata.schema().fields().iter().map(field).collect::<Vec<_>>());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options)?;
    let mask = ProjectionMask::columns(metadata.parquet_schema(), columns.iter().copied());
    let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, metadata)
        .with_projection(mask)
        .with_batch_size(BATCH);
    if let Some(row_groups) = row_groups {
        builder = builder.with_row_groups(row_groups);
    }
    Ok(builder.build()?)
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, Failure> {
    batch.column_by_name(name).ok_or_else(|| Failure::new(format!("the data have no column {name}")))
}

/// The leads of a file.
pub fn leads(file: &Path) -> Result<Leads, Failure> {
    let mut leads = Leads { email_offsets: vec![0], ..Leads::default() };
    let mut recodes: [Recode; 6] = Default::default();
    for batch in batches(file, &LEAD_COLUMNS, &LEAD_DICTIONARIES, None)? {
        add_leads(&batch?, &mut recodes, &mut leads)?;
    }
    Ok(leads)
}

fn add_leads(batch: &RecordBatch, recodes: &mut [Recode; 6], leads: &mut Leads) -> Result<(), Failure> {
    let get = |name: &str| column(batch, name);
    leads.ids.extend_from_slice(get("lead_id")?.as_primitive::<Int64Type>().values());
    leads
        .created_at
        .extend_from_slice(get("created_at")?.as_primitive::<TimestampMicrosecondType>().values());
    let [domain, country, industry, job_title, seniority, source] = recodes;
    for (name, recode, short) in [
        ("country", country, &mut leads.country),
        ("industry", industry, &mut leads.industry),
        ("seniority", seniority, &mut leads.seniority),
        ("source", source, &mut leads.source),
    ] {
        let codes = &mut short.codes;
        let push = |code: Option<u32>| codes.push(code.map_or(EMPTY_SHORT, |code| code as u8));
        recode.each(get(name)?, &mut short.dictionary, push)?;
    }
    for (name, recode, long) in
        [("email_domain", domain, &mut leads.domain), ("job_title", job_title, &mut leads.job_title)]
    {
        let codes = &mut long.codes;
        recode.each(get(name)?, &mut long.dictionary, |code| codes.push(code.unwrap_or(EMPTY)))?;
    }
    let email = get("email")?.as_string::<i32>();
    let offsets = email.value_offsets();
    let base = leads.email_bytes.len() as i64 - i64::from(offsets[0]);
    leads.email_bytes.extend_from_slice(&email.values()[offsets[0] as usize..offsets[email.len()] as usize]);
    leads.email_offsets.extend(offsets[1..].iter().map(|offset| (i64::from(*offset) + base) as u32));
    let sizes = get("company_size")?.as_primitive::<Int32Type>();
    leads.company_size.extend(sizes.iter().map(|size| size.unwrap_or(NO_SIZE)));
    for (name, amounts) in [("annual_revenue", &mut leads.annual_revenue), ("budget", &mut leads.budget)] {
        let column = get(name)?.as_primitive::<Float64Type>();
        amounts.extend(column.iter().map(|amount| amount.unwrap_or(f64::NAN)));
    }
    for (name, flags) in [
        ("consent", &mut leads.consent),
        ("email_bounced", &mut leads.email_bounced),
        ("is_competitor", &mut leads.is_competitor),
        ("phone_valid", &mut leads.phone_valid),
    ] {
        flags.extend(get(name)?.as_boolean().iter().map(|flag| u8::from(flag == Some(true))));
    }
    Ok(())
}

/// The events of a file, not yet grouped; with more threads each reads some of the row groups.
pub fn events(file: &Path, threads: usize) -> Result<Events, Failure> {
    if threads <= 1 {
        return events_of(file, None);
    }
    let groups = open(file)?.1.metadata().num_row_groups();
    let parts: Vec<Result<Events, Failure>> = std::thread::scope(|scope| {
        let part = |thread: usize| {
            let range = groups * thread / threads..groups * (thread + 1) / threads;
            scope.spawn(move || events_of(file, Some(range.collect())))
        };
        let running: Vec<_> = (0..threads).map(part).collect();
        running.into_iter().map(|part| part.join().unwrap_or_else(|_| Err(stopped()))).collect()
    });
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_else(|| Ok(Events::default()))?;
    for part in parts {
        let part = part?;
        let texts = &part.objects.dictionary.texts;
        let recode: Vec<u8> = texts.iter().map(|text| all.objects.dictionary.code(text) as u8).collect();
        all.lead_ids.extend_from_slice(&part.lead_ids);
        all.kinds.extend_from_slice(&part.kinds);
        all.times.extend_from_slice(&part.times);
        all.values.extend_from_slice(&part.values);
        all.objects.codes.extend(part.objects.codes.iter().map(|code| recode[*code as usize]));
    }
    Ok(all)
}

fn stopped() -> Failure {
    Failure::new("a thread that reads events stopped")
}

fn events_of(file: &Path, row_groups: Option<Vec<usize>>) -> Result<Events, Failure> {
    let mut events = Events::default();
    let mut kinds = Dictionary::default();
    for kind in EVENT_TYPES {
        kinds.code(kind);
    }
    let (mut kind_recode, mut object_recode) = (Recode::default(), Recode::default());
    for batch in batches(file, &EVENT_COLUMNS, &["type", "object"], row_groups)? {
        let batch = batch?;
        let get = |name: &str| column(&batch, name);
        events.lead_ids.extend_from_slice(get("lead_id")?.as_primitive::<Int64Type>().values());
        let codes = &mut events.kinds;
        let push = |code: Option<u32>| codes.push(code.map_or(EMPTY_SHORT, |code| code as u8));
        kind_recode.each(get("type")?, &mut kinds, push)?;
        let (codes, dictionary) = (&mut events.objects.codes, &mut events.objects.dictionary);
        let push = |code: Option<u32>| codes.push(code.map_or(EMPTY_SHORT, |code| code as u8));
        object_recode.each(get("object")?, dictionary, push)?;
        events.times.extend_from_slice(get("ts")?.as_primitive::<TimestampMicrosecondType>().values());
        let values = get("value")?.as_primitive::<Float64Type>();
        match values.nulls() {
            None => events.values.extend_from_slice(values.values()),
            Some(known) => {
                let pairs = values.values().iter().zip(known.iter());
                events.values.extend(pairs.map(|(value, known)| if known { *value } else { 0.0 }));
            }
        }
    }
    Ok(events)
}
