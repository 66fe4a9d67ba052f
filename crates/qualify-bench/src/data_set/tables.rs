//! Leads and events as Parquet files, and as CSV files on demand.

use super::events::Event;
use super::leads::Lead;
use super::words::EVENT_TYPES;
use crate::failure::Failure;
use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::csv::WriterBuilder;
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;

/// Leads written at a time.
pub const LEAD_BATCH: usize = 65_536;
/// Events written at a time.
pub const EVENT_BATCH: usize = 131_072;
const LEAD_ROW_GROUP: usize = 131_072;
const EVENT_ROW_GROUP: usize = 1_048_576;
const ZONE: &str = "+00:00";

/// One table, in one file or two.
struct Table {
    schema: Arc<Schema>,
    parquet: ArrowWriter<File>,
    csv: Option<arrow::csv::Writer<BufWriter<File>>>,
}

impl Table {
    fn create(file: &Path, csv: bool, schema: Schema, row_group: usize) -> Result<Table, Failure> {
        let schema = Arc::new(schema);
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(row_group))
            .build();
        let parquet = File::create(file).map_err(Failure::at(file))?;
        let parquet = ArrowWriter::try_new(parquet, schema.clone(), Some(properties))?;
        let csv = if csv {
            let file = file.with_extension("csv");
            let out = BufWriter::with_capacity(1 << 20, File::create(&file).map_err(Failure::at(&file))?);
            Some(WriterBuilder::new().with_header(true).build(out))
        } else {
            None
        };
        Ok(Table { schema, parquet, csv })
    }

    fn write(&mut self, columns: Vec<ArrayRef>) -> Result<(), Failure> {
        let batch = RecordBatch::try_new(self.schema.clone(), columns)?;
        self.parquet.write(&batch)?;
        if let Some(csv) = &mut self.csv {
            csv.write(&batch)?;
        }
        Ok(())
    }

    fn finish(self) -> Result<(), Failure> {
        self.parquet.close()?;
        if let Some(csv) = self.csv {
            csv.into_inner().into_inner().map_err(|error| Failure::new(error.to_string()))?;
        }
        Ok(())
    }
}

fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some(ZONE.into()))
}

fn times(values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    Arc::new(TimestampMicrosecondArray::from_iter(values).with_timezone(ZONE))
}

/// The table of leads.
pub struct LeadTable(Table);

impl LeadTable {
    /// An empty table.
    pub fn create(file: &Path, csv: bool) -> Result<LeadTable, Failure> {
        let required = |name: &str, ty: DataType| Field::new(name, ty, false);
        let optional = |name: &str, ty: DataType| Field::new(name, ty, true);
        let schema = Schema::new(vec![
            required("lead_id", DataType::Int64),
            required("email", DataType::Utf8),
            required("email_domain", DataType::Utf8),
            required("country", DataType::Utf8),
            optional("region", DataType::Utf8),
            optional("industry", DataType::Utf8),
            optional("job_title", DataType::Utf8),
            optional("seniority", DataType::Utf8),
            optional("department", DataType::Utf8),
            optional("company_size", DataType::Int32),
            optional("annual_revenue", DataType::Float64),
            optional("growth_pct", DataType::Float64),
            optional("budget", DataType::Float64),
            optional("funding_stage", DataType::Utf8),
            required("source", DataType::Utf8),
            optional("campaign", DataType::Utf8),
            required("crm_status", DataType::Utf8),
            required("language", DataType::Utf8),
            required("consent", DataType::Boolean),
            required("email_bounced", DataType::Boolean),
            required("is_competitor", DataType::Boolean),
            optional("phone_valid", DataType::Boolean),
            required("prior_deals", DataType::Int32),
            required("created_at", time()),
            optional("last_contacted_at", time()),
        ]);
        Ok(LeadTable(Table::create(file, csv, schema, LEAD_ROW_GROUP)?))
    }

    /// Adds leads.
    pub fn write(&mut self, leads: &[Lead]) -> Result<(), Failure> {
        let text = |get: fn(&Lead) -> &String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(leads.iter().map(get)))
        };
        let word = |get: fn(&Lead) -> &Option<String>| -> ArrayRef {
            Arc::new(StringArray::from_iter(leads.iter().map(get)))
        };
        let number = |get: fn(&Lead) -> Option<f64>| -> ArrayRef {
            Arc::new(Float64Array::from_iter(leads.iter().map(get)))
        };
        let whole = |get: fn(&Lead) -> Option<i32>| -> ArrayRef {
            Arc::new(Int32Array::from_iter(leads.iter().map(get)))
        };
        let yes_no = |get: fn(&Lead) -> Option<bool>| -> ArrayRef {
            Arc::new(BooleanArray::from_iter(leads.iter().map(get)))
        };
        self.0.write(vec![
            Arc::new(Int64Array::from_iter_values(leads.iter().map(|lead| lead.id))),
            text(|lead| &lead.email),
            text(|lead| &lead.domain),
            text(|lead| &lead.country),
            word(|lead| &lead.region),
            word(|lead| &lead.industry),
            word(|lead| &lead.job_title),
            word(|lead| &lead.seniority),
            word(|lead| &lead.department),
            whole(|lead| lead.company_size),
            number(|lead| lead.annual_revenue),
            number(|lead| lead.growth),
            number(|lead| lead.budget),
            word(|lead| &lead.funding_stage),
            text(|lead| &lead.source),
            word(|lead| &lead.campaign),
            text(|lead| &lead.crm_status),
            text(|lead| &lead.language),
            yes_no(|lead| Some(lead.consent)),
            yes_no(|lead| Some(lead.email_bounced)),
            yes_no(|lead| Some(lead.is_competitor)),
            yes_no(|lead| lead.phone_valid),
            whole(|lead| Some(lead.prior_deals)),
            times(leads.iter().map(|lead| Some(lead.created_at))),
            times(leads.iter().map(|lead| lead.last_contacted_at)),
        ])
    }

    /// Completes the files.
    pub fn finish(self) -> Result<(), Failure> {
        self.0.finish()
    }
}

/// A table of events.
pub struct EventTable<'a> {
    table: Table,
    objects: &'a [String],
}

impl EventTable<'_> {
    /// An empty table of events about these objects.
    pub fn create<'a>(file: &Path, csv: bool, objects: &'a [String]) -> Result<EventTable<'a>, Failure> {
        let schema = Schema::new(vec![
            Field::new("lead_id", DataType::Int64, false),
            Field::new("type", DataType::Utf8, false),
            Field::new("object", DataType::Utf8, false),
            Field::new("ts", time(), false),
            Field::new("value", DataType::Float64, true),
        ]);
        Ok(EventTable { table: Table::create(file, csv, schema, EVENT_ROW_GROUP)?, objects })
    }

    /// Adds events of leads with these keys.
    pub fn write(&mut self, events: &[Event], keys: &[i64]) -> Result<(), Failure> {
        for events in events.chunks(EVENT_BATCH) {
            let kind = |event: &Event| EVENT_TYPES[event.kind as usize];
            let object = |event: &Event| &self.objects[event.object as usize];
            self.table.write(vec![
                Arc::new(Int64Array::from_iter_values(events.iter().map(|e| keys[e.lead as usize]))),
                Arc::new(StringArray::from_iter_values(events.iter().map(kind))),
                Arc::new(StringArray::from_iter_values(events.iter().map(object))),
                times(events.iter().map(|event| Some(event.time))),
                Arc::new(Float64Array::from_iter(events.iter().map(|event| event.value))),
            ])?;
        }
        Ok(())
    }

    /// Completes the files.
    pub fn finish(self) -> Result<(), Failure> {
        self.table.finish()
    }
}
